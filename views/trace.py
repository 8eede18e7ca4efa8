"""A trace as a tree for the terminal: points, verdict, the clause and its source, and what decided."""

from typing import Final

from haiten.compiler.describe import show_number
from haiten.scoring.explain import Placing, Reason, Trace
from haiten.scoring.scores import Verdict
from haiten.views.terminal import show_range, show_rate
from rich.console import Console
from rich.text import Text
from rich.tree import Tree

_VERDICT_STYLES: Final = {
    Verdict.AWARDED: "bold green",
    Verdict.NOT_MET: "red",
    Verdict.UNANSWERED: "yellow",
    Verdict.SUPERSEDED: "magenta",
}
_TRUTHS: Final = {True: ("満たす", "green"), False: ("満たさない", "red"), None: ("不明", "yellow")}


def print_traces(console: Console, who: str, traces: tuple[Trace, ...]) -> None:
    """Print the traces of one body."""
    console.print(who, style="bold")
    for trace in traces:
        tree = Tree(_line(trace, trace.path), guide_style="dim")
        _grow(tree, trace)
        console.print(tree)


def _line(trace: Trace, name: str) -> Text:
    line = Text()
    line.append(f"{name} ", "bold cyan").append(f"{trace.text} ")
    if trace.verdict is not None:
        line.append(trace.verdict.japanese, _VERDICT_STYLES[trace.verdict])
        if trace.given:
            line.append("（所与）", "dim")
        line.append(" ")
    line.append(show_range(trace.points), "bold")
    if trace.verdict is None:
        line.append(f"（{show_rate(trace.points)}）", "dim")
    if trace.mode == "いずれか":
        line.append("  いずれか1つを採る", "magenta")
    if trace.cut:
        line.append(f"  上限で{trace.cut}点を切った", "magenta")
    if trace.own.certain != trace.points.certain:
        line.append(f"  （選ばれれば {show_range(trace.own)}）", "magenta")
    return line


def _grow(tree: Tree, trace: Trace) -> None:
    clause = f"条文 {trace.place}"
    if trace.same_as:
        clause += f"（{trace.same_as} に同じ）"
    clause += f"  文の出典: {'、'.join(trace.sources) or 'なし'}"
    clause += f"  配点の出典: {'、'.join(trace.point_sources) or 'なし'}"
    tree.add(Text(clause, "dim"))
    if trace.timing:
        tree.add(Text(f"時点 {trace.timing}", "dim"))
    for kind, text in trace.evidence:
        tree.add(Text(f"{kind} {text}"))
    if trace.reason is not None:
        _grow_reason(tree, trace)
    for child in trace.children:
        _grow(tree.add(_line(child, child.label)), child)


def _grow_reason(tree: Tree, trace: Trace) -> None:
    reason = trace.reason
    assert reason is not None
    if trace.given:
        note = "結果が与えられた（所与）ので、それを使った"
        tree.add(Text(note + ("。値から計算した結果とは違う" if trace.contradicted else "")))
        if reason.truth is None:
            return  # nothing was known from which to compute it as well
    if trace.verdict is Verdict.SUPERSEDED:
        tree.add(Text("満たしているが、同じ指標の他の項目の方が上位なので、そちらを採った"))
    _add_reason(tree, reason)


def _add_reason(tree: Tree, reason: Reason) -> None:
    word, style = _TRUTHS[reason.truth]
    if reason.kind == "answer":
        answer = {True: "該当", False: "非該当", None: "未回答"}[reason.truth]
        tree.add(Text(f"調査の回答: {answer}", style))
        return
    branch = tree.add(Text(f"{reason.text}: ").append(word, style))
    for reading in reason.readings:
        branch.add(Text(f"{reading.name} = {reading.shown}"))
    if reason.placing:
        branch.add(Text(placing_sentence(reason.placing)))
    for part in reason.parts:
        _add_reason(branch, part)


def placing_sentence(placing: Placing) -> str:
    """Where a body stands in a ranking, and where the step ends."""
    better = "小さい" if placing.lower_is_better else "大きい"
    boundary = "境の値なし"
    if placing.cutoff is not None:
        limit = "以下" if placing.lower_is_better else "以上"
        boundary = f"境の値 {show_number(placing.cutoff)}{placing.value.unit}{limit}"
    scope = f"{placing.size:,}団体中" if placing.of_run else f"保存された境の値（{placing.size:,}団体）では"
    rank = f"{placing.rank:,}位、" if placing.rank is not None else ""
    value = placing.value
    own = (
        "値が不明なので順位なし"
        if value.value is None
        else f"{value.name} = {value.shown} は{scope}{rank}{better}ほど上位"
    )
    return f"{own}。{placing.step}は{placing.inside:,}団体、{boundary}"
