"""A rulebook to look at: its tree in the terminal, and as JSON."""

from typing import Any, Final

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from haiten.compiler.identity.fingerprint import fingerprint
from haiten.compiler.printing.print_rulebook import (
    children_and_gaps,
    declaration_lines,
    print_citations,
    print_expression,
    print_rulebook,
)
from haiten.compiler.program.describe import describe_value
from haiten.compiler.program.parameters import Parameter
from haiten.compiler.program.program import Node, Program
from haiten.compiler.syntax.expressions import Quantity
from haiten.compiler.syntax.rulebook import Mode
from haiten.compiler.version import haiten_version

SCHEMA: Final = "haiten/rulebook@1"


def consolidated_text(program: Program) -> str:
    """The whole text in force, in canonical form: of a rulebook, or of an allocation."""
    from haiten.compiler.printing.print_allocation import print_allocation

    return print_rulebook(program.syntax) if program.allocation is None else print_allocation(program.allocation.syntax)


def print_program(console: Console, program: Program, path: str | None) -> None:
    """The tree of a rulebook, or of a node, with points."""
    tops = [program.nodes[path]] if path else list(program.grants)
    if path is None:
        console.print(f"{program.year} {program.scope} 評価指標（満点 {program.maximum}点）", style="bold")
        if program.constants:
            tree = Tree(Text("定数", "bold"), guide_style="dim")
            for constant in program.constants.values():
                tree.add(_constant_line(constant))
            console.print(tree)
    for top in tops:
        tree = Tree(_node_line(top, full_path=path is not None), guide_style="dim")
        _grow(tree, program, top)
        console.print(tree)


def _grow(tree: Tree, program: Program, node: Node) -> None:
    if node.is_shared and not (node.parent and program.nodes[node.parent].is_shared):
        return  # what に同じ brings in is shown where it is written
    shown = {program.nodes[path].label: program.nodes[path] for path in node.children}
    for decl in children_and_gaps(node.decl) if node.decl.gone else ():
        if decl.heading.gone:
            tree.add(Text(f"{decl.heading.label} 削除", "dim"))
        else:
            child = shown[decl.heading.label or ""]
            _grow(tree.add(_node_line(child)), program, child)
    for child in shown.values() if not node.decl.gone else ():
        _grow(tree.add(_node_line(child)), program, child)


def _node_line(node: Node, *, full_path: bool = False) -> Text:
    line = Text()
    line.append(f"{node.path if full_path else node.label} ", "bold cyan")
    line.append(f"{node.text} ")
    line.append(f"{node.maximum}点", "bold")
    if node.is_shared:
        line.append(f"  {node.same_as} に同じ", "dim")
        return line
    if touches := node.decl.heading.touches:
        line.append(f"  （{touches[-1].year} {touches[-1].what}）", "yellow")
    if node.mode is not Mode.SUM:
        line.append(f"  {node.mode.value}" + (f"{node.cap}点" if node.cap else ""), "magenta")
    for local in node.locals:
        line.append(f"\n  {local.name} = {print_expression(local.decl.value)}", "dim")
    if node.decl.requirement:
        line.append(f"  要件 {print_expression(node.decl.requirement.condition)}", "green")
    if node.decl.carry:
        line.append(f"\n  引継ぎ {print_expression(node.decl.carry.condition)}", "dim")
    return line


def _constant_line(constant: Parameter) -> str:
    """A 定数 as it is declared, with what it comes to where that is computed."""
    written = declaration_lines(constant.decl)[0].removeprefix("定数 ")
    return written if isinstance(constant.decl.value, Quantity) else f"{written}  = {describe_value(constant.bare)}"


def _constant_json(constant: Parameter) -> dict[str, Any]:
    decl = constant.decl
    return {
        "name": constant.name,
        "value": str(constant.value),
        "unit": str(constant.unit) if constant.unit.powers else "",
        "written": print_expression(decl.value),
        "text": decl.text.value if decl.text else None,
        "sources": print_citations(decl.citations),
    }


def program_json(program: Program, path: str | None) -> dict[str, Any]:
    """The rulebook, or a node and all below it, as JSON (``docs/schema/rulebook-1.json``)."""
    prints = fingerprint(program.syntax)
    chosen = (n for n in program.nodes.values() if path is None or n.path == path or n.path.startswith(path + "."))
    return {
        "schema": SCHEMA,
        "haiten": haiten_version(),
        "year": program.year,
        "scope": str(program.scope),
        "fingerprint": {"text": prints.text, "rules": prints.rules},
        "maximum": program.maximum,
        **({"constants": [_constant_json(c) for c in program.constants.values()]} if program.constants else {}),
        "nodes": [_node_json(node) for node in chosen],
    }


def _node_json(node: Node) -> dict[str, Any]:
    heading, requirement = node.decl.heading, node.decl.requirement
    return {
        "path": node.path,
        "level": node.kind,
        "identity": node.identity,
        "formerly": [{"year": year, "path": old} for year, old in node.lineage.moves],
        "text": node.text,
        "text_sources": print_citations(node.text_citations),
        "maximum": node.maximum,
        "points_sources": print_citations(node.citations),
        "mode": node.mode.value,
        "cap": node.cap,
        "same_as": node.same_as if node.is_shared else None,
        "special": node.special,
        "requirement": print_expression(requirement.condition) if requirement else None,
        "carried_from": print_expression(node.decl.carry.condition) if node.carry and node.decl.carry else None,
        "touched": [
            {
                "year": touch.year,
                "what": touch.what,
                "reason": touch.reason.value if touch.reason else None,
                "reason_sources": print_citations(touch.reason.citations) if touch.reason else "",
                "place": str(touch.span),
            }
            for touch in (() if node.is_shared else heading.touches)
        ],
    }
