"""Where one body loses points, and what each would take; what is lost adds up to 満点 − 得点."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final

from attrs import evolve

from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import PREFECTURE
from haiten.compiler.program.program import Node
from haiten.compiler.syntax.rulebook import Mode
from haiten.compiler.syntax.scope import PREFECTURES
from haiten.compiler.version import haiten_version
from haiten.scoring.running.scores import PointsRange, Scores, Verdict, rulebook_json
from haiten.tabulation.gaps.needs import Lack, lack_json, lacks
from haiten.tabulation.gaps.reached import Ahead
from haiten.tabulation.population.groups import group_by
from haiten.tabulation.population.parts import total_grants
from haiten.tabulation.population.population import Population
from haiten.tabulation.table import POINTS, RATE_SHORT, Column, Row, Table, TableValue, ends, filled

SCHEMA: Final = "haiten/gaps@1"


@frozen
class Chance:
    """A leaf that was not awarded.

    Attributes:
        gain: what the body's total gains if all that is ``reached`` is met, and nothing else changes.
        reached: this leaf and those that the body reaches with it, under all their paths, as who is within 上位1割 is
            within 上位3割 too.
        lacking: what is needed; empty where the outcome was reported against what is known.
        rate: the share of the nation's bodies that have the leaf, a range where that is open for some; None where the
            nation is not known.
        prefecture_rate: the same among the bodies of its prefecture; None where the body is alone.
        effort: between 0 and 1, see ``effort_of``; None where nothing tells.
    """

    path: str
    text: str
    points: int
    verdict: Verdict
    given: bool
    gain: int
    reached: tuple[str, ...]
    lacking: tuple[Lack, ...]
    rate: TableValue
    prefecture_rate: TableValue
    effort: Fraction | None

    @property
    def needed(self) -> str:
        """What is needed, in Japanese."""
        told = "、".join(lack.text for lack in self.lacking)
        if self.verdict is Verdict.UNANSWERED:
            return f"未回答（{told}）" if told else "未回答"
        return told or "国などが示した結果では非該当（事実からは該当）"


@frozen
class Gap:
    """Points that are lost in one place.

    Attributes:
        paths: the node; where its content is shared (に同じ), under all its paths.
        kind: ``item``, ``any_one`` (いずれか), ``cap`` (上限), ``undisclosed`` (未公表), or ``total``: of a node whose
            points are known, and those of its items are not.
        lost: maximum less certain points, under all paths together.
        open: how much of it unknown facts may still give.
        chances: an item's own, or those of all leaves below that are not awarded, the easiest first.
    """

    paths: tuple[str, ...]
    text: str
    kind: str
    lost: int
    open: int
    chances: tuple[Chance, ...]

    @property
    def key(self) -> tuple[bool, bool, Fraction, int]:
        """Its place: what is only unanswered, then by effort, the points that are lost deciding between equals."""
        useful = [chance for chance in self.chances if chance.gain] or list(self.chances)
        known = [chance.effort for chance in useful if chance.effort is not None]
        unanswered = any(chance.verdict is Verdict.UNANSWERED for chance in useful)
        return (not unanswered, not known, min(known, default=Fraction(0)), -self.lost)


@frozen(eq=False)
class Gaps:
    """All that a body loses."""

    scores: Scores
    body: int
    total: PointsRange
    gaps: tuple[Gap, ...]

    @property
    def lost(self) -> int:
        """満点 − 得点, as the sum of the gaps."""
        return sum(gap.lost for gap in self.gaps)

    def to_json(self) -> dict[str, Any]:
        """As JSON, schema ``haiten/gaps@1`` (``docs/schema/gaps-1.json``)."""
        who = self.scores.bodies[self.body]
        total = {"certain": self.total.certain, "possible": self.total.possible, "maximum": self.total.maximum}
        return {
            "schema": SCHEMA,
            "haiten": haiten_version(),
            "rulebook": rulebook_json(self.scores.program, self.scores.fingerprint),
            "body": {"code": who.code, "name": who.name, "prefecture": who.prefecture},
            "bodies": len(self.scores.bodies),
            "total": total,
            "lost": self.lost,
            "gaps": [_gap_json(gap) for gap in self.gaps],
        }


def find_gaps(scores: Scores, body: int) -> Gaps:
    """Where a body loses points, the easiest to win first."""
    alone = len(scores.bodies) == 1 or not scores.bodies[body].prefecture
    prefectures = None if alone or scores.program.scope.bodies == PREFECTURES else group_by(scores, PREFECTURE)
    population = Population(scores, () if prefectures is None else (prefectures.only(body),), body)
    finder = _Finder(scores, body, population, Ahead(scores, body))
    found: dict[str, Gap] = {}
    for grant in total_grants(scores.program):
        for gap in finder.below(grant):
            origin = scores.program.nodes[gap.paths[0]].same_as
            if (before := found.get(f"{gap.kind} {origin}")) is not None:
                gap = evolve(
                    before,
                    paths=(*before.paths, *gap.paths),
                    lost=before.lost + gap.lost,
                    open=before.open + gap.open,
                )
            found[f"{gap.kind} {origin}"] = gap
    return Gaps(scores, body, scores.points(None, body), tuple(sorted(found.values(), key=lambda gap: gap.key)))


@frozen(eq=False)
class _Finder:
    """Walks down a rulebook; rates are those of the population's nation and of its only group."""

    scores: Scores
    body: int
    population: Population
    ahead: Ahead

    def below(self, node: Node) -> Iterator[Gap]:
        """The gaps in a node, each where its loss no longer splits into those of parts."""
        points = self.scores.points(node.path, self.body)
        lost, open_ = points.maximum - points.certain, points.possible - points.certain
        if not lost:
            return
        if node.is_leaf:
            yield Gap((node.path,), node.text, "item", lost, open_, (self._chance(node),))
        elif self._is_given(node, points):
            yield Gap((node.path,), node.text, "total", lost, open_, ())
        elif node.mode is Mode.SUM:
            for child in node.children:
                yield from self.below(self.scores.program.nodes[child])
            if node.undisclosed:
                yield Gap((node.path,), f"{node.text}（未公表）", "undisclosed", node.undisclosed, node.undisclosed, ())
        else:
            chances = [self._chance(leaf) for leaf in self._leaves(node) if not self._met(leaf)]
            chances.sort(key=lambda chance: (not chance.gain, chance.effort is None, chance.effort or 0, -chance.gain))
            kind = "any_one" if node.mode is Mode.ANY_ONE else "cap"
            yield Gap((node.path,), node.text, kind, lost, open_, tuple(chances))

    def _is_given(self, node: Node, points: PointsRange) -> bool:
        """Whether the points of a node are known although what is below does not tell them."""
        below = [self.scores.points(child, self.body) for child in node.children]
        return points.decided and node.mode is Mode.SUM and sum(child.certain for child in below) != points.certain

    def _leaves(self, node: Node) -> list[Node]:
        nodes = self.scores.program.nodes
        return [node] if node.is_leaf else [leaf for child in node.children for leaf in self._leaves(nodes[child])]

    def _met(self, leaf: Node) -> bool:
        return bool(self.scores.run.outcome(leaf.path).certain[self.body])

    def _chance(self, leaf: Node) -> Chance:
        scores, body = self.scores, self.body
        condition = scores.program.nodes[leaf.same_as].condition
        assert condition is not None
        found, reached = lacks(scores, body, condition), self.ahead.reached(leaf)
        rate = self.population.national_rate(leaf.path)
        others = self.population.rates(leaf.path) if rate is None and len(scores.bodies) > 1 else [rate]
        prefecture_rate = self.population.rates(leaf.path)[-1] if self.population.groupings else None
        return Chance(
            path=leaf.path,
            text=leaf.text,
            points=leaf.maximum,
            verdict=scores.verdict(leaf.path, body),
            given=bool(scores.run.given(leaf.path)[body]),
            gain=self.ahead.gain(reached),
            reached=reached,
            lacking=found,
            rate=rate,
            prefecture_rate=prefecture_rate,
            effort=effort_of(found, others[0]),
        )


def effort_of(lacking: tuple[Lack, ...], rate: TableValue) -> Fraction | None:
    """How hard an item is to win, as a share of bodies: 0 is easy. An estimate 〔推定〕, to put items in an order.

    For a rank: the share of the ranked bodies that must be overtaken. For all else: the share of bodies that have not
    managed it either.
    """
    ranks = [lack.distance.overtaking for lack in lacking if lack.kind == "rank" and lack.distance is not None]
    if lacking and len(ranks) == len(lacking) and all(share is not None for share in ranks):
        return max(share for share in ranks if share is not None)
    shares = ends(rate)
    return None if shares is None else 1 - Fraction(shares[0])  # those who surely have it


_ORDER: Final = (
    "並びは、未回答のもの、次に難しさの順〔推定〕: 順位の項目は追い越す団体の割合、ほかは該当していない団体の割合。"
)
_KINDS: Final = {"any_one": "いずれか", "cap": "上限", "undisclosed": "未公表", "total": "内訳の得点が分からない"}


def gaps_table(gaps: Gaps) -> Table:
    """A row per gap; where several items compete for the same points, a row for each below it."""
    scores = gaps.scores
    columns = (
        Column("失点", POINTS),
        Column("項目"),
        Column("文"),
        Column("必要なこと"),
        Column("達成すると増える点", POINTS, short=("達成すると", "増える点")),
        Column("全国該当率", RATE_SHORT, short=("全国", "該当率")),
        Column("県内該当率", RATE_SHORT, short=("県内", "該当率")),
    )
    rows: list[Row] = []
    for gap in gaps.gaps:
        where = " / ".join(gap.paths)
        if gap.kind == "item":
            rows.append(_chance_row(gap.chances[0], gap.lost, where))
            continue
        words = _KINDS[gap.kind]
        needed = f"{words}: 次のどれかで取り戻せる" if gap.chances else words
        rows.append(Row((gap.lost, where, gap.text, needed, None, None, None), strong=True))
        rows += [_chance_row(chance, None, f"　{chance.path}") for chance in gap.chances]
    rows.append(Row((gaps.lost, "計", *[None] * 5), strong=True))
    who, total = scores.bodies[gaps.body], gaps.total
    notes = [f"満点{total.maximum}点 － 得点{total.certain}点 ＝ 失点{gaps.lost}点"]
    if total.possible > total.certain:
        notes.append(f"得点は確実なもの。未回答などが全て該当なら、失点は{total.maximum - total.possible}点まで減る。")
    population = Population(scores)
    notes.append(_ORDER)
    if population.nation is None:
        notes.append(population.unknown_nation)
    title = f"{who.code} {who.name}（{scores.program.year}） 失点 {gaps.lost}点"
    return filled(Table("失点", title, columns, tuple(rows), 2, tuple(notes)))


def _chance_row(chance: Chance, lost: int | None, where: str) -> Row:
    return Row((lost, where, chance.text, chance.needed, chance.gain, chance.rate, chance.prefecture_rate))


def _gap_json(gap: Gap) -> dict[str, Any]:
    return {
        "paths": list(gap.paths),
        "text": gap.text,
        "kind": gap.kind,
        "lost": gap.lost,
        "open": gap.open,
        "chances": [_chance_json(chance) for chance in gap.chances],
    }


def _chance_json(chance: Chance) -> dict[str, Any]:
    return {
        "path": chance.path,
        "text": chance.text,
        "points": chance.points,
        "verdict": chance.verdict.value,
        "given": chance.given,
        "gain": chance.gain,
        "reached": list(chance.reached),
        "rate": _share_json(chance.rate),
        "prefecture_rate": _share_json(chance.prefecture_rate),
        "effort": None if chance.effort is None else str(chance.effort),
        "lacking": [lack_json(lack) for lack in chance.lacking],
    }


def _share_json(share: TableValue) -> str | list[str] | None:
    """A share as an exact ratio; two of them, the least and the greatest, where it is a range."""
    shares = ends(share)
    if shares is None:
        return None
    low, high = (str(end) for end in shares)
    return low if low == high else [low, high]
