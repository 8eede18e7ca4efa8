"""A prefecture or a municipality with nothing but its own facts: what it is told of ranks, and what cut-offs change."""

import csv
from pathlib import Path

import pytest
from real_commands import haiten

ROOT = Path(__file__).parents[2]
R6, R7 = (ROOT / "rules" / year / "municipal.haiten" for year in ("r6", "r7"))
HEADINGS = ["団体コード", "年度", "都道府県", "ケアプラン点検割合"]
CODES = [f"{prefecture:02}{place:03}" for prefecture in (51, 57, 97) for place in range(201, 221)]
NOTE = "全国の順位ではありません"


def write(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *rows])
    return path


def rows_of(year: str = "令和7年度") -> list[list[str]]:
    """Bodies of three prefectures; the second one has the best values."""
    return [
        [code, year, f"県{code[:2]}", str(40 + place % 20 + 30 * (code[:2] == "57"))]
        for place, code in enumerate(CODES)
    ]


@pytest.fixture
def nation(tmp_path: Path) -> tuple[Path, Path]:
    """The facts of all, and their cut-offs."""
    facts, cutoffs = write(tmp_path / "nation.csv", rows_of()), tmp_path / "cutoffs.json"
    done = haiten("score", R7, facts, "--save-cutoffs", cutoffs, "--body", CODES[0])
    assert (done.returncode, NOTE in done.stderr) == (0, False)
    return facts, cutoffs


def test_ranks_within_one_prefecture_are_said_to_be_no_national_ones(tmp_path: Path, nation: tuple[Path, Path]) -> None:
    """One body or one prefecture: the items are counted; with cut-offs, or without values to rank, there is no note."""
    own = [row for row in rows_of() if row[0].startswith("57")]
    prefecture, village = write(tmp_path / "57.csv", own), write(tmp_path / "57201.csv", own[:1])
    for command in ("score", "stats"):
        done = haiten(command, R7, prefecture)
        assert done.returncode == 0
        assert "順位で決まる4項目を、このファイルの20団体の中の順位で採点しました" in done.stderr
        assert NOTE not in haiten(command, R7, prefecture, "--cutoffs", nation[1]).stderr
    for command in ("score", "gaps", "explain"):
        done = haiten(command, R7, village, "--body", "57201")
        assert "このファイルの1団体の中の順位" in done.stderr, command
    unknown = write(tmp_path / "unknown.csv", [[*own[0][:3], ""]])
    assert NOTE not in haiten("score", R7, unknown).stderr


def test_the_statistics_of_a_prefecture_are_those_it_has_in_the_nation(
    tmp_path: Path, nation: tuple[Path, Path]
) -> None:
    """By the nation's cut-offs, its own file gives its bodies the points that they have among all."""
    own = write(tmp_path / "57.csv", [row for row in rows_of() if row[0].startswith("57")])
    among = haiten("stats", R7, nation[0], "--table", "順位", "--as", "csv").stdout
    alone = haiten("stats", R7, own, "--cutoffs", nation[1], "--table", "順位", "--as", "csv").stdout
    without = haiten("stats", R7, own, "--table", "順位", "--as", "csv").stdout
    placed = "順位で決まる項目は、保存した全国の段の境の値による"
    assert placed in haiten("stats", R7, own, "--cutoffs", nation[1], "--table", "分布").stdout
    assert placed not in haiten("stats", R7, own, "--table", "分布").stdout

    def points(text: str) -> dict[str, str]:
        rows = csv.DictReader(text.lstrip("\ufeff").splitlines())
        return {row["団体コード"]: row["総計 得点"] for row in rows if row["団体コード"].startswith("57")}

    assert points(alone) == points(among)
    assert points(without) != points(among)


def test_bodies_without_a_prefecture_are_no_prefecture(tmp_path: Path) -> None:
    """They have a national rank, and neither a rank nor an average among each other."""
    rows = rows_of()
    for row in rows[:3]:
        row[2] = ""
    text = haiten("stats", R7, write(tmp_path / "facts.csv", rows), "--table", "順位", "--as", "csv").stdout
    found = {row["団体コード"]: row for row in csv.DictReader(text.lstrip("\ufeff").splitlines())}
    local = ("県内団体数", "総計 県内順位", "総計 県内平均")
    assert [found[rows[0][0]][name] for name in local] == ["", "", ""]
    assert found[rows[0][0]]["総計 全国順位"]
    assert found[rows[3][0]]["県内団体数"] == "17"
    assert all(found[rows[3][0]][name] for name in local)


def test_bodies_that_are_not_in_the_year_before_are_counted(tmp_path: Path) -> None:
    """The note of the ranks tells over whom last year's go, and how many have none."""
    before = write(tmp_path / "r6.csv", rows_of("令和6年度")[:50])
    now = write(tmp_path / "r7.csv", rows_of())
    text = haiten("stats", R7, now, "--previous", R6, before, "--table", "順位").stdout
    told = "令和6年度の全国順位は50団体の中のもの。令和6年度の事実にコードのない団体が10ある（その年度の欄は空）。"
    assert told in "".join(line.strip() for line in text.splitlines())
    every = haiten("stats", R7, now, "--previous", R6, write(before, rows_of("令和6年度")), "--table", "順位").stdout
    assert "コードのない団体" not in every


def test_codes_that_lost_their_zero_are_told(tmp_path: Path) -> None:
    """How many, and what the first of them should be; made-up codes that do not check are left alone."""
    rows = [["74021", "令和7年度", "福島県", ""], ["92011", "令和7年度", "栃木県", ""], ["99001", "令和7年度", "", ""]]
    done = haiten("score", R7, write(tmp_path / "facts.csv", rows))
    assert done.returncode == 0
    assert "先頭の0が落ちた団体コードが2件あるので、0を補って読みました（例: 74021 は 074021 北塩原村）" in done.stderr
    right = [["074021", *rows[0][1:]], ["092011", *rows[1][1:]]]
    assert "先頭の0" not in haiten("score", R7, write(tmp_path / "right.csv", right)).stderr
