"""Where results go: files that cannot be written, as every command tells them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from real_commands import ROOT, haiten

R7 = ROOT / "rules" / "r7" / "municipal.haiten"
R6 = ROOT / "rules" / "r6" / "municipal.haiten"
VILLAGE = ROOT / "examples" / "kitashiobara_r7.csv"
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
            assert reason in done.stderr, arguments
