"""What can and cannot be reached: conditions that never or always hold, maxima out of reach, items without effect.

All verdicts are sound: where cells of a computed value may not be real (``compiler/regions.py``), more is thought
possible than is, and nothing is told that rests on it.
"""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from haiten.compiler.diagnostics import (
    AlwaysHolds,
    Diagnostic,
    GapInChoice,
    LessForMore,
    NeverHolds,
    UnreachableMaximum,
    WorthlessItem,
)
from haiten.compiler.printer import print_number
from haiten.compiler.program import FactValue, Negation, Node, Program, Tally, conditions_in
from haiten.compiler.regions import Amount, Assignment, Cell, Regions, Variable, YesNo
from haiten.compiler.syntax import Level, Mode


def check_reach(program: Program) -> Iterator[Diagnostic]:
    """All of it, for a program without circles; parts that could not be read are left alone."""
    if not program.order or program.syntax.damaged:
        return
    regions = Regions(program)
    never: set[str] = set()
    for leaf in program.leaves:
        if not leaf.is_shared and not leaf.damaged and leaf.decl.requirement is not None:
            yield from _leaf(regions, leaf, never)
    for node in program.nodes.values():
        if node.is_leaf or node.is_shared or node.damaged:
            continue
        yield from _maximum(regions, node, never)
        if node.mode is Mode.ANY_ONE:
            yield from _gap(regions, node)
        if node.mode is not Mode.SUM:
            yield from _worthless(regions, node, never)
    yield from _less_for_more(regions)


def _leaf(regions: Regions, leaf: Node, never: set[str]) -> Iterator[Diagnostic]:
    assert leaf.decl.requirement is not None
    assert leaf.condition is not None
    if any(regions.is_idle(part) for part in conditions_in(leaf.condition)):
        return  # a step that everybody or nobody reaches was told as such
    tried = regions.assignments(set(regions.variables_of(leaf.condition)))
    if tried is None:
        return
    outcomes = {regions.holds(leaf.condition, at) for at in tried}
    span = leaf.decl.requirement.span
    if outcomes == {False}:
        never.add(leaf.path)
        yield NeverHolds(span, leaf.path, leaf.maximum)
    elif outcomes == {True}:
        yield AlwaysHolds(span, leaf.path, leaf.maximum)


def _maximum(regions: Regions, node: Node, never: set[str]) -> Iterator[Diagnostic]:
    """A maximum that no sheet reaches although those of all children can be reached, each for itself."""
    program = regions.program
    children = [program.nodes[child] for child in node.children]
    if any(child.damaged or _most(regions, child) < child.maximum for child in children):
        return  # told below, or because of a requirement that never holds
    most = _most(regions, node)
    declared = [child.maximum for child in children] + [node.undisclosed] * bool(node.undisclosed)
    # Where the totals do not balance, that was told.
    if most < node.maximum == _own(node, declared):
        points = node.decl.heading.points
        rivals = [child for child in children if child.decl.requirement] or children
        labels = "、".join(child.label for child in rivals)
        reason = f"{labels} の点は、それぞれには取れても、同時には取れません。"
        other = rivals[0].decl.requirement
        span = points.span if points else node.span
        yield UnreachableMaximum(span, node.path, node.maximum, most, reason, other.span if other else None)


def _most(regions: Regions, node: Node) -> int:
    undisclosed = node.undisclosed + sum(
        _most(regions, child) - regions.reach(child.path).most
        for child in (regions.program.nodes[path] for path in node.children)
    )
    return regions.reach(node.path).most + undisclosed


def _worthless(regions: Regions, node: Node, never: set[str]) -> Iterator[Diagnostic]:
    """A child without which the points of a choice or a cut sum would always be the same."""
    if node.undisclosed:
        return
    tried = regions.assignments(regions.variables_at(node.path))
    if tried is None:
        return
    rows = [[regions.points(child, at) for child in node.children] for at in tried]
    for number, path in enumerate(node.children):
        child = regions.program.nodes[path]
        if path in never or not child.maximum or len(node.children) == 1:
            continue
        if all(_own(node, row) == _own(node, row[:number] + row[number + 1 :]) for row in rows):
            yield WorthlessItem(child.span, path, node.path, node.mode.value)


def _own(node: Node, points: list[int]) -> int:
    if node.mode is Mode.ANY_ONE:
        return max(points)
    return min(sum(points), node.cap if node.cap is not None else sum(points))


def _gap(regions: Regions, node: Node) -> Iterator[Diagnostic]:
    """Values of a fact between those that one child asks for and those that another does, and that none asks for."""
    leaves = [regions.program.nodes[child] for child in node.children]
    if len(leaves) < 2 or not all(leaf.is_leaf and leaf.decl.requirement for leaf in leaves):
        return
    variables = regions.variables_at(node.path)
    if len(variables) != 1:
        return
    (variable,) = variables
    if not isinstance(variable, Amount) or not isinstance(variable.value, FactValue):
        return
    fits = [
        (cell, any(regions.points(leaf.path, {variable: cell}) for leaf in leaves)) for cell in regions.cells(variable)
    ]
    inside = [number for number, (_, fit) in enumerate(fits) if fit]
    missing = [cell for cell, fit in fits[inside[0] : inside[-1]] if not fit] if inside else []
    if missing:
        unit = variable.value.fact.decl.unit
        name = variable.value.column
        yield GapInChoice(node.span, node.path, name, f"{_number(missing[0])}{'' if unit == '数' else unit}")


def _number(cell: Cell) -> str:
    fraction = Fraction(cell)
    return print_number(Decimal(fraction.numerator) / Decimal(fraction.denominator))


def _less_for_more(regions: Regions) -> Iterator[Diagnostic]:
    """An answer that costs points where it turns from no to yes."""
    program = regions.program
    told: set[str] = set()
    for leaf in program.leaves:
        if leaf.is_shared or leaf.condition is None or leaf.decl.requirement is None:
            continue
        if not any(isinstance(part, Negation | Tally) for part in conditions_in(leaf.condition)):
            continue
        for variable in sorted(regions.variables_of(leaf.condition), key=repr):
            if isinstance(variable, YesNo) and variable.column not in told and _is_work(program, variable):
                found = _cost(regions, variable)
                if found is not None:
                    told.add(variable.column)
                    at, before, after = found
                    sheet = "、".join(f"{v.column} ○" for v in at if isinstance(v, YesNo) and at[v]) or "ほかは全て×"
                    yield LessForMore(leaf.decl.requirement.span, variable.column, before, after, sheet)


def _is_work(program: Program, variable: YesNo) -> bool:
    """Whether it is an answer about what a body does; a yes/no fact (過疎) is none."""
    return variable.column in program.nodes


def _cost(regions: Regions, variable: YesNo) -> tuple[Assignment, int, int] | None:
    """A sheet on which an answer costs points, with the points without and with it; None where none was found."""
    program = regions.program
    indicators = [
        node.path
        for node in program.nodes.values()
        if node.level is Level.INDICATOR and not node.is_shared and variable in regions.variables_at(node.path)
    ]
    variables = frozenset[Variable]().union(*(regions.variables_at(path) for path in indicators))
    tried = regions.assignments(variables) if all(map(regions.is_exact, variables)) else None
    for at in tried or ():
        if at[variable]:
            continue
        before = sum(regions.points(path, at) for path in indicators)
        after = sum(regions.points(path, {**at, variable: True}) for path in indicators)
        if after < before:
            return at, before, after
    return None
