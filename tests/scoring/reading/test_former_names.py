"""Columns of the year before under the name that a fact had then (language.md, 12)."""

import pytest

from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.reading.read_facts import FactsRead, read_rows

RULES = """言語 1
令和7年度 市町村 評価指標

出典 要綱 「要綱」

事実 専門職 : 人 0以上 前身 令和6年度 三職種
事実 人口 : 人 1以上 前身 令和5年度 高齢者人口
{more}
交付金 推進 「推進交付金」〔要綱〕 2点〔要綱〕

  目標 Ⅰ 「目標」〔要綱〕 2点

    指標群 (ⅰ) 「活動」〔要綱〕 2点
      指標 1 「配置」〔要綱〕 2点
        ア 「増えた」〔要綱〕 1点 要件 専門職 が 前年度(専門職) 超{condition}
        イ 「減った」〔要綱〕 1点 要件 人口 が 前年度(人口) 未満
"""


def read(header: str, cells: str, more: str = "", condition: str = "") -> FactsRead:
    compiled = compile_source(Source("rules", RULES.format(more=more, condition=condition)))
    assert compiled.program is not None, compiled.diagnostics
    rows = [["団体コード", "年度", *header.split()], ["99001", "令和7年度", *cells.split()]]
    return read_rows("facts", rows, compiled.program)


@pytest.mark.parametrize("column", ["前年度.三職種", "前年度.専門職", "前年度．三職種"])
def test_last_years_value_is_read_by_either_name(column: str) -> None:
    """The value is that of the fact, whichever name the office wrote."""
    facts = read(f"専門職 {column}", "5 4").facts
    assert facts is not None
    assert facts.numbers["前年度.専門職"].num.tolist() == [4]


@pytest.mark.parametrize(
    ("header", "code", "words"),
    [
        ("前年度.専門職 前年度.三職種", "H895", "令和6年度の名前は「三職種」"),
        ("三職種", "H802", "三職種"),  # the older name is none of this year's
        ("前年度.高齢者人口", "H802", "前年度.高齢者人口"),  # it was called so the year before last
    ],
)
def test_other_columns_of_older_names_are_refused(header: str, code: str, words: str) -> None:
    """One fact has one column of a year, under a name that it had in that year or has now."""
    found = read(header, " ".join("4" for _ in header.split())).diagnostics
    assert [(each.code, words in each.message) for each in found] == [(code, True)]


def test_this_years_name_is_offered_for_the_older_one() -> None:
    """Whoever keeps last year's headings is told the name."""
    (found,) = read("三職種", "4").diagnostics
    assert found.advice[0] == "もしかして: 専門職"


def test_an_older_name_that_another_fact_has_now_means_two_things() -> None:
    """Neither of the two is taken in silence."""
    made = read("前年度.三職種", "4", "事実 三職種 : 人 0以上\n", " かつ 三職種 が 1人以上")
    assert [each.code for each in made.diagnostics] == ["H896"]
    assert made.facts is None
