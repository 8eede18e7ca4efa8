"""What conditions and points come to in cells, where all or some of their variables are in one.

A condition is made into a function of cells when it is first looked at, since the same one is looked at in thousands.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import assert_never

from attrs import field

from haiten.compiler.late import frozen
from haiten.compiler.program.terms import (
    AnswerTo,
    Classification,
    Compare,
    Condition,
    Constant,
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
from haiten.compiler.proofs.cells import Assignment, Cells, ComparedValue, YesNo
from haiten.compiler.proofs.partial_truths import (
    CellInterval,
    VariableCell,
    compared_with,
    compares_between,
    every,
    negated,
    some,
    yes_or_no,
)
from haiten.compiler.syntax.operators import Operator

TruthAt = Callable[[Assignment], bool | None]  # None where variables that are in no cell decide it
BoundsAt = Callable[[Assignment], CellInterval]
SpanAt = Callable[[Assignment], tuple[int, int]]
PointsAt = Callable[[Assignment], int]


@frozen(eq=False)
class Decisions(Cells):
    """Cells, and what conditions, values and points come to in them."""

    _deciders: dict[Condition, TruthAt] = field(factory=dict)
    _bounded: dict[Value, BoundsAt] = field(factory=dict)
    _spanned: dict[str, SpanAt] = field(factory=dict)
    _counted: dict[str, PointsAt] = field(factory=dict)
    # What items and points came to where conditions were last looked at: many may name the same ones.
    _last: list[Assignment] = field(factory=list)
    _outcomes: dict[str, bool | None] = field(factory=dict)
    _points: dict[ScoreValue, CellInterval] = field(factory=dict)

    # Conditions

    def holds(self, condition: Condition, at: Assignment) -> bool:
        """Whether a condition holds where all its variables are in these cells."""
        return self._decider(condition)(at) is True

    def decided(self, condition: Condition, at: Assignment) -> bool | None:
        """Whether a condition holds where some variables are in these cells; None where others decide it."""
        return self._decider(condition)(at)

    def _decider(self, condition: Condition) -> TruthAt:
        found = self._deciders.get(condition)
        if found is None:
            found = self._deciders[condition] = self._make_decider(condition)
        return found

    def _make_decider(self, condition: Condition) -> TruthAt:
        match condition:
            case AnswerTo(path=path):
                return _answered(self.answer_of(path))
            case FactHolds(fact=fact):
                return _answered(self.answer_of(fact.name))
            case Met(path=path):
                return self._met(path)
            case Compare():
                return self._compares(condition)
            case InClass(classification=classification, case=case):
                class_at = self._class_at(classification)
                return lambda at: None if (found := class_at(at)) is None else found == case
            case Within():
                return self._reaches(condition)
            case Tally(parts=parts, operator=operator, count=count):
                deciders, wanted = [self._decider(part) for part in parts], (count, count)

                def counted(at: Assignment) -> bool | None:
                    decided = [decider(at) for decider in deciders]
                    sure = decided.count(True)
                    return compares_between(operator, (sure, sure + decided.count(None)), wanted)

                return counted
            case Every(parts=parts):
                return every([self._decider(part) for part in parts])
            case Some(parts=parts):
                return some([self._decider(part) for part in parts])
            case Negation(part=part):
                decider = self._decider(part)
                return lambda at: negated(decider(at))
            case _:
                assert_never(condition)

    def _met(self, path: str) -> TruthAt:
        condition, outcomes = self.program.nodes[path].condition, self._outcomes

        def met(at: Assignment) -> bool | None:
            self._look_at(at)
            if path not in outcomes:
                outcomes[path] = condition is not None and self.decided(condition, at)
            return outcomes[path]

        return met

    def _compares(self, condition: Compare) -> TruthAt:
        variable, number, turned = self.compared_by(condition)
        operator = condition.operator.turned if turned else condition.operator
        holds = compared_with(operator, number)
        if isinstance(variable, ComparedValue) and isinstance(variable.value, ScoreValue):
            return self._compares_points(variable, operator, number)
        left, right = self._bounds_of(condition.left), self._bounds_of(condition.right)
        is_open = isinstance(variable, ComparedValue)  # where it has no cell

        def compares(at: Assignment) -> bool | None:
            cell = at.get(variable)
            if cell is not None:
                return holds(cell)
            return None if is_open else compares_between(condition.operator, left(at), right(at))

        return compares

    def _compares_points(self, variable: ComparedValue, operator: Operator, number: Fraction) -> TruthAt:
        holds, bounds = compared_with(operator, number), self._bounds_of(variable.value)

        def compares(at: Assignment) -> bool | None:
            low, high = bounds(at)
            if low is None or high is None:
                return None
            if operator is Operator.EQUAL and low != high:
                return None if low <= number <= high else False
            decided = holds(low)
            return decided if low is high or decided is holds(high) else None

        return compares

    def _class_at(self, classification: Classification) -> Callable[[Assignment], str | None]:
        """The first class that fits; "" where none does, None where that is not decided."""
        bounds = self._bounds_of(classification.value)
        classes = [
            (name, [compared_with(operator, bound.value) for operator, bound in within])
            for name, within in classification.cases
        ]

        def class_at(at: Assignment) -> str | None:
            low, high = bounds(at)
            if low is None or low != high:
                return None
            return next((name for name, tests in classes if all(fits(low) for fits in tests)), "")

        return class_at

    def _reaches(self, step: Within) -> TruthAt:
        ranking = step.ranking
        standing, number = self.numbered(step)

        def in_a_class(class_at: Callable[[Assignment], str | None]) -> TruthAt:
            return lambda at: None if (found := class_at(at)) is None else found != ""

        def stands(at: Assignment) -> bool | None:
            cell = at.get(standing)
            return None if cell is None else int(cell) <= number

        asked = [] if ranking.subset is None else [self._decider(ranking.subset)]
        classes = [] if ranking.by is None else [in_a_class(self._class_at(ranking.by))]
        return every([*asked, *classes, stands]) if asked or classes else stands

    # Values

    def between(self, value: Value, at: Assignment) -> CellInterval:
        """The bounds of a value where some variables are in these cells; points that have no cell are counted."""
        return self._bounds_of(value)(at)

    def amount(self, value: Value, at: Assignment) -> VariableCell:
        """A value where all its variables are in these cells."""
        low, high = self.between(value, at)
        assert low is not None
        assert low == high
        return low

    def _bounds_of(self, value: Value) -> BoundsAt:
        if value not in self._bounded:
            self._bounded[value] = self._make_bounds(value)
        return self._bounded[value]

    def _make_bounds(self, value: Value) -> BoundsAt:
        if isinstance(value, Constant):
            fixed = value.value, value.value
            return lambda _: fixed
        variable = self.amount_of(value)
        if isinstance(value, ScoreValue):
            return self._points_in_cells(value, variable)

        def bounds(at: Assignment) -> CellInterval:
            cell = at.get(variable)
            return (None, None) if cell is None else (cell, cell)

        return bounds

    def _points_in_cells(self, value: ScoreValue, variable: ComparedValue) -> BoundsAt:
        counted = self._points

        def bounds(at: Assignment) -> CellInterval:
            cell = at.get(variable)
            if cell is not None:
                return cell, cell
            self._look_at(at)
            found = counted.get(value)
            if found is None:
                spans = [self._spans_of(path)(at) for path in value.paths]
                found = counted[value] = sum([low for low, _ in spans]), sum([high for _, high in spans])
            return found

        return bounds

    def _look_at(self, at: Assignment) -> None:
        """Forget what came of other cells; an assignment is never changed once it is made."""
        if not self._last or self._last[0] is not at:
            self._last[:] = [at]
            self._outcomes.clear()
            self._points.clear()

    # Points

    def points_between(self, path: str, at: Assignment) -> tuple[int, int]:
        """The least and greatest own points of a node where some variables are in these cells, 未公表 left out."""
        return self._spans_of(path)(at)

    def points(self, path: str, at: Assignment) -> int:
        """The own points of a node in these cells, 未公表 left out."""
        return self.counter(path)(at)

    def _spans_of(self, path: str) -> SpanAt:
        if path not in self._spanned:
            self._spanned[path] = self._make_spans(path)
        return self._spanned[path]

    def _make_spans(self, path: str) -> SpanAt:
        node = self.program.nodes[path]
        if not node.is_leaf:
            children = [self._spans_of(child) for child in node.children]

            def joined(at: Assignment) -> tuple[int, int]:
                spans = [child(at) for child in children]
                return node.joined([low for low, _ in spans]), node.joined([high for _, high in spans])

            return joined
        nothing, whole, either = (0, 0), (node.maximum, node.maximum), (0, node.maximum)
        if node.condition is None:
            return lambda _: nothing
        decider = self._decider(node.condition)

        def leaf(at: Assignment) -> tuple[int, int]:
            decided = decider(at)
            return either if decided is None else whole if decided else nothing

        return leaf

    def counter(self, path: str) -> PointsAt:
        """What counts them, for who asks in many cells."""
        if path not in self._counted:
            self._counted[path] = self._make_points(path)
        return self._counted[path]

    def _make_points(self, path: str) -> PointsAt:
        node = self.program.nodes[path]
        if not node.is_leaf:
            children = [self.counter(child) for child in node.children]
            return lambda at: node.joined([child(at) for child in children])
        if node.condition is None:
            return lambda _: 0
        decider, maximum = self._decider(node.condition), node.maximum
        return lambda at: maximum if decider(at) else 0


def _answered(variable: YesNo) -> TruthAt:
    return lambda at: yes_or_no(at.get(variable))
