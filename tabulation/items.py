"""Items: how many bodies have each (該当率), how many each body has (達成項目数), and which tell bodies apart no more."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

import numpy as np

from haiten.compiler.program import Node
from haiten.compiler.syntax import Level
from haiten.scoring.scores import Scores, Verdict
from haiten.tabulation.averages import Before, Population, scopes
from haiten.tabulation.groups import NATION, Column as Points
from haiten.tabulation.parts import SYSTEMS, TOTAL, Part, grants_of, leaf_filter
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
    filled,
)

# No source says from where on an item counts as met by nearly all or nearly none: 〔推定〕.
NEARLY_ALL: Final = Fraction(95, 100)
NEARLY_NONE: Final = Fraction(5, 100)


def awarded(scores: Scores, path: str) -> Points:
    """Which bodies have the points of a leaf, as 0 and 1."""
    return (scores.verdicts(path) == tuple(Verdict).index(Verdict.AWARDED)).astype(np.int64)


def unanswered(scores: Scores, path: str) -> Points:
    """For which bodies a leaf is not decided, as 0 and 1."""
    return (scores.verdicts(path) == tuple(Verdict).index(Verdict.UNANSWERED)).astype(np.int64)


def rates_table(population: Population, before: Before | None) -> Table:
    """A row per item: the share of bodies of each group, and of all, that have it, this year and the year before."""
    scores, program = population.scores, population.scores.program
    columns = [Column("項目"), Column("文"), Column("前年度の項目"), Column("配点", POINTS)]
    for name in scopes(population):
        rate = Column(f"{name} 該当率", RATE_SHORT, (name, "該当率"))
        if before is None:
            columns.append(rate)
        else:
            then = Column(f"{name} 前年度", RATE_SHORT, (name, "前年度"))
            columns += [then, rate, Column(f"{name} 増減", RATE_CHANGE, (name, "増減"))]
    columns += [Column("該当", BODIES, (NATION, "該当")), Column("未確定", BODIES, (NATION, "未確定"))]
    rows = []
    for leaf in leaf_filter(program, lambda _: True):
        old = before.population.scores.program.nodes.get(before.old_path.get(leaf.path, "")) if before else None
        moved = old.path if old is not None and old.path != leaf.path else "新設" if before and old is None else None
        cells: list[Cell] = [leaf.path, leaf.text, moved, leaf.maximum]
        was = dict(_rates(before.population, old.path)) if before and old is not None and old.is_leaf else {}
        for name, rate in _rates(population, leaf.path):
            change = rate - was[name] if rate is not None and was.get(name) is not None else None
            cells += [rate] if before is None else [was.get(name), rate, change]
        open_ = int(unanswered(scores, leaf.path).sum())
        rows.append(Row((*cells, int(awarded(scores, leaf.path).sum()), open_ or None)))
    notes = ["該当率は、その項目で得点した団体の割合。いずれかで他の項目が優先された団体は含まない。"]
    if any(row.cells[-1] for row in rows):
        notes.append("未確定の団体は、該当に数えていない。")
    title = f"{program.year} 項目ごとの該当率"
    return filled(Table("該当率", title, tuple(columns), tuple(rows), 2, tuple(notes)))


def _rates(population: Population, path: str) -> Iterator[tuple[str, Fraction | None]]:
    column = awarded(population.scores, path)
    for groups in reversed(population.all_groups):
        yield from zip(groups.names, groups.averages(column), strict=True)


def achieved_table(population: Population, before: Before | None) -> Table | None:
    """Items of 体制・取組指標群 (ⅰ) that a body, or bodies on average, achieve, by grant and year; None without any."""
    years = [*([before.population] if before is not None else []), population]
    columns = [Column("交付金"), Column("年度"), Column("項目数", ITEMS)]
    if population.body is not None:
        name = population.body_name
        columns += [Column(f"{name} 達成", ITEMS, (name, "達成")), Column(f"{name} 達成率", RATE_SHORT, (name, "達成率"))]
    for name in scopes(population):
        columns += [
            Column(f"{name} 平均達成", AVERAGE_ITEMS, (name, "平均達成")),
            Column(f"{name} 達成率", RATE_SHORT, (name, "達成率")),
        ]
    rows = []
    for part in grants_of(population.scores.program):
        for year in years:
            then = {grant.name: grant for grant in grants_of(year.scores.program)}
            name = part.name if year is population or part.name == TOTAL or before is None else before.old_path.get(part.name)
            if name in then and (leaves := _systems(year.scores, then[name])):
                rows.append(_achieved(population, year, then[name], leaves))
    if not rows:
        return None
    title = "体制・取組指標群（ⅰ）の達成項目数"
    return Table("達成項目", title, tuple(columns), tuple(rows), 2, ("項目は、配点のある一番下の項目（ア、①など）を数える。",))


def _systems(scores: Scores, part: Part) -> list[Node]:
    """The leaves of a grant that lie in a group (ⅰ)."""
    nodes = scores.program.nodes
    groups = [n.path + "." for n in nodes.values() if n.level is Level.GROUP and n.label == SYSTEMS]
    return [leaf for leaf in part.leaves(scores.program) if leaf.path.startswith(tuple(groups))]


def _achieved(population: Population, year: Population, part: Part, leaves: list[Node]) -> Row:
    count = np.sum([awarded(year.scores, leaf.path) for leaf in leaves], axis=0)
    cells: list[Cell] = [part.headings[0], year.scores.program.year, len(leaves)]
    if population.body is not None:
        place = year.scores.index(population.scores.bodies[population.body].code)
        own = int(count[place]) if place is not None else None
        cells += [own, Fraction(own, len(leaves)) if own is not None else None]
    means: dict[str, Fraction | None] = {}
    for groups in year.all_groups:
        means |= dict(zip(groups.names, groups.averages(count), strict=True))
    for name in scopes(population):
        mean = means.get(name)
        cells += [mean, mean / len(leaves) if mean is not None else None]
    return Row(tuple(cells), strong=part.name == TOTAL)


def extremes_table(population: Population) -> Table:
    """Items that nearly all bodies have, or nearly none: candidates for raising or rethinking the bar."""
    scores, program = population.scores, population.scores.program
    size = len(scores.bodies)
    rows = []
    for leaf in leaf_filter(program, lambda leaf: leaf.maximum > 0):
        have, open_ = int(awarded(scores, leaf.path).sum()), int(unanswered(scores, leaf.path).sum())
        word = _extreme(have, open_, size)
        if word:
            rows.append((word, Fraction(have, size), Row((word, leaf.path, leaf.text, leaf.maximum, have, Fraction(have, size)))))
    rows.sort(key=lambda row: (row[0] == _NONE, -row[1] if row[0] == _ALL else row[1]))
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
    return Table("見直し候補", title, columns, tuple(row for _, _, row in rows), 2, notes)


_ALL: Final = "ほぼ全団体が該当"
_NONE: Final = "ほぼ該当なし"


def _extreme(have: int, open_: int, size: int) -> str | None:
    if not size:
        return None
    return _ALL if have >= NEARLY_ALL * size else _NONE if have + open_ <= NEARLY_NONE * size else None
