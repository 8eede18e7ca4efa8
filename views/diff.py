"""A diff in the terminal: a tree of what changed, what it means, and where points moved."""

from collections.abc import Iterable
from typing import Final

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from haiten.comparison.changes import WORDS, Change
from haiten.comparison.diff import Diff
from haiten.comparison.meaning import Meaning, Sheet, show_cell
from haiten.comparison.weights import Weight
from haiten.compiler.program import Program
from haiten.compiler.syntax import Level
from haiten.views.terminal import make_table

_STYLES: Final = {"added": "green", "deleted": "red", "renumbered": "cyan", "reweighed": "bold yellow"}
_SIGNS: Final = {"added": "＋", "deleted": "－", "renumbered": "⇄"}
_VERDICTS: Final = {
    "same": "変わらない",
    "stricter": "厳しくなる",
    "looser": "緩くなる",
    "incomparable": "得する場合も損する場合もある",
    "unknown": "判定できない",
}
_MANY_CELLS: Final = 6


def print_diff(console: Console, found: Diff) -> None:
    """All three layers of a diff."""
    old, new = found.matched.old, found.matched.new
    console.print(f"{old.year} → {new.year}　{new.scope} 評価指標", style="bold")
    if found.is_empty:
        console.print("違いはありません。")
        return
    counts = "、".join(f"{WORDS[kind]} {count}" for kind, count in found.counts.items())
    console.print(f"変更 {len(found.changes)}件" + (f"（{counts}）" if counts else ""))
    nodes = [c for c in found.changes if c.kind not in ("fact", "class")]
    for change in found.changes:
        if change.kind in ("fact", "class"):
            console.print(_line(change), soft_wrap=True)
    _print_tree(console, found, nodes)
    _print_meanings(console, found.meanings)
    _print_weights(console, found.weights)
    _print_asides(console, found)


def _print_tree(console: Console, found: Diff, changes: Iterable[Change]) -> None:
    trees: dict[str, Tree] = {}
    for change in changes:
        program = found.matched.new if change.new_path is not None else found.matched.old
        path = change.path
        if change.new_path is None:
            # What is gone is shown below what its parent became.
            above = found.matched.old.nodes[path].parent
            place = found.matched.new_path.get(above, above) if above else None
            parent = _branch(console, trees, found.matched.new, place) if place else None
            (parent or trees.setdefault(path, Tree("", guide_style="dim"))).add(_line(change))
        elif change.kind == "added":
            above = program.nodes[path].parent
            parent = _branch(console, trees, program, above) if above else None
            (parent or trees.setdefault(path, Tree("", hide_root=True))).add(_line(change))
        else:
            _branch(console, trees, program, path).add(_line(change))
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
        case "added":
            return text.append(f"{label} {change.new}", "default")
        case "deleted":
            return text.append(f"{label} {change.old}", "default")
        case "renumbered":
            return text.append(f"{change.old_path} → {change.new_path}", "default")
        case _ if not change.old:
            return text.append(f"「{change.new}」を加えた", "default")
        case _ if not change.new:
            return text.append(f"「{change.old}」を削った", "default")
        case _:
            return text.append(f"{change.old} → {change.new}", "default")


def _print_meanings(console: Console, meanings: Iterable[Meaning]) -> None:
    listed = list(meanings)
    if not listed:
        return
    console.print("\n意味（両方の年度で採点して確かめたもの）", style="bold")
    for meaning in listed:
        moved = "" if meaning.old_path == meaning.new_path else f"（旧 {meaning.old_path}）"
        hedge = "" if meaning.exhaustive else "（試した範囲では）"
        console.print(f"  {meaning.new_path}{moved}: {_VERDICTS[meaning.verdict]}{hedge}", soft_wrap=True)
        for sheet in (meaning.lower, meaning.higher):
            if sheet is not None:
                console.print(f"    例 {_sheet(sheet)}", style="dim", soft_wrap=True)


def _sheet(sheet: Sheet) -> str:
    cells = {**sheet.old_columns, **sheet.new_columns}
    said = [f"{name} {show_cell(cell)}" for name, cell in cells.items() if cell is not False]
    rest = len(cells) - len(said)
    shown = said[:_MANY_CELLS] + ([f"ほか{len(said) - _MANY_CELLS}"] if len(said) > _MANY_CELLS else [])
    if not said:
        shown = ["全て×"]
    elif rest:
        shown.append("ほかは×")
    among = f"（{sheet.bodies}団体の中の1団体）" if sheet.bodies > 1 else ""
    return f"{'、'.join(shown)}{among}: {sheet.old_points}点 → {sheet.new_points}点"


def _print_weights(console: Console, weights: Iterable[Weight]) -> None:
    changed = [weight for weight in weights if weight.changed]
    if not changed:
        return
    table = make_table("見出し", "配点", "差", "項目の数", "差", title="\n配点と項目の動き")
    for weight in changed:
        points = f"{weight.old} → {weight.new}点" if weight.old != weight.new else f"{weight.new}点"
        items = f"{weight.old_leaves} → {weight.new_leaves}"
        if weight.old_leaves == weight.new_leaves:
            items = str(weight.new_leaves)
        state = "（新設）" if weight.old_path is None else "（廃止）" if weight.new_path is None else ""
        indent = "  " * min(weight.level, Level.INDICATOR)
        gained, more = _signed(weight.new - weight.old), _signed(weight.new_leaves - weight.old_leaves)
        table.add_row(f"{indent}{weight.path} {weight.text}{state}", points, gained, items, more)
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
