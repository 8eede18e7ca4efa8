"""Two independent readings agree: the evaluator, and a plain interpreter over fractions."""

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_agreement import hold_to_oracle

from effort import examples
from haiten.compiler.diagnostics import Severity
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.source import Source
from haiten.compiler.syntax.rulebook import RulebookFile as SyntaxTree
from haiten.scoring.facts.facts import facts_from
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Scores
from haiten.testing.grow import enlarged, grow
from haiten.testing.oracle import Oracle
from strategies import SEEDS, sheets_for

POPULATIONS = st.tuples(st.integers(0, 2**64), st.integers(0, 7), st.sampled_from([0.0, 0.1, 0.4]))
TIMES = st.sampled_from([10**3, 10**5, 10**6, 10**8, 10**9, 10**13])
MOST = 99_999_999  # points of all items and 未公表 together
Population = tuple[int, int, float]


def made_of(tree: SyntaxTree) -> Rulebook:
    made = Rulebook(compile_source(Source("random", print_rulebook(tree))))
    assert made.ok, [(d.code, d.message) for d in made.diagnostics]
    return made


def scored(tree: SyntaxTree, population: Population) -> tuple[Scores, Oracle]:
    seed, size, unknown = population
    made = made_of(tree)
    sheets = sheets_for(made.program, random.Random(seed), size, unknown)
    return made.score(facts_from(made.program, sheets)), Oracle(made.program, sheets)


@settings(max_examples=examples(150))
@given(SEEDS, POPULATIONS)
def test_the_evaluator_agrees_with_the_oracle(seed: int, population: Population) -> None:
    """Own and counted points, cuts, verdicts and what was given, for every node and body."""
    scores, oracle = scored(grow(seed), population)
    hold_to_oracle(scores, oracle, range(population[1]))


@settings(max_examples=examples(150))
@given(SEEDS, POPULATIONS, TIMES)
def test_large_points_agree_or_are_refused(seed: int, population: Population, times: int) -> None:
    """Up to the limit on points all is as the oracle has it; beyond it no rulebook compiles (H114, H405)."""
    usual = made_of(grow(seed)).program
    points = sum(node.maximum if node.is_leaf else node.undisclosed for node in usual.nodes.values()) * times
    most = max((node.cap or 0) * times for node in usual.nodes.values())
    made = Rulebook(compile_source(Source("random", print_rulebook(enlarged(grow(seed), times)))))
    assert made.ok == (max(points, most) <= MOST)
    if not made.ok:
        assert {d.code for d in made.diagnostics if d.severity is Severity.ERROR} <= {"H114", "H405"}
        return
    sheets = sheets_for(made.program, random.Random(population[0]), *population[1:])
    hold_to_oracle(made.score(facts_from(made.program, sheets)), Oracle(made.program, sheets), range(population[1]))


@settings(max_examples=examples(200))
@given(SEEDS, POPULATIONS)
def test_all_verdicts_at_once(seed: int, population: Population) -> None:
    """The table of verdicts has those of each leaf, of all bodies or of some, also where it is told to write."""
    scores, _ = scored(grow(seed), population)
    each = [scores.verdicts(leaf.path).tolist() for leaf in scores.program.leaves]
    assert scores.verdict_table().tolist() == each
    part = slice(population[1] // 2, population[1])
    room = np.full((len(each), 2 * population[1]), 9, dtype=np.int8)
    scores.verdict_table(part, room[:, part])
    assert room[:, part].tolist() == [row[part] for row in each]
    assert (room[:, : part.start] == 9).all()
    assert (room[:, part.stop :] == 9).all()


@settings(max_examples=examples(200))
@given(SEEDS, POPULATIONS)
def test_points_hold_together(seed: int, population: Population) -> None:
    """No node exceeds its maximum; where all is decided, counted leaves less cuts are the total."""
    scores, _ = scored(grow(seed), population)
    program = scores.program
    for node in program.nodes.values():
        for certain, possible in (scores.own(node.path), scores.counted(node.path)):
            assert (certain <= possible).all()
            assert (possible <= node.maximum).all()
    certain, possible = scores.total()
    inside = [node for node in program.nodes.values() if not node.special]
    leaves = sum(scores.counted(node.path)[0] for node in inside if node.is_leaf)
    cuts = sum(scores.cut(node.path) for node in inside)
    decided = certain == possible
    for leaf in (node for node in inside if node.is_leaf):
        decided = decided & (scores.counted(leaf.path)[0] == scores.counted(leaf.path)[1])
    assert ((leaves - cuts == certain) | ~decided).all()


@settings(max_examples=examples(200))
@given(SEEDS)
def test_random_trees_survive_printing_and_reading(seed: int) -> None:
    """What is printed reads as the same tree, and prints the same again."""
    tree = grow(seed)
    printed = print_rulebook(tree)
    again = compile_source(Source("random", printed)).syntax
    assert again == tree
    assert again is not None
    assert print_rulebook(again) == printed
