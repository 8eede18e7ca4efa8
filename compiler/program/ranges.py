"""Between which bounds a value surely lies, and what a node gives at most."""

from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from typing import assert_never

from haiten.compiler.program.program import Node, Program
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
from haiten.compiler.syntax.units import Range


def range_of(value: Value, program: Program) -> Range:
    """The bounds of a value, from the declared ranges of its facts and the maxima of its nodes."""
    match value:
        case Constant():
            return Range(value.value, value.value)
        case FactValue():
            return Range(value.fact.low, value.fact.high)
        case ScoreValue():
            most = value.undisclosed + sum(program.nodes[path].maximum for path in value.paths)
            return Range(Fraction(0), Fraction(most))
        case PreviousScore():
            return Range(Fraction(0), None)
        case Sum(terms):
            total = Range(Fraction(0), Fraction(0))
            for sign, inner in terms:
                bounds = range_of(inner, program)
                total = total.plus(bounds if sign > 0 else bounds.negate())
            return total
        case Product(factors):
            product = Range(Fraction(1), Fraction(1))
            for exponent, inner in factors:
                bounds = range_of(inner, program)
                product = product.times(bounds if exponent > 0 else bounds.inverse())
            return product
        case Extremum(parts=parts, greatest=greatest):
            pick = max if greatest else min
            ranges = [range_of(part, program) for part in parts]
            lows = [inner.low for inner in ranges if inner.low is not None]
            highs = [inner.high for inner in ranges if inner.high is not None]
            return Range(
                pick(lows) if len(lows) == len(ranges) else None, pick(highs) if len(highs) == len(ranges) else None
            )
        case Rounded(value=inner) | Statistic(value=inner):
            # Rounding may reach zero from beyond it.
            return Range() if isinstance(value, Rounded) else range_of(inner, program)
        case RankValue():
            return Range(Fraction(1), None)
        case _:
            assert_never(value)


def structural_bound(program: Program, node: Node) -> int:
    """The most that a node can give by its structure alone, whatever the conditions are."""
    if node.is_leaf:
        return node.maximum
    below = [structural_bound(program, program.nodes[child]) for child in node.children]
    return node.joined([*below, node.undisclosed])


@lru_cache(4096)
def ends_of(fact: Fact) -> Range:
    """The least and greatest number that a fact can be, on the grid of its decimals."""
    unit = unit_of(fact)
    low = None if fact.low is None else ceil(fact.low / unit) * unit
    high = None if fact.high is None else floor(fact.high / unit) * unit
    return Range(low, high)


@lru_cache(4096)
def unit_of(fact: Fact) -> Fraction:
    """The step between two numbers of a fact."""
    return Fraction(1, 10**fact.decimals)
