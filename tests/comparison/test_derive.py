"""A derived revision leads from one rulebook to the other, whatever the two are like."""

import re

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from haiten.comparison.derive import derive
from haiten.comparison.parts import small_edit
from haiten.compiler.diagnostics import has_errors
from haiten.compiler.driver import read
from haiten.compiler.identity.lineage import identity_of, trace_lineages
from haiten.compiler.identity.node_index import index_nodes
from haiten.compiler.identity.normal_form import normal_form
from haiten.compiler.identity.past_names import name_in
from haiten.compiler.printing.print_revision import print_revision
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.revising.revise import revise
from haiten.compiler.source import Source
from haiten.compiler.syntax import rulebook as s
from haiten.compiler.syntax.revision import Revision
from haiten.testing.edit import NEXT_YEAR, next_year
from haiten.testing.grow import NOWHERE, grow
from strategies import SEEDS

BOOK = "交付金 推進 9点\n目標 Ⅰ 9点\n指標群 (ⅰ) 9点\n指標 1 9点\n"


def reread(book: s.RulebookFile) -> s.RulebookFile:
    """The rulebook as its own text says it."""
    tree = read(Source("book", print_rulebook(book))).tree
    assert isinstance(tree, s.RulebookFile)
    return tree


def identities(book: s.RulebookFile) -> dict[str, str]:
    since = book.since or book.header.year
    lineages = trace_lineages(index_nodes(book), book.header.year)
    return {path: identity_of(lineage, book.header.scope, since) for path, lineage in lineages.items()}


def called(book: s.RulebookFile) -> dict[str, str]:
    """What each 事実 and 区分 was called in the year before."""
    return {decl.name: name_in(decl, "令和6年度") for decl in (*book.facts, *book.classes)}


def check(base: s.RulebookFile, new: s.RulebookFile) -> Revision:
    revision = derive(base, new)
    made = revise(base, revision)
    assert not has_errors(made.diagnostics), made.diagnostics
    assert made.rulebook is not None
    assert normal_form(made.rulebook) == normal_form(new)
    written = read(Source("revision", print_revision(revision))).tree
    assert written == revision
    assert isinstance(written, Revision)
    again = revise(base, written)
    assert again.rulebook is not None
    assert normal_form(again.rulebook) == normal_form(new)
    return revision


@given(SEEDS)
def test_the_next_year_of_a_rulebook(seed: int) -> None:
    """Edits of every kind are told, and every node keeps the identity that the new rulebook records."""
    base, new = reread(grow(seed)), reread(next_year(seed))
    made = revise(base, check(base, new)).rulebook
    assert made is not None
    recorded = identities(evolve(new, since=base.header.year))
    assert identities(made) == recorded
    assert called(made) == called(new)


@given(SEEDS, SEEDS)
def test_two_rulebooks_that_have_nothing_to_do_with_each_other(first: int, second: int) -> None:
    """Even then a revision leads from one to the other."""
    check(reread(grow(first)), reread(next_year(second, record=False)))


@given(SEEDS)
def test_nothing_is_derived_of_what_is_the_same(seed: int) -> None:
    """The same rulebook one year later needs no amendment but of its citations."""
    base = reread(grow(seed))
    header = evolve(base.header, year=NEXT_YEAR)
    revision = derive(base, evolve(base, header=header))
    assert len(revision.amendments) <= 2  # the 出典 is declared anew, and cited instead of last year's


RANGE = """言語 1
令和6年度 市町村 評価指標
交付金 推進 7点
  目標 Ⅰ 7点
    指標群 (ⅰ) 7点
      指標 1 5点
        ア 5点
          ① 1点
          ② 1点
          ③ 1点
          ④ 2点 要件 ①～③ のうち 2つ以上
      指標 2 2点
        ア 1点 要件 推進.Ⅰ.(ⅰ).1.ア.④ かつ 該当
        イ 1点
"""
MORE = tuple(
    f"{path} の配点「{old}点」を「{new}点」に改める。"
    for path, old, new in (
        ("推進", 7, 8),
        ("推進.Ⅰ", 7, 8),
        ("推進.Ⅰ.(ⅰ)", 7, 8),
        ("推進.Ⅰ.(ⅰ).2", 2, 3),
        ("推進.Ⅰ.(ⅰ).2.イ", 1, 2),
    )
)
NEXT = (
    RANGE.replace("7点", "8点")
    .replace("指標 2 2点", "指標 2 3点")
    .replace("イ 1点", "イ 2点")
    .replace("令和6", "令和7")
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        # Spelled in another way, said the same.
        ("①～③ のうち", "①、②、③ のうち"),
        ("①～③ のうち", "③、①～② のうち"),
        ("①～③ のうち", "推進.Ⅰ.(ⅰ).1.ア.①～③ のうち"),
        ("推進.Ⅰ.(ⅰ).1.ア.④ かつ 該当", "該当 かつ 推進.Ⅰ.(ⅰ).1.ア.④"),
    ],
)
def test_a_range_needs_no_more_words_than_what_is_amended(old: str, new: str) -> None:
    """Of a rulebook with a range only what differs is amended, however the year after spells the rest."""
    assert amendments(RANGE, NEXT.replace(old, new) if old else NEXT) == list(MORE)
    assert amendments(RANGE.replace(old, new) if old else RANGE, NEXT) == list(MORE)


def test_what_is_the_same_as_a_node_stays_where_that_moves() -> None:
    """「に同じ」 holds its node too."""
    shared = RANGE + "交付金 支援 7点\n  目標 Ⅰ 推進.Ⅰ に同じ\n"
    moved = shared.replace("令和6", "令和7").replace("目標 Ⅰ 7点", "目標 Ⅱ 7点 前身 令和6年度 推進.Ⅰ")
    moved = moved.replace("推進.Ⅰ に同じ", "推進.Ⅱ に同じ").replace("推進.Ⅰ.(ⅰ).1.ア.④", "推進.Ⅱ.(ⅰ).1.ア.④")
    moved = moved.replace("  目標 Ⅱ 7点", "  目標 Ⅰ 0点 新設\n  目標 Ⅱ 7点")
    assert amendments(shared, moved) == [
        "推進.Ⅰ を 推進.Ⅱ とする。",
        "推進.Ⅱ の前に次のように加える。",
        "  目標 Ⅰ 0点",
    ]


def amendments(base: str, new: str) -> list[str]:
    """The lines of the amendments that lead from one text to the other, which are held to make it."""
    trees = [read(Source("book", text)).tree for text in (base, new)]
    assert isinstance(trees[0], s.RulebookFile)
    assert isinstance(trees[1], s.RulebookFile)
    text = print_revision(check(trees[0], trees[1]))
    return [line for line in text.partition("を次のように改正する。\n")[2].split("\n") if line]


WORDS = (
    "年1回以上",
    "庁内",
    "コーディネーター",
    "の",
    "を",
    "場",
    "12",
    "、",
    "（離島を含む）",
    "上位5割",
    "会議",
    "している",
    "1",
)


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9), st.data())
def test_what_is_quoted_of_a_text_reads_as_a_phrase(words: list[str], data: st.DataObject) -> None:
    """It is there once, is no lone figure or kana, and cuts no number, no word and no pair of brackets."""
    at = data.draw(st.integers(0, len(words) - 1))
    instead = data.draw(st.lists(st.sampled_from(WORDS), max_size=2))
    before, after = "".join(words), "".join([*words[:at], *instead, *words[at + 1 :]])
    small = small_edit(s.Text(before, (), NOWHERE), s.Text(after, (), NOWHERE))
    if small is None:
        return
    quoted, new = small
    assert before.replace(quoted, new) == after
    assert [m.start() for m in re.finditer(f"(?={re.escape(quoted)})", before)] == [before.index(quoted)]
    assert not re.fullmatch(r"[0-9.,%]+|[ぁ-ん]+|[、。]|.", quoted)
    for text, part in ((before, quoted), (after, new)):
        start = before.index(quoted)
        for cut in (start, start + len(part)):
            around = text[max(cut - 1, 0) : cut + 1]
            if 0 < cut < len(text) and not text[:cut].endswith(("以上", "以下", "未満", "以内")):
                assert not re.fullmatch(r"[一-龠0-9A-Za-z.,%]{2}|[ァ-ヺー]{2}|[ぁ-ん]{2}", around), (text, part)
        assert part.count("（") == part.count("）")


@pytest.mark.parametrize(
    ("before", "after", "quoted"),
    [
        ("年1回以上場を設けている", "年2回以上場を設けている", ("年1回以上", "年2回以上")),
        ("受診率が5割以上である", "受診率が6割以上である", ("5割以上", "6割以上")),
        ("認知症サポーターの数", "認知症パートナーの数", ("サポーター", "パートナー")),
        ("会議の開催、会議の公表", "会議の開催、会議の公開", ("公表", "公開")),
        ("地域（離島を含む）の把握", "地域（離島を除く）の把握", ("含む", "除く")),
        ("通いの場の数を把握している", "通いの場の数と率を把握している", ("場の数", "場の数と率")),
        ("第三の項目の1を満たす", "第三の項目の2を満たす", ("項目の1", "項目の2")),
        ("月1回以内開催している", "月2回以内開催している", ("月1回以内", "月2回以内")),
        # As a whole.
        ("毎年", "隔年", None),
        ("把握している", "把握していること", None),
    ],
)
def test_what_an_official_would_quote(before: str, after: str, quoted: tuple[str, str] | None) -> None:
    """A whole phrase, or else the whole text."""
    assert small_edit(s.Text(before, (), NOWHERE), s.Text(after, (), NOWHERE)) == quoted


@given(SEEDS)
def test_a_revision_cannot_be_applied_twice(seed: int) -> None:
    """What was amended is of another year than the revision says."""
    base, new = reread(grow(seed)), reread(next_year(seed))
    revision = derive(base, new)
    made = revise(base, revision).rulebook
    assert made is not None
    twice = revise(made, revision)
    assert [d.code for d in twice.diagnostics] == ["H603"]


def test_what_is_said_of_neighbours_is_said_once() -> None:
    """As a range from three on, in a list where one is left out."""
    old = "".join("ア「甲」 2点\n".replace("ア", label) for label in "アイウエオカ")
    base, new = (
        read(Source("book", f"言語 1\n{year} 市町村 評価指標\n{BOOK}{items}")).tree
        for year, items in (
            ("令和6年度", old),
            ("令和7年度", old.replace("2点", "1点").replace("エ「甲」 1点", "エ「甲」 2点")),
        )
    )
    assert isinstance(base, s.RulebookFile)
    assert isinstance(new, s.RulebookFile)
    assert "推進.Ⅰ.(ⅰ).1.ア〜ウ、オ 及び カ の配点「2点」を「1点」に改める。" in print_revision(check(base, new))


BARS = """言語 1
令和6年度 市町村 評価指標
出典 要綱 「要綱」
事実 率 : % 0以上 100以下 「率」
定数 低い = 60% 「低い方」〔要綱〕
定数 高い = 低い ＋ 5% 「高い方」
交付金 推進 2点
  目標 Ⅰ 2点
    指標群 (ⅰ) 2点
      指標 1 2点
        ア 1点 要件 率 が 低い 以上
        イ 1点 要件 率 が 高い 以上
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("= 60%", "= 65%", "定数 低い の値「60%」を「65%〔要綱〕」に改める。"),
        ("低い ＋ 5%", "低い × 1.5", "定数 高い の値「低い ＋ 5%」を「低い × 1.5」に改める。"),
        ("60% 「低い方」", "65% 「低い」", "定数 低い を次のように改める。"),
    ],
)
def test_a_constant_of_which_only_the_value_changed(old: str, new: str, told: str) -> None:
    """It is told by its value alone; where its text changed too, it is declared anew."""
    base = reread_text(BARS)
    revision = check(base, reread_text(BARS.replace("令和6年度", "令和7年度").replace(old, new)))
    assert told in print_revision(revision).splitlines()


def reread_text(text: str) -> s.RulebookFile:
    tree = read(Source("book", text)).tree
    assert isinstance(tree, s.RulebookFile)
    return tree
