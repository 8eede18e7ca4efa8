"""Numbers that stand for all others: whatever conditions can tell apart on the whole grid, they show too."""

from bisect import bisect_left, bisect_right
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from effort import examples
from haiten.compiler.driver import compile_source
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import Compare, Value
from haiten.compiler.program.walk import conditions_in
from haiten.compiler.proofs.sample_numbers import numbers_of
from haiten.compiler.source import Source

BOUND = st.none() | st.integers(-4, 4).map(lambda half: Fraction(half, 2))
THRESHOLDS = st.sets(st.integers(-20, 20).map(lambda quarter: Fraction(quarter, 4)), max_size=3)


def shown(number: Fraction | None, word: str) -> str:
    return "" if number is None else f" {'－' if number < 0 else ''}{float(abs(number)):g}以{word}"


def compared(*facts: str, condition: str) -> tuple[Program, list[Value]]:
    """The program that has one condition, and the values that this compares with numbers, in order."""
    made = compile_source(
        Source(
            "rules",
            "\n".join(
                [
                    "言語 1\n令和6年度 市町村 評価指標",
                    *facts,
                    "交付金 推進 「交」 4点\n目標 Ⅰ 「目」 4点\n指標群 (ⅰ) 「群」 4点",
                    f"指標 1 「指」 4点 要件 {condition}\n",
                ]
            ),
        )
    )
    assert made.program is not None, made.diagnostics
    (leaf,) = made.program.leaves
    assert leaf.condition is not None
    return made.program, [part.left for part in conditions_in(leaf.condition) if isinstance(part, Compare)]


@st.composite
def ranges(draw: st.DrawFn) -> tuple[Fraction | None, Fraction | None, int]:
    """Least and greatest number, and decimals, of a fact that can be something."""
    low, high, decimals = draw(BOUND), draw(BOUND), draw(st.integers(0, 1))
    low, high = (low, high) if low is None or high is None or low < high else (high, low)
    if low is not None and high is not None and high - low < 1:
        high = low + 1
    return low, high, decimals


def fact(name: str, kind: tuple[Fraction | None, Fraction | None, int]) -> str:
    low, high, decimals = kind
    return f"事実 {name} : %{f' 小数{decimals}桁' if decimals else ''}{shown(low, '上')}{shown(high, '下')}"


def grid(kind: tuple[Fraction | None, Fraction | None, int]) -> list[Fraction]:
    """All numbers of a fact from -9 to 9; thresholds and bounds are from -5 to 5."""
    low, high, decimals = kind
    numbers = (Fraction(n, 10**decimals) for n in range(-9 * 10**decimals, 9 * 10**decimals + 1))
    return [n for n in numbers if (low is None or n >= low) and (high is None or n <= high)]


def read(number: Fraction, thresholds: set[Fraction]) -> tuple[int, int]:
    """Between which thresholds, or at which, a number is."""
    ordered = sorted(thresholds)
    return bisect_left(ordered, number), bisect_right(ordered, number)


@settings(max_examples=examples(300))
@example((None, Fraction(0), 0), set())
@given(ranges(), THRESHOLDS)
def test_each_gap_and_threshold_has_its_number(
    kind: tuple[Fraction | None, Fraction | None, int], thresholds: set[Fraction]
) -> None:
    """One in each gap that has any, one at a threshold; ascending, and none off the grid."""
    program, (value,) = compared(fact("甲", kind), condition="甲 が 0%以上")
    found = numbers_of(program, value, thresholds)
    assert [read(number, thresholds) for number in found] == sorted({read(number, thresholds) for number in grid(kind)})
    assert found == sorted(set(found))
    assert set(found) <= set(grid(kind))


@pytest.mark.parametrize(
    ("facts", "value", "thresholds", "numbers"),
    [
        (("%",), "甲 ＋ 乙", [], [0]),
        (("%",), "甲 ＋ 乙", [3], [2, 3, 4]),
        (("% 1以上",), "甲 ＋ 乙", [], [3]),
        (("% 4以下",), "甲 ＋ 乙", [], [7]),
        (("% 1以上", "% 3以上 5以下"), "甲 ＋ 乙", [1, 4, 6], [4, 5, 6, 7]),
        (("% 1以上 2以下",), "甲 ＋ 乙", [0, 2, 3, 9], [2, Fraction(5, 2), 3, Fraction(7, 2)]),
        (("% 1以上 2以下",), "甲 ＋ 乙", [4], [3, 4]),
        (("% 4以下",), "甲 ＋ 乙", [5, 8, 20], [4, 5, Fraction(13, 2), 8]),
    ],
)
def test_computed_values_lie_between_their_bounds(
    facts: tuple[str, ...], value: str, thresholds: list[int], numbers: list[Fraction]
) -> None:
    """One number in each gap as far as it can be known: the middle, or one beside the only threshold or bound."""
    one, other = (facts[0], facts[-1])
    program, (computed,) = compared(f"事実 甲 : {one}", f"事実 乙 : {other}", condition=f"({value}) が 0%以上")
    assert numbers_of(program, computed, map(Fraction, thresholds)) == numbers


def test_points_of_the_year_before_are_whole_and_not_negative() -> None:
    """Beside a threshold and at it, nothing below zero."""
    program, (value,) = compared(condition="前年度(得点(推進.Ⅰ)) が 0点以上")
    assert numbers_of(program, value, [Fraction(0), Fraction(5, 2), Fraction(7)]) == [0, 1, 3, 7, 8]
