"""Rankings for one body: it is placed where an earlier run left its cut-offs, or is ranked alone."""

from bisect import bisect_left
from fractions import Fraction

from attrs import field

from haiten.compiler.evaluator.schedule import ScheduledRanking
from haiten.compiler.late import dense
from haiten.compiler.program.terms import Within
from haiten.compiler.syntax.operators import at_good_end
from haiten.scoring.one.ranges import NO, UNKNOWN, YES, OneTruth
from haiten.scoring.one.values import exact
from haiten.scoring.one.workings import Exact, OneStep, Workings
from haiten.scoring.running.ranking import NO_CLASS, last_place
from haiten.scoring.running.stored_ranking import Cutoff, StoredRanking


@dense(eq=False)
class OneRanking:
    """A ranking in which one body is placed at a time.

    Attributes:
        stored: by class, what an earlier run kept; None where the body is ranked alone.
    """

    ranking: ScheduledRanking
    stored: tuple[StoredRanking, ...] | None
    _ladders: tuple[tuple[Exact, ...], ...] = field(init=False)

    @_ladders.default
    def _places(self) -> tuple[tuple[Exact, ...], ...]:
        """By class, the distinct values from the good end."""
        return tuple(tuple(value.as_integer_ratio() for value, _ in kept.places) for kept in self.stored or ())

    @property
    def tells_places(self) -> bool:
        """Whether the body's place is known, and not only who is within a step."""
        return self.stored is None or all(each.places for each in self.stored)

    def tells_place_in(self, number: int) -> bool:
        """The same for a class."""
        return self.stored is None or bool(self.stored[number].places)

    def number(self, work: Workings) -> int:
        """The class in which the body is ranked; below 0 where there is none."""
        classes = self.ranking.rank.classes
        return 0 if classes is None else work.classes[classes]

    def better(self, work: Workings) -> int:
        """How many bodies are strictly better than one that has a rank."""
        if self.stored is None:
            return 0
        number, value = self.number(work), work.values[self.ranking.rank.value]
        assert value is not None
        num, den = value
        no_better = at_good_end(lower_is_better=not self.ranking.rank.lower_is_better).holds
        # From the good end, the first place that is no better than the value; beyond the last, all are better.
        ladder, kept = self._ladders[number], self.stored[number]
        place = bisect_left(ladder, True, key=lambda end: no_better(end[0] * den, num * end[1]))
        return kept.places[place][1] if place < len(ladder) else kept.size

    def size(self, work: Workings) -> int:
        """N of the body's class; 0 where the class is unknown."""
        number = self.number(work)
        if number < 0:
            return 0
        return int(work.truths[self.ranking.rank.out] == YES) if self.stored is None else self.stored[number].size

    def cutoff(self, work: Workings, within: Within) -> Cutoff:
        """Where a step ends in the body's class, which is known."""
        if self.stored is not None:
            return self.stored[self.number(work)].cutoffs[within.label]
        value = work.values[self.ranking.rank.value]
        if value is None or work.truths[work.evaluator.slots[within]] != YES:
            return Cutoff(None, 0)
        return Cutoff(Fraction(*value), 1)

    def reach(self) -> OneStep:
        """What tells whether the body has a rank, and within which steps it is."""
        rank, outs = self.ranking.rank, self.ranking.outs
        out, slot, subset, classes = rank.out, rank.value, rank.subset, rank.classes
        good = at_good_end(lower_is_better=rank.lower_is_better).holds
        ends, by_class = self._ends(), self.stored is not None and classes is not None

        def run(work: Workings) -> None:
            truths, value = work.truths, work.values[slot]
            ranked = YES if subset is None else truths[subset]
            number = 0
            if classes is not None:
                number = work.classes[classes]
                ranked &= YES if number >= 0 else NO if number == NO_CLASS else UNKNOWN
            if value is None:
                ranked &= UNKNOWN
            truths[out] = ranked
            if ranked != YES or value is None:
                # Who could have a rank may be within any step.
                for step in outs:
                    truths[step] = ranked
                return
            num, den = value
            for step, end in ends[number if by_class else 0]:
                if isinstance(end, int):
                    truths[step] = end
                else:
                    truths[step] = YES if good(num * end[1], end[0] * den) else NO

        return run

    def _ends(self) -> tuple[tuple[tuple[int, Exact | OneTruth], ...], ...]:
        """The slot of each step with the worst value within, or its truth where none decides; by class where stored."""
        steps, outs = self.ranking.steps, self.ranking.outs
        if self.stored is not None:
            return tuple(
                tuple((out, exact(kept.cutoffs[step.label].value) or NO) for step, out in zip(steps, outs, strict=True))
                for kept in self.stored
            )
        return (tuple((out, YES if last_place(step, 1) else NO) for step, out in zip(steps, outs, strict=True)),)
