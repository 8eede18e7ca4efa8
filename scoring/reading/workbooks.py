"""Workbooks: the sheet that is meant, and its cells as they show."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain, islice, repeat
from pathlib import Path
from typing import Any, Final

from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import CARRIED, PREFECTURE, YEAR
from haiten.scoring.reading import table_errors as errors
from haiten.scoring.reading.batches import CellFault, OpenTable, UnreadableError, batches_of
from haiten.scoring.reading.books.cells import CellMark, Marks, cell_name
from haiten.scoring.reading.books.number_formats import Shown
from haiten.scoring.reading.books.processes import WORKBOOK
from haiten.scoring.reading.characters import is_blank, trimmed
from haiten.scoring.reading.headings import HEAD_ROWS, Headings, Wanted, find_heading, fits
from haiten.scoring.reading.how import HowToRead
from haiten.scoring.reading.reader import FileReader, is_damage
from haiten.scoring.reading.survey_files import survey_table
from haiten.scoring.reading.survey_sheets import is_survey, read_survey

# Labels of several bodies, which may be written once beside them.
_LABELS: Final = (PREFECTURE, YEAR)


@frozen(eq=False)
class _Sheet:
    """A sheet of a workbook that another process reads."""

    name: str
    visible: bool
    file: str
    _reader: FileReader
    _index: int
    lossy: bool = False

    def head(self) -> list[list[str]]:
        """The first rows, as they show without their formats."""
        found: list[list[str]] = self._ask("head")["rows"]
        return found

    def marks(self) -> Marks:
        """What is special about its cells and can be seen beside their values."""
        about, marks = self._ask("marks"), Marks()
        for row, column, error, is_open, is_scaled in about["cells"]:
            marks.add(row, column, CellMark(Shown(scaled=True) if is_scaled else None, error, is_open))
        marks.merged.extend(tuple(area) for area in about["merged"])
        return marks

    def rows(self, marks: Marks) -> Iterator[list[str]]:
        """The cells of each row as they show, empty where they have no value.

        Raises:
            UnreadableError: it cannot be read; where it has errors that the reader does not know, as these.
        """
        try:
            message = self._ask("rows")
            while "rows" in message:
                yield from message["rows"]
                yield from repeat([], message["blank"])
                message = self._reader.next()
        except UnreadableError as error_of_file:
            errors_of = (
                (row, place, mark.error) for row, special in marks.cells.items() for place, mark in special.items()
            )
            row, place, error = next((found for found in errors_of if found[2] is not None), (0, 0, None))
            if error is None or not is_damage(error_of_file):
                raise
            what = f"シート「{self.name}」のセル {cell_name(row, place)} は {error} です"
            raise UnreadableError(what, partial(errors.CellWithoutValue, what=what)) from None

    def _ask(self, what: str) -> Any:
        return self._reader.ask((what, self._index, HEAD_ROWS))


def book_sheets(path: Path) -> list[_Sheet]:
    """The sheets of a workbook, which another process reads.

    Raises:
        UnreadableError: it is no workbook.
        OSError: the file cannot be opened.
    """
    reader = FileReader(path, WORKBOOK)
    return [
        _Sheet(name, visible, str(path), reader, index) for index, (name, visible) in enumerate(reader.next()["sheets"])
    ]


def open_workbook(path: Path, wanted: Wanted, how: HowToRead) -> OpenTable:
    """Open the sheet of a workbook that has the bodies.

    Raises:
        UnreadableError: it is no workbook, or it is not plain which sheet is meant.
        OSError: the file cannot be opened.
    """
    sheets = book_sheets(path)
    if how.sheet is None and wanted.program is not None and is_survey([sheet.name for sheet in sheets]):
        return survey_table([read_survey(str(path), sheets, wanted.program)], wanted.program)
    sheet = _choose(sheets, wanted, how.sheet)
    marks = sheet.marks()
    rows = sheet.rows(marks)
    first = list(islice(rows, HEAD_ROWS + (how.header or 0)))
    if all(is_blank(cells) for cells in first) and not marks.cells:
        first = [*first, *rows]
        if all(is_blank(cells) for cells in first):
            raise UnreadableError(f"シート「{sheet.name}」が空です")
    found = find_heading(first, wanted, how.header)
    rest = chain(first[found.start - 1 :], rows)
    faults = {**_faults(sheet.name, marks, found), **_merged(sheet.name, marks, found, first)}
    return OpenTable(
        found.names,
        batches_of(_labelled(rest, marks, found), len(found.names), found.start, leave_out_blank=True),
        total=1,
        sheet=sheet.name,
        row=found.row,
        notes=found.notes,
        seems=found.seems,
        faults=faults,
    )


# The sheet


def _choose(sheets: Sequence[_Sheet], wanted: Wanted, name: str | None) -> _Sheet:
    """The sheet that is named, or the only visible one that fits.

    Raises:
        UnreadableError: there is no such sheet, or there are several, or it is hidden.
    """
    if name is not None:
        found = next((sheet for sheet in sheets if sheet.name == name), None)
        if found is None:
            listed = "、".join(f"「{sheet.name}」" for sheet in sheets)
            raise _unclear(f"シート「{name}」はありません（あるもの: {listed or 'なし'}）")
        return found
    visible = [sheet for sheet in sheets if sheet.visible]
    if len(sheets) == len(visible) == 1:
        return visible[0]
    fitting = {sheet.name: _fits(sheet, wanted) for sheet in sheets}
    most = [sheet for sheet in visible if fitting[sheet.name] > 1] or [s for s in visible if fitting[s.name]]
    if len(most) == 1:
        return most[0]
    if most:
        raise _unclear(f"事実のシートが{len(most)}つあります（{'、'.join(f'「{sheet.name}」' for sheet in most)}）")
    hidden = [f"「{sheet.name}」" for sheet in sheets if not sheet.visible and fitting[sheet.name]]
    if hidden:
        raise _unclear(f"「団体コード」のあるシートは、隠れたシートだけです（{'、'.join(hidden)}）")
    if not visible:
        raise _unclear("見えるシートがありません")
    return visible[0]


def _fits(sheet: _Sheet, wanted: Wanted) -> int:
    """Whether a sheet has bodies (1), and columns beside what they are called (2)."""
    try:
        return min(2, fits(sheet.head(), wanted))
    except UnreadableError:  # which is reported if the sheet is asked for
        return 0


def _unclear(reason: str) -> UnreadableError:
    return UnreadableError(reason, partial(errors.UnclearSheet, reason=reason))


# Cells


def _faults(sheet: str, marks: Marks, found: Headings) -> dict[tuple[int, int], CellFault]:
    """Cells under a heading whose value is not to be had, by row in the sheet and place of the column."""
    faults: dict[tuple[int, int], CellFault] = {}
    for row, special in marks.cells.items():
        if row + 1 < found.start:
            continue
        for place, mark in special.items():
            if place >= len(found.names) or not found.names[place]:
                continue
            where = f"シート「{sheet}」のセル {cell_name(row, place)}"
            if mark.error is not None:
                what = f"{where} は {mark.error} です"
            elif mark.is_open:
                what = f"{where} の数式の結果が、ファイルに保存されていません"
            elif mark.shown is not None and mark.shown.scaled:
                what = f"{where} は、持っている数と見えている数が違います（千や百万を単位とする書式）"
            else:
                continue
            faults[row + 1, place] = partial(errors.CellWithoutValue, what=what)
    return faults


def _merged(
    sheet: str, marks: Marks, found: Headings, first: Sequence[Sequence[str]]
) -> dict[tuple[int, int], CellFault]:
    """Cells that are merged over several bodies or columns, where it is not plain whose value it is."""
    faults: dict[tuple[int, int], CellFault] = {}
    for top, left, bottom, right in marks.merged:
        names = [name for name in found.names[left : right + 1] if name]
        if bottom + 1 < found.start or not names or (_is_label(found, left, right) and bottom > top):
            continue
        if bottom == top and len(names) < 2:
            continue
        if top + 1 < found.start and all(is_blank(cells) for cells in first[found.start - 1 : bottom + 1]):
            continue  # a heading, with nothing beside it
        at = f"シート「{sheet}」のセル {cell_name(top, left)}:{cell_name(bottom, right)}"
        faults[max(top + 1, found.start), left] = partial(errors.MergedCells, what=at)
    return faults


def _is_label(found: Headings, left: int, right: int) -> bool:
    name = found.names[left] if left < len(found.names) else ""
    return left == right and (name in _LABELS or name.startswith(CARRIED[0]))


def _labelled(rows: Iterator[list[str]], marks: Marks, found: Headings) -> Iterator[list[str]]:
    """Rows in which a label that is merged over several stands in each of them."""
    merged = [area for area in marks.merged if area[2] > area[0] and _is_label(found, area[1], area[3])]
    if not merged:
        yield from rows
        return
    covered = {(row, left): top for top, left, bottom, _ in merged for row in range(top + 1, bottom + 1)}
    labels: dict[tuple[int, int], str] = {}
    starts = {(top, left) for top, left, _, _ in merged}
    columns = sorted({left for _, left, _, _ in merged})
    for number, row in enumerate(rows, start=found.start - 1):
        if not row:
            yield row
            continue
        made = [*row, *[""] * (1 + columns[-1] - len(row))]
        for column in columns:
            if (number, column) in starts:
                labels[number, column] = made[column]
            top = covered.get((number, column))
            if top is not None and not trimmed(made[column]) and not is_blank(row):
                made[column] = labels.get((top, column), "")
        yield made
