"""Tables as an Excel workbook, a sheet for each."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path
from typing import Any, Final

from rich.cells import cell_len

from haiten.compiler.version import haiten_version
from haiten.tabulation.table import Between, FigureStyle, RateMark, Row, Table
from haiten.views.files.workbooks import workbook

_FONT: Final = "游ゴシック"
_LINE: Final = 15.0  # points of height per line of a cell
_MANY: Final = 14  # columns that a sheet of A4 holds
_WIDE: Final = 60  # characters of half width that a column of words takes at most
_FILLS: Final = {RateMark.ABOVE: "#DCEFDC", RateMark.BELOW: "#F8DEDA"}


def write_workbook(path: Path, tables: Sequence[Table], about: str) -> None:
    """Write tables; numbers are numbers, rounded by their format alone.

    Args:
        path: the file.
        tables: a sheet each.
        about: what all of them are about, for the foot of each page and the file's title.

    Raises:
        OSError: the file cannot be written.
    """
    with workbook(path) as book:
        book.set_properties({"title": about, "comments": f"haiten {haiten_version()}"})
        formats = _Formats(book)
        for table in tables:
            _Sheet(book.add_worksheet(table.name), table, formats).write(about)


class _Formats:
    """Formats, each made once."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def __call__(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format({"font_name": _FONT, "font_size": 10, **properties})
        return self._made[key]


def number_format(figure: FigureStyle) -> str:
    """The format of Excel for a figure; shares are reported as per cent."""
    digits = "0" + ("." + "0" * figure.decimals if figure.decimals else "")
    if figure.scale != 1 and not figure.signed:
        return digits + "%"
    plain = "#,##" + digits
    return f"+{plain};-{plain};{digits}" if figure.signed else plain


class _Sheet:
    """Writes a table on a sheet."""

    def __init__(self, sheet: Any, table: Table, formats: _Formats) -> None:
        self.sheet, self.table, self.formats = sheet, table, formats
        self.depth = max(len(column.levels) for column in table.columns)
        self.first = 2 + self.depth  # the row of the first cells: below title, blank line and headings

    def write(self, about: str) -> None:
        sheet, table = self.sheet, self.table
        sheet.write_string(0, 0, table.title, self.formats(bold=True, font_size=14))
        self._headings()
        for number, row in enumerate(table.rows, start=self.first):
            self._row(number, row)
        below = self.first + len(table.rows)
        for number, note in enumerate((*table.notes, about), start=below + 1):
            sheet.write_string(number, 0, note, self.formats(font_size=9, font_color="#555555"))
        for place in range(len(table.columns)):
            sheet.set_column(place, place, self._width(place))
        sheet.freeze_panes(self.first, table.keys)
        if table.rows and self.depth == 1:
            sheet.autofilter(self.first - 1, 0, below - 1, len(table.columns) - 1)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(8 if len(table.columns) > _MANY else 9)  # A3, A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(2, self.first - 1)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&L&A&C&P / &N")

    def _headings(self) -> None:
        """The headings: parts that neighbours share stand over them once, short ones reach down."""
        style = self.formats(bold=True, align="center", valign="vcenter", text_wrap=True, border=1, bg_color="#EAEFF4")
        levels = [column.levels for column in self.table.columns]
        filled: set[tuple[int, int]] = set()
        for place, parts in enumerate(levels):
            for level in range(self.depth):
                if (level, place) in filled or level >= len(parts):
                    continue
                right = place
                while (
                    right + 1 < len(levels)
                    and level < len(parts) - 1
                    and levels[right + 1][: level + 1] == parts[: level + 1]
                ):
                    right += 1
                bottom = self.depth - 1 if level == len(parts) - 1 else level
                filled |= {(row, column) for row in range(level, bottom + 1) for column in range(place, right + 1)}
                self._merge(2 + level, place, 2 + bottom, right, parts[level], style)
        for level in range(self.depth):
            self.sheet.set_row(2 + level, _LINE * self._lines(level))

    def _merge(self, top: int, left: int, bottom: int, right: int, text: str, style: Any) -> None:
        if (top, left) == (bottom, right):
            self.sheet.write_string(top, left, text, style)
        else:
            self.sheet.merge_range(top, left, bottom, right, text, style)

    def _lines(self, level: int) -> int:
        """How many lines the headings of a level take; those that reach down have more room."""
        columns = self.table.columns
        lines = 1
        for place, column in enumerate(columns):
            parts = column.levels
            if level >= len(parts):
                continue
            last = level == len(parts) - 1
            under = (
                [place] if last else [i for i, c in enumerate(columns) if c.levels[: level + 1] == parts[: level + 1]]
            )
            needed = ceil(cell_len(parts[level]) / sum(int(self._width(i)) for i in under))
            lines = max(lines, ceil(needed / (self.depth - level)) if last else needed)
        return lines

    def _row(self, number: int, row: Row) -> None:
        lines = 1
        for place, cell in enumerate(row.cells):
            style: dict[str, Any] = {"border": 1, "border_color": "#BBBBBB", "valign": "top", "bold": row.strong}
            if place in row.marks:
                style["bg_color"] = _FILLS[row.marks[place]]
            if isinstance(cell, str):
                lines = max(lines, ceil(cell_len(cell) / (self._width(place) - 2)))
                self.sheet.write_string(
                    number, place, cell, self.formats(**style, text_wrap=True, align="left", indent=1)
                )
            elif cell is None:
                self.sheet.write_blank(number, place, None, self.formats(**style))
            elif isinstance(cell, Between):
                mark = row.marks[place].value if place in row.marks else ""
                shown = self.table.shown(row, place) + mark
                self.sheet.write_string(number, place, shown, self.formats(**style, align="right"))
            else:
                figure = self.table.figure_of(row, place)
                assert figure is not None
                # A share reported in points of per cent is no per cent of anything, so that Excel must not scale it.
                value = float(cell * figure.scale) if figure.signed else float(cell)
                mark = f'"{row.marks[place].value}"' if place in row.marks else ""
                self.sheet.write_number(
                    number, place, value, self.formats(**style, num_format=number_format(figure) + mark)
                )
        self.sheet.set_row(number, _LINE * lines)

    def _width(self, place: int) -> float:
        column = self.table.columns[place]
        cells = max((cell_len(self.table.shown(row, place)) for row in self.table.rows), default=0)
        if column.figure is None:
            return float(max(8, min(cells + 3, _WIDE), min(cell_len(column.levels[-1]) + 2, _WIDE)))
        # A heading of figures breaks after some signs rather than widening the column.
        return float(max(8, cells + 3, min(cell_len(column.levels[-1]) + 2, 12)))
