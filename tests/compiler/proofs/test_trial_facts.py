"""Facts found for a wanted value, and numbers near a number: within their ranges, and nothing fixed is moved."""

from fractions import Fraction

import pytest

from haiten.compiler.driver import compile_source
from haiten.compiler.program.evaluate import data_in, value_of
from haiten.compiler.program.terms import Compare, FactValue, PreviousScore, Value
from haiten.compiler.proofs.integer_points import StepBudget, StepsUsedUpError
from haiten.compiler.proofs.trial_facts import nudges, search
from haiten.compiler.source import Source


def value_in(text: str, one: str = "% 小数1桁", other: str = "%") -> Value:
    """A value of the facts 甲 and 乙."""
    rules = f"""言語 1
令和6年度 市町村 評価指標
事実 甲 : {one}
事実 乙 : {other}
交付金 推進 「交」 4点
目標 Ⅰ 「目」 4点
指標群 (ⅰ) 「群」 4点
指標 1 「指」 4点 要件 {text}以上
"""
    made = compile_source(Source("rules", rules))
    assert made.program is not None, made.diagnostics
    (leaf,) = made.program.leaves
    assert isinstance(leaf.condition, Compare)
    return leaf.condition.left


@pytest.mark.parametrize(
    ("one", "other", "fixed", "wanted", "found"),
    [
        ("%", "%", "", 0, {"甲": 10_000, "乙": -10_000}),
        ("% 0以上", "% 0以上", "", 0, {"甲": 0, "乙": 0}),
        ("% 0以上", "% 0以上", "", 20_000, {"甲": 10_000, "乙": 10_000}),
        ("% 3以上 4以下", "% 0以上 7以下", "", 10, {"甲": 3, "乙": 7}),
        ("% －3以上", "% 7以下", "", -20_002, None),
        ("% 0以上", "% 0以上", "甲", 8, {"甲": 3, "乙": 5}),
        ("% 0以上", "% 0以上", "乙", 9, {"甲": 5, "乙": 4}),
        ("% 0以上", "% 0以上", "甲乙", 7, {"甲": 3, "乙": 4}),
        ("% 0以上", "% 0以上", "甲乙", 8, None),
        ("% 0以上", "% 0以上", "甲", 2, None),
        ("% 小数1桁 0以上", "% 0以上 0以下", "", Fraction(1, 2), {"甲": Fraction(1, 2), "乙": 0}),
        ("% 小数1桁 3以上", "% 0以上 1以下", "", Fraction(31, 10), {"甲": Fraction(31, 10), "乙": 0}),
    ],
)
def test_facts_are_found_for_a_sum(
    one: str, other: str, fixed: str, wanted: Fraction, found: dict[str, Fraction] | None
) -> None:
    """From the least numbers up; fixed columns stay, others are kept, and None says that nothing was found."""
    value = value_in("(甲 ＋ 乙) が 0%", one, other)
    numbers = {"甲": Fraction(3), "乙": Fraction(4)}
    assert search([(value, lambda number: number == wanted)], numbers, frozenset(fixed), StepBudget(5_000)) == found


def test_an_unknown_fixed_fact_gives_nothing() -> None:
    """What is unknown stays unknown, and so does what is computed from it."""
    value = value_in("(甲 ＋ 乙) が 0%")
    assert search([(value, lambda _: True)], {"甲": None}, frozenset("甲"), StepBudget(5_000)) is None


def test_several_values_are_found_together() -> None:
    """Each that is tried is a step; without steps nothing is."""
    value = value_in("(甲 ＋ 乙) が 0%", "% 0以上", "% 0以上")
    one, other = data_in(value)
    goals = [(value, lambda number: number == 7), (one, lambda number: number == 5)]
    steps = StepBudget(100)
    assert search(goals, {}, frozenset(), steps) == {"甲": 5, "乙": 2}
    assert steps.left < 90
    with pytest.raises(StepsUsedUpError):
        search(goals, {}, frozenset(), StepBudget(10))
    assert search([*goals, (other, lambda number: number == 3)], {}, frozenset(), StepBudget(100)) is None


def test_numbers_near_a_number_are_tried_from_the_nearest() -> None:
    """Both ways, in units, within the range, ends included."""
    one, other = (datum for datum in data_in(value_in("(甲 ＋ 乙) が 0%", "% 小数1桁", "% 0以上 12以下")))
    assert isinstance(one, FactValue)
    tenths = [step * sign for step in (1, 2, 5, 10, 50, 100, 1_000, 10_000) for sign in (1, -1)]
    assert list(nudges(one, Fraction(3))) == [Fraction(30 + step, 10) for step in tenths]
    assert list(nudges(other, Fraction(2))) == [3, 1, 4, 0, 7, 12]


def test_points_of_the_year_before_are_whole_and_not_negative() -> None:
    """They have no fact that says so."""
    (points,) = data_in(value_in("前年度(得点(推進.Ⅰ)) が 0点"))
    assert isinstance(points, PreviousScore)
    assert list(nudges(points, Fraction(2)))[:6] == [3, 1, 4, 0, 7, 12]
    assert search([(points, lambda number: number > 9)], {}, frozenset(), StepBudget(100)) == {points.column: 10}
    assert search([(points, lambda number: number < 1)], {}, frozenset(), StepBudget(100)) == {points.column: 0}


@pytest.mark.parametrize(("name", "expected"), [("平均", Fraction(10, 3)), ("中央値", Fraction(2))])
def test_a_national_value_is_of_all_bodies_that_are_known(name: str, expected: Fraction) -> None:
    """Of the body alone where there are no others; unknown where nobody is known."""
    value = value_in(f"全国{name}(甲) が 0%")
    population = [{"甲": number} for number in (Fraction(7), None, Fraction(1), Fraction(2))]
    assert value_of(value, population[0], population) == expected
    assert value_of(value, population[0]) == 7
    assert value_of(value, population[1]) is None
