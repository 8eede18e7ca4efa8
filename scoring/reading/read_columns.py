"""Cells → values, a column at a time.

The functions about one cell say what is right. Columns in the forms that most cells have are read at once; a cell in
any other form goes through the function, which also tells what is wrong with it.
"""

from array import array
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any, Final, TypeVar

import numpy as np
import polars as pl
from attrs import evolve

from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.diagnostics.masses import KEPT
from haiten.compiler.folding.foldings import FOLDINGS
from haiten.compiler.late import frozen
from haiten.compiler.printing.print_rulebook import print_number
from haiten.compiler.program.fact_columns import FACT_DIGITS, NumberColumn
from haiten.scoring.facts import fact_errors as errors
from haiten.scoring.numbers.exact import Bools, Integers
from haiten.scoring.reading.books.plain_numbers import plain_number
from haiten.scoring.reading.characters import BLANKS, parts_of_number, visible

T = TypeVar("T")
# What a cell is: its value, or None where it has none, and what is wrong with it.
CellResult = tuple[T | None, Diagnostic | None]

YES: Final = frozenset({"該当", "○", "〇", "◯", "1", "TRUE", "true", "True"})
NO: Final = frozenset({"非該当", "×", "✕", "0", "FALSE", "false", "False"})
_WIDE_DIGITS: Final = str.maketrans("０１", "01")
_INT64: Final = 2**63 - 1
INT64_DIGITS: Final = 18
NEAR: Final = 1e-9  # how far a float may lie from the number that it stands for
_REMEMBERED: Final = 10_000  # cells of a part that are read once only, however often they stand there
UNKNOWN: Final = -1


def yes_no(cell: str, at: Cell) -> CellResult[bool]:
    """What a cell with an answer says."""
    plain = cell.translate(_WIDE_DIGITS)
    if plain in YES:
        return True, None
    return False, None if plain in NO else errors.NotYesNo(at, visible(cell))


def number(column: NumberColumn, cell: str, at: Cell) -> CellResult[int]:
    """The number in a cell, in units of ``10**-decimals``."""
    fact, unit = column.fact, _unit(column)
    found = parts_of_number(cell.translate(FOLDINGS).removesuffix(unit))
    if found is None:
        example = f"12{'.' + '3' * column.decimals if column.decimals else ''}"
        return None, errors.NotANumber(at, visible(cell), unit, example)
    below_zero, whole, decimals = found[0], found[1].lstrip("0"), found[2].rstrip("0")
    if len(whole) > FACT_DIGITS:
        return None, errors.NumberTooLarge(at, cell[:20] + "…", FACT_DIGITS)
    if len(decimals) > column.decimals:
        limit = f"小数{column.decimals}桁まで" if column.decimals else "整数"
        return None, errors.TooManyDecimals(at, cell, limit)
    scaled = int((whole + decimals.ljust(column.decimals, "0")) or "0")
    scaled = -scaled if below_zero else scaled
    value = Fraction(scaled, 10**column.decimals)
    if fact and ((fact.low is not None and value < fact.low) or (fact.high is not None and value > fact.high)):
        return scaled, errors.OutOfRange(at, cell, bounds_of(fact.decl.low, fact.decl.high))
    return scaled, None


def _unit(column: NumberColumn) -> str:
    return column.fact.decl.unit if column.fact else column.unit


def bounds_of(low: Decimal | None, high: Decimal | None) -> str:
    """A declared range, for people."""
    parts = [
        f"{print_number(low)}以上" if low is not None else "",
        f"{print_number(high)}以下" if high is not None else "",
    ]
    return "、".join(part for part in parts if part)


# Columns


def texts(cells: pl.Series) -> pl.Series:
    """The cells as text without blanks around, empty where there is nothing."""
    if cells.dtype == pl.Boolean:
        cells = cells.replace_strict([False, True], ["FALSE", "TRUE"], return_dtype=pl.String)
    elif cells.dtype.is_float():
        whole = cells.cast(pl.Int64, strict=False)
        if cells.is_null().all() or (cells == whole).fill_null(cells.is_null()).all():
            cells = whole.cast(pl.String)
        else:
            shown = [None if cell is None else plain_number(repr(cell)) for cell in cells.to_list()]
            cells = pl.Series(shown, dtype=pl.String)
    elif cells.dtype != pl.String:
        cells = cells.cast(pl.String)
    return cells.fill_null("").str.strip_chars(BLANKS)


@frozen(eq=False)
class Wrong:
    """The wrong cells of a part of a column; what is wrong is reported later, when it is known which rows are bodies.

    Attributes:
        places: where they stand among the rows of the part.
        kinds: what kind of mistake each is, as a place in ``order``.
        order: the kinds.
        cells: their texts.
        read: finds the mistake again.
    """

    places: Integers
    kinds: Integers
    order: list[type[Diagnostic]]
    cells: pl.Series
    read: Callable[[str, Cell], CellResult[Any]]

    def told(self, kept: Bools, rows: Integers, file: str, name: str) -> Iterator[Diagnostic]:
        """What is wrong with the cells of the rows that are kept: the first of each kind, the others counted."""
        counted = kept[self.places]
        chosen = [np.flatnonzero(counted & (self.kinds == kind)) for kind in range(len(self.order))]
        last = {int(found[:KEPT][-1]): len(found) - KEPT for found in chosen if len(found) > KEPT}
        for index in sorted(int(each) for found in chosen for each in found[:KEPT]):
            _, mistake = self.read(self.cells[index], Cell(file, int(rows[self.places[index]]), name))
            assert mistake is not None
            yield evolve(mistake, more=last[index]) if index in last else mistake


@frozen(eq=False)
class Read:
    """A part of a column, read.

    Attributes:
        values: scaled integers, or 1 for yes and 0 for no.
        known: where there is a value.
        wrong: the cells that are wrong, if any.
    """

    values: Integers
    known: Bools
    wrong: Wrong | None = None


def read_truths(cells: pl.Series) -> Read:
    """Answers or outcomes."""
    if cells.dtype == pl.Boolean:
        given = cells.is_not_null().to_numpy()
        return Read(cells.fill_null(False).to_numpy().astype(np.int8), given)
    text = texts(cells)
    yes, no = (text.is_in(sorted(words)).to_numpy() for words in (YES, NO))
    known = (text != "").to_numpy().copy()
    values = yes.astype(np.int8)
    wrong = _others(text, known & ~yes & ~no, yes_no, values, known)
    return Read(values, known, wrong)


def read_numbers(cells: pl.Series, column: NumberColumn) -> Read:
    """Numbers of a fact."""
    kind = cells.dtype
    if kind.is_integer():
        scaled = _of_integers(cells, column.decimals)
    elif kind.is_float():
        scaled = _of_floats(cells, column.decimals)
    else:
        cells = texts(cells)
        scaled = _of_texts(cells, column)
    plain = _within(scaled, column).to_numpy()
    present = cells.is_not_null() if kind.is_numeric() and not kind.is_decimal() else cells != ""
    known = present.to_numpy().copy()
    if plain[known].all():
        return Read(scaled.fill_null(0).to_numpy(), known)
    values: Integers = scaled.fill_null(0).to_numpy().astype(object)
    wrong = _others(texts(cells), known & ~plain, lambda cell, at: number(column, cell, at), values, known)
    small = int(np.abs(values).max(initial=0)) < 2**63
    return Read(values.astype(np.int64) if small else values, known, wrong)


def _others(
    text: pl.Series, odd: Bools, read: Callable[[str, Cell], CellResult[Any]], values: Integers, known: Bools
) -> Wrong | None:
    """Read the odd cells one by one into ``values`` and ``known``; those that are wrong."""
    nowhere = Cell("")
    found: dict[str, tuple[Any, int]] = {}
    order: dict[type[Diagnostic], int] = {}
    wrong, kinds = array("q"), array("b")
    for place, cell in zip(np.flatnonzero(odd).tolist(), text.filter(pl.Series(odd)).to_list(), strict=True):
        known_cell = found.get(cell)
        if known_cell is None:
            value, mistake = read(cell, nowhere)
            kind = -1 if mistake is None else order.setdefault(type(mistake), len(order))
            known_cell = value, kind
            if len(found) < _REMEMBERED:
                found[cell] = known_cell
        value, kind = known_cell
        if kind >= 0:
            wrong.append(place)
            kinds.append(kind)
        known[place] = value is not None
        values[place] = 0 if value is None else value
    if not wrong:
        return None
    places = np.array(wrong, dtype=np.int64)
    return Wrong(places, np.array(kinds, dtype=np.int64), list(order), text.gather(places), read)


def _of_texts(text: pl.Series, column: NumberColumn) -> pl.Series:
    """Scaled integers of what is written plainly: ``－12.3`` with or without the unit; null elsewhere."""
    decimals, unit = column.decimals, _unit(column)
    digits = min(FACT_DIGITS, INT64_DIGITS - decimals)
    if digits < 1:
        return pl.repeat(None, len(text), dtype=pl.Int64, eager=True)
    if unit.translate(FOLDINGS) == unit:
        text = text.str.strip_suffix(unit)
    point = rf"(?:\.([0-9]{{1,{decimals}}}))?" if decimals else "()"
    parts = text.str.extract_groups(rf"^([-－]?)([0-9]{{1,{digits}}}){point}$").struct
    sign, whole, behind = (parts.field(part) for part in parts.fields)
    written = whole + behind.fill_null("").str.pad_end(decimals, "0")
    scaled = written.cast(pl.Int64)
    return pl.select(pl.when(sign.fill_null("") == "").then(scaled).otherwise(-scaled)).to_series()


def _of_integers(cells: pl.Series, decimals: int) -> pl.Series:
    digits = min(FACT_DIGITS, INT64_DIGITS - decimals)
    if digits < 1:
        return pl.repeat(None, len(cells), dtype=pl.Int64, eager=True)
    whole = cells.cast(pl.Int64, strict=False)
    small = whole.is_between(1 - 10**digits, 10**digits - 1)
    return pl.select(pl.when(small).then(whole) * 10**decimals).to_series()


def _of_floats(cells: pl.Series, decimals: int) -> pl.Series:
    """Scaled integers of floats that lie on the grid of the decimals; null where one does not, or is too long."""
    values = cells.cast(pl.Float64).to_numpy()
    with np.errstate(invalid="ignore", over="ignore"):
        steps = np.rint(values * 10.0**decimals)
        near = np.abs(values - steps / 10.0**decimals) <= min(NEAR, 10.0**-decimals / 1000)
        exact = near & (np.abs(steps) < 2.0**53) & (np.abs(values) < 10.0**FACT_DIGITS)
    found = pl.Series(np.where(exact, steps, 0).astype(np.int64))
    return pl.select(pl.when(pl.Series(exact)).then(found)).to_series()


def _within(scaled: pl.Series, column: NumberColumn) -> pl.Series:
    """Where there is an integer, within the range that the fact declares."""
    inside: pl.Series = scaled.is_between(*bounds_in_units(column)).fill_null(False)
    return inside


def bounds_in_units(column: NumberColumn) -> tuple[int, int]:
    """The range that a fact declares, in units of ``10**-decimals``, as far as 64 bits go."""
    fact, unit = column.fact, 10**column.decimals
    low = -_INT64 if fact is None or fact.low is None else min(max(ceil(fact.low * unit), -_INT64), _INT64)
    high = _INT64 if fact is None or fact.high is None else max(min(floor(fact.high * unit), _INT64), -_INT64)
    return low, high
