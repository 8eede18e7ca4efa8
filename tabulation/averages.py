"""Maxima, averages and rates of groups: as 東京都 and 上尾市 print them, and as 登米市 and 宮城県 do."""

from collections.abc import Iterator
from functools import cached_property
from fractions import Fraction
from typing import Final

from attrs import frozen

from haiten.scoring.scores import Scores
from haiten.tabulation.groups import Groups, nation
from haiten.tabulation.parts import Part, parts_of, undecided
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
    filled,
)

STANDS_OUT: Final = Fraction(10, 100)  # 全国平均の得点率を10ポイント以上上回っている（下回っている）


@frozen(slots=False, eq=False)
class Population:
    """Scored bodies and how they are grouped.

    Attributes:
        groups: None where only the nation is asked about.
        body: one body that is looked at, by its place.
    """

    scores: Scores
    groups: Groups | None = None
    body: int | None = None

    @cached_property
    def all_groups(self) -> tuple[Groups, ...]:
        """The nation, then the groups."""
        return (nation(self.scores), *([self.groups] if self.groups is not None else []))

    @property
    def body_name(self) -> str:
        """What the body that is looked at is called."""
        assert self.body is not None
        who = self.scores.bodies[self.body]
        return who.name or who.code


@frozen(eq=False)
class Before:
    """The year before.

    Attributes:
        old_path: where each node of this year stood then; nodes that are new are missing.
    """

    population: Population
    old_path: dict[str, str]

    def part(self, part: Part) -> Part | None:
        """The same part a year ago: by its nodes, or for a kind and the total by its name."""
        parts = {old.name: old for old in parts_of(self.population.scores.program)}
        return parts.get(self.old_path.get(part.name, part.name))


def averages_table(population: Population) -> Table:
    """配点, 全国平均点, 得点率, and the same of every group, with marks where a rate stands out."""
    scores, program = population.scores, population.scores.program
    parts = parts_of(program)
    maxima = [part.maximum for part in parts]
    points = [part.points(scores)[0] for part in parts]
    open_bodies = undecided(scores)
    rows = [Row(("配点", None, None, "満点", *maxima), POINTS, strong=True)]
    national: list[Fraction | None] = []
    for groups in population.all_groups:
        columns = [groups.averages(column) for column in points]
        unknown = groups.sums(open_bodies)
        for place, (name, size) in enumerate(zip(groups.names, groups.sizes, strict=True)):
            means = [column[place] for column in columns]
            rates = [_rate(mean, maximum) for mean, maximum in zip(means, maxima, strict=True)]
            national = national or rates
            rows.append(Row((name, size, unknown[place] or None, "平均点", *means), AVERAGE))
            marks = _marks(rates, national, 4)
            rows.append(Row((name, None, None, "得点率", *rates), RATE, marks))
    if population.body is not None:
        mine = [int(column[population.body]) for column in points]
        rates = [_rate(Fraction(own), maximum) for own, maximum in zip(mine, maxima, strict=True)]
        name = population.body_name
        rows.append(Row((name, None, int(open_bodies[population.body]) or None, "得点", *mine), POINTS, strong=True))
        rows.append(Row((name, None, None, "得点率", *rates), RATE, _marks(rates, national, 4), strong=True))
    columns_of_parts = (Column(part.name, AVERAGE, part.headings) for part in parts)
    columns = (Column("区分"), Column("団体数", BODIES), Column("未確定", BODIES), Column("項目"), *columns_of_parts)
    notes = [
        "▲ 全国平均の得点率を10ポイント以上上回っている　▼ 10ポイント以上下回っている",
        *undecided_notes(scores),
    ]
    table = Table("平均点", f"{program.year} 各指標の配点と平均点", columns, tuple(rows), 4, tuple(notes))
    return table if open_bodies.any() else without(table, "未確定")


def undecided_notes(scores: Scores) -> list[str]:
    """What a reader must know where facts are unknown."""
    count = int(undecided(scores).sum())
    if not count:
        return []
    return [f"未回答などで得点が確定しない団体が{count:,}ある（未確定）。平均と順位は確実な得点による。"]


def without(table: Table, name: str) -> Table:
    """The table without a key column."""
    from attrs import evolve

    place = next(i for i, column in enumerate(table.columns) if column.name == name)

    def cut(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return (*cells[:place], *cells[place + 1 :])

    rows = (
        evolve(row, cells=cut(row.cells), marks={i - (i > place): mark for i, mark in row.marks.items()})
        for row in table.rows
    )
    columns = (*table.columns[:place], *table.columns[place + 1 :])
    return evolve(table, columns=columns, rows=tuple(rows), keys=table.keys - 1)


def _rate(points: Fraction | None, maximum: int) -> Fraction | None:
    return points / maximum if points is not None and maximum else None


def _marks(rates: list[Fraction | None], national: list[Fraction | None], first: int) -> dict[int, Mark]:
    marks: dict[int, Mark] = {}
    for place, (rate, whole) in enumerate(zip(rates, national, strict=True), start=first):
        if rate is not None and whole is not None:
            if rate - whole >= STANDS_OUT:
                marks[place] = Mark.ABOVE
            elif whole - rate >= STANDS_OUT:
                marks[place] = Mark.BELOW
    return marks


def groups_table(population: Population, before: Before | None) -> Table:
    """Per grant, goal and group: number of 指標, maximum, a body's points, averages and rates, and their change."""
    scores, program = population.scores, population.scores.program
    parts = parts_of(program)
    columns = [Column("交付金・指標群"), Column("指標数", INDICATORS), Column("配点", POINTS)]
    if population.body is not None:
        name = population.body_name
        columns += [Column(f"{name} 得点", POINTS, (name, "得点")), Column(f"{name} 得点率", RATE_SHORT, (name, "得点率"))]
    for name in scopes(population):
        columns += _columns_of_scope(name, before)
    rows = []
    for part in parts:
        certain, _ = part.points(scores)
        cells: list[Cell] = ["　" * part.depth + part.title, part.indicators(program), part.maximum]
        if population.body is not None:
            own = int(certain[population.body])
            cells += [own, _rate(Fraction(own), part.maximum)]
        was = dict(_averages(before, part)) if before is not None else {}
        for name, mean in _own_averages(population, part):
            rate = _rate(mean, part.maximum)
            old = was.get(name)
            change = mean - old if mean is not None and old is not None else None
            cells += [mean, rate] if before is None else [old, mean, change, rate]
        rows.append(Row(tuple(cells), strong=part.depth == 0))
    title = f"{program.year} 指標群別の得点と平均"
    return filled(Table("指標群別", title, tuple(columns), tuple(rows), 1, tuple(undecided_notes(scores))))


def scopes(population: Population) -> list[str]:
    """The groups, the nation last, as the columns of a table have them."""
    return [name for groups in reversed(population.all_groups) for name in groups.names]


def _columns_of_scope(name: str, before: Before | None) -> list[Column]:
    mean, rate = Column(f"{name} 平均", AVERAGE_SHORT, (name, "平均")), Column(f"{name} 得点率", RATE_SHORT, (name, "得点率"))
    if before is None:
        return [mean, rate]
    then = Column(f"{name} 前年度平均", AVERAGE_SHORT, (name, "前年度平均"))
    return [then, mean, Column(f"{name} 増減", AVERAGE_CHANGE, (name, "増減")), rate]


def _own_averages(population: Population, part: Part) -> Iterator[tuple[str, Fraction | None]]:
    certain, _ = part.points(population.scores)
    for groups in reversed(population.all_groups):
        yield from zip(groups.names, groups.averages(certain), strict=True)


def _averages(before: Before, part: Part) -> Iterator[tuple[str, Fraction | None]]:
    then = before.part(part)
    if then is not None:
        yield from _own_averages(before.population, then)

