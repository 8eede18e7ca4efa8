"""Files of any kind → tables: CSV, Parquet and Excel as headings and batches of columns."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from haiten.compiler.system_errors import reason_of
from haiten.scoring.reading import text_tables
from haiten.scoring.reading.batches import BATCH_ROWS, Batch, Table, UnreadableError, batches_of
from haiten.scoring.reading.headings import Wanted, find_heading, name_of
from haiten.scoring.reading.how import PLAIN, Reading
from haiten.scoring.reading.workbooks import ENDINGS, open_workbook

_PARQUET: Final = ".parquet"


def open_table(path: Path, wanted: Wanted, how: Reading = PLAIN) -> Table:
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


def table_of(rows: list[list[str]], wanted: Wanted) -> Table:
    """A table of rows that are in memory, the header first."""
    found = find_heading(rows[:1], wanted)
    return Table(found.names, batches_of(rows[1:], len(found.names)), 1 + len(rows) // BATCH_ROWS)


def rows_of(path: Path) -> list[list[str]]:
    """All rows of a text at once, the header first; for small files.

    Raises:
        UnreadableError: as ``open_table``.
    """
    try:
        return text_tables.rows_of(path)
    except OSError as error:
        raise UnreadableError(reason_of(error)) from None


def _open_parquet(path: Path, wanted: Wanted, how: Reading) -> Table:
    path.open("rb").close()  # what is missing is told in the same words as elsewhere
    if how.header not in (None, 1):
        raise UnreadableError("Parquet の見出しは列の名なので「--header」は使えません")
    try:
        frame = pl.scan_parquet(path, glob=False)
        schema = frame.collect_schema()
        rows = int(frame.select(pl.len()).collect().item())
    except pl.exceptions.PolarsError:
        raise UnreadableError("Parquet として読めません") from None
    for name, kind in schema.items():
        if kind.is_nested() or kind in (pl.Binary, pl.Object):
            raise UnreadableError(f"列「{name}」は文字でも数でもありません（{kind}）")
    if not schema:
        raise UnreadableError("空です")
    names = [name_of(name, wanted) for name in schema]
    return Table(names, _parquet_batches(frame, len(schema)), 1 + rows // BATCH_ROWS)


def _parquet_batches(frame: pl.LazyFrame, width: int) -> Iterator[Batch]:
    start = 2
    try:
        for part in frame.collect_batches(chunk_size=BATCH_ROWS, maintain_order=True):
            part.columns = [str(place) for place in range(width)]
            yield Batch(part, start, {})
            start += part.height
    except pl.exceptions.PolarsError:
        raise UnreadableError("Parquet として読めません") from None
