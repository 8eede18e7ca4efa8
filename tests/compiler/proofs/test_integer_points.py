"""Integers for linear constraints: what trying all finds, what a solver finds, and no more work than is allowed."""

import random
from itertools import product

import pytest
import z3
from hypothesis import given, settings

from effort import examples
from haiten.compiler.proofs.integer_points import Constraint as Row
from haiten.compiler.proofs.integer_points import Possibility, StepBudget, StepsUsedUpError, find_integers
from strategies import SEEDS

ENOUGH = 50_000


def is_met(row: Row, found: dict[int, int]) -> bool:
    total = row.constant + sum(coefficient * found.get(unknown, 0) for unknown, coefficient in row.terms.items())
    return total == 0 if row.equal else total >= 0


def random_rows(draw: random.Random, unknowns: int, steepest: int) -> list[Row]:
    rows = []
    for _ in range(draw.randint(1, 7)):
        chosen = draw.sample(range(1, unknowns + 1), draw.randint(1, min(unknowns, 3)))
        drawn = {unknown: draw.randint(-steepest, steepest) for unknown in chosen}
        terms = {unknown: coefficient for unknown, coefficient in drawn.items() if coefficient}
        rows.append(Row(terms, draw.randint(-4 * steepest, 4 * steepest), draw.random() < 0.25))
    return rows


@settings(max_examples=examples(400))
@given(SEEDS)
def test_trying_all_numbers_of_a_box_finds_the_same(seed: int) -> None:
    """Integers within short ranges: found if and only if there are any, and they meet every row."""
    draw = random.Random(seed)
    unknowns = draw.randint(1, 3)
    rows, box = random_rows(draw, unknowns, draw.choice([2, 5, 30])), []
    for unknown in range(1, unknowns + 1):
        low = draw.randint(-5, 3)
        high = low + draw.randint(0, 7)
        box.append(range(low, high + 1))
        rows += [Row({unknown: 1}, -low), Row({unknown: -1}, high)]
    points = (dict(enumerate(point, start=1)) for point in product(*box))
    there_is = any(all(is_met(row, point) for row in rows) for point in points)
    found = find_integers(rows, StepBudget(ENOUGH))
    if isinstance(found, dict):
        assert all(is_met(row, found) for row in rows)
    else:
        assert found is Possibility.IMPOSSIBLE
        assert not there_is


@settings(max_examples=examples(500))
@given(SEEDS)
def test_a_solver_agrees_without_a_box(seed: int) -> None:
    """Unbounded and with steep coefficients too; what needs too many steps is open, and nothing else."""
    draw = random.Random(seed)
    unknowns = draw.randint(1, 5)
    rows = random_rows(draw, unknowns, draw.choice([2, 4, 12, 60, 1000]))
    found, solver = find_integers(rows, StepBudget(ENOUGH)), z3.Solver()
    solver.set("timeout", 10_000)
    numbers = {unknown: z3.Int(f"x{unknown}") for unknown in range(1, unknowns + 1)}
    for row in rows:
        total = z3.Sum([row.constant, *(c * numbers[unknown] for unknown, c in row.terms.items())])
        solver.add(total == 0 if row.equal else total >= 0)
    if isinstance(found, dict):
        assert all(is_met(row, found) for row in rows)
        assert solver.check() != z3.unsat
    elif found is Possibility.IMPOSSIBLE:
        assert solver.check() != z3.sat


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], {}),
        ([Row({}, 0)], {}),
        ([Row({}, -1)], Possibility.IMPOSSIBLE),
        ([Row({}, 1, equal=True)], Possibility.IMPOSSIBLE),
        ([Row({1: 1}, -3)], {1: 3}),
        ([Row({1: -1}, -3)], {1: -3}),
        ([Row({1: 2}, -1), Row({1: -2}, 1)], Possibility.IMPOSSIBLE),  # 1/2 is no integer
        ([Row({1: 2, 2: -2}, -1, equal=True)], Possibility.IMPOSSIBLE),  # an even number is not 1
        ([Row({1: 3, 2: 5}, -7, equal=True), Row({1: 1}, 0), Row({2: 1}, 0)], Possibility.IMPOSSIBLE),
        ([Row({1: 3, 2: 5}, -8, equal=True), Row({1: 1}, 0), Row({2: 1}, 0)], {1: 1, 2: 1}),
        # 27 <= 11x + 13y <= 45 and -10 <= 7x - 9y <= 4 has rational solutions only (Pugh's example).
        ([Row({1: 11, 2: 13}, -27), Row({1: -11, 2: -13}, 45), Row({1: 7, 2: -9}, 10), Row({1: -7, 2: 9}, 4)],
         Possibility.IMPOSSIBLE),
    ],
)  # fmt: skip
def test_what_is_found(rows: list[Row], expected: dict[int, int] | Possibility) -> None:
    """Nothing to meet, what cannot be met, and what only numbers that are no integers meet."""
    assert find_integers(rows, StepBudget(ENOUGH)) == expected


def test_the_same_steps_are_taken_every_time_and_no_more_than_allowed() -> None:
    """A thin region with steep bounds takes many; with fewer it is open, and it does not depend on a clock."""
    rows = [
        Row({1: 7919, 2: -7907}, -3), Row({1: -7919, 2: 7907}, 5),
        Row({1: 1}, -1), Row({1: -1}, 40), Row({2: 1}, -1), Row({2: -1}, 40),
    ]  # fmt: skip
    taken = set()
    for _ in range(3):
        steps = StepBudget(ENOUGH)
        assert find_integers(rows, steps) is Possibility.IMPOSSIBLE
        taken.add(ENOUGH - steps.left)
    (number,) = taken
    assert find_integers(rows, StepBudget(number)) is Possibility.IMPOSSIBLE
    assert find_integers(rows, StepBudget(number - 1)) is Possibility.OPEN


def test_steps_are_part_of_those_of_a_whole() -> None:
    """What a question takes, the whole has no more; with the whole used up, every question is."""
    whole = StepBudget(5)
    part = StepBudget(10, whole)
    part.take(3)
    assert (whole.left, part.left, part.are_used_up) == (2, 7, False)
    with pytest.raises(StepsUsedUpError):
        part.take(3)
    assert StepBudget(10, whole).are_used_up
