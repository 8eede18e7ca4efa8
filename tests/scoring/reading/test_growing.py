"""Columns that are read part by part are what their parts are together."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from haiten.scoring.numbers.exact import everywhere, is_everywhere
from haiten.scoring.reading.growing import GrowingColumn
from haiten.scoring.reading.read_columns import Read

KINDS = {np.int8: 2**7, np.int32: 2**31, np.int64: 2**63, object: 2**80}


@st.composite
def parts(draw: st.DrawFn) -> Read:
    kind = draw(st.sampled_from(sorted(KINDS, key=str)))
    cells = draw(st.lists(st.integers(-KINDS[kind], KINDS[kind] - 1), max_size=5))
    known: Any = draw(st.one_of(st.none(), st.lists(st.booleans(), min_size=len(cells), max_size=len(cells))))
    return Read(np.array(cells, dtype=kind), everywhere(len(cells)) if known is None else np.array(known, dtype=bool))


@given(st.lists(parts(), max_size=6), st.sampled_from([np.int8, np.int32]), st.integers(0, 12))
def test_parts_together(reads: list[Read], kind: Any, room: int) -> None:
    """Whatever room was expected, and however wide numbers become; that all are known takes no room."""
    column = GrowingColumn(np.empty(room, dtype=kind))
    for read in reads:
        column.add(read)
    made = column.read()
    assert made.values.tolist() == [value for read in reads for value in read.values.tolist()]
    assert made.known.tolist() == [known for read in reads for known in read.known.tolist()]
    assert is_everywhere(made.known) == all(made.known.tolist())


def test_room_that_is_enough_is_used() -> None:
    """Nothing is copied twice where the parts are as many, and as wide, as was expected."""
    room = np.zeros(4, dtype=np.int32)
    column = GrowingColumn(room)
    for start in (0, 2):
        column.add(Read(np.arange(start, start + 2, dtype=np.int32), everywhere(2)))
    assert column.read().values.base is room
    assert room.tolist() == [0, 1, 2, 3]
