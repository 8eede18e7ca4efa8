"""The table of facts: which of its columns a query reads, and as what."""

from collections.abc import Mapping
from math import ceil
from typing import Final, Protocol

from attrs import field
from sqlglot import exp

from haiten.backends.layers import KEY, Layers
from haiten.backends.numbers import Number, NumberBuilder, SqlInteger, null, whole
from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import FACT_DIGITS
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import Fact

GIVEN: Final = "所与."
_MOST_DECIMALS: Final = 11  # that a number times 10**decimals stays within 38 digits, those behind the point included


class FigureTable(Protocol):
    """Figures over members, by text, in a table beside that of the facts."""

    @property
    def figures(self) -> Mapping[str, object]:
        """Those that there are."""

    def read(self, text: str, name: str, layers: Layers) -> tuple[Number, tuple[Number, Number]]:
        """A figure where it is decided, and its two ends."""


def _digits(fact: Fact | None) -> int:
    """How many digits before the point a fact may have: those of its range, or of any number in a fact file."""
    if fact is None or fact.low is None or fact.high is None:
        return FACT_DIGITS
    return min(FACT_DIGITS, len(str(ceil(max(abs(fact.low), abs(fact.high))))))


@frozen(eq=False)
class FactsTable:
    """Reads columns into the first layer.

    Attributes:
        columns: the columns that the table has; None for every fact and answer that the rulebook reads, by its own
            path, and no outcome.
        figures: the figures over members, where the query makes them.
        read: the columns that the query reads, in order.
    """

    program: Program
    numbers: NumberBuilder
    columns: frozenset[str] | None
    figures: "FigureTable | None" = None
    read: list[str] = field(factory=lambda: [KEY])

    @property
    def layers(self) -> Layers:
        """Where columns are defined."""
        return self.numbers.layers

    def number(self, name: str, column: str, fact: Fact | None) -> tuple[Number, tuple[Number, Number] | None]:
        """A number, and of a figure over members that are in a table too, between which ends it lies."""
        if self.figures is not None and column in self.figures.figures:
            return self.figures.read(column, name, self.layers)
        return self._number(name, column, fact), None

    def _number(self, name: str, column: str, fact: Fact | None) -> Number:
        """A number as an integer of ``10**-decimals`` units, with as many digits as the declared range of its fact."""
        decimals = 0 if fact is None else fact.decimals
        if decimals > _MOST_DECIMALS:
            self.numbers.refused.append("wide")
            decimals = 0
        digits = _digits(fact) + decimals
        kind = self.layers.dialect.integer(digits)
        if self.columns is not None and column not in self.columns:
            scaled = null(kind)
        else:
            # The cast holds a number to the digits that it may have; no float is left behind it.
            scaled = exp.cast(self._column(column), f"DECIMAL({digits}, {decimals})")
            if decimals:
                # Databases multiply in the type of the operands: it has to have room for the product.
                wide = exp.DataType.build(f"DECIMAL({digits + decimals}, {decimals})")
                scaled = exp.Cast(this=scaled, to=wide)  # exp.cast takes one DECIMAL for another
                scaled = exp.Mul(this=scaled, expression=exp.Literal.number(10**decimals))
            scaled = exp.cast(scaled, kind)
        read = self.layers.column(self.layers.read(name, scaled, column))
        return Number(SqlInteger(read, 10**digits - 1, kind != "BIGINT"), whole(10**decimals))

    def answer(self, name: str, about: str) -> str:
        """What the survey says of a leaf, or of a yes/no fact."""
        return self.layers.read(name, self._truth(self._columns_about(about, ("",))), f"{about} の答え")

    def given(self, path: str) -> str | None:
        """The outcome that the table may give for a leaf; None where it has no column for it."""
        if self.columns is None:
            return None
        prefixes = (GIVEN,) if self.program.nodes[path].answered else (GIVEN, "")
        found = self._columns_about(path, prefixes)
        return self.layers.read(f"{GIVEN}{path}", self._truth(found)) if found else None

    def _columns_about(self, about: str, prefixes: tuple[str, ...]) -> list[str]:
        """The columns of a leaf, those under other paths (に同じ) included; 所与 comes first, as it wins."""
        if self.columns is None:
            return [about]
        paths = [node.path for node in self.program.leaves if node.same_as == about] or [about]
        return [prefix + path for prefix in prefixes for path in paths if prefix + path in self.columns]

    def _truth(self, columns: list[str]) -> exp.Expr:
        parts = [exp.cast(self._column(column), "BOOLEAN") for column in columns]
        if not parts:
            return null("BOOLEAN")
        return parts[0] if len(parts) == 1 else exp.func("COALESCE", *parts)

    def _column(self, name: str) -> exp.Column:
        self.read.append(name)
        return self.layers.dialect.column(name)
