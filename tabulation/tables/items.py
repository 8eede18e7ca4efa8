"""Items: how many bodies have each (該当率), how many a body has (達成項目数), which tell bodies apart no more."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from haiten.compiler.program.program import Node
from haiten.compiler.syntax.rulebook import Level
from haiten.scoring.running.scores import Scores
from haiten.tabulation.population.parts import SYSTEMS, TOTAL, NodeGroup, grants_of, items_of
from haiten.tabulation.population.population import Before, Population
from haiten.tabulation.population.years import place_in, year_names
from haiten.tabulation.table import (
    AVERAGE_ITEMS,
    BODIES,
    ITEMS,
    POINTS,
    RATE_CHANGE,
    RATE_SHORT,
    Column,
    FigureStyle,
    Row,
    Table,
    TableValue,
    between,
    change,
    columns_under,
    filled,
    scaled,
)

# No source says from where on an item counts as met by nearly all or nearly none: 〔推定〕.
NEARLY_ALL: Final = Fraction(95, 100)
NEARLY_NONE: Final = Fraction(5, 100)


def rates_table(population: Population, before: Sequence[Before]) -> Table:
    """A row per item: the share of bodies of each group, and of all, that have it, this year and the years before."""
    program = population.scores.program
    names = year_names(population, before)
    columns = [Column("項目"), Column("文"), *(Column(f"{name}の項目") for name in names), Column("配点", POINTS)]
    if population.body is not None:
        columns += [
            Column(f"{population.body_name} {name}", None, (population.body_name, name))
            for name in (*(f"{name}の判定" for name in names), "判定")
        ]
    for place, name in enumerate(population.names):
        counts: tuple[tuple[str, FigureStyle], ...] = () if place else (("該当団体数", BODIES), ("未確定", BODIES))
        then = [(year, RATE_SHORT) for year in names]
        gained = (("増減", RATE_CHANGE),) if names else ()
        columns += columns_under(name, *counts, *then, ("該当率", RATE_SHORT), *gained)
    rows = [Row(tuple(_rates(population, before, leaf))) for leaf in items_of(program)]
    notes = [
        "該当率は、その項目で得点した団体の割合。いずれかで他の項目が優先された団体は含まない。",
        *population.notes,
    ]
    title = f"{program.year} 項目ごとの該当率"
    return filled(Table("該当率", title, tuple(columns), tuple(rows), 1, tuple(notes)))


def _rates(population: Population, before: Sequence[Before], leaf: Node) -> list[TableValue]:
    """The cells of an item."""
    old = [(year, _old(year, leaf)) for year in before]
    cells: list[TableValue] = [leaf.path, leaf.text]
    cells += [None if was is not None and was.path == leaf.path else was.path if was else "新設" for _, was in old]
    cells.append(leaf.maximum)
    if population.body is not None:
        for year, was in old:
            place = place_in(year, population)
            scores = year.population.scores
            cells.append(None if was is None or place is None else scores.verdict(was.path, place).japanese)
        cells.append(population.scores.verdict(leaf.path, population.body).japanese)
    then = [
        {} if was is None else dict(zip(year.population.names, year.population.rates(was.path), strict=True))
        for year, was in old
    ]
    told = zip(population.names, population.awards(leaf.path), population.rates(leaf.path), strict=True)
    for place, (name, (have, open_, _), rate) in enumerate(told):
        rates = [year.get(name) for year in then]
        cells += [] if place else [have, open_ or None]
        cells += [*rates, rate, *([change(rate, rates[-1])] if rates else [])]
    return cells


def _old(before: Before, leaf: Node) -> Node | None:
    """The same item in a year before, where it was a leaf then too."""
    if leaf.path not in before.old_path:
        return None
    old = before.population.scores.program.nodes[before.old_path[leaf.path]]
    return old if old.is_leaf else None


def achieved_table(population: Population, before: Sequence[Before]) -> Table | None:
    """Items of 体制・取組指標群 (ⅰ) that a body, or bodies on average, achieve, by grant and year; None without any."""
    columns = [Column("交付金"), Column("年度"), Column("項目数", ITEMS)]
    if population.body is not None:
        columns += columns_under(population.body_name, ("達成", ITEMS), ("達成率", RATE_SHORT))
    for name in population.names:
        columns += columns_under(name, ("平均達成", AVERAGE_ITEMS), ("達成率", RATE_SHORT))
    rows = []
    for part in grants_of(population.scores.program):
        for year in before:
            old = year.part(part)
            if old is not None:
                rows += _achieved(population, year.population, old, place_in(year, population))
        rows += _achieved(population, population, part, population.body)
    if not rows:
        return None
    notes = ("項目は、配点のある一番下の項目（ア、①など）を数える。", *population.notes)
    return filled(Table("達成項目", "体制・取組指標群（ⅰ）の達成項目数", tuple(columns), tuple(rows), 2, notes))


def _achieved(population: Population, year: Population, part: NodeGroup, place: int | None) -> list[Row]:
    """The row of a grant in one of the years, in which the body has a place; none where it has no group (ⅰ)."""
    scores = year.scores
    groups = [n for n in scores.program.nodes.values() if n.level is Level.GROUP and n.label == SYSTEMS]
    inside = tuple(group.path + "." for group in groups)
    leaves = [leaf.path for leaf in part.leaves(scores.program) if leaf.path.startswith(inside)]
    if not leaves:
        return []
    cells: list[TableValue] = [part.name, scores.program.year, len(leaves)]
    if population.body is not None:
        own = None if place is None else _own(scores, leaves, place)
        cells += [own, scaled(own, len(leaves))]
    means = dict(zip(year.names, year.achieved(leaves), strict=True))
    for name in population.names:
        mean = means.get(name)
        cells += [mean, scaled(mean, len(leaves))]
    return [Row(tuple(cells), strong=part.name == TOTAL)]


def _own(scores: Scores, leaves: Sequence[str], place: int) -> TableValue:
    """How many of some leaves a body has."""
    told = [scores.awarded_in(path) for path in leaves]
    have, open_ = (sum(int(leaf[which][place]) for leaf in told) for which in (0, 1))
    return between(have, have + open_)


def extremes_table(population: Population) -> Table | None:
    """Items that nearly all bodies have, or nearly none: candidates for raising or rethinking the bar.

    Of the nation, where it is known, else of the bodies of the file; None where that is one body alone.
    """
    program = population.scores.program
    if not population.names:
        return None
    found: list[tuple[str, Fraction, Row]] = []
    for leaf in items_of(program):
        have, open_, size = population.awards(leaf.path)[0]
        word, rate = _extreme(have, open_, size), Fraction(have, size)
        if word is not None:
            shown = between(rate, Fraction(have + open_, size))
            found.append((word, rate, Row((word, leaf.path, leaf.text, leaf.maximum, have, open_ or None, shown))))
    found.sort(key=lambda row: (row[0] == _NONE, -row[1] if row[0] == _ALL else row[1]))
    columns = (
        Column("種別"),
        Column("項目"),
        Column("文"),
        Column("配点", POINTS),
        Column("該当", BODIES),
        Column("未確定", BODIES),
        Column("該当率", RATE_SHORT),
    )
    notes = (
        f"目安は該当率{RATE_SHORT.digits(NEARLY_ALL)}%以上、{RATE_SHORT.digits(NEARLY_NONE)}%以下〔推定〕。"
        "未確定の団体がどちらでも変わらないものだけを挙げる。",
        f"該当率は{population.names[0]}のもの。",
        *population.notes,
    )
    title = f"{program.year} 差がつかない項目（評価の設定を見直す候補）"
    return filled(Table("見直し候補", title, columns, tuple(row for _, _, row in found), 2, notes))


_ALL: Final = "ほぼ全団体が該当"
_NONE: Final = "ほぼ該当なし"


def _extreme(have: int, open_: int, size: int) -> str | None:
    return _ALL if have >= NEARLY_ALL * size else _NONE if have + open_ <= NEARLY_NONE * size else None
