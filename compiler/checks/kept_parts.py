"""What checks make of single nodes of a rulebook that is edited: kept for those that stay what they were."""

from collections.abc import Callable
from typing import Any, TypeVar

from attrs import field

from haiten.compiler.late import define
from haiten.compiler.program.program import Node, Program

T = TypeVar("T")


@define(eq=False)
class KeptParts:
    """The parts that were made of the nodes of one version after the other; each that is made, of the last one.

    A node that is the same object says the same, where its clauses now stand.
    """

    _made: dict[Callable[..., Any], tuple[Program, dict[str, Any]]] = field(factory=dict)
    _compared: tuple[Program, Program, frozenset[str]] | None = None

    def of(self, program: Program, make: Callable[[Program, Node], T | None], *, below: int = 0) -> dict[str, T]:
        """What is made of each node, by path in the order of the document; None is left out.

        Args:
            program: the version at hand.
            make: reads a node, and of the program those below it.
            below: how many levels below it.
        """
        known = self._made.get(make)
        if known is None:
            made = {path: part for path, node in program.nodes.items() if (part := make(program, node)) is not None}
        else:
            made = self._again(*known, program, make, below)
        self._made[make] = program, made
        return made

    def _again(
        self, old: Program, was: dict[str, T], program: Program, make: Callable[[Program, Node], T | None], below: int
    ) -> dict[str, T]:
        if old is program:
            return was
        touched, new = self._touched(old, program, below), dict[str, T]()
        for path in touched & program.nodes.keys():
            part = make(program, program.nodes[path])
            if part is not None:
                new[path] = part
        held = {path: part for path, part in was.items() if path not in touched}
        if not new and [*old.nodes] == [*program.nodes]:
            return held
        held |= new
        return {path: held[path] for path in program.nodes if path in held}

    def _touched(self, old: Program, new: Program, below: int) -> frozenset[str]:
        """The nodes that are others, are new or gone, and those so many levels above them."""
        if self._compared is None or self._compared[:2] != (old, new):
            mine, its = old.nodes, new.nodes
            others = {path for path, node in its.items() if mine.get(path) is not node}
            self._compared = old, new, frozenset(others | (mine.keys() - its.keys()))
        touched = level = self._compared[2]
        for _ in range(below):
            level = frozenset(
                node.parent
                for nodes in (old.nodes, new.nodes)
                for path in level
                if (node := nodes.get(path)) is not None and node.parent is not None
            )
            touched |= level
        return touched
