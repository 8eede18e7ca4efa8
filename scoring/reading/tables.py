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
from haiten.scoring.reading.how import PLAIN, HowToRead
from haiten.scoring.reading.reader import FileReader
from haiten.scoring.reading.workbooks import open_workbook

_PARQUET: Final = ".parquet"


def open_table(path: Path, wanted: Wanted, how: HowToRead = PLAIN) -> OpenTable:
    """Open a table, whose kind the ending of its name tells; what is neither Parquet nor Excel is a text.

    Raises:
        UnreadableError: there is no such file, or it is no table. Running through the batches may raise it too.
    """
    ending = path.suffix.lower()
    if how.sheet is not None and ending not in ENDINGS:
        raise UnreadableError("シートのあるファイルではないので「--sheet」は使えません")
    try:
        if ending == _PARQUET:
            return _open_parquet(path, wanted, how)
        if ending in ENDINGS:
            return open_workbook(path, wanted, how)
        return text_tables.open_text(path, wanted, how.header)
    except OSError as error:
        raise UnreadableError(reason_of(error)) from None


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
        path.open("rb").close()  # what is missing is told first
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
