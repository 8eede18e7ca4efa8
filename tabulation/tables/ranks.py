"""Ranks of every body in the nation, in its prefecture and in its groups, per grant and in total."""

from collections.abc import Sequence

import numpy as np

from haiten.compiler.program.fact_columns import PREFECTURE
from haiten.compiler.syntax.scope import PREFECTURES
from haiten.scoring.facts.facts import body_key
from haiten.tabulation.population.groups import Groups, Values, group_by
from haiten.tabulation.population.parts import TOTAL, NodeGroup, grants_of
from haiten.tabulation.population.population import Before, Population
from haiten.tabulation.population.years import year_names
from haiten.tabulation.table import (
    AVERAGE,
    BODIES,
    PLACE,
    POINTS,
    Column,
    FigureStyle,
    Row,
    Table,
    TableValue,
    between,
    filled,
)


def ranks_table(population: Population, before: Sequence[Before]) -> Table:
    """A row per body, the best first: points, ranks, and averages of its groups; the years before beside them.

    Bodies are matched with the years before by code. A rank is a range where unknown points can still change it.
    """
    scores, program = population.scores, population.scores.program
    within = _within(population)
    parts = grants_of(program)
    columns: list[list[TableValue]] = [
        [body.code for body in scores.bodies],
        [body.name or None for body in scores.bodies],
        [body.prefecture or None for body in scores.bodies],
    ]
    headings = [Column("団体コード"), Column("団体名"), Column("都道府県")]
    for groups in population.groupings:
        if groups.by != PREFECTURE:
            columns.append([groups.name_of(body) for body in range(len(scores.bodies))])
            headings.append(Column(groups.by))
    keys = len(headings)
    for word, groups in within:
        columns.append(_by_body(groups, groups.sizes))
        headings.append(Column(f"{word}団体数", BODIES))
    names = year_names(population, before)
    for part in parts:
        told: list[tuple[str, FigureStyle, list[TableValue]]] = []
        for name, year in zip(names, before, strict=True):
            told += _then(population, year, name, part)
        told += _own(population, within, part)
        for name, figure, cells in told:
            headings.append(Column(f"{part.name} {name}", figure, (part.headings[0], name), (part.name, name)))
            columns.append(cells)
    order = np.argsort(-scores.total()[0], kind="stable").tolist() if population.body is None else [population.body]
    rows = tuple(Row(tuple(column[body] for column in columns)) for body in order)
    notes = [
        *_about_ranks(population),
        *(note for year in before for note in _about(population, year)),
        *population.notes,
    ]
    return filled(Table("順位", f"{program.year} 得点と順位", tuple(headings), rows, keys, tuple(notes)))


def _about_ranks(population: Population) -> list[str]:
    nation = population.nation
    told = [f"全国順位は{nation.size:,}団体の中のもの。"] if nation is not None else []
    return [*told, "同じ得点は同じ順位。"]


def _within(population: Population) -> list[tuple[str, Groups]]:
    """In what bodies are ranked beside the nation, with the word for it."""
    if len(population.scores.bodies) == 1:
        return []  # what others there are is not known
    prefectures = _prefectures(population)
    others = [groups for groups in population.groupings if groups.by != PREFECTURE]
    named = [("県内", prefectures)] if prefectures is not None else []
    return [*named, *((f"{groups.by}内", groups) for groups in others)]


def _prefectures(population: Population) -> Groups | None:
    """The prefectures of the bodies; None where none is stated, or where the bodies are prefectures."""
    if population.scores.program.scope.bodies == PREFECTURES:
        return None
    found = group_by(population.scores, PREFECTURE)
    return None if found is None else found.without_rest()


def _own(
    population: Population, within: Sequence[tuple[str, Groups]], part: NodeGroup
) -> list[tuple[str, FigureStyle, list[TableValue]]]:
    """Points, ranks and averages of every body."""
    certain, possible = part.points(population.scores)
    told: list[tuple[str, FigureStyle, list[TableValue]]] = [("得点", POINTS, _ranges(certain, possible))]
    national = population.national_ranks(part)
    told.append(("全国順位", PLACE, [None] * len(certain) if national is None else _ranges(*national)))
    for word, groups in within:
        told.append((f"{word}順位", PLACE, _of_named(groups, _ranges(*groups.places(certain, possible)))))
        told.append((f"{word}平均", AVERAGE, _by_body(groups, groups.averages(certain, possible))))
    return told


def _ranges(low: Values, high: Values) -> list[TableValue]:
    if low is high:
        return list(low.tolist())
    return [between(least, most) for least, most in zip(low.tolist(), high.tolist(), strict=True)]


def _by_body(groups: Groups, figures: Sequence[TableValue]) -> list[TableValue]:
    """What is true of a body's group, by body."""
    return [figures[label] if label < len(figures) else None for label in groups.labels.tolist()]


def _of_named(groups: Groups, cells: list[TableValue]) -> list[TableValue]:
    """Cells of the bodies that have a group; those of all others are together by chance."""
    shown = (groups.labels < len(groups.names)).tolist()
    return [cell if has_group else None for has_group, cell in zip(shown, cells, strict=True)]


def _about(population: Population, year: Before) -> list[str]:
    bodies, known = population.scores.bodies, {body_key(body.code) for body in year.population.scores.bodies}
    missing = sum(body_key(body.code) not in known for body in bodies)
    nation = year.population.nation
    told = [] if nation is None else [f"{year.year}の全国順位は{nation.size:,}団体の中のもの。"]
    if missing:
        told.append(f"{year.year}の事実にコードのない団体が{missing:,}ある（その年度の欄は空）。")
    return told


def _then(
    population: Population, year: Before, name: str, part: NodeGroup
) -> list[tuple[str, FigureStyle, list[TableValue]]]:
    """Points and ranks in a year before, by body of this year."""
    bodies = population.scores.bodies
    old = year.population
    grants = {grant.name: grant for grant in grants_of(old.scores.program)}
    then = grants.get(part.name if part.name == TOTAL else year.old_path.get(part.name, ""))
    if then is None:
        return []
    places = {body_key(body.code): place for place, body in enumerate(old.scores.bodies)}
    matched = [places.get(body_key(body.code)) for body in bodies]
    within = [(word, groups) for word, groups in _within(old) if word == "県内"]
    return [
        (f"{name}{what}", figure, [cells[place] if place is not None else None for place in matched])
        for what, figure, cells in _own(old, within, then)
        if not what.endswith("平均")
    ]
