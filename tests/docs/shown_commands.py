"""Commands of a page, run in order in one folder, and the lines that they print."""

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from real_commands import haiten

FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def ran(command: str, folder: Path, fails: Callable[[str], bool]) -> str:
    """What a command of the page prints: diagnostics, then the rest; ``fails`` says which end with 1."""
    words = shlex.split(command)
    if words[0] == "haiten":
        done = haiten(*words[1:], cwd=folder)
    else:
        words = [sys.executable if words[0].startswith("python") else words[0], *words[1:]]
        done = subprocess.run(words, capture_output=True, text=True, cwd=folder, check=False)
    assert done.returncode == (1 if fails(command) else 0), (command, done.stderr)
    return f"{done.stderr}\n{done.stdout}"


def squeezed(line: str) -> str:
    """A line without the blanks of its layout."""
    return " ".join(line.split())


def held(block: str, folder: Path, fails: Callable[[str], bool] = lambda command: False) -> int:
    """Run a block; the lines under a command are printed by it, in that order, and ``...`` stands for others.

    How many lines were held.
    """
    output, shown = iter([""]), 0
    for line in block.splitlines():
        if line.startswith("$ "):
            command = line.removeprefix("$ ")
            output = iter([squeezed(printed) for printed in ran(command, folder, fails).splitlines()])
        elif line != "...":
            assert squeezed(line) in output, line
            shown += 1
    return shown
