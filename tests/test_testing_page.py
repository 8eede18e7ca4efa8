"""What docs/testing.md and its Japanese twin show is what happens."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from real_commands import haiten

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "docs" / "testing.md", ROOT / "docs" / "testing.ja.md"]


def fences(path: Path, language: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [text for marked, text in found if marked == language]


def test_the_commands_print_what_is_shown(tmp_path: Path) -> None:
    """The rulebook and cases of the page, tried as shown, print every line that is shown and save what is said."""
    (rules,), (cases,) = fences(PAGES[0], "haiten"), fences(PAGES[0], "csv")
    (tmp_path / "depends.haiten").write_text(rules, encoding="utf-8")
    (tmp_path / "depends.cases.csv").write_text(cases, encoding="utf-8")
    tried, scored = (block.strip().split("\n") for block in fences(PAGES[0], ""))
    done = haiten(*tried[0].split()[2:], cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.splitlines() == tried[1:]
    assert (tmp_path / "反例" / "単調.csv").exists()
    assert haiten(*scored[0].split()[2:], cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("code", fences(PAGES[0], "python"), ids=lambda code: re.findall(r"def (test_\w+)", code)[0])
def test_the_python_passes(code: str) -> None:
    """Each Python example passes as it stands."""
    name = re.findall(r"def (test_\w+)", code)[0]
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{name}()"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr


def test_both_languages_show_the_same() -> None:
    """The two pages have the same sections, examples and strategies; only words differ."""
    english, japanese = (path.read_text(encoding="utf-8") for path in PAGES)
    assert english.count("\n## ") == japanese.count("\n## ") > 0
    assert [fences(PAGES[0], at) for at in ("haiten", "csv", "", "python")] == [
        fences(PAGES[1], at) for at in ("haiten", "csv", "", "python")
    ]
    rows = r"^\| `([a-z]+\(.*?)`"
    assert re.findall(rows, english, re.MULTILINE) == re.findall(rows, japanese, re.MULTILINE) != []
