"""Keys in their order: which key stands at a place, and how many keys stand before another.

Keys that lie close together are counted, few keys are sorted, and of many that lie far apart only those are looked at
that can stand at the places asked for.
"""

from functools import cached_property
from typing import Any, Final

import numpy as np
from attrs import field
from numpy.typing import NDArray

from haiten.compiler.late import frozen
from haiten.scoring.numbers.exact import Keys, blocks

_FEW: Final = 4_096  # up to so many keys sorting beats all else
_CLOSE: Final = 2**15  # up to so many numbers counting beats looking for places
_DENSE: Final = 2  # up to so many numbers per key counting beats sorting
_BUCKETS: Final = 2**12


@frozen(eq=False)
class Order:
    """The order of some keys."""

    keys: Keys
    _few: Keys | None = field(init=False)

    @_few.default
    def _sort_few(self) -> Keys | None:
        return np.sort(self.keys) if len(self.keys) <= _FEW else None

    def select(self, places: list[int]) -> list[Any]:
        """The keys at some places, from 0 for the least."""
        if self._few is not None:
            return [self._few[place] for place in places]
        least, span = self._span
        if not 0 < span <= _CLOSE:
            return _select(self.keys, places)
        found: list[Any] = (self._up_to.searchsorted(places, side="right") + (least - 1)).tolist()
        return found

    def before(self, keys: Keys) -> NDArray[np.int64]:
        """How many are less than each of some keys, which are themselves among them."""
        least, span = self._span
        if 0 < span <= _DENSE * len(self.keys):
            return np.asarray(self._up_to[keys - keys.dtype.type(least)])
        return np.asarray(self._sorted.searchsorted(keys, side="left"))

    def after(self, keys: Keys) -> NDArray[np.int64]:
        """How many are greater than each of some keys, which are themselves among them."""
        least, span = self._span
        if 0 < span <= _DENSE * len(self.keys):
            return np.asarray(len(self.keys) - self._up_to[1:][keys - keys.dtype.type(least)])
        return np.asarray(len(self.keys) - self._sorted.searchsorted(keys, side="right"))

    @cached_property
    def _span(self) -> tuple[int, int]:
        """The least of many whole numbers, and how many there are from it to the greatest; 0 for any other keys."""
        if self._few is not None or self.keys.dtype.kind == "f":
            return 0, 0
        least = int(self.keys.min())
        return least, int(self.keys.max()) - least + 1

    @cached_property
    def _up_to(self) -> NDArray[np.int64]:
        """How many keys are less than the least, than the next number, and so on to beyond the greatest."""
        least, span = self._span
        up_to = np.zeros(span + 1, dtype=np.int64)
        for part in blocks(len(self.keys)) if span <= _CLOSE else (slice(None),):
            up_to[1:] += np.bincount(self.keys[part] - self.keys.dtype.type(least), minlength=span)
        return up_to.cumsum(out=up_to)

    @cached_property
    def _sorted(self) -> Keys:
        return np.sort(self.keys) if self._few is None else self._few


def _select(keys: Keys, places: list[int]) -> list[Any]:
    """The keys at some places: counted in buckets, then sought in one of them."""
    least, most = float(keys.min()), float(keys.max())
    if least == most:
        return [keys[0]] * len(places)
    scale = _BUCKETS / (most - least)
    bucket = np.empty(len(keys), dtype=np.uint16)
    counts = np.zeros(_BUCKETS + 1, dtype=np.int64)
    for part in blocks(len(keys)):
        # Each operation keeps the order, so that a bucket's keys are all above those of the buckets before it.
        bucket[part] = (keys[part].astype(np.float64) - least) * scale
        counts += np.bincount(bucket[part], minlength=_BUCKETS + 1)
    up_to = np.cumsum(counts)
    found = []
    for place in places:
        number = int(np.searchsorted(up_to, place, side="right"))
        within = place - int(up_to[number] - counts[number])
        found.append(np.partition(keys[bucket == number], within)[within])
    return found
