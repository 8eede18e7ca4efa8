"""What checks found in a rulebook that is edited: it holds as long as words alone change."""

from typing import Final

from attrs import field

from haiten.compiler.checks import CHECKS, Check
from haiten.compiler.checks.kept_parts import KeptParts
from haiten.compiler.checks.own_year import check_years
from haiten.compiler.checks.sources import check_sources
from haiten.compiler.checks.words import diagnostic_moved, spans_moved
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.late import define, frozen
from haiten.compiler.program.program import Program

_READ_WORDS: Final[tuple[Check, ...]] = (check_sources, check_years)
_MOST: Final = 2  # a slip and its undoing


@frozen(eq=False)
class _Checked:
    program: Program
    found: dict[Check, tuple[Diagnostic, ...]]


@define(eq=False)
class KeptChecks:
    """Checks one version after the other of a rulebook; of the last few it keeps what was found."""

    _known: list[_Checked] = field(factory=list)
    _parts: KeptParts = field(factory=KeptParts)

    def run(self, program: Program) -> list[Diagnostic]:
        """What all checks find, in their order."""
        found: dict[Check, tuple[Diagnostic, ...]] = {}
        for known in self._known:
            moved = spans_moved(known.program, program)
            if moved is not None:
                found = {
                    check: tuple(diagnostic_moved(each, moved) for each in told)
                    for check, told in known.found.items()
                    if check not in _READ_WORDS
                }
                self._known.remove(known)
                break
        for check in CHECKS:
            if check not in found:
                found[check] = tuple(check(program, self._parts))
        self._known = [_Checked(program, found), *self._known[: _MOST - 1]]
        return [each for check in CHECKS for each in found[check]]
