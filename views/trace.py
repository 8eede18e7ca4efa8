"""A trace as a tree for the terminal: points, verdict, the clause and its source, and what decided."""

from typing import Final

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from haiten.compiler.program.describe import show_number
from haiten.compiler.syntax.operators import at_good_end
from haiten.scoring.explaining.explain import Cited, Trace
from haiten.scoring.explaining.reasons import Placing, Reason
from haiten.scoring.running.scores import Verdict
from haiten.views.console.terminal import show_range, show_rate

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
    titles: dict[str, str] = {}
    for trace in traces:
        tree = Tree(_line(trace, trace.path), guide_style="dim")
        _grow(tree, trace, titles)
        console.print(tree)
    console.print("出典", style="bold")
    for mark, title in titles.items():
        console.print(f"  {mark} {title}", style="dim", soft_wrap=True)


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
        if trace.given:
            line.append("（得点は与えられたもの）", "dim")
    if trace.mode == "いずれか":
        line.append("  いずれか1つを採る", "magenta")
    if trace.cut:
        line.append(f"  上限で{trace.cut}点を切った", "magenta")
    if trace.own.certain != trace.points.certain:
        line.append(f"  （選ばれれば {show_range(trace.own)}）", "magenta")
    return line


def _grow(tree: Tree, trace: Trace, titles: dict[str, str]) -> None:
    titles.update({cited.mark: cited.title for cited in (*trace.sources, *trace.point_sources)})
    clause = f"条文 {trace.place}"
    if trace.same_as:
        clause += f"（{trace.same_as} に同じ）"
    clause += f"  文{_marks(trace.sources)} 配点{_marks(trace.point_sources)}"
    if trace.timing and trace.reason is not None:
        clause += f"  時点 {trace.timing}"
    tree.add(Text(clause, "dim"))
    if trace.undisclosed:
        tree.add(Text(f"うち{trace.undisclosed}点は、点数だけが知られ、条文は未公表", "yellow"))
    for kind, text in trace.evidence:
        tree.add(Text(f"{kind} {text}"))
    if trace.reason is not None:
        _grow_reason(tree, trace)
    for child in trace.children:
        _grow(tree.add(_line(child, child.label)), child, titles)


def _marks(sources: tuple[Cited, ...]) -> str:
    return "".join(cited.mark for cited in sources) or "（出典なし）"


def _grow_reason(tree: Tree, trace: Trace) -> None:
    reason = trace.reason
    assert reason is not None
    if trace.given and reason.truth is None:
        # Nothing was known from which to compute it as well.
        tree.add(Text(f"要件 {reason.text}（結果は所与）" if reason.kind != "answer" else "調査の回答は所与"))
        return
    if trace.contradicted:
        tree.add(Text("与えられた結果を使った。値から計算した結果とは違う", "yellow"))
    if trace.verdict is Verdict.SUPERSEDED:
        tree.add(Text("満たしているが、同じ指標の他の項目の方が上位なので、そちらを採った"))
    add_reason(tree, reason)


def add_reason(tree: Tree, reason: Reason) -> None:
    """A condition below a node of the tree, with how it and its parts came out."""
    word, style = _TRUTHS[reason.truth]
    if reason.kind == "answer":
        answer = {True: "該当", False: "非該当", None: "未回答"}[reason.truth]
        tree.add(Text(f"調査の回答: {answer}", style))
        return
    branch = tree.add(Text(f"{reason.text}: ").append(word, style))
    ranked = reason.placing.value.name if reason.placing else None
    for reading in reason.readings:
        if reading.name == ranked and not reading.made_of:
            continue  # reported with its rank
        made_of = f"（{reading.made_of}）" if reading.made_of else ""
        line = branch.add(Text(f"{reading.name} = {reading.shown}{made_of}"))
        for sentence in reading.members.bar.sentences() if reading.members and reading.members.bar else ():
            line.add(Text(sentence))
    if reason.placing:
        branch.add(Text(placing_sentence(reason.placing)))
    for sentence in reason.bar.sentences() if reason.bar else ():
        branch.add(Text(sentence))
    for part in reason.parts:
        add_reason(branch, part)


def placing_sentence(placing: Placing) -> str:
    """Where a body stands in a ranking, and where the step ends."""
    good_end = "小さい順" if placing.lower_is_better else "大きい順"
    case = f"「{placing.case}」の" if placing.case else ""
    size = f"{case}{placing.size:,}団体" if placing.of_run else f"保存された{case}{placing.size:,}団体"
    boundary = f"{placing.step}に入る団体なし"
    if placing.cutoff is not None:
        limit = at_good_end(lower_is_better=placing.lower_is_better)
        cutoff = f"{show_number(placing.cutoff)}{placing.value.unit}{limit}"
        boundary = f"{placing.step}は{placing.inside:,}位まで（{placing.value.name} が {cutoff}）"
    if placing.value.value is None:
        return f"{placing.value.name} が不明なので順位なし。{size}の{good_end}で、{boundary}"
    rank = f"{placing.rank:,}位。" if placing.rank is not None else "、"
    return f"{placing.value.name} = {placing.value.shown} は{size}の{good_end}で{rank}{boundary}"
