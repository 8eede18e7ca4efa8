"""The one way out: every command in every form, printed and written to a file."""

import inspect
import io
import json
import os
import pty
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from functools import cache, reduce
from pathlib import Path

import polars as pl
import pytest
from cyclopts import App
from real_commands import ROOT, haiten

from haiten.commands.app import app
from haiten.commands.forms.form import Binary, Csv, Form, NotHeldError, TablesAsCsv
from haiten.commands.forms.registry import ALL
from haiten.commands.forms.rules import CHECK
from haiten.commands.forms.way_out import Forms
from haiten.commands.running import HOMES, load_commands

load_commands()
R6 = ROOT / "rules" / "r6" / "municipal.haiten"
R7 = ROOT / "rules" / "r7" / "municipal.haiten"
R8 = ROOT / "rules" / "r8" / "municipal.haiten"
SHEET = ROOT / "examples" / "kitashiobara_r6.csv"
LATER = ROOT / "examples" / "kitashiobara_r7.csv"
MONEY = (ROOT / "examples" / "r2" / "allocation.haiten", ROOT / "examples" / "r2" / "bodies.csv")
SURVEY = ROOT / "examples" / "survey"
ITEM = "推進.Ⅰ.(ⅰ).1.ア"
# What each command is tried on; every one that has forms has to be here.
ARGUMENTS: dict[str, tuple[object, ...]] = {
    "check": (R6, "--strict"),
    "show": (R6, "推進.Ⅰ"),
    "consolidate": (R7,),
    "new": ("令和9年度", "市町村", "--from", R8),
    "draft": (R7,),
    "amend": (R7, "--from", R6),
    "explain-code": ("H401",),
    "score": (R6, SHEET),
    "explain": (R6, SHEET, "推進.Ⅳ.成果.1", "--body", "074021"),
    "allocate": MONEY,
    "sql": (R6, "--dialect", "duckdb"),
    "stats": (R6, SHEET, "--table", "達成項目"),
    "gaps": (R6, SHEET, "--body", "074021"),
    "whatif": (R6, SHEET, "--body", "074021", "--set", f"{ITEM}=×"),
    "sweep": (R6, SHEET, "--points", f"{ITEM}=0..2"),
    "diff": (R6, R7),
    "report rulebook": (R7,),
    "report score": (R7, ROOT / "examples" / "kitashiobara_r7.csv", "--previous", R6, SHEET),
    "report diff": (R6, R7),
    "report stats": (R6, SHEET),
    "report allocation": MONEY,
    "history": (R7, "支援.Ⅰ.(ⅰ).4.ウ"),
    "impact": (R6, R7, SHEET),
    "why": (R6, SHEET, R7, LATER),
    "prove": (R6,),
    "schema": ("score",),
    "reference": ("25.6",),
    "sheet": (R6,),
    "page": (R6,),
    "page compare": (R6, SHEET),
    "collect": (SURVEY / "returned", "--rules", SURVEY / "rules.haiten", "--due", "2026-06-30"),
    "test": (R6, "--examples", "0"),
    "verify": (ROOT / "examples" / "records" / "other_points.haitenrun",),
    "runs": (ROOT / "examples" / "records",),
}
# Nothing but files in their place, or new ones of one kind, is made by these.
WITHOUT = {"lsp", "watch", "fmt", "keygen", "completion"}
# How a command ends on that, where not with 0.
ENDS = {"check": 1, "verify": 1}
BOM = b"\xef\xbb\xbf"
STATS, SCORE = ("stats", R6, SHEET), ("score", R6, SHEET)


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Print as wide as a page, which files are."""
    monkeypatch.setenv("COLUMNS", "160")


def named(value: object) -> str | None:
    """What a parameter is called in the names of tests."""
    return value.command if isinstance(value, Forms) else value.word if isinstance(value, Form) else None


def walk() -> Iterator[tuple[Forms[object], Form[object]]]:
    """Every command with each of its forms."""
    for forms in ALL:
        for form in forms.forms:
            yield forms, form


def commands_below(above: App, name: str = "") -> dict[str, Callable[..., object]]:
    """The commands by their names, those of a group of commands with its name before."""
    found: dict[str, Callable[..., object]] = {}
    for word in above:
        below, whole_name = above[word], f"{name} {word}".strip()
        if inspect.isfunction(below.default_command):
            found[whole_name] = below.default_command
        if not word.startswith("-"):
            found |= commands_below(below, whole_name)
    return found


def app_of(command: str) -> App:
    """A command of the application."""
    return reduce(lambda above, word: above[word], command.split(), app)


def test_every_command_has_forms_or_changes_files_in_their_place() -> None:
    """A new command is entered, and tried here."""
    commands = commands_below(app)
    assert {forms.command for forms in ALL} == set(commands) - WITHOUT
    assert set(ARGUMENTS) == set(commands) - WITHOUT
    for name in set(commands) - WITHOUT:
        assert {"as_", "to"} <= set(inspect.signature(commands[name]).parameters), name


def test_every_command_is_where_it_is_looked_for() -> None:
    """Who runs a command loads its module alone: one that is not listed would be found by nobody else's name."""
    found = commands_below(app)
    homes = {name.split()[0]: made.__module__.rpartition(".")[2] for name, made in found.items()}
    assert homes == {name: home for home, names in HOMES.items() for name in names}
    modules = (ROOT / "commands").glob("*.py")
    assert {file.stem for file in modules if "app.command(" in file.read_text("utf-8")} == set(HOMES)


def whole(path: Path, form: Form[object]) -> bool:
    """Whether a binary file can be read by others."""
    if path.suffix == ".xlsx":
        return zipfile.ZipFile(path).testzip() is None
    return form.word == "parquet" and bool(pl.read_parquet(path).height)


@cache
def printed_by(command: str, *options: str) -> subprocess.CompletedProcess[str]:
    """What a command prints; the same is not made twice."""
    return haiten(*command.split(), *ARGUMENTS[command], *options)


@pytest.mark.parametrize(("forms", "form"), list(walk()), ids=named)
def test_what_is_printed_is_what_is_written(forms: Forms[object], form: Form[object], tmp_path: Path) -> None:
    """Byte for byte where it is text, by every ending; files of CSV have a mark before, and binary ones are whole."""
    status, command = ENDS.get(forms.command, 0), (*forms.command.split(), *ARGUMENTS[forms.command])
    printed = printed_by(forms.command, "--as", form.word)
    several = isinstance(form, TablesAsCsv) and forms.command == "whatif"
    if form.binary or several:
        assert (printed.returncode, printed.stdout) == (2, "")
        assert ("「--to フォルダ」" if several else f"{form.word} は「--to ファイル") in printed.stderr
    else:
        assert printed.returncode == status, printed.stderr
        assert printed.stdout
    if several:
        done = haiten(*command, "--as", form.word, "--to", tmp_path / "x")
        assert (done.returncode, done.stdout) == (0, "")
        assert sorted(path.name for path in (tmp_path / "x").iterdir()) == ["前後.csv", "変わる項目.csv"]
        return
    to = [tmp_path / f"x{ending}" for ending in form.endings]
    word = () if form.binary else ("--as", form.word)
    done = haiten(*command, *word, *(part for path in to for part in ("--to", path)))
    assert done.returncode == (status if to else done.returncode), done.stderr
    assert bool(done.stdout) is (forms.talks or not to)
    for path in to:
        if form.binary:
            assert whole(path, form)
            continue
        marked = BOM if isinstance(form, Csv | TablesAsCsv) else b""
        written = path.read_bytes()
        assert written.startswith(marked)
        assert written.removeprefix(marked).replace(b"\r\n", b"\n").decode() == printed.stdout


@pytest.mark.parametrize("forms", ALL, ids=named)
def test_old_words_are_other_words_for_the_new(forms: Forms[object]) -> None:
    """The first form is printed without a word, ``--json`` is ``--as json``, and ``--format`` is ``--as``."""
    command = forms.command
    assert printed_by(command).stdout == printed_by(command, "--as", forms.words[0]).stdout
    options = {name for argument in app_of(command).assemble_argument_collection() for name in argument.names}
    assert ("--json" in options) is ("json" in forms.words)
    if "json" in forms.words:
        assert printed_by(command, "--json").stdout == printed_by(command, "--as", "json").stdout
    assert ("--format" in options) is (forms is CHECK)
    for word in forms.words if forms is CHECK else ():
        assert printed_by(command, "--format", word).stdout == printed_by(command, "--as", word).stdout
    for word in forms.forms[0].also:
        assert printed_by(command, "--as", word).stdout == printed_by(command).stdout


@pytest.mark.parametrize("forms", ALL, ids=named)
def test_an_unknown_form_is_answered_with_those_there_are(forms: Forms[object], tmp_path: Path) -> None:
    """And an unknown ending with the endings, where an ending chooses; nothing is written."""
    command = (*forms.command.split(), *ARGUMENTS[forms.command])
    done = haiten(*command, "--as", "docx")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"使い方の誤り: 「docx」は使えない値です（--as に使える値: {'、'.join(forms.words)}）" in done.stderr
    done = haiten(*command, "--to", "x.docx", cwd=tmp_path)
    if forms.any_name is not None:
        assert done.returncode == 0
        assert (tmp_path / "x.docx").read_text(encoding="utf-8")
        return
    assert (done.returncode, done.stdout) == (2, "")
    assert f"「x.docx」の形が分かりません。名の終わりを {'、'.join(forms.endings)}" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("forms", ALL, ids=named)
def test_help_tells_all_forms(forms: Forms[object]) -> None:
    """It is made from the same entries."""

    def joined(text: str) -> str:
        return re.sub(r"[\s│]+", "", text)

    told = joined(haiten(*forms.command.split(), "--help").stdout)
    assert joined(forms.usage) in told
    for form in forms.forms:
        assert joined(f"{form.word}（{form.about}）" if form.about else form.word) in told
    assert forms.any_name is not None or "、".join(forms.endings) in told


def test_the_page_of_outputs_has_all_forms() -> None:
    """A row for each command, as it is entered."""
    page = (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    made = []
    for forms in ALL:
        words = " ".join(f"`{word}`" for word in forms.words)
        ends = " ".join(forms.endings) if forms.any_name is None else f"どんな名でも `{forms.any_name}`"
        made.append(f"| `{forms.command}` | {words} | {ends} | {'表示もする' if forms.talks else '書かない'} |")
    assert sorted(rows) == sorted(made)


def test_several_files_at_once(tmp_path: Path) -> None:
    """Each in the form that its name tells; only what talks prints beside them."""
    files = [tmp_path / f"x{ending}" for ending in (".csv", ".json", ".parquet", ".xlsx", ".txt")]
    options = [part for path in files for part in ("--to", path)]
    done = haiten(*SCORE, *options)
    assert (done.returncode, done.stdout) == (0, haiten(*SCORE).stdout)
    assert all(path.stat().st_size for path in files)
    assert json.loads(files[1].read_text(encoding="utf-8")) == json.loads(haiten(*SCORE, "--json").stdout)
    done = haiten("check", R6, "--to", tmp_path / "c.sarif", "--to", tmp_path / "c.txt", "--to", tmp_path / "c.err")
    assert (done.returncode, done.stdout) == (0, "")
    assert "誤りはありません" in (tmp_path / "c.txt").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "c.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"


def test_what_is_wrong_is_told_by_the_status_in_every_form(tmp_path: Path) -> None:
    """A file takes what is printed, not how the command ends."""
    bad = ROOT / "tests" / "diagnostics" / "bad" / "label_doubled.haiten"
    for form in CHECK.forms:
        printed = haiten("check", bad, "--as", form.word)
        written = haiten("check", bad, "--to", tmp_path / f"x{form.endings[0]}")
        assert (printed.returncode, written.returncode, written.stdout) == (1, 1, "")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((*SCORE, "--json", "--as", "csv"), "「--as csv」と「--json」は、どちらか一方にしてください"),
        (("check", R6, "--as", "gnu", "--format", "json"), "「--as gnu」と「--format json」は、どちらか一方"),
        ((*STATS, "--as", "json", "--to", "x.csv", "--to", "x.xlsx"), "形が合いません"),
        ((*SCORE, "--to", "x"), "「x」の形が分かりません"),
        ((*SCORE, "--as", "csv", "--to", "x.ods"), "「x.ods」の形が分かりません"),
        ((*SCORE, "--as", "json", "--csv-safe"), "「--csv-safe」は、CSV を書くときだけ"),
        ((*SCORE, "--to", "a.csv", "--to", "./a.csv"), "同じファイルです"),
        (("prove", R6, "--verify", "c.json", "--as", "json"), "「--as」と一度に使えません"),
    ],
)
def test_options_that_cannot_all_be_meant(arguments: tuple[object, ...], told: str, tmp_path: Path) -> None:
    """Told before any work."""
    done = haiten(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert not list(tmp_path.iterdir())


def test_too_many_scenarios_for_a_workbook_leave_the_old_one(tmp_path: Path) -> None:
    """What a form does not hold is no empty file."""
    to = tmp_path / "x.xlsx"
    to.write_bytes(b"old")
    done = haiten("sweep", R6, SHEET, "--points", f"{ITEM}=0..500", "--to", to)
    assert (done.returncode, done.stdout, to.read_bytes()) == (2, "", b"old")


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="no such name here")
@pytest.mark.parametrize(("word", "start"), [("xlsx", b"PK"), ("parquet", b"PAR1"), ("csv", BOM), ("json", b"{")])
def test_standard_output_by_its_name_takes_any_form(word: str, start: bytes) -> None:
    """Through a pipe, and with nothing printed beside it."""
    words = [sys.executable, "-m", "haiten.cli", *map(str, SCORE), "--as", word, "--to", "/dev/stdout"]
    done = subprocess.run(words, capture_output=True, check=False)
    assert (done.returncode, done.stdout[: len(start)]) == (0, start)
    if word == "parquet":
        assert pl.read_parquet(io.BytesIO(done.stdout)).height == 1


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="no such name here")
def test_no_workbook_goes_to_a_terminal() -> None:
    """Nobody could read it there."""
    ours, terminal = pty.openpty()
    words = [sys.executable, "-m", "haiten.cli", *map(str, SCORE), "--as", "xlsx", "--to", "/dev/stdout"]
    done = subprocess.run(words, stdin=terminal, stdout=terminal, stderr=subprocess.PIPE, text=True, check=False)
    os.close(terminal)
    os.close(ours)
    assert done.returncode == 2
    assert "「/dev/stdout」は端末なので、xlsx を書けません" in done.stderr


def test_only_files_are_binary() -> None:
    """Text of every kind may be printed."""
    assert all(isinstance(form, Binary) == form.binary for _, form in walk())
    binary = [form for _, form in walk() if form.binary]
    assert binary
    for form in binary:
        with pytest.raises(NotHeldError, match=form.word):
            form.show(None, safe=False)


def test_a_form_says_how_it_is_written_and_printed() -> None:
    """One that leaves either out cannot be made."""
    with pytest.raises(TypeError, match="abstract methods show, write"):
        Form("x", ())
