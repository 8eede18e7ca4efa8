"""Ranges are sound: whatever the unknown turns out to be, points and verdicts stay within what was said before."""

import random
from fractions import Fraction

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import RankValue, Statistic, Within
from haiten.compiler.program.walk import conditions_in, values_in
from haiten.compiler.proofs.sheets import Sheet
from haiten.compiler.source import Source
from haiten.scoring.cutoffs.cutoffs import stored_of
from haiten.scoring.facts.facts import facts_from
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Scores, Verdict
from haiten.testing.grow import grow
from strategies import SEEDS, sheets_for

SIZES = st.integers(1, 6)


def choices(seed: int) -> str:
    """A rulebook of いずれか alone: items of few points, ranked by values that tie, beside others and 未公表."""
    draw = random.Random(seed)
    conditions = (
        "率 が 上位5割",
        "割合 が 上位5割",
        "率 が 上位1位",
        "過疎 のうち 割合 が 上位1位",
        "率 が 1%以上",
        "該当",
    )
    lines, total = [], 0
    for number in range(1, draw.randint(2, 4)):
        items = []
        points = [draw.choice([0, 2, 2, 4]) for _ in range(draw.randint(2, 3))]
        for label, value in zip("アイウ", points, strict=False):
            if draw.random() < 0.2:
                parts = [draw.choice(conditions) for _ in "①②"]
                halves = (value // 2, value - value // 2)
                items.append(f"{label} 「項」 {value}点")
                items += [
                    f"{sub} 「細」 {half}点 要件 {part}" for sub, half, part in zip("①②", halves, parts, strict=True)
                ]
            else:
                items.append(f"{label} 「項」 {value}点 要件 {draw.choice(conditions)}")
        hidden = draw.choice([0, 0, 0, 2])
        best = max([*points, hidden])
        total += best
        lines += [f"指標 {number} 「指」 {best}点 いずれか", *([f"未公表 {hidden}点"] if hidden else []), *items]
    opening = "言語 1\n令和6年度 市町村 評価指標\n"
    opening += "事実 率 : % 小数1桁 小さいほど良い\n事実 割合 : % 小数1桁\n事実 過疎 : 該当"
    above = f"交付金 推進 「交」 {total}点\n目標 Ⅰ 「目」 {total}点\n指標群 (ⅰ) 「群」 {total}点"
    return "\n".join([opening, above, *lines]) + "\n"


def book_of(text: str) -> Rulebook:
    made = Rulebook(compile_source(Source("random", text)))
    assert made.ok, (made.diagnostics, text)
    return made


def score(made: Rulebook, sheets: list[Sheet], stored: object = None) -> Scores:
    return made.score(facts_from(made.program, sheets), stored)


def filled(sheet: Sheet, full: Sheet, draw: random.Random) -> Sheet:
    """The sheet with some or all of its unknown cells filled in; given outcomes stay."""
    share = draw.choice([0.5, 1.0])

    def fill(cells: dict[str, Fraction | None], others: dict[str, Fraction | None]) -> dict[str, Fraction | None]:
        known = {column: cell for column, cell in cells.items() if cell is not None}
        found = {column: cell for column, cell in others.items() if draw.random() < share}
        return {**cells, **found, **known}

    numbers = fill(sheet.numbers, full.numbers)
    answers = fill(sheet.answers, full.answers)
    return evolve(sheet, numbers=numbers, answers=answers)


def assert_within(wide: Scores, i: int, narrow: Scores, j: int, program: Program) -> None:
    """Own and counted points of every node lie in the earlier range; a verdict that was certain stays."""
    for path, node in program.nodes.items():
        for what, before, after in (("own", wide.own, narrow.own), ("counted", wide.counted, narrow.counted)):
            (low, high), (certain, possible) = before(path), after(path)
            assert low[i] <= certain[j] <= possible[j] <= high[i], (path, what)
        if node.is_leaf and wide.verdict(path, i) is not Verdict.UNANSWERED:
            assert narrow.verdict(path, j) is wide.verdict(path, i), path


def ranks(program: Program) -> bool:
    """Whether a point of one body may depend on the others."""
    conditions = [leaf.condition for leaf in program.leaves if leaf.condition is not None]
    return any(
        isinstance(part, Within) or any(isinstance(value, RankValue | Statistic) for value in values_in(condition))
        for condition in conditions
        for part in conditions_in(condition)
    )


def hold_to_ranges(made: Rulebook, sheets: list[Sheet], draw: random.Random) -> None:
    """A body placed by the cut-offs of its population has the same points there, and keeps to its ranges."""
    program = made.program
    scores = score(made, sheets)
    stored = stored_of(scores)
    full = sheets_for(program, draw, len(sheets), 0.0)
    changed = [filled(sheet, other, draw) for sheet, other in zip(sheets, full, strict=True)]
    alone = score(made, sheets, stored)
    later = score(made, changed, stored)
    for i, sheet in enumerate(sheets):
        single = score(made, [sheet], stored)
        for path, node in program.nodes.items():
            assert single.ranges(path, 0) == alone.ranges(path, i) == scores.ranges(path, i), (path, i)
            if node.is_leaf:
                assert single.verdict(path, 0) is alone.verdict(path, i) is scores.verdict(path, i), (path, i)
        assert_within(alone, i, later, i, program)
    if not ranks(program):
        together = score(made, changed)
        for i in range(len(sheets)):
            assert_within(scores, i, together, i, program)


@settings(max_examples=examples(200))
@given(SEEDS, SEEDS, SIZES)
def test_a_choice_keeps_within_its_ranges(seed: int, chance: int, size: int) -> None:
    """いずれか with ties, given outcomes beside unknown values, 未公表 among the siblings."""
    made, draw = book_of(choices(seed)), random.Random(chance)
    sheets = sheets_for(made.program, draw, size, 0.4)
    told = [leaf.path for leaf in made.program.leaves if draw.random() < 0.5]
    given = [evolve(sheet, outcomes={path: draw.random() < 0.7 for path in told}) for sheet in sheets]
    hold_to_ranges(made, given, draw)


@settings(max_examples=examples(100))
@given(SEEDS, SEEDS, SIZES, st.sampled_from([0.1, 0.4]))
def test_any_rulebook_keeps_within_its_ranges(seed: int, chance: int, size: int, unknown: float) -> None:
    """Every form of rulebook, by cut-offs; where nothing is ranked, in the population too."""
    made, draw = book_of(print_rulebook(grow(seed))), random.Random(chance)
    hold_to_ranges(made, sheets_for(made.program, draw, size, unknown), draw)
