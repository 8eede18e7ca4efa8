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
from attrs import frozen
from numpy.typing import NDArray

from haiten.compiler.program import Within
from haiten.scoring.exact import (
    Bools,
    Keys,
    Ratios,
    both,
    column,
    count_better,
    is_everywhere,
    order_keys,
    select,
    stacked,
)
from haiten.scoring.facts import Truth

Counts = NDArray[np.int64] | NDArray[np.int32]

UNKNOWN_CLASS: Final = -1
NO_CLASS: Final = -2


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

    @cached_property
    def ends(self) -> Ratios:
        """The values of the cut-offs, in their order; 0 where no body is within."""
        return column([Fraction(0) if cutoff.value is None else cutoff.value for cutoff in self.cutoffs.values()])

    @cached_property
    def ladder(self) -> Ratios:
        """The values of the places, in their order."""
        return column([value for value, _ in self.places])


@frozen(eq=False, slots=False)
class Ranked:
    """A ranking of a run.

    Attributes:
        values: what was ranked.
        member: who belongs to the bodies that are ranked, as far as that is known.
        classes: each body's class, each ranked for itself; all 0 where there are none, UNKNOWN_CLASS where the value
            is unknown, NO_CLASS where none fits.
        stored: by class, the ranking of an earlier run in which these bodies are placed; None where they rank each
            other.
    """

    values: Ratios
    member: Truth
    lower_is_better: bool
    classes: Counts
    stored: tuple[StoredRanking, ...] | None = None

    @cached_property
    def has_rank(self) -> Bools:
        """Members whose value and class are known."""
        known = both(self.values.known, self.member.certain)
        return known if are_together(self.classes) else known & (self.classes >= 0)

    @cached_property
    def better(self) -> Counts:
        """How many members of their class are strictly better, for bodies that have a rank; else it means nothing."""
        better = np.zeros(len(self.classes), dtype=np.int32)
        for number, chosen in self.groups():
            if self.stored is not None:
                better[chosen] = _placed(self.values, self.stored[number], self.lower_is_better)[chosen]
            else:
                better[chosen] = count_better(self.values, chosen, self.lower_is_better)
        return better

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
    """Whether all bodies are of the one class 0, as far as that shows without a look at each."""
    return classes.strides == (0,) and bool(classes.size) and not classes[0]


@lru_cache(maxsize=1_024)
def _alike(number: int, size: int) -> Counts:
    return np.broadcast_to(np.int64(number), (size,))


def _placed(values: Ratios, stored: StoredRanking, lower_is_better: bool) -> Counts:
    """How many bodies of an earlier run are strictly better than each of some values."""
    keys = order_keys(stacked(values, stored.ladder))
    mine, theirs = keys[: len(values.num)], keys[len(values.num) :]
    # From the good end, the first place that is no better than the value; beyond the last, all are better.
    before = np.array([*(before for _, before in stored.places), stored.size], dtype=np.int64)
    if lower_is_better:
        return before[np.searchsorted(theirs, mine, side="left")]
    return before[len(theirs) - np.searchsorted(theirs[::-1], mine, side="right")]


# Steps


def reach(ranked: Ranked, steps: Sequence[Within], into: Sequence[Bools]) -> Bools | None:
    """Write who is certainly within each step; return who may be within any of them beside these, None where nobody."""
    compare = np.less_equal if ranked.lower_is_better else np.greater_equal
    alone = are_together(ranked.classes)
    if not alone:
        for row in into:
            row[:] = False
    for number, chosen in ranked.groups():
        keys, ends = _ends(ranked, number, chosen, steps)
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


def _ends(ranked: Ranked, number: int, chosen: Bools, steps: Sequence[Within]) -> tuple[Keys, list[Any]]:
    """Keys of all bodies, and for each step the key of the worst body within; None where no body is."""
    if ranked.stored is not None:
        stored = ranked.stored[number]
        keys = order_keys(stacked(ranked.values, stored.ends))
        ends = dict(zip(stored.cutoffs, keys[len(chosen) :], strict=True))
        return keys[: len(chosen)], [
            None if stored.cutoffs[step.label].value is None else ends[step.label] for step in steps
        ]
    keys = order_keys(ranked.values)
    among = keys if is_everywhere(chosen) else keys[chosen]
    count = len(among)
    lasts = [min(_last_place(step, count), count) for step in steps]
    wanted = [last - 1 if ranked.lower_is_better else count - last for last in lasts if last > 0]
    found = iter(select(among, wanted) if wanted else ())
    return keys, [next(found) if last > 0 else None for last in lasts]


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


def cutoff_of(ranked: Ranked, step: Within, number: int) -> Cutoff:
    """The boundary of a step in the ranking of a class."""
    if ranked.stored is not None:
        return ranked.stored[number].cutoffs[step.label]
    within = np.empty(len(ranked.classes), dtype=np.bool_)
    reach(ranked, [step], [within])
    inside = np.flatnonzero(within & (ranked.classes == number))
    if len(inside) == 0:
        return Cutoff(None, 0)
    keys = order_keys(ranked.values)[inside]
    worst = inside[np.argmax(keys) if ranked.lower_is_better else np.argmin(keys)]
    return Cutoff(ranked.values[int(worst)], len(inside))


def places_of(ranked: Ranked, number: int) -> tuple[tuple[Fraction, int], ...]:
    """The distinct values of a class from the good end, with how many bodies are strictly better than each."""
    if ranked.stored is not None:
        return ranked.stored[number].places
    bodies = np.flatnonzero(ranked.has_rank & (ranked.classes == number))
    distinct, first = np.unique(ranked.better[bodies], return_index=True)
    values = (ranked.values[int(bodies[i])] for i in first)
    return tuple((value, int(before)) for value, before in zip(values, distinct, strict=True) if value is not None)


def size_of(ranked: Ranked, number: int) -> int:
    """N of a class."""
    if ranked.stored is not None:
        return ranked.stored[number].size
    if is_everywhere(ranked.has_rank):
        return len(ranked.has_rank)
    return int(np.count_nonzero(ranked.has_rank & (ranked.classes == number)))
