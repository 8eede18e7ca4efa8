"""Scores that are settled, and those of some bodies, say the same as all of them: points, cuts and verdicts."""

import random
import weakref
from pathlib import Path
from unittest.mock import patch

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from effort import examples
from haiten.benchmarks.measure import work_of_r8
from haiten.benchmarks.population import draw, facts_of
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.source import Source
from haiten.scoring.cutoffs.cutoffs import cutoffs_json
from haiten.scoring.facts.facts import Truth, facts_from
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Scores
from haiten.scoring.running.truths import Truths
from haiten.testing.grow import grow
from haiten.views.files import export
from haiten.views.files.export import write_scores
from strategies import SEEDS, sheets_for

PARTS = st.tuples(st.integers(0, 20), st.integers(0, 20)).map(lambda ends: slice(min(ends), max(ends)))
COUNTED = ("own", "counted", "narrow")


def scored(seed: int, size: int, unknown: float, *, sparing: bool = False) -> Scores:
    book = Rulebook(compile_source(Source("random", print_rulebook(grow(seed)))))
    facts = facts_from(book.program, sheets_for(book.program, random.Random(seed), size, unknown))
    return book.score_checked(facts, sparing=sparing)


def said(scores: Scores, part: slice = slice(None)) -> list[object]:
    """All that is written of some bodies."""
    found: list[object] = [column.tolist() for column in scores.total(part)]
    for node in scores.program.nodes.values():
        found += [column.tolist() for name in COUNTED for column in getattr(scores, name)(node.path, part)]
        found.append(scores.cut(node.path, part).tolist())
        found.append(list(scores.node_states(node, part)))
    found.append(scores.verdict_table(part).tolist())
    return found


@settings(max_examples=examples(150))
@given(SEEDS, st.integers(0, 19), st.sampled_from([0.0, 0.1, 0.4]), PARTS)
def test_some_bodies_are_those_of_all(seed: int, size: int, unknown: float, part: slice) -> None:
    """For random rulebooks with ranks, means, choices and given outcomes: part by part, settled or not."""
    scores = scored(seed, size, unknown)
    settled, expected = scores.settled(), said(scores, part)
    assert said(scores.of(part)) == said(settled.of(part)) == expected
    assert said(settled.settled(), part) == expected
    assert said(settled) == said(scores)
    assert list(settled.of(part).bodies) == list(scores.bodies[part])
    for body in range(size):
        for node in scores.program.nodes.values():
            assert settled.ranges(node.path, body) == scores.ranges(node.path, body)
            if node.is_leaf:
                assert settled.verdict(node.path, body) is scores.verdict(node.path, body)


@settings(max_examples=examples(100))
@given(SEEDS, st.sampled_from([0, 1, 7, 19, 300]), st.sampled_from([0.0, 0.1, 0.4]))
def test_a_sparing_run_comes_to_the_same(seed: int, size: int, unknown: float) -> None:
    """Points, verdicts, notes, and the cut-offs for a later run; for few bodies, which are ranked side by side, too."""
    plain, sparing = (scored(seed, size, unknown, sparing=sparing) for sparing in (False, True))
    assert said(sparing) == said(plain)
    assert said(sparing.settled()) == said(plain)
    assert sparing.notes("f") == plain.notes("f")
    assert cutoffs_json(sparing) == cutoffs_json(plain)


@given(st.integers(0, 40), PARTS, st.integers(0, 2**32 - 1))
def test_bits_say_what_bytes_said(size: int, part: slice, seed: int) -> None:
    """Rows that are decided stay so, whatever the number of bodies is."""
    chance = np.random.default_rng(seed)
    truths = Truths(chance.random((3, size)) < 0.5)
    truths[2] = Truth(truths.certain[2], truths.certain[2] | (chance.random(size) < 0.5))
    packed = truths.packed()
    for row in range(3):
        assert packed[row].is_decided == truths[row].is_decided
        for one, other in ((packed[row], truths[row]), (packed.of(part)[row], truths.of(part)[row])):
            assert (one.certain.tolist(), one.possible.tolist()) == (other.certain.tolist(), other.possible.tolist())
        assert [packed.decided(row, body) for body in range(size)] == [truths.decided(row, b) for b in range(size)]


@pytest.fixture(scope="module")
def r8() -> Scores:
    work = work_of_r8()
    return work.rulebook.score_checked(facts_of(draw(work.program, work.rules, 3_001)))


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_files_of_r8_are_the_same_in_slices(tmp_path: Path, r8: Scores, ending: str) -> None:
    """Cell for cell, however many bodies are written at a time."""
    whole, parts = tmp_path / f"whole.{ending}", tmp_path / f"parts.{ending}"
    with patch.object(export, "BATCH", 10_000):
        write_scores(whole, r8)
    with patch.object(export, "BATCH", 777):
        write_scores(parts, r8.settled())
    if ending == "csv":
        assert parts.read_bytes() == whole.read_bytes()
    else:
        assert_frame_equal(pl.read_parquet(parts), pl.read_parquet(whole))
        codes = pl.read_parquet(whole, columns=["得点.全体", "可能.全体"])
        assert [codes[name].to_list() for name in codes.columns] == [column.tolist() for column in r8.total()]


def test_what_led_to_settled_scores_is_let_go() -> None:
    """Nothing of facts and values is held by what is left of them."""
    scores = scored(1, 5, 0.1)
    facts, truths = weakref.ref(scores.run.facts), weakref.ref(scores.run.truths)
    scores = scores.settled()
    assert (facts(), truths()) == (None, None)
    assert (scores.run.facts.numbers, scores.run.facts.answers, scores.run.columns) == ({}, {}, [])
