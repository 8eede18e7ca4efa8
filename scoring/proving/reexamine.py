"""What reasoning about all sheets found, for a rulebook that is edited: it does not read words.

A text, a source, a comment or a blank that is another one changes nothing that sheets can come to. What was found then
holds, each at the place where its clause now stands.
"""

from typing import Final

from attrs import field

from haiten.compiler.checks.kept_reach import KeptReach
from haiten.compiler.checks.words import diagnostic_moved, spans_moved
from haiten.compiler.compilation import Compilation
from haiten.compiler.diagnostics import TotalMismatch
from haiten.compiler.late import define, frozen
from haiten.compiler.program.program import Program
from haiten.scoring.proving.examine import Diagnostics, examined_by, reason, reason_beyond

_MOST: Final = 4  # a slip and its undoing, and what one tries out


@frozen(eq=False)
class _Known:
    program: Program
    reasoned: Diagnostics
    asked: tuple[TotalMismatch, ...] = ()


@define(eq=False)
class Reexaminer:
    """Examines one version after the other of a file; of the last few it keeps what was found."""

    _known: list[_Known] = field(factory=list)
    _beyond: list[_Known] = field(factory=list)
    _reach: KeptReach = field(factory=KeptReach)

    def examine(self, compilation: Compilation) -> Diagnostics:
        """The diagnostics that ``examine`` gives; nobody waits for fact files."""
        return examined_by(self._reason, self._reason_beyond, compilation)

    def _reason(self, program: Program) -> Diagnostics:
        found = _still(self._known, program)
        if found is None:
            found = reason(program, self._reach)
        self._known = [_Known(program, found), *self._known[: _MOST - 1]]
        return found

    def _reason_beyond(self, program: Program, diagnostics: Diagnostics) -> Diagnostics:
        """A maximum that is wrong is so for many keystrokes."""
        asked = tuple(each for each in diagnostics if isinstance(each, TotalMismatch))
        if not asked:
            return reason_beyond(program, diagnostics)
        found = _still(self._beyond, program, asked)
        if found is None:
            found = reason_beyond(program, diagnostics)
        self._beyond = [_Known(program, found, asked), *self._beyond[: _MOST - 1]]
        return found


def _still(known: list[_Known], program: Program, asked: tuple[TotalMismatch, ...] = ()) -> Diagnostics | None:
    """What was found in one of some rulebooks that differ in words alone, which is then no longer among them."""
    for each in known:
        if [*map(_said, each.asked)] != [*map(_said, asked)]:
            continue
        moved = spans_moved(each.program, program)
        if moved is not None:
            known.remove(each)
            return tuple(diagnostic_moved(diagnostic, moved) for diagnostic in each.reasoned)
    return None


def _said(mismatch: TotalMismatch) -> tuple[object, ...]:
    """All that a mistake in a total says, but for its place."""
    return mismatch.path, mismatch.declared, mismatch.actual, mismatch.how, mismatch.parts
