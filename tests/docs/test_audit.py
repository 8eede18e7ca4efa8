"""The page for auditors shows what really happens: its commands are run, in order, in one folder."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from real_commands import ROOT, haiten

PAGE = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
BLOCKS = [block for block in re.findall(r"^```\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL) if block.startswith("$ ")]


def ran(command: str, folder: Path) -> str:
    """What a command of the page prints: diagnostics, then the rest."""
    words = shlex.split(command)
    if words[0] == "haiten":
        done = haiten(*words[1:], cwd=folder)
    else:
        words = [sys.executable if words[0].startswith("python") else words[0], *words[1:]]
        done = subprocess.run(words, capture_output=True, text=True, cwd=folder, check=False)
    wrong = "other_points" in command
    assert done.returncode == (1 if wrong else 0), (command, done.stderr)
    return f"{done.stderr}\n{done.stdout}"


def squeezed(line: str) -> str:
    return " ".join(line.split())


def test_every_command_prints_what_the_page_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines under a command are printed by it, in that order; ``...`` stands for others."""
    monkeypatch.setenv("COLUMNS", "160")
    for shared in ("rules", "examples"):
        (tmp_path / shared).symlink_to(ROOT / shared)
    shown = 0
    for block in BLOCKS:
        output = iter([""])
        for line in block.splitlines():
            if line.startswith("$ "):
                output = iter([squeezed(printed) for printed in ran(line.removeprefix("$ "), tmp_path).splitlines()])
            elif line != "...":
                assert squeezed(line) in output, line
                shown += 1
    assert shown > 40
    # Two pages name the same digest: the record of the yen is tied to that of the scores.
    told = haiten("runs", tmp_path, "--as", "csv").stdout
    assert "scores.haitenrun" in told.splitlines()[2]


def test_the_page_has_all_codes_of_records() -> None:
    """Every reason to refuse a record stands in its table."""
    import haiten.records.errors as errors

    codes = {made.code for made in vars(errors).values() if getattr(made, "code", "").startswith("H9")}
    assert len(codes) == 13
    assert set(re.findall(r"\[(H9\d\d)\]", PAGE)) == codes
