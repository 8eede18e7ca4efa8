"""What is kept of a fact file while it is read: the values of its columns, and where its rows stand."""

from collections.abc import Iterator
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl
from attrs import field
from numpy.typing import NDArray

from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.diagnostics.masses import gathered
from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import (
    CARRIED,
    CODE,
    FINGERPRINT,
    NAME,
    POSSIBLE,
    PREFECTURE,
    SIZE,
    TRIAL,
    YEAR,
    NumberColumn,
    Schema,
)
from haiten.scoring.facts.bodies import BodyColumns
from haiten.scoring.numbers.exact import Bools
from haiten.scoring.reading.batches import Batch
from haiten.scoring.reading.codes import plain_codes
from haiten.scoring.reading.growing import GrowingColumn
from haiten.scoring.reading.plain_columns import PlainColumn, read_plain
from haiten.scoring.reading.read_columns import Read, read_numbers, read_truths, texts
from haiten.scoring.reading.results import as_answers

_DIGITS: Final = "^[0-9０-９]+$"


@frozen(eq=False)
class KeptMistakes:
    """What is kept of the batches, a column at a time.

    Attributes:
        columns: the places of the columns, by name.
        maxima: what each leaf is worth, by path.
        total: about how many batches there are.
        ragged: rows that are longer than the header, and their lengths.
        alone: the text of rows in which nothing else stands, by place among the rows that are kept.
    """

    file: str
    schema: Schema
    columns: dict[str, int]
    maxima: dict[str, int]
    total: int = 1
    ragged: list[tuple[int, int]] = field(factory=list)
    alone: dict[int, str] = field(factory=dict)
    _rows: list[NDArray[np.int64]] = field(factory=list)
    _texts: dict[str, list[pl.Series]] = field(factory=dict)
    _values: dict[str, GrowingColumn] = field(factory=dict)

    def add(self, batch: Batch) -> None:
        """Read a batch; rows in which nothing stands are left out."""
        rows = np.arange(batch.start, batch.start + batch.frame.height)
        self.ragged.extend((int(rows[place]), length) for place, length in batch.ragged.items())
        frame, filled = batch.frame, _filled(batch, str(self.columns[CODE]))
        if not filled.all():
            frame, rows = frame.filter(pl.Series(filled)), rows[filled]
        self._note_alone(frame)
        self._rows.append(rows)
        plain = read_plain(frame, self._plain)
        if not self._values:
            self._begin(frame.height * self.total)
        for name, index in self.columns.items():
            cells = frame[str(index)]
            if (how := self._plain.get(str(index))) is not None:
                read = plain.get(str(index))
                self._values[name].add(read_carefully(cells, how) if read is None else read)
            elif name == CODE:
                self._texts.setdefault(name, []).append(plain_codes(texts(cells)))
            elif name in (NAME, PREFECTURE, YEAR, FINGERPRINT, SIZE, TRIAL) or name.startswith(CARRIED):
                self._texts.setdefault(name, []).append(texts(cells))

    def _begin(self, bodies: int) -> None:
        """Make room for the values of about so many bodies, in one piece for numbers and one for answers."""
        for is_number, kind in ((True, np.int32), (False, np.int8)):
            plain = ((name, self._plain.get(str(index))) for name, index in self.columns.items())
            names = [name for name, how in plain if how is not None and (how.number is not None) is is_number]
            room = np.empty((len(names), bodies), dtype=kind)
            self._values.update((name, GrowingColumn(row)) for name, row in zip(names, room, strict=True))

    @cached_property
    def _plain(self) -> dict[str, PlainColumn]:
        """How the columns of values are read, by their places."""
        schema, found = self.schema, dict[str, PlainColumn]()
        for name, index in self.columns.items():
            if name in schema.numbers or name in schema.points or name.startswith(POSSIBLE):
                found[str(index)] = PlainColumn(schema.numbers.get(name) or NumberColumn(None))
            elif name in schema.answers or name in schema.outcomes:
                found[str(index)] = PlainColumn(points=self.maxima.get(name, 0))
        return found

    def _note_alone(self, frame: pl.DataFrame) -> None:
        """Keep the texts of rows that have no code and one cell only, as notes under a table have."""
        before = sum(map(len, self._rows))
        code = texts(frame[str(self.columns[CODE])])
        places = (~code.str.contains(_DIGITS)).arg_true()
        if not len(places):
            return
        cells = [texts(column.gather(places)) for column in frame]
        told = sum((np.asarray(column != "", dtype=np.int64) for column in cells), np.zeros(len(places), np.int64))
        for column in cells:
            found = np.flatnonzero((told == 1) & (column != "").to_numpy())
            self.alone.update(zip((places.to_numpy()[found] + before).tolist(), column.gather(found), strict=True))

    @property
    def rows(self) -> NDArray[np.int64]:
        """Where the rows stand in the file."""
        return np.concatenate([np.zeros(0, dtype=np.int64), *self._rows])

    def series(self, name: str) -> pl.Series:
        """A column of texts; empty ones where the file has no such column."""
        if name in self._texts:
            return pl.concat(self._texts[name], rechunk=True)
        if name in self.columns:
            return pl.Series([], dtype=pl.String)
        return pl.Series([""], dtype=pl.String).new_from_index(0, sum(map(len, self._rows)))

    def bodies(self) -> BodyColumns:
        """The bodies of all batches."""
        carried = {name: self.series(name) for name in self.columns if name.startswith(CARRIED)}
        return BodyColumns(self.series(CODE), self.series(NAME), self.series(PREFECTURE), carried, self.rows)

    def values(self, name: str, rows: Bools) -> tuple[Read, tuple[Diagnostic, ...]]:
        """A column of values, of some of the rows, and what is wrong with it; it is let go."""
        column = self._values.pop(name, None) or GrowingColumn(np.zeros(0, dtype=np.int8))
        read = column.read()
        if not rows.all():
            read = Read(read.values[rows], read.known[rows])
        return read, gathered(self._wrong(column, name, rows))

    def _wrong(self, column: GrowingColumn, name: str, rows: Bools) -> Iterator[Diagnostic]:
        start = 0
        for number, of_part in enumerate(self._rows if column.wrong else ()):
            end = start + len(of_part)
            if (wrong := column.wrong.get(number)) is not None:
                yield from wrong.told(rows[start:end], of_part, self.file, name)
            start = end


def read_carefully(cells: pl.Series, how: PlainColumn) -> Read:
    """A column of values in any form."""
    if how.number is not None:
        return read_numbers(cells, how.number)
    return read_truths(_as_answers(cells, how.points))


def _as_answers(cells: pl.Series, maximum: int) -> pl.Series:
    """The cells of a leaf's column as answers, where they hold its points."""
    if maximum < 2 or cells.dtype == pl.Boolean:
        return cells
    written = texts(cells)
    plain = as_answers(written.unique().to_list(), maximum)
    return cells if plain is None else written.replace({str(maximum): "1"})


def _filled(batch: Batch, code: str) -> Bools:
    """The rows in which something stands; only those without a code have to be looked at."""
    filled: Bools = (texts(batch.frame[code]) != "").to_numpy().copy()
    rest = np.flatnonzero(~filled)
    if len(rest):
        others = batch.frame[rest.tolist()]
        for column in others:
            filled[rest] |= (texts(column) != "").to_numpy()
        filled[list(batch.ragged)] = True
    return filled
