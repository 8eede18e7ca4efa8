"""The bodies of a fact file as columns: a ``Body`` is made when it is asked for, so that millions stay small."""

from collections.abc import Iterator, Sequence
from typing import Final, overload

import numpy as np
import polars as pl
from attrs import evolve
from numpy.typing import NDArray

from haiten.compiler.late import dense
from haiten.scoring.facts.facts import Body

_AT_ONCE: Final = 10_000


@dense(eq=False)
class BodyColumns(Sequence[Body]):
    """Bodies, a column for each thing that is known about them.

    Attributes:
        codes, names, prefectures: texts, empty where nothing is given.
        carried: texts of 属性. 備考. 根拠. columns, by column.
        rows: where they stand in their file.
    """

    codes: pl.Series
    names: pl.Series
    prefectures: pl.Series
    carried: dict[str, pl.Series]
    rows: NDArray[np.int64]

    def with_codes(self, codes: pl.Series, kept: NDArray[np.bool_]) -> "BodyColumns":
        """The bodies under other codes, and only some of them."""
        if kept.all():
            return evolve(self, codes=codes)
        carried = {name: cells.filter(kept) for name, cells in self.carried.items()}
        codes, names, prefectures = (column.filter(kept) for column in (codes, self.names, self.prefectures))
        return BodyColumns(codes, names, prefectures, carried, self.rows[kept])

    def part(self, part: slice) -> "BodyColumns":
        """Some of the bodies."""
        carried = {name: cells[part] for name, cells in self.carried.items()}
        return BodyColumns(self.codes[part], self.names[part], self.prefectures[part], carried, self.rows[part])

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, place: int) -> Body: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Body, ...]: ...
    def __getitem__(self, place: int | slice) -> Body | tuple[Body, ...]:
        if isinstance(place, slice):
            return tuple(self[each] for each in range(*place.indices(len(self))))
        place = int(place)  # an index that NumPy found is no index to polars
        return Body(
            self.codes[place],
            self.names[place],
            self.prefectures[place],
            {name: cells[place] for name, cells in self.carried.items() if cells[place]},
            int(self.rows[place]),
        )

    def __iter__(self) -> Iterator[Body]:
        for start in range(0, len(self), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            columns = (self.codes, self.names, self.prefectures, *self.carried.values())
            rows = self.rows[part].tolist()
            for *cells, row in zip(*(column[part].to_list() for column in columns), rows, strict=True):
                code, name, prefecture, *carried = cells
                given = {about: cell for about, cell in zip(self.carried, carried, strict=True) if cell}
                yield Body(code, name, prefecture, given, row)


def as_columns(bodies: Sequence[Body]) -> BodyColumns:
    """Any bodies as columns, those that they carry in the order in which they first come up."""
    if isinstance(bodies, BodyColumns):
        first = {name: (cells != "").arg_max() for name, cells in bodies.carried.items() if (cells != "").any()}
        carried = {name: bodies.carried[name] for name in sorted(first, key=lambda name: first[name] or 0)}
        return evolve(bodies, carried=carried)
    names = dict.fromkeys(name for body in bodies for name in body.carried)
    return BodyColumns(
        pl.Series([body.code for body in bodies], dtype=pl.String),
        pl.Series([body.name for body in bodies], dtype=pl.String),
        pl.Series([body.prefecture for body in bodies], dtype=pl.String),
        {name: pl.Series([body.carried.get(name, "") for body in bodies], dtype=pl.String) for name in names},
        np.array([body.row for body in bodies], dtype=np.int64),
    )
