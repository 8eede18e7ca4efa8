"""The sheets of a hand-out: rows below each other on a grid of columns, set up for print."""

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any, Final

from attrs import field
from rich.cells import cell_len

from haiten.compiler.late import frozen
from haiten.tabulation.table import RANGE, FigureStyle, TableValue, ends
from haiten.views.files.sheets import number_format

_FONT: Final = "游ゴシック"
_LINE: Final = 15.0
_LONGEST_NAME: Final = 31
_FORBIDDEN: Final = str.maketrans(dict.fromkeys("[]:*?/\\", "_") | dict.fromkeys(map(chr, range(32)), "_"))
_UPRIGHT: Final = 270  # sign below sign, as the library calls it


def sheet_names(wanted: Sequence[str], taken: Iterable[str] = ()) -> list[str]:
    """Names of sheets as Excel allows them: no more than 31 characters, no ``[ ] : * ? /`` or backslash, no two alike.

    Args:
        wanted: what the sheets are about.
        taken: names of other sheets.
    """
    used = {name.casefold() for name in taken} | {"history"}  # which Excel keeps for itself
    names = []
    for text in wanted:
        plain = text.translate(_FORBIDDEN).strip("' ") or "_"
        name, number = _cut(plain, ""), 1
        while name.casefold() in used:
            number += 1
            name = _cut(plain, f" ({number})")
        used.add(name.casefold())
        names.append(name)
    return names


def _cut(text: str, ending: str) -> str:
    """A text with an ending in as many UTF-16 units as a name may have, not ending in an apostrophe."""
    while len((text + ending).encode("utf-16-le")) // 2 > _LONGEST_NAME:
        text = text[:-1]
    return text.rstrip("' ") + ending if (text + ending).endswith("'") else text + ending


@frozen
class PageCell:
    """A cell.

    Attributes:
        style: how its number is shown; None for words.
        least: of a range the least is told, as a chart is drawn from it.
        middle: whether words stand in the middle.
        link: the sheet that it leads to; empty where none.
    """

    value: TableValue
    style: FigureStyle | None = None
    least: bool = False
    middle: bool = False
    link: str = ""


@frozen(eq=False)
class Page:
    """A sheet that is filled from the top.

    Attributes:
        across: whether it is printed on A4 across.
    """

    book: Any
    name: str
    title: str
    about: str
    widths: tuple[float, ...]
    across: bool
    sheet: Any = field(init=False)
    _rows: list[int] = field(factory=lambda: [0])
    _formats: dict[tuple[tuple[str, Any], ...], Any] = field(factory=dict)

    @sheet.default
    def _add(self) -> Any:
        return self.book.add_worksheet(self.name)

    def __attrs_post_init__(self) -> None:
        for place, width in enumerate(self.widths):
            self.sheet.set_column(place, place, width)
        self._write_line(self.title, {"bold": True, "font_size": 14}, 22)

    @property
    def row(self) -> int:
        """The next row."""
        return self._rows[0]

    def _advance(self, rows: int = 1) -> None:
        self._rows[0] += rows

    def _format(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"font_name": _FONT, "font_size": 10, **properties})
        return self._formats[key]

    def _write_line(self, text: str, properties: dict[str, Any], height: float | None = None) -> None:
        self.sheet.write_string(self.row, 0, text, self._format(**properties))
        if height is not None:
            self.sheet.set_row(self.row, height)
        self._advance()

    def gap(self) -> None:
        """Leave a row empty."""
        self._advance()

    def words(self, text: str, *, strong: bool = False) -> None:
        """A line of words."""
        self._write_line(text, {"bold": True, "font_size": 11} if strong else {})

    def note(self, text: str) -> None:
        """What a reader must know, in lines as wide as the sheet."""
        width = sum(self.widths)
        last = len(self.widths) - 1
        style = self._format(font_size=9, text_wrap=True, valign="top")
        self.sheet.merge_range(self.row, 0, self.row, last, "", style)
        self.sheet.write_string(self.row, 0, text, style)
        self.sheet.set_row(self.row, 13.5 * max(1, ceil(cell_len(text) * 0.95 / width)))
        self._advance()

    def headings(self, names: Sequence[str], turned: Sequence[str] = ()) -> None:
        """The headings of columns; those that are turned stand upright behind the others."""
        style = {
            "bold": True,
            "align": "center",
            "valign": "vcenter",
            "text_wrap": True,
            "border": 1,
            "bg_color": "#E3E8ED",
        }
        lines = 1
        for place, name in enumerate(names):
            self.sheet.write_string(self.row, place, name, self._format(**style))
            lines = max(lines, sum(ceil(cell_len(part) * 1.1 / self.widths[place]) for part in name.split("\n")))
        for place, name in enumerate(turned, start=len(names)):
            self.sheet.write_string(self.row, place, name, self._format(**style | {"rotation": _UPRIGHT}))
        self.sheet.set_row(self.row, max(_LINE * lines, max((13.0 * len(name) + 6 for name in turned), default=0)))
        self._advance()

    def freeze(self, columns: int) -> None:
        """Keep what was written so far in sight, and repeat its last row on every page."""
        self.sheet.freeze_panes(self.row, columns)
        self.repeat()

    def repeat(self) -> None:
        """Print the row that was written last on top of every further page."""
        self.sheet.repeat_rows(self.row - 1, self.row - 1)

    def cells(self, cells: Sequence[PageCell], *, strong: bool = False) -> None:
        """A row."""
        lines = 1
        for place, cell in enumerate(cells):
            style: dict[str, Any] = {"border": 1, "border_color": "#8A949E", "valign": "vcenter", "bold": strong}
            if strong:
                style["bg_color"] = "#F0F2F4"
            if isinstance(cell.value, str):
                lines = max(lines, ceil(cell_len(cell.value) * 1.04 / self.widths[place]))
                self._write_words(place, cell, cell.value, style)
            elif cell.value is None:
                self.sheet.write_blank(self.row, place, None, self._format(**style))
            else:
                self._write_number(place, cell, style)
        self.sheet.set_row(self.row, _LINE * lines)
        self._advance()

    def _write_words(self, place: int, cell: PageCell, text: str, style: dict[str, Any]) -> None:
        style |= {"align": "center"} if cell.middle else {"text_wrap": True, "align": "left"}
        if cell.link:
            inside = cell.link.replace("'", "''")
            look = self._format(**style, underline=1)
            self.sheet.write_url(self.row, place, f"internal:'{inside}'!A1", look, text)
        else:
            self.sheet.write_string(self.row, place, text, self._format(**style))

    def _write_number(self, place: int, cell: PageCell, style: dict[str, Any]) -> None:
        limits = ends(cell.value)
        assert limits is not None
        assert cell.style is not None
        low, high = limits
        if low != high and not cell.least:
            unit = "%" if cell.style.unit == "%" else ""
            shown = f"{cell.style.digits(low)}{RANGE}{cell.style.digits(high)}{unit}"
            self.sheet.write_string(self.row, place, shown, self._format(**style, align="right", shrink=True))
            return
        # A share reported in points of per cent is no per cent of anything, so that Excel must not scale it.
        value = float(low * cell.style.scale) if cell.style.signed else float(low)
        self.sheet.write_number(self.row, place, value, self._format(**style, num_format=number_format(cell.style)))

    def chart(self, chart: Any, width: int, height: int) -> None:
        """A chart below what there is (pixels)."""
        self.beside(chart, self.row, 0, width, height)
        self._advance(ceil(height / 20) + 1)

    def beside(self, chart: Any, row: int, column: int, width: int, height: int) -> None:
        """A chart beside cells."""
        chart.set_size({"width": width, "height": height})
        self.sheet.insert_chart(row, column, chart, {"object_position": 2})

    def close(self) -> None:
        """Write the foot, and set up the print."""
        sheet = self.sheet
        self.gap()
        self.note(self.about)
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        if self.across:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.print_area(0, 0, self.row - 1, len(self.widths) - 1)
        sheet.set_footer("&L&8&A&R&8&P / &N")
