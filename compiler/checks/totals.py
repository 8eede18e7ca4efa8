"""The declared maximum of every level is what its children can really reach, and all points stay within a limit."""

from collections.abc import Iterator
from itertools import accumulate
from typing import Final

from haiten.compiler.checks.kept_parts import KeptParts
from haiten.compiler.diagnostics import Diagnostic, IdleCap, MisplacedUndisclosed, TooManyPointsTogether, TotalMismatch
from haiten.compiler.limits import MOST_POINTS
from haiten.compiler.program.program import Node, Program
from haiten.compiler.syntax.rulebook import Mode

_SHOWN: Final = 20  # more than any official indicator has


def check_totals(program: Program, kept: KeptParts) -> Iterator[Diagnostic]:
    """Unbalanced totals, at every level that was written; parents of what could not be read are left alone."""
    hidden = [program.nodes[path] for path in kept.of(program, _hides)]
    misplaced = {node.path: above for node in hidden if (above := _meant_above(program, node)) is not None}
    found = dict(kept.of(program, _unbalanced, below=2))
    for path, above in misplaced.items():
        node, undisclosed = program.nodes[path], program.nodes[path].decl.undisclosed
        assert undisclosed is not None
        found.pop(above.path, None)
        found[path] = (MisplacedUndisclosed(undisclosed.span, node.undisclosed, node.path, above.path),)
    for path in program.nodes if misplaced else found:
        yield from found.get(path, ())
    if sum(kept.of(program, _given).values()) > MOST_POINTS:
        yield from _check_all(program)


def _hides(_: Program, node: Node) -> bool | None:
    return bool(node.undisclosed) or None


def _given(_: Program, node: Node) -> int:
    """The points of an item, or what of a node is known as a sum only."""
    return node.maximum if node.is_leaf else node.undisclosed


def _unbalanced(program: Program, node: Node) -> tuple[Diagnostic, ...] | None:
    """What is wrong with the total of a node, as its children and theirs have it."""
    if node.is_leaf or node.is_shared or node.damaged:
        return None
    children = [program.nodes[child] for child in node.children]
    if any(child.damaged for child in children) or _explained(program, node, children):
        return None
    return tuple(_check(node, children)) or None


def _meant_above(program: Program, node: Node) -> Node | None:
    """A heading above that lacks just the 未公表 points that are too much for a node without items; None if none."""
    if not node.undisclosed or node.children or node.is_shared or node.damaged or node.undisclosed == node.maximum:
        return None
    above = node.parent
    while above is not None:
        found = program.nodes[above]
        children = [program.nodes[child] for child in found.children]
        whole = found.mode is Mode.SUM and not found.undisclosed and not any(child.damaged for child in children)
        if whole and found.maximum - sum(child.maximum for child in children) == node.undisclosed:
            return found
        above = found.parent
    return None


def _check_all(program: Program) -> Iterator[Diagnostic]:
    """Whether all items' points together, wherever they stand, are beyond what may be added up."""
    given = {path: _given(program, node) for path, node in program.nodes.items()}
    reached = accumulate(given.values())
    beyond = next((path for path, points in zip(given, reached, strict=True) if points > MOST_POINTS), None)
    if beyond is not None:
        node = program.nodes[beyond]
        points = node.decl.heading.points
        yield TooManyPointsTogether(points.span if points else node.span, sum(given.values()), MOST_POINTS)


def _actual(node: Node, maxima: list[int]) -> int:
    """What the points of the parts come to."""
    total = sum(maxima)
    match node.mode:
        case Mode.SUM:
            return total
        case Mode.ANY_ONE:
            return max(maxima)
        case Mode.CAP:
            return min(total, node.cap if node.cap is not None else total)


def undisclosed_within(program: Program) -> int:
    """How many of the points of the total, 別枠 apart, are known as a sum only (未公表)."""

    def hidden(node: Node) -> int:
        parts = [node.undisclosed, *(hidden(program.nodes[child]) for child in node.children)]
        return _actual(node, parts)

    return sum(hidden(grant) for grant in program.grants if not grant.special)


def _explained(program: Program, node: Node, children: list[Node]) -> bool:
    """Whether a total is only wrong because one of its parts says another sum than its own parts give."""
    rest = [node.undisclosed] * bool(node.undisclosed)
    if _actual(node, [child.maximum for child in children] + rest) == node.maximum:
        return False
    real = [child.maximum if child.is_leaf else _real(program, child) for child in children]
    return _actual(node, real + rest) == node.maximum


def _real(program: Program, node: Node) -> int:
    parts = [program.nodes[child] for child in node.children]
    rest = [node.undisclosed] * bool(node.undisclosed)
    if node.is_shared or node.damaged or any(part.damaged for part in parts) or not parts:
        return node.maximum
    return _actual(node, [part.maximum for part in parts] + rest)


def _check(node: Node, children: list[Node]) -> Iterator[Diagnostic]:
    maxima = [child.maximum for child in children] + [node.undisclosed] * bool(node.undisclosed)
    total = sum(maxima)
    match node.mode:
        case Mode.SUM:
            actual, how = total, "下位の合計"
        case Mode.ANY_ONE:
            actual, how = max(maxima), "いずれか1つの最大"
        case Mode.CAP:
            assert node.cap is not None
            actual, how = min(total, node.cap), f"上限{node.cap}点で切った合計"
            if node.cap > total:
                yield IdleCap(
                    node.decl.heading.cap.span if node.decl.heading.cap else node.span, node.path, node.cap, total
                )
    if actual != node.maximum:
        points = node.decl.heading.points
        parts = "、".join(f"{child.label} {child.maximum}点" for child in children[:_SHOWN])
        if node.undisclosed:
            parts += f"{'、' if parts else ''}未公表 {node.undisclosed}点"
        if len(children) > _SHOWN:
            parts += f"、ほか{len(children) - _SHOWN:,}項目"
        yield TotalMismatch(points.span if points else node.span, node.path, node.maximum, actual, how, parts)
