"""A derived revision leads from one rulebook to the other, whatever the two are like."""

from attrs import evolve
from hypothesis import given

from haiten.comparison.derive import derive
from haiten.compiler import syntax as s
from haiten.compiler.amendments import Revision
from haiten.compiler.diagnostics import has_errors
from haiten.compiler.driver import read
from haiten.compiler.lineage import identity_of, trace_lineages
from haiten.compiler.nodes import index_nodes
from haiten.compiler.print_revision import print_revision
from haiten.compiler.printer import print_rulebook
from haiten.compiler.revise import revise
from haiten.compiler.source import Source
from haiten.testing.edit import NEXT_YEAR, next_year
from haiten.testing.grow import grow
from strategies import SEEDS


def reread(book: s.Rulebook) -> s.Rulebook:
    """The rulebook as its own text says it."""
    tree = read(Source("book", print_rulebook(book))).tree
    assert isinstance(tree, s.Rulebook)
    return tree


def identities(book: s.Rulebook) -> dict[str, str]:
    since = book.since or book.header.year
    lineages = trace_lineages(index_nodes(book), book.header.year)
    return {path: identity_of(lineage, book.header.scope, since) for path, lineage in lineages.items()}


def check(base: s.Rulebook, new: s.Rulebook) -> Revision:
    revision = derive(base, new)
    made = revise(base, revision)
    assert not has_errors(made.diagnostics), made.diagnostics
    assert made.rulebook == new
    written = read(Source("revision", print_revision(revision))).tree
    assert written == revision
    assert isinstance(written, Revision)
    again = revise(base, written)
    assert again.rulebook == new
    return revision


@given(SEEDS)
def test_the_next_year_of_a_rulebook(seed: int) -> None:
    """Edits of every kind are told, and every node keeps the identity that the new rulebook records."""
    base, new = reread(grow(seed)), reread(next_year(seed))
    made = revise(base, check(base, new)).rulebook
    assert made is not None
    recorded = identities(evolve(new, since=base.header.year))
    assert identities(made) == recorded


@given(SEEDS, SEEDS)
def test_two_rulebooks_that_have_nothing_to_do_with_each_other(first: int, second: int) -> None:
    """Even then a revision leads from one to the other."""
    check(reread(grow(first)), reread(next_year(second, record=False)))


@given(SEEDS)
def test_nothing_is_derived_of_what_is_the_same(seed: int) -> None:
    """The same rulebook one year later needs no amendment but of its citations."""
    base = reread(grow(seed))
    header = s.Header(NEXT_YEAR, "市町村", base.header.span)
    revision = derive(base, evolve(base, header=header))
    assert len(revision.amendments) <= 2  # the 出典 is declared anew, and cited instead of last year's


@given(SEEDS)
def test_a_revision_cannot_be_applied_twice(seed: int) -> None:
    """What was amended is of another year than the revision says."""
    base, new = reread(grow(seed)), reread(next_year(seed))
    revision = derive(base, new)
    made = revise(base, revision).rulebook
    assert made is not None
    twice = revise(made, revision)
    assert [d.code for d in twice.diagnostics] == ["H603"]
