"""What an operator means, held against Python's own comparisons."""

import json
from fractions import Fraction

import pytest

from haiten.compiler.syntax.operators import Operator, at_good_end
from haiten.compiler.syntax.roundings import RoundingWay
from haiten.grammar import reserved_words

TRIED = [Fraction(n, 2) for n in range(-5, 6)]


@pytest.mark.parametrize("operator", Operator)
def test_an_operator_is_what_its_parts_say(operator: Operator) -> None:
    """Opposite, turned and loosened ones, direction, strictness and the next whole number follow from what holds."""
    pairs = [(a, b) for a in TRIED for b in TRIED]
    for a, b in pairs:
        held = operator.holds(a, b)
        assert operator.turned.holds(b, a) is held
        assert operator.turned.holds(-a, -b) is held
        if operator.opposite is not None:
            assert operator.opposite.holds(a, b) is not held
        if operator.direction and held:
            assert operator.holds(a + operator.direction, b)
    assert operator.strict is (not operator.holds(1, 1))
    assert (operator.direction == 0) is (not operator.holds(0, 1) and not operator.holds(1, 0))
    assert (operator.opposite is None) is not any(
        all(other.holds(a, b) is not operator.holds(a, b) for a, b in pairs) for other in Operator
    )
    implied = {other for other in Operator if all(other.holds(a, b) for a, b in pairs if operator.holds(a, b))}
    assert operator.loosened[0] is operator
    assert set(operator.loosened) == implied
    for bound in TRIED:
        fitting = [n for n in range(-9, 10) if operator.holds(n, bound)]
        expected = {1: min, -1: max}[operator.direction](fitting) if operator.direction else None
        assert operator.nearest_whole(bound) == expected


def test_an_operator_reads_as_its_word() -> None:
    """In texts, in JSON, in what is put in order by its repr: as a plain word would; and the words are reserved."""
    for operator in Operator:
        word = operator.value
        assert Operator.named(word) is operator
        assert (str(operator), f"{operator}", repr(operator), json.dumps(operator)) == (
            *(word, word, repr(word), json.dumps(word)),
        )
        assert hash(operator) == hash(word)
        assert operator == word
        assert word in reserved_words()
    assert (at_good_end(lower_is_better=True), at_good_end(lower_is_better=False)) == ("以下", "以上")


def test_a_word_that_is_none_is_refused() -> None:
    """No other word is taken for an operator."""
    with pytest.raises(StopIteration):
        Operator.named("以内")


@pytest.mark.parametrize("way", RoundingWay)
def test_where_a_rounding_reaches_an_integer(way: RoundingWay) -> None:
    """From the end on that is named, itself counted or not, and only from there on."""
    tried = [Fraction(n, 4) for n in range(-20, 21)]
    for integer in range(-4, 5):
        end, left_out = way.first_reaching(integer)
        assert [x for x in tried if way.whole(x) >= integer] == [
            x for x in tried if (x > end if left_out else x >= end)
        ]


def test_a_rounding_is_what_its_word_says() -> None:
    """Worked out by hand, above and below zero."""
    tried = [Fraction(n, 2) for n in (-3, -2, -1, 0, 1, 2, 3)]
    assert [RoundingWay.HALF.whole(x) for x in tried] == [-2, -1, -1, 0, 1, 1, 2]
    assert [RoundingWay.DOWN.whole(x) for x in tried] == [-1, -1, 0, 0, 0, 1, 1]
    assert [RoundingWay.UP.whole(x) for x in tried] == [-2, -1, -1, 0, 1, 1, 2]
    assert [RoundingWay.UP.whole(x / 2) for x in tried] == [-1, -1, -1, 0, 1, 1, 1]
