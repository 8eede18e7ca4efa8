"""Properties of every sheet of the real R6 rulebook, whatever is missing, given or raw."""

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import haiten
import populations
from effort import examples
from haiten.compiler.program.fact_columns import schema_of
from haiten.scoring.cutoffs.cutoffs import cutoffs_json
from haiten.scoring.cutoffs.read_cutoffs import read_cutoffs
from haiten.scoring.facts.facts import Body, Facts, Truth, numbers_from, truth_from
from haiten.scoring.running.scores import Scores
from haiten.scoring.running.stored_ranking import StoredRanking

R6 = haiten.compile(Path(__file__).parents[3] / "rules" / "r6" / "municipal.haiten")
SCHEMA = schema_of(R6.program)
ASKED = [leaf.path for leaf in R6.program.leaves if leaf.answered]
RANKED = [leaf.path for leaf in R6.program.leaves if not leaf.answered and not leaf.is_shared]
# A sheet is drawn from a seed, so that an example stays small: hypothesis shrinks the seed and the shares.
Sheet = tuple[int, int, float, float]
SHEETS = st.tuples(
    st.integers(0, 2**32), st.integers(1, 12), st.sampled_from([0.0, 0.1, 0.5, 1.0]), st.sampled_from([0.0, 0.3, 1.0])
)


def number(draw: random.Random, column: str) -> int:
    """A value in the declared range, scaled; few different ones, so that ties are common."""
    fact = SCHEMA.numbers[column].fact
    assert fact is not None
    low = -300 if fact.low is None else int(fact.low * 10**fact.decimals)
    high = low + 600 if fact.high is None else int(fact.high * 10**fact.decimals)
    return draw.choice([low, high, (low + high) // 2, draw.randint(low, high)])


def facts_of(sheet: Sheet) -> Facts:
    """Bodies with a share of unknown cells, and of outcomes that are given."""
    seed, size, unknown, given_share = sheet
    draw = random.Random(seed)

    def cells(make: Any) -> list[Any]:
        return [None if draw.random() < unknown else make() for _ in range(size)]

    numbers = {
        name: numbers_from(cells(lambda name=name: number(draw, name)), column.decimals)
        for name, column in SCHEMA.numbers.items()
    }
    answers = {path: truth_from(cells(lambda: draw.random() < 0.5)) for path in ASKED}
    outcomes = {path: truth_from(cells(lambda: draw.random() < 0.5)) for path in RANKED if draw.random() < given_share}
    return Facts(tuple(Body(code) for code in populations.codes(size)), numbers, answers, outcomes)


def reordered(facts: Facts, order: list[int]) -> Facts:
    def pick(truth: Truth) -> Truth:
        return Truth(truth.certain[order], truth.possible[order])

    numbers = {}
    for name, column in reversed(facts.numbers.items()):
        cells = [int(column.num[i]) if column.known[i] else None for i in order]
        numbers[name] = numbers_from(cells, SCHEMA.numbers[name].decimals)
    return Facts(
        tuple(facts.bodies[i] for i in order),
        numbers,
        {path: pick(truth) for path, truth in reversed(facts.answers.items())},
        {path: pick(truth) for path, truth in reversed(facts.outcomes.items())},
    )


@settings(max_examples=examples(60))
@given(SHEETS)
def test_points_stay_within_their_maxima(sheet: Sheet) -> None:
    """No node exceeds its maximum, and what is certain is never more than what is possible."""
    scores = R6.score(facts_of(sheet))
    for node in R6.program.nodes.values():
        for certain, possible in (scores.counted(node.path), scores.own(node.path)):
            assert (certain >= 0).all()
            assert (certain <= possible).all()
            assert (possible <= node.maximum).all()


@settings(max_examples=examples(60))
@given(SHEETS)
def test_leaves_add_up_to_the_total(sheet: Sheet) -> None:
    """On a complete sheet the counted leaves less the cuts are the total, and nothing is left open."""
    seed, size, _, given_share = sheet
    scores = R6.score(facts_of((seed, size, 0.0, given_share)))
    certain, possible = scores.total()
    leaves = sum(scores.counted(leaf.path)[0] for leaf in R6.program.leaves)
    cuts = sum(scores.cut(node.path) for node in R6.program.nodes.values() if not node.special)
    assert (certain == possible).all()
    assert (leaves - cuts == certain).all()


@settings(max_examples=examples(30))
@given(SHEETS)
def test_order_does_not_matter(sheet: Sheet) -> None:
    """Bodies and columns in another order: every body keeps its points at every node."""
    facts = facts_of(sheet)
    order = random.Random(sheet[0] + 1).sample(range(len(facts)), len(facts))
    before, after = R6.score(facts), R6.score(reordered(facts, order))
    for path in R6.program.nodes:
        for first, second in zip(before.counted(path), after.counted(path), strict=True):
            assert (first[order] == second).all(), path


def stored(scores: Scores, path: Path) -> dict[int, StoredRanking]:
    path.write_text(json.dumps(cutoffs_json(scores)), encoding="utf-8")
    read = read_cutoffs(path, R6.evaluator, R6.fingerprint.rules)
    assert read.stored is not None, read.diagnostics
    return read.stored


@settings(max_examples=examples(40))
@given(SHEETS)
def test_a_body_scores_the_same_alone(tmp_path_factory: Any, sheet: Sheet) -> None:
    """With the cut-offs of a run each body, alone, gets exactly the points that it had among the others."""
    facts = facts_of(sheet)
    scores = R6.score(facts)
    cutoffs = stored(scores, tmp_path_factory.mktemp("cutoffs") / "cutoffs.json")
    for body in range(min(len(facts), 3)):
        alone = R6.score(reordered(facts, [body]), cutoffs)
        for path in R6.program.nodes:
            among = [int(column[body]) for column in scores.counted(path)]
            assert [int(column[0]) for column in alone.counted(path)] == among, path


@settings(max_examples=examples(40))
@given(SHEETS, st.integers(0, 2**32))
def test_answering_an_unknown_stays_inside_the_range(tmp_path_factory: Any, sheet: Sheet, seed: int) -> None:
    """With stored cut-offs, filling in any unknown cell never leaves the range of any node."""
    nation = R6.score(facts_of((seed, 10, 0.0, 0.0)))
    cutoffs = stored(nation, tmp_path_factory.mktemp("cutoffs") / "cutoffs.json")
    draw = random.Random(seed)
    open_sheet = facts_of((sheet[0], 1, max(sheet[2], 0.1), sheet[3]))
    wide = R6.score(open_sheet, cutoffs)
    numbers = dict(open_sheet.numbers)
    answers = dict(open_sheet.answers)
    for name, column in open_sheet.numbers.items():
        if not column.known[0] and draw.random() < 0.5:
            numbers[name] = numbers_from([number(draw, name)], SCHEMA.numbers[name].decimals)
    for path, truth in open_sheet.answers.items():
        if not truth.known[0] and draw.random() < 0.5:
            answers[path] = truth_from([draw.random() < 0.5])
    narrow = R6.score(Facts(open_sheet.bodies, numbers, answers, open_sheet.outcomes), cutoffs)
    for path in R6.program.nodes:
        (low, high), (certain, possible) = wide.counted(path), narrow.counted(path)
        assert low[0] <= certain[0] <= possible[0] <= high[0], path


def test_a_sheet_without_any_answer_lists_every_node() -> None:
    """Nothing answered: every node is there, from nothing to its maximum."""
    data = R6.score(Facts((Body("011002"),))).to_json()
    (body,) = data["bodies"]
    assert body["total"] == {"certain": 0, "possible": 800, "maximum": 800}
    assert set(body["nodes"]) == set(R6.program.nodes)
    assert body["nodes"]["支援.Ⅳ.成果.1.ア.①"]["verdict"] == "unanswered"
    assert np.all([node["certain"] == 0 for node in body["nodes"].values()])
