"""A table of exact figures; a view alone rounds them."""

from enum import StrEnum
from fractions import Fraction
from typing import Final

from attrs import evolve, field

from haiten.compiler.late import frozen


@frozen
class Between:
    """A figure that unknown facts leave open: it lies between two numbers, ends included."""

    low: int | Fraction
    high: int | Fraction


TableValue = str | int | Fraction | Between | None


def between(low: int | Fraction, high: int | Fraction) -> int | Fraction | Between:
    """A figure between two numbers; the number itself where they are one."""
    return low if low == high else Between(low, high)


def ends(cell: TableValue) -> tuple[int | Fraction, int | Fraction] | None:
    """The least and the greatest number that a cell can be; None where it is no number."""
    if cell is None or isinstance(cell, str):
        return None
    return (cell.low, cell.high) if isinstance(cell, Between) else (cell, cell)


def scaled(cell: TableValue, divisor: int) -> TableValue:
    """A cell of numbers divided by a positive whole number; None where there is nothing to divide, or by 0."""
    limits = ends(cell)
    if limits is None or not divisor:
        return None
    return between(Fraction(limits[0]) / divisor, Fraction(limits[1]) / divisor)


def change(now: TableValue, then: TableValue) -> TableValue:
    """How much more a cell is than another; None where one of them is no number."""
    new, old = ends(now), ends(then)
    if new is None or old is None:
        return None
    return between(new[0] - old[1], new[1] - old[0])


@frozen
class FigureStyle:
    """How the numbers of a column are shown.

    Attributes:
        unit: what follows a number; ``%`` and ``ポイント`` tell a share (1 is 100%).
        decimals: digits behind the point when rounded.
        signed: a change, reported with its sign.
    """

    unit: str
    decimals: int = 0
    signed: bool = False

    @property
    def scale(self) -> int:
        """What a number is multiplied with when it is reported."""
        return 100 if self.unit in ("%", "ポイント") else 1

    def digits(self, value: int | Fraction) -> str:
        """A number in the figure's unit, rounded half away from zero (四捨五入), with its sign and thousands."""
        if isinstance(value, int) and not self.decimals and self.scale == 1:
            return f"{value:+,}" if self.signed and value else f"{value:,}"
        rounded = round_half_up(value * self.scale, self.decimals)
        sign = "-" if rounded < 0 else "+" if self.signed and rounded > 0 else ""
        whole, digits = divmod(abs(rounded) * 10**self.decimals, 10**self.decimals)
        return f"{sign}{whole:,}" + (f".{int(digits):0{self.decimals}d}" if self.decimals else "")


def round_half_up(value: int | Fraction, decimals: int) -> Fraction:
    """四捨五入: to so many decimals, halves away from zero."""
    scaled = Fraction(value) * 10**decimals
    whole = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if scaled >= 0 else -whole, 10**decimals)


RANGE: Final = "–"
# What the published tables show: points and rates to two decimals (東京都, 上尾市), or to one (登米市, 宮城県).
BODIES: Final = FigureStyle("団体")
ITEMS: Final = FigureStyle("項目")
AVERAGE_ITEMS: Final = FigureStyle("項目", 1)
INDICATORS: Final = FigureStyle("指標")
PLACE: Final = FigureStyle("位")
POINTS: Final = FigureStyle("点")
POINTS_CHANGE: Final = FigureStyle("点", signed=True)
AVERAGE: Final = FigureStyle("点", 2)
AVERAGE_SHORT: Final = FigureStyle("点", 1)
AVERAGE_CHANGE: Final = FigureStyle("点", 1, signed=True)
RATE: Final = FigureStyle("%", 2)
RATE_SHORT: Final = FigureStyle("%", 1)
RATE_CHANGE: Final = FigureStyle("ポイント", 1, signed=True)


class RateMark(StrEnum):
    """A rate that stands out against the nation's."""

    ABOVE = "▲"
    BELOW = "▼"


@frozen
class Column:
    """A column.

    Attributes:
        name: unlike that of any other column of the table.
        figure: how its numbers are reported; None for words.
        headings: the name in parts, the widest first, for views that can show equal parts of neighbours once.
        short: the name in as few signs as possible, in lines, for views that are narrow.
    """

    name: str
    figure: FigureStyle | None = None
    headings: tuple[str, ...] = ()
    short: tuple[str, ...] = ()

    @property
    def levels(self) -> tuple[str, ...]:
        """The headings, or the name where there are none."""
        return self.headings or (self.name,)


@frozen
class Row:
    """A row.

    Attributes:
        cells: a cell per column; None where there is nothing to tell.
        figure: how numbers of this row are reported, where not as the column's; columns of counts keep their own.
        marks: by place of the column.
        strong: a total or what else stands out.
    """

    cells: tuple[TableValue, ...]
    figure: FigureStyle | None = None
    marks: dict[int, RateMark] = field(factory=dict)
    strong: bool = False


@frozen
class Table:
    """A table.

    Attributes:
        name: short; names the file or sheet.
        keys: how many leading columns say what a row is about.
        notes: what a reader must know to read it rightly.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    keys: int = 1
    notes: tuple[str, ...] = ()

    def with_everywhere(self, name: str, cell: str) -> "Table":
        """The table with one more column, which says the same in every row."""
        rows = tuple(evolve(row, cells=(*row.cells, cell)) for row in self.rows)
        return evolve(self, columns=(*self.columns, Column(name)), rows=rows)

    def figure_of(self, row: Row, column: int) -> FigureStyle | None:
        """How a cell's number is reported."""
        own = self.columns[column].figure
        return row.figure if row.figure is not None and own is not None and own.unit == "点" else own

    def shown(self, row: Row, column: int) -> str:
        """A cell as people read it, without unit except ``%``; empty where there is nothing."""
        cell = row.cells[column]
        if cell is None or isinstance(cell, str):
            return cell or ""
        figure = self.figure_of(row, column)
        assert figure is not None, (self.name, self.columns[column].name)
        unit = "%" if figure.unit == "%" else ""
        if not isinstance(cell, Between):
            return figure.digits(cell) + unit
        low, high = figure.digits(cell.low), figure.digits(cell.high)
        return low + unit if low == high else f"{low}{RANGE}{high}{unit}"


def filled(table: Table) -> Table:
    """The table without columns that hold nothing in any row."""
    kept = [i for i in range(len(table.columns)) if not i or any(row.cells[i] is not None for row in table.rows)]
    place = {old: new for new, old in enumerate(kept)}
    rows = (
        evolve(row, cells=tuple(row.cells[i] for i in kept), marks={place[i]: mark for i, mark in row.marks.items()})
        for row in table.rows
    )
    keys = sum(i < table.keys for i in kept)
    return evolve(table, columns=tuple(table.columns[i] for i in kept), rows=tuple(rows), keys=keys)


def columns_under(name: str, *told: tuple[str, FigureStyle]) -> list[Column]:
    """Columns about one body or group, with its name over them."""
    return [Column(f"{name} {what}", figure, (name, what)) for what, figure in told]
