"""引継ぎ names the nodes of the year before its own: what follows from it in other years, and what does not."""

import pytest

from haiten.comparison.diff import diff
from haiten.comparison.impact import impact
from haiten.comparison.past import check_past
from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import Body, Facts, truth_from
from haiten.scoring.rulebook import Rulebook

ABOVE = """言語 1
{year} 市町村 評価指標
起点 令和5年度

交付金 推進 4点
  目標 Ⅰ 4点
    指標群 (ⅰ) 4点
      指標 1 4点
"""
# The two changed places in 令和7年度; a year later the first follows from the second, by the numbers of 令和7年度.
SWAPPED = """        ア 「乙」 2点 前身 令和6年度 推進.Ⅰ.(ⅰ).1.イ
{carry}        イ 「甲」 2点 前身 令和6年度 推進.Ⅰ.(ⅰ).1.ア
"""
CARRY = "          引継ぎ 推進.Ⅰ.(ⅰ).1.{}\n"
OLDEST = "        ア 「甲」 2点\n        イ 「乙」 2点\n"
A, B = "推進.Ⅰ.(ⅰ).1.ア", "推進.Ⅰ.(ⅰ).1.イ"


def rulebook(year: str, items: str) -> Rulebook:
    return Rulebook(compile_source(Source("x", ABOVE.format(year=year) + items)))


def facts(first: bool, second: bool) -> Facts:
    return Facts((Body("99001"),), answers={A: truth_from([first]), B: truth_from([second])})


def points(old: Rulebook, new: Rulebook, given: Facts, path: str) -> list[int]:
    return [int(side[0]) for side in impact(old, new, given).new.own(path)]


@pytest.mark.parametrize(("first", "second"), [(True, False), (False, True), (True, True), (False, False)])
def test_the_year_between_may_be_left_out(first: bool, second: bool) -> None:
    """The answer follows from the same item, whatever its number is in the older year."""
    r8 = rulebook("令和8年度", SWAPPED.format(carry=CARRY.format("イ")))
    r7 = rulebook("令和7年度", SWAPPED.format(carry=""))
    r6 = rulebook("令和6年度", OLDEST)
    assert points(r7, r8, facts(first, second), A) == [2 * second] * 2
    assert points(r6, r8, facts(second, first), A) == [2 * second] * 2


def test_what_is_gone_by_now_is_not_known() -> None:
    """Its number of the year between may be another item's in the older year."""
    r8 = rulebook("令和8年度", SWAPPED.format(carry=CARRY.format("ウ")))
    assert points(rulebook("令和6年度", OLDEST), r8, facts(True, True), A) == [0, 2]


@pytest.mark.parametrize("year", ["令和8年度", "令和9年度"])
def test_a_sheet_of_the_same_year_or_a_later_one_has_the_answer(year: str) -> None:
    """Two versions of one year are compared by what was answered; so is a newer sheet by an older rule."""
    carried = SWAPPED.format(carry=CARRY.format("イ"))
    older, newer = rulebook("令和8年度", carried), rulebook(year, SWAPPED.format(carry=""))
    assert points(newer, older, facts(True, False), A) == [2, 2]
    assert points(newer, older, facts(False, True), A) == [0, 0]


def test_the_meaning_of_a_change_over_two_years_is_that_of_the_same_item() -> None:
    """Both items now rest on 甲: who only did 乙 loses, who only did 甲 gains."""
    r6, r8 = rulebook("令和6年度", OLDEST), rulebook("令和8年度", SWAPPED.format(carry=CARRY.format("イ")))
    (told,) = (meaning for meaning in diff(r6, r8).meanings if meaning.new_path == "推進.Ⅰ.(ⅰ).1")
    assert told.verdict == "incomparable"
    assert told.lower is not None
    assert told.higher is not None
    assert told.lower.old_columns == {A: False, B: True}
    assert told.higher.old_columns == {A: True, B: False}


@pytest.mark.parametrize(
    ("items", "told"),
    [
        (SWAPPED.format(carry=""), []),
        (SWAPPED.format(carry="").replace("年度 推進.Ⅰ.(ⅰ).1.イ", "年度 推進.Ⅰ.(ⅰ).1.ケ"), ["前身"]),
        (SWAPPED.format(carry="").replace("年度 推進.Ⅰ.(ⅰ).1.イ", "年度 推進.Ⅰ.(ⅰ).2"), ["前身"]),
        (OLDEST.replace("2点\n", "2点 前身 令和5年度 推進.Ⅰ.(ⅰ).1.ケ\n", 1), []),
        (OLDEST.replace("2点\n", f"2点 新設\n{CARRY.format('イ')}", 1), []),
        (OLDEST.replace("2点\n", f"2点 新設\n{CARRY.format('ケ')}", 1), ["引継ぎ"]),
        (OLDEST.replace("2点\n", "2点 新設\n          引継ぎ 推進.Ⅰ.(ⅰ).1\n", 1), ["引継ぎ"]),
        (OLDEST.replace("2点\n", f"2点 新設\n{CARRY.format('ア')[:-1]} かつ 推進.Ⅱ.(ⅰ).1\n", 1), ["引継ぎ"]),
    ],
)
def test_a_past_that_the_older_rulebook_does_not_have_is_told(items: str, told: list[str]) -> None:
    """Or the item would be new, or its answer unknown, without a word."""
    matched = diff(rulebook("令和6年度", OLDEST), rulebook("令和7年度", items)).matched
    assert [found.what for found in check_past(matched)] == told
