"""Ranks of every body in the nation and in its prefecture, per grant and in total."""

from collections.abc import Sequence

import numpy as np

from haiten.compiler.columns import PREFECTURE
from haiten.scoring.facts import body_key
from haiten.tabulation.groups import BLANK, Groups, group_by, nation
from haiten.tabulation.parts import TOTAL, Part, grants_of
from haiten.tabulation.population import Before, Population
from haiten.tabulation.table import AVERAGE, BODIES, PLACE, POINTS, Cell, Column, Row, Table, filled


def ranks_table(population: Population, before: Before | None) -> Table:
    """A row per body, the best first: points, ranks, and the average of its prefecture; the year before beside them.

    Bodies are matched with the year before by code.
    """
    scores, program = population.scores, population.scores.program
    prefectures = group_by(scores, PREFECTURE)
    parts = grants_of(program)
    columns: list[list[Cell]] = [
        [body.code for body in scores.bodies],
        [body.name or None for body in scores.bodies],
        [body.prefecture or None for body in scores.bodies],
    ]
    headings = [Column("団体コード"), Column("団体名"), Column("都道府県")]
    if population.groups is not None and population.groups.by != PREFECTURE:
        names = population.groups.names
        columns.append([names[label] if label < len(names) else None for label in population.groups.labels.tolist()])
        headings.append(Column(population.groups.by))
    keys = len(headings)
    columns.append(_by_body(prefectures, prefectures.sizes if prefectures is not None else [], len(scores.bodies)))
    headings.append(Column("県内団体数", BODIES))
    for part in parts:
        then = _before(population, before, part)
        shown = [*((f"前年度{name}", figure) for name, figure in _SHOWN[:3]), *_SHOWN]
        headings += [
            Column(f"{part.name} {name}", figure, (part.headings[0], name), (part.name, name)) for name, figure in shown
        ]
        columns += [*then, *_own(population, part, prefectures), _average(population, part, prefectures)]
    _, possible = scores.total()
    unknown = population.undecided.tolist()
    columns.append([int(most) if open_ else None for most, open_ in zip(possible, unknown, strict=True)])
    headings.append(Column("あり得る最大", POINTS))
    order = np.argsort(-scores.total()[0], kind="stable").tolist() if population.body is None else [population.body]
    rows = tuple(Row(tuple(column[body] for column in columns)) for body in order)
    notes = (
        f"順位は{len(scores.bodies):,}団体の中のもの。同じ得点は同じ順位。",
        *([_about_before(population, before)] if before is not None else []),
        *population.notes,
    )
    return filled(Table("順位", f"{program.year} 得点と順位", tuple(headings), rows, keys, notes))


_SHOWN = (("得点", POINTS), ("全国順位", PLACE), ("県内順位", PLACE), ("県内平均", AVERAGE))


def _own(population: Population, part: Part, prefectures: Groups | None) -> list[list[Cell]]:
    points, _ = part.points(population.scores)
    within = _of_named(prefectures, prefectures.ranks(points).tolist() if prefectures is not None else [], len(points))
    return [points.tolist(), nation(population.scores).ranks(points).tolist(), within]


def _average(population: Population, part: Part, prefectures: Groups | None) -> list[Cell]:
    averages = prefectures.averages(part.points(population.scores)[0]) if prefectures is not None else []
    return _by_body(prefectures, averages, len(population.scores.bodies))


def _by_body(prefectures: Groups | None, figures: Sequence[Cell], bodies: int) -> list[Cell]:
    """What is true of a body's prefecture, by body."""
    labels = prefectures.labels.tolist() if prefectures is not None else []
    return _of_named(prefectures, [figures[label] for label in labels], bodies)


def _of_named(prefectures: Groups | None, cells: list[Cell], bodies: int) -> list[Cell]:
    """Cells of the bodies whose prefecture is stated; those of all others are together by chance."""
    if prefectures is None:
        return [None] * bodies
    names = prefectures.names
    return [
        None if names[label] == BLANK else cell for label, cell in zip(prefectures.labels.tolist(), cells, strict=True)
    ]


def _about_before(population: Population, before: Before) -> str:
    bodies, known = population.scores.bodies, {body_key(body.code) for body in before.population.scores.bodies}
    missing = sum(body_key(body.code) not in known for body in bodies)
    told = f"前年度の順位は{len(before.population.scores.bodies):,}団体の中のもの。"
    return told + (f"前年度の事実にコードのない団体が{missing:,}ある（前年度の欄は空）。" if missing else "")


def _before(population: Population, before: Before | None, part: Part) -> list[list[Cell]]:
    """Points and ranks a year ago, by body of this year."""
    bodies = population.scores.bodies
    grants = {part.name: part for part in grants_of(before.population.scores.program)} if before is not None else {}
    then = grants.get(part.name if part.name == TOTAL or before is None else before.old_path.get(part.name, ""))
    if before is None or then is None:
        return [[None] * len(bodies) for _ in range(3)]
    places = {body_key(body.code): place for place, body in enumerate(before.population.scores.bodies)}
    old = _own(before.population, then, group_by(before.population.scores, PREFECTURE))
    matched = [places.get(body_key(body.code)) for body in bodies]
    return [[column[place] if place is not None else None for place in matched] for column in old]
