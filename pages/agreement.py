"""The evaluator in JavaScript held to haiten's, on random sheets of one rulebook."""

import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final

from haiten.backends.javascript.kept_ranks import KeptRanks, RankedBy
from haiten.backends.javascript.node import BodiesForNode, score_by_node
from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import NumberColumn, schema_of
from haiten.compiler.program.program import Program
from haiten.compiler.proofs.sheets import Sheet
from haiten.pages.kept import kept_ranks
from haiten.pages.known import known_of_body
from haiten.scoring.cutoffs.cutoffs import stored_of
from haiten.scoring.explaining.explain import Trace
from haiten.scoring.explaining.reasons import reason_json
from haiten.scoring.facts.facts import facts_from
from haiten.scoring.one.one_score import OneScore
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.run import Stored

_POPULATION: Final = 40  # that places the others


@frozen
class Agreement:
    """How many sheets came out alike.

    Attributes:
        sheets: how many were tried; ``nodes`` how many figures of points, verdicts and reasons were compared in all.
        differing: what differs, of some of the sheets that do; ``agreed`` how many sheets do not.
    """

    sheets: int
    agreed: int
    nodes: int
    differing: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether all came out alike."""
        return self.agreed == self.sheets

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {"sheets": self.sheets, "agreed": self.agreed, "nodes": self.nodes, "differing": list(self.differing)}


def agreement_of(rulebook: Rulebook, stored: Stored | None, count: int, seed: int = 0) -> Agreement:
    """Score random sheets by both evaluators: half placed by cut-offs, half ranked alone.

    Args:
        rulebook: the rules of the page.
        stored: the cut-offs of the page; where it has none, those of a random population.
        count: how many sheets.
        seed: of the random numbers; the same one gives the same sheets.

    Raises:
        NodeMissingError: there is no Node, or it fails.
    """
    draw = random.Random(seed)
    program = rulebook.program
    if stored is None:
        population = [random_sheet(program, draw) for _ in range(_POPULATION)]
        stored = stored_of(rulebook.score_checked(facts_from(program, population)))
    facts = [facts_from(program, [random_sheet(program, draw)]) for _ in range(count)]
    half = (count + 1) // 2
    ways = ((kept_ranks(stored), stored, facts[:half]), (KeptRanks(RankedBy.ALONE), None, facts[half:]))
    batches = [BodiesForNode(rulebook.evaluator, kept, list(map(known_of_body, each))) for kept, _, each in ways]
    agreed, nodes, differing = 0, 0, list[str]()
    for (_, placed_by, each), results in zip(ways, score_by_node(batches), strict=True):
        one = rulebook.one(placed_by)
        for number, (of_body, result) in enumerate(zip(each, results, strict=True)):
            found = list(differences_of(one.score(of_body), result))
            agreed += not found
            nodes += len(program.nodes)
            differing += [f"{number + 1}: {line}" for line in found[:2]]
    return Agreement(count, agreed, nodes, tuple(differing[:10]))


def differences_of(score: OneScore, result: dict[str, Any]) -> Iterator[str]:
    """Where what Node said of a body is not what haiten says."""
    program = score.program
    for (path, node), told in zip(program.nodes.items(), result["nodes"], strict=True):
        own, counted = score.ranges(path)
        wanted: list[Any] = [own.certain, own.possible, counted.certain, counted.possible, score.cut(path)]
        if node.is_leaf:
            wanted += [score.verdict(path).value, score.outcome_given(path)]
        if told != wanted:
            yield f"{path}: {told} ではなく {wanted}"
    pending: list[Trace] = list(score.explain())
    while pending:
        trace = pending.pop()
        pending += trace.children
        if trace.reason is not None and result["reasons"][trace.path] != reason_json(trace.reason):
            yield f"{trace.path}: 理由が違います"


def random_sheet(program: Program, draw: random.Random) -> Sheet:
    """What a body may say: few or many unknown cells, numbers small, at their limits, or anything between."""
    unknown = draw.choice([0.0, 0.1, 0.5])
    schema = schema_of(program)
    written = [leaf.path for leaf in program.leaves if not leaf.is_shared]
    yes_no = [path for path in written if program.nodes[path].answered]
    yes_no += [name for name, fact in program.facts.items() if fact.is_yes_no]
    told = draw.choice([0.0, 0.0, 0.1])
    return Sheet(
        {
            name: None if draw.random() < unknown else _random_number(column, draw)
            for name, column in schema.numbers.items()
        },
        {path: None if draw.random() < unknown else draw.random() < 0.6 for path in yes_no},
        {path: draw.random() < 0.5 for path in written if draw.random() < told},
    )


def _random_number(column: NumberColumn, draw: random.Random) -> Fraction:
    scale, fact = 10**column.decimals, column.fact
    low = fact.low if fact is not None and fact.low is not None else Fraction(-20 if fact is not None else 0)
    high = fact.high if fact is not None and fact.high is not None else low + draw.choice([3, 100, 10**6, 10**14])
    least, most = int(low * scale), int(high * scale)
    return Fraction(draw.choice([least, most, draw.randint(least, most), min(least + draw.randint(0, 5), most)]), scale)
