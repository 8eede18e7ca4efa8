"""Which bodies stand out: how many of the best belong to each group, and who is ten points below the nation."""

from typing import Final

import numpy as np

from haiten.compiler.program.fact_columns import PREFECTURE
from haiten.tabulation.population.parts import total_of
from haiten.tabulation.population.population import Population
from haiten.tabulation.table import (
    BODIES,
    POINTS,
    RATE_CHANGE,
    RATE_SHORT,
    Column,
    RateMark,
    Row,
    Table,
    TableValue,
    between,
    change,
    ends,
    filled,
    scaled,
)
from haiten.tabulation.tables.averages import mark_of

TOP: Final = 10


def top_table(population: Population, top: int = TOP) -> Table | None:
    """How many of the best bodies by total belong to each group, and which; None where there is one body alone.

    Equal bodies at the end are all in. Where unknown points leave open who is in, the number is a range.
    """
    scores, program = population.scores, population.scores.program
    if len(scores.bodies) == 1:
        return None
    best, worst = population.all_groups[0].places(*total_of(program).points(scores))
    surely, perhaps = worst <= top, best <= top
    order = np.lexsort((worst, best))
    rows = []
    for groups in population.all_groups:
        counts = zip(groups.names, groups.sizes, groups.sums(surely), groups.sums(perhaps), strict=True)
        for place, (name, size, sure, most) in enumerate(counts):
            inside = [scores.bodies[i] for i in order[perhaps[order] & (groups.labels[order] == place)].tolist()]
            who = "、".join(body.name or body.code for body in inside)
            rows.append(Row((name, size, between(sure, most), who or None)))
    columns = (Column("区分"), Column("団体数", BODIES), Column(f"上位{top}の団体数", BODIES), Column("団体"))
    notes = (f"順位は{population.all_groups[0].names[0]}の中のもの。{top}位に並んだ団体は全て入る。", *population.notes)
    return filled(Table("上位", f"{program.year} 上位{top}の団体", columns, tuple(rows), 1, notes))


def below_table(population: Population) -> Table | None:
    """Bodies whose rate is surely ten points or more below the nation's, the lowest first; None without a nation."""
    scores, program = population.scores, population.scores.program
    total = total_of(program)
    if population.nation is None:
        return None
    named = [groups for groups in population.groupings if groups.by != PREFECTURE]
    national = scaled(population.averages(total)[0], total.maximum)
    found: list[tuple[TableValue, Row]] = []
    for place, body in enumerate(scores.bodies):
        own = total.of(scores, place)
        rate = scaled(own, total.maximum)
        if mark_of(rate, national) is RateMark.BELOW:
            groups = [groups.name_of(place) for groups in named]
            cells = (body.code, body.name or None, body.prefecture or None, *groups)
            found.append((own, Row((*cells, own, rate, change(rate, national)))))
    found.sort(key=lambda told: ends(told[0]) or (0, 0))
    columns = (
        *(Column(name) for name in ("団体コード", "団体名", "都道府県", *(groups.by for groups in named))),
        Column("得点", POINTS),
        Column("得点率", RATE_SHORT),
        Column("全国との差", RATE_CHANGE),
    )
    title = f"{program.year} 得点率が全国を10ポイント以上下回る団体"
    rows = tuple(row for _, row in found)
    return filled(Table("下回る団体", title, columns, rows, 3, tuple(population.notes)))
