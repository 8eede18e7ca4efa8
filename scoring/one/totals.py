"""Own points of nodes for one body: sums, 上限, the best of いずれか, and what is given in their place."""

from collections.abc import Callable, Mapping
from operator import itemgetter, mul
from typing import Any

from haiten.compiler.evaluator.emit import Evaluator
from haiten.compiler.evaluator.schedule import PlainSums
from haiten.compiler.evaluator.steps import LeafStep, PointsValue, Slot, Total
from haiten.compiler.syntax.rulebook import Mode
from haiten.scoring.one.ranges import NO, UNKNOWN, YES, OneRange, certain, exactly, possible, span
from haiten.scoring.one.rankings import OneRanking
from haiten.scoring.one.workings import OneStep, Workings

OneRankings = Mapping[Slot, OneRanking]


def leaves(evaluator: Evaluator, steps: tuple[LeafStep, ...]) -> OneStep:
    """Put down outcomes: those that are given, and those that conditions came to; then given points."""
    nodes = evaluator.program.nodes
    settled = tuple((leaf.out, leaf.truth) for leaf in steps)
    asked = tuple((leaf.path, leaf.out) for leaf in steps if not nodes[leaf.path].is_shared)

    def run(work: Workings) -> None:
        truths, facts = work.truths, work.facts
        for out, truth in settled:
            truths[out] = truths[truth]
        if facts.outcomes:
            for path, out in asked:
                if path in facts.outcomes:
                    truths[out] = facts.outcomes[path]
        for leaf in steps if facts.points else ():
            _give_leaf_points(work, leaf.path, nodes[leaf.path].same_as)

    return run


def _give_leaf_points(work: Workings, path: str, same_as: str) -> None:
    """Put down a leaf's points, if they are given for it or for the one it stands for."""
    if path in work.facts.points:
        work.points[path] = exactly(work.facts.points[path])
    elif same_as in work.points:
        work.points[path] = work.points[same_as]


def total(evaluator: Evaluator, step: Total, rankings: OneRankings) -> OneStep:
    """A node's own points; where they are given, they stand instead of what its items add up to."""
    node, path = evaluator.program.nodes[step.path], step.path
    own = _best(evaluator, step, rankings) if step.mode is Mode.ANY_ONE else _sum(evaluator, step)
    same_as = node.same_as if node.is_shared else None

    def run(work: Workings) -> None:
        if same_as is not None and same_as in work.points:
            _share(work, path, same_as)
        else:
            work.points[path] = own(work)
        given = work.facts.points
        if given and path in given:
            work.points[path] = exactly(given[path])
            work.cuts.pop(path, None)

    return run


def plain_sums(evaluator: Evaluator, step: PlainSums) -> OneStep:
    """The own points of nodes that add up leaves and nothing else."""
    nodes = [each for group in step.groups for each in group.totals]
    carefully = [total(evaluator, each, {}) for each in nodes]
    items = tuple((each.path, *_weighed(evaluator, each.children)) for each in nodes)

    def run(work: Workings) -> None:
        if work.facts.points:
            for each in carefully:
                each(work)
            return
        points, truths = work.points, work.truths
        for path, worth, outcomes in items:
            points[path] = sum(map(mul, worth, outcomes(truths)))

    return run


def _share(work: Workings, path: str, same_as: str) -> None:
    """What a node came to that another stands for (に同じ)."""
    work.points[path] = work.points[same_as]
    for kept in (work.cuts, work.choices):
        known: dict[str, Any] = kept
        if same_as in known:
            known[path] = known[same_as]


def points_value(evaluator: Evaluator, step: PointsValue) -> OneStep:
    """The own points of some nodes together, as a value known where they are certain."""
    out, own = step.out, _added(evaluator, step.paths)

    def run(work: Workings) -> None:
        points = own(work)
        known = not step.undisclosed and certain(points) == possible(points)
        work.values[out] = (certain(points), 1) if known else None

    return run


# Sums


def _added(evaluator: Evaluator, paths: tuple[str, ...]) -> Callable[[Workings], OneRange]:
    """The points of some nodes together."""
    nodes = evaluator.program.nodes
    below = tuple(path for path in paths if not nodes[path].is_leaf)
    worth, outcomes = _weighed(evaluator, tuple(path for path in paths if nodes[path].is_leaf))

    def own(work: Workings) -> OneRange:
        if work.facts.points:
            return sum([work.own(path) for path in paths])
        points = work.points
        together: OneRange = sum(map(mul, worth, outcomes(work.truths)))
        for path in below:
            together += points[path]
        return together

    return own


def _weighed(evaluator: Evaluator, leaves: tuple[str, ...]) -> tuple[tuple[int, ...], Callable[[list[int]], Any]]:
    """What some leaves are worth, and what reads their outcomes, in the same order."""
    worth = tuple(evaluator.program.nodes[path].maximum for path in leaves)
    slots = tuple(evaluator.outcomes[path] for path in leaves)
    if not slots:
        return (), lambda _: ()
    # A getter gives several values, or one by itself: what stands alone is read once more, for nothing.
    return (worth, itemgetter(*slots)) if len(slots) > 1 else ((*worth, 0), itemgetter(*slots, *slots))


def _sum(evaluator: Evaluator, step: Total) -> Callable[[Workings], OneRange]:
    together, path, cap, hidden = _added(evaluator, step.children), step.path, step.cap, step.undisclosed
    if cap is None:
        return together if not hidden else lambda work: together(work) + hidden

    def own(work: Workings) -> OneRange:
        points = together(work) + hidden
        surely, perhaps = certain(points), possible(points)
        work.cuts[path] = max(surely - cap, 0)
        return span(min(surely, cap), min(perhaps, cap))

    return own


# いずれか


def _best(evaluator: Evaluator, step: Total, rankings: OneRankings) -> Callable[[Workings], OneRange]:
    """The points of いずれか; which child counts is put down for the way down.

    A child's points surely count only if no sibling can beat it, and cannot count if one surely does; between equal
    points the better proportional rank decides, then the order of the file (language.md, いずれか).
    """
    # 未公表 points come after the children, without any rank: what they are worth is not known.
    children, path = step.children, step.path
    hidden = [span(0, step.undisclosed)] if step.undisclosed else []
    deciding = [[rankings[slot] for slot in of_child] for of_child in step.deciding] + [[] for _ in hidden]
    worthless = evaluator.schedule.has_worthless_nodes

    def own(work: Workings) -> OneRange:
        points = [*map(work.own, children), *hidden]
        sure, most = [*map(certain, points)], [*map(possible, points)]
        best = max(sure)
        if sure == most and sure.count(best) == 1:
            work.choices[path] = tuple([YES if points == best else NO for points in sure[: len(children)]])
            return exactly(best)
        # Who has no points met no item, as long as every item is worth something, and need not be told apart.
        floor = best if worthless or work.facts.points else max(best, 1)
        beaten = _beaten(work, sure, most, floor, deciding)
        work.choices[path] = tuple(_live(beaten, child, len(points)) for child in range(len(children)))
        return span(best, max(most))

    return own


def _beaten(
    work: Workings, sure: list[int], most: list[int], floor: int, deciding: list[list[OneRanking]]
) -> set[tuple[int, int]]:
    """Which contender surely beats which."""
    beaten = {(one, other) for one, a in enumerate(sure) for other, b in enumerate(most) if a > b and one != other}
    # Equals that a third surely beats need not be told apart.
    high = [place for place, points in enumerate(sure) if points >= floor]
    level = {(one, other) for one in high for other, points in enumerate(most) if sure[one] == points and one != other}
    standings = {place: _standing(work, deciding[place]) for pair in level for place in pair}
    for one, other in level:
        (num, den, _), (their_num, their_den, known) = standings[one], standings[other]
        mine, theirs = num * their_den, their_num * den
        # What is filled in can only better a standing: so one is surely ahead of another that is certain, as soon as
        # its best so far is, and never of one that may become better yet.
        if known and (mine <= theirs if one < other else mine < theirs):
            beaten.add((one, other))
    return beaten


def _live(beaten: set[tuple[int, int]], child: int, count: int) -> OneRange:
    """Whether a child of いずれか counts."""
    others = [other for other in range(count) if other != child]
    if all((child, other) in beaten for other in others):
        return YES
    return NO if any((other, child) in beaten for other in others) else UNKNOWN


def _standing(work: Workings, rankings: list[OneRanking]) -> tuple[int, int, bool]:
    """The best (1 + better) ÷ N among some rankings, 2 where there is none so far, and whether none can better it."""
    num, den, known = 2, 1, True
    for one in rankings:
        ranked = work.truths[one.ranking.rank.out]
        if ranked == YES:
            place, size = one.better(work) + 1, max(one.size(work), 1)
            if place * den < num * size:
                num, den = place, size
        elif ranked == UNKNOWN:
            known = False
    return num, den, known
