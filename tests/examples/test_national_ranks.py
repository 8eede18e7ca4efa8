"""Values behind counts: the arrangement that the synthetic nation rests on, held to a judge of its own."""

from bisect import bisect_right
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodies import Bools, Ints
from ranks import Cut, ImpossibleError, contest, cuts_of, ladder, parting, settle, size_for

SHARES = [Fraction(n, 10) for n in (7, 5, 3, 1)]


def inside(values: list[Fraction], share: Fraction) -> int:
    """How many bodies a step holds, by the rule: rank ≦ N × share, equals share the better rank."""
    worst_first = sorted(values)
    return sum(1 + len(values) - bisect_right(worst_first, value) <= len(values) * share for value in values)


@given(st.lists(st.integers(0, 30), min_size=10, max_size=80), st.lists(st.integers(0, 30), min_size=80, max_size=80))
def test_a_ladder_holds_any_counts_that_can_be(real: list[int], drawn: list[int]) -> None:
    """Whatever counts a real ranking has, other values are changed so that they have them too."""
    counts = [inside([Fraction(value) for value in real], share) for share in SHARES]
    assert size_for(SHARES, counts, len(real)) == len(real)
    goodness = np.array(sorted(drawn[: len(real)], reverse=True))
    values = ladder(goodness, cuts_of(SHARES, counts, len(real)), -1000, 30)
    assert [inside([Fraction(int(value)) for value in values], share) for share in SHARES] == counts
    assert values.max() <= 30
    assert (np.diff(values) <= 0).all()


def test_a_ladder_without_room_is_refused() -> None:
    """Four steps do not fit between two values."""
    with pytest.raises(ImpossibleError):
        ladder(np.zeros(10, dtype=np.int64), [Cut(n, n) for n in (7, 5, 3, 1)], 0, 1)


@pytest.mark.parametrize(
    ("counts", "size"), [((1218, 870, 522, 174), 1741), ((1216, 869, 521, 173), 1738), ((1218, 870, 520, 173), 1736)]
)
def test_how_many_have_a_value(counts: tuple[int, ...], size: int) -> None:
    """Published counts tell how many bodies at most had a value at all."""
    assert size_for(SHARES, counts, 1741) == size


def test_counts_that_no_ranking_has_are_refused() -> None:
    """Ten bodies have a tenth, nine are fewer than the widest step holds."""
    with pytest.raises(ImpossibleError):
        size_for(SHARES, (10, 5, 3, 0), 10)


@given(st.integers(0, 2**32), st.sets(st.integers(0, 3), max_size=2))
def test_ratios_hold_their_counts(seed: int, tied: set[int]) -> None:
    """Numerators of few persons are settled so that steps hold their counts, with a tie just where there is one."""
    rng = np.random.default_rng(seed)
    people = rng.integers(50, 5000, 200)
    twins = [(0, 1), (2, 3)]
    for a, b in twins:
        people[b] = people[a] = 4000
    counts = [int(200 * share) + (index in tied) for index, share in enumerate(SHARES)]
    values = settle(rng.integers(0, 400, 200), people, cuts_of(SHARES, counts, 200), twins, 1)
    ratios = [Fraction(int(n), int(d)) for n, d in zip(values, people, strict=True)]
    assert [inside(ratios, share) for share in SHARES] == counts


@given(st.integers(0, 2**32), st.integers(2, 3))
def test_a_contest_is_won_as_often(seed: int, sides: int) -> None:
    """Rankings are arranged so that each wins as often at each level as in a real contest of as many."""
    rng = np.random.default_rng(seed)
    size = 400
    real = [rng.permutation(size) for _ in range(sides)]
    won, held, alone = judge(real, np.zeros(size, dtype=np.bool_))
    assert alone == 0
    answered = int(rng.integers(0, size - sum(map(sum, won)) + 1))
    arranged = contest(won, held, answered, rng.normal(size=size), rng)
    better = []
    for wins, holds, places in zip(won, held, arranged.positions, strict=True):
        counts = [sum(holds[: level + 1]) for level in (3, 2, 1, 0)]
        drawn = np.sort(rng.integers(0, 10**6, size))[::-1]
        values = ladder(drawn, (*cuts_of(SHARES, counts, size), *parting(wins, holds)), -(10**9), 10**9)[places]
        better.append(np.array([(values > value).sum() for value in values]))
    assert judge(better, arranged.alone) == (won, held, answered)


def judge(better: list[Ints], answers: Bools) -> tuple[list[list[int]], list[list[int]], int]:
    """Who wins, by the rule: more steps, then the better rank, then the side that comes first, then the answer."""
    size = len(answers)
    won = [[0] * 4 for _ in better]
    held = [[0] * 4 for _ in better]
    alone = 0
    for body in range(size):
        levels = [sum(int(rank[body]) + 1 <= size * share for share in SHARES) for rank in better]
        for side, level in enumerate(levels):
            if level:
                held[side][4 - level] += 1
        best = min(range(len(better)), key=lambda side: (-levels[side], better[side][body], side))
        if levels[best]:
            won[best][4 - levels[best]] += 1
        else:
            alone += bool(answers[body])
    return won, held, alone
