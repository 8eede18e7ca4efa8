"""Why a body gets its yen, as a tree for the terminal and as JSON."""

from typing import Any, Final

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from haiten.allocation.allocate import Allocated
from haiten.allocation.trace import BudgetTrace, ParameterReading, PotTrace
from haiten.compiler.describe import show_number
from haiten.compiler.fingerprint import allocation_fingerprint
from haiten.compiler.version import haiten_version
from haiten.scoring.explain import Cited, cited_json, reading_json, reason_json
from haiten.scoring.scores import rulebook_json
from haiten.views.allocation import parameter_text, yen
from haiten.views.trace import add_reason

SCHEMA: Final = "haiten/money-trace@1"


def print_money(console: Console, who: str, traces: tuple[BudgetTrace, ...]) -> None:
    """Print the traces of one body, with the sources that they cite."""
    console.print(who, style="bold")
    titles: dict[str, str] = {}
    for trace in traces:
        head = Text(f"予算 {trace.name} {trace.text} ")
        head.append(yen(trace.paid), "bold")
        head.append(f"（予算 {yen(trace.amount)}{_marks(trace.sources, titles)}）", "dim")
        tree = Tree(head, guide_style="dim")
        for pot in trace.pots:
            _add_pot(tree, pot, titles)
        _add_limit(tree, trace)
        console.print(tree)
    if titles:
        console.print("出典", style="bold")
    for mark, title in titles.items():
        console.print(f"  {mark} {title}", soft_wrap=True)


def _marks(sources: tuple[Cited, ...], titles: dict[str, str]) -> str:
    titles.update((cited.mark, cited.title) for cited in sources)
    return "".join(cited.mark for cited in sources)


def _add_pot(tree: Tree, pot: PotTrace, titles: dict[str, str]) -> None:
    line = Text(f"配分 {pot.name} {pot.text}{_marks(pot.sources, titles)} ")
    line.append(yen(pot.paid), "bold green" if pot.paid > 0 else "red")
    branch = tree.add(line)
    branch.add(Text(f"条文 {pot.place}", "dim"))
    formula = "" if pot.formula == yen(pot.whole) else f" = {pot.formula}"
    amount = branch.add(f"配分の額 {yen(pot.whole)}{formula}{_marks(pot.amount_sources, titles)}")
    for name, received in pot.received:
        amount.add(f"＋ 配分 {name} の不用額 {yen(received)}（計 {yen(pot.amount)}）")
    for parameter in pot.parameters:
        branch.add(f"定数 {parameter_text(parameter)}{_parameter_mark(parameter, titles)}")
    if pot.case is not None:
        branch.add(f"内訳 「{pot.case}」 の額 {yen(pot.case_amount)}")
    if pot.eligible is not None:
        eligible = branch.add(f"対象: {'該当する' if pot.is_eligible else '該当しない'}")
        add_reason(eligible, pot.eligible)
    for frame in pot.frames:
        met = "該当する" if frame.met else "該当しない"
        add_reason(branch.add(f"枠 {frame.label} {frame.text}{_marks(frame.sources, titles)}: {met}"), frame.reason)
    _add_share(branch, pot, titles)


def _parameter_mark(parameter: ParameterReading, titles: dict[str, str]) -> str:
    return "（試算の値）" if parameter.replaced else _marks(parameter.sources, titles)


def _add_share(branch: Tree, pot: PotTrace, titles: dict[str, str]) -> None:
    marks = _marks(pot.rule_sources, titles)
    if pot.bearing is not None:
        _add_bearing(branch, pot, marks)
        return
    if not pot.weight:
        branch.add(f"{pot.rule}{marks}: 割合は0")
        return
    if pot.value is not None:
        share = branch.add(f"{pot.rule} {pot.value.name}{marks} = {pot.value.shown}")
        for reading in pot.readings:
            share.add(f"{reading.name} = {reading.shown}")
    else:
        most = f"（上限{pot.most}つ）" if pot.most is not None else ""
        what = "該当枠数" if pot.frames else "1団体に1つ"
        branch.add(f"{pot.rule} {what}{most}{marks} = {show_number(pot.weight)}")
    group = yen(pot.case_amount)
    fraction = f"{show_number(pot.weight)} ÷ {show_number(pot.total)}（{pot.sharers:,}団体の計）"
    branch.add(f"{group} × {fraction} = {show_number(pot.exact, 2)}円")
    rounding = f"{pot.unit:,}円未満切捨て" if pot.unit > 1 else "1円未満切捨て"
    extra = f"、最大剰余により ＋{pot.unit:,}円" if pot.extra else ""
    branch.add(f"端数 {rounding}{extra} → {yen(pot.paid)}")


def _add_bearing(branch: Tree, pot: PotTrace, marks: str) -> None:
    bearing = pot.bearing
    assert bearing is not None
    floor = pot.value.name if pot.value is not None else ""
    step = branch.add(f"下限 {floor}{marks} = {show_number(bearing.floor, 2)}円")
    for reading in pot.readings:
        step.add(f"{reading.name} = {reading.shown}")
    branch.add(f"同じ予算のほかの配分の計 {yen(bearing.before)}")
    if pot.weight:
        short = yen(int(pot.weight))
        others = f"（{pot.sharers:,}団体、計 {show_number(pot.total)}円）"
        branch.add(f"下限に足りない額 {short} のうち {yen(pot.paid)} を補う{others}")
    elif bearing.borne:
        branch.add(f"下限を上回るので、ほかの団体の激変緩和を {yen(bearing.borne)} 負担する")
    else:
        branch.add("下限を下回らない")


def _add_limit(tree: Tree, trace: BudgetTrace) -> None:
    if not trace.has_limit:
        return
    limit = "不明（限度なしとみなした）" if trace.limit is None else yen(trace.limit)
    branch = tree.add(f"限度 {limit}: 配分の計 {yen(trace.shared)} → {yen(trace.paid)}")
    if trace.cut:
        branch.add(f"限度を超える {yen(trace.cut)} を減らす")
    if trace.added:
        branch.add(f"ほかの団体が限度で減った分から {yen(trace.added)} を加える")


# JSON


def money_json(allocated: Allocated, body: int, traces: tuple[BudgetTrace, ...]) -> dict[str, Any]:
    """Traces as JSON, schema ``haiten/money-trace@1`` (``docs/schema/money-trace-1.json``)."""
    who, scores = allocated.bodies[body], allocated.scores
    return {
        "schema": SCHEMA,
        "haiten": haiten_version(),
        "rulebook": rulebook_json(scores.program, scores.fingerprint),
        "fingerprint": allocation_fingerprint(allocated.allocation.syntax),
        "body": {"code": who.code, "name": who.name},
        "budgets": [
            {
                "name": trace.name,
                "amount": trace.amount,
                "sources": [cited_json(cited) for cited in trace.sources],
                "pots": [_pot_json(pot) for pot in trace.pots],
                "shared": trace.shared,
                "limit": trace.limit,
                "cut": trace.cut,
                "added": trace.added,
                "paid": trace.paid,
            }
            for trace in traces
        ],
    }


def _pot_json(pot: PotTrace) -> dict[str, Any]:
    data: dict[str, Any] = {
        "name": pot.name,
        "text": pot.text,
        "place": pot.place,
        "amount": pot.amount,
        "formula": pot.formula,
        "received": dict(pot.received),
        "parameters": {parameter.name: str(parameter.value) for parameter in pot.parameters},
        "rule": pot.rule,
        "readings": [reading_json(reading) for reading in pot.readings],
        "weight": str(pot.weight),
        "total": str(pot.total),
        "exact": str(pot.exact),
        "unit": pot.unit,
        "extra": pot.extra,
        "paid": pot.paid,
    }
    if pot.case is not None:
        data |= {"class": pot.case, "class_amount": pot.case_amount}
    if pot.eligible is not None:
        data["eligible"] = {"met": pot.is_eligible, "reason": reason_json(pot.eligible)}
    if pot.frames:
        data["frames"] = [
            {"label": frame.label, "text": frame.text, "met": frame.met, "reason": reason_json(frame.reason)}
            for frame in pot.frames
        ]
    if pot.bearing is not None:
        bearing = pot.bearing
        data["cushion"] = {"before": bearing.before, "floor": str(bearing.floor), "borne": bearing.borne}
    return data
