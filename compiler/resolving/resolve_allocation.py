"""Allocation syntax + the program of its rulebook → one program that also knows how money follows from points."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Final

from attrs import field

from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import (
    BadAmount,
    CircularPots,
    DuplicateName,
    ForeignPot,
    RepeatedStatement,
    UnitMismatch,
    UnknownPot,
    UnusedName,
)
from haiten.compiler.identity.node_index import Place, index_nodes
from haiten.compiler.late import frozen
from haiten.compiler.program.allocation import Allocation, Budget, Cushion, Limit, Pot
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import Constant
from haiten.compiler.resolving.amounts import AmountReader
from haiten.compiler.resolving.conditions import Typer
from haiten.compiler.resolving.declarations import Declarer
from haiten.compiler.resolving.label_names import names_as_declared
from haiten.compiler.resolving.resolve import Resolved
from haiten.compiler.resolving.resolve_pots import read_pot
from haiten.compiler.resolving.used_names import BudgetName, LocalName
from haiten.compiler.resolving.values import YEN
from haiten.compiler.source import Span
from haiten.compiler.suggest import nearest
from haiten.compiler.syntax import allocation as s
from haiten.compiler.syntax import rulebook as syntax

_DEFAULT_UNIT: Final = 1


def resolve_allocation(file: s.AllocationFile, rules: Program | None, replaced: frozenset[str]) -> Resolved:
    """Resolve and type an allocation.

    Args:
        file: what was written, with the values of a simulation in it.
        rules: the rulebook whose points and facts it reads; None for one that reads none.
        replaced: names of the 定数 and 予算 that a simulation changed.
    """
    below = rules or empty_program(file)
    own = [decl.name for kind in (file.facts, file.classes, file.constants) for decl in kind]
    file = names_as_declared(file, (*below.facts, *own))
    return _Resolver(file=file, rules=below, replaced=replaced).run()


def empty_program(file: s.AllocationFile) -> Program:
    """A program without any points."""
    rulebook = syntax.RulebookFile(file.header, None, (), (), (), ())
    return Program(file.header.year, file.header.scope, {}, {}, {}, (), rulebook)


@frozen(eq=False)
class _Resolver(Declarer):
    file: s.AllocationFile = field(kw_only=True)
    rules: Program = field(kw_only=True)
    replaced: frozenset[str] = field(kw_only=True)

    def run(self) -> Resolved:
        file, rules = self.file, self.rules
        facts = self.declare_facts(file.facts, rules.facts)
        self.declare_sources(file.sources)
        index = index_nodes(rules.syntax)
        budgets = frozenset(budget.name for budget in file.budgets)
        constants: dict[str, Constant | None] = {name: found.constant for name, found in rules.constants.items()}
        typer = Typer(facts, index, dict(rules.classes), file.lost_names, budgets, file.header.year, constants)
        self.declare_classes(file.classes, typer)
        place = self.constants_place(file.constants, typer)
        parameters = tuple(self.read_constants(file.constants, typer, place, self.replaced))
        reader = AmountReader(typer, place)
        known = dict(self._budgets(reader))
        amounts = self._amounts(reader, known)
        pots = dict(self._pots(reader, amounts))
        limits = {limit.budget: limit for d in file.limits if (limit := self._limit(d, typer, place, known))}
        order = self._order(pots)
        self.diagnostics.extend(typer.diagnostics)
        self._report_unused(typer, known, pots)
        unit = self._unit()
        largest = file.rounding is None or file.rounding.largest
        allocation = Allocation(
            parameters=parameters,
            budgets=known,
            pots=pots,
            order=order,
            limits=limits,
            unit=unit,
            largest=largest,
            calendar=file.calendar,
            syntax=file,
        )
        return Resolved(
            evolve(
                rules,
                facts=facts,
                classes=typer.classes,
                allocation=allocation,
                figures=rules.figures | typer.figures.found,
            ),
            tuple(self.diagnostics),
        )

    # Budgets

    def _budgets(self, reader: AmountReader) -> Iterator[tuple[str, Budget]]:
        first: dict[str, Span] = {constant.name: constant.span for constant in self.file.constants}
        for decl in self.file.budgets:
            self.refuse_reserved(decl.name, decl.span)
            if decl.name in first:
                self.diagnostics.append(DuplicateName(decl.span, decl.name, first[decl.name]))
                reader.typer.used.add(LocalName("", decl.name))
                continue
            first[decl.name] = decl.span
            amount = reader.yen(decl.amount, decl.name)
            if amount is not None:
                text = decl.text.value if decl.text else ""
                yield decl.name, Budget(decl.name, text, amount, decl.fund, decl.name in self.replaced, decl)

    # Pots

    def _pots(self, reader: AmountReader, amounts: dict[str, int]) -> Iterator[tuple[str, Pot]]:
        """The pots that are right; of two with one name the first."""
        first: dict[str, Span] = {}
        for decl in self.file.pots:
            name = decl.line.name
            self.refuse_reserved(name, decl.line.span)
            pot = read_pot(decl, self.file, reader, amounts)  # a doubled one too uses names
            if name in first:
                self.diagnostics.append(DuplicateName(decl.line.span, name, first[name]))
                continue
            first[name] = decl.line.span
            if pot is not None:
                yield name, pot

    def _amounts(self, reader: AmountReader, budgets: dict[str, Budget]) -> dict[str, int]:
        """The amount of every pot, 残り taken from what the others leave of the budget."""
        typer, lines = reader.typer, [decl.line for decl in self.file.pots]
        amounts: dict[str, int] = {}
        for line in lines:
            if line.budget.value not in budgets and line.budget.value not in typer.budgets:
                nearby = nearest(line.budget.value, typer.budgets)
                self.diagnostics.append(UnknownPot(line.budget.span, "予算", line.budget.value, nearby))
            typer.used.add(BudgetName(line.budget.value))
            if not isinstance(line.amount, s.Rest):
                amount = reader.yen(line.amount, line.name)
                if amount is not None:
                    amounts[line.name] = amount
        for budget in budgets.values():
            own = [line for line in lines if line.budget.value == budget.name]
            if own:
                places = [(line.name, line.span, line.amount) for line in own]
                rest = reader.balance("予算", budget.name, budget.amount, budget.decl.amount.span, places, amounts)
                amounts.update(rest)
        return amounts

    def _limit(self, decl: s.LimitDecl, typer: Typer, place: Place, budgets: dict[str, Budget]) -> Limit | None:
        name = decl.budget.value
        value = typer.value(decl.value, place)
        weight = typer.value(decl.weight, place) if decl.weight is not None else None
        if not typer.is_budget(decl.budget) or value is None or (decl.weight is not None and weight is None):
            return None
        same = next(d for d in self.file.limits if d.budget.value == name)
        if same is not decl:
            self.diagnostics.append(RepeatedStatement(decl.span, f"予算「{name}」の限度", same.span))
            return None
        if value.unit != YEN:
            self.diagnostics.append(UnitMismatch(decl.value.span, "円", str(value.unit)))
            return None
        return Limit(name, value, weight, decl) if name in budgets else None

    def _unit(self) -> int:
        rule = self.file.rounding
        if rule is None:
            return _DEFAULT_UNIT
        if rule.unit.unit != "円":
            self.diagnostics.append(UnitMismatch(rule.unit.span, "円", rule.unit.unit or "単位なし"))
            return _DEFAULT_UNIT
        if rule.unit.value < 1 or rule.unit.value != int(rule.unit.value):
            self.diagnostics.append(BadAmount(rule.unit.span, "端数", "1円以上の整数の円ではありません"))
            return _DEFAULT_UNIT
        return int(rule.unit.value)

    # Order

    def _order(self, pots: dict[str, Pot]) -> tuple[str, ...]:
        """The pots, each after those it depends on; empty, with a diagnostic, where they lead round in a circle."""
        for pot in pots.values():
            to = pot.overflow
            if to is None or pot.decl.unspent is None or pot.decl.unspent.to is None:
                continue
            span = pot.decl.unspent.to.span
            if to not in {decl.line.name for decl in self.file.pots}:
                self.diagnostics.append(UnknownPot(span, "配分", to, nearest(to, pots)))
            elif to in pots and pots[to].budget != pot.budget:
                self.diagnostics.append(ForeignPot(span, to, pots[to].budget))
        cushions: dict[str, Span] = {}
        for pot in pots.values():
            if isinstance(pot.method, Cushion) and pot.decl.method is not None:
                if first := cushions.get(pot.budget):
                    what = f"予算「{pot.budget}」の激変緩和"
                    self.diagnostics.append(RepeatedStatement(pot.decl.method.span, what, first))
                cushions.setdefault(pot.budget, pot.decl.method.span)
        try:
            return tuple(TopologicalSorter({name: _needs(pot, pots) for name, pot in pots.items()}).static_order())
        except CycleError as error:
            circle: list[str] = error.args[1]
            # Only what is left over leads back from a 激変緩和, so that a circle has one such clause at least.
            clauses = ((pots[name].decl.unspent, following) for name, following in pairwise(circle))
            back = next(u.to for u, following in clauses if u and u.to and u.to.value == following)
            self.diagnostics.append(CircularPots(back.span, " → ".join(circle)))
            return ()

    def _report_unused(self, typer: Typer, budgets: dict[str, Budget], pots: dict[str, Pot]) -> None:
        for fact in self.file.facts:
            if fact.name not in typer.used and fact.name not in self.refused:
                self.diagnostics.append(UnusedName(fact.span, "事実", fact.name))
        for classes in self.file.classes:
            if classes.name not in typer.used and classes.name in typer.classes:
                self.diagnostics.append(UnusedName(classes.span, "区分", classes.name))
        for constant in self.file.constants:
            if LocalName("", constant.name) not in typer.used:
                self.diagnostics.append(UnusedName(constant.span, "定数", constant.name))
        for budget in budgets.values() if self.file.pots else ():
            if BudgetName(budget.name) not in typer.used:
                self.diagnostics.append(UnusedName(budget.decl.span, "予算", budget.name))


def _needs(pot: Pot, pots: dict[str, Pot]) -> list[str]:
    """The pots that must be divided before one: whose 不用額 it gets, and what a 激変緩和 is measured against."""
    needs = [other.name for other in pots.values() if other.overflow == pot.name]
    if isinstance(pot.method, Cushion):
        needs += [p.name for p in pots.values() if p.budget == pot.budget and not isinstance(p.method, Cushion)]
    return needs
