"""What a rulebook is, apart from how it is written: equality, fingerprints, identities."""

from pathlib import Path

import pytest

from haiten.compiler.driver import Compilation, compile_source
from haiten.compiler.identity.fingerprint import Fingerprint, fingerprint
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.source import Source

GOOD = Path(__file__).parents[2] / "diagnostics" / "good"
EVEN = "「一」〔要綱〕 1点\n          ② 「二」〔要綱〕 1点"
UNEVEN = "「一」〔要綱〕 2点\n          ② 「二」〔要綱〕 0点"
TEXT = (GOOD / "every_form_of_condition_and_value.haiten").read_text(encoding="utf-8")


def compiled(text: str) -> Compilation:
    made = compile_source(Source("rules", text))
    assert made.ok, made.diagnostics
    return made


def prints(text: str) -> Fingerprint:
    syntax = compiled(text).syntax
    assert syntax is not None
    return fingerprint(syntax)


@pytest.mark.parametrize(
    ("old", "new", "text_changes", "rules_change"),
    [
        ("    指標群", "指標群", False, False),
        ("言語 1\n", "# 注\n言語 1 ※ 版\n", False, False),
        ("16点", "１６点", False, False),
        ("「答える」", "「回答する」", True, False),
        ("40点〔要綱〕", "40点", True, False),
        ("        ア 「次の取組」", "        時点 前年度の取組\n        ア 「次の取組」", True, False),
        ("「答える」〔要綱〕 16点", "「答える」〔要綱〕 16点 前身 令和5年度 推進.Ⅰ.(ⅰ).3", True, False),
        ("のうち 2つ以上", "のうち 3つ以上", True, True),
        ("規模別 上位5割", "規模別 上位3割", True, True),
        ("10,000人以上", "20,000人以上", True, True),
        ("円 0以上", "円", True, True),
        (EVEN, UNEVEN, True, True),
    ],
)
def test_fingerprints_tell_what_changed(old: str, new: str, text_changes: bool, rules_change: bool) -> None:
    """Layout and comments change neither; words, sources and identity the text; points and conditions both."""
    assert old in TEXT
    before, after = prints(TEXT), prints(TEXT.replace(old, new))
    assert (before.text != after.text, before.rules != after.rules) == (text_changes, rules_change)


def test_identity_is_where_a_node_was_born() -> None:
    """A node is known by year, scope and path of its birth; 前身 says another one; fmt keeps 前身 and 新設."""
    text = TEXT.replace("「答える」〔要綱〕 16点", "「答える」〔要綱〕 16点 前身 令和5年度 推進.Ⅰ.(ⅰ).3")
    text = text.replace("「順位」〔要綱〕 24点", "「順位」〔要綱〕 24点 新設")
    made = compiled(text)
    assert made.program is not None
    identities = {path: node.identity for path, node in made.program.nodes.items()}
    assert identities["推進.Ⅰ.(ⅰ).1"] == "令和5年度:市町村:推進.Ⅰ.(ⅰ).3"
    assert identities["推進.Ⅰ.(ⅰ).1.ア"] == "令和5年度:市町村:推進.Ⅰ.(ⅰ).3.ア", "below it, all follow"
    assert identities["推進.Ⅰ.(ⅱ).1"] == "令和6年度:市町村:推進.Ⅰ.(ⅱ).1"
    assert made.syntax is not None
    printed = print_rulebook(made.syntax)
    assert "24点 新設" in printed
    assert "16点 前身 令和5年度 推進.Ⅰ.(ⅰ).3" in printed
    assert made.syntax == compiled(TEXT).syntax, "identity does not count in equality"


def test_what_is_brought_in_is_born_where_it_stands() -> None:
    """A node below に同じ has an identity of its own, whatever 前身 the shared one states."""
    text = (GOOD / "same_as_another_goal.haiten").read_text(encoding="utf-8")
    text = text.replace("「特徴の把握」〔要綱〕 8点", "「特徴の把握」〔要綱〕 8点 前身 令和5年度 推進.Ⅰ.(ⅰ).3")
    program = compiled(text).program
    assert program is not None
    assert program.nodes["推進.Ⅰ.(ⅰ).1"].identity == "令和5年度:市町村:推進.Ⅰ.(ⅰ).3"
    assert program.nodes["支援.Ⅰ.(ⅰ).1"].identity == "令和6年度:市町村:支援.Ⅰ.(ⅰ).1"


def test_equality_ignores_layout_and_comments() -> None:
    """The same rulebook on one line, without indentation, with comments, is equal."""
    flat = " ".join(line.strip() for line in TEXT.splitlines())
    assert compiled(flat).syntax == compiled(TEXT).syntax
    commented = TEXT.replace("\n", " # 注\n")
    assert compiled(commented).syntax == compiled(TEXT).syntax
    assert compiled(commented).syntax != compiled(TEXT.replace("2つ以上", "1つ以上", 2)).syntax


def test_every_comment_survives_printing() -> None:
    """Comments before, behind and inside every statement are still there after fmt, and after a second one."""
    lines = TEXT.replace(" 要件 ", "\n # 間の注\n 要件 ").split("\n")
    commented = "\n".join(
        f"※ 前{n}\n{line} # 後{n}" if line.strip() and not line.strip().startswith("#") else line
        for n, line in enumerate(lines)
    )
    made = compiled(commented).syntax
    assert made is not None
    printed = print_rulebook(made)
    for n, line in enumerate(lines):
        if line.strip() and not line.strip().startswith("#"):
            assert f"※ 前{n}\n" in printed
            assert f"# 後{n}" in printed
    assert printed.count("# 間の注") == TEXT.count(" 要件 ")
    again = compiled(printed).syntax
    assert again == made
    assert again is not None
    assert print_rulebook(again) == printed
