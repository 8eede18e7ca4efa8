"""The real commands stats and gaps, in every form, on the real rulebooks."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from real_commands import haiten, validated
from rich.text import Text

import populations

ROOT = Path(__file__).parents[2]
R6, R7, R8 = (ROOT / "rules" / year / "municipal.haiten" for year in ("r6", "r7", "r8"))
VILLAGE = ROOT / "examples" / "kitashiobara_r7.csv"
GOLDEN = ROOT / "tests" / "tabulation" / "golden"
TABLES = ["平均点", "指標群別", "指標別", "順位", "上位", "下回る団体", "達成項目", "該当率", "分布", "見直し候補"]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Fact files: the nation of two years, and one of R7 with 北塩原村 in it."""
    folder = tmp_path_factory.mktemp("facts")
    return {
        "r6": populations.nation(folder / "r6.csv", "令和6年度", populations.GROUPS),
        "r7": populations.nation(folder / "r7.csv", "令和7年度", populations.GROUPS),
        "village": populations.village_in_nation(folder / "village.csv", "令和7年度", VILLAGE),
    }


def same(golden: Path, text: str, request: pytest.FixtureRequest) -> None:
    """Hold a text to a golden file, or write it."""
    if request.config.getoption("--update-golden"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8"), golden.name


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# stats


def test_all_tables_as_csv(files: dict[str, Path], tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """By size class, beside the year before: a file per table, as Excel reads it; each is its golden file."""
    out = tmp_path / "表"
    arguments = ("--by", "規模", "--previous", R6, files["r6"], "--as", "csv", "--to", out)
    assert haiten("stats", R7, files["r7"], *arguments).returncode == 0
    assert sorted(path.stem for path in out.iterdir()) == sorted(TABLES)
    for path in out.iterdir():
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        if path.stem == "順位":  # as long as the nation
            assert len(text.splitlines()) == 1 + populations.NATION
            text = "\n".join(text.splitlines()[:30]) + "\n"
        same(GOLDEN / f"{path.stem}.csv", text, request)


def test_the_terminal_shows_every_table(files: dict[str, Path], request: pytest.FixtureRequest) -> None:
    """By region: titles, notes, and how to see what does not fit."""
    done = haiten("stats", R7, files["r7"], "--by", "地域")
    assert done.returncode == 0
    titles = [line for line in done.stdout.splitlines() if line.startswith(("令和7年度 ", "体制・取組指標群（ⅰ）"))]
    assert len(titles) == 1 + len(TABLES)
    assert "全ては「--table 該当率」か「--to」で。" in done.stdout
    assert "〔推定〕" in done.stdout
    one = haiten("stats", R7, files["r7"], "--by", "地域", "--table", "平均点")
    same(GOLDEN / "平均点_地域.txt", one.stdout, request)


def test_json_holds_to_its_schema(files: dict[str, Path], tmp_path: Path) -> None:
    """Exact and shown numbers agree with the CSV; words and counts are plain."""
    arguments = ("stats", R7, files["r7"], "--by", "都道府県", "--previous", R6, files["r6"], "--as", "json")
    data = validated(haiten(*arguments).stdout, "stats-2.json")
    assert [table["name"] for table in data["tables"]] == TABLES
    assert [year["year"] for year in data["previous"]] == ["令和6年度"]
    averages = data["tables"][0]
    names = [column["name"] for column in averages["columns"]]
    national = dict(zip(names, averages["rows"][1], strict=True))
    assert national["総計"] == {"exact": "757314/1741", "shown": "434.99", "unit": "点"}
    to = tmp_path / "stats.json"
    assert haiten(*arguments, "--to", to).returncode == 0
    assert validated(to.read_text(encoding="utf-8"), "stats-2.json") == data


def test_excel_has_a_sheet_for_each_table(files: dict[str, Path], tmp_path: Path) -> None:
    """Sheets by name, panes frozen, numbers as numbers with formats."""
    to = tmp_path / "stats.xlsx"
    assert haiten("stats", R7, files["r7"], "--by", "規模", "--as", "xlsx", "--to", to).returncode == 0
    with zipfile.ZipFile(to) as archive:
        workbook = archive.read("xl/workbook.xml").decode()
        sheets = [archive.read(f"xl/worksheets/sheet{n}.xml").decode() for n in range(1, 1 + len(TABLES))]
        styles = archive.read("xl/styles.xml").decode()
    assert [workbook.index(f'name="{name}"') for name in TABLES] == sorted(
        workbook.index(f'name="{name}"') for name in TABLES
    )
    assert all('state="frozen"' in sheet for sheet in sheets)
    assert "<v>434.98793796668" in sheets[0]
    assert "0.00%" in styles
    assert "游ゴシック" in styles
    assert "▲" in styles, "a rate that stands out says so in its format too"


def test_one_body_in_its_prefecture(files: dict[str, Path]) -> None:
    """北塩原村: 339 points, its ranks, and 福島県 of which it is the only one here."""
    data = validated(haiten("stats", R7, files["village"], "--body", "074021", "--as", "json").stdout, "stats-2.json")
    assert (data["by"], data["body"], data["bodies"]) == (["都道府県"], "074021", 1742)
    tables = {table["name"]: table for table in data["tables"]}
    names = [column["name"] for column in tables["順位"]["columns"]]
    (rank,) = (dict(zip(names, row, strict=True)) for row in tables["順位"]["rows"])
    assert (rank["総計 得点"], rank["推進 得点"], rank["支援 得点"]) == (339, 155, 184)
    assert (rank["県内団体数"], rank["総計 県内順位"]) == (1, 1)
    assert [row[0] for row in tables["平均点"]["rows"][1::2]] == ["全国", "福島県", "北塩原村"]
    achieved = tables["達成項目"]["rows"]
    results = populations.published("results_kitashiobara.csv", "令和7年度", "points")
    points = [n for path, n in results.items() if path.startswith("推進") and ".(ⅰ)." in path]
    assert achieved[0][2:4] == [len(points), sum(n > 0 for n in points)]


def test_who_watches_sees_how_far_the_work_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal stderr shows a bar for the tables, and stdout has nothing of it; a file gets none at all."""
    assert "集計" not in haiten("stats", R7, VILLAGE).stderr
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    done = haiten("stats", R7, VILLAGE)
    assert "集計 ━" in Text.from_ansi(done.stderr).plain
    assert "━" not in Text.from_ansi(done.stdout).plain


def test_a_year_without_answers_is_not_hidden(tmp_path: Path) -> None:
    """Unknown answers: how many bodies are not decided, and up to what."""
    facts = tmp_path / "facts.csv"
    cells: list[str | None] = ["○", None, "×"]
    columns: dict[str, list[str | None]] = {"都道府県": ["甲県"] * 3, "推進.Ⅰ.(ⅰ).1.ア": cells}
    populations.write_facts(facts, columns, 3, "令和8年度")
    done = haiten("stats", R8, facts)
    assert done.returncode == 0
    assert "未回答などで得点が確定しない団体が3ある（未確定）" in done.stdout
    table = csv.DictReader(io.StringIO(haiten("stats", R8, facts, "--table", "該当率", "--as", "csv").stdout))
    first = next(table)
    three = "事実ファイルの3団体"
    assert (first["項目"], first[f"{three} 該当団体数"], first[f"{three} 未確定"]) == ("推進.Ⅰ.(ⅰ).1.ア", "1", "1")
    assert first[f"{three} 該当率"] == "33.3–66.7%"
    for form in ("csv", "json", "xlsx"):
        to = tmp_path / f"all.{form}"
        told = haiten("stats", R8, facts, "--as", form, "--to", tmp_path / "表" if form == "csv" else to)
        assert "注記: 全国の平均・順位・該当率は出していない: 事実ファイルは1つの都道府県の3団体だけ" in told.stderr
    rows = rows_of(tmp_path / "表" / "指標群別.csv")
    group = next(row for row in rows if row["項目"] == "推進.Ⅰ.(ⅱ)")
    shown = [group[f"{three} {name}"] for name in ("平均", "得点率", "未確定")]
    assert shown == ["0.0–36.0", "0.0–100.0%", "3"]
    for path in (tmp_path / "表").iterdir():
        assert "全国" not in path.read_text(encoding="utf-8-sig").split("\n")[0]


def test_one_town_by_the_cut_offs_of_the_nation(files: dict[str, Path], tmp_path: Path) -> None:
    """北塩原村 alone has the rank, the averages and the marks that it has among all, in every form."""
    cutoffs = tmp_path / "cutoffs.json"
    assert haiten("score", R7, files["village"], "--save-cutoffs", cutoffs, "--body", "074021").returncode == 0
    validated(cutoffs.read_text(encoding="utf-8"), "cutoffs-2.json")
    among = ("stats", R7, files["village"], "--body", "074021")
    alone = ("stats", R7, VILLAGE, "--cutoffs", cutoffs)
    for table, columns in (
        ("順位", ("総計 得点", "総計 全国順位", "推進 全国順位", "支援 全国順位")),
        ("平均点", ("区分", "項目", "総計", "推進.Ⅰ.(ⅰ)", "▲", "▼")),
        ("該当率", ("項目", "北塩原村 判定", "全国 該当団体数", "全国 該当率")),
        ("指標別", ("指標", "北塩原村 得点", "全国 平均", "全国 得点率")),
    ):
        rows = []
        for arguments in (among, alone):
            done = haiten(*arguments, "--table", table, "--as", "csv")
            assert done.returncode == 0
            told = csv.DictReader(io.StringIO(done.stdout))
            rows.append([[row[name] for name in columns] for row in told if row.get("区分") != "福島県"])
        assert rows[0] == rows[1], table
        data = [json.loads(haiten(*arguments, "--table", table, "--as", "json").stdout) for arguments in (among, alone)]
        assert [told["nation"] for told in data] == [
            {"bodies": 1742, "from": "facts"},
            {"bodies": 1742, "from": "cutoffs"},
        ]
    done = haiten("gaps", R7, VILLAGE, "--body", "074021", "--cutoffs", cutoffs, "--as", "csv")
    of_all = haiten("gaps", R7, files["village"], "--body", "074021", "--as", "csv")
    rates = [
        {row["項目"]: row["全国該当率"] for row in csv.DictReader(io.StringIO(told.stdout))} for told in (done, of_all)
    ]
    assert rates[0] == rates[1]


def test_a_prefectures_cut_offs_are_no_nation(tmp_path: Path) -> None:
    """What was saved from one prefecture places bodies, but tells nothing of the nation."""
    columns = {"都道府県": ["甲県"] * 3, "推進.Ⅰ.(ⅰ).1.ア": ["○"] * 3}
    facts = populations.write_facts(tmp_path / "facts.csv", columns, 3, "令和8年度")
    cutoffs = tmp_path / "cutoffs.json"
    assert haiten("score", R8, facts, "--save-cutoffs", cutoffs).returncode == 0
    assert json.loads(cutoffs.read_text(encoding="utf-8"))["nation"] is None
    done = haiten("stats", R8, facts, "--cutoffs", cutoffs, "--as", "json")
    data = validated(done.stdout, "stats-2.json")
    assert data["nation"] is None
    assert "段の境の値のファイルに全国の得点がない" in data["nation_unknown"]
    assert data["nation_unknown"] in done.stderr


def test_several_groupings_stand_in_one_table(files: dict[str, Path]) -> None:
    """The nation, the prefectures and the kinds of towns; ranks within each; the best by group; who is far below."""
    arguments = ("stats", R7, files["r7"], "--by", "都道府県", "--by", "地域")
    averages = list(csv.DictReader(io.StringIO(haiten(*arguments, "--table", "平均点", "--as", "csv").stdout)))
    names = [row["区分"] for row in averages if row["項目"] == "平均点"]
    assert names == ["全国", "甲県", "乙県", "丙県", "区部", "市部", "町村部"]
    ranks = list(csv.DictReader(io.StringIO(haiten(*arguments, "--table", "順位", "--as", "csv").stdout)))
    wards = sorted((int(row["総計 得点"]) for row in ranks if row["地域"] == "区部"), reverse=True)
    for row in ranks[:200]:
        if row["地域"] == "区部":
            assert int(row["総計 地域内順位"]) == 1 + sum(points > int(row["総計 得点"]) for points in wards)
    top = list(csv.DictReader(io.StringIO(haiten(*arguments, "--table", "上位", "--top", "20", "--as", "csv").stdout)))
    best = [row["地域"] for row in ranks if int(row["総計 全国順位"]) <= 20]
    assert {row["区分"]: int(row["上位20の団体数"]) for row in top[4:]} == {
        name: best.count(name) for name in ("区部", "市部", "町村部")
    }
    below = list(csv.DictReader(io.StringIO(haiten(*arguments, "--table", "下回る団体", "--as", "csv").stdout)))
    mean = sum(int(row["総計 得点"]) for row in ranks) / len(ranks)
    assert len(below) == sum(mean - int(row["総計 得点"]) >= 80 for row in ranks)


def test_three_years_of_one_body(tmp_path: Path) -> None:
    """東川町 over three years: which 指標 rose, how many items it achieved."""
    sheets = [ROOT / "examples" / f"higashikawa_biei_r{year}.csv" for year in (6, 7, 8)]
    arguments = ("stats", R8, sheets[2], "--body", "014583", "--previous", R7, sheets[1], "--previous", R6, sheets[0])
    rows = list(csv.DictReader(io.StringIO(haiten(*arguments, "--table", "指標別", "--as", "csv").stdout)))
    published = {
        year: {
            row["path"]: int(row["points"])
            for row in rows_of(ROOT / "tests" / "data" / "results_higashikawa_biei.csv")
            if (row["municipality"], row["year"]) == ("東川町", year)
        }
        for year in ("令和7年度", "令和8年度")
    }
    for row in rows:
        inside = row["指標"] + "."
        points = sum(n for path, n in published["令和8年度"].items() if path.startswith(inside))
        assert row["東川町 得点"] == str(points), row["指標"]
    moved = next(row for row in rows if row["指標"] == "支援.Ⅱ.(ⅰ).1")
    then = sum(n for path, n in published["令和7年度"].items() if path.startswith("支援.Ⅱ.(ⅰ).1."))
    assert moved["東川町 令和7年度得点"] == str(then)
    assert moved["東川町 得点の増減"] == f"{int(moved['東川町 得点']) - then:+d}".replace("+0", "0")
    achieved = list(csv.DictReader(io.StringIO(haiten(*arguments, "--table", "達成項目", "--as", "csv").stdout)))
    assert [row["年度"] for row in achieved if row["交付金"] == "総計"] == ["令和6年度", "令和7年度", "令和8年度"]
    doubled = haiten(*arguments, "--previous", R7, sheets[1])
    assert (doubled.returncode, "--previous に令和7年度が2つあります" in doubled.stderr) == (1, True)


def test_stats_says_what_is_wrong(tmp_path: Path) -> None:
    """Wrong columns, bodies, years, files and places to write: told on stderr, with the status."""
    columns = {"都道府県": ["甲県"] * 3, "属性.規模": ["小"] * 3, "属性.地域": ["市部"] * 3}
    few = populations.write_facts(tmp_path / "few.csv", columns, 3, "令和7年度")
    for arguments, status, words in (
        (
            (R7, few, "--by", "人口帯"),
            1,
            "「人口帯」で団体を分けられません（あるもの: 都道府県、属性.規模、属性.地域）",
        ),
        ((R7, few, "--by", "都道府縣"), 1, "もしかして: 都道府県"),
        ((R7, few, "--by", "規漠"), 1, "もしかして: 規模"),
        ((R7, few, "--body", "999999"), 1, "ある団体: 500003"),
        ((R7, few, "--previous", R7, few), 1, "より前の年度を指定してください"),
        ((R7, few, "--previous", R6, tmp_path / "none.csv"), 1, "[H801]"),
        ((R7, tmp_path / "none.csv"), 1, "[H801]"),
        ((tmp_path / "none.haiten", few), 1, "[H101]"),
        ((R6, few), 1, "[H810]"),
        ((R7, few, "--as", "xlsx"), 2, "xlsx は「--to"),
        ((R7, few, "--as", "csv"), 2, "csv で全ての表を書くには"),
        ((R7, few, "--table", "合計"), 2, "使えない値です"),
        ((R7, few, "--as", "xlsx", "--to", tmp_path / "no" / "a.xlsx"), 1, "に書けません"),
        ((R7, few, "--table", "分布", "--as", "csv", "--to", tmp_path), 1, "に書けません"),
    ):
        done = haiten("stats", *arguments)
        assert done.returncode == status, (arguments, done.stderr)
        assert words in done.stderr, (arguments, done.stderr)
        assert not done.stdout


def test_no_bodies_no_tables(tmp_path: Path) -> None:
    """A fact file with a header alone has no averages."""
    facts = tmp_path / "none.csv"
    facts.write_text("団体コード,団体名,年度\n", encoding="utf-8")
    for done in (haiten("stats", R7, facts), haiten("gaps", R7, facts, "--body", "074021")):
        assert done.returncode == 1
        assert done.stderr
        assert not done.stdout


# gaps


def test_the_gaps_of_kitashiobara(files: dict[str, Path], tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """R7: 800 − 339 = 461 points, item by item as published, in the order of its golden file."""
    to = tmp_path / "gaps.csv"
    assert haiten("gaps", R7, files["village"], "--body", "074021", "--as", "csv", "--to", to).returncode == 0
    rows = rows_of(to)
    assert rows.pop()["失点"] == "461"
    assert sum(int(row["失点"] or 0) for row in rows) == 800 - 339
    published = populations.published("results_kitashiobara.csv", "令和7年度", "points")
    lost = {row["項目"].split(" / ")[0]: int(row["失点"]) for row in rows if row["失点"]}
    maxima = populations.published("indicators.csv", "令和7年度", "points")
    for path, points in maxima.items():
        if not path.startswith("支援.Ⅳ.") and path in lost and published[path] == 0:
            assert lost[path] == points * (2 if path.startswith("推進.Ⅳ.") else 1)
    same(GOLDEN / "失点_北塩原村.csv", to.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"), request)


def test_gaps_on_the_terminal_and_alone() -> None:
    """The example as it is, one body: the sum is shown, and that rates are not known."""
    done = haiten("gaps", R7, VILLAGE, "--body", "07402")
    assert done.returncode == 0
    assert "074021 北塩原村（令和7年度） 失点 461点" in done.stdout
    assert "満点800点 － 得点339点 ＝ 失点461点" in done.stdout
    assert "事実ファイルは1団体だけ" in done.stdout
    assert "全国 該当率" not in " ".join(done.stdout.split())


def test_gaps_as_json_and_excel(files: dict[str, Path], tmp_path: Path) -> None:
    """The JSON holds to its schema and adds up; shared items are told once, with both paths."""
    data = validated(haiten("gaps", R7, files["village"], "--body", "074021", "--as", "json").stdout, "gaps-1.json")
    assert data["total"] == {"certain": 339, "possible": 339, "maximum": 800}
    assert data["lost"] == sum(gap["lost"] for gap in data["gaps"]) == 461
    kinds = {gap["kind"] for gap in data["gaps"]}
    assert kinds == {"item", "any_one"}
    shared = [gap["paths"] for gap in data["gaps"] if len(gap["paths"]) > 1]
    assert ["推進.Ⅳ.成果.1", "支援.Ⅳ.成果.1"] in shared
    chances = [chance for gap in data["gaps"] for chance in gap["chances"]]
    assert all(chance["rate"] and chance["path"] in chance["reached"] for chance in chances)
    steps = {chance["path"]: chance["gain"] for chance in chances}
    assert [steps[f"推進.Ⅳ.成果.1.イ.{step}"] for step in "①②③④"] == [0, 10, 20, 30]
    to = tmp_path / "gaps.xlsx"
    assert haiten("gaps", R7, files["village"], "--body", "074021", "--as", "xlsx", "--to", to).returncode == 0
    with zipfile.ZipFile(to) as archive:
        assert 'name="失点"' in archive.read("xl/workbook.xml").decode()


def test_gaps_beside_the_cut_offs_of_the_nation(tmp_path: Path) -> None:
    """One body with stored cut-offs sees boundary and distance of a rank."""
    nation = populations.write_facts(
        tmp_path / "nation.csv", {"調整済認定率": [f"{10 + i / 10:.2f}" for i in range(10)]}, 10, "令和7年度"
    )
    alone = populations.write_facts(tmp_path / "alone.csv", {"調整済認定率": ["10.95"]}, 1, "令和7年度")
    cutoffs = tmp_path / "cutoffs.json"
    assert haiten("score", R7, nation, "--save-cutoffs", cutoffs).returncode == 0
    done = haiten("gaps", R7, alone, "--body", populations.codes(1)[0], "--cutoffs", cutoffs, "--as", "csv")
    assert done.returncode == 0
    assert "調整済認定率 10.95% → 上位7割（10.6%以下、あと0.35ポイント、10団体の11位から7位まで）" in done.stdout


def test_gaps_says_what_is_wrong() -> None:
    """No body named, none of that code, nowhere to write."""
    for arguments, status, words in (
        ((R7, VILLAGE), 2, "「--body」を指定してください"),
        ((R7, VILLAGE, "--body", "011002"), 1, "ある団体: 074021"),
        ((R7, VILLAGE, "--body", "074021", "--as", "xlsx"), 2, "xlsx は「--to"),
    ):
        done = haiten("gaps", *arguments)
        assert done.returncode == status, done.stderr
        assert words in done.stderr
        assert not done.stdout
