"""Comparisons with 全国標準偏差, which is the root of a number: told exactly by the squares of both sides.

``A が t × σ 以上`` asks for the sign of A and how A² stands to t² × σ². The variance σ² is the mean of the squares less
the square of the mean, so that what comes out of this pass is made of means and products alone (language.md, Means).
"""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Final

from attrs import field

from haiten.compiler.diagnostics import Diagnostic, MisplacedDeviation, UnitMismatch
from haiten.compiler.late import frozen
from haiten.compiler.printing.print_rulebook import print_expression
from haiten.compiler.program.describe import describe_value, show_number
from haiten.compiler.program.terms import (
    Compare,
    Condition,
    Constant,
    DeviationBar,
    Every,
    Product,
    Some,
    Statistic,
    Sum,
    Value,
)
from haiten.compiler.syntax import expressions as ex
from haiten.compiler.syntax.operators import Operator
from haiten.compiler.syntax.units import Unit

DEVIATION: Final = "全国標準偏差"
_Term = tuple[int, ex.Expression]


def deviations_in(expression: ex.Expression) -> tuple[ex.Call, ...]:
    """Every 全国標準偏差 within an expression."""
    return tuple(part for part in ex.walk_parts(expression) if isinstance(part, ex.Call) and part.function == DEVIATION)


@frozen(eq=False)
class DeviationReader:
    """Reads one comparison.

    Attributes:
        value: types a value where the comparison stands; None, with a diagnostic, where it is none.
    """

    value: Callable[[ex.Expression], Value | None]
    diagnostics: list[Diagnostic]
    _rest: list[tuple[int, Value]] = field(factory=list, init=False)
    _roots: list[tuple[Value, Value, str]] = field(factory=list, init=False)  # what times it, of what, its text

    def condition(self, comparison: ex.Comparison) -> Condition | None:
        """The condition that it is; None, with a diagnostic, where that cannot be said exactly."""
        terms = [*_terms(1, comparison.left), *_terms(-1, comparison.right)]
        noted = [self._note(sign, term) for sign, term in terms]  # each mistake is told
        if not all(noted):
            return None
        _, of, _ = self._roots[0]
        if any(other != of for _, other, _ in self._roots[1:]):
            self.diagnostics.append(MisplacedDeviation(comparison.span))
            return None
        units = [*(value.unit for _, value in self._rest), *(root[0].unit.times(of.unit) for root in self._roots)]
        for unit in units[1:]:
            if unit != units[0]:
                self.diagnostics.append(UnitMismatch(comparison.span, str(units[0]), str(unit)))
                return None
        factor = sum((_number(root[0]) for root in self._roots), Fraction(0))
        if not factor:  # then nothing is held against it, and what is meant is another comparison
            self.diagnostics.append(MisplacedDeviation(comparison.span))
            return None
        left = _sum(self._rest, units[0])
        written = _difference(terms), print_expression(comparison)
        bar = self._bar(comparison, terms, -factor, of)
        return _by_squares(left, comparison.operator, -factor, of, written, bar)

    def _bar(self, comparison: ex.Comparison, terms: list[_Term], times: Fraction, of: Value) -> DeviationBar:
        """What the comparison is held against: its side with 全国標準偏差, or that alone where both sides have one."""
        sides = [side for side in (comparison.left, comparison.right) if deviations_in(side)]
        beside: tuple[tuple[int, Value], ...] = ()
        deviation = self._roots[0][2]
        written = f"{show_number(times)} × {deviation}"
        if len(sides) == 1:
            # Terms of the right side were taken from the left: there the signs are those of the difference, turned.
            turn = 1 if sides[0] is comparison.left else -1
            times, written = -times * turn, print_expression(sides[0])
            count = len(list(_terms(1, comparison.left)))
            own = terms[:count] if turn > 0 else terms[count:]
            plain = [place for place, (_, term) in enumerate(own) if not deviations_in(term)]
            before = 0 if turn > 0 else sum(not deviations_in(term) for _, term in terms[:count])
            beside = tuple((sign * turn, value) for sign, value in self._rest[before : before + len(plain)])
        mean = Statistic(of, False, of.unit, f"全国平均({describe_value(of)})")
        return DeviationBar(of, mean, variance_of(of, describe_value(of)), beside, times, deviation, written)

    def _note(self, sign: int, term: ex.Expression) -> bool:
        """Put down a term of the difference; whether it is one."""
        if not deviations_in(term):
            value = self.value(term)
            if value is not None:
                self._rest.append((sign, value))
            return value is not None
        operands = _factors(term)
        calls = [operand for _, operand in operands if isinstance(operand, ex.Call) and operand.function == DEVIATION]
        others = [(exponent, operand) for exponent, operand in operands if operand not in calls]
        above = all(exponent > 0 for exponent, operand in operands if operand in calls)
        if len(calls) != 1 or not above or any(deviations_in(operand) for _, operand in others):
            self.diagnostics.append(MisplacedDeviation(deviations_in(term)[0].span))
            return False
        made = [(exponent, self.value(operand)) for exponent, operand in others]
        of = self.value(calls[0].arguments[0]) if len(calls[0].arguments) == 1 else None
        if len(calls[0].arguments) != 1:
            self.diagnostics.append(MisplacedDeviation(calls[0].span))
        factors = [(exponent, value) for exponent, value in made if value is not None]
        if of is None or len(factors) < len(made):
            return False
        if not all(isinstance(value, Constant) and (value.value or exponent > 0) for exponent, value in factors):
            self.diagnostics.append(MisplacedDeviation(calls[0].span))
            return False
        number, unit = Fraction(sign), Unit()
        for exponent, value in factors:
            number *= _number(value) ** exponent
            unit = unit.times(value.unit, exponent)
        self._roots.append((Constant(number, unit), of, print_expression(calls[0])))
        return True


def _number(value: Value) -> Fraction:
    assert isinstance(value, Constant), value
    return value.value


def _terms(sign: int, expression: ex.Expression) -> Iterable[_Term]:
    """The terms of a sum, those in brackets too, as far as there is a 全国標準偏差 to be got out of it."""
    if isinstance(expression, ex.Arithmetic) and expression.rest[0][0] in "＋－" and deviations_in(expression):
        yield from _terms(sign, expression.first)
        for operator, operand in expression.rest:
            yield from _terms(sign if operator == "＋" else -sign, operand)
    else:
        yield sign, expression


def _factors(expression: ex.Expression) -> list[_Term]:
    """The factors of a product, each with its exponent, +1 or -1."""
    if not isinstance(expression, ex.Arithmetic) or expression.rest[0][0] not in "×÷":
        return [(1, expression)]
    return [(1, expression.first), *((1 if operator == "×" else -1, operand) for operator, operand in expression.rest)]


def _sum(terms: list[tuple[int, Value]], unit: Unit) -> Value:
    """The terms as a sum, which begins with one that is added."""
    zero = Constant(Fraction(0), unit)
    ordered = sorted(terms, key=lambda term: -term[0])
    if not ordered or ordered[0][0] < 0:
        ordered = [(1, zero), *ordered]
    return ordered[0][1] if len(ordered) == 1 else Sum(tuple(ordered), unit)


def _difference(terms: list[_Term]) -> str:
    """What is compared with the deviation, as it would be written."""
    rest = [(sign, print_expression(term)) for sign, term in terms if not deviations_in(term)]
    signed = "".join(f"{' ＋ ' if sign > 0 else ' － '}{text}" for sign, text in rest)
    return signed.removeprefix(" ＋ ").strip() or "0"


def variance_of(value: Value, text: str) -> Value:
    """The population variance: the mean of the squares less the square of the mean."""
    unit = value.unit.times(value.unit)
    squares = Statistic(Product(((1, value), (1, value)), unit), False, unit, f"全国平均({text}の2乗)")
    mean = Statistic(value, False, value.unit, f"全国平均({text})")
    return Sum(((1, squares), (-1, Product(((1, mean), (1, mean)), unit))), unit)


def _by_squares(
    left: Value, operator: Operator, times: Fraction, of: Value, written: tuple[str, str], held: DeviationBar
) -> Condition:
    """``left operator times × σ``, from the sign of ``left`` and the squares."""
    difference, whole = written
    zero = Constant(Fraction(0), left.unit)
    text = describe_value(of)
    square = Product(((1, left), (1, left)), left.unit.times(left.unit))
    scale = Constant(times * times, Unit())
    variance = variance_of(of, text)
    bar = Product(((1, scale), (1, variance)), variance.unit)
    above, direction = times > 0, operator.direction
    # Where the root lies on the side that the operator points to, the squares decide as well; else the sign may do.
    both = direction == 0 or (direction > 0) == above
    sided = operator if direction else (Operator.AT_LEAST if above else Operator.AT_MOST)
    squared = operator if above or not direction else operator.turned
    parts = (
        Compare(left, sided, zero, f"{difference} が 0{left.unit if left.unit.powers else ''} {sided}"),
        Compare(square, squared, bar, f"({difference})の2乗 が {abs(times)}の2乗 × {text}の分散 {squared}"),
    )
    return Every(parts, written=whole, bar=held) if both else Some(parts, written=whole, bar=held)
