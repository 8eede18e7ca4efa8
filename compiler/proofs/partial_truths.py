"""Truths and comparisons of which some are not known yet: None where that decides."""

from collections.abc import Iterable
from fractions import Fraction

from haiten.compiler.syntax.operators import Operator

VariableCell = bool | int | Fraction
CellInterval = tuple[VariableCell, VariableCell] | tuple[None, None]  # least and greatest; None where nothing is known


def yes_or_no(cell: VariableCell | None) -> bool | None:
    """The answer that a cell is."""
    return None if cell is None else bool(cell)


def negated(decided: bool | None) -> bool | None:
    """でない."""
    return None if decided is None else not decided


def all_of(parts: Iterable[bool | None]) -> bool | None:
    """かつ: no part is looked at behind one that does not hold."""
    whole: bool | None = True
    for decided in parts:
        if decided is False:
            return False
        whole = None if decided is None else whole
    return whole


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
