"""Plain Python, generated: one straight-line function per body, and sorted lists for the ranks."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from math import inf
from typing import Any, assert_never

import numpy as np
from attrs import frozen

from haiten.benchmarks.population import BenchPopulation
from haiten.benchmarks.rivals import AgreedPoints, Work
from haiten.benchmarks.rules import Asked, BodyOrder, Choice, Leaf, Positive, Rules, ShareStep

BodyRow = tuple[tuple[bool, ...], tuple[int, ...]]


def generate(rules: Rules) -> str:
    """The source of two functions: ``values`` (what is ranked) and ``points`` of a body; cuts come from outside."""
    names = {column: f"n{i}" for i, column in enumerate(rules.numbers)}
    asked = {column: f"a{i}" for i, column in enumerate(rules.answers)}
    ranked = [i for i, order in enumerate(rules.orders) if order.value is not None]
    unpack = f"    {', '.join(names.values())}, = numbers"
    lines = ["def values(numbers):", unpack, f"    return ({' '.join(_value(rules.orders[i], names) for i in ranked)})"]
    cuts = [f"c{i}" for i, leaf in enumerate(rules.leaves) if _is_cut(rules, i, leaf)]
    lines += ["", "def points(answers, numbers, values, cuts, places):"]
    lines += [f"    {', '.join(asked.values())}, = answers", unpack]
    lines += [f"    {', '.join(f'v{i}' for i in ranked)}, = values", f"    {', '.join(cuts)}, = cuts"]
    late, again = rules.late, []
    for i, leaf in enumerate(rules.leaves):
        if i in late:
            lines.append(f"    p{i} = 0")
        elif leaf.same_as is not None:
            again.append(f"    p{i} = p{leaf.same_as}")
        else:
            lines.append(f"    p{i} = {leaf.points} if {_test(rules, i, leaf, names, asked)} else 0")
    for choice in rules.choices:
        lines += _choose(choice)
    lines += [*again, f"    return {_sum(rules.scored)}, [{', '.join(f'p{i}' for i in range(len(rules.leaves)))}]", ""]
    return "\n".join(lines)


def _is_cut(rules: Rules, i: int, leaf: Leaf) -> bool:
    return isinstance(leaf.test, ShareStep) and leaf.same_as is None and i not in rules.late


def _value(order: BodyOrder, names: dict[str, str]) -> str:
    value = order.value
    assert value is not None
    amount = names[value.left] + (f" {value.operator} {names[value.right]}" if value.operator else "")
    return f"{amount}," if order.among is None else f"{amount} if {names[order.among]} > 0 else None,"


def _test(rules: Rules, i: int, leaf: Leaf, names: dict[str, str], asked: dict[str, str]) -> str:
    match leaf.test:
        case Asked(column):
            return asked[column]
        case Positive(column):
            return f"{names[column]} > 0"
        case ShareStep(number):
            order = rules.orders[number]
            reached = f"v{number} {'<=' if order.lower_is_better else '>='} c{i}"
            return reached if order.among is None else f"v{number} is not None and {reached}"
        case _:
            assert_never(leaf.test)


def _choose(choice: Choice) -> list[str]:
    sums = ", ".join(_sum(child) for child in choice.children)
    values = ", ".join("None" if order is None else f"v{order}" for order in choice.orders)
    lines = [f"    winner = places(({sums}), ({values}), {choice.orders})"]
    for number, child in enumerate(choice.children):
        lines += [f"    if winner != {number}:", f"        {' = '.join(f'p{i}' for i in child)} = 0"]
    return lines


def _sum(leaves: tuple[int, ...]) -> str:
    return " + ".join(f"p{i}" for i in leaves)


@frozen(eq=False)
class _Order:
    """Ranked values, ascending."""

    ranked: list[Any]
    lower_is_better: bool

    def cut(self, step: ShareStep) -> Any:
        """The worst value within a step; one that nobody reaches where no body is within."""
        inside = len(self.ranked) * step.num // step.den
        if not inside:
            return -inf if self.lower_is_better else inf
        return self.ranked[inside - 1] if self.lower_is_better else self.ranked[-inside]

    def proportion(self, value: Any) -> float:
        """(1 + better) ÷ N."""
        better = bisect_left(self.ranked, value)
        if not self.lower_is_better:
            better = len(self.ranked) - bisect_right(self.ranked, value)
        return (better + 1) / len(self.ranked)


class PlainPython:
    """The generated functions, and what has to look at all bodies."""

    def __init__(self, work: Work) -> None:
        made: dict[str, Any] = {}
        exec(compile(generate(work.rules), "<generated>", "exec"), made)
        self.rules = work.rules
        self.values: Callable[..., Any] = made["values"]
        self.score: Callable[..., Any] = made["points"]

    def load(self, population: BenchPopulation) -> list[BodyRow]:
        """A pair of tuples per body: its answers and its numbers."""
        answers = [population.answers[column].tolist() for column in self.rules.answers]
        numbers = [population.numbers[column].tolist() for column in self.rules.numbers]
        return list(zip(zip(*answers, strict=True), zip(*numbers, strict=True), strict=True))

    def run(self, inputs: list[BodyRow]) -> tuple[list[list[int]], list[list[int]]]:
        """Points of every leaf, and the totals, a row per body."""
        rules = self.rules
        values = [self.values(numbers) for _, numbers in inputs]
        early = [i for i, order in enumerate(rules.orders) if order.value is not None]
        orders = {}
        for number, column in zip(early, zip(*values, strict=True), strict=True):
            ranked = sorted(value for value in column if value is not None)
            orders[number] = _Order(ranked, rules.orders[number].lower_is_better)

        def places(sums: tuple[int, ...], values: tuple[Any, ...], numbers: tuple[int | None, ...]) -> int:
            most = max(sums)
            if not most or sums.count(most) == 1:
                return sums.index(most)
            best = [
                3.0 if points < most else 2.0 if number is None else orders[number].proportion(value)
                for points, value, number in zip(sums, values, numbers, strict=True)
            ]
            return best.index(min(best))

        cuts = tuple(
            orders[leaf.test.order].cut(leaf.test)
            for i, leaf in enumerate(rules.leaves)
            if isinstance(leaf.test, ShareStep) and _is_cut(rules, i, leaf)
        )
        scored = [
            self.score(answers, numbers, ranked, cuts, places)
            for (answers, numbers), ranked in zip(inputs, values, strict=True)
        ]
        last = _Order(sorted(score for score, _ in scored), False)
        steps = [(i, leaf.points, last.cut(leaf.test)) for i, leaf in self._late()]
        for score, points in scored:
            for i, worth, cut in steps:
                if score >= cut:
                    points[i] = worth
        rows = [points for _, points in scored]
        totals = []
        for points in rows:
            grants = [sum([points[i] for i in grant]) for grant in rules.grants]
            totals.append([*grants, sum(grants)])
        return rows, totals

    def _late(self) -> list[tuple[int, Any]]:
        return [(i, self.rules.leaves[i]) for i in sorted(self.rules.late)]

    def points(self, result: tuple[list[list[int]], list[list[int]]]) -> AgreedPoints:
        """The rows as columns."""
        rows, totals = result
        return AgreedPoints(np.array(rows, dtype=np.int8).T, np.array(totals, dtype=np.int32).T)
