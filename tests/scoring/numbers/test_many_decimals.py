"""Facts and roundings with as many decimals as may be: exact, whatever the size, and told beyond the limit."""

from fractions import Fraction
from pathlib import Path

import pytest
from oracle_agreement import hold_to_oracle
from three_readings import OPENING, compiled, read_alike

from haiten.compiler.driver import compile_source
from haiten.compiler.proofs.sheets import Sheet, write_sheets
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import facts_from
from haiten.scoring.rulebook import Rulebook
from haiten.testing.oracle import Oracle

RULES = """事実 甲 : 数 －999999999999999以上 小数{decimals}桁
事実 乙 : 数 小数{decimals}桁
交付金 推進 5点
  要件 {condition}
"""
CONDITIONS = (
    "甲 が 0.000000000000001以上 かつ 乙 が 0以上",
    "四捨五入(甲, 小数10桁) ＋ 乙 が 1以上",
    "甲 が 上位5割 かつ 乙 が 上位9割",
    "四捨五入(甲 ＋ 乙, 小数{decimals}桁) が 上位5割",
    "最大(甲, 乙) が 全国平均(甲) 以上",
    "切捨て(甲, 小数0桁) が 全国中央値(乙) 以上",
)


def sheets(decimals: int) -> list[Sheet]:
    least = Fraction(1, 10**decimals)
    values = [10**15 - least, -5 * least, least, None, Fraction(1 - 10**15)]
    return [Sheet({"甲": a, "乙": b}) for a in values for b in values]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_most_decimals_are_exact(condition: str, tmp_path: Path) -> None:
    """Fifteen digits on either side of the point: as the oracle says, from columns and from a fact file."""
    made = compiled(RULES.format(decimals=15, condition=condition.format(decimals=15)))
    bodies = sheets(15)
    scores = made.score(facts_from(made.program, bodies))
    hold_to_oracle(scores, Oracle(made.program, bodies), range(len(bodies)))
    (tmp_path / "facts.csv").write_text(write_sheets(made.program, bodies), encoding="utf-8")
    again = made.score(tmp_path / "facts.csv")
    assert [column.tolist() for column in again.total()] == [column.tolist() for column in scores.total()]


@pytest.mark.parametrize("condition", CONDITIONS[2:])
def test_decimals_that_sql_holds_are_exact_there_too(condition: str) -> None:
    """Two decimals, and facts of fifteen digits before them, on DuckDB."""
    read_alike(compiled(RULES.format(decimals=2, condition=condition.format(decimals=2))), sheets(2))


@pytest.mark.parametrize("rounding", ["四捨五入", "切捨て"])
@pytest.mark.parametrize("decimals", [0, 9, 10, 15])
def test_rounding_what_nobody_knows(rounding: str, decimals: int) -> None:
    """No value at all, in a column of its own or computed: unknown, however many decimals are asked for."""
    for value in ("甲", "甲 ÷ 乙", "前年度(甲)", "全国平均(甲)"):
        condition = f"{rounding}({value}, 小数{decimals}桁) が 1以上"
        made = compiled(RULES.format(decimals=1, condition=f"{condition} かつ 甲 ＋ 乙 が 0以上"))
        for bodies in ([], [Sheet()], [Sheet({"甲": Fraction(3), "乙": None})], [Sheet({"甲": Fraction(0)}), Sheet()]):
            scores = made.score(facts_from(made.program, bodies))
            hold_to_oracle(scores, Oracle(made.program, bodies), range(len(bodies)))


@pytest.mark.parametrize("decimals", ["16", "19", "20", "9999999", "999999999999999999999999999999"])
def test_more_decimals_are_told(decimals: str) -> None:
    """At a fact, and at each rounding; nothing is computed with them."""
    fact = f"事実 甲 : 数 小数{decimals}桁\n交付金 推進 5点\n  要件 甲 が 1以上\n"
    rounding = (
        f"事実 甲 : 数\n交付金 推進 5点\n  要件 四捨五入(甲, 小数{decimals}桁) が 切捨て(甲, 小数{decimals}桁) 以上\n"
    )
    for text in (fact, rounding):
        found = compile_source(Source("rules", OPENING + text)).diagnostics
        assert [d.code for d in found] == ["H115"], text


@pytest.mark.parametrize("points", ["100000000", "2147483648", "999999999999999", "99,999,999,999"])
@pytest.mark.parametrize("where", ["node", "cap", "undisclosed", "amended"])
def test_points_beyond_the_limit_are_told(points: str, where: str) -> None:
    """At a heading, a 上限, 未公表, and in an amendment."""
    text = {
        "node": f"交付金 推進 {points}点\n",
        "cap": f"交付金 推進 4点 上限 {points}点\n  目標 Ⅰ 4点\n",
        "undisclosed": f"交付金 推進 4点\n別枠 成果 4点\n  未公表 {points}点\n",
        "amended": "",
    }[where]
    if where == "amended":
        base = Rulebook(compile_source(Source("base", OPENING + "交付金 推進 4点\n")))
        text = f"推進 の配点「4点」を「{points}点」に改める。\n"
        heading = "言語 1\n令和7年度 市町村 評価指標\n令和6年度 市町村 評価指標 を次のように改正する。\n"
        found = compile_source(Source("rules", heading + text), base=base.compilation).diagnostics
    else:
        found = compile_source(Source("rules", OPENING + text)).diagnostics
    assert "H114" in {d.code for d in found}
    assert not {d.code for d in found} & {"H401", "H402", "H405"}


SHARED = """交付金 推進 {first}点
  目標 Ⅰ {first}点
交付金 支援 {first}点
  目標 Ⅰ 推進.Ⅰ に同じ
別枠 成果 {last}点
  未公表 {last}点
"""


def test_the_greatest_points_add_up() -> None:
    """99,999,999 points in all are scored, and one more is told, wherever what is shared stands again."""
    made = compiled(SHARED.format(first=49_999_999, last=1))
    scores = read_alike(made, [Sheet(answers={"推進.Ⅰ": True}), Sheet(answers={"推進.Ⅰ": False}), Sheet()])
    assert scores.total()[0].tolist() == [99_999_998, 0, 0]
    assert scores.total()[1].tolist() == [99_999_998, 0, 99_999_998]
    for first, last in ((49_999_999, 2), (50_000_000, 1), (99_999_999, 1)):
        found = compile_source(Source("rules", OPENING + SHARED.format(first=first, last=last))).diagnostics
        assert [d.code for d in found] == ["H405"]
