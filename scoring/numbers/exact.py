"""Exact columns: integer numerator and denominator per body, compared and ordered without rounding.

Numbers are int64 as long as that is provably enough (the bounds of every result follow from the bounds of what it is
made of) and Python integers beyond. No float decides: floats only sort, and neighbours closer than 2**-40 are settled
with exact integers (design.md, "Exact, and fast").
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final, assert_never

import numpy as np
from numpy.typing import NDArray

from haiten.compiler.late import dense
from haiten.compiler.syntax.operators import Operator
from haiten.compiler.syntax.roundings import RoundingWay

Integers = NDArray[Any]  # int64, or object holding Python integers
Bools = NDArray[np.bool_]
Keys = NDArray[Any]  # integers or float64, to be compared and nothing else

_INT32_SAFE: Final = 2**31 - 1
_INT64_SAFE: Final = 2**63 - 1
_YES: Final = np.array(True)
_NEAR: Final = 2.0**-40
_FAITHFUL: Final = 2**51
FLOAT_SAFE: Final = 2**53  # no whole number up to here is rounded by a float
_BLOCK: Final = 2**15


@dense(eq=False)
class Ratios:
    """A column of exact ratios.

    Attributes:
        num: numerators, a number per body.
        den: denominators, all positive; a single one (shape ()) where it is the same for every body.
        known: where there is a value at all; elsewhere num and den mean nothing.
        num_bound: no ``|num|`` is larger; ``den_bound`` likewise.
    """

    num: Integers
    den: Integers
    known: Bools
    num_bound: int
    den_bound: int

    def __getitem__(self, body: int) -> Fraction | None:
        """The value of one body; None where it is unknown."""
        if not self.known[body]:
            return None
        den = self.den if self.den.shape == () else self.den[body]
        return Fraction(int(self.num[body]), int(den))

    def cut_to(self, part: slice) -> "Ratios":
        """The same of some bodies."""
        den = self.den if self.den.shape == () else self.den[part]
        return Ratios(self.num[part], den, self.known[part], self.num_bound, self.den_bound)


@lru_cache(maxsize=64)
def everywhere(size: int) -> Bools:
    """True for every body, in one byte."""
    return np.broadcast_to(_YES, (size,))


@lru_cache(maxsize=64)
def nowhere(size: int) -> Bools:
    """False for every body, in one byte."""
    return np.broadcast_to(np.False_, (size,))


def is_everywhere(mask: Bools) -> bool:
    """Whether a mask was made by ``everywhere``, so that it needs no look at each body."""
    return mask.base is _YES


def both(one: Bools, other: Bools) -> Bools:
    """Where both hold; one of them itself where the other holds everywhere."""
    if is_everywhere(one):
        return other
    return one if is_everywhere(other) else one & other


def from_integers(num: Integers, known: Bools, scale: int = 1) -> Ratios:
    """The column of ``num / scale``."""
    bound = max(int(num.max(initial=0)), -int(num.min(initial=0)))
    return Ratios(num, np.array(scale, dtype=np.int64), known, bound, scale)


@lru_cache(maxsize=1_024)
def constant(value: Fraction, size: int) -> Ratios:
    """The same value for every body."""
    bound = abs(value.numerator)
    num: Integers = np.broadcast_to(np.array(value.numerator, dtype=_dtype(bound)), (size,))
    den: Integers = np.array(value.denominator, dtype=_dtype(value.denominator))
    return Ratios(num, den, everywhere(size), bound, value.denominator)


def column(values: Sequence[Fraction]) -> Ratios:
    """A column of known values."""
    num_bound = max((abs(value.numerator) for value in values), default=0)
    den_bound = max((value.denominator for value in values), default=1)
    num: Integers = np.array([value.numerator for value in values], dtype=_dtype(num_bound))
    den: Integers = np.array([value.denominator for value in values], dtype=_dtype(den_bound))
    return Ratios(num, den, everywhere(len(values)), num_bound, den_bound)


def stacked(first: Ratios, then: Ratios) -> Ratios:
    """The bodies of one column, and after them those of another."""
    num = np.concatenate((first.num, then.num))
    den = np.concatenate([np.full(len(c.num), c.den) if c.den.shape == () else c.den for c in (first, then)])
    known = np.concatenate((first.known, then.known))
    num_bound, den_bound = max(first.num_bound, then.num_bound), max(first.den_bound, then.den_bound)
    return Ratios(num, den, known, num_bound, den_bound)


def _dtype(bound: int) -> type:
    return np.int64 if bound <= _INT64_SAFE else object


def _fit(bound: int, *arrays: Integers) -> tuple[Integers, ...]:
    """The arrays in a type that holds results up to ``bound``."""
    if bound <= _INT32_SAFE:
        return arrays
    wide: type = _dtype(bound)
    return tuple(array if array.dtype == object else array.astype(wide, copy=False) for array in arrays)


def _multiply(a: Integers, b: Integers, bound: int) -> Integers:
    for one, other in ((a, b), (b, a)):
        if one.shape == () and int(one) == 1:
            return other
    a, b = _fit(bound, a, b)
    return np.asarray(a * b)


def add(left: Ratios, sign: int, right: Ratios) -> Ratios:
    """``left + sign·right``."""
    known = both(left.known, right.known)
    if left.den.shape == right.den.shape == () and int(left.den) == int(right.den):
        bound = left.num_bound + right.num_bound
        a, b = _fit(bound, left.num, right.num)
        return Ratios(a + sign * b, left.den, known, bound, left.den_bound)
    bound = left.num_bound * right.den_bound + right.num_bound * left.den_bound
    a, b, c, d = _fit(bound, left.num, right.den, right.num, left.den)
    den_bound = left.den_bound * right.den_bound
    return Ratios(a * b + sign * (c * d), _multiply(left.den, right.den, den_bound), known, bound, den_bound)


def multiply(left: Ratios, exponent: int, right: Ratios) -> Ratios:
    """``left × right``, or with exponent -1 ``left ÷ right``; dividing by zero gives an unknown."""
    known = both(left.known, right.known)
    num, den, num_bound, den_bound = right.num, right.den, right.num_bound, right.den_bound
    if exponent < 0:
        least = int(num.min(initial=1))
        if least <= 0:
            zero = np.asarray(num == 0, dtype=np.bool_)
            known = known & ~zero
            den = den if least == 0 else np.where(np.asarray(num < 0, dtype=np.bool_), -1, 1) * den
            num = np.maximum(num if least == 0 else np.abs(num), 1)
        num, den, num_bound, den_bound = den, num, den_bound, max(num_bound, 1)
    top, bottom = left.num_bound * num_bound, left.den_bound * den_bound
    return Ratios(_multiply(left.num, num, top), _multiply(left.den, den, bottom), known, top, bottom)


def compare(left: Ratios, operator: Operator, right: Ratios) -> Bools:
    """Where ``left operator right`` holds; means nothing where one of them is unknown."""
    if left.den.shape == right.den.shape == () and int(left.den) == int(right.den):
        return np.asarray(operator.holds(left.num, right.num), dtype=np.bool_)
    bound = max(left.num_bound * right.den_bound, right.num_bound * left.den_bound)
    a = _multiply(left.num, right.den, bound)
    b = _multiply(right.num, left.den, bound)
    return np.asarray(operator.holds(a, b), dtype=np.bool_)


def order_keys(values: Ratios) -> Keys:
    """Keys of all bodies: equal where the values are equal, larger where they are larger.

    Numerators above one denominator are keys as they are. So are quotients of small enough terms. Beyond, the keys are
    places (0, 1, …).
    """
    if values.den.shape == () and values.num.dtype != object:
        return values.num
    if has_quotients_for_keys(values.num_bound, values.den_bound):
        return np.asarray(values.num / values.den, dtype=np.float64)
    return _places(values.num, np.broadcast_to(values.den, values.num.shape), values)


def has_quotients_for_keys(num_bound: int, den_bound: int) -> bool:
    """Whether rounded quotients of terms within some bounds are ordered as the ratios are.

    Where ratios a/b and c/d differ they do so by at least 1/(bd), which is 1/(ad) of the first; as long as no numerator
    times a denominator is above 2**51, that is more than the space between two floats, and a correctly rounded quotient
    cannot pass, nor meet, the other.
    """
    return num_bound * den_bound <= _FAITHFUL


def _places(num: Integers, den: Integers, values: Ratios) -> NDArray[np.int64]:
    """Places of ratios in their order, equal ones together; neighbours that are near are settled exactly."""
    if len(num) == 0:
        return np.zeros(0, dtype=np.int64)
    approximate = _floats(num, den)
    order = np.argsort(approximate)
    sorted_floats = approximate[order]
    with np.errstate(invalid="ignore"):  # infinities stand for what is beyond a float; none is apart from another
        gaps = np.diff(sorted_floats)
        apart = gaps > _NEAR * np.maximum(np.abs(sorted_floats[1:]), np.abs(sorted_floats[:-1]))
    # Neighbours that are near are equal, or the run that they stand in is settled with exact fractions.
    steps = np.ones(len(apart), dtype=np.int64)
    near = np.flatnonzero(~apart)
    steps[near] = ~_equal(num, den, order[near], order[near + 1], values)
    runs = np.concatenate(([0], np.flatnonzero(apart) + 1, [len(num)]))
    unsettled = near[steps[near] > 0]
    for run in np.unique(np.searchsorted(runs, unsettled, side="right") - 1):
        start, end = int(runs[run]), int(runs[run + 1])
        places = order[start:end]
        exact = [Fraction(int(n), int(d)) for n, d in zip(num[places], den[places], strict=True)]
        by_value = sorted(range(end - start), key=exact.__getitem__)
        order[start:end] = places[by_value]
        ordered = [exact[i] for i in by_value]
        steps[start : end - 1] = [int(a != b) for a, b in pairwise(ordered)]
    keys = np.empty(len(num), dtype=np.int64)
    keys[order] = np.concatenate(([0], np.cumsum(steps)))
    return keys


def _equal(num: Integers, den: Integers, one: NDArray[np.int64], other: NDArray[np.int64], values: Ratios) -> Bools:
    """Whether the ratios at some places are those at others."""
    a, b, c, d = _fit(values.num_bound * values.den_bound, num[one], den[other], num[other], den[one])
    return np.asarray(a * b == c * d, dtype=np.bool_)


def blocks(size: int) -> Iterator[slice]:
    """Parts of a column that stay in the processor's cache from one operation to the next."""
    return (slice(start, start + _BLOCK) for start in range(0, size, _BLOCK))


def _floats(num: Integers, den: Integers) -> NDArray[np.float64]:
    if num.dtype != object and den.dtype != object:
        return num.astype(np.float64) / den.astype(np.float64)
    # A quotient of Python integers is rounded once, however long they are; only its size can be beyond a float.
    return np.array([_float(int(n), int(d)) for n, d in zip(num, den, strict=True)], dtype=np.float64)


def _float(num: int, den: int) -> float:
    try:
        return num / den
    except OverflowError:
        return float("inf") if num > 0 else float("-inf")


def extreme(columns: list[Ratios], greatest: bool) -> Ratios:
    """The greatest (or least) of some columns; unknown where any of them is."""
    best = columns[0]
    for column in columns[1:]:
        taken = compare(column, Operator.ABOVE if greatest else Operator.BELOW, best)
        num_bound, den_bound = max(best.num_bound, column.num_bound), max(best.den_bound, column.den_bound)
        nums = _fit(max(num_bound, den_bound), column.num, best.num, column.den, best.den)
        num, den = np.where(taken, nums[0], nums[1]), np.where(taken, nums[2], nums[3])
        best = Ratios(num, den, best.known & column.known, num_bound, den_bound)
    return best


def rounded(values: Ratios, decimals: int, way: RoundingWay) -> Ratios:
    """A column to some decimals."""
    scale = 10**decimals
    bound = 2 * (max(values.num_bound, 1) * scale + values.den_bound)  # the scale itself has to fit, too
    num, den = _fit(bound, values.num, values.den)
    size, sign = np.abs(num) * scale, np.where(np.asarray(num < 0, dtype=np.bool_), -1, 1)
    match way:
        case RoundingWay.HALF:
            whole = (2 * size + den) // (2 * den)
        case RoundingWay.DOWN:
            whole = size // den
        case RoundingWay.UP:
            whole = (size + den - 1) // den
        case _:
            assert_never(way)
    scaled: Integers = np.asarray(sign * whole)
    return Ratios(scaled, np.array(scale, dtype=_dtype(scale)), values.known, bound, scale)


def mean(values: Ratios) -> Fraction | None:
    """The mean of the known values; None where there is none."""
    if (alike := _alike(values)) is not None:
        total = int(alike.astype(_dtype(values.num_bound * len(alike))).sum())
        return Fraction(total, int(values.den) * len(alike)) if len(alike) else None
    known = [value for value in _fractions(values) if value is not None]
    return _sum(known) / len(known) if known else None


def median(values: Ratios) -> Fraction | None:
    """The median of the known values, the mean of the middle two where they are even in number."""
    if (alike := _alike(values)) is not None:
        middle = len(alike) // 2
        pair = np.sort(alike)[middle - 1 + len(alike) % 2 : middle + 1]
        return Fraction(sum(map(int, pair)), int(values.den) * len(pair)) if len(alike) else None
    known = sorted(value for value in _fractions(values) if value is not None)
    if not known:
        return None
    middle = len(known) // 2
    return known[middle] if len(known) % 2 else (known[middle - 1] + known[middle]) / 2


def _alike(values: Ratios) -> Integers | None:
    """The numerators of the known values, where all have one denominator."""
    return values.num[values.known] if values.den.shape == () else None


def _fractions(values: Ratios) -> list[Fraction | None]:
    return [values[body] for body in range(len(values.known))]


def _sum(values: list[Fraction]) -> Fraction:
    """The sum, pairwise: the terms' denominators then grow together and late."""
    while len(values) > 1:
        values = [sum(values[i : i + 2], Fraction(0)) for i in range(0, len(values), 2)]
    return values[0]
