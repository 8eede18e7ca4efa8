"""Points that are given stand instead of what the items of the node come to, body by body."""

import random

from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from effort import examples
from fact_files import ASKED, COMPARED, small_rulebook
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.source import Source
from haiten.compiler.syntax.rulebook import Mode
from haiten.scoring.facts.facts import Body, Facts, facts_from, numbers_from, truth_from
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Scores
from haiten.testing.grow import grow
from strategies import SEEDS, sheets_for

SIZE = 5
BODIES = tuple(Body(f"{10001 + number}") for number in range(SIZE))
ANSWERS = {ASKED: truth_from([True, False, True, None, None])}
SHARED = ASKED.replace("推進", "支援")
ABOVE = "推進.Ⅰ.(ⅰ).1"

CHOICE = """言語 1
令和6年度 市町村 評価指標
事実 率 : % 小数1桁
交付金 推進 「交」 4点
目標 Ⅰ 「目」 4点
指標群 (ⅰ) 「群」 4点
指標 1 「指」 4点 いずれか
ア 「a」 4点
① 「a1」 4点 要件 率 が 上位5割
イ 「b」 4点
ウ 「c」 3点
"""


def ranges(scores: Scores, path: str | None) -> list[tuple[int, int]]:
    return [(p.certain, p.possible) for p in (scores.points(path, i) for i in range(len(scores.bodies)))]


def test_points_of_an_item_are_given_for_some_bodies() -> None:
    """Where none are given the answer decides, there and at the item that is the same; the sums above follow."""
    given = {ASKED: numbers_from([None, None, 2, 3, None], 0)}
    no = truth_from([False] * 5)
    scores = small_rulebook().score(Facts(BODIES, {}, ANSWERS | {"過疎": no}, {COMPARED: no}, given))
    expected = [(4, 4), (0, 0), (2, 2), (3, 3), (0, 4)]
    assert [ranges(scores, path) for path in (ASKED, SHARED, ABOVE)] == [expected] * 3
    assert ranges(scores, None) == [(2 * certain, 2 * possible) for certain, possible in expected]


def test_points_of_a_sum_are_given_for_some_bodies() -> None:
    """Where none are given the items are added up, and the node that is the same gives as much."""
    given = {ABOVE: numbers_from([10, 1, 0, None, None], 0)}
    scores = small_rulebook().score(Facts(BODIES, {}, ANSWERS, {COMPARED: truth_from([True] * 5)}, given))
    expected = [(10, 10), (1, 1), (0, 0), (3, 10), (3, 10)]
    assert ranges(scores, ABOVE) == ranges(scores, ABOVE.replace("推進", "支援")) == expected


def test_points_that_are_given_are_chosen_among() -> None:
    """In いずれか the given points count; the better rank tells equals apart that are worth nothing too."""
    made = Rulebook(compile_source(Source("rules", CHOICE)))
    assert made.ok, made.diagnostics
    first, then, last = (f"{ABOVE}.{label}" for label in ("ア", "イ", "ウ"))
    answers = {then: truth_from([True, True, True, False, False]), last: truth_from([True] * 4 + [False])}
    given = {first: numbers_from([4, 1, None, 0, 0], 0), then: numbers_from([1, 4, None, 0, 0], 0)}
    facts = Facts(BODIES, {"率": numbers_from([1, 5, 4, 3, 2], 1)}, answers, {}, given)
    scores = made.score(facts)
    assert ranges(scores, first) == [(4, 4), (0, 0), (4, 4), (0, 0), (0, 0)]
    assert ranges(scores, then) == [(0, 0), (4, 4), (0, 0), (0, 0), (0, 0)]
    assert ranges(scores, last) == [(0, 0), (0, 0), (0, 0), (3, 3), (0, 0)]
    assert [scores.run.live(first).certain[4], scores.run.live(then).certain[4]] == [True, False]


@settings(max_examples=examples(200))
@drawn(SEEDS, st.integers(0, 2**32))
def test_given_points_reach_those_above(seed: int, chance: int) -> None:
    """A leaf or node has the points given of a body, else its own, and whatever adds it up adds these."""
    made, draw = Rulebook(compile_source(Source("random", print_rulebook(grow(seed))))), random.Random(chance)
    nodes, leaves = made.program.nodes, made.program.leaves
    path = draw.choice([*nodes, *(leaf.path for leaf in leaves)])
    points = [draw.choice([None, draw.randint(0, nodes[path].maximum)]) for _ in range(SIZE)]
    facts = facts_from(made.program, sheets_for(made.program, draw, SIZE, 0.1))
    facts.points[path] = numbers_from(points, 0)
    scores = made.score(facts)

    def own(node: str, body: int) -> tuple[int, int]:
        certain, possible = scores.own(node)
        return int(certain[body]), int(possible[body])

    for body, known in enumerate(points):
        if known is not None:
            assert own(path, body) == (known, known)
        for leaf in leaves:
            if path not in (leaf.path, leaf.same_as) or known is None:
                outcome = scores.run.outcome(leaf.path)
                met = outcome.certain[body], outcome.possible[body]
                assert own(leaf.path, body) == (leaf.maximum * int(met[0]), leaf.maximum * int(met[1]))
        for node in nodes.values():
            plain = node.mode is Mode.SUM and node.cap is None and not node.undisclosed and not node.is_shared
            if plain and node.children and (node.path != path or known is None):
                below = [own(child, body) for child in node.children]
                assert own(node.path, body) == tuple(map(sum, zip(*below, strict=True)))
