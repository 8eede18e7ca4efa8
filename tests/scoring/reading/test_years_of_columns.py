"""Columns of an older year under any of its names (language.md, 3)."""

from fractions import Fraction

import pytest

from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.reading.read_facts import FactsRead, read_rows

RULES = """言語 1
令和2年度 市町村 評価指標

出典 要綱 「要綱」

事実 参加率 : % 0以上 100以下 小数1桁

交付金 推進 「推進交付金」〔要綱〕 2点〔要綱〕

  目標 Ⅰ 「目標」〔要綱〕 2点

    指標群 (ⅰ) 「活動」〔要綱〕 2点
      指標 1 「参加率」〔要綱〕 2点 要件 参加率 が {year}(参加率) 超
"""


def read(year: str, *headings: str) -> FactsRead:
    compiled = compile_source(Source("rules", RULES.format(year=year)))
    assert compiled.program is not None, compiled.diagnostics
    cells = [str(number) for number, _ in enumerate(headings, start=4)]
    rows = [["団体コード", "年度", "参加率", *headings], ["99001", "令和2年度", "5", *cells]]
    return read_rows("facts", rows, compiled.program)


@pytest.mark.parametrize("year", ["令和元年度", "令和1年度", "平成31年度"])
@pytest.mark.parametrize("heading", ["令和元年度.参加率", "令和1年度.参加率", "平成３１年度．参加率"])
def test_one_year_has_one_column(year: str, heading: str) -> None:
    """However the rulebook and the office write it."""
    facts = read(year, heading).facts
    assert facts is not None
    assert facts.numbers["令和元年度.参加率"].num.tolist() == [40]


def test_two_names_of_a_year_are_one_column_twice() -> None:
    """Neither of two values is taken in silence."""
    (found,) = read("令和元年度", "令和元年度.参加率", "平成31年度.参加率").diagnostics
    assert found.code == "H803"
    assert "令和元年度.参加率" in found.message


def test_a_year_that_never_was_is_no_column() -> None:
    """令和0年度 is not taken for the year before the first."""
    (found,) = read("平成30年度", "令和0年度.参加率").diagnostics
    assert (found.code, found.advice[0]) == ("H802", "もしかして: 前年度.参加率")


def test_a_number_in_a_heading_is_no_label() -> None:
    """0.05 stays 0.05: parts of paths lose their zeros, numbers in a computed value do not."""
    rules = RULES.replace("参加率 が {year}(参加率) 超", "参加率 × 0.05 が 前年度の上位3割に当たる値 以上")
    compiled = compile_source(Source("rules", rules))
    assert compiled.program is not None, compiled.diagnostics
    heading = "前年度.上位3割に当たる値(参加率 × 0.05)"
    rows = [["団体コード", "年度", "参加率", heading], ["99001", "令和2年度", "5", "0.2"]]
    facts = read_rows("facts", rows, compiled.program).facts
    assert facts is not None
    assert facts.numbers[heading][0] == Fraction(1, 5)
