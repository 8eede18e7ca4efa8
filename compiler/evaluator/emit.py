"""Program → evaluator: a flat list of steps over columns, each after what it reads; equal expressions share a slot."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import assert_never

from attrs import field

from haiten.compiler.evaluator.schedule import Schedule, schedule
from haiten.compiler.evaluator.steps import (
    Add,
    Classify,
    Combine,
    ComparisonStep,
    Count,
    Extreme,
    Fill,
    Invert,
    IsClass,
    LeafStep,
    LoadAnswer,
    LoadConstant,
    LoadNumber,
    Multiply,
    PlaceNumber,
    PointsValue,
    Rank,
    Round,
    Slot,
    Step,
    Summarise,
    Term,
    Total,
    WithinStep,
)
from haiten.compiler.late import dense
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import (
    AnswerTo,
    Classification,
    Compare,
    Constant,
    Every,
    Extremum,
    FactHolds,
    FactValue,
    InClass,
    Met,
    Negation,
    PreviousScore,
    Product,
    Ranking,
    RankValue,
    Rounded,
    ScoreValue,
    Some,
    Statistic,
    Sum,
    Tally,
    Within,
)
from haiten.compiler.program.walk import conditions_in
from haiten.compiler.syntax.rulebook import Mode


@dense(eq=False)
class Evaluator:
    """A program made ready to run.

    Attributes:
        steps: each after all that it reads, in the order of the document; ``schedule`` has alike ones together.
        size: number of slots.
        slots: where the column of each expression of the program is.
        outcomes: where each leaf's outcome is.
        leaves: the paths of all leaves, in the order of the document; ``leaf_rows`` where each one's outcome is in the
            table of truths.
        contested: parts of ``leaves`` that stand together below a child of いずれか.
    """

    program: Program
    steps: tuple[Step, ...]
    schedule: Schedule
    size: int
    slots: dict[Term, Slot]
    outcomes: dict[str, Slot]
    leaves: tuple[str, ...]
    leaf_rows: tuple[int, ...]
    contested: tuple[slice, ...]


def emit(program: Program, more: Iterable[Term] = ()) -> Evaluator:
    """Make an evaluator of a program without errors; ``more`` is what is asked of its bodies beside."""
    emitter = _Emitter(program)
    for path in program.order:
        emitter.node(path)
    # A 区分 that no requirement reads still tells groups of bodies apart.
    for classification in program.classes.values():
        emitter.slot(classification)
    if program.allocation is not None:
        allocation = program.allocation
        for expression in (*allocation.values, *allocation.conditions, *allocation.classifications):
            emitter.slot(expression)
    for asked in more:
        emitter.slot(asked)
    steps = tuple(emitter.steps)
    order = schedule(steps, program.nodes)
    leaves = tuple(leaf.path for leaf in program.leaves)
    rows = tuple(order.rows[emitter.outcomes[leaf]] for leaf in leaves)
    contested = tuple(_contested(program, leaves))
    return Evaluator(
        program=program,
        steps=steps,
        schedule=order,
        size=emitter.size[0],
        slots=emitter.slots,
        outcomes=emitter.outcomes,
        leaves=leaves,
        leaf_rows=rows,
        contested=contested,
    )


def _contested(program: Program, leaves: tuple[str, ...]) -> Iterator[slice]:
    for child, places in groupby(range(len(leaves)), key=lambda place: _contender(program, leaves[place])):
        if child is not None:
            first, *more = places
            yield slice(first, first + 1 + len(more))


def _contender(program: Program, path: str) -> str | None:
    """The nearest child of いずれか that a node is, or is below."""
    node = program.nodes[path]
    while node.parent is not None:
        above = program.nodes[node.parent]
        if above.mode is Mode.ANY_ONE:
            return node.path
        node = above
    return None


@dense(eq=False)
class _Emitter:
    program: Program
    steps: list[Step] = field(factory=list)
    slots: dict[Term, Slot] = field(factory=dict)
    outcomes: dict[str, Slot] = field(factory=dict)
    size: list[int] = field(factory=lambda: [0])

    def _new_slot(self) -> Slot:
        self.size[0] += 1
        return self.size[0] - 1

    def node(self, path: str) -> None:
        node = self.program.nodes[path]
        if node.condition is not None:
            truth = self.slot(node.condition)
            self.outcomes[path] = out = self._new_slot()
            self.steps.append(LeafStep(out, path, truth))
            return
        deciding = tuple(self._rankings_below(child) for child in node.children) if node.mode is Mode.ANY_ONE else ()
        self.steps.append(Total(path, node.children, node.mode, node.cap, node.undisclosed, deciding))

    def _rankings_below(self, path: str) -> tuple[Slot, ...]:
        """The rankings that the leaves under a node read, each once."""
        found: dict[Slot, None] = {}
        pending = [path]
        while pending:
            node = self.program.nodes[self.program.nodes[pending.pop()].same_as]
            pending.extend(reversed(node.children))
            for part in conditions_in(node.condition) if node.condition is not None else ():
                if isinstance(part, Within):
                    found[self.slots[part.ranking]] = None
        return tuple(found)

    def slot(self, expression: Term) -> Slot:
        """The slot of an expression, with the steps that fill it, once."""
        if isinstance(expression, Met):
            return self.outcomes[expression.path]
        if expression not in self.slots:
            # Taken before the slot is numbered: what is inside must be filled first.
            step = self._step(expression)
            self.slots[expression] = step.out
            self.steps.append(step)
        return self.slots[expression]

    def _step(self, expression: Term) -> Fill:
        match expression:
            case Constant():
                return LoadConstant(self._new_slot(), expression.value)
            case FactValue() | PreviousScore():
                return LoadNumber(self._new_slot(), expression.column)
            case ScoreValue():
                return PointsValue(self._new_slot(), expression.paths, expression.undisclosed)
            case Sum(terms):
                parts = tuple((sign, self.slot(value)) for sign, value in terms)
                return Add(self._new_slot(), parts)
            case Product(factors):
                parts = tuple((exponent, self.slot(value)) for exponent, value in factors)
                return Multiply(self._new_slot(), parts)
            case AnswerTo():
                return LoadAnswer(self._new_slot(), expression.path)
            case FactHolds():
                return LoadAnswer(self._new_slot(), expression.fact.name)
            case Compare():
                left, right = self.slot(expression.left), self.slot(expression.right)
                return ComparisonStep(self._new_slot(), left, expression.operator, right)
            case Ranking():
                value = self.slot(expression.value)
                subset = None if expression.subset is None else self.slot(expression.subset)
                classes = None if expression.by is None else self.slot(expression.by)
                return Rank(self._new_slot(), value, subset, expression.lower_is_better, classes)
            case Classification():
                value = self.slot(expression.value)
                cases = tuple(
                    tuple((operator, self.slot(bound)) for operator, bound in bounds) for _, bounds in expression.cases
                )
                return Classify(self._new_slot(), value, cases)
            case InClass():
                classes = self.slot(expression.classification)
                names = [name for name, _ in expression.classification.cases]
                return IsClass(self._new_slot(), classes, names.index(expression.case))
            case Tally(parts=parts):
                slots = tuple(self.slot(part) for part in parts)
                return Count(self._new_slot(), slots, expression.operator, expression.count)
            case RankValue():
                ranking = self.slot(expression.ranking)
                return PlaceNumber(self._new_slot(), ranking)
            case Extremum():
                slots = tuple(self.slot(part) for part in expression.parts)
                return Extreme(self._new_slot(), slots, expression.greatest)
            case Rounded():
                value = self.slot(expression.value)
                return Round(self._new_slot(), value, expression.decimals, expression.way)
            case Statistic():
                value = self.slot(expression.value)
                return Summarise(self._new_slot(), value, expression.median)
            case Within():
                ranking = self.slot(expression.ranking)
                return WithinStep(self._new_slot(), ranking, expression)
            case Every(parts) | Some(parts):
                slots = tuple(self.slot(part) for part in parts)
                return Combine(self._new_slot(), slots, isinstance(expression, Every))
            case Negation(part):
                inner = self.slot(part)
                return Invert(self._new_slot(), inner)
            case Met():
                raise AssertionError(expression)  # its slot is that of the leaf's outcome
            case _:
                assert_never(expression)
