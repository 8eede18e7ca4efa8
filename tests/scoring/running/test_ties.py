"""いずれか between equal points while something is unknown: what is filled in later never leaves the range."""

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from three_readings import compiled, read_alike

from effort import examples
from haiten.compiler.proofs.sheets import Sheet
from haiten.scoring.cutoffs.cutoffs import stored_of
from haiten.scoring.facts.facts import facts_from
from haiten.scoring.running.scores import Scores, Verdict

ITEM = "推進.Ⅰ.(ⅰ).1."
CHOICE = """事実 甲 : 人 0以上
事実 乙 : 人 0以上
事実 過疎 : 該当
交付金 推進 {points}点
  目標 Ⅰ {points}点
    指標群 (ⅰ) {points}点
      指標 1 {points}点 いずれか
{items}別枠 使う 1点 要件 過疎 かつ 甲 が 0人以上 かつ 乙 が 0人以上
"""
UNKNOWN = Verdict.UNANSWERED


def verdicts(scores: Scores, count: int) -> list[Verdict]:
    return [scores.verdict(ITEM + label, 0) for label in "アイウ"[:count]]


def counted(scores: Scores, count: int) -> list[tuple[int, int]]:
    points = (scores.points(ITEM + label, 0) for label in "アイウ"[:count])
    return [(point.certain, point.possible) for point in points]


def rulebook(items: list[str], points: int = 4) -> str:
    lines = "".join(f"        {label} {item}\n" for label, item in zip("アイウ", items, strict=False))
    return CHOICE.format(points=points, items=lines)


def first_of(made_of: list[str], first: Sheet, others: tuple[tuple[int, int], ...] = ((9, 1), (1, 9))) -> Scores:
    """The first body among others that have values for both rankings."""
    rest = [Sheet({"甲": Fraction(a), "乙": Fraction(b)}, {"過疎": True}) for a, b in others]
    return read_alike(compiled(rulebook(made_of)), [first, *rest])


def given_both(**numbers: int | None) -> Sheet:
    values = {name: None if value is None else Fraction(value) for name, value in numbers.items()}
    return Sheet(values, {"過疎": True}, {ITEM + "ア": True, ITEM + "イ": True})


TWO_RANKS = ["4点 要件 甲 が 上位5割", "4点 要件 乙 が 上位5割"]


def test_a_given_outcome_tells_nothing_of_the_place() -> None:
    """Both were given, no value is known: which of them counts is open, that one of them does is certain."""
    scores = first_of(TWO_RANKS, given_both())
    assert verdicts(scores, 2) == [UNKNOWN, UNKNOWN]
    assert counted(scores, 2) == [(0, 4), (0, 4)]
    total = scores.points(None, 0)
    assert (total.certain, total.possible) == (4, 4)


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (given_both(甲=5), [UNKNOWN, UNKNOWN]),  # イ may stand first
        (given_both(乙=5), [UNKNOWN, UNKNOWN]),
        (given_both(甲=5, 乙=10), [Verdict.SUPERSEDED, Verdict.AWARDED]),
        (given_both(甲=5, 乙=5), [Verdict.AWARDED, Verdict.SUPERSEDED]),
    ],
)
def test_a_value_that_is_filled_in_settles_it(first: Sheet, expected: list[Verdict]) -> None:
    """One value leaves it open, both settle it."""
    assert verdicts(first_of(TWO_RANKS, first), 2) == expected


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        # Unranked or ranked, the first is ahead of one that no ranking can better.
        (["4点 要件 甲 が 上位5割", "4点 要件 過疎"], [Verdict.AWARDED, Verdict.SUPERSEDED]),
        # A rank may yet put the second ahead.
        (["4点 要件 過疎", "4点 要件 甲 が 上位5割"], [UNKNOWN, UNKNOWN]),
        # What is worth less does not count, whatever its place.
        (["4点 要件 過疎", "3点 要件 甲 が 上位5割"], [Verdict.AWARDED, Verdict.SUPERSEDED]),
        (["3点 要件 甲 が 上位5割", "4点 要件 過疎"], [Verdict.SUPERSEDED, Verdict.AWARDED]),
        # One of its ranks is known, and already better than the other's; what is unknown could only better it.
        (["4点 要件 甲 が 上位5割 又は 乙 が 上位5割", "4点 要件 過疎"], [Verdict.AWARDED, Verdict.SUPERSEDED]),
        # Among 過疎 nobody is ranked who is surely none.
        (
            ["4点 要件 (過疎 でない) のうち 甲 が 上位5割", "4点 要件 乙 が 上位5割"],
            [Verdict.SUPERSEDED, Verdict.AWARDED],
        ),
    ],
)
def test_only_what_could_change_the_choice_leaves_it_open(items: list[str], expected: list[Verdict]) -> None:
    """Both were given and 甲 is unknown: a range is no wider than what a value of 甲 could change."""
    assert verdicts(first_of(items, given_both(乙=5)), 2) == expected


def test_undisclosed_points_come_last() -> None:
    """未公表 points equal to a child's do not displace it; more points may, and the sum of the range stays sound."""
    made = compiled(
        rulebook(["4点 要件 過疎", "2点 要件 過疎"]).replace("いずれか\n", "いずれか\n        未公表 4点\n")
    )
    scores = read_alike(made, [Sheet({}, {"過疎": True})])
    assert verdicts(scores, 2) == [Verdict.AWARDED, Verdict.SUPERSEDED]
    more = rulebook(["4点 要件 過疎", "2点 要件 過疎"], points=5)
    made = compiled(more.replace("いずれか\n", "いずれか\n        未公表 5点\n"))
    scores = read_alike(made, [Sheet({}, {"過疎": True})])
    assert verdicts(scores, 2) == [UNKNOWN, Verdict.SUPERSEDED]
    assert counted(scores, 2) == [(0, 4), (0, 0)]
    total = scores.points(None, 0)
    assert (total.certain, total.possible) == (4, 5)


CONDITIONS = (
    *("甲 が 上位5割", "乙 が 上位5割", "甲 が 上位1位", "過疎", "該当", "過疎 のうち 甲 が 上位5割"),
    *("甲 が 上位5割 又は 乙 が 上位1位", "甲 が 3人以上", "乙 が 上位3割 でない"),
)


@settings(max_examples=examples(25), deadline=None)
@given(st.integers(0, 2**64))
def test_what_is_filled_in_stays_within_the_range(seed: int) -> None:
    """Placed by cut-offs, every counted range of an open sheet holds those of each sheet that fills it in."""
    draw = random.Random(seed)
    items = [f"{draw.choice([2, 4, 4, 4])}点 要件 {draw.choice(CONDITIONS)}" for _ in range(draw.randint(2, 3))]
    text = rulebook(items, max(int(item[0]) for item in items))
    made = compiled(text.replace("いずれか\n", f"いずれか\n{' ' * 8}未公表 1点\n") if draw.random() < 0.2 else text)

    def sheet(unknown: float) -> Sheet:
        numbers = {name: None if draw.random() < unknown else Fraction(draw.randint(0, 4)) for name in "甲乙"}
        asked = [leaf.path for leaf in made.program.leaves if leaf.answered]
        answers = {name: None if draw.random() < unknown else draw.random() < 0.7 for name in ("過疎", *asked)}
        outcomes = {ITEM + label: draw.random() < 0.8 for label in "アイウ"[: len(items)] if draw.random() < 0.5}
        return Sheet(numbers, answers, outcomes)

    first = sheet(0.6)
    stored = stored_of(read_alike(made, [first, *(sheet(0.1) for _ in range(draw.randint(0, 5)))]))
    wide = made.score(facts_from(made.program, [first]), stored)
    for _ in range(4):
        full = sheet(0)
        numbers = {name: full.numbers[name] if value is None else value for name, value in first.numbers.items()}
        answers = {name: full.answers[name] if value is None else value for name, value in first.answers.items()}
        narrow = made.score(facts_from(made.program, [Sheet(numbers, answers, first.outcomes)]), stored)
        for path, node in made.program.nodes.items():
            (low, high), (certain, possible) = wide.counted(path), narrow.counted(path)
            assert low[0] <= certain[0] <= possible[0] <= high[0], path
            if node.is_leaf and wide.verdict(path, 0) is not Verdict.UNANSWERED:
                assert narrow.verdict(path, 0) is wide.verdict(path, 0), path
