"""Properties that every rulebook should have, tried on random sheets; what breaks one is shrunk to a small sheet."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property
from typing import Any, Final, assert_never

import numpy as np
from attrs import evolve
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir

from haiten.compiler.files.replacing import temporary_folder
from haiten.compiler.late import frozen
from haiten.compiler.program.evaluate import data_in
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import (
    AnswerTo,
    Compare,
    Condition,
    Constant,
    Every,
    FactHolds,
    FactValue,
    InClass,
    Met,
    Negation,
    Some,
    Tally,
    Value,
    Within,
)
from haiten.compiler.program.walk import conditions_in, values_of
from haiten.compiler.proofs.examples import Sheets
from haiten.compiler.proofs.sheets import Sheet
from haiten.compiler.proofs.trial_facts import nudges
from haiten.compiler.syntax.operators import Operator
from haiten.scoring.cutoffs.cutoffs import stored_of
from haiten.scoring.facts.facts import facts_from
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Scores
from haiten.testing.strategies import sheets


@frozen
class Property:
    """A property: its name, and what it says of all sheets."""

    name: str
    words: str


BOUNDED: Final = Property("満点", "どの項目の得点も、確実 ≦ 可能 ≦ 配点")
BALANCED: Final = Property("合計", "答えが全て分かれば、葉の得点の合計から上限の切捨てを引くと全体の得点")
NARROWING: Final = Property("確定", "分からない答えを埋めると、得点は必ず元の幅の中に収まる")
MONOTONE: Final = Property("単調", "取組（×から○）や、向きを宣言した値の改善で、全体の得点は下がらない")
PROPERTIES: Final = (BOUNDED, BALANCED, NARROWING, MONOTONE)


@frozen(eq=False)
class Counterexample:
    """A property that does not hold.

    Attributes:
        sheets: the smallest population that was found; its first body is meant.
        message: what is wrong there.
    """

    property: Property
    sheets: Sheets
    message: str


@frozen(eq=False)
class PropertyOutcome:
    """What became of one property: how many populations were tried, and what breaks it, if anything."""

    property: Property
    tried: int
    counterexample: Counterexample | None


class _BrokenError(AssertionError):
    """Raised inside a run, so that Hypothesis shrinks what it was given."""


def try_properties(rulebook: Rulebook, examples: int) -> Iterator[PropertyOutcome]:
    """Try each property on so many random populations, one after the other.

    Raises:
        UnusableError: the rulebook has errors.
    """
    trial = _Trial(rulebook)
    checks: dict[Property, Callable[[Sheets, Any], str]] = {
        BOUNDED: trial.bounded,
        BALANCED: trial.balanced,
        NARROWING: trial.narrowing,
        MONOTONE: trial.monotone,
    }
    for tried, check in checks.items():
        # Hypothesis keeps what it learns in ``.hypothesis``, in the folder of whoever runs the command.
        with temporary_folder() as folder:
            set_hypothesis_home_dir(folder)
            try:
                outcome = _try(tried, check, trial.strategy(tried), examples)
            finally:
                set_hypothesis_home_dir(None)
        yield outcome


def _try(
    tried: Property, check: Callable[[Sheets, Any], str], drawn: st.SearchStrategy[Any], examples: int
) -> PropertyOutcome:
    seen, broken = [0], list[Counterexample]()

    # The same sheets at every run, so that what is red stays red until it is put right.
    @seed(0)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        print_blob=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn)
    def run(pair: tuple[Sheets, Any]) -> None:
        seen[0] += 1
        message = check(*pair)
        if message:
            broken[:] = [Counterexample(tried, pair[0], message)]
            raise _BrokenError

    with suppress(_BrokenError):
        run()
    return PropertyOutcome(tried, seen[0], broken[0] if broken else None)


@frozen(eq=False)
class _Trial:
    rulebook: Rulebook

    def strategy(self, tried: Property) -> st.SearchStrategy[Any]:
        drawn = sheets(self.rulebook)
        if tried is NARROWING:
            return st.tuples(drawn, sheets(self.rulebook, bodies=1, unknown=False, given=False))
        if tried is MONOTONE:
            return st.tuples(drawn, st.integers(0, 2**16))
        return st.tuples(drawn, st.none())

    def score(self, population: Sheets, cutoffs: Any = None) -> Scores:
        return self.rulebook.score_checked(facts_from(self.rulebook.program, population), cutoffs)

    def bounded(self, population: Sheets, _: Any) -> str:
        """Own and counted points of every node, and the total."""
        scores, program = self.score(population), self.rulebook.program
        for node in program.nodes.values():
            for certain, possible in (scores.own(node.path), scores.counted(node.path)):
                if (certain > possible).any() or (possible > node.maximum).any() or (certain < 0).any():
                    return f"{node.path}: 確実 {certain.max()}点、可能 {possible.max()}点、配点 {node.maximum}点"
        certain, possible = scores.total()
        if (possible > program.maximum).any():
            return f"全体: {possible.max()}点（満点 {program.maximum}点）"
        return ""

    def balanced(self, population: Sheets, _: Any) -> str:
        """Where all is decided, leaves less cuts are the total."""
        scores, program = self.score(population), self.rulebook.program
        inside = [grant.path for grant in program.grants if not grant.special]
        nodes = [node for node in program.nodes.values() if node.path.split(".")[0] in inside]
        leaves = [scores.counted(node.path) for node in nodes if node.is_leaf]
        decided = np.logical_and.reduce([certain == possible for certain, possible in [*leaves, scores.total()]])
        total = sum((certain for certain, _ in leaves), start=np.zeros(len(population), dtype=np.int32))
        total = total - sum(scores.cut(node.path) for node in nodes)
        off = np.flatnonzero(decided & (total != scores.total()[0]))
        return f"葉の合計 {total[off[0]]}点、全体 {scores.total()[0][off[0]]}点" if len(off) else ""

    def narrowing(self, population: Sheets, filling: Sheets) -> str:
        """The first body's open cells filled in, placed by the cut-offs of the same population."""
        cutoffs = stored_of(self.score(population))
        opened, full = population[0], filling[0]
        filled = evolve(
            opened,
            numbers={c: full.numbers[c] if cell is None else cell for c, cell in opened.numbers.items()},
            answers={c: full.answers[c] if cell is None else cell for c, cell in opened.answers.items()},
        )
        wide, narrow = self.score((opened,), cutoffs), self.score((filled,), cutoffs)
        for path in self.rulebook.program.nodes:
            (low, high), (certain, possible) = wide.counted(path), narrow.counted(path)
            if not low[0] <= certain[0] <= possible[0] <= high[0]:
                return f"{path}: {low[0]}〜{high[0]}点だったものが {certain[0]}〜{possible[0]}点になる"
        return ""

    def monotone(self, population: Sheets, which: int) -> str:
        """The first body does more, or gets better in a value of a declared direction."""
        possible = [(move.column, better) for move in self.moves if (better := move.made(population[0])) is not None]
        if not possible:
            return ""
        column, better = possible[which % len(possible)]
        cutoffs = stored_of(self.score(population))
        before, after = self.score(population[:1], cutoffs).total(), self.score((better,), cutoffs).total()
        if after[0][0] < before[0][0] or after[1][0] < before[1][0]:
            return f"{column} を良くすると、全体が {before[0][0]}点から {after[0][0]}点になる"
        return ""

    @cached_property
    def moves(self) -> "list[_Move]":
        """What doing more can be: answers, and facts that are read in the direction in which they are declared."""
        leaves = self.rulebook.program.leaves
        answers = [_Move(leaf.path) for leaf in leaves if leaf.answered and not leaf.is_shared]
        return answers + [_Move(value.column, value) for value in _directed(self.rulebook.program)]


@frozen
class _Move:
    """An answer that turns from no to yes, or a fact that gets a little better."""

    column: str
    value: FactValue | None = None

    def made(self, sheet: Sheet) -> Sheet | None:
        """The sheet after it; None where it cannot be made."""
        if self.value is None:
            return evolve(sheet, answers=sheet.answers | {self.column: True}) if self._is_no(sheet) else None
        number, lower = sheet.numbers.get(self.column), self.value.fact.lower_is_better
        better = nudges(self.value, number) if number is not None else iter(())
        changed = next((n for n in better if number is not None and (n < number) == lower), None)
        return None if changed is None else evolve(sheet, numbers=sheet.numbers | {self.column: changed})

    def _is_no(self, sheet: Sheet) -> bool:
        return sheet.answers.get(self.column) is False


def _directed(program: Program) -> list[FactValue]:
    """Facts that are only ranked, or compared with numbers, in the direction that is declared to be better."""
    directions: dict[FactValue, set[bool | None]] = {}  # whether lower is better; None: no direction
    for leaf in program.leaves:
        for part in conditions_in(leaf.condition) if leaf.condition is not None else ():
            for value in values_of(part):
                direction = _direction(part, value) if isinstance(value, FactValue) else None
                for datum in data_in(value):
                    if isinstance(datum, FactValue):
                        directions.setdefault(datum, set()).add(direction)
    return [value for value, found in directions.items() if found == {value.fact.lower_is_better}]


def _direction(part: Condition, value: Value) -> bool | None:
    """Whether lower values meet a condition rather than higher ones; None where that cannot be said."""
    match part:
        case Within(ranking=ranking) if ranking.value == value and ranking.by is None:
            return ranking.lower_is_better
        case Compare(operator=operator, right=Constant()) if operator is not Operator.EQUAL:
            return operator.direction < 0
        case (
            AnswerTo()
            | FactHolds()
            | Met()
            | Compare()
            | Within()
            | InClass()
            | Tally()
            | Every()
            | Some()
            | Negation()
        ):
            return None
        case _:
            assert_never(part)
