"""What the READMEs show is what the commands print, in both languages alike."""

import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from real_commands import haiten

ROOT = Path(__file__).parents[1]
READMES = [ROOT / "README.md", ROOT / "README.ja.md"]


def fences(path: Path) -> list[str]:
    return re.findall(r"^```\w*\n(.*?)^```$", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@cache  # both READMEs show the same
def printed(arguments: str) -> str:
    done = haiten(*shlex.split(arguments.split("|")[0]))
    assert done.returncode == 0, done.stderr
    return done.stdout


def squeezed(line: str) -> str:
    return " ".join(line.split())


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_the_commands_print_what_is_shown(path: Path) -> None:
    """The lines that a README shows under a command about the real rulebooks are printed by it, in that order."""
    # Points are explained from facts of 19 bodies, which are not here.
    shown = [block for block in fences(path) if block.startswith("$ haiten") and "facts.csv" not in block]
    names = [
        "check",
        "score",
        "consolidate",
        "diff",
        "history",
        "impact",
        "why",
        "allocate",
        "explain",
        "prove",
        "sql",
        "gaps",
        "whatif",
    ]
    assert [block.split()[2] for block in shown] == names
    for block in shown:
        command, *lines = block.strip().split("\n")
        output = iter([squeezed(line) for line in printed(command.removeprefix("$ haiten ")).split("\n")])
        for line in lines:
            assert line.strip() == "..." or squeezed(line) in output, line


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_the_rulebook_is_quoted_rightly(path: Path) -> None:
    """The excerpts of rulebook and revision stand in them, line by line."""
    for year, start in (("r6", "交付金"), ("r7", "支援.")):
        rules = (ROOT / "rules" / year / "municipal.haiten").read_text(encoding="utf-8").split("\n")
        (excerpt,) = [block for block in fences(path) if block.startswith(start)]
        assert all(line in rules for line in excerpt.strip().split("\n") if line)
    allocation = (ROOT / "rules" / "r6" / "allocation.haiten").read_text(encoding="utf-8").split("\n")
    (excerpt,) = [block for block in fences(path) if block.startswith("予算")]
    assert all(line in allocation for line in excerpt.strip().split("\n") if line)


def test_the_python_runs() -> None:
    """The Python example, the same in both languages, gives what its comments say."""
    (code,) = [block for block in fences(READMES[0]) if block.startswith("import haiten")]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    comments = re.findall(r"print\(.*\)  # (.*)", code)
    assert done.stdout.splitlines() == comments


def test_both_languages_show_the_same() -> None:
    """The two READMEs have the same sections and the same examples; only words differ."""
    english, japanese = (path.read_text(encoding="utf-8") for path in READMES)
    assert english.count("\n## ") == japanese.count("\n## ")
    assert [b for b in fences(READMES[0]) if "make " not in b and "cli.py" not in b] == [
        b for b in fences(READMES[1]) if "make " not in b and "cli.py" not in b
    ]
    commands = r"make (?:demo|test)"
    assert re.findall(commands, english) == re.findall(commands, japanese) != []


def test_the_property_test_runs() -> None:
    """The Hypothesis example, the same in both languages, passes as it stands."""
    (code,) = [block for block in fences(READMES[0]) if block.startswith("from hypothesis")]
    name = re.findall(r"def (test_\w+)", code)[0]
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{name}()"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
