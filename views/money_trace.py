"""Why a body gets its yen, as a tree for the terminal and as JSON."""

from typing import Any, Final

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from haiten.allocation.allocate import Allocated
from haiten.allocation.trace import BudgetTrace, Division, ParameterReading, PotTrace, Refill
from haiten.compiler.identity.fingerprint import allocation_fingerprint
from haiten.compiler.program.describe import show_number
from haiten.compiler.version import haiten_version
from haiten.scoring.explaining.explain import Cited, cited_json
from haiten.scoring.explaining.reasons import reading_json, reason_json
from haiten.scoring.running.scores import rulebook_json
from haiten.views.allocation import parameter_text, yen
from haiten.views.trace import add_reason

SCHEMA: Final = "haiten/money-trace@1"


def print_money(console: Console, who: str, traces: tuple[BudgetTrace, ...]) -> None:
    """Print the traces of one body, with the sources that they cite."""
    console.print(who, style="bold")
    titles: dict[str, str] = {}
    for tree in money_trees(traces, titles):
        console.print(tree)
    if titles:
        console.print("出典", style="bold")
    for mark, title in titles.items():
        console.print(f"  {mark} {title}", soft_wrap=True)


def money_trees(traces: tuple[BudgetTrace, ...], titles: dict[str, str]) -> list[Tree]:
    """A tree for each budget.

    Args:
        traces: of one body.
        titles: takes the titles of all that is cited, by the mark.
    """
    trees = []
    for trace in traces:
        head = Text(f"予算 {trace.name} {trace.text} ")
        head.append(yen(trace.paid), "bold")
        fund = f"、財源 {trace.fund}{_marks(trace.fund_sources, titles)}" if trace.fund else ""
        formula = _formula(trace.formula, trace.amount)
        head.append(f"（予算 {yen(trace.amount)}{formula}{_marks(trace.sources, titles)}{fund}）", "dim")
        tree = Tree(head, guide_style="dim")
        for parameter in trace.parameters:
            tree.add(f"定数 {parameter_text(parameter)}{_parameter_mark(parameter, titles)}")
        for pot in trace.pots:
            _add_pot(tree, pot, trace, titles)
        _add_limit(tree, trace, titles)
        trees.append(tree)
    return trees


def _marks(sources: tuple[Cited, ...], titles: dict[str, str]) -> str:
    titles.update((cited.mark, cited.title) for cited in sources)
    return "".join(cited.mark for cited in sources)


def _formula(formula: str, amount: int) -> str:
    """How an amount is written, unless it is written as itself."""
    return "" if formula == yen(amount) else f" = {formula}"


def _add_pot(tree: Tree, pot: PotTrace, budget: BudgetTrace, titles: dict[str, str]) -> None:
    line = Text(f"配分 {pot.name} {pot.text}{_marks(pot.sources, titles)} ")
    line.append(yen(pot.paid), "bold green" if pot.paid > 0 else "red")
    branch = tree.add(line)
    branch.add(Text(f"条文 {pot.place}", "dim"))
    formula = _formula(pot.formula, pot.whole)
    amount = branch.add(f"配分の額 {yen(pot.whole)}{formula}{_marks(pot.amount_sources, titles)}")
    if pot.others:
        taken = "".join(f" － {name} {yen(other)}" for name, other in pot.others)
        amount.add(f"予算 {yen(budget.amount)}{taken}")
    for name, received in pot.received:
        amount.add(f"＋ 配分 {name} の不用額 {yen(received)}（計 {yen(pot.amount)}）")
    for parameter in pot.parameters:
        branch.add(f"定数 {parameter_text(parameter)}{_parameter_mark(parameter, titles)}")
    if pot.case is not None:
        split = branch.add(f"内訳 「{pot.case}」 の額 {yen(pot.case_amount)}")
        if pot.split is not None:
            split.add(f"階級ごとの {pot.split_value}{_marks(pot.split_sources, titles)} の計で按分")
            _add_division(split, pot.split, pot.unit, "階級")
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
        what = branch.add(f"{pot.rule} {pot.value.name}{marks} = {pot.value.shown}")
        for reading in pot.readings:
            what.add(f"{reading.name} = {reading.shown}")
    else:
        most = f"（上限{pot.most}つ）" if pot.most is not None else ""
        counted = "該当枠数" if pot.frames else "1団体に1つ"
        branch.add(f"{pot.rule} {counted}{most}{marks} = {show_number(pot.weight)}")
    if pot.rule == "均等":
        total = show_number(pot.total)
        price = branch.add(f"1つ分 {yen(pot.case_amount)} ÷ {total} = {show_number(pot.exact / pot.weight, 2)}円")
        one = int(pot.paid / pot.weight)
        price.add(f"端数 {pot.unit:,}円未満切捨て → {yen(one)}（{pot.sharers:,}団体の {total} つに同じ額）")
        branch.add(f"{yen(one)} × {show_number(pot.weight)} = {yen(pot.paid)}")
        return
    share = Division(pot.case_amount, pot.weight, pot.total, pot.sharers, pot.exact, pot.extra, pot.paid)
    _add_division(branch, share, pot.unit)


def _add_division(branch: Tree, share: Division, unit: int, among: str = "団体") -> None:
    """The amount, numerator and denominator of a share, and its rounding."""
    fraction = f"{show_number(share.weight)} ÷ {show_number(share.total)}（{share.sharers:,}{among}の計）"
    branch.add(f"{yen(share.amount)} × {fraction} = {show_number(share.exact, 2)}円")
    extra = f"、最大剰余により ＋{unit:,}円" if share.extra else ""
    branch.add(f"端数 {unit:,}円未満切捨て{extra} → {yen(share.paid)}")


def _add_bearing(branch: Tree, pot: PotTrace, marks: str) -> None:
    bearing = pot.bearing
    assert bearing is not None
    floor = pot.value.name if pot.value is not None else ""
    step = branch.add(f"下限 {floor}{marks} = {show_number(bearing.floor, 2)}円")
    for reading in pot.readings:
        step.add(f"{reading.name} = {reading.shown}")
    branch.add(f"同じ予算のほかの配分の計 {yen(bearing.before)}")
    if bearing.short:
        lifted = branch.add(f"下限に足りない額 {yen(bearing.short)} のうち {yen(pot.paid)} を補う")
        if bearing.own is not None:
            _add_division(lifted.add("この配分の額から、足りない額の比で"), bearing.own, pot.unit)
        if bearing.moved is not None:
            _add_division(lifted.add("ほかの団体の負担から、まだ足りない額の比で"), bearing.moved, pot.unit)
    elif bearing.borne is not None:
        borne = branch.add(f"下限を上回るので、ほかの団体の激変緩和を {yen(bearing.yen_borne)} 負担する")
        _add_division(borne.add("下限を上回る額の比で"), bearing.borne, pot.unit)
    else:
        branch.add("下限を下回らない")


def _add_limit(tree: Tree, trace: BudgetTrace, titles: dict[str, str]) -> None:
    if trace.limit_value is None:
        return
    limit = "不明（限度なしとみなした）" if trace.limit is None else yen(trace.limit)
    marks = _marks(trace.limit_sources, titles)
    branch = tree.add(
        f"限度 {trace.limit_value.name}{marks} = {limit}: 配分の計 {yen(trace.shared)} → {yen(trace.paid)}"
    )
    if trace.cut:
        rounding = (
            f"（限度は{trace.unit:,}円未満切捨て）" if trace.limit is not None and trace.limit % trace.unit else ""
        )
        branch.add(f"限度を超える {yen(trace.cut)} を減らす{rounding}")
    if trace.refill is None:
        return
    refill, marks = trace.refill, _marks(trace.refill_sources, titles)
    added = branch.add(f"ほかの団体が限度で減った分から {yen(trace.added)} を加える")
    value = added.add(f"再配分 {refill.value.name}{marks} = {refill.value.shown}")
    for reading in refill.readings:
        value.add(f"{reading.name} = {reading.shown}")
    if refill.share is None:
        added.add("比で分けた額は限度を超えるので、限度まで")
    else:
        _add_division(added.add("先に限度に達した団体の分を除いた残りを、比で"), refill.share, trace.unit)


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
                "formula": trace.formula,
                "parameters": _parameters_json(trace.parameters),
                "sources": [cited_json(cited) for cited in trace.sources],
                "pots": [_pot_json(pot) for pot in trace.pots],
                "shared": trace.shared,
                "limit": trace.limit,
                "cut": trace.cut,
                "added": trace.added,
                "refill": _refill_json(trace.refill),
                "paid": trace.paid,
            }
            for trace in traces
        ],
    }


def _parameters_json(parameters: tuple[ParameterReading, ...]) -> dict[str, str]:
    return {parameter.name: str(parameter.value) for parameter in parameters}


def _division_json(share: Division | None) -> dict[str, Any] | None:
    if share is None:
        return None
    return {
        "amount": share.amount,
        "weight": str(share.weight),
        "total": str(share.total),
        "exact": str(share.exact),
        "extra": share.extra,
        "paid": share.paid,
    }


def _refill_json(refill: Refill | None) -> dict[str, Any] | None:
    if refill is None:
        return None
    readings = [reading_json(reading) for reading in refill.readings]
    return {"readings": readings, "share": _division_json(refill.share)}


def _pot_json(pot: PotTrace) -> dict[str, Any]:
    data: dict[str, Any] = {
        "name": pot.name,
        "text": pot.text,
        "place": pot.place,
        "amount": pot.amount,
        "formula": pot.formula,
        "received": dict(pot.received),
        "others": dict(pot.others),
        "parameters": _parameters_json(pot.parameters),
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
        data |= {"class": pot.case, "class_amount": pot.case_amount, "split": _division_json(pot.split)}
    if pot.eligible is not None:
        data["eligible"] = {"met": pot.is_eligible, "reason": reason_json(pot.eligible)}
    if pot.frames:
        data["frames"] = [
            {"label": frame.label, "text": frame.text, "met": frame.met, "reason": reason_json(frame.reason)}
            for frame in pot.frames
        ]
    if pot.bearing is not None:
        bearing = pot.bearing
        data["cushion"] = {
            "before": bearing.before,
            "floor": str(bearing.floor),
            "short": bearing.short,
            "own": _division_json(bearing.own),
            "moved": _division_json(bearing.moved),
            "borne": _division_json(bearing.borne),
        }
    return data
