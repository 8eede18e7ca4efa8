"""The modules run by Node, where it is installed: for checks of what they compute."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from haiten.backends.javascript.kept_ranks import KeptRanks
from haiten.backends.javascript.program_data import program_data
from haiten.backends.javascript.reasons_data import ReasonWriter
from haiten.compiler.evaluator.emit import Evaluator
from haiten.compiler.late import frozen

HERE: Final = Path(__file__).parent
_LONGEST: Final = 600  # seconds


class NodeMissingError(Exception):
    """There is no Node on this machine, or it failed; the text says what it said."""


@frozen
class KnownOfBody:
    """What is known of a body: exact numbers, answers and outcomes, and points that are given, each by its name."""

    numbers: Mapping[str, Fraction]
    answers: Mapping[str, bool]
    outcomes: Mapping[str, bool]
    points: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        """As ``FactsData`` of ``run_cases.js``."""
        return {
            "numbers": {name: str(value) for name, value in self.numbers.items()},
            "answers": dict(self.answers),
            "outcomes": dict(self.outcomes),
            "points": dict(self.points),
        }


@frozen
class BodiesForNode:
    """Bodies to score with a rulebook."""

    evaluator: Evaluator
    kept: KeptRanks
    bodies: Sequence[KnownOfBody]
    reasons: bool = True

    def to_json(self) -> dict[str, Any]:
        """As ``run_cases.js`` takes it."""
        writer, program = ReasonWriter(self.evaluator), self.evaluator.program
        conditions = {leaf.path: program.nodes[leaf.same_as].condition for leaf in program.leaves}
        reasons = {path: writer.of(condition) for path, condition in conditions.items() if condition is not None}
        return {
            "program": program_data(self.evaluator, self.kept),
            "reasons": reasons if self.reasons else {},
            "facts": [body.to_json() for body in self.bodies],
        }


def find_node() -> str | None:
    """Where Node is; None where it is not installed."""
    return shutil.which("node") or shutil.which("nodejs")


def score_by_node(batches: Sequence[BodiesForNode]) -> list[list[dict[str, Any]]]:
    """What Node makes of the bodies of each batch: by body ``nodes`` (as ``scoreData`` tells them) and ``reasons``.

    Raises:
        NodeMissingError: it is not installed, or fails.
    """
    node = find_node()
    if node is None:
        raise NodeMissingError("Node がありません")
    given = json.dumps({"programs": [batch.to_json() for batch in batches]}, ensure_ascii=False)
    done = subprocess.run(
        [node, str(HERE / "run_cases.js")],
        input=given,
        capture_output=True,
        encoding="utf-8",
        timeout=_LONGEST,
        check=False,
    )
    if done.returncode:
        raise NodeMissingError(done.stderr.strip())
    found: list[list[dict[str, Any]]] = json.loads(done.stdout)
    return found
