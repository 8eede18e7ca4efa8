"""Labels run from the first without a gap, as in the official document."""

from collections.abc import Iterator

from haiten.compiler.checks.kept_parts import KeptParts
from haiten.compiler.diagnostics import Diagnostic, MissingLabel
from haiten.compiler.program.program import Node, Program
from haiten.compiler.syntax.labels import FIRST, LabelNumber, label_number, label_of
from haiten.compiler.syntax.rulebook import Level


def check_labels(program: Program, kept: KeptParts) -> Iterator[Diagnostic]:
    """A label that does not follow the one before it; groups with names of their own are not counted."""
    yield from _check_run(list(program.grants), [])
    below = kept.of(program, _labels_below, below=1)
    for parent in sorted(below):
        yield from below[parent]


def _labels_below(program: Program, parent: Node) -> tuple[Diagnostic, ...] | None:
    if parent.is_shared or parent.damaged:
        return None  # told where it is written, or one of them may be what could not be read
    siblings = [program.nodes[child] for child in parent.children]
    return tuple(_check_run(siblings, [heading.label or "" for heading in parent.decl.gone])) or None


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
