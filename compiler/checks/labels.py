"""Labels run from the first without a gap, as in the official document."""

from collections.abc import Iterator
from itertools import groupby

from haiten.compiler.diagnostics import Diagnostic, MissingLabel
from haiten.compiler.program.program import Node, Program
from haiten.compiler.syntax.labels import label_at, label_number


def check_labels(program: Program) -> Iterator[Diagnostic]:
    """A label that does not follow the one before it; groups with names of their own are not counted."""
    written = (node for node in program.nodes.values() if not node.is_shared or _is_alias_head(program, node))
    by_parent = groupby(sorted(written, key=lambda n: n.parent or ""), key=lambda n: n.parent)
    for parent, siblings in by_parent:
        if parent is not None and program.nodes[parent].damaged:
            continue  # one of them may be what could not be read
        yield from _check_run(list(siblings))


def _is_alias_head(program: Program, node: Node) -> bool:
    parent = program.nodes[node.parent] if node.parent else None
    return parent is None or not parent.is_shared


def _check_run(siblings: list[Node]) -> Iterator[Diagnostic]:
    if any(node.damaged and node.decl.heading.label is None for node in siblings):
        return
    expected = 0
    for node in siblings:
        number = label_number(node.level, node.label)
        if number is None:
            continue
        if number > expected or number < 0:
            first, due = (label_at(node.level, at) or "" for at in (0, expected))
            yield MissingLabel(node.span, node.label, due, first)
        expected = number + 1
