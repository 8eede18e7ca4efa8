"""The difference of two allocations in the terminal: the yen of budgets and pots, and the clauses, old and new."""

from typing import Final

from rich.console import Console
from rich.text import Text

from haiten.comparison.allocation import AllocationDiff
from haiten.views.allocation import figure, signed
from haiten.views.console.terminal import make_table

_WORDS: Final = {"added": "加わる", "removed": "無くなる", "changed": "変わる"}


def print_allocation_diff(console: Console, found: AllocationDiff) -> None:
    """Amounts, changed clauses, and how many stand on other sources."""
    old, new = found.old, found.new
    console.print(f"{old.year} → {new.year}　{new.scope} 配分", style="bold")
    table = make_table("予算・配分（円）", old.year, new.year, "差")
    for amount in found.amounts:
        cells = ("―" if yen is None else figure(yen) for yen in (amount.old, amount.new))
        name = amount.budget if amount.pot is None else f"  {amount.pot}"
        name += f"（元の名前 {amount.was}）" if amount.was else ""
        style = "bold" if amount.pot is None else None
        table.add_row(name, *cells, signed((amount.new or 0) - (amount.old or 0)), style=style)
    console.print(table)
    counts = {kind: sum(change.kind == kind for change in found.changes) for kind in _WORDS}
    shown = "、".join(f"{_WORDS[kind]} {count}" for kind, count in counts.items() if count)
    console.print(f"条の変更 {len(found.changes)}件{f'（{shown}）' if shown else ''}")
    for change in found.changes:
        was = f"（元の名前 {change.was}）" if change.was else ""
        console.print(Text(f"{change.name}{was}: {_WORDS[change.kind]}", "bold"))
        for sign, style, lines in (("－", "red", change.old), ("＋", "green", change.new)):
            for line in lines:
                console.print(Text(f"  {sign} {line}", style), soft_wrap=True)
    if found.source_changes:
        console.print(f"同じことを別の出典によって言う条 {found.source_changes}件")
    console.print("条は名前で対応させます。改正で名前を変えたもの（前身）は、元のものに対応させます。", style="dim")
