"""One body by its plan comes to what a run of that body comes to, and the oracle: points, verdicts, traces."""

import random
from functools import cache
from itertools import product
from pathlib import Path
from typing import Final

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_agreement import hold_one_to_run

import haiten
from effort import examples
from haiten.compiler.diagnostics import Cell
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.proofs.sheets import Sheet
from haiten.compiler.source import Source
from haiten.scoring.cutoffs.cutoffs import stored_of
from haiten.scoring.facts.facts import Body, Facts, facts_from, numbers_from
from haiten.scoring.one.one_score import OneScore
from haiten.scoring.reading.given_facts import check_facts
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.run import Stored
from haiten.scoring.running.scores import PointsRange
from haiten.testing.grow import grow
from haiten.testing.oracle import Oracle
from strategies import SEEDS, sheets_for

RULES: Final = Path(__file__).parents[3] / "rules"
FILES: Final = ("r6/municipal", "r7/municipal", "r8/municipal", "r7/prefectural", "r8/prefectural")
UNKNOWN: Final = st.sampled_from([0.0, 0.1, 0.4])


def grown(seed: int) -> Rulebook:
    made = Rulebook(compile_source(Source("random", print_rulebook(grow(seed)))))
    assert made.ok
    return made


@cache
def real(name: str) -> Rulebook:
    return haiten.compile(RULES / f"{name}.haiten")


def hold_one_to_oracle(one: OneScore, oracle: Oracle, body: int) -> None:
    """The same of the oracle, which had all bodies before it."""
    for path, node in oracle.program.nodes.items():
        own, counted = oracle.own(path, body), oracle.counted(path, body)
        expected = (
            PointsRange(own.certain, own.possible, node.maximum),
            PointsRange(counted.certain, counted.possible, node.maximum),
        )
        assert one.ranges(path) == expected, path
        assert one.cut(path) == oracle.cut(path, body), path
        if node.is_leaf:
            assert one.verdict(path).value == oracle.verdict(path, body), path
            assert one.outcome_given(path) == (oracle.given(path, body) is not None), path


def try_all(made: Rulebook, sheets: list[Sheet], sample: int, stored: Stored | None = None) -> None:
    """Each body alone, and some placed by the cut-offs of all, against a run and against the oracle."""
    kept = stored_of(made.score(facts_from(made.program, sheets))) if stored is None else stored
    alone, placed, oracle = made.one(), made.one(kept), Oracle(made.program, sheets)
    for number, sheet in enumerate(sheets[:sample]):
        facts = facts_from(made.program, [sheet])
        for prepared, cutoffs in ((alone, None), (placed, kept)):
            hold_one_to_run(prepared.score(facts), made.score(facts, cutoffs))
        hold_one_to_oracle(alone.score(facts), Oracle(made.program, [sheet]), 0)
        hold_one_to_oracle(placed.score(facts), oracle, number)


@settings(max_examples=examples(120))
@given(SEEDS, SEEDS, st.integers(1, 7), UNKNOWN)
def test_random_rulebooks(seed: int, drawn: int, size: int, unknown: float) -> None:
    """Every form of the language, with what is unknown, given, of the year before, tied and undisclosed."""
    made = grown(seed)
    try_all(made, sheets_for(made.program, random.Random(drawn), size, unknown), sample=3)


@settings(max_examples=examples(120))
@given(SEEDS, SEEDS, st.integers(0, 6), UNKNOWN)
def test_who_was_not_in_the_nation(seed: int, drawn: int, size: int, unknown: float) -> None:
    """A body beyond all that were ranked, or ranked where nobody was, is placed as a run places it."""
    made, draw = grown(seed), random.Random(drawn)
    sheets = sheets_for(made.program, draw, size, unknown)
    kept = stored_of(made.score(facts_from(made.program, sheets)))
    placed = made.one(kept)
    for sheet in (*sheets_for(made.program, draw, 2, 0.0), *sheets_for(made.program, draw, 1, unknown)):
        numbers = {name: number and number * draw.choice([0, 1, 1, 3]) for name, number in sheet.numbers.items()}
        facts = facts_from(made.program, [Sheet(numbers, sheet.answers, sheet.outcomes)])
        hold_one_to_run(placed.score(within_range(made, facts)), made.score(within_range(made, facts), kept))


def within_range(made: Rulebook, facts: Facts) -> Facts:
    """The facts without the columns that lie outside what their facts may be."""
    told = {str(d.span.column) for d in check_facts(facts, made.program) if isinstance(d.span, Cell)}
    return evolve(facts, numbers={name: column for name, column in facts.numbers.items() if name not in told})


@pytest.mark.parametrize(("name", "unknown"), list(product(FILES, (0.0, 0.3))))
def test_the_real_rulebooks(name: str, unknown: float) -> None:
    """Known through and through, or in part."""
    made = real(name)
    try_all(made, sheets_for(made.program, random.Random(name), 12, unknown), sample=2)


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_known_of_a_body(name: str) -> None:
    """All that can be had is possible."""
    made = real(name)
    sheets = [Sheet(), *sheets_for(made.program, random.Random(name), 4, 0.0)]
    try_all(made, sheets, sample=1)


@pytest.mark.parametrize("name", ["r6/allocation", "r8/prefectural.allocation"])
def test_the_rulebook_of_an_allocation(name: str) -> None:
    """What an allocation computes beside the scores is computed of one body, too."""
    made = real(name)
    sheets = sheets_for(made.program, random.Random(name), 6, 0.1)
    kept = stored_of(made.score(facts_from(made.program, sheets)))
    placed = made.one(kept)
    for sheet in sheets[:2]:
        facts = facts_from(made.program, [sheet])
        hold_one_to_run(placed.score(facts), made.score(facts, kept))


@settings(max_examples=examples(60))
@given(SEEDS, SEEDS, UNKNOWN)
def test_given_points(seed: int, drawn: int, unknown: float) -> None:
    """They stand instead of what the items of a node come to, as in a run."""
    made, draw = grown(seed), random.Random(drawn)
    (sheet,) = sheets_for(made.program, draw, 1, unknown)
    facts = facts_from(made.program, [sheet])
    chosen = [node for node in made.program.nodes.values() if not node.is_shared and draw.random() < 0.3]
    for node in chosen:
        points = None if draw.random() < 0.2 else draw.randint(0, node.maximum)
        facts.points[node.path] = numbers_from([points], 0)
    hold_one_to_run(made.one().score(facts), made.score(facts))


@settings(max_examples=examples(60))
@given(SEEDS, SEEDS, UNKNOWN)
def test_an_earlier_run_may_have_kept_a_part(seed: int, drawn: int, unknown: float) -> None:
    """A ranking of which nothing was kept is taken of the body alone, as in a run; and so are all means and medians."""
    made, draw = grown(seed), random.Random(drawn)
    sheets = sheets_for(made.program, draw, 5, unknown)
    kept = stored_of(made.score(facts_from(made.program, sheets)))
    rankings = {slot: each for slot, each in kept.rankings.items() if draw.random() < 0.5}
    # All or none: a deviation is made of two means, and one without the other is of no population at all.
    part = Stored(rankings, kept.statistics if draw.random() < 0.5 else {})
    facts = facts_from(made.program, sheets[:1])
    hold_one_to_run(made.one(part).score(facts), made.score(facts, part))


def test_the_plan_is_kept_and_bodies_do_not_touch_each_other() -> None:
    """A body scored after another comes to the same as before it."""
    made = real("r8/municipal")
    sheets = sheets_for(made.program, random.Random(2), 6, 0.2)
    prepared = made.one(stored_of(made.score(facts_from(made.program, sheets))))
    each = [facts_from(made.program, [sheet]) for sheet in sheets]
    first = [prepared.score(facts) for facts in each]
    again = [prepared.score(facts) for facts in reversed(each)]
    for one, other in zip(first, reversed(again), strict=True):
        assert (one.points(), one.verdicts(), one.explain()) == (other.points(), other.verdicts(), other.explain())


GAPS: Final = """言語 1
令和6年度 市町村 評価指標
事実 人口 : 人 0以上
事実 件数 : 件 0以上
区分 規模 = 人口 「大」 100人以上 「小」 50人以下
交付金 推進 「交」 6点
目標 Ⅰ 「目」 6点
指標群 (ⅰ) 「群」 6点
指標 1 「指」 6点
ア 「a」 1点 要件 件数 が 規模別 上位5割
イ 「b」 2点 要件 規模 が 「大」
ウ 「c」 3点 要件 件数 ÷ 人口 が 1件/人以上
"""


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        (200, [(0, 0), (2, 2), (0, 0)]),
        (70, [(0, 0)] * 3),
        (0, [(0, 0), (0, 0), (0, 3)]),
        (None, [(0, 1), (0, 2), (0, 3)]),
    ],
)
def test_who_fits_no_class_and_what_is_divided_by_nothing(people: int | None, expected: list[tuple[int, int]]) -> None:
    """Of no class is surely not within a step, of an unknown one perhaps; a quotient by zero is unknown."""
    made = Rulebook(compile_source(Source("rules", GAPS)))
    assert made.ok, made.diagnostics
    facts = Facts([Body("99001")], {"人口": numbers_from([people], 0), "件数": numbers_from([7], 0)})
    one = made.one().score(facts)
    found = [one.points(f"推進.Ⅰ.(ⅰ).1.{label}") for label in "アイウ"]
    assert [(points.certain, points.possible) for points in found] == expected
    hold_one_to_run(one, made.score(facts))


NEGATIVE: Final = """言語 1
令和6年度 市町村 評価指標
事実 増減 : 人
事実 人口 : 人
事実 件数 : 件 0以上
交付金 推進 「交」 15点
目標 Ⅰ 「目」 15点
指標群 (ⅰ) 「群」 15点
指標 1 「指」 15点
ア 「a」 1点 要件 四捨五入(増減 ÷ 2, 小数0桁) が －3人と等しい
イ 「b」 2点 要件 切捨て(増減 ÷ 2, 小数0桁) が －2人と等しい
ウ 「c」 4点 要件 増減 ÷ 人口 が 0.5 以上
エ 「d」 8点 要件 順位(件数) が 2位以下
"""


@pytest.mark.parametrize(
    ("change", "people", "cases", "expected"),
    [
        (-5, -10, 9, [(1, 1), (2, 2), (4, 4), (8, 8)]),
        (-5, 10, 5, [(1, 1), (2, 2), (0, 0), (8, 8)]),
        (5, 10, 4, [(0, 0), (0, 0), (4, 4), (0, 0)]),
        (5, -10, None, [(0, 0), (0, 0), (0, 0), (0, 8)]),
    ],
)
def test_numbers_below_zero_and_who_is_worse_than_all(
    change: int, people: int, cases: int | None, expected: list[tuple[int, int]]
) -> None:
    """Rounding, dividing by what is below zero, and a place beyond the last of the two of the nation."""
    made = Rulebook(compile_source(Source("rules", NEGATIVE)))
    assert made.ok, made.diagnostics
    two = Facts([Body("99001"), Body("99002")], {"件数": numbers_from([8, 5], 0)})
    nobody = Facts([Body("99001")], {"件数": numbers_from([None], 0)})
    facts = Facts(
        [Body("99003")],
        {name: numbers_from([n], 0) for name, n in (("増減", change), ("人口", people), ("件数", cases))},
    )
    kept = stored_of(made.score(two))
    one = made.one(kept).score(facts)
    found = [one.points(f"推進.Ⅰ.(ⅰ).1.{label}") for label in "アイウエ"]
    assert [(points.certain, points.possible) for points in found] == expected
    hold_one_to_run(one, made.score(facts, kept))
    # Where nobody was ranked no place is known.
    unplaced = made.one(stored_of(made.score(nobody))).score(facts)
    assert unplaced.points("推進.Ⅰ.(ⅰ).1.エ") == PointsRange(0, 8, 8)
    hold_one_to_run(unplaced, made.score(facts, stored_of(made.score(nobody))))


ENDS: Final = """言語 1
令和6年度 市町村 評価指標
事実 率 : % 小数1桁
事実 割合 : % 小数1桁
区分 段階 = 率 「高」 50.5%以上 「低」 50.5%未満
交付金 推進 「交」 7点
目標 Ⅰ 「目」 7点
指標群 (ⅰ) 「群」 7点
指標 1 「指」 7点
ア 「a」 1点 要件 最小(率, 割合) が 45.5%以上
イ 「b」 2点 要件 最大(率, 割合) が 50.5%以上
ウ 「c」 4点 要件 段階 が 「高」
"""


@pytest.mark.parametrize(
    ("rate", "share", "expected"),
    [(505, 400, [0, 2, 4]), (400, 505, [0, 2, 0]), (504, 455, [1, 0, 0]), (455, 505, [1, 2, 0]), (505, 455, [1, 2, 4])],
)
def test_the_lesser_the_greater_and_the_class_of_decimals(rate: int, share: int, expected: list[int]) -> None:
    """Either may be the first, and ends have decimals of their own."""
    made = Rulebook(compile_source(Source("rules", ENDS)))
    assert made.ok, made.diagnostics
    facts = Facts([Body("99001")], {"率": numbers_from([rate], 1), "割合": numbers_from([share], 1)})
    one = made.one().score(facts)
    assert [one.points(f"推進.Ⅰ.(ⅰ).1.{label}").certain for label in "アイウ"] == expected
    hold_one_to_run(one, made.score(facts))


def test_who_is_no_node() -> None:
    """A path that is none is a KeyError, as it is for scores."""
    one = real("r6/municipal").one().score(Facts([Body("99001")]))
    for ask in (one.points, one.ranges, one.verdict, one.explain, one.cut):
        with pytest.raises(KeyError):
            ask("推進.Ⅸ")
