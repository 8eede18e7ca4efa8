"""Scores as files; every file carries the year and the fingerprint of its rules."""

import errno
from collections.abc import Iterable, Iterator
from itertools import count, islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from haiten.compiler.program.fact_columns import SIZE, TRIAL
from haiten.scoring.facts.bodies import BodyColumns, as_columns
from haiten.scoring.running.scores import Scores, Verdict
from haiten.views.console.printable import json_text
from haiten.views.console.terminal import track
from haiten.views.files.csv_safety import safe_frame
from haiten.views.files.parquet_parts import write_parts
from haiten.views.files.score_json import json_pieces
from haiten.views.files.workbooks import workbook, write_rows
from haiten.views.files.writing import system_errors

BATCH: Final = 2_500
_ROW_GROUP: Final = 20_000  # of which some columns are in memory at a time
_NODES_AT_ONCE: Final = 16
_COLUMNS_AT_ONCE: Final = 3 * _NODES_AT_ONCE
_SHEET_BATCH: Final = 500  # whose cells are objects for a while
_WRITING: Final = "得点の書き出し"
_MOST_ROWS: Final = 1_048_576  # of a sheet of Excel
_MOST_COLUMNS: Final = 16_384
_VERDICTS: Final = pl.Enum([verdict.japanese for verdict in Verdict])


def write_scores(path: Path, scores: Scores, *, safe: bool = False) -> None:
    """Write the scores of all bodies, as the ending of the name says (.csv, .parquet, .xlsx, .json).

    JSON is that of ``Scores.to_json``. The others have a row per body: totals, then for each node certain and possible
    points, for leaves the verdict.

    Raises:
        OSError: the file cannot be written.
    """
    match path.suffix.lower():
        case ".parquet":
            _write_parquet(path, scores)
        case ".xlsx":
            _write_workbook(path, scores)
        case ".json":
            with path.open("w", encoding="utf-8", newline="") as file:
                file.writelines(score_pieces(scores))
        case _:
            write_scores_csv(path, scores, safe=safe)


def write_scores_csv(path: Path, scores: Scores, *, safe: bool = False) -> None:
    """A row per body, in UTF-8 with BOM, as Excel reads it.

    Raises:
        OSError: the file cannot be written.
    """
    with system_errors(path), path.open("wb") as file:
        for number, frame in enumerate(_tracked(scores, BATCH)):
            first = number == 0
            made = safe_frame(frame) if safe else frame
            made.write_csv(file, include_bom=first, include_header=first, line_terminator="\r\n")


def _write_parquet(path: Path, scores: Scores) -> None:
    bodies, size = as_columns(scores.bodies), len(scores.bodies)

    def parts(some: slice) -> Iterator[pl.DataFrame]:
        columns = _columns(scores, bodies, some)
        while part := list(islice(columns, _COLUMNS_AT_ONCE)):
            yield pl.DataFrame(part)

    groups = (slice(start, start + _ROW_GROUP) for start in range(0, size, _ROW_GROUP))
    with path.open("wb") as file:
        empty = next(_frames(scores, 1)).clear()
        write_parts(file, empty, map(parts, track(groups, _WRITING, -(-size // _ROW_GROUP))))


def _write_workbook(path: Path, scores: Scores) -> None:
    frames = _tracked(scores, _SHEET_BATCH)
    write_sheet(path, "得点", next(_frames(scores, 1)).columns, len(scores.bodies), frames)


def write_sheet(path: Path, title: str, header: list[str], rows: int, frames: Iterable[pl.DataFrame]) -> None:
    """An Excel file of one sheet, its rows written out as they come.

    Raises:
        OSError: the file cannot be written, or a sheet does not hold so much.
    """
    if rows >= _MOST_ROWS or len(header) > _MOST_COLUMNS:
        most = f"Excel の1枚のシートは{_MOST_ROWS - 1:,}団体、{_MOST_COLUMNS:,}列までです"
        raise OSError(errno.EFBIG, most, str(path))
    with workbook(path, streamed=True) as book:
        sheet = book.add_worksheet(title)
        sheet.write_row(0, 0, header, book.add_format({"bold": True}))
        sheet.freeze_panes(1, 2)
        row = 1
        for frame in frames:
            write_rows(sheet, row, frame)
            row += frame.height


def _tracked(scores: Scores, size: int) -> Iterator[pl.DataFrame]:
    return track(_frames(scores, size), _WRITING, -(-len(scores.bodies) // size))


def _frames(scores: Scores, size: int) -> Iterator[pl.DataFrame]:
    """The scores of so many bodies at a time, at least one frame."""
    bodies = as_columns(scores.bodies)
    for start in range(0, max(len(bodies), 1), size):
        yield pl.DataFrame([*_columns(scores, bodies, slice(start, start + size))])


def _columns(scores: Scores, bodies: BodyColumns, some: slice) -> Iterator[pl.Series]:
    part, trial = bodies.part(some), scores.program.trial_text
    head = {
        "団体コード": part.codes,
        "団体名": _or_null(part.names),
        "都道府県": _or_null(part.prefectures),
        "年度": pl.Series([scores.program.year]).new_from_index(0, len(part)),
        "規則の指紋": pl.Series([scores.fingerprint.rules]).new_from_index(0, len(part)),
        SIZE: pl.Series([str(len(bodies))]).new_from_index(0, len(part)),
        **({TRIAL: pl.Series([trial]).new_from_index(0, len(part))} if trial else {}),
        **{name: _or_null(cells) for name, cells in part.carried.items() if name.startswith("属性.")},
    }
    yield from (cells.alias(name) for name, cells in head.items())
    yield from _results(scores.of(some))


def _results(scores: Scores) -> Iterator[pl.Series]:
    """Points and verdicts, node by node: certain and possible points share their memory where all is decided.

    Points are whole numbers of 32 bits. Those of some nodes are one piece of memory, which Polars has for them, so that
    it is made of what reading gave back.
    """
    size, verdicts = len(scores.bodies), iter(scores.verdict_table())
    yield from _named("全体", *(pl.Series(column) for column in scores.total()))
    nodes = iter(scores.program.nodes.values())
    while some := list(islice(nodes, _NODES_AT_ONCE)):
        points = [scores.narrow(node.path) for node in some]
        apart = [column for pair in points for column in (pair if pair[0] is not pair[1] else pair[:1])]
        counted = _pieces(pl.Series(np.array(apart).reshape(-1)).cast(pl.Int32), size)
        leaves = np.array([next(verdicts) for node in some if node.is_leaf], dtype=np.uint8).reshape(-1)
        told = _pieces(pl.Series(leaves).cat.to(_VERDICTS), size)
        for node, (certain, possible) in zip(some, points, strict=True):
            first = next(counted)
            yield from _named(node.path, first, first if certain is possible else next(counted))
            if node.is_leaf:
                yield next(told).alias(f"判定.{node.path}")


def _pieces(column: pl.Series, size: int) -> Iterator[pl.Series]:
    """A column in pieces of some size, which share its memory."""
    return (column.slice(start, size) for start in count(0, size))


def _named(path: str, certain: pl.Series, possible: pl.Series) -> tuple[pl.Series, pl.Series]:
    return certain.alias(f"得点.{path}"), possible.alias(f"可能.{path}")


def _or_null(cells: pl.Series) -> pl.Series:
    return pl.select(pl.when(cells != "").then(cells)).to_series()


def score_pieces(scores: Scores, *, ascii_only: bool = False, watched: bool = True) -> Iterator[str]:
    """The JSON of scores in pieces, while a person who watches sees how far it is."""

    def watch(parts: Iterator[slice], count: int) -> Iterator[slice]:
        return track(parts, _WRITING, count) if watched else parts

    return json_pieces(scores, ascii_only=ascii_only, watch=watch)


def write_json(path: Path, data: dict[str, Any]) -> None:
    """JSON as people can diff it.

    Raises:
        OSError: the file cannot be written.
    """
    path.write_text(json_text(data) + "\n", encoding="utf-8", newline="")
