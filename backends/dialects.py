"""The SQL dialects: what each needs so that integers stay exact and columns keep their names."""

from collections.abc import Callable, Sequence
from typing import Final

from sqlglot import exp

from haiten.compiler.late import frozen

INT64: Final = 2**63 - 1
DIGITS: Final = 38
WIDE: Final = 10**DIGITS - 1  # what every dialect's widest integer (or decimal without fraction) holds


@frozen
class Dialect:
    """How a database differs from the others.

    Attributes:
        name: as users and sqlglot call it.
        wide: the type of integers up to 38 digits.
        divides: it has an integer division that is exact up to 38 digits; elsewhere a quotient is built from the
            remainder, and has at most 32 digits (a DECIMAL(38, 6)).
        longest_name: bytes in a column's name; None where no path comes near the limit.
        forbidden: signs that a column's name may not hold, written ``_`` instead.
    """

    name: str
    wide: str = "DECIMAL(38, 0)"
    divides: bool = True
    longest_name: int | None = None
    forbidden: str = ""

    @property
    def widest_quotient(self) -> int:
        """The largest quotient that is surely exact."""
        return WIDE if self.divides else 10**32 - 1

    def column_name(self, name: str) -> str:
        """A column's name as the dialect can hold it."""
        return "".join("_" if sign in self.forbidden else sign for sign in name)

    def column(self, name: str) -> exp.Column:
        """A column, quoted unless it is a plain word."""
        return exp.column(self.identifier(self.column_name(name)))

    def identifier(self, name: str) -> exp.Identifier:
        """A name, quoted unless it is a plain word."""
        return exp.to_identifier(name, quoted=not (name.isascii() and name.isidentifier()))

    def widened(self, expression: exp.Expr) -> exp.Expr:
        """An integer in the type that holds 38 digits."""
        return exp.cast(expression, self.wide)

    def integer(self, digits: int) -> str:
        """The type of integers with so many digits."""
        return "BIGINT" if 10**digits - 1 <= INT64 else self.wide

    def quotient(self, dividend: exp.Expr, divisor: exp.Expr) -> exp.Expr:
        """The integer quotient, towards zero."""
        if self.divides:
            return exp.IntDiv(this=grouped(dividend), expression=grouped(divisor))
        dividend, divisor = self.widened(dividend), self.widened(divisor)
        whole = exp.Paren(this=exp.Sub(this=dividend, expression=self.remainder(dividend.copy(), divisor.copy())))
        return self.widened(exp.Div(this=whole, expression=divisor))

    def remainder(self, dividend: exp.Expr, divisor: exp.Expr) -> exp.Expr:
        """What is left of the dividend, with its sign."""
        return exp.Mod(this=grouped(dividend), expression=grouped(divisor))


def grouped(expression: exp.Expr) -> exp.Expr:
    """An operand in brackets where it is an operation itself."""
    return exp.Paren(this=expression) if isinstance(expression, exp.Binary | exp.Not) else expression


# Flat operations are cut into brackets of so many operands: a parser that recurses meets no depth.
_FLAT: Final = 16


def joined(make: Callable[[exp.Expr, exp.Expr], exp.Expr], parts: Sequence[exp.Expr]) -> exp.Expr:
    """``a + b + c + …`` (or AND, OR), in nested brackets where there are many operands."""
    while len(parts) > _FLAT:
        parts = [_flat(make, parts[i : i + _FLAT]) for i in range(0, len(parts), _FLAT)]
    return _flat(make, parts)


def _flat(make: Callable[[exp.Expr, exp.Expr], exp.Expr], parts: Sequence[exp.Expr]) -> exp.Expr:
    whole = grouped(parts[0]) if len(parts) > 1 else parts[0]
    for part in parts[1:]:
        whole = make(whole, grouped(part))
    return whole


def plus(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """``left + right``."""
    return exp.Add(this=left, expression=right)


def both(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """``left AND right``."""
    return exp.And(this=left, expression=right)


def either(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """``left OR right``."""
    return exp.Or(this=left, expression=right)


DIALECTS: Final = {
    dialect.name: dialect
    for dialect in (
        Dialect("duckdb", wide="INT128"),
        Dialect("spark", divides=False),
        Dialect("databricks", divides=False),
        Dialect("postgres", longest_name=63),
        Dialect("snowflake", divides=False),
        Dialect("bigquery", forbidden=".()"),
    )
}
