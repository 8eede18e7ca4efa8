"""Parquet files put together of parts, each of which Polars writes as a file of its own.

In a file a row group stands column after column, so that it can be made of parts that hold some of its columns each.
Whoever writes it as a whole has all of it in memory first, and what the file tells of each column of each group as
objects until the end. Here that is taken over from the parts, with the places moved to where they are now, and kept
as the bytes that stand at the end of the file (parquet-format, ``parquet.thrift``).
"""

import io
from collections.abc import Iterable
from typing import IO, Final

import polars as pl

from haiten.views.files.thrift import I16, I64, LIST, STRUCT, Struct, read_struct, struct_bytes

_MAGIC: Final = b"PAR1"
_LENGTH: Final = 4  # bytes of the length of what a file tells of itself
# Fields of FileMetaData, RowGroup, ColumnChunk, ColumnMetaData.
_ROWS, _GROUPS = 3, 4
_COLUMNS, _SIZE, _GROUP_ROWS, _GROUP_PLACE, _PACKED_SIZE, _ORDINAL = 1, 2, 3, 5, 6, 7
_CHUNK_PLACE, _ABOUT = 2, 3
_PLACES: Final = (9, 10, 11)  # of data pages, index page, dictionary
_INDICES: Final = (4, 6)  # of pages and of columns
# What stands behind the pages of a part is left out: indices, which have places in them, and Bloom filters. Readers do
# without them, and a column of a part has a page or two.
_BEHIND: Final = (*_INDICES, 5, 7)
_FILTERS: Final = (14, 15)


def write_parts(file: IO[bytes], empty: pl.DataFrame, groups: Iterable[Iterable[pl.DataFrame]]) -> None:
    """Write a Parquet file.

    Args:
        file: where it goes, from its beginning.
        empty: all columns, without a row.
        groups: the row groups; of each its columns in their order, some at a time.

    Raises:
        OSError: the file takes no more.
    """
    file.write(_MAGIC)
    place, rows = len(_MAGIC), 0
    told: list[bytes] = []
    for parts in groups:
        columns: list[bytes] = []
        start, size, packed, height = place, 0, 0, 0
        for part in parts:
            about, made = _written(part)
            (group,) = about[_GROUPS][1][1]
            chunks: list[Struct] = group[_COLUMNS][1][1]
            behind = [chunk[index][1] for chunk in chunks for index in _INDICES if index in chunk]
            pages = made[len(_MAGIC) : min(behind, default=len(made))]
            file.write(pages)
            columns += (_moved(chunk, place - len(_MAGIC)) for chunk in chunks)
            size, packed, height = size + group[_SIZE][1], packed + group[_PACKED_SIZE][1], part.height
            place += len(pages)
        of_group = {_SIZE: size, _GROUP_ROWS: height, _GROUP_PLACE: start, _PACKED_SIZE: packed}
        whole: Struct = {number: (I64, value) for number, value in of_group.items()}
        told.append(struct_bytes(whole | {_COLUMNS: (LIST, (STRUCT, columns)), _ORDINAL: (I16, len(told))}))
        rows += height
    about, _ = _written(empty)
    end = struct_bytes(about | {_ROWS: (I64, rows), _GROUPS: (LIST, (STRUCT, told))})
    file.write(end + len(end).to_bytes(_LENGTH, "little") + _MAGIC)


def _written(part: pl.DataFrame) -> tuple[Struct, memoryview]:
    """What a file of one row group tells of itself, and all that stands in it before."""
    data = io.BytesIO()
    part.write_parquet(data, row_group_size=max(part.height, 1))
    made = data.getbuffer()
    end = len(made) - len(_MAGIC) - _LENGTH
    start = end - int.from_bytes(made[end : end + _LENGTH], "little")
    return read_struct(bytes(made[start:end]))[0], made[:start]


def _moved(chunk: Struct, by: int) -> bytes:
    """What is told of a column of a row group, after it was moved by so many bytes."""
    about = _with_places(chunk[_ABOUT][1], _PLACES, by, _FILTERS)
    return struct_bytes(_with_places(chunk, (_CHUNK_PLACE,), by, _BEHIND) | {_ABOUT: (STRUCT, about)})


def _with_places(told: Struct, places: tuple[int, ...], by: int, without: tuple[int, ...]) -> Struct:
    moved: Struct = {place: (I64, told[place][1] + by) for place in places if place in told}
    return {field: value for field, value in told.items() if field not in without} | moved
