"""Maxima, averages and rates of groups: as 東京都 and 上尾市 print them, and as 登米市 and 宮城県 do."""

from fractions import Fraction
from typing import Final

from haiten.tabulation.parts import parts_of
from haiten.tabulation.population import Before, Population
from haiten.tabulation.table import (
    AVERAGE,
    AVERAGE_CHANGE,
    AVERAGE_SHORT,
    BODIES,
    INDICATORS,
    POINTS,
    RATE,
    RATE_SHORT,
    Cell,
    Column,
    Mark,
    Row,
    Table,
    columns_under,
    filled,
)

STANDS_OUT: Final = Fraction(10, 100)  # 全国平均の得点率を10ポイント以上上回っている、下回っている
_KEYS: Final = (Column("区分"), Column("団体数", BODIES), Column("未確定", BODIES), Column("項目"))


def averages_table(population: Population) -> Table:
    """配点, 全国平均点, 得点率, and the same of every group, with marks where a rate stands out."""
    scores, program = population.scores, population.scores.program
    parts = parts_of(program)
    maxima = [part.maximum for part in parts]
    points = [part.points(scores)[0] for part in parts]
    nation = [population.all_groups[0].averages(column)[0] for column in points]
    national = [_rate(mean, most) for mean, most in zip(nation, maxima, strict=True)]
    rows = [Row(("配点", None, None, None, *maxima), POINTS, strong=True)]
    for groups in population.all_groups:
        averages = [groups.averages(column) for column in points]
        heads = zip(groups.names, groups.sizes, groups.sums(population.undecided), strict=True)
        for place, (name, size, unknown) in enumerate(heads):
            means = [column[place] for column in averages]
            rates = [_rate(mean, most) for mean, most in zip(means, maxima, strict=True)]
            rows.append(Row((name, size, unknown or None, "平均点", *means), AVERAGE))
            rows.append(Row((name, None, None, "得点率", *rates), RATE, _marks(rates, national)))
    if population.body is not None:
        name, unknown = population.body_name, int(population.undecided[population.body])
        mine = [int(column[population.body]) for column in points]
        rates = [_rate(Fraction(own), most) for own, most in zip(mine, maxima, strict=True)]
        rows.append(Row((name, None, unknown or None, "得点", *mine), POINTS, strong=True))
        rows.append(Row((name, None, None, "得点率", *rates), RATE, _marks(rates, national), strong=True))
    columns = (*_KEYS, *(Column(part.name, AVERAGE, part.headings, part.short) for part in parts))
    marks = "▲ 全国平均の得点率を10ポイント以上上回っている　▼ 10ポイント以上下回っている"
    title = f"{program.year} 各指標の配点と平均点"
    return filled(Table("平均点", title, columns, tuple(rows), len(_KEYS), (marks, *population.notes)))


def _rate(points: Fraction | None, maximum: int) -> Fraction | None:
    return points / maximum if points is not None and maximum else None


def _marks(rates: list[Fraction | None], national: list[Fraction | None]) -> dict[int, Mark]:
    """Which columns of a row of rates stand out against the nation's."""
    marks: dict[int, Mark] = {}
    for place, (rate, whole) in enumerate(zip(rates, national, strict=True), start=len(_KEYS)):
        if rate is not None and whole is not None and abs(rate - whole) >= STANDS_OUT:
            marks[place] = Mark.ABOVE if rate > whole else Mark.BELOW
    return marks


def groups_table(population: Population, before: Before | None) -> Table:
    """Per grant, goal and group: number of 指標, maximum, a body's points, averages and rates, and their change."""
    scores, program = population.scores, population.scores.program
    columns = [Column("項目"), Column("名称"), Column("指標数", INDICATORS), Column("配点", POINTS)]
    if population.body is not None:
        columns += columns_under(population.body_name, ("得点", POINTS), ("得点率", RATE_SHORT))
    change = (("増減", AVERAGE_CHANGE),) if before is not None else ()
    then = (("前年度平均", AVERAGE_SHORT),) if before is not None else ()
    for name in population.names:
        columns += columns_under(name, *then, ("平均", AVERAGE_SHORT), *change, ("得点率", RATE_SHORT))
    rows = []
    for part in parts_of(program):
        certain, _ = part.points(scores)
        cells: list[Cell] = [part.name, part.text or None, part.indicators(program), part.maximum]
        if population.body is not None:
            own = int(certain[population.body])
            cells += [own, _rate(Fraction(own), part.maximum)]
        old_part = before.part(part) if before is not None else None
        was: dict[str, Fraction | None] = {}
        if before is not None and old_part is not None:
            was = dict(before.population.averages(old_part.points(before.population.scores)[0]))
        for name, mean in population.averages(certain):
            old = was.get(name)
            gained = mean - old if mean is not None and old is not None else None
            cells += [mean] if before is None else [old, mean, gained]
            cells.append(_rate(mean, part.maximum))
        rows.append(Row(tuple(cells), strong=part.depth == 0))
    title = f"{program.year} 指標群別の得点と平均"
    return filled(Table("指標群別", title, tuple(columns), tuple(rows), 1, tuple(population.notes)))
