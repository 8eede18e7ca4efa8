"""Points that are given stand instead of what a node's items add up to, for the bodies of which they are known."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from haiten.compiler.driver import compile_source
from haiten.compiler.printer import print_rulebook
from haiten.compiler.source import Source
from haiten.compiler.syntax import Mode
from haiten.scoring.facts import facts_from, numbers_from
from haiten.scoring.rulebook import Rulebook
from haiten.testing.grow import grow
from strategies import SEEDS, sheets_for

BODIES = 5


@settings(max_examples=examples(200))
@given(SEEDS, st.integers(0, 2**32))
def test_given_points_reach_those_above(seed: int, chance: int) -> None:
    """A leaf or node has the points given of a body, else its own, and whatever adds it up adds these."""
    made, draw = Rulebook(compile_source(Source("random", print_rulebook(grow(seed))))), random.Random(chance)
    nodes, leaves = made.program.nodes, made.program.leaves
    path = draw.choice([*nodes, *(leaf.path for leaf in leaves)])
    points = [draw.choice([None, draw.randint(0, nodes[path].maximum)]) for _ in range(BODIES)]
    facts = facts_from(made.program, sheets_for(made.program, draw, BODIES, 0.1))
    facts.points[path] = numbers_from(points, 0)
    scores = made.score(facts)

    def own(node: str, body: int) -> tuple[int, int]:
        certain, possible = scores.own(node)
        return int(certain[body]), int(possible[body])

    for body, known in enumerate(points):
        if known is not None:
            assert own(path, body) == (known, known)
        for leaf in leaves:
            if leaf.path != path or known is None:
                outcome = scores.run.outcome(leaf.path)
                met = outcome.certain[body], outcome.possible[body]
                assert own(leaf.path, body) == (leaf.maximum * int(met[0]), leaf.maximum * int(met[1]))
        for node in nodes.values():
            plain = node.mode is Mode.SUM and node.cap is None and not node.undisclosed and not node.is_shared
            if plain and node.children and (node.path != path or known is None):
                below = [own(child, body) for child in node.children]
                assert own(node.path, body) == tuple(map(sum, zip(*below, strict=True)))
