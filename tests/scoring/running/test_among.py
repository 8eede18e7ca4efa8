"""のうち within のうち: every rank on the right of one, on either side of the inner ones, is among those on its left.

The reading here starts from what is written, not from the program that the evaluator and the oracle share.
"""

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from three_readings import OPENING, compiled, read_alike

from effort import examples
from haiten.compiler.driver import compile_source
from haiten.compiler.limits import MOST_PARTS
from haiten.compiler.proofs.sheets import Sheet
from haiten.compiler.source import Source
from haiten.compiler.syntax import expressions as ex
from haiten.compiler.syntax.expressions import Expression
from haiten.scoring.explaining.explain import explain
from haiten.scoring.explaining.reasons import Reason

FACTS = """事実 甲 : 人 0以上
事実 乙 : 人 0以上 小さいほど良い
事実 丙 : 人 0以上
事実 過疎 : 該当
区分 規模 = 丙 「大」 3人以上 「小」 その他
交付金 推進 2点
  目標 Ⅰ 2点
    指標群 (ⅰ) 2点
      指標 1 2点
        ア 2点 要件 {condition}
"""
ITEM = "推進.Ⅰ.(ⅰ).1.ア"
Bodies = frozenset[int]


def met(condition: Expression, sheets: list[Sheet], among: Bodies) -> Bodies:
    """Which of some bodies meet a condition, its ranks taken among them."""
    match condition:
        case ex.Among(subset, inner):
            return met(inner, sheets, met(subset, sheets, among))
        case ex.Junction(connective, operands):
            parts = [met(operand, sheets, among) for operand in operands]
            whole = parts[0]
            for part in parts[1:]:
                whole = whole & part if connective == "かつ" else whole | part
            return whole
        case ex.Not(operand):
            return among - met(operand, sheets, among)
        case ex.CountAmong(members, operator, count):
            held = met(members, sheets, among)
            return held if (operator, count) == ("以上", 1) else among - held
        case ex.Name(name):
            return frozenset(i for i in among if sheets[i].answers[name])
        case ex.Comparison(ex.Name(name), _, ex.Quantity(value=bound)):
            return frozenset(i for i in among if (sheets[i].numbers[name] or 0) >= Fraction(bound))
        case ex.WithinTop(ex.Name(name)) as within:
            return frozenset(i for i in among if _is_within(within, name, sheets, among, i))
    raise AssertionError(condition)


def _is_within(within: ex.WithinTop, name: str, sheets: list[Sheet], among: Bodies, i: int) -> bool:
    def value(body: int, of: str) -> Fraction:
        return sheets[body].numbers[of] or Fraction(0)

    rivals = [j for j in among if within.by is None or (value(j, "丙") >= 3) == (value(i, "丙") >= 3)]
    lower = name == "乙"
    better = sum(value(j, name) < value(i, name) if lower else value(j, name) > value(i, name) for j in rivals)
    share = {"割": Fraction(len(rivals), 10), "%": Fraction(len(rivals), 100), "位": Fraction(1)}[within.unit]
    return 1 + better <= Fraction(within.step) * share


def written(draw: random.Random, depth: int) -> str:
    """A condition of nested のうち; brackets stand wherever they may."""
    kinds = ["rank"] * 4 + ["fact", "compare"] + (["among"] * 6 + ["join", "not", "tally"]) * (depth > 0)
    match draw.choice(kinds):
        case "rank":
            by = draw.choice(["", "", "規模別 "])
            return f"({draw.choice('甲乙丙')} が {by}上位{draw.choice(['5割', '3割', '70%', '1位', '2位'])})"
        case "fact":
            return "(過疎)"
        case "compare":
            return f"({draw.choice('甲丙')} が {draw.randint(1, 4)}人以上)"
        case "join":
            word = draw.choice([" かつ ", " 又は "])
            return f"({word.join(written(draw, depth - 1) for _ in range(2))})"
        case "not":
            return f"({written(draw, depth - 1)} でない)"
        case "tally":
            return f"({written(draw, depth - 1)} のうち 1つ{draw.choice(['以上', '未満'])})"
        case _:
            return f"({written(draw, depth - 1)} のうち {written(draw, depth - 1)})"


def sheets_of(draw: random.Random, size: int) -> list[Sheet]:
    made = []
    for _ in range(size):
        numbers: dict[str, Fraction | None] = {name: Fraction(draw.randint(0, 5)) for name in "甲乙丙"}
        made.append(Sheet(numbers, {"過疎": draw.random() < 0.6}))
    return made


@settings(max_examples=examples(40), deadline=None)
@given(st.integers(0, 2**64), st.integers(1, 4), st.integers(1, 9))
def test_ranks_are_among_those_on_the_left_however_deep(seed: int, depth: int, size: int) -> None:
    """All bodies, the oracle, DuckDB, and each body alone with cut-offs: as the words say."""
    draw = random.Random(seed)
    made = compiled(FACTS.format(condition=f"({written(draw, depth)} のうち {written(draw, depth)})") + USES)
    sheets = sheets_of(draw, size)
    requirement = made.program.nodes[ITEM].decl.requirement
    assert requirement is not None
    expected = met(requirement.condition, sheets, frozenset(range(size)))
    scores = read_alike(made, sheets)
    assert {i for i in range(size) if scores.own(ITEM)[0][i]} == expected


# All that the conditions may read is read, so that nothing is told to be unused.
USES = """別枠 使う 1点 要件 過疎 かつ 甲 が 1人以上 かつ 乙 が 1人以上 かつ 規模 が 「大」
"""


@settings(max_examples=examples(40), deadline=None)
@given(st.integers(0, 2**64), st.integers(1, 3), st.integers(1, 8))
def test_unknown_members_are_read_alike(seed: int, depth: int, size: int) -> None:
    """With gaps in the facts the evaluator, the oracle, DuckDB and cut-offs still agree."""
    draw = random.Random(seed)
    made = compiled(FACTS.format(condition=f"({written(draw, depth)} のうち {written(draw, depth)})") + USES)
    sheets = sheets_of(draw, size)
    for sheet in sheets:
        for held in (sheet.numbers, sheet.answers):
            for name in held:
                if draw.random() < 0.2:
                    held[name] = None
    read_alike(made, sheets)


def placings(reason: Reason) -> list[tuple[str, int | None, int]]:
    """Value, rank and N of each rank in a reason."""
    mine = [(reason.placing.value.name, reason.placing.rank, reason.placing.size)] if reason.placing else []
    return [*mine, *(placing for part in reason.parts for placing in placings(part))]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("過疎 のうち ((甲 が 上位5割) のうち 丙 が 上位1位)", [("丙", 2, 2), ("甲", 1, 4)]),
        ("過疎 のうち (甲 が 上位5割 かつ 丙 が 上位5割)", [("甲", 1, 4), ("丙", 4, 4)]),
    ],
)
def test_the_trace_tells_n_among_those_on_the_left(condition: str, expected: list[tuple[str, int, int]]) -> None:
    """Four of eight bodies are 過疎: the inner rank counts four, and what is ranked among its best two counts two."""
    numbers = ((4, 1), (3, 9), (2, 9), (1, 9), (9, 9), (8, 9), (7, 9), (6, 9))
    sheets = [
        Sheet({"甲": Fraction(a), "乙": Fraction(0), "丙": Fraction(b)}, {"過疎": place < 4})
        for place, (a, b) in enumerate(numbers)
    ]
    scores = read_alike(compiled(FACTS.format(condition=condition) + USES), sheets)
    (trace,) = explain(scores, 0, ITEM)
    assert trace.reason is not None
    assert placings(trace.reason) == expected


def test_what_would_grow_beyond_bounds_is_refused() -> None:
    """Two ranks on the left of each of many のうち double what the innermost is ranked among; the limit is told."""
    condition = "過疎"
    for _ in range(20):
        condition = f"(甲 が 上位5割 かつ 丙 が 上位5割) のうち ({condition})"
    found = compile_source(Source("rules", OPENING + FACTS.format(condition=condition) + USES)).diagnostics
    assert [d.code for d in found] == ["H116"]
    assert f"{MOST_PARTS:,}個" in found[0].message
    # A single rank on each left holds all that is left of it, and so grows by one each time.
    condition = "過疎"
    for place in range(40):
        condition = f"({'甲乙丙'[place % 3]} が 上位9割) のうち ({condition})"
    compiled(FACTS.format(condition=condition) + USES)
