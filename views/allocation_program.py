"""An allocation to look at: its budgets, pots and calendar in the terminal, and as JSON."""

from typing import Any, Final

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from haiten.compiler.checks.allocation import amount_citations
from haiten.compiler.checks.sources import texts_of
from haiten.compiler.compilation import Compilation
from haiten.compiler.identity.fingerprint import allocation_fingerprint, fingerprint
from haiten.compiler.printing.print_allocation import clause_lines, print_amount
from haiten.compiler.printing.print_rulebook import declaration_lines, print_citations, print_expression
from haiten.compiler.program.allocation import Allocation, Equal, Pot
from haiten.compiler.program.describe import show_number
from haiten.compiler.program.program import Program
from haiten.compiler.syntax.allocation import PotDecl
from haiten.compiler.version import haiten_version
from haiten.views.console.standing import print_standing
from haiten.views.console.terminal import make_table

SCHEMA: Final = "haiten/allocation-rules@1"


def print_allocation_summary(console: Console, compilation: Compilation) -> None:
    """What ``check`` says of an allocation: where each budget goes, and what its figures and texts stand on."""
    program = compilation.program
    assert program is not None
    allocation = allocation_of(program)
    table = make_table("予算・配分", "額", "割合", title=f"{program.year} {program.scope} 配分")
    for name, budget in allocation.budgets.items():
        table.add_row(f"{name} {budget.text}", f"{budget.amount:,}円", "", style="bold")
        for pot in allocation.pots.values():
            if pot.budget == name:
                share = f"{100 * pot.amount / budget.amount:.2f}%" if budget.amount else "―"
                table.add_row(f"  {pot.name} {pot.text}", f"{pot.amount:,}円", share)
    console.print(table)
    console.print(f"指紋  配分 {allocation_fingerprint(allocation.syntax)[:16]}…")
    print_standing(console, "規則", list(amount_citations(allocation)))
    print_standing(console, "文", [text.citations for _, text in texts_of(program)])
    _print_rulebook(console, compilation)
    _print_amended(console, compilation)


def _print_amended(console: Console, compilation: Compilation) -> None:
    """Which allocation this one amends."""
    if compilation.amended is None:
        return
    _, before = compilation.amended
    if before.program is not None and before.source is not None:
        print_of = allocation_fingerprint(allocation_of(before.program).syntax)
        head = f"{before.source.name}（{before.program.year} {before.program.scope}）"
        console.print(f"改正前 {head}  配分 {print_of[:16]}…", soft_wrap=True)


def _print_rulebook(console: Console, compilation: Compilation) -> None:
    rules = compilation.base
    if rules is not None and rules.program is not None and rules.source is not None:
        prints = fingerprint(rules.program.syntax)
        head = f"{rules.source.name}（{rules.program.year} {rules.program.scope}）"
        console.print(f"評価指標 {head}  規則 {prints.rules[:16]}…", soft_wrap=True)


def allocation_of(program: Program) -> Allocation:
    """The allocation of a program that has one."""
    assert program.allocation is not None
    return program.allocation


def print_allocation_rules(console: Console, compilation: Compilation) -> None:
    """The whole allocation: calendar, parameters, budgets with their pots, limits, rounding."""
    program = compilation.program
    assert program is not None
    allocation = allocation_of(program)
    file = allocation.syntax
    console.print(f"{program.year} {program.scope} 配分", style="bold")
    _print_rulebook(console, compilation)
    _print_amended(console, compilation)
    if file.calendar:
        tree = Tree(Text("時点", "bold"), guide_style="dim")
        for event in file.calendar:
            tree.add(f"{event.time} {event.text.value}{print_citations(event.text.citations)}")
        console.print(tree)
    if file.constants:
        tree = Tree(Text("定数", "bold"), guide_style="dim")
        for constant in file.constants:
            tree.add(declaration_lines(constant)[0].removeprefix("定数 "))
        console.print(tree)
    for name, budget in allocation.budgets.items():
        head = Text(clause_lines(budget.decl)[0], "bold")
        tree = Tree(head, guide_style="dim")
        for pot in allocation.pots.values():
            if pot.budget == name:
                _add_pot(tree, pot.decl, pot.amount)
        if name in allocation.limits:
            tree.add(clause_lines(allocation.limits[name].decl)[0])
        console.print(tree)
    if file.rounding is not None:
        console.print(clause_lines(file.rounding)[0])


def _add_pot(tree: Tree, decl: PotDecl, amount: int) -> None:
    line = Text(clause_lines(decl.line)[0])
    if print_amount(decl.line.amount) != f"{amount:,}円":
        line.append(f"  = {amount:,}円", "bold")
    branch = tree.add(line)
    for part in decl.parts:
        for text in clause_lines(part):
            branch.add(text.strip())


def allocation_rules_json(program: Program) -> dict[str, Any]:
    """The allocation as JSON (``docs/schema/allocation-rules-1.json``)."""
    allocation = allocation_of(program)
    return {
        "schema": SCHEMA,
        "haiten": haiten_version(),
        "year": program.year,
        "scope": str(program.scope),
        "fingerprint": allocation_fingerprint(allocation.syntax),
        "rules": fingerprint(program.syntax).rules,
        "unit": allocation.unit,
        "calendar": [
            {"time": event.time, "text": event.text.value, "sources": print_citations(event.text.citations)}
            for event in allocation.calendar
        ],
        "parameters": [
            {
                "name": parameter.name,
                "value": show_number(parameter.value),
                "unit": str(parameter.unit) if parameter.unit.powers else "",
                "text": parameter.decl.text.value if parameter.decl.text else "",
                "sources": print_citations(parameter.decl.citations),
            }
            for parameter in allocation.parameters
        ],
        "budgets": [
            {
                "name": name,
                "text": budget.text,
                "amount": budget.amount,
                "fund": budget.fund,
                "sources": print_citations(budget.decl.citations),
            }
            for name, budget in allocation.budgets.items()
        ],
        "pots": [_pot_json(pot) for pot in allocation.pots.values()],
        "limits": {name: clause_lines(limit.decl)[0] for name, limit in allocation.limits.items()},
    }


def _pot_json(pot: Pot) -> dict[str, Any]:
    decl = pot.decl
    eligible = print_expression(decl.eligible.condition) if decl.eligible else None
    return {
        "name": pot.name,
        "text": pot.text,
        "budget": pot.budget,
        "amount": pot.amount,
        "formula": print_amount(decl.line.amount),
        "sources": print_citations(decl.line.citations),
        "split": clause_lines(decl.split) if decl.split else [],
        "eligible": eligible,
        "frames": [
            {"label": frame.label, "text": frame.text, "condition": print_expression(frame.decl.condition)}
            for frame in pot.frames
        ],
        "most": pot.method.most if isinstance(pot.method, Equal) else None,
        "rule": clause_lines(decl.method)[0] if decl.method else "",
        "unspent_to": pot.overflow,
    }
