"""Values ↔ JSON: trees of frozen classes as entries, each of which is made of earlier ones.

What several places share is written once and is shared again when read. Reading makes values of the kinds of a fixed
table and runs nothing else. Entries are numbers: a kind, how many parts there are, and the entries that these are. They
are written as bytes (base 64), in a fifth of the time of as many numbers in JSON; what JSON has itself (words, numbers)
stands in a list beside them, in the order of its entries.
"""

import sys
from array import array
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib import import_module
from operator import attrgetter
from typing import Any, Final

from attrs import field

from haiten.compiler import diagnostics
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.late import define, fields_of, has_fields
from haiten.compiler.source import Source, Span
from haiten.compiler.store.kinds import KINDS

_TUPLE, _SET, _FROZEN, _DICT, _FRACTION, _DECIMAL, _GIVEN, _SPAN, _DIAGNOSTIC, _WORD, _FIRST = range(11)
_PLACES: Final = {kind: number for number, kind in enumerate(KINDS, _FIRST)}


class CannotKeepError(ValueError):
    """A value holds something that the table of kinds does not know."""


class WrongEntryError(ValueError):
    """What was read is not what was ever written."""


def encode(value: Any, given: Sequence[Source]) -> list[Any]:
    """A value as plain JSON: what JSON has itself, and the entries.

    Args:
        value: made of the kinds of the table.
        given: sources that whoever reads it has; they are named by their place.

    Raises:
        CannotKeepError: it holds a value of another kind.
    """
    writer = _Writer()
    writer.give(given)
    writer.put(value)
    return [writer.plain, _as_text(writer.numbers)]


def decode(written: Any, given: Sequence[Source]) -> Any:
    """The value that was encoded.

    Raises:
        WrongEntryError: it is no such list.
    """
    values: list[Any] = []
    add = values.append
    try:
        plain, text = written
        numbers, words, at = _numbers(text), iter(plain), 0
        while at < len(numbers):
            kind, end = numbers[at], at + 2 + numbers[at + 1]
            parts = numbers[at + 2 : end]
            if kind == _SPAN:
                add(Span(values[parts[0]], parts[1], parts[2]))
            elif kind == _WORD:
                add(next(words))
            elif kind == _GIVEN:
                add(given[parts[0]])
            else:
                add(_maker(kind)([values[part] for part in parts]))
            at = end
        if at > len(numbers):
            raise WrongEntryError("cut short")
        return values[-1]
    except (ArithmeticError, AttributeError, LookupError, StopIteration, TypeError, ValueError) as error:
        raise WrongEntryError(str(error)) from error


def _as_text(numbers: list[int]) -> str:
    return b64encode(_in_order(array("I", numbers)).tobytes()).decode("ascii")


def _numbers(text: str) -> list[int]:
    """Numbers that were written as a text.

    Raises:
        ValueError, TypeError: it is none.
    """
    found = array("I")
    found.frombytes(b64decode(text, validate=True))
    return _in_order(found).tolist()


def _in_order(numbers: "array[int]") -> "array[int]":
    """With the least byte first, as they are written, where the machine has them otherwise."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


@define(eq=False)
class _Writer:
    plain: list[Any] = field(factory=list)
    numbers: list[int] = field(factory=list)
    _size: int = 0
    # By identity; the values themselves are held, so that no other takes their identity meanwhile.
    _places: dict[int, int] = field(factory=dict)
    _held: list[Any] = field(factory=list)
    _words: dict[str | tuple[type, Any], int] = field(factory=dict)

    def give(self, sources: Sequence[Source]) -> None:
        """Enter sources that whoever reads has."""
        for number, source in enumerate(sources):
            self._enter(source, (_GIVEN, 1, number))

    def put(self, value: Any) -> int:
        """Enter a value that is not there yet, and all that it is made of; its place."""
        kind = type(value)
        if kind is str:
            return self._put_word(value, value)
        if value is None or kind is int or kind is bool:
            return self._put_word(value, (kind, value))  # as 1 is True
        parts: Collection[Any]
        if (found := _FIELDS.get(kind)) is not None:
            number, parts = found[0], found[1](value)
        elif kind is tuple:
            number, parts = _TUPLE, value
        elif kind is Span:
            source = self._places.get(id(value.source))
            source = self.put(value.source) if source is None else source
            return self._enter(value, (_SPAN, 3, source, value.start, value.end))
        else:
            number, parts = _parts_of(kind, value)
        entry, places = [number, len(parts)], self._places
        for part in parts:  # ten thousand values for a rulebook: by hand, as calls take as long as all else
            place = places.get(id(part))
            entry.append(self.put(part) if place is None else place)
        return self._enter(value, entry)

    def _put_word(self, value: Any, known_as: str | tuple[type, Any]) -> int:
        place = self._words.get(known_as)
        if place is None:
            self.plain.append(value)
            place = self._words[known_as] = self._enter(value, (_WORD, 0))
        else:
            self._places[id(value)] = place
            self._held.append(value)
        return place

    def _enter(self, value: Any, entry: Iterable[int]) -> int:
        self.numbers += entry
        self._held.append(value)
        place = self._places[id(value)] = self._size
        self._size += 1
        return place


def _parts_of(kind: type, value: Any) -> tuple[int, Collection[Any]]:
    """The number of a kind that is met for the first time, or seldom, and what a value of it is made of.

    Raises:
        CannotKeepError: the table does not know it.
    """
    if kind is Fraction:
        return _FRACTION, (value.numerator, value.denominator)
    if kind is Decimal:
        return _DECIMAL, (str(value),)
    if kind is frozenset:
        return _FROZEN, sorted(value, key=repr)
    if kind is set:
        return _SET, sorted(value, key=repr)
    if kind is dict:
        return _DICT, [part for pair in value.items() for part in pair]
    if isinstance(value, Diagnostic):
        if getattr(diagnostics, kind.__name__, None) is not kind:
            raise CannotKeepError(kind.__name__)
        return _DIAGNOSTIC, (kind.__name__, *(getattr(value, a.name) for a in fields_of(kind)))
    number, parts_of = _FIELDS[kind] = _fields(kind)
    return number, parts_of(value)


# Of kinds of the table that were met: their places in it, and what gives the parts that make a value of them.
_FIELDS: Final[dict[type, tuple[int, Callable[[Any], tuple[Any, ...]]]]] = {}


def _fields(kind: type) -> tuple[int, Callable[[Any], tuple[Any, ...]]]:
    place = _PLACES.get((kind.__module__, kind.__name__))
    if place is None:
        raise CannotKeepError(f"{kind.__module__}.{kind.__name__}")
    names = tuple(a.name for a in fields_of(kind) if a.init) if has_fields(kind) else ("value",)
    if len(names) > 1:
        return place, attrgetter(*names)
    return place, lambda value: tuple(getattr(value, name) for name in names)


def _diagnostic(parts: list[Any]) -> Diagnostic:
    kind = getattr(diagnostics, parts[0]) if parts[0] in diagnostics.__all__ else None
    if not isinstance(kind, type) or not issubclass(kind, Diagnostic):
        raise WrongEntryError(parts[0])
    fields = fields_of(kind)
    named = {a.alias: part for a, part in zip(fields, parts[1:], strict=True)}
    return kind(**named)


_PLAIN: Final[Mapping[int, Callable[[list[Any]], Any]]] = {
    _TUPLE: tuple,
    _SET: set,
    _FROZEN: frozenset,
    _DICT: lambda parts: dict(zip(parts[::2], parts[1::2], strict=True)),
    _FRACTION: lambda parts: Fraction(*parts),
    _DECIMAL: lambda parts: Decimal(*parts),
    _DIAGNOSTIC: _diagnostic,
}


@cache
def _maker(place: int) -> Callable[[list[Any]], Any]:
    """What makes a value of the kind at a place of the table from its parts."""
    if place in _PLAIN:
        return _PLAIN[place]
    if not _FIRST <= place < _FIRST + len(KINDS):
        raise WrongEntryError(str(place))
    module, name = KINDS[place - _FIRST]
    kind = getattr(import_module(module), name)
    fields = [a for a in fields_of(kind) if a.init] if has_fields(kind) else []
    if not any(a.kw_only for a in fields):
        return lambda parts: kind(*parts)
    names = [a.alias for a in fields]
    return lambda parts: kind(**dict(zip(names, parts, strict=True)))
