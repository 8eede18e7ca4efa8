"""A diff in the terminal: a tree of what changed, what it means, and where points moved."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from haiten.comparison.affected import Affected
from haiten.comparison.changes import DECLARED, WORDS, Change
from haiten.comparison.diff import Diff
from haiten.comparison.excerpt import FactCell
from haiten.comparison.meaning import Meaning, Witness, show_cell
from haiten.comparison.weights import LevelWeight
from haiten.compiler.program.program import Program
from haiten.compiler.syntax.rulebook import Level
from haiten.views.console.terminal import make_table

_STYLES: Final = {
    "added": "green",
    "revealed": "green",
    "deleted": "red",
    "concealed": "red",
    "renumbered": "cyan",
    "reweighed": "bold yellow",
}
_SIGNS: Final = {"added": "＋", "revealed": "＋", "deleted": "－", "concealed": "－", "renumbered": "⇄"}
# What a change of meaning is called.
MEANINGS: Final = {
    "same": "変わらない",
    "stricter": "厳しくなる",
    "looser": "緩くなる",
    "incomparable": "得する場合も損する場合もある",
    "loses": "損する場合がある（得する場合がないとは確かめられていない）",
    "gains": "得する場合がある（損する場合がないとは確かめられていない）",
    "open": "確かめられていない（試した範囲では違いが見つからない）",
    "unknown": "判定できない（未公表の点を含む）",
}
_MANY_CELLS: Final = 6
_MANY_OTHERS: Final = 3


def print_diff(console: Console, found: Diff) -> None:
    """All three layers of a diff."""
    old, new = found.matched.old, found.matched.new
    console.print(f"{old.year} → {new.year}　{new.scope} 評価指標", style="bold")
    if found.is_empty:
        console.print("違いはありません。")
        return
    counts = "、".join(f"{WORDS[kind]} {count}" for kind, count in found.counts.items())
    console.print(f"変更 {len(found.changes)}件" + (f"（{counts}）" if counts else ""))
    nodes = [c for c in found.changes if c.kind not in DECLARED]
    for change in found.changes:
        if change.kind in DECLARED:
            console.print(_line(change), soft_wrap=True)
    _print_tree(console, found, nodes)
    _print_affected(console, found)
    _print_meanings(console, found.meanings)
    _print_weights(console, found.weights)
    _print_asides(console, found)


def _print_tree(console: Console, found: Diff, changes: Iterable[Change]) -> None:
    trees: dict[str, Tree] = {}
    told: set[str] = set()
    for change in changes:
        program = found.matched.new if change.new_path is not None else found.matched.old
        path = change.path
        if change.new_path is None:
            # What is gone is shown below what its parent became.
            above = found.matched.old.nodes[path].parent
            place = found.matched.new_path.get(above, above) if above else None
            parent = _branch(console, trees, found.matched.new, place) if place else None
            (parent or trees.setdefault(path, Tree("", guide_style="dim"))).add(_line(change))
        elif change.old_path is None and change.kind in ("added", "revealed"):
            above = program.nodes[path].parent
            parent = _branch(console, trees, program, above) if above else None
            (parent or trees.setdefault(path, Tree("", hide_root=True))).add(_line(change))
        else:
            branch = _branch(console, trees, program, path)
            branch.add(_line(change))
            if change.also and path not in told and isinstance(branch.label, Text):
                told.add(path)
                branch.label.append(_also(change.also), "dim")
    for path, tree in trees.items():
        if "." not in path:
            console.print(tree)


def _branch(console: Console, trees: dict[str, Tree], program: Program, path: str) -> Tree:
    """The branch of a node, grown below those of the nodes above it."""
    if path in trees:
        return trees[path]
    node = program.nodes.get(path)
    label = Text(f"{path.rpartition('.')[2]} ", "bold cyan").append(node.text if node else "", "default")
    above = path.rpartition(".")[0]
    trees[path] = _branch(console, trees, program, above).add(label) if above else Tree(label, guide_style="dim")
    return trees[path]


def _line(change: Change) -> Text:
    word, style = WORDS[change.kind], _STYLES.get(change.kind, "magenta")
    text = Text(f"{_SIGNS.get(change.kind, '')}{word} ", style)
    label = change.path.rpartition(".")[2]
    match change.kind:
        case "added" | "revealed":
            return text.append(f"{label} {change.new}", "default").append(_also(change.also), "dim")
        case "deleted" | "concealed":
            return text.append(f"{label} {change.old}", "default").append(_also(change.also), "dim")
        case "renumbered":
            return text.append(f"{change.old_path} → {change.new_path}", "default")
        case _ if not change.old:
            return text.append(f"「{change.new}」を加えた", "default")
        case _ if not change.new:
            return text.append(f"「{change.old}」を削った", "default")
        case _:
            return text.append(f"{change.old} → {change.new}", "default")


def _also(paths: tuple[str, ...]) -> str:
    """Where else a node stands by に同じ."""
    return f"（{'、'.join(paths)} も同じ）" if paths else ""


def _print_affected(console: Console, found: Diff) -> None:
    by_cause: dict[tuple[str, ...], list[Affected]] = {}
    for one in found.affected:
        by_cause.setdefault(one.causes, []).append(one)
    if by_cause:
        console.print("\n要件の文は同じで、ほかの改正により意味が変わるもの", style="bold")
    for causes, items in by_cause.items():
        console.print(f"  {'、'.join(causes) or '要件が読むもの'} により", soft_wrap=True)
        for one in items:
            moved = "" if one.old_path == one.new_path else f"（旧 {one.old_path}）"
            console.print(f"    {one.new_path}{moved}{_also(one.also)}", soft_wrap=True)


def _print_meanings(console: Console, meanings: Iterable[Meaning]) -> None:
    listed = list(meanings)
    if not listed:
        return
    console.print("\n意味（両方の年度で採点して確かめたもの）", style="bold")
    for meaning in listed:
        moved = "" if meaning.old_path == meaning.new_path else f"（旧 {meaning.old_path}）"
        console.print(f"  {meaning.new_path}{moved}{_also(meaning.also)}: {MEANINGS[meaning.verdict]}", soft_wrap=True)
        for sheet in (meaning.lower, meaning.higher):
            if sheet is not None:
                console.print(f"    例 {witness_line(sheet)}", style="dim", soft_wrap=True)


def witness_line(sheet: Witness) -> str:
    """Answers of a body whose points changed, and what they came to."""
    cells = {**sheet.old_columns, **sheet.new_columns}
    alike = {name for name, cell in cells.items() if all(other[name] == cell for other in sheet.others)}
    shown = cells
    if sheet.others and len(cells) > _MANY_CELLS and len(alike) < len(cells):
        # What all bodies say alike puts nobody before anybody.
        shown = {name: cell for name, cell in cells.items() if name not in alike}
    points = f"{sheet.old_points}点 → {sheet.new_points}点"
    if not sheet.others:
        return f"{_row(shown)}: {points}"
    told = "、ほかの回答は全団体で同じ" if shown is not cells else ""
    others = Counter(_row({name: other[name] for name in shown}) for other in sheet.others)
    if len(shown) <= _MANY_OTHERS and len(others) <= _MANY_OTHERS:
        rest = "／".join(row if count == 1 else f"{row} が{count}団体" for row, count in others.items())
        return f"{_row(shown)}（{sheet.bodies}団体の中の1団体。ほかは {rest}{told}）: {points}"
    return f"{_row(shown)}（{sheet.bodies}団体の中の1団体{told}）: {points}"


def _row(cells: Mapping[str, FactCell | None]) -> str:
    said = [f"{name} {show_cell(cell) or '不明'}" for name, cell in cells.items() if cell is not False]
    rest = len(cells) - len(said)
    if not said:
        return "全て×" if cells else "どの答えでも"
    shown = said[:_MANY_CELLS] + ([f"ほか{len(said) - _MANY_CELLS}"] if len(said) > _MANY_CELLS else [])
    return "、".join([*shown, "ほかは×"] if rest else shown)


def _print_weights(console: Console, weights: Iterable[LevelWeight]) -> None:
    changed = [weight for weight in weights if weight.changed]
    if not changed:
        return
    table = make_table("見出し", "配点", "差", "項目の数", "差", title="\n配点と項目の動き")
    for weight in changed:
        points = f"{weight.old} → {weight.new}点" if weight.old != weight.new else f"{weight.new}点"
        items = f"{weight.old_leaves} → {weight.new_leaves}"
        if weight.old_leaves == weight.new_leaves:
            items = str(weight.new_leaves)
        indent = "  " * min(weight.level, Level.INDICATOR)
        gained, more = _signed(weight.new - weight.old), _signed(weight.new_leaves - weight.old_leaves)
        shared = f"（{weight.same_as} に同じ）" if weight.same_as else ""
        table.add_row(f"{indent}{weight.path} {weight.text}{shared}{weight.state}", points, gained, items, more)
    console.print(table)


def _signed(number: int) -> str:
    return f"{number:+d}" if number else "±0"


def _print_asides(console: Console, found: Diff) -> None:
    if found.known:
        console.print("推定だった文が分かったもの（改正されたとは限らない）", style="bold")
        for change in found.known:
            console.print(f"  {change.path}: {change.old} → {change.new}", soft_wrap=True)
    if any(change.kind == "title" for change in found.all_changes):
        console.print("題名が変わりました。", style="dim")
    if found.source_changes:
        console.print(f"文も配点も同じで、出典だけが変わったもの {found.source_changes:,}箇所。", style="dim")
