"""Own points of nodes: sums of what is below, the best of いずれか, and what is given in their place."""

from functools import lru_cache, reduce
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

from haiten.compiler.evaluator.schedule import Alike, PlainSums
from haiten.compiler.evaluator.steps import Slot, Total
from haiten.compiler.late import dense
from haiten.compiler.syntax.rulebook import Mode
from haiten.scoring.facts.facts import Truth
from haiten.scoring.numbers.exact import Bools, blocks, both, everywhere, is_everywhere, nowhere
from haiten.scoring.numbers.parallel import each
from haiten.scoring.running.ranking import NO_CLASS, Ranked
from haiten.scoring.running.run import LeafOwn, LivePoints, Own, PointArray, Run, narrowest, times
from haiten.scoring.running.stored_ranking import Counts


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
        certain = certain.astype(kind, copy=False)  # a cap may lie beyond what the items alone come to
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
    nodes = [own for own in owns if isinstance(own, Own)]
    leaves: dict[int, list[Truth]] = {}
    if len(nodes) < len(owns):
        for own in owns:
            if isinstance(own, LeafOwn):
                leaves.setdefault(own.bound, []).append(own.outcome)

    def together(*, sure: bool) -> PointArray:
        parts = [own.certain if sure else own.possible for own in nodes]
        for points, outcomes in leaves.items():
            parts.append(_counted([outcome.certain if sure else outcome.possible for outcome in outcomes], points))
        return _added(parts, bound, run.size)

    certain = together(sure=True)
    decided = all(own.is_decided for own in owns)
    return Own(certain, certain if decided else together(sure=False), None, bound)


def _added(parts: list[PointArray], bound: int, bodies: int) -> PointArray:
    """Points together, in the narrowest type that holds a bound."""
    kind = narrowest(bound)
    if len(parts) < 2:
        return parts[0].astype(kind, copy=False) if parts else np.zeros(bodies, dtype=kind)
    total: PointArray = np.add(parts[0], parts[1], dtype=kind)
    for part in parts[2:]:
        total += part
    return total


def _counted(met: list[Bools], points: int) -> PointArray:
    """The points of leaves of equal worth: they are counted first."""
    if len(met) == 1:
        return times(met[0], points)
    kind = narrowest(len(met))
    count = np.add(met[0].view(np.int8), met[1].view(np.int8), dtype=kind)
    for more in met[2:]:
        count += more.view(np.int8)
    return np.multiply(count, points, dtype=narrowest(points * len(met)))


def add_leaves(run: Run, sums: PlainSums) -> None:
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
    truths = run.truths.among(range(group.first, group.first + count * group.leaves))
    weights = _column_of(group.points)
    certain = np.empty((count, bodies), dtype=np.int8)
    possible = np.empty_like(certain) if truths.possible else certain

    def add(part: slice) -> None:
        some = truths.of(part)
        points = some.certain.view(np.int8) * weights
        _fold(points, certain[:, part])
        if some.possible:
            for row, column in some.possible.items():
                points[row] = column.view(np.int8) * weights[row]
            _fold(points, possible[:, part])

    each(add, list(blocks(bodies)), bodies)
    unsure = {row // group.leaves for row in truths.possible}
    for number, total in enumerate(group.totals):
        mine = certain[number]
        run.points[total.path] = Own(mine, possible[number] if number in unsure else mine, None, group.bounds[number])


@lru_cache(maxsize=1_024)
def _column_of(points: tuple[int, ...]) -> PointArray:
    return np.array(points, dtype=np.int8)[:, None]


def _fold(points: PointArray, into: PointArray) -> None:
    """Add up points by node: those of a node are as many rows as each other node has."""
    by_node = points.reshape(len(into), -1, points.shape[1])
    if by_node.shape[1] == 1:
        into[:] = by_node[:, 0]
        return
    np.add(by_node[:, 0], by_node[:, 1], out=into)
    for leaf in range(2, by_node.shape[1]):
        np.add(into, by_node[:, leaf], out=into)


# いずれか


@dense(eq=False)
class _Standing:
    """How a child of いずれか stands in the rankings that tell equals apart, for some bodies.

    Attributes:
        num, den: the best (1 + better) ÷ N among the rankings, 2 where there is none so far; numbers of bodies, whose
            products are far below 2**63.
        known: where that is certain: no ranking can become known that is not.
    """

    num: Counts | int
    den: Counts | int
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
    best = reduce(np.maximum, certain)
    run.choices[total.path] = _choose(run, certain, possible, best, total.deciding)
    return Own(best, best if decided else reduce(np.maximum, possible), None, bound)


def _choose(
    run: Run,
    certain: list[PointArray],
    possible: list[PointArray],
    best: PointArray,
    deciding: tuple[tuple[Slot, ...], ...],
) -> tuple[LivePoints, ...]:
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
    return tuple(LivePoints(certain, can_win[child] if unsure else certain) for child, certain in enumerate(wins))


def _choose_among(
    run: Run,
    start: int,
    certain: list[PointArray],
    possible: list[PointArray],
    best: PointArray,
    deciding: tuple[tuple[Slot, ...], ...],
) -> tuple[LivePoints, ...]:
    """The same for some bodies, from the one at a place on."""
    # Equals that a third child surely beats need not be told apart; nor need those without points, who met no item of
    # either, as long as every item is worth something.
    worthless = run.evaluator.schedule.has_worthless_nodes or run.facts.points
    floor = best if worthless else np.maximum(best, 1)
    decided = possible is certain
    beats: dict[tuple[int, int], Bools] = {}
    equal: dict[tuple[int, int], Bools] = {}
    for one, other in permutations(range(len(certain)), 2):
        beats[one, other] = certain[one] > possible[other]
        if decided and other < one:
            equal[one, other] = equal[other, one]
        else:
            equal[one, other] = (certain[one] == possible[other]) & (certain[one] >= floor)
    tied = np.flatnonzero(reduce(np.logical_or, equal.values(), nowhere(len(best))))
    if len(tied):
        # 未公表 points come after the children, without any rank: what they are worth is not known.
        rankings = [*deciding, *((),) * (len(certain) - len(deciding))]
        standings = [_standing(run, of_child, tied + start) for of_child in rankings]
        for first, then in combinations(range(len(certain)), 2):
            mine, theirs = standings[first], standings[then]
            ahead = np.less_equal(mine.num * theirs.den, theirs.num * mine.den)
            for standing in (mine, theirs):
                decided = decided and (is_everywhere(standing.known) or bool(standing.known.all()))
            # What is filled in can only better a standing: so one is surely ahead of another that is certain, as soon
            # as its best so far is, and never of one that may become better yet.
            for pair, wins in (((first, then), both(theirs.known, ahead)), ((then, first), both(mine.known, ~ahead))):
                beats[pair][tied] |= equal[pair][tied] & wins
    return tuple(_live(beats, child, len(certain), decided, len(best)) for child in range(len(deciding)))


def _live(beats: dict[tuple[int, int], Bools], child: int, count: int, decided: bool, bodies: int) -> LivePoints:
    others = [other for other in range(count) if other != child]
    if not others:
        return LivePoints(everywhere(bodies), everywhere(bodies))
    wins = reduce(np.logical_and, [beats[child, other] for other in others])
    return LivePoints(wins, wins if decided else ~reduce(np.logical_or, [beats[other, child] for other in others]))


def _standing(run: Run, rankings: tuple[Slot, ...], bodies: NDArray[np.intp]) -> _Standing:
    num: Counts | int = 2
    den: Counts | int = 1
    known = everywhere(len(bodies))
    for slot in rankings:
        ranked: Ranked = run.columns[slot]
        place, size = ranked.better(bodies) + 1, np.maximum(ranked.size(bodies), 1)
        if slot == rankings[0] and is_everywhere(ranked.has_rank):
            num, den = place, size  # there is nothing yet that could be better
            continue
        best = place * den < num * size
        if not is_everywhere(ranked.has_rank):
            has_rank = ranked.has_rank[bodies]
            best &= has_rank
            # An outcome that was given tells nothing of the place: a value may yet be filled in.
            known = known & (has_rank | ~ranked.member.possible[bodies] | (ranked.classes[bodies] == NO_CLASS))
        num, den = np.where(best, place, num), np.where(best, size, den)
    return _Standing(num, den, known)
