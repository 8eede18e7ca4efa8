"""Statistics of all bodies as a page: key figures, distributions, a map and a heat map of prefectures, all tables."""

from collections.abc import Iterator
from fractions import Fraction

from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.late import frozen
from haiten.reports.histogram import Histogram, histogram
from haiten.reports.page import render
from haiten.reports.tile_map import TileMap, tile_map
from haiten.tabulation import table as styles
from haiten.tabulation.population.groups import Groups
from haiten.tabulation.population.parts import NodeGroup, grants_of, parts_of, total_of
from haiten.tabulation.population.population import Population
from haiten.tabulation.table import AVERAGE, AVERAGE_SHORT, RATE_SHORT, TableValue, ends, scaled
from haiten.tabulation.tables.distribution import summary
from haiten.tabulation.tables.report import Report

# How far a rate stands from that of all, in hundredths, for each shade of the heat map.
_FAR, _NEAR = 10, 3
# Tables with a row for each body or item can be searched.
_PRINTED = (16, 400)  # columns and rows of what is printed
_SEARCHED = ("順位", "該当率", "見直し候補", "指標別")


@frozen(eq=False)
class CountedNation:
    """What the page is made of.

    Attributes:
        report: the tables.
        prefectures: the bodies by prefecture; None where none is stated.
        about: what all figures are about.
        notes: what to know of the scores.
        files: the names of the fact files.
    """

    report: Report
    prefectures: Groups | None
    about: str
    notes: tuple[Diagnostic, ...]
    files: tuple[str, ...]


@frozen
class HeatCell:
    """A rate beside that of all.

    Attributes:
        shade: from -2 to 2; None where it is open on which side it lies.
        sign: the same as a sign.
    """

    shown: str
    shade: int | None
    sign: str


@frozen
class HeatRow:
    """A prefecture: its name, how many bodies it has, a cell for each part."""

    name: str
    size: int
    mean: TableValue
    cells: tuple[HeatCell, ...]


def stats_page(made: CountedNation) -> str:
    """The page."""
    population = made.report.population
    scores, program = population.scores, population.scores.program
    parts, rows = _heat(population, made.prefectures)
    total = total_of(program)
    return render(
        "stats",
        title=f"{program.year} {program.scope} 評価結果の集計",
        program=program,
        heading=program.syntax.title.text.value if program.syntax.title else f"{program.year} {program.scope} 評価指標",
        about=made.about,
        size=len(scores.bodies),
        summary=dict(zip(_MEASURES, summary(*scores.total()), strict=True)),
        undecided=int(population.undecided.sum()),
        unknown_nation=population.unknown_nation if population.nation is None else "",
        histograms=list(_histograms(population)),
        map=_map(made.prefectures, rows),
        parts=parts,
        rows=rows,
        all_rates=[] if not rows else [_cell(_mean_of_all(population, part), part, None).shown for part in parts],
        mean=_mean_of_all(population, total),
        tables=made.report.tables,
        searched=_SEARCHED,
        printed=lambda table: len(table.columns) <= _PRINTED[0] and len(table.rows) <= _PRINTED[1],
        fingerprint=scores.fingerprint,
        trial=program.trial_text,
        before=[year.population.scores for year in made.report.before],
        notes=[note.message for note in made.notes],
        files=made.files,
        styles={
            "MEAN": AVERAGE_SHORT,
            "FINE": AVERAGE,
            "RATE": RATE_SHORT,
            "BODIES": styles.BODIES,
            "POINTS": styles.POINTS,
        },
    )


_MEASURES = ("size", "mean", "median", "deviation", "low", "first", "third", "high")


def _histograms(population: Population) -> Iterator[tuple[NodeGroup, Histogram]]:
    """Of the total, then of each grant."""
    parts = grants_of(population.scores.program)
    for part in (parts[-1], *parts[:-1]):
        certain, _ = part.points(population.scores)
        yield part, histogram(certain, part.maximum, part.text or part.name)


def _mean_of_all(population: Population, part: NodeGroup) -> TableValue:
    """The nation's mean, or that of all bodies of the facts."""
    return population.averages(part)[0] if population.names else part.of(population.scores, 0)


def _map(prefectures: Groups | None, rows: list[HeatRow]) -> TileMap | None:
    if prefectures is None:
        return None
    return tile_map({row.name: row.mean for row in rows}, AVERAGE_SHORT, "都道府県ごとの平均点")


def _heat(population: Population, prefectures: Groups | None) -> tuple[list[NodeGroup], list[HeatRow]]:
    """Prefectures × 指標群, 目標 and the total, as rates."""
    scores = population.scores
    parts = [part for part in parts_of(scores.program) if part.maximum]
    if prefectures is None:
        return parts, []
    total = total_of(scores.program)
    means = {part.name: prefectures.averages(*part.points(scores)) for part in (*parts, total)}
    all_of_them = {part.name: _mean_of_all(population, part) for part in parts}
    rows = [
        HeatRow(
            name,
            prefectures.sizes[place],
            means[total.name][place],
            tuple(_cell(means[part.name][place], part, all_of_them[part.name]) for part in parts),
        )
        for place, name in enumerate(prefectures.names)
    ]
    return parts, rows


def _cell(mean: TableValue, part: NodeGroup, of_all: TableValue) -> HeatCell:
    """A mean as a rate, and how far it is from that of all."""
    rate, other = ends(scaled(mean, part.maximum)), ends(scaled(of_all, part.maximum))
    if rate is None:
        return HeatCell("不明", None, "")
    low, high = (RATE_SHORT.digits(end) for end in rate)
    shown = low if low == high else f"{low}–{high}"
    if other is None:
        return HeatCell(shown, None, "")
    shades = {_shade(Fraction(100 * (rate[0] - other[1]))), _shade(Fraction(100 * (rate[1] - other[0])))}
    shade = shades.pop() if len(shades) == 1 else None
    return HeatCell(shown, shade, {2: "▲", -2: "▼"}.get(shade or 0, ""))


def _shade(points: Fraction) -> int:
    """In which of five bands a difference lies, in points of per cent."""
    size = 2 if abs(points) >= _FAR else 1 if abs(points) >= _NEAR else 0
    return size if points > 0 else -size
