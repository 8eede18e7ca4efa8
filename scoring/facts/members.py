"""What was made of the members of prefectures: for whoever explains a figure, or counts (language.md, Members)."""

from fractions import Fraction

from haiten.compiler.late import frozen
from haiten.scoring.numbers.deviation_bar import BarReading


@frozen
class MembersTold:
    """A figure over the members of one prefecture.

    Attributes:
        size: how many members it has; ``known`` of how many what the figure is made of is known.
        named: those who meet a condition that is counted, or have the least value, as far as that is decided.
        least: the figure is no less, as far as that is known; ``most`` likewise.
        bar: what each is held against, where a condition that is counted is a comparison with 全国標準偏差.
    """

    size: int
    known: int
    least: Fraction | None
    most: Fraction | None
    named: tuple[str, ...] = ()
    bar: BarReading | None = None

    @property
    def value(self) -> Fraction | None:
        """The figure; None where it is not decided."""
        return self.least if self.least == self.most else None


@frozen
class PartOfMembers:
    """What the members of each prefecture have of a grant, goal or group of their own rulebook, or of all of it.

    Attributes:
        certain: by prefecture, the sum of what its members surely have; ``possible``: the most that they can have.
    """

    text: str
    maximum: int
    certain: tuple[int, ...]
    possible: tuple[int, ...]


@frozen(eq=False)
class MembersScored:
    """How the members of prefectures scored.

    Attributes:
        sizes: by prefecture, how many members it has.
        in_part: they are not all municipalities there are.
        parts: by path in the municipal rulebook, 全体 included.
    """

    sizes: tuple[int, ...]
    in_part: bool
    parts: dict[str, PartOfMembers]
