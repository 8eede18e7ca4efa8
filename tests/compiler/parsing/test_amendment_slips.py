"""Sentences that officials write and that are not read: one error at the words in question, with what to write."""

import pytest

from haiten.compiler.driver import read
from haiten.compiler.source import Source, Span

HEAD = """言語 1
令和9年度 市町村 評価指標
令和8年度 市町村 評価指標 を次のように改正する。
"""
A, B = "推進.Ⅰ.(ⅰ).4.ア", "推進.Ⅰ.(ⅰ).4.イ"


@pytest.mark.parametrize(
    ("sentence", "words", "instead"),
    [
        (f"{A} から イ を削る。", "から イ", f"「{A} から イ まで」か「{A}〜イ」"),
        (f"{A}、及び イ を削る。", "及び", "「ア、イ 及び ウ」"),
        (f"{A}，イ 及び ウ を削る。", "，", f"「{A}、… 及び …」"),
        (f"{A},{B} を削る。", ",", f"「{A} 及び …」"),
        (f"{A}－ウ の配点「4点」を「3点」に改める。", "－", f"「{A}〜ウ」"),
        (f"{A}-ウ を削る。", "-", f"「{A} から ウ まで」"),
        (f"{A} を削り。", "を削り", "「を削る。」"),
        (f"{A} の配点「4点」を「3点」に改め。", "に改め", "「に改め、」"),
        (f"{A} を {B} とし。", "とし", "「とする。」"),
        (f"{A} を削る、{B} を削る。", "を削る", "「を削り、」"),
        (f"{A} の配点「4点」を「3点」に改める、{B} を削る。", "に改める", "「に改め、」"),
        (f"{A} を {B} とする、{B} を {A} とする。", "とする", "「とし、」"),
        (f"{A} の中「甲」を「乙」に改める。", "の中", f"「{A} 中「…」を"),
        (f"{A} 中「甲」の後に「乙」を加える。", "の後に", "「の下に」"),
        (f"{A} の配点「4点を「3点」に改める。", "「4点", "（「4点」）"),
        (f"{A} の配点「4点」を「3点に改める。", "「3点", "（「3点」）"),
        (f"{A} の要件「該当 かつ 過疎 を「該当」に改める。", "「該当 かつ 過疎 ", "」 を付けて"),
        (f"{A} の次に二項目を加える。", "二項目を加える", f"「{A} の次に次の二項目を加える。」"),
        (f"{A} 中「年1回以上」を削り「場を」の下に「毎年度」を加える。", "を削り", "「を削り、」"),
        (f"{A} を削り、イ を {A} とする。", "イ", "「同.イ」"),
        (f"{A} と {B} を削る。", "と", f"「{A} 及び …」"),
        (f"{A} 又は イ を削る。", "又は", f"「{A} 及び …」"),
        ("全体 を削る。", "を削る", "「全体 中「…」を「…」〔出典〕に改める。」"),
        (f"{A} の配点を「5点」に改める。", "を", f"「{A} の配点「今の配点」を「5点」に改める。」"),
        (f"{A} の要件を「該当」に改める。", "を", "「今の要件」"),
        (f"{A} の配点を10点減じる。", "を10点減じる。", "「新しい配点〔出典〕」"),
        (f"{A} の配点を5点引き上げて26点とする。", "を5点引き上げて26点とする。", "10点減じて26点〔出典〕とする"),
        (f"{A} の配点 5点 → 6点に改める。", "5点 → 6点", f"「{A} の配点「5点」を「6点〔出典〕」に改める。」"),
        (f"{A} の配点「5点」を「6点」〔要綱〕に改める。", "〔要綱〕", "「」の中に"),
        (f"{A} の文中「甲」を「乙」に改める。", "中", f"「{A} 中「…」を"),
        (f"{A} 中「甲」を「乙」と改める。", "と改める", "に改める。」"),
        (f"{A} を「比較している」〔要綱〕に改める。", "を", f"「{A} の文「今の文」を「比較している」"),
        (f"{A} を {B} に改める。", "に改める", f"「{A} を {B} とする。」"),
        (f"令和10年度から {A} を削る。", "令和10年度から", "別のファイル"),
        ("推進.Ⅰ.ⅰ.1.ア を削る。", "ⅰ", "「(ⅰ)」"),
        (f"{A} の次に次の一項を加える。", "次の一項を加える", f"「{A} の次に次のように加える。」"),
        (f"{A} を削除する。", "を削除する", f"「{A} を削る。」"),
    ],
)
@pytest.mark.parametrize("more", ["", f"{A} の配点「1点」を「2点」に改める。\n", "  ア 「新」 1点\n"])
def test_one_error_at_the_words_that_do_not_fit(sentence: str, words: str, instead: str, more: str) -> None:
    """Whatever stands behind the sentence."""
    reading = read(Source("revision", f"{HEAD}{sentence}\n{more}"))
    (told,) = reading.diagnostics
    assert told.code == "H625"
    assert isinstance(told.span, Span)
    assert (told.span.line, told.span.text) == (4, words)
    assert instead in told.advice[0]


@pytest.mark.parametrize("so", ["ように", "とおり", "様に", "通り"])
def test_forms_that_mean_one_thing_are_read(so: str) -> None:
    """「の一部を」, and other words for 次のように, are what officials write too."""
    plain = f"{HEAD}{A} を次のように改める。\n  ア 「甲」 1点\n{A} の次に次のように加える。\n  イ 「乙」 1点\n"
    written = plain.replace("次のように", f"次の{so}")
    for text in (written, written.replace("評価指標 を", "評価指標 の一部を")):
        reading = read(Source("revision", text))
        assert not reading.diagnostics
        assert reading.tree == read(Source("revision", plain)).tree


@pytest.mark.parametrize("more", ["", f"{A} の配点「1点」を「2点」に改める。\n"])
def test_a_source_is_cited_by_another_name_and_not_renamed(more: str) -> None:
    """The sentence is understood, and says what is written instead."""
    reading = read(Source("revision", f"{HEAD}出典 要綱 を 新要綱 とする。\n{more}"))
    (told,) = reading.diagnostics
    assert told.code == "H625"
    assert isinstance(told.span, Span)
    assert (told.span.line, told.span.text) == (4, "出典 要綱 を 新要綱 とする。")
    assert "「出典 新要綱 …」を加え" in told.advice[0]
