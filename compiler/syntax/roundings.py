"""What 四捨五入, 切捨て and 切上げ do: the one home of it, for all that round, or ask what was (language.md 21)."""

from enum import StrEnum
from fractions import Fraction
from math import ceil, floor


class RoundingWay(StrEnum):
    """How a number becomes a whole one; a member is its word in the language. All treat －x as they treat x."""

    HALF = "四捨五入"  # to the nearest, a half away from zero
    DOWN = "切捨て"  # towards zero
    UP = "切上げ"  # away from zero

    __repr__ = str.__repr__

    def whole(self, number: Fraction) -> int:
        """A number as a whole one."""
        size = abs(number)
        found = {
            RoundingWay.HALF: floor(size + Fraction(1, 2)),
            RoundingWay.DOWN: floor(size),
            RoundingWay.UP: ceil(size),
        }
        return found[self] if number >= 0 else -found[self]

    def first_reaching(self, integer: int) -> tuple[Fraction, bool]:
        """From where on numbers become an integer or more, and whether that end itself is left out."""
        if self is RoundingWay.HALF:
            return integer - Fraction(1, 2), integer <= 0
        inwards = self is RoundingWay.DOWN
        below = (integer <= 0) is inwards
        return Fraction(integer - below), below
