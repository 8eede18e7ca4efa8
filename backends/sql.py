"""Evaluator → SQL: one query that gives every body's points and verdicts (docs/sql.md).

A truth is a BOOLEAN that may be NULL: SQL's AND, OR and NOT on them are Kleene's. What is certain is what holds with
NULL taken for false, what is possible with NULL taken for true. Values are exact ratios (``numbers.py``), ranks are
window functions. Every slot of the evaluator is a column, in the first layer in which it can stand (``layers.py``).
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

from attrs import field
from sqlglot import exp

from haiten.backends.choices import Candidate, best_proportion, choose
from haiten.backends.dialects import DIALECTS, both, grouped, joined, plus
from haiten.backends.layers import Layers
from haiten.backends.members import FIGURES, HOME, FigureBuilder, GatheredFigures, home_of
from haiten.backends.numbers import NumberBuilder, WideReason
from haiten.backends.refusals import BeyondSql, NameBeyondSql
from haiten.backends.slots import PointColumns, Slots
from haiten.backends.table import FactsTable
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.evaluator import steps
from haiten.compiler.evaluator.emit import Evaluator, emit
from haiten.compiler.identity.fingerprint import fingerprint
from haiten.compiler.late import frozen
from haiten.compiler.program.program import Node, Program
from haiten.compiler.syntax.rulebook import Mode

TOTAL: Final = "全体"
_JOINED: Final = "facts_and_figures"
_REASONS: Final[dict[WideReason, str]] = {
    "wide": "38桁（割り算の商は、整数の割り算を持たない方言では32桁）を超え得ます。"
    "掛け算や割り算を減らすか、途中で四捨五入するか、事実の範囲（0以上 100以下 など、上下とも）を宣言してください。",
    "mean": "分母が団体ごとに違う比の平均は、分母の積が限りなく大きくなります。四捨五入した比の平均なら計算できます。",
}


@frozen
class Sql:
    """A rulebook as a query.

    Attributes:
        text: None where something cannot be said in the dialect, which the diagnostics tell.
        reads: the columns that the table has to have.
        member_reads: those that the table of members has to have, where there is one.
    """

    text: str | None
    reads: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    member_reads: tuple[str, ...] = ()


@frozen(eq=False)
class MembersAsked:
    """Where the members of prefectures are, for a query that scores both.

    Attributes:
        program: the municipal rulebook.
        table: of their facts; ``columns`` as for the prefectures.
    """

    program: Program
    table: str = "members"
    columns: Iterable[str] | None = None


def to_sql(
    evaluator: Evaluator,
    dialect: str,
    table: str = "facts",
    columns: Iterable[str] | None = None,
    members: MembersAsked | None = None,
    figures: Mapping[str, tuple[Fraction, str]] | None = None,
) -> Sql:
    """Write a query that scores the bodies of a table.

    Args:
        evaluator: the rulebook.
        dialect: a name in ``DIALECTS``.
        table: the table of facts (``facts``, ``schema.facts`` or ``catalog.schema.facts``).
        columns: the columns that it has; None for all facts and answers that the rulebook reads, and no outcomes.
        members: of prefectures, where their municipalities are; without it figures over them are columns of the table.
        figures: figures of the nation in the year before, by column, each with where it is from; they are written
            into the query, and told above it.

    Raises:
        ValueError: a table has no such name.
    """
    layers = Layers(DIALECTS[dialect])
    source = _table(table, layers)
    gathered = None if members is None else _gather(evaluator.program, members, dialect)
    known = None if columns is None else frozenset(columns)
    numbers = NumberBuilder(layers)
    then = {} if figures is None else dict(figures)
    written = {column: value for column, (value, _) in then.items()}
    facts = FactsTable(evaluator.program, numbers, known, gathered)
    emitter = _Emitter(evaluator, Slots(evaluator.program, numbers, facts, written))
    emitter.run()
    emitter.tell_long_name()
    member_reads = () if gathered is None else gathered.reads
    diagnostics = (*(() if gathered is None else gathered.diagnostics), *emitter.diagnostics)
    if diagnostics:
        return Sql(None, tuple(facts.read), diagnostics, member_reads)
    before: tuple[tuple[str, exp.Select], ...] = ()
    if gathered is not None:
        before = (*gathered.ctes, (_JOINED, gathered.joined_to(source, layers)))
        source = exp.to_table(_JOINED)
    query = layers.query(source, emitter.outputs(), before).sql(dialect, pretty=True)
    program = evaluator.program
    rules = fingerprint(program.syntax).rules
    trial = f"-- 試算: 定数 {program.trial_text}\n" if program.trial else ""
    heading = f"-- {program.year} {program.scope} 評価指標（{dialect}）\n-- 規則の指紋 {rules}\n{trial}"
    heading += "".join(f"-- {column} = {value}（{told}）\n" for column, (value, told) in then.items())
    if members is not None:
        rules = fingerprint(members.program.syntax).rules
        heading += f"-- {members.program.year} {members.program.scope} 評価指標\n-- 規則の指紋 {rules}\n"
    return Sql(f"{heading}{query}\n", tuple(facts.read), (), member_reads)


def _table(name: str, layers: Layers) -> exp.Table:
    """A table by its name (``facts``, ``schema.facts`` or ``catalog.schema.facts``).

    Raises:
        ValueError: that is no such name.
    """
    parts = name.split(".")
    if len(parts) > 3 or not all(part.strip() for part in parts):
        raise ValueError(name)
    named = (layers.dialect.identifier(part) for part in reversed(parts))
    return exp.Table(**dict(zip(("this", "db", "catalog"), named, strict=False)))


def _gather(program: Program, members: MembersAsked, dialect: str) -> GatheredFigures:
    """The figures over members."""
    asked = {text: fact for text, fact in program.aggregates.items() if fact.members is not None}
    municipal = emit(members.program, tuple(fact.members.of for fact in asked.values() if fact.members is not None))
    layers = Layers(DIALECTS[dialect])
    source = _table(members.table, layers)
    numbers = NumberBuilder(layers)
    known = None if members.columns is None else frozenset(members.columns)
    facts = FactsTable(municipal.program, numbers, known)
    emitter = _Emitter(municipal, Slots(municipal.program, numbers, facts))
    emitter.run()
    layers.read(HOME, home_of(layers))
    builder = FigureBuilder(municipal, emitter.slots, asked)
    for number, (text, fact) in enumerate(asked.items()):
        builder.add(number, text, fact)
        for reason in dict.fromkeys(numbers.refused):
            emitter.diagnostics.append(BeyondSql(fact.decl.span, text, dialect, _REASONS[reason]))
        numbers.refused.clear()
    tables = layers.tables(source, "members_level_")
    ctes = (*tables, (FIGURES, builder.table(tables[-1][0])))
    return GatheredFigures(ctes, builder.figures, tuple(facts.read), tuple(emitter.diagnostics))


@frozen
class _Live:
    """Columns that tell whether a node's points surely count, and whether they can."""

    certain: str
    possible: str


@frozen(eq=False)
class _Emitter:
    evaluator: Evaluator
    slots: Slots
    live: dict[str, _Live | None] = field(factory=dict)
    choices: dict[str, list[tuple[exp.Expr, exp.Expr]]] = field(factory=dict)
    diagnostics: list[Diagnostic] = field(factory=list)

    @property
    def program(self) -> Program:
        return self.evaluator.program

    @property
    def layers(self) -> Layers:
        return self.slots.layers

    def _column(self, name: str) -> exp.Column:
        return self.layers.column(name)

    def run(self) -> None:
        """Define all columns."""
        expressions = {slot: expression for expression, slot in self.evaluator.slots.items()}
        for step in self.evaluator.steps:
            if isinstance(step, steps.LeafStep):
                self._leaf(step)
            elif isinstance(step, steps.Total):
                self._total(step)
            else:
                self.slots.fill(step, expressions[step.out])
                continue
            # What was filled before a node was filled for it.
            for reason in dict.fromkeys(self.slots.numbers.refused):
                node = self.program.nodes[step.path]
                name = self.layers.dialect.name
                self.diagnostics.append(BeyondSql(node.span, step.path, name, _REASONS[reason]))
            self.slots.numbers.refused.clear()
        for node in self.program.nodes.values():
            self._pass_down(node)

    def tell_long_name(self) -> None:
        """Tell of the first node whose columns have names that the database would cut."""
        limit = self.layers.dialect.longest_name
        if limit is None:
            return
        long = [name for name in (*self.layers.levels, *self.outputs()) if len(name.encode()) > limit]
        for path, node in self.program.nodes.items():
            if any(name.endswith(f".{path}") for name in long):
                self.diagnostics.append(NameBeyondSql(node.span, path, self.layers.dialect.name, limit))
                return

    def outputs(self) -> dict[str, exp.Expr]:
        """The columns of the result, in the order of the document."""
        grants = [self.slots.own[node.path] for node in self.program.grants if not node.special]
        nothing = [exp.Literal.number(0)]
        found: dict[str, exp.Expr] = {
            f"得点.{TOTAL}": joined(plus, [grant.certain.copy() for grant in grants] or nothing),
            f"可能.{TOTAL}": joined(plus, [grant.possible.copy() for grant in grants] or nothing),
        }
        for path, node in self.program.nodes.items():
            own, live = self.slots.own[path], self.live[path]
            if live is None:
                found |= {f"得点.{path}": own.certain.copy(), f"可能.{path}": own.possible.copy()}
            else:
                counts = self._column(live.certain), self._column(live.possible)
                found |= {
                    f"得点.{path}": exp.case().when(counts[0], own.certain.copy()).else_(exp.Literal.number(0)),
                    f"可能.{path}": exp.case().when(counts[1], own.possible.copy()).else_(exp.Literal.number(0)),
                    f"自身の得点.{path}": own.certain.copy(),
                    f"自身の可能.{path}": own.possible.copy(),
                }
            if node.is_leaf:
                found[f"判定.{path}"] = self._verdict(path, live)
        return found

    # Nodes, upwards

    def _leaf(self, leaf: steps.LeafStep) -> None:
        node = self.program.nodes[leaf.path]
        if node.is_shared:
            self.slots.truths[leaf.out] = self.slots.truths[leaf.truth]
        else:
            given = self.slots.table.given(leaf.path)
            self.slots.truths[leaf.out] = self.slots.truths[leaf.truth]
            if given is not None:
                outcome = exp.func("COALESCE", self._column(given), self.slots.truth(leaf.truth))
                self.slots.truths[leaf.out] = self.layers.define(f"要件.{leaf.path}", outcome)
        points, nothing = exp.Literal.number(node.maximum), exp.Literal.number(0)
        certain = exp.case().when(self.slots.truth(leaf.out), points).else_(nothing)
        possible = exp.case().when(exp.not_(self.slots.truth(leaf.out)), nothing.copy()).else_(points.copy())
        # Not columns of their own: layers then carry one truth for a leaf and no points.
        self.slots.own[leaf.path] = PointColumns(certain, possible)

    def _total(self, total: steps.Total) -> None:
        node = self.program.nodes[total.path]
        certain = [self.slots.own[child].certain.copy() for child in total.children]
        possible = [self.slots.own[child].possible.copy() for child in total.children]
        if total.mode is Mode.ANY_ONE:
            self._choose(total, certain, possible)
        if total.undisclosed:
            certain.append(exp.Literal.number(0))
            possible.append(exp.Literal.number(total.undisclosed))
        prefix = "自身の" if self._is_below_choice(node) else ""
        self.slots.own[node.path] = PointColumns(
            self._column(self.layers.define(f"{prefix}得点.{node.path}", _combined(total, certain))),
            self._column(self.layers.define(f"{prefix}可能.{node.path}", _combined(total, possible))),
        )

    def _is_below_choice(self, node: Node) -> bool:
        while node.parent is not None:
            node = self.program.nodes[node.parent]
            if node.mode is Mode.ANY_ONE:
                return True
        return False

    def _choose(self, total: steps.Total, certain: list[exp.Expr], possible: list[exp.Expr]) -> None:
        rivals = []
        for index, child in enumerate(total.children):
            rankings = [self.slots.rankings[slot] for slot in total.deciding[index]]
            rivals.append(
                Candidate(certain[index], possible[index], best_proportion(self.slots.numbers, child, rankings))
            )
        if total.undisclosed:
            # They stand after the children, without a rank: what they are worth is not known.
            rivals.append(Candidate(exp.Literal.number(0), exp.Literal.number(total.undisclosed), None))
        self.choices[total.path] = choose(self.slots.numbers, rivals, len(total.children))

    # Nodes, downwards

    def _pass_down(self, node: Node) -> None:
        """Define whether a node reaches the total; the node above was passed before."""
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

    def _verdict(self, path: str, live: _Live | None) -> exp.Expr:
        """The verdict in the words of ``haiten score``."""
        outcome = self.slots.truth(self.evaluator.outcomes[path])
        words = {word: exp.Literal.string(word) for word in ("得点", "非該当", "未回答", "他の項目が優先")}
        case = exp.case().when(exp.not_(outcome), words["非該当"])
        if live is None:
            return case.when(outcome.copy(), words["得点"]).else_(words["未回答"])
        wins = both(outcome.copy(), self._column(live.certain))
        loses = both(outcome.copy(), exp.not_(self._column(live.possible)))
        return case.when(wins, words["得点"]).when(loses, words["他の項目が優先"]).else_(words["未回答"])


def _combined(total: steps.Total, parts: list[exp.Expr]) -> exp.Expr:
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
