"""Values of a rulebook as quotients of integers made of cells, so that a workbook compares them without rounding.

A spreadsheet counts in floats. Facts are therefore taken in units of their decimals, quotients are never divided but
multiplied crosswise, and where the integers may have more digits than a cell holds, nothing is said: the comparison is
left unknown. What a workbook cannot know (ranks, means of all bodies) or cannot say exactly (rounding) is unknown, too.
"""

from collections.abc import Callable
from fractions import Fraction
from math import lcm
from typing import Final, assert_never

from haiten.compiler.late import frozen
from haiten.compiler.program.terms import (
    Constant,
    Extremum,
    FactValue,
    PreviousScore,
    Product,
    RankValue,
    Rounded,
    ScoreValue,
    Statistic,
    Sum,
    Value,
)
from haiten.compiler.syntax.operators import Operator
from haiten.forms.formulas import (
    FALSE,
    TRUE,
    CellFormula,
    chosen,
    compared,
    every,
    greatest,
    integer,
    least,
    negated,
    total,
)

# Sizes from here on may not be exact in a cell.
_LARGE: Final = 10**15
SIGNS: Final = {
    Operator.AT_LEAST: ">=",
    Operator.AT_MOST: "<=",
    Operator.ABOVE: ">",
    Operator.BELOW: "<",
    Operator.EQUAL: "=",
}


@frozen
class Quotient:
    """A value as a quotient of integers.

    Attributes:
        num: the upper integer.
        den: the lower one; its value is a fixed number where ``is_fixed``.
        size: no integer on the way to ``num`` is larger, and it is exact where it is small.
        den_size: the same for ``den``.
        known: whether the value is known.
    """

    num: CellFormula
    den: CellFormula
    size: CellFormula
    den_size: CellFormula
    known: CellFormula
    is_fixed: bool


@frozen
class SheetCells:
    """Where the formulas find what they read.

    Attributes:
        number: a column of numbers: the integer in units of its decimals, how many these are, and whether it is known.
        points: own points of a node, certain and possible.
    """

    number: Callable[[str], tuple[CellFormula, int, CellFormula]]
    points: Callable[[str], tuple[CellFormula, CellFormula]]


def quotient(value: Value, cells: SheetCells) -> Quotient | None:
    """A value of the rulebook; None where a workbook cannot have it exactly."""
    match value:
        case Constant(value=number):
            return _fixed(integer(number.numerator), number.denominator, TRUE)
        case FactValue() | PreviousScore():
            scaled, decimals, known = cells.number(value.column)
            return _fixed(scaled, 10**decimals, known)
        case ScoreValue(paths=paths, undisclosed=undisclosed):
            if undisclosed:
                return None
            points = [cells.points(path) for path in paths]
            known = every([compared(certain, "=", possible) for certain, possible in points])
            return _fixed(total([certain for certain, _ in points]), 1, known)
        case Sum(terms=terms):
            return _sum([(sign, quotient(part, cells)) for sign, part in terms])
        case Product(factors=factors):
            return _product([(exponent, quotient(part, cells)) for exponent, part in factors])
        case Extremum(parts=parts, greatest=is_greatest):
            return _extremum([quotient(part, cells) for part in parts], is_greatest)
        case Rounded() | Statistic() | RankValue():
            return None
        case _:
            assert_never(value)


def _fixed(num: CellFormula, den: int, known: CellFormula) -> Quotient:
    return Quotient(num, integer(den), _absolute(num), integer(abs(den)), known, is_fixed=True)


def _absolute(number: CellFormula) -> CellFormula:
    if number.text.isdecimal():
        return number
    if number.text.removeprefix("-").isdecimal():
        return integer(abs(number.number))
    return CellFormula(f"ABS({number.text})", abs(number.number))


def _times(*parts: CellFormula) -> CellFormula:
    value = 1
    for part in parts:
        value *= part.number
    left = [part for part in parts if part.text != "1"]
    if all(part.text.removeprefix("-").isdecimal() for part in parts):
        return integer(value)
    texts = [part.text if part.text.isalnum() else f"({part.text})" for part in left]
    return CellFormula("*".join(texts) or "1", value)


def _sum(terms: list[tuple[int, Quotient | None]]) -> Quotient | None:
    parts = [(sign, part) for sign, part in terms if part is not None]
    if len(parts) < len(terms):
        return None
    known = every([part.known for _, part in parts])
    if all(part.is_fixed for _, part in parts):
        den = integer(lcm(*(part.den.number for _, part in parts)))
        scales = [integer(den.number // part.den.number) for _, part in parts]
        fixed = True
    else:
        den = _times(*(part.den for _, part in parts))
        scales = [_times(*(o.den for _, o in parts if o is not part)) for _, part in parts]
        fixed = False
    nums = [_times(integer(sign), part.num, scale) for (sign, part), scale in zip(parts, scales, strict=True)]
    sizes = [_times(part.size, _absolute(scale)) for (_, part), scale in zip(parts, scales, strict=True)]
    den_size = integer(den.number) if fixed else _times(*(part.den_size for _, part in parts))
    return Quotient(total(nums), den, total(sizes), den_size, known, fixed)


def _product(factors: list[tuple[int, Quotient | None]]) -> Quotient | None:
    parts = [(exponent, part) for exponent, part in factors if part is not None]
    if len(parts) < len(factors):
        return None
    above = [part.num if exponent > 0 else part.den for exponent, part in parts]
    below = [part.den if exponent > 0 else part.num for exponent, part in parts]
    above_size = [part.size if exponent > 0 else part.den_size for exponent, part in parts]
    below_size = [part.den_size if exponent > 0 else part.size for exponent, part in parts]
    # Dividing by zero gives an unknown value.
    not_zero = [negated(compared(part.num, "=", integer(0))) for exponent, part in parts if exponent < 0]
    known = every([*(part.known for _, part in parts), *not_zero])
    num, den = _times(*above), _times(*below)
    fixed = all(part.is_fixed if exponent > 0 else False for exponent, part in parts)
    if fixed or den.text.removeprefix("-").isdecimal():
        if den.number < 0:
            num, den = _times(integer(-1), num), integer(-den.number)
        if not den.number:
            return _fixed(integer(0), 1, FALSE)
        return Quotient(num, den, _times(*above_size), integer(den.number), known, is_fixed=True)
    return Quotient(num, den, _times(*above_size), _times(*below_size), known, is_fixed=False)


def _extremum(parts: list[Quotient | None], is_greatest: bool) -> Quotient | None:
    found = [part for part in parts if part is not None]
    if len(found) < len(parts) or not all(part.is_fixed for part in found):
        return None
    den = lcm(*(part.den.number for part in found))
    nums = [_times(part.num, integer(den // part.den.number)) for part in found]
    sizes = [_times(part.size, integer(den // part.den.number)) for part in found]
    best = (greatest if is_greatest else least)(nums)
    return Quotient(best, integer(den), greatest(sizes), integer(den), every([p.known for p in found]), is_fixed=True)


def comparison(left: Value, operator: Operator, right: Value, cells: SheetCells) -> tuple[CellFormula, CellFormula]:
    """Whether two values compare so: certainly, and possibly."""
    one, other = quotient(left, cells), quotient(right, cells)
    if one is None or other is None:
        return FALSE, TRUE
    mine, theirs = _times(one.num, other.den), _times(other.num, one.den)
    if not (one.is_fixed and other.is_fixed):
        sign = _times(one.den, other.den)
        turned = CellFormula(f"SIGN({sign.text})", (sign.number > 0) - (sign.number < 0))
        mine, theirs = _times(mine, turned), _times(theirs, turned)
    holds = compared(mine, SIGNS[operator], theirs)
    sizes = [_times(one.size, other.den_size), _times(other.size, one.den_size)]
    exact = [compared(size, "<", integer(_LARGE)) for size in sizes if not _is_small(size)]
    known = every([one.known, other.known, *exact])
    # A comparison is looked at only where it is known: what is not filled in counts as nothing in a formula.
    return every([known, holds]), chosen(known, holds, TRUE)


def _is_small(size: CellFormula) -> bool:
    """Whether a size is known beforehand not to be too large."""
    return size.text.isdecimal() and Fraction(size.number) < _LARGE
