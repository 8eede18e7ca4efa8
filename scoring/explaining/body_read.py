"""What a trace reads of one body, whoever scored it: the columns of a run, or a body that was scored for itself."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Protocol

import numpy as np

from haiten.compiler.late import dense
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import Condition, Value, Within
from haiten.scoring.facts.figures_then import FigureTold
from haiten.scoring.facts.members import MembersTold
from haiten.scoring.running.ranking import Ranked, cutoff_of
from haiten.scoring.running.scores import PointsRange, Scores, Verdict
from haiten.scoring.running.stored_ranking import Cutoff

NOBODY = Cutoff(None, 0)


@dense
class BodyPlace:
    """Where a body stands in a ranking.

    Attributes:
        number: its class (0 where all are together); below 0 where it is unknown, or none fits.
        rank: 1 + the number strictly better; None where there is no rank, or only cut-offs place the body.
        size: N, the bodies of its class that have a rank.
        cutoff: where the step ends.
        of_run: the bodies rank each other; False where the body was placed by stored cut-offs.
    """

    number: int
    rank: int | None
    size: int
    cutoff: Cutoff
    of_run: bool


class BodyRead(Protocol):
    """What one body came to; paths are those of the program's nodes."""

    @property
    def program(self) -> Program:
        """The rulebook."""

    @property
    def carried(self) -> Mapping[str, str]:
        """Cells of 属性. 備考. 根拠. columns that are not empty, by column."""

    def holds(self, condition: Condition) -> bool | None:
        """Whether a condition of the program holds; None where that is unknown."""

    def value(self, value: Value) -> Fraction | None:
        """What a value of the program came to; None where it is unknown."""

    def members(self, column: str) -> MembersTold | None:
        """What its members came to in a figure that was made of them; None where it was not."""

    def figure_then(self, column: str) -> FigureTold | None:
        """Where a figure of the nation in the year before was read; None where the facts have it themselves."""

    def standing(self, within: Within) -> BodyPlace:
        """Where the body stands in the ranking of a step."""

    def having(self, value: Value) -> int | None:
        """How many bodies have a value, of which a mean was made; None where it was kept with cut-offs."""

    def meeting(self, condition: Condition) -> int | None:
        """How many bodies surely meet a condition; None where the bodies are not all that it is about."""

    def is_met(self, path: str) -> bool | None:
        """Whether a leaf is met, as given or as its condition came to; None where that is unknown."""

    def outcome_given(self, path: str) -> bool:
        """Whether a leaf's outcome was given."""

    def points_given(self, path: str) -> bool:
        """Whether a node's points were given."""

    def verdict(self, path: str) -> Verdict:
        """The verdict on a leaf."""

    def ranges(self, path: str) -> tuple[PointsRange, PointsRange]:
        """A node's points before any choice above it, and counted."""

    def cut(self, path: str) -> int:
        """What 上限 took off a node's certain points, where they count."""


@dense(eq=False)
class OneOf:
    """One body of a run, as traces read it: ``body`` is its place among ``scores.bodies``."""

    scores: Scores
    body: int

    @property
    def program(self) -> Program:  # noqa: D102
        return self.scores.program

    @property
    def carried(self) -> Mapping[str, str]:  # noqa: D102
        return self.scores.bodies[self.body].carried

    def holds(self, condition: Condition) -> bool | None:  # noqa: D102
        return self.scores.run.decided(condition, self.body)

    def value(self, value: Value) -> Fraction | None:  # noqa: D102
        found: Fraction | None = self.scores.run.column(value)[self.body]
        return found

    def members(self, column: str) -> MembersTold | None:  # noqa: D102
        told = self.scores.run.facts.members.get(column)
        return None if told is None else told[self.body]

    def figure_then(self, column: str) -> FigureTold | None:  # noqa: D102
        return self.scores.run.facts.figures.get(column)

    def standing(self, within: Within) -> BodyPlace:  # noqa: D102
        run = self.scores.run
        ranked: Ranked = run.column(within.ranking)
        number = int(ranked.classes[self.body])
        cutoff = cutoff_of(ranked, within, number, run.holds(within).certain) if number >= 0 else NOBODY
        # Cut-offs alone place a body inside or outside; only stored places give it a rank.
        has_rank = bool(ranked.has_rank[self.body]) and (ranked.stored is None or bool(ranked.stored[number].places))
        rank = int(ranked.better(np.array([self.body]))[0]) + 1 if has_rank else None
        return BodyPlace(number, rank, ranked.sizes[number] if number >= 0 else 0, cutoff, ranked.stored is None)

    def having(self, value: Value) -> int | None:  # noqa: D102
        run = self.scores.run
        return None if run.is_placed else int(np.count_nonzero(run.column(value).known))

    def meeting(self, condition: Condition) -> int | None:  # noqa: D102
        run = self.scores.run
        return None if run.is_placed else int(np.count_nonzero(run.holds(condition).certain))

    def is_met(self, path: str) -> bool | None:  # noqa: D102
        return self.scores.run.is_met(path, self.body)

    def outcome_given(self, path: str) -> bool:  # noqa: D102
        return bool(self.scores.run.given(path)[self.body])

    def points_given(self, path: str) -> bool:  # noqa: D102
        points = self.scores.run.facts.points.get(self.program.nodes[path].same_as)
        return points is not None and bool(np.broadcast_to(points.known, (self.scores.run.size,))[self.body])

    def verdict(self, path: str) -> Verdict:  # noqa: D102
        return self.scores.verdict(path, self.body)

    def ranges(self, path: str) -> tuple[PointsRange, PointsRange]:  # noqa: D102
        return self.scores.ranges(path, self.body)

    def cut(self, path: str) -> int:  # noqa: D102
        return int(self.scores.cut(path, slice(self.body, self.body + 1))[0])
