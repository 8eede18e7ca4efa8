"""What reasoning about all sheets found, for a rulebook that is edited: it does not read words.

A text, a source, a comment or a blank that is another one changes nothing that sheets can come to. What was found then
holds, each at the place where its clause now stands.
"""

from operator import attrgetter
from typing import Any, Final

import attrs
from attrs import field

from haiten.compiler.compilation import Compilation
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.late import define, frozen
from haiten.compiler.program.program import Node, Program
from haiten.compiler.source import Span
from haiten.compiler.syntax.rulebook import NodeDecl
from haiten.scoring.proving.examine import Examined, Reasoned, examined_by, reason

_MOST: Final = 4  # a slip and its undoing, and what one tries out
_SEEN: Final = attrgetter(
    *("path", "level", "label", "parent", "children", "maximum", "mode", "cap", "answered", "same_as"),
    *("special", "undisclosed", "damaged"),
)


@frozen(eq=False)
class _Known:
    program: Program
    reasoned: Reasoned


@define(eq=False)
class Reexaminer:
    """Examines one version after the other of a file; of the last few it keeps what was found."""

    _known: list[_Known] = field(factory=list)

    def examine(self, compilation: Compilation) -> Examined:
        """What ``examine`` gives."""
        return Examined(*examined_by(self._reason, compilation))

    def _reason(self, program: Program) -> Reasoned:
        found = None
        for known in self._known:
            moved = spans_moved(known.program, program)
            if moved is not None:
                diagnostics = tuple(_moved(diagnostic, moved) for diagnostic in known.reasoned.diagnostics)
                found = Reasoned(diagnostics, known.reasoned.files)
                self._known.remove(known)
                break
        found = found or reason(program)
        self._known = [_Known(program, found), *self._known[: _MOST - 1]]
        return found


def spans_moved(old: Program, new: Program) -> dict[int, Span] | None:
    """Where the clauses of a rulebook stand in another that differs from it in words alone; None where more differs.

    Given by the identity of the span in the old one, for those that are not the same object.
    """
    if (old.year, old.scope, [*old.nodes]) != (new.year, new.scope, [*new.nodes]) or not _declare_the_same(old, new):
        return None
    moved: dict[int, Span] = {}
    for one, other in zip(old.nodes.values(), new.nodes.values(), strict=True):
        if one is not other and not _is_alike(one, other, moved):
            return None
    return moved


def _declare_the_same(old: Program, new: Program) -> bool:
    if [*old.facts.items()] != [*new.facts.items()] or old.classes != new.classes:
        return False
    if old.syntax.classes != new.syntax.classes or old.syntax.damaged != new.syntax.damaged:
        return False
    if (old.aggregates, old.figures) != (new.aggregates, new.figures):
        return False
    return [(c.name, c.value) for c in old.syntax.constants] == [(c.name, c.value) for c in new.syntax.constants]


def _is_alike(one: Node, other: Node, moved: dict[int, Span]) -> bool:
    if _SEEN(one) != _SEEN(other):
        return False
    ours, theirs = one.decl, other.decl
    if ours is theirs:
        return True
    if _clauses(ours) != _clauses(theirs):
        return False
    moved |= {id(span): new for span, new in zip(_spans(ours), _spans(theirs), strict=True) if span is not new}
    return True


def _clauses(decl: NodeDecl) -> tuple[object, ...]:
    """What a node asks, and which of its clauses it has."""
    requirement, heading = decl.requirement, decl.heading
    named = [(each.name, each.value, each.lower_is_better) for each in decl.definitions]
    asked = requirement and requirement.condition
    return asked, named, heading.points is None, heading.cap is None, decl.undisclosed is None


def _spans(decl: NodeDecl) -> list[Span]:
    parts = (decl.heading, decl.heading.points, decl.heading.cap, decl.requirement, decl.undisclosed, *decl.definitions)
    return [part.span for part in parts if part is not None]


def _moved(diagnostic: Diagnostic, moved: dict[int, Span]) -> Diagnostic:
    changes: dict[str, Any] = {
        each.name: moved[id(value)]
        for each in attrs.fields(type(diagnostic))
        if isinstance(value := getattr(diagnostic, each.name), Span) and id(value) in moved
    }
    return attrs.evolve(diagnostic, **changes) if changes else diagnostic
