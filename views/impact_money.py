"""What a change does to yen: summary and one body."""

from rich.console import Console

from haiten.comparison.money import MoneyImpact
from haiten.views.allocation import figure, parameter_text, print_assumptions, signed, yen
from haiten.views.console.terminal import make_table

_FEW = 3


def years_of(money: MoneyImpact) -> tuple[str, str]:
    """What the two allocations are called: by their years, or 前 and 後 where those are the same."""
    before, after = (side.scores.program.year for side in (money.old, money.new))
    return (before, after) if before != after else ("前", "後")


def print_money_head(console: Console, money: MoneyImpact) -> None:
    """What is compared, where the points of both sides are the same and so are not shown."""
    program, size = money.new.scores.program, len(money.new.bodies)
    console.print(f"{program.year}　{program.scope} 配分　{size:,}団体（得点の規則は同じ）", style="bold")


def _print_figures(console: Console, money: MoneyImpact) -> None:
    """The 定数 and 予算 whose value is another."""
    old, new = money.old.allocation, money.new.allocation
    was = {parameter.name: parameter for parameter in old.parameters}
    for parameter in new.parameters:
        other = was.get(parameter.name)
        if other is not None and (other.value, other.unit) != (parameter.value, parameter.unit):
            value = parameter_text(parameter).partition(" = ")[2]
            console.print(f"定数 {parameter_text(other)} → {value}", soft_wrap=True)
    for name, budget in new.budgets.items():
        before = old.budgets.get(name)
        if before is not None and before.amount != budget.amount:
            console.print(f"予算 {name} {yen(before.amount)} → {yen(budget.amount)}", soft_wrap=True)


def print_money_impact(console: Console, money: MoneyImpact) -> None:
    """Figures that were changed, pots before and after, and who gains and loses most."""
    before, after = years_of(money)
    _print_figures(console, money)
    table = make_table("配分（円）", before, after, "差", title="\n交付額")
    for name, old, new in money.pots:
        table.add_row(name, figure(sum(old)), figure(sum(new)), signed(sum(new) - sum(old)))
    total = sum(money.old.paid), sum(money.new.paid)
    table.add_section()
    table.add_row("計", figure(total[0]), figure(total[1]), signed(total[1] - total[0]), style="bold")
    console.print(table)
    up, down = sum(change > 0 for change in money.delta), sum(change < 0 for change in money.delta)
    same = len(money.delta) - up - down
    console.print(f"交付額が増える {up:,}団体、減る {down:,}団体、変わらない {same:,}団体")
    bodies = money.old.bodies
    order = sorted(range(len(bodies)), key=lambda i: (-money.delta[i], bodies[i].code))
    for word, chosen in (("増える", order[:_FEW]), ("減る", order[::-1][:_FEW])):
        shown = [i for i in chosen if money.delta[i] and (money.delta[i] > 0) == (word == "増える")]
        names = (f"{bodies[i].code} {bodies[i].name} {signed(money.delta[i])}円" for i in shown)
        if shown:
            console.print(f"  大きく{word}: {'、'.join(names)}", soft_wrap=True)
    print_assumptions(console, money.assumptions)


def print_body_money(console: Console, money: MoneyImpact, body: int) -> None:
    """One body's yen by pot, before and after."""
    before, after = years_of(money)
    table = make_table("配分（円）", before, after, "差")
    for name, old, new in money.pots:
        table.add_row(name, figure(old[body]), figure(new[body]), signed(new[body] - old[body]))
    paid = money.old.paid[body], money.new.paid[body]
    table.add_section()
    table.add_row("交付額", figure(paid[0]), figure(paid[1]), signed(paid[1] - paid[0]), style="bold")
    console.print(f"交付額 {yen(paid[0])} → {yen(paid[1])}（{signed(paid[1] - paid[0])}円）")
    console.print(table)
    print_assumptions(console, money.assumptions)
