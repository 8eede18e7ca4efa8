"""Comparisons with a number, solved for what is compared: ``四捨五入(値 × 2) が 5以上`` is ``値 が 2.25以上``."""

from fractions import Fraction
from math import ceil, floor
from typing import Final, assert_never

from attrs import evolve

from haiten.compiler.program.terms import (
    Compare,
    Constant,
    Extremum,
    FactValue,
    PreviousScore,
    Product,
    Ranking,
    RankValue,
    Rounded,
    ScoreValue,
    Statistic,
    Sum,
    Value,
)
from haiten.compiler.proofs.cells import sides
from haiten.compiler.syntax.operators import Operator
from haiten.compiler.syntax.units import Unit

_ANY: Final = Unit()


def isolated(part: Compare) -> Compare:
    """A comparison that says the same of the innermost value that is no sum, multiple or rounding of another.

    Where neither side is a number, or the value is no such thing, it stays as it is.
    """
    value, number = sides(part)
    if number is None:
        return part
    operator = part.operator if value is part.left else part.operator.turned
    bound = number.value
    while (step := _solved(value, operator, bound)) is not None:
        value, operator, bound = step
    return evolve(part, left=value, operator=operator, right=evolve(number, value=bound))


def ranked(ranking: Ranking) -> Ranking:
    """A ranking in the same order, by the innermost value that is no sum or multiple of another."""
    value, lower = ranking.value, ranking.lower_is_better
    while not isinstance(value, Rounded) and (step := _solved(value, Operator.AT_LEAST, Fraction(0))) is not None:
        value, lower = step[0], lower if step[1] is Operator.AT_LEAST else not lower
    return evolve(ranking, value=value, lower_is_better=lower)


def _solved(value: Value, operator: Operator, bound: Fraction) -> tuple[Value, Operator, Fraction] | None:
    """One step inwards; None where there is none."""
    match value:
        case Sum(terms=terms):
            inner = [(sign, term) for sign, term in terms if not isinstance(term, Constant)]
            rest = sum((sign * term.value for sign, term in terms if isinstance(term, Constant)), Fraction(0))
            if len(inner) != 1:
                return None
            sign, term = inner[0]
            return term, operator if sign > 0 else operator.turned, sign * (bound - rest)
        case Product(factors=factors):
            varying = [(exponent, factor) for exponent, factor in factors if not isinstance(factor, Constant)]
            numbers = [(exponent, factor.value) for exponent, factor in factors if isinstance(factor, Constant)]
            if not varying or not all(number for _, number in numbers) or (not numbers and value.unit == _ANY):
                return None
            alone = len(varying) == 1 and varying[0][0] > 0
            scale = Fraction(1)
            for exponent, number in numbers:
                scale = scale * number if exponent > 0 else scale / number
            # Without the numbers its unit is not what it was; an order does not ask for it.
            inner_value = varying[0][1] if alone else Product(tuple(varying), _ANY)
            return inner_value, operator if scale > 0 else operator.turned, bound / scale
        case Rounded() if operator is not Operator.EQUAL:
            return value.value, *_unrounded(value, operator, bound)
        case (
            Constant()
            | FactValue()
            | ScoreValue()
            | PreviousScore()
            | Extremum()
            | Rounded()
            | Statistic()
            | RankValue()
        ):
            return None
        case _:
            assert_never(value)


def _unrounded(value: Rounded, operator: Operator, bound: Fraction) -> tuple[Operator, Fraction]:
    """Which values are rounded to what is at least a bound; below it are those that are not."""
    unit = Fraction(1, 10**value.decimals)
    steps = ceil(bound / unit) if operator in (Operator.AT_LEAST, Operator.BELOW) else floor(bound / unit) + 1
    end, left_out = value.way.first_reaching(steps)
    least, reached = end * unit, Operator.ABOVE if left_out else Operator.AT_LEAST
    if operator.direction > 0:
        return reached, least
    return Operator.BELOW if reached is Operator.AT_LEAST else Operator.AT_MOST, least
