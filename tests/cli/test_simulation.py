"""The real commands whatif and sweep, in every form, on the real rulebooks."""

import csv
import json
import zipfile
from pathlib import Path

import polars
import pytest
from real_commands import haiten, validated

import populations

ROOT = Path(__file__).parents[2]
R6, R7, R8 = (ROOT / "rules" / year / "municipal.haiten" for year in ("r6", "r7", "r8"))
VILLAGE = ROOT / "examples" / "kitashiobara_r7.csv"
ITEM = "推進.Ⅰ.(ⅰ).1.ア"


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The nation of R7 with 北塩原村 in it."""
    return populations.village_in_nation(tmp_path_factory.mktemp("facts") / "r7.csv", "令和7年度", VILLAGE)


def test_what_if_the_village_withdrew_an_answer(nation: Path) -> None:
    """北塩原村 among 1,742 bodies: points, its ranks, each node with its reason, on the terminal and as JSON."""
    arguments = ("whatif", R7, nation, "--body", "074021", "--set", f"{ITEM}=×", "--set", "推進.Ⅰ.(ⅰ).2.エ=○")
    done = haiten(*arguments)
    assert done.returncode == 0
    assert "得点（確実）" in done.stdout
    assert "調査の回答: 該当 → 非該当" in done.stdout
    data = validated(haiten(*arguments, "--json").stdout, "whatif-1.json")
    assert [data["total"][end]["certain"] for end in ("before", "after")] == [339, 339]
    assert [rank["among"] for rank in data["ranks"]] == ["全国", "福島県"]
    assert data["ranks"][0]["n"] == 1742
    leaves = {node["path"]: node for node in data["nodes"] if "trace_after" in node}
    assert leaves[ITEM]["trace_after"]["verdict"] == "not_met"
    assert leaves["推進.Ⅰ.(ⅰ).2.エ"]["after"]["certain"] == 4


def test_what_is_asked_in_full_width_is_the_same(nation: Path) -> None:
    """Codes of bodies, paths, values and points."""
    plain = haiten("whatif", R7, nation, "--body", "074021", "--set", f"{ITEM}=×", "--json")
    wide = haiten("whatif", R7, nation, "--body", "０７４０２１", "--set", "推進．Ⅰ．（ⅰ）．１．ア＝×", "--json")
    assert (wide.returncode, wide.stdout) == (0, plain.stdout)
    plain = haiten("sweep", R7, VILLAGE, "--points", f"{ITEM}=4..6", "--body", "074021", "--json")
    points = "推進．Ⅰ．（ⅰ）．１．ア＝４．．６点"
    wide = haiten("sweep", R7, VILLAGE, "--points", points, "--body", "０７４０２", "--json")
    assert (wide.returncode, wide.stdout) == (0, plain.stdout)


@pytest.mark.parametrize("command", ["page", "sheet", "explain"])
def test_a_body_is_asked_for_in_full_width(command: str, tmp_path: Path) -> None:
    """Where facts fill in a form, and where a reason is asked for; one that is not there is told as it was typed."""
    to = {"page": ("--to", tmp_path / "p.html"), "sheet": ("--to", tmp_path / "s.xlsx"), "explain": ()}[command]
    assert haiten(command, R7, VILLAGE, "--body", "０７４０２１", *to).returncode == 0
    refused = haiten(command, R7, VILLAGE, "--body", "０７４０３９", *to)
    assert refused.returncode == 1
    assert "０７４０３９" in refused.stderr


def test_ranks_go_through_stored_cutoffs(tmp_path: Path) -> None:
    """One body alone is placed in the nation by stored cut-offs, and is so after the change, with its rank there."""
    facts = populations.write_facts(
        tmp_path / "n.csv", {"高齢者人口": range(100, 110), "長期軽度変化率": range(10)}, 10
    )
    cuts = tmp_path / "cuts.json"
    assert haiten("score", R6, facts, "--save-cutoffs", cuts).returncode == 0
    one = populations.write_facts(tmp_path / "one.csv", {"長期軽度変化率": [9]}, 1)
    code = populations.codes(1)[0]
    arguments = ("whatif", R6, one, "--body", code, "--cutoffs", cuts, "--set", "長期軽度変化率=0", "--json")
    data = validated(haiten(*arguments).stdout, "whatif-1.json")
    won = [node["path"] for node in data["nodes"] if "trace_after" in node and node["path"].startswith("推進")]
    assert won == [f"推進.Ⅳ.成果.2.{step}" for step in "アイウエ"]
    assert data["ranks"] == [{"among": "全国", "before": 8, "after": 1, "n": 10}]


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("--body", "074021", "--set", "高齢者人工=1"), 1, "もしかして: 高齢者人口"),
        (("--body", "011002", "--set", f"{ITEM}=×"), 1, "[H816]"),
        (("--body", "074021", "--set", f"{ITEM}=たぶん"), 1, "[H805]"),
        (("--body", "074021", "--set", ITEM), 1, f"「{ITEM}」には、「=」と変えた後の値がありません"),
        (("--body", "074021", "--set", f"{ITEM}="), 1, f"「{ITEM}=」には、変えた後の値がありません"),
        (
            ("--body", "074021", "--set", "高齢者人口=5", "--set", f"{ITEM}=×", "--set", "高齢者人口=6"),
            1,
            "「高齢者人口」を2度指定しています（1番目と3番目の --set）",
        ),
        (("--body", "074021"), 2, "--set"),
    ],
)
def test_wrong_settings(arguments: tuple[str, ...], status: int, told: str) -> None:
    """Errors in what was set end with 1, wrong usage with 2; nothing goes to stdout."""
    done = haiten("whatif", R7, VILLAGE, *arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert told in done.stderr


def test_a_sweep_of_the_nation(nation: Path, tmp_path: Path) -> None:
    """1,000 scenarios on 1,742 bodies: tables, JSON and Parquet agree; no progress bar where nobody watches."""
    ranges = [f"推進.Ⅰ.(ⅰ).1.{item}=0..9" for item in "アイウ"]
    options = [word for written in ranges for word in ("--points", written)]
    to = tmp_path / "all.parquet"
    done = haiten("sweep", R7, nation, *options, "--body", "074021", "--to", to)
    assert done.returncode == 0
    assert "採点しています" not in done.stderr
    titles = ["シナリオごとの得点と順位", "1,000のシナリオでの得点", "順位が大きく動く団体"]
    assert [title in done.stdout for title in titles] == [True] * 3
    data = validated(haiten("sweep", R7, nation, *options, "--body", "074021", "--json").stdout, "sweep-1.json")
    assert (len(data["scenarios"]), data["bodies"]) == (1000, 1742)
    frame = polars.read_parquet(to)
    assert frame.height == 1001 * 1742
    mine = frame.filter(polars.col("団体コード") == "074021")
    own = data["body"]["scenarios"]
    assert mine["得点"].to_list() == [data["body"]["base"]["certain"], *(told["certain"] for told in own)]
    assert mine["順位"].to_list()[1:] == [told["rank"] for told in own]
    assert mine["順位の変化"].to_list()[1:] == [told["climb"] for told in own]
    means = frame.group_by("シナリオ番号").agg(polars.col("得点").mean()).sort("シナリオ番号")["得点"].to_list()
    shown = [float(told["mean"]["shown"]) for told in data["scenarios"]]
    assert shown == pytest.approx(means[1:], abs=0.0051)
    assert data["scenarios"][444]["points"] == dict(zip((r.split("=")[0] for r in ranges), (4, 4, 4), strict=True))
    assert data["scenarios"][444]["mean"] == data["base"]["mean"]
    assert data["scenarios"][444]["moved"] == 0


@pytest.mark.parametrize("rules", [R6, R7, R8])
def test_a_scenario_file_for_every_year(rules: Path, tmp_path: Path) -> None:
    """Scenarios from a file; the CSV and the workbook hold the same scores as the JSON."""
    year = {R6: "令和6年度", R7: "令和7年度", R8: "令和8年度"}[rules]
    facts = populations.write_facts(tmp_path / "n.csv", {ITEM: "○×○", "推進.Ⅰ.(ⅰ).1.イ": "×○○"}, 3, year)
    scenarios = tmp_path / "s.csv"
    scenarios.write_text(f"シナリオ,{ITEM},推進.Ⅰ.(ⅰ).1.イ\n重く,9,\n軽く,1,8\n", encoding="cp932")
    base = ("sweep", rules, facts, "--scenarios", scenarios)
    data = validated(haiten(*base, "--json").stdout, "sweep-1.json")
    assert [scenario["name"] for scenario in data["scenarios"]] == ["重く", "軽く"]
    assert data["body"] is None
    out, book = tmp_path / "out.csv", tmp_path / "out.xlsx"
    assert haiten(*base, "--to", out).returncode == haiten(*base, "--to", book).returncode == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    points = [int(row["得点"]) for row in rows]
    assert points[:3] == [4, 4, 8]
    # R6 and R7 rank the score itself, so that more follows than the weights alone.
    assert [points[3 + i] - points[6 + i] for i in range(3)] == [8, -4, 4] or rules != R8
    assert [data["scenarios"][n]["most"] for n in (0, 1)] == [max(points[3:6]), max(points[6:])]
    with zipfile.ZipFile(book) as archive:
        names = archive.read("xl/workbook.xml").decode()
    assert [f'name="{sheet}"' in names for sheet in ("シナリオ", "得点（確実な得点）", "順位（確実な得点）")] == [
        True
    ] * 3


def test_one_table_in_full(nation: Path) -> None:
    """--table shows every row of the one table, and no other."""
    done = haiten("sweep", R7, nation, "--points", f"{ITEM}=0..39", "--table", "シナリオ")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [f"{number}" for number in range(1, 41)] == [line[0] for line in lines if line and line[0].isdigit()][:40]
    assert "順位が大きく動く団体" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        ((), 2, "--points"),
        (("--points", f"{ITEM}=1..2", "--scenarios", "x.csv"), 2, "どちらか一方"),
        (("--points", f"{ITEM}=1..2", "--to", "x.ods"), 2, ".parquet"),
        (("--points", f"{ITEM}=1..2", "--table", "団体"), 2, "--body"),
        (("--points", "推進.Ⅰ.(ⅰ).1=1..2"), 1, "もしかして: 推進.Ⅰ.(ⅰ).1.ア"),
        (("--scenarios", "nowhere.csv"), 1, "[H823]"),
        (("--points", ITEM), 1, f"「{ITEM}」には、「=」と配点がありません"),
        (("--points", f"{ITEM}="), 1, f"「{ITEM}=」には、配点がありません"),
        (
            ("--points", f"{ITEM}=5", "--points", f"{ITEM}=6"),
            1,
            f"「{ITEM}」を2度指定しています（1番目と2番目の --points）",
        ),
        (("--points", f"{ITEM}=0..500", "--to", "x.xlsx"), 2, "Excel"),
        (("--points", f"{ITEM}=0..5", "--to", "/nowhere/x.parquet"), 1, "書けません"),
        (("--points", f"{ITEM}=0..5", "--to", "/nowhere/x.csv"), 1, "書けません"),
        (("--points", f"{ITEM}=0..5", "--to", "/nowhere/x.xlsx"), 1, "書けません"),
    ],
)
def test_wrong_sweeps(arguments: tuple[str, ...], status: int, told: str, tmp_path: Path) -> None:
    """What is wrong is told on stderr with its way out, and nothing on stdout; 2 for usage, 1 for files."""
    done = haiten("sweep", R7, VILLAGE, *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (status, "")
    assert told in done.stderr


def test_json_of_one_body_alone() -> None:
    """A single body is rank 1 of 1 in every scenario; the maximum follows the weights."""
    data = json.loads(haiten("sweep", R7, VILLAGE, "--points", f"{ITEM}=0..8:4", "--body", "074021", "--json").stdout)
    assert [scenario["maximum"] for scenario in data["scenarios"]] == [796, 800, 804]
    assert [told["certain"] for told in data["body"]["scenarios"]] == [335, 339, 343]
    assert {told["rank"] for told in data["body"]["scenarios"]} == {1}
