"""What a user waits for is what is measured: commands up to where they read facts, and changes of one line."""

import json
import subprocess
import sys
from pathlib import Path

from attrs import evolve

from haiten.benchmarks import begin, waits
from haiten.benchmarks.edits import edits
from haiten.benchmarks.measure import RULEBOOK, Times
from haiten.benchmarks.report import _waits
from haiten.benchmarks.waits import FLOOR, Wait, WaitsMeasured
from haiten.compiler.source import read_source

ROOT = Path(__file__).parents[2]
RULES, FACTS = "rules/r6/municipal.haiten", "examples/kitashiobara_r6.csv"


def begun(module: str, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(begin.__file__), module, *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def test_a_command_ends_where_it_asks_for_the_module() -> None:
    """It has said nothing by then; one that never asks is an error, so that a module that was renamed is noticed."""
    done = begun("haiten.scoring.reading.read_facts", "score", RULES, FACTS)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    never = begun("haiten.no_such_module", "--version")
    assert never.returncode == 1
    assert "was not asked for" in never.stderr


def test_every_command_that_is_measured_is_one() -> None:
    """Whoever asks at most so many times the floor names a command, and the floor comes first."""
    first, *rest = waits._commands()
    assert first.label == FLOOR
    assert all(command.label.startswith("haiten ") for command in rest)
    assert [command.kept for command in rest].count(False) == 1


def test_edits_change_one_line_each() -> None:
    """All in other places, and only there."""
    source = read_source(RULEBOOK)
    before, changed = source.text.split("\n"), set()
    for edited in edits(source):
        after = edited.text.split("\n")
        assert len(after) == len(before)
        (line,) = (number for number, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1])
        changed.add(line)
    assert len(changed) > 15


def test_waits_are_told_in_times_of_the_floor() -> None:
    """As they are kept, too."""
    machine = {"date": "2026-04-01", "load": "0.1"}
    floor = Wait(FLOOR, Times(0.2, 0.1), 2**20, None)
    check = Wait("haiten check", Times(0.9, 0.45), 3 * 2**20, 5.0)
    measured = WaitsMeasured(machine, 11, (floor, check, evolve(check, label="edit", peak=None, asked=None)))
    assert WaitsMeasured.from_json(json.loads(json.dumps(measured.to_json()))) == measured
    table = list(_waits(measured))
    assert "| haiten check | 450 ms | 4.50 × | 5 × | 900 ms | 3 MiB |" in table
    assert "| edit | 450 ms | 4.50 × |  | 900 ms |  |" in table
