"""Tables to look at and to work with: in the terminal, as CSV."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Final, TextIO

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from haiten.tabulation.table import Mark, Row, Table

_WORDS: Final = 40  # cells of the terminal that a column of words takes at most
_STYLES: Final = {Mark.ABOVE: "green", Mark.BELOW: "red"}


def print_table(console: Console, table: Table, limit: int | None = None, more: str = "") -> None:
    """A table; columns that do not fit beside each other go below, with the leading ones again.

    Args:
        console: where it is printed.
        table: what is printed.
        limit: how many rows are shown; None for all.
        more: what to do to see the others.
    """
    console.print(table.title, style="bold")
    rows = table.rows if limit is None else table.rows[:limit]
    if not rows:
        console.print("  該当するものはありません。")
    for block in _blocks(table, rows, console.width) if rows else ():
        console.print(_block(table, rows, block))
    if len(rows) < len(table.rows):
        console.print(f"ほか{len(table.rows) - len(rows):,}行。{more}")
    for note in table.notes:
        console.print(note, style="dim", soft_wrap=True)
    console.print()


def _shown(table: Table, row: Row, column: int) -> str:
    return table.shown(row, column) + (row.marks[column].value if column in row.marks else "")


def _width(table: Table, rows: Iterable[Row], column: int) -> int:
    heading = max(cell_len(line) for line in _heading(table, column).split("\n"))
    widest = max((cell_len(_shown(table, row, column)) for row in rows), default=0)
    return max(heading, min(widest, _WORDS) if table.columns[column].figure is None else widest)


def _heading(table: Table, column: int) -> str:
    """The heading's parts below each other; of a path rather than the long names of what it leads through."""
    named = table.columns[column]
    if named.name.count("."):
        return named.name.replace(".", "\n")
    return "\n".join(part for part in named.levels if part)


def _blocks(table: Table, rows: tuple[Row, ...], width: int) -> list[list[int]]:
    """The columns that go beside each other."""
    keys = list(range(table.keys))
    used = sum(_width(table, rows, key) + 2 for key in keys)
    blocks, current, left = [], list(keys), width - used
    for column in range(table.keys, len(table.columns)):
        takes = _width(table, rows, column) + 2
        if takes > left and len(current) > len(keys):
            blocks.append(current)
            current, left = list(keys), width - used
        current.append(column)
        left -= takes
    return [*blocks, current]


def _block(table: Table, rows: tuple[Row, ...], columns: list[int]) -> RichTable:
    block = RichTable(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        words = table.columns[column].figure is None
        least = min(_width(table, rows, column), _WORDS) if words else _width(table, rows, column)
        justify, wraps = ("left", "fold") if words else ("right", "ignore")
        block.add_column(
            Text(_heading(table, column)), justify=justify, overflow=wraps, min_width=least, max_width=max(least, _WORDS)
        )
    for row in rows:
        cells = (
            Text(_shown(table, row, column), _STYLES[row.marks[column]] if column in row.marks else "")
            for column in columns
        )
        block.add_row(*cells, style="bold" if row.strong else None)
    return block


# CSV


def write_csv(file: TextIO, table: Table) -> None:
    """The table as people read it, without thousands separators; marks as two columns that name what stands out."""
    writer = csv.writer(file, lineterminator="\r\n")
    marked = any(row.marks for row in table.rows)
    writer.writerow([*(column.name for column in table.columns), *(list(Mark) if marked else [])])
    for row in table.rows:
        cells = [_plain(table, row, column) for column in range(len(row.cells))]
        writer.writerow([*cells, *(_names(table, row, mark) for mark in (Mark if marked else ()))])


def _plain(table: Table, row: Row, column: int) -> str:
    words = isinstance(row.cells[column], str)
    return table.shown(row, column) if words else table.shown(row, column).replace(",", "")


def _names(table: Table, row: Row, mark: Mark) -> str:
    return " ".join(table.columns[column].name for column, stands in row.marks.items() if stands is mark)


def write_csv_file(path: Path, table: Table) -> None:
    """A CSV file as Excel reads it (UTF-8 with BOM).

    Raises:
        OSError: the file cannot be written.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        write_csv(file, table)
