"""What に同じ brought in, once it stands itself: it says of its own nodes what the original says of its own."""

import re

from attrs import evolve
from hypothesis import assume, given

from haiten.compiler.diagnostics import has_errors
from haiten.compiler.driver import read
from haiten.compiler.identity.lineage import identity_of, trace_lineages
from haiten.compiler.identity.node_index import index_nodes
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.program.terms import AnswerTo, FactValue, Met, PreviousScore, ScoreValue
from haiten.compiler.resolving.resolve import resolve
from haiten.compiler.revising.revise import revise
from haiten.compiler.source import Source
from haiten.compiler.syntax.expressions import PathRef, rebuild
from haiten.compiler.syntax.revision import Amendment, BaseLine, Revision, Separate, Stretch
from haiten.compiler.syntax.rulebook import RulebookFile
from haiten.testing.grow import NOWHERE, grow
from strategies import SEEDS

HERE, THERE = "支援.Ⅰ", "推進.Ⅰ"


def reread(book: RulebookFile) -> RulebookFile:
    tree = read(Source("book", print_rulebook(book))).tree
    assert isinstance(tree, RulebookFile)
    return tree


def moved(path: str) -> str:
    """The path of a copied node, of the path of its original."""
    return HERE + path.removeprefix(THERE) if path == THERE or path.startswith(f"{THERE}.") else path


def as_copied(part: object) -> object | None:
    """A part of the original's condition as the copy's says it."""
    if isinstance(part, Met | AnswerTo):
        return evolve(part, path=moved(part.path))
    if isinstance(part, ScoreValue):
        return evolve(part, paths=tuple(map(moved, part.paths)))
    if isinstance(part, FactValue) and "に当たる値(" in part.fact.name:  # last year's cut-off of points
        return evolve(part, fact=evolve(part.fact, name=re.sub(rf"{THERE}(?=[.)、 ])", HERE, part.fact.name)))
    if isinstance(part, PreviousScore):
        return evolve(part, column=re.sub(rf"{THERE}(?=[.)、 ])", HERE, part.column))
    return None


def separated(base: RulebookFile) -> RulebookFile:
    header = evolve(base.header, year="令和7年度")
    one, other = (Stretch(PathRef(tuple(path.split(".")), NOWHERE), None, NOWHERE) for path in (HERE, THERE))
    line = BaseLine(base.header.year, base.header.scope, NOWHERE)
    made = revise(base, Revision(header, line, None, (Amendment(Separate(((one, other),)), NOWHERE),)))
    assert not has_errors(made.diagnostics), made.diagnostics
    assert made.rulebook is not None
    return made.rulebook


def identities(book: RulebookFile) -> dict[str, str]:
    lineages = trace_lineages(index_nodes(book), book.header.year)
    since = book.since or book.header.year
    return {path: identity_of(lineage, book.header.scope, since) for path, lineage in lineages.items()}


@given(SEEDS)
def test_a_copy_says_of_itself_what_the_original_says_of_itself(seed: int) -> None:
    """Points, ways of adding and conditions are the same, every node keeps its identity, and nothing is shared."""
    base = reread(grow(seed))
    assume(any(grant.heading.label == "支援" for grant in base.grants))
    book = separated(base)
    program = resolve(reread(book)).program
    assert identities(book) == identities(base)
    originals = [node for node in program.nodes.values() if moved(node.path) != node.path]
    assert originals
    for node in originals:
        copy = program.nodes[moved(node.path)]
        assert not copy.is_shared
        assert (copy.maximum, copy.mode, copy.cap, copy.text) == (node.maximum, node.mode, node.cap, node.text)
        assert copy.condition == rebuild(node.condition, as_copied)


@given(SEEDS)
def test_the_original_is_left_as_it_was(seed: int) -> None:
    """Outside the copy no condition means anything else."""
    base = reread(grow(seed))
    assume(any(grant.heading.label == "支援" for grant in base.grants))
    before, after = resolve(base).program, resolve(reread(separated(base))).program
    for path, node in before.nodes.items():
        if not node.is_shared and all(here not in str(node.condition) for here in (f"'{HERE}", f"'{THERE}")):
            assert after.nodes[path].condition == node.condition
