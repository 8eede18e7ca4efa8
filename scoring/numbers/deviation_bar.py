"""What a comparison with 全国標準偏差 is held against, as a number: mean, deviation, bar, and of how many bodies.

A standard deviation is a root, which need not have an end: it is told to some digits, marked 約, while the comparison
itself was made by squares and is exact at the bar too (language.md, Standard deviations).
"""

from fractions import Fraction
from math import isqrt
from typing import Any, Final

from haiten.compiler.late import dense
from haiten.compiler.program.describe import show_number

_DIGITS: Final = 30  # of a root, far behind those that are shown


@dense
class Root:
    """A standard deviation, or a bar made with one: exact, or cut off far behind the digits that are shown."""

    value: Fraction
    exact: bool
    unit: str

    @property
    def shown(self) -> str:
        """The number for people."""
        text = show_number(self.value)
        return ("" if self.exact or text.startswith("約") else "約") + text + self.unit


@dense
class BarReading:
    """A bar as a body met it.

    Attributes:
        names: of the mean, of the deviation, and of the bar as a whole.
        mean, variance: None where no body has a value.
        bodies: of how many the mean and the deviation are; ``meeting``: how many surely meet the condition. None where
            only cut-offs are known.
    """

    names: tuple[str, str, str]
    mean: Fraction | None
    variance: Fraction | None
    deviation: Root | None
    bar: Root | None
    bodies: int | None
    meeting: int | None
    unit: str

    @property
    def told(self) -> str:
        """The bar for people; empty where it is not known."""
        return "" if self.bar is None else f"{self.names[2]} = {self.bar.shown}"

    def sentences(self) -> tuple[str, ...]:
        """The same for people, a line each."""
        mean, deviation, bar = self.names
        if self.mean is None or self.deviation is None or self.variance is None:
            return (f"{deviation} は不明",)
        of = "保存された全国の値" if self.bodies is None else f"{self.bodies:,}団体"
        told = [f"{mean} = {show_number(self.mean)}{self.unit}（{of}）"]
        root = "" if self.deviation.exact else f"（{show_number(self.variance)} の平方根。比べるときは両辺を2乗する）"
        told.append(f"{deviation} = {self.deviation.shown}{root}")
        if self.bar is not None and bar != deviation:
            told.append(self.told)
        if self.bodies is not None and self.meeting is not None:
            told.append(f"満たすのは{self.bodies:,}団体のうち{self.meeting:,}団体")
        return tuple(told)

    def to_json(self) -> dict[str, Any]:
        """The same as JSON."""
        exact = {name: None if value is None else str(value) for name, value in self._exact()}
        return {
            "text": self.names[2],
            **exact,
            "deviation": _root_json(self.deviation),
            "bar": _root_json(self.bar),
            "unit": self.unit,
            "n": self.bodies,
            "met": self.meeting,
        }

    def _exact(self) -> tuple[tuple[str, Fraction | None], ...]:
        return ("mean", self.mean), ("variance", self.variance)


def _root_json(root: Root | None) -> dict[str, Any] | None:
    if root is None:
        return None
    return {"shown": root.shown, "exact": str(root.value) if root.exact else None}


def root_of(value: Fraction) -> tuple[Fraction, bool]:
    """The root of a number that is not negative, cut off behind many digits; and whether it is exact."""
    product, digits = value.numerator * value.denominator, 10**_DIGITS
    whole = isqrt(product)
    if whole * whole == product:
        return Fraction(whole, value.denominator), True
    return Fraction(isqrt(product * digits * digits), value.denominator * digits), False
