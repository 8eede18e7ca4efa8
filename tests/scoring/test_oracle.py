"""Two independent readings agree: the evaluator, and a plain interpreter over fractions."""

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_agreement import hold_to_oracle

from effort import examples
from haiten.compiler.driver import compile_source
from haiten.compiler.printer import print_rulebook
from haiten.compiler.source import Source
from haiten.compiler.syntax import Rulebook as SyntaxTree
from haiten.scoring.facts import facts_from
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.scores import Scores
from haiten.testing.grow import grow
from haiten.testing.oracle import Oracle
from strategies import SEEDS, sheets_for

POPULATIONS = st.tuples(st.integers(0, 2**64), st.integers(1, 7), st.sampled_from([0.0, 0.1, 0.4]))
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


@settings(max_examples=examples(600))
@given(SEEDS, POPULATIONS)
def test_the_evaluator_agrees_with_the_oracle(seed: int, population: Population) -> None:
    """Own and counted points, cuts, verdicts and what was given, for every node and body."""
    scores, oracle = scored(grow(seed), population)
    hold_to_oracle(scores, oracle, range(population[1]))


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
    leaves = sum(scores.counted(leaf.path)[0] for leaf in program.leaves)
    cuts = sum(scores.cut(node.path) for node in program.nodes.values())
    decided = certain == possible
    for leaf in program.leaves:
        decided = decided & (scores.counted(leaf.path)[0] == scores.counted(leaf.path)[1])
    assert ((leaves - cuts == certain) | ~decided).all()


@settings(max_examples=examples(300))
@given(SEEDS)
def test_random_trees_survive_printing_and_reading(seed: int) -> None:
    """What is printed reads as the same tree, and prints the same again."""
    tree = grow(seed)
    printed = print_rulebook(tree)
    again = compile_source(Source("random", printed)).syntax
    assert again == tree
    assert again is not None
    assert print_rulebook(again) == printed
