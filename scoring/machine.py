"""Runs an evaluator over facts: one pass up the tree for own points, one down for what counts."""

from fractions import Fraction
from functools import reduce
from typing import Any, Final

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from haiten.compiler import steps
from haiten.compiler.steps import Deciding, Evaluator, Slot
from haiten.compiler.syntax import Mode
from haiten.scoring import exact
from haiten.scoring.exact import Bools, Ratios
from haiten.scoring.facts import Facts, Truth, truth_of, unknown_numbers, unknown_truth
from haiten.scoring.ranking import NO_CLASS, UNKNOWN_CLASS, Ranked, StoredRanking, place, rank, together
from haiten.scoring.ranking import reach as within_step

_INT8: Final = 2**7 - 1
_INT16: Final = 2**15 - 1
_MOST_COUNTED: Final = _INT8

PointsColumn = NDArray[np.int32]
Points = NDArray[Any]  # int8, int16 or int32: the narrowest that holds what a node can give


@frozen(eq=False)
class Own:
    """Points of a node before any choice above it: what is certain, and what is possible at most.

    Where all is decided, both are one and the same array. A leaf keeps its outcome alone.

    Attributes:
        cut: what 上限 took off the certain points; None for every node without it.
        bound: no body has more.
    """

    certain: Points
    possible: Points
    cut: Points | None
    bound: int


@frozen(eq=False)
class LeafOwn:
    """Points of a leaf: its own where its outcome holds."""

    outcome: Truth
    bound: int
    cut: None = None

    @property
    def certain(self) -> Points:
        """Its points where it is surely met."""
        return _times(self.outcome.certain, self.bound)

    @property
    def possible(self) -> Points:
        """Its points where it can be met."""
        return _times(self.outcome.possible, self.bound)


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
    own: dict[str, Own | LeafOwn] = field(factory=dict)
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
    nobody: Bools = field(init=False)

    @nobody.default
    def _no_body(self) -> Bools:
        return exact.nowhere(len(self.result.facts))

    @property
    def size(self) -> int:
        return len(self.result.facts)

    def execute(self, step: steps.Step) -> None:
        slots, facts = self.result.slots, self.result.facts
        match step:  # what there is most of comes first
            case steps.Leaf():
                self._leaf(step)
            case steps.Total():
                self._total(step)
            case steps.LoadAnswer(out, column):
                slots[out] = facts.answers.get(column) or unknown_truth(self.size)
            case steps.Reach(out, ranking, within):
                slots[out] = within_step(slots[ranking], within)
            case steps.LoadNumber(out, column):
                slots[out] = facts.numbers.get(column) or unknown_numbers(self.size)
            case steps.LoadConstant(out, value):
                slots[out] = exact.constant(value, self.size)
            case steps.Score(out, paths):
                slots[out] = self._score(paths)
            case steps.Add(out, terms):
                slots[out] = self._add(terms)
            case steps.Multiply(out, factors):
                slots[out] = self._multiply(factors)
            case steps.Test(out, left, operator, right):
                known = exact.both(slots[left].known, slots[right].known)
                holds = exact.compare(slots[left], operator, slots[right])
                decided = exact.is_everywhere(known)
                slots[out] = Truth(holds, holds) if decided else Truth(known & holds, ~known | holds)
            case steps.Rank():
                slots[step.out] = self._rank(step)
            case steps.PlaceNumber(out, ranking):
                ranked: Ranked = slots[ranking]
                # Cut-offs alone tell who is within a step, not where a body stands.
                placed = ranked.stored is None or all(r.places for r in ranked.stored)
                known = ranked.has_rank if placed else exact.nowhere(self.size)
                slots[out] = exact.from_integers(ranked.better + 1, known)
            case steps.Extreme(out, parts, greatest):
                slots[out] = exact.extreme([slots[part] for part in parts], greatest)
            case steps.Round(out, value, decimals, half_up):
                slots[out] = exact.rounded(slots[value], decimals, half_up)
            case steps.Summarise(out, value, median):
                slots[out] = self._summary(out, value, median)
            case steps.Classify():
                slots[step.out] = self._classify(step)
            case steps.IsClass(out, classes, index):
                certain = slots[classes] == index
                slots[out] = truth_of(certain, certain | (slots[classes] == UNKNOWN_CLASS))
            case steps.Count(out, parts, operator, count):
                slots[out] = self._count(parts, operator, count)
            case steps.Combine(out, parts, every):
                combine = np.logical_and if every else np.logical_or
                certain = reduce(combine, (slots[part].certain for part in parts))
                decided = all(slots[part].is_decided for part in parts)
                possible = certain if decided else reduce(combine, (slots[part].possible for part in parts))
                slots[out] = Truth(certain, possible)
            case steps.Invert(out, part):
                certain = ~slots[part].possible
                slots[out] = Truth(certain, certain if slots[part].is_decided else ~slots[part].certain)

    # Ranks and classes

    def _rank(self, step: steps.Rank) -> Ranked:
        slots = self.result.slots
        everyone = exact.everywhere(self.size)
        member = Truth(everyone, everyone) if step.subset is None else slots[step.subset]
        classes = together(self.size) if step.classes is None else slots[step.classes]
        stored = self.stored.rankings.get(step.out)
        if stored is None:
            return rank(slots[step.value], member, step.lower_is_better, classes)
        return place(slots[step.value], member, step.lower_is_better, classes, stored)

    def _classify(self, step: steps.Classify) -> NDArray[np.int64]:
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
        own = self._added([self.result.own[path] for path in paths])
        decided = own.certain is own.possible
        known = exact.everywhere(self.size) if decided else np.asarray(own.certain == own.possible)
        return exact.from_integers(own.certain.astype(np.int32, copy=False), known)

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

    def _leaf(self, leaf: steps.Leaf) -> None:
        result, truth = self.result, self.result.slots[leaf.truth]
        node = result.evaluator.program.nodes[leaf.path]
        given = result.facts.outcomes.get(leaf.path) if not node.is_shared else None
        outcome = truth
        is_given = self.nobody
        if node.is_shared:
            is_given = result.given[node.same_as]
        elif given is not None:
            is_given = given.known
            certain = np.where(is_given, given.certain, truth.certain)
            decided = exact.is_everywhere(is_given) or truth.is_decided
            possible = certain if decided else np.where(is_given, given.possible, truth.possible)
            outcome = Truth(certain, possible)
        result.computed[leaf.path] = truth
        result.given[leaf.path] = is_given
        result.slots[leaf.out] = outcome
        self._keep(leaf.path, LeafOwn(outcome, node.maximum))

    def _keep(self, path: str, own: "Own | LeafOwn") -> None:
        """Keep a node's own points; where they are given, they stand instead of what its items add up to."""
        given = self.result.facts.points.get(path)
        if given is not None:
            bound = max(own.bound, self.result.evaluator.program.nodes[path].maximum)
            kind = _narrowest(bound)
            points = given.num.astype(kind)
            certain = np.where(given.known, points, own.certain).astype(kind, copy=False)
            decided = bool(given.known.all()) or _is_decided(own)
            possible = certain if decided else np.where(given.known, points, own.possible).astype(kind, copy=False)
            cut = None if own.cut is None else np.where(given.known, 0, own.cut)
            own = Own(certain, possible, cut, bound)
        self.result.own[path] = own

    def _total(self, total: steps.Total) -> None:
        result, node = self.result, self.result.evaluator.program.nodes[total.path]
        if node.is_shared and node.same_as in result.own:
            self._keep(total.path, result.own[node.same_as])
            if node.same_as in self.choices:
                self.choices[total.path] = self.choices[node.same_as]
            return
        children = [result.own[child] for child in total.children]
        if total.mode is Mode.ANY_ONE:
            self._keep(total.path, self._best(total, children))
            return
        own = self._added(children)
        certain, possible, bound = own.certain, own.possible, own.bound
        if total.undisclosed:
            bound += total.undisclosed
            kind = _narrowest(bound)
            possible = possible.astype(kind) + np.array(total.undisclosed, dtype=kind)
        cut = None
        if total.cap is not None:
            decided = certain is possible
            cap = min(total.cap, bound)
            cut = np.maximum(certain, cap) - cap
            certain = np.minimum(certain, cap)
            possible = certain if decided else np.minimum(possible, cap)
        self._keep(total.path, Own(certain, possible, cut, bound))

    def _added(self, children: "list[Own | LeafOwn]") -> Own:
        """The points of some nodes together, in the narrowest type that holds them."""
        bound = sum(child.bound for child in children)
        if not children:
            nothing: Points = np.broadcast_to(np.int8(0), (self.size,))
            return Own(nothing, nothing, None, 0)
        sides = [self._sum([(child, "certain") for child in children], bound)]
        if not all(_is_decided(child) for child in children):
            sides.append(self._sum([(child, "possible") for child in children], bound))
        return Own(sides[0], sides[-1], None, bound)

    def _sum(self, parts: "list[tuple[Own | LeafOwn, str]]", bound: int) -> Points:
        total: Points = np.zeros(self.size, dtype=_narrowest(bound))
        by_points: dict[int, list[Bools]] = {}
        for child, side in parts:
            if isinstance(child, LeafOwn):
                by_points.setdefault(child.bound, []).append(getattr(child.outcome, side))
            else:
                total += getattr(child, side)
        for points, met in by_points.items():
            # Leaves of equal points are counted first; few enough for a byte at a time.
            for start in range(0, len(met), _MOST_COUNTED):
                some = met[start : start + _MOST_COUNTED]
                if len(some) == 1:
                    total += _times(some[0], points)
                    continue
                count = np.add(some[0].view(np.int8), some[1].view(np.int8))
                for more in some[2:]:
                    np.add(count, more.view(np.int8), out=count)
                fits = points * len(some) <= _INT8
                total += np.multiply(count, np.int8(points)) if fits else np.multiply(count, points, dtype=total.dtype)
        return total

    def _best(self, total: steps.Total, children: "list[Own | LeafOwn]") -> Own:
        """The points of いずれか; which child counts is kept for the way down."""
        bound = max(total.undisclosed, *(child.bound for child in children), 0)
        kind = _narrowest(bound)
        hidden = [np.full(self.size, total.undisclosed, dtype=kind)] if total.undisclosed else []
        certain = [child.certain for child in children] + [np.zeros(self.size, dtype=kind) for _ in hidden]
        decided = not hidden and all(_is_decided(child) for child in children)
        possible = certain if decided else [child.possible for child in children] + hidden
        self.choices[total.path] = self._choose(certain, possible, total.deciding)
        if not certain:
            return Own(np.zeros(self.size, dtype=kind), np.zeros(self.size, dtype=kind), None, 0)
        best = reduce(np.maximum, certain)
        return Own(best, best if decided else reduce(np.maximum, possible), None, bound)

    def _choose(
        self, certain: list[Points], possible: list[Points], deciding: tuple[tuple[Deciding, ...], ...]
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
        everywhere = exact.everywhere(self.size)
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
                    live = Live(exact.both(above.certain, here.certain), exact.both(above.possible, here.possible))
                self.result.live[child] = live


def _narrowest(bound: int) -> type[np.int8] | type[np.int16] | type[np.int32]:
    """The narrowest type that holds points up to a bound."""
    return np.int8 if bound <= _INT8 else np.int16 if bound <= _INT16 else np.int32


def _times(met: Bools, points: int) -> Points:
    product: Points = np.multiply(met.view(np.int8), np.array(points, dtype=_narrowest(points)))
    return product


def _is_decided(own: Own | LeafOwn) -> bool:
    return own.outcome.is_decided if isinstance(own, LeafOwn) else own.certain is own.possible


def _precedes(best: list[tuple[Ratios, Bools]], child: int, other: int) -> Bools:
    """Where a child is surely taken before another one of equal points."""
    (mine, mine_known), (theirs, theirs_known) = best[child], best[other]
    better = exact.compare(mine, "未満", theirs)
    equal = exact.compare(mine, "と等しい", theirs)
    first = child < other
    return mine_known & theirs_known & (better | (equal & first))
