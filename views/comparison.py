"""The 新旧対照表 to look at: in the terminal, as a page, as a sheet."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from haiten.comparison.diff import Diff
from haiten.comparison.table import Line, Section, side_by_side
from haiten.compiler.fingerprint import fingerprint
from haiten.compiler.version import haiten_version
from haiten.views.sheets import cannot_create

if TYPE_CHECKING:
    from jinja2 import Template

_TEMPLATES: Final = Path(__file__).with_name("templates")
_KNOWN: Final = "（改正前の文は推定によるもの）"
_COLUMN: Final = 70  # characters of half width, so that both columns fill a page of A4 across
_LINE: Final = 16.5  # points of height per line of a cell


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
            before = _cell(row.old)
            if row.known:
                before.append(f"\n{_KNOWN}", "dim")
            table.add_row(_cell(row.new), before)
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


# Page


@cache
def _template(name: str) -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(_TEMPLATES)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template(name)


def comparison_html(found: Diff) -> str:
    """The table as a page of its own, made to be printed on A4 across."""
    return _template("comparison.html").render(
        old=found.matched.old, new=found.matched.new, sections=side_by_side(found), notes=notes_of(found)
    )


# Sheet


def write_comparison_xlsx(path: Path, found: Diff) -> None:
    """The table as an Excel sheet, with what changed underlined.

    Raises:
        OSError: the file cannot be written.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    old, new = found.matched.old, found.matched.new
    # Without a time of its own the same table is the same file.
    workbook = Workbook(path)
    workbook.set_properties({"title": f"新旧対照表 {old.year} → {new.year}（{new.scope}）"})
    sheet = workbook.add_worksheet("新旧対照表")
    writer = _SheetWriter(workbook, sheet)
    writer.title(f"{new.scope}分 評価指標 新旧対照表", f"改正後（{new.year}）", f"改正前（{old.year}）")
    for section in side_by_side(found):
        writer.section(section)
    writer.notes(notes_of(found))
    try:
        workbook.close()
    except FileCreateError as error:
        raise cannot_create(error, path) from error


def _lines_of(text: str, depth: int) -> int:
    """How many lines a text takes in a column of the sheet."""
    return max(1, -(-(cell_len(text) + 2 * depth) // (_COLUMN - 6)))


class _SheetWriter:
    """Writes a table row by row."""

    def __init__(self, workbook: Any, sheet: Any) -> None:
        font = {"font_name": "ＭＳ 明朝", "font_size": 10.5}
        cell = {**font, "text_wrap": True, "valign": "top", "border": 1}
        self.sheet, self.row = sheet, 0
        self.heading = workbook.add_format({**cell, "bold": True, "align": "center", "bg_color": "#F2F2EF"})
        self.large = workbook.add_format({**font, "bold": True, "font_size": 14, "align": "center"})
        self.small = workbook.add_format({**font, "font_size": 9})
        self.sections = workbook.add_format({**cell, "font_size": 9, "bg_color": "#FAFAF7"})
        self.cell = workbook.add_format(cell)
        self.plain = workbook.add_format(font)
        self.marked = workbook.add_format({**font, "underline": 1})
        sheet.set_column(0, 1, _COLUMN)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.set_footer("&C&P / &N")
        sheet.hide_gridlines(2)

    def title(self, title: str, new: str, old: str) -> None:
        self.sheet.merge_range(0, 0, 0, 1, title, self.large)
        self.sheet.merge_range(1, 0, 1, 1, "下線の部分は改正部分", self.small)
        self.sheet.write_row(2, 0, [new, old], self.heading)
        self.sheet.freeze_panes(3, 0)
        self.sheet.repeat_rows(2)
        self.row = 3

    def section(self, section: Section) -> None:
        titles = [section.new_title, section.old_title]
        self.sheet.write_row(self.row, 0, titles, self.sections)
        self.sheet.set_row(self.row, _LINE * max(_lines_of(title, 0) for title in titles))
        self.row += 1
        for row in section.rows:
            before = row.old
            heights = [self._write(column, lines) for column, lines in enumerate((row.new, before))]
            if row.known:
                heights[1] = self._write(1, before, _KNOWN)
            self.sheet.set_row(self.row, _LINE * max(heights))
            self.row += 1

    def notes(self, notes: Iterable[str]) -> None:
        for note in notes:
            self.sheet.write_string(self.row, 0, note, self.small)
            self.row += 1

    def _write(self, column: int, lines: Iterable[Line], note: str = "") -> int:
        """Write a cell; how many lines it takes."""
        parts: list[tuple[str, bool]] = []
        height = 0
        for number, line in enumerate(lines):
            parts.append((("\n" if number else "") + "　" * line.depth, False))
            parts += [(segment.text, segment.marked) for segment in line.segments]
            height += _lines_of("".join(segment.text for segment in line.segments), line.depth)
        if note:
            parts.append((f"\n{note}", False))
            height += 1
        runs = [(text, marked) for text, marked in parts if text]
        if len(runs) == 1 and not runs[0][1]:
            self.sheet.write_string(self.row, column, runs[0][0], self.cell)
        else:
            # A rich string wants two runs at least; an empty one is refused.
            runs = runs if len(runs) > 1 else [*runs, ("　", False)]
            rich = [piece for text, marked in runs for piece in (self.marked if marked else self.plain, text)]
            self.sheet.write_rich_string(self.row, column, *rich, self.cell)
        return height
