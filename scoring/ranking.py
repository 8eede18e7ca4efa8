"""Ranks: how many bodies are strictly better, who is within a step, and where its boundary lies.

``上位`` counts from the good end; ties at a boundary are all in; a body whose value, membership or class is unknown has
no rank and is not counted (language.md, Ranks).
"""

from fractions import Fraction
from functools import lru_cache
from math import floor
from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from haiten.compiler.program import Within
from haiten.scoring.exact import Bools, Ratios, both, compare, constant, count_better, everywhere, is_everywhere
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


@frozen
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


@frozen(eq=False)
class Ranked:
    """A ranking of a run.

    Attributes:
        values: what was ranked.
        member: who belongs to the bodies that are ranked, as far as that is known.
        classes: each body's class, each ranked for itself; all 0 where there are none, UNKNOWN_CLASS where the value
            is unknown, NO_CLASS where none fits.
        has_rank: members whose value and class are known.
        better: for them, how many members of their class are strictly better; elsewhere it means nothing.
        size: N of each body's class; 0 where the class is unknown.
        stored: by class, the ranking of an earlier run in which these bodies are placed; None where they rank each
            other.
    """

    values: Ratios
    member: Truth
    lower_is_better: bool
    classes: Counts
    has_rank: Bools
    better: Counts
    size: Counts
    stored: tuple[StoredRanking, ...] | None = None


def rank(values: Ratios, member: Truth, lower_is_better: bool, classes: Counts) -> Ranked:
    """Rank the bodies among each other, class by class."""
    has_rank = both(values.known, member.certain)
    if are_together(classes):
        counts = count_better(values, has_rank, lower_is_better)
        better = counts if is_everywhere(has_rank) else np.zeros(len(classes), dtype=np.int32)
        if better is not counts:
            better[has_rank] = counts
        return Ranked(values, member, lower_is_better, classes, has_rank, better, _alike(len(counts), len(classes)))
    has_rank = has_rank & (classes >= 0)
    better = np.zeros(len(classes), dtype=np.int32)
    size = np.zeros(len(classes), dtype=np.int64)
    for number in range(int(classes.max(initial=0)) + 1):
        chosen = has_rank & (classes == number)
        better[chosen] = counts = count_better(values, chosen, lower_is_better)
        size[classes == number] = len(counts)
    return Ranked(values, member, lower_is_better, classes, has_rank, better, size)


def together(size: int) -> Counts:
    """The classes of bodies that are ranked all together."""
    return _alike(0, size)


def are_together(classes: Counts) -> bool:
    """Whether all bodies are of the one class 0, as far as that shows without a look at each."""
    return classes.strides == (0,) and bool(classes.size) and not classes[0]


@lru_cache(maxsize=1_024)
def _alike(number: int, size: int) -> Counts:
    return np.broadcast_to(np.int64(number), (size,))


def place(
    values: Ratios, member: Truth, lower_is_better: bool, classes: Counts, stored: tuple[StoredRanking, ...]
) -> Ranked:
    """Place bodies in the rankings of an earlier run."""
    has_rank = values.known & member.certain & (classes >= 0)
    reaches = "以下" if lower_is_better else "以上"
    better = np.zeros(len(classes), dtype=np.int64)
    size = np.zeros(len(classes), dtype=np.int64)
    for number, ranking in enumerate(stored):
        here = np.full(len(classes), ranking.size, dtype=np.int64)
        for value, before in reversed(ranking.places):
            here = np.where(compare(values, reaches, constant(value, len(here))), before, here)
        better = np.where(classes == number, here, better)
        size[classes == number] = ranking.size
    return Ranked(values, member, lower_is_better, classes, has_rank, better, size, stored)


def reach(ranked: Ranked, step: Within) -> Truth:
    """Who is within a step."""
    inside = _inside(ranked, step) if ranked.stored is None else _reaches_cutoff(ranked, ranked.stored, step)
    # Who is known to fit no class cannot be within a step of any.
    if is_everywhere(ranked.has_rank):
        return Truth(inside, inside)
    in_class = everywhere(len(inside)) if are_together(ranked.classes) else ranked.classes != NO_CLASS
    certain = ranked.has_rank & inside
    if ranked.member.is_decided and is_everywhere(ranked.values.known) and is_everywhere(in_class):
        return Truth(certain, certain)  # who has no rank is known not to be among them
    return Truth(certain, both(ranked.member.possible, in_class) & (~ranked.has_rank | inside))


def _inside(ranked: Ranked, step: Within) -> Bools:
    if step.unit == "位" or (ranked.size.strides == (0,) and ranked.size.size):
        return np.asarray(ranked.better < _last_place(step, int(ranked.size[0]) if ranked.size.size else 0))
    share = step.share
    assert share is not None
    return np.asarray(ranked.better < share.numerator * ranked.size // share.denominator)


@lru_cache(maxsize=4_096)
def _last_place(step: Within, size: int) -> int:
    """The last place that is within a step: 1 + better <= limit, for whole numbers."""
    return floor(step.step if step.share is None else step.share * size)


def _reaches_cutoff(ranked: Ranked, stored: tuple[StoredRanking, ...], step: Within) -> Bools:
    reaches = "以下" if ranked.lower_is_better else "以上"
    inside = np.zeros(len(ranked.better), dtype=np.bool_)
    for number, ranking in enumerate(stored):
        cutoff = ranking.cutoffs[step.label].value
        if cutoff is not None:
            inside |= (ranked.classes == number) & compare(ranked.values, reaches, constant(cutoff, len(inside)))
    return inside


def cutoff_of(ranked: Ranked, step: Within, number: int) -> Cutoff:
    """The boundary of a step in the ranking of a class."""
    if ranked.stored is not None:
        return ranked.stored[number].cutoffs[step.label]
    inside = np.flatnonzero(ranked.has_rank & (ranked.classes == number) & _inside(ranked, step))
    if len(inside) == 0:
        return Cutoff(None, 0)
    worst = inside[np.argmax(ranked.better[inside])]
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
    return int((ranked.has_rank & (ranked.classes == number)).sum())
