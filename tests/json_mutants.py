"""Every single change of a JSON file: values, types, members that are gone, twice, renamed or new, other orders."""

import json
from collections.abc import Iterator
from typing import Any, Final

from attrs import frozen


@frozen
class Raw:
    """Something written as it is."""

    text: str


@frozen
class Pairs:
    """An object whose names may stand twice."""

    pairs: tuple[tuple[str, Any], ...]


NUMBERS: Final = (Raw("NaN"), Raw("-Infinity"), Raw("1e400"), Raw("-0"), 10**30, Raw("9" * 5_000))


def mutants(data: Any) -> Iterator[tuple[str, str]]:
    """All single changes of JSON data: what was done, and the text. Deep in lists of numbers only some."""
    for what, changed in _changes(data, ""):
        yield what, written(changed)


def _changes(data: Any, at: str) -> Iterator[tuple[str, Any]]:
    for what, other in _instead(data):
        yield f"{at}: {what}", other
    if isinstance(data, dict):
        pairs = tuple(data.items())
        for number, (name, value) in enumerate(pairs):
            before, after = pairs[:number], pairs[number + 1 :]
            yield f"{at}.{name}: gone", Pairs((*before, *after))
            yield f"{at}.{name}: twice", Pairs((*before, (name, value), (name, value), *after))
            yield f"{at}.{name}: twice, null last", Pairs((*pairs, (name, None)))
            yield f"{at}.{name}: renamed", Pairs((*before, (name + "x", value), *after))
            for what, other in _changes(value, f"{at}.{name}"):
                yield what, Pairs((*before, (name, other), *after))
        yield f"{at}: one more", Pairs((*pairs, ("more", 0)))
        yield f"{at}: other order", Pairs(pairs[::-1])
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield f"{at}[{number}]: gone", [*data[:number], *data[number + 1 :]]
            yield f"{at}[{number}]: twice", [*data[: number + 1], *data[number:]]
            if number:
                yield (
                    f"{at}[{number}]: one earlier",
                    [*data[: number - 1], value, data[number - 1], *data[number + 1 :]],
                )
            for what, other in _changes(value, f"{at}[{number}]"):
                yield what, [*data[:number], other, *data[number + 1 :]]
        yield f"{at}: other order", data[::-1]


def _instead(data: Any) -> Iterator[tuple[str, Any]]:
    others: tuple[Any, ...]
    match data:
        case bool():
            others = (not data, int(data), None)
        case int():
            others = (
                data + 1,
                data - 1,
                0,
                1,
                999,
                -data,
                data == 1,
                None,
                str(data),
                Raw(f"{data}.0"),
                [data],
                *NUMBERS,
            )
        case str():
            digits = tuple(data.replace(digit, str((int(digit) + 1) % 10), 1) for digit in "0149" if digit in data)
            marks = (data.replace("○", "×", 1), data.replace("×", "○", 1), data.replace(",", ";", 1))
            others = ("", data + " ", data + "\n", data[:-1], data[1:], "x", f"-{data}", data * 2, *digits, *marks)
            others = (*others, "\ud800", "\x1b[2J", "\u202e", "\0", 0, None, True, [data], {data: data})
        case None:
            others = (0, 1, "", False, [], {})
        case list() | dict():
            others = (None, 0, "", True, [], {}, [data])
        case _:
            raise AssertionError(data)
    for other in others:
        if written(other) != written(data):
            yield f"{written(other)[:40]} instead", other


def written(data: Any) -> str:
    """JSON with whatever stands in it."""
    match data:
        case Raw(text=text):
            return text
        case Pairs(pairs=pairs):
            return "{" + ", ".join(f"{json.dumps(name)}: {written(value)}" for name, value in pairs) + "}"
        case dict():
            return written(Pairs(tuple(data.items())))
        case list():
            return "[" + ", ".join(map(written, data)) + "]"
    return json.dumps(data)
