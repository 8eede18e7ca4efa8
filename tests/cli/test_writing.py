"""Where results go: files that cannot be written, as every command tells them."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook
from real_commands import ROOT, haiten

R7 = ROOT / "rules" / "r7" / "municipal.haiten"
R6 = ROOT / "rules" / "r6" / "municipal.haiten"
VILLAGE = ROOT / "examples" / "kitashiobara_r7.csv"
SURVEY = ROOT / "examples" / "survey" / "rules.haiten"
RETURNED = ROOT / "examples" / "survey" / "returned"
SWEEP = ("sweep", R7, VILLAGE, "--points", "推進.Ⅰ.(ⅰ).1.ア=1")
GAPS = ("gaps", R7, VILLAGE, "--body", "074021")
STATS = ("stats", R7, VILLAGE)
MONEY = ("allocate", ROOT / "examples" / "r2" / "allocation.haiten", ROOT / "examples" / "r2" / "bodies.csv")
COMMANDS = [
    (*SWEEP, "--to", "x.csv"),
    (*SWEEP, "--to", "x.parquet"),
    (*SWEEP, "--to", "x.xlsx"),
    ("score", R7, VILLAGE, "--to", "x.csv"),
    ("score", R7, VILLAGE, "--to", "x.parquet"),
    ("score", R7, VILLAGE, "--to", "x.xlsx"),
    ("score", R7, VILLAGE, "--to", "x.json"),
    ("score", R7, VILLAGE, "--save-cutoffs", "x.json"),
    ("sheet", R7, "--to", "x.xlsx"),
    ("collect", RETURNED, "--rules", SURVEY, "--to", "x.csv"),
    (*MONEY, "--to", "x.csv"),
    (*MONEY, "--to", "x.parquet"),
    (*MONEY, "--to", "x.xlsx"),
    (*STATS, "--to", "x.txt"),
    (*STATS, "--as", "json", "--to", "x.json"),
    (*STATS, "--as", "xlsx", "--to", "x.xlsx"),
    (*STATS, "--table", "分布", "--as", "csv", "--to", "x.csv"),
    (*GAPS, "--to", "x.txt"),
    (*GAPS, "--as", "csv", "--to", "x.csv"),
    ("diff", R6, R7, "--to", "x.txt"),
    ("diff", R6, R7, "--as", "xlsx", "--to", "x.xlsx"),
    ("impact", R6, R7, ROOT / "examples" / "kitashiobara_r6.csv", "--to", "x.csv"),
    ("consolidate", R7, "--to", "x.haiten"),
    ("sql", R7, "--dialect", "duckdb", "--to", "x.sql"),
]
# One for each library that writes.
FULL = [
    command
    for command in COMMANDS
    if (command[0], Path(str(command[-1])).suffix)
    in {
        ("sweep", ".csv"),
        ("sweep", ".parquet"),
        ("score", ".xlsx"),
        ("score", ".parquet"),
        ("score", ".csv"),
        ("gaps", ".csv"),
    }
]


def test_impact_writes_no_csv_under_another_name(tmp_path: Path) -> None:
    """A workbook is one, and an ending that tells nothing is refused before the work."""
    facts = ROOT / "examples" / "kitashiobara_r6.csv"
    done = haiten("impact", R6, R7, facts, "--to", tmp_path / "差.ods")
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
    assert "名の終わりを .txt、.csv、.parquet、.xlsx、.json のどれかにしてください" in done.stderr
    ends = ("csv", "parquet", "xlsx")
    done = haiten("impact", R6, R7, facts, *(part for end in ends for part in ("--to", tmp_path / f"差.{end}")))
    assert done.returncode == 0
    first = pl.read_csv(tmp_path / "差.csv", infer_schema=False).fill_null("")
    assert pl.read_parquet(tmp_path / "差.parquet").cast(pl.String).fill_null("").equals(first)
    cells = CalamineWorkbook.from_path(tmp_path / "差.xlsx").get_sheet_by_index(0).to_python()
    shown = [[str(int(cell)) if isinstance(cell, float) else cell for cell in row] for row in cells]
    assert shown == [first.columns, *map(list, first.rows())]
    assert first.columns[:3] == ["団体コード", "団体名", "都道府県"]


def test_a_fix_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file stays as it was; what would have been changed is not shown as done."""
    file = tmp_path / "rules.haiten"
    file.write_text(R6.read_text(encoding="utf-8").replace("目標 Ⅰ", "目標 I", 1), encoding="utf-8")

    def full(path: Path, *_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    done = haiten("check", "--fix", file)
    assert f"{file} に書けません: 空き容量がありません" in done.stderr
    assert "修正後" not in done.stderr


def named(command: tuple[object, ...]) -> str:
    return f"{command[0]} {command[-1]}"


@pytest.mark.parametrize("command", COMMANDS, ids=named)
def test_a_missing_folder_is_told_and_not_made(command: tuple[object, ...], tmp_path: Path) -> None:
    """A slip in the name of a folder makes no folder: the file is named, with the reason in Japanese."""
    *arguments, name = command
    to = Path("no", str(name))
    done = haiten(*arguments, to, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith(f"{to} に書けません: 書き込む先のフォルダがありません\n")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", COMMANDS, ids=named)
def test_a_folder_of_that_name_is_told(command: tuple[object, ...], tmp_path: Path) -> None:
    """What is a folder already is not written over."""
    *arguments, name = command
    (tmp_path / str(name)).mkdir()
    done = haiten(*arguments, name, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith(f"{name} に書けません: フォルダです\n")


@pytest.mark.skipif(not os.access("/dev/full", os.W_OK), reason="no device that is always full")
@pytest.mark.parametrize("command", FULL, ids=named)
def test_a_full_disk_is_told(command: tuple[object, ...], tmp_path: Path) -> None:
    """Whichever library writes the file, it is named, with the reason."""
    *arguments, name = command
    (tmp_path / str(name)).symlink_to("/dev/full")
    # In a process of its own: zipfile complains when what it could not finish is collected.
    words = [sys.executable, "-m", "haiten.cli", *(str(argument) for argument in arguments), str(name)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{name} に書けません: 空き容量がありません\n" in done.stderr


def test_files_that_cannot_be_read_are_told_in_japanese(tmp_path: Path) -> None:
    """Rulebooks, facts, scenarios, cut-offs and certificates alike: folders, and names that are too long."""
    long = "長" * 200
    for name, reason in (
        (tmp_path, "フォルダです"),
        (long, "名が長すぎます"),
        (VILLAGE / "x", "途中の名がフォルダではありません"),
    ):
        for arguments in (
            ("score", name, VILLAGE),
            ("score", R7, name),
            ("score", R7, VILLAGE, "--cutoffs", name),
            ("sweep", R7, VILLAGE, "--scenarios", name),
            ("prove", R7, "--verify", name),
        ):
            done = haiten(*arguments)
            assert done.returncode == 1
            # A folder of facts is one of survey sheets.
            sheets = arguments == ("score", R7, tmp_path)
            assert ("フォルダに調査票がありません" if sheets else reason) in done.stderr, arguments


# --as and --to


def form_of(path: Path) -> str:
    """What a file really is."""
    if path.is_dir():
        return "folder"
    data = path.read_bytes()
    if data.startswith(b"PK"):
        return "xlsx"
    text = data.decode("utf-8-sig")
    if text.startswith("{"):
        return "json"
    if text.startswith("<!"):
        return "html"
    if text.startswith("言語"):
        return "amendment"
    return "csv" if "," in text.splitlines()[0] else "text"


@pytest.mark.parametrize(
    ("arguments", "name", "form"),
    [
        (STATS, "x.xlsx", "xlsx"),
        (STATS, "x.json", "json"),
        (STATS, "x.txt", "text"),
        (STATS, "x", "text"),
        ((*STATS, "--table", "順位"), "x.csv", "csv"),
        ((*STATS, "--table", "順位"), "X.CSV", "csv"),
        ((*STATS, "--as", "csv"), "x", "folder"),
        ((*STATS, "--as", "csv", "--table", "順位"), "x", "csv"),
        (GAPS, "x.csv", "csv"),
        (GAPS, "x.xlsx", "xlsx"),
        (GAPS, "x.json", "json"),
        (GAPS, "x", "text"),
        (("diff", R6, R7), "x.xlsx", "xlsx"),
        (("diff", R6, R7), "x.html", "html"),
        (("diff", R6, R7), "x.json", "json"),
        (("diff", R6, R7), "x.haiten", "amendment"),
        (("diff", R6, R7), "x.txt", "text"),
        (("diff", R6, R7, "--as", "amendment"), "x.txt", "amendment"),
    ],
)
def test_the_name_of_the_file_tells_the_form(
    arguments: tuple[object, ...], name: str, form: str, tmp_path: Path
) -> None:
    """Without --as the ending chooses; a name without any is the terminal's text, or what --as says."""
    done = haiten(*arguments, "--to", name, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert form_of(tmp_path / name) == form


@pytest.mark.parametrize(
    ("arguments", "name", "told"),
    [
        (
            (*STATS, "--as", "xlsx"),
            "x.csv",
            "「--as xlsx」と「--to x.csv」の形が合いません。名の終わりを .xlsx にするか",
        ),
        ((*STATS, "--as", "csv", "--table", "順位"), "x.xlsx", "「--as xlsx」としてください"),
        ((*STATS, "--as", "csv"), "x.json", "形が合いません"),
        ((*STATS, "--as", "table"), "x.csv", "名の終わりを .txt にするか"),
        ((*STATS, "--as", "csv"), "all.csv", "「--to フォルダ」を、1つなら「--table 表の名」"),
        (STATS, "all.csv", "「--to フォルダ」を、1つなら「--table 表の名」"),
        (STATS, "x.parquet", "「x.parquet」の形が分かりません。名の終わりを .txt、.csv、.xlsx、.json のどれか"),
        ((*GAPS, "--as", "json"), "x.csv", "形が合いません"),
        (GAPS, "x.ods", "形が分かりません"),
        (("diff", R6, R7, "--as", "html"), "x.json", "名の終わりを .html、.htm にするか"),
        (("diff", R6, R7, "--as", "tree"), "x.haiten", "「--as amendment」としてください"),
        (("diff", R6, R7), "x.docx", "形が分かりません"),
    ],
)
def test_a_name_of_another_form_is_wrong_usage(
    arguments: tuple[object, ...], name: str, told: str, tmp_path: Path
) -> None:
    """No workbook is named .csv: that is told before any work, and nothing is written."""
    done = haiten(*arguments, "--to", name, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments",
    [
        (*STATS, "--as", "csv", "--to"),
        ("check", R7, "--witness"),
        ("prove", R7, "--witness"),
    ],
    ids=lambda arguments: str(arguments[0]),
)
def test_a_folder_of_files_is_made_but_not_those_above(arguments: tuple[object, ...], tmp_path: Path) -> None:
    """Where a folder is what is written, it alone is made."""
    done = haiten(*arguments, tmp_path / "no" / "x")
    assert done.returncode == 1
    assert f"{tmp_path / 'no' / 'x'} に書けません: 書き込む先のフォルダがありません" in done.stderr
    assert not list(tmp_path.iterdir())
    assert haiten(*arguments, tmp_path / "x").returncode == 0
    assert (tmp_path / "x").is_dir()
