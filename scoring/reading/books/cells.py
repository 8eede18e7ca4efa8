"""What a workbook's file says of its cells that a reader of values does not: errors, formats, merged cells."""

from attrs import field

from haiten.compiler.late import define, frozen
from haiten.scoring.reading.books.number_formats import Shown

# Excel's errors by their number in binary files (MS-XLSB 2.5.97.2, MS-XLS 2.5.10).
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


@frozen
class CellMark:
    """What is special about a cell.

    Attributes:
        shown: what its number format makes of its number.
        error: the error that it shows in place of a value.
        is_open: whether it has a formula whose result was not stored.
    """

    shown: Shown | None = None
    error: str | None = None
    is_open: bool = False


@define
class Extent:
    """How far a sheet reaches, counted from A1 to the last value.

    Attributes:
        filled: how many cells have a value.
    """

    rows: int = 0
    columns: int = 0
    filled: int = 0

    def reach(self, row: int, column: int, times: int = 1) -> None:
        """A value stands in a cell, both counted from 0."""
        self.filled += times
        if row >= self.rows:
            self.rows = row + 1
        if column >= self.columns:
            self.columns = column + 1


@frozen(eq=False)
class Marks:
    """What is special about the cells of a sheet.

    Attributes:
        extent: how far it reaches.
        cells: by row and column, both counted from 0.
        merged: first and last row and column of merged cells, likewise.
    """

    extent: Extent = field(factory=Extent)
    cells: dict[int, dict[int, CellMark]] = field(factory=dict)
    merged: list[tuple[int, int, int, int]] = field(factory=list)

    def add(self, row: int, column: int, mark: CellMark) -> None:
        """Mark a cell."""
        self.cells.setdefault(row, {})[column] = mark


def cell_name(row: int, column: int) -> str:
    """A cell as spreadsheets name it: ``E2`` for row 1, column 4."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def place_of(name: str) -> tuple[int, int]:
    """Row and column of a cell's name, counted from 0."""
    column = row = 0
    for character in name.replace("$", ""):
        if character.isdecimal():
            row = row * 10 + int(character)
        else:
            column = column * 26 + ord(character.upper()) - ord("A") + 1
    return row - 1, column - 1
