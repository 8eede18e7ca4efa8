"""haiten in process: ``Rulebook.score`` on facts in memory, and reading the result."""

from functools import lru_cache
from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from haiten.benchmarks.population import BenchPopulation, facts_of
from haiten.benchmarks.rivals import AgreedPoints, Work
from haiten.scoring.facts.facts import Facts
from haiten.scoring.running.scores import Scores, Verdict

_AT_ONCE: Final = 20_000  # verdicts of so many bodies stand in one table


@frozen(eq=False)
class Totals:
    """Only the totals are read; the run holds the rest."""

    work: Work

    def load(self, population: BenchPopulation) -> Facts:
        """Facts of the public API."""
        return facts_of(population)

    def run(self, inputs: Facts) -> Scores:
        """Score, and read the totals of the grants and of 全体."""
        scores = self.work.rulebook.score_checked(inputs)
        _totals(scores)
        return scores

    def points(self, result: Scores) -> AgreedPoints:
        """Points by the verdicts on the leaves."""
        rows = np.empty((len(self.work.rules.leaves), len(result.bodies)), dtype=np.int8)
        for row, leaf in zip(rows, self.work.rules.leaves, strict=True):
            awarded = result.verdicts(leaf.path) == list(Verdict).index(Verdict.AWARDED)
            np.multiply(awarded, np.int8(leaf.points), out=row)
        return AgreedPoints(rows, np.array(_totals(result), dtype=np.int32))


def _totals(scores: Scores) -> list[object]:
    grants = [grant.path for grant in scores.program.grants if not grant.special]
    return [*(scores.counted(path)[0] for path in grants), scores.total()[0]]


class Verdicts(Totals):
    """The totals and the verdict on every leaf of every body."""

    def run(self, inputs: Facts) -> Scores:
        """Score, and read totals and verdicts; what they are read off stays in memory."""
        scores, size = super().run(inputs), len(inputs)
        for start in range(0, size, _AT_ONCE):
            part = slice(start, min(start + _AT_ONCE, size))
            scores.verdict_table(part, _room(len(self.work.rules.leaves), part.stop - start))
        return scores


@lru_cache(maxsize=2)
def _room(leaves: int, bodies: int) -> NDArray[np.int8]:
    """Where verdicts are written, one part after another."""
    return np.empty((leaves, bodies), dtype=np.int8)
