"""A division that can meet zero."""

from collections.abc import Iterator
from itertools import chain

from haiten.compiler.checks.kept_parts import KeptParts
from haiten.compiler.diagnostics import Diagnostic, DivisionByZero
from haiten.compiler.program.describe import describe_value
from haiten.compiler.program.program import Node, Program
from haiten.compiler.program.ranges import range_of
from haiten.compiler.program.terms import AnswerTo, Product, Value
from haiten.compiler.program.walk import conditions_in, parts_of, values_of


def check_division(program: Program, kept: KeptParts) -> Iterator[Diagnostic]:
    """A divisor whose declared range holds zero, reported once per place that divides by it."""
    for node in [program.nodes[path] for path in kept.of(program, _divides)]:
        for local in node.locals:
            for divisor in divisors_in(local.value):
                if range_of(divisor, program).holds_zero:
                    yield DivisionByZero(local.decl.span, describe_value(divisor))
        requirement = node.decl.requirement
        if node.condition is None or requirement is None or isinstance(node.condition, AnswerTo):
            continue
        for part in conditions_in(node.condition):
            for value in values_of(part):
                divisors = list(divisors_in(value))
                if divisors and value in chain.from_iterable(_outwards(program, node.path)):
                    continue  # a local name: reported where it is defined
                for divisor in divisors:
                    if range_of(divisor, program).holds_zero:
                        yield DivisionByZero(requirement.span, describe_value(divisor))


def _divides(_: Program, node: Node) -> bool | None:
    """Whether something is divided at a node that is written there."""
    if node.is_shared:
        return None
    asked = () if node.condition is None or isinstance(node.condition, AnswerTo) else conditions_in(node.condition)
    values = [local.value for local in node.locals] + [value for part in asked for value in values_of(part)]
    return any(True for value in values for _ in divisors_in(value)) or None


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
