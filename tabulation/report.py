"""All tables about a population, in the order in which they are read."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from attrs import frozen

from haiten.compiler.version import haiten_version
from haiten.scoring.scores import rulebook_json
from haiten.tabulation.averages import averages_table, groups_table
from haiten.tabulation.distribution import distribution_table
from haiten.tabulation.items import achieved_table, extremes_table, rates_table
from haiten.tabulation.population import Before, Population
from haiten.tabulation.ranks import ranks_table
from haiten.tabulation.table import Cell, Column, Row, Table

Watch = Callable[[Iterable[str], str, int], Iterable[str]]

SCHEMA: Final = "haiten/stats@1"
_MAKERS: Final[dict[str, Callable[[Population, Before | None], Table | None]]] = {
    "平均点": lambda population, _: averages_table(population),
    "指標群別": groups_table,
    "順位": ranks_table,
    "達成項目": achieved_table,
    "該当率": rates_table,
    "分布": lambda population, _: distribution_table(population),
    "見直し候補": lambda population, _: extremes_table(population),
}


@frozen(eq=False)
class Report:
    """Tables about a population, and what they are about."""

    population: Population
    before: Before | None
    tables: tuple[Table, ...]

    def to_json(self) -> dict[str, Any]:
        """As JSON, schema ``haiten/stats@1`` (``docs/schema/stats-1.json``)."""
        scores, groups = self.population.scores, self.population.groups
        then = self.before.population.scores if self.before is not None else None
        return {
            "schema": SCHEMA,
            "haiten": haiten_version(),
            "rulebook": rulebook_json(scores.program, scores.fingerprint),
            "previous": None if then is None else rulebook_json(then.program, then.fingerprint),
            "bodies": len(scores.bodies),
            "by": None if groups is None else groups.by,
            "body": None if self.population.body is None else scores.bodies[self.population.body].code,
            "tables": [table_json(table) for table in self.tables],
        }


def make_report(
    population: Population, before: Before | None = None, only: str | None = None, watch: Watch | None = None
) -> Report:
    """Every table, or the one named ``only``; ``watch`` shows how far the work is."""
    names = [name for name in _MAKERS if only in (None, name)]
    watched = names if watch is None else watch(names, "集計", len(names))
    made = (_MAKERS[name](population, before) for name in watched)
    return Report(population, before, tuple(table for table in made if table is not None))


def table_json(table: Table) -> dict[str, Any]:
    """A table as JSON: numbers that are no integers both exact and as shown."""
    return {
        "name": table.name,
        "title": table.title,
        "columns": [_column_json(column) for column in table.columns],
        "rows": [[_cell_json(table, row, place) for place in range(len(row.cells))] for row in table.rows],
        "notes": list(table.notes),
    }


def _column_json(column: Column) -> dict[str, Any]:
    return {"name": column.name, "unit": None if column.figure is None else column.figure.unit}


def _cell_json(table: Table, row: Row, place: int) -> Any:
    cell: Cell = row.cells[place]
    if cell is None or isinstance(cell, str | int):
        return cell
    figure = table.figure_of(row, place)
    assert figure is not None
    told = {"exact": str(cell), "shown": table.shown(row, place), "unit": figure.unit}
    return told | ({"mark": row.marks[place].name.lower()} if place in row.marks else {})
