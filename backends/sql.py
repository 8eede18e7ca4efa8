"""Evaluator → SQL: one query that gives every body's points and verdicts (docs/sql.md).

A truth is a BOOLEAN that may be NULL: SQL's AND, OR and NOT on them are Kleene's. What is certain is what holds with
NULL taken for false, what is possible with NULL taken for true. Values are exact ratios (``numbers.py``), ranks are
window functions. Every slot of the evaluator is a column, in the first layer in which it can stand (``layers.py``).
"""

from collections.abc import Iterable
from typing import Final

from attrs import field, frozen
from sqlglot import exp

from haiten.backends.choices import Ranked, Rival, best_proportion, choose
from haiten.backends.dialects import DIALECTS, INT64, both, either, grouped, joined, plus
from haiten.backends.layers import Layers
from haiten.backends.numbers import (
    MOST_BODIES,
    OPERATORS,
    Number,
    Numbers,
    Reason,
    Whole,
    null,
    ordered,
    over,
    whole,
)
from haiten.backends.refusals import BeyondSql, NameBeyondSql
from haiten.backends.table import Table
from haiten.compiler import emit
from haiten.compiler.describe import describe_condition, describe_value
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.emit import Evaluator, Expression, Slot
from haiten.compiler.fingerprint import fingerprint
from haiten.compiler.program import Classification, FactValue, Node, Program, Ranking, Value
from haiten.compiler.syntax import Mode

NO_CLASS: Final = -1
TOTAL: Final = "全体"
_REASONS: Final[dict[Reason, str]] = {
    "wide": "38桁（割り算の商は、整数の割り算を持たない方言では32桁）を超え得ます。"
    "掛け算や割り算を減らすか、途中で四捨五入してください。",
    "mean": "分母が団体ごとに違う比の平均は、分母の積が限りなく大きくなります。四捨五入した比の平均なら計算できます。",
}


@frozen
class Sql:
    """A rulebook as a query.

    Attributes:
        text: None where something cannot be said in the dialect, which the diagnostics tell.
        reads: the columns that the table has to have.
    """

    text: str | None
    reads: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


def to_sql(evaluator: Evaluator, dialect: str, table: str = "facts", columns: Iterable[str] | None = None) -> Sql:
    """Write a query that scores the bodies of a table.

    Args:
        evaluator: the rulebook.
        dialect: a name in ``DIALECTS``.
        table: the table of facts, as SQL names it (``schema.name``).
        columns: the columns that it has; None for all facts and answers that the rulebook reads, and no outcomes.

    Raises:
        sqlglot.errors.SqlglotError: ``table`` is no name of a table.
    """
    layers = Layers(DIALECTS[dialect])
    source = exp.to_table(table, dialect=dialect)
    for part in source.find_all(exp.Identifier):
        part.set("quoted", part.args["quoted"] or not part.name.isascii())
    known = None if columns is None else frozenset(columns)
    numbers = Numbers(layers)
    emitter = _Emitter(evaluator, layers, numbers, Table(evaluator.program, numbers, known))
    emitter.run()
    emitter.tell_long_names()
    if emitter.diagnostics:
        return Sql(None, tuple(emitter.table.read), tuple(emitter.diagnostics))
    query = layers.query(source, emitter.outputs()).sql(dialect, pretty=True)
    program = evaluator.program
    rules = fingerprint(program.syntax).rules
    heading = f"-- {program.year} {program.scope} 評価指標（{dialect}）\n-- 規則の指紋 {rules}\n"
    return Sql(f"{heading}{query}\n", tuple(emitter.table.read), ())


@frozen
class _Points:
    """Columns of a node's certain and possible points."""

    certain: str
    possible: str


@frozen
class _Live:
    """Columns that tell whether a node's points surely count, and whether they can."""

    certain: str
    possible: str


@frozen(eq=False)
class _Emitter:
    evaluator: Evaluator
    layers: Layers
    numbers: Numbers
    table: Table
    values: dict[Slot, Number] = field(factory=dict)
    truths: dict[Slot, str] = field(factory=dict)
    rankings: dict[Slot, Ranked] = field(factory=dict)
    given: dict[str, str | None] = field(factory=dict)
    own: dict[str, _Points] = field(factory=dict)
    live: dict[str, _Live | None] = field(factory=dict)
    choices: dict[str, list[tuple[exp.Expr, exp.Expr]]] = field(factory=dict)
    diagnostics: list[Diagnostic] = field(factory=list)

    @property
    def program(self) -> Program:
        return self.evaluator.program

    def run(self) -> None:
        """Define all columns."""
        expressions = {slot: expression for expression, slot in self.evaluator.slots.items()}
        for step in self.evaluator.steps:
            if isinstance(step, emit.Leaf):
                self._leaf(step)
            elif isinstance(step, emit.Total):
                self._total(step)
            else:
                self._fill(step, expressions[step.out])
                continue
            # What was filled before a node was filled for it.
            for reason in dict.fromkeys(self.numbers.refused):
                node = self.program.nodes[step.path]
                name = self.layers.dialect.name
                self.diagnostics.append(BeyondSql(node.span, step.path, name, _REASONS[reason]))
            self.numbers.refused.clear()
        for node in self.program.nodes.values():
            self._pass_down(node)
        grants = [node.path for node in self.program.grants if not node.special]
        self._define_sum(f"得点.{TOTAL}", [self.own[path].certain for path in grants])
        self._define_sum(f"可能.{TOTAL}", [self.own[path].possible for path in grants])

    def tell_long_names(self) -> None:
        """Tell of columns whose names the database would cut."""
        limit = self.layers.dialect.longest_name
        for path, node in self.program.nodes.items():
            if limit is not None and any(
                name.endswith(path) and len(name.encode()) > limit for name in self.layers.levels
            ):
                self.diagnostics.append(NameBeyondSql(node.span, path, self.layers.dialect.name, limit))

    def outputs(self) -> list[str]:
        """The columns of the result, in the order of the document."""
        names = [f"得点.{TOTAL}", f"可能.{TOTAL}"]
        for path, node in self.program.nodes.items():
            names += [f"得点.{path}", f"可能.{path}"]
            if self.live[path] is not None:
                names += [f"自身の得点.{path}", f"自身の可能.{path}"]
            if node.is_leaf:
                names.append(f"判定.{path}")
        return names

    # Slots

    def _column(self, name: str) -> exp.Column:
        return self.layers.column(name)

    def _truth(self, slot: Slot) -> exp.Column:
        return self._column(self.truths[slot])

    def _fill(self, step: emit.Fill, expression: Expression) -> None:
        out, name = step.out, f"s{step.out}"
        numbers, values = self.numbers, self.values
        match step:
            case emit.LoadNumber(column=column):
                decimals = expression.fact.decimals if isinstance(expression, FactValue) else 0
                values[out] = self.table.number(name, column, decimals)
            case emit.LoadAnswer(column=column):
                self.truths[out] = self.table.answer(name, column)
            case emit.LoadConstant(value=value):
                values[out] = numbers.constant(value)
            case emit.Score(paths=paths):
                values[out] = self._score(name, paths)
            case emit.Add(terms=terms):
                values[out] = values[terms[0][1]]
                for place, (sign, slot) in enumerate(terms[1:], start=2):
                    part = name if place == len(terms) else f"{name}p{place}"
                    values[out] = numbers.add(part, values[out], sign, values[slot])
            case emit.Multiply(factors=factors):
                values[out] = values[factors[0][1]]
                for place, (exponent, slot) in enumerate(factors[1:], start=2):
                    part = name if place == len(factors) else f"{name}p{place}"
                    values[out] = numbers.multiply(part, values[out], exponent, values[slot])
            case emit.Extreme(parts=parts, greatest=greatest):
                values[out] = values[parts[0]]
                for place, slot in enumerate(parts[1:], start=2):
                    part = name if place == len(parts) else f"{name}p{place}"
                    values[out] = numbers.extreme(part, values[out], values[slot], greatest)
            case emit.Round(value=slot, decimals=decimals, half_up=half_up):
                values[out] = numbers.rounded(name, values[slot], decimals, half_up)
            case emit.Summarise(value=slot, median=median):
                values[out] = (numbers.median if median else numbers.mean)(name, values[slot])
            case emit.PlaceNumber(ranking=slot):
                values[out] = Number(Whole(self._column(self.rankings[slot].place), MOST_BODIES), whole(1))
            case emit.Rank():
                self.rankings[out] = self._rank(step, name, expression)
            case emit.Classify():
                self.truths[out] = self._classify(step, name, expression)
            case _:
                comment = _describe(expression)
                self.truths[out] = self.layers.define(name, self._condition(step), comment)

    def _score(self, name: str, paths: tuple[str, ...]) -> Number:
        certain = self._define_sum(f"{name}c", [self.own[path].certain for path in paths])
        possible = self._define_sum(f"{name}p", [self.own[path].possible for path in paths])
        decided = exp.EQ(this=self._column(certain), expression=self._column(possible))
        known = exp.case().when(decided, exp.cast(self._column(certain), "BIGINT"))
        bound = sum(self.program.nodes[path].maximum for path in paths)
        return Number(self.numbers.column(name, known, bound, False), whole(1))

    def _rank(self, step: emit.Rank, name: str, expression: Expression) -> Ranked:
        value = self.values[step.value]
        keys = self.numbers.order_keys(f"{name}v", value)
        member = None if step.subset is None else self.truths[step.subset]
        classes = None if step.classes is None else self.truths[step.classes]
        known: list[exp.Expr] = [exp.not_(exp.Is(this=keys[0].copy(), expression=exp.null()))]
        if member is not None:
            known.append(exp.func("COALESCE", self._column(member), exp.false()))
        if classes is not None:
            places = exp.func("COALESCE", self._column(classes), exp.Literal.number(NO_CLASS))
            known.append(exp.GTE(this=places, expression=exp.Literal.number(0)))
        has_rank = self.layers.define(f"{name}h", joined(both, known))
        partition: list[exp.Expr] = [self._column(has_rank)]
        if classes is not None:
            partition.append(self._column(classes))
        order = exp.Order(expressions=[ordered(key, not step.lower_is_better) for key in keys])
        rank = exp.Window(this=exp.Rank(), partition_by=partition, order=order)
        place = exp.case().when(self._column(has_rank), exp.cast(rank, "BIGINT"))
        count = exp.cast(over(exp.Count(this=exp.Star()), [part.copy() for part in partition]), "BIGINT")
        text = f"{expression.text} の順位" if isinstance(expression, Ranking) else ""
        return Ranked(self.layers.define(name, place, text), self.layers.define(f"{name}n", count), member, classes)

    def _classify(self, step: emit.Classify, name: str, expression: Expression) -> str:
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

    def _condition(self, step: emit.Fill) -> exp.Expr:
        match step:
            case emit.Test(left=left, operator=operator, right=right):
                return self.numbers.compare(self.values[left], operator, self.values[right])
            case emit.IsClass(classes=classes, index=index):
                return exp.EQ(this=self._truth(classes), expression=exp.Literal.number(index))
            case emit.Count(out=out, parts=parts, operator=operator, count=count):
                return self._count(f"s{out}", parts, operator, count)
            case emit.Reach(ranking=slot):
                return self._reach(self.rankings[slot], step)
            case emit.Combine(parts=parts, every=every):
                return joined(both if every else either, [self._truth(part) for part in parts])
            case emit.Invert(part=part):
                return exp.not_(self._truth(part))
        raise AssertionError(step)

    def _reach(self, ranked: Ranked, step: emit.Reach) -> exp.Expr:
        """Whether a place is within a step; NULL without a rank, unless the body can never have one."""
        share = step.step.share
        if share is None:
            limit = Whole(exp.Literal.number(step.step.step.numerator), step.step.step.numerator)
            den = step.step.step.denominator
        else:
            size = Whole(self._column(ranked.size), MOST_BODIES)
            limit, den = self.numbers.times(size, whole(share.numerator)), share.denominator
        place = self.numbers.times(Whole(self._column(ranked.place), MOST_BODIES), whole(den))
        inside = exp.LTE(this=grouped(place.expression), expression=grouped(limit.expression))
        never = ranked.never(self.layers)
        return exp.case().when(joined(either, never), exp.false()).else_(inside) if never else inside

    def _count(self, name: str, parts: tuple[Slot, ...], operator: str, count: int) -> exp.Expr:
        """Whether a number of truths compares so, whatever the unknown ones are; NULL where that depends on them."""

        def number(of: str, held: bool) -> exp.Expr:
            """How many truths surely hold, or surely do not."""
            truths = [self._truth(part) if held else exp.not_(self._truth(part)) for part in parts]
            ones = [exp.case().when(t, exp.Literal.number(1)).else_(exp.Literal.number(0)) for t in truths]
            return self._column(self.layers.define(f"{name}{of}", joined(plus, list(ones))))

        least, failed = number("y", True), number("n", False)
        most = exp.Sub(this=exp.Literal.number(len(parts)), expression=failed)
        wanted = exp.Literal.number(count)
        if operator == "と等しい":
            exact = [exp.EQ(this=bound.copy(), expression=wanted.copy()) for bound in (least, most)]
            beyond = exp.GT(this=least, expression=wanted.copy())
            never = either(beyond, exp.LT(this=most, expression=wanted))
            return exp.case().when(joined(both, list(exact)), exp.true()).when(never, exp.false())
        compare = OPERATORS[operator]
        # The bound that speaks against it, and the one that speaks for it.
        worst, best = (least, most) if operator in ("以上", "超") else (most, least)
        surely = compare(this=worst, expression=wanted.copy())
        possibly = compare(this=best, expression=wanted)
        return exp.case().when(surely, exp.true()).when(exp.not_(exp.Paren(this=possibly)), exp.false())

    # Nodes, upwards

    def _leaf(self, leaf: emit.Leaf) -> None:
        node = self.program.nodes[leaf.path]
        if node.is_shared:
            self.given[leaf.path] = self.given.get(node.same_as)
            self.truths[leaf.out] = self.truths[leaf.truth]
        else:
            given = self.table.given(leaf.path)
            self.given[leaf.path] = given
            self.truths[leaf.out] = self.truths[leaf.truth]
            if given is not None:
                outcome = exp.func("COALESCE", self._column(given), self._truth(leaf.truth))
                self.truths[leaf.out] = self.layers.define(f"要件.{leaf.path}", outcome)
        points, nothing = exp.Literal.number(node.maximum), exp.Literal.number(0)
        certain = exp.case().when(self._truth(leaf.out), points).else_(nothing)
        possible = exp.case().when(exp.not_(self._truth(leaf.out)), nothing.copy()).else_(points.copy())
        self._define_own(node, certain, possible)

    def _total(self, total: emit.Total) -> None:
        node = self.program.nodes[total.path]
        certain: list[exp.Expr] = [self._column(self.own[child].certain) for child in total.children]
        possible: list[exp.Expr] = [self._column(self.own[child].possible) for child in total.children]
        if total.mode is Mode.ANY_ONE:
            self._choose(total, certain, possible)
        if total.undisclosed:
            certain.append(exp.Literal.number(0))
            possible.append(exp.Literal.number(total.undisclosed))
        low, high = (_combined(total, parts) for parts in (certain, possible))
        self._define_own(node, low, high)

    def _define_own(self, node: Node, certain: exp.Expr, possible: exp.Expr) -> None:
        prefix = "自身の" if self._is_below_choice(node) else ""
        self.own[node.path] = _Points(
            self.layers.define(f"{prefix}得点.{node.path}", certain),
            self.layers.define(f"{prefix}可能.{node.path}", possible),
        )

    def _is_below_choice(self, node: Node) -> bool:
        while node.parent is not None:
            node = self.program.nodes[node.parent]
            if node.mode is Mode.ANY_ONE:
                return True
        return False

    def _choose(self, total: emit.Total, certain: list[exp.Expr], possible: list[exp.Expr]) -> None:
        rivals = []
        for index, child in enumerate(total.children):
            rankings = [
                (self.rankings[deciding.ranking], [self.given[leaf] for leaf in deciding.leaves])
                for deciding in total.deciding[index]
            ]
            rivals.append(Rival(certain[index], possible[index], best_proportion(self.numbers, child, rankings)))
        if total.undisclosed:
            # They stand after the children, without a rank: what they are worth is not known.
            rivals.append(Rival(exp.Literal.number(0), exp.Literal.number(total.undisclosed), None))
        self.choices[total.path] = choose(self.numbers, rivals, len(total.children))

    def _define_sum(self, name: str, columns: list[str]) -> str:
        return self.layers.define(name, joined(plus, [self._column(column) for column in columns]))

    # Nodes, downwards

    def _pass_down(self, node: Node) -> None:
        """Define what reaches the total, and the verdict; the node above was passed before."""
        live = None if node.parent is None else self.live[node.parent]
        if node.parent is not None and node.parent in self.choices:
            siblings = self.program.nodes[node.parent].children
            wins, can_win = self.choices[node.parent][siblings.index(node.path)]
            if live is not None:
                wins = both(grouped(self._column(live.certain)), grouped(wins))
                can_win = both(grouped(self._column(live.possible)), grouped(can_win))
            live = _Live(
                self.layers.define(f"算入確実.{node.path}", wins), self.layers.define(f"算入可能.{node.path}", can_win)
            )
        self.live[node.path] = live
        own = self.own[node.path]
        if live is not None:
            for name, counts, points in (
                ("得点", live.certain, own.certain),
                ("可能", live.possible, own.possible),
            ):
                counted = exp.case().when(self._column(counts), self._column(points)).else_(exp.Literal.number(0))
                self.layers.define(f"{name}.{node.path}", counted)
        if node.is_leaf:
            self.layers.define(f"判定.{node.path}", self._verdict(node.path, live))

    def _verdict(self, path: str, live: _Live | None) -> exp.Expr:
        """The verdict in the words of ``haiten score``."""
        outcome = self._truth(self.evaluator.outcomes[path])
        words = {word: exp.Literal.string(word) for word in ("得点", "非該当", "未回答", "他の項目が優先")}
        case = exp.case().when(exp.not_(outcome), words["非該当"])
        if live is None:
            return case.when(outcome.copy(), words["得点"]).else_(words["未回答"])
        wins = both(outcome.copy(), self._column(live.certain))
        loses = both(outcome.copy(), exp.not_(self._column(live.possible)))
        return case.when(wins, words["得点"]).when(loses, words["他の項目が優先"]).else_(words["未回答"])


def _combined(total: emit.Total, parts: list[exp.Expr]) -> exp.Expr:
    """The points of a node from those of its children, in its mode."""
    if total.mode is Mode.ANY_ONE:
        if len(parts) == 1:
            return parts[0]
        # Points are never NULL, so that it does not matter what a database makes of those.
        return exp.Greatest(this=parts[0], expressions=parts[1:], ignore_nulls=True)
    points = joined(plus, parts)
    if total.cap is None:
        return points
    return exp.Least(this=points, expressions=[exp.Literal.number(total.cap)], ignore_nulls=True)


def _describe(expression: Expression) -> str:
    return "" if isinstance(expression, Ranking | Classification) else _text(expression)


def _text(expression: object) -> str:
    return describe_value(expression) if isinstance(expression, Value) else describe_condition(expression)
