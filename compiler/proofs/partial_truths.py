"""Truths and comparisons of which some are not known yet: None where that decides."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeVar

from haiten.compiler.syntax.operators import Operator

T = TypeVar("T")
VariableCell = bool | int | Fraction
CellInterval = tuple[VariableCell, VariableCell] | tuple[None, None]  # least and greatest; None where nothing is known


def yes_or_no(cell: VariableCell | None) -> bool | None:
    """The answer that a cell is."""
    return None if cell is None else bool(cell)


def negated(decided: bool | None) -> bool | None:
    """でない."""
    return None if decided is None else not decided


def every(parts: Sequence[Callable[[T], bool | None]]) -> Callable[[T], bool | None]:
    """かつ: no part is looked at behind one that does not hold."""

    def holds(at: T) -> bool | None:
        whole: bool | None = True
        for part in parts:
            decided = part(at)
            if decided is False:
                return False
            if decided is None:
                whole = None
        return whole

    return holds


def some(parts: Sequence[Callable[[T], bool | None]]) -> Callable[[T], bool | None]:
    """又は: no part is looked at behind one that holds."""

    def holds(at: T) -> bool | None:
        whole: bool | None = False
        for part in parts:
            decided = part(at)
            if decided:
                return True
            if decided is None:
                whole = None
        return whole

    return holds


def compared_with(operator: Operator, number: Fraction) -> Callable[[VariableCell], bool]:
    """How values compare with a number, in integers: fractions take their time to compare."""
    holds, above, below = operator.holds, number.numerator, number.denominator
    return lambda cell: holds(cell.numerator * below, above * cell.denominator)


def compares_between(operator: Operator, left: CellInterval, right: CellInterval) -> bool | None:
    """How two values compare of which bounds are known; None where that depends."""
    low, high = left
    least, most = right
    if low is None or high is None or least is None or most is None:
        return None
    if operator is Operator.EQUAL:
        return low == least if low == high and least == most else False if high < least or most < low else None
    decided: set[bool] = {operator.holds(low, most), operator.holds(high, least)}
    return decided.pop() if len(decided) == 1 else None
