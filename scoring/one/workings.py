"""What is known of one body, and what its steps have come to so far."""

from collections.abc import Callable

from attrs import field

from haiten.compiler.evaluator.emit import Evaluator
from haiten.compiler.evaluator.steps import Slot
from haiten.compiler.late import dense
from haiten.scoring.facts.facts import Body
from haiten.scoring.one.ranges import OneRange, OneTruth

Exact = tuple[int, int]  # numerator, and a denominator above 0


@dense(eq=False)
class KnownFacts:
    """All that is known about one body; what is absent is unknown.

    Attributes:
        numbers, answers, outcomes, points: as in ``Facts``; outcomes and points are those that are given.
    """

    body: Body
    numbers: dict[str, Exact]
    answers: dict[str, OneTruth]
    outcomes: dict[str, OneTruth]
    points: dict[str, int]


@dense(eq=False)
class Workings:
    """What the steps came to.

    Attributes:
        truths: by slot, of conditions and outcomes; of a ranking whether the body has a rank in it.
        values: by slot; None where unknown.
        classes: the body's class by slot, below 0 where there is none.
        points: own points of nodes above leaves, by path; of leaves only where points were given.
        cuts: what 上限 took off the certain points, by path.
        choices: whether each child of いずれか counts, by path.
    """

    evaluator: Evaluator
    facts: KnownFacts
    truths: list[OneTruth]
    values: list[Exact | None]
    classes: dict[Slot, int] = field(factory=dict)
    points: dict[str, OneRange] = field(factory=dict)
    cuts: dict[str, int] = field(factory=dict)
    choices: dict[str, tuple[OneTruth, ...]] = field(factory=dict)

    def own(self, path: str) -> OneRange:
        """A node's points before any choice above it."""
        points = self.points.get(path)
        if points is not None:
            return points
        return self.truths[self.evaluator.outcomes[path]] * self.evaluator.program.nodes[path].maximum


OneStep = Callable[[Workings], None]
