"""Masses of diagnostics of one kind: the first are kept, the rest are counted, and the count is reported.

A column of a million wrong cells is one mistake to its author. What is kept tells how many more there are
(``Diagnostic.more``), so that no form of output has to know of it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from attrs import field

from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics.base import Cell, Diagnostic
from haiten.compiler.late import define

KEPT: Final = 1_000  # of each kind in a file
_Kind = tuple[type[Diagnostic], str]


@define(eq=False)
class Gathered:
    """Diagnostics in their order, of which no more than ``KEPT`` of each kind in a file are held."""

    _kept: list[Diagnostic] = field(factory=list)
    _last: dict[_Kind, int] = field(factory=dict)  # where the last of a kind stands
    _held: dict[_Kind, int] = field(factory=dict)
    _more: dict[_Kind, int] = field(factory=dict)

    def append(self, diagnostic: Diagnostic) -> None:
        """Keep a diagnostic, or count it."""
        kind = (type(diagnostic), _file(diagnostic))
        held, more = self._held.get(kind, 0), diagnostic.more
        if held < KEPT:
            self._held[kind] = held + 1
            self._last[kind] = len(self._kept)
            self._kept.append(diagnostic if not more else evolve(diagnostic, more=0))
        else:
            more += 1
        if more:
            self._more[kind] = self._more.get(kind, 0) + more

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Keep or count each of them."""
        for diagnostic in diagnostics:
            self.append(diagnostic)

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Diagnostic]:
        """What is kept; the last of a kind tells how many more there are."""
        more = {self._last[kind]: count for kind, count in self._more.items()}
        for place, diagnostic in enumerate(self._kept):
            yield evolve(diagnostic, more=more[place]) if place in more else diagnostic


def gathered(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Diagnostics in their order, those beyond ``KEPT`` of a kind counted."""
    found = Gathered()
    found.extend(diagnostics)
    return tuple(found)


def told_at(places: Sequence[int], tell: Callable[[int], Diagnostic]) -> list[Diagnostic]:
    """Diagnostics of one kind, one for each place; those beyond ``KEPT`` are counted and never made."""
    told = [tell(place) for place in islice(places, KEPT)]
    if len(places) > KEPT:
        told[-1] = evolve(told[-1], more=len(places) - KEPT)
    return told


def number_of(diagnostics: Iterable[Diagnostic]) -> int:
    """How many there are, with those that are only counted."""
    return sum(1 + diagnostic.more for diagnostic in diagnostics)


def _file(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    return span.file if isinstance(span, Cell) else span.source.name
