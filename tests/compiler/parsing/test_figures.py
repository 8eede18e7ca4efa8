"""Figures with 万, 千 and 億: the same as the plain ones, wherever a figure stands."""

from decimal import Decimal

import pytest

from haiten.compiler.driver import compile_source, read
from haiten.compiler.identity.fingerprint import fingerprint
from haiten.compiler.parsing.figures import read_figure, spelled_out
from haiten.compiler.printing.print_revision import print_file
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.source import Source, Span
from haiten.compiler.syntax.expressions import Quantity

NOWHERE = Span(Source("", ""), 0, 0)
RULEBOOK = """言語 1
令和6年度 市町村 評価指標

出典 要綱 「例」

事実 人口 : 人 {0}以上 {1}以下 「人口」 〔要綱〕
事実 額 : 円 {2}以上 「額」 〔要綱〕

区分 規模 = 人口
  「大」 {3}以上
  「小」 その他

交付金 推進 「例」〔要綱〕 4点〔要綱〕

  目標 Ⅰ 「例」〔要綱〕 4点

    指標群 (ⅰ) 「例」〔要綱〕 4点
      指標 1 「例」〔要綱〕 1点 要件 人口 が {4}以上
      指標 2 「例」〔要綱〕 1点 要件 規模 が 「大」 かつ 額 ÷ 人口 が {5}超
      指標 3 「例」〔要綱〕 1点
        基準 = 額 － {6}
        ア 「例」〔要綱〕 1点 要件 基準 が {7}未満
      指標 4 「例」〔要綱〕 1点 要件 四捨五入(額 ÷ {8}, 小数1桁) が {9}以上
"""
OFFICIAL = "1千人 1億2千万人 5千円 2.5万人 １万５千人 3千円/人 1億5百万円 2百万円 1千人 0.5万円/人"
PLAIN = "1000人 120000000人 5000円 25000人 15,000人 3,000円/人 105,000,000円 2,000,000円 1,000人 5,000円/人"


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1万人", 10_000, "人"),
        ("5千円", 5_000, "円"),
        ("3億円", 300_000_000, "円"),
        ("1億2千万円", 120_000_000, "円"),
        ("1億2,000万円", 120_000_000, "円"),
        ("1万5千人", 15_000, "人"),
        ("1万500人", 10_500, "人"),
        ("2.5万人", 25_000, "人"),
        ("0.05万人", 500, "人"),
        ("950,000千円", 950_000_000, "円"),
        ("5百万円", 5_000_000, "円"),
        ("12十億円", 12_000_000_000, "円"),
        ("1兆2億3万4千5百6十7円", 1_000_200_034_567, "円"),
        ("3千円/人", 3_000, "円/人"),
        ("3件/千人", Decimal("0.003"), "件/人"),
        ("2千人・万円", 20_000_000, "人・円"),
        ("1万", 10_000, ""),
        ("123456789012345678901234567890円", 123456789012345678901234567890, "円"),
        ("1234567890123456789012345678万円", 12345678901234567890123456780000, "円"),
    ],
)
def test_a_figure_is_exactly_what_it_says(text: str, value: int | Decimal, unit: str) -> None:
    """Every digit counts, also beyond the 28 that arithmetic of decimals keeps."""
    figure = read_figure(text)
    quantity = Quantity(figure.value, figure.unit, NOWHERE)
    plain = spelled_out(quantity, frozenset()) or quantity
    assert (figure.sound, plain.value, plain.unit) == (True, value, unit)


@pytest.mark.parametrize(
    "text",
    [
        "1万2億円",
        "1億20,000万円",
        "1億2億円",
        "1.5億2千万円",
        "1億2.5千万円",
        "1千2千人",
        "2百1千人",
        "1万12000人",
        "1億万2円",
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    """A figure whose groups do not fall is a slip, not a sum."""
    assert not read_figure(text).sound


def test_a_unit_of_a_fact_is_left_alone() -> None:
    """Where a fact is counted in 千円, 千円 is a unit."""
    quantity = Quantity(Decimal(250), "千円/人", NOWHERE)
    assert spelled_out(quantity, frozenset({"千円"})) is None
    assert spelled_out(quantity, frozenset({"円"})) == Quantity(Decimal(250_000), "円/人", NOWHERE)


def test_a_rulebook_with_officials_figures_is_the_same_rulebook() -> None:
    """Tree, both fingerprints and the printed text are those of plain figures; fmt keeps what was written."""
    official, plain = (
        compile_source(Source("rules.haiten", RULEBOOK.format(*figures.split()))) for figures in (OFFICIAL, PLAIN)
    )
    assert official.diagnostics == plain.diagnostics == ()
    assert official.syntax == plain.syntax
    assert official.syntax is not None
    assert plain.syntax is not None
    assert fingerprint(official.syntax) == fingerprint(plain.syntax)
    tree = read(Source("rules.haiten", RULEBOOK.format(*OFFICIAL.split()))).tree
    assert tree is not None
    printed = print_file(tree)
    assert "1万5千人以上" in printed
    assert "1億5百万円" in printed
    assert "2.5万人以上" in printed
    assert "3千円/人超" in printed
    again = compile_source(Source("printed", printed))
    assert again.syntax == plain.syntax


def test_zeros_that_officials_write_stay_and_mean_nothing() -> None:
    """97.60% is laid out as it is written, means 97.6%, and is shown so by all but fmt."""
    text = RULEBOOK.format(*PLAIN.split())
    padded, plain = (
        text.replace("5,000円/人以上", "－4,999.50円/人以上"),
        text.replace("5,000円/人以上", "－4,999.5円/人以上"),
    )
    compiled = [compile_source(Source("rules.haiten", each)) for each in (padded, plain)]
    trees = [each.syntax for each in compiled]
    assert trees[0] is not None
    assert trees[1] is not None
    assert fingerprint(trees[0]) == fingerprint(trees[1])
    tree = read(Source("rules.haiten", padded)).tree
    assert tree is not None
    assert "が －4,999.50円/人以上" in print_file(tree)
    assert print_rulebook(trees[0]) == print_rulebook(trees[1])


def test_an_amendment_may_write_either() -> None:
    """What is quoted of the base matches however either of them writes its figures."""
    base = compile_source(Source("r6.haiten", RULEBOOK.format(*PLAIN.split())))
    amended = []
    for old, new in (("1万5千人以上", "1万6千人以上"), ("15,000人以上", "16,000人以上")):
        text = (
            "言語 1\n令和7年度 市町村 評価指標\n令和6年度 市町村 評価指標 を次のように改正する。\n"
            f"推進.Ⅰ.(ⅰ).1 の要件「人口 が {old}」を「人口 が {new}」に改める。\n"
        )
        revised = compile_source(Source("r7.haiten", text), base=base)
        assert revised.diagnostics == ()
        amended.append(revised.syntax)
    assert amended[0] == amended[1] is not None
