"""Charts of a hand-out: they refer to cells, and are told apart by patterns, markers and dashes."""

from collections.abc import Sequence
from typing import Any, Final

from haiten.compiler.late import frozen

_DARK: Final = "#1F3A5F"
_PALE: Final = "#FFFFFF"
_FONT: Final = {"name": "游ゴシック", "size": 9}
# Solid, stripes, empty, dots, bricks: as many as there are groups beside a body.
_FILLS: Final[tuple[dict[str, Any], ...]] = (
    {"fill": {"color": _DARK}},
    {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": "#5B6B7B", "bg_color": _PALE}},
    {"fill": {"color": _PALE}},
    {"pattern": {"pattern": "percent_25", "fg_color": "#333333", "bg_color": _PALE}},
    {"pattern": {"pattern": "horizontal_brick", "fg_color": "#555555", "bg_color": _PALE}},
)
CellSpan = tuple[int, int, int, int]


@frozen(eq=False)
class Charts:
    """Charts of a workbook."""

    book: Any

    def columns(self, sheet: str, title: str, categories: CellSpan, series: Sequence[CellSpan]) -> Any:
        """Rates as columns beside each other.

        Args:
            sheet: where the cells are.
            title: over the chart.
            categories: first row, column, last row, column of the names.
            series: row and column of the name, first and last row of the figures, in the same column.
        """
        chart = self.book.add_chart({"type": "column"})
        for number, (head, column, first, last) in enumerate(series):
            chart.add_series(
                {
                    "name": [sheet, head, column],
                    "categories": [sheet, *categories],
                    "values": [sheet, first, column, last, column],
                    "border": {"color": "#222222", "width": 0.75},
                    "gap": 60,
                    "overlap": 0,
                    **_FILLS[number % len(_FILLS)],
                }
            )
        self._finish(chart, title, {"min": 0, "max": 1, "num_format": "0%"})
        return chart

    def bodies(self, sheet: str, rows: tuple[int, int], means: int) -> Any:
        """The rates of bodies as columns, and before them the means that they are held to, in other patterns.

        Args:
            sheet: where the cells are, names in the second column and rates in the fourth.
            rows: the first and the last, means first.
            means: how many of the rows are means.
        """
        first, last = rows
        chart = self.book.add_chart({"type": "column"})
        other = [{**_FILLS[2 - number], "border": {"color": "#222222"}} for number in range(means)]
        chart.add_series(
            {
                "name": [sheet, first - 1, 3],
                "categories": [sheet, first, 1, last, 1],
                "values": [sheet, first, 3, last, 3],
                "fill": {"color": _DARK},
                "border": {"color": "#222222"},
                "gap": 40,
                "points": [*other, *([None] * (last - first + 1 - means))],
            }
        )
        self._finish(chart, "市町村の得点率と平均", {"min": 0, "max": 1, "num_format": "0%"})
        chart.set_legend({"none": True})
        chart.set_x_axis({"num_font": {**_FONT, "rotation": -90}, "interval_unit": 1})
        return chart

    def _finish(self, chart: Any, title: str, scale: dict[str, Any]) -> None:
        chart.set_title({"name": title, "name_font": {**_FONT, "size": 11}, "overlay": False})
        chart.set_legend({"position": "bottom", "font": _FONT})
        chart.set_x_axis({"num_font": _FONT, "interval_unit": 1})
        chart.set_y_axis(
            {**scale, "num_font": _FONT, "major_gridlines": {"visible": True, "line": {"color": "#BBBBBB"}}}
        )
        chart.set_plotarea({"border": {"color": "#888888"}})
