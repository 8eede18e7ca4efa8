"""前年度(得点(…)) is of a node: its column goes where the node goes, and is no other node's of the same number."""

import pytest

from haiten.comparison.diff import diff
from haiten.comparison.impact import impact
from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import Body, Facts, numbers_from
from haiten.scoring.rulebook import Rulebook

RULES = """言語 1
{year} 市町村 評価指標
起点 令和6年度

交付金 推進 8点
  目標 Ⅰ 8点
    指標群 (ⅰ) 8点
{items}      指標 3 4点
        その残点 = 得点(全体 から 推進.Ⅰ.(ⅰ).3、推進.Ⅰ.(ⅰ).{first} を除く)
        ア 2点 要件 前年度(得点(推進.Ⅰ.(ⅰ).{first})) が 2点以上
        イ 2点 要件 前年度(得点(推進.Ⅰ.(ⅰ).{second})) が 1点以上 かつ その残点 が 0点以上
"""
OLD = "      指標 1 「甲」 2点\n      指標 2 「乙」 2点\n"
SWAPPED = "      指標 1 「乙」 2点 前身 令和6年度 推進.Ⅰ.(ⅰ).2\n      指標 2 「甲」 2点 前身 令和6年度 推進.Ⅰ.(ⅰ).1\n"
REPLACED = "      指標 1 「甲」 2点\n      指標 2 「丙」 2点 新設\n"
LAST = "前年度.得点(推進.Ⅰ.(ⅰ).{})"


def rulebook(year: str, items: str, first: int, second: int) -> Rulebook:
    return Rulebook(compile_source(Source("x", RULES.format(year=year, items=items, first=first, second=second))))


def facts(first: int, second: int) -> Facts:
    numbers = {LAST.format(1): numbers_from([first], 0), LAST.format(2): numbers_from([second], 0)}
    return Facts((Body("99001"),), numbers)


def test_nodes_that_only_changed_places_change_nothing() -> None:
    """Neither a 局所名 nor a requirement that names them by their new numbers."""
    found = diff(rulebook("令和6年度", OLD, 1, 2), rulebook("令和7年度", SWAPPED, 2, 1))
    assert {change.kind for change in found.all_changes} == {"renumbered"}
    assert found.affected == ()
    assert {meaning.verdict for meaning in found.meanings} <= {"same"}


@pytest.mark.parametrize(("first", "second"), [(2, 0), (0, 2), (2, 2), (0, 0)])
def test_points_of_last_year_go_where_their_node_goes(first: int, second: int) -> None:
    """By number they would be the other node's."""
    found = impact(rulebook("令和6年度", OLD, 1, 2), rulebook("令和7年度", SWAPPED, 2, 1), facts(first, second))
    for path in ("推進.Ⅰ.(ⅰ).3.ア", "推進.Ⅰ.(ⅰ).3.イ"):
        was, now = ([int(side[0]) for side in scores.own(path)] for scores in (found.old, found.new))
        assert was == now


def test_points_of_a_node_that_is_gone_are_not_those_of_the_one_in_its_place() -> None:
    """A new node has no points of last year."""
    old, new = rulebook("令和6年度", OLD, 1, 2), rulebook("令和7年度", REPLACED, 1, 2)
    assert [int(side[0]) for side in impact(old, new, facts(2, 2)).new.own("推進.Ⅰ.(ⅰ).3.イ")] == [0, 2]
    assert "推進.Ⅰ.(ⅰ).3.イ" in {
        change.new_path for change in diff(old, new).all_changes if change.kind == "condition"
    } | {one.new_path for one in diff(old, new).affected}


def test_another_node_is_another_requirement() -> None:
    """The same words over nodes that changed places mean something else."""
    found = diff(rulebook("令和6年度", OLD, 1, 2), rulebook("令和7年度", SWAPPED, 1, 2))
    assert {meaning.verdict for meaning in found.meanings if meaning.new_path.startswith("推進.Ⅰ.(ⅰ).3")} == {
        "incomparable"
    }
