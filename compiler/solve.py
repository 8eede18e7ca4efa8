"""Computed values for given facts, and facts for which a computed value is as wanted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice, product
from statistics import median
from typing import Final

from haiten.compiler.integer_points import Steps
from haiten.compiler.program import (
    Constant,
    Extremum,
    Fact,
    FactValue,
    PreviousScore,
    Product,
    Rounded,
    Statistic,
    Sum,
    Value,
)
from haiten.compiler.walk import parts_of

_STEPS: Final = (1, 2, 5, 10, 50, 100, 1_000, 10_000)
_MOST_TRIED: Final = 5_000

Datum = FactValue | PreviousScore


def data_in(value: Value) -> Iterator[Datum]:
    """The facts that a value is made of, and points of the year before."""
    if isinstance(value, FactValue | PreviousScore):
        yield value
    for part in parts_of(value):
        yield from data_in(part)


def is_national(value: Value) -> bool:
    """Whether a value rests on a mean or median of all bodies."""
    return isinstance(value, Statistic) or any(map(is_national, parts_of(value)))


def fact_of(datum: Datum) -> Fact | None:
    """The fact that a datum is; None for points."""
    return datum.fact if isinstance(datum, FactValue) else None


Numbers = Mapping[str, Fraction | None]  # what a body's columns hold


def value_of(value: Value, numbers: Numbers, population: Sequence[Numbers] = ()) -> Fraction | None:
    """A value that is computed from facts; None for any other, and where it divides by zero.

    Args:
        value: what is computed.
        numbers: the facts of the body.
        population: those of all bodies, for means and medians; the body alone where it is empty.
    """
    if isinstance(value, Constant):
        return value.value
    if isinstance(value, FactValue | PreviousScore):
        return numbers.get(value.column)
    if isinstance(value, Statistic):
        figures = [value_of(value.value, body, population) for body in population or (numbers,)]
        known = sorted(figure for figure in figures if figure is not None)
        if not known:
            return None
        return Fraction(median(known)) if value.median else sum(known, Fraction(0)) / len(known)
    inner = [value_of(part, numbers, population) for part in parts_of(value)]
    parts = [part for part in inner if part is not None]
    if len(parts) < len(inner):
        return None
    match value:
        case Sum(terms=terms):
            return sum((sign * part for (sign, _), part in zip(terms, parts, strict=True)), Fraction(0))
        case Product(factors=factors):
            result = Fraction(1)
            for (exponent, _), part in zip(factors, parts, strict=True):
                if exponent < 0 and not part:
                    return None
                result = result * part if exponent > 0 else result / part
            return result
        case Extremum(greatest=greatest):
            return (max if greatest else min)(parts)
        case Rounded(decimals=decimals, half_up=half_up):
            scaled = abs(parts[0]) * 10**decimals + (Fraction(1, 2) if half_up else 0)
            return Fraction(int(scaled) * (1 if parts[0] >= 0 else -1), 10**decimals)
    return None


def search(
    goals: Sequence[tuple[Value, Callable[[Fraction], bool]]],
    numbers: Numbers,
    fixed: frozenset[str],
    steps: Steps,
) -> dict[str, Fraction] | None:
    """Facts for which all values are as wanted; None where none of those that are tried will do.

    Args:
        goals: what is computed, each with whether a result will do.
        numbers: what is known so far, by column; the columns of ``fixed`` stay as they are.
        fixed: columns.
        steps: one is taken for each that is tried.

    Raises:
        StepsUsedUpError: there are no more steps.
    """
    data = sorted({datum.column: datum for value, _ in goals for datum in data_in(value)}.items())
    pools = [[numbers[column]] if column in fixed and column in numbers else _pool(datum) for column, datum in data]
    for tried in islice(product(*pools), _MOST_TRIED):
        steps.take()
        facts = {column: number for (column, _), number in zip(data, tried, strict=True) if number is not None}
        results = ((value_of(value, facts), wanted) for value, wanted in goals)
        if all(result is not None and wanted(result) for result, wanted in results):
            return facts
    return None


def _pool(datum: Datum) -> list[Fraction]:
    """Numbers to try for a datum: small ones, round ones, and the ends of its range."""
    fact = fact_of(datum)
    unit = Fraction(1, 10**fact.decimals) if fact else Fraction(1)
    low, high = (fact.low, fact.high) if fact else (Fraction(0), None)
    start = low if low is not None else Fraction(0)
    found = {start, *(start + unit * step for step in _STEPS), *(Fraction(step) for step in _STEPS)}
    found |= {-number for number in found} if low is None else set()
    found |= {high} if high is not None else set()
    return sorted(n for n in found if (low is None or n >= low) and (high is None or n <= high))


def nudges(datum: Datum, number: Fraction) -> Iterator[Fraction]:
    """Numbers near one that a datum may be too, the nearest first."""
    fact = fact_of(datum)
    unit = Fraction(1, 10**fact.decimals) if fact else Fraction(1)
    low, high = (fact.low, fact.high) if fact else (Fraction(0), None)
    for step, sign in product(_STEPS, (1, -1)):
        changed = number + sign * step * unit
        if (low is None or changed >= low) and (high is None or changed <= high):
            yield changed
