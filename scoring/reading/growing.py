"""Columns of values that grow as a file is read: of each part only the values are kept, in one array for the column.

So what a part was read from is let go with it. Many small arrays, each kept where its part was read, would hold on to
the memory around them, which is far more than they are.
"""

from typing import Any, Final

import numpy as np

from haiten.scoring.numbers.exact import Bools, Integers, everywhere, is_everywhere
from haiten.scoring.reading.read_columns import Read, Wrong

_MORE: Final = 8  # a column that is full has room for a part in so many more


class GrowingColumn:
    """A column of values that is read part by part.

    Attributes:
        wrong: the wrong cells, by the number of their part, from 0.
    """

    def __init__(self, room: Integers) -> None:
        """Begin in an array that may be overwritten; a column that becomes longer or wider gets one of its own."""
        self.wrong: dict[int, Wrong] = {}
        self._size = self._parts = 0
        self._values = room
        self._known: Bools | None = None  # None as long as all are known, which takes no room

    def add(self, read: Read) -> None:
        """Copy the values of the next part, in the narrowest type that holds all so far."""
        start, end = self._size, self._size + len(read.values)
        kind = np.promote_types(self._values.dtype, read.values.dtype)
        if end > len(self._values) or kind != self._values.dtype:
            self._values = _longer(self._values[:start], end, kind)
        self._values[start:end] = read.values
        if self._known is not None or not is_everywhere(read.known):
            if self._known is None or end > len(self._known):
                known = everywhere(start) if self._known is None else self._known[:start]
                self._known = _longer(known, max(end, len(self._values)), known.dtype)
            self._known[start:end] = read.known
        if read.wrong is not None:
            self.wrong[self._parts] = read.wrong
        self._size, self._parts = end, self._parts + 1

    def read(self) -> Read:
        """The column as it is by now, without what is wrong with it."""
        known = everywhere(self._size) if self._known is None else self._known[: self._size]
        return Read(self._values[: self._size], everywhere(self._size) if known.all() else known)


def _longer(old: Any, end: int, kind: np.dtype[Any]) -> Any:
    """An array that begins with what another holds, with room up to an end and some more."""
    made = np.empty(max(end, len(old) + len(old) // _MORE), dtype=kind)
    made[: len(old)] = old
    return made
