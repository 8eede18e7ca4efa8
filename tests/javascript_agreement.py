"""What it means that the evaluator in JavaScript agrees with a run."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from haiten.backends.javascript.kept_ranks import KeptRanks, RankedBy
from haiten.backends.javascript.node import BodiesForNode, score_by_node
from haiten.pages.kept import kept_ranks
from haiten.pages.known import known_of_body
from haiten.scoring.explaining.explain import Trace, explain
from haiten.scoring.explaining.reasons import reason_json
from haiten.scoring.facts.facts import Facts, Truth, truth_of, unknown_numbers
from haiten.scoring.numbers.exact import Ratios
from haiten.scoring.numbers.exact import column as column_of
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.run import Stored
from haiten.scoring.running.scores import Scores


@frozen
class Case:
    """Bodies, each scored for itself: placed by cut-offs, or ranked alone."""

    made: Rulebook
    facts: Sequence[Facts]
    stored: Stored | None = None

    def batch(self) -> BodiesForNode:
        kept = KeptRanks(RankedBy.ALONE) if self.stored is None else kept_ranks(self.stored)
        return BodiesForNode(self.made.evaluator, kept, [known_of_body(each) for each in self.facts])

    def scores(self) -> list[Scores]:
        return [self.made.score(each, self.stored) for each in self.facts]


def differences(cases: Sequence[Case]) -> list[str]:
    """Where Node, called once, says of any node of any body something else than a run does."""
    found = []
    for case, results in zip(cases, score_by_node([case.batch() for case in cases]), strict=True):
        for number, (scores, result) in enumerate(zip(case.scores(), results, strict=True)):
            found += [f"{number} {line}" for line in _differing(scores, result)]
    return found


def body_alone(facts: Facts, body: int) -> Facts:
    """One body of some facts, as the only one."""

    def number(column: Ratios) -> Ratios:
        value = column[body]
        return unknown_numbers(1) if value is None else column_of([value])

    def truth(truths: Truth) -> Truth:
        part = slice(body, body + 1)
        return truth_of(truths.certain[part], truths.possible[part])

    return Facts(
        [facts.bodies[body]],
        {name: number(column) for name, column in facts.numbers.items()},
        {name: truth(each) for name, each in facts.answers.items()},
        {name: truth(each) for name, each in facts.outcomes.items()},
        {name: number(column) for name, column in facts.points.items()},
    )


def _differing(scores: Scores, result: Mapping[str, Any]) -> list[str]:
    found = []
    for (path, node), told in zip(scores.program.nodes.items(), result["nodes"], strict=True):
        own, counted = scores.ranges(path, 0)
        wanted = [own.certain, own.possible, counted.certain, counted.possible, int(scores.cut(path)[0])]
        if node.is_leaf:
            wanted += [scores.verdict(path, 0).value, bool(scores.run.given(path)[0])]
        if told != wanted:
            found.append(f"{path}: {told} instead of {wanted}")
    pending: list[Trace] = list(explain(scores, 0))
    while pending:
        trace = pending.pop()
        pending += trace.children
        if trace.reason is not None:
            reason = reason_json(trace.reason)
            if result["reasons"][trace.path] != reason:
                found.append(f"{trace.path}: {result['reasons'][trace.path]} instead of {reason}")
    return found
