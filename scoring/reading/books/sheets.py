"""The sheets of a workbook: names, cells as they show, and what is special about cells.

It runs in the process that ``child`` is, and imports nothing heavy.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

from haiten.compiler.late import frozen
from haiten.scoring.reading.books import limits
from haiten.scoring.reading.books.cells import CellMark, Extent, Marks, cell_name
from haiten.scoring.reading.books.containers import check_container
from haiten.scoring.reading.books.ods_cells import ods_marks
from haiten.scoring.reading.books.plain_numbers import plain_number
from haiten.scoring.reading.books.refusals import DAMAGED, FAR, RefusedError
from haiten.scoring.reading.books.xls_book import open_old
from haiten.scoring.reading.books.xlsb_cells import xlsb_marks
from haiten.scoring.reading.books.xlsx_cells import xlsx_marks

_MARKS: Final = {".xlsx": xlsx_marks, ".xlsm": xlsx_marks, ".xlsb": xlsb_marks}
_DIGITS: Final = 15  # as many as Excel itself shows: 0.1 + 0.2 is 0.3 there
# Rows after these are handed over without their empty cells, where they have none other.
_WHOLE_ROWS: Final = 64


@frozen(eq=False)
class BookSheet:
    """A sheet of any kind of workbook; what it holds is read when it is asked for.

    Attributes:
        name: its name.
        visible: whether it is shown.
        cells: its values, a row at a time.
        marks: what is special about its cells.
    """

    name: str
    visible: bool
    cells: Callable[[], Iterator[list[Any]]]
    marks: Callable[[], Marks]

    def head(self, count: int) -> Iterator[list[str]]:
        """The first rows, as they show without their formats."""
        self.marks()  # which refuses a sheet that cannot be held in memory
        for _, row in zip(range(count), self.cells(), strict=False):
            yield [shown(cell) for cell in row]

    def rows(self) -> Iterator[list[str]]:
        """The cells of each row as they show, empty where they have no value."""
        marks = self.marks()
        for number, row in enumerate(self.cells()):
            special = marks.cells.get(number)
            if special is None:
                made = [shown(cell) for cell in row]
                yield made if number < _WHOLE_ROWS or any(made) else []
            else:
                width = max(len(row), 1 + max(special))
                padded = [*row, *[""] * (width - len(row))]
                yield [_as_shown(cell, special.get(place)) for place, cell in enumerate(padded)]


def open_sheets(path: Path) -> list[BookSheet]:
    """The worksheets of a workbook.

    Raises:
        RefusedError: it has a password, unpacks to too much, or a sheet reaches too far.
        Exception: of every kind, for a workbook that is damaged; ``child`` tells it.
    """
    check_container(path)
    if path.suffix.lower() == ".xls":
        return [
            BookSheet(old.name, old.visible, old.rows, cache(partial(_checked, old.marks, old.name)))
            for old in open_old(path)
        ]
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    marked = _ods_marks(path) if path.suffix.lower() == ".ods" else partial(_marks_of, path)
    book = CalamineWorkbook.from_path(path)
    return [
        BookSheet(
            about.name,
            about.visible == SheetVisibleEnum.Visible,
            partial(_cells, book, about.name),
            cache(partial(_checked, partial(marked, about.name), about.name)),
        )
        for about in book.sheets_metadata
        if about.typ == SheetTypeEnum.WorkSheet
    ]


def _ods_marks(path: Path) -> Callable[[str], Marks]:
    """What is special about the cells of all sheets, which are read at once."""
    with ZipFile(path) as book:
        found = ods_marks(book)
    for name, marks in found.items():
        _check(name, marks.extent)
    return found.__getitem__


def _marks_of(path: Path, name: str) -> Marks:
    with ZipFile(path) as book:
        return _MARKS[path.suffix.lower()](book, name)


def _checked(marks_of: Callable[[], Marks], name: str) -> Marks:
    """What is special about a sheet's cells.

    Raises:
        RefusedError: its values reach too far, or merged cells cover each other.
    """
    marks = marks_of()
    extent = marks.extent
    _check(name, extent)
    kept = []
    for top, left, bottom, right in marks.merged:
        if not (0 <= top <= bottom and 0 <= left <= right):
            raise RefusedError(DAMAGED)
        if top < extent.rows:
            kept.append((top, left, min(bottom, max(extent.rows - 1, top)), right))
    if sum(bottom - top for top, _, bottom, _ in kept) > limits.MERGED_ROWS:
        raise RefusedError(DAMAGED)
    marks.merged[:] = kept
    return marks


def _check(name: str, extent: Extent) -> None:
    fits = extent.rows <= limits.ROWS and extent.columns <= limits.COLUMNS
    if fits and extent.rows * extent.columns <= limits.CELLS:
        return
    at = cell_name(extent.rows - 1, extent.columns - 1)
    raise RefusedError(
        FAR,
        f"シート「{name}」は {at} まで使われていて、大きすぎます"
        f"（{extent.rows:,}行×{extent.columns:,}列。"
        f"読めるのは{limits.COLUMNS:,}列、{limits.CELLS // 10_000:,}万セルまで）。"
        f"値のあるセルは{extent.filled:,}個です",
    )


def _cells(book: Any, name: str) -> Iterator[list[Any]]:
    sheet = book.get_sheet_by_name(name)
    left = [""] * (sheet.start or (0, 0))[1]  # columns before the first cell are left out, rows are not
    yield from ([*left, *row] for row in sheet.iter_rows())


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


def _as_shown(cell: Any, mark: CellMark | None) -> str:
    if mark is None:
        return shown(cell)
    if mark.error is not None or mark.is_open:
        return ""
    number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return mark.shown.text(shown(cell)) if mark.shown is not None and number else shown(cell)
