"""Keys in their order: which key stands at a place, and how many keys stand before another.

Keys that lie close together are counted, few keys are sorted, and of many that lie far apart only those are looked at
that can stand at the places asked for.
"""

from typing import Any, Final

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from haiten.scoring.exact import Keys, blocks

_FEW: Final = 4_096  # up to so many keys sorting beats all else
_DENSE: Final = 2  # up to so many numbers per key counting beats sorting
_BUCKETS: Final = 2**12


@frozen(eq=False)
class Order:
    """The order of some keys."""

    keys: Keys
    _counts: tuple[int, NDArray[np.int64]] | None = field(init=False)
    _sorted: Keys | None = field(init=False)

    @_counts.default
    def _count(self) -> tuple[int, NDArray[np.int64]] | None:
        """The least key; how many are less than it, than the next number, and so on. None where those are too many."""
        if len(self.keys) <= _FEW or self.keys.dtype.kind == "f":
            return None
        least = int(self.keys.min())
        span = int(self.keys.max()) - least + 1
        if span > _DENSE * len(self.keys):
            return None
        up_to = np.zeros(span + 1, dtype=np.int64)
        for part in blocks(len(self.keys)):
            up_to[1:] += np.bincount(self.keys[part] - self.keys.dtype.type(least), minlength=span)
        return least, up_to.cumsum(out=up_to)

    @_sorted.default
    def _sort(self) -> Keys | None:
        return np.sort(self.keys) if len(self.keys) <= _FEW else None

    def select(self, places: list[int]) -> list[Any]:
        """The keys at some places, from 0 for the least."""
        if self._sorted is not None:
            return [self._sorted[place] for place in places]
        if self._counts is None:
            return _select(self.keys, places)
        least, up_to = self._counts
        found: list[Any] = (up_to.searchsorted(places, side="right") + (least - 1)).tolist()
        return found

    def before(self, keys: Keys) -> NDArray[np.int64]:
        """How many are less than each of some keys, which are themselves among them."""
        if self._counts is None:
            return np.asarray(self._in_order.searchsorted(keys, side="left"))
        least, up_to = self._counts
        return np.asarray(up_to[keys - keys.dtype.type(least)])

    def after(self, keys: Keys) -> NDArray[np.int64]:
        """How many are greater than each of some keys, which are themselves among them."""
        if self._counts is None:
            return np.asarray(len(self.keys) - self._in_order.searchsorted(keys, side="right"))
        least, up_to = self._counts
        return np.asarray(len(self.keys) - up_to[1:][keys - keys.dtype.type(least)])

    @property
    def _in_order(self) -> Keys:
        return np.sort(self.keys) if self._sorted is None else self._sorted


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
