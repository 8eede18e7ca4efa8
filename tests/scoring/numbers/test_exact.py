"""Exact columns agree with fractions, however large or close the numbers; floats would not."""

import random
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from effort import examples
from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.compiler.syntax.operators import Operator
from haiten.compiler.syntax.roundings import RoundingWay
from haiten.scoring.facts.facts import Body, Facts, numbers_from
from haiten.scoring.numbers import exact
from haiten.scoring.numbers.exact import Ratios, from_integers
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Verdict

RULES = """言語 1
令和6年度 市町村 評価指標
出典 要綱 「要綱」
事実 認定率 : % 0以上 小数2桁
事実 給付費 : 円 0以上 小数2桁
事実 人口 : 人 1以上
交付金 推進 「推進」〔要綱〕 2点〔要綱〕
  目標 Ⅰ 「目標」〔要綱〕 2点
    指標群 (ⅰ) 「群」〔要綱〕 2点
      指標 1 「指標」〔要綱〕 2点
        ア 「差が等しい」〔要綱〕 1点 要件 (認定率 － 前年度(認定率)) が 4.3%と等しい
        イ 「1人当たり」〔要綱〕 1点 要件 (給付費 ÷ 人口) が 上位5割
"""
EQUAL, RANKED = "推進.Ⅰ.(ⅰ).1.ア", "推進.Ⅰ.(ⅰ).1.イ"
# Small ones, and ones whose products leave int64 behind.
INTEGERS = st.one_of(st.integers(-20, 20), st.integers(-(2**62), 2**62))
Cells = list[tuple[int, int, bool]]
COLUMNS = st.lists(st.tuples(INTEGERS, INTEGERS.filter(bool), st.booleans()), min_size=1, max_size=8)


def rulebook() -> Rulebook:
    made = Rulebook(compile_source(Source("rules", RULES)))
    assert made.ok, made.diagnostics
    return made


def column(cells: Cells) -> Ratios:
    """``a ÷ b`` per body, made as the machine makes it."""
    known = np.array([known for _, _, known in cells])
    above = from_integers(np.array([a for a, _, _ in cells], dtype=np.int64), known, 100)
    below = from_integers(np.array([b for _, b, _ in cells], dtype=np.int64), known)
    return exact.multiply(above, -1, below)


def places(values: list[Any]) -> list[int]:
    """Where each value stands among the distinct ones."""
    ranks = {value: place for place, value in enumerate(sorted(set(values)))}
    return [ranks[value] for value in values]


def fractions(cells: Cells) -> list[Fraction | None]:
    return [Fraction(a, 100 * b) if known else None for a, b, known in cells]


def values(ratios: Ratios) -> list[Fraction | None]:
    return [ratios[body] for body in range(len(ratios.known))]


def test_a_difference_of_decimals_is_exact() -> None:
    """8.65 － 4.35 と等しい 4.3 holds; in floats it does not."""
    assert 8.65 - 4.35 != 4.3
    facts = Facts((Body("01100"),), {"認定率": numbers_from([865], 2), "前年度.認定率": numbers_from([435], 2)})
    assert rulebook().score(facts).verdict(EQUAL, 0) is Verdict.AWARDED


def test_near_ties_are_ranked_right() -> None:
    """Quotients of yen and persons that are one float are still ranked as the different numbers they are."""
    draw = random.Random(7)
    pairs: list[tuple[int, int]] = []
    while len(pairs) < 200:
        # a/b and the neighbouring fraction c/d with ad - bc = 1: as close as two such quotients can be.
        b = draw.randrange(10**7, 10**8)
        a = draw.randrange(10**14, 10**15)
        if np.gcd(a, b) == 1:
            d = pow(a, -1, b)
            c = (a * d - 1) // b
            pairs += [(a, b), (c, d)]
    neighbours = list(zip(pairs[::2], pairs[1::2], strict=True))
    assert any(Fraction(*x) != Fraction(*y) and x[0] / x[1] == y[0] / y[1] for x, y in neighbours)
    draw.shuffle(pairs)
    bodies = tuple(Body(f"{10000 + i}") for i in range(len(pairs)))
    numbers = {"給付費": numbers_from([a for a, _ in pairs], 2), "人口": numbers_from([b for _, b in pairs], 0)}
    scores = rulebook().score(Facts(bodies, numbers))
    better = [sum(Fraction(*other) > Fraction(*own) for other in pairs) for own in pairs]
    expected = [Verdict.AWARDED if 2 * (1 + b) <= len(pairs) else Verdict.NOT_MET for b in better]
    assert [scores.verdict(RANKED, i) for i in range(len(pairs))] == expected


@settings(max_examples=examples(100))
@given(COLUMNS, COLUMNS, st.booleans())
def test_columns_are_stacked(first: Cells, then: Cells, alike: bool) -> None:
    """The values of one column, then those of another; the bounds hold for all of them."""
    one, other = column(first), exact.constant(Fraction(1, 7), len(then)) if alike else column(then)
    both = exact.stacked(one, other)
    assert values(both) == [*values(one), *values(other)]
    assert all(abs(int(num)) <= both.num_bound for num in both.num)
    assert all(0 < int(den) <= both.den_bound for den in both.den)


@settings(max_examples=examples(300))
@given(COLUMNS, COLUMNS)
def test_arithmetic_is_that_of_fractions(first: Cells, second: list[tuple[int, int, bool]]) -> None:
    """Sums, differences, products and quotients, beyond int64 too."""
    size = min(len(first), len(second))
    left, right = column(first[:size]), column(second[:size])
    for made, expected in (
        (exact.add(left, 1, right), lambda a, b: a + b),
        (exact.add(left, -1, right), lambda a, b: a - b),
        (exact.multiply(left, 1, right), lambda a, b: a * b),
        (exact.multiply(left, -1, right), lambda a, b: a / b if b else None),
        (exact.extreme([left, right], greatest=True), max),
        (exact.extreme([left, right], greatest=False), min),
    ):
        pairs = zip(fractions(first[:size]), fractions(second[:size]), strict=True)
        assert values(made) == [None if a is None or b is None else expected(a, b) for a, b in pairs]


@settings(max_examples=examples(300))
@given(COLUMNS, COLUMNS)
def test_comparisons_are_those_of_fractions(first: Cells, second: list[tuple[int, int, bool]]) -> None:
    """All five comparisons."""
    size = min(len(first), len(second))
    left, right = column(first[:size]), column(second[:size])
    operators = {"以上": "__ge__", "以下": "__le__", "超": "__gt__", "未満": "__lt__", "と等しい": "__eq__"}
    for operator, method in operators.items():
        holds = exact.compare(left, Operator.named(operator), right)
        for i, (a, b) in enumerate(zip(fractions(first[:size]), fractions(second[:size]), strict=True)):
            if a is not None and b is not None:
                assert bool(holds[i]) is getattr(a, method)(b)


@settings(max_examples=examples(300))
@given(COLUMNS, st.integers(0, 3))
def test_rounding_and_figures_are_those_of_fractions(cells: Cells, decimals: int) -> None:
    """四捨五入 goes half away from zero, 切捨て towards zero; mean and median are exact."""
    made, known = column(cells), [value for value in fractions(cells) if value is not None]
    scale = 10**decimals
    for way in RoundingWay:
        expected = []
        for value in fractions(cells):
            if value is None:
                expected.append(None)
                continue
            size = abs(value) * scale
            whole = (
                int(size + Fraction(1, 2)) if way == "四捨五入" else int(size) + (way == "切上げ" and size != int(size))
            )
            expected.append(Fraction(whole if value >= 0 else -whole, scale))
        assert values(exact.rounded(made, decimals, way)) == expected
    assert exact.mean(made) == (sum(known, Fraction(0)) / len(known) if known else None)
    middle = sorted(known)[(len(known) - 1) // 2 : len(known) // 2 + 1]
    assert exact.median(made) == (sum(middle, Fraction(0)) / len(middle) if middle else None)


@settings(max_examples=examples(300))
@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(1, 4), st.integers(0, 2), st.booleans()), max_size=30))
def test_order_keys_order_as_fractions_do(cells: list[tuple[int, int, int, bool]]) -> None:
    """Equal keys for equal values, larger for larger ones, with many near-ties far beyond the floats."""
    huge = 10**25
    exacts = [Fraction(a, b) + Fraction(tiny, huge) for a, b, tiny, _ in cells]
    num = np.array([value.numerator for value in exacts], dtype=object)
    den = np.array([value.denominator for value in exacts], dtype=object)
    chosen = np.array([known for *_, known in cells], dtype=np.bool_)
    bound = max([1, *(abs(v.numerator) for v in exacts), *(v.denominator for v in exacts)])
    keys = exact.order_keys(Ratios(num, den, chosen, bound, bound))
    assert places(keys.tolist()) == places(exacts)


@settings(max_examples=examples(300))
@given(st.lists(st.tuples(st.integers(-(2**25), 2**25), st.integers(1, 2**26)), max_size=30), st.integers(0, 3))
def test_floats_order_quotients_of_small_terms(cells: list[tuple[int, int]], near: int) -> None:
    """Where no numerator times a denominator is above 2**51 no two quotients meet, not even next neighbours."""
    exacts = [(a, b) for a, b in cells] + [(a + near, b - near) for a, b in cells if b > near and a + near <= 2**25]
    ones = np.ones(len(exacts), dtype=np.bool_)
    num, den = (np.array([pair[side] for pair in exacts], dtype=np.int64) for side in (0, 1))
    keys = exact.order_keys(Ratios(num, den, ones, 2**25, 2**26))
    assert keys.dtype == np.float64
    assert places(keys.tolist()) == places([Fraction(a, b) for a, b in exacts])


def test_rounding_does_not_overflow() -> None:
    """Twice a denominator near the end of int64 is beyond it."""
    den = 46_116_860_184_273_880 * 100
    made = exact.multiply(
        from_integers(np.array([0]), np.array([True])), -1, from_integers(np.array([den]), np.array([True]))
    )
    assert values(exact.rounded(made, 0, RoundingWay.HALF)) == [0]


def test_bounds_travel_through_extremes() -> None:
    """The greater of a small and a huge number is huge for what is made of it next."""
    known = np.array([True])
    small, huge, scale = (from_integers(np.array([number]), known) for number in (1, 2**62, 1024))
    for columns in ([small, huge], [huge, small]):
        assert values(exact.multiply(exact.extreme(columns, greatest=True), 1, scale)) == [2**72]
    parts = exact.multiply(scale, -1, huge), exact.multiply(scale, -1, small)
    assert values(exact.multiply(exact.extreme(list(parts), greatest=False), -1, scale)) == [Fraction(1, 2**62)]


FAR = 2**62
FAR_APART = [(FAR, FAR, True), (FAR, 1, True), (-FAR, FAR, True), (0, 3, True)]
ALL_FAR = [(FAR, 1, True), (FAR, FAR, True), (FAR, 1, True), (-1, FAR, True)]


@settings(max_examples=examples(100))
@example(FAR_APART, ALL_FAR)
@example(ALL_FAR, ALL_FAR)
@given(COLUMNS, COLUMNS)
def test_results_stay_within_the_bounds_that_they_state(first: Cells, second: Cells) -> None:
    """What is made of a result trusts its bounds; whole numbers and quotients meet, beyond int64 too."""
    size = min(len(first), len(second))
    sides = []
    for cells in (first[:size], second[:size]):
        whole = from_integers(np.array([a for a, _, _ in cells]), np.ones(size, dtype=np.bool_))
        sides.append((whole, column(cells)))
    for left, right in product(*sides):
        total, rest = exact.add(left, 1, right), exact.add(left, -1, right)
        pairs = [(a, b) for a, b in zip(values(left), values(right), strict=True)]
        assert values(total) == [None if a is None or b is None else a + b for a, b in pairs]
        assert values(rest) == [None if a is None or b is None else a - b for a, b in pairs]
        others = exact.multiply(left, 1, right), exact.multiply(left, -1, right), exact.extreme([left, right], True)
        for made in (total, rest, *others, *(exact.rounded(left, 2, way) for way in RoundingWay)):
            assert all(abs(int(num)) <= made.num_bound for num in made.num)
            assert all(0 < int(den) <= made.den_bound for den in np.ravel(made.den))


def test_what_no_float_holds_is_ordered() -> None:
    """Quotients beyond the floats stand in their order, on their side of all those within, however these are typed."""
    huge = 10**400
    beyond = [Fraction(huge, 3), Fraction(-huge, 7), Fraction(huge, 7), Fraction(-huge, 3), Fraction(huge)]
    exacts = [beyond[0], Fraction(5), Fraction(1, 2), *beyond[1:], Fraction(-3), Fraction(40)]
    num = np.array([value.numerator for value in exacts], dtype=object)
    den = np.array([value.denominator for value in exacts], dtype=object)
    chosen = np.ones(len(exacts), dtype=np.bool_)
    for above, below in ((num, den), (num, den.astype(np.int64)), (den.astype(np.int64), np.abs(num))):
        quotients = [Fraction(int(a), int(b)) for a, b in zip(above, below, strict=True)]
        ranks = {value: place for place, value in enumerate(sorted(set(quotients)))}
        keys = exact.order_keys(Ratios(above, below, chosen, huge, huge))
        assert keys.tolist() == [ranks[value] for value in quotients]
