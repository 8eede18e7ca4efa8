"""What an earlier run kept is compared with the values of bodies as fractions are, however both are written."""

from bisect import bisect_left
from fractions import Fraction

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from effort import examples
from haiten.scoring.facts.facts import truth_from
from haiten.scoring.numbers.exact import Ratios, column, everywhere, from_integers
from haiten.scoring.running.ranking import NO_CLASS, UNKNOWN_CLASS, Ranked, together
from haiten.scoring.running.stored_ranking import StoredRanking

# Bodies' values have one denominator, as those of a fact have, or each its own; what is kept may be of neither kind.
NUMBERS = st.one_of(st.integers(-30, 30), st.sampled_from([2**53, 2**53 + 1, -(2**60), 2**62, 2**63]))
FRACTIONS = st.builds(Fraction, NUMBERS, st.sampled_from([1, 2, 3, 10, 100, 2**40]))


@st.composite
def columns(draw: st.DrawFn) -> Ratios:
    """Values of bodies."""
    if draw(st.booleans()):
        return column(draw(st.lists(FRACTIONS, max_size=6)))
    numbers = draw(st.lists(st.integers(-60, 60) | st.sampled_from([2**53, 2**62]), max_size=6))
    return from_integers(np.array(numbers, dtype=np.int64), everywhere(len(numbers)), draw(st.sampled_from([1, 10])))


@settings(max_examples=examples(300))
@given(columns(), st.sets(FRACTIONS, min_size=1, max_size=6), st.booleans())
@example(from_integers(np.array([32, 33]), everywhere(2), 10), {Fraction(13, 4)}, False)
@example(from_integers(np.array([32, 33]), everywhere(2), 10), {Fraction(13, 4)}, True)
def test_places_are_found_among_those_that_were_kept(values: Ratios, kept: set[Fraction], lower: bool) -> None:
    """As many are better as are before the first place that is no better; beyond the last place all are."""
    from_the_good_end = sorted(kept, reverse=not lower)
    sign = 1 if lower else -1
    before = [3 * place for place in range(len(kept))]
    stored = StoredRanking(3 * len(kept), {}, tuple(zip(from_the_good_end, before, strict=True)))
    signed = [sign * value for value in from_the_good_end]
    own = [values[body] for body in range(len(values.num))]
    expected = [bisect_left(signed, sign * value) for value in own if value is not None]
    assert stored.before(values, lower).tolist() == [3 * place for place in expected]


def test_nobody_is_better_than_a_body_without_a_rank() -> None:
    """Whether its value is unknown or it is no member; the others are placed as they are."""
    stored = StoredRanking(4, {}, ((Fraction(9), 0), (Fraction(7), 1), (Fraction(5), 3)))
    values = from_integers(np.array([8, 6, 4, 4]), np.array([True, True, True, False]))
    member = truth_from([True, False, True, True])
    assert Ranked(values, member, False, together(4), stored=(stored,)).better().tolist() == [1, 0, 4, 0]


def test_a_body_of_no_known_class_stands_among_nobody() -> None:
    """Each body's N is that of its class, and 0 where the class is unknown or none fits."""
    values = from_integers(np.array([8, 6, 4, 4]), everywhere(4))
    stored = (StoredRanking(5, {}), StoredRanking(7, {}))
    classes = np.array([1, UNKNOWN_CLASS, 0, NO_CLASS])
    ranked = Ranked(values, truth_from([True] * 4), False, classes, stored=stored)
    sizes = ranked.size(np.arange(4))
    assert np.array_equal(sizes, [7, 0, 5, 0])
