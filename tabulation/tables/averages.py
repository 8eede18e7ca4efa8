"""Maxima, averages and rates of groups and of 指標: as 東京都 and 上尾市 print them, and as 登米市 and 宮城県 do."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from haiten.compiler.syntax.rulebook import Level
from haiten.tabulation.population.parts import NodeGroup, parts_of
from haiten.tabulation.population.population import Before, Population
from haiten.tabulation.population.years import place_in, year_names
from haiten.tabulation.table import (
    AVERAGE,
    AVERAGE_CHANGE,
    AVERAGE_SHORT,
    BODIES,
    INDICATORS,
    POINTS,
    POINTS_CHANGE,
    RATE,
    RATE_SHORT,
    Column,
    RateMark,
    Row,
    Table,
    TableValue,
    change,
    columns_under,
    ends,
    filled,
    scaled,
)

STANDS_OUT: Final = Fraction(10, 100)  # 全国平均の得点率を10ポイント以上上回っている、下回っている
_KEYS: Final = (Column("区分"), Column("団体数", BODIES), Column("未確定", BODIES), Column("項目"))
_MARKS: Final = "▲ 全国平均の得点率を10ポイント以上上回っている　▼ 10ポイント以上下回っている"
_KNOWN: Final = "幅のある得点率には、幅のどこでもそうであるときだけ印を付ける。"


def averages_table(population: Population) -> Table:
    """配点, 全国平均点, 得点率, and the same of every group, with marks where a rate stands out."""
    program = population.scores.program
    parts = parts_of(program)
    maxima = [part.maximum for part in parts]
    means = [population.averages(part) for part in parts]
    unknown = population.undecided_in(parts[-1])
    known = None
    if population.nation is not None:
        known = [scaled(column[0], most) for column, most in zip(means, maxima, strict=True)]
    rows = [Row(("配点", None, None, None, *maxima), POINTS, strong=True)]
    for place, (name, size) in enumerate(zip(population.names, population.sizes, strict=True)):
        points = [column[place] for column in means]
        rates = [scaled(mean, most) for mean, most in zip(points, maxima, strict=True)]
        rows.append(Row((name, size, unknown[place] or None, "平均点", *points), AVERAGE))
        rows.append(Row((name, None, None, "得点率", *rates), RATE, _marks(rates, known)))
    if population.body is not None:
        name, open_ = population.body_name, int(population.undecided[population.body])
        mine = [part.of(population.scores, population.body) for part in parts]
        rates = [scaled(own, most) for own, most in zip(mine, maxima, strict=True)]
        rows.append(Row((name, None, open_ or None, "得点", *mine), POINTS, strong=True))
        rows.append(Row((name, None, None, "得点率", *rates), RATE, _marks(rates, known), strong=True))
    columns = (*_KEYS, *(Column(part.name, AVERAGE, part.headings, part.short) for part in parts))
    marks = () if known is None else (_MARKS + ("。" + _KNOWN if population.undecided.any() else ""),)
    title = f"{program.year} 各指標の配点と平均点"
    return filled(Table("平均点", title, columns, tuple(rows), len(_KEYS), (*marks, *population.notes)))


def _marks(rates: Sequence[TableValue], national: Sequence[TableValue] | None) -> dict[int, RateMark]:
    """Which columns of a row of rates surely stand out against the nation's."""
    marks: dict[int, RateMark] = {}
    for place, (rate, whole) in enumerate(zip(rates, national or (), strict=False), start=len(_KEYS)):
        mark = mark_of(rate, whole)
        if mark is not None:
            marks[place] = mark
    return marks


def mark_of(rate: TableValue, national: TableValue) -> RateMark | None:
    """Whether a rate surely stands out against the nation's, and how."""
    own, whole = ends(rate), ends(national)
    if own is None or whole is None:
        return None
    if own[0] - whole[1] >= STANDS_OUT:
        return RateMark.ABOVE
    return RateMark.BELOW if whole[0] - own[1] >= STANDS_OUT else None


def groups_table(population: Population, before: Sequence[Before]) -> Table:
    """Per grant, goal and group: number of 指標, maximum, a body's points, averages and rates, and their change."""
    program = population.scores.program
    rows = [
        Row((part.name, part.text or None, part.indicators(program), *_figures(population, before, part)),
            strong=part.depth == 0)
        for part in parts_of(program)
    ]  # fmt: skip
    heads = [Column("項目"), Column("名称"), Column("指標数", INDICATORS), *_headings(population, before)]
    title = f"{program.year} 指標群別の得点と平均"
    return filled(Table("指標群別", title, tuple(heads), tuple(rows), 1, tuple(population.notes)))


def indicators_table(population: Population, before: Sequence[Before]) -> Table:
    """Per 指標: maximum, a body's points year by year, averages and rates, with marks where a rate stands out."""
    program = population.scores.program
    rows = []
    heads = [Column("指標"), Column("名称"), *_headings(population, before)]
    for node in program.nodes.values():
        if node.level is not Level.INDICATOR or node.special:
            continue
        part = NodeGroup(node.path, (node.path,), (), node.maximum, node.text)
        cells = [node.path, node.text or None, *_figures(population, before, part)]
        rates = {head.name: place for place, head in enumerate(heads) if head.figure is RATE_SHORT}
        national = None if population.nation is None else cells[rates[f"{population.names[0]} 得点率"]]
        marks = {place: mark for place in rates.values() if (mark := mark_of(cells[place], national)) is not None}
        rows.append(Row(tuple(cells), marks=marks))
    title = f"{program.year} 指標別の得点と平均"
    notes = (*(() if population.nation is None else (_MARKS,)), *population.notes)
    return filled(Table("指標別", title, tuple(heads), tuple(rows), 1, notes))


def _headings(population: Population, before: Sequence[Before]) -> list[Column]:
    """What ``_figures`` tells."""
    columns = [Column("配点", POINTS)]
    names = year_names(population, before)
    if population.body is not None:
        then = [(f"{name}得点", POINTS) for name in names]
        gained = [("得点の増減", POINTS_CHANGE)] if names else []
        columns += columns_under(population.body_name, *then, ("得点", POINTS), *gained, ("得点率", RATE_SHORT))
    for name in population.names:
        then = [(f"{year}平均", AVERAGE_SHORT) for year in names]
        gained = [("増減", AVERAGE_CHANGE)] if names else []
        more = (("平均", AVERAGE_SHORT), *gained, ("得点率", RATE_SHORT), ("未確定", BODIES))
        columns += columns_under(name, *then, *more)
    return columns


def _figures(population: Population, before: Sequence[Before], part: NodeGroup) -> list[TableValue]:
    """The maximum of a part; a body's points; of the nation and every group the mean, its change and its rate."""
    cells: list[TableValue] = [part.maximum]
    old = [(year, year.part(part)) for year in before]
    if population.body is not None:
        own = part.of(population.scores, population.body)
        then: list[TableValue] = []
        for year, old_part in old:
            place = place_in(year, population)
            then.append(None if old_part is None or place is None else old_part.of(year.population.scores, place))
        cells += [*then, own, *([change(own, then[-1])] if then else []), scaled(own, part.maximum)]
    was = [
        {} if old_part is None else dict(zip(year.population.names, year.population.averages(old_part), strict=True))
        for year, old_part in old
    ]
    unknown = population.undecided_in(part)
    for name, mean, open_ in zip(population.names, population.averages(part), unknown, strict=True):
        means = [year.get(name) for year in was]
        gained = [change(mean, means[-1])] if means else []
        cells += [*means, mean, *gained, scaled(mean, part.maximum), open_ or None]
    return cells
