"""Books of the old kind (.xls, BIFF), by xlrd: values, and what is special about cells."""

import struct
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from attrs import field

from haiten.compiler.late import frozen
from haiten.scoring.reading.books.cells import ERRORS, CellMark, Marks
from haiten.scoring.reading.books.number_formats import shown_by
from haiten.scoring.reading.books.refusals import DAMAGED, LOCKED, RefusedError

_FORMULA: Final = 0x0006
_END: Final = 0x000A
_EMPTY_RESULT: Final = 3


@frozen(eq=False)
class OldSheet:
    """A sheet: its name, whether it is shown, and its cells."""

    name: str
    visible: bool
    _book: Any = field(repr=False)
    _index: int

    def rows(self) -> Iterator[list[Any]]:
        """The values of each row, from the first on; dates as such, empty where nothing stands."""
        import xlrd

        sheet = self._book.sheet_by_index(self._index)
        for row in range(sheet.nrows):
            yield [
                _value(kind, value, self._book.datemode, xlrd)
                for kind, value in zip(sheet.row_types(row), sheet.row_values(row), strict=True)
            ]

    def marks(self) -> Marks:
        """What is special about the cells."""
        import xlrd

        sheet, marks = self._book.sheet_by_index(self._index), Marks()
        formats = {number: shown_by(made.format_str or "") for number, made in self._book.format_map.items()}
        for row in range(sheet.nrows):
            for column, kind in enumerate(sheet.row_types(row)):
                if kind not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                    marks.extent.reach(row, column)
                if kind == xlrd.XL_CELL_ERROR:
                    marks.add(row, column, CellMark(error=ERRORS.get(sheet.cell_value(row, column), "エラー")))
                elif kind == xlrd.XL_CELL_NUMBER:
                    style = self._book.xf_list[sheet.cell_xf_index(row, column)]
                    if (shown := formats.get(style.format_key)) is not None:
                        marks.add(row, column, CellMark(shown))
        for top, bottom, left, right in sheet.merged_cells:
            marks.merged.append((top, left, bottom - 1, right - 1))
        for row, column in self._open_formulas():
            marks.add(row, column, CellMark(is_open=True))
        return marks

    def _open_formulas(self) -> list[tuple[int, int]]:
        """The formulas of a sheet, where none of them has a result: what wrote them did not calculate."""
        data, at = self._book.mem, self._book._sh_abs_posn[self._index]
        found: list[tuple[int, int]] = []
        depth = 0
        while at + 4 <= len(data):
            kind, size = struct.unpack_from("<HH", data, at)
            if kind == 0x0809:
                depth += 1
            elif kind == _END:
                depth -= 1
                if depth <= 0:
                    break
            elif kind == _FORMULA and size >= 20:
                row, column = struct.unpack_from("<HH", data, at + 4)
                if data[at + 10] != _EMPTY_RESULT or data[at + 16 : at + 18] != b"\xff\xff":
                    return []
                found.append((row, column))
            at += 4 + size
        return found


def open_old(path: Path) -> list[OldSheet]:
    """The worksheets of a book.

    Raises:
        RefusedError: it has a password, or is no such book.
    """
    import xlrd

    try:
        book = xlrd.open_workbook(str(path), formatting_info=True, on_demand=True, ragged_rows=True, logfile=_Nowhere())
        return [
            OldSheet(name, book.sheet_by_index(index).visibility == 0, book, index)
            for index, name in enumerate(book.sheet_names())
        ]
    except Exception as error:  # xlrd has an exception of every kind for a book that is damaged
        raise RefusedError(LOCKED if "encrypted" in str(error) else DAMAGED) from None


class _Nowhere:
    """Where xlrd writes its warnings."""

    def write(self, _: str) -> int:
        return 0

    def flush(self) -> None:
        return None


def _value(kind: int, value: Any, datemode: int, xlrd: Any) -> Any:
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind in (xlrd.XL_CELL_ERROR, xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return ""
    if kind == xlrd.XL_CELL_DATE:
        try:
            found: datetime = xlrd.xldate_as_datetime(value, datemode)
        except (ValueError, OverflowError):
            return value
        if value < 1:
            return found.time()
        return found if value % 1 else found.date()
    return value
