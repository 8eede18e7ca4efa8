"""What a diff says of the real years: the published changes, no more; and of the same rulebook: nothing."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from rich.console import Console

import haiten
from effort import examples
from haiten.comparison.changes import Change, find_changes
from haiten.comparison.diff import Diff, diff
from haiten.comparison.match import match
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.source import Source
from haiten.scoring.rulebook import Rulebook
from haiten.testing.edit import next_year
from haiten.testing.grow import grow
from haiten.views.diff import print_diff
from strategies import SEEDS

HERE = Path(__file__).parent
RULES = Path(__file__).parents[2] / "rules"
YEARS = ("r6", "r7", "r8")
# changes.md, R6→R7, as (kind, old path, new path); 番号 and 追加 of 支援Ⅰ(ⅰ)4 and 7 are how their points came to be.
R7 = {
    ("reworded", "推進.Ⅱ.(ⅰ).2.ア", "推進.Ⅱ.(ⅰ).2.ア"),
    *(("deleted", f"推進.Ⅱ.(ⅰ).2.ア.{n}", None) for n in "①②③"),
    ("reweighed", "支援.Ⅰ.(ⅰ).4.ウ", "支援.Ⅰ.(ⅰ).4.ウ"),
    ("added", None, "支援.Ⅰ.(ⅰ).4.エ"),
    ("renumbered", "支援.Ⅰ.(ⅰ).4.エ", "支援.Ⅰ.(ⅰ).4.オ"),
    ("reweighed", "支援.Ⅰ.(ⅰ).7.イ", "支援.Ⅰ.(ⅰ).7.イ"),
    ("added", None, "支援.Ⅰ.(ⅰ).7.ウ"),
    ("renumbered", "支援.Ⅰ.(ⅰ).7.ウ", "支援.Ⅰ.(ⅰ).7.エ"),
    ("reweighed", "支援.Ⅰ.(ⅰ).7.ウ", "支援.Ⅰ.(ⅰ).7.エ"),
    ("added", None, "支援.Ⅰ.(ⅰ).7.オ"),
    ("renumbered", "支援.Ⅰ.(ⅰ).7.エ", "支援.Ⅰ.(ⅰ).7.カ"),
    ("deleted", "支援.Ⅱ.(ⅰ).1", None),
    ("renumbered", "支援.Ⅱ.(ⅰ).3", "支援.Ⅱ.(ⅰ).1"),
    ("added", None, "支援.Ⅱ.(ⅰ).3"),
}
R8 = {
    ("added", None, "支援.Ⅰ.(ⅰ).6.イ"),
    *(("renumbered", f"支援.Ⅰ.(ⅰ).6.{a}", f"支援.Ⅰ.(ⅰ).6.{b}") for a, b in ("イウ", "ウエ", "エオ", "オカ")),
    ("reweighed", "支援.Ⅰ.(ⅰ).6.イ", "支援.Ⅰ.(ⅰ).6.ウ"),
    ("reworded", "支援.Ⅰ.(ⅰ).7", "支援.Ⅰ.(ⅰ).7"),
    ("reworded", "支援.Ⅰ.(ⅱ).9", "支援.Ⅰ.(ⅱ).9"),
    *(("reweighed", f"支援.Ⅱ.(ⅰ).1.{n}", f"支援.Ⅱ.(ⅰ).1.{n}") for n in "アイウエオ"),
    ("added", None, "支援.Ⅱ.(ⅰ).1.カ"),
    ("added", None, "成果指向"),
}


@pytest.fixture(scope="module")
def books() -> dict[str, Rulebook]:
    return {year: haiten.compile(RULES / year / "municipal.haiten") for year in YEARS}


def keys(changes: tuple[Change, ...]) -> list[tuple[str, str | None, str | None]]:
    return [(change.kind, change.old_path, change.new_path) for change in changes]


def shown(found: Diff) -> str:
    output = io.StringIO()
    print_diff(Console(file=output, width=160, highlight=False, markup=False), found)
    return output.getvalue()


@pytest.mark.parametrize(("old", "new", "published"), [("r6", "r7", R7), ("r7", "r8", R8)])
def test_the_published_changes_and_no_more(
    books: dict[str, Rulebook],
    old: str,
    new: str,
    published: set[tuple[str, str | None, str | None]],
    request: pytest.FixtureRequest,
) -> None:
    """Each published change is listed once and nothing else is; the whole report is kept as a golden file."""
    found = diff(books[old], books[new])
    listed = keys(found.changes)
    assert set(listed) == published
    assert len(listed) == len(published)
    golden = HERE / f"{old}_{new}.txt"
    if request.config.getoption("--update-golden"):
        golden.write_text(shown(found), encoding="utf-8")
    assert shown(found) == golden.read_text(encoding="utf-8")


def test_points_before_and_after(books: dict[str, Rulebook]) -> None:
    """The points of the leaves of 支援Ⅰ(ⅰ)4, 6, 7 and 支援Ⅱ(ⅰ)1 are those of changes.md."""

    def points(year: str, indicator: str) -> str:
        nodes = books[year].program.nodes
        return " ".join(f"{nodes[path].label}{nodes[path].maximum}" for path in nodes[indicator].children)

    assert points("r6", "支援.Ⅰ.(ⅰ).4") == "ア1 イ2 ウ2 エ2"
    assert points("r7", "支援.Ⅰ.(ⅰ).4") == "ア1 イ2 ウ1 エ1 オ2"
    assert points("r6", "支援.Ⅰ.(ⅰ).7") == "ア1 イ2 ウ2 エ2"
    assert points("r7", "支援.Ⅰ.(ⅰ).7") == "ア1 イ1 ウ1 エ1 オ1 カ2"
    assert points("r7", "支援.Ⅰ.(ⅰ).6") == "ア1 イ2 ウ2 エ2 オ2"
    assert points("r8", "支援.Ⅰ.(ⅰ).6") == "ア1 イ1 ウ1 エ2 オ2 カ2"
    assert points("r7", "支援.Ⅱ.(ⅰ).1") == "ア5 イ5 ウ5 エ5 オ5"
    assert points("r8", "支援.Ⅱ.(ⅰ).1") == "ア4 イ4 ウ4 エ4 オ4 カ5"


def test_texts_that_were_estimated_are_not_called_changed(books: dict[str, Rulebook]) -> None:
    """Where the old text was a guess and the new one is sourced, the text became known; it may always have been so."""
    found = diff(books["r7"], books["r8"])
    assert len(found.known) == 10
    old = books["r7"].program.nodes
    for change in found.known:
        assert change.old_path is not None
        assert {c.kind for c in old[change.old_path].text_citations} == {"estimated"}


def test_consolidated_files_give_the_same_diff(books: dict[str, Rulebook]) -> None:
    """What the full texts say of each other is what the revisions say."""
    alone = {}
    for year, book in books.items():
        made = compile_source(Source(f"{year}.haiten", print_rulebook(book.program.syntax)))
        assert made.ok
        alone[year] = Rulebook(made)
    for old, new in (("r6", "r7"), ("r7", "r8"), ("r6", "r8")):
        through, without = diff(books[old], books[new]), diff(alone[old], alone[new])
        assert through.all_changes == without.all_changes
        assert through.meanings == without.meanings
        assert through.weights == without.weights
        assert through.source_changes == without.source_changes


def test_two_years_at_once(books: dict[str, Rulebook]) -> None:
    """From R6 to R8 an item is followed through both renumberings; what came and went between is not seen."""
    listed = keys(diff(books["r6"], books["r8"]).changes)
    assert ("renumbered", "支援.Ⅱ.(ⅰ).3", "支援.Ⅱ.(ⅰ).1") in listed
    assert ("renumbered", "支援.Ⅰ.(ⅰ).6.オ", "支援.Ⅰ.(ⅰ).6.カ") in listed
    assert ("added", None, "支援.Ⅱ.(ⅰ).1.カ") in listed


def test_backwards_is_the_mirror_image(books: dict[str, Rulebook]) -> None:
    """The diff from the new year to the old one tells each change the other way round.

    A text that became known is a guess again; from a known text to a guess is a change of words.
    """
    forward, back = (
        find_changes(match(books["r6"].program, books["r7"].program)),
        find_changes(match(books["r7"].program, books["r6"].program)),
    )
    mirrored = {"added": "deleted", "deleted": "added", "known": "reworded"}
    turned = {(mirrored.get(c.kind, c.kind), c.new_path, c.old_path) for c in forward}
    assert {(c.kind, c.old_path, c.new_path) for c in back} == turned


def rulebook(text: str) -> Rulebook:
    made = Rulebook(compile_source(Source("rules", text)))
    assert made.ok, made.diagnostics
    return made


@settings(max_examples=examples(20))
@given(SEEDS)
def test_a_rulebook_does_not_differ_from_itself(seed: int) -> None:
    """The diff of a rulebook with itself is empty; comments, layout and widths never show up."""
    text = print_rulebook(grow(seed))
    book = rulebook(text)
    assert diff(book, book).is_empty
    commented = "\n".join(f"  {line}  # 注" if line else line for line in text.replace("点", "点 ").split("\n"))
    other = rulebook(commented.replace("1点", "１点").replace(" (ⅰ) ", " （ⅰ） "))
    found = diff(book, other)
    assert found.is_empty
    assert shown(found).endswith("違いはありません。\n")


@settings(max_examples=examples(20))
@given(SEEDS)
def test_a_diff_does_not_depend_on_layout(seed: int) -> None:
    """What is found between two rulebooks is found between their formatted texts too."""
    old, new = (compile_source(Source("x", print_rulebook(b))).program for b in (grow(seed), next_year(seed)))
    assert old is not None
    assert new is not None
    again = [compile_source(Source("y", print_rulebook(program.syntax))).program for program in (old, new)]
    assert again[0] is not None
    assert again[1] is not None
    assert find_changes(match(old, new)) == find_changes(match(again[0], again[1]))


PREVIOUS_POINTS = """言語 1
令和6年度 市町村 評価指標
交付金 推進 「交」 3点
目標 Ⅰ 「目」 3点
指標群 (ⅰ) 「群」 3点
指標 1 「甲」 1点
指標 2 「乙」 2点
ア 「a」 1点 要件 前年度(得点(推進.Ⅰ.(ⅰ).1)) が 上位5割
イ 「b」 1点 要件 前年度(順位(得点(全体 から 推進.Ⅰ.(ⅰ).1 を除く))) が 3位以下
"""


def test_points_of_last_year_are_of_the_same_node_after_it_moved() -> None:
    """A node whose label changed is no other one in 前年度(得点(…)): the requirements that read it stay the same."""
    old = compile_source(Source("old", PREVIOUS_POINTS))
    moved = "推進.Ⅰ.(ⅰ).1 を 推進.Ⅰ.(ⅰ).2 とし、推進.Ⅰ.(ⅰ).2 を 推進.Ⅰ.(ⅰ).1 とする。\n"
    opening = "言語 1\n令和7年度 市町村 評価指標\n令和6年度 市町村 評価指標 を次のように改正する。\n"
    new = compile_source(Source("new", opening + moved), old)
    assert new.ok, new.diagnostics
    assert old.program is not None
    assert new.program is not None
    changes = find_changes(match(old.program, new.program))
    assert {change.kind for change in changes} == {"renumbered"}, changes
