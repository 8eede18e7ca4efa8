"""Published results come out of the real commands."""

import csv
from pathlib import Path

import pytest
from real_commands import haiten as command

import haiten
import populations
from populations import AVERAGES, R7_AVERAGES

ROOT = Path(__file__).parents[2]
R6 = ROOT / "rules" / "r6" / "municipal.haiten"
SHEET = ROOT / "examples" / "kitashiobara_r6.csv"
YEAR = "令和6年度"


def test_kitashiobara_scores_295(r6: haiten.Rulebook) -> None:
    """北塩原村's R6 sheet scores 295 = 124 + 171, and every leaf and group as published."""
    scores = r6.score(SHEET)
    published = populations.published("results_kitashiobara.csv", YEAR, "points")
    assert (scores.points(None, 0).certain, scores.points(None, 0).possible) == (295, 295)
    assert scores.points("推進", 0).certain == 124
    assert scores.points("支援", 0).certain == 171
    for path, points in published.items():
        assert (scores.points(path, 0).certain, scores.points(path, 0).possible) == (points, points), path
    for group in AVERAGES:
        expected = sum(points for path, points in published.items() if path.startswith(group + "."))
        assert scores.points(group, 0).certain == expected, group


def nation_scores(rules: Path, year: str, folder: Path) -> list[dict[str, str]]:
    """The rows that the real command writes for the nation of a year, counts of every leaf checked."""
    out = folder / "scores.csv"
    facts = populations.nation(folder / "nation.csv", year)
    done = command("score", rules, facts, "--to", out)
    assert done.returncode == 0, done.stderr
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 1741
    for path, count in populations.published("national_counts.csv", year, "municipalities").items():
        assert sum(row[f"判定.{path}"] == "得点" for row in rows) == count, path
    return rows


def test_the_nation_averages_what_was_published(tmp_path: Path) -> None:
    """Bodies made from the published counts average, group by group, to the published averages."""
    rows = nation_scores(R6, YEAR, tmp_path)
    for group, average in AVERAGES.items():
        total = sum(int(row[f"得点.{group}"]) for row in rows)
        assert round(total / 1741, 1) == average, group
        assert all(row[f"得点.{group}"] == row[f"可能.{group}"] for row in rows)
    assert round(sum(int(row["得点.推進.Ⅰ"]) for row in rows) / 1741, 1) == 56.2 == pytest.approx(46.4 + 9.8)


R7 = ROOT / "rules" / "r7" / "municipal.haiten"


def test_kitashiobara_scores_339_in_r7() -> None:
    """北塩原村's R7 sheet scores 339 under the revised rulebook, and every leaf as published."""
    scores = haiten.compile(R7).score(ROOT / "examples" / "kitashiobara_r7.csv")
    published = populations.published("results_kitashiobara.csv", "令和7年度", "points")
    assert (scores.points(None, 0).certain, scores.points(None, 0).possible) == (339, 339)
    for path, points in published.items():
        assert (scores.points(path, 0).certain, scores.points(path, 0).possible) == (points, points), path


def test_the_nation_averages_what_was_published_in_r7(tmp_path: Path) -> None:
    """Bodies made from the published counts of R7 average to the published averages, through the real command."""
    rows = nation_scores(R7, "令和7年度", tmp_path)
    for group, averages in R7_AVERAGES.items():
        exact = sum(int(row[f"得点.{group}"]) for row in rows) / 1741
        assert round(exact, 2) in averages, (group, exact)


def test_a_sheet_of_r6_is_refused_by_r7() -> None:
    """Labels are reused from year to year, so a sheet that says it is of another year is an error."""
    done = command("score", R7, SHEET)
    assert done.returncode == 1
    assert done.stderr.count("エラー[") == done.stderr.count("[H810]") == 1
    assert not done.stdout


RULES = {"令和6年度": R6, "令和7年度": R7, "令和8年度": ROOT / "rules" / "r8" / "municipal.haiten"}
TOTALS = {
    "東川町": {"令和6年度": (160, 156), "令和7年度": (172, 148), "令和8年度": (169, 146)},
    "美瑛町": {"令和6年度": (164, 148), "令和7年度": (167, 141), "令和8年度": (167, 141)},
}


def published_of(town: str, year: str) -> dict[str, int]:
    """The points that were published for a town and year, by leaf."""
    with (populations.DATA / "results_higashikawa_biei.csv").open(encoding="utf-8", newline="") as rows:
        return {
            row["path"]: int(row["points"])
            for row in csv.DictReader(rows)
            if (row["municipality"], row["year"]) == (town, year)
        }


@pytest.mark.parametrize("year", RULES)
def test_two_towns_of_hokkaido_score_as_published(year: str) -> None:
    """東川町 and 美瑛町: every leaf (1,784 in three years), both grants and the total."""
    sheet = ROOT / "examples" / f"higashikawa_biei_r{year[2]}.csv"
    scores = haiten.compile(RULES[year]).score(sheet)
    assert [body.name for body in scores.bodies] == list(TOTALS)
    for body, (town, totals) in enumerate(TOTALS.items()):
        published = published_of(town, year)
        leaves = [leaf.path for leaf in scores.program.leaves if not leaf.path.startswith("成果指向")]
        assert set(leaves) == set(published)
        for path, points in published.items():
            found = scores.points(path, body)
            assert (found.certain, found.possible) == (points, points), (town, path)
        assert tuple(scores.points(grant, body).certain for grant in ("推進", "支援")) == totals[year]
        assert scores.points(None, body).possible == sum(totals[year])


def test_kanegasaki_scores_what_is_published_of_it(tmp_path: Path) -> None:
    """金ケ崎町 R8: its (ⅰ) leaves add up to the published sums, and its published total lies within the range.

    Of (ⅱ) and 成果 only sums are published, so these leaves stay unanswered.
    """
    year = "令和8年度"
    with (populations.DATA / "results_kanegasaki.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    leaves = {row["path"]: int(row["points"]) for row in rows if row["kind"] == "leaf"}
    sums = {row["path"]: int(row["points"]) for row in rows if row["kind"] == "sum"}
    sheet = populations.write_facts(
        tmp_path / "facts.csv", {path: ["○" if points else "×"] for path, points in leaves.items()}, 1, year
    )
    scores = haiten.compile(RULES[year]).score(sheet)
    assert {path: scores.points(path, 0).certain for path in leaves} == leaves
    total = scores.points(None, 0)
    assert total.certain <= sums.pop("全体") <= total.possible
    for path, points in sums.items():
        found = scores.points(path, 0)
        if ".(ⅰ)" in path:
            assert (found.certain, found.possible) == (points, points), path
        else:
            assert found.certain <= points <= found.possible, path
