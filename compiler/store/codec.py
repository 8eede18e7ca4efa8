"""Values ↔ JSON: trees of frozen classes as a list in which each entry is made of earlier ones.

What several places share is written once and is shared again when read. Reading makes values of the kinds of a fixed
table and runs nothing else.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib import import_module
from operator import attrgetter
from typing import Any, Final

import attrs
from attrs import field

from haiten.compiler import diagnostics
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.late import define
from haiten.compiler.source import Source, Span
from haiten.compiler.store.kinds import KINDS

_TUPLE, _SET, _FROZEN, _DICT, _FRACTION, _DECIMAL, _GIVEN, _SPAN, _DIAGNOSTIC, _FIRST = range(10)
_PLACES: Final = {kind: number for number, kind in enumerate(KINDS, _FIRST)}


class CannotKeepError(ValueError):
    """A value holds something that the table of kinds does not know."""


class WrongEntryError(ValueError):
    """What was read is not what was ever written."""


def encode(value: Any, given: Sequence[Source]) -> list[Any]:
    """A value as plain JSON.

    Args:
        value: made of the kinds of the table.
        given: sources that whoever reads it has; they are named by their place.

    Raises:
        CannotKeepError: it holds a value of another kind.
    """
    writer = _Writer({id(source): number for number, source in enumerate(given)})
    writer.put(value)
    return writer.entries


def decode(entries: Any, given: Sequence[Source]) -> Any:
    """The value that was encoded.

    Raises:
        WrongEntryError: it is no such list.
    """
    values: list[Any] = []
    add = values.append
    try:
        for entry in entries:
            if type(entry) is not list:
                add(entry)
            elif entry[0] == _SPAN:
                add(Span(values[entry[1]], entry[2], entry[3]))
            elif entry[0] == _GIVEN:
                add(given[entry[1]])
            else:
                add(_maker(entry[0])([values[at] for at in entry[1:]]))
        return values[-1]
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise WrongEntryError(str(error)) from error


@define(eq=False)
class _Writer:
    given: dict[int, int]
    entries: list[Any] = field(factory=list)
    # By identity; the values themselves are held, so that no other takes their identity meanwhile.
    _places: dict[int, int] = field(factory=dict)
    _held: list[Any] = field(factory=list)
    _plain: dict[tuple[type, Any], int] = field(factory=dict)

    def put(self, value: Any) -> int:
        """Enter a value and all that it is made of; its place."""
        place = self._places.get(id(value))
        if place is not None:
            return place
        kind = type(value)
        if value is None or kind is str or kind is int or kind is bool:
            place = self._plain.get((kind, value))
            if place is None:
                place = self._plain[kind, value] = self._add(value)
        else:
            place = self._add(self._entry(kind, value))
        self._places[id(value)] = place
        self._held.append(value)
        return place

    def _put_all(self, values: Iterable[Any]) -> list[int]:
        places, put = self._places, self.put  # most are there already
        return [put(value) if (place := places.get(id(value))) is None else place for value in values]

    def _add(self, entry: Any) -> int:
        self.entries.append(entry)
        return len(self.entries) - 1

    def _entry(self, kind: type, value: Any) -> list[Any]:
        put = self.put
        if kind is Span:
            return [_SPAN, put(value.source), value.start, value.end]
        if kind is tuple:
            return [_TUPLE, *self._put_all(value)]
        if kind is Source and id(value) in self.given:
            return [_GIVEN, self.given[id(value)]]
        if (found := _FIELDS.get(kind)) is not None:
            place, parts = found
            return [place, *self._put_all(parts(value))]
        if kind is Fraction:
            return [_FRACTION, put(value.numerator), put(value.denominator)]
        if kind is Decimal:
            return [_DECIMAL, put(str(value))]
        if kind is frozenset:
            return [_FROZEN, *map(put, sorted(value, key=repr))]
        if kind is set:
            return [_SET, *map(put, sorted(value, key=repr))]
        if kind is dict:
            return [_DICT, *(put(part) for pair in value.items() for part in pair)]
        if isinstance(value, Diagnostic):
            if getattr(diagnostics, kind.__name__, None) is not kind:
                raise CannotKeepError(kind.__name__)
            return [_DIAGNOSTIC, put(kind.__name__), *(put(getattr(value, a.name)) for a in attrs.fields(kind))]
        _FIELDS[kind] = _fields(kind)
        return self._entry(kind, value)


# Of kinds of the table that were met: their places in it, and what gives the parts that make a value of them.
_FIELDS: Final[dict[type, tuple[int, Callable[[Any], tuple[Any, ...]]]]] = {}


def _fields(kind: type) -> tuple[int, Callable[[Any], tuple[Any, ...]]]:
    place = _PLACES.get((kind.__module__, kind.__name__))
    if place is None:
        raise CannotKeepError(f"{kind.__module__}.{kind.__name__}")
    names = tuple(a.name for a in attrs.fields(kind) if a.init) if attrs.has(kind) else ("value",)
    if len(names) > 1:
        return place, attrgetter(*names)
    return place, lambda value: tuple(getattr(value, name) for name in names)


def _diagnostic(parts: list[Any]) -> Diagnostic:
    kind = getattr(diagnostics, parts[0]) if parts[0] in diagnostics.__all__ else None
    if not isinstance(kind, type) or not issubclass(kind, Diagnostic):
        raise WrongEntryError(parts[0])
    fields = attrs.fields(kind)
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
    fields = [a for a in attrs.fields(kind) if a.init] if attrs.has(kind) else []
    if not any(a.kw_only for a in fields):
        return lambda parts: kind(*parts)
    names = [a.alias for a in fields]
    return lambda parts: kind(**dict(zip(names, parts, strict=True)))
