"""R7 and R8, written as revisions, come to the published rulebooks."""

import csv
from pathlib import Path

import pytest
from rules_published import GROUPS

import haiten
import populations
from haiten.compiler.checks.sources import standing_of
from haiten.compiler.driver import compile_source
from haiten.compiler.identity.fingerprint import fingerprint
from haiten.compiler.printing.print_revision import print_file, print_sentence
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.source import Source

RULES = Path(__file__).parents[2] / "rules"
YEARS = {"r7": ("令和7年度", 297), "r8": ("令和8年度", 299)}


@pytest.fixture(scope="module", params=list(YEARS))
def year(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def book(year: str) -> haiten.Rulebook:
    return haiten.compile(RULES / year / "municipal.haiten")


def test_it_is_clean(book: haiten.Rulebook) -> None:
    """Neither errors nor warnings, in the revision and in what it makes of its base."""
    assert book.ok
    assert book.diagnostics == ()
    assert book.compilation.revision is not None


def test_its_leaves_are_the_published_ones(book: haiten.Rulebook, year: str) -> None:
    """All leaves, in order, with their points; 別枠 is known by its points alone."""
    name, count = YEARS[year]
    published = populations.published("indicators.csv", name, "points")
    assert {leaf.path: leaf.maximum for leaf in book.program.leaves} == published
    assert [leaf.path for leaf in book.program.leaves] == list(published)
    assert len(published) == count


def test_its_groups_have_the_published_maxima(book: haiten.Rulebook, year: str) -> None:
    """Groups, grants and the whole; R8 has 100 points outside the 800."""
    assert {path: book.program.nodes[path].maximum for path in GROUPS} == GROUPS
    assert book.program.maximum == 800
    outside = {grant.path: (grant.maximum, grant.undisclosed) for grant in book.program.grants if grant.special}
    assert outside == ({"成果指向": (100, 100)} if year == "r8" else {})


def test_every_text_says_what_it_stands_on(book: haiten.Rulebook, year: str) -> None:
    """No text is without a citation, and an estimated or derived one is marked as the data says."""
    with (populations.DATA / "indicators.csv").open(encoding="utf-8", newline="") as rows:
        status = {row["path"]: row["text_status"] for row in csv.DictReader(rows) if row["year"] == YEARS[year][0]}
    for leaf in book.program.leaves:
        if not leaf.is_shared:
            assert standing_of(leaf.text_citations) == status[leaf.path], leaf.path
    assert all(node.text_citations for node in book.program.nodes.values())


def test_nothing_stands_on_a_document_of_an_older_year(book: haiten.Rulebook) -> None:
    """Every source is this year's own."""
    assert all(source.year is None for source in book.program.syntax.sources)


def test_it_is_in_canonical_form(book: haiten.Rulebook, year: str) -> None:
    """Formatting changes nothing."""
    revision = book.compilation.revision
    assert revision is not None
    assert print_file(revision) == (RULES / year / "municipal.haiten").read_text(encoding="utf-8")


def test_an_amendment_is_told_by_the_line_that_it_begins_with(book: haiten.Rulebook) -> None:
    """Of a sentence or a declaration, whatever stands below it."""
    revision = book.compilation.revision
    assert revision is not None
    for amendment in revision.amendments:
        assert print_sentence(amendment) == amendment.span.text.splitlines()[0]


def test_its_consolidated_text_stands_alone(book: haiten.Rulebook) -> None:
    """It is clean, canonical, and the same rulebook with the same identities; it says nothing of amendments."""
    text = print_rulebook(book.program.syntax)
    alone = compile_source(Source("alone", text))
    assert alone.diagnostics == ()
    assert alone.program is not None
    assert alone.syntax == book.program.syntax
    assert print_rulebook(alone.program.syntax) == text
    assert fingerprint(alone.program.syntax) == book.fingerprint
    for path, node in book.program.nodes.items():
        assert alone.program.nodes[path].identity == node.identity
        assert alone.program.nodes[path].lineage == node.lineage
    assert "改める" not in text


def test_who_is_who() -> None:
    """Identities reach back to R6, through what was renumbered in R7 and R8."""
    nodes = haiten.compile(RULES / "r8" / "municipal.haiten").program.nodes
    identities = {path: node.identity.removeprefix("令和").split(":") for path, node in nodes.items()}
    assert identities["支援.Ⅱ.(ⅰ).1.ア"] == ["6年度", "市町村", "支援.Ⅱ.(ⅰ).3.ア"]
    assert identities["支援.Ⅱ.(ⅰ).3.ア"] == ["7年度", "市町村", "支援.Ⅱ.(ⅰ).3.ア"]
    assert identities["支援.Ⅰ.(ⅰ).6.カ"] == ["6年度", "市町村", "支援.Ⅰ.(ⅰ).6.オ"]
    assert identities["支援.Ⅰ.(ⅰ).7.オ"] == ["7年度", "市町村", "支援.Ⅰ.(ⅰ).7.オ"]
    assert identities["支援.Ⅳ.成果.1.ア.①"] == ["6年度", "市町村", "支援.Ⅳ.成果.1.ア.①"]
    assert len({node.identity for node in nodes.values()}) == len(nodes)


def test_every_touched_node_knows_its_amendments() -> None:
    """Which revision touched a node last, and why, is known of the consolidated rulebook."""
    nodes = haiten.compile(RULES / "r8" / "municipal.haiten").program.nodes
    touches = nodes["支援.Ⅰ.(ⅰ).7.エ"].decl.heading.touches
    assert [(touch.year, touch.what) for touch in touches] == [
        ("令和7年度", "支援.Ⅰ.(ⅰ).7.ウ から"),
        ("令和7年度", "配点の変更"),
        ("令和8年度", "文の変更"),
    ]
    (added,) = nodes["支援.Ⅱ.(ⅰ).1.カ"].decl.heading.touches
    assert added.reason is not None
    assert "認知症基本法" in added.reason.value
    assert nodes["推進.Ⅰ.(ⅰ).1.ア"].decl.heading.touches == ()
