"""Ranks: how many bodies are strictly better, who is within a step, and where its boundary lies.

``上位`` counts from the good end; ties at a boundary are all in; a body whose value, membership or class is unknown has
no rank and is not counted (language.md, Ranks). So who is within the first k places is who is as good as the k-th body:
a step needs that one value, whether it comes from the bodies of a run or from the cut-offs of an earlier one. How many
are better than each is counted only where somebody asks for places.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache
from math import floor, nan
from typing import Any, Final

import numpy as np
from attrs import field
from numpy.typing import NDArray

from haiten.compiler.late import frozen
from haiten.compiler.program.terms import Within
from haiten.scoring.facts.facts import Truth
from haiten.scoring.numbers.exact import Bools, Keys, Ratios, both, is_everywhere, order_keys
from haiten.scoring.numbers.order import Order
from haiten.scoring.running.stored_ranking import Counts, Cutoff, StoredRanking

UNKNOWN_CLASS: Final = -1
NO_CLASS: Final = -2
_ALL: Final = slice(None)


@frozen(eq=False)
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
        if is_everywhere(self.has_rank):
            return stored[0].before(self.values, self.lower_is_better)
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
    def sizes(self) -> list[int]:
        """N of each class."""
        return [size_of(self, number) for number, _ in self.groups()]

    def size(self, bodies: NDArray[np.intp]) -> Counts | int:
        """N of the class of each of some bodies, one number where all are together; 0 where the class is unknown."""
        if are_together(self.classes):
            return self.sizes[0]
        classes = self.classes[bodies]
        return np.array([*self.sizes, 0])[np.maximum(classes, -1)]

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
                row |= chosen & compare(keys, end)
                continue
            compare(keys, end, out=row)
            if not is_everywhere(chosen):
                np.logical_and(row, chosen, out=row)
    return maybe_within(ranked)


def _ends(ranked: Ranked, steps: Sequence[Within]) -> Iterator[tuple[Bools, Keys, list[Any]]]:
    """Of each class the bodies that are ranked in it, keys of all bodies, and the keys at the ends of the steps.

    The key at an end is that of the worst body within; NaN, which no key reaches, where no body is.
    """
    if ranked.stored is not None:
        for number, chosen in ranked.groups():
            yield chosen, *ranked.stored[number].reached(ranked.values, steps)
        return
    for chosen, keys, order in ranked.orders():
        count = len(order.keys)
        lasts = [last_place(step, count) for step in steps]
        wanted = [last - 1 if ranked.lower_is_better else count - last for last in lasts if last > 0]
        found = iter(order.select(wanted))
        yield chosen, keys, [next(found) if last > 0 else nan for last in lasts]


def maybe_within(ranked: Ranked) -> Bools | None:
    """Who has no rank and could have one, so that it is not known whether they are within a step; None for nobody."""
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
def last_place(step: Within, size: int) -> int:
    """The last place of some bodies that is within a step (1 + better <= limit, for whole numbers); 0 for none."""
    return min(floor(step.step if step.share is None else step.share * size), size)


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
