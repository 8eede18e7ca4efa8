"""Real commands for tests, and the JSON that they print."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from haiten.cli import main

ROOT = Path(__file__).parents[1]


def haiten(*arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a command, which may fail but not break.

    It runs in the process of the tests, which has loaded the libraries already: that is most of what a short command
    takes. ``process`` has one of its own; tests/cli/test_process.py holds the two together.
    """
    return called(main, *arguments, cwd=cwd)


def called(
    command: Callable[[list[str]], None], *arguments: object, cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Call what a script calls, which ends with SystemExit; its status, and what it printed."""
    words = [str(argument) for argument in arguments]
    printed = redirect_stdout(_Printed()), redirect_stderr(_Printed())
    with chdir(cwd), printed[0] as out, printed[1] as err, pytest.raises(SystemExit) as ended:
        command(words)
    status = ended.value.code
    assert isinstance(status, int)
    return subprocess.CompletedProcess(words, status, out.text, err.text)


def process(*arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a command as a shell does."""
    return interpreted("-m", "haiten.cli", *arguments, cwd=cwd)


def interpreted(*arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a new interpreter on what its arguments name."""
    command = [sys.executable, *(str(argument) for argument in arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def validated(output: str, schema: str) -> Any:
    """JSON that a command printed, held to its schema."""
    data = json.loads(output)
    jsonschema.validate(data, json.loads((ROOT / "docs" / "schema" / schema).read_text(encoding="utf-8")))
    return data


class _Printed(io.TextIOWrapper):
    """Text on its way through bytes, as through a pipe, with the line ends that who reads a pipe sees."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8")

    @property
    def text(self) -> str:
        self.flush()
        written = self.buffer
        assert isinstance(written, io.BytesIO)
        return written.getvalue().decode("utf-8").replace("\r\n", "\n")
