"""Facts for which computed values are as wanted, found by trying some."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import islice, product
from typing import Final

from haiten.compiler.program.evaluate import Datum, Numbers, data_in, fact_of, value_of
from haiten.compiler.program.terms import Value
from haiten.compiler.proofs.integer_points import StepBudget

_STEPS: Final = (1, 2, 5, 10, 50, 100, 1_000, 10_000)
_MOST_TRIED: Final = 5_000


def search(
    goals: Sequence[tuple[Value, Callable[[Fraction], bool]]],
    numbers: Numbers,
    fixed: frozenset[str],
    steps: StepBudget,
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
