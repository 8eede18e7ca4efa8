"""What sheets can say, region by region: exact least and greatest points of every node, each with an example.

A condition is decided by a few *variables*: answers and yes/no facts, facts that are compared with numbers, and where a
body stands in a ranking. Each variable has finitely many *cells* in which all conditions read alike: yes and no; the
numbers that are compared with, and a number between each two of them; which of the nested steps of a rank are reached.
Trying all cells of the variables that some nodes share decides them exactly. A value that is computed, or a population
value, is a variable too, but its cells may not all be real: what rests on it is said to be open until an example of it
was scored.

A body can stand anywhere in a ranking, whatever its value (others may be better, or equal: ties are all in), except
that nobody is better than the best value there can be.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise, product
from math import prod
from operator import eq, ge, gt, le, lt
from typing import Final

from attrs import field, frozen

from haiten.compiler.program import (
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
    Node,
    Program,
    Ranking,
    Some,
    Tally,
    Value,
    Within,
    conditions_in,
)
from haiten.compiler.syntax import Mode

MOST_TRIED: Final = 4_096  # combinations of cells; beyond this, what several nodes share stays open
COMPARE: Final = {"以上": ge, "以下": le, "超": gt, "未満": lt, "と等しい": eq}


@frozen(cache_hash=True)
class YesNo:
    """An answer of the survey, or a yes/no fact, by its column."""

    column: str


@frozen(cache_hash=True)
class Amount:
    """A value that is compared with numbers; exact where it is a fact."""

    value: Value


@frozen(cache_hash=True)
class Contrast:
    """Two values that are compared with each other: the left one is less (-1), equal (0) or greater (1)."""

    left: Value
    right: Value


@frozen(cache_hash=True)
class Standing:
    """Where a body stands in a ranking: cell n reaches all steps but the n strictest."""

    ranking: Ranking


Variable = YesNo | Amount | Contrast | Standing
Cell = bool | int | Fraction
Assignment = dict[Variable, Cell]


@frozen(eq=False)
class Reach:
    """What a node's own points can be, before any choice or cut above it.

    Attributes:
        least: the least points that any sheet gives, with an example; ``most`` the greatest.
        exact: both bounds were decided; otherwise they hold as bounds, and examples may be missing.
    """

    least: int
    most: int
    at_least: Assignment | None
    at_most: Assignment | None
    exact: bool


@frozen(eq=False)
class Regions:
    """Reasons about one program; what was found out once is kept."""

    program: Program
    _steps: dict[Ranking, tuple[Within, ...]] = field(factory=dict)
    _bounds: dict[Value, set[Fraction]] = field(factory=dict)
    _reach: dict[str, Reach] = field(factory=dict)
    _read: dict[str, frozenset[Variable]] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        for leaf in self.program.leaves:
            for part in conditions_in(leaf.condition) if leaf.condition is not None else ():
                self._note(part)

    def _note(self, part: Condition) -> None:
        match part:
            case Within(ranking=ranking):
                steps = {*self._steps.get(ranking, ()), part}
                # Steps by share are nested whatever N is; those by place among themselves.
                self._steps[ranking] = tuple(
                    sorted(steps, key=lambda step: (step.unit == "位", step.share or step.step))
                )
            case Compare():
                value, number = _sides(part)
                if number is not None:
                    self._bounds.setdefault(value, set()).add(number.value)
            case InClass(classification=classification):
                numbers = {bound.value for _, bounds in classification.cases for _, bound in bounds}
                self._bounds.setdefault(classification.value, set()).update(numbers)

    # Variables and their cells

    def variables_of(self, condition: Condition) -> Iterator[Variable]:
        """The variables that decide a condition."""
        for part in conditions_in(condition):
            match part:
                case AnswerTo(path=path):
                    yield YesNo(path)
                case FactHolds(fact=fact):
                    yield YesNo(fact.name)
                case Met(path=path):
                    yield from self.variables_at(path)
                case Compare():
                    value, number = _sides(part)
                    yield Amount(value) if number is not None else Contrast(part.left, part.right)
                case InClass(classification=classification):
                    yield Amount(classification.value)
                case Within(ranking=ranking):
                    yield Standing(ranking)

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

    def cells(self, variable: Variable) -> tuple[Cell, ...]:
        """All that a variable can be, as far as conditions can tell."""
        match variable:
            case YesNo():
                return (False, True)
            case Contrast():
                return (-1, 0, 1)
            case Standing(ranking=ranking):
                return tuple(range(len(self._steps[ranking]) + 1))
            case Amount(value=value):
                return tuple(_numbers(value, sorted(self._bounds[value])))

    def is_exact(self, variable: Variable) -> bool:
        """Whether all cells of a variable are real, and independent of those of the others."""
        match variable:
            case YesNo():
                return True
            case Amount(value=value):
                return isinstance(value, FactValue)
            case Standing(ranking=ranking):
                return len({step.unit == "位" for step in self._steps[ranking]}) == 1
            case _:
                return False

    def is_idle(self, condition: Condition) -> bool:
        """Whether a step of a rank is reached by nobody or by all."""
        return isinstance(condition, Within) and (not condition.step or (condition.share or 0) >= 1)

    def standing(self, ranking: Ranking, cell: Cell) -> tuple[Within | None, Within | None]:
        """The strictest step that is reached in a cell, and the loosest that is not."""
        steps, number = self._steps[ranking], int(cell)
        return steps[number] if number < len(steps) else None, steps[number - 1] if number else None

    # Conditions and points in a cell

    def holds(self, condition: Condition, at: Assignment) -> bool:
        """Whether a condition holds where its variables are in these cells."""
        match condition:
            case AnswerTo(path=path):
                return bool(at[YesNo(path)])
            case FactHolds(fact=fact):
                return bool(at[YesNo(fact.name)])
            case Met(path=path):
                leaf = self.program.nodes[path]
                return leaf.condition is not None and self.holds(leaf.condition, at)
            case Compare(operator=operator):
                value, number = _sides(condition)
                if number is None:
                    return bool(COMPARE[operator](at[Contrast(condition.left, condition.right)], 0))
                flipped = isinstance(condition.left, Constant)
                left, right = (number.value, at[Amount(value)]) if flipped else (at[Amount(value)], number.value)
                return bool(COMPARE[operator](left, right))
            case InClass(classification=classification, case=case):
                amount = at[Amount(classification.value)]
                fitting = (
                    name
                    for name, bounds in classification.cases
                    if all(COMPARE[operator](amount, bound.value) for operator, bound in bounds)
                )
                return next(fitting, None) == case
            case Within(ranking=ranking):
                member = ranking.subset is None or self.holds(ranking.subset, at)
                return member and int(at[Standing(ranking)]) <= self._steps[ranking].index(condition)
            case Tally(parts=parts, operator=operator, count=count):
                return bool(COMPARE[operator](sum(self.holds(part, at) for part in parts), count))
            case Every(parts=parts):
                return all(self.holds(part, at) for part in parts)
            case Some(parts=parts):
                return any(self.holds(part, at) for part in parts)
            case Negation(part=part):
                return not self.holds(part, at)
        raise AssertionError(condition)

    def points(self, path: str, at: Assignment) -> int:
        """The own points of a node in these cells, 未公表 left out."""
        node = self.program.nodes[path]
        if node.is_leaf:
            return node.maximum if node.condition is not None and self.holds(node.condition, at) else 0
        return _joined(node, [self.points(child, at) for child in node.children])

    def assignments(self, variables: Iterable[Variable]) -> Iterator[Assignment] | None:
        """All combinations of cells; None where they are too many to try."""
        listed = sorted(variables, key=repr)
        domains = [self.cells(variable) for variable in listed]
        if prod(len(domain) for domain in domains) > MOST_TRIED:
            return None
        made = (dict(zip(listed, cells, strict=True)) for cells in product(*domains))
        return (at for at in made if self._is_real(at))

    def _is_real(self, at: Assignment) -> bool:
        """Nobody is better than the best value there can be."""
        for variable, cell in at.items():
            if isinstance(variable, Standing) and int(cell):
                value = variable.ranking.value
                best = _best(value, lower_is_better=variable.ranking.lower_is_better)
                if best is not None and at.get(Amount(value)) == best:
                    return False
        return True

    # Reach

    def reach(self, path: str) -> Reach:
        """The least and greatest own points of a node; bounds in any case, and decided where ``exact``."""
        if path not in self._reach:
            node = self.program.nodes[path]
            found = self._at_once([path]) if node.is_leaf else self._from_children(node)
            self._reach[path] = found or Reach(0, node.maximum, None, None, exact=False)
        return self._reach[path]

    def _at_once(self, paths: list[str]) -> Reach | None:
        """By trying all cells of what some nodes read; their points are added up. None where they are too many."""
        variables = frozenset[Variable]().union(*(self.variables_at(path) for path in paths))
        tried = self.assignments(variables)
        if tried is None:
            return None
        least = most = None
        for at in tried:
            points = sum(self.points(path, at) for path in paths)
            if least is None or points < least[0]:
                least = points, at
            if most is None or points > most[0]:
                most = points, at
        assert least is not None
        assert most is not None
        exact = all(self.is_exact(variable) for variable in variables)
        return Reach(least[0], most[0], least[1], most[1], exact)

    def _from_children(self, node: Node) -> Reach | None:
        """From what the children reach, those that share variables looked at together."""
        groups = self._groups(node.children)
        if node.mode is Mode.ANY_ONE:
            shared = any(len(group) > 1 for group in groups)
            return (self._at_once([node.path]) if shared else None) or self._any_one(node, shared=shared)
        reaches = [
            self.reach(group[0]) if len(group) == 1 else self._at_once(group) or self._apart(group) for group in groups
        ]
        least, most = sum(reach.least for reach in reaches), sum(reach.most for reach in reaches)
        if node.cap is not None:
            least, most = min(least, node.cap), min(most, node.cap)
        at_least, at_most = (_merged([getattr(r, side) for r in reaches]) for side in ("at_least", "at_most"))
        return Reach(least, most, at_least, at_most, all(r.exact for r in reaches))

    def _any_one(self, node: Node, *, shared: bool) -> Reach:
        """The best child's most; all children's least at once, where they do not share anything."""
        reaches = [self.reach(child) for child in node.children]
        if not reaches:
            return Reach(0, 0, {}, {}, exact=True)
        best = max(reaches, key=lambda reach: reach.most)
        at_least = None if shared else _merged([reach.at_least for reach in reaches])
        exact = not shared and all(reach.exact for reach in reaches)
        return Reach(max(r.least for r in reaches), best.most, at_least, best.at_most, exact)

    def _apart(self, group: list[str]) -> Reach:
        """Bounds of nodes that share too much to be tried together: exact only where their examples agree."""
        reaches = [self.reach(child) for child in group]
        at_least, at_most = (_merged([getattr(r, side) for r in reaches]) for side in ("at_least", "at_most"))
        exact = at_least is not None and at_most is not None and all(r.exact for r in reaches)
        return Reach(sum(r.least for r in reaches), sum(r.most for r in reaches), at_least, at_most, exact)

    def _groups(self, paths: Iterable[str]) -> list[list[str]]:
        """Nodes in groups, of which no two share a variable."""
        groups: list[tuple[list[str], frozenset[Variable]]] = []
        for path in paths:
            variables = self.variables_at(path)
            touching = [group for group in groups if group[1] & variables]
            joined = [other for group in touching for other in group[0]]
            shared = variables.union(*(group[1] for group in touching))
            groups = [group for group in groups if group not in touching]
            groups.append(([*joined, path], shared))
        return [group for group, _ in groups]


def _sides(part: Compare) -> tuple[Value, Constant | None]:
    """The value that is compared with a number, and the number; None where both sides are values."""
    if isinstance(part.right, Constant):
        return part.left, part.right
    return (part.right, part.left) if isinstance(part.left, Constant) else (part.left, None)


def _numbers(value: Value, thresholds: list[Fraction]) -> Iterator[Fraction]:
    """Each number that a value is compared with, and one in every gap beside and between them where one can be."""
    fact = value.fact if isinstance(value, FactValue) else None
    unit = Fraction(1, 10**fact.decimals) if fact else Fraction(1)
    low, high = (fact.low, fact.high) if fact else (None, None)

    def allowed(number: Fraction) -> bool:
        whole = fact is None or (number / unit).denominator == 1
        return whole and (low is None or number >= low) and (high is None or number <= high)

    def grid(number: Fraction) -> Fraction:
        return (number // unit) * unit if fact else number

    found = {number for number in thresholds if allowed(number)}
    below, above = grid(thresholds[0]), grid(thresholds[-1]) + unit
    found |= {n for n in (below - unit if below == thresholds[0] else below, above) if allowed(n)}
    for first, second in pairwise(thresholds):
        between = grid(first) + unit if fact else (first + second) / 2
        if between < second and allowed(between):
            found.add(between)
    return iter(sorted(found))


def _best(value: Value, *, lower_is_better: bool) -> Fraction | None:
    """The best value there can be; None where it is unbounded or not known."""
    if not isinstance(value, FactValue):
        return None
    return value.fact.low if lower_is_better else value.fact.high


def _joined(node: Node, points: list[int]) -> int:
    if node.mode is Mode.ANY_ONE:
        return max(points, default=0)
    total = sum(points)
    return total if node.cap is None else min(total, node.cap)


def _merged(parts: list[Assignment | None]) -> Assignment | None:
    """Assignments that agree on what they share as one; None where they do not, or one is missing."""
    merged: Assignment = {}
    for part in parts:
        if part is None or any(merged.get(variable, cell) != cell for variable, cell in part.items()):
            return None
        merged |= part
    return merged
