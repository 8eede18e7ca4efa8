"""Own points of nodes: sums of what is below, the best of いずれか, and what is given in their place."""

from functools import lru_cache, reduce
from itertools import combinations, permutations
from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from haiten.compiler.schedule import Alike, Sums
from haiten.compiler.steps import Deciding, Total
from haiten.compiler.syntax import Mode
from haiten.scoring.exact import Bools, blocks, is_everywhere, nowhere
from haiten.scoring.parallel import each
from haiten.scoring.ranking import NO_CLASS, Ranked
from haiten.scoring.run import LeafOwn, Live, Own, Points, Run, narrowest, times

_INT8: Final = 2**7 - 1
_MOST_COUNTED: Final = _INT8


def total_points(run: Run, total: Total) -> None:
    """Put down a node's own points; where they are given, they stand instead of what its items add up to."""
    node = run.evaluator.program.nodes[total.path]
    if node.is_shared and node.same_as in run.points:
        own = run.points[node.same_as]
        if node.same_as in run.choices:
            run.choices[total.path] = run.choices[node.same_as]
    elif total.mode is Mode.ANY_ONE:
        own = _best(run, total)
    else:
        own = _sum(run, total)
    run.points[total.path] = _given(run, total.path, own)


def give_leaf_points(run: Run, path: str) -> None:
    """Put down the points of a leaf whose outcome is there, if points are given for it or for the one it stands for."""
    own = run.own(run.evaluator.program.nodes[path].same_as)
    if path in run.facts.points or isinstance(own, Own):
        run.points[path] = _given(run, path, own)


def _given(run: Run, path: str, own: Own | LeafOwn) -> Own | LeafOwn:
    given = run.facts.points.get(path)
    if given is None:
        return own
    bound = max(own.bound, run.evaluator.program.nodes[path].maximum)
    kind = narrowest(bound)
    points = given.num.astype(kind)
    certain = np.where(given.known, points, own.certain).astype(kind, copy=False)
    decided = bool(given.known.all()) or own.is_decided
    possible = certain if decided else np.where(given.known, points, own.possible).astype(kind, copy=False)
    cut = None if own.cut is None else np.where(given.known, 0, own.cut)
    return Own(certain, possible, cut, bound)


# Sums


def _sum(run: Run, total: Total) -> Own:
    own = add_up(run, total.children)
    if total.cap is None and not total.undisclosed:
        return own
    certain, possible, bound = own.certain, own.possible, own.bound
    if total.undisclosed:
        bound += total.undisclosed
        kind = narrowest(bound)
        possible = possible.astype(kind) + np.array(total.undisclosed, dtype=kind)
    if total.cap is None:
        return Own(certain, possible, None, bound)
    decided = certain is possible
    cap = min(total.cap, bound)
    cut = np.maximum(certain, cap) - cap
    certain = np.minimum(certain, cap)
    return Own(certain, certain if decided else np.minimum(possible, cap), cut, bound)


def add_up(run: Run, paths: tuple[str, ...]) -> Own:
    """The points of some nodes together, in the narrowest type that holds them."""
    owns = [run.own(path) for path in paths]
    bound = sum([own.bound for own in owns])
    if not owns:
        nothing: Points = np.broadcast_to(np.int8(0), (run.size,))
        return Own(nothing, nothing, None, 0)
    certain = _added(owns, np.zeros(run.size, dtype=narrowest(bound)), sure=True)
    if all(own.is_decided for own in owns):
        return Own(certain, certain, None, bound)
    return Own(certain, _added(owns, np.zeros_like(certain), sure=False), None, bound)


def _added(owns: list[Own | LeafOwn], total: Points, *, sure: bool) -> Points:
    """The certain (or possible) points of some nodes, added to a column that holds them all."""
    by_points: dict[int, list[Bools]] = {}
    for own in owns:
        if isinstance(own, LeafOwn):
            by_points.setdefault(own.bound, []).append(own.outcome.certain if sure else own.outcome.possible)
        else:
            total += own.certain if sure else own.possible
    for points, met in by_points.items():
        # Leaves of equal points are counted first; few enough for a byte at a time.
        for start in range(0, len(met), _MOST_COUNTED):
            some = met[start : start + _MOST_COUNTED]
            if len(some) == 1:
                total += times(some[0], points)
                continue
            count = np.add(some[0].view(np.int8), some[1].view(np.int8))
            for more in some[2:]:
                np.add(count, more.view(np.int8), out=count)
            fits = points * len(some) <= _INT8
            total += np.multiply(count, np.int8(points)) if fits else np.multiply(count, points, dtype=total.dtype)
    return total


def add_leaves(run: Run, sums: Sums) -> None:
    """Put down the own points of nodes that add up leaves."""
    if run.facts.points:
        for group in sums.groups:
            for total in group.totals:
                total_points(run, total)
        return
    for group in sums.groups:
        _add_alike(run, group)


def _add_alike(run: Run, group: Alike) -> None:
    count, bodies = len(group.totals), run.size
    last = group.first + count * group.leaves
    weights = _column_of(group.points)
    certain = np.empty((count, bodies), dtype=np.int8)
    undecided = [row for row in run.truths.possible if group.first <= row < last]
    possible = np.empty_like(certain) if undecided else certain

    def add(part: slice) -> None:
        points = run.truths.certain[group.first : last, part].view(np.int8) * weights
        _fold(points, certain[:, part])
        if undecided:
            for row in undecided:
                place = row - group.first
                points[place] = run.truths.possible[row][part].view(np.int8) * weights[place]
            _fold(points, possible[:, part])

    each(add, list(blocks(bodies)), bodies)
    unsure = {(row - group.first) // group.leaves for row in undecided}
    for number, total in enumerate(group.totals):
        mine = certain[number]
        run.points[total.path] = Own(mine, possible[number] if number in unsure else mine, None, group.bounds[number])


@lru_cache(maxsize=1_024)
def _column_of(points: tuple[int, ...]) -> Points:
    return np.array(points, dtype=np.int8)[:, None]


def _fold(points: Points, into: Points) -> None:
    """Add up points by node: those of a node are as many rows as each other node has."""
    by_node = points.reshape(len(into), -1, points.shape[1])
    if by_node.shape[1] == 1:
        into[:] = by_node[:, 0]
        return
    np.add(by_node[:, 0], by_node[:, 1], out=into)
    for leaf in range(2, by_node.shape[1]):
        np.add(into, by_node[:, leaf], out=into)


# いずれか


@frozen(eq=False)
class _Standing:
    """How a child of いずれか stands in the rankings that tell equals apart, for some bodies.

    Attributes:
        num, den: the best (1 + better) ÷ N among the rankings, 2 where there is none; numbers of bodies, whose products
            are far below 2**63.
        known: where that is certain.
    """

    num: NDArray[np.int64]
    den: NDArray[np.int64]
    known: Bools


def _best(run: Run, total: Total) -> Own:
    """The points of いずれか; which child counts is put down for the way down."""
    children = [run.own(child) for child in total.children]
    bound = max(total.undisclosed, *(child.bound for child in children), 0)
    kind = narrowest(bound)
    hidden = [np.full(run.size, total.undisclosed, dtype=kind)] if total.undisclosed else []
    certain = [child.certain for child in children] + [np.zeros(run.size, dtype=kind) for _ in hidden]
    decided = not hidden and all(child.is_decided for child in children)
    possible = certain if decided else [child.possible for child in children] + hidden
    best = reduce(np.maximum, certain) if certain else np.zeros(run.size, dtype=kind)
    run.choices[total.path] = _choose(run, certain, possible, best, total.deciding)
    return Own(best, best if decided else reduce(np.maximum, possible), None, bound)


def _choose(
    run: Run, certain: list[Points], possible: list[Points], best: Points, deciding: tuple[tuple[Deciding, ...], ...]
) -> tuple[Live, ...]:
    """Which of いずれか's children count, per body.

    A child's points surely count only if no sibling can beat it, and cannot count if one surely does; between equal
    points the better proportional rank decides, then the order of the file (language.md, いずれか).
    """
    wins, can_win = (np.empty((len(deciding), run.size), dtype=np.bool_) for _ in range(2))
    unsure: list[slice] = []

    def choose(part: slice) -> None:
        sure = [points[part] for points in certain]
        most = sure if possible is certain else [points[part] for points in possible]
        lives = _choose_among(run, part.start, sure, most, best[part], deciding)
        for child, live in enumerate(lives):
            wins[child, part], can_win[child, part] = live.certain, live.possible
        unsure.extend(part for live in lives if live.certain is not live.possible)

    each(choose, list(blocks(run.size)), run.size)
    return tuple(Live(certain, can_win[child] if unsure else certain) for child, certain in enumerate(wins))


def _choose_among(
    run: Run,
    start: int,
    certain: list[Points],
    possible: list[Points],
    best: Points,
    deciding: tuple[tuple[Deciding, ...], ...],
) -> tuple[Live, ...]:
    """The same for some bodies, from the one at a place on."""
    pairs = list(permutations(range(len(certain)), 2))
    beats = {(one, other): certain[one] > possible[other] for one, other in pairs}
    # Equals that a third child surely beats need not be told apart; nor need those without points, who met no item of
    # either, as long as every item is worth something.
    least = 0 if run.evaluator.schedule.has_worthless_nodes or run.facts.points else 1
    floor = np.maximum(best, least)
    equal = {(one, other): (certain[one] == possible[other]) & (certain[one] >= floor) for one, other in pairs}
    nobody = nowhere(len(best))
    tied = np.flatnonzero(reduce(np.logical_or, equal.values(), nobody))
    decided = possible is certain
    if len(tied):
        # 未公表 points come after the children, without any rank: what they are worth is not known.
        rankings = [*deciding, *((),) * (len(certain) - len(deciding))]
        standings = [_standing(run, of_child, tied + start) for of_child in rankings]
        for first, then in combinations(range(len(certain)), 2):
            mine, theirs = standings[first], standings[then]
            known, ahead = mine.known & theirs.known, mine.num * theirs.den <= theirs.num * mine.den
            beats[first, then][tied] |= equal[first, then][tied] & known & ahead
            beats[then, first][tied] |= equal[then, first][tied] & known & ~ahead
            decided = decided and bool(known.all())
    return tuple(_live(beats, child, decided, nobody) for child in range(len(deciding)))


def _live(beats: dict[tuple[int, int], Bools], child: int, decided: bool, nobody: Bools) -> Live:
    wins = reduce(np.logical_and, (beats[pair] for pair in beats if pair[0] == child), ~nobody)
    if decided:
        return Live(wins, wins)
    return Live(wins, ~reduce(np.logical_or, (beats[pair] for pair in beats if pair[1] == child), nobody))


def _standing(run: Run, rankings: tuple[Deciding, ...], bodies: NDArray[np.intp]) -> _Standing:
    num = np.full(len(bodies), 2, dtype=np.int64)
    den = np.ones(len(bodies), dtype=np.int64)
    known = np.ones(len(bodies), dtype=np.bool_)
    for deciding in rankings:
        ranked: Ranked = run.columns[deciding.ranking]
        place = ranked.better(bodies) + 1
        size = np.maximum(ranked.size[bodies], 1)
        best = place * den < num * size
        if not is_everywhere(ranked.has_rank):
            has_rank = ranked.has_rank[bodies]
            best &= has_rank
            # Outcomes that were all given need no rank; without one, the order of the file decides.
            given = np.logical_and.reduce([run.given(leaf)[bodies] for leaf in deciding.leaves])
            known &= has_rank | ~ranked.member.possible[bodies] | (ranked.classes[bodies] == NO_CLASS) | given
        num, den = np.where(best, place, num), np.where(best, size, den)
    return _Standing(num, den, known)
