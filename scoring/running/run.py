"""A run: every column that came up. Whatever explains a score reads them here; nothing is computed a second time."""

from fractions import Fraction
from functools import cached_property
from typing import Any, Final

import numpy as np
from attrs import field
from numpy.typing import NDArray

from haiten.compiler.evaluator.emit import Evaluator
from haiten.compiler.evaluator.steps import Slot, Term
from haiten.compiler.late import dense, frozen
from haiten.compiler.program.terms import Condition, Met
from haiten.scoring.facts.facts import Facts, Truth
from haiten.scoring.numbers.exact import Bools, both, everywhere, nowhere
from haiten.scoring.running.nation import Nation
from haiten.scoring.running.stored_ranking import StoredRanking
from haiten.scoring.running.truths import PackedTruths, Truths

_INT8: Final = 2**7 - 1
_INT16: Final = 2**15 - 1
_ALL: Final = slice(None)

PointsColumn = NDArray[np.int32]
PointArray = NDArray[Any]  # int8, int16 or int32: the narrowest that holds what a node can give


@dense(eq=False)
class Own:
    """Points of a node before any choice above it: what is certain, and what is possible at most.

    Where all is decided, both are one and the same array.

    Attributes:
        cut: what 上限 took off the certain points; None for every node without it.
        bound: no body has more.
    """

    certain: PointArray
    possible: PointArray
    cut: PointArray | None
    bound: int

    @property
    def is_decided(self) -> bool:
        """Whether nothing that is unknown can change it, as far as that shows without a look at each body."""
        return self.certain is self.possible

    def of(self, part: slice) -> tuple[PointArray, PointArray]:
        """The certain and possible points of some bodies; one array where all is decided."""
        certain = self.certain[part]
        return certain, certain if self.is_decided else self.possible[part]

    def cut_to(self, part: slice) -> "Own":
        """The same of some bodies."""
        return Own(*self.of(part), None if self.cut is None else self.cut[part], self.bound)


@dense(eq=False)
class LeafOwn:
    """Points of a leaf: its own where its outcome holds."""

    outcome: Truth
    bound: int
    cut: None = None

    @property
    def certain(self) -> PointArray:
        """Its points where it is surely met."""
        return times(self.outcome.certain, self.bound)

    @property
    def possible(self) -> PointArray:
        """Its points where it can be met."""
        return times(self.outcome.possible, self.bound)

    @property
    def is_decided(self) -> bool:
        """Whether nothing that is unknown can change it."""
        return self.outcome.is_decided

    def of(self, part: slice) -> tuple[PointArray, PointArray]:
        """The certain and possible points of some bodies; one array where all is decided."""
        certain = times(self.outcome.certain[part], self.bound)
        return certain, certain if self.is_decided else times(self.outcome.possible[part], self.bound)

    def cut_to(self, part: slice) -> Own:
        """The same of some bodies."""
        return Own(*self.of(part), None, self.bound)


@dense(eq=False)
class LivePoints:
    """Whether a node's points reach the total: they surely do, or at least can."""

    certain: Bools
    possible: Bools

    def cut_to(self, part: slice) -> "LivePoints":
        """The same of some bodies."""
        certain = self.certain[part]
        return LivePoints(certain, certain if self.possible is self.certain else self.possible[part])


@dense
class Stored:
    """What an earlier run left behind: rankings (a tuple by class) and statistics, by slot.

    Attributes:
        nation: how all its bodies scored; None where that was not kept, or they were not the nation.
    """

    rankings: dict[Slot, tuple[StoredRanking, ...]] = field(factory=dict)
    statistics: dict[Slot, Fraction | None] = field(factory=dict)
    nation: Nation | None = None


@frozen(eq=False)
class Run:
    """All columns of a run.

    Attributes:
        truths: conditions and outcomes, by row; ``rows`` tells the row of a slot. Where an outcome is given, its
            condition has a row of its own.
        columns: by slot what is no truth: Ratios, Ranked, or the bodies' classes; none where ``settled`` let them go.
        statistics: means and medians, by slot; None where no body has a value.
        points: own points of nodes, by path; of leaves only where points were given.
        choices: which child of いずれか counts, by path.
        is_placed: whether the bodies were placed by what an earlier run left behind.
    """

    evaluator: Evaluator
    facts: Facts
    truths: Truths | PackedTruths
    rows: dict[Slot, int]
    columns: list[Any]
    statistics: dict[Slot, Fraction | None] = field(factory=dict)
    points: dict[str, Own | LeafOwn] = field(factory=dict)
    choices: dict[str, tuple[LivePoints, ...]] = field(factory=dict)
    is_placed: bool = field(default=False, kw_only=True)
    _live: dict[str, LivePoints] = field(factory=dict, init=False)
    size: int = field(init=False)

    @size.default
    def _size(self) -> int:
        return len(self.facts)

    def settled(self) -> "Run":
        """What points and verdicts are read from, in as little room as it needs: what led to it is let go.

        No facts are left, but for outcomes and points that were given; neither values nor ranks.
        """
        return self._without_workings(self.truths.packed(), _ALL)

    def of(self, part: slice) -> "Run":
        """The same for some bodies, which follow one another."""
        return self._without_workings(self.truths.of(part), part)

    def _without_workings(self, truths: Truths | PackedTruths, part: slice) -> "Run":
        return Run(
            self.evaluator,
            self.facts.only_given(part),
            truths,
            self.rows,
            [],
            points={path: own.cut_to(part) for path, own in self.points.items()},
            choices={path: tuple(live.cut_to(part) for live in lives) for path, lives in self.choices.items()},
            is_placed=self.is_placed,
        )

    @cached_property
    def nobody(self) -> Bools:
        """False for every body."""
        return nowhere(self.size)

    def truth(self, slot: Slot) -> Truth:
        """What a condition or an outcome came to."""
        return self.truths[self.rows[slot]]

    def holds(self, condition: Condition) -> Truth:
        """Whether a condition of the program holds."""
        return self.truth(self._slot(condition))

    def decided(self, condition: Condition, body: int) -> bool | None:
        """Whether a condition of the program holds for one body; None where that is unknown."""
        return self.truths.decided(self.rows[self._slot(condition)], body)

    def _slot(self, condition: Condition) -> Slot:
        evaluator = self.evaluator
        return evaluator.outcomes[condition.path] if isinstance(condition, Met) else evaluator.slots[condition]

    def column(self, expression: Term) -> Any:
        """What a value (Ratios), a ranking (Ranked) or 区分 (a number per body) of the program came to."""
        return self.columns[self.evaluator.slots[expression]]

    def outcome(self, path: str) -> Truth:
        """Whether a leaf is met: as given, else as its condition came to."""
        return self.truth(self.evaluator.outcomes[path])

    def is_met(self, path: str, body: int) -> bool | None:
        """The same for one body; None where that is unknown."""
        return self.truths.decided(self.rows[self.evaluator.outcomes[path]], body)

    def computed(self, path: str) -> Truth:
        """What a leaf's condition came to, before an outcome that was given."""
        node = self.evaluator.program.nodes[self.evaluator.program.nodes[path].same_as]
        assert node.condition is not None
        return self.holds(node.condition)

    def given(self, path: str) -> Bools:
        """Where a leaf's outcome was given."""
        outcome = self.facts.outcomes.get(self.evaluator.program.nodes[path].same_as)
        return self.nobody if outcome is None else outcome.known

    def own(self, path: str) -> Own | LeafOwn:
        """A node's points before any choice above it."""
        own = self.points.get(path)
        return LeafOwn(self.outcome(path), self.evaluator.program.nodes[path].maximum) if own is None else own

    def own_of(self, path: str, body: int) -> tuple[int, int]:
        """The same for one body: its certain and its possible points."""
        own = self.points.get(path)
        if own is not None:
            return int(own.certain[body]), int(own.possible[body])
        met, points = self.is_met(path, body), self.evaluator.program.nodes[path].maximum
        return points if met else 0, 0 if met is False else points

    def live(self, path: str) -> LivePoints:
        """Whether a node's points reach the total."""
        if path not in self._live:
            node = self.evaluator.program.nodes[path]
            if node.parent is None:
                everyone = everywhere(self.size)
                self._live[path] = LivePoints(everyone, everyone)
            else:
                above, choice = self.live(node.parent), self.choices.get(node.parent)
                if choice is not None:
                    here = choice[self.evaluator.program.nodes[node.parent].children.index(path)]
                    above = LivePoints(both(above.certain, here.certain), both(above.possible, here.possible))
                self._live[path] = above
        return self._live[path]


def narrowest(bound: int) -> type[np.int8] | type[np.int16] | type[np.int32]:
    """The narrowest type that holds points up to a bound, which the limit on points keeps within 32 bits."""
    assert bound < 2**31, "a rulebook beyond the limit on points was told to be wrong"
    return np.int8 if bound <= _INT8 else np.int16 if bound <= _INT16 else np.int32


def times(met: Bools, points: int) -> PointArray:
    """Points where something is met, else 0."""
    product: PointArray = np.multiply(met.view(np.int8), np.array(points, dtype=narrowest(points)))
    return product
