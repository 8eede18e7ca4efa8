"""An item through the years, in the terminal, as a table and as JSON."""

from typing import Any, Final

from rich.console import Console

from haiten.comparison.history import History, ItemInYear
from haiten.compiler.printing.print_rulebook import print_citations, print_expression
from haiten.compiler.version import haiten_version
from haiten.tabulation.table import ITEMS, POINTS, Column, Row, Table

SCHEMA: Final = "haiten/history@1"


def print_history(console: Console, history: History) -> None:
    """The years, newest first."""
    newest = history.stages[0]
    console.print(f"{newest.path} {newest.text.value if newest.text else ''}".rstrip(), style="bold", soft_wrap=True)
    console.print(f"同一性 {history.identity}", style="dim", soft_wrap=True)
    if history.ended is not None:
        reason = f"　理由: {history.ending.value}{print_citations(history.ending.citations)}" if history.ending else ""
        console.print(f"{history.ended} 廃止{reason}", style="red", soft_wrap=True)
    for number, stage in enumerate(history.stages):
        before = history.stages[number + 1] if number + 1 < len(history.stages) else None
        _print_stage(console, stage, before)
    if history.born is not None:
        console.print(f"{history.born} 新設", style="green")
    else:
        console.print(f"{history.stages[-1].year} 以前から（これより古い評価指標は手元にない）", style="dim")


def _print_stage(console: Console, stage: ItemInYear, before: ItemInYear | None) -> None:
    console.print(f"\n{stage.year}　{stage.path}", style="bold cyan", soft_wrap=True)
    if stage.node is None:
        console.print("  （この年度の評価指標は手元にない）", style="dim")
        return
    if stage.same_as is not None:
        console.print(f"  {stage.same_as} に同じ", soft_wrap=True)
    points = f"{stage.node.maximum}点" + (f"（項目 {stage.leaves}）" if not stage.node.is_leaf else "")
    console.print(f"  配点　{points}{print_citations(stage.node.citations)}", soft_wrap=True)
    if stage.text is not None:
        changed = before is not None and before.text is not None and before.text.value != stage.text.value
        mark = "　← 変更" if changed else ""
        console.print(f"  文　　{stage.text.value}{print_citations(stage.text.citations)}{mark}", soft_wrap=True)
    if stage.requirement:
        console.print(f"  要件　{stage.requirement}", soft_wrap=True)
    if stage.node.decl.carry and not stage.node.is_shared:
        condition = print_expression(stage.node.decl.carry.condition)
        console.print(f"  引継ぎ　{condition}", soft_wrap=True)
    for touch in stage.touches:
        reason = f"　理由: {touch.reason.value}{print_citations(touch.reason.citations)}" if touch.reason else ""
        console.print(f"  改正　{touch.what}{reason}　（{touch.span}）", style="yellow", soft_wrap=True)


def history_table(history: History) -> Table:
    """A row per year, newest first."""
    columns = (
        *(Column("年度"), Column("項目"), Column("配点", POINTS), Column("配点の出典")),
        *(Column("文"), Column("文の出典")),
        *(Column("要件"), Column("に同じ"), Column("項目の数", ITEMS), Column("引継ぎ"), Column("改正と理由")),
    )
    notes = (
        *((f"{history.ended} 廃止",) if history.ended is not None else ()),
        f"{history.born} 新設" if history.born is not None else "これより古い評価指標は手元にない。",
    )
    title = f"{history.stages[0].path} の移り変わり"
    return Table("移り変わり", title, columns, tuple(map(_row, history.stages)), 2, notes)


def _row(stage: ItemInYear) -> Row:
    node, text = stage.node, stage.text
    if node is None:
        return Row((stage.year, stage.path, *(None,) * 9))
    carry = node.decl.carry if not node.is_shared else None
    reasons = (touch.what + (f"（理由: {touch.reason.value}）" if touch.reason else "") for touch in stage.touches)
    return Row(
        (
            *(stage.year, stage.path, node.maximum, print_citations(node.citations) or None),
            *((None, None) if text is None else (text.value, print_citations(text.citations) or None)),
            *(stage.requirement or None, stage.same_as, stage.leaves),
            *(print_expression(carry.condition) if carry else None, "\n".join(reasons) or None),
        )
    )


def history_json(history: History) -> dict[str, Any]:
    """As JSON (``docs/schema/history-1.json``)."""
    return {
        "schema": SCHEMA,
        "haiten": haiten_version(),
        "identity": history.identity,
        "born": history.born,
        "ended": history.ended,
        "ending": history.ending.value if history.ending else None,
        "years": [_stage_json(stage) for stage in history.stages],
    }


def _stage_json(stage: ItemInYear) -> dict[str, Any]:
    node = stage.node
    return {
        "year": stage.year,
        "path": stage.path,
        "known": node is not None,
        "maximum": node.maximum if node else None,
        "same_as": stage.same_as,
        "leaves": stage.leaves,
        "text": stage.text.value if stage.text else None,
        "text_sources": print_citations(stage.text.citations) if stage.text else "",
        "points_sources": print_citations(node.citations) if node else "",
        "requirement": stage.requirement or None,
        "touched": [
            {"what": touch.what, "reason": touch.reason.value if touch.reason else None, "place": str(touch.span)}
            for touch in stage.touches
        ],
    }
