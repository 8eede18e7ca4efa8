"""Ranks: how many bodies are strictly better, who is within a step, and where its boundary lies.

``上位`` counts from the good end; ties at a boundary are all in; a body whose value or membership is unknown has no
rank and is not counted (language.md, Ranks).
"""

from fractions import Fraction

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from haiten.compiler.program import Within
from haiten.scoring.exact import Bools, Ratios, compare, constant, order_keys
from haiten.scoring.facts import Truth


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
        places: distinct values from the good end, each with how many bodies are strictly better; empty where no
            いずれか has to tell equals apart.
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
        has_rank: members whose value is known.
        better: for them, how many members are strictly better; elsewhere it means nothing.
        size: N.
        stored: the ranking of an earlier run, in which these bodies are placed; None where they rank each other.
    """

    values: Ratios
    member: Truth
    lower_is_better: bool
    has_rank: Bools
    better: NDArray[np.int64]
    size: int
    stored: StoredRanking | None = None


def rank(values: Ratios, member: Truth, lower_is_better: bool) -> Ranked:
    """Rank the bodies among each other."""
    has_rank = values.known & member.certain
    keys = order_keys(values, has_rank)
    counts = np.bincount(keys) if len(keys) else np.zeros(1, dtype=np.int64)
    if lower_is_better:
        better_than_key = np.concatenate(([0], np.cumsum(counts)[:-1]))
    else:
        better_than_key = len(keys) - np.cumsum(counts)
    better = np.zeros(len(values.known), dtype=np.int64)
    better[has_rank] = better_than_key[keys]
    return Ranked(values, member, lower_is_better, has_rank, better, len(keys))


def place(values: Ratios, member: Truth, lower_is_better: bool, stored: StoredRanking) -> Ranked:
    """Place bodies in the ranking of an earlier run."""
    has_rank = values.known & member.certain
    reaches = "以下" if lower_is_better else "以上"
    better = np.full(len(values.known), stored.size, dtype=np.int64)
    for value, before in reversed(stored.places):
        better = np.where(compare(values, reaches, constant(value, len(better))), before, better)
    return Ranked(values, member, lower_is_better, has_rank, better, stored.size, stored)


def reach(ranked: Ranked, step: Within) -> Truth:
    """Who is within a step."""
    if ranked.stored is None:
        inside = _inside(ranked, step)
    else:
        cutoff = ranked.stored.cutoffs[step.label].value
        inside = np.zeros(len(ranked.better), dtype=np.bool_)
        if cutoff is not None:
            inside = compare(ranked.values, "以下" if ranked.lower_is_better else "以上", constant(cutoff, len(inside)))
    certain = ranked.has_rank & inside
    return Truth(certain, ranked.member.possible & (~ranked.has_rank | inside))


def _inside(ranked: Ranked, step: Within) -> Bools:
    place_of = ranked.better + 1
    share = step.share
    if share is None:
        return np.asarray(place_of * step.step.denominator <= step.step.numerator)
    return np.asarray(place_of * share.denominator <= share.numerator * ranked.size)


def cutoff_of(ranked: Ranked, step: Within) -> Cutoff:
    """The boundary of a step in a ranking."""
    if ranked.stored is not None:
        return ranked.stored.cutoffs[step.label]
    inside = np.flatnonzero(ranked.has_rank & _inside(ranked, step))
    if len(inside) == 0:
        return Cutoff(None, 0)
    worst = inside[np.argmax(ranked.better[inside])]
    return Cutoff(ranked.values[int(worst)], len(inside))


def places_of(ranked: Ranked) -> tuple[tuple[Fraction, int], ...]:
    """The distinct values of a ranking from the good end, with how many bodies are strictly better than each."""
    if ranked.stored is not None:
        return ranked.stored.places
    bodies = np.flatnonzero(ranked.has_rank)
    distinct, first = np.unique(ranked.better[bodies], return_index=True)
    values = (ranked.values[int(bodies[i])] for i in first)
    return tuple((value, int(before)) for value, before in zip(values, distinct, strict=True) if value is not None)
