"""What is wrong inside いずれか and 上限: gaps, overlaps, items that change nothing."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from haiten.compiler.checks.findings import Example, Finding
from haiten.compiler.diagnostics import GapInChoice, OverlapInChoice, WorthlessItem
from haiten.compiler.printing.print_rulebook import print_number
from haiten.compiler.program.program import Node
from haiten.compiler.program.terms import FactValue
from haiten.compiler.proofs.cells import Assignment, ComparedValue
from haiten.compiler.proofs.extremes import Regions
from haiten.compiler.proofs.integer_points import Possibility
from haiten.compiler.proofs.partial_truths import VariableCell
from haiten.compiler.syntax.rulebook import Mode


def check_choice(regions: Regions, node: Node, never: set[str]) -> Iterator[Finding]:
    """All of it, for one node; ``never`` holds the leaves that were reported to get no points at all."""
    if node.mode is Mode.ANY_ONE:
        yield from _borders(regions, node)
    if node.mode is not Mode.SUM and not node.undisclosed:
        yield from _worthless(regions, node, never)


def _borders(regions: Regions, node: Node) -> Iterator[Finding]:
    """Values of one fact that no child asks for, or two do, where one asks for less and one for more."""
    leaves = [regions.program.nodes[child] for child in node.children]
    if len(leaves) < 2 or not all(leaf.is_leaf and leaf.decl.requirement for leaf in leaves):
        return
    variables = regions.variables_at(node.path)
    if len(variables) != 1:
        return
    (variable,) = variables
    if not isinstance(variable, ComparedValue) or not isinstance(variable.value, FactValue):
        return
    name, cells = variable.value.column, regions.cells(variable)
    inside = {leaf.path: {cell for cell in cells if regions.points(leaf.path, {variable: cell})} for leaf in leaves}
    fitting = [cell for cell in cells if any(cell in fits for fits in inside.values())]
    missing = [cell for cell in cells if fitting and fitting[0] < cell < fitting[-1] and cell not in fitting]
    if missing:
        gap = GapInChoice(node.span, node.path, name, _shown(variable, missing[0]))
        yield Finding(gap, (Example({variable: missing[0]}, (node.path,), 0),))
    for one, other in combinations(leaves, 2):
        both = inside[one.path] & inside[other.path]
        # Steps that hold one another are the usual way to write a ladder.
        if both and not (inside[one.path] <= inside[other.path] or inside[other.path] <= inside[one.path]):
            cell = min(both)
            example = _shown(variable, cell)
            overlap = OverlapInChoice(node.span, node.path, one.label, other.label, name, example)
            at: Assignment = {variable: cell}
            yield Finding(overlap, (Example(at, (node.path,), regions.points(node.path, at)),))


def _shown(variable: ComparedValue, cell: VariableCell) -> str:
    assert isinstance(variable.value, FactValue)
    fraction, unit = Fraction(cell), variable.value.fact.decl.unit
    number = print_number(Decimal(fraction.numerator) / Decimal(fraction.denominator))
    return f"{number}{'' if unit == '数' else unit}"


def _worthless(regions: Regions, node: Node, never: set[str]) -> Iterator[Finding]:
    """A child without which the points of a choice or a cut sum would always be the same."""
    steps = regions.question()
    tried = regions.assignments(regions.variables_at(node.path), steps)
    if tried is None:
        return
    counters = [regions.counter(child) for child in node.children]
    rows = [(at, [count(at) for count in counters]) for at in tried]
    for number, path in enumerate(node.children):
        child = regions.program.nodes[path]
        if path in never or not child.maximum or len(node.children) == 1:
            continue
        differs = (at for at, row in rows if node.joined(row) != node.joined(row[:number] + row[number + 1 :]))
        if regions.first_possible(differs, steps)[0] is Possibility.IMPOSSIBLE:
            best = sorted(rows, key=lambda pair: pair[1][number], reverse=True)
            _, at = regions.first_possible((at for at, _ in best), steps)
            if at is None:
                continue
            remark = f"（{child.label} があってもなくても）"
            diagnostic = WorthlessItem(child.span, path, node.path, node.mode.value)
            points = regions.points(node.path, at)
            yield Finding(diagnostic, (Example(at, (node.path,), points, remark),))
