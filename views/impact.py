"""What a change of rules does to a population: summary, one body, columns for all bodies."""

from typing import Any

import numpy as np
import polars as pl
from rich.console import Console

from haiten.comparison.impact import Impact, Item
from haiten.compiler.program.fact_columns import TRIAL
from haiten.compiler.syntax.rulebook import Level
from haiten.views.console.terminal import make_table

_FEW = 10


def print_trial_of_impact(console: Console, impact: Impact) -> None:
    """Say which figures of the new rules a simulation changed, if any."""
    if impact.trial:
        console.print(f"試算（後の規則）: {impact.trial_text}", style="bold yellow", soft_wrap=True)


def print_impact(console: Console, impact: Impact) -> None:
    """Who gains, who loses, by what, and what could not be carried over."""
    old, old_most, new, most = impact.totals
    before, after = impact.old.program, impact.new.program
    size = len(old)
    console.print(f"{before.year} → {after.year}　{after.scope}　{size:,}団体", style="bold")
    console.print(
        "同じ事実を両方の年度の規則で採点したもの。新しい項目は答えがないので、後の得点は幅になることがある。\n"
    )
    table = make_table("", before.year, after.year, "差", title="平均点")
    table.add_row("全体", _span(old, old_most), _span(new, most), _span(new - old_most, most - old, sign=True))
    for node in after.nodes.values():
        if node.level <= Level.GROUP and not node.special:
            counterpart = impact.matched.counterpart(node)
            now = impact.new.counted(node.path)
            was = impact.old.counted(counterpart.path) if counterpart else (np.zeros(size), np.zeros(size))
            name = f"{'  ' * node.level}{node.label} {node.text}"
            table.add_row(name, _span(*was), _span(*now), _span(now[0] - was[1], now[1] - was[0], sign=True))
    console.print(table)
    _print_winners(console, impact)
    _print_ranks(console, impact)
    _print_items(console, impact)
    _print_carried(console, impact)


def _print_winners(console: Console, impact: Impact) -> None:
    old, old_most, new, most = impact.totals
    size = len(old)
    surely = int((new > old_most).sum()), int((most < old).sum())
    same = int(((new == most) & (old == old_most) & (new == old)).sum())
    open_ended = size - sum(surely) - same
    console.print(
        f"必ず上がる {surely[0]:,}団体、必ず下がる {surely[1]:,}団体、変わらない {same:,}団体"
        + (f"、答えしだい {open_ended:,}団体" if open_ended else "")
    )
    if open_ended:
        for word, now in (("非該当", new), ("該当", most)):
            up, down = int((now > old).sum()), int((now < old).sum())
            rest = f"変わらない {size - up - down:,}団体"
            console.print(f"  不明な項目が全て{word}なら: 上がる {up:,}団体、下がる {down:,}団体、{rest}")


def _span(low: Any, high: Any, *, sign: bool = False) -> str:
    if not len(low):
        return "―"
    form = "{:+.2f}" if sign else "{:.2f}"
    least, most = form.format(float(low.mean())), form.format(float(high.mean()))
    return least if least == most else f"{least}–{most}"


def _print_ranks(console: Console, impact: Impact) -> None:
    if len(impact.old.bodies) < 2:
        return
    moves = impact.ranks(new=False) - impact.ranks(new=True)
    console.print(
        f"順位（確実な得点による）: 上がる {int((moves > 0).sum()):,}団体、下がる {int((moves < 0).sum()):,}団体、"
        f"最も大きい動き {int(np.abs(moves).max()):,}位"
    )
    order = np.argsort(-moves, kind="stable")
    for word, chosen in (("上がる", order[:3]), ("下がる", order[::-1][:3])):
        shown = [i for i in chosen if (moves[i] > 0) == (word == "上がる") and moves[i]]
        if shown:
            names = "、".join(f"{_name(impact, i)} {_arrow(impact, i)}" for i in shown)
            console.print(f"  大きく{word}: {names}", soft_wrap=True)


def _name(impact: Impact, body: int) -> str:
    who = impact.old.bodies[body]
    return f"{who.code} {who.name}".strip()


def _arrow(impact: Impact, body: int) -> str:
    return f"{int(impact.ranks(new=False)[body])}位→{int(impact.ranks(new=True)[body])}位"


def _print_items(console: Console, impact: Impact) -> None:
    moved = [item for item in impact.items if item.moved.any()]
    moved.sort(key=lambda item: -abs(float(item.delta.mean())) if len(item.delta) else 0.0)
    if not moved:
        console.print("\n項目ごとの得点は変わりません。")
        return
    table = make_table("項目", "前", "後", "差", "上がる", "下がる", title="\n平均点が動く項目（大きい順）")
    for item in moved[:_FEW]:
        low, high = item.certain - item.old_possible, item.possible - item.old
        up, down = f"{int((item.certain > item.old_possible).sum()):,}", f"{int((item.possible < item.old).sum()):,}"
        now, gap = _span(item.certain, item.possible), _span(low, high, sign=True)
        table.add_row(f"{_item_name(item)} {item.text}", _span(item.old, item.old_possible), now, gap, up, down)
    rest = moved[_FEW:]
    if rest:
        low = sum((item.certain - item.old_possible for item in rest), start=np.zeros(len(impact.old.bodies)))
        high = sum((item.possible - item.old for item in rest), start=np.zeros(len(impact.old.bodies)))
        table.add_row(f"ほか{len(rest)}項目", "", "", _span(low, high, sign=True), "", "")
    console.print(table)


def _item_name(item: Item) -> str:
    if item.new_path is None:
        return f"{item.old_path}{item.state}"
    if item.old_path is None:
        return f"{item.new_path}{item.state}"
    return item.new_path if item.old_path == item.new_path else f"{item.new_path}（旧 {item.old_path}）"


def _print_carried(console: Console, impact: Impact) -> None:
    carried = impact.transfer
    for title, names in (
        ("引継ぎの条件で答えを補った項目", list(carried.derived)),
        ("得点による判定だが、前の年度に示された判定のままとした項目", list(carried.assumed)),
        ("引き継げなかったもの（不明として扱う）", [f"{u.path}（{u.reason}）" for u in carried.unknown]),
        ("後の年度では使わない答え", [f"{u.path}（{u.reason}）" for u in carried.dropped]),
    ):
        if names:
            console.print(f"{title} {len(names)}件", style="bold")
            for name in names:
                console.print(f"  {name}", soft_wrap=True)


def print_body(console: Console, impact: Impact, body: int) -> None:
    """One body: both totals, and every item that gives other points."""
    who = impact.old.bodies[body]
    old, old_most, new, most = (int(column[body]) for column in impact.totals)
    console.print(f"{who.code} {who.name}（{impact.old.program.year} → {impact.new.program.year}）", style="bold")
    console.print(f"計 {_points(old, old_most)} → {_points(new, most)}（{_gap(new - old_most, most - old)}）")
    if len(impact.old.bodies) > 1:
        console.print(f"順位（確実な得点による）{_arrow(impact, body)}")
    table = make_table("項目", impact.old.program.year, impact.new.program.year, "差")
    for item in impact.items:
        if item.moved[body]:
            was, had, now, may = (
                int(column[body]) for column in (item.old, item.old_possible, item.certain, item.possible)
            )
            name = f"{_item_name(item)} {item.text}"
            table.add_row(name, _points(was, had), _points(now, may), _gap(now - had, may - was))
    console.print(table if table.row_count else "項目ごとの得点は変わりません。")


def _points(low: int, high: int) -> str:
    return f"{low}点" if low == high else f"{low}–{high}点"


def _gap(low: int, high: int) -> str:
    return f"{low:+d}" if low == high else f"{low:+d}–{high:+d}"


def impact_frame(impact: Impact) -> pl.DataFrame:
    """A row per body: totals, ranks, and the change of every item (certain points); yen where they are divided, too."""
    old, _, new, most = impact.totals
    bodies = impact.old.bodies
    before, after = impact.old.program.year, impact.new.program.year
    if before == after:
        before, after = f"{before}.前", f"{after}.後"
    words: dict[str, list[str | None]] = {
        "団体コード": [body.code for body in bodies],
        "団体名": [body.name or None for body in bodies],
        "都道府県": [body.prefecture or None for body in bodies],
        "規則の指紋.前": [impact.old.fingerprint.rules] * len(bodies),
        "規則の指紋.後": [impact.new.fingerprint.rules] * len(bodies),
        **({TRIAL: [impact.trial_text] * len(bodies)} if impact.trial else {}),
    }
    figures: dict[str, Any] = {
        f"得点.{before}": old,
        f"得点.{after}": new,
        f"可能.{after}": most,
        "差": new - old,
        f"順位.{before}": impact.ranks(new=False),
        f"順位.{after}": impact.ranks(new=True),
        **{f"差.{_item_name(item)}": item.delta for item in impact.items},
    }
    if impact.money is not None:
        money = impact.money
        figures |= {
            f"交付額.{impact.old.program.year}.前": money.old.paid,
            f"交付額.{impact.new.program.year}.後": money.new.paid,
            "差.交付額": money.delta,
        }
    return pl.DataFrame(
        [
            *(pl.Series(name, cells, dtype=pl.String) for name, cells in words.items()),
            *(pl.Series(name, cells, dtype=pl.Int64) for name, cells in figures.items()),
        ]
    )
