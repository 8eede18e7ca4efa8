"""What rule authors draw from: sheets, rulebooks and revisions are what they are said to be."""

from pathlib import Path

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

import haiten
from haiten.compiler.driver import compile_source
from haiten.compiler.source import read_source
from haiten.scoring.facts.facts import facts_from
from haiten.scoring.rulebook import Rulebook
from haiten.testing import facts, revisions, rulebooks, sheets
from haiten.testing.oracle import Oracle

ROOT = Path(__file__).parents[2]
RULES = {year: haiten.compile(ROOT / "rules" / year / "municipal.haiten") for year in ("r6", "r7", "r8")}
R6 = RULES["r6"]
SMALL = Rulebook(compile_source(read_source(ROOT / "tests/proofs/good/a_rank_among_those_who_do_it.haiten")))


@settings(max_examples=100)
@given(st.data())
def test_any_sheet_of_a_random_rulebook_is_scored_as_the_oracle_does(data: st.DataObject) -> None:
    """Unknown cells and given outcomes included."""
    rulebook = data.draw(rulebooks())
    population = data.draw(sheets(rulebook))
    scores, oracle = (
        rulebook.score(facts_from(rulebook.program, population)),
        Oracle(rulebook.program, list(population)),
    )
    for path in rulebook.program.nodes:
        certain, possible = scores.counted(path)
        for body in range(len(population)):
            expected = oracle.counted(path, body)
            assert (certain[body], possible[body]) == (expected.certain, expected.possible), path


@settings(max_examples=30)
@given(st.data())
def test_a_sheet_reaches_what_it_should(data: st.DataObject) -> None:
    """Whatever is drawn besides, the first body gets the most points of the node."""
    rulebook = data.draw(st.sampled_from([R6, SMALL]))
    paths = [node.path for node in rulebook.program.nodes.values() if not node.is_shared]
    path = data.draw(st.sampled_from(paths))
    drawn = data.draw(facts(rulebook, reaching=path))
    assert rulebook.score(drawn).own(path)[0][0] == rulebook.program.nodes[path].maximum


@settings(max_examples=8)
@given(st.data())
def test_revisions_of_the_real_rulebooks_compile(data: st.DataObject) -> None:
    """A revision is written as a 改め文 of the next year, and what it makes can be scored."""
    rulebook = data.draw(st.sampled_from([*RULES.values(), SMALL]))
    revised = data.draw(revisions(rulebook))
    assert revised.compilation.revision is not None
    assert revised.compilation.base is rulebook.compilation
    population = data.draw(sheets(revised, bodies=2))
    assert len(revised.score(facts_from(revised.program, population)).bodies) == len(population)


def test_sheets_shrink_to_little() -> None:
    """What a property is broken by is told by the one cell that matters."""
    smallest = find(sheets(SMALL), lambda drawn: any(sheet.answers.get("x") or sheet.numbers["甲"] for sheet in drawn))
    assert len(smallest) == 1
    assert smallest[0].outcomes == {}


def test_what_cannot_be_reached_is_refused() -> None:
    """There is no sheet to start from where a maximum is open."""
    path = ROOT / "tests/proofs/bad/a_mean_of_points_left_open.haiten"
    with pytest.raises(ValueError, match=r"推進\.Ⅰ\.\(ⅰ\)\.1\.ア"):
        facts(Rulebook(compile_source(read_source(path))), reaching="推進.Ⅰ.(ⅰ).1.ア")
