"""A solver that knows nothing of cells finds the same least and greatest points, and every example scores them."""

import pytest
import z3
from hypothesis import given, settings

from condition_systems import rich_system
from effort import examples
from haiten.compiler.driver import compile_source
from haiten.compiler.proofs.examples import build_example
from haiten.compiler.proofs.extremes import Reach, Regions
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import facts_from
from haiten.scoring.rulebook import Rulebook
from solver_reading import Reading
from strategies import SEEDS


def book_of(text: str) -> Rulebook:
    made = compile_source(Source("random", text))
    assert made.ok, made.diagnostics
    return Rulebook(made)


def assert_same_opinion(book: Rulebook) -> dict[str, Reach]:
    program, regions = book.program, Regions(book.program)
    reading = Reading(program)
    reaches = {path: regions.reach(path) for path in program.nodes}
    own = {path: reading.own(path) for path in program.nodes}
    outside = [
        z3.And(reading.known(path), z3.Or(own[path] < reach.least, own[path] > reach.most))
        for path, reach in reaches.items()
    ]
    found = reading.solver.check(z3.Or(outside))
    assert found == z3.unsat, (found, reading.solver.model() if found == z3.sat else None)
    for path, reach in reaches.items():
        for example, points in ((reach.at_least, reach.least), (reach.at_most, reach.most)):
            if reach.exact:
                assert reading.solver.check(reading.known(path), own[path] == points) == z3.sat, (path, points)
                assert example is not None
                witness = build_example(regions, example)
                assert witness is not None, (path, points)
                assert book.score(facts_from(program, witness)).own(path)[0][0] == points, path
    return reaches


@settings(max_examples=examples(150))
@given(SEEDS)
def test_a_solver_agrees_on_random_systems(seed: int) -> None:
    """No sheet gives less or more than is said; what is said to be exact is reached, by the example too."""
    assert_same_opinion(book_of(rich_system(seed)))


@pytest.mark.parametrize(
    ("items", "reached"),
    [
        ("ア 「a」 2点 要件 甲 が 4件以上\nイ 「b」 2点 要件 (甲 が 上位1位) でない", (0, 2, True)),
        ("ア 「a」 2点 要件 甲 が 4件以上\nイ 「b」 2点 要件 (甲 が 上位5割) でない", (0, 4, False)),
        ("ア 「a」 2点 要件 甲 が 5件未満\nイ 「b」 2点 要件 (甲 が 上位1位) でない", (2, 4, True)),
        ("ア 「a」 2点 要件 甲 が 上位70%\nイ 「b」 2点 要件 (甲 が 上位3位) でない", (0, 4, False)),
        ("ア 「a」 2点 要件 甲 が 3件未満\nイ 「b」 2点 要件 乙 が 規模別 上位5割", (0, 2, True)),
        ("ア 「a」 2点 要件 甲 が 上位1位\nイ 「b」 2点 要件 丙 のうち (甲 が 上位1位)", (0, 4, False)),
        ("ア 「a」 2点 要件 甲 が 3件以上\nイ 「b」 2点 要件 (ア のうち 甲 が 上位1位) でない", (2, 4, False)),
        ("ア 「a」 2点 要件 甲 ＋ 乙 が 上位1位\nイ 「b」 2点 要件 (甲 ＋ 乙 が 8件以上) でない", (0, 4, False)),
    ],
)
def test_where_a_body_can_stand(items: str, reached: tuple[int, int, bool]) -> None:
    """Who is at the best value is first; few bodies have no 上位5割; classes and subsets say who is ranked."""
    facts = {"甲": "件 0以上 4以下", "乙": "件 0以上 4以下", "丙": "該当"}
    text = "\n".join(
        [
            "言語 1\n令和6年度 市町村 評価指標",
            *(f"事実 {name} : {kind}" for name, kind in facts.items()),
            "区分 規模 = 甲\n「大」 4件以上\n「中」 3件以上",
            "交付金 推進 「交」 4点\n目標 Ⅰ 「目」 4点\n指標群 (ⅰ) 「群」 4点\n指標 1 「指」 4点",
            items,
        ]
    )
    reach = assert_same_opinion(book_of(text))["推進.Ⅰ.(ⅰ).1"]
    assert (reach.least, reach.most, reach.exact) == reached
