"""Reads off what a body was held against in a comparison with 全国標準偏差."""

from fractions import Fraction
from typing import Protocol

from haiten.compiler.program.terms import Condition, DeviationBar, Value
from haiten.scoring.numbers.deviation_bar import BarReading, Root, root_of


class BarRead(Protocol):
    """What is asked of a body, whoever scored it."""

    def value(self, value: Value) -> Fraction | None:
        """What a value of the program came to; None where it is unknown."""

    def having(self, value: Value) -> int | None:
        """How many bodies have a value, of which a mean was made; None where it was kept with cut-offs."""

    def meeting(self, condition: Condition) -> int | None:
        """How many bodies surely meet a condition; None where the bodies are not all that it is about."""


def read_bar(body: BarRead, condition: Condition, bar: DeviationBar) -> BarReading:
    """What a body was held against."""
    unit = str(bar.of.unit) if bar.of.unit.powers else ""
    mean, variance = body.value(bar.mean), body.value(bar.variance)
    deviation = held = None
    if variance is not None:
        root, exact = root_of(variance)
        deviation = Root(root, exact, unit)
        beside = [(sign, body.value(value)) for sign, value in bar.beside]
        if all(value is not None for _, value in beside):
            rest = sum((sign * value for sign, value in beside if value is not None), Fraction(0))
            held = Root(rest + bar.times * root, exact, unit)
    names = (f"全国平均{bar.deviation.removeprefix('全国標準偏差')}", bar.deviation, bar.written)
    return BarReading(names, mean, variance, deviation, held, body.having(bar.of), body.meeting(condition), unit)
