"""Who answers yes, so that the totals spread as published and the rank by one's own score comes out."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from attrs import frozen

from bodies import NATION, Bools, Floats, Ints
from ranks import Cut, ImpossibleError

# Average points per size class and the standard deviation over all bodies. Published: the classes of R6 and R8, and the
# deviations. R7's classes are the mean of the other two 〔推定〕. What they miss of the average that follows from the
# counts of the year is added to every class alike.
AVERAGES: Final = {
    "R6": (371.2, 415.9, 451.0, 468.9, 498.2),
    "R7": (389.4, 432.4, 466.1, 488.5, 513.0),
    "R8": (407.6, 448.8, 481.1, 508.0, 527.8),
}
DEVIATIONS: Final = {"R6": 95.91, "R7": 92.33, "R8": 87.70}
_ROUNDS: Final = 40
# Bodies of the two large classes are few: one that is moved over the end of a step would move their average.
_MOVABLE: Final = 3
_FAR: Final = 3
# The items below ask each for one more of the same: who has one has those before it.
_NESTED: Final = ("推進.Ⅱ.(ⅰ).2.イ",)


@frozen(eq=False)
class Balanced:
    """Answers by leaf and body, and the points of all indicators together by body."""

    answers: Bools
    points: Ints


def balance(
    *,
    year: str,
    counts: Sequence[int],
    points: Sequence[int],
    leaves: Sequence[str],
    elsewhere: Ints,
    own_cuts: Sequence[Cut],
    own_points: Sequence[int],
    ability: Floats,
    size: Ints,
    rng: np.random.Generator,
) -> Balanced:
    """Choose who has each answer.

    Args:
        year: ``R6`` and so on.
        leaves: paths of what is asked.
        counts: by leaf, how many bodies have it.
        points: by leaf, what it is worth.
        elsewhere: by body, points that do not depend on answers, without those for the rank by one's own score.
        own_cuts: the steps of that rank, the widest first.
        own_points: what each of them is worth.
        ability: by body.
        size: by body, its size class.
        rng: decides the rest.

    Raises:
        ImpossibleError: the steps of the own score do not come out.
    """
    sheet = _Sheet(
        np.array(counts),
        np.array(points),
        elsewhere,
        tuple(own_cuts),
        np.array(own_points),
        size,
        _noise(leaves, rng),
    )
    answers, likely = sheet.calibrate(ability, np.array(AVERAGES[year]), DEVIATIONS[year])
    sheet.level(answers, likely, np.array(AVERAGES[year]))
    sheet.fit_steps(answers, rng)
    return Balanced(answers, sheet.points_of(answers))


def _noise(leaves: Sequence[str], rng: np.random.Generator) -> Floats:
    """What parts a body's answers from its ability: half of it is common to an indicator."""
    indicators = [".".join(leaf.split(".")[:4]) for leaf in leaves]
    items = [next((item for item in _NESTED if leaf.startswith(item + ".")), leaf) for leaf in leaves]
    drawn = {name: rng.normal(size=NATION) for name in dict.fromkeys((*indicators, *items))}
    return np.array([0.7 * (drawn[a] + drawn[b]) for a, b in zip(indicators, items, strict=True)])


@frozen(eq=False)
class _Sheet:
    counts: Ints
    points: Ints
    elsewhere: Ints
    own_cuts: tuple[Cut, ...]
    own_points: Ints
    size: Ints
    noise: Floats

    def scores(self, answers: Bools) -> Ints:
        """Points without those for the rank by one's own score."""
        return np.asarray(self.elsewhere + self.points @ answers)

    def points_of(self, answers: Bools) -> Ints:
        scores = self.scores(answers)
        ordered = np.sort(scores)[::-1]
        steps = [
            worth * (scores >= ordered[c.capacity - 1]) for c, worth in zip(self.own_cuts, self.own_points, strict=True)
        ]
        return np.asarray(scores + np.sum(steps, axis=0))

    def calibrate(self, ability: Floats, averages: Floats, deviation: float) -> tuple[Bools, Floats]:
        """Answers whose totals spread as wanted, and how likely each was."""
        offsets, spread = np.zeros(len(averages)), 1.0
        for _ in range(_ROUNDS):
            likely = ability + offsets[self.size] + spread * self.noise
            answers = self._most(likely)
            totals = self.points_of(answers)
            short = self._targets(averages, totals) - self._averages(totals)
            offsets += 0.6 * short / deviation
            spread *= (totals.std() / deviation) ** 0.7
        return answers, likely

    def _most(self, likely: Floats) -> Bools:
        """Each leaf for as many bodies as it wants, the likeliest."""
        answers = np.zeros(likely.shape, dtype=np.bool_)
        for leaf, count in enumerate(self.counts):
            answers[leaf, np.argpartition(-likely[leaf], count - 1)[:count]] = True
        return answers

    def _averages(self, totals: Ints) -> Floats:
        return np.asarray(np.bincount(self.size, weights=totals) / np.bincount(self.size))

    def _targets(self, averages: Floats, totals: Ints) -> Floats:
        """The averages wanted, all moved alike so that they fit the average that follows from the counts."""
        return np.asarray(averages + totals.mean() - averages[self.size].mean())

    def level(self, answers: Bools, likely: Floats, averages: Floats) -> None:
        """Hand answers from one size class to another, whoever is nearest to it, until the averages are right."""
        for _ in range(_ROUNDS):
            totals = self.points_of(answers)
            targets = self._targets(averages, totals)
            for _ in range(_ROUNDS):
                short = np.rint((targets - self._averages(self.points_of(answers))) * np.bincount(self.size))
                rich, poor = int(np.argmin(short)), int(np.argmax(short))
                amount = min(-short[rich], short[poor])
                fitting = np.flatnonzero(self.points <= amount)
                if len(fitting) == 0:
                    return
                worth = self.points[fitting].max()
                for leaf in fitting[self.points[fitting] == worth]:
                    giver = _extreme(-likely[leaf], answers[leaf] & (self.size == rich))
                    taker = _extreme(likely[leaf], ~answers[leaf] & (self.size == poor))
                    if giver is not None and taker is not None:
                        answers[leaf, giver], answers[leaf, taker] = False, True
                        break

    def fit_steps(self, answers: Bools, rng: np.random.Generator) -> None:
        """Move single points between bodies until each step of the own score holds as many as was published."""
        ends = np.sort(self.scores(answers))[::-1][[cut.capacity - 1 for cut in self.own_cuts]]
        single = np.flatnonzero(self.points == 1)
        for cut, end in zip(self.own_cuts, ends, strict=True):
            for _ in range(NATION):
                scores = self.scores(answers)
                missing = cut.count - int((scores >= end).sum())
                if missing == 0:
                    break
                # Who stands at the end falls behind it, or the next behind it comes up.
                movers = rng.permutation(np.flatnonzero(scores == end if missing < 0 else scores < end))
                movers = movers[np.lexsort((-scores[movers], self.size[movers] >= _MOVABLE))]
                far = np.abs(scores[:, None] - ends).min(axis=1) >= _FAR
                self._move(answers, movers, far, single, up=missing > 0)
        scores = self.scores(answers)
        for cut, end in zip(self.own_cuts, ends, strict=True):
            if (scores >= end).sum() != cut.count or (scores > end).sum() >= cut.capacity:
                raise ImpossibleError(f"{cut}")

    def _move(self, answers: Bools, movers: Ints, far: Bools, leaves: Ints, *, up: bool) -> None:
        """Give the first mover who can be moved a point that another body of its class loses, or the reverse."""
        for mover in movers:
            for leaf in leaves:
                partners = np.flatnonzero(far & (self.size == self.size[mover]) & (answers[leaf] == up))
                if answers[leaf, mover] != up and len(partners):
                    answers[leaf, mover], answers[leaf, partners[0]] = up, not up
                    return
        raise ImpossibleError("評価得点")


def _extreme(values: Floats, among: Bools) -> int | None:
    """Who has the greatest value among some."""
    bodies = np.flatnonzero(among)
    return int(bodies[np.argmax(values[bodies])]) if len(bodies) else None
