"""What a user waits for: whole commands, and how long they take to begin; and an editor after a change of one line."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any, Final

from attrs import asdict, frozen

from haiten.benchmarks.files import FilesError, run_command
from haiten.benchmarks.machine import machine_facts
from haiten.benchmarks.measure import ROOT, RULEBOOK, Times
from haiten.compiler.store.folder import VARIABLE

FLOOR: Final = "python -c 'import lark, rich.console' (F)"
_ROUNDS: Final = 11
_QUICK_ROUNDS: Final = 3
_BEGIN: Final = Path(__file__).with_name("begin.py")
_BEFORE: Final = ROOT / "rules" / "r7" / "municipal.haiten"
_FACTS: Final = ROOT / "examples" / "kitashiobara_r7.csv"
_READS: Final = "haiten.scoring.reading.read_facts"
_NEVER: Final = "PYTHONDONTWRITEBYTECODE"  # an installed program has its modules compiled


@frozen
class Wait:
    """What one thing took.

    Attributes:
        asked: how many times the floor it may take at most; None where nothing is asked.
        peak: of resident memory, in bytes; None for what is measured in a process that does other things too.
    """

    label: str
    time: Times
    peak: int | None
    asked: float | None


@frozen
class WaitsMeasured:
    """All of a run; ``rounds``: how often each was measured, in turn. The first is the floor."""

    machine: dict[str, str]
    rounds: int
    waits: tuple[Wait, ...]

    def to_json(self) -> dict[str, Any]:
        """What is kept in ``results.json``."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "WaitsMeasured":
        """What ``results.json`` holds."""
        waits = (Wait(**wait | {"time": Times(**wait["time"])}) for wait in data["waits"])
        return cls(data["machine"], data["rounds"], tuple(waits))


@frozen
class _Command:
    """A command line; ``kept``: whether what was compiled before is there."""

    label: str
    words: tuple[str, ...]
    kept: bool
    asked: float | None


def _commands() -> Iterator[_Command]:
    def whole(*words: str) -> tuple[str, ...]:
        return ("-m", "haiten.cli", *words)

    def begun(module: str, *words: str) -> tuple[str, ...]:
        return (str(_BEGIN), module, *words)

    rules, facts = str(RULEBOOK), str(_FACTS)
    yield _Command(FLOOR, ("-c", "import lark, rich.console"), True, None)
    yield _Command("haiten --version", whole("--version"), True, 1.3)
    yield _Command("haiten --help", whole("--help"), True, 1.3)
    yield _Command("haiten check R8, nothing kept", whole("check", rules), False, 5.0)
    yield _Command("haiten check R8, nothing changed", whole("check", rules), True, 2.5)
    for name, more in (("score", ()), ("explain", ("--body", "074021")), ("gaps", ("--body", "074021"))):
        yield _Command(f"haiten {name}, until it reads facts", begun(_READS, name, rules, facts, *more), True, 3.0)
    words = begun("haiten.comparison.diff", "diff", str(_BEFORE), rules)
    yield _Command("haiten diff R7 R8, until it compares", words, True, 3.0)
    yield _Command("haiten diff R7 R8", whole("diff", str(_BEFORE), rules), True, None)


def measure_waits(tell: Callable[[str], None], *, quick: bool = False) -> WaitsMeasured:
    """Measure all of it; ``tell`` is given a line before each.

    Raises:
        FilesError: a command failed.
    """
    machine, rounds = machine_facts(), _QUICK_ROUNDS if quick else _ROUNDS
    commands = tuple(_commands())
    runs: dict[str, list[tuple[Times, int]]] = {command.label: [] for command in commands}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(rounds + 1):  # the first is for warming up, and for what is kept
            for command in commands:
                tell(f"{command.label}（{number}/{rounds}）")
                with tempfile.TemporaryDirectory() as empty:
                    kept = {VARIABLE: str(folder / "kept") if command.kept else empty}
                    environment = {key: value for key, value in os.environ.items() if key != _NEVER} | kept
                    found = run_command([sys.executable, *command.words], folder, environment)
                if isinstance(found, str):
                    raise FilesError(f"{command.label}: {found}")
                runs[command.label].extend([found] if number else [])
    waits = [Wait(each.label, *_medians(runs[each.label]), each.asked) for each in commands]
    tell("編集")
    return WaitsMeasured(machine, rounds, (*waits, *_edits()))


def _medians(runs: list[tuple[Times, int]]) -> tuple[Times, int]:
    times = Times(median(time.wall for time, _ in runs), median(time.cpu for time, _ in runs))
    return times, int(median(peak for _, peak in runs))


def _edits() -> Iterator[Wait]:
    command = [sys.executable, "-m", "haiten.benchmarks.edits"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise FilesError(f"edits: {done.stderr.strip()}")
    compiled, examined = (Times(**times) for times in json.loads(done.stdout))
    yield Wait("R8 again after a change of one line, in one process", compiled, None, None)
    yield Wait("the same, with all diagnostics", examined, None, None)
