"""Figures over the members of prefectures in SQL: the municipalities scored, and gathered by prefecture.

Every member has a least and a greatest value, as in ``haiten.scoring.members.figures``; so has the figure. A table of
the figures has a row per prefecture, which a prefecture finds by the first two digits of its code.
"""

from fractions import Fraction
from math import lcm
from typing import Final

from attrs import field
from sqlglot import exp

from haiten.backends.dialects import both, joined, plus
from haiten.backends.layers import KEY, Layers
from haiten.backends.numbers import MOST_BODIES, Number, SqlInteger, over, whole
from haiten.backends.slots import Slots
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.evaluator.emit import Evaluator
from haiten.compiler.late import frozen
from haiten.compiler.program.ranges import range_of
from haiten.compiler.program.terms import Condition, Fact, Met, RankValue, ScoreValue, Statistic, Value, Within
from haiten.compiler.program.walk import conditions_in, values_in
from haiten.compiler.syntax.member_functions import MemberFunction

HOME: Final = "members_home"
SIZE: Final = "members_count"
FIGURES: Final = "members_figures"
_OFFICIAL: Final = 6  # digits of a code with its check digit
_PERCENT: Final = 100


@frozen(eq=False)
class FigureColumns:
    """A figure in the table of figures.

    Attributes:
        least, most: the names of its columns: numerators, NULL where that end is not bounded.
        bound: neither is ever larger.
        wide: they have the type that holds 38 digits.
        scale: what they are to be divided by, and by the number of members where it ``averages``.
    """

    least: str
    most: str
    bound: int
    wide: bool
    scale: int
    averages: bool


@frozen
class _Ends:
    """What a member's value is at least and at most, over a common denominator."""

    least: SqlInteger
    most: SqlInteger
    scale: int


def home_of(layers: Layers) -> exp.Expr:
    """The prefecture's number in the code of a body; NULL for a local code."""
    key = layers.dialect.column(KEY)
    two = exp.Substring(this=key.copy(), start=exp.Literal.number(1), length=exp.Literal.number(2))
    official = exp.LTE(this=exp.Length(this=key), expression=exp.Literal.number(_OFFICIAL))
    return exp.case().when(official, two)


@frozen(eq=False)
class FigureBuilder:
    """Gathers members by prefecture.

    Attributes:
        slots: what the steps of the municipal rulebook came to.
        asked: the figures, by their text.
        gathered: the aggregates, by the name of their column.
        figures: by text.
    """

    evaluator: Evaluator
    slots: Slots
    asked: dict[str, Fact]
    gathered: dict[str, exp.Expr] = field(factory=dict)
    figures: dict[str, FigureColumns] = field(factory=dict)

    @property
    def layers(self) -> Layers:
        """Those of the members."""
        return self.slots.layers

    def add(self, number: int, text: str, fact: Fact) -> None:
        """Define a figure; what is not exact is among what the numbers refused."""
        assert fact.members is not None, text
        function = fact.members.function
        ends = self._ends(f"members_{number}", fact.members.of)
        averages = function in (MemberFunction.MEAN, MemberFunction.SHARE)
        least, most = f"members_{number}_least", f"members_{number}_most"
        times = _PERCENT if function is MemberFunction.SHARE else 1
        bound = max(ends.least.bound, ends.most.bound) * times
        wide = ends.least.wide or ends.most.wide
        if function is MemberFunction.LEAST:
            # One whose value is bounded bounds the least of all from above.
            self.gathered[least] = self._if_all(ends.least, exp.Min(this=ends.least.expression.copy()))
            self.gathered[most] = exp.Min(this=ends.most.expression.copy())
        else:
            for name, end in ((least, ends.least), (most, ends.most)):
                scaled = self.slots.numbers.times(end, whole(times))
                total, bound, wide = self.slots.numbers.sum_of(scaled)
                self.gathered[name] = self._if_all(end, total)
        self.figures[text] = FigureColumns(least, most, bound, wide, ends.scale, averages)

    def _if_all(self, end: SqlInteger, total: exp.Expr) -> exp.Expr:
        """An aggregate, NULL where it is not bounded for a member."""
        count = exp.Count(this=end.expression.copy())
        everyone = exp.EQ(this=count, expression=exp.Count(this=exp.Star()))
        return exp.case().when(everyone, total)

    def _ends(self, name: str, of: Value | Condition) -> _Ends:
        if isinstance(of, Condition):
            return self._truth(name, of)
        if isinstance(of, ScoreValue):
            own = [self.slots.own[path] for path in of.paths]
            bound = sum(self.evaluator.program.nodes[path].maximum for path in of.paths) + of.undisclosed
            certain = [points.certain.copy() for points in own] or [exp.Literal.number(0)]
            possible = [*(points.possible.copy() for points in own), exp.Literal.number(of.undisclosed)]
            return _Ends(
                self._column(f"{name}l", joined(plus, certain), bound),
                self._column(f"{name}h", joined(plus, possible), bound),
                1,
            )
        numbers, value = self.slots.numbers, self.slots.values[self.evaluator.slots[of]]
        declared = range_of(of, self.evaluator.program)
        if value.den.literal is None:
            numbers.refused.append("mean")
            return _Ends(whole(0), whole(0), 1)
        scale = lcm(value.den.literal, *(end.denominator for end in (declared.low, declared.high) if end is not None))
        num = numbers.times(value.num, whole(scale // value.den.literal))
        return _Ends(
            self._end(f"{name}l", num, declared.low, scale), self._end(f"{name}h", num, declared.high, scale), scale
        )

    def _end(self, name: str, num: SqlInteger, declared: Fraction | None, scale: int) -> SqlInteger:
        """The value where it is known, else the end of its range."""
        if declared is None:
            return self.slots.numbers.column(name, num.expression.copy(), num.bound, num.wide)
        end = declared * scale
        assert end.denominator == 1, end
        expression = exp.func("COALESCE", num.expression.copy(), exp.Literal.number(end.numerator))
        return self.slots.numbers.column(name, expression, max(num.bound, abs(end.numerator)), num.wide)

    def _column(self, name: str, expression: exp.Expr, bound: int) -> SqlInteger:
        return self.slots.numbers.column(name, expression, bound, False)

    def _truth(self, name: str, condition: Condition) -> _Ends:
        """1 where a condition holds; anything from 0 to 1 where that is open, as where the nation is not known."""
        slot = self.evaluator.outcomes[condition.path] if isinstance(condition, Met) else None
        truth = self.slots.truth(self.evaluator.slots[condition] if slot is None else slot)
        one, nothing = exp.Literal.number(1), exp.Literal.number(0)
        known = self._rests_on_known(condition)
        holds = joined(both, [*known, truth.copy()])
        fails = joined(both, [*(part.copy() for part in known), exp.not_(truth)])
        return _Ends(
            self._column(f"{name}l", exp.case().when(holds, one).else_(nothing), 1),
            self._column(f"{name}h", exp.case().when(fails, nothing.copy()).else_(one.copy()), 1),
            1,
        )

    def _rests_on_known(self, condition: Condition) -> list[exp.Expr]:
        """Whether what a condition holds its body against, if that is of the nation, is known of all of it."""
        values = [part.ranking.value for part in conditions_in(condition) if isinstance(part, Within)]
        for value in values_in(condition):
            if isinstance(value, RankValue):
                values.append(value.ranking.value)
            elif isinstance(value, Statistic):
                values.append(value.value)
        found: dict[str, exp.Expr] = {}
        for value in values:
            number = self.slots.values[self.evaluator.slots[value]]
            if number.num.literal is not None:
                continue
            counted = over(exp.Count(this=number.num.expression.copy()))
            everyone = exp.EQ(this=counted, expression=over(exp.Count(this=exp.Star())))
            found.setdefault(number.num.expression.sql(), everyone)
        return [self.layers.column(self.layers.helper(known)) for known in found.values()]

    def table(self, below: str) -> exp.Select:
        """The table of figures, from the last layer of the members."""
        home = self.layers.dialect.column(HOME)
        size = exp.alias_(exp.Count(this=exp.Star()), SIZE)
        gathered = [exp.alias_(aggregate, name) for name, aggregate in self.gathered.items()]
        return exp.select(home.copy(), size, *gathered).from_(exp.to_table(below)).group_by(home)


@frozen(eq=False)
class GatheredFigures:
    """The table of figures as prefectures read it.

    Attributes:
        ctes: the tables that it takes, by name, in order.
        figures: by text.
        reads: the columns that the table of members has to have.
        diagnostics: what cannot be said of them.
    """

    ctes: tuple[tuple[str, exp.Select], ...]
    figures: dict[str, FigureColumns]
    reads: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]

    def joined_to(self, table: exp.Expr, layers: Layers) -> exp.Select:
        """A table of prefectures with its figures beside; NULL where there are no members."""
        on = exp.EQ(this=home_of(layers), expression=layers.dialect.column(HOME))
        return exp.select(exp.Star()).from_(table).join(exp.to_table(FIGURES), on=on, join_type="left")

    def read(self, text: str, name: str, layers: Layers) -> tuple[Number, tuple[Number, Number]]:
        """A figure where it is decided, and its two ends."""
        columns = self.figures[text]
        least, most = (
            SqlInteger(
                layers.column(layers.read(f"{name}{end}", layers.dialect.column(column), text)),
                columns.bound,
                columns.wide,
            )
            for end, column in (("l", columns.least), ("h", columns.most))
        )
        den = whole(columns.scale)
        if columns.averages:
            size = layers.column(layers.read(f"{name}n", layers.dialect.column(SIZE)))
            count = SqlInteger(size, MOST_BODIES)
            if columns.scale == 1:
                den = count
            else:
                product = exp.Mul(this=layers.dialect.column(SIZE), expression=exp.Literal.number(columns.scale))
                den = SqlInteger(
                    layers.column(layers.read(f"{name}d", product)), MOST_BODIES * columns.scale, False, (count, den)
                )
        decided = exp.EQ(this=layers.dialect.column(columns.least), expression=layers.dialect.column(columns.most))
        value = exp.case().when(decided, layers.dialect.column(columns.least))
        num = SqlInteger(layers.column(layers.read(name, value, text)), columns.bound, columns.wide)
        return Number(num, den), (Number(least, den), Number(most, den))
