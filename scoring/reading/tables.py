"""Files of any kind → tables: CSV, Parquet and Excel as headings and batches of columns."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from haiten.compiler.files.system_errors import reason_of
from haiten.scoring.reading import text_tables
from haiten.scoring.reading.batches import BATCH_ROWS, Batch, OpenTable, UnreadableError, batches_of, check_width
from haiten.scoring.reading.books.processes import ENDINGS, PARQUET
from haiten.scoring.reading.headings import Wanted, find_heading, name_of
from haiten.scoring.reading.how import PLAIN, FactFiles, HowToRead
from haiten.scoring.reading.reader import FileReader
from haiten.scoring.reading.survey_files import find_surveys, survey_table
from haiten.scoring.reading.survey_texts import is_text, read_text
from haiten.scoring.reading.workbooks import book_sheets, open_workbook

_PARQUET: Final = ".parquet"


def open_table(path: FactFiles, wanted: Wanted, how: HowToRead = PLAIN) -> OpenTable:
    """Open a table, whose kind the ending of its name tells; what is neither Parquet nor Excel is a text.

    Args:
        path: a file; several files, or a folder, are survey sheets.
        wanted: the headings that it may have.
        how: how to read it, where it does not say so itself.

    Raises:
        UnreadableError: there is no such file, or it is no table. Running through the batches may raise it too.
    """
    if not isinstance(path, Path) and len(path) == 1:
        path = path[0]
    if not isinstance(path, Path) or (wanted.program is not None and path.is_dir()):
        return _open_surveys(path, wanted, how)
    ending = path.suffix.lower()
    if how.sheet is not None and ending not in ENDINGS:
        raise UnreadableError("シートのあるファイルではないので「--sheet」は使えません")
    try:
        if ending == _PARQUET:
            return _open_parquet(path, wanted, how)
        if ending in ENDINGS:
            return open_workbook(path, wanted, how)
        if wanted.program is not None and is_text(path) and read_text(path, wanted.program) is not None:
            return _open_surveys([path], wanted, how)  # which says what is not there
        return text_tables.open_text(path, wanted, how.header)
    except OSError as error:
        raise UnreadableError(reason_of(error)) from None


def _open_surveys(path: FactFiles, wanted: Wanted, how: HowToRead) -> OpenTable:
    assert wanted.program is not None
    if how.sheet is not None or how.header is not None:
        raise UnreadableError("調査票を読むときは「--sheet」と「--header」は使えません")
    found = find_surveys(path, wanted.program, book_sheets)
    return survey_table(found.surveys, wanted.program, found.told)


def table_of(rows: list[list[str]], wanted: Wanted) -> OpenTable:
    """A table of rows that are in memory, the header first."""
    found = find_heading(rows[:1], wanted)
    return OpenTable(found.names, batches_of(rows[1:], len(found.names)), 1 + len(rows) // BATCH_ROWS)


def rows_of(path: Path) -> list[list[str]]:
    """All rows of a text at once, the header first; for small files.

    Raises:
        UnreadableError: as ``open_table``.
    """
    try:
        return text_tables.rows_of(path)
    except OSError as error:
        raise UnreadableError(reason_of(error)) from None


def _open_parquet(path: Path, wanted: Wanted, how: HowToRead) -> OpenTable:
    if how.header not in (None, 1):
        path.open("rb").close()  # what is missing is reported first
        raise UnreadableError("Parquet の見出しは列の名なので「--header」は使えません")
    reader = FileReader(path, PARQUET, rows=BATCH_ROWS)
    about = reader.next()
    if not about["columns"]:
        raise UnreadableError("空です")
    check_width(len(about["columns"]))
    names = [name_of(name, wanted) for name in about["columns"]]
    return OpenTable(names, _parquet_batches(reader), 1 + about["count"] // BATCH_ROWS)


def _parquet_batches(reader: FileReader) -> Iterator[Batch]:
    start = 2
    while isinstance(part := reader.next(), pl.DataFrame):
        yield Batch(part, start, {})
        start += part.height
