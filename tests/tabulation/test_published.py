"""Published tables come out of populations made of published counts."""

from fractions import Fraction
from pathlib import Path

import pytest

import haiten
import populations
from haiten.comparison.match import match
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Scores
from haiten.tabulation.population.groups import Groups, group_by
from haiten.tabulation.population.population import Before, Population
from haiten.tabulation.table import Row, Table
from haiten.tabulation.tables.averages import averages_table, groups_table
from haiten.tabulation.tables.distribution import distribution_table
from haiten.tabulation.tables.items import achieved_table, extremes_table, rates_table

ROOT = Path(__file__).parents[2]
YEARS = {"r6": "令和6年度", "r7": "令和7年度"}

PARTS = (
    *("推進.Ⅰ.(ⅰ)", "推進.Ⅰ.(ⅱ)", "推進.Ⅰ", "推進.Ⅱ.(ⅰ)", "推進.Ⅱ.(ⅱ)", "推進.Ⅱ", "推進.Ⅲ.(ⅰ)", "推進.Ⅲ.(ⅱ)", "推進.Ⅲ"),
    *("推進.Ⅳ", "推進"),
    *("支援.Ⅰ.(ⅰ)", "支援.Ⅰ.(ⅱ)", "支援.Ⅰ", "支援.Ⅱ.(ⅰ)", "支援.Ⅱ.(ⅱ)", "支援.Ⅱ", "支援.Ⅲ.(ⅰ)", "支援.Ⅲ.(ⅱ)", "支援.Ⅲ"),
    *("支援.Ⅳ", "支援"),
)
# 上尾市 集計結果 and 東京都 令和8年1月, the national row of R7, from left to right; the total last.
AGEO = (
    "49.45 9.95 59.41 47.34 18.07 65.40 38.86 7.74 46.60 47.84 219.25 "
    "35.12 20.16 55.28 33.34 13.16 46.51 53.30 12.81 66.11 47.84 215.74 434.99"
)
TOKYO = (
    "49.45 9.96 59.41 47.34 18.07 65.40 38.86 7.74 46.60 47.84 219.25 "
    "35.12 20.16 55.28 33.34 13.16 46.51 53.30 12.82 66.12 47.84 215.75 435.01"
)
TOKYO_RATES = (
    "77.27% 27.67% 59.41% 69.61% 56.46% 65.40% 60.72% 21.50% 46.60% 47.84% 54.81% "
    "67.55% 42.00% 55.28% 52.10% 36.57% 46.51% 78.39% 40.06% 66.12% 47.84% 53.94% 54.38%"
)
# Five figures of 東京都 are 0.01 or 0.02 above the tabulation, and the rates that it took from them.
TOKYO_DIFFERS = {"推進.Ⅰ.(ⅱ)", "支援.Ⅲ.(ⅱ)", "支援.Ⅲ", "支援", "総計"}
# 登米市 資料2: number of 指標, national average of R6. Its 46.4 is adjusted so that 46.4 + 9.8 = 56.2.
TOME = {
    "推進.Ⅰ": (7, "56.2"),
    "推進.Ⅰ.(ⅰ)": (4, "46.3"),
    "推進.Ⅰ.(ⅱ)": (3, "9.8"),
    "推進.Ⅱ": (4, "59.8"),
    "推進.Ⅱ.(ⅰ)": (2, "42.4"),
    "推進.Ⅱ.(ⅱ)": (2, "17.5"),
    "推進.Ⅲ": (5, "41.0"),
    "推進.Ⅲ.(ⅰ)": (2, "33.8"),
    "推進.Ⅲ.(ⅱ)": (3, "7.2"),
    "推進.Ⅳ": (5, "48.6"),
    "推進": (21, "205.6"),
    "支援.Ⅰ": (16, "51.5"),
    "支援.Ⅰ.(ⅰ)": (7, "31.4"),
    "支援.Ⅰ.(ⅱ)": (9, "20.1"),
    "支援.Ⅱ": (6, "54.5"),
    "支援.Ⅱ.(ⅰ)": (3, "42.4"),
    "支援.Ⅱ.(ⅱ)": (3, "12.1"),
    "支援.Ⅲ": (5, "62.1"),
    "支援.Ⅲ.(ⅰ)": (3, "49.3"),
    "支援.Ⅲ.(ⅱ)": (2, "12.8"),
    "支援.Ⅳ": (5, "48.6"),
    "支援": (32, "216.7"),
}


def of(groups: Groups | None) -> Groups:
    assert groups is not None
    return groups


@pytest.fixture(scope="module")
def books() -> dict[str, Rulebook]:
    return {year: haiten.compile(ROOT / "rules" / year / "municipal.haiten") for year in YEARS}


@pytest.fixture(scope="module")
def nations(books: dict[str, Rulebook], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Scores]:
    folder = tmp_path_factory.mktemp("nations")
    return {
        year: books[year].score(populations.nation(folder / f"{year}.csv", name, populations.GROUPS))
        for year, name in YEARS.items()
    }


def shown(table: Table, row: Row, names: tuple[str, ...]) -> list[str]:
    places = {column.name: place for place, column in enumerate(table.columns)}
    return [table.shown(row, places[name]) for name in names]


def test_the_national_row_of_r7(nations: dict[str, Scores]) -> None:
    """上尾市's row comes out to the digit, 東京都's but for five averages that are no rounding of the tabulation."""
    table = averages_table(Population(nations["r7"]))
    maxima, averages, rates = table.rows
    names = (*PARTS, "総計")
    assert shown(table, maxima, ("推進.Ⅰ.(ⅰ)", "支援.Ⅲ.(ⅱ)", "推進", "総計")) == ["64", "32", "400", "800"]
    assert shown(table, averages, names) == AGEO.split()
    for what, row, published in (("average", averages, TOKYO), ("rate", rates, TOKYO_RATES)):
        pairs = zip(names, shown(table, row, names), published.split(), strict=True)
        assert {name for name, mine, theirs in pairs if mine != theirs} == TOKYO_DIFFERS, what
    kinds = ("体制・取組指標群計", "活動指標群計", "成果指標群計")
    assert shown(table, maxima, kinds) == ["380", "220", "200"]
    # 上尾市 prints 257.40, 81.90 and 97.60; the last is not twice the 47.84 of goal Ⅳ, of which it is the sum.
    assert shown(table, averages, kinds) == ["257.42", "81.89", "95.68"]


def test_the_counts_and_averages_of_r6(nations: dict[str, Scores]) -> None:
    """登米市's numbers of 指標 and national averages, to one decimal."""
    table = groups_table(Population(nations["r6"]), ())
    rows = {row.cells[0]: row for row in table.rows}
    for path, (indicators, average) in TOME.items():
        assert shown(table, rows[path], ("指標数", "全国 平均")) == [str(indicators), average], path
    assert shown(table, rows["推進"], ("全国 得点率",)) == ["51.4%"]
    assert shown(table, rows["支援"], ("全国 得点率",)) == ["54.2%"]


def test_the_means_of_both_years(nations: dict[str, Scores]) -> None:
    """422.355 and 434.988, as published; the other measures depend on who has what, which is not published."""
    for year, mean in (("r6", 422.355), ("r7", 434.988)):
        total = next(row for row in distribution_table(Population(nations[year])).rows if row.cells[0] == "総計")
        assert total.cells[2] == 1741
        assert isinstance(total.cells[3], Fraction)
        assert round(float(total.cells[3]), 3) == mean


def test_the_published_size_classes(nations: dict[str, Scores]) -> None:
    """A row for each of the published classes, with its number of municipalities, in the order of their names."""
    table = distribution_table(Population(nations["r7"], (of(group_by(nations["r7"], "規模")),)))
    sizes = [row.cells[1:3] for row in table.rows if row.cells[0] == "総計"]
    assert sizes == [("全国", 1741), *sorted(populations.SIZES.items())]


def test_every_published_count_is_a_rate(nations: dict[str, Scores]) -> None:
    """The number of municipalities that have an item, and its share of 1,741, for every item of both years."""
    for year, name in YEARS.items():
        published = populations.published("national_counts.csv", name, "municipalities")
        table = rates_table(Population(nations[year]), ())
        told = {row.cells[0]: row.cells[-2:] for row in table.rows}
        expected = {path: n for path, n in published.items() if not path.startswith("支援.Ⅳ.")}
        assert told == {path: (count, Fraction(count, 1741)) for path, count in expected.items()}


def test_rates_follow_items_that_moved(nations: dict[str, Scores], books: dict[str, Rulebook]) -> None:
    """支援Ⅰ(ⅰ)4オ is compared with last year's エ; items that are new have no rate of last year."""
    before = Before(Population(nations["r6"]), match(books["r6"].program, books["r7"].program).old_path)
    table = rates_table(Population(nations["r7"]), (before,))
    counts = {y: populations.published("national_counts.csv", n, "municipalities") for y, n in YEARS.items()}
    rows = {row.cells[0]: row for row in table.rows}
    moved = rows["支援.Ⅰ.(ⅰ).4.オ"]
    assert moved.cells[2] == "支援.Ⅰ.(ⅰ).4.エ"
    was, now = Fraction(counts["r6"]["支援.Ⅰ.(ⅰ).4.エ"], 1741), Fraction(counts["r7"]["支援.Ⅰ.(ⅰ).4.オ"], 1741)
    assert moved.cells[-3:] == (was, now, now - was)
    new = rows["支援.Ⅱ.(ⅰ).3.ア"]
    assert new.cells[2] == "新設"
    assert new.cells[-3] is None
    assert new.cells[-1] is None


def test_achieved_items_by_year(nations: dict[str, Scores], books: dict[str, Rulebook]) -> None:
    """Items of (ⅰ) by grant and year: 55 and 63 are those of 上尾市's table; on average as many as the counts say."""
    before = Before(Population(nations["r6"]), match(books["r6"].program, books["r7"].program).old_path)
    table = achieved_table(Population(nations["r7"]), (before,))
    assert table is not None
    assert [row.cells[:3] for row in table.rows] == [
        ("推進", "令和6年度", 55),
        ("推進", "令和7年度", 53),
        ("支援", "令和6年度", 60),
        ("支援", "令和7年度", 63),
        ("総計", "令和6年度", 115),
        ("総計", "令和7年度", 116),
    ]
    for row in table.rows[:4]:
        counts = populations.published("national_counts.csv", str(row.cells[1]), "municipalities")
        having = sum(n for path, n in counts.items() if path.startswith(f"{row.cells[0]}.") and ".(ⅰ)." in path)
        assert row.cells[3] == Fraction(having, 1741)


def test_items_that_tell_bodies_apart_no_more(nations: dict[str, Scores]) -> None:
    """Those that at least 95% or at most 5% have, the most extreme first."""
    table = extremes_table(Population(nations["r7"]))
    assert table is not None
    counts = populations.published("national_counts.csv", YEARS["r7"], "municipalities")
    written = {path: n for path, n in counts.items() if not path.startswith("支援.Ⅳ.")}
    ceiling = sorted((n for n in written.values() if 100 * n >= 95 * 1741), reverse=True)
    floor = sorted(n for n in written.values() if 100 * n <= 5 * 1741)
    assert ceiling
    assert floor
    assert [row.cells[4] for row in table.rows] == [*ceiling, *floor]
    assert all(row.cells[4] == counts[str(row.cells[1])] for row in table.rows)
