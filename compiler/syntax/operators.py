"""What 以上, 以下, 超, 未満 and と等しい mean: the one home of it, for all that compare, turn round or write them."""

import operator as python
from collections.abc import Callable
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import Any, Self


class Operator(StrEnum):
    """How two values compare; a member is its word in the language, and reads like any text.

    Attributes:
        holds: whether a left value stands so to a right one; of arrays, place by place.
        direction: 1 where greater values on the left hold as well, -1 where smaller ones do, 0 where neither.
        strict: whether a value that is equal to the right one does not hold.
    """

    holds: Callable[[Any, Any], Any]
    direction: int
    strict: bool

    AT_LEAST = "以上", python.ge, 1, False
    AT_MOST = "以下", python.le, -1, False
    ABOVE = "超", python.gt, 1, True
    BELOW = "未満", python.lt, -1, True
    EQUAL = "と等しい", python.eq, 0, False

    def __new__(cls, word: str, holds: Callable[[Any, Any], Any], direction: int, strict: bool) -> Self:
        """A member from its line above."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.holds, member.direction, member.strict = holds, direction, strict
        return member

    @classmethod
    def named(cls, word: str) -> "Operator":
        """The operator that a word of the language is; StopIteration where it is none."""
        return next(member for member in cls if member.value == word)

    __repr__ = str.__repr__  # so that what is put in order by its repr stands as the words do

    @property
    def opposite(self) -> "Operator | None":
        """What holds just where this does not; None for と等しい, which no one word denies."""
        return _OPPOSITE.get(self)

    @property
    def turned(self) -> "Operator":
        """What it becomes where both sides change places, or their signs."""
        return _TURNED.get(self, self)

    @property
    def loosened(self) -> tuple["Operator", ...]:
        """Those that hold of the same bound wherever this does, itself first."""
        if self.direction == 0:
            return (self, Operator.AT_LEAST, Operator.AT_MOST)
        loose = Operator.AT_LEAST if self.direction > 0 else Operator.AT_MOST
        return (self, loose) if self.strict else (self,)

    def nearest_whole(self, bound: Fraction) -> int | None:
        """The whole number next to a bound for which this holds; None for と等しい."""
        if self.direction == 0:
            return None
        if self.direction > 0:
            return floor(bound) + 1 if self.strict else ceil(bound)
        return ceil(bound) - 1 if self.strict else floor(bound)


_OPPOSITE = {
    Operator.AT_LEAST: Operator.BELOW,
    Operator.BELOW: Operator.AT_LEAST,
    Operator.AT_MOST: Operator.ABOVE,
    Operator.ABOVE: Operator.AT_MOST,
}
_TURNED = {
    Operator.AT_LEAST: Operator.AT_MOST,
    Operator.AT_MOST: Operator.AT_LEAST,
    Operator.ABOVE: Operator.BELOW,
    Operator.BELOW: Operator.ABOVE,
}


def at_good_end(*, lower_is_better: bool) -> Operator:
    """How a value stands to the last one that is still good enough: 以上, or 以下 where small is good."""
    return Operator.AT_MOST if lower_is_better else Operator.AT_LEAST
