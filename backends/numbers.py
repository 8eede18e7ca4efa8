"""Exact numbers in SQL: ratios of integers, whose bounds tell how wide a type they need.

A value is unknown where its numerator is NULL. Denominators are positive (or NULL with the numerator). No expression
divides ratios or rounds: comparisons multiply crosswise, and an order is told from the digits of a long division.
"""

from collections import Counter
from fractions import Fraction
from functools import reduce
from math import gcd
from typing import Final, Literal, assert_never

from attrs import evolve, field
from sqlglot import exp

from haiten.backends.dialects import INT64, WIDE, grouped
from haiten.backends.layers import Layers
from haiten.compiler.late import frozen
from haiten.compiler.syntax.operators import Operator
from haiten.compiler.syntax.roundings import RoundingWay

# Codes may have any number of digits, so that a bound has to be set for what is counted and summed up over a table.
# With this one the mean of a product of two facts (15 digits each) just fits 38 digits, and a product of two counts 64.
MOST_BODIES: Final = 10**8

WideReason = Literal["wide", "mean"]


@frozen(eq=False)
class SqlInteger:
    """An integer in SQL.

    Attributes:
        expression: a column or a literal.
        bound: its absolute value is never larger.
        wide: it has the type that holds 38 digits.
        product: the columns and literals that it is the product of, where it is one, so that fractions can be reduced.
    """

    expression: exp.Expr
    bound: int
    wide: bool = False
    product: tuple["SqlInteger", ...] = ()

    @property
    def factors(self) -> tuple["SqlInteger", ...]:
        """What it is the product of; itself where it is none."""
        return self.product or (self,)

    @property
    def literal(self) -> int | None:
        """Its value where it is the same for all bodies."""
        found = self.expression
        negative = isinstance(found, exp.Neg)
        digits = found.this if negative else found
        return int(digits.this) * (-1 if negative else 1) if isinstance(digits, exp.Literal) else None

    @property
    def is_ready(self) -> bool:
        """Whether it can stand in expressions as it is, without making them deeper."""
        return isinstance(self.expression, exp.Column) or self.literal is not None

    def same_as(self, other: "SqlInteger") -> bool:
        """Whether both are the same column or the same literal."""
        return self.expression == other.expression


def whole(value: int) -> SqlInteger:
    """A literal."""
    return SqlInteger(exp.Literal.number(value), abs(value), abs(value) > INT64)


@frozen(eq=False)
class Number:
    """A column of exact ratios.

    Attributes:
        rests_on: the columns of which none is NULL just where it is known; None where only the numerator tells.
    """

    num: SqlInteger
    den: SqlInteger
    rests_on: frozenset[str] | None = None

    @property
    def known_by(self) -> frozenset[str]:
        """The same; the numerator's own column where nothing else is known."""
        if self.rests_on is not None:
            return self.rests_on
        return frozenset() if self.num.literal is not None else frozenset({self.num.expression.name})

    def with_known(self, *parts: "Number") -> "Number":
        """The number, known where all its parts are."""
        return evolve(self, rests_on=frozenset().union(*(part.known_by for part in parts)))


def comparison(operator: Operator) -> type[exp.Binary]:
    """How SQL writes an operator."""
    match operator:
        case Operator.AT_LEAST:
            return exp.GTE
        case Operator.AT_MOST:
            return exp.LTE
        case Operator.ABOVE:
            return exp.GT
        case Operator.BELOW:
            return exp.LT
        case Operator.EQUAL:
            return exp.EQ
        case _:
            assert_never(operator)


@frozen(eq=False)
class NumberBuilder:
    """Builds numbers out of numbers.

    Attributes:
        refused: why a number cannot be exact. Building goes on, so that all reasons are found.
    """

    layers: Layers
    refused: list[WideReason] = field(factory=list)
    _keys: dict[tuple[exp.Expr, exp.Expr], list[exp.Expr]] = field(factory=dict)
    _counted: dict[frozenset[str], SqlInteger] = field(factory=dict)

    # Integers

    def column(self, name: str, expression: exp.Expr, bound: int, wide: bool, comment: str = "") -> SqlInteger:
        """An integer as a column of its own."""
        return SqlInteger(self.layers.column(self.layers.define(name, expression, comment)), self._fit(bound), wide)

    def _fit(self, bound: int) -> int:
        if bound > WIDE:
            self.refused.append("wide")
            return WIDE  # the first overflow is the reason; what follows from it is none
        return bound

    def _literal(self, value: int) -> SqlInteger:
        self._fit(abs(value))
        return whole(value)

    def _operands(self, bound: int, *operands: SqlInteger) -> tuple[list[exp.Expr], bool]:
        """Operands in a type that holds a result up to ``bound``, and whether that is the wide one."""
        wide = bound > INT64 or any(operand.wide for operand in operands)
        widened = [
            self.layers.dialect.widened(o.expression.copy())
            if wide and not o.wide and o.literal is None
            else o.expression.copy()
            for o in operands
        ]
        return widened, wide

    def times(self, left: SqlInteger, right: SqlInteger) -> SqlInteger:
        """``left × right``, not yet a column."""
        if left.literal is not None and right.literal is not None:
            return self._literal(left.literal * right.literal)
        if 1 in (left.literal, right.literal):
            return right if left.literal == 1 else left
        bound = self._fit(left.bound * right.bound)
        (a, b), wide = self._operands(bound, left, right)
        factors = (*left.factors, *right.factors)
        product = factors if all(factor.is_ready for factor in factors) else ()
        return SqlInteger(exp.Mul(this=grouped(a), expression=grouped(b)), bound, wide, product)

    def _reduced(self, left: SqlInteger, right: SqlInteger) -> tuple[SqlInteger, SqlInteger]:
        """Two denominators without the factors that both have."""
        if left.same_as(right):
            return whole(1), whole(1)

        def parted(of: SqlInteger) -> tuple[int, Counter[str], dict[str, SqlInteger]]:
            literal = 1
            columns: dict[str, SqlInteger] = {}
            count: Counter[str] = Counter()
            for factor in of.factors:
                if factor.literal is not None:
                    literal *= factor.literal
                    continue
                text = factor.expression.sql()
                columns[text] = factor
                count[text] += 1
            return literal, count, columns

        (a, mine, columns), (b, theirs, more) = parted(left), parted(right)
        common = gcd(a, b)

        def rest(literal: int, count: Counter[str], of: dict[str, SqlInteger]) -> SqlInteger:
            return reduce(self.times, (of[text] for text in count.elements()), whole(literal // common))

        shared = mine & theirs
        if common == 1 and not shared:
            return left, right
        return rest(a, mine - shared, columns), rest(b, theirs - shared, more)

    def plus(self, left: SqlInteger, sign: int, right: SqlInteger) -> SqlInteger:
        """``left ± right``, not yet a column."""
        bound = self._fit(left.bound + right.bound)
        (a, b), wide = self._operands(bound, left, right)
        operation = exp.Add if sign > 0 else exp.Sub
        return SqlInteger(operation(this=grouped(a), expression=grouped(b)), bound, wide)

    # Values

    def constant(self, value: Fraction) -> Number:
        """The same value for every body."""
        return Number(self._literal(value.numerator), self._literal(value.denominator))

    def named(self, name: str, number: Number, comment: str = "") -> Number:
        """A number as columns: ``name``, and ``named`` with a d behind where the denominator varies."""
        num, den = number.num, number.den
        if not num.is_ready:
            num = self.column(name, num.expression, num.bound, num.wide, comment)
        if not den.is_ready:
            den = evolve(self.column(f"{name}d", den.expression, den.bound, den.wide), product=den.product)
        return Number(num, den, number.rests_on)

    def aligned(self, left: Number, right: Number) -> tuple[SqlInteger, SqlInteger, SqlInteger]:
        """The numerators of two numbers over a common denominator, and that denominator."""
        if left.den.same_as(right.den):
            return left.num, right.num, left.den
        mine, theirs = self._reduced(left.den, right.den)
        return self.times(left.num, theirs), self.times(right.num, mine), self.times(left.den, theirs)

    def compare(self, left: Number, operator: Operator, right: Number) -> exp.Expr:
        """Whether ``left operator right``; NULL where one of them is unknown."""
        # Denominators are positive, so that multiplying crosswise turns nothing round; against zero it is needless.
        if left.den.same_as(right.den) or right.num.literal == 0:
            a, b = left.num, right.num
        else:
            mine, theirs = self._reduced(left.den, right.den)
            a, b = self.times(left.num, theirs), self.times(right.num, mine)
        return comparison(operator)(this=grouped(a.expression.copy()), expression=grouped(b.expression.copy()))

    def add(self, name: str, left: Number, sign: int, right: Number) -> Number:
        """``left ± right``."""
        a, b, den = self.aligned(left, right)
        return self.named(name, Number(self.plus(a, sign, b), den).with_known(left, right))

    def multiply(self, name: str, left: Number, exponent: int, right: Number) -> Number:
        """``left × right``, or with exponent -1 ``left ÷ right``; dividing by zero gives an unknown."""
        if exponent > 0:
            product = Number(self.times(left.num, right.num), self.times(left.den, right.den))
            return self.named(name, product.with_known(left, right))
        if right.num.literal is not None:
            value = right.num.literal
            if value == 0:
                return Number(self.column(name, null("BIGINT"), 0, False), whole(1))
            num = self.times(left.num, self.times(right.den, whole(1 if value > 0 else -1)))
            return self.named(name, Number(num, self.times(left.den, whole(abs(value)))))
        num = self.times(left.num, right.den)
        zero, divisor = exp.Literal.number(0), right.num.expression
        signed = (
            exp.case()
            .when(exp.GT(this=divisor.copy(), expression=zero), num.expression)
            .when(exp.LT(this=divisor.copy(), expression=zero.copy()), exp.Neg(this=grouped(num.expression.copy())))
        )
        size = exp.func("NULLIF", exp.Abs(this=divisor.copy()), zero.copy())
        den = self.times(left.den, SqlInteger(size, right.num.bound, right.num.wide))
        return self.named(name, Number(SqlInteger(signed, num.bound, num.wide), den))

    def extreme(self, name: str, left: Number, right: Number, greatest: bool) -> Number:
        """The greater (or smaller) of two numbers; unknown where one of them is."""
        ahead = self.layers.helper(self.compare(left, Operator.AT_LEAST if greatest else Operator.AT_MOST, right))

        def chosen(a: SqlInteger, b: SqlInteger) -> SqlInteger:
            column = self.layers.column(ahead)
            bound = max(a.bound, b.bound)
            (x, y), wide = self._operands(bound, a, b)
            case = exp.case().when(column, x).when(exp.not_(column.copy()), y)
            return SqlInteger(case, bound, wide)

        if left.den.same_as(right.den) or None not in (left.den.literal, right.den.literal):
            a, b, den = self.aligned(left, right)
            return self.named(name, Number(chosen(a, b), den))
        return self.named(name, Number(chosen(left.num, right.num), chosen(left.den, right.den)))

    def rounded(self, name: str, value: Number, decimals: int, way: RoundingWay) -> Number:
        """A number to some decimals: so much of the divisor away from zero, then towards zero."""
        scale, den = 10**decimals, value.den
        match way:
            case RoundingWay.HALF:  # half of the divisor
                num = self._away(value, self.times(value.num, whole(2 * scale)), den)
                den = self.times(den, whole(2))
            case RoundingWay.DOWN:
                num = self.times(value.num, whole(scale))
            case RoundingWay.UP:  # one less than the divisor
                num = self._away(value, self.times(value.num, whole(scale)), self.plus(den, -1, whole(1)))
            case _:
                assert_never(way)
        return self.named(name, Number(self._quotient(num, den), whole(scale)))

    def _away(self, value: Number, num: SqlInteger, more: SqlInteger) -> SqlInteger:
        """A numerator with so much more, or less where the value is below zero."""
        negative = exp.LT(this=value.num.expression.copy(), expression=exp.Literal.number(0))
        signed = exp.case().when(negative, exp.Neg(this=grouped(more.expression.copy())))
        return self.plus(num, 1, SqlInteger(signed.else_(more.expression.copy()), more.bound, more.wide))

    def _quotient(self, dividend: SqlInteger, divisor: SqlInteger) -> SqlInteger:
        bound = dividend.bound
        if bound > self.layers.dialect.widest_quotient:
            self.refused.append("wide")
        (a, b), wide = self._operands(max(bound, divisor.bound), dividend, divisor)
        dialect = self.layers.dialect
        return SqlInteger(dialect.quotient(a, b), bound, wide or not dialect.divides)

    # Over all bodies

    def order_keys(self, name: str, value: Number) -> list[exp.Expr]:
        """Columns that order bodies as the value does, the first that differs deciding.

        With equal denominators the numerators do. Else they are the digits of a long division in a large base. Two
        different ratios with denominators up to D lie at least 1/D² apart, so digits to D⁻² tell every two apart, and
        equal ratios have equal digits. Quotients are cut towards zero: for values below zero all digits are negated,
        which turns their order round as it should.
        """
        known = value.num.expression, value.den.expression
        if known not in self._keys:
            self._keys[known] = self._order_keys(name, value)
        return self._keys[known]

    def _order_keys(self, name: str, value: Number) -> list[exp.Expr]:
        if value.den.literal is not None:
            if value.num.literal is None:
                return [value.num.expression]
            return [self.column(f"{name}k", value.num.expression.copy(), value.num.bound, value.num.wide).expression]
        # remainder × base must fit: a remainder is smaller than the denominator.
        digits = len(str(self.layers.dialect.widest_quotient)) - len(str(value.den.bound))
        wanted = 2 * len(str(value.den.bound))
        if digits < 1:
            self.refused.append("wide")
            digits = wanted
        base, keys, rest = whole(10**digits), [], value.num
        last = -(-wanted // digits)
        for place in range(last + 1):
            quotient = self._quotient(rest, value.den)
            keys.append(self.column(f"{name}k{place}", quotient.expression, quotient.bound, quotient.wide).expression)
            if place < last:
                (a, b), wide = self._operands(max(rest.bound, value.den.bound), rest, value.den)
                left = self.column(f"{name}r{place}", self.layers.dialect.remainder(a, b), value.den.bound, wide)
                rest = self.times(left, base)
        return keys

    def mean(self, name: str, value: Number) -> Number:
        """The mean over the bodies that have a value."""
        if value.num.literal is not None:
            return value
        if value.den.literal is None:
            self.refused.append("mean")
            return value
        sum_, bound, wide = self.sum_of(value.num)
        total = SqlInteger(over(sum_), bound, wide)
        # Values that are known of the same bodies have one count, by which their means can be compared and added up.
        if value.known_by not in self._counted:
            count = exp.func("NULLIF", over(exp.Count(this=value.num.expression.copy())), exp.Literal.number(0))
            self._counted[value.known_by] = self.column(f"{name}c", count, MOST_BODIES, False)
        counted = self._counted[value.known_by]
        return self.named(name, Number(total, self.times(value.den, counted)))

    def sum_of(self, column: SqlInteger) -> tuple[exp.Expr, int, bool]:
        """The aggregate that adds up a column, its bound, and whether it has the wide type."""
        bound = self._fit(column.bound * MOST_BODIES)
        (num,), wide = self._operands(bound, column)
        return exp.Sum(this=num), bound, wide

    def median(self, name: str, value: Number) -> Number:
        """The median over the bodies that have a value: the mean of the middle two where they are even in number."""
        if value.num.literal is not None:
            return value
        keys = self.order_keys(f"{name}v", value)
        unknown = exp.Is(this=value.num.expression.copy(), expression=exp.null())
        order = exp.Order(expressions=[ordered(key) for key in keys])
        place = exp.Window(this=exp.RowNumber(), partition_by=[unknown], order=order)
        position = self.layers.helper(exp.Mul(this=place, expression=exp.Literal.number(2)))
        count = self.layers.helper(over(exp.Count(this=value.num.expression.copy())))

        def middle(later: int) -> Number:
            """The lower (0) or upper (1) of the middle two, which are the same where the bodies are odd in number."""
            size = self.layers.column(count)
            places = [exp.Add(this=size.copy(), expression=exp.Literal.number(later + more)) for more in (0, 1)]
            here = exp.In(this=self.layers.column(position), expressions=places)
            known = exp.not_(unknown.copy())
            condition = self.layers.helper(exp.and_(known, here))

            def there(part: SqlInteger, called: str) -> SqlInteger:
                if part.literal is not None:
                    return part
                case = exp.case().when(self.layers.column(condition), part.expression.copy())
                return self.column(called, over(exp.Max(this=case)), part.bound, part.wide)

            return Number(there(value.num, f"{name}m{later}n"), there(value.den, f"{name}m{later}d"))

        total = self.add(f"{name}s", middle(0), 1, middle(1))
        return self.named(name, Number(total.num, self.times(total.den, whole(2))))


def over(expression: exp.Expr, partition: list[exp.Expr] | None = None) -> exp.Window:
    """An aggregate over all bodies, or those of a partition."""
    return exp.Window(this=expression, partition_by=partition or [])


def ordered(key: exp.Expr, descending: bool = False) -> exp.Ordered:
    """A key to order by; it is never NULL where the order matters."""
    return exp.Ordered(this=key.copy(), desc=descending, nulls_first=False)


def null(type_: str) -> exp.Expr:
    """NULL of a type."""
    return exp.cast(exp.null(), type_)
