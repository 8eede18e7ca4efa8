"""The hand-out of a prefecture, by the real command: what is in the workbook, and what its charts are drawn from."""

import csv
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from real_commands import ROOT, haiten

import haiten as library
import populations
from haiten.views.files.handout_sheets import sheet_names

R6, R7, R8 = (ROOT / "rules" / year / "municipal.haiten" for year in ("r6", "r7", "r8"))
MIYAGI = ROOT / "examples" / "miyagi" / "r8.csv"
MEMBERS = 6  # 290 bodies from one to the next
GROUPS = {
    "都道府県": ["宮城県" if body % 290 == 3 else f"他県{body % 46}" for body in range(populations.NATION)],
    "属性.規模": populations.GROUPS["属性.規模"],
}
RULES = """言語 1
令和8年度 市町村 評価指標
交付金 推進 「=1+1」 4点
  目標 Ⅰ 「目標」 4点
    指標群 (ⅰ) 「群」 4点
      指標 1 「指標」 4点
        ア 「している」 1点
        イ 「=HYPERLINK("http://example.com")」 3点
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hand-out of a prefecture of six in the nation of R7, beside R6."""
    folder = tmp_path_factory.mktemp("handout")
    now, then = (populations.nation(folder / f"{year}.csv", year, GROUPS) for year in ("令和7年度", "令和6年度"))
    to = folder / "分析.xlsx"
    done = haiten("stats", R7, now, "--prefecture", "宮城県", "--previous", R6, then, "--to", to)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    return to


def cells(sheet: Worksheet) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def below(sheet: Worksheet, heading: str) -> list[list[object]]:
    """The rows under a heading in the first column, to the first that has no name."""
    rows = cells(sheet)
    start = next(place for place, row in enumerate(rows) if row[0] == heading)
    found = []
    for row in rows[start + 1 :]:
        if row[:2] == [None, None]:
            break
        found.append(row)
    return found


def test_each_municipality_has_a_sheet_and_its_figures(book: Path) -> None:
    """Points, ranks and averages are those of the scores, counted here once more."""
    made = openpyxl.load_workbook(book)
    facts = book.parent / "令和7年度.csv"
    scores = library.compile(R7).score(facts)
    totals = scores.total()[0].tolist()
    members = [place for place, body in enumerate(scores.bodies) if body.prefecture == "宮城県"]
    assert len(members) == MEMBERS
    names = [scores.bodies[place].name for place in members]
    assert made.sheetnames == ["概要", "図", "指標一覧", "項目一覧", *names]
    listed = {row[0]: row for row in below(made["概要"], "団体コード")}
    for place in members:
        row = listed[scores.bodies[place].code]
        assert row[2] == totals[place]
        assert row[3] == pytest.approx(totals[place] / 800)
        assert row[4] == 1 + sum(other > totals[place] for other in totals)
        assert row[5] == 1 + sum(totals[other] > totals[place] for other in members)
    means = {row[1]: row[2] for row in cells(made["概要"]) if row[1] in ("全国平均", "県平均") and row[0] is None}
    assert means["全国平均"] == pytest.approx(sum(totals) / len(totals))
    assert means["県平均"] == pytest.approx(sum(totals[place] for place in members) / len(members))
    place = members[0]
    sheet = made[names[0]]
    goals = {row[0]: row for row in below(sheet, "目標")}
    for goal in ("推進.Ⅰ", "支援.Ⅲ"):
        certain = scores.counted(goal)[0].tolist()
        same = [p for p, size in enumerate(GROUPS["属性.規模"]) if size == GROUPS["属性.規模"][place]]
        assert goals[goal][3] == certain[place]
        assert goals[goal][4] == pytest.approx(certain[place] / 100)
        for column, group in ((5, range(len(totals))), (6, members), (7, same)):
            assert goals[goal][column] == pytest.approx(sum(certain[p] for p in group) / len(group) / 100)


def test_what_most_others_have_and_it_has_not(book: Path) -> None:
    """All such items of the body and no other, the most usual first, with rates and last year's verdict."""
    made = openpyxl.load_workbook(book)
    scores = library.compile(R7).score(book.parent / "令和7年度.csv")
    members = [place for place, body in enumerate(scores.bodies) if body.prefecture == "宮城県"]
    place = members[-1]
    sheet = made[scores.bodies[place].name]
    rows = cells(sheet)
    start = next(n for n, row in enumerate(rows) if str(row[0]).startswith("他の団体にあって、ない項目"))
    listed = []
    for row in rows[start + 2 :]:
        if row[0] is None:
            break
        listed.append(row)
    size = len(scores.bodies)
    shares = {leaf.path: scores.awards(leaf.path)[0] / size for leaf in scores.program.leaves if not leaf.is_shared}
    expected = {
        path for path, share in shares.items() if share >= 0.5 and scores.verdict(path, place).value == "not_met"
    }
    assert expected
    assert {row[0] for row in listed} == expected
    assert [row[4] for row in listed] == sorted((row[4] for row in listed), reverse=True)
    for row in listed:
        assert row[4] == pytest.approx(shares[row[0]])
        assert row[3] == "非該当"
        assert row[7] in ("得点", "非該当", "新設", "他の項目が優先")


def test_charts_are_drawn_from_cells(book: Path) -> None:
    """Two charts of all and one for each municipality; what they refer to are numbers, with patterns beside."""
    made = openpyxl.load_workbook(book)
    with zipfile.ZipFile(book) as parts:
        charts = [
            parts.read(name).decode() for name in parts.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", name)
        ]
    assert len(charts) == len(made.sheetnames) - 2
    for chart in charts:
        assert "<a:pattFill" in chart
        values = re.findall(r"<c:val><c:numRef><c:f>(.*?)</c:f>", chart)
        assert values
        for value in values:
            name, _, span = value.rpartition("!")
            for row in made[name.strip("'")][span.replace("$", "")]:
                assert all(isinstance(cell.value, int | float) for cell in row), value
    for sheet in made.worksheets:
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        last = [row[0] for row in cells(sheet) if isinstance(row[0], str)][-1]
        assert "規則の指紋" in last


def test_of_a_part_of_the_nation_nothing_national_is_told(tmp_path: Path) -> None:
    """One prefecture alone has no nation: its own means and rates stand for it, and the command says so."""
    to = tmp_path / "分析.xlsx"
    done = haiten("stats", R8, MIYAGI, "--prefecture", "宮城県", "--to", to)
    assert done.returncode == 0
    assert "全国の平均・順位・該当率は出していない" in done.stderr
    made = openpyxl.load_workbook(to)
    assert len(made.sheetnames) == 4 + 35
    words = [str(cell) for sheet in made.worksheets[:5] for row in cells(sheet) for cell in row if cell is not None]
    assert not [word for word in words if word in ("全国", "全国平均", "全国の該当率")]
    assert any("宮城県の該当率が50.0%以上" in word for word in words)


def test_names_and_texts_do_nothing(tmp_path: Path) -> None:
    """Formulas, signs that a sheet's name may not have, long and equal names, and open answers."""
    rules, facts, to = tmp_path / "rules.haiten", tmp_path / "facts.csv", tmp_path / "x.xlsx"
    rules.write_text(RULES, encoding="utf-8")
    above = "推進.Ⅰ.(ⅰ).1"
    names = ["=1+1", "A/B[C]:*?", "あ" * 40, "泊村", "泊村", "概要", "'町'", ""]
    with facts.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["団体コード", "団体名", "都道府県", "年度", f"{above}.ア", f"{above}.イ"])
        for place, name in enumerate(names):
            row = [f"1000{place}1"[:5], name, "=県", "令和8年度", "○" if place % 2 else "", "×"]
            writer.writerow([f"{10001 + place}", *row[1:]])
        writer.writerow(["20001", "他", "他県", "令和8年度", "○", "○"])
    done = haiten("stats", rules, facts, "--prefecture", "=県", "--to", to)
    assert done.returncode == 0, done.stderr
    made = openpyxl.load_workbook(to)
    assert len(made.sheetnames) == 4 + len(names)
    assert made.sheetnames[4:6] == ["=1+1", "A_B_C____"]
    assert all(len(name) <= 31 for name in made.sheetnames)
    for sheet in made.worksheets:
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    (formula,) = [row for row in cells(made["概要"]) if row[1] == "=1+1"]
    assert formula[2] == "0–1"
    assert "概要 (2)" in made.sheetnames
    assert any("確実な得点によるもの" in str(row[0]) for row in cells(made["概要"]))


def test_names_of_sheets() -> None:
    """No two alike to Excel, which does not tell capitals apart and keeps one name for itself."""
    assert sheet_names(["a", "A", "History", "x" * 40, "x" * 40], ["概要"]) == [
        *("a", "A (2)", "History (2)", "x" * 31, "x" * 27 + " (2)")
    ]
    assert sheet_names(["", "''", "𠮷" * 20]) == ["_", "_ (2)", "𠮷" * 15]


def test_what_does_not_fit_is_told(tmp_path: Path) -> None:
    """No such prefecture, no workbook, another body, prefectures themselves."""
    done = haiten("stats", R8, MIYAGI, "--prefecture", "宮城", "--to", tmp_path / "x.xlsx")
    assert (done.returncode, done.stdout) == (1, "")
    assert "もしかして: 宮城県" in done.stderr
    for more in ((), ("--to", tmp_path / "x.json"), ("--body", "041009", "--to", tmp_path / "x.xlsx")):
        done = haiten("stats", R8, MIYAGI, "--prefecture", "宮城県", *more)
        assert (done.returncode, done.stdout) == (2, "")
        assert "「--prefecture」" in done.stderr
    prefectures = ROOT / "examples" / "prefectures" / "r8.csv"
    rules = ROOT / "rules" / "r8" / "prefectural.haiten"
    done = haiten("stats", rules, prefectures, "--prefecture", "宮城県", "--to", tmp_path / "x.xlsx")
    assert done.returncode == 1
    assert "市町村の評価指標で使います" in done.stderr
    assert not (tmp_path / "x.xlsx").exists()
