"""All bodies under many weights: which outcomes hold is known, so that only points are added up anew, in columns.

Outcomes do not depend on points, unless a condition reads points (得点, as 今年度の評価得点 does). Such items, and what
depends on them, are run again for every scenario, and no others.
"""

from fractions import Fraction
from functools import cached_property
from typing import Any, Final

import numpy as np
from attrs import evolve, field
from numpy.typing import NDArray

from haiten.compiler.late import frozen
from haiten.compiler.program.program import Node, Program
from haiten.compiler.program.terms import ScoreValue
from haiten.compiler.syntax.rulebook import Mode
from haiten.scoring.facts.facts import Truth
from haiten.scoring.numbers.exact import Bools, from_integers
from haiten.scoring.running.machine import run
from haiten.scoring.running.scores import Scores
from haiten.tabulation.population.groups import everyone
from haiten.tabulation.population.parts import total_grants
from haiten.tabulation.simulation.dependence import Dependence, Stage, find_dependence
from haiten.tabulation.simulation.scenarios import Scenarios
from haiten.tabulation.tables.distribution import root

BLOCK: Final = 32  # scenarios that go through the tree together: their columns stay in the processor's cache
CELLS: Final = 50_000_000  # scenarios × bodies whose totals are held at once: five columns, under 2 GB
PointTable = NDArray[
    Any
]  # scenarios × bodies, either of them 1 where all are the same; 32 bits wide where these suffice


@frozen(eq=False)
class Sweep:
    """Totals under every scenario; filled block by block.

    Attributes:
        base: the bodies as the rulebook scores them.
        certain, possible: totals, scenarios × bodies.
        maxima: 満点 by scenario: it follows the weights.
    """

    base: Scores
    scenarios: Scenarios
    dependence: Dependence
    certain: PointTable
    possible: PointTable
    maxima: NDArray[np.int64]

    @property
    def blocks(self) -> list[slice]:
        """The blocks of scenarios that have to be run."""
        return [slice(start, start + BLOCK) for start in range(0, len(self.scenarios), BLOCK)]

    def run(self, block: slice) -> None:
        """Score a block of scenarios."""
        tree = _Tree(self.base, self.scenarios, self.dependence, self.scenarios.values[block])
        self.certain[block], self.possible[block] = tree.total()
        self.maxima[block] = _Maxima(self.base.program, tree).total()

    @cached_property
    def ranks(self) -> NDArray[np.int32]:
        """National ranks by certain points, scenarios × bodies."""
        together = everyone(self.base)
        ranks = np.empty(self.certain.shape, dtype=np.int32)
        for number, points in enumerate(self.certain):
            ranks[number] = together.ranks(points)
        return ranks

    @cached_property
    def base_ranks(self) -> NDArray[np.int64]:
        """National ranks as the rulebook scores."""
        return everyone(self.base).ranks(self.base.total()[0])

    @cached_property
    def climbs(self) -> NDArray[np.int64]:
        """Places that each body climbs against the rulebook's own weights (negative: falls), scenarios × bodies."""
        return np.asarray(self.base_ranks - self.ranks)

    @property
    def fixed(self) -> list[str]:
        """Items that would depend on points but were given (所与) for every body."""
        given = _given_everywhere(self.base)
        free = find_dependence(self.base.program, [weight.path for weight in self.scenarios.weights], ())
        return [path for stage in free.stages for path in stage.leaves if path in given]


@frozen
class Measures:
    """How the totals of all bodies are distributed; exact."""

    mean: Fraction
    deviation: Fraction
    least: int
    most: int


def prepare(base: Scores, scenarios: Scenarios) -> Sweep:
    """A sweep whose blocks have yet to be run."""
    shape = (len(scenarios), len(base.bodies))
    changed = [weight.path for weight in scenarios.weights]
    dependence = find_dependence(base.program, changed, _given_everywhere(base))
    kind = _kind(base.program, scenarios)
    scenarios = evolve(scenarios, values=scenarios.values.astype(kind, copy=False))
    certain, possible = np.zeros(shape, dtype=kind), np.zeros(shape, dtype=kind)
    return Sweep(base, scenarios, dependence, certain, possible, np.zeros(len(scenarios), dtype=np.int64))


def sweep(base: Scores, scenarios: Scenarios) -> Sweep:
    """All scenarios.

    Args:
        base: the bodies as the rulebook scores them, ranked among each other.
        scenarios: the weights.
    """
    made = prepare(base, scenarios)
    for block in made.blocks:
        made.run(block)
    return made


def measures(points: NDArray[Any]) -> Measures:
    """Mean, population standard deviation, least and most of some totals (at least one)."""
    size = len(points)
    most = max(int(points.max(initial=0)), -int(points.min(initial=0)))
    wide: NDArray[Any] = points.astype(np.int64 if most * most * size < 2**63 else object)
    total, squares = int(wide.sum()), int((wide * wide).sum())
    variance = Fraction(size * squares - total * total, size * size)
    return Measures(Fraction(total, size), root(variance), int(points.min()), int(points.max()))


def _kind(program: Program, scenarios: Scenarios) -> type[np.int32] | type[np.int64]:
    """A type that holds all items' points together, whatever a scenario makes of them."""
    most = dict(
        zip((weight.path for weight in scenarios.weights), scenarios.values.max(axis=0, initial=0), strict=True)
    )
    bound = sum(max(node.maximum, int(most.get(node.same_as, 0))) for node in program.leaves)
    return np.int32 if bound + sum(node.undisclosed for node in program.nodes.values()) < 2**31 else np.int64


def _given_everywhere(scores: Scores) -> set[str]:
    return {leaf.path for leaf in scores.program.leaves if not leaf.is_shared and scores.run.given(leaf.path).all()}


@frozen(eq=False)
class _Tree:
    """The tree of own points over a block of scenarios; only what the weights reach is added up."""

    base: Scores
    scenarios: Scenarios
    dependence: Dependence
    values: PointTable
    outcomes: dict[str, tuple[Bools, Bools]] = field(factory=dict)
    points: dict[str, tuple[PointTable, PointTable]] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        for stage in self.dependence.stages:
            self._settle(stage)

    def total(self) -> tuple[PointTable, PointTable]:
        """Certain and possible points of 全体 (別枠 left out)."""
        return _added([self.own(grant.path) for grant in total_grants(self.base.program)])

    def weight(self, node: Node, *, is_cap: bool, declared: int) -> PointTable:
        """The points (or the 上限) of a node, by scenario."""
        column = self.scenarios.places.get((node.same_as, is_cap))
        if column is not None:
            return self.values[:, column : column + 1]
        return np.full((1, 1), declared, dtype=np.int32)

    def own(self, path: str) -> tuple[PointTable, PointTable]:
        """Certain and possible points of a node before any choice above it; the same array where they are equal."""
        if path not in self.points:
            self.points[path] = self._own(self.base.program.nodes[path])
        return self.points[path]

    def _own(self, node: Node) -> tuple[PointTable, PointTable]:
        if node.path not in self.dependence.touched:
            certain, possible = (column[np.newaxis].astype(np.int32) for column in self.base.own(node.path))
            return (certain, certain) if np.array_equal(certain, possible) else (certain, possible)
        if node.is_leaf:
            have, may_have = self.outcome(node.same_as)
            weight = self.weight(node, is_cap=False, declared=node.maximum)
            sure = np.asarray(have * weight)
            return (sure, sure) if np.array_equal(have, may_have) else (sure, np.asarray(may_have * weight))
        parts = [self.own(child) for child in node.children]
        if node.undisclosed:
            parts.append(_hidden(node.undisclosed))
        if node.mode is Mode.ANY_ONE:
            return _greatest(parts)
        total = _added(parts)
        if node.cap is None:
            return total
        cap = self.weight(node, is_cap=True, declared=node.cap)
        low, high = (np.minimum(points, cap) for points in total)
        return (low, low) if total[0] is total[1] else (low, high)

    def _sum(self, value: ScoreValue) -> tuple[PointTable, PointTable]:
        parts = [self.own(path) for path in value.paths]
        return _added([*parts, _hidden(value.undisclosed)] if value.undisclosed else parts)

    def outcome(self, path: str) -> tuple[Bools, Bools]:
        """Whether an item's condition is met, scenarios × bodies."""
        if path not in self.outcomes:
            truth = self.base.run.outcome(path)
            self.outcomes[path] = truth.certain[np.newaxis], truth.possible[np.newaxis]
        return self.outcomes[path]

    def _settle(self, stage: Stage) -> None:
        """Run the items of a stage for each scenario."""
        size, bodies = len(self.values), len(self.base.bodies)
        sums = {column: self._sum(value) for column, value in stage.scores.items()}
        read = {column: self.outcome(path) for column, path in stage.outcomes.items()}
        found = {path: (np.empty((size, bodies), dtype=np.bool_), np.empty((size, bodies), dtype=np.bool_))
                 for path in stage.leaves}  # fmt: skip
        for number in range(size):
            facts = self.base.run.facts
            numbers, answers = dict(facts.numbers), dict(facts.answers)
            for column, (certain, possible) in sums.items():
                low, high = (_row(points, number, bodies) for points in (certain, possible))
                numbers[column] = from_integers(low.astype(np.int64), np.asarray(low == high))
            for column, (sure, may) in read.items():
                answers[column] = Truth(_row(sure, number, bodies), _row(may, number, bodies))
            done = run(stage.evaluator, evolve(facts, numbers=numbers, answers=answers, points={}))
            for path, (sure, may) in found.items():
                truth = done.outcome(path)
                sure[number], may[number] = truth.certain, truth.possible
        self.outcomes.update(found)


@frozen(eq=False)
class _Maxima:
    """The maxima that the weights of a block lead to."""

    program: Program
    tree: _Tree

    def total(self) -> NDArray[np.int64]:
        """満点 by scenario."""
        maxima = [self._of(grant) for grant in total_grants(self.program)]
        return np.broadcast_to(sum(maxima, np.zeros((1, 1), dtype=np.int64)), (len(self.tree.values), 1))[:, 0]

    def _of(self, node: Node) -> NDArray[np.int64]:
        if node.path not in self.tree.dependence.touched:
            return np.full((1, 1), node.maximum, dtype=np.int64)
        if node.is_leaf:
            return self.tree.weight(node, is_cap=False, declared=node.maximum).astype(np.int64)
        parts = [self._of(self.program.nodes[child]) for child in node.children]
        parts += [np.full((1, 1), node.undisclosed, dtype=np.int64)] if node.undisclosed else []
        if node.mode is Mode.ANY_ONE:
            return _fold_maximum(parts)
        total = np.asarray(sum(parts))
        return total if node.cap is None else np.minimum(total, self.tree.weight(node, is_cap=True, declared=node.cap))


def _row(columns: NDArray[Any], number: int, bodies: int) -> NDArray[Any]:
    """The row of a scenario, as long as there are bodies."""
    row = columns[number] if len(columns) > 1 else columns[0]
    return np.broadcast_to(row, (bodies,))


def _fold_maximum(parts: list[NDArray[Any]]) -> NDArray[Any]:
    most = parts[0]
    for part in parts[1:]:
        most = np.maximum(most, part)
    return most


def _hidden(undisclosed: int) -> tuple[PointTable, PointTable]:
    """未公表 points: possible, and never certain."""
    zero = np.zeros((1, 1), dtype=np.int32)
    return zero, zero + np.int32(undisclosed)


def _added(parts: list[tuple[PointTable, PointTable]]) -> tuple[PointTable, PointTable]:
    zero = np.zeros((1, 1), dtype=np.int32)
    certain = sum((low for low, _ in parts), zero)
    if all(low is high for low, high in parts):
        return certain, certain
    return certain, sum((high for _, high in parts), zero)


def _greatest(parts: list[tuple[PointTable, PointTable]]) -> tuple[PointTable, PointTable]:
    certain = _fold_maximum([low for low, _ in parts])
    if all(low is high for low, high in parts):
        return certain, certain
    return certain, _fold_maximum([high for _, high in parts])
