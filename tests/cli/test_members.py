"""The figures over members on the command line: scored, explained, told where they are unknown or misplaced."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from real_commands import haiten, validated

RULES = Path(__file__).parents[2] / "rules" / "r8" / "prefectural.haiten"
MUNICIPAL = RULES.with_name("municipal.haiten")
PATH = "推進.Ⅰ.(ⅱ).2"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Three prefectures; the mean of 52 is the best, of 51 the second."""
    prefectures, members = tmp_path / "prefectures.csv", tmp_path / "members.csv"
    rows = [f"{number}000,県{number},県{number},R8" for number in (51, 52, 53)]
    prefectures.write_text("\n".join(["団体コード,団体名,都道府県,年度", *rows]) + "\n", encoding="utf-8")
    points = {51001: 600, 51002: 501, 52001: 700, 53001: 400, 53002: 410}
    rows = [f"{code},市{code},県{code // 1000},R8,300,{total - 300}" for code, total in points.items()]
    head = "団体コード,団体名,都道府県,年度,得点.推進,得点.支援"
    members.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return prefectures, members


def test_a_prefecture_is_scored_by_its_members(files: tuple[Path, Path]) -> None:
    """Of three, the best 30 % are none and the best half one; that is 52 alone."""
    prefectures, members = files
    done = haiten("score", RULES, prefectures, "--members", members, "--as", "csv")
    assert done.returncode == 0, done.stderr
    assert "H875" not in done.stderr
    told = {row["団体コード"]: row for row in csv.DictReader(io.StringIO(done.stdout.removeprefix("\ufeff")))}
    assert [told[code][f"得点.{PATH}"] for code in ("51000", "52000", "53000")] == ["2", "4", "0"]
    named = haiten("score", RULES, prefectures, "--members", members, "--member-rules", MUNICIPAL, "--as", "csv")
    assert named.stdout == done.stdout


def test_why_it_has_its_points(files: tuple[Path, Path]) -> None:
    """The trace says what the members came to, of how many it was made, and who was counted."""
    prefectures, members = files
    done = haiten("explain", RULES, prefectures, PATH, "--body", "51000", "--members", members)
    assert "管内平均(得点(全体)) = 550.5点（管内2市町村）" in done.stdout
    done = haiten("explain", RULES, prefectures, PATH, "--body", "51000", "--members", members, "--json")
    (trace,) = json.loads(done.stdout)["traces"]
    (reading, *_) = trace["children"][0]["reason"]["readings"]
    assert reading["members"] == {"n": 2, "known": 2, "least": "1101/2", "most": "1101/2"}


def test_what_is_not_known_is_told_once_by_name(files: tuple[Path, Path]) -> None:
    """Without members, and with one that is unknown; a range says between what it lies."""
    prefectures, members = files
    done = haiten("score", RULES, prefectures)
    assert done.stderr.count("H875") == 1
    assert "管内平均(得点(全体))（3団体）" in done.stderr
    text = members.read_text(encoding="utf-8").replace(",300,300\n", ",300,\n")
    members.write_text(text, encoding="utf-8")
    done = haiten("explain", RULES, prefectures, PATH, "--body", "51000", "--members", members)
    assert done.stderr.count("H875") == 1
    assert "管内平均(得点(全体)) = 400.5–600.5点（管内2市町村、うち決まっているもの1）" in done.stdout


def test_every_command_that_reads_facts_takes_them(files: tuple[Path, Path]) -> None:
    """gaps, stats and whatif read the same; what was computed is not set by hand."""
    prefectures, members = files
    assert haiten("stats", RULES, prefectures, "--members", members).returncode == 0
    assert haiten("gaps", RULES, prefectures, "--members", members, "--body", "51000").returncode == 0
    setting = ("--set", "推進.Ⅰ.(ⅰ).1.ア=○")
    done = haiten("whatif", RULES, prefectures, "--members", members, "--body", "51000", *setting)
    assert done.returncode == 0
    assert "6点" in done.stdout
    figure = ("--set", "管内平均(得点(全体))=700")
    done = haiten("whatif", RULES, prefectures, "--members", members, "--body", "51000", *figure)
    assert (done.returncode, "計算した値なので、変えられません" in done.stderr) == (1, True)


def test_where_they_do_not_belong(files: tuple[Path, Path]) -> None:
    """Members of municipalities, the rulebook of members for one that reads none, and both options at once."""
    prefectures, members = files
    done = haiten("score", MUNICIPAL, members, "--members", members)
    assert (done.returncode, "H871" in done.stderr) == (1, True)
    done = haiten("score", MUNICIPAL.parent.parent / "r6" / "municipal.haiten", members, "--member-rules", MUNICIPAL)
    assert (done.returncode, "--member-rules は" in done.stderr) == (1, True)
    done = haiten("score", RULES, prefectures, "--member-rules", MUNICIPAL, "--base", MUNICIPAL)
    assert (done.returncode, "一緒には使えません" in done.stderr) == (1, True)
    done = haiten("score", RULES, prefectures, "--member-rules", MUNICIPAL.parent.parent / "r6" / "municipal.haiten")
    assert (done.returncode, "H520" in done.stderr) == (1, True)


def test_prefectures_stand_beside_their_municipalities(files: tuple[Path, Path], tmp_path: Path) -> None:
    """Points, the mean of the members, and the rank in both: as CSV, Excel, JSON and on the terminal."""
    prefectures, members = files
    asked = ("stats", RULES, prefectures, "--members", members, "--table", "管内比較")
    done = haiten(*asked, "--as", "csv")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout.removeprefix("\ufeff"))))
    told = [(row["団体名"], row["管内市町村数"], row["総計 管内平均"], row["総計 管内平均の順位"]) for row in rows]
    assert sorted(told) == [("県51", "2", "550.50", "2"), ("県52", "1", "700.00", "1"), ("県53", "2", "405.00", "3")]
    assert all("–" in row["総計 得点"] and row["総計 全国順位"] == "1–3" for row in rows)
    data = validated(haiten(*asked, "--json").stdout, "stats-2.json")
    assert [table["name"] for table in data["tables"]] == ["管内比較"]
    one = haiten("stats", RULES, prefectures, "--members", members, "--table", "管内目標別", "--body", "51000")
    assert "県51の得点と管内2市町村の平均" in one.stdout
    assert "550.50" in one.stdout
    book = tmp_path / "tables.xlsx"
    assert haiten("stats", RULES, prefectures, "--members", members, "--to", book).returncode == 0
    with zipfile.ZipFile(book) as opened:
        assert "管内比較" in opened.read("xl/workbook.xml").decode()


def test_members_that_are_unknown_give_ranges_of_ranks(files: tuple[Path, Path]) -> None:
    """One of 51 has 300 to 700 points, so that its mean may be the first or the second of three; why it may is said."""
    prefectures, members = files
    text = members.read_text(encoding="utf-8").replace("県51,R8,300,300\n", "県51,R8,300,\n")
    members.write_text(text.replace("県52,R8,300,400", "県52,R8,300,280"), encoding="utf-8")
    asked = ("stats", RULES, prefectures, "--members", members, "--table", "管内比較")
    done = haiten(*asked, "--as", "csv")
    rows = {row["団体名"]: row for row in csv.DictReader(io.StringIO(done.stdout.removeprefix("\ufeff")))}
    assert (rows["県51"]["総計 管内平均"], rows["県51"]["総計 管内平均の順位"]) == ("400.50–600.50", "1–3")
    assert (rows["県52"]["総計 管内平均"], rows["県52"]["総計 管内平均の順位"]) == ("580.00", "1–2")
    assert (rows["県53"]["総計 管内平均"], rows["県53"]["総計 管内平均の順位"]) == ("405.00", "2–3")
    assert "市町村の答えに不明がある" in haiten(*asked).stdout


def test_the_table_says_why_it_cannot_be_made(files: tuple[Path, Path]) -> None:
    """Without members, without a body, and about municipalities."""
    prefectures, members = files
    for arguments, reason in (
        ((RULES, prefectures, "--table", "管内比較"), "--members に"),
        ((RULES, prefectures, "--members", members, "--table", "管内目標別"), "--body 団体コード"),
        ((MUNICIPAL, members, "--table", "管内比較"), "管内の市町村がない"),
    ):
        done = haiten("stats", *arguments)
        assert (done.returncode, reason in done.stderr) == (1, True), done.stderr


def test_one_query_for_both(tmp_path: Path) -> None:
    """The tables are named; where there is nothing to join, and for names that are none, that is said."""
    asked = ("sql", RULES, "--dialect", "duckdb")
    done = haiten(*asked, "--table", "survey.ken", "--members-table", "survey.shi", "--member-rules", MUNICIPAL)
    assert done.returncode == 0, done.stderr
    assert "FROM survey.shi" in done.stdout
    assert "FROM survey.ken" in done.stdout
    assert done.stdout.count("規則の指紋") == 2
    assert 'CAST("管内平均(得点(全体))"' not in done.stdout
    assert '"管内平均(得点(全体))"' in haiten(*asked).stdout
    done = haiten("sql", MUNICIPAL, "--dialect", "duckdb", "--members-table", "towns")
    assert (done.returncode, "--members-table は使えません" in done.stderr) == (1, True)
    done = haiten(*asked, "--members-table", "a..b")
    assert (done.returncode, "「a..b」は表の名ではありません" in done.stderr) == (2, True)
    plain = tmp_path / "plain.csv"
    plain.write_text("団体コード,年度\n51000,R8\n", encoding="utf-8")
    assert "管内平均(得点(全体)) の列がない" in haiten(*asked, "--facts", plain).stderr
    assert haiten(*asked, "--facts", plain, "--members-table", "towns").stderr == ""
    facts = tmp_path / "towns.csv"
    facts.write_text("団体コード,年度,知らない列\n51001,R8,1\n", encoding="utf-8")
    done = haiten(*asked, "--member-facts", facts)
    assert (done.returncode, "--members-table と使います" in done.stderr) == (2, True)
    done = haiten(*asked, "--members-table", "towns", "--member-facts", facts)
    assert (done.returncode, "知らない列" in done.stderr) == (1, True)


def test_why_nobody_is_far_below(files: tuple[Path, Path]) -> None:
    """The trace of a count tells what each municipality was held against: mean, deviation and bar of the nation."""
    prefectures, members = files
    asked = ("explain", RULES, prefectures, "推進.Ⅰ.(ⅰ).2.オ", "--body", "51000", "--members", members)
    done = haiten(*asked)
    assert "全国平均(得点(全体)) = 522.2点（5団体）" in done.stdout
    assert "全国標準偏差(得点(全体)) = 約114.57" in done.stdout
    assert "全国平均(得点(全体)) － 2 × 全国標準偏差(得点(全体)) = 約293.05" in done.stdout
    assert "満たすのは5団体のうち0団体" in done.stdout
    data = validated(haiten(*asked, "--json").stdout, "explain-1.json")
    bar = data["traces"][0]["reason"]["readings"][0]["members"]["bar"]
    assert (bar["mean"], bar["n"], bar["met"]) == ("2611/5", 5, 0)
