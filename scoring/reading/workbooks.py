"""Workbooks: the sheet that is meant, and its cells as they show."""

import struct
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile, ZipFile

from attrs import frozen

from haiten.compiler.columns import CARRIED, PREFECTURE, YEAR
from haiten.scoring.reading import table_errors as errors
from haiten.scoring.reading.batches import Fault, Table, UnreadableError, batches_of
from haiten.scoring.reading.cells import Mark, Marks, cell_name
from haiten.scoring.reading.characters import is_blank, trimmed
from haiten.scoring.reading.headings import HEAD_ROWS, Headings, Wanted, find_heading, fits
from haiten.scoring.reading.how import Reading
from haiten.scoring.reading.numbers import plain_number
from haiten.scoring.reading.ods_cells import ods_marks
from haiten.scoring.reading.xls_book import open_old
from haiten.scoring.reading.xlsb_cells import xlsb_marks
from haiten.scoring.reading.xlsx_cells import xlsx_marks

ENDINGS: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_MARKS: Final = {".xlsx": xlsx_marks, ".xlsm": xlsx_marks, ".xlsb": xlsb_marks, ".ods": ods_marks}
_DIGITS: Final = 15  # as many as Excel itself shows: 0.1 + 0.2 is 0.3 there
_DAMAGED: Final = (BadZipFile, ParseError, ExpatError, KeyError, ValueError, IndexError, StopIteration, struct.error)
# Labels of several bodies, which may be written once beside them.
_LABELS: Final = (PREFECTURE, YEAR)


@frozen(eq=False)
class _Sheet:
    """A sheet of any kind of workbook; what it holds is read when it is asked for."""

    name: str
    visible: bool
    cells: Callable[[], Iterator[list[Any]]]
    marks: Callable[[], Marks]

    def rows(self, marks: Marks) -> Iterator[list[str]]:
        """The cells of each row as they show, empty where they have no value."""
        for number, row in enumerate(self.cells()):
            special = marks.cells.get(number)
            if special is None:
                yield [shown(cell) for cell in row]
            else:
                width = max(len(row), 1 + max(special))
                padded = [*row, *[""] * (width - len(row))]
                yield [_as_shown(cell, special.get(place)) for place, cell in enumerate(padded)]


def open_workbook(path: Path, wanted: Wanted, how: Reading) -> Table:
    """Open the sheet of a workbook that has the bodies.

    Raises:
        UnreadableError: it is no workbook, or it is not plain which sheet is meant.
    """
    path.open("rb").close()
    try:
        sheet = _choose(_sheets(path), wanted, how.sheet)
        marks = sheet.marks()
    except _DAMAGED:
        raise UnreadableError("表計算のブックとして読めません") from None
    rows = _read(sheet, marks)
    first = list(islice(rows, HEAD_ROWS + (how.header or 0)))
    if all(is_blank(cells) for cells in first) and not marks.cells:
        first = [*first, *rows]
        if all(is_blank(cells) for cells in first):
            raise UnreadableError(f"シート「{sheet.name}」が空です")
    found = find_heading(first, wanted, how.header)
    rest = chain(first[found.start - 1 :], rows)
    faults = {**_faults(sheet.name, marks, found), **_merged(sheet.name, marks, found, first)}
    return Table(
        found.names,
        batches_of(_labelled(rest, marks, found), len(found.names), found.start),
        total=1,
        sheet=sheet.name,
        row=found.row,
        notes=found.notes,
        seems=found.seems,
        faults=faults,
    )


def _read(sheet: _Sheet, marks: Marks) -> Iterator[list[str]]:
    """The rows of a sheet as they show.

    Raises:
        UnreadableError: it cannot be read; where it has errors that the reader does not know, as these.
    """
    try:
        yield from sheet.rows(marks)
    except _DAMAGED:
        errors_of = (
            (row, place, mark.error) for row, special in marks.cells.items() for place, mark in special.items()
        )
        row, place, error = next((found for found in errors_of if found[2] is not None), (0, 0, None))
        if error is None:
            raise UnreadableError("表計算のブックとして読めません") from None
        what = f"シート「{sheet.name}」のセル {cell_name(row, place)} は {error} です"
        raise UnreadableError(what, partial(errors.CellWithoutValue, what=what)) from None


def _sheets(path: Path) -> list[_Sheet]:
    """The worksheets of a workbook."""
    if path.suffix.lower() == ".xls":
        return [_Sheet(old.name, old.visible, old.rows, old.marks) for old in open_old(path)]
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_path(path)
    except (CalamineError, OSError):
        raise ValueError(path) from None
    return [
        _Sheet(
            about.name,
            about.visible == SheetVisibleEnum.Visible,
            partial(_cells, book, about.name),
            partial(_marked, path, about.name),
        )
        for about in book.sheets_metadata
        if about.typ == SheetTypeEnum.WorkSheet
    ]


def _cells(book: Any, name: str) -> Iterator[list[Any]]:
    from python_calamine import CalamineError

    try:
        sheet = book.get_sheet_by_name(name)
        left = [""] * (sheet.start or (0, 0))[1]  # columns before the first cell are left out, rows are not
        yield from ([*left, *row] for row in sheet.iter_rows())
    except (CalamineError, OSError):
        raise ValueError(name) from None


def _marked(path: Path, name: str) -> Marks:
    with ZipFile(path) as book:
        return _MARKS[path.suffix.lower()](book, name)


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
            raise _unclear(f"シート「{name}」はありません（あるもの: {listed}）")
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
        rows = [[shown(cell) for cell in row] for row in islice(sheet.cells(), HEAD_ROWS)]
    except _DAMAGED:  # which is told if the sheet is asked for
        return 0
    return min(2, fits(rows, wanted))


def _unclear(reason: str) -> UnreadableError:
    return UnreadableError(reason, partial(errors.UnclearSheet, reason=reason))


# Cells


def shown(cell: Any) -> str:
    """A value as it shows without a format: up to 15 digits, TRUE and FALSE, dates as 2024-04-01, hours as 26:00:00."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return plain_number(format(cell, f".{_DIGITS}g"))
    if isinstance(cell, datetime):
        return str(cell.date()) if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, timedelta):
        seconds = round(cell.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _as_shown(cell: Any, mark: Mark | None) -> str:
    if mark is None:
        return shown(cell)
    if mark.error is not None or mark.is_open:
        return ""
    number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return mark.shown.text(shown(cell)) if mark.shown is not None and number else shown(cell)


def _faults(sheet: str, marks: Marks, found: Headings) -> dict[tuple[int, int], Fault]:
    """Cells under a heading whose value is not to be had, by row in the sheet and place of the column."""
    faults: dict[tuple[int, int], Fault] = {}
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


def _merged(sheet: str, marks: Marks, found: Headings, first: Sequence[Sequence[str]]) -> dict[tuple[int, int], Fault]:
    """Cells that are merged over several bodies or columns, where it is not plain whose value it is."""
    faults: dict[tuple[int, int], Fault] = {}
    for top, left, bottom, right in marks.merged:
        names = [name for name in found.names[left : right + 1] if name]
        if bottom + 1 < found.start or not names or (_is_label(found, left, right) and bottom > top):
            continue
        if bottom == top and len(names) < 2:
            continue
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
        made = [*row, *[""] * (1 + columns[-1] - len(row))]
        for column in columns:
            if (number, column) in starts:
                labels[number, column] = made[column]
            top = covered.get((number, column))
            if top is not None and not trimmed(made[column]) and not is_blank(row):
                made[column] = labels.get((top, column), "")
        yield made
