"""Cases of rule authors: sheets with the points that they should give, kept beside a rulebook.

A case file is a fact file with columns ``期待.<path>`` (``期待.全体`` for the total): the points that reach the total,
as ``3``, or as ``1-3`` where something is unknown. An empty cell expects nothing.
"""

import re
from pathlib import Path
from typing import Final

import polars as pl
from attrs import evolve

from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.late import frozen
from haiten.compiler.suggest import nearest
from haiten.scoring.facts import fact_errors as errors
from haiten.scoring.reading.batches import Batch, OpenTable, UnreadableError
from haiten.scoring.reading.read_columns import texts
from haiten.scoring.reading.read_facts import read_table, unreadable, wanted_by
from haiten.scoring.reading.result_errors import NothingExpected
from haiten.scoring.reading.tables import open_table
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Scores

EXPECTED: Final = "期待."
TOTAL: Final = "全体"
_POINTS: Final = re.compile(r"([0-9]{1,12})(?:[-–〜～]([0-9]{1,12}))?")  # more digits than points have


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
        table = open_table(path, wanted_by(rulebook.program, (EXPECTED,)))
        batches = list(table.batches)
    except UnreadableError as error:
        return CasesRun(None, 0, (), (unreadable(name, error),))
    expected = {at: cell.removeprefix(EXPECTED) for at, cell in enumerate(table.header) if cell.startswith(EXPECTED)}
    read = read_table(name, _without(table, batches, expected), rulebook.program)
    broken = [fault(Cell(name, row, table.header[at])) for (row, at), fault in table.faults.items() if at in expected]
    diagnostics = [*read.diagnostics, *broken, *_unknown(rulebook, name, expected)]
    if read.facts is None or len(diagnostics) > len(read.diagnostics):
        return CasesRun(None, 0, (), tuple(diagnostics))
    scores = rulebook.score_checked(read.facts)
    said = {
        batch.start + place: cells
        for batch in batches
        for place, cells in enumerate(zip(*(texts(batch.frame[str(at)]).to_list() for at in expected), strict=True))
    }
    failures, count = [], 0
    for body, about in enumerate(read.facts.bodies):
        for path_of, wanted in zip(expected.values(), said.get(about.row, ()), strict=False):
            if not wanted:
                continue
            count += 1
            points = scores.points(None if path_of == TOTAL else path_of, body)
            found = _POINTS.fullmatch(wanted)
            if found is None or (points.certain, points.possible) != (int(found[1]), int(found[2] or found[1])):
                actual = f"{points.certain}" if points.decided else f"{points.certain}-{points.possible}"
                failures.append(Failure(about.row, scores.bodies[body].code, path_of, wanted, actual))
    if not count:
        return CasesRun(None, 0, (), (*diagnostics, NothingExpected(Cell(name))))
    return CasesRun(scores, count, tuple(failures), tuple(diagnostics))


def _without(table: OpenTable, batches: list[Batch], expected: dict[int, str]) -> OpenTable:
    """The table without the columns of what is expected."""
    kept = [at for at in range(len(table.header)) if at not in expected]
    parts = [
        evolve(batch, frame=batch.frame.select(pl.col(str(at)).alias(str(place)) for place, at in enumerate(kept)))
        for batch in batches
    ]
    faults = {(row, kept.index(at)): fault for (row, at), fault in table.faults.items() if at not in expected}
    return evolve(table, header=[table.header[at] for at in kept], batches=iter(parts), faults=faults)


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
        # An outcome that was given does not show that the condition works.
        done = [run.scores.run for run in runs if run.scores is not None]
        outcomes = [run.outcome(leaf.path) if leaf.answered else run.computed(leaf.path) for run in done]
        met = any(bool(outcome.certain.any()) for outcome in outcomes)
        not_met = any(bool((~outcome.possible).any()) for outcome in outcomes)
        groups[met, not_met].append(leaf.path)
    return Coverage(*(tuple(groups[key]) for key in ((True, True), (True, False), (False, True), (False, False))))
