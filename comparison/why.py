"""Why the points of one body moved between two years, split into what moved them; the parts add up to the difference.

The old year is turned into the new one in five steps, in the order of an audit: first what the body has no hand in
(the rules, then the others whom it is ranked among), then what was told from outside, then what it is (its figures),
and last what it did (its answers). So a changed answer counts as it does under the new rules, in the new nation.
After each step the body is scored. As the steps lead from one year to the other, their differences add up exactly.

Where two things are worth more together than each for itself, the order decides who gets it. So each step is made
first and last, too: where these differ, the order counts, and the table says by how much.
"""

from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from typing import Final

from attrs import field

from haiten.comparison.match import Match, match
from haiten.comparison.mixed_facts import BothYears, Whose, in_terms_of, mixed
from haiten.comparison.moved_cutoffs import moved_cutoffs
from haiten.comparison.same_reading import Readings
from haiten.compiler.late import frozen
from haiten.compiler.program.program import Node
from haiten.compiler.syntax.rulebook import Mode
from haiten.scoring.cutoffs.cutoffs import stored_of
from haiten.scoring.running.machine import run
from haiten.scoring.running.run import Stored
from haiten.scoring.running.scores import PointsRange, Scores, Verdict


class Factor(StrEnum):
    """What moves points, in the order in which it is counted.

    GIVEN are outcomes that the ministry told: they hold the body's own figures and the others' ranks in one.
    """

    RULES = "rules"
    OTHERS = "others"
    GIVEN = "given"
    FIGURES = "figures"
    ANSWERS = "answers"

    @property
    def japanese(self) -> str:
        """What a reader sees."""
        return {
            Factor.RULES: "規則の改正",
            Factor.OTHERS: "他団体の順位・平均",
            Factor.GIVEN: "示された判定",
            Factor.FIGURES: "自団体の値",
            Factor.ANSWERS: "自団体の回答",
        }[self]


ORDER: Final = tuple(Factor)
State = frozenset[Factor]  # what is of the new year
_OLD: Final[State] = frozenset()
_NEW: Final[State] = frozenset(ORDER)


@frozen(eq=False)
class ScoredYear:
    """A year that was scored, with the body in it; ``stored``: the cut-offs in which it was placed, if any."""

    scores: Scores
    body: int
    stored: Stored | None = None


@frozen
class MovedPart:
    """What a step moved.

    Attributes:
        change: of the certain points; those of all steps add up to the difference.
        low: the points that the step moved are no fewer, whatever is unknown; ``high`` likewise. Ends do not add up:
            two steps may hold the same unknown, of which one has less where the other has more.
    """

    change: int
    low: int
    high: int

    @property
    def decided(self) -> bool:
        """Whether nothing that is unknown can change it."""
        return self.low == self.high

    @property
    def moved(self) -> bool:
        """Whether it moved anything, or may have."""
        return bool(self.change or self.low or self.high)


@frozen(eq=False)
class YearsNode:
    """A node of either year, or all of them together.

    Attributes:
        old, new: the node in either year; None where that year has none, and both for 全体.
        state: what to say of one that is new or gone; empty where it is in both.
        below: what it is made of.
    """

    old: Node | None
    new: Node | None
    state: str
    below: "tuple[YearsNode, ...]"

    @property
    def node(self) -> Node | None:
        """The node as it is now, or was; None for 全体."""
        return self.new or self.old

    @property
    def path(self) -> str:
        """Where it stands, or stood; empty for 全体."""
        return self.node.path if self.node is not None else ""

    @property
    def is_leaf(self) -> bool:
        """Whether points are given here in one of the years."""
        return any(node is not None and not node.children for node in (self.old, self.new))

    def walk(self) -> "Iterator[YearsNode]":
        """It and all below, in their order."""
        yield self
        for line in self.below:
            yield from line.walk()

    def items(self) -> "Iterator[YearsNode]":
        """The leaves of either year; several that became one, or one that became several, are told as one."""
        if self.is_leaf:
            yield self
        else:
            for line in self.below:
                yield from line.items()


@frozen(eq=False)
class _Scored:
    """A body scored in one state."""

    points: dict[str, PointsRange]
    verdicts: dict[str, Verdict]
    total: PointsRange


@frozen(eq=False)
class Why:
    """The difference between two years of one body, and what it is made of.

    Attributes:
        terms: the facts of both years under the old and under the new rules.
        only_cutoffs: rankings and statistics that the cut-offs of one year alone have, as they are written.
    """

    matched: Match
    old: ScoredYear
    new: ScoredYear
    terms: tuple[BothYears, BothYears]
    only_cutoffs: tuple[str, ...]
    _cutoffs: tuple[tuple[Stored, Stored], tuple[Stored, Stored]] | None
    _made: dict[State, _Scored] = field(factory=dict, init=False)
    _parts: dict[tuple[str, str, State, State], tuple[int, int]] = field(factory=dict, init=False)

    @property
    def is_placed(self) -> bool:
        """Whether cut-offs stand for the others."""
        return self._cutoffs is not None

    @cached_property
    def inert(self) -> State:
        """What cannot have moved anything, as there is none of it in either year."""
        found = set()
        sides = ((self.old, self.terms[0].years[0]), (self.new, self.terms[1].years[1]))
        if not self.is_placed and all(len(side.scores.bodies) == 1 for side, _ in sides):
            found.add(Factor.OTHERS)
        if not any(truth.known[side.body] for side, facts in sides for truth in facts.outcomes.values()):
            found.add(Factor.GIVEN)
        return frozenset(found)

    @property
    def factors(self) -> tuple[Factor, ...]:
        """What can have moved something, in the order of the steps."""
        return tuple(factor for factor in ORDER if factor not in self.inert)

    @cached_property
    def whole(self) -> YearsNode:
        """全体, and below it every node of either year; what is gone stands behind what is still there."""
        grants = [self._line(node) for node in self.matched.new.grants]
        gone = [self._gone(node) for node in self.matched.old.grants if self.matched.new_path.get(node.path) is None]
        return YearsNode(None, None, "", (*grants, *gone))

    def _line(self, new: Node) -> YearsNode:
        old = self.matched.counterpart(new)
        inside = [self._line(self.matched.new.nodes[path]) for path in new.children]
        lost = (path for path in (old.children if old is not None else ()) if path not in self.matched.new_path)
        inside += [self._gone(self.matched.old.nodes[path]) for path in lost]
        return YearsNode(old, new, self.matched.state(old.path if old else None, new.path), tuple(inside))

    def _gone(self, old: Node) -> YearsNode:
        lost = (path for path in old.children if path not in self.matched.new_path)
        below = tuple(self._gone(self.matched.old.nodes[path]) for path in lost)
        return YearsNode(old, None, self.matched.state(old.path, None), below)

    def points(self, line: YearsNode, *, new: bool) -> PointsRange:
        """What the body had, or has."""
        return self._points(line, _NEW if new else _OLD)

    def verdict(self, line: YearsNode, *, new: bool) -> Verdict | None:
        """What became of a leaf in either year; None where it is none."""
        node, scored = (line.new, self._scored(_NEW)) if new else (line.old, self._scored(_OLD))
        return scored.verdicts.get(node.path) if node is not None else None

    def change(self, line: YearsNode) -> MovedPart:
        """The whole difference; its certain points and its ends are those of the two years."""
        was, has = self.points(line, new=False), self.points(line, new=True)
        return MovedPart(has.certain - was.certain, has.certain - was.possible, has.possible - was.certain)

    def parts(self, line: YearsNode) -> dict[Factor, MovedPart]:
        """What each step moved, in their order."""
        parts, state = {}, _OLD
        for factor in ORDER:
            parts[factor] = self._part(line, state, state | {factor}, factor)
            state |= {factor}
        return parts

    def first(self, line: YearsNode, factor: Factor) -> MovedPart:
        """What a step moves if it is made before all others."""
        return self._part(line, _OLD, frozenset({factor}), factor)

    def last(self, line: YearsNode, factor: Factor) -> MovedPart:
        """What a step moves if it is made after all others."""
        return self._part(line, _NEW - {factor}, _NEW, factor)

    def interaction(self, line: YearsNode) -> int:
        """What of the difference of the certain points nothing does alone: the difference less all that was first."""
        return self.change(line).change - sum(self.first(line, factor).change for factor in ORDER)

    def order_counts(self, line: YearsNode) -> bool:
        """Whether another order would give other parts."""
        parts = self.parts(line)
        return any(len({parts[factor], self.first(line, factor), self.last(line, factor)}) > 1 for factor in ORDER)

    # States

    def _scored(self, state: State) -> _Scored:
        state -= self.inert
        if state not in self._made:
            self._made[state] = self._score(state)
        return self._made[state]

    def _score(self, state: State) -> _Scored:
        if state in (_OLD, _NEW - self.inert):
            side = self.new if state else self.old
            return _read_off(side.scores, side.body)
        rules = Factor.RULES in state
        others, given, figures, answers = (factor in state for factor in ORDER[1:])
        here, places = (self.new if rules else self.old).scores, (self.old.body, self.new.body)
        whose = Whose(others, given, figures, answers)
        facts, at = mixed(self.terms[rules], places, whose, alone=self._cutoffs is not None)
        stored = None if self._cutoffs is None else self._cutoffs[rules][others]
        return _read_off(Scores(here.program, here.fingerprint, run(here.run.evaluator, facts, stored)), at)

    def _points(self, line: YearsNode, state: State) -> PointsRange:
        scored = self._scored(state)
        if line.node is None:
            return scored.total
        node = line.new if Factor.RULES in state else line.old
        return PointsRange(0, 0, 0) if node is None else scored.points[node.path]

    # Parts

    def _part(self, line: YearsNode, then: State, now: State, factor: Factor) -> MovedPart:
        was, has = self._points(line, then), self._points(line, now)
        return MovedPart(has.certain - was.certain, *self._bounds(line, then, now, factor))

    def _bounds(self, line: YearsNode, then: State, now: State, factor: Factor) -> tuple[int, int]:
        """Between what points a step moved; where one unknown stands in both states, it is the same."""
        key = (line.old.path if line.old else "", line.new.path if line.new else "", then, now)
        if key not in self._parts:
            self._parts[key] = self._bound(line, then, now, factor)
        return self._parts[key]

    def _bound(self, line: YearsNode, then: State, now: State, factor: Factor) -> tuple[int, int]:
        was, has = self._points(line, then), self._points(line, now)
        low, high = has.certain - was.possible, has.possible - was.certain
        if low == high or factor in self.inert:
            return (low, high) if low == high else (0, 0)
        if factor is not Factor.RULES and not self._touches(line, factor, now):
            return 0, 0
        if line.is_leaf:
            return self._same_unknown(line, (was, has), factor) or (low, high)
        if self._is_sum(line):
            inside = [self._bounds(each, then, now, factor) for each in line.below if self._counts(line, each)]
            low, high = max(low, sum(one[0] for one in inside)), min(high, sum(one[1] for one in inside))
        return low, high

    def _same_unknown(
        self, line: YearsNode, points: tuple[PointsRange, PointsRange], factor: Factor
    ) -> tuple[int, int] | None:
        """What new points of the same requirement move, where it is not known whether that is met."""
        if factor is not Factor.RULES or not self._reading.reads_alike(line.old, line.new):
            return None
        was, has = points
        whole = all(each == PointsRange(0, each.maximum, each.maximum) for each in points)
        move = has.maximum - was.maximum
        return (min(0, move), max(0, move)) if whole else None

    def _touches(self, line: YearsNode, factor: Factor, state: State) -> bool:
        """Whether a step can move anything below a line, by the rules of the state."""
        new = Factor.RULES in state
        node, program = (line.new, self.matched.new) if new else (line.old, self.matched.old)
        if node is None and line.node is not None:
            return False
        ends = (each.path for each in program.nodes.values() if not each.children)
        below = (path for path in ends if node is None or path == node.path or path.startswith(f"{node.path}."))
        return any(factor in self._reading.of(path, new=new) for path in below)

    @cached_property
    def _reading(self) -> "Readings[Factor]":
        kinds = (Factor.OTHERS, Factor.GIVEN, Factor.FIGURES, Factor.ANSWERS)
        places = (self.old.body, self.new.body)
        return Readings(self.matched, self.terms, kinds, (_given(self.terms[0], places), _given(self.terms[1], places)))

    def _is_sum(self, line: YearsNode) -> bool:
        """Whether the points of a line are those below it, in both years, and what is below it stood there, too."""
        if line.node is None:
            return True
        nodes = [node for node in (line.old, line.new) if node is not None]
        plain = all(
            node.children and node.mode is Mode.SUM and node.cap is None and not node.undisclosed for node in nodes
        )
        now = {each.new.path for each in line.below if each.new is not None}
        then = {each.old.path for each in line.below if each.old is not None}
        return plain and all(set(node.children) == here for node, here in ((line.old, then), (line.new, now)) if node)

    def _counts(self, line: YearsNode, below: YearsNode) -> bool:
        """Whether points below count above; a 別枠 stands outside 全体."""
        return line.node is not None or below.node is None or not below.node.special


def _given(terms: BothYears, places: tuple[int, int]) -> frozenset[str]:
    """The leaves of which an outcome of the body was given in one of the years."""
    return frozenset(
        path
        for facts, place in zip(terms.years, places, strict=True)
        for path, truth in facts.outcomes.items()
        if truth.known[place]
    )


def _read_off(scores: Scores, body: int) -> _Scored:
    nodes = scores.program.nodes
    return _Scored(
        {path: scores.points(path, body) for path in nodes},
        {leaf.path: scores.verdict(leaf.path, body) for leaf in scores.program.leaves},
        scores.points(None, body),
    )


def why(old: ScoredYear, new: ScoredYear) -> Why:
    """What moved the points of a body between two years.

    Args:
        old: the year before, ranked among the bodies of its facts or placed by cut-offs.
        new: the year; of the same scope. Where one of them was placed by cut-offs, those of the other are made.
    """
    matched = match(old.scores.program, new.scores.program)
    terms = (
        in_terms_of(old.scores, new.scores, newer=False),
        in_terms_of(new.scores, old.scores, newer=True),
    )
    if old.stored is None and new.stored is None:
        return Why(matched, old, new, terms, (), None)
    mine, theirs = (side.stored or stored_of(side.scores) for side in (old, new))
    evaluators = old.scores.run.evaluator, new.scores.run.evaluator
    forward = moved_cutoffs(matched, (evaluators[0], mine), (evaluators[1], theirs))
    back = moved_cutoffs(match(new.scores.program, old.scores.program), (evaluators[1], theirs), (evaluators[0], mine))
    only = tuple(dict.fromkeys((*forward.only, *back.only)))
    return Why(matched, old, new, terms, only, ((mine, back.stored), (forward.stored, theirs)))
