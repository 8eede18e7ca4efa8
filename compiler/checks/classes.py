"""区分: classes that nobody is in, values in no class, borders that two classes claim (language.md, Classes).

A body is in the first class that fits, so that a list from the greatest 以上 down is the usual way to write one: a
class may hold those before it. What no author can mean is a class whose values are all taken before it is asked.
"""

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import islice, pairwise, product
from typing import Final

from haiten.compiler.checks.kept_parts import KeptParts
from haiten.compiler.diagnostics import (
    ClassesOverlap,
    ClassGap,
    Diagnostic,
    EmptyClass,
    SwallowedClass,
    UnreachedClass,
)
from haiten.compiler.late import frozen
from haiten.compiler.program.describe import describe_value, show_number
from haiten.compiler.program.evaluate import Datum, data_in, fact_of, value_of
from haiten.compiler.program.program import Program
from haiten.compiler.program.ranges import ends_of, range_of, unit_of
from haiten.compiler.program.terms import (
    Classification,
    Constant,
    FactValue,
    PreviousScore,
    RankValue,
    ScoreValue,
    Value,
)
from haiten.compiler.program.walk import parts_of
from haiten.compiler.proofs.extremes import Regions
from haiten.compiler.proofs.sample_numbers import numbers_of
from haiten.compiler.syntax.operators import Operator
from haiten.compiler.syntax.rulebook import ClassDecl
from haiten.compiler.syntax.units import Unit

_TRIED: Final = tuple(map(Fraction, (10_000, 100, 1, 1_000_000, 10, 1_000, 100_000, 0)))
_MOST_TRIED: Final = 512


def check_classes(program: Program, _: KeptParts) -> Iterator[Diagnostic]:
    """All of it, for the 区分 of a rulebook."""
    damaged = program.syntax.damaged
    yield from check_declared(program, program.syntax.classes, damaged=damaged)


def check_declared(program: Program, decls: Iterable[ClassDecl], *, damaged: bool) -> Iterator[Diagnostic]:
    """The same for the 区分 that any kind of file declares; what is lacking may be what could not be read."""
    for decl in decls:
        classification = program.classes.get(decl.name)
        if classification is None or len(classification.cases) != len(decl.cases) or not _comparable(classification):
            continue
        reading = _Reading.of(program, classification, decl)
        yield from reading.unreached()
        if not damaged:
            yield from reading.gaps()
        yield from reading.overlaps()


def reached_classes(program: Program, classification: Classification) -> frozenset[str]:
    """The classes that some value is in, as far as declared ranges tell."""
    numbers = numbers_of(program, classification.value, _thresholds(classification))
    taken = (next(iter(_fitting(classification, number)), None) for number in numbers)
    return frozenset(classification.cases[first][0] for first in taken if first is not None)


@frozen(eq=False)
class _Reading:
    """A 区分 and a number of each stretch that its bounds cut, each with the classes that it fits, in their order."""

    program: Program
    classification: Classification
    decl: ClassDecl
    fits: tuple[tuple[Fraction, tuple[int, ...]], ...]

    @classmethod
    def of(cls, program: Program, classification: Classification, decl: ClassDecl) -> "_Reading":
        numbers = numbers_of(program, classification.value, _thresholds(classification))
        return cls(program, classification, decl, tuple((n, _fitting(classification, n)) for n in numbers))

    @property
    def _behind_rest(self) -> int:
        """The number of the first class behind その他, which is reported as such (H305)."""
        bare = (number for number, case in enumerate(self.decl.cases) if not case.bounds)
        return next(bare, len(self.decl.cases)) + 1

    @property
    def _taken(self) -> frozenset[int]:
        """The classes that some value is in."""
        return frozenset(fits[0] for _, fits in self.fits if fits)

    def unreached(self) -> Iterator[Diagnostic]:
        """Classes that no value is in; those that the same ones swallow are one mistake."""
        swallowed: dict[tuple[int, ...], list[int]] = {}
        for number, case in enumerate(self.decl.cases[: self._behind_rest]):
            own = [fits for _, fits in self.fits if number in fits]
            if number in self._taken:
                continue
            if not case.bounds:
                if not swallowed:  # by one that takes too much
                    yield UnreachedClass(case.span, case.name, "ほかの階級が、全ての値を受けます")
            elif own:
                swallowed.setdefault(tuple(sorted({fits[0] for fits in own})), []).append(number)
            elif not self._can_be(number):
                yield EmptyClass(case.span, case.name)
            else:
                yield UnreachedClass(case.span, case.name, self._reason())
        for takers, numbers in swallowed.items():
            case, first = self.decl.cases[numbers[0]], self.decl.cases[takers[0]]
            own_values = [value for value, fits in self.fits if numbers[0] in fits and fits[0] == takers[0]]
            shown = next(filter(None, map(self._shown_if_real, own_values)), self._shown(own_values[0]))
            yield SwallowedClass(case.span, self._names(numbers), self._names(takers), shown, first.name, first.span)

    def gaps(self) -> Iterator[Diagnostic]:
        """Values in no class: one diagnostic for each stretch of them."""
        inside = False
        for value, fits in self.fits:
            if fits:
                inside = False
            elif not inside and (shown := self._shown_if_real(value)) is not None:
                inside = True
                yield ClassGap(self.decl.span, self.decl.name, shown)

    def overlaps(self) -> Iterator[Diagnostic]:
        """Pairs of which neither holds the other, and the first takes what both claim."""
        sets = [{value for value, fits in self.fits if number in fits} for number in range(len(self.decl.cases))]
        for later, case in enumerate(self.decl.cases[: self._behind_rest]):
            # A class that nobody is in was reported as such.
            for earlier in range(later) if case.bounds and later in self._taken else ():
                nested = sets[earlier] <= sets[later] or sets[later] <= sets[earlier]
                both = [value for value, fits in self.fits if fits[:1] == (earlier,) and later in fits]
                shown = next(filter(None, map(self._shown_if_real, both)), None)
                if not nested and shown is not None:
                    first = self.decl.cases[earlier]
                    yield ClassesOverlap(case.span, first.name, case.name, shown, first.span)

    def _names(self, numbers: Iterable[int]) -> str:
        return "、".join(f"「{self.decl.cases[number].name}」" for number in numbers)

    def _can_be(self, number: int) -> bool:
        """Whether any number at all meets the bounds of a class."""
        bounds = self.classification.cases[number][1]
        edges = sorted({bound.value for _, bound in bounds})
        tried = [*edges, *((a + b) / 2 for a, b in pairwise(edges)), edges[0] - 1, edges[-1] + 1]
        return any(_meets(bounds, value) for value in tried)

    def _reason(self) -> str:
        """Why no value is in a class whose bounds can be met: what the value is by its declaration."""
        value = self.classification.value
        bounds = range_of(value, self.program)
        ends = [
            f"{self._shown(end)}{word}"
            for end, word in ((bounds.low, Operator.AT_LEAST), (bounds.high, Operator.AT_MOST))
            if end is not None
        ]
        if isinstance(value, FactValue):
            ends.append(f"小数{value.fact.decimals}桁" if value.fact.decimals else "整数")
        return f"{describe_value(value)} は{'、'.join(ends)}です"

    # Values in words

    def _shown(self, value: Fraction) -> str:
        return _with_unit(value, self.classification.value.unit)

    def _shown_if_real(self, value: Fraction) -> str | None:
        """A value as a body can have it; None where none was found."""
        measured = self.classification.value
        if isinstance(measured, FactValue | PreviousScore | RankValue):
            return self._shown(value)
        if isinstance(measured, ScoreValue):
            sums = Regions(self.program).sums(measured.paths) if self.program.order else None
            return self._shown(value) if sums is None or value in sums else None
        if not _of_data(measured):
            return self._shown(value)
        thresholds = _thresholds(self.classification)
        found = facts_for(measured, value, thresholds)
        if found is None:
            return None
        numbers, reached = found
        facts = "、".join(f"{datum.column} {_with_unit(number, datum.unit)}" for datum, number in numbers.items())
        return f"{self._shown(reached)}（{facts}）"


def facts_for(
    value: Value, wanted: Fraction, thresholds: Iterable[Fraction]
) -> tuple[dict[Datum, Fraction], Fraction] | None:
    """Facts for which a value is as wanted, or reads alike against the thresholds, and what it is then.

    A value is a straight line in most of its facts, so that one of them is moved along it, the others being tried at
    a few sizes.
    """
    edges = tuple(thresholds)
    data = list({datum.column: datum for datum in data_in(value)}.values())
    for moved in data:
        others = [datum for datum in data if datum is not moved]
        pools = ([n for n in map(_snapped(datum), _TRIED) if n is not None] for datum in others)
        for tried in islice(product(*pools), _MOST_TRIED):
            numbers = dict(zip((datum.column for datum in others), tried, strict=True))
            for number in _along(value, moved, numbers, wanted):
                at = {**numbers, moved.column: number}
                reached = value_of(value, at)
                if reached is not None and all(_side(reached, edge) == _side(wanted, edge) for edge in edges):
                    return {datum: at[datum.column] for datum in data}, reached
    return None


def _along(value: Value, moved: Datum, numbers: dict[str, Fraction], wanted: Fraction) -> Iterator[Fraction]:
    """Numbers of one fact that bring a value near what is wanted."""
    snap, unit = _snapped(moved), _step(moved)
    ends = [value_of(value, {**numbers, moved.column: at}) for at in (Fraction(1), Fraction(2))]
    start, then = ends
    if start is None or then is None or start == then:
        return
    aim = 1 + (wanted - start) / (then - start)
    for step in (0, 1, -1):
        if (number := snap((aim // unit + step) * unit)) is not None:
            yield number


def _snapped(datum: Datum) -> Callable[[Fraction], Fraction | None]:
    """What makes a number one that the datum can be; None for a number that it cannot be."""
    fact, unit = fact_of(datum), _step(datum)
    low, high = (ends_of(fact).low, ends_of(fact).high) if fact else (Fraction(0), None)

    def snap(number: Fraction) -> Fraction | None:
        inside = (low is None or number >= low) and (high is None or number <= high)
        return number // unit * unit if inside else None

    return snap


def _step(datum: Datum) -> Fraction:
    fact = fact_of(datum)
    return unit_of(fact) if fact else Fraction(1)


def _of_data(value: Value) -> bool:
    """Whether a value is made of facts alone, so that facts for it can be looked for."""
    if isinstance(value, ScoreValue | RankValue):
        return False
    return all(map(_of_data, parts_of(value)))


def _with_unit(value: Fraction, unit: Unit) -> str:
    return show_number(value) + (str(unit) if unit.powers else "")


def _side(value: Fraction, edge: Fraction) -> int:
    return (value > edge) - (value < edge)


def _meets(bounds: tuple[tuple[Operator, Constant], ...], value: Fraction) -> bool:
    return all(operator.holds(value, bound.value) for operator, bound in bounds)


def _fitting(classification: Classification, value: Fraction) -> tuple[int, ...]:
    return tuple(number for number, (_, bounds) in enumerate(classification.cases) if _meets(bounds, value))


def _thresholds(classification: Classification) -> set[Fraction]:
    return {bound.value for _, bounds in classification.cases for _, bound in bounds}


def _comparable(classification: Classification) -> bool:
    """Whether all bounds have the value's unit; where not, that was reported."""
    unit = classification.value.unit
    return all(bound.unit == unit for _, bounds in classification.cases for _, bound in bounds)
