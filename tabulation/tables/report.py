"""All tables about a population, in the order in which they are read."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from haiten.compiler.late import frozen
from haiten.compiler.version import haiten_version
from haiten.scoring.running.scores import rulebook_json
from haiten.tabulation.population.population import Before, Population
from haiten.tabulation.table import Between, Column, Row, Table, TableValue
from haiten.tabulation.tables.averages import averages_table, groups_table, indicators_table
from haiten.tabulation.tables.distribution import distribution_table
from haiten.tabulation.tables.items import achieved_table, extremes_table, rates_table
from haiten.tabulation.tables.members import link_table, linked_goals_table, why_no_link
from haiten.tabulation.tables.ranks import ranks_table
from haiten.tabulation.tables.standing import TOP, below_table, top_table

Watch = Callable[[Iterable[str], str, int], Iterable[str]]

SCHEMA: Final = "haiten/stats@2"
_Maker = Callable[[Population, Sequence[Before], int], Table | None]
_MAKERS: Final[dict[str, _Maker]] = {
    "平均点": lambda population, *_: averages_table(population),
    "指標群別": lambda population, before, _: groups_table(population, before),
    "指標別": lambda population, before, _: indicators_table(population, before),
    "順位": lambda population, before, _: ranks_table(population, before),
    "管内比較": lambda population, *_: link_table(population),
    "管内目標別": lambda population, *_: linked_goals_table(population),
    "上位": lambda population, _, top: top_table(population, top),
    "下回る団体": lambda population, *_: below_table(population),
    "達成項目": lambda population, before, _: achieved_table(population, before),
    "該当率": lambda population, before, _: rates_table(population, before),
    "分布": lambda population, *_: distribution_table(population),
    "見直し候補": lambda population, *_: extremes_table(population),
}


@frozen(eq=False)
class Report:
    """Tables about a population, and what they are about."""

    population: Population
    before: tuple[Before, ...]
    tables: tuple[Table, ...]

    def to_json(self) -> dict[str, Any]:
        """As JSON, schema ``haiten/stats@2`` (``docs/schema/stats-2.json``)."""
        population, scores, nation = self.population, self.population.scores, self.population.nation
        then = [year.population.scores for year in self.before]
        where = "facts" if population.is_national else "cutoffs"
        return {
            "schema": SCHEMA,
            "haiten": haiten_version(),
            "rulebook": rulebook_json(scores.program, scores.fingerprint),
            "previous": [rulebook_json(year.program, year.fingerprint) for year in then],
            "bodies": len(scores.bodies),
            "nation": None if nation is None else {"bodies": nation.size, "from": where},
            "nation_unknown": population.unknown_nation if nation is None else None,
            "by": [groups.by for groups in population.groupings],
            "body": None if population.body is None else scores.bodies[population.body].code,
            "tables": [table_json(table) for table in self.tables],
        }


def make_report(
    population: Population,
    before: Sequence[Before] = (),
    only: str | None = None,
    watch: Watch | None = None,
    top: int = TOP,
) -> Report:
    """Every table, or the one named ``only``.

    Args:
        population: the bodies.
        before: the years before, the oldest first.
        only: the name of the one table that is wanted.
        watch: shows how far the work is.
        top: up to which place bodies are among the best.
    """
    names = [name for name in _MAKERS if only in (None, name)]
    watched = names if watch is None else watch(names, "集計", len(names))
    made = (_MAKERS[name](population, before, top) for name in watched)
    return Report(population, tuple(before), tuple(table for table in made if table is not None))


def why_no_table(population: Population, name: str) -> str:
    """Why a table that was asked for cannot be made."""
    if name in ("管内比較", "管内目標別"):
        return why_no_link(population) or "1つの都道府県の表なので、--body 団体コード で選ぶ。"
    return population.unknown_nation


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
    cell: TableValue = row.cells[place]
    if cell is None or isinstance(cell, str | int):
        return cell
    figure = table.figure_of(row, place)
    assert figure is not None
    exact = [str(cell.low), str(cell.high)] if isinstance(cell, Between) else str(cell)
    told = {"exact": exact, "shown": table.shown(row, place), "unit": figure.unit}
    return told | ({"mark": row.marks[place].name.lower()} if place in row.marks else {})
