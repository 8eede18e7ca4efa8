"""Points are facts: what haiten wrote and what was published is read back, and contradictions are told."""

import csv
import io
import json
import random
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from real_commands import haiten as command
from real_commands import validated

import haiten
import populations
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.program.program import Node
from haiten.compiler.source import Source
from haiten.compiler.syntax.rulebook import Level
from haiten.scoring.facts.facts import Body, facts_from
from haiten.scoring.reading.read_facts import read_rows
from haiten.scoring.reading.results import ministry_labels
from haiten.scoring.rulebook import Rulebook
from haiten.testing.grow import grow
from strategies import SEEDS, sheets_for

ROOT = Path(__file__).parents[3]
RULES = {year: ROOT / "rules" / f"r{year[2]}" / "municipal.haiten" for year in ("令和6年度", "令和7年度", "令和8年度")}
R7 = RULES["令和7年度"]


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_what_score_wrote_is_read_back(ending: str, tmp_path: Path) -> None:
    """Every node has the points that it had, in every form of file."""
    sheet, out = ROOT / "examples" / "higashikawa_biei_r8.csv", tmp_path / f"scores.{ending}"
    assert command("score", RULES["令和8年度"], sheet, "--to", out).returncode == 0
    book = haiten.compile(RULES["令和8年度"])
    first, again = book.score(sheet), book.score(out)
    for path in book.program.nodes:
        for body in range(2):
            assert again.points(path, body) == first.points(path, body), path


def published_points(year: str) -> dict[str, int]:
    """The points of 東川町 at every leaf."""
    with (populations.DATA / "results_higashikawa_biei.csv").open(encoding="utf-8", newline="") as rows:
        mine = [row for row in csv.DictReader(rows) if (row["municipality"], row["year"]) == ("東川町", year)]
    return {row["path"]: int(row["points"]) for row in mine}


@pytest.mark.parametrize("year", RULES)
def test_the_ministrys_headings_are_read(year: str, tmp_path: Path) -> None:
    """A row of the tabulation, 指標 by 指標 under its short headings, gives the published totals."""
    points = published_points(year)
    sums = {
        label: sum(n for leaf, n in points.items() if leaf.startswith(path + "."))
        for label, path in ministry_labels(year).items()
    }
    header = ["団体コード", "団体名", "年度", *sums]
    file = tmp_path / "tabulation.csv"
    with file.open("w", encoding="cp932", newline="") as out:
        csv.writer(out).writerows([header, ["014583", "東川町", year, *sums.values()]])
    scores = haiten.compile(RULES[year]).score(file)
    for grant in ("推進", "支援"):
        total = sum(n for leaf, n in points.items() if leaf.startswith(grant))
        assert (scores.points(grant, 0).certain, scores.points(grant, 0).possible) == (total, total)


def test_members_of_unions_are_ranked_by_their_published_grants(tmp_path: Path) -> None:
    """205 members of unions, of which only both grants are published: totals, ranks among them, averages by class."""
    with (populations.DATA / "results_unions.csv").open(encoding="utf-8-sig", newline="") as rows:
        members = list(csv.DictReader(rows))
    assert len(members) == 205
    file = tmp_path / "unions.csv"
    columns = ["団体コード", "団体名", "年度", "得点.推進", "得点.支援", "得点.全体", "属性.規模"]
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(columns)
        for row in members:
            told = (row["code"], row["name"], "R7", row["R7_sui"], row["R7_shi"], row["R7_total"], row["size_class"])
            writer.writerow(told)
    done = command("stats", R7, file, "--by", "規模", "--table", "順位", "--as", "csv")
    assert done.returncode == 0, done.stderr
    assert "全国の1,741団体のうち205団体だけ" in done.stderr
    ranks = {row["団体コード"]: row for row in csv.DictReader(io.StringIO(done.stdout))}
    totals = [int(row["R7_total"]) for row in members]
    for row in members:
        mine = ranks[row["code"]]
        assert mine["総計 得点"] == row["R7_total"]
        assert "総計 全国順位" not in mine
        rivals = [int(other["R7_total"]) for other in members if other["size_class"] == row["size_class"]]
        assert mine["総計 規模内順位"] == str(1 + sum(total > int(row["R7_total"]) for total in rivals))
    # Nationally they stand in the same order.
    by_rank = sorted(members, key=lambda row: int(row["R7_rank"]))
    assert [int(row["R7_total"]) for row in by_rank] == sorted(totals, reverse=True)


def below(nodes: dict[str, Node], path: str) -> list[str]:
    return [path, *(inner for child in nodes[path].children for inner in below(nodes, child))]


@settings(max_examples=60)
@given(SEEDS, st.integers(0, 2**32), st.sampled_from(list(Level)))
def test_points_of_a_level_stand_for_what_is_below(seed: int, population: int, level: Level) -> None:
    """Whatever the rulebook: points down to some level, read back, are the points at that level and above."""
    book = Rulebook(compile_source(Source("random", print_rulebook(grow(seed)))))
    draw = random.Random(population)
    sheets = sheets_for(book.program, draw, 3, 0.0)
    bodies = tuple(Body(f"{number:02}{number:03}") for number in range(1, 4))
    scores = book.score(evolve(facts_from(book.program, sheets), bodies=bodies))
    nodes = {path: node for path, node in book.program.nodes.items() if node.level <= level}
    decided = {path: all(scores.points(path, i).decided for i in range(3)) for path in nodes}
    header = ["団体コード", "年度", *(f"得点.{path}" for path in nodes)]
    rows = [
        [body.code, book.program.year]
        + [str(p.certain) if (p := scores.points(path, i)).decided else "" for path in nodes]
        for i, body in enumerate(bodies)
    ]
    read = read_rows("results", [header, *rows], book.program)
    assert read.facts is not None, read.diagnostics
    again = book.score(read.facts)
    chosen = any(node.mode.value != "合算" for node in book.program.nodes.values())
    for path in nodes:
        if decided[path] and (level is Level.SUBITEM or not chosen):
            for i in range(3):
                assert again.points(path, i).certain == scores.points(path, i).certain, path


def test_what_contradicts_itself_is_told(tmp_path: Path) -> None:
    """A total, a shared goal and an answer that say other things than their parts: named, and nothing is scored."""
    file = tmp_path / "facts.csv"
    for columns, cells, code in (
        (["得点.推進", "得点.支援", "得点.全体"], ["254", "228", "483"], "H851"),
        (["得点.推進.Ⅳ", "得点.支援.Ⅳ"], ["50", "55"], "H851"),
        (["推進.Ⅰ.(ⅰ).1.ア", "得点.推進.Ⅰ.(ⅰ).1.ア"], ["○", "0"], "H852"),
        (["得点.推進.Ⅰ.(ⅰ).1.ア"], ["3"], "H850"),
        (["得点.推進", "推進"], ["254", "255"], "H852"),
        (["規則の指紋", "得点.推進"], ["0" * 64, "254"], "H854"),
    ):
        rows = [["団体コード", "年度", *columns], ["112194", "令和7年度", *cells]]
        file.write_text("\n".join(map(",".join, rows)) + "\n", encoding="utf-8")
        done = command("score", R7, file)
        assert (done.returncode, done.stderr.count("エラー[")) == (1, 1), (columns, done.stderr)
        assert f"[{code}]" in done.stderr
        assert not done.stdout
    file.write_text("団体コード,年度,得点.全体\n112194,令和7年度,482\n", encoding="utf-8")
    done = command("score", R7, file)
    assert (done.returncode, "[H853]" in done.stderr) == (0, True)


def test_undisclosed_points_beside_a_choice_can_be_given(tmp_path: Path) -> None:
    """An いずれか of which one side is undisclosed may have its points, though no item that is known gives as many."""
    rules, file = tmp_path / "rules.haiten", tmp_path / "facts.csv"
    rules.write_text(
        """言語 1
令和7年度 市町村 評価指標

出典 要綱 「評価指標」

交付金 推進 「推進交付金」〔要綱〕 6点〔要綱〕
  目標 Ⅰ 「目標」〔要綱〕 6点
    指標群 (ⅰ) 「群」〔要綱〕 6点
      指標 1 「計画」〔要綱〕 6点 いずれか
        未公表 6点
        ア 「単独」〔要綱〕 4点
""",
        encoding="utf-8",
    )
    for points, status in ((6, 0), (4, 0), (5, 0), (7, 1)):
        file.write_text(f"団体コード,年度,得点.推進.Ⅰ.(ⅰ).1\n112194,令和7年度,{points}\n", encoding="utf-8")
        done = command("score", rules, file)
        assert (done.returncode, "H851" in done.stderr) == (status, bool(status)), done.stderr
        assert bool(status) or f"{points}/6点" in done.stdout


def test_cells_that_hold_the_points_of_a_leaf(tmp_path: Path) -> None:
    """4 in the column of a leaf of 4 points is 該当; 3 is not read as anything, and 1 stays 該当."""
    file = tmp_path / "facts.csv"
    for cell, points in (("4", 4), ("0", 0), ("1", 4), ("○", 4)):
        file.write_text(f"団体コード,年度,推進.Ⅰ.(ⅰ).1.ア\n112194,令和7年度,{cell}\n", encoding="utf-8")
        assert haiten.compile(R7).score(file).points("推進.Ⅰ.(ⅰ).1.ア", 0).certain == points
    for cells in (["3"], ["4", "1"]):
        rows = "".join(f"{code},令和7年度,{cell}\n" for code, cell in zip(("112194", "112011"), cells, strict=False))
        file.write_text(f"団体コード,年度,推進.Ⅰ.(ⅰ).1.ア\n{rows}", encoding="utf-8")
        assert "[H805]" in command("score", R7, file).stderr


def test_what_stands_on_given_points_says_so(tmp_path: Path) -> None:
    """Only the grants are known: explanations say that they were given, and what is lost adds up."""
    file = tmp_path / "ageo.csv"
    file.write_text("団体コード,団体名,年度,得点.推進,得点.支援\n112194,上尾市,令和7年度,254,228\n", encoding="utf-8")
    told = command("explain", R7, file, "--body", "112194", "推進").stdout
    assert "254/400点（63.5%）（得点は与えられたもの）" in told
    data = json.loads(command("explain", R7, file, "--body", "112194", "推進", "--json").stdout)
    assert data["traces"][0]["given"] is True
    validated(json.dumps(data), "explain-1.json")
    gaps = validated(command("gaps", R7, file, "--body", "112194", "--as", "json").stdout, "gaps-1.json")
    assert gaps["lost"] == 800 - 482 == sum(gap["lost"] for gap in gaps["gaps"])
    assert {gap["kind"] for gap in gaps["gaps"]} == {"total"}
