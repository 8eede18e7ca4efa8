"""What a performance-minded engineer writes for this one rulebook: no unknowns, no traces, no exactness beyond need.

One sort per ranked value; a step is a comparison with the value at its boundary, so that ties need no care; places are
looked up only for the few bodies whose いずれか is a tie. Quotients are floats: terms below 2**26 do not collide.
"""

from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from haiten.benchmarks.population import BenchPopulation
from haiten.benchmarks.rivals import AgreedPoints, Work
from haiten.benchmarks.rules import Asked, Choice, Leaf, Positive, Rules, ShareStep

ColumnArray = NDArray[Any]  # int64, or float64 for quotients


LeafSteps = list[tuple[int, Leaf, ShareStep]]


class NumpyKernel:
    """The kernel, driven by the tables of the rules; ``steps`` holds the leaves that read each order."""

    def __init__(self, work: Work) -> None:
        self.rules = work.rules
        self.steps = [work.rules.steps(number) for number in range(len(work.rules.orders))]

    def load(self, population: BenchPopulation) -> BenchPopulation:
        """The arrays as they are."""
        return population

    def run(self, inputs: BenchPopulation) -> AgreedPoints:
        """Points of every leaf as int8, and the totals."""
        return _Kernel(self.rules, self.steps, inputs).run()

    def points(self, result: AgreedPoints) -> AgreedPoints:
        """The result is what is compared."""
        return result


@frozen(eq=False)
class _Kernel:
    rules: Rules
    steps: list[LeafSteps]
    population: BenchPopulation
    # By order, for those that decide in いずれか: values, and the same sorted.
    kept: dict[int, tuple[ColumnArray, ColumnArray]] = field(factory=dict)

    def run(self) -> AgreedPoints:
        rules, population = self.rules, self.population
        deciding = {order for choice in rules.choices for order in choice.orders}
        points = np.empty((len(rules.leaves), population.size), dtype=np.int8)
        for i, leaf in enumerate(rules.leaves):
            if leaf.same_as is None and isinstance(leaf.test, Asked):
                np.multiply(population.answers[leaf.test.column].view(np.int8), np.int8(leaf.points), out=points[i])
            elif leaf.same_as is None and isinstance(leaf.test, Positive):
                np.multiply(population.numbers[leaf.test.column] > 0, np.int8(leaf.points), out=points[i])
        for number, order in enumerate(rules.orders):
            if order.value is not None:
                self._rank(points, number, self._values(number), keep=number in deciding)
        for choice in rules.choices:
            self._choose(points, choice)
        for i, leaf in enumerate(rules.leaves):
            if leaf.same_as is not None and i not in rules.late:
                points[i] = points[leaf.same_as]
        for number, order in enumerate(rules.orders):
            if order.value is None:
                self._rank(points, number, _sum(points, rules.scored).astype(np.int64), keep=False)
        totals = [_sum(points, grant) for grant in rules.grants]
        return AgreedPoints(points, np.array([*totals, np.sum(totals, axis=0)], dtype=np.int32))

    def _values(self, number: int) -> ColumnArray:
        value, numbers = self.rules.orders[number].value, self.population.numbers
        assert value is not None
        match value.operator:
            case "-":
                return np.subtract(numbers[value.left], numbers[value.right])
            case "/":
                return np.divide(numbers[value.left], numbers[value.right])
            case _:
                return numbers[value.left]

    def _rank(self, points: NDArray[np.int8], number: int, values: ColumnArray, keep: bool) -> None:
        order = self.rules.orders[number]
        member = None if order.among is None else self.population.numbers[order.among] > 0
        ranked = np.sort(values if member is None else values[member])
        if keep:
            self.kept[number] = values, ranked
        for i, leaf, step in self.steps[number]:
            inside = len(ranked) * step.num // step.den
            if inside == 0:
                points[i] = 0
                continue
            reached = values <= ranked[inside - 1] if order.lower_is_better else values >= ranked[-inside]
            if member is not None:
                reached &= member
            np.multiply(reached.view(np.int8), np.int8(leaf.points), out=points[i])

    def _choose(self, points: NDArray[np.int8], choice: Choice) -> None:
        sums = np.array([points[list(child)].sum(axis=0, dtype=np.int8) for child in choice.children])
        most = sums.max(axis=0)
        winner = sums.argmax(axis=0).astype(np.int8)
        tied = np.flatnonzero(((sums == most).sum(axis=0, dtype=np.int8) > 1) & (most > 0))
        if len(tied):
            places = [self._proportion(order, tied) for order in choice.orders]
            places = [np.where(s[tied] == most[tied], place, 3.0) for s, place in zip(sums, places, strict=True)]
            winner[tied] = np.argmin(places, axis=0)
        for number, child in enumerate(choice.children):
            wins = (winner == number).view(np.int8)
            for i in child:
                points[i] *= wins

    def _proportion(self, number: int | None, bodies: NDArray[np.intp]) -> NDArray[np.float64]:
        """(1 + better) ÷ N of some bodies, rounded once; quotients of numbers of bodies do not collide."""
        if number is None:
            return np.full(len(bodies), 2.0)
        values, ranked = self.kept[number]
        lower = self.rules.orders[number].lower_is_better
        before = np.searchsorted(ranked, values[bodies], side="left" if lower else "right")
        return np.asarray((before if lower else len(ranked) - before) + 1) / len(ranked)


def _sum(points: NDArray[np.int8], leaves: tuple[int, ...]) -> NDArray[np.int16]:
    """The sum of some rows, without a copy of them."""
    total = np.zeros(points.shape[1], dtype=np.int16)
    for i in leaves:
        total += points[i]
    return total
