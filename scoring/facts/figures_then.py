"""Figures of the nation in the year before, for whoever explains one (language.md 12.1)."""

from fractions import Fraction

from haiten.compiler.late import frozen


@frozen
class FigureTold:
    """A figure of the year before, and where it was read.

    Attributes:
        year: of which year; ``file``: from which file.
        bodies: how many bodies it was counted over; None where the file does not say.
        inside: how many of them are within a step; None for means and medians.
    """

    value: Fraction
    year: str
    file: str
    bodies: int | None
    inside: int | None

    @property
    def told(self) -> str:
        """The same for people."""
        counted = f"の{self.bodies:,}団体" if self.bodies is not None else "の全国"
        within = f"、{self.inside:,}位まで" if self.inside is not None else ""
        return f"{self.year}{counted}{within}。{self.file}"
