"""What is kept of a fact file while it is read: values and texts of each batch, a column at a time."""

from functools import cached_property
from typing import Final

import numpy as np
import polars as pl
from attrs import field, frozen
from numpy.typing import NDArray

from haiten.compiler.program.fact_columns import (
    CARRIED,
    CODE,
    FINGERPRINT,
    NAME,
    POSSIBLE,
    PREFECTURE,
    SIZE,
    YEAR,
    NumberColumn,
    Schema,
)
from haiten.scoring.facts.bodies import BodyColumns
from haiten.scoring.numbers.exact import Bools
from haiten.scoring.reading.batches import Batch
from haiten.scoring.reading.codes import plain_codes
from haiten.scoring.reading.plain_columns import Plain, joined, read_plain
from haiten.scoring.reading.read_columns import Read, read_numbers, read_truths, texts
from haiten.scoring.reading.results import as_answers

_DIGITS: Final = "^[0-9０-９]+$"


@frozen(eq=False, slots=False)
class KeptColumns:
    """What is kept of the batches, a column at a time.

    Attributes:
        columns: the places of the columns, by name.
        maxima: what each leaf is worth, by path.
        ragged: rows that are longer than the header, and their lengths.
        alone: the text of rows in which nothing else stands, by place among the rows that are kept.
    """

    file: str
    schema: Schema
    columns: dict[str, int]
    maxima: dict[str, int]
    ragged: list[tuple[int, int]] = field(factory=list)
    alone: dict[int, str] = field(factory=dict)
    _rows: list[NDArray[np.int64]] = field(factory=list)
    _texts: dict[str, list[pl.Series]] = field(factory=dict)
    _values: dict[str, list[Read]] = field(factory=dict)

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
        for name, index in self.columns.items():
            cells = frame[str(index)]
            if (how := self._plain.get(str(index))) is not None:
                read = plain.get(str(index))
                read = read_carefully(cells, how, rows, self.file, name) if read is None else read
                self._values.setdefault(name, []).append(read)
            elif name == CODE:
                self._texts.setdefault(name, []).append(plain_codes(texts(cells)))
            elif name in (NAME, PREFECTURE, YEAR, FINGERPRINT, SIZE) or name.startswith(CARRIED):
                self._texts.setdefault(name, []).append(texts(cells))

    @cached_property
    def _plain(self) -> dict[str, Plain]:
        """How the columns of values are read, by their places."""
        schema, found = self.schema, dict[str, Plain]()
        for name, index in self.columns.items():
            if name in schema.numbers or name in schema.points or name.startswith(POSSIBLE):
                found[str(index)] = Plain(schema.numbers.get(name) or NumberColumn(None))
            elif name in schema.answers or name in schema.outcomes:
                found[str(index)] = Plain(points=self.maxima.get(name, 0))
        return found

    def _note_alone(self, frame: pl.DataFrame) -> None:
        """Keep the texts of rows that have no code and one cell only, as notes under a table have."""
        before = sum(map(len, self._rows))
        code = texts(frame[str(self.columns[CODE])])
        for place in (~code.str.contains(_DIGITS)).arg_true().to_list():
            told = [cell for column in frame if (cell := texts(column[place : place + 1])[0])]
            if len(told) == 1:
                self.alone[before + place] = told[0]

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

    def values(self, name: str, rows: Bools) -> Read:
        """A column of values, of some of the rows; its parts are let go."""
        read = joined(self._values.pop(name, []))
        return read if rows.all() else Read(read.values[rows], read.known[rows], read.diagnostics)


def read_carefully(cells: pl.Series, how: Plain, rows: NDArray[np.int64], file: str, name: str) -> Read:
    """A column of values in any form; what is wrong with its cells is told."""
    if how.number is not None:
        return read_numbers(cells, how.number, rows, file, name)
    return read_truths(_as_answers(cells, how.points), rows, file, name)


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
