"""Texts that would do harm stand in every name, text and cell: in every form of every command they are texts.

Formulas in spreadsheets, elements and scripts in pages, markup and escape sequences on terminals, signs that turn the
direction of writing, the ends of comments in SQL. One table, of what each command is tried on; the forms are those that
are entered, so that a new form or command is tried as well.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import polars as pl
import pytest
from real_commands import ROOT, haiten

from haiten.commands.forms.form import Csv, Form, TablesAsCsv
from haiten.commands.forms.registry import ALL
from haiten.commands.forms.way_out import Forms
from haiten.compiler.diagnostics import Severity
from haiten.compiler.driver import read_file

# Begins a formula; ends an attribute, an element, a script, a comment; is markup of rich and of terminals.
PLAIN = "=1+1</script><script>alert(1)</script><b onmouseover=alert(1)>\"'&[red]x[/red]*/--]]>"
EVIL = f"{PLAIN}\x1b[31m\x07\u202e"
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
TURNING = re.compile("[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
LIVE = re.compile(r"\s*[=@].*|\s*[-+](?![0-9,.]+%?$).*", re.DOTALL)
RULES = f"""言語 1
令和6年度 市町村 評価指標
題名 「{EVIL}」

出典 悪 「{EVIL}」

事実 人口 : 人 1以上 「{EVIL}」〔悪〕

区分 規模 = 人口
  「{PLAIN}」 10,000人以上
  「@x」 その他

交付金 推進 「{EVIL}」〔悪〕 6点〔悪〕
  目標 Ⅰ 「{EVIL}」〔悪〕 6点〔悪〕
    指標群 (ⅰ) 「+1」 6点
      指標 1 「{EVIL}」 6点
        ア 「-1」 2点 要件 規模 が 「{PLAIN}」
          留意 「{EVIL}」
        イ 「@{EVIL}」 2点 要件 人口 が 規模別 上位5割
        ウ 「{EVIL}」〔悪〕 2点
"""
ITEM = "推進.Ⅰ.(ⅰ).1.ウ"
LATER = f"""言語 1
令和7年度 市町村 評価指標
令和6年度 市町村 評価指標 を次のように改正する。

出典 悪2 「{EVIL}」

推進.Ⅰ.(ⅰ).1.ウ 中「{EVIL}」を「+{EVIL}」〔悪2〕に改める。
  理由 「{EVIL}」〔悪2〕
推進.Ⅰ.(ⅰ).1.ウ の配点「2点」を「1点」に改める。
推進.Ⅰ.(ⅰ).1.イ の配点「2点」を「3点」に改める。
"""
FACTS = [
    [
        "団体コード",
        "団体名",
        "都道府県",
        "年度",
        "人口",
        "推進.Ⅰ.(ⅰ).1.ウ",
        "属性.群",
        "根拠.推進.Ⅰ.(ⅰ).1.ウ",
        f"属性.{PLAIN}",
    ],
    ["99001", EVIL, EVIL, "R6", "20000", "1", EVIL, EVIL, EVIL],
    ["99002", f"@{EVIL}", EVIL, "R6", "2000", "0", "-1-2", "\t=1", "http://example.jp/"],
    ["99003", f"+{EVIL}", "-1+1", "R6", "3000", "", EVIL, "", "x"],
]
# What each command is tried on, in a folder with all that; None where its texts are all our own.
TRIED: dict[str, tuple[str, ...] | None] = {
    "check": ("r6/rules.haiten",),
    "show": ("r7/rules.haiten",),
    "consolidate": ("r7/rules.haiten",),
    "new": ("令和8年度", "市町村", "--from", "r7/rules.haiten"),
    "draft": ("r6/rules.haiten",),
    "amend": ("draft.haiten", "--from", "r6/rules.haiten"),
    "explain-code": None,
    "score": ("r6/rules.haiten", "facts.csv"),
    "explain": ("r6/rules.haiten", "facts.csv", "--body", "99001"),
    "allocate": ("money.haiten", "bodies.csv"),
    "sql": ("r6/rules.haiten", "--dialect", "duckdb"),
    "stats": ("r6/rules.haiten", "facts.csv", "--by", "群", "--table", "順位"),
    "gaps": ("r6/rules.haiten", "facts.csv", "--body", "99002"),
    "whatif": ("r6/rules.haiten", "facts.csv", "--body", "99002", "--set", f"{ITEM}=○"),
    "sweep": ("r6/rules.haiten", "facts.csv", "--points", f"{ITEM}=1..2"),
    "diff": ("r6/rules.haiten", "r7/rules.haiten"),
    "report diff": ("r6/rules.haiten", "r7/rules.haiten"),
    "report stats": ("r6/rules.haiten", "facts.csv", "--by", "群"),
    "report allocation": ("money.haiten", "bodies.csv"),
    "report score": ("r6/rules.haiten", "facts.csv", "--body", "99001"),
    "report rulebook": ("r7/rules.haiten",),
    "history": ("r7/rules.haiten", ITEM),
    "impact": ("r6/rules.haiten", "r7/rules.haiten", "facts.csv"),
    "why": ("r6/rules.haiten", "facts.csv", "r7/rules.haiten", "facts7.csv", "--body", "99001"),
    "prove": ("r6/rules.haiten",),
    "test": ("r6/rules.haiten", "--examples", "0", "--cases", "cases.csv"),
    "schema": None,
    "reference": None,
    "sheet": ("r6/rules.haiten", "facts.csv", "--body", "99001"),
    "collect": ("returned", "--rules", "r6/rules.haiten"),
    "verify": ("evil.haitenrun",),
    "runs": (".",),
    "page compare": ("r6/rules.haiten", "facts.csv"),
    "page": ("r6/rules.haiten", "facts.csv", "--body", "99001"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rules, facts, money, returned sheets and a record, full of such texts."""
    made = tmp_path_factory.mktemp("evil")
    for year, text in (("r6", RULES), ("r7", LATER)):
        (made / year).mkdir()
        (made / year / "rules.haiten").write_text(text, encoding="utf-8", newline="")
    for name, year in (("facts.csv", "R6"), ("facts7.csv", "R7")):
        with (made / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([[*row[:3], year if row[3] == "R6" else row[3], *row[4:]] for row in FACTS])
    money = (ROOT / "examples/r2/allocation.haiten").read_text("utf-8")
    (made / "money.haiten").write_text(re.sub(r"(?<=^予算 推進 「)[^」]*", EVIL, money, flags=re.M), encoding="utf-8")
    bodies = (ROOT / "examples/r2/bodies.csv").read_text("utf-8-sig")
    (made / "bodies.csv").write_text(bodies.replace("A市", f'"{EVIL.replace(chr(34), chr(34) * 2)}"'), encoding="utf-8")
    head, *rows = FACTS
    with (made / "cases.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[*head, f"期待.{ITEM}"], *([*row, "1"] for row in rows)])
    (made / "returned").mkdir()
    for command in (
        ("sheet", "r6/rules.haiten", "facts.csv", "--body", "99001", "--to", "returned/a.xlsx"),
        ("score", "r6/rules.haiten", "facts.csv", "--record", "evil.haitenrun"),
        ("draft", "r6/rules.haiten", "--to", "draft.haiten"),
    ):
        done = haiten(*command, cwd=made)
        assert done.returncode == 0, done.stderr
    return made


def forms_of(commands: dict[str, tuple[str, ...] | None]) -> Iterator[tuple[Forms[object], Form[object]]]:
    for forms in ALL:
        for form in forms.forms if commands.get(forms.command) is not None else ():
            yield forms, form


def named(value: object) -> str | None:
    return value.command if isinstance(value, Forms) else value.word if isinstance(value, Form) else None


def test_every_command_is_tried() -> None:
    """A new one is entered here, or said to print texts of ours alone."""
    assert {forms.command for forms in ALL} <= set(TRIED)


@pytest.mark.parametrize(("forms", "form"), list(forms_of(TRIED)), ids=named)
def test_texts_are_texts_in_every_form(forms: Forms[object], form: Form[object], folder: Path, tmp_path: Path) -> None:
    """On standard output, which may be a terminal, and in files of every ending."""
    arguments = TRIED[forms.command]
    assert arguments is not None
    command = (*forms.command.split(), *arguments)
    several = isinstance(form, TablesAsCsv) and forms.command == "whatif"
    if not form.binary and not several:
        done = haiten(*command, "--as", form.word, cwd=folder)
        assert done.returncode in (0, 1), done.stderr
        assert not OBEYED.search(done.stderr)
        check_printed(form, done.stdout)
    for ending in form.endings:
        path = tmp_path / f"x{'' if several else ending}"
        word = () if forms.talks else ("--as", form.word)
        safe = ("--csv-safe",) if isinstance(form, Csv | TablesAsCsv) else ()
        done = haiten(*command, *word, "--to", path, *safe, cwd=folder)
        assert done.returncode in (0, 1), done.stderr
        for file in path.iterdir() if path.is_dir() else (path,):
            # What is read on as a rule file is exact, whatever it is called.
            check = check_rules if form.word in ("haiten", "amendment") else CHECKS.get(file.suffix, check_text)
            check(file)


def check_printed(form: Form[object], text: str) -> None:
    """Nothing that a terminal obeys; data that others read on is printed to the letter, which a pipe may take."""
    if form.word in ("csv", "haiten", "amendment", "sql", "html", "module", "md"):
        return
    assert not OBEYED.search(text)
    if form.word in ("json", "sarif"):
        json.loads(text)


def check_text(path: Path) -> None:
    assert not OBEYED.search(path.read_text("utf-8"))


def check_json(path: Path) -> None:
    text = path.read_text("utf-8")
    json.loads(text)
    assert not OBEYED.search(text)


def check_csv(path: Path) -> None:
    """No cell that a spreadsheet computes (--csv-safe), and as many cells in each row."""
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    assert len({len(row) for row in rows}) == 1
    assert [cell for row in rows for cell in row if LIVE.fullmatch(cell) or OBEYED.search(cell)] == []


def check_workbook(path: Path) -> None:
    """No formula that a text is in, no link, no sign that XML or a spreadsheet would obey."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode("utf-8") for name in archive.namelist()}
    for name, text in parts.items():
        assert "hyperlink" not in text, name
        # The library writes control signs as _x001B_, which spreadsheets read as a sign and do not obey.
        assert not TURNING.search(text), name
        assert not set(text) & {"\x1b", "\x07"}, name
        formulas = re.findall(r"<f[ >].*?</f>", text, re.DOTALL)
        assert not [formula for formula in formulas if "alert" in formula or "1+1" in formula], name


class Elements(HTMLParser):
    """The elements of a page, the scripts in it, and its words."""

    def __init__(self) -> None:
        super().__init__()
        self.handlers: list[str] = []
        self.scripts: list[str] = []
        self.words: list[str] = []
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handlers += [name for name, value in attrs if name.startswith("on") or "javascript:" in (value or "")]
        if tag == "script":
            self._script = True
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._script = False

    def handle_data(self, data: str) -> None:
        if self._script:
            self.scripts[-1] += data
        else:
            self.words.append(data)


def check_page(path: Path) -> None:
    """No element, handler or script comes of a text; the text is there as words."""
    text = path.read_text("utf-8")
    assert not OBEYED.search(text)
    page = Elements()
    page.feed(text)
    assert page.handlers == []
    assert [script for script in page.scripts if script.strip() == "alert(1)"] == []
    assert any("alert(1)" in words for words in page.words) or any("alert(1)" in script for script in page.scripts)


def check_module(path: Path) -> None:
    """A script holds texts as literals, which end where they should."""
    text = path.read_text("utf-8")
    assert "</script" not in text
    assert not OBEYED.search(text)


def check_sql(path: Path) -> None:
    """One statement, whatever stands in its comments and texts."""
    assert len(duckdb.extract_statements(path.read_text("utf-8"))) == 1


def check_rules(path: Path) -> None:
    """A rule file says in each text what was there: none ends early."""
    read = read_file(path)
    assert read.tree is not None
    assert not read.unreadable
    assert not [told for told in read.diagnostics if told.severity is Severity.ERROR]


CHECKS: dict[str, Callable[[Path], None]] = {
    ".csv": check_csv,
    ".json": check_json,
    ".sarif": check_json,
    ".xlsx": check_workbook,
    ".html": check_page,
    ".htm": check_page,
    ".mjs": check_module,
    ".js": check_module,
    ".sql": check_sql,
    ".haiten": check_rules,
    ".parquet": lambda path: None if pl.read_parquet(path).height else pytest.fail("empty"),
}
