"""How a survey sheet looks: formats, told apart by frames and weight before colour, so that black and white will do."""

from collections.abc import Iterable
from math import ceil
from typing import Any, Final

from attrs import field
from rich.cells import cell_len

from haiten.compiler.late import frozen
from haiten.compiler.syntax.rulebook import Level

FONT: Final = "游ゴシック"
_SIZE: Final = 11
_GREY: Final = "#404040"
_FILLS: Final = {
    Level.GRANT: "#C8D3DF",
    Level.GOAL: "#DDE5EC",
    Level.GROUP: "#EAEFF4",
    Level.INDICATOR: "#F4F6F8",
}
_LINE: Final = 1
_THICK: Final = 2
SMALL: Final = _SIZE - 1
# Widths of columns are in digits of 7 pixels. Signs of half width take so many pixels for each point of their size, and
# lines so many points: a little more than they need in any program.
_DIGIT: Final = 7
_HALF: Final = 0.69
_INDENT: Final = 10
_PADDING: Final = 8
_LINE_HEIGHT: Final = 1.6
_HIGHEST: Final = 409.0


@frozen(eq=False)
class Looks:
    """Formats of a workbook, each made once."""

    book: Any
    _made: dict[tuple[tuple[str, Any], ...], Any] = field(factory=dict)

    def __call__(self, **properties: Any) -> Any:
        """A format with some properties beside those that all have."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self.book.add_format({"font_name": FONT, "font_size": _SIZE, **properties})
        return self._made[key]

    def heading(self) -> Any:
        """The headings of columns."""
        return self(bold=True, align="center", valign="vcenter", text_wrap=True, border=_LINE, bg_color="#DDE5EC")

    def plain(self, level: Level | None, **more: Any) -> Any:
        """A cell that nobody fills in, of a node's row; of a row of words where there is no level."""
        style: dict[str, Any] = {"border": _LINE, "border_color": "#9AA5B1", "valign": "top", **more}
        if level in _FILLS:
            style |= {"bg_color": _FILLS[level], "bold": True}
        elif level is None:
            style |= {"font_color": _GREY, "font_size": SMALL}
        return self(**style)

    def entry(self, **more: Any) -> Any:
        """A cell to fill in: a thick frame, which shows without colour."""
        return self(border=_THICK, valign="top", bg_color="#FFFBE6", locked=False, **more)

    def words_entry(self) -> Any:
        """A cell for words: framed in black where others are in grey; of the kind that takes = for any other sign."""
        style = {"border": _LINE, "valign": "top", "bg_color": "#FFFBE6", "locked": False}
        return self(**style, text_wrap=True, num_format="@", font_size=SMALL)

    def shut(self) -> Any:
        """A cell of a column of entries that is none: hatched."""
        return self(border=_LINE, border_color="#9AA5B1", pattern=14, fg_color="#B8C1CA", bg_color="#FFFFFF")

    def wrong(self) -> Any:
        """What is laid over an entry that is none of the answers."""
        return self.book.add_format({"bold": True, "font_color": "#B00020", "border": _LINE, "pattern": 4})


def height_of(cells: Iterable[tuple[str, float, int]], size: int = _SIZE) -> float:
    """How high a row has to be, in points, so that none of its words is cut off.

    Args:
        cells: each with its words, the width of its column and its indent.
        size: of their signs, in points.
    """
    lines = 1
    for text, width, indent in cells:
        room = width * _DIGIT - _PADDING - indent * _INDENT
        lines = max(lines, sum(max(1, ceil(cell_len(line) * _HALF * size / room)) for line in text.split("\n")))
    return min(round(_LINE_HEIGHT * size) * lines, _HIGHEST)


def number_format(decimals: int) -> str:
    """Numbers as they show."""
    return "#,##0" + ("." + "0" * decimals if decimals else "")
