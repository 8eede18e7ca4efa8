"""Items: how many bodies have each (該当率), how many a body has (達成項目数), which tell bodies apart no more."""

from fractions import Fraction
from typing import Final

import numpy as np

from haiten.compiler.program import Node
from haiten.compiler.syntax import Level
from haiten.scoring.scores import Scores, Verdict
from haiten.tabulation.groups import NATION, Values
from haiten.tabulation.parts import SYSTEMS, TOTAL, Part, grants_of, items_of
from haiten.tabulation.population import Before, Population
from haiten.tabulation.table import (
    AVERAGE_ITEMS,
    BODIES,
    ITEMS,
    POINTS,
    RATE_CHANGE,
    RATE_SHORT,
    Cell,
    Column,
    Row,
    Table,
    columns_under,
    filled,
)

# No source says from where on an item counts as met by nearly all or nearly none: 〔推定〕.
NEARLY_ALL: Final = Fraction(95, 100)
NEARLY_NONE: Final = Fraction(5, 100)


def awarded(scores: Scores, path: str) -> Values:
    """Which bodies have the points of a leaf, as 0 and 1."""
    return _with(scores, path, Verdict.AWARDED)


def unanswered(scores: Scores, path: str) -> Values:
    """For which bodies a leaf is not decided, as 0 and 1."""
    return _with(scores, path, Verdict.UNANSWERED)


def _with(scores: Scores, path: str, verdict: Verdict) -> Values:
    return np.asarray(scores.verdicts(path) == tuple(Verdict).index(verdict), dtype=np.int64)


def rates_table(population: Population, before: Before | None) -> Table:
    """A row per item: the share of bodies of each group, and of all, that have it, this year and the year before."""
    scores, program = population.scores, population.scores.program
    columns = [Column("項目"), Column("文"), Column("前年度の項目"), Column("配点", POINTS)]
    columns += columns_under(NATION, ("該当団体数", BODIES), ("未確定", BODIES))
    then = (("前年度", RATE_SHORT),) if before is not None else ()
    change = (("増減", RATE_CHANGE),) if before is not None else ()
    for name in population.names:
        columns += columns_under(name, *then, ("該当率", RATE_SHORT), *change)
    rows, unknown = [], 0
    for leaf in items_of(program):
        old = _old(before, leaf)
        moved = None if before is None or (old and old.path == leaf.path) else old.path if old else "新設"
        have, open_ = awarded(scores, leaf.path), int(unanswered(scores, leaf.path).sum())
        unknown += open_
        cells: list[Cell] = [leaf.path, leaf.text, moved, leaf.maximum, int(have.sum()), open_ or None]
        was: dict[str, Fraction | None] = {}
        if before is not None and old is not None:
            was = dict(before.population.averages(awarded(before.population.scores, old.path)))
        for name, rate in population.averages(have):
            last = was.get(name)
            gained = rate - last if rate is not None and last is not None else None
            cells += [rate] if before is None else [last, rate, gained]
        rows.append(Row(tuple(cells)))
    notes = ["該当率は、その項目で得点した団体の割合。いずれかで他の項目が優先された団体は含まない。"]
    if unknown:
        notes.append("未確定の団体は、該当に数えていない。")
    title = f"{program.year} 項目ごとの該当率"
    return filled(Table("該当率", title, tuple(columns), tuple(rows), 1, tuple(notes)))


def _old(before: Before | None, leaf: Node) -> Node | None:
    """The same item a year ago, where it was a leaf then too."""
    if before is None or leaf.path not in before.old_path:
        return None
    old = before.population.scores.program.nodes[before.old_path[leaf.path]]
    return old if old.is_leaf else None


def achieved_table(population: Population, before: Before | None) -> Table | None:
    """Items of 体制・取組指標群 (ⅰ) that a body, or bodies on average, achieve, by grant and year; None without any."""
    columns = [Column("交付金"), Column("年度"), Column("項目数", ITEMS)]
    if population.body is not None:
        columns += columns_under(population.body_name, ("達成", ITEMS), ("達成率", RATE_SHORT))
    for name in population.names:
        columns += columns_under(name, ("平均達成", AVERAGE_ITEMS), ("達成率", RATE_SHORT))
    rows, then = [], None
    if before is not None and population.body is not None:
        then = before.population.scores.index(population.scores.bodies[population.body].code)
    for part in grants_of(population.scores.program):
        old = before.part(part) if before is not None else None
        if before is not None and old is not None:
            rows += _achieved(population, before.population, old, then)
        rows += _achieved(population, population, part, population.body)
    if not rows:
        return None
    note = "項目は、配点のある一番下の項目（ア、①など）を数える。"
    return filled(Table("達成項目", "体制・取組指標群（ⅰ）の達成項目数", tuple(columns), tuple(rows), 2, (note,)))


def _achieved(population: Population, year: Population, part: Part, place: int | None) -> list[Row]:
    """The row of a grant in one of the years, in which the body has a place; none where it has no group (ⅰ)."""
    scores = year.scores
    groups = [n for n in scores.program.nodes.values() if n.level is Level.GROUP and n.label == SYSTEMS]
    inside = tuple(group.path + "." for group in groups)
    leaves = [leaf for leaf in part.leaves(scores.program) if leaf.path.startswith(inside)]
    if not leaves:
        return []
    count = np.sum([awarded(scores, leaf.path) for leaf in leaves], axis=0)
    cells: list[Cell] = [part.name, scores.program.year, len(leaves)]
    if population.body is not None:
        own = int(count[place]) if place is not None else None
        cells += [own, None if own is None else Fraction(own, len(leaves))]
    means = dict(year.averages(count))
    for name in population.names:
        mean = means.get(name)
        cells += [mean, None if mean is None else mean / len(leaves)]
    return [Row(tuple(cells), strong=part.name == TOTAL)]


def extremes_table(population: Population) -> Table:
    """Items that nearly all bodies have, or nearly none: candidates for raising or rethinking the bar."""
    scores, program = population.scores, population.scores.program
    size = len(scores.bodies)
    found: list[tuple[str, Fraction, Row]] = []
    for leaf in items_of(program):
        have, open_ = int(awarded(scores, leaf.path).sum()), int(unanswered(scores, leaf.path).sum())
        word, rate = _extreme(have, open_, size), Fraction(have, size)
        if word is not None:
            found.append((word, rate, Row((word, leaf.path, leaf.text, leaf.maximum, have, rate))))
    found.sort(key=lambda row: (row[0] == _NONE, -row[1] if row[0] == _ALL else row[1]))
    columns = (
        Column("種別"),
        Column("項目"),
        Column("文"),
        Column("配点", POINTS),
        Column("該当", BODIES),
        Column("該当率", RATE_SHORT),
    )
    notes = (
        f"目安は該当率{RATE_SHORT.digits(NEARLY_ALL)}%以上、{RATE_SHORT.digits(NEARLY_NONE)}%以下〔推定〕。"
        "未確定の団体がどちらでも変わらないものだけを挙げる。",
    )
    title = f"{program.year} 差がつかない項目（評価の設定を見直す候補）"
    return Table("見直し候補", title, columns, tuple(row for _, _, row in found), 2, notes)


_ALL: Final = "ほぼ全団体が該当"
_NONE: Final = "ほぼ該当なし"


def _extreme(have: int, open_: int, size: int) -> str | None:
    return _ALL if have >= NEARLY_ALL * size else _NONE if have + open_ <= NEARLY_NONE * size else None
