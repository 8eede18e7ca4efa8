"""Runs an evaluator over facts, step by step."""

from fractions import Fraction
from functools import reduce
from typing import assert_never

import numpy as np
from attrs import evolve, field
from numpy.typing import NDArray

from haiten.compiler.evaluator import steps as s
from haiten.compiler.evaluator.emit import Evaluator
from haiten.compiler.evaluator.schedule import AnswerColumns, Leaves, PlainSums, Rankings, Scheduled, ScheduledRanking
from haiten.compiler.evaluator.steps import Slot
from haiten.compiler.late import dense
from haiten.compiler.syntax.operators import Operator
from haiten.scoring.facts.facts import Facts, Truth, truth_of, unknown_numbers, unknown_truth
from haiten.scoring.numbers import exact
from haiten.scoring.numbers.exact import Bools, Ratios
from haiten.scoring.numbers.parallel import each
from haiten.scoring.running.points import add_leaves, add_up, give_leaf_points, total_points
from haiten.scoring.running.ranking import NO_CLASS, UNKNOWN_CLASS, Ranked, maybe_within, reach, together
from haiten.scoring.running.run import Run, Stored
from haiten.scoring.running.side_by_side import MOST, reach_side_by_side, stands_alone
from haiten.scoring.running.stored_ranking import Counts
from haiten.scoring.running.truths import empty_truths


def run(evaluator: Evaluator, facts: Facts, stored: Stored | None = None, *, sparing: bool = False) -> Run:
    """Run an evaluator over facts, ranking the bodies among each other or placing them in stored rankings.

    Args:
        evaluator: what is run.
        facts: what is known about the bodies.
        stored: the rankings of an earlier run, where the bodies are placed in these.
        sparing: whether it is to take little room rather than little time: truths are kept in a bit each, and answers
            are taken out of the facts as they are read.
    """
    rows, height = _rows(evaluator, facts)
    truths = empty_truths(height, len(facts), packed=sparing)
    result = Run(evaluator, facts, truths, rows, [None] * evaluator.size, is_placed=stored is not None)
    machine = _Machine(result, stored or Stored(), sparing)
    for step in evaluator.schedule.steps:
        machine.execute(step)
    return result


def _rows(evaluator: Evaluator, facts: Facts) -> tuple[dict[Slot, int], int]:
    """Where each truth goes, and how many rows that are: the condition of a leaf that is given has one of its own."""
    rows, height = evaluator.schedule.rows, evaluator.schedule.height
    if not facts.outcomes:
        return rows, height
    given = [leaf for leaf in evaluator.schedule.leaves if leaf.path in facts.outcomes]
    apart = dict.fromkeys(leaf.truth for leaf in given if rows[leaf.truth] == rows[leaf.out])
    return rows | {slot: height + number for number, slot in enumerate(apart)}, height + len(apart)


@dense(eq=False)
class _Machine:
    """Carries out steps.

    Attributes:
        sparing: as of ``run``.
        everyone: who is ranked where nobody is left out; ``together``: the classes where there are none.
        spans: of figures over members, the least and the most that each body's can be.
    """

    result: Run
    stored: Stored
    sparing: bool
    everyone: Truth = field(init=False)
    together: Counts = field(init=False)
    spans: dict[Slot, tuple[Ratios, Ratios]] = field(factory=dict, init=False)

    @everyone.default
    def _everyone(self) -> Truth:
        everyone = exact.everywhere(self.size)
        return Truth(everyone, everyone)

    @together.default
    def _together(self) -> Counts:
        return together(self.size)

    @property
    def size(self) -> int:
        return self.result.size

    def execute(self, step: Scheduled) -> None:
        columns = self.result.columns
        match step:
            case s.LoadNumber(out, column):  # what there is most of comes first
                columns[out] = self.result.facts.numbers.get(column) or unknown_numbers(self.size)
                if column in self.result.facts.members:
                    told = self.result.facts.members[column]
                    ends = ([each.least for each in told], [each.most for each in told])
                    self.spans[out] = _ends(columns[out], ends[0]), _ends(columns[out], ends[1])
            case s.Total():
                total_points(self.result, step)
            case AnswerColumns():
                self._load(step)
            case Rankings():
                self._rank(step)
            case Leaves():
                self._settle(step)
            case PlainSums():
                add_leaves(self.result, step)
            case s.LoadConstant(out, value):
                columns[out] = exact.constant(value, self.size)
            case s.PointsValue(out, paths, undisclosed):
                columns[out] = self._score(paths, undisclosed)
            case s.Add(out, terms):
                columns[out] = self._add(terms)
            case s.Multiply(out, factors):
                columns[out] = self._multiply(factors)
            case s.PlaceNumber(out, ranking):
                ranked: Ranked = columns[ranking]
                # Cut-offs alone tell who is within a step, not where a body stands.
                placed = ranked.stored is None or all(r.places for r in ranked.stored)
                known = ranked.has_rank if placed else exact.nowhere(self.size)
                columns[out] = exact.from_integers(ranked.better() + 1, known)
            case s.Extreme(out, parts, greatest):
                columns[out] = exact.extreme([columns[part] for part in parts], greatest)
            case s.Round(out, value, decimals, way):
                columns[out] = exact.rounded(columns[value], decimals, way)
            case s.Summarise(out, value, median):
                columns[out] = self._summary(out, value, median)
            case s.Classify():
                columns[step.out] = self._classify(step)
            case s.ComparisonStep() | s.IsClass() | s.Count() | s.Combine() | s.Invert():
                self.result.truths[self.result.rows[step.out]] = self._truth(step)
            case s.LoadAnswer() | s.Rank() | s.WithinStep():
                raise AssertionError(step)  # scheduled with others of its kind
            case _:
                assert_never(step)

    # Truths

    def _load(self, answers: AnswerColumns) -> None:
        truths, rows, columns = self.result.truths, self.result.rows, self.result.facts.answers
        unknown = unknown_truth(self.size)
        for answer in answers.each:
            truths[rows[answer.out]] = columns.get(answer.column) or unknown
            if self.sparing:
                columns.pop(answer.column, None)

    def _truth(self, step: s.ComparisonStep | s.IsClass | s.Count | s.Combine | s.Invert) -> Truth:
        columns, truth = self.result.columns, self.result.truth
        match step:
            case s.ComparisonStep(_, left, operator, right):
                if left in self.spans or right in self.spans:
                    return _between(self._span(left), operator, self._span(right))
                known = exact.both(columns[left].known, columns[right].known)
                holds = exact.compare(columns[left], operator, columns[right])
                decided = exact.is_everywhere(known)
                return Truth(holds, holds) if decided else Truth(known & holds, ~known | holds)
            case s.IsClass(_, classes, index):
                certain = columns[classes] == index
                return truth_of(certain, certain | (columns[classes] == UNKNOWN_CLASS))
            case s.Count(_, parts, operator, count):
                return _counted([truth(part) for part in parts], operator, count)
            case s.Combine(_, parts, every):
                return _combined([truth(part) for part in parts], every)
            case s.Invert(_, part):
                inner = truth(part)
                certain = ~inner.possible
                return Truth(certain, certain if inner.is_decided else ~inner.certain)
            case _:
                assert_never(step)

    def _span(self, slot: Slot) -> tuple[Ratios, Ratios]:
        column: Ratios = self.result.columns[slot]
        return self.spans.get(slot, (column, column))

    def _settle(self, leaves: Leaves) -> None:
        """Put down outcomes: those that are given, and those whose condition has another row; then given points."""
        facts, truths, rows = self.result.facts, self.result.truths, self.result.rows
        for leaf in leaves.each if facts.outcomes else leaves.copied:
            if rows[leaf.out] == rows[leaf.truth]:
                continue
            truth, given = self.result.truth(leaf.truth), facts.outcomes.get(leaf.path)
            if given is not None:
                is_given = given.known
                certain = np.where(is_given, given.certain, truth.certain)
                decided = exact.is_everywhere(is_given) or truth.is_decided
                possible = certain if decided else np.where(is_given, given.possible, truth.possible)
                truth = Truth(certain, possible)
            truths[rows[leaf.out]] = truth
        for leaf in leaves.each if facts.points else ():
            give_leaf_points(self.result, leaf.path)

    # Ranks and classes

    def _rank(self, group: Rankings) -> None:
        columns, are_few = self.result.columns, 0 < self.size <= MOST
        beside: list[ScheduledRanking] = []
        alone: list[ScheduledRanking] = []
        for ranking in group.each:
            columns[ranking.rank.out] = ranked = self._ranked(ranking)
            (beside if are_few and not stands_alone(ranked) else alone).append(ranking)
        if beside and beside[0].steps:
            self._reach_side_by_side(beside)
        each(self._reach, alone, self.size)

    def _ranked(self, ranking: ScheduledRanking) -> Ranked:
        rank, columns = ranking.rank, self.result.columns
        member = self.everyone if rank.subset is None else self.result.truth(rank.subset)
        classes = self.together if rank.classes is None else columns[rank.classes]
        stored = self.stored.rankings.get(rank.out)
        return Ranked(columns[rank.value], member, rank.lower_is_better, classes, ranking.decides, stored)

    def _reach_side_by_side(self, rankings: list[ScheduledRanking]) -> None:
        ranked = [self.result.columns[ranking.rank.out] for ranking in rankings]
        within = reach_side_by_side(ranked, [ranking.steps for ranking in rankings])
        rows = [self.result.rows[out] for ranking in rankings for out in ranking.outs]
        self.result.truths.put(rows, within.reshape(len(rows), -1))
        for ranking, one in zip(rankings, ranked, strict=True):
            self._note_unsure(ranking, maybe_within(one))

    def _reach(self, ranking: ScheduledRanking) -> None:
        result = self.result
        with result.truths.writing([result.rows[out] for out in ranking.outs]) as columns:
            unsure = reach(result.columns[ranking.rank.out], ranking.steps, columns)
        self._note_unsure(ranking, unsure)

    def _note_unsure(self, ranking: ScheduledRanking, unsure: Bools | None) -> None:
        """Put down who may be within the steps of a ranking beside those who certainly are."""
        for out in ranking.outs if unsure is not None else ():
            assert unsure is not None
            self.result.truths.note_unsure(self.result.rows[out], unsure)

    def _classify(self, step: s.Classify) -> NDArray[np.int64]:
        values: Ratios = self.result.columns[step.value]
        classes = np.full(self.size, NO_CLASS, dtype=np.int64)
        for index, bounds in reversed(list(enumerate(step.cases))):
            fits = np.ones(self.size, dtype=np.bool_)
            for operator, bound in bounds:
                fits &= exact.compare(values, operator, self.result.columns[bound])
            classes[fits] = index
        classes[~values.known] = UNKNOWN_CLASS
        return classes

    # Values

    def _summary(self, out: Slot, value: Slot, median: bool) -> Ratios:
        if out in self.stored.statistics:
            figure = self.stored.statistics[out]
        else:
            figure = (exact.median if median else exact.mean)(self.result.columns[value])
        self.result.statistics[out] = figure
        return unknown_numbers(self.size) if figure is None else exact.constant(figure, self.size)

    def _score(self, paths: tuple[str, ...], undisclosed: int) -> Ratios:
        if undisclosed:
            return unknown_numbers(self.size)
        own = add_up(self.result, paths)
        known = exact.everywhere(self.size) if own.is_decided else np.asarray(own.certain == own.possible)
        return exact.from_integers(own.certain.astype(np.int32, copy=False), known)

    def _add(self, terms: tuple[tuple[int, Slot], ...]) -> Ratios:
        total: Ratios = self.result.columns[terms[0][1]]
        for sign, slot in terms[1:]:
            total = exact.add(total, sign, self.result.columns[slot])
        return total

    def _multiply(self, factors: tuple[tuple[int, Slot], ...]) -> Ratios:
        product: Ratios = self.result.columns[factors[0][1]]
        for exponent, slot in factors[1:]:
            product = exact.multiply(product, exponent, self.result.columns[slot])
        return product


def _ends(decided: Ratios, ends: list[Fraction | None]) -> Ratios:
    """A column of one end of each body's span, which is the value itself where that is decided."""
    values = [end if (value := decided[place]) is None else value for place, end in enumerate(ends)]
    column = exact.column([Fraction(0) if end is None else end for end in values])
    return evolve(column, known=np.array([end is not None for end in values], dtype=np.bool_))


def _between(left: tuple[Ratios, Ratios], operator: Operator, right: tuple[Ratios, Ratios]) -> Truth:
    """How two values compare of which each lies somewhere between two ends."""
    (low, high), (least, most) = left, right

    def surely(one: Ratios, how: Operator, other: Ratios) -> Bools:
        return one.known & other.known & exact.compare(one, how, other)

    if operator is Operator.EQUAL:
        certain = surely(low, Operator.AT_LEAST, most) & surely(high, Operator.AT_MOST, least)
        apart = surely(low, Operator.ABOVE, most) | surely(high, Operator.BELOW, least)
        return truth_of(certain, ~apart)
    opposite = operator.opposite
    assert opposite is not None, operator
    near, far = (low, high) if operator.direction > 0 else (high, low)
    other, beyond = (most, least) if operator.direction > 0 else (least, most)
    return truth_of(surely(near, operator, other), ~surely(far, opposite, beyond))


def _counted(parts: list[Truth], operator: Operator, count: int) -> Truth:
    least = np.sum([part.certain for part in parts], axis=0)
    most = np.sum([part.possible for part in parts], axis=0)
    if operator is Operator.EQUAL:
        return Truth((least == count) & (most == count), (least <= count) & (count <= most))
    surely, possibly = (least, most) if operator.direction > 0 else (most, least)
    return Truth(operator.holds(surely, count), operator.holds(possibly, count))


def _combined(parts: list[Truth], every: bool) -> Truth:
    combine = np.logical_and if every else np.logical_or
    certain = reduce(combine, (part.certain for part in parts))
    decided = all(part.is_decided for part in parts)
    return Truth(certain, certain if decided else reduce(combine, (part.possible for part in parts)))
