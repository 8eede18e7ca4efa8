"""Program → columnar evaluator: a flat list of steps over columns, each after what it reads.

The evaluator is a small register machine. A *slot* holds one column over all bodies: a value (exact ratio), a truth
(certain and possible), or a ranking. Equal expressions share a slot, so a value that four steps rank is ranked once.
The steps say what to compute and no more; ``haiten.scoring.machine`` runs them with NumPy, and whatever wants to know
why reads the same slots (``Evaluator.slots``).
"""

from fractions import Fraction

from attrs import field, frozen

from haiten.compiler.program import (
    AnswerTo,
    Classification,
    Compare,
    Condition,
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
    Program,
    Ranking,
    RankValue,
    Rounded,
    ScoreValue,
    Some,
    Statistic,
    Sum,
    Tally,
    Value,
    Within,
)
from haiten.compiler.syntax import Mode
from haiten.compiler.walk import conditions_in

Slot = int
Expression = Value | Condition | Ranking | Classification


@frozen
class LoadNumber:
    """A value from a column of numbers."""

    out: Slot
    column: str


@frozen
class LoadAnswer:
    """A truth from a column of yes/no answers."""

    out: Slot
    column: str


@frozen
class LoadConstant:
    """The same value for every body."""

    out: Slot
    value: Fraction


@frozen
class Score:
    """The own points of nodes together, as a value known where they are certain."""

    out: Slot
    paths: tuple[str, ...]


@frozen
class Add:
    """Terms with their signs."""

    out: Slot
    terms: tuple[tuple[int, Slot], ...]


@frozen
class Multiply:
    """Factors with their exponents."""

    out: Slot
    factors: tuple[tuple[int, Slot], ...]


@frozen
class Extreme:
    """The greatest (or least) of some values."""

    out: Slot
    parts: tuple[Slot, ...]
    greatest: bool


@frozen
class Round:
    """A value to some decimals, half away from zero or towards zero."""

    out: Slot
    value: Slot
    decimals: int
    half_up: bool


@frozen
class Summarise:
    """The mean (or median) of a value over the bodies that have one, the same for every body."""

    out: Slot
    value: Slot
    median: bool


@frozen
class Classify:
    """Each body's class, as its place among the classes; below 0 where it is unknown, or none fits."""

    out: Slot
    value: Slot
    cases: tuple[tuple[tuple[str, Slot], ...], ...]


@frozen
class IsClass:
    """A truth: the body is in a class."""

    out: Slot
    classes: Slot
    index: int


@frozen
class Count:
    """A truth: how many of some truths hold compares so with a number."""

    out: Slot
    parts: tuple[Slot, ...]
    operator: str
    count: int


@frozen
class PlaceNumber:
    """A ranking's place (1 + the number strictly better) as a value."""

    out: Slot
    ranking: Slot


@frozen
class Test:
    """A truth: ``left operator right``."""

    out: Slot
    left: Slot
    operator: str
    right: Slot


@frozen
class Rank:
    """A ranking of a value, in the bodies for which ``subset`` is certain (None: all), by class where there are any."""

    out: Slot
    value: Slot
    subset: Slot | None
    lower_is_better: bool
    classes: Slot | None = None


@frozen
class Reach:
    """A truth: the ranking's body is within the step."""

    out: Slot
    ranking: Slot
    step: Within


@frozen
class Combine:
    """A truth: all (or any) of some truths."""

    out: Slot
    parts: tuple[Slot, ...]
    every: bool


@frozen
class Invert:
    """A truth's negation."""

    out: Slot
    part: Slot


@frozen
class Leaf:
    """A leaf's outcome: ``truth``, unless the sheet gives it; ``out`` holds the outcome."""

    out: Slot
    path: str
    truth: Slot


@frozen
class Deciding:
    """A ranking that tells equals apart in いずれか, and the leaves under the child that read it."""

    ranking: Slot
    leaves: tuple[str, ...]


@frozen
class Total:
    """A node's own points from its children's.

    Attributes:
        undisclosed: points that are possible and never certain.
        deciding: for いずれか, each child's rankings.
    """

    path: str
    children: tuple[str, ...]
    mode: Mode
    cap: int | None
    undisclosed: int
    deciding: tuple[tuple[Deciding, ...], ...]


Fill = (
    LoadNumber
    | LoadAnswer
    | LoadConstant
    | Score
    | Add
    | Multiply
    | Test
    | Rank
    | Reach
    | Combine
    | Invert
    | Extreme
    | Round
    | Summarise
    | Classify
    | IsClass
    | Count
    | PlaceNumber
)
Step = Fill | Leaf | Total


@frozen(eq=False)
class Evaluator:
    """A program made ready to run.

    Attributes:
        steps: in the order in which they run.
        size: number of slots.
        slots: where the column of each expression of the program is.
        outcomes: where each leaf's outcome is.
    """

    program: Program
    steps: tuple[Step, ...]
    size: int
    slots: dict[Expression, Slot]
    outcomes: dict[str, Slot]


def emit(program: Program) -> Evaluator:
    """Make an evaluator of a program without errors."""
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
    return Evaluator(program, tuple(emitter.steps), emitter.size[0], emitter.slots, emitter.outcomes)


@frozen(eq=False)
class _Emitter:
    program: Program
    steps: list[Step] = field(factory=list)
    slots: dict[Expression, Slot] = field(factory=dict)
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
            self.steps.append(Leaf(out, path, truth))
            return
        deciding = tuple(self._rankings_below(child) for child in node.children) if node.mode is Mode.ANY_ONE else ()
        self.steps.append(Total(path, node.children, node.mode, node.cap, node.undisclosed, deciding))

    def _rankings_below(self, path: str) -> tuple[Deciding, ...]:
        """The rankings that the leaves under a node read, each once."""
        readers: dict[Slot, list[str]] = {}
        pending = [path]
        while pending:
            node = self.program.nodes[self.program.nodes[pending.pop()].same_as]
            pending.extend(reversed(node.children))
            for part in conditions_in(node.condition) if node.condition is not None else ():
                if isinstance(part, Within):
                    leaves = readers.setdefault(self.slots[part.ranking], [])
                    if node.path not in leaves:
                        leaves.append(node.path)
        return tuple(Deciding(slot, tuple(leaves)) for slot, leaves in readers.items())

    def slot(self, expression: Expression) -> Slot:
        """The slot of an expression, with the steps that fill it, once."""
        if isinstance(expression, Met):
            return self.outcomes[expression.path]
        if expression not in self.slots:
            # Taken before the slot is numbered: what is inside must be filled first.
            step = self._step(expression)
            self.slots[expression] = step.out
            self.steps.append(step)
        return self.slots[expression]

    def _step(self, expression: Expression) -> Fill:
        match expression:
            case Constant():
                return LoadConstant(self._new_slot(), expression.value)
            case FactValue() | PreviousScore():
                return LoadNumber(self._new_slot(), expression.column)
            case ScoreValue():
                return Score(self._new_slot(), expression.paths)
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
                return Test(self._new_slot(), left, expression.operator, right)
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
                return Round(self._new_slot(), value, expression.decimals, expression.half_up)
            case Statistic():
                value = self.slot(expression.value)
                return Summarise(self._new_slot(), value, expression.median)
            case Within():
                ranking = self.slot(expression.ranking)
                return Reach(self._new_slot(), ranking, expression)
            case Every(parts) | Some(parts):
                slots = tuple(self.slot(part) for part in parts)
                return Combine(self._new_slot(), slots, isinstance(expression, Every))
            case Negation(part):
                inner = self.slot(part)
                return Invert(self._new_slot(), inner)
        raise AssertionError(expression)
