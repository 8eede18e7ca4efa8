"""What is certain and what is possible, as one integer: ranges are then added up as numbers are.

The upper bits are what is certain, the lower 32 what is possible at most; points stay far below 2**31
(``compiler/limits.py``). A truth is such a range from 0 to 1: ``&`` of truths is かつ and ``|`` is 又は under Kleene
logic, truths added up count how many hold, and a leaf's points are its truth times what it is worth. So a sum costs
the same whether or not all is known.
"""

from typing import Final

OneRange = int
OneTruth = int

_BITS: Final = 32
_POSSIBLE: Final = 2**_BITS - 1
NO: Final[OneTruth] = 0
UNKNOWN: Final[OneTruth] = 1
YES: Final[OneTruth] = 2**_BITS + 1
INVERTED: Final[dict[OneTruth, OneTruth]] = {NO: YES, UNKNOWN: UNKNOWN, YES: NO}
DECIDED: Final[dict[OneTruth, bool | None]] = {NO: False, UNKNOWN: None, YES: True}
# What a truth leaves of points: all, what is possible, or nothing.
_LEFT: Final[dict[OneTruth, int]] = {NO: 0, UNKNOWN: _POSSIBLE, YES: -1}


def span(certain: int, possible: int) -> OneRange:
    """What is certain, and what is possible at most."""
    return (certain << _BITS) + possible


def exactly(points: int) -> OneRange:
    """Points that are known."""
    return points * YES


def certain(points: OneRange) -> int:
    """What is certain."""
    return points >> _BITS


def possible(points: OneRange) -> int:
    """What is possible at most."""
    return points & _POSSIBLE


def counted(points: OneRange, live: OneTruth) -> OneRange:
    """Points as far as they reach the total."""
    return points & _LEFT[live]
