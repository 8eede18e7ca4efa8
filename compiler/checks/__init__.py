"""Checks: functions from a program to what is wrong with it, one per file.

``CHECKS`` run whenever a rulebook is compiled. ``reach.check_reach`` reasons about all sheets, and is left to the
commands that are asked for it (check, prove).
"""

from collections.abc import Callable, Iterable
from typing import Final

from haiten.compiler.checks.classes import check_classes
from haiten.compiler.checks.division import check_division
from haiten.compiler.checks.kept_parts import KeptParts
from haiten.compiler.checks.labels import check_labels
from haiten.compiler.checks.lints import check_answers
from haiten.compiler.checks.own_year import check_years
from haiten.compiler.checks.ranks import check_ranks
from haiten.compiler.checks.sources import check_sources
from haiten.compiler.checks.totals import check_totals
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.program.program import Program

# With what was made of single nodes of the version before.
Check = Callable[[Program, KeptParts], Iterable[Diagnostic]]

CHECKS: Final[tuple[Check, ...]] = (
    check_labels,
    check_answers,
    check_totals,
    check_ranks,
    check_division,
    check_classes,
    check_sources,
    check_years,
)
