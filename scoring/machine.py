"""Runs an evaluator over facts: one pass up the tree for own points, one down for what counts."""

from fractions import Fraction
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from haiten.compiler import emit
from haiten.compiler.emit import Deciding, Evaluator, Slot
from haiten.compiler.syntax import Mode
from haiten.scoring import exact
from haiten.scoring.exact import Bools, Ratios
from haiten.scoring.facts import Facts, Truth, unknown_numbers, unknown_truth
from haiten.scoring.ranking import NO_CLASS, UNKNOWN_CLASS, Ranked, StoredRanking, place, rank, reach

PointsColumn = NDArray[np.int32]


@frozen(eq=False)
class Own:
    """Points of a node before any choice above it: what is certain, and what is possible at most.

    Attributes:
        cut: what 上限 took off the certain points; zero for every node without it.
    """

    certain: PointsColumn
    possible: PointsColumn
    cut: PointsColumn


@frozen(eq=False)
class Live:
    """Whether a node's points reach the total: they surely do, or at least can."""

    certain: Bools
    possible: Bools


@frozen(eq=False)
class Run:
    """All columns of a run. Whatever explains a score reads them here; nothing is computed a second time.

    Attributes:
        slots: by slot: Ratios, Truth or Ranked.
        computed: what each leaf's condition came to, before an outcome that was given.
        given: where a leaf's outcome was given, by path.
        statistics: means and medians, by slot; None where no body has a value.
        own, live: by path.
    """

    evaluator: Evaluator
    facts: Facts
    slots: list[Any]
    computed: dict[str, Truth] = field(factory=dict)
    given: dict[str, Bools] = field(factory=dict)
    statistics: dict[Slot, Fraction | None] = field(factory=dict)
    own: dict[str, Own] = field(factory=dict)
    live: dict[str, Live] = field(factory=dict)

    def outcome(self, path: str) -> Truth:
        """Whether a leaf's condition is met."""
        truth: Truth = self.slots[self.evaluator.outcomes[path]]
        return truth


@frozen
class Stored:
    """What an earlier run left behind: rankings (a tuple by class) and statistics, by slot."""

    rankings: dict[Slot, tuple[StoredRanking, ...]] = field(factory=dict)
    statistics: dict[Slot, Fraction | None] = field(factory=dict)


def run(evaluator: Evaluator, facts: Facts, stored: Stored | None = None) -> Run:
    """Run an evaluator over facts, ranking the bodies among each other or placing them in stored rankings."""
    result = Run(evaluator, facts, [None] * evaluator.size)
    machine = _Machine(result, stored or Stored())
    for step in evaluator.steps:
        machine.execute(step)
    machine.pass_down()
    return result


@frozen(eq=False)
class _Machine:
    result: Run
    stored: Stored
    choices: dict[str, tuple[Live, ...]] = field(factory=dict)

    @property
    def size(self) -> int:
        return len(self.result.facts)

    def execute(self, step: emit.Step) -> None:
        slots, facts = self.result.slots, self.result.facts
        match step:
            case emit.LoadNumber(out, column):
                slots[out] = facts.numbers.get(column) or unknown_numbers(self.size)
            case emit.LoadAnswer(out, column):
                slots[out] = facts.answers.get(column) or unknown_truth(self.size)
            case emit.LoadConstant(out, value):
                slots[out] = exact.constant(value, self.size)
            case emit.Score(out, paths):
                slots[out] = self._score(paths)
            case emit.Add(out, terms):
                slots[out] = self._add(terms)
            case emit.Multiply(out, factors):
                slots[out] = self._multiply(factors)
            case emit.Test(out, left, operator, right):
                known = slots[left].known & slots[right].known
                holds = exact.compare(slots[left], operator, slots[right])
                slots[out] = Truth(known & holds, ~known | holds)
            case emit.Rank():
                slots[step.out] = self._rank(step)
            case emit.PlaceNumber(out, ranking):
                ranked: Ranked = slots[ranking]
                # Cut-offs alone tell who is within a step, not where a body stands.
                known = ranked.has_rank & (ranked.stored is None or all(r.places for r in ranked.stored))
                slots[out] = exact.from_integers(ranked.better + 1, known)
            case emit.Extreme(out, parts, greatest):
                slots[out] = exact.extreme([slots[part] for part in parts], greatest)
            case emit.Round(out, value, decimals, half_up):
                slots[out] = exact.rounded(slots[value], decimals, half_up)
            case emit.Summarise(out, value, median):
                slots[out] = self._summary(out, value, median)
            case emit.Classify():
                slots[step.out] = self._classify(step)
            case emit.IsClass(out, classes, index):
                slots[out] = Truth(
                    slots[classes] == index, (slots[classes] == index) | (slots[classes] == UNKNOWN_CLASS)
                )
            case emit.Count(out, parts, operator, count):
                slots[out] = self._count(parts, operator, count)
            case emit.Reach(out, ranking, within):
                slots[out] = reach(slots[ranking], within)
            case emit.Combine(out, parts, every):
                combine = np.logical_and if every else np.logical_or
                certain = combine.reduce([slots[part].certain for part in parts])
                slots[out] = Truth(certain, combine.reduce([slots[part].possible for part in parts]))
            case emit.Invert(out, part):
                slots[out] = Truth(~slots[part].possible, ~slots[part].certain)
            case emit.Leaf():
                self._leaf(step)
            case emit.Total():
                self._total(step)

    # Ranks and classes

    def _rank(self, step: emit.Rank) -> Ranked:
        slots = self.result.slots
        everyone = np.ones(self.size, dtype=np.bool_)
        member = Truth(everyone, everyone) if step.subset is None else slots[step.subset]
        classes = np.zeros(self.size, dtype=np.int64) if step.classes is None else slots[step.classes]
        stored = self.stored.rankings.get(step.out)
        if stored is None:
            return rank(slots[step.value], member, step.lower_is_better, classes)
        return place(slots[step.value], member, step.lower_is_better, classes, stored)

    def _classify(self, step: emit.Classify) -> NDArray[np.int64]:
        values: Ratios = self.result.slots[step.value]
        classes = np.full(self.size, NO_CLASS, dtype=np.int64)
        for index, bounds in reversed(list(enumerate(step.cases))):
            fits = np.ones(self.size, dtype=np.bool_)
            for operator, bound in bounds:
                fits &= exact.compare(values, operator, self.result.slots[bound])
            classes[fits] = index
        classes[~values.known] = UNKNOWN_CLASS
        return classes

    def _count(self, parts: tuple[Slot, ...], operator: str, count: int) -> Truth:
        least = np.sum([self.result.slots[part].certain for part in parts], axis=0)
        most = np.sum([self.result.slots[part].possible for part in parts], axis=0)
        match operator:
            case "以上":
                return Truth(least >= count, most >= count)
            case "超":
                return Truth(least > count, most > count)
            case "以下":
                return Truth(most <= count, least <= count)
            case "未満":
                return Truth(most < count, least < count)
            case _:
                return Truth((least == count) & (most == count), (least <= count) & (count <= most))

    # Values

    def _summary(self, out: Slot, value: Slot, median: bool) -> Ratios:
        if out in self.stored.statistics:
            figure = self.stored.statistics[out]
        else:
            figure = (exact.median if median else exact.mean)(self.result.slots[value])
        self.result.statistics[out] = figure
        return unknown_numbers(self.size) if figure is None else exact.constant(figure, self.size)

    def _score(self, paths: tuple[str, ...]) -> Ratios:
        certain = possible = np.zeros(self.size, dtype=np.int64)
        for path in paths:
            own = self.result.own[path]
            certain, possible = certain + own.certain, possible + own.possible
        return exact.from_integers(certain, np.asarray(certain == possible))

    def _add(self, terms: tuple[tuple[int, Slot], ...]) -> Ratios:
        total: Ratios = self.result.slots[terms[0][1]]
        for sign, slot in terms[1:]:
            total = exact.add(total, sign, self.result.slots[slot])
        return total

    def _multiply(self, factors: tuple[tuple[int, Slot], ...]) -> Ratios:
        product: Ratios = self.result.slots[factors[0][1]]
        for exponent, slot in factors[1:]:
            product = exact.multiply(product, exponent, self.result.slots[slot])
        return product

    # Nodes, upwards

    def _leaf(self, leaf: emit.Leaf) -> None:
        program, truth = self.result.evaluator.program, self.result.slots[leaf.truth]
        node = program.nodes[leaf.path]
        given = self.result.facts.outcomes.get(leaf.path) if not node.is_shared else None
        outcome = truth
        is_given = np.zeros(self.size, dtype=np.bool_)
        if node.is_shared:
            is_given = self.result.given[node.same_as]
        elif given is not None:
            is_given = given.known
            outcome = Truth(
                np.where(is_given, given.certain, truth.certain), np.where(is_given, given.possible, truth.possible)
            )
        self.result.computed[leaf.path] = truth
        self.result.given[leaf.path] = is_given
        self.result.slots[leaf.out] = outcome
        points = np.int32(node.maximum)
        certain, possible = outcome.certain * points, outcome.possible * points
        self._set_own(leaf.path, Own(certain, possible, np.zeros_like(certain)))

    def _set_own(self, path: str, own: Own) -> None:
        """Keep a node's own points; where they are given, they stand instead of what its items add up to."""
        given = self.result.facts.points.get(path)
        if given is not None:
            points = given.num.astype(np.int32)
            certain, possible = (np.where(given.known, points, c) for c in (own.certain, own.possible))
            own = Own(certain, possible, np.where(given.known, 0, own.cut))
        self.result.own[path] = own

    def _total(self, total: emit.Total) -> None:
        children = [self.result.own[child] for child in total.children]
        nothing = np.zeros(self.size, dtype=np.int32)
        certain = np.array([child.certain for child in children] + [nothing] * bool(total.undisclosed))
        undisclosed = [nothing + np.int32(total.undisclosed)] * bool(total.undisclosed)
        possible = np.array([child.possible for child in children] + undisclosed)
        if total.mode is Mode.ANY_ONE:
            self.choices[total.path] = self._choose(certain, possible, total.deciding)
            own = Own(certain.max(axis=0), possible.max(axis=0), np.zeros(self.size, dtype=np.int32))
        else:
            low, high = certain.sum(axis=0, dtype=np.int32), possible.sum(axis=0, dtype=np.int32)
            cap = np.int32(total.cap) if total.cap is not None else None
            if cap is None:
                own = Own(low, high, np.zeros_like(low))
            else:
                own = Own(np.minimum(low, cap), np.minimum(high, cap), np.maximum(low - cap, 0))
        self._set_own(total.path, own)

    def _choose(
        self, certain: PointsColumn, possible: PointsColumn, deciding: tuple[tuple[Deciding, ...], ...]
    ) -> tuple[Live, ...]:
        """Which of いずれか's children count, per body.

        A child's points surely count only if no sibling can beat it, and cannot count if one surely does; between equal
        points the better proportional rank decides, then the order of the file (language.md, いずれか).
        """
        # 未公表 points come after the children, without any rank: what they are worth is not known.
        best = [self._best_proportion(rankings) for rankings in deciding]
        best += [self._best_proportion(())] * (len(certain) - len(deciding))
        lives = []
        for child in range(len(deciding)):
            wins = np.ones(self.size, dtype=np.bool_)
            can_win = np.ones(self.size, dtype=np.bool_)
            for other in range(len(certain)):
                if other == child:
                    continue
                ahead, behind = _precedes(best, child, other), _precedes(best, other, child)
                wins &= (possible[other] < certain[child]) | ((possible[other] == certain[child]) & ahead)
                can_win &= ~((certain[other] > possible[child]) | ((certain[other] == possible[child]) & behind))
            lives.append(Live(wins, can_win))
        return tuple(lives)

    def _best_proportion(self, rankings: tuple[Deciding, ...]) -> tuple[Ratios, Bools]:
        """The best (1 + better) ÷ N among some rankings, 2 where there is none; and where that is certain."""
        num = np.full(self.size, 2, dtype=np.int64)
        den = np.ones(self.size, dtype=np.int64)
        certain = np.ones(self.size, dtype=np.bool_)
        for deciding in rankings:
            ranked: Ranked = self.result.slots[deciding.ranking]
            # Both terms are numbers of bodies, far below 2**31.
            size = np.maximum(ranked.size, 1)
            here = ranked.has_rank & ((ranked.better + 1) * den < num * size)
            num, den = np.where(here, ranked.better + 1, num), np.where(here, size, den)
            # Outcomes that were all given need no rank; without one, the order of the file decides.
            given = np.logical_and.reduce([self.result.given[leaf] for leaf in deciding.leaves])
            certain &= ranked.has_rank | ~ranked.member.possible | (ranked.classes == NO_CLASS) | given
        return Ratios(num, den, certain, 2**31, 2**31), certain

    # Nodes, downwards

    def pass_down(self) -> None:
        everywhere = np.ones(self.size, dtype=np.bool_)
        program = self.result.evaluator.program
        for node in program.nodes.values():
            if node.parent is None:
                self.result.live[node.path] = Live(everywhere, everywhere)
        for node in program.nodes.values():
            above, choice = self.result.live[node.path], self.choices.get(node.path)
            for index, child in enumerate(node.children):
                live = above
                if choice is not None:
                    here = choice[index]
                    live = Live(above.certain & here.certain, above.possible & here.possible)
                self.result.live[child] = live


def _precedes(best: list[tuple[Ratios, Bools]], child: int, other: int) -> Bools:
    """Where a child is surely taken before another one of equal points."""
    (mine, mine_known), (theirs, theirs_known) = best[child], best[other]
    better = exact.compare(mine, "未満", theirs)
    equal = exact.compare(mine, "と等しい", theirs)
    first = child < other
    return mine_known & theirs_known & (better | (equal & first))
