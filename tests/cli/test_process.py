"""A command in a process of its own, as a shell runs it, beside the same one in the process of the tests."""

import subprocess
import sys
from pathlib import Path

import pytest
from real_commands import ROOT, haiten, process

R6 = ROOT / "rules" / "r6" / "municipal.haiten"
R7 = ROOT / "rules" / "r7" / "municipal.haiten"
SHEET = ROOT / "examples" / "kitashiobara_r6.csv"
BAD = ROOT / "tests" / "diagnostics" / "bad"


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["check", R6], 0),
        (["check", BAD / "five_mistakes_of_five_kinds_x5.haiten"], 1),
        (["score", R6, SHEET], 0),
        (["score", R7, SHEET], 1),
        (["stats", R6, SHEET, "--table", "達成項目", "--as", "csv"], 0),
        (["explain", R6, SHEET, "--body", "07402", "推進.Ⅳ.成果.1", "--json"], 0),
        (["diff", R6, R7, "--as", "amendment"], 0),
        (["sql", R6, "--dialect", "duckdb", "--to", "/missing/r6.sql"], 1),
        (["allocate", "examples/r2/allocation.haiten", "examples/r2/bodies.csv"], 0),
        (["score", R6], 2),
        (["無い"], 2),
        (["--help"], 0),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else value,
)
def test_both_say_and_end_the_same(arguments: list[object], status: int) -> None:
    """What goes to stdout, what to stderr, and the status, to the letter."""
    here, apart = haiten(*arguments), process(*arguments)
    assert (apart.returncode, apart.stdout, apart.stderr) == (here.returncode, here.stdout, here.stderr)
    assert apart.returncode == status
    assert apart.stdout or apart.stderr


def test_both_work_in_the_folder_they_are_given(tmp_path: Path) -> None:
    """Files are named from there, and written there."""
    for number, run in enumerate((haiten, process)):
        done = run("score", R6, SHEET, "--to", f"{number}.csv", cwd=tmp_path)
        assert done.returncode == 0
    assert (tmp_path / "0.csv").read_bytes() == (tmp_path / "1.csv").read_bytes()


@pytest.mark.parametrize("file", [R7, BAD / "five_mistakes_of_five_kinds_x5.haiten", "missing.haiten", ".", "検査"])
def test_files_alone_are_checked_as_with_options(file: object) -> None:
    """``check`` of files is run without what reads options; one that means what is meant anyway changes nothing."""
    alone, read = haiten("check", file, file), haiten("check", file, file, "--as", "text")
    assert (alone.returncode, alone.stdout, alone.stderr) == (read.returncode, read.stdout, read.stderr)


def test_what_reads_options_is_not_loaded_for_files_alone() -> None:
    """It takes as long to load as a fifth of a check takes."""
    code = (
        "import sys; from haiten.cli import main\n"
        f"try: main(['check', {str(R7)!r}])\nexcept SystemExit: pass\n"
        "sys.exit('cyclopts' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0
