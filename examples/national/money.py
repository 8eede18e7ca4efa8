"""What an allocation asks of the nation beside points: last year's ranks and yen, and what bodies could spend."""

from typing import Final

import numpy as np

from bodies import NATION, YEARS, Bodies, Floats, Ints
from haiten.compiler.program.allocation import Allocation

# What a body needs (所要見込額) is so many times its share, and room for the 保険者機能強化推進枠.
# Of 24 bodies of R6 it was less than they would have got (published); which ones, and how much less, is invented.
_NEEDED: Final = (1.3, 2.0)
_ROOM: Final = 5_000_000
_LIMITED: Final = 24
_LIMITED_TO: Final = 0.5
# How far bodies have moved from the year before R6: about 80 stay in the top tenth and about 230 halve their rank, as
# was published.
_MOVES: Final = 0.9


def places(points: Ints | Floats) -> Ints:
    """Ranks from 1, the greatest first; equals share the best."""
    return np.asarray(1 + np.searchsorted(np.sort(-points), -points), dtype=np.int64)


def drawn_ranks(points: Ints, seed: int) -> Ints:
    """Ranks of the year before the first, of which there is no file."""
    standing = (points - points.mean()) / points.std()
    return places(standing + _MOVES * np.random.default_rng([seed, 20]).normal(size=NATION))


def _thousands(amounts: Floats) -> Ints:
    return amounts.astype(np.int64) // 1000 * 1000


def money_columns(year: str, rules: Allocation, bodies: Bodies, points: Ints, seed: int) -> dict[str, Ints]:
    """所要見込額 per budget, and for the first year what was paid the year before, in yen by body.

    Args:
        year: ``R6`` and so on.
        rules: of the year, for its budgets.
        bodies: who they are.
        points: by body, of the year.
        seed: of the draws.
    """
    rng = np.random.default_rng([seed, 40 + YEARS.index(year)])
    share = points * bodies.insured / (points @ bodies.insured)
    small = np.flatnonzero(bodies.size == 0)
    limited = np.isin(np.arange(NATION), rng.choice(small, _LIMITED, replace=False))
    columns = {}
    for name, budget in rules.budgets.items():
        plenty = share * budget.amount * rng.uniform(*_NEEDED, NATION) + _ROOM
        columns[f"{name}所要見込額"] = _thousands(np.where(limited, share * budget.amount * _LIMITED_TO, plenty))
    if year == YEARS[0]:
        moved = share * rng.lognormal(0, 0.15, NATION)
        for name, budget in rules.budgets.items():
            columns[f"前年度.交付額({name})"] = _thousands(moved / moved.sum() * budget.amount)
    return columns
