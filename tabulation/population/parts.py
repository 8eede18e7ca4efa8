"""What has a column of its own in published tables: groups, goals, grants, kinds of groups, the total."""

from typing import Final

import numpy as np

from haiten.compiler.late import frozen
from haiten.compiler.program.program import Node, Program
from haiten.compiler.syntax.rulebook import Level
from haiten.scoring.running.scores import Scores
from haiten.tabulation.population.groups import Values
from haiten.tabulation.table import TableValue, between

TOTAL: Final = "総計"
SYSTEMS: Final = "(ⅰ)"  # 体制・取組指標群


@frozen
class NodeGroup:
    """Some nodes taken together, as one column of points.

    Attributes:
        name: a path, or for a kind of groups or the total a word.
        paths: the nodes.
        headings: grant, goal, group, as the official documents call them.
        text: what its heading says; empty for a kind and the total.
        depth: how far it is indented under the total.
    """

    name: str
    paths: tuple[str, ...]
    headings: tuple[str, ...]
    maximum: int
    text: str = ""
    depth: int = 0

    @property
    def is_named(self) -> bool:
        """Whether a word names it, as it is no single node."""
        return self.paths != (self.name,)

    @property
    def short(self) -> tuple[str, ...]:
        """Its labels, from the grant down."""
        return tuple(self.name.replace("指標群計", "|指標群計").replace(".", "|").split("|"))

    def points(self, scores: Scores) -> tuple[Values, Values]:
        """Certain and possible points that reach the total, per body."""
        if len(self.paths) == 1:
            return scores.counted(self.paths[0])
        counted = [scores.counted(path) for path in self.paths]
        zero = np.zeros(len(scores.bodies), dtype=np.int32)
        return sum((c for c, _ in counted), start=zero), sum((p for _, p in counted), start=zero)

    def of(self, scores: Scores, body: int) -> TableValue:
        """Points of one body that reach the total; a range where facts are unknown."""
        one = slice(body, body + 1)
        counted = [scores.counted(path, one) for path in self.paths]
        return between(sum(int(c[0]) for c, _ in counted), sum(int(p[0]) for _, p in counted))

    def leaves(self, program: Program) -> list[Node]:
        """The leaves in it."""
        return [leaf for leaf in program.leaves if any(_holds(path, leaf.path) for path in self.paths)]

    def indicators(self, program: Program) -> int:
        """How many 指標 are in it."""
        indicators = (node.path for node in program.nodes.values() if node.level is Level.INDICATOR)
        return sum(any(_holds(path, indicator) for path in self.paths) for indicator in indicators)


def _holds(above: str, path: str) -> bool:
    return path == above or path.startswith(above + ".")


def parts_of(program: Program) -> tuple[NodeGroup, ...]:
    """All parts, in the order of the published tables; 別枠 is left out, as it is no part of the total."""
    parts: list[NodeGroup] = []
    for grant in total_grants(program):
        goals = [program.nodes[path] for path in grant.children]
        parts += [part for goal in goals for part in _parts_of_goal(program, grant, goal)]
        parts.append(_part(grant, (grant.text or grant.label, "合計"), 0))
    kinds = _kinds(program)
    if len(kinds) > 1:
        parts += kinds
    parts.append(total_of(program))
    return tuple(parts)


def total_grants(program: Program) -> list[Node]:
    """The grants that are in the total."""
    return [grant for grant in program.grants if not grant.special]


def total_of(program: Program) -> NodeGroup:
    """The whole."""
    return NodeGroup(TOTAL, tuple(grant.path for grant in total_grants(program)), (TOTAL,), program.maximum)


def grants_of(program: Program) -> list[NodeGroup]:
    """Each grant, then the total where there are several."""
    grants = [_part(grant, (grant.text or grant.label,), 0) for grant in total_grants(program)]
    return [*grants, *([total_of(program)] if len(grants) > 1 else [])]


def _parts_of_goal(program: Program, grant: Node, goal: Node) -> list[NodeGroup]:
    above = (grant.text or grant.label, f"目標{goal.label} {goal.text}".strip())
    groups = [program.nodes[path] for path in goal.children]
    if len(groups) == 1:
        return [_part(goal, (*above, _group_name(groups[0])), 1)]
    return [*(_part(group, (*above, _group_name(group)), 2) for group in groups), _part(goal, (*above, "小計"), 1)]


def _part(node: Node, headings: tuple[str, ...], depth: int) -> NodeGroup:
    return NodeGroup(node.path, (node.path,), headings, node.maximum, node.text, depth)


def _group_name(group: Node) -> str:
    return group.text or group.label


def _kinds(program: Program) -> list[NodeGroup]:
    """The groups of one name taken together (体制・取組指標群, 活動指標群, 成果指標群)."""
    kinds: dict[str, list[Node]] = {}
    for node in program.nodes.values():
        if node.level is Level.GROUP and not node.special:
            kinds.setdefault(_group_name(node), []).append(node)
    return [
        NodeGroup(title, tuple(node.path for node in nodes), (title,), sum(node.maximum for node in nodes))
        for title, nodes in ((f"{name}計", nodes) for name, nodes in kinds.items())
    ]


def items_of(program: Program) -> list[Node]:
    """The leaves inside the total, each content once."""
    return [leaf for leaf in program.leaves if not leaf.special and not leaf.is_shared]
