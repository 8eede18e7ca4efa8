"""Exact least and greatest points of every node over all sheets, each with an example.

Trying all cells (``cells.py``) of what some nodes read, as far as they can be had together
(``possible.py``), decides them exactly; nodes that rest on nothing in common are looked at apart and added up.
Points that a condition compares (得点) are known by all sums that their nodes can come to.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable
from fractions import Fraction
from functools import cached_property
from itertools import product
from operator import add
from typing import Final

from attrs import field

from haiten.compiler.late import dense, frozen
from haiten.compiler.program.evaluate import data_in, fact_of
from haiten.compiler.program.fact_columns import Schema, schema_of
from haiten.compiler.program.program import Node
from haiten.compiler.program.ranges import ends_of, unit_of
from haiten.compiler.program.terms import AnswerTo, FactValue, PreviousScore, ScoreValue
from haiten.compiler.proofs.cell_search import Seeker
from haiten.compiler.proofs.cells import Assignment, ComparedValue, Standing, Variable
from haiten.compiler.proofs.integer_points import Possibility, StepBudget, StepsUsedUpError
from haiten.compiler.proofs.partial_truths import VariableCell
from haiten.compiler.proofs.possible import Basis, Possible
from haiten.compiler.syntax.rulebook import Mode

_MOST_EXPANDED: Final = 24  # variables that are looked at in the place of points that they decide
_ROOM: Final = 5  # units from the bound, so that others can be better and worse


@dense(eq=False)
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


@frozen
class _Chain:
    """Examples of several groups of nodes, one after the other."""

    before: "_Chain | None"
    at: Assignment

    def merged(self) -> Assignment:
        """All of them as one; they share nothing."""
        merged, link = dict(self.at), self.before
        while link is not None:
            merged |= link.at
            link = link.before
        return merged


Chains = dict[int, _Chain]  # all points that some nodes can come to, with an example each


@frozen(eq=False)
class Regions(Possible):
    """Reasons about one program; what was found out once is kept."""

    _reach: dict[str, Reach] = field(factory=dict)
    _sums: dict[tuple[str, ...], Chains | None] = field(factory=dict)
    _examples: dict[tuple[ScoreValue, int], Assignment | None] = field(factory=dict)
    _rest_on: dict[str, frozenset[Basis]] = field(factory=dict)
    _undisclosed: dict[str, int] = field(factory=dict)
    shown: set[frozenset[tuple[Variable, VariableCell]]] = field(factory=set)  # of which an example was found

    def take_over(self, other: "Regions", paths: Container[str]) -> None:
        """Keep what another found out about nodes for which it holds here, too."""
        self._reach.update((path, reach) for path, reach in other._reach.items() if path in paths)
        self._sums.update((key, sums) for key, sums in other._sums.items() if all(path in paths for path in key))

    def take_over_grounds(self, other: "Regions", paths: Container[str]) -> None:
        """Keep what nodes read and rest on, of those for which it is the same here."""
        self._read.update((path, read) for path, read in other._read.items() if path in paths)
        self._rest_on.update((path, rest) for path, rest in other._rest_on.items() if path in paths)

    # Sheets

    @cached_property
    def schema(self) -> Schema:
        """The columns of a sheet."""
        return schema_of(self.program)

    @cached_property
    def usual_numbers(self) -> dict[str, Fraction]:
        """A number for each column, with room for better and worse."""
        columns = self.schema.numbers.items()
        return {name: Fraction(_ROOM) if kind.fact is None else usual(FactValue(kind.fact)) for name, kind in columns}

    @cached_property
    def written_answers(self) -> tuple[str, ...]:
        """The columns of answers; a leaf that stands somewhere by に同じ is written where it first stands."""
        nodes = self.program.nodes
        return tuple(column for column in self.schema.answers if column not in nodes or not nodes[column].is_shared)

    # Points that are compared

    def _expanded(self, variables: Iterable[Variable]) -> frozenset[Variable]:
        """The variables, with those that decide points that are compared in the place of the points."""
        found: set[Variable] = set()
        pending, seen = list(variables), set(variables)
        while pending:
            variable = pending.pop()
            value = variable.value if isinstance(variable, ComparedValue) else None
            if not isinstance(value, ScoreValue) or self.hides(value):
                found.add(variable)
                continue
            more = {inner for path in value.paths for inner in self.variables_at(path)} - seen
            seen |= more
            pending += more
        return frozenset(found)

    def _find_cells(self, variable: Variable) -> Iterable[VariableCell]:
        if isinstance(variable, ComparedValue) and isinstance(variable.value, ScoreValue):
            sums = self.sums_of(variable.value)
            if sums is not None:
                return self._apart_sums(variable.value, sorted(sums))
        return super()._find_cells(variable)

    def _apart_sums(self, value: ScoreValue, sums: list[int]) -> list[Fraction]:
        """One of the sums for each that reads apart; the greatest for the last, where most has been done."""
        found: list[Fraction] = []
        for number in map(Fraction, sums):
            if not found or self.gap_of(value, found[-1]).excludes(number):
                found.append(number)
        return [*found[:-1], Fraction(sums[-1])]

    # Sums of points

    def hides(self, value: ScoreValue) -> bool:
        """Whether 未公表 points are among the points that are compared: then no sheet can show what they come to."""
        nodes = self.program.nodes

        def hidden(path: str) -> bool:
            return bool(nodes[path].undisclosed) or any(map(hidden, nodes[path].children))

        return bool(value.undisclosed) or any(map(hidden, value.paths))

    def sums_of(self, value: ScoreValue) -> Chains | None:
        """All that points that are compared can come to; None where that is not decided."""
        return None if self.hides(value) else self.sums(value.paths)

    def sums(self, paths: tuple[str, ...]) -> Chains | None:
        """All that the own points of some nodes can come to together; None where that is not decided."""
        if paths not in self._sums:
            self._sums[paths] = self._find_sums(paths)
        return self._sums[paths]

    def _find_sums(self, paths: tuple[str, ...]) -> Chains | None:
        # A node that stands in several places by に同じ gives its points in each.
        weights = Counter(self.program.nodes[path].same_as for path in paths)
        parts: list[Chains] = []
        for group in self._groups(weights):
            found = self._sums_at_once(group, weights)
            if found is None and len(group) == 1:
                below = self._sums_below(self.program.nodes[group[0]])
                found = below and {points * weights[group[0]]: chain for points, chain in below.items()}
            if found is None:
                return None
            parts.append(found)
        return _folded(parts, add, self.question())

    def _sums_at_once(self, group: list[str], weights: Counter[str]) -> Chains | None:
        steps = self.question()
        variables = self._expanded(v for path in group for v in self.variables_at(path))
        candidates: dict[int, list[Assignment]] = {}
        counters = [(weights[path], self.counter(path)) for path in group]
        for at in self.assignments(variables, steps) or ():
            candidates.setdefault(sum([weight * count(at) for weight, count in counters]), []).append(at)
        sums: Chains = {}
        for points, ats in candidates.items():
            verdict, found = self.first_possible(ats, steps)
            if verdict is Possibility.OPEN:
                return None
            if found is not None:
                sums[points] = _Chain(None, found)
        return sums or None

    def _sums_below(self, node: Node) -> Chains | None:
        if node.mode is not Mode.ANY_ONE:
            sums = self.sums(node.children) if node.children else None
            return sums and {node.joined([points]): sums[points] for points in sorted(sums, reverse=True)}
        if any(len(group) > 1 for group in self._groups(node.children)):
            return None
        parts = [self.sums((child,)) for child in node.children]
        decided = [part for part in parts if part is not None]
        return _folded(decided, max, self.question()) if len(decided) == len(parts) else None

    def concrete(self, at: Assignment | None) -> Assignment | None:
        """An assignment with an example of every sum of points in it; None where these cannot be had together."""
        shown = [
            self._shown(variable.value, int(cell))
            for variable, cell in (at or {}).items()
            if isinstance(variable, ComparedValue) and isinstance(variable.value, ScoreValue)
        ]
        return merged([at, *shown]) if shown else at

    def _shown(self, value: ScoreValue, points: int) -> Assignment | None:
        """The example of a sum of points."""
        key = (value, points)
        if key not in self._examples:
            sums = self.sums_of(value)
            chain = sums.get(points) if sums else None
            self._examples[key] = self.concrete(chain.merged()) if chain is not None else None
        return self._examples[key]

    def tried(self, read: frozenset[Variable], steps: StepBudget) -> list[Assignment] | None:
        """All that the variables can be together; None where that is too much.

        Points that are compared are decided best by what decides them, where that is not too much either.
        """
        expanded = self.assignments(self._expanded(read), steps)
        return expanded if expanded is not None else self.assignments(read, steps)

    # Reach

    def reach(self, path: str) -> Reach:
        """The least and greatest own points of a node; bounds in any case, and decided where ``exact``."""
        if path not in self._reach:
            node = self.program.nodes[path]
            found = self._of_leaf(node) if node.is_leaf else self._from_children(node)
            self._reach[path] = found or Reach(0, node.maximum, None, None, exact=False)
        return self._reach[path]

    def _of_leaf(self, node: Node) -> Reach | None:
        if isinstance(node.condition, AnswerTo) and node.maximum:  # as most are
            answer = self.answer_of(node.condition.path)
            return Reach(0, node.maximum, {answer: False}, {answer: True}, exact=True)
        return self._at_once([node.path]) or self._searched([node.path])

    def most_with_undisclosed(self, node: Node) -> int:
        """The greatest own points of a node, with all 未公表 points below it."""
        return self.reach(node.path).most + self._undisclosed_within(node)

    def _undisclosed_within(self, node: Node) -> int:
        if node.path not in self._undisclosed:
            below = sum(self._undisclosed_within(self.program.nodes[child]) for child in node.children)
            self._undisclosed[node.path] = node.undisclosed + below
        return self._undisclosed[node.path]

    def _at_once(self, paths: list[str]) -> Reach | None:
        """By trying all cells of what some nodes read; their points are added up. None where they are too many."""
        steps = self.question()
        scored: dict[int, list[Assignment]] = {}
        counters = [self.counter(path) for path in paths]
        for at in self.tried(self._read_at(paths), steps) or ():
            scored.setdefault(sum([count(at) for count in counters]), []).append(at)
        least = self._extreme(scored, sorted(scored), steps)
        most = self._extreme(scored, sorted(scored, reverse=True), steps)
        if least is None or most is None:
            return None
        return Reach(least[0], most[0], least[1], most[1], least[2] and most[2])

    def _read_at(self, paths: list[str]) -> frozenset[Variable]:
        return frozenset[Variable]().union(*(self.variables_at(path) for path in paths))

    def seeker(self, read: frozenset[Variable], steps: StepBudget) -> Seeker:
        """Looks for cells where there are too many to try all."""
        expanded = self._expanded(read)
        return Seeker(self, expanded if len(expanded) <= _MOST_EXPANDED else read, steps)

    def _searched(self, paths: list[str]) -> Reach | None:
        """By looking for the best cells, one variable after the other; bounds where that takes too many steps."""
        seeker = self.seeker(self._read_at(paths), self.question())
        least, most = seeker.best(paths, greatest=False), seeker.best(paths, greatest=True)
        if least is None or most is None:
            return None
        at_least, at_most = (None if best.at is None else self.concrete(best.at) for best in (least, most))
        return Reach(least.points, most.points, at_least, at_most, least.decided and most.decided)

    def _extreme(
        self, scored: dict[int, list[Assignment]], order: list[int], steps: StepBudget
    ) -> tuple[int, Assignment | None, bool] | None:
        """The first points that can be had, or that it is open whether they can, with an example, and which it is."""
        for points in order:
            verdict, at = self.first_possible(scored[points], steps)
            if at is not None:
                return points, self.concrete(at), verdict is Possibility.POSSIBLE
        return None

    def _from_children(self, node: Node) -> Reach | None:
        """From what the children reach, those that share variables looked at together."""
        groups = self._groups(node.children)
        if node.mode is Mode.ANY_ONE:
            shared = any(len(group) > 1 for group in groups)
            tried = self._at_once([node.path]) or self._searched([node.path]) if shared else None
            return tried if tried is not None and tried.exact else self._any_one(node, shared=shared, known=tried)
        reaches = [
            self.reach(group[0]) if len(group) == 1 else self._at_once(group) or self._of_many(group)
            for group in groups
        ]
        least, most = (node.joined(getattr(reach, side) for reach in reaches) for side in ("least", "most"))
        at_least, at_most = (merged([getattr(r, side) for r in reaches]) for side in ("at_least", "at_most"))
        return Reach(least, most, at_least, at_most, all(r.exact for r in reaches))

    def _any_one(self, node: Node, *, shared: bool, known: Reach | None) -> Reach:
        """The best child's most; all children's least at once, where they do not share anything."""
        reaches = [self.reach(child) for child in node.children]
        if not reaches:
            return Reach(0, 0, {}, {}, exact=True)
        best = max(reaches, key=lambda reach: reach.most)
        at_least = None if shared else merged([reach.at_least for reach in reaches])
        exact = not shared and all(reach.exact for reach in reaches)
        found = Reach(max(r.least for r in reaches), best.most, at_least, best.at_most, exact)
        return found if known is None else _tighter(known, found)

    def _of_many(self, group: list[str]) -> Reach:
        """Nodes that share too much to be tried together: by their own examples where these agree, or searched."""
        apart = self._apart(group)
        steps, ats = self.question(), (apart.at_least, apart.at_most)
        if all(at is not None and self.settle(at, steps) is not Possibility.IMPOSSIBLE for at in ats):
            return apart  # what is open about these examples would be so of others
        searched = self._searched(group)
        return apart if searched is None else _tighter(searched, apart)

    def _apart(self, group: list[str]) -> Reach:
        """Bounds of nodes that share too much to be tried together: exact only where their examples can be one."""
        reaches = [self.reach(child) for child in group]
        at_least, at_most = (merged([getattr(r, side) for r in reaches]) for side in ("at_least", "at_most"))
        steps = self.question()
        agree = all(at is not None and self.settle(at, steps) is Possibility.POSSIBLE for at in (at_least, at_most))
        exact = agree and all(r.exact for r in reaches)
        return Reach(sum(r.least for r in reaches), sum(r.most for r in reaches), at_least, at_most, exact)

    def _groups(self, paths: Iterable[str]) -> list[list[str]]:
        """Nodes in groups, of which no two rest on anything in common."""
        group_of: dict[Basis, list[str]] = {}
        groups: dict[int, list[str]] = {}
        for path in paths:
            group: list[str] = []
            for rest in self.grounds(path):
                other = group_of.get(rest)
                if other is not None and other is not group:
                    # The smaller one moves, so that long lists are not moved again and again.
                    group, other = (other, group) if len(other) >= len(group) else (group, other)
                    group += other
                    groups.pop(id(other), None)
                    for moved in other:
                        group_of.update(dict.fromkeys(self.grounds(moved), group))
            group.append(path)
            groups[id(group)] = group
            group_of.update(dict.fromkeys(self.grounds(path), group))
        return list(groups.values())

    def grounds(self, path: str) -> frozenset[Basis]:
        """What the points of a node rest on, values that are ranked included."""
        if path not in self._rest_on:
            variables = self.variables_at(path)
            rests = frozenset(rest for variable in variables for rest in self.rests_on(variable))
            # Who has the best value there can be does not stand just anywhere.
            ranked = {variable.ranking for variable in variables if isinstance(variable, Standing)}
            self._rest_on[path] = rests | {datum.column for ranking in ranked for datum in data_in(ranking.value)}
        return self._rest_on[path]


def usual(datum: FactValue | PreviousScore) -> Fraction:
    """A number of a datum that leaves room for better and for worse."""
    fact = fact_of(datum)
    if fact is None:
        return Fraction(_ROOM)
    unit, ends = unit_of(fact), ends_of(fact)
    low = ends.low if ends.low is not None else min(Fraction(0), ends.high or Fraction(0)) - _ROOM * unit
    number = low + _ROOM * unit
    return number if ends.high is None or number < ends.high else (low + ends.high) / 2 // unit * unit


def _tighter(one: Reach, other: Reach) -> Reach:
    """Of the bounds that two say, the tighter ones."""
    low = one if one.least >= other.least else other
    high = one if one.most <= other.most else other
    return Reach(low.least, high.most, low.at_least, high.at_most, one.exact or other.exact)


def merged(parts: Iterable[Assignment | None]) -> Assignment | None:
    """Assignments that agree on what they share as one; None where they do not, or one is missing."""
    whole: Assignment = {}
    for part in parts:
        if part is None or any(whole.get(variable, cell) != cell for variable, cell in part.items()):
            return None
        whole |= part
    return whole


def _folded(parts: list[Chains], join: Callable[[int, int], int], steps: StepBudget) -> Chains | None:
    """All that independent sums can come to together; of none at all, 0. None where they are too many."""
    whole: Chains = {0: _Chain(None, {})}
    for number, part in enumerate(parts):
        if not number:
            whole = part
            continue
        try:
            steps.take(len(whole) * len(part))
        except StepsUsedUpError:
            return None
        pairs = product(whole.items(), part.items())
        whole = {join(a, b): _Chain(one, other.merged()) for (a, one), (b, other) in pairs}
    return whole
