"""What reasoning about all sheets found, for a rulebook that is edited: it does not read words.

A text, a source, a comment or a blank that is another one changes nothing that sheets can come to. What was found then
holds, each at the place where its clause now stands.
"""

from typing import Final

from attrs import field

from haiten.compiler.checks.kept_reach import KeptReach
from haiten.compiler.checks.words import diagnostic_moved, spans_moved
from haiten.compiler.compilation import Compilation
from haiten.compiler.late import define, frozen
from haiten.compiler.program.program import Program
from haiten.scoring.proving.examine import Examined, Reasoned, examined_by, reason

_MOST: Final = 4  # a slip and its undoing, and what one tries out


@frozen(eq=False)
class _Known:
    program: Program
    reasoned: Reasoned


@define(eq=False)
class Reexaminer:
    """Examines one version after the other of a file; of the last few it keeps what was found."""

    _known: list[_Known] = field(factory=list)
    _reach: KeptReach = field(factory=KeptReach)

    def examine(self, compilation: Compilation) -> Examined:
        """What ``examine`` gives."""
        return Examined(*examined_by(self._reason, compilation))

    def _reason(self, program: Program) -> Reasoned:
        found = None
        for known in self._known:
            moved = spans_moved(known.program, program)
            if moved is not None:
                diagnostics = tuple(diagnostic_moved(diagnostic, moved) for diagnostic in known.reasoned.diagnostics)
                found = Reasoned(diagnostics, known.reasoned.files)
                self._known.remove(known)
                break
        found = found or reason(program, self._reach)
        self._known = [_Known(program, found), *self._known[: _MOST - 1]]
        return found
