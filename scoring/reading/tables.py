"""Tables of facts: CSV, Parquet and Excel as batches of columns, so that a table is never in memory as a whole."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final, TextIO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import polars as pl
from attrs import frozen

from haiten.compiler.system_errors import reason_of
from haiten.scoring.reading.percent_cells import percent_cell

BATCH_ROWS: Final = 20_000
EXCEL: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_BATCH_CHARACTERS: Final = 1 << 24
_DIGITS_OF_EXCEL: Final = 15  # as many as Excel itself shows: 0.1 + 0.2 is 0.3 there


class UnreadableError(Exception):
    """A table cannot be read; the reason is a sentence for its user."""


@frozen(eq=False)
class Batch:
    """Rows of a table that stand together.

    Attributes:
        frame: a column for each heading, named by its place (``0``, ``1``, …); texts, or what a Parquet file has.
        start: the row of the first, counted from 1 (the header is row 1).
        ragged: rows that hold something beyond the last heading, by place in the batch, with their lengths.
    """

    frame: pl.DataFrame
    start: int
    ragged: dict[int, int]


@frozen(eq=False)
class Table:
    """A table that is open: its headings as written, and its rows, which can be run through once.

    Attributes:
        total: about how many batches there are.
        sheet: the name of the sheet that is read; None where the file has none.
    """

    header: list[str]
    batches: Iterator[Batch]
    total: int
    sheet: str | None = None


def open_table(path: Path) -> Table:
    """Open a table, whose kind the ending of its name tells; what is neither Parquet nor Excel is CSV.

    Raises:
        UnreadableError: there is no such file, or it is no table. Running through the batches may raise it too.
    """
    try:
        match path.suffix.lower():
            case ".parquet":
                return _open_parquet(path)
            case ending if ending in EXCEL:
                return _open_excel(path)
            case _:
                return _open_csv(path)
    except OSError as error:
        raise UnreadableError(reason_of(error)) from None


def table_of(rows: list[list[str]], sheet: str | None = None) -> Table:
    """A table of rows that are in memory, the header first."""
    return Table(rows[0], _batches(rows[1:], len(rows[0])), 1 + len(rows) // BATCH_ROWS, sheet)


def rows_of(path: Path) -> list[list[str]]:
    """All rows of a CSV file at once, the header first; for small files.

    Raises:
        UnreadableError: as ``open_table``.
    """
    try:
        encoding = _encoding(path)
        with path.open(encoding=encoding, newline="") as stream:
            rows = list(_records(stream))
    except OSError as error:
        raise UnreadableError(reason_of(error)) from None
    if all(_is_blank(row) for row in rows):
        raise UnreadableError("空です")
    return rows


def _is_blank(row: Iterable[str]) -> bool:
    return not any(cell.strip() for cell in row)


def _batches(rows: Iterable[list[str]], width: int, start: int = 2) -> Iterator[Batch]:
    """Batches of rows. Excel leaves out empty cells at the end of a row; cells beyond the header belong to nothing."""
    remaining = iter(rows)
    names = [str(place) for place in range(width)]
    while part := list(islice(remaining, BATCH_ROWS)):
        ragged = {i: len(row) for i, row in enumerate(part) if len(row) > width and not _is_blank(row[width:])}
        even = [row if len(row) == width else row[:width] + [""] * (width - len(row)) for row in part]
        columns = dict(zip(names, zip(*even, strict=True), strict=True)) if width else {}
        yield Batch(pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String)), start, ragged)
        start += len(part)


# CSV


def _encoding(path: Path) -> str:
    decoders = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8-sig", "cp932")}
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            if b"\0" in block:
                raise UnreadableError("文字のファイルではありません")
            _try(decoders, block)
    _try(decoders, b"", final=True)
    if not decoders:
        raise UnreadableError("UTF-8 でも CP932 でもありません")
    return next(iter(decoders))


def _try(decoders: dict[str, codecs.IncrementalDecoder], block: bytes, *, final: bool = False) -> None:
    """Drop the decoders that cannot read a block."""
    for name, decoder in list(decoders.items()):
        try:
            decoder.decode(block, final)
        except UnicodeDecodeError:
            del decoders[name]


def _records(lines: Iterable[str]) -> Iterator[list[str]]:
    try:
        yield from csv.reader(lines, strict=True)
    except csv.Error as error:
        reason = "引用符が閉じていません" if "unexpected end" in str(error) else str(error)
        raise UnreadableError(f"CSV として読めません（{reason}）") from None


def _open_csv(path: Path) -> Table:
    encoding = _encoding(path)
    stream = path.open(encoding=encoding, newline="")
    try:
        header = next(_records(stream), [])
    except UnreadableError:
        stream.close()
        raise
    if _is_blank(header):
        stream.close()
        return table_of(rows_of(path))  # raises where there is nothing at all
    total = 1 + path.stat().st_size // (2 * _BATCH_CHARACTERS)
    return Table(header, _csv_batches(stream, len(header)), total)


def _csv_batches(stream: TextIO, width: int) -> Iterator[Batch]:
    """Batches of a CSV file: by Polars as long as no cell is quoted, from there on by the csv module.

    Without quotes a record is a line, and there is nothing on which the two could differ.
    """
    start = 2
    with stream:
        while text := stream.read(_BATCH_CHARACTERS):
            text += stream.readline()
            if '"' in text:
                yield from _batches(_records(chain(io.StringIO(text, newline=""), stream)), width, start)
                return
            frame = _even(text, width)
            if frame is None:
                for batch in _batches(_records(io.StringIO(text, newline="")), width, start):
                    yield batch
                    start = batch.start + batch.frame.height
            else:
                yield Batch(frame, start, {})
                start += frame.height


def _even(text: str, width: int) -> pl.DataFrame | None:
    """The cells of lines without quotes; None where a line is longer than the header, or otherwise odd."""
    text = text.replace("\r\n", "\n")
    if "\r" in text or width < 2:
        return None
    try:
        frame = pl.read_csv(
            io.BytesIO(text.encode()),
            has_header=False,
            schema={str(place): pl.String for place in range(width)},
            quote_char=None,
        )
    except pl.exceptions.PolarsError:
        return None
    # The rows are numbered by the lines, so that each must have become one.
    return frame if frame.height == text.count("\n") + (not text.endswith("\n")) else None


# Parquet


def _open_parquet(path: Path) -> Table:
    path.open("rb").close()  # what is missing is told in the same words as elsewhere
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
    return Table(list(schema), _parquet_batches(frame, len(schema)), 1 + rows // BATCH_ROWS)


def _parquet_batches(frame: pl.LazyFrame, width: int) -> Iterator[Batch]:
    start = 2
    try:
        for part in frame.collect_batches(chunk_size=BATCH_ROWS, maintain_order=True):
            part.columns = [str(place) for place in range(width)]
            yield Batch(part, start, {})
            start += part.height
    except pl.exceptions.PolarsError:
        raise UnreadableError("Parquet として読めません") from None


# Excel


def _open_excel(path: Path) -> Table:
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
    # The sheet begins where its first cell is; rows and columns before it are empty.
    above, left = sheet.start or (0, 0)
    found = ([""] * left + [shown(cell) for cell in row] for row in sheet.iter_rows())
    rows = chain(([""] for _ in range(above)), found)
    header = next(rows, [])
    if _is_blank(header):
        whole = [header, *rows]
        if all(_is_blank(row) for row in whole):
            raise UnreadableError(f"最初のシート「{sheet.name}」が空です")
        return table_of(whole, sheet.name)
    return Table(header, _batches(rows, len(header)), 1 + sheet.height // BATCH_ROWS, sheet.name)


def shown(cell: Any) -> str:
    """A cell of Excel as it shows without a format: up to 15 digits, TRUE and FALSE."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return plain_number(format(cell, f".{_DIGITS_OF_EXCEL}g"))
    return str(cell)


def plain_number(written: str) -> str:
    """A number without an exponent: ``1e-07`` as ``0.0000001``, ``12.0`` as ``12``."""
    number = Decimal(written)
    if not number.is_finite():
        return written
    plain = format(number, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
