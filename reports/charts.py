"""Charts, as numbers for the SVG of ``templates/parts.html``: their shapes differ, so that no colour is needed.

What a chart shows stands in figures beside it, and in its text alternative.
"""

from collections.abc import Sequence
from typing import Final

from haiten.compiler.late import frozen
from haiten.reports.page import figure
from haiten.tabulation.table import RATE_SHORT, TableValue, ends

WIDTH: Final = 240  # of a bar of 100%
THEN: Final = "then"


@frozen
class BarMark:
    """A sign on a bar.

    Attributes:
        kind: what it stands for, and so its shape: ``nation``, ``near``, ``then``.
        low, high: where it stands, the same unless it is open.
    """

    kind: str
    low: int
    high: int

    @property
    def middle(self) -> int:
        """Where the sign is drawn."""
        return (self.low + self.high) // 2


@frozen
class Bar:
    """A rate as a bar.

    Attributes:
        alternative: the same in words.
        certain: the length of what is certain; ``possible`` of what may be.
    """

    alternative: str
    certain: int
    possible: int
    marks: tuple[BarMark, ...]


def bar(rate: TableValue, marks: Sequence[tuple[str, str, TableValue]]) -> Bar:
    """A rate beside others.

    Args:
        rate: a share, or a range of shares.
        marks: kind, word and share of each of the others; one that is not known is left out.
    """
    known = [(kind, word, share) for kind, word, share in marks if ends(share) is not None]
    told = [f"得点率 {figure(rate, RATE_SHORT)}", *(f"{word} {figure(share, RATE_SHORT)}" for _, word, share in known)]
    low, high = _lengths(rate)
    return Bar("、".join(told), low, high, tuple(BarMark(kind, *_lengths(share)) for kind, _, share in known))


def _lengths(share: TableValue) -> tuple[int, int]:
    limits = ends(share) or (0, 0)
    return round(limits[0] * WIDTH), round(limits[1] * WIDTH)
