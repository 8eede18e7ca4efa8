"""Rankings of few bodies, side by side: their keys make one table, so that one sort and one comparison do for all.

For few bodies a ranking costs what its calls cost. Who is within a step follows from the same keys and the same ends as
where a ranking is read for itself (``ranking.reach``); NaN, which is neither above nor below a number, stands for
bodies without a rank and for ends that no body reaches.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import nan
from typing import Final

import numpy as np

from haiten.compiler.program.terms import Within
from haiten.scoring.numbers.exact import FLOAT_SAFE, Bools, Keys, is_everywhere, order_keys
from haiten.scoring.running.ranking import Ranked, are_together, last_place

MOST: Final = 256  # beyond, sorting 32-bit keys for themselves is worth the calls


def stands_alone(ranked: Ranked) -> bool:
    """Whether a ranking has to be read for itself: by class, or of whole numbers that a float would round."""
    return not are_together(ranked.classes) or ranked.values.num_bound > FLOAT_SAFE


def reach_side_by_side(ranked: Sequence[Ranked], steps: Sequence[tuple[Within, ...]]) -> Bools:
    """Who is certainly within each step: rankings × steps × bodies.

    Args:
        ranked: rankings of which none stands alone; those of 小さいほど良い come last.
        steps: of each ranking, equally many.
    """
    bodies = len(ranked[0].has_rank)
    keys: Keys = np.empty((len(ranked), bodies))
    ends: Keys = np.empty((len(ranked), len(steps[0])))
    for number, one in enumerate(ranked):
        if one.stored is None:
            keys[number] = order_keys(one.values)
        else:
            keys[number], ends[number] = one.stored[0].reached(one.values, steps[number])
        if not is_everywhere(one.has_rank):
            keys[number, ~one.has_rank] = nan
    among = [number for number, one in enumerate(ranked) if one.stored is None]
    if among:
        ends[among] = _ends([ranked[number] for number in among], [steps[number] for number in among], keys[among])
    within = np.empty((*ends.shape, bodies), dtype=np.bool_)
    above = sum([not one.lower_is_better for one in ranked])
    np.greater_equal(keys[:above, None], ends[:above, :, None], out=within[:above])
    np.less_equal(keys[above:, None], ends[above:, :, None], out=within[above:])
    return within


def _ends(ranked: Sequence[Ranked], steps: Sequence[tuple[Within, ...]], keys: Keys) -> Keys:
    """The keys of the worst bodies within, rankings × steps, where the bodies rank each other."""
    ordered = np.sort(keys, axis=1)  # who has no rank comes last
    pairs = zip(ranked, steps, strict=True)
    places = np.array([_end_places(its_steps, _count(one), one.lower_is_better) for one, its_steps in pairs])
    ends: Keys = np.take_along_axis(ordered, places, axis=1)
    ends[places < 0] = nan
    return ends


def _count(ranked: Ranked) -> int:
    has_rank = ranked.has_rank
    return len(has_rank) if is_everywhere(has_rank) else int(np.count_nonzero(has_rank))


@lru_cache(maxsize=4_096)
def _end_places(steps: tuple[Within, ...], count: int, lower_is_better: bool) -> tuple[int, ...]:
    """Where the worst body within each step stands among so many in ascending order; -1 where there is none."""
    lasts = [last_place(step, count) for step in steps]
    return tuple(-1 if last <= 0 else last - 1 if lower_is_better else count - last for last in lasts)
