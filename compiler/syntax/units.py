"""Units and ranges: what a value is measured in, and between which bounds it lies."""

from collections import Counter
from fractions import Fraction
from typing import Final

from haiten.compiler.late import dense, frozen

POINT: Final = "点"
PLAIN: Final = "数"  # the word for a number without unit


@dense
class Unit:
    """A product of base units with exponents; ``powers`` is sorted and holds no zero exponent.

    ``÷`` makes ``円/人``, ``×`` makes ``点・人``, equal units cancel (language.md, Types).
    """

    powers: tuple[tuple[str, int], ...] = ()

    def times(self, other: "Unit", exponent: int = 1) -> "Unit":
        """The unit of a product, or with exponent -1 of a quotient."""
        powers = Counter(dict(self.powers))
        for name, power in other.powers:
            powers[name] += exponent * power
        return Unit(tuple(sorted((name, power) for name, power in powers.items() if power)))

    def __str__(self) -> str:
        if not self.powers:
            return "単位なし"
        above = [name for name, power in self.powers for _ in range(power)]
        below = [name for name, power in self.powers for _ in range(-power)]
        return "・".join(above or ["1"]) + ("/" + "・".join(below) if below else "")


def parse_unit(text: str) -> Unit:
    """The unit that is written ``text``: base units joined by ``・`` and at most one ``/``."""
    if text in ("", PLAIN):
        return Unit()
    above, _, below = text.partition("/")
    unit = Unit()
    for part, exponent in ((above, 1), (below, -1)):
        for name in filter(None, part.split("・")):
            unit = unit.times(Unit(((name, 1),)), exponent)
    return unit


@frozen
class Range:
    """The bounds within which a value surely lies, both included; None where unbounded."""

    low: Fraction | None = None
    high: Fraction | None = None

    @property
    def holds_zero(self) -> bool:
        """Whether the value can be zero."""
        return (self.low is None or self.low <= 0) and (self.high is None or self.high >= 0)

    def negate(self) -> "Range":
        """The range of the negative."""
        return Range(None if self.high is None else -self.high, None if self.low is None else -self.low)

    def plus(self, other: "Range") -> "Range":
        """The range of a sum."""
        return Range(
            None if self.low is None or other.low is None else self.low + other.low,
            None if self.high is None or other.high is None else self.high + other.high,
        )

    def times(self, other: "Range") -> "Range":
        """The range of a product; unbounded unless all four bounds are known, or both are at least zero."""
        if self.low is not None and other.low is not None:
            if self.high is not None and other.high is not None:
                products = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
                return Range(min(products), max(products))
            if self.low >= 0 and other.low >= 0:
                return Range(self.low * other.low, None)
        return Range()

    def inverse(self) -> "Range":
        """The range of one over it; unbounded where it can be zero."""
        if self.holds_zero:
            return Range()
        if self.low is not None and self.low > 0:
            return Range(Fraction(0) if self.high is None else 1 / self.high, 1 / self.low)
        assert self.high is not None
        return Range(1 / self.high, Fraction(0) if self.low is None else 1 / self.low)
