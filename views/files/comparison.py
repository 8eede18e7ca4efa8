"""The 新旧対照表 to look at: in the terminal, as a sheet; ``reports/diff_page.py`` makes the page."""

from collections.abc import Iterable
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from haiten.comparison.diff import Diff
from haiten.comparison.table import GONE, ClauseRow, Line, Section, Segment, side_by_side
from haiten.compiler.identity.fingerprint import fingerprint
from haiten.compiler.version import haiten_version
from haiten.views.files.workbooks import workbook

_KNOWN: Final = "（改正前の文は推定によるもの）"
# Characters of half width: both columns fit on a page of A4 across at full size, whatever font stands in for Calibri.
_COLUMN: Final = 54
_LINE: Final = 16.5  # points of height per line of a cell
_TALLEST: Final = 22 * _LINE  # Excel makes no row higher than 409 points
_MARGIN: Final = 0.6  # inches
_SCALE: Final = 100  # percent
# What stands on a page of A4 across below the heading row that is repeated, with a little to spare.
_PAGE: Final = (595 - 2 * _MARGIN * 72) / (_SCALE / 100) - 2 * _LINE


def notes_of(found: Diff) -> tuple[str, ...]:
    """What stands under the table: which texts were compared, and what it leaves out."""
    old, new = found.matched.old, found.matched.new
    prints = [f"{book.year} {fingerprint(book.syntax).text[:16]}" for book in (new, old)]
    notes = [f"比べた評価指標の文の指紋: {'、'.join(prints)}（haiten {haiten_version()}）"]
    if found.source_changes:
        notes.append(f"文も配点も同じで出典だけが変わった{found.source_changes:,}箇所は、表に含まない。")
    if found.known:
        notes.append("改正前の文が推定のものは、文そのものが改正されたとは限らない。")
    return tuple(notes)


def notes_under(row: ClauseRow) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is said under the new and the old version of a clause."""
    also = (f"（{'、'.join(row.also)} も同じ）",) if row.also else ()
    known = (_KNOWN,) if row.known else ()
    # What is gone has its other places in the old rulebook.
    gone = bool(also) and "".join(segment.text for line in row.new for segment in line.segments) == GONE
    return (() if gone else also, (*known, *(also if gone else ())))


# Terminal


def print_side_by_side(console: Console, found: Diff) -> None:
    """The table, with what changed underlined."""
    old, new = found.matched.old, found.matched.new
    table = Table(box=box.SQUARE, show_lines=True, expand=True, title=f"{new.scope}分 評価指標 新旧対照表")
    table.add_column(f"改正後（{new.year}）", ratio=1, overflow="fold")
    table.add_column(f"改正前（{old.year}）", ratio=1, overflow="fold")
    sections = side_by_side(found)
    for section in sections:
        table.add_row(Text(section.new_title, "dim"), Text(section.old_title, "dim"))
        for row in section.rows:
            cells = [_cell(row.new), _cell(row.old)]
            for cell, notes in zip(cells, notes_under(row), strict=True):
                for note in notes:
                    cell.append(f"\n{note}", "dim")
            table.add_row(*cells)
    if not sections:
        console.print("改正部分はありません。")
        return
    console.print(table)
    for note in notes_of(found):
        console.print(note, style="dim")


def _cell(lines: Iterable[Line]) -> Text:
    text = Text()
    for number, line in enumerate(lines):
        text.append("\n" if number else "")
        text.append("　" * line.depth)
        for segment in line.segments:
            text.append(segment.text, "underline" if segment.marked else None)
    return text


# Sheet


def write_comparison_xlsx(path: Path, found: Diff) -> None:
    """The table as an Excel sheet, with what changed underlined.

    Raises:
        OSError: the file cannot be written.
    """
    old, new = found.matched.old, found.matched.new
    # Without a time of its own the same table is the same file.
    with workbook(path) as book:
        book.set_properties({"title": f"新旧対照表 {old.year} → {new.year}（{new.scope}）"})
        writer = _SheetWriter(book, book.add_worksheet("新旧対照表"))
        writer.title(f"{new.scope}分 評価指標 新旧対照表", f"改正後（{new.year}）", f"改正前（{old.year}）")
        for section in side_by_side(found):
            writer.section(section)
        writer.notes(notes_of(found))


def _lines_of(line: Line) -> int:
    """How many lines a line of text takes in a column of the sheet."""
    text = "".join(segment.text for segment in line.segments)
    return max(1, -(-(cell_len(text) + 2 * line.depth) // (_COLUMN - 6)))


def _height(lines: Iterable[Line]) -> float:
    return _LINE * sum(map(_lines_of, lines))


def _slices(row: ClauseRow) -> list[tuple[list[Line], list[Line]]]:
    """The lines of a clause in as many rows as it takes, as Excel makes no row higher than some 25 lines."""
    columns: list[list[list[Line]]] = []
    for lines, notes in zip((row.new, row.old), notes_under(row), strict=True):
        pieces: list[list[Line]] = [[]]
        for line in (*lines, *(Line(0, (Segment(note, False),)) for note in notes)):
            if pieces[-1] and _height([*pieces[-1], line]) > _TALLEST:
                pieces.append([])
            pieces[-1].append(line)
        columns.append(pieces)
    return list(zip_longest(columns[0], columns[1], fillvalue=[]))


class _SheetWriter:
    """Writes a table row by row, and keeps headings with what stands below them when it is printed."""

    def __init__(self, workbook: Any, sheet: Any) -> None:
        font = {"font_name": "ＭＳ 明朝", "font_size": 10.5}
        cell = {**font, "text_wrap": True, "valign": "top", "left": 1, "right": 1}
        self.sheet, self.row = sheet, 0
        self.used, self.breaks = 0.0, list[int]()
        self.heading = workbook.add_format(
            {**cell, "border": 1, "bold": True, "align": "center", "bg_color": "#F2F2EF"}
        )
        self.large = workbook.add_format({**font, "bold": True, "font_size": 14, "align": "center"})
        self.small = workbook.add_format({**font, "font_size": 9})
        self.sections = workbook.add_format({**cell, "border": 1, "font_size": 9, "bg_color": "#FAFAF7"})
        # By whether a row is the first and the last of its clause.
        self.cells = {
            (first, last): workbook.add_format({**cell, "top": int(first), "bottom": int(last)})
            for first in (True, False)
            for last in (True, False)
        }
        self.plain = workbook.add_format(font)
        self.marked = workbook.add_format({**font, "underline": 1})
        sheet.set_column(0, 1, _COLUMN)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        # Fitted to a page's width, Excel would ignore the breaks; both columns fit at this scale.
        sheet.set_print_scale(_SCALE)
        sheet.center_horizontally()
        sheet.set_margins(left=0.5, right=0.5, top=_MARGIN, bottom=_MARGIN)
        sheet.set_footer("&C&P / &N")
        sheet.hide_gridlines(2)

    def title(self, title: str, new: str, old: str) -> None:
        self.sheet.merge_range(0, 0, 0, 1, title, self.large)
        self.sheet.merge_range(1, 0, 1, 1, "下線の部分は改正部分", self.small)
        self.sheet.write_row(2, 0, [new, old], self.heading)
        self.sheet.freeze_panes(3, 0)
        self.sheet.repeat_rows(2)
        self.row, self.used = 3, 2 * _LINE

    def section(self, section: Section) -> None:
        titles = [section.new_title, section.old_title]
        height = max(_height([Line(0, (Segment(title, False),))]) for title in titles)
        pieces = [_slices(row) for row in section.rows]
        self._place(height, with_next=self._height_of(pieces[0][0]) if pieces else 0)
        self.sheet.write_row(self.row, 0, titles, self.sections)
        self.row += 1
        for slices in pieces:
            for number, piece in enumerate(slices):
                self._place(self._height_of(piece))
                style = self.cells[number == 0, number == len(slices) - 1]
                for column, lines in enumerate(piece):
                    self._write(column, lines, style)
                self.row += 1

    def notes(self, notes: Iterable[str]) -> None:
        for note in notes:
            self.sheet.write_string(self.row, 0, note, self.small)
            self.row += 1
        self.sheet.set_h_pagebreaks(self.breaks)

    def _height_of(self, piece: tuple[list[Line], list[Line]]) -> float:
        return max(map(_height, piece))

    def _place(self, height: float, with_next: float = 0) -> None:
        """Give the coming row its height, on a new page where it, with what must follow it, does not fit."""
        if self.used + height + with_next > _PAGE:
            self.breaks.append(self.row)
            self.used = 0
        self.used += height
        self.sheet.set_row(self.row, height)

    def _write(self, column: int, lines: Iterable[Line], style: Any) -> None:
        parts: list[tuple[str, bool]] = []
        for number, line in enumerate(lines):
            parts.append((("\n" if number else "") + "　" * line.depth, False))
            parts += [(segment.text, segment.marked) for segment in line.segments]
        runs = [(text, marked) for text, marked in parts if text]
        if not runs:
            self.sheet.write_blank(self.row, column, None, style)
        elif len(runs) == 1 and not runs[0][1]:
            self.sheet.write_string(self.row, column, runs[0][0], style)
        else:
            # A rich string wants two runs at least; an empty one is refused.
            runs = runs if len(runs) > 1 else [*runs, ("　", False)]
            rich = [piece for text, marked in runs for piece in (self.marked if marked else self.plain, text)]
            self.sheet.write_rich_string(self.row, column, *rich, style)
