"""The schedule of an evaluator as functions over one body's numbers, made once."""

from collections.abc import Iterator
from typing import assert_never

from haiten.compiler.evaluator import steps as s
from haiten.compiler.evaluator.emit import Evaluator
from haiten.compiler.evaluator.schedule import AnswerColumns, Leaves, PlainSums, Rankings, Scheduled
from haiten.compiler.evaluator.steps import Slot
from haiten.compiler.late import dense
from haiten.compiler.program.program import Node
from haiten.compiler.syntax.rulebook import Mode
from haiten.scoring.one import totals, values
from haiten.scoring.one.ranges import INVERTED, UNKNOWN, YES
from haiten.scoring.one.rankings import OneRanking
from haiten.scoring.one.workings import KnownFacts, OneStep, Workings
from haiten.scoring.running.run import Stored


@dense(eq=False)
class OnePlan:
    """What to do for a body, in order.

    Attributes:
        rankings: by slot.
        contests: of each node below いずれか, every いずれか above it with the place of the child that leads to it.
        leaves: with the slots of their outcomes, in the order of the document; ``contested`` those below いずれか.
        is_placed: bodies are placed by what was kept of the nation.
    """

    evaluator: Evaluator
    runs: tuple[OneStep, ...]
    rankings: dict[Slot, OneRanking]
    contests: dict[str, tuple[tuple[str, int], ...]]
    leaves: tuple[tuple[str, Slot], ...]
    contested: tuple[str, ...]
    is_placed: bool

    def work(self, facts: KnownFacts) -> Workings:
        """Carry out the steps for a body."""
        size = self.evaluator.size
        work = Workings(self.evaluator, facts, [UNKNOWN] * size, [None] * size)
        for run in self.runs:
            run(work)
        return work


def make_plan(evaluator: Evaluator, stored: Stored | None) -> OnePlan:
    """Make the plan of an evaluator: each step of its schedule is looked at once.

    Args:
        evaluator: the program, made ready to run.
        stored: what an earlier run left behind, to place the body by; without it the body is ranked alone.
    """
    planner = _Planner(evaluator, stored or Stored(), {})
    runs = tuple(run for step in evaluator.schedule.steps for run in planner.runs(step))
    nodes = evaluator.program.nodes
    contests = {path: tuple(_contests(nodes, node)) for path, node in nodes.items()}
    return OnePlan(
        evaluator,
        runs,
        planner.rankings,
        {path: found for path, found in contests.items() if found},
        tuple((leaf, evaluator.outcomes[leaf]) for leaf in evaluator.leaves),
        tuple(leaf for leaf in evaluator.leaves if contests[leaf]),
        stored is not None,
    )


def _contests(nodes: dict[str, Node], node: Node) -> Iterator[tuple[str, int]]:
    while node.parent is not None:
        above = nodes[node.parent]
        if above.mode is Mode.ANY_ONE:
            yield above.path, above.children.index(node.path)
        node = above


@dense(eq=False)
class _Planner:
    evaluator: Evaluator
    stored: Stored
    rankings: dict[Slot, OneRanking]

    def runs(self, step: Scheduled) -> Iterator[OneStep]:
        match step:
            case s.LoadNumber():
                yield values.load(step)
            case s.Total():
                yield totals.total(self.evaluator, step, self.rankings)
            case AnswerColumns():
                yield _load(step)
            case Rankings():
                for ranking in step.each:
                    stored = self.stored.rankings.get(ranking.rank.out)
                    self.rankings[ranking.rank.out] = one = OneRanking(ranking, stored)
                    yield one.reach()
            case Leaves():
                yield totals.leaves(self.evaluator, step.each)
            case PlainSums():
                yield totals.plain_sums(self.evaluator, step)
            case s.LoadConstant(out, value):
                yield values.constant(out, values.exact(value))
            case s.PointsValue():
                yield totals.points_value(self.evaluator, step)
            case s.Add():
                yield values.add(step)
            case s.Multiply():
                yield values.multiply(step)
            case s.PlaceNumber():
                yield _place(step, self.rankings[step.ranking])
            case s.Extreme():
                yield values.extreme(step)
            case s.Round():
                yield values.rounded(step)
            case s.Summarise(out, value):
                kept = self.stored.statistics
                yield values.constant(out, values.exact(kept[out])) if out in kept else values.same(out, value)
            case s.Classify():
                yield values.classify(step)
            case s.ComparisonStep():
                yield values.compare(step)
            case s.IsClass():
                yield values.is_class(step)
            case s.Count():
                yield values.count(step)
            case s.Combine():
                yield _combine(step)
            case s.Invert():
                yield _invert(step)
            case s.LoadAnswer() | s.Rank() | s.WithinStep():
                raise AssertionError(step)  # scheduled with others of its kind
            case _:
                assert_never(step)


def _load(answers: AnswerColumns) -> OneStep:
    wanted = tuple((answer.out, answer.column) for answer in answers.each)

    def run(work: Workings) -> None:
        truths, known = work.truths, work.facts.answers.get
        for out, column in wanted:
            truths[out] = known(column, UNKNOWN)

    return run


def _combine(step: s.Combine) -> OneStep:
    out, first, rest, every = step.out, step.parts[0], step.parts[1:], step.every

    def run(work: Workings) -> None:
        truths = work.truths
        together = truths[first]
        for part in rest:
            together = together & truths[part] if every else together | truths[part]
        truths[out] = together

    return run


def _invert(step: s.Invert) -> OneStep:
    out, part = step.out, step.part

    def run(work: Workings) -> None:
        work.truths[out] = INVERTED[work.truths[part]]

    return run


def _place(step: s.PlaceNumber, ranking: OneRanking) -> OneStep:
    """A ranking's place; cut-offs alone tell who is within a step, not where a body stands."""
    out, slot, is_told = step.out, step.ranking, ranking.tells_places

    def run(work: Workings) -> None:
        ranked = is_told and work.truths[slot] == YES
        work.values[out] = (ranking.better(work) + 1, 1) if ranked else None

    return run
