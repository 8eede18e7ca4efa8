"""Money to look at: budgets and pots, bodies, what was assumed; as files and JSON."""

from collections.abc import Sequence
from fractions import Fraction
from statistics import median
from typing import Any, Final

import polars as pl
from rich.console import Console

from haiten.allocation.allocate import Allocated, PotResult
from haiten.allocation.known import Assumption
from haiten.allocation.trace import ParameterReading
from haiten.compiler.identity.fingerprint import allocation_fingerprint
from haiten.compiler.printing.print_rulebook import print_citations
from haiten.compiler.program.allocation import Split
from haiten.compiler.program.describe import describe_value, show_number
from haiten.compiler.program.fact_columns import SIZE
from haiten.compiler.program.parameters import Parameter
from haiten.compiler.version import haiten_version
from haiten.scoring.running.scores import rulebook_json
from haiten.views.console.terminal import make_table

SCHEMA: Final = "haiten/allocation@1"
_MANY: Final = 20


def figure(amount: int) -> str:
    """Yen without the word, for columns that have it in their heading."""
    return f"{'－' if amount < 0 else ''}{abs(amount):,}"


def yen(amount: int) -> str:
    """``1,234円``; a payment that is borne for others is negative."""
    return f"{figure(amount)}円"


def signed(change: int) -> str:
    """A difference in yen, without the word."""
    return f"{'＋' if change > 0 else ''}{figure(change)}"


def parameter_text(parameter: Parameter | ParameterReading) -> str:
    """``緩和率 = 0.8``."""
    unit = parameter.unit if isinstance(parameter.unit, str) else str(parameter.unit) if parameter.unit.powers else ""
    return f"{parameter.name} = {show_number(parameter.value)}{unit}"


def print_allocated(console: Console, allocated: Allocated) -> None:
    """Budgets, pots, bodies, classes, and what rests on estimates or assumptions."""
    program = allocated.scores.program
    console.print(f"{program.year} {program.scope} 配分（{len(allocated.bodies):,}団体）", style="bold")
    _print_budgets(console, allocated)
    _print_classes(console, allocated)
    _print_bodies(console, allocated)
    _print_parameters(console, allocated)
    print_assumptions(console, allocated.assumptions)


def _print_budgets(console: Console, allocated: Allocated) -> None:
    table = make_table("予算・配分（円）", "額", "流入", "交付", "団体", "1団体平均", "不用額")
    for name, result in allocated.budgets.items():
        paid = sum(result.paid)
        count = sum(map(bool, result.paid))
        fund = f"（{result.budget.fund}）" if result.budget.fund else ""
        cells = (
            figure(result.budget.amount),
            "",
            figure(paid),
            f"{count:,}",
            _average(paid, count),
            figure(result.remainder),
        )
        table.add_row(f"{name} {result.budget.text}{fund}", *cells, style="bold")
        for pot in allocated.pots.values():
            if pot.pot.budget == name:
                table.add_row(f"  {pot.pot.name} {pot.pot.text}", *_pot_cells(pot))
        if name in allocated.allocation.limits:
            cut, added = sum(result.cut), sum(result.added)
            limited, gaining = sum(map(bool, result.cut)), sum(map(bool, result.added))
            table.add_row("  限度で減らした額", "", "", figure(-cut), f"{limited:,}", _average(-cut, limited), "")
            table.add_row(
                "  再配分で加えた額",
                "",
                "",
                figure(added),
                f"{gaining:,}",
                _average(added, gaining),
                figure(cut - added),
            )
        table.add_section()
    budget = sum(result.budget.amount for result in allocated.budgets.values())
    paid, count = sum(allocated.paid), sum(map(bool, allocated.paid))
    cells = (figure(budget), "", figure(paid), f"{count:,}", _average(paid, count), figure(allocated.remainder))
    table.add_row("計", *cells, style="bold")
    console.print(table)


def _pot_cells(pot: PotResult) -> tuple[str, ...]:
    received = sum(amount for _, amount in pot.received)
    gaining = [amount for amount in pot.paid if amount > 0]
    to = f"→{pot.pot.overflow}" if pot.pot.overflow and pot.unspent else ""
    paid = sum(pot.paid)
    # What others bear is paid out too, although it leaves the pot as it is.
    average = _average(sum(gaining), len(gaining))
    return (
        figure(pot.pot.amount),
        figure(received) if received else "",
        figure(paid),
        f"{len(gaining):,}",
        average,
        f"{figure(pot.unspent)}{to}",
    )


def _average(amount: int, count: int) -> str:
    return figure(round(Fraction(amount, count))) if count else "―"


def _print_classes(console: Console, allocated: Allocated) -> None:
    """Yen per unit of what the classes are made of, class by class; only where classes are of 人."""
    split = _person_split(allocated)
    if split is None:
        return
    run = allocated.scores.run
    persons = run.column(split.classification.value)
    classes = run.column(split.classification).tolist()
    counted = describe_value(split.classification.value)
    title = f"{split.classification.name}別の1人当たり（{counted}）"
    table = make_table(split.classification.name, "団体", "交付額", "平均", "中央値", title=title)
    for number, (case, _) in enumerate(split.classification.cases):
        inside = [i for i, at in enumerate(classes) if at == number]
        rates = [Fraction(allocated.paid[i]) / persons[i] for i in inside if persons[i]]
        total = sum(allocated.paid[i] for i in inside)
        mean = f"{show_number(Fraction(round(sum(rates, Fraction(0)) / len(rates))))}円" if rates else "―"
        middle = f"{show_number(Fraction(round(median(rates))))}円" if rates else "―"
        table.add_row(case, f"{len(inside):,}", yen(total), mean, middle)
    console.print(table)


def _person_split(allocated: Allocated) -> Split | None:
    splits = (pot.split for pot in allocated.allocation.pots.values() if pot.split is not None)
    return next((s for s in splits if str(s.classification.value.unit) == "人"), None)


def _print_bodies(console: Console, allocated: Allocated) -> None:
    budgets = allocated.budgets
    table = make_table("団体", *budgets, "計", title="団体ごとの交付額")
    for i, body in enumerate(allocated.bodies[:_MANY]):
        cells = (yen(result.paid[i]) for result in budgets.values())
        table.add_row(f"{body.code} {body.name}", *cells, yen(allocated.paid[i]))
    console.print(table)
    more = len(allocated.bodies) - _MANY
    if more > 0:
        console.print(f"ほか{more:,}団体。全団体は「--to 交付額.csv」に、1団体は「--body コード」で。\n")


def _print_parameters(console: Console, allocated: Allocated) -> None:
    parameters = allocated.allocation.parameters
    if parameters:
        console.print("定数", style="bold")
    for parameter in parameters:
        text = parameter.decl.text.value if parameter.decl.text else ""
        mark = "（試算の値）" if parameter.replaced else print_citations(parameter.decl.citations)
        console.print(f"  {parameter_text(parameter)}{mark}　{text}", soft_wrap=True)
    for budget in allocated.allocation.budgets.values():
        if budget.replaced:
            console.print(f"  予算 {budget.name} = {yen(budget.amount)}（試算の値）", soft_wrap=True)


def print_assumptions(console: Console, assumptions: tuple[Assumption, ...]) -> None:
    """What was taken for granted of what is unknown."""
    if assumptions:
        console.print("不明なのでみなした値（実際の交付額とは違う）", style="bold yellow")
    for assumed in assumptions:
        text = f"  {assumed.what}の「{assumed.value}」: {assumed.count:,}団体を{assumed.taken_as}とみなした"
        console.print(text, soft_wrap=True)


def print_body(console: Console, allocated: Allocated, body: int) -> None:
    """One body: every pot with its share of it, and the limits."""
    who, program = allocated.bodies[body], allocated.scores.program
    table = make_table(
        "予算・配分", "分ける額", "割合", "交付額", title=f"{who.code} {who.name}（{program.year} 配分）"
    )
    for name, result in allocated.budgets.items():
        table.add_row(
            f"{name} {result.budget.text}", yen(result.budget.amount), "", yen(result.paid[body]), style="bold"
        )
        for pot in allocated.pots.values():
            if pot.pot.budget == name:
                table.add_row(*_share_cells(pot, body))
        if result.cut[body] or result.added[body]:
            table.add_row("  限度で減らした額", "", "", yen(-result.cut[body]))
            table.add_row("  再配分で加えた額", "", "", yen(result.added[body]))
    table.add_section()
    table.add_row("計", "", "", yen(allocated.paid[body]), style="bold")
    console.print(table)
    print_assumptions(console, allocated.assumptions)


def _share_cells(pot: PotResult, body: int) -> tuple[str, str, str, str]:
    """A pot as one body shares in it: what is divided among its class (or all), its part of that, and what it gets."""
    member = pot.member[body]
    name = f"  {pot.pot.name} {pot.pot.text}"
    if member is None:
        return name, yen(pot.amount), "―", yen(pot.paid[body])
    group = pot.groups[member]
    case = f"（{group.case}）" if group.case is not None else ""
    share = f"{show_number(round(100 * pot.weights[body] / group.total, 4))}%" if group.total else "―"
    return name + case, yen(group.amount), share, yen(pot.paid[body])


# Files


def allocation_frame(allocated: Allocated) -> pl.DataFrame:
    """A row per body: the points that are certain, yen per pot and budget; next year's ``--previous``."""
    scores, bodies = allocated.scores, allocated.bodies
    size = len(bodies)
    prints = allocation_fingerprint(allocated.allocation.syntax)
    attributes = dict.fromkeys(name for body in bodies for name in body.carried if name.startswith("属性."))
    words: dict[str, list[str | None]] = {
        "団体コード": [body.code for body in bodies],
        "団体名": [body.name or None for body in bodies],
        "都道府県": [body.prefecture or None for body in bodies],
        "年度": [scores.program.year] * size,
        "規則の指紋": [scores.fingerprint.rules] * size,
        SIZE: [str(size)] * size,
        "配分の指紋": [prints] * size,
        **{name: [body.carried.get(name) for body in bodies] for name in attributes},
    }
    points = {"全体": scores.total()} if scores.program.nodes else {}
    points |= {node.path: scores.counted(node.path) for node in scores.program.grants}
    # A range is no known number: next year must not take it for one.
    figures: dict[str, Sequence[int | None]] = {
        f"得点.{path}": [c if c == p else None for c, p in zip(certain.tolist(), possible.tolist(), strict=True)]
        for path, (certain, possible) in points.items()
    }
    figures |= {f"配分.{name}": pot.paid for name, pot in allocated.pots.items()}
    figures |= {f"交付額.{name}": result.paid for name, result in allocated.budgets.items()}
    figures["交付額.全体"] = allocated.paid
    return pl.DataFrame(
        [
            *(pl.Series(name, cells, dtype=pl.String) for name, cells in words.items()),
            *(pl.Series(name, cells, dtype=pl.Int64) for name, cells in figures.items()),
        ]
    )


def allocation_json(allocated: Allocated) -> dict[str, Any]:
    """Money as JSON, schema ``haiten/allocation@1`` (``docs/schema/allocation-1.json``)."""
    scores, allocation = allocated.scores, allocated.allocation
    return {
        "schema": SCHEMA,
        "haiten": haiten_version(),
        "rulebook": rulebook_json(scores.program, scores.fingerprint),
        "fingerprint": allocation_fingerprint(allocation.syntax),
        "unit": allocation.unit,
        "parameters": [
            {
                "name": parameter.name,
                "value": str(parameter.value),
                "unit": str(parameter.unit) if parameter.unit.powers else "",
                "sources": print_citations(parameter.decl.citations),
                "replaced": parameter.replaced,
            }
            for parameter in allocation.parameters
        ],
        "budgets": [
            {
                "name": name,
                "fund": result.budget.fund,
                "amount": result.budget.amount,
                "paid": sum(result.paid),
                "remainder": result.remainder,
                "replaced": result.budget.replaced,
            }
            for name, result in allocated.budgets.items()
        ],
        "pots": [_pot_json(pot) for pot in allocated.pots.values()],
        "assumptions": [
            {"what": a.what, "value": a.value, "taken_as": a.taken_as, "bodies": a.count} for a in allocated.assumptions
        ],
        "bodies": [
            {
                "code": body.code,
                "name": body.name,
                "paid": allocated.paid[i],
                "budgets": {
                    name: {
                        "shared": r.shared[i],
                        "limit": r.limit[i],
                        "cut": r.cut[i],
                        "added": r.added[i],
                        "paid": r.paid[i],
                    }
                    for name, r in allocated.budgets.items()
                },
                "pots": {name: pot.paid[i] for name, pot in allocated.pots.items()},
            }
            for i, body in enumerate(allocated.bodies)
        ],
    }


def _pot_json(pot: PotResult) -> dict[str, Any]:
    return {
        "name": pot.pot.name,
        "budget": pot.pot.budget,
        "amount": pot.pot.amount,
        "received": dict(pot.received),
        "paid": sum(pot.paid),
        "unspent": pot.unspent,
        "unspent_to": pot.pot.overflow,
        "groups": [
            {"class": group.case, "amount": group.amount, "bodies": group.size, "weight": str(group.total)}
            for group in pot.groups
        ],
    }
