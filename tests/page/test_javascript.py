"""A rulebook in JavaScript scores as the evaluator does: run by Node, node by node and reason by reason."""

import csv
import random
import subprocess
from pathlib import Path

import pytest
from attrs import evolve
from three_readings import read_alike

import haiten
from haiten.backends.javascript.node import BodiesForNode, score_by_node
from haiten.backends.sql import to_sql
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.source import Source
from haiten.pages.kept import kept_ranks
from haiten.pages.known import known_of_body
from haiten.scoring.cutoffs.cutoffs import stored_of
from haiten.scoring.facts.facts import Facts, facts_from, numbers_from
from haiten.scoring.rulebook import Rulebook
from haiten.testing.grow import grow
from javascript_agreement import Case, body_alone, differences
from sql_tables import real_sheets
from strategies import sheets_for

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TSC = ROOT / "build" / "node" / "node_modules" / ".bin" / "tsc"
YEARS = ["r6/municipal", "r7/municipal", "r8/municipal", "r7/prefectural", "r8/prefectural"]


def made_of(seed: int) -> Rulebook:
    made = Rulebook(compile_source(Source("random", print_rulebook(grow(seed)))))
    assert made.ok
    return made


def cases_of(made: Rulebook, draw: random.Random, size: int, unknown: float) -> list[Case]:
    """The bodies of a random population, each alone and each placed by what the population leaves behind."""
    sheets = sheets_for(made.program, draw, size, unknown)
    stored = stored_of(made.score(facts_from(made.program, sheets)))
    others = sheets_for(made.program, draw, 2, unknown)
    facts = [facts_from(made.program, [sheet]) for sheet in (*sheets, *others)]
    given = [with_points(made, draw, each) for each in facts[:3]]
    return [Case(made, facts, stored), Case(made, facts[:3]), Case(made, given)]


def with_points(made: Rulebook, draw: random.Random, facts: Facts) -> Facts:
    """The same body, of which the points of some nodes are known besides, as in a file of results."""
    nodes = made.program.nodes
    told = draw.sample(list(nodes), max(1, len(nodes) // 6))
    points = {path: numbers_from([draw.randint(0, nodes[path].maximum)], 0) for path in told}
    return evolve(facts, points=points)


@pytest.mark.parametrize("part", range(4))
def test_random_rulebooks_agree(part: int) -> None:
    """Points, cuts, verdicts, what was given, and reasons, of bodies of random populations and others."""
    cases = []
    for seed in range(part * 40, part * 40 + 40):
        draw = random.Random(seed)
        cases += cases_of(made_of(seed), draw, draw.randint(1, 8), draw.choice([0.0, 0.1, 0.4]))
    found = differences(cases)
    assert not found, found[:5]


@pytest.mark.parametrize("seed", range(300, 312))
def test_every_reading_says_the_same(seed: int) -> None:
    """The run, the oracle, SQL on DuckDB, the plan of one body, and JavaScript, with ties at cut-offs and unknowns."""
    made, draw = made_of(seed), random.Random(seed)
    if to_sql(made.evaluator, "duckdb").text is None:
        pytest.skip("SQL cannot hold its values")
    sheets = sheets_for(made.program, draw, 5, 0.1)
    stored = stored_of(read_alike(made, sheets))
    found = differences([Case(made, [facts_from(made.program, [sheet]) for sheet in sheets], stored)])
    assert not found, found[:5]


@pytest.mark.parametrize("year", YEARS)
def test_the_real_rulebooks_agree(year: str) -> None:
    """Every node of the real rulebooks, for bodies with close, equal, huge and unknown numbers."""
    made = haiten.compile(ROOT / "rules" / f"{year}.haiten")
    cases = []
    for unknown in (0.0, 0.2):
        draw = random.Random(f"{year}{unknown}")
        sheets = real_sheets(made.program, draw, 20, unknown)
        stored = stored_of(made.score(facts_from(made.program, sheets)))
        facts = [facts_from(made.program, [sheet]) for sheet in sheets]
        cases += [Case(made, facts, stored), Case(made, facts[:4])]
    found = differences(cases)
    assert not found, found[:5]


@pytest.mark.parametrize("seed", range(30))
def test_without_cutoffs_no_rank_is_said_to_be_reached_or_not(seed: int) -> None:
    """The ranges of a body whose ranks are not known hold what it comes to in a population."""
    draw = random.Random(seed)
    made = made_of(seed)
    sheets = sheets_for(made.program, draw, 6, 0.1)
    scores = made.score(facts_from(made.program, sheets))
    bodies = [known_of_body(facts_from(made.program, [sheet])) for sheet in sheets]
    (results,) = score_by_node([BodiesForNode(made.evaluator, kept_ranks(None), bodies, reasons=False)])
    for body, result in enumerate(results):
        for path, told in zip(made.program.nodes, result["nodes"], strict=True):
            own, counted = scores.ranges(path, body)
            assert told[0] <= own.certain <= own.possible <= told[1], path
            assert told[2] <= counted.certain <= counted.possible <= told[3], path


PUBLISHED = {
    "kitashiobara_r6.csv": ("令和6年度", "results_kitashiobara.csv"),
    "kitashiobara_r7.csv": ("令和7年度", "results_kitashiobara.csv"),
    "higashikawa_biei_r6.csv": ("令和6年度", "results_higashikawa_biei.csv"),
    "higashikawa_biei_r7.csv": ("令和7年度", "results_higashikawa_biei.csv"),
    "higashikawa_biei_r8.csv": ("令和8年度", "results_higashikawa_biei.csv"),
}


@pytest.mark.parametrize("file", PUBLISHED)
def test_the_published_sheets_come_out(file: str) -> None:
    """The points that were published of each body, leaf by leaf; by the cut-offs of others all is as haiten has it."""
    year, results = PUBLISHED[file]
    made = haiten.compile(ROOT / "rules" / f"r{year[2]}" / "municipal.haiten")
    read = made.read_facts(ROOT / "examples" / file).facts
    assert read is not None
    alone = Case(made, [body_alone(read, body) for body in range(len(read))])
    nation = facts_from(made.program, real_sheets(made.program, random.Random(year), 40, 0.1))
    assert not differences([alone, Case(made, alone.facts, stored_of(made.score(nation)))])
    with (ROOT / "tests" / "data" / results).open(encoding="utf-8", newline="") as table:
        published = [row for row in csv.DictReader(table) if row["year"] == year]
    (scored,) = score_by_node([alone.batch()])
    places = {path: place for place, path in enumerate(made.program.nodes)}
    names = [body.name for body in read.bodies]
    leaves = [row for row in published if made.program.nodes[row["path"]].is_leaf]
    assert len(leaves) >= 100 * len(names)
    for row in leaves:
        body = scored[names.index(row["municipality"])] if "municipality" in row else scored[0]
        assert body["nodes"][places[row["path"]]][2:4] == [int(row["points"])] * 2, row


def test_the_types_of_all_scripts() -> None:
    """TypeScript finds nothing wrong with what the comments say of the scripts' types."""
    done = subprocess.run([TSC, "-p", HERE / "tsconfig.json"], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout
