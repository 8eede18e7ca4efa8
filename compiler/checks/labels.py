"""Labels run from the first without a gap, as in the official document."""

from collections.abc import Iterator
from itertools import groupby

from haiten.compiler.diagnostics import Diagnostic, MissingLabel
from haiten.compiler.program.program import Node, Program
from haiten.compiler.syntax.labels import FIRST, LabelNumber, label_number, label_of
from haiten.compiler.syntax.rulebook import Level


def check_labels(program: Program) -> Iterator[Diagnostic]:
    """A label that does not follow the one before it; groups with names of their own are not counted."""
    written = (node for node in program.nodes.values() if not node.is_shared or _is_alias_head(program, node))
    by_parent = groupby(sorted(written, key=lambda n: n.parent or ""), key=lambda n: n.parent)
    for parent, siblings in by_parent:
        if parent is not None and program.nodes[parent].damaged:
            continue  # one of them may be what could not be read
        gone = program.nodes[parent].decl.gone if parent is not None else ()
        yield from _check_run(list(siblings), [heading.label or "" for heading in gone])


def _is_alias_head(program: Program, node: Node) -> bool:
    parent = program.nodes[node.parent] if node.parent else None
    return parent is None or not parent.is_shared


def _check_run(siblings: list[Node], gone: list[str]) -> Iterator[Diagnostic]:
    if any(node.damaged and node.decl.heading.label is None for node in siblings):
        return
    last: LabelNumber | None = None
    told = False
    for node in siblings:
        number = label_number(node.level, node.label)
        if number is None:
            continue
        while gone and (passed := _next_of(node.level, last, gone)) is not None and passed < number:
            last = passed
        gap = number != FIRST if last is None else number not in last.successors
        # What stands too late was left out before, which is told already.
        if gap and (not told or last is None or number > last):
            told = True
            due = FIRST if last is None else last.due_before(number)
            first, expected = (label_of(node.level, at) or "" for at in (FIRST, due))
            hint = "（枝番号は の2 から）" if number.branches else ""
            yield MissingLabel(node.span, node.label, expected, first, hint)
        last = number


def _next_of(level: Level, last: LabelNumber | None, gone: list[str]) -> LabelNumber | None:
    """The label behind the last one that is kept without an item (削除); None where there is none."""
    due = (FIRST,) if last is None else last.successors
    numbers = (label_number(level, label) for label in gone)
    return min((number for number in numbers if number in due), default=None)
