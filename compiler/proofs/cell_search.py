"""Cells looked for one variable after the other, where there are too many to try all combinations.

A condition, or the points of nodes, are often decided by few of the variables that they read: then the others need not
be tried. What some cells decide already is reported in three values (``Decisions.decided``) or as bounds
(``Decisions.points_between``); cells that cannot be had together are not followed.
"""

from collections.abc import Callable, Iterable
from typing import Final, assert_never

from haiten.compiler.late import frozen
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
    Value,
    Within,
)
from haiten.compiler.program.walk import conditions_in
from haiten.compiler.proofs.cells import Assignment, ComparedValue, Variable, YesNo, standing_of
from haiten.compiler.proofs.integer_points import Possibility, StepBudget, StepsUsedUpError
from haiten.compiler.proofs.possible import Possible

_AT_A_STEP: Final = 8  # conditions that are looked at for one step
MOST_LEFT_OPEN: Final = 24  # cells for which it is open whether they can be had, that are kept


@frozen(eq=False)
class Best:
    """The most points (or the least) that some nodes can have together.

    Attributes:
        points: no sheet gives more (or less).
        at: cells that give them, perhaps of some variables only: the others may be in any. None where none were found.
        decided: whether they can be had.
    """

    points: int
    at: Assignment | None
    decided: bool


@frozen(eq=False)
class Seeker:
    """Looks for cells of some variables.

    Attributes:
        variables: those that are followed; points that are compared and not among them are counted.
    """

    cells: Possible
    variables: frozenset[Variable]
    steps: StepBudget

    # Conditions

    def holding(self, condition: Condition, *, outcome: bool) -> tuple[Possibility, list[Assignment]]:
        """Cells in which a condition holds, or does not; where that is open, some for which it is."""

        def judge(at: Assignment) -> bool | None:
            decided = self.cells.decided(condition, at)
            return None if decided is None else decided is outcome

        return self._find(judge, lambda at: self._undecided(condition, at), self._size(condition))

    def differing(self, condition: Condition, other: Condition) -> Possibility:
        """Whether there are cells in which two conditions differ."""

        def judge(at: Assignment) -> bool | None:
            one, two = self.cells.decided(condition, at), self.cells.decided(other, at)
            return None if one is None or two is None else one is not two

        def undecided(at: Assignment) -> Variable | None:
            return self._undecided(condition, at) or self._undecided(other, at)

        return self._find(judge, undecided, self._size(condition, other))[0]

    def _find(
        self,
        judge: Callable[[Assignment], bool | None],
        undecided: Callable[[Assignment], Variable | None],
        size: int,
    ) -> tuple[Possibility, list[Assignment]]:
        pending: list[Assignment] = [{}]
        left_open: list[Assignment] = []
        try:
            while pending:
                at = pending.pop()
                self.steps.take(1 + size // _AT_A_STEP)
                found = judge(at)
                if found is None:
                    variable = undecided(at)
                    assert variable is not None
                    self.steps.take((len(self.cells.cells(variable)) + 1) * size // _AT_A_STEP)
                    # What is decided at once comes first.
                    pending += sorted(self._next(at, variable), key=lambda child: judge(child) is True)
                elif found:
                    verdict = self.cells.settle(at, self.steps)
                    if verdict is Possibility.POSSIBLE:
                        return verdict, [at]
                    if verdict is Possibility.OPEN and len(left_open) < MOST_LEFT_OPEN:
                        left_open.append(at)
        except StepsUsedUpError:
            return Possibility.OPEN, left_open
        return (Possibility.OPEN if left_open else Possibility.IMPOSSIBLE), left_open

    def _next(self, at: Assignment, variable: Variable) -> Iterable[Assignment]:
        """The cells of one more variable, as far as they can be thought of together."""
        for cell in reversed(self.cells.cells(variable)):
            more = {**at, variable: cell}
            if isinstance(variable, YesNo) or self.cells.is_thinkable(more, self.steps):
                yield more

    # Points

    def best(self, paths: list[str], *, greatest: bool) -> Best | None:
        """The most points, or the least, of some nodes together; None where there is no sheet at all."""
        sign = 1 if greatest else -1
        leaves = frozenset[str]().union(*map(self.cells.leaves_read_at, paths))
        size = len(leaves) + sum(map(self.cells.size_of, leaves))

        def bounds(at: Assignment) -> tuple[int, int]:
            spans = [self.cells.points_between(path, at) for path in paths]
            low, high = sum(low for low, _ in spans), sum(high for _, high in spans)
            return (low, high) if greatest else (-high, -low)

        best: tuple[int, Assignment] | None = None
        open_one: tuple[int, Assignment | None] | None = None
        low, high = bounds({})
        pending: list[tuple[int, int, Assignment]] = [(high, low, {})]
        try:
            while pending:
                most, least, at = pending[-1]
                if (best is None or most > best[0]) and (open_one is None or most >= open_one[0]):
                    self.steps.take(1 + size // _AT_A_STEP)
                    if most == least:
                        verdict = self.cells.settle(at, self.steps)
                        if verdict is Possibility.POSSIBLE:
                            best = (most, at)
                        elif verdict is Possibility.OPEN:
                            open_one = (most, at)
                    else:
                        variable = next(found for path in paths if (found := self._undecided_at(path, at)) is not None)
                        self.steps.take((len(self.cells.cells(variable)) + 1) * size // _AT_A_STEP)
                        more = [(bounds(child), child) for child in self._next(at, variable)]
                        pending.pop()
                        # What promises most is followed first.
                        pending += sorted(((h, lo, child) for (lo, h), child in more), key=lambda item: item[:2])
                        continue
                pending.pop()
        except StepsUsedUpError:
            most = max(most for most, _, _ in pending)
            if open_one is None or most > open_one[0]:
                open_one = (most, None)
        if best is not None and (open_one is None or best[0] >= open_one[0]):
            return Best(sign * best[0], best[1], decided=True)
        return None if open_one is None else Best(sign * open_one[0], open_one[1], decided=False)

    def _size(self, *conditions: Condition) -> int:
        """How much work it is to look at conditions: of how many they and the leaves that they name are made."""
        named = frozenset[str]().union(*map(self.cells.leaves_named, conditions))
        own = sum(1 for condition in conditions for _ in conditions_in(condition))
        return own + sum(map(self.cells.size_of, named))

    # What is not decided yet

    def _undecided_at(self, path: str, at: Assignment) -> Variable | None:
        """A variable that the points of a node still depend on."""
        low, high = self.cells.points_between(path, at)
        if low == high:
            return None
        node = self.cells.program.nodes[path]
        if node.condition is not None:
            return self._undecided(node.condition, at)
        found = (self._undecided_at(child, at) for child in node.children)
        return next((variable for variable in found if variable is not None), None)

    def _undecided(self, condition: Condition, at: Assignment) -> Variable | None:
        """A variable that a condition still depends on."""
        if self.cells.decided(condition, at) is not None:
            return None
        match condition:
            case AnswerTo(path=path):
                return self.cells.answer_of(path)
            case FactHolds(fact=fact):
                return self.cells.answer_of(fact.name)
            case Met(path=path):
                # Not by its points: an item of 0 points is met or not, too.
                inner = self.cells.program.nodes[path].condition
                return None if inner is None else self._undecided(inner, at)
            case Every(parts=parts) | Some(parts=parts) | Tally(parts=parts):
                found = (self._undecided(part, at) for part in parts)
                return next((variable for variable in found if variable is not None), None)
            case Negation(part=part):
                return self._undecided(part, at)
            case Compare():
                variable, _, _ = self.cells.compared_by(condition)
                return self._of(variable.value, at) if isinstance(variable, ComparedValue) else variable
            case InClass(classification=classification):
                return self._of(classification.value, at)
            case Within(ranking=ranking):
                chosen = self._undecided(ranking.subset, at) if ranking.subset is not None else None
                if chosen is None and ranking.by is not None and self.cells.amount_of(ranking.by.value) not in at:
                    chosen = self._of(ranking.by.value, at)
                return chosen or standing_of(condition)
            case _:
                assert_never(condition)

    def _of(self, value: Value, at: Assignment) -> Variable | None:
        variable = self.cells.amount_of(value)
        if variable in self.variables or not isinstance(value, ScoreValue):
            return variable
        found = (self._undecided_at(path, at) for path in value.paths)
        return next((inner for inner in found if inner is not None), None)
