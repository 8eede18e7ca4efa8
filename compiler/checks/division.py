"""A division that can meet zero."""

from collections.abc import Iterator
from fractions import Fraction

from haiten.compiler.describe import describe_value
from haiten.compiler.diagnostics import Diagnostic, DivisionByZero
from haiten.compiler.program import (
    Constant,
    Extremum,
    FactValue,
    PreviousScore,
    Product,
    Program,
    RankValue,
    Rounded,
    ScoreValue,
    Statistic,
    Sum,
    Value,
    conditions_in,
    parts_of,
    values_of,
)
from haiten.compiler.types import Range


def check_division(program: Program) -> Iterator[Diagnostic]:
    """A divisor whose declared range holds zero, told once per place that divides by it."""
    for node in program.nodes.values():
        if node.is_shared:
            continue
        for local in node.locals:
            for divisor in divisors_in(local.value):
                if range_of(divisor, program).holds_zero:
                    yield DivisionByZero(local.decl.span, describe_value(divisor))
        requirement = node.decl.requirement
        if node.condition is None or requirement is None:
            continue
        known = [value for owner in _outwards(program, node.path) for value in owner]
        for part in conditions_in(node.condition):
            for value in values_of(part):
                if value in known:
                    continue  # a local name: told where it is defined
                for divisor in divisors_in(value):
                    if range_of(divisor, program).holds_zero:
                        yield DivisionByZero(requirement.span, describe_value(divisor))


def _outwards(program: Program, path: str | None) -> Iterator[list[Value]]:
    while path is not None:
        node = program.nodes[path]
        yield [local.value for local in node.locals]
        path = node.parent


def divisors_in(value: Value) -> Iterator[Value]:
    """All that a value divides by, within it."""
    if isinstance(value, Product):
        yield from (inner for exponent, inner in value.factors if exponent < 0)
    for part in parts_of(value):
        yield from divisors_in(part)


def range_of(value: Value, program: Program) -> Range:
    """The bounds of a value, from the declared ranges of its facts and the maxima of its nodes."""
    match value:
        case Constant():
            return Range(value.value, value.value)
        case FactValue():
            return Range(value.fact.low, value.fact.high)
        case ScoreValue():
            return Range(Fraction(0), Fraction(sum(program.nodes[path].maximum for path in value.paths)))
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
