"""Proofs in the terminal."""

from collections.abc import Iterable

from rich.console import Console

from haiten.compiler.syntax.rulebook import Level
from haiten.scoring.proving.prove import NodeProof, Proof
from haiten.testing.verification import Verification
from haiten.views.console.terminal import make_table, print_trial

_STATES = {"proven": "証明した", "unreachable": "届かない", "undisclosed": "未公表を含む", "undecided": "決まらない"}


def print_proof(console: Console, proof: Proof) -> None:
    """Every node down to the groups, those that are not proven at any level, and what it rests on."""
    program = proof.rulebook.program
    print_trial(console, program)
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


def print_verification(console: Console, result: Verification) -> None:
    """What a certificate that holds shows, how that was checked, and what was not."""
    states = "、".join(f"{words} {result.counts[state]}" for state, words in _STATES.items() if state in result.counts)
    console.print(f"証明書は正しい（{result.checked}項目: {states}）", style="bold")
    console.print(
        f"確かめたこと: 様式、年度、規則の指紋、全項目の配点と上界（構造から）、例 {result.examples}件とその得点"
        "（別に書かれた解釈器で）、状態。",
        soft_wrap=True,
    )
    if result.repeated:
        console.print(
            f"構造と例だけでは決まらない最大・最小 {result.repeated}件は、証明と同じ方法で計算し直しました。",
            soft_wrap=True,
        )
    console.print(f"確かめていないこと: 書いた haiten の版（{result.version} とある）。", soft_wrap=True)


def _points(points: int | None) -> str:
    return "―" if points is None else f"{points}点"


def _print_open(console: Console, nodes: Iterable[NodeProof]) -> None:
    for node in nodes:
        if node.status == "unreachable":
            console.print(f"{node.path}: 配点{node.declared}点に届きません（最大{node.greatest}点）", style="red")
        else:
            console.print(f"{node.path}: 配点{node.declared}点に届くかどうか、決められませんでした", style="yellow")
