"""Prefectures beside their municipalities: own points and the mean of the members', with the rank in both."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import WHOLE
from haiten.compiler.program.program import Program
from haiten.compiler.syntax.rulebook import Level
from haiten.compiler.syntax.scope import PREFECTURES
from haiten.scoring.facts.members import MembersScored, PartOfMembers
from haiten.tabulation.population.groups import Values
from haiten.tabulation.population.parts import NodeGroup, parts_of, total_of
from haiten.tabulation.population.population import Population
from haiten.tabulation.table import (
    AVERAGE,
    BODIES,
    PLACE,
    POINTS,
    Column,
    Row,
    Table,
    TableValue,
    between,
    ends,
    filled,
)

_TOLD: Final = (("得点", POINTS), ("全国順位", PLACE), ("管内平均", AVERAGE), ("管内平均の順位", PLACE))


@frozen(eq=False)
class _Link:
    """A part of the prefectural rulebook and the same part of the municipal one."""

    part: NodeGroup
    members: PartOfMembers


def link_table(population: Population) -> Table | None:
    """A row per prefecture, the best first: total, grants and goals; None where nothing is known of members."""
    scored = population.scores.run.facts.scored
    if scored is None:
        return None
    scores, program = population.scores, population.scores.program
    links = _links(program, scored)
    columns: list[list[TableValue]] = [
        [body.code for body in scores.bodies],
        [body.name or None for body in scores.bodies],
        list(scored.sizes),
    ]
    headings = [Column("団体コード"), Column("団体名"), Column("管内市町村数", BODIES)]
    for link in links:
        columns += _figures(population, scored, link)
        name = link.part.name
        headings += [
            Column(f"{name} {told}", figure, (link.part.headings[-1], told), (name, told)) for told, figure in _TOLD
        ]
    order = sorted(range(len(scores.bodies)), key=lambda body: -int(scores.total()[0][body]))
    chosen = order if population.body is None else [population.body]
    rows = tuple(Row(tuple(column[body] for column in columns)) for body in chosen)
    title = f"{program.year} 都道府県の得点と管内市町村の平均"
    return filled(Table("管内比較", title, tuple(headings), rows, 2, _notes(population, scored)))


def linked_goals_table(population: Population) -> Table | None:
    """A row per grant, goal and group of the prefecture that is looked at; None without one."""
    scored, body = population.scores.run.facts.scored, population.body
    if scored is None or body is None:
        return None
    program, rows = population.scores.program, []
    for link in _links(program, scored, Level.GROUP):
        part, members = link.part, link.members
        own, place, mean, mean_place = (column[body] for column in _figures(population, scored, link))
        cells = (part.name, part.text or None, part.maximum, own, place, members.maximum, mean, mean_place)
        rows.append(Row(cells, strong=part.depth == 0))
    columns = (
        *(Column("項目"), Column("名称")),
        *(Column("配点", POINTS), Column("得点", POINTS), Column("全国順位", PLACE)),
        *(Column("市町村の配点", POINTS), Column("管内平均", AVERAGE), Column("管内平均の順位", PLACE)),
    )
    title = f"{program.year} {population.body_name}の得点と管内{scored.sizes[body]:,}市町村の平均"
    return filled(Table("管内目標別", title, columns, tuple(rows), 1, _notes(population, scored)))


def why_no_link(population: Population) -> str | None:
    """Why there is no table of prefectures beside their municipalities; None where it takes but a body to look at."""
    if population.scores.program.scope.bodies != PREFECTURES:
        return f"「{population.scores.program.scope} 評価指標」の団体には、管内の市町村がない。"
    if population.scores.run.facts.scored is None:
        return "管内の市町村の点が分からない（--members に全国の市町村の事実ファイルを渡すと出る）。"
    return None


def _links(program: Program, scored: MembersScored, deepest: Level = Level.GOAL) -> list[_Link]:
    """The total, then what both rulebooks have under one path and one heading, no deeper than a level."""
    links = [_Link(total_of(program), scored.parts[WHOLE])]
    for part in parts_of(program):
        members = None if part.is_named else scored.parts.get(part.name)
        if members is not None and members.text == part.text and program.nodes[part.name].level <= deepest:
            links.append(_Link(part, members))
    return links


def _figures(population: Population, scored: MembersScored, link: _Link) -> list[list[TableValue]]:
    """By prefecture: points, rank, mean of the members, and rank of that."""
    own = link.part.points(population.scores)
    size, ranks = len(own[0]), population.national_ranks(link.part)
    means = [
        between(Fraction(low, members), Fraction(high, members))
        for low, high, members in zip(link.members.certain, link.members.possible, scored.sizes, strict=True)
    ]
    ranked = population.is_national and not scored.in_part
    return [
        _ranges(*own),
        [None] * size if ranks is None else _ranges(*ranks),
        list(means),
        _places(means) if ranked else [None] * size,
    ]


def _ranges(low: Values, high: Values) -> list[TableValue]:
    return [between(least, most) for least, most in zip(low.tolist(), high.tolist(), strict=True)]


def _places(means: Sequence[TableValue]) -> list[TableValue]:
    """The rank of every mean; a range where unknown points can still change it."""
    spans = [found for mean in means if (found := ends(mean)) is not None]
    told: list[TableValue] = []
    for place, (low, high) in enumerate(spans):
        surely = sum(least > high for least, _ in spans)
        perhaps = sum(most > low for other, (_, most) in enumerate(spans) if other != place)
        told.append(between(1 + surely, 1 + perhaps))
    return told


def _notes(population: Population, scored: MembersScored) -> tuple[str, ...]:
    notes = ["管内平均は、管内の市町村が同じ年度の市町村の評価指標で得た点の平均（1団体を1として数える）。"]
    if population.nation is not None:
        notes.append(f"順位は{population.nation.size:,}団体の中のもの。同じ得点、同じ平均は同じ順位。")
    if scored.in_part:
        notes.append("市町村のファイルが全国のものでないので、管内平均の順位は出していない。")
    elif population.nation is not None and not population.is_national:
        notes.append("段の境の値のファイルには管内の市町村の点がないので、管内平均の順位は出していない。")
    if any(part.certain != part.possible for part in scored.parts.values()):
        notes.append("市町村の答えに不明があるので、決まらない管内平均とその順位は「低い–高い」の幅で示す。")
    return (*notes, *population.notes)
