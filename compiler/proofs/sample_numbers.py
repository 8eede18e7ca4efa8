"""Numbers that read apart: for each gap between thresholds, and for each threshold, one that a value can be."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from haiten.compiler.program.program import Program
from haiten.compiler.program.ranges import ends_of, range_of, unit_of
from haiten.compiler.program.terms import FactValue, PreviousScore, RankValue, ScoreValue, Value
from haiten.compiler.syntax.units import Range


def numbers_of(program: Program, value: Value, thresholds: Iterable[Fraction]) -> list[Fraction]:
    """Each threshold that a value can be, and a number in every gap where there is one."""
    if isinstance(value, FactValue):
        return sorted(_on_grid(ends_of(value.fact), unit_of(value.fact), sorted(thresholds)))
    bounds = range_of(value, program)
    if isinstance(value, PreviousScore | RankValue | ScoreValue):
        return sorted(_on_grid(bounds, Fraction(1), sorted(thresholds)))
    return sorted(_anywhere(bounds, sorted(thresholds)))


def _on_grid(ends: Range, unit: Fraction, thresholds: list[Fraction]) -> Iterator[Fraction]:
    def allowed(number: Fraction) -> bool:
        inside = (ends.low is None or number >= ends.low) and (ends.high is None or number <= ends.high)
        return inside and (number / unit).denominator == 1

    for above, below in pairwise([None, *thresholds, None]):
        if above is not None and allowed(above):
            yield above
        if above is not None:
            number = floor(above / unit) * unit + unit
            number = number if ends.low is None else max(number, ends.low)
        elif below is not None:
            number = ceil(below / unit) * unit - unit
            number = number if ends.high is None else min(number, ends.high)
        else:  # compared with nothing: その他 may be the only class
            number = ends.low if ends.low is not None else ends.high or Fraction(0)
        if allowed(number) and (below is None or number < below):
            yield number


def _anywhere(bounds: Range, thresholds: list[Fraction]) -> Iterator[Fraction]:
    """For what is computed: any number within its range, as far as that is known."""
    for above, below in pairwise([None, *thresholds, None]):
        if above is not None and _inside(bounds, above):
            yield above
        low = above if bounds.low is None or (above is not None and above >= bounds.low) else bounds.low
        high = below if bounds.high is None or (below is not None and below <= bounds.high) else bounds.high
        if low is None or high is None:
            number = high - 1 if high is not None else low + 1 if low is not None else Fraction(0)
        else:
            number = (low + high) / 2
        if (above is None or number > above) and (below is None or number < below) and _inside(bounds, number):
            yield number


def _inside(bounds: Range, number: Fraction) -> bool:
    return (bounds.low is None or number >= bounds.low) and (bounds.high is None or number <= bounds.high)
