"""Renumbering: which nodes a range names, and whether a node can move where it is given to."""

from typing import Final

from haiten.compiler import diagnostics as d
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.printing.print_rulebook import print_target
from haiten.compiler.revising.working_tree import LiveNode, Tree
from haiten.compiler.source import Span
from haiten.compiler.suggest import nearest
from haiten.compiler.syntax.expressions import PathRef, Target
from haiten.compiler.syntax.labels import LabelNumber, label_number, label_of
from haiten.compiler.syntax.revision import Stretch
from haiten.compiler.syntax.rulebook import Level


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
    if label_number(level, label) is None and level not in (Level.GRANT, Level.GROUP):
        return d.WrongLevel(target.span, f"「{path}」", f"{level.japanese}の見出し", f"「{label}」", None), None
    taken = tree.find(target)
    if path in destinations:
        return d.LabelTaken(target.span, path, destinations[path].heading.span), None
    if taken is not None and id(taken) not in moving:
        return d.LabelTaken(target.span, path, taken.heading.span), None
    return None, parent


def as_target(path: str, span: Span) -> Target:
    """A path as a target."""
    return PathRef(tuple(path.split(".")), span)


_LEVELS_BY_DEPTH: Final = tuple(Level)


def is_backwards(stretch: Stretch) -> bool:
    """Whether the last label of a range does not come after the first."""
    if stretch.last is None:
        return False
    _, _, start, end = _ends(stretch)
    return start is None or end is None or end <= start


def moved_paths(tree: Tree, old: Stretch, new: Stretch) -> tuple[list[str], list[str]]:
    """The paths that a move names, which are not backwards, and where each goes; not as many where they do not fit.

    A range takes the branches with it that stand within (ア〜ウ has アの2), and they stay branches; where the new range
    has a number for each of all, they become these.
    """
    sources = stretch_paths(tree, old)
    above, level, start, end = _ends(new)
    if start is None or end is None:
        return sources, [print_target(new.first)]
    numbers = [label_number(level, path.rpartition(".")[2]) for path in sources]
    alike = [number.moved(start.main - numbers[0].main) for number in numbers if number and numbers[0]]
    there = alike if alike and (alike[0], alike[-1]) == (start, end) else _run(start, end)
    return sources, [_path(above, level, number) for number in there]


def stretch_paths(tree: Tree, stretch: Stretch) -> list[str]:
    """The paths of a stretch that is not backwards, with the branches that stand within."""
    above, level, start, end = _ends(stretch)
    if start is None or end is None:
        return [print_target(stretch.first)]
    parent = tree.find(as_target(above, stretch.span)) if above else None
    standing = parent.children if parent else tree.roots
    numbers = {start, end, *(LabelNumber(main) for main in range(start.main + 1, end.main + 1))}
    numbers |= {n for live in standing if (n := label_number(level, live.label)) is not None and start < n < end}
    return [_path(above, level, number) for number in sorted(numbers) if start <= number <= end]


def is_named(path: str, stretch: Stretch) -> bool:
    """Whether a stretch that is not backwards names what stands at a path, or something above it."""
    above, level, start, end = _ends(stretch)
    first = print_target(stretch.first)
    if start is None or end is None:
        return path == first or path.startswith(first + ".")
    labels = path.split(".")
    depth = first.count(".")
    number = label_number(level, labels[depth]) if len(labels) > depth else None
    return ".".join(labels[:depth]) == above and number is not None and start <= number <= end


def _ends(stretch: Stretch) -> tuple[str, Level, LabelNumber | None, LabelNumber | None]:
    """The parent of a stretch, its level, and the numbers of its ends; None for what has none."""
    above, _, label = print_target(stretch.first).rpartition(".")
    level = _LEVELS_BY_DEPTH[min(above.count(".") + 1 if above else 0, Level.SUBITEM)]
    last = None if stretch.last is None else label_number(level, stretch.last)
    return above, level, label_number(level, label), last


def _run(start: LabelNumber, end: LabelNumber) -> list[LabelNumber]:
    """The numbers from one to another that differ in their last part alone; only the ends where they differ in more."""
    if not start.branches and not end.branches:
        return [LabelNumber(main) for main in range(start.main, end.main + 1)]
    if start.branches and start.main == end.main and start.branches[:-1] == end.branches[:-1] and end.branches:
        further = range(start.branches[-1], end.branches[-1] + 1)
        return [LabelNumber(start.main, (*start.branches[:-1], branch)) for branch in further]
    return [start, end]


def _path(above: str, level: Level, number: LabelNumber) -> str:
    return f"{above}.{label_of(level, number)}".removeprefix(".")
