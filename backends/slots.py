"""The evaluator's slots as columns: values, rankings, classes and truths."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, assert_never

from attrs import field
from sqlglot import exp

from haiten.backends.choices import RankColumns
from haiten.backends.dialects import both, either, grouped, joined, plus
from haiten.backends.layers import Layers
from haiten.backends.numbers import (
    MOST_BODIES,
    Number,
    NumberBuilder,
    SqlInteger,
    comparison,
    null,
    ordered,
    over,
    whole,
)
from haiten.backends.table import FactsTable
from haiten.compiler.evaluator import steps
from haiten.compiler.evaluator.steps import Slot, Term
from haiten.compiler.late import frozen
from haiten.compiler.program.describe import describe_condition
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import Classification, FactValue, Ranking, Value
from haiten.compiler.syntax.operators import Operator

NO_CLASS: Final = -1


# What becomes a truth.
ConditionStep = steps.ComparisonStep | steps.IsClass | steps.Count | steps.WithinStep | steps.Combine | steps.Invert


@frozen
class PointColumns:
    """A node's certain and possible points, never NULL: a column, or an expression over one for a leaf."""

    certain: exp.Expr
    possible: exp.Expr


@frozen(eq=False)
class Slots:
    """Fills slots with columns.

    Attributes:
        figures: columns that have the same value for every body, which is written into the query.
        values, rankings: by slot; ``truths`` has the columns of truths (NULL: unknown) and of classes (an index,
            NO_CLASS where none fits, NULL where it is unknown).
        spans: of figures over members, the least and the most that each body's can be.
        own: each node's points before any choice above it, by path; those of a node are there before they are read.
    """

    program: Program
    numbers: NumberBuilder
    table: FactsTable
    figures: Mapping[str, Fraction] = field(factory=dict)
    values: dict[Slot, Number] = field(factory=dict)
    truths: dict[Slot, str] = field(factory=dict)
    rankings: dict[Slot, RankColumns] = field(factory=dict)
    spans: dict[Slot, tuple[Number, Number]] = field(factory=dict)
    own: dict[str, PointColumns] = field(factory=dict)

    @property
    def layers(self) -> Layers:
        """Where columns are defined."""
        return self.numbers.layers

    def truth(self, slot: Slot) -> exp.Column:
        """The column of a truth."""
        return self.layers.column(self.truths[slot])

    def fill(self, step: steps.Fill, expression: Term) -> None:
        """Define the columns of a slot."""
        out, name = step.out, f"s{step.out}"
        numbers, values = self.numbers, self.values
        match step:
            case steps.LoadNumber(column=column) if column in self.figures:
                values[out] = numbers.constant(self.figures[column])
            case steps.LoadNumber(column=column):
                fact = expression.fact if isinstance(expression, FactValue) else None
                values[out], span = self.table.number(name, column, fact)
                if span is not None:
                    self.spans[out] = span
            case steps.LoadAnswer(column=column):
                self.truths[out] = self.table.answer(name, column)
            case steps.LoadConstant(value=value):
                values[out] = numbers.constant(value)
            case steps.PointsValue(paths=paths, undisclosed=undisclosed):
                values[out] = self._score(name, paths, undisclosed)
            case steps.Add(terms=terms):
                values[out] = values[terms[0][1]]
                for place, (sign, slot) in enumerate(terms[1:], start=2):
                    part = name if place == len(terms) else f"{name}p{place}"
                    values[out] = numbers.add(part, values[out], sign, values[slot])
            case steps.Multiply(factors=factors):
                values[out] = values[factors[0][1]]
                for place, (exponent, slot) in enumerate(factors[1:], start=2):
                    part = name if place == len(factors) else f"{name}p{place}"
                    values[out] = numbers.multiply(part, values[out], exponent, values[slot])
            case steps.Extreme(parts=parts, greatest=greatest):
                values[out] = values[parts[0]]
                for place, slot in enumerate(parts[1:], start=2):
                    part = name if place == len(parts) else f"{name}p{place}"
                    values[out] = numbers.extreme(part, values[out], values[slot], greatest)
            case steps.Round(value=slot, decimals=decimals, way=way):
                values[out] = numbers.rounded(name, values[slot], decimals, way)
            case steps.Summarise(value=slot, median=median):
                values[out] = (numbers.median if median else numbers.mean)(name, values[slot])
            case steps.PlaceNumber(ranking=slot):
                values[out] = Number(SqlInteger(self.layers.column(self.rankings[slot].place), MOST_BODIES), whole(1))
            case steps.Rank():
                self.rankings[out] = self._rank(step, name, expression)
            case steps.Classify():
                self.truths[out] = self._classify(step, name, expression)
            case (
                steps.ComparisonStep()
                | steps.IsClass()
                | steps.Count()
                | steps.WithinStep()
                | steps.Combine()
                | steps.Invert()
            ):
                self.truths[out] = self.layers.define(name, self._condition(step), _describe(expression))
            case _:
                assert_never(step)

    def _score(self, name: str, paths: tuple[str, ...], undisclosed: int) -> Number:
        if undisclosed:
            return Number(self.numbers.column(name, null("BIGINT"), undisclosed, False), whole(1))
        if not paths:
            return self.numbers.constant(Fraction(0))
        certain = self.layers.define(f"{name}c", joined(plus, [self.own[path].certain.copy() for path in paths]))
        possible = self.layers.define(f"{name}p", joined(plus, [self.own[path].possible.copy() for path in paths]))
        decided = exp.EQ(this=self.layers.column(certain), expression=self.layers.column(possible))
        known = exp.case().when(decided, exp.cast(self.layers.column(certain), "BIGINT"))
        bound = sum(self.program.nodes[path].maximum for path in paths)
        return Number(self.numbers.column(name, known, bound, False), whole(1))

    def _rank(self, step: steps.Rank, name: str, expression: Term) -> RankColumns:
        value = self.values[step.value]
        keys = self.numbers.order_keys(f"{name}v", value)
        member = None if step.subset is None else self.truths[step.subset]
        classes = None if step.classes is None else self.truths[step.classes]
        unknown = exp.Is(this=keys[0].copy(), expression=exp.null())
        known: list[exp.Expr] = [exp.not_(unknown)]
        if member is not None:
            known.append(exp.func("COALESCE", self.layers.column(member), exp.false()))
        if classes is not None:
            places = exp.func("COALESCE", self.layers.column(classes), exp.Literal.number(NO_CLASS))
            known.append(exp.GTE(this=places, expression=exp.Literal.number(0)))
        has_rank = (
            known[0] if len(known) == 1 else self.layers.column(self.layers.define(f"{name}h", joined(both, known)))
        )
        partition: list[exp.Expr] = [has_rank.copy()]
        if classes is not None:
            partition.append(self.layers.column(classes))
        order = exp.Order(expressions=[ordered(key, not step.lower_is_better) for key in keys])
        rank = exp.Window(this=exp.Rank(), partition_by=partition, order=order)
        place = exp.case().when(has_rank, exp.cast(rank, "BIGINT"))
        count = exp.cast(over(exp.Count(this=exp.Star()), [part.copy() for part in partition]), "BIGINT")
        text = f"{expression.text} の順位" if isinstance(expression, Ranking) else ""
        return RankColumns(
            self.layers.define(name, place, text), self.layers.define(f"{name}n", count), member, classes
        )

    def _classify(self, step: steps.Classify, name: str, expression: Term) -> str:
        value = self.values[step.value]
        case = exp.case()
        if value.num.literal is None:
            case = case.when(exp.Is(this=value.num.expression.copy(), expression=exp.null()), null("INT"))
        last: exp.Expr = exp.Literal.number(NO_CLASS)
        for index, bounds in enumerate(step.cases):
            fits = [self.numbers.compare(value, operator, self.values[bound]) for operator, bound in bounds]
            if not fits:  # その他: nothing after it is reached
                last = exp.Literal.number(index)
                break
            case = case.when(joined(both, fits), exp.Literal.number(index))
        names = ""
        if isinstance(expression, Classification):
            names = f"{expression.name}: " + "、".join(f"{i} {n}" for i, (n, _) in enumerate(expression.cases))
        return self.layers.define(name, case.else_(last) if case.args.get("ifs") else last, names)

    # Truths

    def _condition(self, step: ConditionStep) -> exp.Expr:
        match step:
            case steps.ComparisonStep(left=left, operator=operator, right=right):
                if left in self.spans or right in self.spans:
                    return self._between(self._span(left), operator, self._span(right))
                return self.numbers.compare(self.values[left], operator, self.values[right])
            case steps.IsClass(classes=classes, index=index):
                return exp.EQ(this=self.truth(classes), expression=exp.Literal.number(index))
            case steps.Count(out=out, parts=parts, operator=operator, count=count):
                return self._count(f"s{out}", parts, operator, count)
            case steps.WithinStep(ranking=slot):
                return self._reach(self.rankings[slot], step)
            case steps.Combine(parts=parts, every=every):
                return joined(both if every else either, [self.truth(part) for part in parts])
            case steps.Invert(part=part):
                return exp.not_(self.truth(part))
            case _:
                assert_never(step)

    def _span(self, slot: Slot) -> tuple[Number, Number]:
        return self.spans.get(slot, (self.values[slot], self.values[slot]))

    def _between(self, left: tuple[Number, Number], operator: Operator, right: tuple[Number, Number]) -> exp.Expr:
        """How two values compare of which each lies somewhere between two ends; NULL where that decides."""
        (low, high), (least, most) = left, right
        compare = self.numbers.compare
        if operator is Operator.EQUAL:
            surely = both(compare(low, Operator.AT_LEAST, most), compare(high, Operator.AT_MOST, least))
            never = either(compare(low, Operator.ABOVE, most), compare(high, Operator.BELOW, least))
            return exp.case().when(surely, exp.true()).when(never, exp.false())
        opposite = operator.opposite
        assert opposite is not None, operator
        near, far = (low, high) if operator.direction > 0 else (high, low)
        other, beyond = (most, least) if operator.direction > 0 else (least, most)
        surely, never = compare(near, operator, other), compare(far, opposite, beyond)
        return exp.case().when(surely, exp.true()).when(never, exp.false())

    def _reach(self, ranked: RankColumns, step: steps.WithinStep) -> exp.Expr:
        """Whether a place is within a step; NULL without a rank, unless the body can never have one."""
        share = step.step.share
        if share is None:
            limit = SqlInteger(exp.Literal.number(step.step.step.numerator), step.step.step.numerator)
            den = step.step.step.denominator
        else:
            size = SqlInteger(self.layers.column(ranked.size), MOST_BODIES)
            limit, den = self.numbers.times(size, whole(share.numerator)), share.denominator
        place = self.numbers.times(SqlInteger(self.layers.column(ranked.place), MOST_BODIES), whole(den))
        inside = exp.LTE(this=grouped(place.expression), expression=grouped(limit.expression))
        never = ranked.never(self.layers)
        return exp.case().when(joined(either, never), exp.false()).else_(inside) if never else inside

    def _count(self, name: str, parts: tuple[Slot, ...], operator: Operator, count: int) -> exp.Expr:
        """Whether a number of truths compares so, whatever the unknown ones are; NULL where that depends on them."""

        def number(of: str, held: bool) -> exp.Expr:
            """How many truths surely hold, or surely do not."""
            truths = [self.truth(part) if held else exp.not_(self.truth(part)) for part in parts]
            ones = [exp.case().when(t, exp.Literal.number(1)).else_(exp.Literal.number(0)) for t in truths]
            return self.layers.column(self.layers.define(f"{name}{of}", joined(plus, list(ones))))

        least, failed = number("y", True), number("n", False)
        most = exp.Sub(this=exp.Literal.number(len(parts)), expression=failed)
        wanted = exp.Literal.number(count)
        if operator is Operator.EQUAL:
            exact = [exp.EQ(this=bound.copy(), expression=wanted.copy()) for bound in (least, most)]
            beyond = exp.GT(this=least, expression=wanted.copy())
            never = either(beyond, exp.LT(this=most, expression=wanted))
            return exp.case().when(joined(both, list(exact)), exp.true()).when(never, exp.false())
        compare = comparison(operator)
        # The bound that speaks against it, and the one that speaks for it.
        worst, best = (least, most) if operator.direction > 0 else (most, least)
        surely = compare(this=worst, expression=wanted.copy())
        possibly = compare(this=best, expression=wanted)
        return exp.case().when(surely, exp.true()).when(exp.not_(exp.Paren(this=possibly)), exp.false())


def _describe(expression: Term) -> str:
    """A condition in the words of the language."""
    return "" if isinstance(expression, Value | Ranking | Classification) else describe_condition(expression)
