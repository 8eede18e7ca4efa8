"""Groups of bodies: by prefecture, by a 区分 of the rulebook, by an 属性 column; sums and ranks within them."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import PREFECTURE
from haiten.scoring.facts.facts import Body
from haiten.scoring.running.ranking import NO_CLASS, UNKNOWN_CLASS
from haiten.scoring.running.scores import Scores
from haiten.tabulation.table import TableValue, between

Values = NDArray[Any]
NATION: Final = "全国"
BLANK: Final = "（記載なし）"
NO_GROUP: Final = "（当てはまる区分なし）"
UNKNOWN: Final = "（不明）"
_ATTRIBUTE: Final = "属性."


@frozen(eq=False)
class Groups:
    """Bodies in groups.

    Attributes:
        by: what they are grouped by.
        names: of the groups, in the order in which they are shown.
        labels: the place of each body's group among the names; the place behind them for a group that is not shown.
    """

    by: str
    names: tuple[str, ...]
    labels: NDArray[np.int64]

    @property
    def sizes(self) -> list[int]:
        """How many bodies each group has."""
        counts: list[int] = np.bincount(self.labels, minlength=len(self.names)).tolist()
        return counts[: len(self.names)]

    def sums(self, column: Values) -> list[int]:
        """The sum of a column of integers in each group."""
        # Sums of points are far below 2**53, so that floats hold them exactly.
        sums = np.bincount(self.labels, weights=column, minlength=len(self.names))
        return [int(total) for total in sums[: len(self.names)]]

    def averages(self, column: Values, possible: Values | None = None) -> list[TableValue]:
        """The mean of a column of integers in each group; None for a group without bodies.

        Args:
            column: the integers, or the least that they can be.
            possible: the most that they can be, where that is not the same.
        """
        least = self.sums(column)
        most = least if possible is None or possible is column else self.sums(possible)
        sums = zip(least, most, self.sizes, strict=True)
        return [between(Fraction(low, size), Fraction(high, size)) if size else None for low, high, size in sums]

    def ranks(self, points: Values) -> NDArray[np.int64]:
        """The rank of every body within its group: 1 + the number of bodies with more points."""
        return self._more(points, points) + 1

    def places(self, certain: Values, possible: Values) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The best and the worst rank that every body can have within its group."""
        if possible is certain:
            ranks = self.ranks(certain)
            return ranks, ranks
        surely = self._more(certain, possible)
        return surely + 1, self._more(possible, certain) - (possible > certain) + 1

    def _more(self, points: Values, than: Values) -> NDArray[np.int64]:
        """How many bodies of its group have more points than a body has by another column."""
        span = max(int(points.max(initial=0)), int(than.max(initial=0))) + 1
        order = np.sort(self.labels * span + (span - 1 - points))
        first = np.searchsorted(order, self.labels * span, side="left")
        behind = np.searchsorted(order, self.labels * span + (span - 1 - than), side="left")
        return np.asarray(behind - first, dtype=np.int64)

    def name_of(self, body: int) -> str | None:
        """The name of a body's group; None where it is not shown."""
        label = int(self.labels[body])
        return self.names[label] if label < len(self.names) else None

    def without_rest(self) -> "Groups":
        """The groups without those of bodies that fit none."""
        kept = [place for place, name in enumerate(self.names) if name not in (BLANK, NO_GROUP, UNKNOWN)]
        return Groups(self.by, tuple(self.names[place] for place in kept), self.labels)

    def only(self, body: int) -> "Groups":
        """This body's group alone; the bodies of all others are not shown."""
        mine = int(self.labels[body])
        return Groups(self.by, (self.names[mine],), np.where(self.labels == mine, 0, 1))


def everyone(scores: Scores, name: str = NATION) -> Groups:
    """All bodies of a run in one group."""
    return Groups(name, (name,), np.zeros(len(scores.bodies), dtype=np.int64))


def group_by(scores: Scores, name: str) -> Groups | None:
    """Bodies grouped by what ``name`` names: 都道府県, else a 区分, else an 属性 column, with or without 「属性.」.

    Classes keep the order of the rulebook, prefectures that of the body codes; all else is sorted. None: there is
    nothing of that name.
    """
    if name == PREFECTURE:
        return _prefectures(scores)
    if name in scores.program.classes:
        return _classes(scores, name)
    column = name if name.startswith(_ATTRIBUTE) else _ATTRIBUTE + name
    if column not in groupings_of(scores):
        return None
    return _by_text(scores, column.removeprefix(_ATTRIBUTE), lambda body: body.carried.get(column, ""))


def groupings_of(scores: Scores) -> tuple[str, ...]:
    """All that bodies can be grouped by."""
    carried = (name for body in scores.bodies for name in body.carried if name.startswith(_ATTRIBUTE))
    given = (PREFECTURE,) if any(body.prefecture for body in scores.bodies) else ()
    return (*given, *scores.program.classes, *dict.fromkeys(carried))


def _prefectures(scores: Scores) -> Groups | None:
    # A body's code begins with its prefecture's number.
    codes: dict[str, str] = {}
    for body in scores.bodies:
        codes[body.prefecture] = min(codes.get(body.prefecture, body.code), body.code)
    if not any(codes):
        return None
    return _by_text(scores, PREFECTURE, lambda body: body.prefecture, sorted(codes, key=lambda name: codes[name]))


def _by_text(scores: Scores, by: str, cell: Callable[[Body], str], order: list[str] | None = None) -> Groups:
    cells = [cell(body) for body in scores.bodies]
    names = [name for name in (order or sorted(set(cells))) if name]
    places = {name: place for place, name in enumerate(names)} | {"": len(names)}
    labels = np.fromiter((places[text] for text in cells), dtype=np.int64, count=len(cells))
    return Groups(by, (*names, *([BLANK] if "" in cells else [])), labels)


def _classes(scores: Scores, name: str) -> Groups:
    classification = scores.program.classes[name]
    run = scores.run
    found: NDArray[np.int64] = run.column(classification)
    names = [case for case, _ in classification.cases]
    labels = found.copy()
    for code, word in ((NO_CLASS, NO_GROUP), (UNKNOWN_CLASS, UNKNOWN)):
        if (found == code).any():
            labels[found == code] = len(names)
            names.append(word)
    return Groups(name, tuple(names), labels)
