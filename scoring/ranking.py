"""Ranks: how many bodies are strictly better, who is within a step, and where its boundary lies.

``上位`` counts from the good end; ties at a boundary are all in; a body whose value, membership or class is unknown has
no rank and is not counted (language.md, Ranks). So who is within the first k places is who is as good as the k-th body:
a step needs that one value, whether it comes from the bodies of a run or from the cut-offs of an earlier one. How many
are better than each is counted only where somebody asks for places.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache
from math import floor
from typing import Any, Final

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from haiten.compiler.program import Within
from haiten.scoring.exact import (
    Bools,
    Keys,
    Ratios,
    both,
    column,
    is_everywhere,
    order_keys,
    stacked,
)
from haiten.scoring.facts import Truth
from haiten.scoring.order import Order

Counts = NDArray[np.int64] | NDArray[np.int32]

UNKNOWN_CLASS: Final = -1
NO_CLASS: Final = -2
_ALL: Final = slice(None)


@frozen
class Cutoff:
    """Where a step ends.

    Attributes:
        value: the worst value that is within; None where no body is.
        inside: how many bodies are within.
    """

    value: Fraction | None
    inside: int


@frozen(slots=False)
class StoredRanking:
    """What a ranking keeps of a run, so that one body can be placed in it later.

    Attributes:
        size: N, the bodies that had a rank.
        cutoffs: by the step's label (``上位7割``).
        places: distinct values from the good end, each with how many bodies are strictly better; empty where neither
            いずれか has to tell equals apart nor 順位 is asked for.
    """

    size: int
    cutoffs: dict[str, Cutoff]
    places: tuple[tuple[Fraction, int], ...] = ()

    def reached(self, values: Ratios) -> tuple[Keys, dict[str, Any]]:
        """Keys of some values, and by the step's label the key of its cut-off; None where no body is within."""
        mine, ends = self._ends.beside(values)
        cutoffs = zip(self.cutoffs.items(), ends, strict=True)
        return mine, {label: None if cutoff.value is None else end for (label, cutoff), end in cutoffs}

    def before(self, values: Ratios, lower_is_better: bool) -> Counts:
        """How many bodies are strictly better than each of some values."""
        mine, theirs = self._ladder.beside(values)
        # From the good end, the first place that is no better than the value; beyond the last, all are better.
        if lower_is_better:
            return self._before[theirs.searchsorted(mine, side="left")]
        return self._before[len(theirs) - theirs[::-1].searchsorted(mine, side="right")]

    @cached_property
    def _ends(self) -> "_Marks":
        return _Marks([cutoff.value or Fraction(0) for cutoff in self.cutoffs.values()])

    @cached_property
    def _ladder(self) -> "_Marks":
        return _Marks([value for value, _ in self.places])

    @cached_property
    def _before(self) -> Counts:
        return np.array([*(before for _, before in self.places), self.size], dtype=np.int64)


@frozen(eq=False, slots=False)
class _Marks:
    """Values that those of bodies are compared with again and again."""

    values: list[Fraction]
    _whole: dict[int, Keys | None] = field(factory=dict, init=False)

    def beside(self, others: Ratios) -> tuple[Keys, Keys]:
        """Keys of other values, and keys of these."""
        if others.den.shape == () and others.num.dtype != object:
            whole = self._in_parts(int(others.den))
            if whole is not None:
                return others.num, whole
        keys = order_keys(stacked(others, self._ratios))
        return keys[: len(others.num)], keys[len(others.num) :]

    def _in_parts(self, scale: int) -> Keys | None:
        """The values as numbers of 1/scale; None where one of them is no such number."""
        if scale not in self._whole:
            scaled = column([value * scale for value in self.values])
            fits = scaled.den_bound == 1 and scaled.num.dtype != object
            self._whole[scale] = scaled.num if fits else None
        return self._whole[scale]

    @cached_property
    def _ratios(self) -> Ratios:
        return column(self.values)


@frozen(eq=False, slots=False)
class Ranked:
    """A ranking of a run.

    Attributes:
        values: what was ranked.
        member: who belongs to the bodies that are ranked, as far as that is known.
        classes: each body's class, each ranked for itself; all 0 where there are none, UNKNOWN_CLASS where the value
            is unknown, NO_CLASS where none fits.
        kept: whether places will be asked for again and again, so that the order of the bodies is worth its room.
        stored: by class, the ranking of an earlier run in which these bodies are placed; None where they rank each
            other.
        has_rank: members whose value and class are known.
    """

    values: Ratios
    member: Truth
    lower_is_better: bool
    classes: Counts
    kept: bool = False
    stored: tuple[StoredRanking, ...] | None = None
    has_rank: Bools = field(init=False)
    _orders: list[tuple[Bools, Keys, Order]] = field(factory=list, init=False)

    @has_rank.default
    def _has_rank(self) -> Bools:
        known = both(self.values.known, self.member.certain)
        return known if are_together(self.classes) else known & (self.classes >= 0)

    def better(self, bodies: NDArray[np.intp] | slice = _ALL) -> Counts:
        """How many members of its class are strictly better than each of some bodies; 0 for one that has no rank."""
        if self.stored is not None:
            return self._better_before(self.stored)[bodies]
        better = np.zeros(len(self.has_rank[bodies]), dtype=np.int64)
        for chosen, keys, order in self.orders():
            count = order.before if self.lower_is_better else order.after
            if is_everywhere(chosen):
                return count(keys[bodies])
            here = chosen[bodies]
            better[here] = count(keys[bodies][here])
        return better

    def _better_before(self, stored: tuple[StoredRanking, ...]) -> Counts:
        better = np.zeros(len(self.classes), dtype=np.int64)
        for number, chosen in self.groups():
            better[chosen] = stored[number].before(self.values, self.lower_is_better)[chosen]
        return better

    def orders(self) -> list[tuple[Bools, Keys, Order]]:
        """Of each class the bodies that are ranked in it, keys of all bodies, and the order of those of the class."""
        if self._orders:
            return self._orders
        keys = order_keys(self.values)
        groups = (chosen for _, chosen in self.groups())
        made = [(chosen, keys, Order(keys if is_everywhere(chosen) else keys[chosen])) for chosen in groups]
        if self.kept:
            self._orders.extend(made)
        return made

    @cached_property
    def size(self) -> Counts:
        """N of each body's class; 0 where the class is unknown."""
        if are_together(self.classes):
            return _alike(size_of(self, 0), len(self.classes))
        size = np.zeros(len(self.classes), dtype=np.int64)
        for number, _ in self.groups():
            size[self.classes == number] = size_of(self, number)
        return size

    def groups(self) -> Iterator[tuple[int, Bools]]:
        """The classes, each with the bodies that are ranked in it."""
        if are_together(self.classes):
            yield 0, self.has_rank
            return
        count = int(self.classes.max(initial=-1)) + 1 if self.stored is None else len(self.stored)
        for number in range(count):
            yield number, self.has_rank & (self.classes == number)


def together(size: int) -> Counts:
    """The classes of bodies that are ranked all together."""
    return _alike(0, size)


def are_together(classes: Counts) -> bool:
    """Whether classes were made by ``together``, so that they need no look at each body."""
    return classes.strides == (0,)


@lru_cache(maxsize=1_024)
def _alike(number: int, size: int) -> Counts:
    return np.broadcast_to(np.int64(number), (size,))


# Steps


def reach(ranked: Ranked, steps: Sequence[Within], into: Sequence[Bools]) -> Bools | None:
    """Write who is certainly within each step; return who may be within any of them beside these, None where nobody."""
    compare = np.less_equal if ranked.lower_is_better else np.greater_equal
    alone = are_together(ranked.classes)
    if not alone:
        for row in into:
            row[:] = False
    for chosen, keys, ends in _ends(ranked, steps):
        for end, row in zip(ends, into, strict=True):
            if not alone:
                if end is not None:
                    row |= chosen & compare(keys, end)
            elif end is None:
                row[:] = False
            else:
                compare(keys, end, out=row)
                if not is_everywhere(chosen):
                    np.logical_and(row, chosen, out=row)
    return _open(ranked)


def _ends(ranked: Ranked, steps: Sequence[Within]) -> Iterator[tuple[Bools, Keys, list[Any]]]:
    """Of each class the bodies that are ranked in it, keys of all bodies, and the keys at the ends of the steps.

    The key at an end is that of the worst body within; None where no body is.
    """
    if ranked.stored is not None:
        for number, chosen in ranked.groups():
            keys, stored = ranked.stored[number].reached(ranked.values)
            yield chosen, keys, [stored[step.label] for step in steps]
        return
    for chosen, keys, order in ranked.orders():
        count = len(order.keys)
        lasts = [min(_last_place(step, count), count) for step in steps]
        wanted = [last - 1 if ranked.lower_is_better else count - last for last in lasts if last > 0]
        found = iter(order.select(wanted))
        yield chosen, keys, [next(found) if last > 0 else None for last in lasts]


def _open(ranked: Ranked) -> Bools | None:
    """Who has no rank and could have one, so that it is not known whether they are within a step."""
    if is_everywhere(ranked.has_rank):
        return None
    # Who is known to be no member, or to fit no class, cannot be within a step.
    could = ranked.member.possible & ~ranked.has_rank
    if ranked.member.is_decided and is_everywhere(ranked.values.known):
        could &= ranked.classes == UNKNOWN_CLASS
    elif not are_together(ranked.classes):
        could &= ranked.classes != NO_CLASS
    return could if could.any() else None


@lru_cache(maxsize=4_096)
def _last_place(step: Within, size: int) -> int:
    """The last place that is within a step: 1 + better <= limit, for whole numbers."""
    return floor(step.step if step.share is None else step.share * size)


# What a run keeps


def cutoff_of(ranked: Ranked, step: Within, number: int, within: Bools) -> Cutoff:
    """The boundary of a step in the ranking of a class, of whose bodies those are certainly ``within``."""
    if ranked.stored is not None:
        return ranked.stored[number].cutoffs[step.label]
    inside = np.flatnonzero(within if are_together(ranked.classes) else within & (ranked.classes == number))
    if len(inside) == 0:
        return Cutoff(None, 0)
    keys = ranked.orders()[number][1][inside]
    worst = inside[np.argmax(keys) if ranked.lower_is_better else np.argmin(keys)]
    return Cutoff(ranked.values[int(worst)], len(inside))


def places_of(ranked: Ranked, number: int) -> tuple[tuple[Fraction, int], ...]:
    """The distinct values of a class from the good end, with how many bodies are strictly better than each."""
    if ranked.stored is not None:
        return ranked.stored[number].places
    bodies = np.flatnonzero(ranked.has_rank & (ranked.classes == number))
    distinct, first = np.unique(ranked.better(bodies), return_index=True)
    values = (ranked.values[int(bodies[i])] for i in first)
    return tuple((value, int(before)) for value, before in zip(values, distinct, strict=True) if value is not None)


def size_of(ranked: Ranked, number: int) -> int:
    """N of a class."""
    if ranked.stored is not None:
        return ranked.stored[number].size
    if is_everywhere(ranked.has_rank):
        return len(ranked.has_rank)
    return int(np.count_nonzero(ranked.has_rank & (ranked.classes == number)))
