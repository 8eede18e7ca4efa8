"""The yes/no columns of a run, as rows of one table."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from attrs import field
from numpy.typing import NDArray

from haiten.compiler.late import dense
from haiten.scoring.facts.facts import Truth
from haiten.scoring.numbers.exact import Bools


@dense(eq=False)
class Truths:
    """Truths by row, each put down once.

    Attributes:
        certain: rows × bodies.
        possible: the rows of which not all is decided; for any other it is ``certain``.
    """

    certain: Bools
    possible: dict[int, Bools] = field(factory=dict)

    def __getitem__(self, row: int) -> Truth:
        certain = self.certain[row]
        return Truth(certain, self.possible.get(row, certain))

    def __setitem__(self, row: int, truth: Truth) -> None:
        self.certain[row] = truth.certain
        if truth.possible is not truth.certain:
            self.possible[row] = truth.possible

    def put(self, rows: Sequence[int], certain: Bools) -> None:
        """Put down what is certain in some rows, all at once."""
        self.certain[rows] = certain

    @contextmanager
    def writing(self, rows: Sequence[int]) -> Iterator[list[Bools]]:
        """Columns in which to put down what is certain in some rows."""
        yield [self.certain[row] for row in rows]

    def note_unsure(self, row: int, unsure: Bools) -> None:
        """Put down what is possible in a row beside what is certain in it."""
        self.possible[row] = self.certain[row] | unsure

    def decided(self, row: int, body: int) -> bool | None:
        """The truth of one body; None where it is unknown."""
        if self.certain[row, body]:
            return True
        possible = self.possible.get(row)
        return None if possible is not None and possible[body] else False

    def among(self, rows: range) -> "Truths":
        """Those of some rows, which are counted anew."""
        return Truths(self.certain[rows.start : rows.stop], _among(self.possible, rows))

    def of(self, part: slice) -> "Truths":
        """Those of some bodies."""
        return Truths(self.certain[:, part], {row: column[part] for row, column in self.possible.items()})

    def packed(self) -> "PackedTruths":
        """The same in an eighth of the room, for whoever reads them a part of the bodies at a time."""
        possible = {row: _packed(column) for row, column in self.possible.items()}
        return PackedTruths(_packed(self.certain), possible, self.certain.shape[1])


@dense(eq=False)
class PackedTruths:
    """Truths by row, in a bit each: an eighth of the room, and some time for whoever writes or reads a row.

    Attributes:
        certain: rows × bytes of eight bodies.
        possible: the rows of which not all is decided, likewise.
        size: how many bodies these are.
    """

    certain: NDArray[np.uint8]
    possible: dict[int, NDArray[np.uint8]]
    size: int

    def __getitem__(self, row: int) -> Truth:
        return self.among(range(row, row + 1)).of(slice(None))[0]

    def __setitem__(self, row: int, truth: Truth) -> None:
        self.certain[row] = _packed(truth.certain)
        if truth.possible is not truth.certain:
            self.possible[row] = _packed(truth.possible)

    def put(self, rows: Sequence[int], certain: Bools) -> None:
        """Put down what is certain in some rows, all at once."""
        self.certain[rows] = _packed(certain)

    @contextmanager
    def writing(self, rows: Sequence[int]) -> Iterator[list[Bools]]:
        """Columns in which to put down what is certain in some rows."""
        columns = [np.empty(self.size, dtype=np.bool_) for _ in rows]
        yield columns
        for row, column in zip(rows, columns, strict=True):
            self.certain[row] = _packed(column)

    def note_unsure(self, row: int, unsure: Bools) -> None:
        """Put down what is possible in a row beside what is certain in it."""
        self.possible[row] = self.certain[row] | _packed(unsure)

    def decided(self, row: int, body: int) -> bool | None:
        """The truth of one body; None where it is unknown."""
        return self.among(range(row, row + 1)).of(slice(body, body + 1)).decided(0, 0)

    def among(self, rows: range) -> "PackedTruths":
        """Those of some rows, which are counted anew."""
        return PackedTruths(self.certain[rows.start : rows.stop], _among(self.possible, rows), self.size)

    def packed(self) -> "PackedTruths":
        """These."""
        return self

    def of(self, part: slice) -> Truths:
        """Those of some bodies, which follow one another."""
        start, end, step = part.indices(self.size)
        assert step == 1, "bits are read in their order"

        def unpacked(bits: NDArray[np.uint8]) -> Bools:
            first = start // 8
            each = np.unpackbits(bits[..., first : -(-end // 8)], axis=-1)[..., start - 8 * first : end - 8 * first]
            return each.view(np.bool_)

        return Truths(unpacked(self.certain), {row: unpacked(bits) for row, bits in self.possible.items()})


def _packed(truths: Bools) -> NDArray[np.uint8]:
    return np.packbits(truths, axis=-1)


def _among(possible: dict[int, NDArray[Any]], rows: range) -> dict[int, NDArray[Any]]:
    return {row - rows.start: column for row, column in possible.items() if row in rows}


def empty_truths(rows: int, bodies: int, *, packed: bool) -> Truths | PackedTruths:
    """A table whose rows are yet to be filled."""
    if packed:
        return PackedTruths(np.empty((rows, -(-bodies // 8)), dtype=np.uint8), {}, bodies)
    return Truths(np.empty((rows, bodies), dtype=np.bool_))
