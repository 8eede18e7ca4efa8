"""全国標準偏差 in SQL: on DuckDB as the evaluator has it, to the last body at the bar; refused where it may not fit."""

import random
from fractions import Fraction

import pytest
from duckdb_runs import compared
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from haiten.backends.dialects import DIALECTS
from haiten.backends.refusals import BeyondSql
from haiten.backends.sql import to_sql
from haiten.compiler.driver import compile_source
from haiten.compiler.proofs.sheets import Sheet
from haiten.compiler.source import Source
from haiten.compiler.syntax.operators import Operator
from haiten.scoring.rulebook import Rulebook

RULES = """言語 1
令和6年度 市町村 評価指標
出典 要綱 「要綱」
事実 率 : % 0以上 100以下 小数1桁
事実 差 : 件 -999以上 999以下
交付金 推進 「推進」〔要綱〕 {most}点〔要綱〕
  目標 Ⅰ 「目標」〔要綱〕 {most}点
    指標群 (ⅰ) 「群」〔要綱〕 {most}点
      指標 1 「指標」〔要綱〕 7点
        ア 「項目」〔要綱〕 3点
        イ 「項目」〔要綱〕 4点
      指標 2 「指標」〔要綱〕 {held}点
"""
TERMS = {
    "率": ("率", "全国平均(率)", "全国平均(率) ＋ 率 － 3%", "12.5%"),
    "差": ("差", "全国平均(差)", "差 × 2", "－3件 ＋ 差 ÷ 4"),
    "得点(推進.Ⅰ.(ⅰ).1)": ("得点(推進.Ⅰ.(ⅰ).1)", "全国平均(得点(推進.Ⅰ.(ⅰ).1))", "得点(推進.Ⅰ.(ⅰ).1) × 1.5", "4点"),
    "率 － 50%": ("率 － 50%", "全国平均(率) － 50%", "率", "1%"),
}
TIMES = ("1", "2", "0.5", "1.25")


@st.composite
def conditions(draw: st.DrawFn) -> str:
    """A comparison of a value with its mean and some deviations, on whichever side they stand."""
    of = draw(st.sampled_from(sorted(TERMS)))
    left, right = draw(st.sampled_from(TERMS[of])), draw(st.sampled_from(TERMS[of]))
    sign = draw(st.sampled_from("＋－"))
    bar = f"{right} {sign} {draw(st.sampled_from(TIMES))} × 全国標準偏差({of})"
    sides = (left, bar) if draw(st.booleans()) else (bar, left)
    return f"({sides[0]}) が ({sides[1]}) {draw(st.sampled_from(list(Operator)))}"


def made_of(held: list[str]) -> Rulebook:
    lines = [
        f"        {label} 「項目」〔要綱〕 1点 要件 {text}\n" for label, text in zip("アイウエ", held, strict=False)
    ]
    text = RULES.format(most=7 + len(held), held=len(held)) + "".join(lines)
    made = Rulebook(compile_source(Source("deviations.haiten", text)))
    assert made.ok, [d.message for d in made.diagnostics]
    return made


cells = st.tuples(
    st.sampled_from([None, 0, 1000, 500, 499, 501, 7]), st.sampled_from([None, -999, 999, 0, 1, -1, 5]), st.booleans()
)


@settings(max_examples=examples(30), deadline=None)
@given(st.lists(conditions(), min_size=1, max_size=4), st.lists(cells, min_size=1, max_size=9), st.integers(0, 2**32))
def test_duckdb_agrees_with_the_evaluator(
    held: list[str], drawn: list[tuple[int | None, int | None, bool]], seed: int
) -> None:
    """Signs and squares, whatever is added beside, with ties, unknowns and bodies at the bar."""
    made, draw = made_of(held), random.Random(seed)
    path = "推進.Ⅰ.(ⅰ).1"
    sheets = [
        Sheet(
            {"率": None if rate is None else Fraction(rate, 10), "差": None if gap is None else Fraction(gap)},
            {f"{path}.ア": met, f"{path}.イ": draw.choice([True, False, None])},
        )
        for rate, gap, met in drawn
    ]
    assert to_sql(made.evaluator, "duckdb").text is not None
    _, found = compared(made, sheets, draw)
    assert not found, (held, found[:5])


def test_a_body_at_the_bar_is_told_exactly() -> None:
    """Of 30, 30, 70 and 70 the deviation is 20: who stands at 30 is at the bar, not below it."""
    made = made_of(["率 が 全国平均(率) － 全国標準偏差(率) 未満", "率 が 全国平均(率) － 全国標準偏差(率) 以下"])
    sheets = [Sheet({"率": Fraction(rate)}, {}) for rate in (30, 30, 70, 70)]
    scores, found = compared(made, sheets, random.Random(0))
    assert not found
    assert [scores.points("推進.Ⅰ.(ⅰ).2", place).certain for place in range(4)] == [1, 1, 0, 0]


@pytest.mark.parametrize("dialect", list(DIALECTS))
def test_only_values_that_may_not_fit_are_refused(dialect: str) -> None:
    """Facts of 15 digits are refused and told to declare a range; points and facts of few digits are not."""
    assert to_sql(made_of(["率 が 全国平均(率) － 2 × 全国標準偏差(率) 未満"]).evaluator, dialect).text is not None
    text = RULES.replace("-999以上 999以下", "").format(most=8, held=1)
    item = "        ア 「項目」〔要綱〕 1点 要件 差 が 全国平均(差) － 2 × 全国標準偏差(差) 未満\n"
    wide = to_sql(Rulebook(compile_source(Source("wide.haiten", text + item))).evaluator, dialect)
    assert {d.code for d in wide.diagnostics} == {"H306"}
    assert all("事実の範囲" in d.reason for d in wide.diagnostics if isinstance(d, BeyondSql))
