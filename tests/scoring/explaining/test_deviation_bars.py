"""What a comparison with 全国標準偏差 is held against, as a trace tells it: worked out on paper."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.cutoffs.cutoffs import stored_of
from haiten.scoring.numbers.deviation_bar import BarReading, root_of
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Scores
from haiten.tabulation.gaps.gaps import find_gaps

RULES = """言語 1
令和8年度 市町村 評価指標
出典 要綱 「要綱」
事実 率 : % 小数1桁 0以上 100以下 〔要綱〕
交付金 推進 「推進」〔要綱〕 1点〔要綱〕
  目標 Ⅰ 「目標」〔要綱〕 1点
    指標群 (ⅰ) 「群」〔要綱〕 1点
      指標 1 「指標」〔要綱〕 1点 要件 {}
"""
PATH = "推進.Ⅰ.(ⅰ).1"


def made_of(condition: str) -> Rulebook:
    made = Rulebook(compile_source(Source("bars.haiten", RULES.format(condition))))
    assert made.ok, made.diagnostics
    return made


def rows(*rates: float | None) -> list[dict[str, object]]:
    return [{"団体コード": f"9900{place}", "率": rate} for place, rate in enumerate(rates, start=1)]


def bar_of(condition: str, *rates: float | None) -> BarReading:
    scores = made_of(condition).score(rows(*rates))
    (trace,) = scores.explain("99001", PATH)
    assert trace.reason is not None
    assert trace.reason.bar is not None
    return trace.reason.bar


@pytest.mark.parametrize(
    ("condition", "held", "written"),
    [
        ("率 が 全国平均(率) － 2 × 全国標準偏差(率) 以上", "10%", "全国平均(率) － 2 × 全国標準偏差(率)"),
        ("全国平均(率) ＋ 全国標準偏差(率) が 率 超", "70%", "全国平均(率) ＋ 全国標準偏差(率)"),
        ("率 － 全国平均(率) が 全国標準偏差(率) ÷ 2 超", "10%", "全国標準偏差(率) ÷ 2"),
        ("率 － 全国標準偏差(率) － 3% が 全国平均(率) 未満", "7%", "率 － 全国標準偏差(率) － 3%"),
        ("率 － 全国標準偏差(率) が 全国標準偏差(率) 未満", "40%", "2 × 全国標準偏差(率)"),
    ],
)
def test_the_bar_as_a_number(condition: str, held: str, written: str) -> None:
    """Of 30, 30, 70 and 70 the mean is 50 and the deviation 20, exactly; 30 is the body looked at."""
    read = bar_of(condition, 30, 30, 70, 70, None)
    assert read.mean == 50
    assert read.variance == 400
    assert read.deviation is not None
    assert read.bar is not None
    assert (read.deviation.shown, read.bar.shown, read.bar.exact) == ("20%", held, True)
    assert (read.names[2], read.bodies) == (written, 4)


def test_a_root_without_an_end_is_marked() -> None:
    """Of 1, 5 and 9 the variance is 32/3; what is decided is decided by squares."""
    read = bar_of("率 が 全国平均(率) － 1.25 × 全国標準偏差(率) 未満", 1, 5, 9)
    assert read.bar is not None
    assert read.sentences() == (
        "全国平均(率) = 5%（3団体）",
        "全国標準偏差(率) = 約3.265986%（約10.666667 の平方根。比べるときは両辺を2乗する）",
        "全国平均(率) － 1.25 × 全国標準偏差(率) = 約0.917517%",
        "満たすのは3団体のうち0団体",
    )
    assert read.to_json()["deviation"] == {"shown": "約3.265986%", "exact": None}


def test_at_the_bar_exactly() -> None:
    """Who stands at the bar is not below it, and that is how many are said to be."""
    assert bar_of("率 が 全国平均(率) － 全国標準偏差(率) 未満", 30, 30, 70, 70).meeting == 0
    assert bar_of("率 が 全国平均(率) － 全国標準偏差(率) 以下", 30, 30, 70, 70).meeting == 2


def test_where_nobody_has_a_value_or_the_nation_was_kept() -> None:
    """Nothing is made up: without values the deviation is unknown, with cut-offs the number of bodies is."""
    assert bar_of("率 が 全国標準偏差(率) 未満", None, None).sentences() == ("全国標準偏差(率) は不明",)
    book = made_of("率 が 全国平均(率) － 全国標準偏差(率) 未満")
    kept = stored_of(book.score(rows(30, 30, 70, 70)))
    (trace,) = book.score(rows(29), kept).explain("99001", PATH)
    assert trace.reason is not None
    assert trace.reason.bar is not None
    assert (trace.reason.bar.bodies, trace.reason.bar.meeting, trace.reason.bar.told) == (
        None,
        None,
        "全国平均(率) － 全国標準偏差(率) = 30%",
    )
    (one,) = book.one(kept).score({"団体コード": "99001", "率": 29}).explain(PATH)
    assert one.reason is not None
    assert one.reason.bar == trace.reason.bar


def test_gaps_say_what_is_lacking_in_the_words_of_the_rule() -> None:
    """Not in those of the squares."""
    scores: Scores = made_of("率 が 全国平均(率) ＋ 全国標準偏差(率) 以上").score(rows(30, 30, 70, 70))
    (gap,) = find_gaps(scores, 0).gaps
    (chance,) = gap.chances
    (lack,) = chance.lacking
    assert lack.text == "率 が 全国平均(率) ＋ 全国標準偏差(率) 以上（率 30%、全国平均(率) ＋ 全国標準偏差(率) = 70%）"


@given(st.fractions(min_value=0, max_value=10**6, max_denominator=10**6))
def test_roots(number: Fraction) -> None:
    """Exact where there is a rational root; else cut off less than a hair below it."""
    root, exact = root_of(number)
    assert root * root <= number < (root + Fraction(1, 10**25)) ** 2
    assert exact == (root * root == number)
    assert root_of(number * number) == (number, True)
