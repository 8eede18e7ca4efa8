"""Groups of bodies: by prefecture, by a 区分 of the rulebook, by an 属性 column; sums and ranks within them."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from haiten.compiler.columns import PREFECTURE
from haiten.scoring.facts import Body
from haiten.scoring.ranking import NO_CLASS, UNKNOWN_CLASS
from haiten.scoring.scores import Scores

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

    def averages(self, column: Values) -> list[Fraction | None]:
        """The mean of a column of integers in each group; None for a group without bodies."""
        pairs = zip(self.sums(column), self.sizes, strict=True)
        return [Fraction(total, size) if size else None for total, size in pairs]

    def ranks(self, points: Values) -> NDArray[np.int64]:
        """The rank of every body within its group: 1 + the number of bodies with more points."""
        span = int(points.max(initial=0)) + 1
        keys = self.labels * span + (span - 1 - points)
        order = np.sort(keys)
        first = np.searchsorted(order, self.labels * span, side="left")
        return np.asarray(np.searchsorted(order, keys, side="left") - first + 1, dtype=np.int64)

    def only(self, body: int) -> "Groups":
        """This body's group alone; the bodies of all others are not shown."""
        mine = int(self.labels[body])
        return Groups(self.by, (self.names[mine],), np.where(self.labels == mine, 0, 1))


def nation(scores: Scores) -> Groups:
    """All bodies in one group."""
    return Groups(NATION, (NATION,), np.zeros(len(scores.bodies), dtype=np.int64))


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
