"""Raw values behind counts: whom a step of a ranking holds was published, what the bodies' values are was not.

Values here are *goodness*: integers of the last declared decimal, of which greater is better; where small values come
first the sign is turned. Positions count from 0, the best.
"""

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import numpy as np
from attrs import frozen

from bodies import Bools, Floats, Ints

_ROUNDS: Final = 200


class ImpossibleError(ValueError):
    """No values of so many bodies give these counts."""


@frozen
class Cut:
    """Where a step ends: ``capacity`` ranks are within, and with the ties at the end ``count`` bodies."""

    capacity: int
    count: int


def cuts_of(shares: Sequence[Fraction], counts: Sequence[int], size: int) -> tuple[Cut, ...]:
    """The steps of a ranking of ``size`` bodies, whoever ties at their ends included."""
    return tuple(Cut(int(size * share), count) for share, count in zip(shares, counts, strict=True))


def size_for(shares: Sequence[Fraction], counts: Sequence[int], most: int) -> int:
    """The greatest number of bodies with a value, at most ``most``, for which the rule gives the counts.

    Raises:
        ImpossibleError: there is none.
    """
    for size in range(most, 0, -1):
        cuts = cuts_of(shares, counts, size)
        fits = all(cut.capacity <= cut.count <= size and (cut.capacity > 0) == (cut.count > 0) for cut in cuts)
        if fits and not any(cut.capacity <= count < cut.count for cut in cuts for count in counts):
            return size
    raise ImpossibleError(f"{list(counts)}")


def ladder(goodness: Ints, cuts: Sequence[Cut], low: int, high: int) -> Ints:
    """Values from the best down, changed as little as needed so that each step holds its count.

    Args:
        goodness: values, the best first.
        cuts: the steps, in any order.
        low: the least that a value may be.
        high: the most.

    Raises:
        ImpossibleError: there is no room for the steps between ``low`` and ``high``.
    """
    values = goodness.copy()
    for cut in cuts:
        values[cut.capacity - 1 : cut.count] = values[cut.capacity - 1]
    ends = sorted({cut.count for cut in cuts if 0 < cut.count < len(values)})
    for end in reversed(ends):
        values[:end] += max(0, values[end] + 1 - values[end - 1])
    # What that lifted too high is cut, each step one lower than the one above it.
    for lower, (start, end) in enumerate(itertools.pairwise([0, *ends, len(values)])):
        values[start:end] = np.minimum(values[start:end], high - lower)
    if len(values) and values[-1] < low:
        raise ImpossibleError(f"{values[-1]} < {low}")
    return values


def settle(
    numerator: Ints, denominator: Ints, cuts: Sequence[Cut], twins: Sequence[tuple[int, int]], least: int
) -> Ints:
    """Numerators, changed as little as needed so that the steps of the ratios hold their counts.

    Bodies with one ratio tie only where that was published: there two ``twins``, of the same denominator, get the same
    numerator. Terms stay below 2**26, so that floats tell ratios apart and equal ones are equal.

    Raises:
        ImpossibleError: more than two bodies tie at the end of a step, there are not twins enough, or nothing fits.
    """
    values = np.maximum(numerator, least)
    tied = [cut for cut in cuts if cut.count > cut.capacity]
    if len(tied) > len(twins) or any(cut.count != cut.capacity + 1 for cut in tied):
        raise ImpossibleError(f"{tied}")
    for _ in range(_ROUNDS):
        for cut, pair in zip(tied, twins, strict=False):
            _tie(values, denominator, cut, pair)
        ratio = values / denominator
        ordered = np.sort(ratio)[::-1]
        exact = [c.count for c in cuts if c.count < len(values) and ordered[c.count - 1] == ordered[c.count]]
        if not exact and all(ordered[cut.capacity - 1] == ordered[cut.count - 1] for cut in tied):
            return values
        for count in exact:
            level = ordered[count]
            equal = np.flatnonzero(ratio == level)
            up = equal[np.argsort(-denominator[equal], kind="stable")][: count - int((ratio > level).sum())]
            values[up] += 1
    raise ImpossibleError(f"{list(cuts)}")


def _tie(values: Ints, denominator: Ints, cut: Cut, pair: tuple[int, int]) -> None:
    """Put a pair at the end of a step, one rank within and one behind, and whoever is in its way aside."""
    others = np.delete(np.arange(len(values)), pair)
    ratio = values[others] / denominator[others]
    order = others[np.argsort(-ratio, kind="stable")]
    above, below = order[: cut.capacity - 1], order[cut.capacity - 1 :]
    level = (values[above[-1]] / denominator[above[-1]] + values[below[0]] / denominator[below[0]]) / 2
    bottom = int(denominator[pair[0]])
    top = max(1, round(level * bottom))
    values[list(pair)] = top
    values[above] = np.maximum(values[above], top * denominator[above] // bottom + 1)
    values[below] = np.minimum(values[below], -(-top * denominator[below] // bottom) - 1)


def parting(won: Sequence[int], held: Sequence[int]) -> tuple[Cut, ...]:
    """Where the winners of each level of a side end, as further steps that its values must keep apart."""
    ends = [sum(held[:index]) + wins for index, wins in enumerate(won)]
    return tuple(Cut(end, end) for end in ends)


@frozen(eq=False)
class Contest:
    """Who wins an いずれか.

    Attributes:
        positions: by side, each body's place in its ranking.
        winner: the side that counts; -1 where none does.
        level: how many steps of it are reached.
        alone: who scores by the answer that has no rank.
    """

    positions: tuple[Ints, ...]
    winner: Ints
    level: Ints
    alone: Bools


def contest(
    won: Sequence[Sequence[int]], held: Sequence[Sequence[int]], alone: int, likely: Floats, rng: np.random.Generator
) -> Contest:
    """Places in several rankings of which the better one counts, so that each side wins as often as was published.

    The side with more steps wins; between equals the better place does. A body that a side holds without winning has
    therefore been beaten by a winner of at least that level, and by a better place at the same level. So the winners of
    a level take its best places and the beaten its last ones; values must differ between the two (``parting``).

    Args:
        won: by side, bodies that score by it at each level, from the greatest level down to 1.
        held: by side, bodies that reach each level, won or not.
        alone: bodies that reach no level and score by an answer.
        likely: by body; the greater, the sooner it wins at a high level.
        rng: decides the rest.

    Raises:
        ImpossibleError: a side wins more often than it holds, or its beaten are more than those who can beat them.
    """
    size, top = len(likely), len(won[0])
    order = np.argsort(-likely, kind="stable")
    winner, level = np.full(size, -1), np.zeros(size, dtype=np.int64)
    start = 0
    for index in range(top):
        sides = np.repeat(np.arange(len(won)), [side[index] for side in won])
        bodies = order[start : start + len(sides)]
        winner[bodies], level[bodies] = rng.permutation(sides), top - index
        start += len(sides)
    by_answer = np.zeros(size, dtype=np.bool_)
    by_answer[order[start : start + alone]] = True

    positions = [np.full(size, -1) for _ in won]
    firsts = [np.cumsum([0, *side]) for side in held]
    for side, places in enumerate(positions):
        for index in range(top):
            bodies = rng.permutation(np.flatnonzero((winner == side) & (level == top - index)))
            places[bodies] = firsts[side][index] + np.arange(len(bodies))
    best = np.select([winner == side for side in range(len(won))], positions, size)
    for side, places in enumerate(positions):
        for index in range(top):
            beaten = held[side][index] - won[side][index]
            free = (places < 0) & (winner >= 0) & (winner != side)
            higher = rng.permutation(np.flatnonzero(free & (level > top - index)))[:beaten]
            equal = np.flatnonzero(free & (level == top - index))
            equal = equal[np.argsort(best[equal], kind="stable")][: beaten - len(higher)]
            bodies = np.concatenate([higher, equal])
            if not 0 <= beaten == len(bodies):
                raise ImpossibleError(f"{won} {held}")
            places[bodies] = firsts[side][index + 1] - beaten + np.arange(beaten)
        left = rng.permutation(np.flatnonzero(places < 0))
        places[left] = firsts[side][-1] + np.arange(len(left))
    return Contest(tuple(positions), winner, level, by_answer)
