"""Tables that a Python program holds → tables to read: frames of Polars, pandas and Arrow, columns, rows."""

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import numpy as np
import polars as pl

from haiten.scoring.reading.batches import BATCH_ROWS, Batch, OpenTable, UnreadableError, check_width
from haiten.scoring.reading.headings import Wanted, name_of

WANTED: Final = (
    "事実ファイルの名（str、Path）、Polars・pandas・Arrow の表、列の辞書（{見出し: 値の並び}）、"
    "団体の並び（[{見出し: 値}, …]）、Facts のどれか"
)
NamedSeries = tuple[str, pl.Series]


def open_frame(given: object, wanted: Wanted) -> OpenTable:
    """A table that is in memory; it is read as a Parquet file with these columns would be.

    Raises:
        TypeError: it is no table, or has cells that are neither texts, numbers, yes/no nor missing.
        UnreadableError: it is a table that cannot be read.
    """
    columns = list(_columns_of(given))
    lengths = {len(cells) for _, cells in columns}
    if not columns:
        raise UnreadableError("列がありません")
    check_width(len(columns))
    if len(lengths) > 1:
        raise UnreadableError(f"列の長さが違います（{'、'.join(str(length) for length in sorted(lengths))}）")
    for name, cells in columns:
        _check_kind(name, cells.dtype)
    names = [name_of(name, wanted) for name, _ in columns]
    frame = pl.DataFrame([cells.alias(str(place)) for place, (_, cells) in enumerate(columns)])
    parts = range(0, frame.height, BATCH_ROWS)
    batches = (Batch(frame[start : start + BATCH_ROWS], start + 1, {}) for start in parts)
    return OpenTable(names, batches, 1 + frame.height // BATCH_ROWS, row=0)


def _check_kind(name: str, kind: pl.DataType) -> None:
    if kind.is_nested() or kind in (pl.Binary, pl.Object, pl.Duration, pl.Time):
        raise UnreadableError(f"列「{name}」は文字でも数でもありません（{kind}）")


def _columns_of(given: Any) -> Iterable[NamedSeries]:
    if isinstance(given, pl.LazyFrame):
        given = given.collect()
    if isinstance(given, pl.DataFrame):
        return [(name, given[name]) for name in given.columns]
    if isinstance(given, Mapping):
        return [(_name(name), column_of(_name(name), cells)) for name, cells in given.items()]
    if hasattr(given, "iloc") and hasattr(given, "columns"):  # pandas, which haiten does without
        named = [name for name in getattr(given.index, "names", ()) if name is not None]
        table = given.reset_index() if named else given
        return [
            (_name(name), column_of(_name(name), table.iloc[:, place].tolist()))
            for place, name in enumerate(table.columns)
        ]
    if hasattr(given, "to_pydict"):  # Arrow
        return _columns_of(given.to_pydict())
    if hasattr(given, "__arrow_c_stream__") and not isinstance(given, pl.Series):  # any other frame of Arrow
        return _columns_of(pl.DataFrame(given))
    if hasattr(given, "to_dict") and hasattr(given, "columns"):
        return _columns_of(given.to_dict("list"))
    if isinstance(given, Sequence) and not isinstance(given, str | bytes):
        return _columns_of_rows(given)
    raise TypeError(f"{type(given).__name__} は事実として読めません。渡せるのは、{WANTED}です")


def _columns_of_rows(rows: Sequence[Any]) -> list[NamedSeries]:
    names: dict[str, None] = {}
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            raise TypeError(
                f"{number}番目の団体が {type(row).__name__} です。団体の並びは [{{見出し: 値}}, …] とします"
            )
        names |= dict.fromkeys(map(_name, row))
    return [(name, column_of(name, [row.get(name) for row in rows])) for name in names]


def _name(name: object) -> str:
    if not isinstance(name, str):
        raise TypeError(f"見出し {name!r} が文字列ではありません（{type(name).__name__}）")
    return str(name)


def column_of(name: str, cells: Any) -> pl.Series:
    """A column of a program as a series; raises TypeError where its cells are of no kind that can be read."""
    if isinstance(cells, pl.Series):
        return cells
    if isinstance(cells, str | bytes | Mapping) or not isinstance(cells, Iterable):
        words = "値の並びを渡してください（1団体なら [{見出し: 値}] とします）"
        raise TypeError(f"列「{name}」が {type(cells).__name__} です。{words}")
    plain = [_plain(name, place, cell) for place, cell in enumerate(cells, start=1)]
    kinds = {type(cell) for cell in plain if cell is not None}
    if kinds == {bool}:
        return pl.Series(plain, dtype=pl.Boolean)
    if kinds == {float}:
        return pl.Series(plain, dtype=pl.Float64)
    if kinds == {int} and all(cell is None or abs(cell) < 2**63 for cell in plain):
        return pl.Series(plain, dtype=pl.Int64)
    return pl.Series([None if cell is None else _text(cell) for cell in plain], dtype=pl.String)


def _plain(name: str, place: int, cell: Any) -> Any:
    """A cell as a Python value; None where it is missing, whatever stands for that."""
    if isinstance(cell, np.generic):
        cell = cell.item()
    if cell is None or type(cell).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(cell, float) and math.isnan(cell):
        return None
    if isinstance(cell, bool | int | float | str | Decimal):
        return cell
    words = "文字、数、真偽、None のどれでもありません"
    raise TypeError(f"列「{name}」の{place}番目の値 {str(cell)[:40]} は、{words}（{type(cell).__name__}）")


def _text(cell: object) -> str:
    match cell:
        case bool():
            return "TRUE" if cell else "FALSE"
        case float() if math.isfinite(cell):
            return f"{Decimal(repr(cell)):f}"
        case Decimal() if cell.is_finite():
            return f"{cell:f}"
    return str(cell)
