"""Texts that begin like a formula: never one in Excel, exact in CSV, and harmless there on request."""

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from real_commands import ROOT, haiten

from haiten.views.files.csv_safety import safe_cell
from haiten.views.files.workbooks import workbook

EVIL = "=1+1"
RULES = f"""言語 1
令和6年度 市町村 評価指標
事実 人口 : 人 1以上
区分 規模 = 人口
  「{EVIL}」 10,000人以上
  「@x」 その他
交付金 推進 「{EVIL}」 6点
  目標 Ⅰ 「{EVIL}」 6点
    指標群 (ⅰ) 「+1」 6点
      指標 1 「{EVIL}」 6点
        ア 「-1」 2点 要件 規模 が 「{EVIL}」
        イ 「'; DROP TABLE y; --」 2点 要件 人口 が 規模別 上位5割
        ウ 「=cmd|'/c calc'!A1」 2点
"""
FACTS = [
    ["団体コード", "団体名", "都道府県", "年度", "人口", "推進.Ⅰ.(ⅰ).1.ウ", "属性.群", f"属性.{EVIL}"],
    ["99001", EVIL, "=SUM(A1)", "R6", "20000", "1", EVIL, "http://example.jp/"],
    ["99002", "@b", "+1+2", "R6", "2000", "0", "-1-2", "\t=1"],
]
SWEEP = ("sweep", "rules.haiten", "facts.csv", "--points", "推進.Ⅰ.(ⅰ).1.ウ=1..2", "--to")
WHY = ("why", "rules.haiten", "facts.csv", "later.haiten", "facts7.csv", "--body", "99001", "--to")
MONEY = ("allocate", "money.haiten", "bodies.csv", "--to")
WORKBOOKS = [
    ("score", "rules.haiten", "facts.csv", "--to"),
    ("stats", "rules.haiten", "facts.csv", "--by", "群", "--to"),
    ("stats", "rules.haiten", "facts.csv", "--by", "規模", "--body", "99001", "--to"),
    ("gaps", "rules.haiten", "facts.csv", "--body", "99002", "--to"),
    SWEEP,
    ("diff", "rules.haiten", "later.haiten", "--to"),
    WHY,
    MONEY,
]
TABLES = [
    ("score", "rules.haiten", "facts.csv", "--to"),
    ("stats", "rules.haiten", "facts.csv", "--by", "群", "--table", "順位", "--to"),
    ("stats", "rules.haiten", "facts.csv", "--by", "群", "--table", "平均点", "--to"),
    ("gaps", "rules.haiten", "facts.csv", "--body", "99002", "--to"),
    SWEEP,
    ("impact", "rules.haiten", "later.haiten", "facts.csv", "--to"),
    WHY,
    MONEY,
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules.haiten").write_text(RULES, encoding="utf-8")
    later = RULES.replace("令和6", "令和7").replace("「+1」", "「=2」")
    (tmp_path / "later.haiten").write_text(later, encoding="utf-8")
    money = (ROOT / "examples" / "r2" / "allocation.haiten").read_bytes()
    (tmp_path / "money.haiten").write_bytes(money)
    bodies = (ROOT / "examples" / "r2" / "bodies.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "bodies.csv").write_text(bodies.replace("A市", EVIL), encoding="utf-8")
    later_facts = [FACTS[0], *([*row[:3], "R7", *row[4:]] for row in FACTS[1:])]
    for name, rows in (("facts.csv", FACTS), ("facts7.csv", later_facts)):
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    return tmp_path


def named(command: tuple[str, ...]) -> str:
    return " ".join(command)


@pytest.mark.parametrize("command", WORKBOOKS, ids=named)
def test_no_workbook_has_a_formula_or_a_link(command: tuple[str, ...], folder: Path) -> None:
    """Whichever view writes it; the text is there as a text."""
    done = haiten(*command, "x.xlsx", cwd=folder)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(folder / "x.xlsx") as archive:
        parts = {name: archive.read(name).decode("utf-8") for name in archive.namelist()}
    assert not [name for name, text in parts.items() if re.search(r"<f[ >]|hyperlink", text)]
    assert any(re.search(r"=1|=2|=cmd|=SUM", text) for text in parts.values())


@pytest.mark.parametrize("command", TABLES, ids=named)
def test_csv_is_exact_and_harmless_on_request(command: tuple[str, ...], folder: Path) -> None:
    """With --csv-safe only an apostrophe is added, and only to texts; figures below zero stay figures."""
    tables = []
    for name, more in (("x.csv", ()), ("y.csv", ("--csv-safe",))):
        done = haiten(*command, name, *more, cwd=folder)
        assert done.returncode == 0, done.stderr
        tables.append(list(csv.reader(io.StringIO((folder / name).read_text(encoding="utf-8-sig")))))
    exact, safe = tables
    assert len(exact) == len(safe)
    rows = zip(exact, safe, strict=True)
    changed = [pair for one, other in rows for pair in zip(one, other, strict=True)]
    assert all(other in (one, f"'{one}") for one, other in changed)
    assert any(one != other for one, other in changed)
    live = re.compile(r"\s*[=@].*|\s*[-+](?![0-9,.]+%?$).*")
    assert not [other for _, other in changed if live.fullmatch(other)]


def test_safe_cells() -> None:
    """Texts that spreadsheets compute; figures and other texts are as they are."""
    for text in ("=1+1", "+1+1", "-1-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1", "-", "=cmd|'/c calc'!A1"):
        assert safe_cell(text) == f"'{text}"
    for cell in ("-1", "+1.5", "-1,234", "+3.2%", "町", "", "a=1", 5, -5, None):
        assert safe_cell(cell) == cell


@pytest.mark.parametrize("command", TABLES, ids=named)
def test_the_option_is_for_csv_alone(command: tuple[str, ...], folder: Path) -> None:
    """Elsewhere texts are texts."""
    if command[0] == "impact":
        arguments: tuple[str, ...] = command[:-1]
    else:
        arguments = (*(part for part in command[:-1]), "--to", "x.xlsx")
    done = haiten(*arguments, "--csv-safe", cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "「--csv-safe」は、CSV を書くときだけ使えます" in done.stderr


@pytest.mark.parametrize("streamed", [False, True])
def test_no_text_is_markup_of_fonts(tmp_path: Path, *, streamed: bool) -> None:
    """<r>…</r> is what the library writes for fonts within a cell; as a text it stays one, however it is written."""
    texts = ["<r>町</r>", "<r><t>町</t></r>", "<r>&</r>", "町"]
    with workbook(tmp_path / "x.xlsx", streamed=streamed) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, texts)
        sheet.write_string(1, 0, texts[0])
    rows = CalamineWorkbook.from_path(tmp_path / "x.xlsx").get_sheet_by_index(0).to_python()
    assert rows == [texts, [texts[0], "", "", ""]]
