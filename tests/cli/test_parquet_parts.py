"""A Parquet file put together of parts is the table that one writer would have written, to every reader."""

import io
import random
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haiten.views.files.parquet_parts import write_parts
from haiten.views.files.thrift import BINARY, FALSE, I16, I32, I64, LIST, STRUCT, TRUE, read_struct, struct_bytes

WORDS = ("得点", "非該当", "未回答")
KINDS = (pl.Int32, pl.String, pl.Enum(WORDS), pl.Int64, pl.Boolean)


def frame_of(seed: int, rows: int, columns: int) -> pl.DataFrame:
    draw = random.Random(seed)
    cells = {
        pl.Int32: lambda: draw.randrange(-5, 6),
        pl.Int64: lambda: draw.randrange(-(2**62), 2**62),
        pl.String: lambda: draw.choice(("", "町", "a" * draw.randrange(300))),
        pl.Boolean: lambda: draw.random() < 0.5,
    }
    made = []
    for place in range(columns):
        kind, unknown = draw.choice(KINDS), draw.choice((0, 0.3, 1))
        one = cells.get(kind, lambda: draw.choice(WORDS))  # type: ignore[call-overload] # classes and an instance
        made.append(pl.Series(f"列.{place}", [None if draw.random() < unknown else one() for _ in range(rows)], kind))
    return pl.DataFrame(made)


def joined(frame: pl.DataFrame, height: int, width: int) -> bytes:
    out = io.BytesIO()
    write_parts(
        out,
        frame.clear(),
        (
            (frame[start : start + height, place : place + width] for place in range(0, frame.width, width))
            for start in range(0, frame.height, height)
        ),
    )
    return out.getvalue()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 40), st.integers(1, 20), st.integers(1, 15), st.integers(1, 21))
def test_parts_make_the_table(seed: int, rows: int, columns: int, height: int, width: int) -> None:
    """However it is cut; to Polars with its types, and with what it reads of statistics to leave groups out."""
    frame = frame_of(seed, rows, columns)
    made = joined(frame, height, width)
    assert pl.read_parquet(io.BytesIO(made)).equals(frame)
    assert pl.read_parquet_schema(io.BytesIO(made)) == frame.schema
    first = frame.columns[0]
    for value in frame[first].drop_nulls().unique().head(3):
        some = pl.scan_parquet(io.BytesIO(made)).filter(pl.col(first) == value).collect()
        assert some.equals(frame.filter(pl.col(first) == value))


def test_another_reader_sees_the_same(tmp_path: Path) -> None:
    """DuckDB reads all cells, chosen rows, and the same of row groups as where Polars wrote the file as a whole."""
    frame = frame_of(7, 1_000, 40)
    (tmp_path / "parts.parquet").write_bytes(joined(frame, 300, 7))
    frame.write_parquet(tmp_path / "whole.parquet", row_group_size=300)
    parts, whole = f"'{tmp_path / 'parts.parquet'}'", f"'{tmp_path / 'whole.parquet'}'"
    rows = duckdb.sql(f"select * from {parts}").fetchall()
    assert rows == frame.with_columns(pl.col(pl.Enum(WORDS)).cast(pl.String)).rows()
    numbers = [column for column in frame.columns if frame[column].dtype == pl.Int32]
    for number in numbers:
        counted = duckdb.sql(f'select count(*) from {parts} where "{number}" > 2').fetchall()
        assert counted == [((frame[number] > 2).sum(),)]
    assert numbers
    told = "row_group_id, row_group_num_rows, path_in_schema, type, num_values, stats_min, stats_max, stats_null_count"
    of_parts, of_whole = (
        duckdb.sql(f"select {told}, total_compressed_size from parquet_metadata({file})").fetchall()
        for file in (parts, whole)
    )
    assert of_parts == of_whole
    assert len(of_parts) == 4 * 40
    assert duckdb.sql(f"select num_rows, num_row_groups from parquet_file_metadata({parts})").fetchall() == [(1_000, 4)]


def test_a_row_group_is_as_large_as_it_is_said() -> None:
    """Larger too than writers make them where nobody says."""
    frame = pl.DataFrame({"甲": range(300_000), "乙": True})
    made = joined(frame, frame.height, 1)
    assert pl.read_parquet(io.BytesIO(made)).equals(frame)
    assert pl.scan_parquet(io.BytesIO(made)).select(pl.len()).collect().item() == frame.height


def test_what_a_file_tells_of_itself_is_handed_on() -> None:
    """All of it as it was, whatever it means: the bytes are those that Polars wrote."""
    data = io.BytesIO()
    frame_of(3, 100, 20).write_parquet(data, statistics="full", row_group_size=30, metadata={"年度": "令和8年度"})
    made = data.getvalue()
    told = made[-8 - int.from_bytes(made[-8:-4], "little") : -8]
    read, end = read_struct(told)
    assert end == len(told)
    assert struct_bytes(read) == told


def test_every_kind_of_value_comes_back() -> None:
    """Numbers of any size and either sign, truths, long lists, and fields that are far apart."""
    struct = {
        0: (I16, 5),
        1: (TRUE, True),
        2: (FALSE, False),
        18: (I16, -1),
        19: (I64, 2**62),
        400: (I32, 0),
        401: (BINARY, bytes(200)),
        402: (LIST, (I64, list(range(-70, 70)))),
        403: (LIST, (STRUCT, [{7: (BINARY, b"")}, {}])),
    }
    assert read_struct(struct_bytes(struct)) == (struct, len(struct_bytes(struct)))
    assert struct_bytes({1: (STRUCT, struct_bytes(struct))}) == struct_bytes({1: (STRUCT, struct)})
    assert [struct_bytes({number: (TRUE, True)}) for number in (15, 16)] == [b"\xf1\x00", b"\x01\x20\x00"]
    with pytest.raises(ValueError, match="kind 7"):
        read_struct(bytes([0x17]) + bytes(8))
