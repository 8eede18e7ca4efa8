"""CSV for people who open it in a spreadsheet: texts there are formulas if they begin like one.

A CSV file has no types, so that haiten writes texts into it as they are. On request a text that a spreadsheet would
take for a formula gets an apostrophe in front (OWASP, CSV Injection), and signs that turn the direction of writing or
control a terminal are made visible; figures stay figures.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from haiten.views.console.printable import printable

if TYPE_CHECKING:
    from polars import DataFrame

_BEGINS: Final = "=+-@\t\r\n＝＋－＠"
_NUMBER: Final = re.compile(r"[-+]?[0-9][0-9,]*(?:\.[0-9]+)?%?")


def safe_cell(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula, and no program obeys; what is no text is as it was."""
    if not isinstance(cell, str):
        return cell
    plain = "\r".join(map(printable, cell.split("\r")))  # which is a line end in a cell
    if not cell.lstrip(" \u3000").startswith(tuple(_BEGINS)) or _NUMBER.fullmatch(cell):
        return plain
    return f"'{plain}"


def safe_row(cells: Iterable[object]) -> list[object]:
    """The same for a row."""
    return [safe_cell(cell) for cell in cells]


def safe_frame(frame: "DataFrame") -> "DataFrame":
    """The same for a table with its headings."""
    import polars as pl

    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    made = frame.with_columns(pl.col(name).map_elements(safe_cell, return_dtype=pl.String) for name in texts)
    return made.rename({name: str(safe_cell(name)) for name in made.columns})
