"""Steps → the order in which they run, with alike ones together, so that the machine does many at once.

For few bodies it is the number of steps that costs, not the number of bodies. So all answers are loaded together, the
steps of a ranking are read off together, rankings with equally many steps that do not need each other stand side by
side, and nodes that have equally many leaves are added up together. Each truth has a row in one table; an item's
outcome takes the row of its condition.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import count, groupby
from typing import Final, assert_never

from attrs import field

from haiten.compiler.evaluator import steps as s
from haiten.compiler.evaluator.steps import Slot
from haiten.compiler.late import dense
from haiten.compiler.program.program import Node
from haiten.compiler.program.terms import Within
from haiten.compiler.syntax.rulebook import Mode

_TRUTHS: Final = (s.LoadAnswer, s.ComparisonStep, s.Combine, s.Invert, s.IsClass, s.Count, s.WithinStep)
_MOST: Final = 2**7 - 1


@dense
class AnswerColumns:
    """Columns of answers, to be loaded together."""

    each: tuple[s.LoadAnswer, ...]


@dense
class ScheduledRanking:
    """A ranking, the steps (段) that are read off it, and whether it tells equals apart in いずれか.

    Attributes:
        outs: by step, the truth that a body is within it.
    """

    rank: s.Rank
    steps: tuple[Within, ...]
    outs: tuple[Slot, ...]
    decides: bool

    @property
    def order(self) -> tuple[int, bool]:
        """What rankings are put in order by: how many steps there are, and from which end they count."""
        return len(self.steps), self.rank.lower_is_better


@dense(eq=False)
class Rankings:
    """Rankings with equally many steps, of which none needs another; those of 小さいほど良い come last."""

    each: tuple[ScheduledRanking, ...]


@dense
class Leaves:
    """Outcomes.

    Attributes:
        each: the leaves.
        copied: those whose condition has another row; for the others nothing is left to do unless an outcome is given.
    """

    each: tuple[s.LeafStep, ...]
    copied: tuple[s.LeafStep, ...]


@dense
class Alike:
    """Nodes that add up equally many leaves.

    Attributes:
        totals: the nodes; the leaves of the first begin at row ``first``, those of the next follow, and so on.
        leaves: how many each node has.
        points: of the leaves, by row; ``bounds`` of the nodes, each at most 127.
    """

    totals: tuple[s.Total, ...]
    first: int
    leaves: int
    points: tuple[int, ...]
    bounds: tuple[int, ...]


@dense
class PlainSums:
    """Nodes that add up leaves and nothing else."""

    groups: tuple[Alike, ...]


Scheduled = s.Fill | s.Total | AnswerColumns | Rankings | Leaves | PlainSums


@dense(eq=False)
class Schedule:
    """What to do, in order.

    Attributes:
        steps: each after all that it reads.
        leaves: those that have an outcome of their own, which are not に同じ.
        rows: where each truth stands in the table of truths; ``height`` is the number of its rows. A leaf's outcome and
            its condition have one row, and so have a leaf and another that it is に同じ with.
        has_worthless_nodes: whether an item can be met without a point for it: it, or a node above it, gives at most 0.
    """

    steps: tuple[Scheduled, ...]
    leaves: tuple[s.LeafStep, ...]
    rows: dict[Slot, int]
    height: int
    has_worthless_nodes: bool


def schedule(steps: Iterable[s.Step], nodes: Mapping[str, Node]) -> Schedule:
    """Order the steps of an evaluator; ``nodes`` are those of its program, by path."""
    scheduler = _Scheduler(nodes)
    for step in steps:
        scheduler.take(step)
    return scheduler.schedule()


def _reads(step: s.Fill | s.LeafStep) -> tuple[Slot, ...]:
    match step:
        case s.Add(terms=parts) | s.Multiply(factors=parts):
            return tuple(slot for _, slot in parts)
        case s.Extreme(parts=slots) | s.Combine(parts=slots) | s.Count(parts=slots):
            return slots
        case s.Round(value=slot) | s.Summarise(value=slot) | s.Invert(part=slot) | s.LeafStep(truth=slot):
            return (slot,)
        case s.PlaceNumber(ranking=slot) | s.WithinStep(ranking=slot) | s.IsClass(classes=slot):
            return (slot,)
        case s.ComparisonStep():
            return (step.left, step.right)
        case s.Classify():
            return (step.value, *(bound for bounds in step.cases for _, bound in bounds))
        case s.Rank():
            return tuple(slot for slot in (step.value, step.subset, step.classes) if slot is not None)
        case s.LoadNumber() | s.LoadAnswer() | s.LoadConstant() | s.PointsValue():
            return ()
        case _:
            assert_never(step)


@dense(eq=False)
class _Scheduler:
    """Notes how soon each step can run.

    Attributes:
        fills: all that fills a slot, except what is read off a ranking.
        stages: how many 得点() stand between a slot (or a node) and the facts. No step needs a node of its own stage,
            so that a stage's nodes can be added up when all its steps are done.
        waves: how many steps stand between a slot and the facts.
        rows: of the truths that have one by now.
        height: how many rows are taken.
    """

    nodes: Mapping[str, Node]
    fills: list[s.Fill | s.LeafStep] = field(factory=list)
    reaches: dict[Slot, list[s.WithinStep]] = field(factory=dict)
    totals: list[s.Total] = field(factory=list)
    leaves: dict[str, s.LeafStep] = field(factory=dict)
    outcomes: set[Slot] = field(factory=set)
    stages: dict[Slot | str, int] = field(factory=dict)
    waves: dict[Slot, int] = field(factory=dict)
    rows: dict[Slot, int] = field(factory=dict)
    height: Iterator[int] = field(factory=count)

    def take(self, step: s.Step) -> None:
        if isinstance(step, s.Total):
            needs: tuple[Slot | str, ...] = (*step.children, *(ranking for child in step.deciding for ranking in child))
            self.stages[step.path] = max((self.stages[need] for need in needs), default=0)
            self.totals.append(step)
            return
        slots = _reads(step)
        self.stages[step.out] = max((self.stages[slot] for slot in slots), default=0)
        if isinstance(step, s.PointsValue):
            self.stages[step.out] = 1 + max((self.stages[path] for path in step.paths), default=0)
        # What is read off a ranking is there with it.
        self.waves[step.out] = max((self.waves[slot] for slot in slots), default=0) + (
            not isinstance(step, s.WithinStep)
        )
        if isinstance(step, s.WithinStep):
            self.reaches.setdefault(step.ranking, []).append(step)
            return
        self.fills.append(step)
        if isinstance(step, s.LeafStep):
            self.stages[step.path] = self.stages[step.out]
            self.leaves[step.path] = step
            self.outcomes.add(step.out)

    def schedule(self) -> Schedule:
        count_of_stages = 1 + max(self.stages.values())
        # Leaves that are added up together take their rows first, so that they stand together.
        totals = [self._totals(stage) for stage in range(count_of_stages)]
        for leaf in self.leaves.values():
            self._take_row(leaf)
        for step in (*self.fills, *(reach for reaches in self.reaches.values() for reach in reaches)):
            if isinstance(step, _TRUTHS) and step.out not in self.rows:
                self.rows[step.out] = next(self.height)
        steps = (step for stage in range(count_of_stages) for step in (*self._fills(stage), *totals[stage]))
        leaves = tuple(leaf for leaf in self.leaves.values() if not self.nodes[leaf.path].is_shared)
        worthless = any(node.maximum == 0 or node.cap == 0 for node in self.nodes.values())
        return Schedule(tuple(steps), leaves, self.rows, next(self.height), worthless)

    def _take_row(self, leaf: s.LeafStep) -> None:
        if leaf.out in self.rows:
            return
        if self.nodes[leaf.path].is_shared:
            self.rows[leaf.out] = self.rows[leaf.truth]
            return
        self.rows[leaf.out] = next(self.height)
        if leaf.truth not in self.outcomes:  # another item's outcome has a row of its own
            self.rows.setdefault(leaf.truth, self.rows[leaf.out])

    def _totals(self, stage: int) -> list[Scheduled]:
        mine = [total for total in self.totals if self.stages[total.path] == stage]
        alike = [total for total in mine if self._only_adds_leaves(total)]
        added = {id(total) for total in alike}
        groups = []
        for leaves, group in groupby(sorted(alike, key=lambda t: len(t.children)), key=lambda t: len(t.children)):
            together = tuple(group)
            paths = [child for total in together for child in total.children]
            for path in paths:
                self._take_row(self.leaves[path])
            first = self.rows[self.leaves[paths[0]].out]
            points = tuple(self.nodes[path].maximum for path in paths)
            bounds = tuple(sum(points[start : start + leaves]) for start in range(0, len(points), leaves))
            groups.append(Alike(together, first, leaves, points, bounds))
        return [PlainSums(tuple(groups)), *(total for total in mine if id(total) not in added)]

    def _only_adds_leaves(self, total: s.Total) -> bool:
        children = [self.nodes[child] for child in total.children]
        return (
            total.mode is not Mode.ANY_ONE
            and total.cap is None
            and not total.undisclosed
            and bool(children)
            and all(child.is_leaf and not child.is_shared for child in children)
            and sum(child.maximum for child in children) <= _MOST
        )

    def _fills(self, stage: int) -> Iterator[Scheduled]:
        def order(step: s.Fill | s.LeafStep) -> tuple[int, str]:
            return self.waves[step.out], type(step).__name__

        ready = sorted((step for step in self.fills if self.stages[step.out] == stage), key=order)
        for _, group in groupby(ready, key=order):
            yield from self._together(tuple(group))

    def _together(self, group: tuple[s.Fill | s.LeafStep, ...]) -> Iterable[Scheduled]:
        """Steps of one kind, of which none needs another."""
        loaded = tuple(step for step in group if isinstance(step, s.LoadAnswer))
        ranked = tuple(step for step in group if isinstance(step, s.Rank))
        leaves = tuple(step for step in group if isinstance(step, s.LeafStep))
        if loaded:
            return (AnswerColumns(loaded),)
        if ranked:
            rankings = sorted((self._ranking(rank) for rank in ranked), key=lambda ranking: ranking.order)
            return [Rankings(tuple(some)) for _, some in groupby(rankings, key=lambda ranking: len(ranking.steps))]
        if leaves:
            return (Leaves(leaves, tuple(leaf for leaf in leaves if self.rows[leaf.out] != self.rows[leaf.truth])),)
        return [step for step in group if not isinstance(step, s.LeafStep)]

    def _ranking(self, rank: s.Rank) -> ScheduledRanking:
        decides = any(rank.out in child for total in self.totals for child in total.deciding)
        reaches = self.reaches.get(rank.out, ())
        return ScheduledRanking(
            rank, tuple(reach.step for reach in reaches), tuple(reach.out for reach in reaches), decides
        )
