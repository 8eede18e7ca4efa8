"""zen-engine: a JDM graph of expression nodes, generated, evaluated for a batch of bodies.

A decision sees one body, so that ranks among bodies cannot be said in JDM: places and N are handed in ready-made, and
the time to make them is not counted. The rank of the body's own score needs a second batch, which is counted.
"""

import json
from itertools import pairwise
from typing import Any, assert_never

import numpy as np
import zen

from haiten.benchmarks.population import BenchPopulation
from haiten.benchmarks.rivals import AgreedPoints, Work
from haiten.benchmarks.rules import Asked, Choice, Leaf, Positive, Rules, ShareStep


def _graph(*stages: dict[str, str]) -> dict[str, Any]:
    """Expression nodes in a row; each passes on what it was given."""
    nodes: list[dict[str, Any]] = [{"id": "in", "name": "in", "type": "inputNode"}]
    for number, stage in enumerate(stages):
        last = number == len(stages) - 1
        expressions = [{"id": key, "key": key, "value": value} for key, value in stage.items()]
        content = {"expressions": expressions, "passThrough": not last}
        nodes.append({"id": f"s{number}", "name": f"s{number}", "type": "expressionNode", "content": content})
    nodes.append({"id": "out", "name": "out", "type": "outputNode"})
    edges = [
        {"id": f"e{i}", "type": "edge", "sourceId": a["id"], "targetId": b["id"]}
        for i, (a, b) in enumerate(pairwise(nodes))
    ]
    return {"nodes": nodes, "edges": edges}


def _sum(prefix: str, leaves: tuple[int, ...]) -> str:
    return " + ".join(f"{prefix}{i}" for i in leaves)


def graphs_of(rules: Rules) -> dict[str, dict[str, Any]]:
    """Two decisions: ``main`` for all but the rank of the own score, ``late`` for that and the totals."""
    chosen = {i for choice in rules.choices for child in choice.children for i in child}
    first = [i for i, leaf in enumerate(rules.leaves) if leaf.same_as is None and i not in rules.late]
    own = {f"o{i}": _points(rules, rules.leaves[i]) for i in first if i in chosen}
    wins: dict[str, str] = {}
    counted: dict[str, str] = {}
    for k, choice in enumerate(rules.choices):
        own |= {f"u{k}_{c}": _sum("o", child) for c, child in enumerate(choice.children)}
        wins |= {f"w{k}_{c}": _wins(k, c, choice) for c in range(len(choice.children))}
        counted |= {f"p{i}": f"w{k}_{c} ? o{i} : 0" for c, child in enumerate(choice.children) for i in child}
    last = {f"p{i}": counted.get(f"p{i}") or _points(rules, rules.leaves[i]) for i in first}
    own = {key: _within_node(value) for key, value in own.items()}
    repeated = {leaf.same_as: i for i, leaf in enumerate(rules.leaves) if leaf.same_as is not None}
    last |= {f"p{i}": last[f"p{same_as}"] for same_as, i in repeated.items()}
    last["score"] = _within_node(_sum("p", rules.scored))
    for g, grant in enumerate(rules.grants):
        last[f"g{g}"] = _within_node(_sum("p", tuple(i for i in grant if i not in rules.late)))
    late = {f"p{i}": _points(rules, rules.leaves[i]) for i in sorted(rules.late)}
    for g, grant in enumerate(rules.grants):
        late[f"t{g}"] = " + ".join([f"g{g}", *(f"$.p{i}" for i in grant if i in rules.late)])
    late["total"] = " + ".join(f"$.t{g}" for g in range(len(rules.grants)))
    return {"main": _graph(own, wins, last), "late": _graph(late)}


def _within_node(expression: str) -> str:
    """Sums of what the same node computed: such names need a ``$``."""
    words = expression.split(" + ")
    return (
        " + ".join(f"$.{word}" for word in words)
        if all(w[:1] in "op" and w[1:].isdigit() for w in words)
        else expression
    )


def _points(rules: Rules, leaf: Leaf) -> str:
    match leaf.test:
        case Asked(column):
            test = f"a{rules.answers.index(column)}"
        case Positive(column):
            test = f"n{rules.numbers.index(column)} > 0"
        case ShareStep() as step:
            reached = f"r{step.order} * {step.den} <= m{step.order} * {step.num}"
            test = reached if rules.orders[step.order].among is None else f"r{step.order} > 0 and {reached}"
        case _:
            assert_never(leaf.test)
    return f"{test} ? {leaf.points} : 0"


def _wins(k: int, child: int, choice: Choice) -> str:
    def place(c: int) -> tuple[str, str]:
        order = choice.orders[c]
        return ("2", "1") if order is None else (f"r{order}", f"m{order}")

    (mine, my_size), parts = place(child), []
    for other in range(len(choice.children)):
        if other != child:
            theirs, their_size = place(other)
            sign = "<=" if child < other else "<"
            ahead = f"{mine} * {their_size} {sign} {theirs} * {my_size}"
            parts.append(f"(u{k}_{child} > u{k}_{other} or (u{k}_{child} == u{k}_{other} and {ahead}))")
    return " and ".join(parts)


class Zen:
    """An engine that holds both decisions, compiled."""

    def __init__(self, work: Work) -> None:
        content = {key: zen.ZenDecisionContent(json.dumps(graph)) for key, graph in graphs_of(work.rules).items()}
        self.rules = work.rules
        self.engine = zen.ZenEngine({"loader": content.__getitem__})

    def load(self, population: BenchPopulation) -> list[dict[str, Any]]:
        """A request per body: answers, numbers, and the places that JDM cannot compute."""
        rules = self.rules
        columns: dict[str, list[Any]] = {
            f"a{i}": population.answers[column].tolist() for i, column in enumerate(rules.answers)
        }
        columns |= {f"n{i}": population.numbers[column].tolist() for i, column in enumerate(rules.numbers)}
        for i, order in enumerate(rules.orders):
            if order.value is not None:
                places, size = _places(population, rules, i)
                columns |= {f"r{i}": places.tolist(), f"m{i}": [size] * population.size}
        rows = zip(*columns.values(), strict=True)
        return [{"key": "main", "context": dict(zip(columns, row, strict=True))} for row in rows]

    def run(self, inputs: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Evaluate both batches."""
        first = _evaluate(self.engine, inputs)
        scores = np.array([result["score"] for result in first])
        number = next(i for i, order in enumerate(self.rules.orders) if order.value is None)
        places = (len(scores) - np.searchsorted(np.sort(scores), scores, side="right") + 1).tolist()
        grants = [f"g{g}" for g in range(len(self.rules.grants))]
        late = [
            {"key": "late", "context": {f"r{number}": place, f"m{number}": len(scores)} | {g: r[g] for g in grants}}
            for place, r in zip(places, first, strict=True)
        ]
        return first, _evaluate(self.engine, late)

    def points(self, result: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> AgreedPoints:
        """The answers as columns."""
        both = [main | late for main, late in zip(*result, strict=True)]
        leaves = [[row[f"p{i}"] for row in both] for i in range(len(self.rules.leaves))]
        names = [*(f"t{g}" for g in range(len(self.rules.grants))), "total"]
        return AgreedPoints(
            np.array(leaves, dtype=np.int8), np.array([[row[n] for row in both] for n in names], dtype=np.int32)
        )


def _evaluate(engine: Any, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    answers = engine.evaluate_batch(requests)
    for answer in answers:
        if not answer["success"]:
            raise RuntimeError(str(answer["error"]))
    return [answer["data"]["result"] for answer in answers]


def _places(population: BenchPopulation, rules: Rules, number: int) -> tuple[Any, int]:
    """Places by an order, 0 for who is not ranked, and N."""
    order, numbers = rules.orders[number], population.numbers
    assert order.value is not None
    values: Any = numbers[order.value.left]
    if order.value.operator:
        right = numbers[order.value.right]
        values = values - right if order.value.operator == "-" else values / right
    member = np.ones(population.size, dtype=np.bool_) if order.among is None else numbers[order.among] > 0
    ranked = np.sort(values[member])
    before = np.searchsorted(ranked, values, side="left" if order.lower_is_better else "right")
    places = (before if order.lower_is_better else len(ranked) - before) + 1
    return np.where(member, places, 0), len(ranked)
