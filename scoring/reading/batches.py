"""Rows of tables in batches of columns, so that a table is never in memory as a whole."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final

import polars as pl
from attrs import field

from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.late import frozen
from haiten.scoring.reading.books.limits import COLUMNS
from haiten.scoring.reading.characters import is_blank

BATCH_ROWS: Final = 20_000
# What is reported of a cell, given its place.
CellFault = Callable[[Cell], Diagnostic]


class UnreadableError(Exception):
    """A table cannot be read; the reason is a sentence for its user.

    Attributes:
        told: the diagnostic that says so, given the place of the table, where H801 would not do.
        file: the table, where it was named.
    """

    file = ""

    def __init__(self, reason: str, told: Callable[[Cell], Diagnostic] | None = None) -> None:
        super().__init__(reason)
        self.told = told

    def of(self, file: str) -> "UnreadableError":
        """The same, of a file that is named."""
        self.file = file
        return self


def check_width(width: int) -> None:
    """Refuse a table with more columns than a sheet can have: headings are looked up one by one.

    Raises:
        UnreadableError: it has more.
    """
    if width > COLUMNS:
        raise UnreadableError(f"列が多すぎます（{width:,}列。読めるのは{COLUMNS:,}列まで）")


@frozen(eq=False)
class Batch:
    """Rows of a table that stand together.

    Attributes:
        frame: a column for each heading, named by its place (``0``, ``1``, …); texts, or what a Parquet file has.
        start: the row of the first, counted from 1 in the file or sheet.
        ragged: rows that hold something beyond the last heading, by place in the batch, with their lengths.
    """

    frame: pl.DataFrame
    start: int
    ragged: dict[int, int]


@frozen(eq=False)
class OpenTable:
    """A table that is open: its headings, and its rows, which can be run through once.

    Attributes:
        header: the headings, in their canonical form.
        total: about how many batches there are.
        sheet: the name of the sheet that is read; None where the file has none.
        row: the row of the headings, counted from 1.
        notes: what to say of how the table was found, given the place of the table.
        faults: what is wrong with cells of a workbook, by row in the sheet and place of the column.
        seems: the row that looks most like headings, where none has the codes of bodies.
        placed: what is wrong with the table, reported where it stands in the files that it was made of.
    """

    header: list[str]
    batches: Iterator[Batch]
    total: int
    sheet: str | None = None
    row: int = 1
    notes: tuple[Callable[[Cell], Diagnostic], ...] = ()
    seems: int | None = None
    faults: dict[tuple[int, int], CellFault] = field(factory=dict)
    placed: Callable[[Diagnostic], Diagnostic] | None = None


def batches_of(
    rows: Iterable[list[str]], width: int, start: int = 2, *, leave_out_blank: bool = False
) -> Iterator[Batch]:
    """Batches of rows. Excel leaves out empty cells at the end of a row; cells beyond the header belong to nothing.

    Args:
        rows: the rows behind the headings.
        width: how many headings there are.
        start: the first of the rows, counted from 1 in the file or sheet.
        leave_out_blank: make no batch of rows without cells: a sheet may go on for a million of them.
    """
    remaining = iter(rows)
    names = [str(place) for place in range(width)]
    while part := list(islice(remaining, BATCH_ROWS)):
        if leave_out_blank and not any(part):
            start += len(part)
            continue
        ragged = {i: len(row) for i, row in enumerate(part) if len(row) > width and not is_blank(row[width:])}
        even = [row if len(row) == width else row[:width] + [""] * (width - len(row)) for row in part]
        columns = dict(zip(names, zip(*even, strict=True), strict=True)) if width else {}
        yield Batch(pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String)), start, ragged)
        start += len(part)
