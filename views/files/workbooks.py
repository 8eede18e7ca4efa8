"""The one place that makes Excel files: no text becomes a formula or a link, or turns the direction of writing.

A failure leaves nothing behind.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from xml.sax.saxutils import escape

from haiten.compiler.files.replacing import temporary_folder
from haiten.views.console.printable import in_one_direction

if TYPE_CHECKING:
    from polars import DataFrame
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_ROW: Final = "\0"  # of a cell, which is not known yet: as a part of a text it would be an escape
_LONGEST: Final = 32_767  # of a text in a cell, as UTF-16

# A text that begins with =, or looks like an address or a number, is still a text.
_TEXTS_STAY_TEXTS: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@contextmanager
def workbook(path: Path, *, streamed: bool = False) -> Iterator["Workbook"]:
    """A workbook that is written to a file in the end.

    Args:
        path: the file.
        streamed: whether rows come in their order and are not kept in memory.

    Raises:
        OSError: the file, or what goes to temporary files first, cannot be written.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    with path.open("wb") as raw, temporary_folder() as folder:
        file = _UntilFailed(raw)
        options = {"constant_memory": True, "tmpdir": str(folder)} if streamed else {"in_memory": True}
        book = Workbook(file, {**options, **_TEXTS_STAY_TEXTS})
        book.worksheet_class = _plain_sheets()
        try:
            yield book
            book.close()
        except FileCreateError as error:
            inner = error.args[0] if error.args else error
            raise inner if isinstance(inner, OSError) else OSError(None, str(inner)) from error
        finally:
            book.fileclosed = True
            failed, file.error = file.error, file.error or OSError()
        if failed is not None:
            raise failed


@cache
def _plain_sheets() -> type["Worksheet"]:
    """Worksheets in which texts are no more than texts.

    The library takes <r>…</r> for markup of fonts that it made itself, and hands on signs that turn the direction of
    writing; control signs it writes as escapes, which spreadsheets read and do not obey.
    """
    from xlsxwriter.worksheet import Worksheet

    class PlainSheet(Worksheet):  # type: ignore[misc]  # the library ships no types
        def _write_string(self, row: int, col: int, string: str, cell_format: Any = None) -> Any:
            string = in_one_direction(string)
            if string.startswith("<r>") and string.endswith("</r>"):
                string = f'<r><t xml:space="preserve">{escape(string)}</t></r>'
            return super()._write_string(row, col, string, cell_format)

        def _write_rich_string(self, row: int, col: int, *parts: Any) -> Any:
            shown = (in_one_direction(part) if isinstance(part, str) else part for part in parts)
            return super()._write_rich_string(row, col, *shown)

    return PlainSheet


def write_rows(sheet: "Worksheet", first: int, frame: "DataFrame") -> None:
    """Write a frame below what stands in a sheet of a streamed workbook.

    The library makes every cell an object and looks at it several times. Here each value of a column is made into text
    once, as the library would (a test holds its files to these, byte for byte), and handed to the file of rows.

    Args:
        sheet: of a workbook that is streamed; no format and no row of its own height is asked for.
        first: the row of the first, from 0.
        frame: what is null or empty is no cell; one with other columns than whole numbers and texts is written cell by
            cell.
    """
    import polars as pl
    from xlsxwriter.utility import xl_col_to_name

    if not all(kind.is_integer() or kind in (pl.String, pl.Enum) for kind in frame.dtypes):
        for place, cells in enumerate(frame.iter_rows(), start=first):
            sheet.write_row(place, 0, cells)
        return
    sheet._write_single_row(first)  # what is still to be written above
    makers = [_Cells(xl_col_to_name(place), is_text=not cells.dtype.is_integer()) for place, cells in enumerate(frame)]
    columns = [map(maker.__getitem__, cells.to_list()) for maker, cells in zip(makers, frame, strict=True)]
    for row, cells in enumerate(zip(*columns, strict=True), start=first):
        if written := "".join(cells):
            number = str(row + 1)
            sheet.row_data_fh.write(f'<row r="{number}">{written.replace(_ROW, number)}</row>')
            sheet._check_dimensions(row, next(place for place, cell in enumerate(cells) if cell))
    for place, maker in enumerate(makers):
        if any(maker.values()):
            sheet._check_dimensions(sheet.dim_rowmax, place)
    sheet._write_single_row(first + frame.height)


class _Cells(dict[Any, str]):
    """The cells of a column, by their values; in the place of the row is a sign that no text has."""

    def __init__(self, column: str, *, is_text: bool) -> None:
        self._at, self._is_text = f'<c r="{column}{_ROW}"', is_text

    def __missing__(self, value: Any) -> str:
        if value is None or value == "":
            cell = ""
        elif self._is_text:
            cell = f'{self._at} t="inlineStr"><is>{_text_element(str(value))}</is></c>'
        else:
            cell = f"{self._at}><v>{value:.16G}</v></c>"
        self[value] = cell
        return cell


def _text_element(text: str) -> str:
    from xlsxwriter.utility import _preserve_whitespace, _utf16_truncate
    from xlsxwriter.xmlwriter import XMLwriter

    # A text that looks like the library's own markup of fonts is still a text.
    text = in_one_direction(text)
    plain = XMLwriter._escape_control_characters(_utf16_truncate(text, _LONGEST) if len(text) > _LONGEST // 2 else text)
    space = ' xml:space="preserve"' if _preserve_whitespace(plain) else ""
    return f"<t{space}>{escape(plain)}</t>"


class _UntilFailed:
    """A file that takes no more once writing has failed, and keeps why.

    An archive that is not ended in order complains on standard error when it is collected; so it may end, in vain.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._place = file, 0
        self.error: OSError | None = None

    def write(self, data: Any) -> int:
        if self.error is None:
            try:
                self._file.write(data)
            except OSError as error:
                self.error = error
        self._place += len(data)
        return len(data)

    def flush(self) -> None:
        if self.error is None:
            try:
                self._file.flush()
            except OSError as error:
                self.error = error

    def seek(self, offset: int, whence: int = 0) -> int:
        place = offset if whence == 0 else self._place + offset
        if self.error is None:
            try:
                place = self._file.seek(offset, whence)
            except OSError as error:  # what was written before goes out first
                self.error = error
        self._place = place
        return place

    def tell(self) -> int:
        return self._place if self.error is not None else self._file.tell()

    def seekable(self) -> bool:
        return self._file.seekable()

    def close(self) -> None:
        """Left to who has opened the file."""
