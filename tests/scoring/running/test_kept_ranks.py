"""Where a body stands among the points that are kept of a nation, its own of then among them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from haiten.scoring.running.nation import Spread, spread_of

OPEN = st.tuples(st.integers(0, 12), st.sampled_from([0, 0, 1, 4])).map(lambda pair: (pair[0], pair[0] + pair[1]))
BODIES = st.lists(OPEN, min_size=1, max_size=9)


def spread(bodies: list[tuple[int, int]]) -> Spread:
    """What is kept of some bodies."""
    return spread_of(*(np.array(column, dtype=np.int64) for column in zip(*bodies, strict=True)))


def placed(among: list[tuple[int, int]], body: tuple[int, int]) -> tuple[int, int]:
    """The best and worst rank of a body as a file of cut-offs tells them."""
    best, worst = spread(among).ranks(np.array([body[0]]), np.array([body[1]]))
    return int(best[0]), int(worst[0])


def among_others(others: list[tuple[int, int]], body: tuple[int, int]) -> tuple[int, int]:
    """The same where it is known who the others are."""
    return 1 + sum(low > body[1] for low, _ in others), 1 + sum(high > body[0] for _, high in others)


@given(BODIES)
def test_who_has_the_points_of_then_stands_where_it_stood(bodies: list[tuple[int, int]]) -> None:
    """Of every body of the nation, open or not."""
    for place, body in enumerate(bodies):
        others = bodies[:place] + bodies[place + 1 :]
        assert placed(bodies, body) == among_others(others, body)


@given(BODIES, OPEN)
def test_who_left_an_answer_open_stands_no_better_than_it_may(
    bodies: list[tuple[int, int]], now: tuple[int, int]
) -> None:
    """A body had points that nobody has who is counted as open; the worst rank is not told one too good."""
    for place, before in enumerate(bodies):
        if now[0] == now[1] or now in bodies:
            continue
        best, worst = placed(bodies, now)
        surely, perhaps = among_others(bodies[:place] + bodies[place + 1 :], now)
        assert 1 <= best <= worst <= len(bodies)
        assert perhaps <= worst <= perhaps + (before[1] > now[0])
        assert surely <= best <= surely + (before[0] > now[1])


def test_nobody_stands_beyond_the_last() -> None:
    """A body that came to fewer points than anybody had."""
    assert placed([(5, 5), (6, 6), (7, 9)], (0, 0)) == (3, 3)
    assert placed([(5, 5), (6, 6), (7, 9)], (0, 4)) == (3, 3)
