"""Renumbering: which nodes a range names, and whether a node can move where it is given to."""

import re
from typing import Final

from haiten.compiler import diagnostics as d
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.printing.print_rulebook import print_target
from haiten.compiler.revising.working_tree import LiveNode, Tree
from haiten.compiler.source import Span
from haiten.compiler.suggest import nearest
from haiten.compiler.syntax.expressions import PathRef, Target
from haiten.compiler.syntax.labels import label_at, label_number
from haiten.compiler.syntax.revision import Stretch
from haiten.compiler.syntax.rulebook import Level

_LEVELS_BY_DEPTH: Final = tuple(Level)
_BRANCH: Final = re.compile(r"[^\s.]+の[0-9一二三四五六七八九十]+")


def move_problem(
    tree: Tree, live: LiveNode, target: Target, moving: set[int], destinations: dict[str, LiveNode]
) -> tuple[Diagnostic | None, LiveNode | None]:
    """Why a node cannot move to a path, or else the node it comes to stand below (None: at the top).

    Args:
        tree: the text before the move.
        live: what moves.
        target: where to.
        moving: all that move at the same time, by ``id``.
        destinations: where the others that were looked at go.
    """
    path = print_target(target)
    above, _, label = path.rpartition(".")
    parent = tree.find(as_target(above, target.span)) if above else None
    level = live.heading.level
    if above and parent is None:
        return d.MissingTarget(target.span, above, None, nearest(above, [n.path for n in tree.walk()])), None
    found = Level(parent.heading.level + 1) if parent and parent.heading.level < Level.SUBITEM else Level.GRANT
    if found is not level:
        return d.WrongLevel(target.span, f"「{path}」", found.japanese, level.japanese, live.heading.span), None
    if _BRANCH.fullmatch(label):
        instead = f"枝番（{path}）は使えません。後の項目を「… を … とする。」で動かしてから、空いた番号にします。"
        return d.UnreadAmendment(target.span, label, instead), None
    if label_number(level, label) is None and level not in (Level.GRANT, Level.GROUP):
        return d.WrongLevel(target.span, f"「{path}」", f"{level.japanese}の見出し", f"「{label}」", None), None
    taken = tree.find(target)
    if path in destinations:
        return d.LabelTaken(target.span, path, destinations[path].heading.span), None
    if taken is not None and id(taken) not in moving:
        return d.LabelTaken(target.span, path, taken.heading.span), None
    return None, parent


def bare_label(old: Stretch, new: Stretch) -> Diagnostic | None:
    """What is wrong where a node is to move to a label alone (イ〜エ), without the path above; None where it is not."""
    above = print_target(old.first).rpartition(".")[0]
    label = print_target(new.first)
    if not above or "." in label or label_number(_LEVELS_BY_DEPTH[above.count(".") + 1], label) is None:
        return None
    written = new.span.text
    return d.UnreadAmendment(new.span, written, f"動かす先も、上から書きます（「{above}.{written}」）。")


def as_target(path: str, span: Span) -> Target:
    """A path as a target."""
    return PathRef(tuple(path.split(".")), span)


def is_backwards(stretch: Stretch) -> bool:
    """Whether the last label of a range does not come after the first."""
    if stretch.last is None:
        return False
    first = print_target(stretch.first)
    level = _LEVELS_BY_DEPTH[min(first.count("."), Level.SUBITEM)]
    start, end = label_number(level, first.rpartition(".")[2]), label_number(level, stretch.last)
    return start is None or end is None or end <= start


def stretch_paths(stretch: Stretch) -> list[str]:
    """The paths of a stretch that is not backwards."""
    first = print_target(stretch.first)
    if stretch.last is None:
        return [first]
    above, _, label = first.rpartition(".")
    level = _LEVELS_BY_DEPTH[min(first.count("."), Level.SUBITEM)]
    start, end = label_number(level, label), label_number(level, stretch.last)
    if start is None or end is None:
        return [first]
    return [f"{above}.{label_at(level, number)}" for number in range(start, end + 1)]
