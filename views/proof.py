"""Proofs in the terminal."""

from collections.abc import Iterable

from rich.console import Console

from haiten.compiler.syntax import Level
from haiten.scoring.proving import NodeProof, Proof
from haiten.views.terminal import make_table

_STATES = {"proven": "証明した", "unreachable": "届かない", "undisclosed": "未公表を含む", "undecided": "決まらない"}


def print_proof(console: Console, proof: Proof) -> None:
    """Every node down to the groups, those that are not proven at any level, and what it rests on."""
    program = proof.rulebook.program
    table = make_table("見出し", "配点", "届く最大", "届く最小", "", title=f"{program.year} {program.scope} 評価指標")
    for node in proof.nodes:
        level = program.nodes[node.path].level
        if level <= Level.GROUP:
            name = f"{'  ' * level}{node.path} {program.nodes[node.path].text}"
            table.add_row(name, f"{node.declared}点", _points(node.reached), _points(node.least), _STATES[node.status])
    console.print(table)
    _print_open(console, (node for node in proof.nodes if node.status in ("unreachable", "undecided")))
    count = {state: sum(node.status == state for node in proof.nodes) for state in _STATES}
    console.print(
        f"項目 {len(proof.nodes)} のうち、配点がちょうど届く最大であると証明したもの {count['proven']}"
        + (f"、未公表の点を含むもの {count['undisclosed']}" if count["undisclosed"] else ""),
        style="bold",
    )
    bodies = "、".join(str(len(witness)) for witness in proof.witnesses)
    console.print(
        f"例 {len(proof.witnesses)}件（団体の数 {bodies}）。上界は構造（合算・いずれか・上限）、下界は例の採点による。"
    )


def _points(points: int | None) -> str:
    return "―" if points is None else f"{points}点"


def _print_open(console: Console, nodes: Iterable[NodeProof]) -> None:
    for node in nodes:
        if node.status == "unreachable":
            console.print(f"{node.path}: 配点{node.declared}点に届きません（最大{node.greatest}点）", style="red")
        else:
            console.print(f"{node.path}: 配点{node.declared}点に届くかどうか、決められませんでした", style="yellow")
