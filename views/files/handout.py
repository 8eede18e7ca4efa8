"""The hand-out of a prefecture as a workbook: a summary, all indicators and items, a sheet for each municipality.

Charts refer to cells and are told apart by patterns, so that they can be copied in black and white. Printed on A4.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from attrs import field

from haiten.compiler.late import frozen
from haiten.compiler.syntax.rulebook import Level
from haiten.compiler.version import haiten_version
from haiten.tabulation.population.parts import NodeGroup
from haiten.tabulation.population.years import year_names
from haiten.tabulation.table import (
    AVERAGE_CHANGE,
    AVERAGE_SHORT,
    PLACE,
    POINTS,
    POINTS_CHANGE,
    RATE_CHANGE,
    RATE_SHORT,
    FigureStyle,
    TableValue,
    change,
    ends,
    scaled,
)
from haiten.tabulation.tables.handout import FEW, MANY, Handout, as_part
from haiten.views.files.handout_charts import Charts
from haiten.views.files.handout_sheets import Page, PageCell, sheet_names
from haiten.views.files.workbooks import workbook

SUMMARY: Final = "概要"
FIGURES: Final = "図"
INDICATORS: Final = "指標一覧"
ITEMS: Final = "項目一覧"
_MARKS: Final = {"得点": "○", "非該当": "×", "未回答": "？", "他の項目が優先": "－"}
_WIDE: Final = (18, 44)  # characters of half width of the columns of paths and texts
_MOVE: Final = FigureStyle("位", signed=True)
_CERTAIN: Final = "得点が確定していない団体の得点率と図は、確実な得点によるもの。"


def write_handout(path: Path, made: Handout, about: str) -> None:
    """Write the workbook.

    Args:
        path: the file.
        made: what it tells.
        about: year, who is counted, by which rules; for every sheet's foot.

    Raises:
        OSError: the file cannot be written.
    """
    with workbook(path) as book:
        title = f"{made.prefecture} {made.population.scores.program.year} 市町村別データ分析"
        book.set_properties({"title": title, "comments": f"haiten {haiten_version()}　{about}"})
        names = sheet_names([made.body(place).name or made.body(place).code for place in made.bodies], FIXED)
        writer = _Writer(book, made, about, title, dict(zip(made.bodies, names, strict=True)))
        writer.summary()
        writer.indicators()
        writer.items()
        for place in made.bodies:
            writer.municipality(place)


FIXED: Final = (SUMMARY, FIGURES, INDICATORS, ITEMS)


@frozen(eq=False)
class _Writer:
    book: Any
    made: Handout
    about: str
    title: str
    sheets: dict[int, str]
    charts: Charts = field(init=False)

    @charts.default
    def _make_charts(self) -> Charts:
        return Charts(self.book)

    @property
    def _then(self) -> str:
        """What the year before is called."""
        return year_names(self.made.population, [self.made.before])[0] if self.made.before is not None else ""

    def _page(self, name: str, title: str, widths: Sequence[float], *, across: bool = False) -> Page:
        return Page(self.book, name, title, self.about, tuple(widths), across)

    def _beside(self) -> list[str]:
        """The headings of the averages that stand beside a body's figures."""
        return [*(["全国"] if self.made.has_nation else []), self.made.prefecture, *(g.by for g in self.made.classes)]

    def _averages(self, part: NodeGroup, place: int) -> list[TableValue]:
        nation = [self.made.nation(part)] if self.made.has_nation else []
        return [*nation, self.made.mean(part), *(self.made.of_class(part, g, place) for g in self.made.classes)]

    # The summary

    def summary(self) -> None:
        made, scores = self.made, self.made.population.scores
        program, goals, total = scores.program, made.goals[:-1], made.goals[-1]
        page = self._page(SUMMARY, self.title, (9, 14, 7, 8, 7, 7, *(7 for _ in goals), 8, 8, 8), across=True)
        for line in self._head(total):
            page.words(line)
        columns: list[tuple[str, FigureStyle | None]] = [("団体コード", None), ("団体名", None)]
        columns += [("得点", POINTS), ("得点率", RATE_SHORT), ("全国順位", PLACE), ("県内順位", PLACE)]
        columns += [(goal.name.replace(".", "\n"), POINTS) for goal in goals]
        columns += (
            [(f"{self._then}の得点", POINTS), ("増減", POINTS_CHANGE), ("県内順位の動き", _MOVE)] if self._then else []
        )
        page.gap()
        page.words(f"市町村の得点と順位（得点の高い順。満点 {program.maximum}点）", strong=True)
        page.headings([name for name, _ in columns])
        page.repeat()
        national, inside = made.ranks(total)
        first, moved = page.row, self._moves(inside)
        for name, mean in (*((("全国平均", made.nation),) if made.has_nation else ()), ("県平均", made.mean)):
            then = made.mean_then(total) if name == "県平均" else None
            page.cells(self._mean_cells(name, mean(total), [mean(goal) for goal in goals], then), strong=True)
        for place in sorted(made.bodies, key=lambda place: -_least(total.of(scores, place))):
            points, body = total.of(scores, place), made.body(place)
            cells = [PageCell(body.code), PageCell(body.name, link=self.sheets[place]), PageCell(points, POINTS)]
            cells.append(PageCell(scaled(points, program.maximum), RATE_SHORT, least=True))
            cells += [PageCell(national.get(place), PLACE), PageCell(inside[place], PLACE)]
            cells += [PageCell(goal.of(scores, place), POINTS) for goal in goals]
            if self._then:
                then = made.then(total, place)
                cells += [PageCell(then, POINTS), PageCell(change(points, then), POINTS_CHANGE)]
                cells.append(PageCell(moved.get(place), _MOVE))
            page.cells(cells)
        last = page.row - 1
        if made.population.undecided.any():
            page.note(_CERTAIN)
        for note in made.notes():
            page.note(note)
        page.close()
        self._figures((first, last))

    def _figures(self, rows: tuple[int, int]) -> None:
        """The charts of the summary on a sheet of their own, as headings that repeat stand on every page of a sheet."""
        page = self._page(FIGURES, f"{self.title}　図", (9, 14, *(10 for _ in range(12))), across=True)
        self._rates_of_goals(page)
        page.words("市町村の得点率", strong=True)
        means = 2 if self.made.has_nation else 1
        page.chart(self.charts.bodies(SUMMARY, rows, means), 1000, 380)
        page.close()

    def _mean_cells(self, name: str, total: TableValue, goals: list[TableValue], then: TableValue) -> list[PageCell]:
        rate = scaled(total, self.made.population.scores.program.maximum)
        cells = [PageCell(None), PageCell(name), PageCell(total, AVERAGE_SHORT), PageCell(rate, RATE_SHORT, least=True)]
        cells += [PageCell(None), PageCell(None), *(PageCell(goal, AVERAGE_SHORT) for goal in goals)]
        if self._then:
            gained = None if then is None else change(total, then)
            cells += [PageCell(then, AVERAGE_SHORT), PageCell(gained, AVERAGE_CHANGE), PageCell(None)]
        return cells

    def _moves(self, inside: dict[int, TableValue]) -> dict[int, TableValue]:
        """How many places a body climbed among those of its prefecture; only where nothing is open."""
        made = self.made
        if made.before is None:
            return {}
        then = {place: made.then(made.goals[-1], place) for place in made.bodies}
        known = {place: points for place, points in then.items() if isinstance(points, int)}
        if len(known) < len(then):
            return {}
        old = {place: 1 + sum(other > points for other in known.values()) for place, points in known.items()}
        return {place: old[place] - rank for place, rank in inside.items() if isinstance(rank, int)}

    def _head(self, total: NodeGroup) -> Iterator[str]:
        made, program = self.made, self.made.population.scores.program
        mean, nation = made.mean(total), made.nation(total)
        told = f"県平均 {_shown(mean, AVERAGE_SHORT)}点（得点率 {_shown(scaled(mean, program.maximum), RATE_SHORT)}%）"
        if made.has_nation:
            told += f"　全国平均 {_shown(nation, AVERAGE_SHORT)}点　差 {_shown(change(mean, nation), AVERAGE_CHANGE)}点"
        if (rank := made.rank_of_prefecture()) is not None:
            told += f"　県平均の順位 {rank[1]}都道府県中 {rank[0]}位"
        yield f"{program.year} {program.scope}　{len(made.bodies)}団体　満点 {program.maximum}点"
        yield told
        if made.before is not None:
            then = made.mean_then(total)
            if then is not None:
                gained = _shown(change(mean, then), AVERAGE_CHANGE)
                yield f"{made.before.year}の県平均 {_shown(then, AVERAGE_SHORT)}点　増減 {gained}点"

    def _rates_of_goals(self, page: Page) -> None:
        """The mean rates of each goal, which the chart is drawn from."""
        made = self.made
        page.words("目標ごとの平均得点率", strong=True)
        names = [
            "県平均",
            *(["全国平均"] if made.has_nation else []),
            *([f"{self._then}の県平均"] if self._then else []),
        ]
        page.headings(["目標", *names])
        first = page.row
        for goal in made.goals[:-1]:
            means = [made.mean(goal), *([made.nation(goal)] if made.has_nation else [])]
            rates = [scaled(mean, goal.maximum) for mean in means]
            if made.before is not None:
                old = made.before.part(goal)
                rates.append(scaled(made.mean_then(goal), old.maximum) if old is not None else None)
            page.cells([PageCell(goal.name), *(PageCell(rate, RATE_SHORT, least=True) for rate in rates)])
        series = [(first - 1, 1 + number, first, page.row - 1) for number in range(len(names))]
        chart = self.charts.columns(page.name, "目標ごとの平均得点率", (first, 0, page.row - 1, 0), series)
        page.beside(chart, first - 2, 5, 600, 240)
        for _ in range(3):
            page.gap()

    # All municipalities

    def indicators(self) -> None:
        made, scores = self.made, self.made.population.scores
        bodies = made.bodies
        means = ["県平均", *(["全国平均"] if made.has_nation else [])]
        page = self._page(
            INDICATORS,
            f"{self.title}　指標ごとの得点",
            (*_WIDE, 6, *(7 for _ in means), *(5 for _ in bodies)),
            across=True,
        )
        page.headings(["項目", "文", "配点", *means], turned=[self.sheets[place] for place in bodies])
        page.freeze(2)
        for node in made.nodes:
            part = as_part(node)
            cells = [
                PageCell(node.path),
                PageCell(node.text),
                PageCell(node.maximum, POINTS),
                PageCell(made.mean(part), AVERAGE_SHORT),
            ]
            cells += [PageCell(made.nation(part), AVERAGE_SHORT)] if made.has_nation else []
            cells += [PageCell(part.of(scores, place), POINTS) for place in bodies]
            page.cells(cells, strong=node.level < Level.INDICATOR)
        page.close()

    def items(self) -> None:
        made, bodies = self.made, self.made.bodies
        names: list[tuple[str, FigureStyle | None]] = [("項目", None), ("文", None), ("配点", POINTS)]
        names += [("全国の該当率", RATE_SHORT)] if made.has_nation else []
        names += [("県の該当率", RATE_SHORT)]
        names += [(f"{self._then}の県の該当率", RATE_SHORT), ("増減", RATE_CHANGE)] if self._then else []
        widths = (*_WIDE, 6, *(8 for _ in names[3:]), *(4 for _ in bodies))
        page = self._page(ITEMS, f"{self.title}　項目ごとの該当", widths, across=True)
        page.words("○ 得点、× 非該当、？ 未回答などで未確定、－ 他の項目が優先。該当率は得点した団体の割合。")
        page.headings([name for name, _ in names], turned=[self.sheets[place] for place in bodies])
        page.freeze(2)
        for item in made.items:
            cells = [PageCell(item.path), PageCell(made.text(item)), PageCell(item.maximum, POINTS)]
            cells += [PageCell(made.national_rate(item), RATE_SHORT)] if made.has_nation else []
            cells.append(PageCell(made.rate(item), RATE_SHORT))
            cells += (
                [PageCell(made.rate_then(item), RATE_SHORT), PageCell(made.gained(item), RATE_CHANGE)]
                if self._then
                else []
            )
            page.cells(
                [*cells, *(PageCell(_MARKS[made.verdict(item, place).japanese], middle=True) for place in bodies)]
            )
        page.close()

    # One municipality

    def municipality(self, place: int) -> None:
        made, scores = self.made, self.made.population.scores
        body, total = made.body(place), made.goals[-1]
        beside = self._beside()
        widths = (*_WIDE, 7, 8, *(8 for _ in beside), 8, *((8,) if self._then else ()))
        page = self._page(self.sheets[place], f"{body.name or body.code}　{self.title}", widths)
        for line in self._who(place, total):
            page.words(line)
        page.gap()
        page.words("目標ごとの得点率", strong=True)
        page.headings(
            ["目標", "文", "満点", "得点", body.name or body.code, *beside, *([self._then] if self._then else [])]
        )
        first = page.row
        for goal in made.goals[:-1]:
            points = goal.of(scores, place)
            rates = [scaled(each, goal.maximum) for each in (points, *self._averages(goal, place))]
            if made.before is not None:
                old = made.before.part(goal)
                rates.append(scaled(made.then(goal, place), old.maximum) if old is not None else None)
            rated = [PageCell(rate, RATE_SHORT, least=True) for rate in rates]
            page.cells(
                [
                    PageCell(goal.name),
                    PageCell(goal.text),
                    PageCell(goal.maximum, POINTS),
                    PageCell(points, POINTS),
                    *rated,
                ]
            )
        last, count = page.row - 1, 1 + len(beside)
        if made.population.undecided.any():
            page.note(_CERTAIN)
        chart = self.charts.columns(
            page.name,
            "目標ごとの得点率",
            (first, 0, last, 0),
            [(first - 1, 4 + n, first, last) for n in range(count)],
        )
        page.gap()
        page.chart(chart, 800, 300)
        self._lacking(page, place)
        self._ahead(page, place)
        self._own_indicators(page, place)
        page.close()

    def _who(self, place: int, total: NodeGroup) -> Iterator[str]:
        made, program = self.made, self.made.population.scores.program
        points = total.of(made.population.scores, place)
        national, inside = made.ranks(total)
        rate = _shown(scaled(points, program.maximum), RATE_SHORT)
        told = f"得点 {_shown(points, POINTS)}点 / {program.maximum}点（得点率 {rate}%）"
        if place in national:
            told += f"　全国 {_shown(national[place], PLACE)}位"
        yield told + f"　県内 {len(made.bodies)}団体中 {_shown(inside[place], PLACE)}位"
        if made.before is not None:
            then = made.then(total, place)
            if then is not None:
                gained = _shown(change(points, then), POINTS_CHANGE)
                yield f"{made.before.year} {_shown(then, POINTS)}点　増減 {gained}点"
        for groups in made.classes:
            name = groups.name_of(place)
            if name is not None:
                size = groups.sizes[int(groups.labels[place])]
                of = "全国の" if made.population.is_national else "事実ファイルの"
                yield f"{groups.by}: {name}（{of}{size:,}団体の平均・該当率）"

    def _lacking(self, page: Page, place: int) -> None:
        made, found = self.made, self.made.lacking(place)
        whose = "全国" if made.has_nation else made.prefecture
        page.gap()
        page.words(
            f"他の団体にあって、ない項目（{whose}の該当率が{RATE_SHORT.digits(MANY)}%以上〔推定〕。該当率の高い順）{len(found)}件",
            strong=True,
        )
        self._items(page, place, found)

    def _ahead(self, page: Page, place: int) -> None:
        made, found = self.made, self.made.ahead(place)
        whose = "全国" if made.has_nation else made.prefecture
        page.gap()
        page.words(
            f"他の団体に少なく、ある項目（{whose}の該当率が{RATE_SHORT.digits(FEW)}%以下〔推定〕）{len(found)}件",
            strong=True,
        )
        self._items(page, place, found)

    def _items(self, page: Page, place: int, items: Sequence[Any]) -> None:
        made = self.made
        if not items:
            page.words("該当するものはない。")
            return
        page.headings(
            [
                "項目",
                "文",
                "配点",
                "判定",
                *(f"{name}の該当率" for name in self._beside()),
                *([f"{self._then}の判定"] if self._then else []),
            ]
        )
        for item in items:
            rates = [*([made.national_rate(item)] if made.has_nation else []), made.rate(item)]
            rates += [made.rate_of_class(item, groups, place) for groups in made.classes]
            cells = [PageCell(item.path), PageCell(made.text(item)), PageCell(item.maximum, POINTS)]
            cells += [
                PageCell(made.verdict(item, place).japanese, middle=True),
                *(PageCell(rate, RATE_SHORT) for rate in rates),
            ]
            cells += [PageCell(made.verdict_then(item, place), middle=True)] if self._then else []
            page.cells(cells)

    def _own_indicators(self, page: Page, place: int) -> None:
        made, scores = self.made, self.made.population.scores
        page.gap()
        page.words("指標ごとの得点と平均点", strong=True)
        page.headings(["項目", "文", "配点", "得点", *self._beside(), *([self._then, "増減"] if self._then else [])])
        for node in made.nodes:
            part = as_part(node)
            points = part.of(scores, place)
            cells = [PageCell(node.path), PageCell(node.text), PageCell(node.maximum, POINTS), PageCell(points, POINTS)]
            cells += [PageCell(mean, AVERAGE_SHORT) for mean in self._averages(part, place)]
            if self._then:
                then = made.then(part, place)
                cells += [PageCell(then, POINTS), PageCell(change(points, then), POINTS_CHANGE)]
            page.cells(cells, strong=node.level < Level.INDICATOR)


def _least(cell: TableValue) -> float:
    limits = ends(cell)
    return float(limits[0]) if limits is not None else 0.0


def _shown(cell: TableValue, style: FigureStyle) -> str:
    limits = ends(cell)
    if limits is None:
        return "不明"
    low, high = (style.digits(end) for end in limits)
    return low if low == high else f"{low}–{high}"
