"""Rivals do the same work as haiten: their points are equal, leaf by leaf and body by body."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from haiten.benchmarks.measure import Measurement, Times, digests_of
from haiten.benchmarks.population import BenchPopulation, draw
from haiten.benchmarks.rivals import BASE, RIVALS, AgreedPoints, Rival, Work
from haiten.benchmarks.rules import NotInRulesError, rules_of
from haiten.benchmarks.run import BenchmarkError, hold
from haiten.scoring.rulebook import compile_rulebook

ROOT = Path(__file__).parents[2]
HERE = ("numpy", "python")  # those that need no package beyond haiten's own


@cache
def work(year: str) -> Work:
    rulebook = compile_rulebook(ROOT / "rules" / year / "municipal.haiten")
    return Work(rulebook, rulebook.program, rules_of(rulebook.program))


@cache
def rival(name: str, year: str) -> Rival:
    return RIVALS[name].load()(work(year))


def points(name: str, year: str, population: BenchPopulation) -> AgreedPoints:
    worker = rival(name, year)
    return worker.points(worker.run(worker.load(population)))


def coarse(population: BenchPopulation, values: int) -> BenchPopulation:
    """The same with few distinct values, so that nearly all bodies tie with others."""
    # Head counts stay positive, since they divide.
    numbers = {name: cells % values + (name == "高齢者人口") for name, cells in population.numbers.items()}
    return evolve(population, numbers=numbers)


def differing(year: str, mine: AgreedPoints, theirs: AgreedPoints) -> list[str]:
    assert mine.leaves.shape == theirs.leaves.shape
    rows = np.flatnonzero((mine.leaves != theirs.leaves).any(axis=1))
    return [work(year).rules.leaves[row].path for row in rows]


@pytest.mark.parametrize("year", ["r6", "r7", "r8"])
@pytest.mark.parametrize("name", HERE)
@settings(max_examples=25)
@given(size=st.integers(1, 80), seed=st.integers(0, 2**32), values=st.sampled_from([1, 2, 3, 7, 2**26]))
def test_points_are_equal_leaf_by_leaf(name: str, year: str, size: int, seed: int, values: int) -> None:
    """Generated plain Python and the kernel give haiten's points, with few ties and with many."""
    population = coarse(draw(work(year).program, work(year).rules, size, seed), values)
    ours, theirs = points(BASE, year, population), points(name, year, population)
    assert differing(year, ours, theirs) == []
    assert np.array_equal(ours.totals, theirs.totals)


@pytest.mark.parametrize("name", HERE)
def test_points_are_equal_in_a_nation(name: str) -> None:
    """So they are for as many bodies as Japan has municipalities."""
    population = draw(work("r8").program, work("r8").rules, 1_741)
    ours, theirs = points(BASE, "r8", population), points(name, "r8", population)
    assert differing("r8", ours, theirs) == []
    assert np.array_equal(ours.totals, theirs.totals)


def test_populations_hold_what_makes_ranks_hard() -> None:
    """A drawn nation has ties, bodies without a rank, ties in いずれか that places decide, and every leaf both ways."""
    rules, population = work("r8").rules, draw(work("r8").program, work("r8").rules, 1_741)
    assert all(len(np.unique(cells)) < 1_741 for cells in population.numbers.values())
    assert all((population.numbers[order.among] == 0).any() for order in rules.orders if order.among)
    scored = points(BASE, "r8", population).leaves > 0
    assert scored.any(axis=1).all()
    assert not scored.all(axis=1).any()
    scores = work("r8").rulebook.score(rival(BASE, "r8").load(population))
    for choice in ("推進.Ⅳ.成果.1", "推進.Ⅳ.成果.3", "推進.Ⅳ.成果.5"):
        first, second = (scores.own(f"{choice}.{child}")[0] for child in "アイ")
        taken = scores.counted(f"{choice}.ア")[0] > 0
        tied = (first == second) & (first > 0)
        assert (tied & taken).any()
        assert (tied & ~taken).any()


def test_a_population_is_drawn_again_alike() -> None:
    """The same seed gives the same facts, another seed others."""
    one, two, other = (draw(work("r8").program, work("r8").rules, 30, seed) for seed in (5, 5, 6))
    assert all(np.array_equal(one.numbers[name], two.numbers[name]) for name in one.numbers)
    assert any(not np.array_equal(one.numbers[name], other.numbers[name]) for name in one.numbers)


def test_other_forms_are_refused() -> None:
    """A rulebook with conditions that rivals are not told of is no work for them."""
    path = ROOT / "tests" / "diagnostics" / "good" / "every_form_of_condition_and_value.haiten"
    with pytest.raises(NotInRulesError, match="not told of"):
        rules_of(compile_rulebook(path).program)


def test_a_point_that_differs_is_told_by_its_leaf() -> None:
    """A rival that gives one body one point more is stopped, and the leaf is named."""
    right = points(BASE, "r8", draw(work("r8").program, work("r8").rules, 9))
    wrong = AgreedPoints(right.leaves.copy(), right.totals)
    wrong.leaves[7, 3] += 1
    base = Measurement(BASE, 9, 0.0, 0.0, 3, Times(0.1, 0.1), 0, 0, digests_of(right), {})
    hold(evolve(base, rival="numpy"), base)
    with pytest.raises(
        BenchmarkError,
        match=r"numpy.*異なる項目: " + work("r8").rules.leaves[7].path.replace("(", r"\(").replace(")", r"\)") + "$",
    ):
        hold(evolve(base, rival="numpy", digests=digests_of(wrong)), base)


def test_a_cell_is_measured_in_a_process_of_its_own() -> None:
    """The command that measures one cell prints times, memory and digests equal to haiten's."""
    ours, theirs = (json.loads(measured(name, "25").stdout) for name in (BASE, "numpy"))
    assert ours["digests"] == theirs["digests"]
    assert len(ours["digests"]) == len(work("r8").rules.leaves) + len(work("r8").rules.grants) + 1
    for cell in (ours, theirs):
        assert cell["runs"] >= 3
        assert cell["time"]["cpu"] > 0
        assert cell["time"]["wall"] > 0
        assert cell["peak"] >= cell["loaded"] > 2**20


def measured(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "haiten.benchmarks.measure", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True)
