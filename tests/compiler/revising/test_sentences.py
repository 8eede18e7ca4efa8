"""Sentences about several places and with several changes: all of one or nothing, and what of a text is quoted."""

from pathlib import Path

import pytest

from haiten.compiler.compilation import Compilation
from haiten.compiler.driver import compile_file, compile_source, read
from haiten.compiler.parsing.expression_words import places_of, read_condition
from haiten.compiler.printing.print_revision import print_file
from haiten.compiler.printing.print_rulebook import print_expression, print_rulebook
from haiten.compiler.source import Source, Span
from haiten.compiler.syntax.revision import Revision

ROOT = Path(__file__).parents[3]
R8 = ROOT / "rules" / "r8" / "municipal.haiten"
HEAD = """言語 1
令和9年度 市町村 評価指標
令和8年度 市町村 評価指標 を次のように改正する。
題名 「令和9年度 評価指標（市町村分）」
出典 要綱 「令和9年度 評価指標（市町村分）」
"""
BASE = compile_file(R8)


def amended(sentences: str) -> Compilation:
    """R8 with sentences of R9."""
    return compile_source(Source("r9.haiten", HEAD + sentences), BASE)


def codes(sentences: str) -> list[str]:
    return [found.code for found in amended(sentences).diagnostics if found.severity == "error"]


def text(compilation: Compilation) -> str:
    assert compilation.syntax is not None, compilation.diagnostics
    return print_rulebook(compilation.syntax)


def canonical(sentences: str) -> str:
    tree = read(Source("r9.haiten", HEAD + sentences)).tree
    assert isinstance(tree, Revision)
    return print_file(tree).partition("出典 要綱 「令和9年度 評価指標（市町村分）」\n")[2].strip()


A = "推進.Ⅲ.(ⅰ).1"
RENAMED = "支援.Ⅰ.(ⅱ).1 の定義「三職種比率 = 三職種数 ÷ 高齢者人口」を「専門職比率 = 三職種数 ÷ 高齢者人口」"


@pytest.mark.parametrize(
    ("short", "each"),
    [
        (f"{A}.オを同.エとし、同.エを同.オとする。", f"{A}.オ を {A}.エ とし、{A}.エ を {A}.オ とする。"),
        (f"{A}.エ 及び オを同.オ 及び エとする。", f"{A}.オ を {A}.エ とし、{A}.エ を {A}.オ とする。"),
        (
            f"{A}.オを削り、{A}.ア〜エを同.イ〜オとし、同.イの前に次のように加える。\n"
            "  ア 「新」〔要綱〕 6点〔要綱〕\n",
            f"{A}.オ を削る。\n{A}.ア〜エ を {A}.イ〜オ とする。\n"
            f"{A}.イ の前に次のように加える。\n  ア 「新」〔要綱〕 6点〔要綱〕\n",
        ),
        (
            f"{A}.ア〜エ の配点「6点」を「5点〔要綱〕」に、同.オ の配点「6点」を「10点〔要綱〕」に改める。",
            "".join(f"{A}.{x} の配点「6点」を「5点〔要綱〕」に改める。\n" for x in "アイウエ")
            + f"{A}.オ の配点「6点」を「10点〔要綱〕」に改める。",
        ),
        (
            "推進.Ⅰ.(ⅰ).4.ア 中「年1回以上」を削り、「場を」の下に「毎年度」〔要綱〕を加える。",
            "推進.Ⅰ.(ⅰ).4.ア 中「場を年1回以上」を「場を毎年度」〔要綱〕に改める。",
        ),
        (
            "支援.Ⅱ.(ⅰ) 中「認知症の人」を「認知症の方」〔要綱〕に改める。",
            "".join(f"支援.Ⅱ.(ⅰ).1.{x} 中「認知症の人」を「認知症の方」〔要綱〕に改める。\n" for x in "アオカ"),
        ),
        (
            "支援.Ⅲ.(ⅰ).2.イ.① から ③ までを削る。",
            "".join(f"支援.Ⅲ.(ⅰ).2.イ.{x} を削る。\n" for x in "①②③"),
        ),
        (
            f"{A}.オ を次のように改め、同.エ を削り、同.オ を 同.エ とする。\n  オ 「新しい」〔要綱〕 12点〔要綱〕\n",
            f"{A}.オ を次のように改める。\n  オ 「新しい」〔要綱〕 12点〔要綱〕\n"
            f"{A}.エ を削る。\n{A}.オ を {A}.エ とする。",
        ),
        (
            f"{RENAMED}に改め、支援.Ⅰ.(ⅱ).1.ア〜エ の要件中「三職種比率」を「専門職比率」に改める。",
            f"{RENAMED}に改める。\n"
            + "".join(
                f"支援.Ⅰ.(ⅱ).1.{x} の要件「三職種比率 が 上位{n}割」を「専門職比率 が 上位{n}割」に改める。\n"
                for x, n in zip("アイウエ", "7531", strict=True)
            ),
        ),
    ],
)
def test_a_sentence_says_what_several_say(short: str, each: str) -> None:
    """The rulebook is that of one sentence for each place and change; its canonical print says the same again."""
    together, apart = amended(short), amended(each)
    assert not codes(short)
    assert text(together) == text(apart)
    assert text(amended(canonical(short))) == text(together)
    assert canonical(canonical(short)) == canonical(short)


@pytest.mark.parametrize(
    ("sentence", "code", "place"),
    [
        ("推進.Ⅰ.(ⅰ).4.ア 及び 推進.Ⅲ.(ⅰ).1.ア の配点「4点」を「5点〔要綱〕」に改める。", "H606", "推進.Ⅲ.(ⅰ).1.ア"),
        (f"推進.Ⅰ.(ⅰ).4.ア を削り、{A}.カ を削る。", "H604", f"{A}.カ"),
        (f"推進.Ⅰ.(ⅰ).4.ア 及び {A}.ア 中「年1回以上」を削る。", "H605", f"{A}.ア"),
        (f"推進.Ⅰ.(ⅰ).4.ア 及び {A}.ア を 推進.Ⅰ.(ⅰ).4.オ 及び {A}.イ とする。", "H610", f"{A}.イ"),
        ("支援.Ⅱ.(ⅰ) 中「認知症の人」を「認知症の方」に、「ない字」を「字」〔要綱〕に改める。", "H670", "支援.Ⅱ.(ⅰ)"),
        (f"支援.Ⅰ.(ⅱ).1.ア 及び {A}.ア の要件中「上位7割」を「上位8割」に改める。", "H608", f"{A}.ア"),
        ("支援.Ⅱ.(ⅰ).1〜3 の出典〔令和8年度 要綱〕を〔要綱〕に改める。", "H608", "支援.Ⅱ.(ⅰ).1"),
    ],
)
def test_a_sentence_that_does_not_fit_somewhere_is_one_error_and_changes_nothing(
    sentence: str, code: str, place: str
) -> None:
    """The place is named; what fits is not done either, so that a later sentence finds the text of before."""
    found = [each for each in amended(sentence).diagnostics if each.severity == "error"]
    assert [each.code for each in found] == [code]
    assert place in found[0].message
    # Quotes what stood there before, next to a sentence that says again what did not fit.
    later = "推進.Ⅰ.(ⅰ).4.イ の配点「4点」を「3点〔要綱〕」に改める。\n支援.Ⅱ.(ⅰ).2 中「ない」を「ある」に改める。"
    assert codes(f"{sentence}\n{later}") == [code, "H605"]


@pytest.mark.parametrize(
    ("recites", "told"),
    [
        (["〔令和8年度 集計〕を〔要綱〕", "〔令和8年度 分析〕を〔令和8年度 集計〕"], []),
        (["〔令和8年度 集計〕を〔要綱〕", "〔要綱〕を〔導出 要綱〕〔推定〕", "〔導出 要綱〕を〔要綱〕"], []),
        (["〔令和8年度 要綱〕を〔要綱〕", "〔令和8年度 集計〕を〔要綱〕"], ["H608"]),
        (["〔令和8年度 集計〕を〔要綱〕", "〔令和8年度 集計〕を〔推定〕"], ["H608"]),
        (["〔推定〕を〔推定〕", "〔令和8年度 集計〕を〔要綱〕"], ["H619"]),
    ],
)
def test_citations_change_everywhere_alike_at_the_beginning_and_behind_other_sentences(
    recites: list[str], told: list[str]
) -> None:
    """One sentence after the other; those that find nothing, or change nothing, are told."""
    everywhere = "".join(f"全体 の出典{each}に改める。\n" for each in recites)
    other = "推進.Ⅰ.(ⅰ).4.ア 中「年1回以上」を削る。\n"
    first, behind = amended(everywhere + other), amended(other + everywhere)
    for made in (first, behind):
        assert [each.code for each in made.diagnostics if each.code in ("H608", "H619")] == told
    if "H608" not in told:
        assert text(first) == text(behind) != text(amended(other))


def test_only_what_is_quoted_is_changed() -> None:
    """Whole tokens, wherever blanks and the width of signs differ; a part of a name is none."""
    condition = "三職種比率 が 上位7割 かつ 三職種 ÷ 高齢者人口 が 5%以上"
    assert [condition[start:end] for start, end in places_of("三職種", condition)] == ["三職種"]
    assert [condition[start:end] for start, end in places_of("上位７割", condition)] == ["上位7割"]
    assert [condition[start:end] for start, end in places_of("三職種÷高齢者人口", condition)] == ["三職種 ÷ 高齢者人口"]
    assert places_of("職種", condition) == []
    assert places_of("位7割", condition) == []
    assert len(places_of("比率", "比率 が 5%以上 かつ 比率 が 9%以下")) == 2


def test_a_condition_is_read_as_if_it_stood_at_a_place() -> None:
    """All of it stands there; what is no condition, or more than one, is none."""
    span = Span(Source("r9.haiten", HEAD), 3, 9)
    read_again = read_condition("比率 が 上位3割", span)
    assert read_again is not None
    assert read_again.span == span
    assert print_expression(read_again) == "比率 が 上位3割"
    for wrong in ("比率 が 上位", "", "比率 が 5%以上 要件 該当", "該当 〔要綱〕", "該当\nア 「甲」"):
        assert read_condition(wrong, span) is None


def test_words_that_are_only_deleted_keep_their_source() -> None:
    """Where none is given; words that come need one, as ever."""
    place = "推進.Ⅰ.(ⅰ).4.ア"
    compilations = [
        amended(f"{place} 中「年1回以上」{said}") for said in ("を削る。", "〔要綱〕を削る。", "を「」に改める。")
    ]
    cited = [
        [citation.name for citation in made.program.nodes[place].decl.heading.text.citations]
        for made in compilations
        if made.program is not None and made.program.nodes[place].decl.heading.text is not None
    ]
    base = BASE.program
    assert base is not None
    before = base.nodes[place].decl.heading.text
    assert before is not None
    assert cited == [[citation.name for citation in before.citations], ["要綱"], []]


def test_a_local_name_can_be_changed_alone() -> None:
    """It is a change, though what it stands for is the same."""
    sentence = f"{RENAMED}に改め、支援.Ⅰ.(ⅱ) の要件中「三職種比率」を「専門職比率」に改める。"
    assert [found.code for found in amended(sentence).diagnostics] == ["H207"]  # 出典 要綱, which nothing cites here
    assert "専門職比率 が 上位7割" in text(amended(sentence))


def test_what_constants_are_said_to_be_is_text_too() -> None:
    """全体 中 reaches the descriptions of 事実 and 定数."""
    made = amended(
        "定数 基準 = 3人 「認知症の人の基準」〔要綱〕\n"
        "推進.Ⅰ.(ⅰ).1.ア に要件「認知症サポーター数 が 基準 以上」を加える。\n"
        "全体 中「認知症の人」を「認知症の方」〔要綱〕に、「の基準」を「の目安」に改める。"
    )
    assert made.diagnostics == ()
    assert "定数 基準 = 3人 「認知症の方の目安」〔要綱〕" in text(made)


def test_every_place_reached_is_touched() -> None:
    """Whatever lists what an amendment touched lists each of them."""
    made = amended("全体 中「認知症の人」を「認知症の方」〔要綱〕に改める。\n  理由 「呼び方を改める」〔要綱〕")
    assert made.program is not None
    touched = {
        node.path
        for node in made.program.nodes.values()
        if any(touch.year == "令和9年度" for touch in node.decl.heading.touches)
    }
    assert touched == {f"支援.Ⅱ.(ⅰ).1.{label}" for label in "アオカ"}
    for path in touched:
        (touch,) = (t for t in made.program.nodes[path].decl.heading.touches if t.year == "令和9年度")
        assert (touch.what, touch.reason and touch.reason.value) == ("文の変更", "呼び方を改める")


@pytest.mark.parametrize(
    ("sentence", "more"),
    [
        (
            "推進.Ⅰ.(ⅰ).4.ア 及び イ を削る。",
            "推進.Ⅰ.(ⅰ).4.ウ 及び エ を 推進.Ⅰ.(ⅰ).4.ア 及び イ とする。"
            "推進.Ⅰ.(ⅰ).4.ア、イ の配点を4点加えて8点〔要綱〕とする。",
        ),
        (
            "推進.Ⅲ.(ⅰ).1.ア〜ウ の配点「6点」を「7点」に改める。",
            "推進.Ⅲ.(ⅰ).1.エ の配点「6点」を「3点」に改める。",
        ),
        ("推進.Ⅰ.(ⅰ).4.ア 中「年1回以上」を削り、「場を」の下に「毎年度」〔要綱〕を加える。", ""),
        ("支援.Ⅱ.(ⅰ) 中「認知症の人」を「認知症の方」〔要綱〕に改める。", ""),
        (
            "推進.Ⅰ.(ⅰ).2〜4 を 推進.Ⅰ.(ⅰ).3〜5 とする。\n"
            "推進.Ⅰ.(ⅰ).1 の次に次の一指標を加える。\n  指標 2 「新しい指標」〔要綱〕 2点〔要綱〕\n",
            "推進.Ⅰ.(ⅰ).1 の配点を2点減じて14点〔要綱〕とし、同.1.ア の配点を2点減じて2点〔要綱〕とする。",
        ),
        ("支援.Ⅲ.(ⅰ).2.イ.① から ③ までを削る。", ""),
        (
            "推進.Ⅱ.(ⅰ).2 の配点を10点減じて26点とする。",
            "推進.Ⅱ.(ⅰ).2.ウ〜オ の配点「8点」を「4点〔要綱〕」に、同.ア の配点「6点」を「8点〔要綱〕」に改める。"
            "推進.Ⅱ.(ⅰ) の配点を10点減じて58点〔要綱〕とし、推進.Ⅱ の配点を10点減じて90点〔要綱〕とし、"
            "推進 の配点を10点減じて390点〔要綱〕とする。",
        ),
    ],
)
def test_sentences_of_officials_hold_in_r8(sentence: str, more: str) -> None:
    """With what has to be amended beside them, where totals and labels change."""
    assert codes(f"{sentence}\n{more}") == []


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        (
            "推進.Ⅰ.(ⅱ).2.ア〜エ の要件中「三職種比率」を「専門職比率」に改める。",
            "「推進.Ⅰ.(ⅱ).2.ア」の要件に「三職種比率」はありません",
        ),
        (
            "推進.Ⅲ.(ⅰ).1.オ を次のように改め、同.カ を削る。\n  オ 「新しい」〔要綱〕 6点〔要綱〕",
            "改正する「推進.Ⅲ.(ⅰ).1.カ」がありません",
        ),
        (
            "推進.Ⅰ.(ⅰ).1 の次に次の一指標を加える。\n  指標 2 「新しい」〔要綱〕 6点〔要綱〕",
            "「推進.Ⅰ.(ⅰ).2」は既にあるので、この番号にはできません",
        ),
    ],
)
def test_sentences_that_cannot_hold_in_r8_are_told_why(sentence: str, said: str) -> None:
    """What is not there is named, and nothing else is told."""
    assert [found.message for found in amended(sentence).diagnostics if found.severity == "error"] == [said]
