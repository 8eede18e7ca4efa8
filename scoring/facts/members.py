"""What was made of the members of prefectures: for whoever explains a figure (language.md, Members)."""

from fractions import Fraction

from haiten.compiler.late import frozen


@frozen
class MembersTold:
    """A figure over the members of one prefecture.

    Attributes:
        size: how many members it has; ``known`` of how many what the figure is made of is known.
        named: those who meet a condition that is counted, or have the least value, as far as that is decided.
        least: the figure is no less, as far as that is known; ``most`` likewise.
    """

    size: int
    known: int
    least: Fraction | None
    most: Fraction | None
    named: tuple[str, ...] = ()

    @property
    def value(self) -> Fraction | None:
        """The figure; None where it is not decided."""
        return self.least if self.least == self.most else None
