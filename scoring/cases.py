"""Cases of rule authors: sheets with the points that they should give, kept beside a rulebook.

A case file is a fact file with columns ``期待.<path>`` (``期待.全体`` for the total): the points that reach the total,
as ``3``, or as ``1-3`` where something is unknown. An empty cell expects nothing.
"""

import re
from pathlib import Path
from typing import Final

from attrs import frozen

from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.paths import canonical_path
from haiten.compiler.suggest import nearest
from haiten.scoring import fact_errors as errors
from haiten.scoring.reading.batches import UnreadableError
from haiten.scoring.reading.read_facts import read_rows
from haiten.scoring.reading.tables import rows_of
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.scores import Scores

EXPECTED: Final = "期待."
TOTAL: Final = "全体"
_POINTS: Final = re.compile(r"([0-9]+)(?:[-–〜～]([0-9]+))?")


@frozen
class Failure:
    """An expectation that was not met; the row counts from 1, the header."""

    row: int
    code: str
    path: str
    expected: str
    actual: str


@frozen(eq=False)
class CasesRun:
    """What became of a case file.

    Attributes:
        scores: None where something is wrong with the file.
        expectations: how many were held against the scores.
    """

    scores: Scores | None
    expectations: int
    failures: tuple[Failure, ...]
    diagnostics: tuple[Diagnostic, ...]


def cases_beside(file: Path) -> tuple[Path, ...]:
    """The case files of a rule file: ``municipal.cases.csv`` and ``municipal.<anything>.cases.csv``."""
    folder, name = file.parent, file.stem
    return (*sorted(folder.glob(f"{name}.cases.csv")), *sorted(folder.glob(f"{name}.*.cases.csv")))


def run_cases(rulebook: Rulebook, path: Path) -> CasesRun:
    """Score the sheets of a case file, and hold its expectations against them.

    Raises:
        UnusableError: the rulebook has errors.
    """
    name = str(path)
    try:
        rows = rows_of(path)
    except UnreadableError as error:
        return CasesRun(None, 0, (), (errors.UnreadableTable(Cell(name), str(error)),))
    header = [canonical_path(cell) for cell in rows[0]]
    expected = {at: cell.removeprefix(EXPECTED) for at, cell in enumerate(header) if cell.startswith(EXPECTED)}
    facts = [[cell for at, cell in enumerate(row) if at not in expected] for row in rows]
    read = read_rows(name, facts, rulebook.program)
    diagnostics = [*read.diagnostics, *_unknown(rulebook, name, expected)]
    if read.facts is None or len(diagnostics) > len(read.diagnostics):
        return CasesRun(None, 0, (), tuple(diagnostics))
    scores = rulebook.score(read.facts)
    kept = [(number, row) for number, row in enumerate(rows[1:], start=2) if any(cell.strip() for cell in row)]
    failures, count = [], 0
    for body, (number, row) in enumerate(kept):
        for at, about in expected.items():
            said = row[at].strip() if at < len(row) else ""
            if not said:
                continue
            count += 1
            points = scores.points(None if about == TOTAL else about, body)
            found = _POINTS.fullmatch(said)
            if found is None or (points.certain, points.possible) != (int(found[1]), int(found[2] or found[1])):
                actual = f"{points.certain}" if points.decided else f"{points.certain}-{points.possible}"
                failures.append(Failure(number, scores.bodies[body].code, about, said, actual))
    return CasesRun(scores, count, tuple(failures), tuple(diagnostics))


def _unknown(rulebook: Rulebook, name: str, expected: dict[int, str]) -> list[Diagnostic]:
    nodes = rulebook.program.nodes
    return [
        errors.UnknownColumn(Cell(name, 1, EXPECTED + path), EXPECTED + path, nearest(path, nodes))
        for path in expected.values()
        if path not in nodes and path != TOTAL
    ]


@frozen
class Coverage:
    """Leaves by what the cases showed of them: both outcomes, one, or none that was decided."""

    both: tuple[str, ...]
    only_met: tuple[str, ...]
    only_not_met: tuple[str, ...]
    never: tuple[str, ...]


def coverage_of(rulebook: Rulebook, runs: tuple[CasesRun, ...]) -> Coverage:
    """What all case files together show of the conditions of a rulebook; layout does not matter."""
    groups: dict[tuple[bool, bool], list[str]] = {(a, b): [] for a in (True, False) for b in (True, False)}
    for leaf in rulebook.program.leaves:
        if leaf.is_shared:
            continue
        # An outcome that was told does not show that the condition works.
        done = [run.scores.run for run in runs if run.scores is not None]
        outcomes = [run.outcome(leaf.path) if leaf.answered else run.computed(leaf.path) for run in done]
        met = any(bool(outcome.certain.any()) for outcome in outcomes)
        not_met = any(bool((~outcome.possible).any()) for outcome in outcomes)
        groups[met, not_met].append(leaf.path)
    return Coverage(*(tuple(groups[key]) for key in ((True, True), (True, False), (False, True), (False, False))))
