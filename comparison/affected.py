"""Items that mean something else although they read the same: what they rest on has changed elsewhere."""

from collections.abc import Iterable, Iterator
from typing import Final

from haiten.comparison.changes import DECLARED, WORDS, Change
from haiten.comparison.common import Common, Side
from haiten.comparison.match import Match, other_places
from haiten.compiler.late import frozen
from haiten.compiler.program.program import Node, Program
from haiten.compiler.program.terms import AnswerTo, Condition, Met, ScoreValue
from haiten.compiler.program.walk import conditions_in, values_in
from haiten.compiler.syntax.expressions import Expression, Name, rebuild, walk_parts

_MOST: Final = 3
_OWN: Final = "該当"  # no path


@frozen
class Affected:
    """A leaf whose 要件 reads as before, and means something else.

    Attributes:
        causes: what changed that it rests on, in words: a 局所名, 区分, 事実, an item, or points that are added up.
        also: where else it stands by に同じ.
    """

    old_path: str
    new_path: str
    causes: tuple[str, ...]
    also: tuple[str, ...] = ()


def find_affected(matched: Match, changes: Iterable[Change]) -> tuple[Affected, ...]:
    """All of them, in the order of the new rulebook."""
    common, listed = Common(matched), tuple(changes)
    own = {change.new_path for change in listed if change.kind == "condition"}
    found = []
    for old, new in matched.pairs():
        if new.is_shared or not (old.is_leaf and new.is_leaf) or new.path in own:
            continue
        if old.decl.requirement is None or new.decl.requirement is None:
            continue  # only asked for: whatever was answered counts
        if _asking(common.old, old) == _asking(common.new, new):
            continue
        causes = tuple(dict.fromkeys(_causes(common, listed, old, new)))
        found.append(Affected(old.path, new.path, causes, other_places(matched.new, new.path)))
    return tuple(found)


def _asking(side: Side, leaf: Node) -> Condition:
    """When the points of a leaf are given, where its own answer, whatever it follows from, is but an answer."""
    assert leaf.condition is not None
    own = AnswerTo(leaf.path)
    return side.condition(rebuild(leaf.condition, lambda part: AnswerTo(_OWN) if part == own else None))


def _causes(common: Common, changes: tuple[Change, ...], old: Node, new: Node) -> Iterator[str]:
    matched = common.matched
    used = [_names_used(program, node) for program, node in ((matched.old, old), (matched.new, new))]
    for change in changes:
        name = (change.new or change.old).partition(" = ")[0]
        if change.kind == "definition" and name in used[0] | used[1] and _is_above(change.path, new, old):
            yield f"{WORDS['definition']} {name}（{change.path}）"
        elif change.kind in DECLARED and change.path in used[0] | used[1]:
            yield f"{WORDS[change.kind]} {change.path}"
    assert old.condition is not None
    assert new.condition is not None
    for path in _met(new.condition):
        before = matched.counterpart(matched.new.nodes[path])
        if before is None or not before.is_leaf or common.old.leaf(before.path) != common.new.leaf(path):
            yield f"項目 {path}"
    was, now = (_scored(node.condition) for node in (old, new) if node.condition is not None)
    moved = [
        *_moved(common, now),
        *(f"{path}{matched.state(path, None)}" for path in was if path not in matched.new_path),
    ]
    if moved:
        rest = f"、ほか{len(moved) - _MOST}" if len(moved) > _MOST else ""
        yield f"得点に数える {'、'.join(moved[:_MOST])}{rest}"


def _moved(common: Common, scored: Iterable[str]) -> Iterator[str]:
    """The nodes that give other points, as low as they can be reported."""
    matched = common.matched
    for path in scored:
        node = matched.new.nodes[path]
        before = matched.counterpart(node)
        if before is None:
            yield f"{path}{matched.state(None, path)}"
        elif not common.alike(before, node):
            below = list(_moved(common, node.children)) if node.children and before.children else []
            gone = [
                f"{child}{matched.state(child, None)}" for child in before.children if child not in matched.new_path
            ]
            yield from (*below, *gone) if below or gone else (path,)


def _is_above(path: str, *nodes: Node) -> bool:
    return any(node.path == path or node.path.startswith(path + ".") for node in nodes)


def _names_used(program: Program, node: Node) -> set[str]:
    """The names that a requirement uses, and those that local names and classes used by it are made of."""
    requirement = node.decl.requirement
    pending = _names(requirement.condition) if requirement is not None else []
    meanings: dict[str, Expression] = {decl.name: decl.value for decl in program.syntax.classes}
    meanings |= {decl.name: decl.value for decl in program.syntax.constants}
    above: Node | None = node
    while above is not None:
        meanings = {local.name: local.decl.value for local in above.locals} | meanings
        above = program.nodes[above.parent] if above.parent else None
    used: set[str] = set()
    while pending:
        name = pending.pop()
        if name not in used:
            used.add(name)
            pending += _names(meanings[name]) if name in meanings else []
    return used


def _names(expression: Expression) -> list[str]:
    found = []
    for part in walk_parts(expression):
        if isinstance(part, Name):
            found.append(part.value)
        elif isinstance(by := getattr(part, "by", None), str):
            found.append(by)
    return found


def _met(condition: Condition) -> list[str]:
    return [part.path for part in conditions_in(condition) if isinstance(part, Met)]


def _scored(condition: Condition) -> list[str]:
    return [path for value in values_in(condition) if isinstance(value, ScoreValue) for path in value.paths]
