"""JSON that haiten wrote, read so that nothing in it can be overlooked: certificates, cut-off files, records.

They hold texts and whole numbers only. So every number that is not whole, a name that stands twice in one object, NaN,
and what is too large to be one of ours is refused while it is read. Python's own reader would take the last of two
names, 1.0 for a number and NaN for another.
"""

import json
from pathlib import Path
from typing import Any, Final, NoReturn

# What bounds the memory that reading takes: below 1 GB, whatever stands in the file.
MOST_BYTES: Final = 32 * 2**20
MOST_PARTS: Final = 2_000_000  # lists and objects
MOST_DIGITS: Final = 18  # of a whole number: what 64 bits hold, and more than any count or sum of points


class JsonError(ValueError):
    """A file that is not JSON of ours; its words say why, in Japanese."""


def read_json(path: Path | str) -> Any:
    """Read a file of texts and whole numbers.

    Raises:
        OSError: the file cannot be read.
        JsonError: it is no such JSON.
    """
    # One reading: a file that grows or shrinks meanwhile is what was read of it, and a device that never ends is cut.
    with Path(path).open("rb") as file:
        return parse_json(file.read(MOST_BYTES + 1))


def parse_json(written: bytes) -> Any:
    """The same of bytes that were read.

    Raises:
        JsonError: they are no such JSON.
    """
    if len(written) > MOST_BYTES:
        raise JsonError(f"大きすぎます（{MOST_BYTES // 2**20} MB まで）")
    if written.count(b"[") + written.count(b"{") > MOST_PARTS:
        raise JsonError(f"並びと組が多すぎます（{MOST_PARTS:,}個まで）")
    try:
        return json.loads(
            written.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_int=_whole,
            parse_float=_not_whole,
            parse_constant=_not_whole,
        )
    except UnicodeDecodeError as error:
        raise JsonError("UTF-8 の文字として読めないところがあります") from error
    except RecursionError as error:
        raise JsonError("入れ子が深すぎます") from error
    except json.JSONDecodeError as error:
        raise JsonError(f"JSON として読めません（{error.lineno}行目の{error.colno}文字目）") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        before: set[str] = set()
        twice = next(name for name, _ in pairs if name in before or before.add(name))  # type: ignore[func-returns-value] # None is no
        raise JsonError(f"{shown(twice)} が同じところに2度あります")
    return made


def _whole(digits: str) -> int:
    if len(digits.lstrip("-")) > MOST_DIGITS:
        raise JsonError(f"数 {digits[:12]}… の桁が多すぎます（{MOST_DIGITS}桁まで）")
    return int(digits)


def _not_whole(written: str) -> NoReturn:
    raise JsonError(f"整数ではない数 {written[:20]} があります")


_LONGEST: Final = 40


def shown(value: object) -> str:
    """What stands in a file, for people: short, and without signs that a terminal would obey."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case list():
            return f"{len(value)}個の並び"
        case dict():
            return f"{len(value)}個の名の組"
        case str():
            whole = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
            return json.dumps(whole, ensure_ascii=not whole.isprintable())
        case _:
            return str(value)
