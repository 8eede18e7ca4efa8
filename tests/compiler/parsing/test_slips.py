"""Slips of authors, one in a right rulebook each: one error with a way out, or nothing where only one thing is meant.

``slips.tsv`` holds what was right, what is written instead, and what should come of it: ``same`` (the same rulebook),
``fix`` (one error, which ``check --fix`` turns into the right rulebook), or a code that is told once; ``H`` is any.
"""

from collections.abc import Iterable
from pathlib import Path

import pytest

from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.driver import compile_source
from haiten.compiler.files.file_form import with_edits
from haiten.compiler.fix import safe_edits
from haiten.compiler.identity.fingerprint import fingerprint
from haiten.compiler.parsing.expected import UNSAID, describe
from haiten.compiler.source import Source, plain
from haiten.grammar import load_parser

HERE = Path(__file__).parent
RULEBOOK = (HERE / "slips.haiten").read_text(encoding="utf-8")
SLIPS = [line.split("\t") for line in (HERE / "slips.tsv").read_text(encoding="utf-8").splitlines()]
# What another right text has in the place of the rulebook's own.
GROUNDS = {
    "比率 が 全国平均(比率)以上": "ア のうち 比率 が 上位5割",
    "比率 が 全国平均(比率)超": "ア のうち 比率 が 上位5割",
    "比率 が 全国中央値(比率)未満": "ア のうち 比率 が 上位5割",
    "過疎 又は 該当": "過疎 かつ 該当",
    "過疎 でない": "過疎 かつ 該当",
    "変化率 が －1.5%以下": "変化率 が 前年度(変化率) 未満",
    "変化率 が 令和3年度を下回る": "変化率 が 前年度(変化率) 未満",
    "変化率 が 令和3年度(変化率) 未満": "変化率 が 前年度(変化率) 未満",
    "切上げ(変化率, 小数1桁) が 1%未満": "変化率 が 前年度(変化率) 未満",
}


def apply_fixes(source: Source, told: Iterable[Diagnostic]) -> str:
    """The text with all changes made that ``check --fix`` makes."""
    return plain(with_edits(source.text.encode(), safe_edits(source, told)))


@pytest.mark.parametrize(("right", "slip", "outcome"), SLIPS, ids=[f"{slip} ← {right}" for right, slip, _ in SLIPS])
def test_a_slip_costs_one_error_with_a_way_out(right: str, slip: str, outcome: str) -> None:
    """What is told is told once, where the slip is; a fix leads back to what was meant."""
    ground = RULEBOOK.replace(GROUNDS.get(right, right), right, 1)
    assert right in ground
    at = ground.index(right)
    meant = compile_source(Source("r8.haiten", ground))
    assert meant.syntax is not None
    source = Source("r8.haiten", ground[:at] + slip + ground[at + len(right) :])
    compilation = compile_source(source)
    told = [found for found in compilation.diagnostics if found.code != "H207"]
    if outcome == "same":
        assert told == []
        assert compilation.syntax is not None
        assert fingerprint(compilation.syntax) == fingerprint(meant.syntax)
        return
    assert len(told) == 1, [(found.code, found.message) for found in told]
    if told[0].code not in ("H401", "H205"):  # which weigh one line against others
        assert told[0].span.line == ground.count("\n", 0, at) + 1
    assert told[0].advice
    if outcome == "fix":
        again = compile_source(Source("r8.haiten", apply_fixes(source, told)))
        assert again.syntax is not None
        assert fingerprint(again.syntax).text == fingerprint(meant.syntax).text, told[0].advice
    elif outcome:
        assert told[0].code.startswith(outcome)


@pytest.mark.parametrize(
    ("right", "slip", "said", "unsaid"),
    [
        ("4点", "2.5点", "配点（4点 など）", "25点"),
        ("が 5%以上", "が 0,5%以上", "以上", "もしかして: 5%"),
        ("事実 三職種 : 人 0以上", "事実 三職種 0以上", "単位（: 人 など）", "改正の言葉"),
        ("事実 三職種 : 人", "事実 三職種（人） : 人", "単位（: 人 など）", "改正の言葉"),
    ],
)
def test_advice_leads_to_nothing_else(right: str, slip: str, said: str, unsaid: str) -> None:
    """2.5 is no 25, and what no revision declares is nothing that is amended."""
    source = Source("r8.haiten", RULEBOOK.replace(right, slip, 1))
    (told,) = [found for found in compile_source(source).diagnostics if found.code not in ("H207", "H401")]
    words = " ".join([told.message, *told.advice]).replace(slip, "")
    assert said in words
    assert unsaid not in words


ENDING = """言語 1
令和6年度 市町村 評価指標
事実 人口 : 人 1以上
事実 率 : % 0以上 100以下
交付金 推進 4点
  目標 Ⅰ 4点
    要件 率 が 上位5割 かつ {}"""


@pytest.mark.parametrize("end", ["", "\n", "\n※ 終わり\n", "\n交付金 支援 4点\n  目標 Ⅰ 4点\n"])
@pytest.mark.parametrize(
    ("slip", "right"),
    [
        ("人口 が 三人以上", "人口 が 3人以上"),
        ("人口 が 一万人以上", "人口 が 1万人以上"),
        ("人口 が 十二万人未満", "人口 が 12万人未満"),
        ("人口 が 一万五千人以下", "人口 が 1万5000人以下"),
        ("人口 が 二千五百人超", "人口 が 2500人超"),
        ("率 が 上位百位", "率 が 上位100位"),
        ("人口 が 5千人", None),
        ("人口 が", None),
        ("人口 が 人口 ＋ (", None),
    ],
)
def test_the_last_line_is_blamed_like_any_other(slip: str, right: str | None, end: str) -> None:
    """At its own words, whatever follows; a number in kanji is offered in figures."""
    source = Source("r6.haiten", ENDING.format(slip) + end)
    (told,) = [found for found in compile_source(source).diagnostics if found.code != "H207"]
    assert told.span.line == 7
    assert "ファイルの終わり" not in told.message
    if right is None:
        assert told.code == "H119"
    else:
        assert apply_fixes(source, [told]) == ENDING.format(right) + end


def test_whatever_may_stand_somewhere_has_words() -> None:
    """No list of what may stand there says ファイルの終わり because nobody thought of a terminal."""
    used = {symbol.name for rule in load_parser().rules for symbol in rule.expansion if symbol.is_term}
    silent = {name for name in used - UNSAID if describe(frozenset({name})) == "ファイルの終わり"}
    assert silent == set()
    assert describe(frozenset({"$END"})) == "ファイルの終わり"
    assert describe(frozenset({"_CITATION_OF"})) == "「の出典」"
