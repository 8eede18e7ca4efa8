"""What a sweep tells: a row per scenario, who moves most, and how one body fares; as tables and as JSON."""

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

import numpy as np

from haiten.compiler.late import frozen
from haiten.compiler.version import haiten_version
from haiten.scoring.running.scores import rulebook_json
from haiten.tabulation.population.population import Population
from haiten.tabulation.simulation.scenarios import AS_IS
from haiten.tabulation.simulation.sweep import Measures, Sweep, measures
from haiten.tabulation.table import AVERAGE, BODIES, PLACE, POINTS, Column, FigureStyle, Row, Table, TableValue

SCHEMA: Final = "haiten/sweep@1"
CLIMB: Final = FigureStyle("位", signed=True)
_CHANGE: Final = FigureStyle("点", 2, signed=True)
_ALONE: Final = "事実ファイルが1団体なので、平均と順位に意味はない。"
_CERTAIN: Final = "（確実な得点）"
_MOVED: Final = "順位の変化は、現行の配点での順位から上がった数（＋）、下がった数（−）。同じ得点は同じ順位。"


@frozen(eq=False)
class SweepReport:
    """A finished sweep, and a body that is looked at, by its place."""

    sweep: Sweep
    body: int | None = None

    @cached_property
    def certain(self) -> str:
        """What is added to the heading of figures that stand on certain points, where some points are not decided."""
        return _CERTAIN if any((least != most).any() for least, most in self._totals) else ""

    @property
    def _totals(self) -> Iterator[tuple[Any, Any]]:
        yield self.sweep.base.total()
        yield self.sweep.certain, self.sweep.possible

    @cached_property
    def base(self) -> Measures:
        """The totals as the rulebook scores them."""
        return measures(self.sweep.base.total()[0])

    @cached_property
    def all_measures(self) -> list[Measures]:
        """The totals of all bodies, by scenario."""
        return [measures(points) for points in self.sweep.certain]

    @property
    def tables(self) -> list[Table]:
        """The scenarios, who moves most, and the body that is looked at."""
        own = [] if self.body is None else [self.body_table(self.body)]
        return [*own, self.scenarios_table(), self.movers_table()]

    @property
    def notes(self) -> list[str]:
        """What a reader must know to read all tables rightly."""
        scenarios, base = self.sweep.scenarios, self.sweep.base
        notes = [
            "満点は、変えた配点を積み上げたもの。要件に当てはまるかどうかは、事実だけで決まる限り配点では変わらない。"
        ]
        rerun = [path for stage in self.sweep.dependence.stages for path in stage.leaves]
        if rerun:
            notes.append(f"得点を見る項目は、シナリオごとに判定し直した: {'、'.join(rerun)}")
        if self.sweep.fixed:
            notes.append(f"得点を見る項目だが、結果が所与なので変えていない: {'、'.join(self.sweep.fixed)}")
        if any(base.program.nodes[weight.path].special for weight in scenarios.weights):
            notes.append("別枠の配点は、ここにある合計に入らない。")
        notes.append(
            f"平均と順位は{Population(base).all_groups[0].names[0]}の中のもの。" if len(base.bodies) > 1 else _ALONE
        )
        unknown = int((base.total()[0] != base.total()[1]).sum())
        if unknown:
            notes.append(f"未回答などで得点が確定しない団体が{unknown:,}ある。得点・平均・順位は確実な得点による。")
        return notes

    def scenarios_table(self) -> Table:
        """A row per scenario, the rulebook's own weights first."""
        sweep, weights = self.sweep, self.sweep.scenarios.weights
        columns = (
            Column("シナリオ"),
            *(Column(weight.name, POINTS) for weight in weights),
            Column("満点", POINTS),
            Column(f"平均{self.certain}", AVERAGE),
            Column("平均の変化", _CHANGE),
            Column(f"標準偏差{self.certain}", AVERAGE),
            Column(f"最低{self.certain}", POINTS),
            Column(f"最高{self.certain}", POINTS),
            Column("順位が変わる団体", BODIES),
        )
        moved = (sweep.climbs != 0).sum(axis=1).tolist()
        now = (*(weight.now for weight in weights), sweep.base.program.maximum)
        rows = [Row((AS_IS, *now, *self._figures(self.base), None), strong=True)]
        for number, measured in enumerate(self.all_measures):
            values = sweep.scenarios.values[number].tolist()
            figures = self._figures(measured)
            name, most = sweep.scenarios.names[number], int(sweep.maxima[number])
            rows.append(Row((name, *values, most, *figures, moved[number])))
        title = f"{sweep.base.program.year} {len(sweep.scenarios):,}のシナリオでの得点"
        return Table("シナリオ", title, columns, tuple(rows), 1, (*self.notes, "標準偏差は母標準偏差。"))

    def _figures(self, measured: Measures) -> tuple[TableValue, ...]:
        return (
            measured.mean,
            measured.mean - self.base.mean,
            measured.deviation,
            measured.least,
            measured.most,
        )

    def movers_table(self) -> Table:
        """A row per body, the one whose rank moves farthest first."""
        sweep = self.sweep
        columns = (
            *(Column(name) for name in ("団体コード", "団体名", "都道府県")),
            *(
                Column(f"{AS_IS}の{name}", figure, (AS_IS, name))
                for name, figure in ((f"得点{self.certain}", POINTS), (f"順位{self.certain}", PLACE))
            ),
            *(Column(f"最も上がる{name}", figure, ("最も上がるとき", name)) for name, figure in _EXTREME),
            *(Column(f"最も下がる{name}", figure, ("最も下がるとき", name)) for name, figure in _EXTREME),
        )
        farthest = np.abs(sweep.climbs).max(axis=0)
        order = np.argsort(-farthest, kind="stable").tolist()
        rows = tuple(Row(self._mover(body)) for body in order)
        title = f"{sweep.base.program.year} 順位が大きく動く団体"
        return Table("順位の動き", title, columns, rows, 2, (_MOVED,))

    def _mover(self, body: int) -> tuple[TableValue, ...]:
        sweep = self.sweep
        who, climbs = sweep.base.bodies[body], sweep.climbs[:, body]
        cells: list[TableValue] = [who.code, who.name or None, who.prefecture or None]
        cells += [int(sweep.base.total()[0][body]), int(sweep.base_ranks[body])]
        for number in (int(climbs.argmax()), int(climbs.argmin())):
            name = sweep.scenarios.names[number]
            points, place = int(sweep.certain[number, body]), int(sweep.ranks[number, body])
            cells += [name, points, place, int(climbs[number])]
        return tuple(cells)

    def body_table(self, body: int) -> Table:
        """A row per scenario: score, rank and change of rank of one body."""
        sweep = self.sweep
        who = sweep.base.bodies[body]
        columns = (
            Column("シナリオ"),
            *(Column(weight.name, POINTS) for weight in sweep.scenarios.weights),
            *(Column(name, POINTS) for name in ("得点", "あり得る最大", "満点")),
            Column(f"順位{self.certain}", PLACE),
            Column("順位の変化", CLIMB),
        )
        now = tuple(weight.now for weight in sweep.scenarios.weights)
        points = [int(column[body]) for column in sweep.base.total()]
        first = (*now, *points, sweep.base.program.maximum, int(sweep.base_ranks[body]), None)
        rows = [Row((AS_IS, *first), strong=True)]
        for number, result in enumerate(self._results(body)):
            values = sweep.scenarios.values[number].tolist()
            rows.append(
                Row((sweep.scenarios.names[number], *values, *result[:2], int(sweep.maxima[number]), *result[2:]))
            )
        title = f"{who.code} {who.name}（{sweep.base.program.year}） シナリオごとの得点と順位"
        return Table("団体", title, columns, tuple(rows), 1, (_MOVED,))

    def _results(self, body: int) -> Iterator[tuple[int, int, int, int]]:
        sweep = self.sweep
        columns = (sweep.certain, sweep.possible, sweep.ranks, sweep.climbs)
        yield from zip(*(column[:, body].tolist() for column in columns), strict=True)

    def wide_tables(self) -> list[Table]:
        """All bodies: a table of scores and one of ranks, a column per scenario."""
        sweep = self.sweep
        names = tuple(f"{number} {name}" if name != str(number) else name
                      for number, name in enumerate(sweep.scenarios.names, start=1))  # fmt: skip
        heads = tuple(Column(name) for name in ("団体コード", "団体名", "都道府県"))
        made = []
        for title, figure, now, values in (
            (f"得点{self.certain}", POINTS, sweep.base.total()[0], sweep.certain),
            (f"順位{self.certain}", PLACE, sweep.base_ranks, sweep.ranks),
        ):
            columns = (*heads, Column(AS_IS, figure), *(Column(name, figure) for name in names))
            rows = tuple(
                Row((who.code, who.name or None, who.prefecture or None, int(now[body]), *values[:, body].tolist()))
                for body, who in enumerate(sweep.base.bodies)
            )
            told = f"{sweep.base.program.year} シナリオごとの{title}"
            made.append(Table(title, told, columns, rows, 3, tuple(self.notes)))
        return made

    def to_json(self) -> dict[str, Any]:
        """As JSON, schema ``haiten/sweep@1`` (``docs/schema/sweep-1.json``); of one body every scenario is reported."""
        sweep, program = self.sweep, self.sweep.base.program
        told = zip(sweep.scenarios.names, sweep.scenarios.values.tolist(), self.all_measures, sweep.maxima, strict=True)
        names = [weight.name for weight in sweep.scenarios.weights]
        return {
            "schema": SCHEMA,
            "haiten": haiten_version(),
            "rulebook": rulebook_json(program, sweep.base.fingerprint),
            "bodies": len(sweep.base.bodies),
            "weights": [
                {
                    "name": weight.name,
                    "path": weight.path,
                    "kind": "cap" if weight.is_cap else "points",
                    "now": weight.now,
                }
                for weight in sweep.scenarios.weights
            ],
            "rerun": [path for stage in sweep.dependence.stages for path in stage.leaves],
            "given": sweep.fixed,
            "base": {"maximum": program.maximum, **_measures_json(self.base)},
            "scenarios": [
                {
                    "name": name,
                    "points": dict(zip(names, values, strict=True)),
                    "maximum": int(most),
                    **_measures_json(measured),
                    "moved": int(moved),
                }
                for (name, values, measured, most), moved in zip(told, (sweep.climbs != 0).sum(axis=1), strict=True)
            ],
            "body": None if self.body is None else self._body_json(self.body),
        }

    def _body_json(self, body: int) -> dict[str, Any]:
        who, (certain, possible) = self.sweep.base.bodies[body], self.sweep.base.total()
        return {
            "code": who.code,
            "name": who.name,
            "base": {
                "certain": int(certain[body]),
                "possible": int(possible[body]),
                "rank": int(self.sweep.base_ranks[body]),
            },
            "scenarios": [
                {"certain": low, "possible": high, "rank": place, "climb": climb}
                for low, high, place, climb in self._results(body)
            ],
        }


_EXTREME: Final[tuple[tuple[str, FigureStyle | None], ...]] = (
    ("シナリオ", None),
    ("得点", POINTS),
    ("順位", PLACE),
    ("順位の変化", CLIMB),
)


def _measures_json(measured: Measures) -> dict[str, Any]:
    def exact(value: Fraction) -> dict[str, str]:
        return {"exact": str(value), "shown": AVERAGE.digits(value)}

    return {
        "mean": exact(measured.mean),
        "deviation": AVERAGE.digits(measured.deviation),
        "least": measured.least,
        "most": measured.most,
    }
