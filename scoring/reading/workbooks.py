"""Workbooks: the sheet that is meant, and its cells as Excel shows them."""

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from haiten.scoring.reading.batches import BATCH_ROWS, Table, UnreadableError, batches_of
from haiten.scoring.reading.characters import is_blank
from haiten.scoring.reading.headings import HEAD_ROWS, Wanted, find_heading
from haiten.scoring.reading.how import Reading
from haiten.scoring.reading.numbers import plain_number
from haiten.scoring.reading.percent_cells import percent_cell

ENDINGS: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_DIGITS: Final = 15  # as many as Excel itself shows: 0.1 + 0.2 is 0.3 there


def open_workbook(path: Path, wanted: Wanted, how: Reading) -> Table:
    """Open the sheet of a workbook that has the bodies.

    Raises:
        UnreadableError: it is no workbook, or it is not plain which sheet is meant.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    path.open("rb").close()
    try:
        in_percent = percent_cell(path)
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    except (CalamineError, BadZipFile, ParseError, KeyError, ValueError, IndexError, StopIteration):
        raise UnreadableError("表計算のブックとして読めません") from None
    if in_percent is not None:
        reason = "Excel は 12.3% を 0.123 として持つので、書式を「標準」にして 12.3 と書き直してください"
        raise UnreadableError(f"セル {in_percent} が % の書式です。{reason}")
    # Columns before the first cell are left out, rows before it are not.
    left = (sheet.start or (0, 0))[1]
    rows = ([""] * left + [shown(cell) for cell in row] for row in sheet.iter_rows())
    first = list(islice(rows, HEAD_ROWS + (how.header or 0)))
    if all(is_blank(cells) for cells in first):
        first = [*first, *rows]
        if all(is_blank(cells) for cells in first):
            raise UnreadableError(f"最初のシート「{sheet.name}」が空です")
    found = find_heading(first, wanted, how.header)
    rest: Iterator[list[str]] = chain(first[found.start - 1 :], rows)
    return Table(
        found.names,
        batches_of(rest, len(found.names), found.start),
        total=1 + sheet.height // BATCH_ROWS,
        sheet=sheet.name,
        row=found.row,
        notes=found.notes,
        seems=found.seems,
    )


def shown(cell: Any) -> str:
    """A cell of Excel as it shows without a format: up to 15 digits, TRUE and FALSE."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return plain_number(format(cell, f".{_DIGITS}g"))
    return str(cell)
