"""Facts gathered under one year's rulebook, as the other year's reads them: by identity and 引継ぎ."""

from typing import assert_never

import numpy as np
from attrs import field

from haiten.comparison.common import Common
from haiten.comparison.match import Match, same_condition
from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import schema_of
from haiten.compiler.program.program import Node, Program
from haiten.compiler.program.terms import (
    AnswerTo,
    Compare,
    Condition,
    Every,
    FactHolds,
    InClass,
    Met,
    Negation,
    ScoreValue,
    Some,
    Tally,
    Within,
)
from haiten.compiler.program.walk import conditions_in, values_in
from haiten.compiler.syntax.years import without_year
from haiten.scoring.facts.facts import Facts, Truth, unknown_truth
from haiten.scoring.numbers.exact import Bools
from haiten.scoring.running.scores import Scores


@frozen
class Uncarried:
    """A column that the new rulebook reads and the old facts cannot fill, or one that was filled and is read no more.

    Attributes:
        path: the leaf, by its path in its own year, or the name of a fact.
        reason: why, in Japanese.
    """

    path: str
    reason: str


@frozen(eq=False)
class Transfer:
    """Facts for the new rulebook.

    Attributes:
        unknown: leaves and facts of the new rulebook that nothing of the old facts tells.
        dropped: answers of the old facts that the new rulebook has no use for.
        derived: leaves filled by 引継ぎ.
        assumed: leaves that depend on points; the outcome that was given is taken to stand although points move.
    """

    facts: Facts
    unknown: tuple[Uncarried, ...]
    dropped: tuple[Uncarried, ...]
    derived: tuple[str, ...]
    assumed: tuple[str, ...]


def transfer(matched: Match, old: Scores) -> Transfer:
    """Carry the facts of a scored population over to the new rulebook.

    An answer goes where its leaf went; a leaf with 引継ぎ follows from the old outcomes that it names. An outcome that
    was given is carried where the condition is the same in both years. Numbers go with their fact.
    """
    return _Transfer(matched, old).run()


@frozen(eq=False)
class _Transfer:
    matched: Match
    old: Scores
    assumed: list[str] = field(factory=list)
    common: Common = field(init=False)

    @common.default
    def _make_common(self) -> Common:
        return Common(self.matched)

    def run(self) -> Transfer:
        facts, program = self.old.run.facts, self.matched.new
        schema = schema_of(program)
        stood = {c: self.matched.column_before(c) for c in schema.numbers if same_fact(self.matched, c)}
        numbers = {c: facts.numbers[was] for c, was in stood.items() if was in facts.numbers}
        yes_no = {name for name, fact in program.facts.items() if fact.is_yes_no}
        told = {name: self.matched.facts.before.get(name, "") for name in yes_no if same_fact(self.matched, name)}
        answers = {name: facts.answers[was] for name, was in told.items() if was in facts.answers}
        outcomes: dict[str, Truth] = {}
        unknown, derived = [], []
        used: set[str] = set()
        for leaf in (leaf for leaf in program.leaves if not leaf.is_shared):
            carry = self.matched.followed.get(leaf.path)
            if carry is not None:
                answers[leaf.path] = self._carried(carry)
                used |= {part.path for part in conditions_in(carry) if isinstance(part, Met)}
                derived.append(leaf.path)
                continue
            before = self.matched.counterpart(leaf)
            if before is None or not before.is_leaf:
                unknown.append(Uncarried(leaf.path, "新しい項目" if before is None else "細かい項目からまとまった"))
                continue
            used.add(before.same_as)
            problem = self._carry_leaf(before, leaf, answers, outcomes)
            if problem:
                unknown.append(Uncarried(leaf.path, problem))
        for name in program.facts:
            if name not in self.matched.facts.before or not same_fact(self.matched, name):
                unknown.append(Uncarried(name, "新しい事実"))
        dropped = [
            Uncarried(leaf.path, "無くなった項目")
            for leaf in self.matched.old.leaves
            if not leaf.is_shared and leaf.path not in used and self._was_filled(leaf)
        ]
        members = {c: facts.members[was] for c, was in stood.items() if was in facts.members}
        carried = Facts(facts.bodies, numbers, answers, outcomes, members=members)
        return Transfer(carried, tuple(unknown), tuple(dropped), tuple(derived), tuple(self.assumed))

    def _carry_leaf(self, old: Node, new: Node, answers: dict[str, Truth], outcomes: dict[str, Truth]) -> str | None:
        """Carry the answer and the given outcome of a leaf; why not, where neither can be."""
        facts = self.old.run.facts
        if old.answered and new.answered and (answer := facts.answers.get(old.same_as)) is not None:
            answers[new.path] = answer
        given = facts.outcomes.get(old.same_as)
        if given is None:
            return None if old.answered == new.answered else "調査の答えから計算に変わった"
        if not same_condition(old.condition if old.decl.requirement else None, _stated(new), self.matched):
            return "要件が変わったので、示された判定は引き継げない"
        if not all(self._is_met_alike(path) for path in _met(_stated(new))):
            return "要件が指す項目の要件や答えが変わったので、示された判定は引き継げない"
        if new.condition is not None and any(isinstance(v, ScoreValue) for v in values_in(new.condition)):
            self.assumed.append(new.path)
        outcomes[new.path] = given
        return None

    def _is_met_alike(self, path: str) -> bool:
        """Whether a leaf that a condition names is met by the same bodies in both years."""
        before = self.matched.counterpart(self.matched.new.nodes[path])
        if before is None or not before.is_leaf:
            return False
        return self.common.old.leaf(before.path) == self.common.new.leaf(path)

    def _was_filled(self, leaf: Node) -> bool:
        facts = self.old.run.facts
        return leaf.path in facts.answers or leaf.path in facts.outcomes

    def _carried(self, condition: Condition) -> Truth:
        match condition:
            case Met(path=path):
                if path in self.matched.old.nodes and self.matched.old.nodes[path].is_leaf:
                    return self.old.run.outcome(path)
                return unknown_truth(len(self.old.bodies))
            case Negation(part=part):
                inner = self._carried(part)
                return Truth(~inner.possible, ~inner.certain)
            case Every(parts=parts) | Some(parts=parts):
                combine = np.logical_and if isinstance(condition, Every) else np.logical_or
                truths = [self._carried(part) for part in parts]
                return Truth(combine.reduce([t.certain for t in truths]), combine.reduce([t.possible for t in truths]))
            case Tally(parts=parts, operator=operator, count=count):
                truths = [self._carried(part) for part in parts]
                least = np.sum([t.certain for t in truths], axis=0)
                most = np.sum([t.possible for t in truths], axis=0)
                certain, possible = np.ones_like(least, dtype=np.bool_), np.zeros_like(least, dtype=np.bool_)
                for number in range(len(parts) + 1):
                    can_be: Bools = (least <= number) & (number <= most)
                    fits = bool(operator.holds(number, count))
                    certain &= ~can_be | fits
                    possible |= can_be & fits
                return Truth(certain, possible)
            case AnswerTo() | FactHolds() | Compare() | Within() | InClass():
                raise AssertionError(condition)  # no 引継ぎ says so
            case _:
                assert_never(condition)


def same_fact(matched: Match, column: str) -> bool:
    """Whether a column of the new sheet means the same in both years: the same fact, of the same unit."""
    name = without_year(column)
    was = matched.facts.before.get(name, "")
    return _fact_unit(matched.old, was) == _fact_unit(matched.new, name)


def _fact_unit(program: Program, name: str) -> object:
    fact = program.facts.get(name)
    return (fact.unit, fact.is_yes_no) if fact else None


def _met(condition: Condition | None) -> list[str]:
    return [] if condition is None else [part.path for part in conditions_in(condition) if isinstance(part, Met)]


def _stated(node: Node) -> Condition | None:
    return node.condition if node.decl.requirement else None
