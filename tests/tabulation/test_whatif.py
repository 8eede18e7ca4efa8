"""One body with other facts, held to the oracle on sheets that really say the other thing."""

import random
from fractions import Fraction
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import populations
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.program.fact_columns import schema_of
from haiten.compiler.program.program import Program
from haiten.compiler.proofs.sheets import Sheet
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import Body, facts_from
from haiten.scoring.rulebook import Rulebook, compile_rulebook
from haiten.tabulation.simulation.whatif import WhatIf, altered, compare, read_settings
from haiten.testing.grow import grow
from haiten.testing.grow_conditions import quantity
from haiten.testing.oracle import Oracle
from strategies import SEEDS, sheets_for

ROOT = Path(__file__).parents[2]
R7 = compile_rulebook(ROOT / "rules" / "r7" / "municipal.haiten")
VILLAGE = ROOT / "examples" / "kitashiobara_r7.csv"


def settings_of(program: Program, draw: random.Random, count: int) -> list[str]:
    """Random settings of different columns, some to 不明."""
    schema = schema_of(program)
    written = [leaf.path for leaf in program.leaves if not leaf.is_shared]
    columns = [*schema.numbers, *(p for p in written if program.nodes[p].answered), *(f"所与.{p}" for p in written)]
    told = []
    for column in draw.sample(columns, min(count, len(columns))):
        value = str(draw.randint(1, 5)) if column in schema.numbers else draw.choice("○×")
        told.append(f"{column}={draw.choice([value, value, '不明'])}")
    return told


def applied(sheet: Sheet, written: list[str], program: Program) -> Sheet:
    """The sheet that says what was set, made without the product."""
    schema, made = schema_of(program), sheet.copy()
    for text in written:
        column, value = text.split("=")
        if column in schema.numbers:
            made.numbers[column] = None if value == "不明" else Fraction(value)
        else:
            truths = made.outcomes if column.startswith("所与.") else made.answers
            truths[column.removeprefix("所与.")] = None if value == "不明" else value == "○"
    return made


@settings(max_examples=60)
@given(SEEDS, SEEDS, st.integers(1, 8), st.sampled_from([0.0, 0.2]))
def test_it_is_the_score_of_the_changed_sheet(seed: int, draw_seed: int, size: int, unknown: float) -> None:
    """Totals, ranks, changed nodes and others are those of two runs of the oracle, by another 定数 or the same."""
    draw, grown = random.Random(draw_seed), grow(seed)
    book = Rulebook(compile_source(Source("random", print_rulebook(grown))))
    program, tried = book.program, book
    if draw.random() < 0.4:
        constants = (evolve(grown.constants[0], value=quantity(draw.randrange(12), "%")), *grown.constants[1:])
        tried = Rulebook(compile_source(Source("tried", print_rulebook(evolve(grown, constants=constants)))))
    sheets = sheets_for(program, draw, size, unknown)
    bodies = tuple(Body(code, prefecture=draw.choice("甲乙")) for code in populations.codes(size))
    facts = evolve(facts_from(program, sheets), bodies=bodies)
    body, written = draw.randrange(size), settings_of(program, draw, draw.choice([1, 4]))
    read = read_settings(written, program, bodies[body].code)
    assert read.facts is not None, read.diagnostics
    before = book.score(facts)
    found = compare(before, tried.score(altered(facts, body, read.facts)), body, read.facts)
    after = [applied(sheet, written, program) if i == body else sheet for i, sheet in enumerate(sheets)]
    oracles = Oracle(program, sheets), Oracle(tried.program, after)
    for total, oracle in zip(found.totals, oracles, strict=True):
        points = [oracle.own(grant.path, body) for grant in program.grants if not grant.special]
        assert total.certain == sum(p.certain for p in points)
        assert total.possible == sum(p.possible for p in points)
    changed = [path for path in program.nodes if oracles[0].counted(path, body) != oracles[1].counted(path, body)]
    assert [delta.node.path for delta in found.deltas] == changed
    assert all(delta.reasons for delta in found.deltas if delta.node.is_leaf), found.deltas
    sums = [
        [sum(o.own(grant.path, i).certain for grant in program.grants if not grant.special) for i in range(size)]
        for o in oracles
    ]
    mates = [i for i in range(size) if bodies[i].prefecture == bodies[body].prefecture]
    expected = [] if size == 1 else [
        (1 + sum(old[i] > old[body] for i in among), 1 + sum(new[i] > new[body] for i in among), len(among))
        for old, new in [sums] for among in (range(size), mates)
    ]  # fmt: skip
    assert [(rank.before, rank.after, rank.size) for rank in found.ranks] == expected
    moved = [
        any(oracles[0].own(g.path, i) != oracles[1].own(g.path, i) for g in program.grants if not g.special)
        for i in range(size)
    ]
    assert found.others <= sum(moved) - moved[body]


def village(*written: str) -> WhatIf:
    facts = R7.read_facts(VILLAGE).facts
    assert facts is not None
    read = read_settings(written, R7.program, "074021")
    assert read.facts is not None, read.diagnostics
    return compare(R7.score(facts), R7.score(altered(facts, 0, read.facts)), 0, read.facts)


def test_an_answer_of_the_village() -> None:
    """北塩原村 R7 has 339 points; an answer of 4 points withdrawn leaves 335, and says so down to the item."""
    found = village("推進.Ⅰ.(ⅰ).1.ア=×")
    assert [total.certain for total in found.totals] == [339, 335]
    assert [delta.node.path for delta in found.deltas][-1] == "推進.Ⅰ.(ⅰ).1.ア"
    assert found.deltas[-1].reasons == ("調査の回答: 該当 → 非該当",)
    assert [delta.node.path for delta in found.deltas[:-1]] == ["推進", "推進.Ⅰ", "推進.Ⅰ.(ⅰ)", "推進.Ⅰ.(ⅰ).1"]
    assert (found.ranks, found.others) == ((), 0)


def test_not_knowing_makes_a_range() -> None:
    """不明 takes an answer back: what was certain is only possible."""
    found = village("推進.Ⅰ.(ⅰ).1.ア=不明")
    assert (found.totals[1].certain, found.totals[1].possible) == (335, 339)
    assert found.changes[0].after == "不明"


def test_a_given_outcome_holds_against_facts() -> None:
    """An answer whose outcome the ministry gave changes nothing, and that is said; without the outcome it counts."""
    path = "推進.Ⅰ.(ⅰ).1.ア"
    facts = R7.read_facts(VILLAGE).facts
    assert facts is not None
    first = read_settings([f"所与.{path}=該当"], R7.program, "074021").facts
    second = read_settings([f"{path}=×"], R7.program, "074021").facts
    assert first is not None
    assert second is not None
    told = altered(facts, 0, first)
    found = compare(R7.score(told), R7.score(altered(told, 0, second)), 0, second)
    assert (found.deltas, found.inert) == ((), (path,))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("推進.Ⅰ.(ⅰ).1.カ=×", "H824"),
        ("団体名=甲村", "H824"),
        ("属性.規模=大", "H824"),
        ("推進.Ⅰ.(ⅰ).1.ア", "H825"),
        ("推進.Ⅰ.(ⅰ).1.ア=", "H825"),
        ("推進.Ⅰ.(ⅰ).1.ア=はい", "H805"),
        ("高齢者人口=多い", "H806"),
        ("高齢者人口=-5", "H807"),
        ("高齢者人口=1.5", "H808"),
        ("高齢者人口=" + "9" * 16, "H818"),
    ],
)
def test_wrong_settings_are_told(written: str, code: str) -> None:
    """Values are read as a fact file's are, and mistakes have the same codes; the place is the option."""
    read = read_settings([written], R7.program, "074021")
    assert read.facts is None
    assert [diagnostic.code for diagnostic in read.diagnostics] == [code]
    assert str(read.diagnostics[0].span).startswith("--set: ")


def test_a_column_set_twice_is_told() -> None:
    """Twice is once too often, however it is written."""
    read = read_settings(["推進.Ⅰ.(ⅰ).1.ア=×", "推進.Ⅰ.（i）.1.ア＝○"], R7.program, "074021")
    assert [diagnostic.code for diagnostic in read.diagnostics] == ["H826"]
