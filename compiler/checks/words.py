"""Rulebooks that differ in words alone (texts, sources, comments): where the clauses of one stand in another."""

from operator import attrgetter
from typing import Any, Final

import attrs

from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.program.program import Node, Program
from haiten.compiler.source import Span
from haiten.compiler.syntax.rulebook import ClassDecl, NodeDecl

_SEEN: Final = attrgetter(
    *("path", "level", "label", "parent", "children", "maximum", "mode", "cap", "answered", "same_as"),
    *("special", "undisclosed", "damaged"),
)


def spans_moved(old: Program, new: Program) -> dict[int, Span] | None:
    """Where the clauses of a rulebook stand in another that differs from it in words alone; None where more differs.

    Given by the identity of the span in the old one, for those that are not the same object.
    """
    if (old.year, old.scope, [*old.nodes]) != (new.year, new.scope, [*new.nodes]) or not _declare_the_same(old, new):
        return None
    moved: dict[int, Span] = {}
    for ours, theirs in zip(old.syntax.classes, new.syntax.classes, strict=True):
        moved |= _pairs(_spans_of_class(ours), _spans_of_class(theirs))
    for one, other in zip(old.nodes.values(), new.nodes.values(), strict=True):
        if one is not other and not _is_alike(one, other, moved):
            return None
    return moved


def changed_nodes(old: Program, new: Program) -> tuple[dict[int, Span], frozenset[str]] | None:
    """Which nodes differ in more than words, and where the clauses of the others now stand; None where more differs."""
    if (old.year, old.scope) != (new.year, new.scope) or not _declare_the_same(old, new):
        return None
    moved: dict[int, Span] = {}
    changed: set[str] = set()
    for path in {**old.nodes, **new.nodes}:
        one, other = old.nodes.get(path), new.nodes.get(path)
        if one is other:
            continue
        if one is None or other is None or one.condition != other.condition or not _is_alike(one, other, moved):
            changed.add(path)
        hidden = [0 if node is None else node.undisclosed for node in (one, other)]
        if hidden[0] != hidden[1]:
            return None
    return moved, frozenset(changed)


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
    moved |= _pairs(_spans(ours), _spans(theirs))
    return True


def _pairs(old: list[Span], new: list[Span]) -> dict[int, Span]:
    return {id(span): other for span, other in zip(old, new, strict=True) if span is not other}


def _spans_of_class(decl: ClassDecl) -> list[Span]:
    return [decl.span, *(case.span for case in decl.cases)]


def _clauses(decl: NodeDecl) -> tuple[object, ...]:
    """What a node asks, and which of its clauses it has."""
    requirement, heading, carry = decl.requirement, decl.heading, decl.carry
    named = [(each.name, each.value, each.lower_is_better) for each in decl.definitions]
    asked = requirement and requirement.condition
    gone = [each.label for each in decl.gone]
    return (
        asked,
        carry and carry.condition,
        named,
        gone,
        heading.points is None,
        heading.cap is None,
        decl.undisclosed is None,
    )


def _spans(decl: NodeDecl) -> list[Span]:
    parts = (decl.heading, decl.heading.points, decl.heading.cap, decl.requirement, decl.undisclosed, *decl.definitions)
    return [part.span for part in parts if part is not None]


def diagnostic_moved(diagnostic: Diagnostic, moved: dict[int, Span]) -> Diagnostic:
    """A diagnostic where its clauses now stand."""
    changes: dict[str, Any] = {
        each.name: moved[id(value)]
        for each in attrs.fields(type(diagnostic))
        if isinstance(value := getattr(diagnostic, each.name), Span) and id(value) in moved
    }
    return attrs.evolve(diagnostic, **changes) if changes else diagnostic
