"""Random amendments that say only where nodes stand: moves, ranges moved as wholes, insertions, deletions.

Deletions are of several at once, and what belongs together is said in one sentence or in several.
"""

import random
from itertools import pairwise
from typing import Final

from attrs import evolve, field

from haiten.compiler.late import define
from haiten.compiler.syntax import rulebook as s
from haiten.compiler.syntax.expressions import PathRef
from haiten.compiler.syntax.labels import LabelNumber, label_number, label_of
from haiten.compiler.syntax.revision import (
    Action,
    Amendment,
    BaseLine,
    Delete,
    Insert,
    Places,
    Renumber,
    Revision,
    Single,
    Stretch,
    Together,
)
from haiten.compiler.syntax.rulebook import Level, Mode
from haiten.compiler.syntax.years import year_after
from haiten.testing.grow import points, text
from haiten.testing.grow_conditions import NOWHERE

_FULL: Final = 10  # children; far from the last label of every level


@define(eq=False)
class _Standing:
    """A node as it stands now; below a grant its label is that of its place among ``labels`` of the node above."""

    level: Level
    name: str
    parent: "_Standing | None"
    children: list["_Standing"] = field(factory=list)
    labels: list[str] = field(factory=list)
    shared: bool = False

    @property
    def path(self) -> str:
        if self.parent is None:
            return self.name
        return f"{self.parent.path}.{self.parent.labels[self.parent.children.index(self)]}"

    def number(self, at: int) -> LabelNumber:
        """The number of the label at a place."""
        found = label_number(self.children[0].level, self.labels[at])
        assert found is not None
        return found

    def free(self, number: LabelNumber) -> str:
        """A label for a number."""
        label = label_of(self.children[0].level, number)
        assert label is not None
        return label


def structural_revision(base: s.RulebookFile, draw: random.Random) -> Revision:
    """A revision of one year later with some random amendments of which none touches what a clause says.

    Args:
        base: a rulebook in which all labels below the grants are numbered.
        draw: the source of chance.
    """
    roots = [_stand(grant, None) for grant in base.grants]
    actions: list[Action] = []
    for _ in range(draw.randint(1, 4)):
        nodes = [node for root in roots for node in _walk(root)]
        parents = [node for node in nodes if node.children and not node.shared]
        if not parents:
            break
        parent = draw.choice(parents)
        actions += _in_one_sentence(draw.choice([_permute, _insert, _delete, _move_away])(parent, parents, draw), draw)
    header = evolve(base.header, year=year_after(base.header.year))
    line = BaseLine(base.header.year, base.header.scope, NOWHERE)
    return Revision(header, line, None, tuple(Amendment(action, NOWHERE) for action in actions))


def _in_one_sentence(actions: list[Single], draw: random.Random) -> list[Action]:
    """Sometimes one sentence for all; moves side by side in one would happen at once."""
    moves_twice = any(isinstance(a, Renumber) and isinstance(b, Renumber) for a, b in pairwise(actions))
    if len(actions) < 2 or moves_twice or draw.random() < 0.5:
        return list(actions)
    return [Together(tuple(actions))]


def _stand(node: s.NodeDecl, parent: _Standing | None) -> _Standing:
    heading = node.heading
    standing = _Standing(heading.level, heading.label or "", parent, shared=heading.same_as is not None)
    standing.children = [_stand(child, standing) for child in node.children]
    standing.labels = [child.heading.label or "" for child in node.children]
    return standing


def _walk(node: _Standing) -> list[_Standing]:
    return [node, *(below for child in node.children for below in _walk(child))]


def _permute(parent: _Standing, _: list[_Standing], draw: random.Random) -> list[Single]:
    """Some children change places, all at once."""
    before = {id(child): child.path for child in parent.children}
    draw.shuffle(parent.children)
    moves = [(before[id(child)], child.path) for child in parent.children if child.path != before[id(child)]]
    return [Renumber(tuple((_one(old), _one(new)) for old, new in moves))] if moves else []


def _insert(parent: _Standing, _: list[_Standing], draw: random.Random) -> list[Single]:
    """A new leaf somewhere: those behind it make room as one range, or it becomes a branch, which needs none."""
    if len(parent.children) >= _FULL:
        return []
    at = draw.randrange(len(parent.children) + 1)
    behind = parent.children[at:]
    old = [child.path for child in behind]
    level = parent.children[0].level
    branch = parent.free(parent.number(at - 1).successors[-1]) if at else None
    if branch is not None and branch not in parent.labels and draw.random() < 0.5:
        parent.labels.insert(at, branch)
    else:
        parent.labels.append(parent.free(parent.number(-1).successors[0]))
    parent.children.insert(at, _Standing(level, "", parent))
    new = [child.path for child in behind]
    actions: list[Single] = [_shifted(old, new)] if new != old else []
    heading = s.Heading(level, parent.labels[at], False, text("新しい項目"), points(1), Mode.SUM, None, None, NOWHERE)
    anchor, where = (parent.children[at - 1], "次") if at else (parent.children[1], "前")
    return [*actions, Insert(_target(anchor.path), where, (s.NodeDecl(heading),))]


def _delete(parent: _Standing, _: list[_Standing], draw: random.Random) -> list[Single]:
    """Some children go; those behind the first of them move up, a run between two of them as a range."""
    if len(parent.children) < 2:
        return []
    going = draw.sample(parent.children, draw.randint(1, min(3, len(parent.children) - 1)))
    target = Places(tuple(_one(child.path) for child in going), NOWHERE)
    old = {id(child): child.path for child in parent.children}
    parent.children = [child for child in parent.children if child not in going]
    del parent.labels[len(parent.children) :]
    moves = [(old[id(child)], child.path) for child in parent.children if child.path != old[id(child)]]
    together = Renumber(tuple((_one(was), _one(now)) for was, now in moves))
    return [Delete(target), together] if moves else [Delete(target)]


def _close_up(parent: _Standing, at: int) -> list[Single]:
    behind = parent.children[at + 1 :]
    old = [child.path for child in behind]
    del parent.children[at], parent.labels[-1]
    return [_shifted(old, [child.path for child in behind])] if behind else []


def _move_away(parent: _Standing, parents: list[_Standing], draw: random.Random) -> list[Single]:
    """A child moves to the end of another parent; those behind it move up."""
    others = [other for other in parents if other is not parent and other.level is parent.level]
    others = [other for other in others if len(other.children) < _FULL]
    if len(parent.children) < 2 or not others:
        return []
    at, other = draw.randrange(len(parent.children)), draw.choice(others)
    child, old = parent.children[at], parent.children[at].path
    closing = _close_up(parent, at)
    other.labels.append(other.free(other.number(-1).successors[0]))
    other.children.append(child)
    child.parent = other
    return [Renumber(((_one(old), _one(child.path)),)), *closing]


def _shifted(old: list[str], new: list[str]) -> Renumber:
    if len(old) == 1 or any("の" in path.rpartition(".")[2] for path in (*old, *new)):
        moves = ((before, now) for before, now in zip(old, new, strict=True) if before != now)
        return Renumber(tuple((_one(before), _one(now)) for before, now in moves))
    first, then = (Stretch(_target(paths[0]), paths[-1].rpartition(".")[2], NOWHERE) for paths in (old, new))
    return Renumber(((first, then),))


def _one(path: str) -> Stretch:
    return Stretch(_target(path), None, NOWHERE)


def _target(path: str) -> PathRef:
    return PathRef(tuple(path.split(".")), NOWHERE)
