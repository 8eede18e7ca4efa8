"""Sweeps are held to rulebooks that were really rewritten: other points in the text, compiled and scored again."""

import random
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.program.program import Program
from haiten.compiler.proofs.sheets import Sheet
from haiten.compiler.source import Source
from haiten.compiler.syntax import rulebook as s
from haiten.scoring.facts.facts import facts_from
from haiten.scoring.rulebook import Rulebook, compile_rulebook
from haiten.scoring.running.scores import Scores
from haiten.tabulation.simulation.scenarios import Scenarios, parse_ranges, read_scenarios, weights_of
from haiten.tabulation.simulation.sweep import BLOCK, Sweep, measures, sweep
from haiten.tabulation.simulation.sweep_tables import SweepReport
from haiten.testing.edit import balanced
from haiten.testing.grow import grow
from strategies import SEEDS, sheets_for

ROOT = Path(__file__).parents[2]
YEARS = ("r6", "r7", "r8")


def book_of(tree: s.RulebookFile) -> Rulebook:
    made = Rulebook(compile_source(Source("rewritten", print_rulebook(tree))))
    assert made.ok, made.diagnostics
    return made


def tree_of(rulebook: Rulebook) -> s.RulebookFile:
    assert rulebook.compilation.syntax is not None
    return rulebook.compilation.syntax


@cache
def real(year: str) -> Rulebook:
    return compile_rulebook(ROOT / "rules" / year / "municipal.haiten")


def rewritten(tree: s.RulebookFile, points: dict[str, int]) -> s.RulebookFile:
    """The rulebook with other points and 上限 written into it, and all sums above put right."""

    def rewrite(node: s.NodeDecl, above: str) -> s.NodeDecl:
        heading = node.heading
        path = f"{above}.{heading.label}".removeprefix(".")
        if path in points and heading.points:
            heading = evolve(heading, points=evolve(heading.points, value=points[path]))
        if f"{path}.上限" in points and heading.cap:
            heading = evolve(heading, cap=evolve(heading.cap, value=points[f"{path}.上限"]))
        return evolve(node, heading=heading, children=tuple(rewrite(child, path) for child in node.children))

    totals: dict[str, int] = {}
    return evolve(tree, grants=tuple(balanced(rewrite(grant, ""), "", totals) for grant in tree.grants))


def random_scenarios(program: Program, draw: random.Random, size: int, most: int) -> Scenarios:
    """Scenarios that change some weights, or all."""
    known = list(weights_of(program).values())
    weights = tuple(draw.sample(known, min(len(known), draw.choice([1, 2, most]))))
    values = np.array([[draw.randint(1, 9) for _ in weights] for _ in range(size)], dtype=np.int32)
    return Scenarios(weights, tuple(str(number) for number in range(1, size + 1)), values)


def population(program: Program, draw: random.Random, size: int, unknown: float, *, outcomes: bool = True) -> object:
    sheets = sheets_for(program, draw, size, unknown)
    return facts_from(program, sheets if outcomes else [evolve(sheet, outcomes={}) for sheet in sheets])


def hold_to_rewritten(tree: s.RulebookFile, base: Scores, made: Sweep) -> None:
    """Every scenario gives what the rewritten rulebook gives, for every body."""
    names = [weight.name for weight in made.scenarios.weights]
    for number, values in enumerate(made.scenarios.values.tolist()):
        book = book_of(rewritten(tree, dict(zip(names, values, strict=True))))
        certain, possible = book.score(base.run.facts).total()
        assert made.maxima[number] == book.program.maximum
        assert made.certain[number].tolist() == certain.tolist()
        assert made.possible[number].tolist() == possible.tolist()
        expected = [1 + sum(other > mine for other in certain.tolist()) for mine in certain.tolist()]
        assert made.ranks[number].tolist() == expected


@settings(max_examples=60)
@given(SEEDS, SEEDS, st.integers(1, 10), st.sampled_from([0.0, 0.1, 0.4]), st.booleans())
def test_random_rulebooks(seed: int, draw_seed: int, size: int, unknown: float, outcomes: bool) -> None:
    """Points, possible points, ranks and maxima are those of the rewritten text, whatever the conditions read."""
    tree, draw = grow(seed), random.Random(draw_seed)
    book = book_of(tree)
    base = book.score(population(book.program, draw, size, unknown, outcomes=outcomes))
    hold_to_rewritten(tree, base, sweep(base, random_scenarios(book.program, draw, 2, 40)))


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("most", [2, 1000])
def test_real_rulebooks(year: str, most: int) -> None:
    """The same on R6, R7 and R8, where an indicator ranks the score of the year and a goal stands in both grants."""
    book, draw = real(year), random.Random(f"{year} {most}")
    base = book.score(population(book.program, draw, 40, 0.1, outcomes=False))
    made = sweep(base, random_scenarios(book.program, draw, 2, most))
    hold_to_rewritten(tree_of(book), base, made)


@pytest.mark.parametrize("year", ["r6", "r7"])
def test_the_score_of_the_year_is_ranked_anew(year: str) -> None:
    """Only 今年度の評価得点 reads points: its four steps are run again, and some body passes or loses one by that."""
    book = real(year)
    base = book.score(population(book.program, random.Random(7), 60, 0.0, outcomes=False))
    read = parse_ranges(["推進.Ⅰ.(ⅰ).1.ア=0..40:40"], book.program)
    assert read.scenarios is not None
    made = sweep(base, read.scenarios)
    steps = [f"推進.Ⅰ.(ⅱ).1.{step}" for step in "アイウエ"]
    assert [path for stage in made.dependence.stages for path in stage.leaves] == steps
    assert made.fixed == []
    have = base.own("推進.Ⅰ.(ⅰ).1.ア")[0] > 0
    plain = base.total()[0] + have * (40 - book.program.nodes["推進.Ⅰ.(ⅰ).1.ア"].maximum)
    assert (made.certain[1] != plain).any()


def test_given_outcomes_stay() -> None:
    """An item that reads points, with every outcome given by the ministry, does not follow weights; that is said."""
    book, draw = real("r7"), random.Random(1)
    sheets = sheets_for(book.program, draw, 5, 0.0)
    steps = [f"推進.Ⅰ.(ⅱ).1.{step}" for step in "アイウエ"]
    told = [evolve(sheet, outcomes=dict.fromkeys(steps, True)) for sheet in sheets]
    base = book.score(facts_from(book.program, told))
    read = parse_ranges(["推進.Ⅰ.(ⅰ).1.ア=0..9"], book.program)
    assert read.scenarios is not None
    made = sweep(base, read.scenarios)
    assert made.dependence.stages == ()
    assert made.fixed == steps
    assert any("所与" in note for note in SweepReport(made).notes)


def test_blocks_join_without_seams() -> None:
    """More scenarios than a block holds come out in their order; the rulebook's own points give its own scores."""
    book = real("r7")
    base = book.score(population(book.program, random.Random(3), 8, 0.1, outcomes=False))
    read = parse_ranges([f"推進.Ⅰ.(ⅰ).1.ア=0..{2 * BLOCK}"], book.program)
    assert read.scenarios is not None
    made = sweep(base, read.scenarios)
    assert len(made.blocks) == 3
    now = read.scenarios.weights[0].now
    assert made.certain[now].tolist() == base.total()[0].tolist()
    assert made.maxima.tolist() == [book.program.maximum - now + points for points in range(2 * BLOCK + 1)]
    for number in (0, BLOCK - 1, BLOCK, 2 * BLOCK):
        points = [measures(made.certain[number]).mean, SweepReport(made).all_measures[number].mean]
        assert points[0] == points[1]
    assert not made.climbs[now].any()


# Scenarios


def test_ranges_make_the_product() -> None:
    """Ranges with and without a step, a single value, full-width signs, a 上限; the last changes fastest."""
    program = real("r7").program
    read = parse_ranges(["推進.Ⅰ.（i）.1.ア＝0..4:2", "推進.Ⅰ.(ⅰ).1.イ=7..8", "推進.Ⅰ.(ⅰ).1.ウ=3"], program)
    assert read.scenarios is not None
    assert [weight.name for weight in read.scenarios.weights] == [f"推進.Ⅰ.(ⅰ).1.{item}" for item in "アイウ"]
    assert read.scenarios.values.tolist() == [[a, b, 3] for a in (0, 2, 4) for b in (7, 8)]
    assert read.scenarios.names == ("1", "2", "3", "4", "5", "6")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("推進.Ⅰ.(ⅰ).1.ア", "H825"),
        ("推進.Ⅰ.(ⅰ).1.ア=", "H825"),
        ("推進.Ⅰ.(ⅰ).1.ア=3..1", "H821"),
        ("推進.Ⅰ.(ⅰ).1.ア=1..3:0", "H821"),
        ("推進.Ⅰ.(ⅰ).1.ア=-1..3", "H821"),
        ("推進.Ⅰ.(ⅰ).1.ア=1.5", "H821"),
        ("推進.Ⅰ.(ⅰ).1.ア=1..100000", "H818"),
        ("推進.Ⅰ.(ⅰ).1.ア=" + "9" * 5000, "H818"),
        ("推進.Ⅰ.(ⅰ).1=1..3", "H820"),
        ("推進.Ⅰ.(ⅰ).1.ア.上限=1..3", "H820"),
        ("支援.Ⅳ.成果.1.ア.①=1..3", "H820"),
        ("推進.Ⅰ.(ⅰ).1.ン=1..3", "H820"),
    ],
)
def test_wrong_ranges_are_told(written: str, code: str) -> None:
    """Each mistake has its code."""
    read = parse_ranges([written], real("r7").program)
    assert read.scenarios is None
    assert [diagnostic.code for diagnostic in read.diagnostics] == [code]


def test_all_mistakes_at_once_and_too_many_scenarios() -> None:
    """Two mistakes are both told, a path twice is one; a product beyond the limit is refused before it is made."""
    program = real("r7").program
    assert len(parse_ranges(["推進.Ⅰ.(ⅰ).1.ン=1", "推進.Ⅰ.(ⅰ).1.ア=x"], program).diagnostics) == 2
    twice = parse_ranges(["推進.Ⅰ.(ⅰ).1.ア=1", "推進.Ⅰ.(ⅰ).1.ア=2"], program)
    assert [diagnostic.code for diagnostic in twice.diagnostics] == ["H826"]
    many = [f"推進.Ⅰ.(ⅰ).{n}.ア=0..9999" for n in (1, 2)]
    assert [diagnostic.code for diagnostic in parse_ranges(many, program).diagnostics] == ["H822"]


def test_what_stands_by_the_same_names_its_origin() -> None:
    """A shared item is refused with the item whose points it follows; an indicator with the first item below it."""
    program = real("r7").program
    shared = parse_ranges(["支援.Ⅳ.成果.1.ア.①=1"], program).diagnostics[0]
    assert shared.advice[0] == "もしかして: 推進.Ⅳ.成果.1.ア.①"
    assert parse_ranges(["推進.Ⅰ.(ⅰ).1=1"], program).diagnostics[0].advice[0] == "もしかして: 推進.Ⅰ.(ⅰ).1.ア"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_scenario_file(encoding: str, tmp_path: Path) -> None:
    """A row per scenario, names where there are any; empty cells keep the rulebook's points, blank rows are none."""
    file = tmp_path / "s.csv"
    text = "シナリオ,推進.Ⅰ.(1).1.ア,推進.Ⅰ.(1).1.イ\n案A,6,２点\n,,\n,,1\n".replace("(1)", "(i)")
    file.write_text(text, encoding=encoding)
    read = read_scenarios(file, real("r7").program)
    assert read.diagnostics == ()
    assert read.scenarios is not None
    assert read.scenarios.names == ("案A", "2")
    assert read.scenarios.values.tolist() == [[6, 2], [4, 1]]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("推進.Ⅰ.(ⅰ).1.ア\n", ["H823"]),
        ("", ["H823"]),
        ("推進.Ⅰ.(ⅰ).1.ア\n1,2\n", ["H817"]),
        ("推進.Ⅰ.(ⅰ).1.ア,推進.Ⅰ.(ⅰ).1.ア\n1,2\n", ["H803"]),
        ("推進.Ⅰ.(ⅰ).1.ア,推進.Ⅰ.(ⅰ).1\n1,2\n", ["H820"]),
        ("推進.Ⅰ.(ⅰ).1.ア\n-1\n", ["H821"]),
        ("推進.Ⅰ.(ⅰ).1.ア\n123456\n", ["H818"]),
        ("推進.Ⅰ.(ⅰ).1.ア,\n1,2\n", ["H820"]),
        ("シナリオ,推進.Ⅰ.(ⅰ).1.ア\n案,1\n案,2\n 案 ,3\n", ["H828", "H828"]),
        ("シナリオ,推進.Ⅰ.(ⅰ).1.ア\n2,1\n,2\n", ["H828"]),
        ("シナリオ,推進.Ⅰ.(ⅰ).1.ア\n現行,1\n", ["H828"]),
    ],
)
def test_wrong_scenario_files_are_told(text: str, codes: list[str], tmp_path: Path) -> None:
    """Each mistake has its code and its cell."""
    file = tmp_path / "s.csv"
    file.write_text(text, encoding="utf-8")
    read = read_scenarios(file, real("r7").program)
    assert read.scenarios is None
    assert [diagnostic.code for diagnostic in read.diagnostics] == codes
    assert all(str(diagnostic.span).startswith(str(file)) for diagnostic in read.diagnostics)


def test_large_weights_are_added_up_without_overflow() -> None:
    """Points of scenarios that come to more than 32 bits hold together; so do the squares of large totals."""
    text = """言語 1
令和6年度 市町村 評価指標
交付金 推進 2点
  目標 Ⅰ 2点
    指標群 (ⅰ) 2点
      指標 1 1点
      指標 2 1点
"""
    made = Rulebook(compile_source(Source("rules", text)))
    paths = ["推進.Ⅰ.(ⅰ).1", "推進.Ⅰ.(ⅰ).2"]
    base = made.score(facts_from(made.program, [Sheet(answers=dict.fromkeys(paths, True)), Sheet()]))
    weights = tuple(weights_of(made.program)[path] for path in paths)
    most = 2**31 - 1
    swept = sweep(base, Scenarios(weights, ("1", "2"), np.array([[most, most], [1, 2]], dtype=np.int32)))
    assert swept.certain.tolist() == [[2 * most, 0], [3, 0]]
    assert swept.possible.tolist() == [[2 * most] * 2, [3, 3]]
    assert swept.maxima.tolist() == [2 * most, 3]
    points = np.array([99_999_999] * 2_000 + [0] * 2_000, dtype=np.int32)
    assert measures(points).deviation == Fraction(99_999_999, 2)
