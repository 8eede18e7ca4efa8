"""The real commands about two years: consolidate, diff, history, impact, and --base."""

import csv
import re
import zipfile
from pathlib import Path

import pytest
from real_commands import haiten, validated

import populations

ROOT = Path(__file__).parents[2]
R6, R7, R8 = (ROOT / "rules" / year / "municipal.haiten" for year in ("r6", "r7", "r8"))
SHEET = ROOT / "examples" / "kitashiobara_r6.csv"


# consolidate, show


def test_consolidate_writes_what_checks_clean_alone(tmp_path: Path) -> None:
    """The full text of R8 stands in any folder, is formatted, and scores what the revision scores."""
    whole = tmp_path / "令和8年度.haiten"
    assert haiten("consolidate", R8, "--to", whole).returncode == 0
    checked = haiten("check", whole, cwd=tmp_path)
    assert checked.returncode == 0
    assert checked.stdout.endswith("令和8年度.haiten: 誤りはありません\n")
    assert haiten("fmt", "--check", whole).returncode == 0
    printed = haiten("consolidate", R8)
    assert printed.stdout == whole.read_text(encoding="utf-8")
    assert printed.stderr == ""
    again = haiten("consolidate", whole)
    assert again.stdout == printed.stdout, "a full rulebook is its own consolidated text"


def test_consolidate_says_why_it_cannot(tmp_path: Path) -> None:
    """A base that is nowhere, a file that is not there, a folder that cannot be written."""
    lonely = tmp_path / "municipal.haiten"
    text = R7.read_text(encoding="utf-8").replace("令和6年度 市町村 評価指標 を", "令和4年度 市町村 評価指標 を")
    lonely.write_text(text, encoding="utf-8")
    done = haiten("consolidate", lonely)
    assert (done.returncode, done.stdout) == (1, "")
    assert "[H601]" in done.stderr
    assert haiten("consolidate", tmp_path / "none.haiten").returncode == 1
    blocked = haiten("consolidate", R7, "--to", tmp_path / "no" / "such" / "folder")
    assert blocked.returncode == 1
    assert "に書けません" in blocked.stderr


def test_the_base_is_found_beside_given_or_shipped(tmp_path: Path) -> None:
    """../r6/ comes first, then the rulebook shipped with haiten; --base wins over both."""
    mine = tmp_path / "r7" / "municipal.haiten"
    mine.parent.mkdir()
    mine.write_bytes(R7.read_bytes())
    shipped = haiten("check", mine, cwd=tmp_path)
    assert shipped.returncode == 0
    assert "rules/r6/municipal.haiten" in shipped.stdout
    beside = tmp_path / "r6" / "別名.haiten"
    beside.parent.mkdir()
    beside.write_text(R6.read_text(encoding="utf-8").replace("支援機関を早期に見極め", "早く見極め"), encoding="utf-8")
    found = haiten("check", mine, cwd=tmp_path)
    assert "r6/別名.haiten" in found.stdout
    prints = re.findall(r"改正前 .*文 ([0-9a-f]{16})", shipped.stdout + found.stdout)
    assert len(set(prints)) == 2
    given = haiten("check", mine, "--base", R6, cwd=tmp_path)
    assert re.findall(r"改正前 .*文 ([0-9a-f]{16})", given.stdout) == prints[:1]
    wrong = haiten("check", mine, "--base", R8, cwd=tmp_path)
    assert wrong.returncode == 1
    assert "[H603]" in wrong.stdout


def test_revisions_that_amend_each_other_are_refused(tmp_path: Path) -> None:
    """A file that amends its own year, or a later one that amends it back, is told so and not followed round."""
    text = "言語 1\n{}年度 市町村 評価指標\n{}年度 市町村 評価指標 を次のように改正する。\n推進 を削る。\n"
    for folder, year, base in (("r11", "令和11", "令和12"), ("r12", "令和12", "令和11"), ("r13", "令和13", "令和13")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "municipal.haiten").write_text(text.format(year, base), encoding="utf-8")
    codes = [re.findall(r"\[(H\d+)\]", haiten("check", file).stdout) for file in sorted(tmp_path.glob("*/*.haiten"))]
    assert codes == [["H624"], ["H602"], ["H624"]]


def test_show_tells_who_touched_a_node_last() -> None:
    """In the tree and in JSON, with the reason; the text of the rulebook says nothing of it."""
    done = haiten("show", R8, "支援.Ⅱ.(ⅰ).1")
    assert "カ 認知症の人と家族等の意見を踏まえ" in done.stdout
    assert "（令和8年度 追加）" in done.stdout
    data = validated(haiten("show", R8, "--json").stdout, "rulebook-1.json")
    nodes = {node["path"]: node for node in data["nodes"]}
    assert len([n for n in nodes.values() if n["level"] == "別枠"]) == 1
    touched = nodes["支援.Ⅱ.(ⅰ).1.カ"]["touched"]
    assert [(t["year"], t["what"]) for t in touched] == [("令和8年度", "追加")]
    assert touched[0]["reason"].startswith("認知症基本法")
    assert nodes["支援.Ⅱ.(ⅰ).1"]["formerly"] == [{"year": "令和6年度", "path": "支援.Ⅱ.(ⅰ).3"}]


# diff


def test_diff_in_every_form(tmp_path: Path) -> None:
    """tree, comparison, json and html on stdout; xlsx and all the others into a file."""
    assert "変更 16件" in haiten("diff", R6, R7).stdout
    table = haiten("diff", R6, R7, "--as", "comparison").stdout
    assert "改正後（令和7年度）" in table
    assert "（新設）" in table
    data = validated(haiten("diff", R6, R7, "--as", "json").stdout, "diff-1.json")
    assert len(data["changes"]) == 16
    verdicts = {meaning["new_path"]: meaning["verdict"] for meaning in data["meanings"]}
    assert verdicts["推進.Ⅱ.(ⅰ).2.ア"] == "stricter"
    assert verdicts["支援.Ⅰ.(ⅰ).7"] == "same"
    moved = {weight["new_path"] or weight["old_path"]: weight["new"] - weight["old"] for weight in data["weights"]}
    assert moved["支援.Ⅱ.(ⅰ).3"] == 20
    for form in ("tree", "comparison", "amendment", "json", "html"):
        to = tmp_path / form
        assert haiten("diff", R6, R7, "--as", form, "--to", to).returncode == 0
        assert to.read_text(encoding="utf-8").strip()


def test_the_derived_amendment_leads_to_the_new_rulebook(tmp_path: Path) -> None:
    """What diff derives, consolidated over the same base, is the rulebook of the new year."""
    for old, new in ((R6, R7), (R7, R8)):
        derived = tmp_path / "derived.haiten"
        assert haiten("diff", old, new, "--as", "amendment", "--to", derived).returncode == 0
        assert haiten("fmt", "--check", derived).returncode == 0
        made = haiten("consolidate", derived, "--base", old)
        assert made.returncode == 0, made.stderr
        direct = haiten("consolidate", new).stdout
        plain = [line for line in direct.splitlines() if not line.startswith("※")]
        assert made.stdout.splitlines() == plain
        assert "違いはありません" in haiten("diff", derived, new).stdout


def test_the_page_underlines_what_changed() -> None:
    """Both columns, the changed words in <u>, nothing from elsewhere."""
    page = haiten("diff", R7, R8, "--as", "html").stdout
    assert page.startswith("<!DOCTYPE html>")
    assert '<html lang="ja">' in page
    assert "<u>・活動</u>" in page
    assert "改正前の文は推定によるもの" in page
    assert "http:" not in page
    assert "https:" not in page
    assert page.count("<tr") == page.count("</tr>")


def test_texts_are_escaped_in_the_page(tmp_path: Path) -> None:
    """A text that looks like markup is shown, not obeyed."""
    old, new = tmp_path / "old.haiten", tmp_path / "new.haiten"
    whole = haiten("consolidate", R7).stdout
    old.write_text(whole, encoding="utf-8")
    new.write_text(whole.replace("難聴について住民に知らせている", "<b>難聴</b>&知らせる"), encoding="utf-8")
    page = haiten("diff", old, new, "--as", "html").stdout
    assert "<b>" not in page
    assert "&lt;" in page


def test_the_sheet_can_be_opened(tmp_path: Path) -> None:
    """The xlsx holds the same words; without --to it is a matter of usage."""
    to = tmp_path / "新旧.xlsx"
    assert haiten("diff", R6, R7, "--as", "xlsx", "--to", to).returncode == 0
    with zipfile.ZipFile(to) as archive:
        strings = archive.read("xl/sharedStrings.xml").decode("utf-8")
        sheet = archive.read("xl/worksheets/sheet1.xml").decode("utf-8")
    assert "難聴高齢者の早期発見・早期介入に係る取組" in strings
    assert "<u/>" in strings
    assert 'orientation="landscape"' in sheet
    usage = haiten("diff", R6, R7, "--as", "xlsx")
    assert usage.returncode == 2
    assert "--to" in usage.stderr
    assert haiten("diff", R6, R7, "--as", "xlsx", "--to", tmp_path / "no" / "such.xlsx").returncode == 1


def test_diff_of_a_rulebook_with_itself() -> None:
    """Nothing is different, and that is no error."""
    done = haiten("diff", R7, R7)
    assert done.returncode == 0
    assert "違いはありません" in done.stdout
    assert "改正部分はありません" in haiten("diff", R7, R7, "--as", "comparison").stdout
    assert "改正部分はありません" in haiten("diff", R7, R7, "--as", "html").stdout


def test_diff_refuses_what_it_cannot_compare(tmp_path: Path) -> None:
    """A file with errors, a file that is not there, an amendment back in time, no file at all."""
    broken = tmp_path / "broken.haiten"
    broken.write_text(R6.read_text(encoding="utf-8").replace("64点", "63点", 1), encoding="utf-8")
    done = haiten("diff", broken, R7)
    assert (done.returncode, done.stdout) == (1, "")
    assert "[H401]" in done.stderr
    assert haiten("diff", R6, tmp_path / "none").returncode == 1
    assert haiten("diff", R7, R6, "--as", "amendment").returncode == 1
    assert haiten("diff", R6).returncode == 2
    assert haiten("diff", R6, R7, "--as", "pdf").returncode == 2


# history


def test_history_of_an_item_that_moved() -> None:
    """Newest first: label, points, wording, amendments with their reasons."""
    out = haiten("history", R8, "支援.Ⅰ.(ⅰ).4.ウ").stdout
    assert out.index("令和8年度") < out.index("令和7年度　") < out.index("令和6年度　")
    assert "理由: 意見を聴く相手を、外部の関係者と参加者に分ける〔宮城〕" in out
    data = validated(haiten("history", R8, "支援.Ⅱ.(ⅰ).1", "--json").stdout, "history-1.json")
    assert [(stage["year"], stage["path"], stage["leaves"]) for stage in data["years"]] == [
        ("令和8年度", "支援.Ⅱ.(ⅰ).1", 6),
        ("令和7年度", "支援.Ⅱ.(ⅰ).1", 5),
        ("令和6年度", "支援.Ⅱ.(ⅰ).3", 5),
    ]


def test_history_of_what_is_new_and_of_what_is_gone() -> None:
    """A new item begins with its year; one that ended tells when and why; an unknown path is an error."""
    new = haiten("history", R8, "支援.Ⅱ.(ⅰ).3").stdout
    assert "令和7年度 新設" in new
    assert "令和6年度" not in new
    gone = haiten("history", R8, "推進.Ⅱ.(ⅰ).2.ア.①").stdout
    assert "令和7年度 廃止" in gone
    unknown = haiten("history", R8, "支援.Ⅴ")
    assert unknown.returncode == 1
    assert "という項目はありません" in unknown.stderr


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Ⅰ.(ⅰ).1", "（もしかして: 推進.Ⅰ.(ⅰ).1、支援.Ⅰ.(ⅰ).1）"),
        ("1.ア", "ほか"),
        ("推進.I.(ⅰ).1.ｱ", "（もしかして: 推進.Ⅰ.(ⅰ).1.ア）"),
    ],
)
def test_a_path_that_is_short_for_several_is_told_with_all_of_them(written: str, meant: str) -> None:
    assert meant in haiten("history", R8, written).stderr


def test_history_of_a_consolidated_file_finds_the_older_years(tmp_path: Path) -> None:
    """A full text knows its past by 前身; what it said is told where the older rulebooks lie beside it."""
    for year in ("r6", "r7"):
        (tmp_path / year).mkdir()
        (tmp_path / year / "municipal.haiten").write_bytes((ROOT / "rules" / year / "municipal.haiten").read_bytes())
    whole = tmp_path / "r8" / "consolidated.haiten"
    whole.parent.mkdir()
    whole.write_text(haiten("consolidate", R8).stdout, encoding="utf-8")
    lonely = tmp_path / "alone.haiten"
    lonely.write_bytes(whole.read_bytes())
    alone = validated(haiten("history", lonely, "支援.Ⅱ.(ⅰ).1", "--json").stdout, "history-1.json")
    assert [(stage["path"], stage["known"]) for stage in alone["years"]] == [
        ("支援.Ⅱ.(ⅰ).1", True),
        ("支援.Ⅱ.(ⅰ).3", False),
    ]
    data = validated(haiten("history", whole, "支援.Ⅱ.(ⅰ).1", "--json").stdout, "history-1.json")
    assert [stage["path"] for stage in data["years"]] == ["支援.Ⅱ.(ⅰ).1", "支援.Ⅱ.(ⅰ).1", "支援.Ⅱ.(ⅰ).3"]
    assert all(stage["known"] for stage in data["years"])


# impact


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return populations.nation(tmp_path_factory.mktemp("nation") / "nation.csv", "令和7年度")


def test_impact_on_the_nation(nation: Path, tmp_path: Path) -> None:
    """A summary to read, a CSV of all bodies whose items add up, and JSON."""
    to = tmp_path / "impact.csv"
    done = haiten("impact", R7, R8, nation, "--to", to)
    assert done.returncode == 0
    for words in ("1,741団体", "全体", "434.99", "不明な項目が全て該当なら: 上がる", "支援.Ⅱ.(ⅰ).1.カ（新しい項目）"):
        assert words in done.stdout
    with to.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 1741
    for row in rows:
        assert int(row["差"]) == int(row["得点.令和8年度"]) - int(row["得点.令和7年度"])
        assert sum(int(cell) for name, cell in row.items() if name.startswith("差.")) == int(row["差"])
    data = validated(haiten("impact", R7, R8, nation, "--json").stdout, "impact-1.json")
    assert sum(body["delta"] for body in data["bodies"]) == sum(int(row["差"]) for row in rows)


def test_impact_on_one_body() -> None:
    """Each item that gives other points; a body that is not there is an error."""
    done = haiten("impact", R6, R7, SHEET, "--body", "07402")
    assert done.returncode == 0
    assert "計 295点 → 275–295点" in done.stdout
    assert "支援.Ⅱ.(ⅰ).1.ア（廃止）" in done.stdout
    assert haiten("impact", R6, R7, SHEET, "--body", "99999").returncode == 1


LATER = ROOT / "examples" / "kitashiobara_r7.csv"


def test_why_a_village_gained_points(tmp_path: Path) -> None:
    """The parts in the terminal, as JSON, in one table of all nodes and in a workbook add up to the 44 points."""
    files = (R6, SHEET, R7, LATER)
    done = haiten("why", *files)
    assert done.returncode == 0
    for words in ("令和6年度 295点 → 令和7年度 339点", "どの順に動かしても、各部分は同じ", "支援.Ⅱ.(ⅰ).1（廃止）"):
        assert words in done.stdout
    data = validated(haiten("why", *files, "--body", "07402", "--json").stdout, "why-1.json")
    whole = data["nodes"][0]
    assert {name: part["certain"] for name, part in whole["parts"].items()} == {
        "rules": -20,
        "others": 0,
        "given": 33,
        "figures": 0,
        "answers": 31,
    }
    assert data["inert"] == ["others"]
    for node in data["nodes"]:
        assert sum(part["certain"] for part in node["parts"].values()) == node["difference"]["certain"]
        assert node["difference"]["certain"] == node["new"]["certain"] - node["old"]["certain"]
    table, book = tmp_path / "why.csv", tmp_path / "why.xlsx"
    assert haiten("why", *files, "--to", table, "--to", book).returncode == 0
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(data["nodes"])
    assert (rows[0]["差.確実"], rows[0]["自団体の回答.確実"]) == ("+44", "+31")
    assert zipfile.ZipFile(book).testzip() is None


def test_why_between_two_nations_counts_the_others(nation: Path, tmp_path: Path) -> None:
    """A body in the nation, and the same placed by the nation's cut-offs; without them the others do not move."""
    later = populations.nation(tmp_path / "later.csv", "令和8年度")
    code = populations.codes(1)[0]
    done = haiten("why", R7, nation, R8, later, "--body", code, "--json")
    assert done.returncode == 0, done.stderr
    among = validated(done.stdout, "why-1.json")
    assert among["inert"] == ["given"] or among["inert"] == []
    marks = {year: tmp_path / f"{year}.json" for year in ("r7", "r8")}
    for rules, facts, to in ((R7, nation, marks["r7"]), (R8, later, marks["r8"])):
        assert haiten("score", rules, facts, "--body", code, "--save-cutoffs", to).returncode == 0
    cuts = ("--old-cutoffs", marks["r7"], "--new-cutoffs", marks["r8"])
    placed = validated(haiten("why", R7, nation, R8, later, "--body", code, "--json", *cuts).stdout, "why-1.json")
    assert placed["placed"]
    for name in ("old", "new", "difference"):
        assert placed["nodes"][0][name] == among["nodes"][0][name]


def test_why_says_what_it_lacks(nation: Path, tmp_path: Path) -> None:
    """Which body of many; one that is not there in either year; another scope; facts of another year."""
    done = haiten("why", R7, nation, R8, nation)
    assert (done.returncode, done.stdout) == (1, "")
    assert "[H810]" in done.stderr
    later = populations.nation(tmp_path / "later.csv", "令和8年度")
    done = haiten("why", R7, nation, R8, later)
    assert (done.returncode, done.stdout) == (1, "")
    assert "「--body 団体コード」" in done.stderr
    done = haiten("why", R6, SHEET, R7, nation, "--body", populations.codes(1)[0])
    assert (done.returncode, done.stdout) == (1, "")
    assert "[H816]" in done.stderr
    marks = tmp_path / "r6.json"
    assert haiten("score", R6, SHEET, "--save-cutoffs", marks).returncode == 0
    done = haiten("why", R6, SHEET, R7, LATER, "--old-cutoffs", marks)
    assert (done.returncode, done.stdout) == (2, "")
    assert "令和7年度の「--new-cutoffs」がありません" in done.stderr
    village = tmp_path / "village.csv"
    populations.village_in_nation(village, "令和7年度", LATER)
    done = haiten("why", R6, SHEET, R7, village, "--body", "074021")
    assert done.returncode == 0
    assert "順位を付ける団体がそろわないことによる差も入っている" in done.stdout
    prefectural = ROOT / "rules" / "r8" / "prefectural.haiten"
    done = haiten("why", R6, SHEET, prefectural, nation)
    assert (done.returncode, done.stdout) == (1, "")
    assert "対象が違います" in done.stderr
    assert haiten("why", R6, SHEET).returncode == 2


def test_impact_refuses_facts_of_another_year() -> None:
    """The facts are those of the first rulebook."""
    done = haiten("impact", R7, R8, SHEET)
    assert (done.returncode, done.stdout) == (1, "")
    assert "[H810]" in done.stderr
    assert haiten("impact", R6, R7).returncode == 2
