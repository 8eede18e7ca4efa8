"""Labels run from the first without a gap, as in the official document."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from haiten.compiler.diagnostics import Diagnostic, MissingLabel
from haiten.compiler.program import Node, Program
from haiten.compiler.syntax import Level

_SEQUENCES: Final = {
    Level.GOAL: "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ",
    Level.ITEM: "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン",
    Level.SUBITEM: "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
}
_SMALL_ROMANS: Final = "ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅺⅻ"


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
        number = _number(node)
        if number is None:
            continue
        if number > expected:
            first, due = _label(node.level, 0), _label(node.level, expected)
            yield MissingLabel(node.span, node.label, due, first)
        expected = number + 1


def _number(node: Node) -> int | None:
    """The place of a label in its sequence, from 0; None for a name."""
    match node.level:
        case Level.INDICATOR:
            return int(node.label) - 1 if node.label.isdecimal() else None
        case Level.GROUP:
            return _SMALL_ROMANS.find(node.label[1]) if node.label.startswith("(") else None
        case Level.GRANT:
            return None
        case level:
            found = _SEQUENCES[level].find(node.label)
            return found if found >= 0 else None


def _label(level: Level, number: int) -> str:
    match level:
        case Level.INDICATOR:
            return str(number + 1)
        case Level.GROUP:
            return f"({_SMALL_ROMANS[number]})"
        case _:
            return _SEQUENCES[level][number]
