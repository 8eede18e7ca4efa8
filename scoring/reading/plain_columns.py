"""Cells → values of the columns that are wholly in the usual forms, all columns of a batch at once.

``read_columns`` says what is right and tells what is wrong, a column at a time. Here nothing is told: a column in which
one cell is in any other form is left to it whole. What is read here is what it would read (a property holds them to
each other).
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Final, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import FACT_DIGITS, NumberColumn
from haiten.scoring.numbers.exact import Bools, everywhere, nowhere
from haiten.scoring.reading.read_columns import INT64_DIGITS, NO, YES, Read, bounds_in_units

K = TypeVar("K", bound=Hashable)

# What stands for yes and no in one column; of the circles the usual one goes with a cross.
_PAIRS: Final = (
    ("○", "×"),
    ("該当", "非該当"),
    ("1", "0"),
    ("TRUE", "FALSE"),
    ("true", "false"),
    ("True", "False"),
    ("〇", "×"),
    ("◯", "×"),
)
_LOOKED_AT: Final = 50  # cells, for the first that is not empty
_INT32: Final = 2**31
assert all(yes in YES and no in NO for yes, no in _PAIRS)


@frozen
class PlainColumn:
    """How a column is to be read.

    Attributes:
        number: the numbers in it; None for answers and outcomes.
        points: what an answer may be written as beside the usual words: the points of its leaf, and 0.
    """

    number: NumberColumn | None = None
    points: int = 0


def _grouped(kinds: Mapping[str, K]) -> dict[K, list[str]]:
    """Columns of the same kind together."""
    groups: dict[K, list[str]] = {}
    for name, kind in kinds.items():
        groups.setdefault(kind, []).append(name)
    return groups


def read_plain(frame: pl.DataFrame, columns: Mapping[str, PlainColumn]) -> dict[str, Read]:
    """Read the columns that are wholly in the usual forms.

    Args:
        frame: the cells.
        columns: which of its columns to read, and how.

    Returns:
        The values of those that could be read so, by the name of the column.
    """
    numbers = {name: how.number for name, how in columns.items() if how.number is not None}
    answers = {name: how.points for name, how in columns.items() if how.number is None}
    return {**_truths(frame, answers), **_numbers(frame, numbers)}


# Answers


def _truths(frame: pl.DataFrame, columns: Mapping[str, int]) -> dict[str, Read]:
    found: dict[str, Read] = {}
    pairs: dict[str, tuple[str, str]] = {}
    for name, points in columns.items():
        cells = frame[name]
        if cells.dtype == pl.Boolean and not cells.null_count():
            found[name] = Read(cells.to_numpy().view(np.int8), everywhere(len(cells)))
        elif cells.dtype == pl.String:
            pairs[name] = _pair_of(cells, points)
    grouped = _grouped(pairs)
    yes = frame.select(pl.col(names).eq(pl.lit(words[0])).fill_null(False) for words, names in grouped.items())
    no = frame.select(pl.col(names).eq(pl.lit(words[1])).fill_null(False) for words, names in grouped.items())
    for name in pairs:
        certain = yes[name].to_numpy()
        known = _known(frame[name], certain | no[name].to_numpy())
        if known is not None:
            found[name] = Read(certain.view(np.int8), known)
    return found


def _pair_of(cells: pl.Series, points: int) -> tuple[str, str]:
    """The words of a column, by its first cell; where they are others, nothing is lost but time."""
    first = next(filter(None, cells.head(_LOOKED_AT).to_list()), "")
    if points > 1 and first in (str(points), "0"):
        return str(points), "0"
    return next((words for words in _PAIRS if first in words), _PAIRS[0])


def _known(cells: pl.Series, known: NDArray[np.bool_]) -> Bools | None:
    """Where there is a value; None where a cell that has none is not empty."""
    lacking = len(known) - int(np.count_nonzero(known))
    if not lacking:
        return everywhere(len(known))
    if lacking == cells.null_count() or lacking == cells.null_count() + int((cells == "").sum()):
        return known if lacking < len(known) else nowhere(len(known))
    return None


# Numbers


def _numbers(frame: pl.DataFrame, columns: Mapping[str, NumberColumn]) -> dict[str, Read]:
    schema = frame.schema
    kinds = {name: (schema[name], column.decimals) for name, column in columns.items() if _digits(column.decimals) > 0}
    texts = _grouped({name: decimals for name, (kind, decimals) in kinds.items() if kind == pl.String})
    usual = frame.select(pl.col(names).str.contains(_form(decimals)).all() for decimals, names in texts.items())
    right = {name: kind for name, kind in kinds.items() if name not in usual.columns or usual[name].item()}
    scaled = frame.select(
        scale(pl.col(names)) for kind, names in _grouped(right).items() if (scale := _scale(*kind)) is not None
    )
    found: dict[str, Read] = {}
    filled = scaled.select(pl.all().fill_null(0))
    for cells in scaled:
        name = cells.name
        if _is_whole(cells, frame[name]) and (read := _within(cells, filled[name], columns[name])) is not None:
            found[name] = read
    return found


def _digits(decimals: int) -> int:
    """How many digits before the point can be read so, with so many behind it."""
    return min(FACT_DIGITS, INT64_DIGITS - decimals)


def _form(decimals: int) -> str:
    """Texts of which every way to read them says the same; an empty cell is one of them."""
    behind = rf"(?:\.[0-9]{{1,{decimals}}})?" if decimals else ""
    return rf"^(?:-?[0-9]{{1,{max(_digits(decimals), 1)}}}{behind})?$"


def _scale(kind: pl.DataType, decimals: int) -> Callable[[pl.Expr], pl.Expr] | None:
    """Cells of a kind → units of ``10**-decimals``, null where that cannot be reported; None for other kinds."""
    if kind.is_integer():
        most = 10 ** _digits(decimals) - 1
        return lambda cells: _between(cells.cast(pl.Int64, strict=False), most) * 10**decimals
    if kind == pl.String and not decimals:
        return lambda cells: cells.cast(pl.Int64, strict=False)
    if kind == pl.String or (isinstance(kind, pl.Decimal) and kind.scale <= decimals):
        # Exact, as there are no more digits behind the point than there is room for.
        exact = pl.Decimal(38, decimals)
        return lambda cells: cells.cast(exact, strict=False).to_physical().cast(pl.Int64, strict=False)
    return None


def _between(whole: pl.Expr, most: int) -> pl.Expr:
    return pl.when(whole.is_between(-most, most)).then(whole)


def _is_whole(scaled: pl.Series, cells: pl.Series) -> bool:
    """Whether there is an integer for every cell that is not empty."""
    lacking = scaled.null_count() - cells.null_count()
    return not lacking or (cells.dtype == pl.String and lacking == int((cells == "").sum()))


def _within(scaled: pl.Series, filled: pl.Series, column: NumberColumn) -> Read | None:
    """The values, in as few bytes as they need; None where one is not within the declared range."""
    lacking = scaled.null_count()
    if lacking == len(scaled):
        return Read(np.zeros(len(scaled), dtype=np.int32), nowhere(len(scaled)))
    least, most = _bounds(scaled)
    low, high = bounds_in_units(column)
    if least < low or most > high:
        return None
    known = scaled.is_not_null().to_numpy() if lacking else everywhere(len(scaled))
    narrow = np.int32 if max(-least, most) < _INT32 else np.int64
    return Read(filled.to_numpy().astype(narrow, copy=False), known)


def _bounds(scaled: pl.Series) -> tuple[int, int]:
    least, most = scaled.min(), scaled.max()
    assert isinstance(least, int)
    assert isinstance(most, int)
    return least, most
