"""What is known of the nation: how its bodies score, node by node; counted in a run, or kept in a cut-off file."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import numpy as np
from attrs import field
from numpy.typing import NDArray

from haiten.compiler.late import dense
from haiten.compiler.program.fact_columns import WHOLE
from haiten.compiler.program.program import Program
from haiten.compiler.syntax.rulebook import Level
from haiten.scoring.numbers.exact import Integers

_BELOW: Final = (Level.ITEM, Level.SUBITEM)
_BY_PREFECTURE: Final = (Level.GRANT, Level.GOAL)
_FEW: Final = 10**6  # pairs that are counted in a table rather than sorted


@dense(eq=False)
class Spread:
    """How points are distributed: distinct pairs of certain and possible points, and how many bodies have each.

    Attributes:
        certain: ascending.
        possible: at least the certain ones.
        counts: at least 1.
    """

    certain: NDArray[np.int64]
    possible: NDArray[np.int64]
    counts: NDArray[np.int64]

    @property
    def size(self) -> int:
        """How many bodies there are."""
        return int(self.counts.sum())

    @property
    def sums(self) -> tuple[int, int]:
        """The certain and the possible points of all bodies."""
        return int(self.certain @ self.counts), int(self.possible @ self.counts)

    @property
    def undecided(self) -> int:
        """Bodies whose points unknown facts can still change."""
        return int(self.counts[self.certain != self.possible].sum())

    def ranks(self, certain: Integers, possible: Integers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The best and the worst rank of a body with such points among those that are counted here.

        It is one of them. Where its points are open, and such points are counted, they are taken to be its own, so that
        it never stands before itself. Where they are not, it had others when it was counted, and whoever may have more
        stands before it. No rank is beyond the last.
        """
        last = self.size - 1
        itself = (possible > certain) & self._counts_one(certain, possible)
        surely = np.minimum(_more(self.certain, self.counts, possible), last)
        perhaps = np.minimum(_more(self.possible, self.counts, certain) - itself, last)
        return surely + 1, np.maximum(perhaps, surely) + 1

    def _counts_one(self, certain: Integers, possible: Integers) -> NDArray[np.bool_]:
        """Whether a body with such points is counted, for each of some."""
        span = int(max(self.possible.max(initial=0), np.max(possible, initial=0))) + 1
        return np.isin(certain * np.int64(span) + possible, self.certain * span + self.possible)

    def to_json(self) -> list[list[int]]:
        """Triples of certain points, possible points, bodies."""
        columns = (self.certain.tolist(), self.possible.tolist(), self.counts.tolist())
        return [list(triple) for triple in zip(*columns, strict=True)]


def _more(points: NDArray[np.int64], counts: NDArray[np.int64], than: Integers) -> NDArray[np.int64]:
    """How many bodies have more points than each of some."""
    order = np.argsort(points, kind="stable")
    behind = np.concatenate([[0], np.cumsum(counts[order])])
    return np.asarray(behind[-1] - behind[np.searchsorted(points[order], than, side="right")], dtype=np.int64)


def spread_of(certain: Integers, possible: Integers) -> Spread:
    """The distribution of the points of bodies."""
    span = int(possible.max(initial=0)) + 1
    keys = certain.astype(np.int64) * span + possible
    if span * span <= _FEW:
        table = np.bincount(keys, minlength=1)
        distinct = np.flatnonzero(table)
        counts = table[distinct]
    else:
        distinct, counts = np.unique(keys, return_counts=True)
    return Spread(*(column.astype(np.int64) for column in (distinct // span, distinct % span, counts)))


class Nation(ABC):
    """All bodies of the scope in a year, as far as figures about them go."""

    #: How many bodies there are.
    size: int
    #: The nodes whose points were given, for some bodies, where what is below them does not tell.
    given: tuple[str, ...]

    @abstractmethod
    def spread(self, path: str) -> Spread:
        """The points of a node from 交付金 to 指標, or of ``全体``, over the bodies."""

    @abstractmethod
    def leaf(self, path: str) -> tuple[int, int]:
        """How many bodies have the points of a leaf, and for how many that is not decided."""

    @property
    @abstractmethod
    def prefectures(self) -> tuple[str, ...]:
        """The prefectures of which it is known how their bodies score; none where bodies do not say theirs."""

    @abstractmethod
    def spread_in(self, prefecture: str, path: str) -> Spread:
        """The points of a 交付金 or 目標, or of ``全体``, over the bodies of a prefecture."""

    def sums(self, paths: Iterable[str]) -> tuple[int, int]:
        """The certain and the possible points of some nodes together, over all bodies."""
        sums = [self.spread(path).sums for path in paths]
        return sum(certain for certain, _ in sums), sum(possible for _, possible in sums)


@dense(eq=False)
class Counted(Nation):
    """The nation is the bodies of a run.

    Attributes:
        points: certain and possible points of a node, or of ``全体``, by body.
        awards: of a leaf, what ``leaf`` tells.
        members: finds, by prefecture, the places of its bodies.
    """

    size: int
    given: tuple[str, ...]
    points: Callable[[str], tuple[Integers, Integers]]
    awards: Callable[[str], tuple[int, int]]
    members: Callable[[], Mapping[str, NDArray[np.int64]]]
    _spreads: dict[str, Spread] = field(factory=dict, init=False)
    _found: dict[str, NDArray[np.int64]] = field(factory=dict, init=False)

    def spread(self, path: str) -> Spread:
        """As counted in the run."""
        if path not in self._spreads:
            self._spreads[path] = spread_of(*self.points(path))
        return self._spreads[path]

    def leaf(self, path: str) -> tuple[int, int]:
        """As counted in the run."""
        return self.awards(path)

    @property
    def prefectures(self) -> tuple[str, ...]:
        """Those of the bodies of the run."""
        if not self._found:
            self._found.update(self.members())
        return tuple(self._found)

    def spread_in(self, prefecture: str, path: str) -> Spread:
        """As counted in the run."""
        assert prefecture in self.prefectures
        certain, possible = (column[self._found[prefecture]] for column in self.points(path))
        return spread_of(certain, possible)


@dense(eq=False)
class Kept(Nation):
    """The nation of an earlier run, as a cut-off file holds it."""

    size: int
    given: tuple[str, ...]
    spreads: Mapping[str, Spread]
    leaves: Mapping[str, tuple[int, int]]
    spreads_in: Mapping[str, Mapping[str, Spread]]

    def spread(self, path: str) -> Spread:
        """As kept."""
        return self.spreads[path]

    def leaf(self, path: str) -> tuple[int, int]:
        """As kept."""
        return self.leaves[path]

    @property
    def prefectures(self) -> tuple[str, ...]:
        """Those that were kept."""
        return tuple(self.spreads_in)

    def spread_in(self, prefecture: str, path: str) -> Spread:
        """As kept."""
        return self.spreads_in[prefecture][path]


def nodes_kept(program: Program) -> list[str]:
    """The nodes of which the distribution is kept: 交付金 to 指標, and the whole."""
    return [WHOLE, *(path for path, node in program.nodes.items() if node.level not in _BELOW)]


def nodes_by_prefecture(program: Program) -> list[str]:
    """The nodes of which the distribution in each prefecture is kept: 交付金 and 目標, and the whole."""
    return [WHOLE, *(path for path, node in program.nodes.items() if node.level in _BY_PREFECTURE)]


def nation_json(nation: Nation, program: Program) -> dict[str, Any]:
    """What a cut-off file keeps of a nation."""
    given = {"given": list(nation.given)} if nation.given else {}
    return {
        "bodies": nation.size,
        **given,
        "points": {path: nation.spread(path).to_json() for path in nodes_kept(program)},
        "leaves": {leaf.path: list(nation.leaf(leaf.path)) for leaf in program.leaves},
        **({"prefectures": prefectures_json(nation, program)} if nation.prefectures else {}),
    }


def prefectures_json(nation: Nation, program: Program) -> dict[str, dict[str, Any]]:
    """How the bodies of each prefecture score."""
    paths = nodes_by_prefecture(program)
    return {name: {path: nation.spread_in(name, path).to_json() for path in paths} for name in nation.prefectures}


def read_nation(data: dict[str, Any]) -> Kept:
    """What ``nation_json`` wrote, and ``nation_faults`` found nothing wrong with."""
    leaves = {path: (have, undecided) for path, (have, undecided) in data["leaves"].items()}
    prefectures = {name: _spreads(points) for name, points in data.get("prefectures", {}).items()}
    return Kept(data["bodies"], tuple(data.get("given", ())), _spreads(data["points"]), leaves, prefectures)


def _spreads(points: Mapping[str, Any]) -> dict[str, Spread]:
    return {path: Spread(*np.array(triples, dtype=np.int64).reshape(-1, 3).T) for path, triples in points.items()}
