"""Points as facts: what haiten has written and what ministries and prefectures publish is read back.

A file of results has columns of points (``得点.推進.Ⅰ``), for leaves, for what is above them, or for both. Points of
leaves say which outcomes they come from; points of what is above stand where its leaves are not known; and what
contradicts its parts is reported.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Final

import numpy as np
from attrs import field
from numpy.typing import NDArray

from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import (
    FINGERPRINT,
    POINTS,
    POSSIBLE,
    SIZE,
    TRIAL,
    VERDICT,
    WHOLE,
    is_chosen,
    schema_of,
)
from haiten.compiler.program.program import Node, Program
from haiten.compiler.syntax.rulebook import Mode
from haiten.compiler.syntax.scope import MUNICIPALITIES, Scope
from haiten.scoring.facts.facts import Facts, numbers_of, truth_of
from haiten.scoring.numbers.exact import Bools
from haiten.scoring.reading import result_errors as errors
from haiten.scoring.reading.characters import spellings
from haiten.scoring.reading.read_columns import Read

# The column headings of the ministry's tabulation (全国集計), by year: 公開の分析資料.
_LABELS: Final = Path(__file__).with_name("ministry_labels.csv")
Int64Array = NDArray[np.int64]


@cache
def ministry_labels(year: str) -> Mapping[str, str]:
    """The short headings of the ministry's tabulation of a year, with the path of the 指標 that each is about."""
    with _LABELS.open(encoding="utf-8", newline="") as rows:
        found = {row["見出し"]: row.get(year) or "" for row in csv.DictReader(rows)}
    return {name: path for label, path in found.items() if path for name in spellings(label)}


def result_columns(program: Program) -> dict[str, str]:
    """The headings of points, with the node that each is about or 全体.

    Beside ``得点.`` and a path: the path alone of what is no leaf, and the ministry's label of a 指標.
    """
    columns = {POINTS + path: path for path in (*program.nodes, WHOLE)}
    columns |= {path: path for path, node in program.nodes.items() if not node.is_leaf}
    return columns | {name: path for name, path in _labels(program).items() if name not in program.facts}


def _labels(program: Program) -> dict[str, str]:
    found = ministry_labels(program.year) if program.scope == Scope(MUNICIPALITIES) else {}
    return {name: path for name, path in found.items() if path in program.nodes}


def plain_headings(header: list[str], program: Program) -> tuple[list[str], dict[str, str]]:
    """The headings, those made plain that are names of facts and labels of the ministry too.

    They are points where other labels are near and no facts or answers, and facts where no label is near. With both
    near they may be either: these headings are told apart, each with its 指標.
    """
    labels, schema = _labels(program), schema_of(program)
    doubtful = {name: labels[name] for name in header if name in labels and name in program.facts}
    if not any(name in labels and name not in doubtful for name in header):
        return header, {}
    facts = (schema.numbers, schema.answers, schema.outcomes)
    if any(name in kind for name in header if name not in doubtful for kind in facts):
        return header, doubtful
    return [POINTS + doubtful[name] if name in doubtful else name for name in header], {}


def is_result(name: str) -> bool:
    """Whether a heading is of a file of results, and is not needed to read the points in it."""
    return name in (FINGERPRINT, SIZE, TRIAL) or name.startswith((POSSIBLE, VERDICT))


@frozen(eq=False)
class Results:
    """The columns of points of a file, by heading; ``possible`` are the most that they can be."""

    program: Program
    file: str
    rows: Int64Array
    points: Mapping[str, Read]
    possible: Mapping[str, Read]
    names: Mapping[str, str]
    diagnostics: list[Diagnostic] = field(factory=list)

    def put(self, facts: Facts) -> None:
        """Put the points into the facts: outcomes of leaves, and points of nodes whose leaves do not tell them."""
        given = dict(self._given())
        if not given:
            return
        low: dict[str, Int64Array] = {}
        high: dict[str, Int64Array] = {}
        for path in _bottom_up(self.program):
            node = self.program.nodes[path]
            self._bound(node, facts, low, high)
            if path not in given:
                continue
            name, read = given[path]
            known = read.known
            if node.is_leaf and node.maximum:
                self._outcomes(facts, name, node, read)
            else:
                self._check(name, read, low[path], high[path])
            open_ = known & (low[path] != high[path])
            if not node.is_leaf and open_.any() and not is_chosen(self.program, path):
                self._points(facts, name, node.same_as, read, open_)
            low[path], high[path] = (np.where(known, read.values, bound) for bound in (low[path], high[path]))
        if WHOLE in given:
            self._whole(*given[WHOLE], low, high)

    def _given(self) -> Iterator[tuple[str, tuple[str, Read]]]:
        """By path, the heading and the points that are known; what two headings say of one node is held together."""
        found: dict[str, tuple[str, Read]] = {}
        for name, path in self.names.items():
            if name not in self.points:
                continue
            read = self.points[name]
            most = self.possible.get(POSSIBLE + path) if name == POINTS + path else None
            if most is not None:
                known = read.known & most.known & (read.values == most.values)
                read = Read(np.where(known, read.values, 0), known)
            if path in found:
                other, before = found[path]
                differs = read.known & before.known & (read.values != before.values)
                self._first(errors.PointsDiffer, differs, name, other)
                known = read.known | before.known
                read = Read(np.where(read.known, read.values, before.values), known)
            found[path] = (name, read)
        yield from found.items()

    def _bound(self, node: Node, facts: Facts, low: dict[str, Int64Array], high: dict[str, Int64Array]) -> None:
        """The least and the most points of a node, by what is below it, or by what it is the same as."""
        size = len(self.rows)
        if node.is_shared:
            low[node.path], high[node.path] = low[node.same_as], high[node.same_as]
            return
        if node.is_leaf:
            told = facts.outcomes.get(node.path) or (facts.answers.get(node.path) if node.answered else None)
            certain, possible = (False, True) if told is None else (told.certain, told.possible)
            low[node.path], high[node.path] = (
                np.broadcast_to(np.asarray(holds, np.int64), (size,)) * node.maximum for holds in (certain, possible)
            )
            return
        least, most = ([bounds[child] for child in node.children] for bounds in (low, high))
        if node.mode is Mode.ANY_ONE:
            hidden = np.full(size, node.undisclosed, np.int64)
            low[node.path], high[node.path] = np.max(least, axis=0), np.max([*most, hidden], axis=0)
            return
        sums = [sum(bounds, start=np.zeros(size, np.int64)) for bounds in (least, most)]
        sums[1] = sums[1] + node.undisclosed
        if node.cap is not None:
            sums = [np.minimum(bound, node.cap) for bound in sums]
        low[node.path], high[node.path] = sums

    def _outcomes(self, facts: Facts, name: str, node: Node, read: Read) -> None:
        """Points of a leaf are all or none; they tell its outcome, though none may mean that another was chosen."""
        path = node.same_as
        met = read.values == node.maximum
        wrong = read.known & ~met & (read.values != 0)
        self._first(errors.NoPointsOfLeaf, wrong, name, node.maximum, values=read.values)
        known = read.known & ~wrong
        certain, possible = known & met, ~known | met
        before = facts.outcomes.get(path) or facts.answers.get(path)
        if before is not None:
            differs = known & before.known & (before.certain != met)
            self._first(errors.PointsDiffer, differs & (met | (not is_chosen(self.program, path))), name, node.path)
            certain, possible = np.where(before.known, (before.certain, before.possible), (certain, possible))
        facts.outcomes[path] = truth_of(certain, possible)

    def _check(self, name: str, read: Read, low: Int64Array, high: Int64Array) -> None:
        """Points of a node lie between what its parts can come to."""
        wrong = read.known & ((read.values < low) | (read.values > high))
        places = np.flatnonzero(wrong)
        if len(places):
            first = int(places[0])
            told = (str(low[first]), str(high[first]))
            parts = f"{told[0]}点" if told[0] == told[1] else f"{told[0]}点から{told[1]}点まで"
            at = Cell(self.file, int(self.rows[first]), name)
            self.diagnostics.append(errors.PointsContradict(at, int(read.values[first]), parts, len(places)))

    def _points(self, facts: Facts, name: str, path: str, read: Read, known: Bools) -> None:
        before = facts.points.get(path)
        values = np.where(known, read.values, 0)
        if before is not None:
            both = known & before.known
            self._first(errors.PointsDiffer, both & (before.num != values), name, path)
            values, known = np.where(known, values, before.num), known | before.known
        facts.points[path] = numbers_of(values, known, 0)

    def _whole(self, name: str, read: Read, low: dict[str, Int64Array], high: dict[str, Int64Array]) -> None:
        """The total is held to its grants; where these do not tell it, it cannot be used, and that is said."""
        grants = [node.path for node in self.program.grants if not node.special]
        zero = np.zeros(len(self.rows), np.int64)
        least, most = (sum((bounds[path] for path in grants), start=zero) for bounds in (low, high))
        self._check(name, read, least, most)
        self._first(errors.TotalAlone, read.known & (least != most), name)

    def _first(
        self, kind: Callable[..., Diagnostic], where: Bools, name: str, *told: object, values: Int64Array | None = None
    ) -> None:
        """Tell what is wrong in some rows once: in the first of them, with how many there are."""
        places = np.flatnonzero(where)
        if len(places):
            first = int(places[0])
            value = () if values is None else (int(values[first]),)
            self.diagnostics.append(kind(Cell(self.file, int(self.rows[first]), name), *value, *told, len(places)))


def _bottom_up(program: Program) -> Iterable[str]:
    """The nodes, each after those below it, and after the one that it is the same as (に同じ)."""
    after = {path: (node.same_as,) if node.is_shared else node.children for path, node in program.nodes.items()}
    return TopologicalSorter(after).static_order()


def as_answers(cells: list[str], maximum: int) -> list[str] | None:
    """Cells of a leaf's own column that hold its points (``4`` of 4 and ``0``) as 1 and 0; None where they do not."""
    written = set(cells) - {""}
    if maximum < 2 or str(maximum) not in written or not written <= {"0", str(maximum)}:
        return None
    return ["1" if cell == str(maximum) else cell for cell in cells]
