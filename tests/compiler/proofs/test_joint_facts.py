"""Facts for several computed values at once: found if and only if trying all facts finds them."""

import random
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings

from effort import examples
from haiten.compiler.driver import compile_source
from haiten.compiler.program.evaluate import value_of
from haiten.compiler.program.terms import Compare, Value
from haiten.compiler.program.walk import conditions_in
from haiten.compiler.proofs.integer_points import Possibility, StepBudget
from haiten.compiler.proofs.joint_facts import JointFacts, Wish
from haiten.compiler.proofs.linear_forms import Interval
from haiten.compiler.source import Source
from strategies import SEEDS

RANGES = {"甲": (-3, 4, 1), "乙": (-2, 3, 1), "丙": (0, 1, 10)}  # least, greatest, units of 1


def values_in(*texts: str) -> list[Value]:
    facts = "事実 甲 : 数 －3以上 4以下\n事実 乙 : 数 －2以上 3以下\n事実 丙 : 数 0以上 1以下 小数1桁\n"
    condition = " かつ ".join(f"{text} が {9 + number}以上" for number, text in enumerate(texts))
    tree = f"交付金 推進 「交」 4点\n目標 Ⅰ 「目」 4点\n指標群 (ⅰ) 「群」 4点\n指標 1 「指」 4点 要件 {condition}\n"
    made = compile_source(Source("rules", f"言語 1\n令和6年度 市町村 評価指標\n{facts}{tree}"))
    assert made.program is not None, made.diagnostics
    (leaf,) = made.program.leaves
    assert leaf.condition is not None
    return [part.left for part in conditions_in(leaf.condition) if isinstance(part, Compare)]


def random_value(draw: random.Random, depth: int) -> str:
    """Sums, multiples, quotients, 最大, 最小 and rounded values; now and then a product of facts."""
    if not depth or draw.random() < 0.2:
        return draw.choice(["甲", "乙", "丙", "甲", "乙", "丙", "2", "0.5"])
    one, two = (random_value(draw, depth - 1) for _ in range(2))
    kinds = [
        f"({one} ＋ {two})", f"({one} － {two})", f"({one} × {draw.choice(['2', '0.3', '3'])})",
        f"({one} ÷ {draw.choice(['甲', '(乙 ＋ 4)', '2', '(丙 － 0.5)'])})",
        f"{draw.choice(['最大', '最小'])}({one}, {two})",
        f"{draw.choice(['四捨五入', '切捨て'])}({one}, 小数{draw.randrange(2)}桁)",
    ]  # fmt: skip
    return draw.choice([*kinds, *kinds, f"({one} × {two})"])


def random_interval(draw: random.Random) -> Interval:
    low, high = sorted(Fraction(draw.randint(-30, 30), draw.choice([1, 2, 10])) for _ in range(2))
    kind = draw.randrange(4)
    if not kind:
        return Interval(low, low)
    return Interval(None if kind == 1 else low, None if kind == 2 else high, draw.random() < 0.5, draw.random() < 0.5)


@settings(max_examples=examples(300), deadline=None)
@given(SEEDS)
def test_trying_all_facts_finds_the_same(seed: int) -> None:
    """What is found meets every wish; what is impossible, no facts meet; of linear values nothing stays open."""
    draw = random.Random(seed)
    texts = [random_value(draw, 2) for _ in range(draw.randint(1, 3))]
    wishes = [Wish(value, random_interval(draw)) for value in values_in(*texts)]
    axes = [[Fraction(n, unit) for n in range(low * unit, high * unit + 1)] for low, high, unit in RANGES.values()]
    sheets = (dict(zip(RANGES, numbers, strict=True)) for numbers in product(*axes))

    def fits(sheet: dict[str, Fraction]) -> bool:
        results = ((wish, value_of(wish.value, sheet)) for wish in wishes)
        return all(result is not None and wish.is_met(result) for wish, result in results)

    found = JointFacts().find(wishes, StepBudget(200_000))
    if isinstance(found, dict):
        assert fits({"甲": Fraction(0), "乙": Fraction(0), "丙": Fraction(0), **found}), texts
    elif found is Possibility.IMPOSSIBLE:
        assert not any(map(fits, sheets)), texts


@pytest.mark.parametrize(
    ("text", "low", "high", "is_possible"),
    [
        ("四捨五入(甲 ÷ 2, 小数0桁)", 1, 1, True),  # 0.5 and 1 are rounded to it
        ("四捨五入(甲 ÷ 2, 小数0桁)", -2, -2, True),  # -1.5, away from zero
        ("切捨て(甲 ÷ 2, 小数0桁)", -1, -1, True),
        ("切捨て(甲 ÷ 2, 小数0桁)", -2, -2, False),  # -1.5, towards zero
        ("四捨五入(丙, 小数0桁)", Fraction(1, 2), Fraction(1, 2), False),
        ("甲 × 3 ＋ 乙 × 6", 1, 2, False),
        ("甲 × 3 ＋ 乙 × 6", 1, 3, True),
        ("最大(甲, 乙) － 最小(甲, 乙)", 6, 6, True),
        ("最大(甲, 乙) － 最小(甲, 乙)", 7, 7, False),
        ("甲 ÷ (乙 － 乙)", -99, 99, False),  # always divided by zero
        ("(甲 ÷ 乙) × 乙", 4, 4, True),
    ],
)
def test_one_value(text: str, low: Fraction, high: Fraction, *, is_possible: bool) -> None:
    """Rounding both ways from zero, multiples, and divisors that are zero."""
    (value,) = values_in(text)
    found = JointFacts().find([Wish(value, Interval(Fraction(low), Fraction(high)))], StepBudget(10_000))
    assert isinstance(found, dict) is is_possible
    assert is_possible or found is Possibility.IMPOSSIBLE
