"""Values computed from facts, without an evaluator: for proofs, examples and amounts that are known beforehand."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import assert_never

from haiten.compiler.program.terms import (
    Constant,
    Extremum,
    Fact,
    FactValue,
    PreviousScore,
    Product,
    RankValue,
    Rounded,
    ScoreValue,
    Statistic,
    Sum,
    Value,
)
from haiten.compiler.program.walk import parts_of

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
        from statistics import median  # which takes time to load

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
        case Rounded(decimals=decimals, way=way):
            return Fraction(way.whole(parts[0] * 10**decimals), 10**decimals)
        case ScoreValue() | RankValue():
            return None
        case _:
            assert_never(value)
