"""Other values for the 定数 of a file, and the 予算 of an allocation (policy simulation)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar

from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import BadParameter, Cell, Diagnostic
from haiten.compiler.folding.foldings import FOLDINGS
from haiten.compiler.late import frozen
from haiten.compiler.limits import MOST_DIGITS
from haiten.compiler.parsing.figures import Figure, read_figure, spelled_out, units_of
from haiten.compiler.patterns import late_pattern
from haiten.compiler.suggest import nearest
from haiten.compiler.syntax.allocation import AllocationFile, BudgetDecl
from haiten.compiler.syntax.expressions import Quantity
from haiten.compiler.syntax.rulebook import ConstantDecl, RulebookFile

_ASSIGNMENT: Final = late_pattern(
    r"(?P<name>[^=]+)=\s*(?P<sign>[－]?)(?P<number>[0-9][0-9,]*(?:\.[0-9]+)?)\s*(?P<unit>\S*)"
)


ReplacedTree = TypeVar("ReplacedTree", bound=RulebookFile | AllocationFile)


@frozen
class Replaced(Generic[ReplacedTree]):
    """A file with other values in it, and the names of those."""

    tree: ReplacedTree
    names: frozenset[str]
    diagnostics: tuple[Diagnostic, ...]


def replace_parameters(tree: ReplacedTree, assignments: Iterable[str]) -> Replaced[ReplacedTree]:
    """Put values in the place of those that the file has.

    Args:
        tree: the file.
        assignments: ``名前=値`` each; a value without a unit has that of the file's value.
    """
    diagnostics: list[Diagnostic] = []
    names: set[str] = set()
    for written in assignments:
        replaced = _replace(tree, written, names)
        if isinstance(replaced, Diagnostic):
            diagnostics.append(replaced)
        else:
            tree, name = replaced
            names.add(name)
    return Replaced(tree, frozenset(names), tuple(diagnostics))


def _replace(tree: ReplacedTree, written: str, before: set[str]) -> tuple[ReplacedTree, str] | Diagnostic:
    declared: tuple[BudgetDecl, ...] = tree.budgets if isinstance(tree, AllocationFile) else ()
    known = [*(decl.name for decl in tree.constants), *(decl.name for decl in declared)]
    found = _ASSIGNMENT.fullmatch(written.translate(FOLDINGS).strip())
    whose = "この配分には定数も予算も" if isinstance(tree, AllocationFile) else "この評価指標には換えられる定数が"
    listed = f"ある名前: {'、'.join(known)}" if known else f"{whose}ありません"
    at = Cell("--set")
    if found is None or len(found["number"]) > MOST_DIGITS:
        return BadParameter(at, written, "「名前=1,000円」の形ではありません", listed)
    name = found["name"].strip()
    if name not in known:
        return BadParameter(at, written, f"「{name}」は宣言されていません", listed, nearest(name, known))
    if name in before:
        return BadParameter(at, written, f"「{name}」を2度指定しています", listed)
    figure = read_figure(found["number"].replace(",", "") + found["unit"])
    if not figure.sound:
        return BadParameter(at, written, "数として読めません（「1億2千万円」のように書きます）", listed)
    number, given = _plain(figure, tree)
    number = -number if found["sign"] else number
    if name in {budget.name for budget in declared} and given not in ("", "円"):
        return BadParameter(at, written, "単位は円です", listed)

    def changed(decl: ConstantDecl | BudgetDecl) -> Quantity:
        old = decl.value if isinstance(decl, ConstantDecl) else decl.amount
        unit = given or (old.unit if isinstance(old, Quantity) else "円" if isinstance(decl, BudgetDecl) else "")
        return Quantity(number, unit, old.span)

    constants = tuple(evolve(c, value=changed(c)) if c.name == name else c for c in tree.constants)
    old_units = {c.name: c.value.unit for c in tree.constants if isinstance(c.value, Quantity)}
    new = next((c.value for c in constants if c.name == name), None)
    if isinstance(new, Quantity) and name in old_units and new.unit != old_units[name]:
        wanted = old_units[name] or "単位なし"
        return BadParameter(at, written, f"単位は{wanted}です", listed)
    changes: dict[str, Any] = {"constants": constants}
    if declared:
        changes["budgets"] = tuple(evolve(b, amount=changed(b)) if b.name == name else b for b in declared)
    return evolve(tree, **changes), name


def _plain(figure: Figure, tree: RulebookFile | AllocationFile) -> tuple[Decimal, str]:
    """Value and unit without 万, 千 and 億."""
    quantity = Quantity(figure.value, figure.unit, tree.header.span)
    quantity = spelled_out(quantity, units_of(tree.facts)) or quantity
    return quantity.value, quantity.unit
