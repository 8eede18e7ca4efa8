"""What sheets can say, split into cells in which all conditions read alike (``decisions.py`` reads them).

A condition is decided by a few *variables*: answers and yes/no facts, values that are compared with numbers, and where
a body stands in a ranking. Each has finitely many *cells*: yes and no; the numbers that are compared with, and a number
between each two of them; which of two values is the greater one; which of the nested steps of a rank are reached.

A body can stand anywhere in a ranking, whatever its value (others may be better, or equal: ties are all in), except
that nobody is better than the best value there can be.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import ceil, prod
from typing import Final, TypeVar, assert_never

from attrs import field

from haiten.compiler.late import dense, frozen
from haiten.compiler.program.program import Program
from haiten.compiler.program.ranges import ends_of
from haiten.compiler.program.terms import (
    AnswerTo,
    Classification,
    Compare,
    Condition,
    Constant,
    Every,
    FactHolds,
    FactValue,
    InClass,
    Met,
    Negation,
    Ranking,
    Some,
    Tally,
    Value,
    Within,
)
from haiten.compiler.program.walk import conditions_in
from haiten.compiler.proofs.integer_points import Possibility, StepBudget
from haiten.compiler.proofs.linear_forms import Interval
from haiten.compiler.proofs.partial_truths import VariableCell
from haiten.compiler.proofs.sample_numbers import numbers_of

T = TypeVar("T")
MOST_TRIED: Final = 4_096  # combinations of cells; beyond this, what several nodes share stays open


@dense(cache_hash=True)
class YesNo:
    """An answer of the survey, or a yes/no fact, by its column."""

    column: str


@dense(cache_hash=True)
class ComparedValue:
    """A value that is compared with numbers."""

    value: Value


@frozen(cache_hash=True)
class Contrast:
    """Two values that are compared with each other: the left one is less (-1), equal (0) or greater (1)."""

    left: Value
    right: Value


@dense(cache_hash=True)
class Standing:
    """Where a body stands in a ranking: cell n reaches all steps but the n strictest.

    Steps by share are nested whatever N is, those by place (位) among themselves; each kind is looked at apart.
    """

    ranking: Ranking
    by_place: bool


Variable = YesNo | ComparedValue | Contrast | Standing
Assignment = dict[Variable, VariableCell]


@dense(eq=False)
class Noted:
    """What some conditions ask for.

    Attributes:
        steps: of each ranking, the strictest first.
        bounds: the numbers that each value is compared with.
    """

    steps: dict[Standing, tuple[Within, ...]]
    bounds: dict[Value, frozenset[Fraction]]


@lru_cache(maxsize=2)  # who has reasoned about a program scores its examples next; programs never change
def _noted_of(program: Program) -> Noted:
    """What all requirements of a program ask for."""
    asked = (leaf.condition for leaf in program.leaves)
    return noted_in(each for each in asked if each is not None and not isinstance(each, AnswerTo))  # as most are


def noted_in(conditions: Iterable[Condition]) -> Noted:
    """What conditions ask for, whatever is inside them."""
    steps: dict[Standing, dict[Within, None]] = {}
    bounds: dict[Value, set[Fraction]] = {}

    def bound(classification: Classification) -> None:
        numbers = {bound.value for _, bounds in classification.cases for _, bound in bounds}
        bounds.setdefault(classification.value, set()).update(numbers)

    for condition in conditions:
        for part in conditions_in(condition):
            match part:
                case Within(ranking=ranking):
                    steps.setdefault(standing_of(part), {})[part] = None
                    if (best := best_of(ranking)) is not None:
                        bounds.setdefault(ranking.value, set()).add(best)
                    if ranking.by is not None:
                        bound(ranking.by)
                case Compare():
                    value, number = sides(part)
                    if number is not None:
                        bounds.setdefault(value, set()).add(number.value)
                case InClass(classification=classification):
                    bound(classification)
                case AnswerTo() | FactHolds() | Met() | Tally() | Every() | Some() | Negation():
                    pass
                case _:
                    assert_never(part)
    return Noted(
        {standing: tuple(sorted(some, key=lambda step: step.share or step.step)) for standing, some in steps.items()},
        {value: frozenset(numbers) for value, numbers in bounds.items()},
    )


@frozen(eq=False)
class Cells:
    """The variables of a program, and their cells."""

    program: Program
    _steps: dict[Standing, tuple[Within, ...]] = field(factory=dict)
    _bounds: dict[Value, frozenset[Fraction]] = field(factory=dict)
    _cells: dict[Variable, tuple[VariableCell, ...]] = field(factory=dict)
    # Each variable once: what is the same object need not be compared part by part.
    _answers: dict[str, YesNo] = field(factory=dict)
    _amounts: dict[Value, ComparedValue] = field(factory=dict)
    _standings: dict[Standing, Standing] = field(factory=dict)
    _numbers: dict[Within, tuple[Standing, int]] = field(factory=dict)
    _read: dict[str, frozenset[Variable]] = field(factory=dict)
    _contrasts: dict[Contrast, Contrast] = field(factory=dict)
    _compared: dict[Compare, tuple[ComparedValue | Contrast, Fraction, bool]] = field(factory=dict)
    _listed: dict[frozenset[Variable], list[Variable]] = field(factory=dict)
    # As many as may be tried at once: the steps of one ranking are items, and the node above them asks again.
    _combined: dict[frozenset[Variable], list[Assignment]] = field(factory=dict)
    _verdicts: dict[int, Possibility | None] = field(factory=dict)  # of these, by their identities, as far as known

    def __attrs_post_init__(self) -> None:
        self.note(_noted_of(self.program))

    def note(self, noted: Noted) -> None:
        """Take over what conditions ask for."""
        self._steps.update(noted.steps)
        self._bounds.update(noted.bounds)

    # Variables and their cells

    def variables_of(self, condition: Condition) -> Iterator[Variable]:
        """The variables that decide a condition."""
        for part in conditions_in(condition):
            match part:
                case AnswerTo(path=path):
                    yield self.answer_of(path)
                case FactHolds(fact=fact):
                    yield self.answer_of(fact.name)
                case Met(path=path):
                    yield from self.variables_at(path)
                case Compare():
                    yield self.compared_by(part)[0]
                case InClass(classification=classification):
                    yield self.amount_of(classification.value)
                case Within(ranking=ranking):
                    yield self.numbered(part)[0]
                    if ranking.by is not None:
                        yield self.amount_of(ranking.by.value)
                case Tally() | Every() | Some() | Negation():
                    pass
                case _:
                    assert_never(part)

    def variables_at(self, path: str) -> frozenset[Variable]:
        """The variables that decide the points of a node."""
        if path not in self._read:
            node = self.program.nodes[path]
            found: set[Variable] = set()
            for child in node.children:
                found |= self.variables_at(child)
            if node.is_leaf and node.condition is not None:
                found |= set(self.variables_of(node.condition))
            self._read[path] = frozenset(found)
        return self._read[path]

    def cells(self, variable: Variable) -> tuple[VariableCell, ...]:
        """All that a variable can be, as far as conditions can tell."""
        if variable not in self._cells:
            self._cells[variable] = tuple(self._find_cells(variable))
        return self._cells[variable]

    def _find_cells(self, variable: Variable) -> Iterable[VariableCell]:
        match variable:
            case YesNo():
                return (False, True)
            case Contrast():
                return (1, -1, 0)  # apart before equal: easier to bring about for several at once
            case Standing():
                return range(len(self._steps[variable]) + 1)
            case ComparedValue(value=value):
                return numbers_of(self.program, value, self._bounds[value])
            case _:
                assert_never(variable)

    def stands_freely(self, ranking: Ranking) -> bool:
        """Whether a fact is ranked among bodies that nothing about this fact has chosen, and nowhere else."""
        if not isinstance(ranking.value, FactValue):
            return False
        chosen = set(self.variables_of(ranking.subset)) if ranking.subset is not None else set()
        if ranking.by is not None:
            chosen.add(ComparedValue(ranking.by.value))
        elsewhere = sum(standing.ranking.value == ranking.value for standing in self._steps) > 1
        return not elsewhere and all(ranking.value not in _values_of(variable) for variable in chosen)

    def is_idle(self, condition: Condition) -> bool:
        """Whether a step of a rank is reached by nobody or by all."""
        return isinstance(condition, Within) and (not condition.step or (condition.share or 0) >= 1)

    def standing(self, variable: Standing, cell: VariableCell) -> tuple[Within | None, Within | None]:
        """The strictest step that is reached in a cell, and the loosest that is not."""
        steps, number = self._steps[variable], int(cell)
        return steps[number] if number < len(steps) else None, steps[number - 1] if number else None

    def gap_of(self, value: Value, number: Fraction) -> Interval:
        """The numbers that read like one in all comparisons of a value."""
        bounds = self._bounds.get(value, ())
        if number in bounds:
            return Interval(number, number)
        below = max((bound for bound in bounds if bound < number), default=None)
        above = min((bound for bound in bounds if bound > number), default=None)
        return Interval(below, above, low_open=True, high_open=True)

    def answer_of(self, column: str) -> YesNo:
        """The variable of an answer or a yes/no fact."""
        if column not in self._answers:
            self._answers[column] = YesNo(column)
        return self._answers[column]

    def amount_of(self, value: Value) -> ComparedValue:
        """The variable of a value that is compared with numbers."""
        if value not in self._amounts:
            self._amounts[value] = ComparedValue(value)
        return self._amounts[value]

    def compared_by(self, condition: Compare) -> tuple[ComparedValue | Contrast, Fraction, bool]:
        """The variable that a comparison reads, the number beside it (0 for a contrast), and whether this is left."""
        if condition not in self._compared:
            value, number = sides(condition)
            if number is not None:
                self._compared[condition] = self.amount_of(value), number.value, value is not condition.left
            else:
                made = Contrast(condition.left, condition.right)
                self._compared[condition] = self._contrasts.setdefault(made, made), Fraction(0), False
        return self._compared[condition]

    def numbered(self, step: Within) -> tuple[Standing, int]:
        """The variable of a step, and how many of its steps are stricter."""
        if step not in self._numbers:
            standing = standing_of(step)
            steps = self._steps[standing]
            self._numbers[step] = self._standings.setdefault(standing, standing), steps.index(step)
        return self._numbers[step]

    # Assignments

    def assignments(self, variables: Iterable[Variable], steps: StepBudget) -> list[Assignment] | None:
        """All combinations of cells, a step for each; None where they are too many to try."""
        wanted = frozenset(variables)
        if wanted not in self._listed:
            self._listed[wanted] = in_fixed_order(wanted)
        listed = self._listed[wanted]
        domains = [self.cells(variable) for variable in listed]
        size = prod(len(domain) for domain in domains)
        if size > MOST_TRIED:
            return None
        work = size * (1 + len(listed) // 4)
        if work > steps.left:
            return None
        steps.spend(work)
        if wanted not in self._combined:
            if len(self._verdicts) + size > MOST_TRIED:
                self._combined.clear()
                self._verdicts.clear()
            self._combined[wanted] = self._combine(listed, domains)
            self._verdicts.update(dict.fromkeys(map(id, self._combined[wanted])))
        return self._combined[wanted]

    def _combine(self, listed: list[Variable], domains: list[tuple[VariableCell, ...]]) -> list[Assignment]:
        made = [dict(zip(listed, cells, strict=True)) for cells in product(*domains)]
        is_ranked = any(isinstance(variable, Standing) for variable in listed)
        return [at for at in made if self.is_real(at)] if is_ranked else made

    def is_real(self, at: Assignment) -> bool:
        """Nobody is better than the best value there can be."""
        return all(_is_first(*steps) for steps in self.best_missing(at))

    def best_missing(self, at: Assignment) -> Iterator[tuple[Within | None, Within]]:
        """The steps that the best value there can be reaches and misses, where it misses any."""
        for variable, cell in at.items():
            if isinstance(variable, Standing):
                amount = at.get(self.amount_of(variable.ranking.value))
                reached, missed = (None, None) if amount is None else self.standing(variable, cell)
                if missed is not None and amount == best_of(variable.ranking):
                    yield reached, missed


def in_fixed_order(items: Iterable[T]) -> list[T]:
    """Some items in an order that does not hang on how sets are kept; one alone has only one."""
    listed = list(items)
    return listed if len(listed) < 2 else sorted(listed, key=repr)


def sides(part: Compare) -> tuple[Value, Constant | None]:
    """The value that is compared with a number, and the number; None where both sides are values."""
    if isinstance(part.right, Constant):
        return part.left, part.right
    return (part.right, part.left) if isinstance(part.left, Constant) else (part.left, None)


def standing_of(step: Within) -> Standing:
    """The variable that decides a step."""
    return Standing(step.ranking, step.share is None)


def best_of(ranking: Ranking) -> Fraction | None:
    """The best value there can be; None where it is unbounded or not known."""
    if not isinstance(ranking.value, FactValue):
        return None
    ends = ends_of(ranking.value.fact)
    return ends.low if ranking.lower_is_better else ends.high


def _is_first(reached: Within | None, missed: Within) -> bool:
    """Whether the first of some bodies can reach one step and miss another: of few bodies a share may be nobody."""
    if missed.share is None:
        return False
    return _is_first_by(None if reached is None else reached.share, missed.share)


@lru_cache(4096)
def _is_first_by(reached: Fraction | None, missed: Fraction) -> bool:
    fewest = 1 if reached is None else ceil(1 / reached)
    return missed * fewest < 1


def _values_of(variable: Variable) -> tuple[Value, ...]:
    match variable:
        case ComparedValue(value=value) | Standing(ranking=Ranking(value=value)):
            return (value,)
        case Contrast(left=left, right=right):
            return (left, right)
        case YesNo():
            return ()
        case _:
            assert_never(variable)
