"""What one body came to, and why."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from haiten.compiler.late import dense
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import Condition, Met, Value, Within
from haiten.scoring.explaining.body_read import NOBODY, BodyPlace
from haiten.scoring.explaining.explain import Trace, traces
from haiten.scoring.facts.facts import Body
from haiten.scoring.one.plan import OnePlan
from haiten.scoring.one.ranges import DECIDED, NO, UNKNOWN, YES, OneRange, OneTruth, certain, counted, possible
from haiten.scoring.one.workings import Workings
from haiten.scoring.running.scores import PointsRange, Verdict

# By the outcome of a leaf whose points reach the total, and of one that is met by whether they do.
_OPEN: Final = {NO: Verdict.NOT_MET, UNKNOWN: Verdict.UNANSWERED, YES: Verdict.AWARDED}
_MET: Final = {NO: Verdict.SUPERSEDED, UNKNOWN: Verdict.UNANSWERED, YES: Verdict.AWARDED}


@dense(eq=False, repr=False)
class OneScore:
    """The score of one body; paths are those of the program's nodes, and one that is none raises KeyError."""

    _plan: OnePlan
    _work: Workings

    def __repr__(self) -> str:
        """Whose score it is."""
        return f"<OneScore {self.body.code} {self.body.name} {self.points()}>"

    @property
    def body(self) -> Body:
        """Who was scored."""
        return self._work.facts.body

    @property
    def program(self) -> Program:
        """The rulebook."""
        return self._plan.evaluator.program

    def points(self, path: str | None = None) -> PointsRange:
        """The counted points at a node; those of 全体 (別枠 left out) where none is named."""
        if path is not None:
            return self.ranges(path)[1]
        points = sum(self._work.own(grant.path) for grant in self.program.grants if not grant.special)
        return PointsRange(certain(points), possible(points), self.program.maximum)

    def ranges(self, path: str) -> tuple[PointsRange, PointsRange]:
        """The points at a node: before any choice above it, and counted."""
        maximum, own = self.program.nodes[path].maximum, self._work.own(path)
        live = self._live(path)
        before = PointsRange(certain(own), possible(own), maximum)
        return before, before if live == YES else _range(counted(own, live), maximum)

    def verdict(self, path: str) -> Verdict:
        """The verdict on a leaf.

        A condition that is met while a sibling that could still win is unanswered is itself unanswered.
        """
        outcome = self._work.truths[self._plan.evaluator.outcomes[path]]
        return _MET[self._live(path)] if outcome == YES else _OPEN[outcome]

    def verdicts(self) -> dict[str, Verdict]:
        """The verdicts on all leaves, in the order of the document."""
        truths, plan = self._work.truths, self._plan
        found = {path: _OPEN[truths[slot]] for path, slot in plan.leaves}
        for path in plan.contested:
            found[path] = self.verdict(path)
        return found

    def explain(self, path: str | None = None) -> tuple[Trace, ...]:
        """Why the body got its points at a node, or at all grants."""
        return traces(self, path)

    def _live(self, path: str) -> OneTruth:
        """Whether a node's points reach the total."""
        live = YES
        for choice, child in self._plan.contests.get(path, ()):
            live &= self._work.choices[choice][child]
        return live

    # What traces read

    @property
    def carried(self) -> Mapping[str, str]:
        """Cells of 属性. 備考. 根拠. columns, by column."""
        return self.body.carried

    def holds(self, condition: Condition) -> bool | None:
        """Whether a condition of the program holds; None where that is unknown."""
        evaluator = self._plan.evaluator
        slot = evaluator.outcomes[condition.path] if isinstance(condition, Met) else evaluator.slots[condition]
        return DECIDED[self._work.truths[slot]]

    def value(self, value: Value) -> Fraction | None:
        """What a value of the program came to; None where it is unknown."""
        found = self._work.values[self._plan.evaluator.slots[value]]
        return None if found is None else Fraction(*found)

    def members(self, column: str) -> None:
        """A body that is scored for itself was not made of members: figures over them are given."""

    def figure_then(self, column: str) -> None:
        """Figures of the year before are given with the body."""

    def having(self, value: Value) -> int | None:
        """How many bodies have a value: this one where it stands alone, None where the nation was kept."""
        return None if self._plan.is_placed else int(self.value(value) is not None)

    def meeting(self, condition: Condition) -> int | None:
        """How many bodies surely meet a condition, as of ``having``."""
        return None if self._plan.is_placed else int(self.holds(condition) is True)

    def standing(self, within: Within) -> BodyPlace:
        """Where the body stands in the ranking of a step."""
        work, slot = self._work, self._plan.evaluator.slots[within.ranking]
        ranking = self._plan.rankings[slot]
        number = ranking.number(work)
        has_rank = work.truths[slot] == YES and ranking.tells_place_in(number)
        return BodyPlace(
            number=number,
            rank=ranking.better(work) + 1 if has_rank else None,
            size=ranking.size(work),
            cutoff=ranking.cutoff(work, within) if number >= 0 else NOBODY,
            of_run=ranking.stored is None,
        )

    def is_met(self, path: str) -> bool | None:
        """Whether a leaf is met, as given or as its condition came to; None where that is unknown."""
        return DECIDED[self._work.truths[self._plan.evaluator.outcomes[path]]]

    def outcome_given(self, path: str) -> bool:
        """Whether a leaf's outcome was given."""
        return self.program.nodes[path].same_as in self._work.facts.outcomes

    def points_given(self, path: str) -> bool:
        """Whether a node's points were given."""
        return self.program.nodes[path].same_as in self._work.facts.points

    def cut(self, path: str) -> int:
        """What 上限 took off a node's certain points, where they count."""
        if self.program.nodes[path].cap is None or self._live(path) != YES:
            return 0
        return self._work.cuts.get(path, 0)


def _range(points: OneRange, maximum: int) -> PointsRange:
    return PointsRange(certain(points), possible(points), maximum)
