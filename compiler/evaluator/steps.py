"""The steps of an evaluator: a small register machine over columns.

A *slot* holds one column over all bodies: a value (exact ratio), a truth (certain and possible), a ranking, or the
bodies' classes. The steps say what to compute and no more; ``haiten.scoring.running.machine`` runs them with NumPy,
``haiten.backends`` writes them as SQL, and whatever wants to know why reads the same slots (``Evaluator.slots``).
"""

from fractions import Fraction

from haiten.compiler.late import dense
from haiten.compiler.program.terms import Classification, Condition, Ranking, Value, Within
from haiten.compiler.syntax.operators import Operator
from haiten.compiler.syntax.roundings import RoundingWay
from haiten.compiler.syntax.rulebook import Mode

Slot = int
Term = Value | Condition | Ranking | Classification


@dense
class LoadNumber:
    """A value from a column of numbers."""

    out: Slot
    column: str


@dense
class LoadAnswer:
    """A truth from a column of yes/no answers."""

    out: Slot
    column: str


@dense
class LoadConstant:
    """The same value for every body."""

    out: Slot
    value: Fraction


@dense
class PointsValue:
    """The own points of nodes together, as a value known where they are certain.

    Attributes:
        undisclosed: points beside them that are possible and never certain.
    """

    out: Slot
    paths: tuple[str, ...]
    undisclosed: int


@dense
class Add:
    """Terms with their signs."""

    out: Slot
    terms: tuple[tuple[int, Slot], ...]


@dense
class Multiply:
    """Factors with their exponents."""

    out: Slot
    factors: tuple[tuple[int, Slot], ...]


@dense
class Extreme:
    """The greatest (or least) of some values."""

    out: Slot
    parts: tuple[Slot, ...]
    greatest: bool


@dense
class Round:
    """A value to some decimals."""

    out: Slot
    value: Slot
    decimals: int
    way: RoundingWay


@dense
class Summarise:
    """The mean (or median) of a value over the bodies that have one, the same for every body."""

    out: Slot
    value: Slot
    median: bool


@dense
class Classify:
    """Each body's class, as its place among the classes; below 0 where it is unknown, or none fits."""

    out: Slot
    value: Slot
    cases: tuple[tuple[tuple[Operator, Slot], ...], ...]


@dense
class IsClass:
    """A truth: the body is in a class."""

    out: Slot
    classes: Slot
    index: int


@dense
class Count:
    """A truth: how many of some truths hold compares so with a number."""

    out: Slot
    parts: tuple[Slot, ...]
    operator: Operator
    count: int


@dense
class PlaceNumber:
    """A ranking's place (1 + the number strictly better) as a value."""

    out: Slot
    ranking: Slot


@dense
class ComparisonStep:
    """A truth: ``left operator right``."""

    out: Slot
    left: Slot
    operator: Operator
    right: Slot


@dense
class Rank:
    """A ranking of a value, in the bodies for which ``subset`` is certain (None: all), by class where there are any."""

    out: Slot
    value: Slot
    subset: Slot | None
    lower_is_better: bool
    classes: Slot | None = None


@dense
class WithinStep:
    """A truth: the ranking's body is within the step."""

    out: Slot
    ranking: Slot
    step: Within


@dense
class Combine:
    """A truth: all (or any) of some truths."""

    out: Slot
    parts: tuple[Slot, ...]
    every: bool


@dense
class Invert:
    """A truth's negation."""

    out: Slot
    part: Slot


@dense
class LeafStep:
    """A leaf's outcome: ``truth``, unless the sheet gives it; ``out`` holds the outcome."""

    out: Slot
    path: str
    truth: Slot


@dense
class Total:
    """A node's own points from its children's.

    Attributes:
        undisclosed: points that are possible and never certain.
        deciding: for いずれか, the rankings by which each child is told apart from its equals.
    """

    path: str
    children: tuple[str, ...]
    mode: Mode
    cap: int | None
    undisclosed: int
    deciding: tuple[tuple[Slot, ...], ...]


Fill = (
    LoadNumber
    | LoadAnswer
    | LoadConstant
    | PointsValue
    | Add
    | Multiply
    | ComparisonStep
    | Rank
    | WithinStep
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
Step = Fill | LeafStep | Total
