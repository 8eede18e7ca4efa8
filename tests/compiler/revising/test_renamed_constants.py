"""A 定数 that is called otherwise is the one it was, in the amended text, in derived sentences and in diffs (25.10)."""

from collections.abc import Iterator

from attrs import evolve

from haiten.comparison.changes import find_changes
from haiten.comparison.derive import derive
from haiten.comparison.match import match
from haiten.compiler.driver import compile_source, read
from haiten.compiler.identity.node_index import index_nodes
from haiten.compiler.printing.print_revision import print_revision
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.revising.rename import Renames
from haiten.compiler.revising.revise import revise
from haiten.compiler.source import Source
from haiten.compiler.syntax.revision import Revision
from haiten.compiler.syntax.rulebook import FactDecl, PastName, RulebookFile

BASE = """言語 1
令和6年度 市町村 評価指標
出典 要綱 「要綱」
事実 参加率 : % 0以上
定数 目標値 = 12%〔要綱〕
定数 優良値 = 目標値 ＋ 2%〔要綱〕
交付金 推進 「推進交付金」〔要綱〕 1点〔要綱〕
  目標 Ⅰ 「目標」〔要綱〕 1点
    指標群 (ⅰ) 「活動」〔要綱〕 1点
      指標 1 「参加」〔要綱〕 1点
        ア 「高い」〔要綱〕 1点 要件 参加率 が 目標値 以上 かつ 参加率 が 優良値 未満
"""
REVISION = """言語 1
令和7年度 市町村 評価指標
令和6年度 市町村 評価指標 を次のように改正する。
定数 目標値 を 基準値 とする。
定数 優良値 を次のように改める。
  定数 優良値 = 基準値 ＋ 3%〔令和6年度 要綱〕
"""


def both() -> tuple[RulebookFile, RulebookFile]:
    base, revision = (read(Source(name, text)).tree for name, text in (("base", BASE), ("revision", REVISION)))
    assert isinstance(base, RulebookFile)
    assert isinstance(revision, Revision)
    made = revise(base, revision)
    assert made.rulebook is not None, made.diagnostics
    return base, made.rulebook


def test_what_uses_it_follows_and_it_says_what_it_was() -> None:
    """Other constants and requirements have the new name; 前身 says the old one."""
    _, made = both()
    assert [(decl.name, decl.formerly) for decl in made.constants] == [
        ("基準値", (PastName("令和6年度", "目標値"),)),
        ("優良値", ()),
    ]
    text = print_rulebook(made)
    assert "参加率 が 基準値 以上" in text
    assert "定数 基準値 = 12%〔令和6年度 要綱〕 前身 令和6年度 目標値" in text
    assert read(Source("again", text)).tree == made


def test_a_derived_revision_renames_it() -> None:
    """The sentence is that of the rename, not one of all that uses it."""
    base, made = both()
    said = print_revision(derive(base, made))
    assert "定数 目標値 を 基準値 とする。" in said
    assert "要件" not in said


def test_a_diff_tells_the_name_apart_from_the_value() -> None:
    """A rename is a change of a name; the other constant's value alone is one of value."""
    base, made = both()
    old, new = (compile_source(Source(book.header.year, print_rulebook(book))).program for book in (base, made))
    assert old is not None
    assert new is not None
    changes = find_changes(match(old, new))
    assert [(change.kind, change.old_path, change.new_path) for change in changes] == [
        ("constant_renamed", "目標値", "基準値"),
        ("constant", "優良値", "優良値"),
        ("condition", "推進.Ⅰ.(ⅰ).1.ア", "推進.Ⅰ.(ⅰ).1.ア"),  # by the value, 15% instead of 14%
    ]


def test_a_name_in_use_is_refused() -> None:
    """A 事実 has the name already."""
    base = read(Source("base", BASE)).tree
    revision = read(Source("revision", REVISION.replace("を 基準値 とする", "を 参加率 とする"))).tree
    assert isinstance(base, RulebookFile)
    assert isinstance(revision, Revision)
    assert [found.code for found in revise(base, revision).diagnostics][:1] == ["H609"]


def test_the_declarations_of_the_base_are_gone_through_once() -> None:
    """A rulebook may declare thousands: each is looked up, not looked for."""
    many = "".join(f"事実 値{number} : 人\n" for number in "一二三四五六七八九")
    base = compile_source(Source("base", BASE.replace("交付金", many + "交付金", 1))).syntax
    assert base is not None
    facts = _Counted(base.facts)
    renames = Renames(evolve(base, facts=facts), index_nodes(base))
    assert [renames.with_past("事実", fact) for fact in facts] == list(facts)
    assert facts.times <= 3  # two of them are here


class _Counted(tuple[FactDecl, ...]):
    """Tells how often somebody goes through it."""

    times = 0

    def __iter__(self) -> Iterator[FactDecl]:
        self.times += 1
        return super().__iter__()
