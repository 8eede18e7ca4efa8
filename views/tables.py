"""Tables to look at and to work with: in the terminal, as CSV."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Final, TextIO

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from haiten.tabulation.table import RateMark, Row, Table
from haiten.views.files.csv_safety import safe_row

_WORDS: Final = (60, 48, 40, 32, 24)  # cells of the terminal that a column of words takes at most, as there is room
_BLOCKS: Final = 3  # as many as the averages of all groups take on a narrow terminal
_STYLES: Final = {RateMark.ABOVE: "green", RateMark.BELOW: "red"}


def print_tables(console: Console, tables: Iterable[Table], about: str, limit: int | None = None) -> None:
    """Tables below each other, and first what they are about.

    Args:
        console: where they are printed.
        tables: what is printed.
        about: what all of them are about.
        limit: how many rows of each are shown, of a few columns; None for all.
    """
    console.print(about, soft_wrap=True)
    for table in tables:
        console.print()
        _print_table(console, table, limit)


def _print_table(console: Console, table: Table, limit: int | None) -> None:
    """A table; columns that do not fit beside each other go below, with the leading ones again."""
    console.print(table.title, style="bold")
    rows = table.rows if limit is None else table.rows[:limit]
    if not rows:
        console.print("  該当するものはありません。")
    blocks = _blocks(table, rows, console.width) if rows else []
    shown = blocks if limit is None else blocks[:_BLOCKS]
    for block in shown:
        console.print()
        console.print(_block(table, rows, block))
    left = [(len(table.rows) - len(rows), "行"), (sum(len(block) - table.keys for block in blocks[len(shown) :]), "列")]
    if any(count for count, _ in left):
        rest = "、".join(f"{count:,}{unit}" for count, unit in left if count)
        console.print(f"ほか{rest}。全ては「--table {table.name}」か「--to」で。")
    for note in table.notes:
        console.print(note, style="dim", soft_wrap=True)


def _shown(table: Table, row: Row, column: int) -> str:
    return table.shown(row, column) + (row.marks[column].value if column in row.marks else "")


def _width(table: Table, rows: Iterable[Row], column: int, words: int) -> int:
    heading = max(cell_len(line) for line in _heading(table, column).split("\n"))
    widest = max((cell_len(_shown(table, row, column)) for row in rows), default=0)
    return max(heading, min(widest, words) if table.columns[column].figure is None else widest)


def _heading(table: Table, column: int) -> str:
    named = table.columns[column]
    return "\n".join(named.short or named.levels)


def _blocks(table: Table, rows: tuple[Row, ...], width: int) -> list[list[tuple[int, int]]]:
    """The columns that go beside each other, each with its width; in one block where shorter lines of words do."""
    for words in _WORDS:
        widths = [_width(table, rows, column, words) for column in range(len(table.columns))]
        if sum(widths) + 2 * len(widths) <= width:
            return [list(enumerate(widths))]
    widths = [_width(table, rows, column, _WORDS[-2]) for column in range(len(table.columns))]
    keys = list(enumerate(widths[: table.keys]))
    room = width - sum(taken + 2 for _, taken in keys)
    blocks, current, left = [], list(keys), room
    for column, taken in list(enumerate(widths))[table.keys :]:
        if taken + 2 > left and len(current) > len(keys):
            blocks.append(current)
            current, left = list(keys), room
        current.append((column, taken))
        left -= taken + 2
    return [*blocks, current]


def _block(table: Table, rows: tuple[Row, ...], columns: list[tuple[int, int]]) -> RichTable:
    block = RichTable(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for column, width in columns:
        words = table.columns[column].figure is None
        block.add_column(
            Text(_heading(table, column)),
            justify="left" if words else "right",
            overflow="fold" if words else "crop",
            no_wrap=not words,
            width=width,
        )
    for row in rows:
        cells = (
            Text(_shown(table, row, column), _STYLES[row.marks[column]] if column in row.marks else "")
            for column, _ in columns
        )
        block.add_row(*cells, style="bold" if row.strong else None)
    return block


# CSV


def csv_text(table: Table, *, safe: bool = False) -> str:
    """What ``write_csv`` writes."""
    file = io.StringIO(newline="")
    write_csv(file, table, safe=safe)
    return file.getvalue()


def write_csv(file: TextIO, table: Table, *, safe: bool = False) -> None:
    """The table as people read it, without thousands separators; marks as two columns that name what stands out.

    Args:
        file: where it is written.
        table: what is written.
        safe: whether texts are kept from being formulas in spreadsheets.
    """
    writer = csv.writer(file, lineterminator="\r\n")
    plain = safe_row if safe else list[object]
    marked = any(row.marks for row in table.rows)
    writer.writerow(plain([*(column.name for column in table.columns), *(list(RateMark) if marked else [])]))
    for row in table.rows:
        cells = [_plain(table, row, column) for column in range(len(row.cells))]
        writer.writerow(plain([*cells, *(_names(table, row, mark) for mark in (RateMark if marked else ()))]))


def _plain(table: Table, row: Row, column: int) -> str:
    words = isinstance(row.cells[column], str)
    return table.shown(row, column) if words else table.shown(row, column).replace(",", "")


def _names(table: Table, row: Row, mark: RateMark) -> str:
    return " ".join(table.columns[column].name for column, stands in row.marks.items() if stands is mark)


def write_csv_file(path: Path, table: Table, *, safe: bool = False) -> None:
    """A CSV file as Excel reads it (UTF-8 with BOM).

    Raises:
        OSError: the file cannot be written.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        write_csv(file, table, safe=safe)
