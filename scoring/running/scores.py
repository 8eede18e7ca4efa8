"""Scores: what a run came to, per body and node."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import repeat
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.identity.fingerprint import Fingerprint
from haiten.compiler.late import dense
from haiten.compiler.program.fact_columns import WHOLE
from haiten.compiler.program.program import Node, Program
from haiten.compiler.program.walk import rankings_in
from haiten.compiler.syntax.scope import PREFECTURES
from haiten.compiler.version import haiten_version
from haiten.scoring.facts.fact_errors import GivenContradicts, RankedInPart
from haiten.scoring.facts.facts import Body, asked_code, body_key, prefectural_code
from haiten.scoring.numbers.exact import is_everywhere
from haiten.scoring.reading.municipalities import current
from haiten.scoring.running.nation import Counted, Nation
from haiten.scoring.running.run import PointArray, PointsColumn, Run

SCHEMA: Final = "haiten/score@1"


class Verdict(StrEnum):
    """What became of a leaf."""

    AWARDED = "awarded"
    NOT_MET = "not_met"
    UNANSWERED = "unanswered"
    SUPERSEDED = "superseded"

    @property
    def japanese(self) -> str:
        """What a reader sees."""
        return {
            Verdict.AWARDED: "得点",
            Verdict.NOT_MET: "非該当",
            Verdict.UNANSWERED: "未回答",
            Verdict.SUPERSEDED: "他の項目が優先",
        }[self]


_VERDICTS: Final = tuple(Verdict)
_AWARDED: Final = _VERDICTS.index(Verdict.AWARDED)
_UNANSWERED: Final = _VERDICTS.index(Verdict.UNANSWERED)
_ALL: Final = slice(None)
_OFFICIAL: Final = 6  # digits of a code with its check digit
_NATIONS: Final = 10  # populations as large as several nations are made up
PointsColumns = tuple[PointsColumn, PointsColumn]  # certain and possible
# Counted points, certain and possible, and own points likewise; what 上限 took off; place of the verdict, and whether
# the outcome was given.
NodeState = tuple[int, int, int, int, int | None, int | None, bool | None]
assert [verdict.name for verdict in _VERDICTS] == ["AWARDED", "NOT_MET", "UNANSWERED", "SUPERSEDED"]


@dense
class PointsRange:
    """Points of one body at one node: what is certain, what is possible at most, and the declared maximum."""

    certain: int
    possible: int
    maximum: int

    @property
    def decided(self) -> bool:
        """Whether nothing that is unknown can change it."""
        return self.certain == self.possible


@dense(eq=False)
class Scores:
    """The result of scoring some bodies with a rulebook.

    Attributes:
        run: every column of the run; explanations are read off it.
        kept: the nation in which the bodies were placed, where a cut-off file holds it.
    """

    program: Program
    fingerprint: Fingerprint
    run: Run
    kept: Nation | None = None

    @property
    def nation(self) -> Nation | None:
        """All bodies of the scope: those that the cut-offs are of, else those of the run; None where neither is all."""
        if self.run.is_placed:
            return self.kept
        if self.in_part:
            return None
        given = sorted(path for path, points in self.run.facts.points.items() if points.known.any())
        return Counted(len(self.bodies), tuple(given), self._points_of, self.awards, self._members)

    def _members(self) -> dict[str, NDArray[np.int64]]:
        """The places of the bodies of each prefecture, by the order of their codes; of prefectures, there are none."""
        if self.program.scope.bodies == PREFECTURES:
            return {}
        places: dict[str, list[int]] = {}
        first: dict[str, str] = {}
        for place, body in enumerate(self.bodies):
            if body.prefecture:
                places.setdefault(body.prefecture, []).append(place)
                first[body.prefecture] = min(first.get(body.prefecture, body.code), body.code)
        return {name: np.array(places[name], dtype=np.int64) for name in sorted(places, key=lambda name: first[name])}

    def _points_of(self, path: str) -> PointsColumns:
        return self.total() if path == WHOLE else self.counted(path)

    @property
    def in_part(self) -> bool:
        """Whether the bodies are not the nation: a single one, of one prefecture, or real ones but not all of them."""
        if len(self.bodies) < 2:
            return True
        first = self.bodies[0]
        if first.prefecture and all(body.prefecture == first.prefecture for body in self.bodies):
            return True
        return self.missing > 0

    @property
    def missing(self) -> int:
        """How many real bodies of the scope are not among these; 0 where most of these are made up."""
        every = current(self.program.scope.bodies)
        if len(self.bodies) > _NATIONS * len(every):
            return 0
        here = every.intersection(body.code[:5] for body in self.bodies if len(body.code) <= _OFFICIAL)
        return len(every) - len(here) if 2 * len(here) >= len(self.bodies) else 0

    @property
    def bodies(self) -> Sequence[Body]:
        """The bodies, in the order of the fact file."""
        return self.run.facts.bodies

    def index(self, code: str) -> int | None:
        """The place of a body among ``bodies``.

        Codes match in full width as well, with or without their check digit; prefectures also by their number of two
        digits.
        """
        code = asked_code(code)
        by_number = self.program.scope.bodies == PREFECTURES and len(code) <= 2 and code.isdecimal()
        key = prefectural_code(code) if by_number else body_key(code)
        return next((i for i, body in enumerate(self.bodies) if body_key(body.code) == key), None)

    def settled(self) -> "Scores":
        """The same, of which nothing is left but points and verdicts, for whoever has nothing else to ask.

        The room that facts, values and ranks took is free once nobody holds these scores. ``of`` tells of many bodies
        at a time; a column that is asked for as a whole is made anew each time.
        """
        return Scores(self.program, self.fingerprint, self.run.settled(), self.kept)

    def of(self, part: slice) -> "Scores":
        """The points and verdicts of some bodies, which follow one another."""
        return Scores(self.program, self.fingerprint, self.run.of(part), self.kept)

    def counted(self, path: str, part: slice = _ALL) -> PointsColumns:
        """Certain and possible points of a node that reach the total, per body (or of some bodies)."""
        return _wide(self.narrow(path, part))

    def narrow(self, path: str, part: slice = _ALL) -> tuple[PointArray, PointArray]:
        """The same in the narrowest type that holds what the node can give, in which they must not be added up."""
        own, live = self.run.own(path).of(part), self.run.live(path)
        if is_everywhere(live.certain):
            return own
        certain = own[0] * live.certain[part]
        if own[0] is own[1] and live.certain is live.possible:
            return certain, certain
        return certain, own[1] * live.possible[part]

    def own(self, path: str, part: slice = _ALL) -> PointsColumns:
        """Certain and possible points of a node before any choice above it, per body (or of some bodies)."""
        return _wide(self.run.own(path).of(part))

    def cut(self, path: str, part: slice = _ALL) -> PointsColumn:
        """What 上限 took off a node's certain points, where they count, per body (or of some bodies)."""
        cut = self.run.own(path).cut
        if cut is None:
            return np.zeros(len(range(self.run.size)[part]), dtype=np.int32)
        taken: PointsColumn = cut[part].astype(np.int32) * self.run.live(path).certain[part]
        return taken

    def total(self, part: slice = _ALL) -> PointsColumns:
        """Certain and possible points of 全体 (別枠 left out), per body (or of some bodies)."""
        counted = [self.counted(grant.path, part) for grant in self.program.grants if not grant.special]
        zero = np.zeros(len(range(self.run.size)[part]), dtype=np.int32)
        certain = sum((c for c, _ in counted), start=zero)
        if all(c is p for c, p in counted):
            return certain, certain
        return certain, sum((p for _, p in counted), start=zero)

    def verdicts(self, path: str, part: slice = _ALL) -> NDArray[np.int8]:
        """The verdict on a leaf per body (or of some bodies), as places in the order of ``Verdict``.

        A condition that is met while a sibling that could still win is unanswered is itself unanswered.
        """
        outcome, live = self.run.outcome(path), self.run.live(path)
        missed = (~outcome.possible[part]).view(np.int8)
        if outcome.is_decided and is_everywhere(live.certain):
            return missed
        awarded = (outcome.certain[part] & live.certain[part]).view(np.int8)
        superseded = (outcome.certain[part] & ~live.possible[part]).view(np.int8)
        # 得点 0, 非該当 1, 未回答 2, 他の項目が優先 3: at most one of the three moves it from 未回答.
        return np.asarray(np.int8(2) - awarded * np.int8(2) - missed + superseded)

    def awarded_in(self, path: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which bodies have the points of a leaf, and for which that is not decided."""
        verdicts = self.verdicts(path)
        return verdicts == _AWARDED, verdicts == _UNANSWERED

    def awards(self, path: str) -> tuple[int, int]:
        """How many bodies have the points of a leaf, and for how many that is not decided."""
        awarded, unanswered = self.awarded_in(path)
        return int(np.count_nonzero(awarded)), int(np.count_nonzero(unanswered))

    def verdict_table(self, part: slice = _ALL, out: NDArray[np.int8] | None = None) -> NDArray[np.int8]:
        """The verdicts on all leaves (rows, in the order of ``program.leaves``) of all bodies or of some.

        Args:
            part: which bodies.
            out: where to write them, for whoever reads one part after another; of the same shape as the result.
        """
        run, evaluator = self.run, self.run.evaluator
        met = run.truths.of(part).certain
        table = np.empty((len(evaluator.leaves), met.shape[1]), dtype=np.int8) if out is None else out
        met.take(evaluator.leaf_rows, axis=0, out=table.view(np.bool_), mode="clip")  # no other mode writes in place
        np.subtract(1, table, out=table)  # 得点 0, 非該当 1
        for places in evaluator.contested:
            live, rows = run.live(evaluator.leaves[places.start]), table[places]
            if live.certain is live.possible:
                lost = (rows | live.certain[part].view(np.int8)) == 0
                rows += lost.view(np.int8) * np.int8(3)  # 他の項目が優先 3
            else:
                rows[:] = [self.verdicts(path, part) for path in evaluator.leaves[places]]
        if run.truths.possible:
            for place, (path, row) in enumerate(zip(evaluator.leaves, evaluator.leaf_rows, strict=True)):
                if row in run.truths.possible:
                    table[place] = self.verdicts(path, part)
        return table

    def verdict(self, path: str, body: int) -> Verdict:
        """The verdict on a leaf for one body."""
        met = self.run.is_met(path, body)
        if not met:
            return Verdict.NOT_MET if met is False else Verdict.UNANSWERED
        live = self.run.live(path)
        if live.certain[body]:
            return Verdict.AWARDED
        return Verdict.UNANSWERED if live.possible[body] else Verdict.SUPERSEDED

    def points(self, path: str | None, body: int) -> PointsRange:
        """The counted points of one body at a node; None for 全体."""
        if path is not None:
            return self.ranges(path, body)[1]
        certain, possible = self.total(slice(body, body + 1))
        return PointsRange(int(certain[0]), int(possible[0]), self.program.maximum)

    def ranges(self, path: str, body: int) -> tuple[PointsRange, PointsRange]:
        """The points of one body at a node: before any choice above it, and counted."""
        certain, possible = self.run.own_of(path, body)
        maximum, live = self.program.nodes[path].maximum, self.run.live(path)
        own = PointsRange(certain, possible, maximum)
        if live.certain[body]:
            return own, own
        return own, PointsRange(0, possible if live.possible[body] else 0, maximum)

    def notes(self, file: str) -> tuple[Diagnostic, ...]:
        """What to know of the scores: ranks that are not the nation's, and given outcomes that values speak against.

        Args:
            file: the facts' file, to name it.
        """
        notes: list[Diagnostic] = []
        ranked = self._ranked_in_part()
        if ranked:
            notes.append(RankedInPart(Cell(file, None, None), ranked, len(self.bodies)))
        for leaf in self.program.leaves:
            if leaf.is_shared:
                continue
            computed, outcome = self.run.computed(leaf.path), self.run.outcome(leaf.path)
            differs = self.run.given(leaf.path) & computed.known & (computed.certain != outcome.certain)
            bodies = np.flatnonzero(differs)
            if len(bodies):
                first = int(bodies[0])
                words = ("非該当", "該当")
                notes.append(
                    GivenContradicts(
                        Cell(file, self.bodies[first].row or None, leaf.path),
                        leaf.path,
                        words[int(outcome.certain[first])],
                        words[int(computed.certain[first])],
                        len(bodies),
                        self.bodies[first].code,
                    )
                )
        return tuple(notes)

    def _ranked_in_part(self) -> int:
        """How many leaves were decided by ranks among the bodies of one prefecture (or by one body alone)."""
        if not self.in_part:
            return 0
        count = 0
        for leaf in self.program.leaves:
            rankings = () if leaf.condition is None or leaf.is_shared else rankings_in(leaf.condition)
            ranked = [self.run.column(ranking) for ranking, _ in rankings]
            among = any(one.stored is None and one.has_rank.any() for one in ranked)
            count += bool(among and not self.run.given(leaf.path).all())
        return count

    def to_json(self) -> dict[str, Any]:
        """The scores as JSON, schema ``haiten/score@1`` (``docs/schema/score-1.json``).

        All of it is in memory at once; ``views.files.score_json`` writes the same body by body.
        """
        nodes = self.program.nodes.values()
        states = {node.path: list(self.node_states(node)) for node in nodes}
        certain, possible = (column.tolist() for column in self.total())
        return self.head_json() | {
            "bodies": [
                self.body_json(body, certain[i], possible[i])
                | {"nodes": {node.path: node_json(node, states[node.path][i]) for node in nodes}}
                for i, body in enumerate(self.bodies)
            ],
        }

    def head_json(self) -> dict[str, Any]:
        """What the JSON says before its bodies."""
        rulebook = rulebook_json(self.program, self.fingerprint)
        return {"schema": SCHEMA, "haiten": haiten_version(), "rulebook": rulebook}

    def body_json(self, body: Body, certain: int, possible: int) -> dict[str, Any]:
        """What the JSON says of a body before its nodes; the points are those of 全体."""
        total = {"certain": certain, "possible": possible, "maximum": self.program.maximum}
        return {"code": body.code, "name": body.name, "total": total}

    def node_states(self, node: Node, part: slice = _ALL) -> Iterator[NodeState]:
        """What became of a node, per body (or for some bodies); for few of a million it is the same thing."""
        cells: list[Iterable[Any]] = [
            column.tolist() for column in (*self.counted(node.path, part), *self.own(node.path, part))
        ]
        cells.append(repeat(None) if node.cap is None else self.cut(node.path, part).tolist())
        cells.append(self.verdicts(node.path, part).tolist() if node.is_leaf else repeat(None))
        cells.append(self.run.given(node.path)[part].tolist() if node.is_leaf else repeat(None))
        return zip(*cells, strict=False)


def _wide(points: tuple[PointArray, PointArray]) -> PointsColumns:
    """Points that may be added up: sums of narrow columns would overflow."""
    certain, possible = points
    wide = certain.astype(np.int32, copy=False)
    return wide, wide if certain is possible else possible.astype(np.int32, copy=False)


def node_json(node: Node, state: NodeState) -> dict[str, Any]:
    """A node in a state, as JSON."""
    certain, possible, own_certain, own_possible, cut, verdict, given = state
    data: dict[str, Any] = {"certain": certain, "possible": possible, "maximum": node.maximum}
    if (own_certain, own_possible) != (certain, possible):
        data["own"] = {"certain": own_certain, "possible": own_possible}
    if cut is not None:
        data["cut"] = cut
    if verdict is not None:
        data |= {"verdict": _VERDICTS[verdict].value, "given": given}
    return data


def rulebook_json(program: Program, fingerprint: Fingerprint) -> dict[str, Any]:
    """What every JSON output says of its rulebook."""
    return {
        "year": program.year,
        "scope": str(program.scope),
        "fingerprint": {"text": fingerprint.text, "rules": fingerprint.rules},
        **({"set": program.trial} if program.trial else {}),
    }
