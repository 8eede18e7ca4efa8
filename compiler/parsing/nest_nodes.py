"""Headings → nodes: each finds its parent, and what belongs to it."""

from operator import is_
from typing import TypeVar

from attrs import evolve, field

from haiten.compiler.diagnostics import Diagnostic, Misplaced, RepeatedStatement
from haiten.compiler.late import define, dense
from haiten.compiler.parsing.parse import Parsed
from haiten.compiler.syntax.revision import part_word
from haiten.compiler.syntax.rulebook import (
    Carry,
    Definition,
    Heading,
    Level,
    NodeDecl,
    Remark,
    Requirement,
    Timing,
    Undisclosed,
)

T = TypeVar("T")
Attribute = Definition | Requirement | Timing | Remark | Undisclosed | Carry


def name_of(attribute: Attribute) -> str:
    """What an attribute is called where it is misplaced."""
    return "局所名の定義" if isinstance(attribute, Definition) else part_word(attribute)


@define(eq=False)
class OpenNode:
    """A node whose children are still being read."""

    heading: Heading
    attributes: list[Attribute] = field(factory=list)
    children: list["OpenNode"] = field(factory=list)
    damaged: bool = False

    def close(self, kept: "KeptNodes | None") -> NodeDecl:
        """The node; that of the text before, where it is the same in all its parts."""
        children = tuple(child.close(kept) for child in self.children if not child.heading.gone)
        gone = tuple(child.heading for child in self.children if child.heading.gone)
        parts = (*self.attributes, *children, *gone)
        if kept is not None and (known := kept.node(self.heading, parts, damaged=self.damaged)) is not None:
            return known
        made = self._made(children, gone)
        if kept is not None:
            kept.keep(self.heading, parts, made, damaged=self.damaged)
        return made

    def _made(self, children: tuple[NodeDecl, ...], gone: tuple[Heading, ...]) -> NodeDecl:
        def of(kind: type[T]) -> tuple[T, ...]:
            return tuple(a for a in self.attributes if isinstance(a, kind))

        return NodeDecl(
            evolve(self.heading, damaged=True) if self.damaged else self.heading,
            next(iter(of(Timing)), None),
            of(Remark),
            of(Definition),
            next(iter(of(Requirement)), None),
            next(iter(of(Undisclosed)), None),
            children,
            next(iter(of(Carry)), None),
            gone,
        )


@define(eq=False)
class KeptNodes:
    """The nodes of one text after the other of a file that is edited; of them it keeps those of the last one."""

    _last: dict[int, "_KeptNode"] = field(factory=dict)
    _now: dict[int, "_KeptNode"] = field(factory=dict)

    def turn(self) -> None:
        """Go on to the next text."""
        self._last, self._now = self._now, {}

    def node(self, heading: Heading, parts: tuple[object, ...], *, damaged: bool) -> NodeDecl | None:
        """The node of the text before that has this heading and these parts; None where there is none."""
        known = self._last.get(id(heading))
        if known is None or known.heading is not heading or known.damaged is not damaged:
            return None
        if len(known.parts) != len(parts) or not all(map(is_, known.parts, parts)):
            return None
        self._now[id(heading)] = known
        return known.node

    def keep(self, heading: Heading, parts: tuple[object, ...], node: NodeDecl, *, damaged: bool) -> None:
        """Keep a node for the next text."""
        self._now[id(heading)] = _KeptNode(heading, parts, damaged, node)


@dense(eq=False)
class _KeptNode:
    heading: Heading
    parts: tuple[object, ...]
    damaged: bool
    node: NodeDecl


@define(eq=False)
class Forest:
    """Nodes side by side, and what is open in them.

    ``root`` is the level of the outermost ones; None while the first heading has yet to set it.
    """

    parsed: Parsed
    diagnostics: list[Diagnostic]
    root: Level | None
    roots: list[OpenNode] = field(factory=list)
    open_nodes: list[OpenNode] = field(factory=list)
    # Left out; what they use is nevertheless used.
    repeated: list[object] = field(factory=list)

    def place_heading(self, heading: Heading) -> None:
        """Open a node below the one that it belongs to."""
        self.root = heading.level if self.root is None else self.root
        while self.open_nodes and self.open_nodes[-1].heading.level >= heading.level:
            self.open_nodes.pop()
        node = OpenNode(heading)
        if heading.level is self.root:
            self.roots.append(node)
        else:
            parent = self.open_nodes[-1] if self.open_nodes else None
            if (parent is None or parent.heading.level != heading.level - 1) and not self.parsed.damaged:
                above = Level(heading.level - 1).japanese if heading.level else ""
                where = (
                    f"{above}の下" if heading.level > self.root else f"改正文の外（加えているのは{self.root.japanese}）"
                )
                self.diagnostics.append(Misplaced(heading.span, heading.level.japanese, where))
            if parent is None:
                return
            if parent.heading.gone and not self.parsed.damaged:
                self.diagnostics.append(Misplaced(heading.span, "項目", "「削除」でない項目の下"))
            parent.children.append(node)
        self.open_nodes.append(node)

    def place_attribute(self, attribute: Attribute) -> None:
        """Give what belongs to a heading to the one before it."""
        what = name_of(attribute)
        if not self.open_nodes:
            if not self.parsed.damaged:
                self.diagnostics.append(Misplaced(attribute.span, what, "見出しの後"))
            return
        attributes = self.open_nodes[-1].attributes
        if self.open_nodes[-1].heading.gone:
            self.diagnostics.append(Misplaced(attribute.span, what, "「削除」でない項目の下"))
            return
        if not isinstance(attribute, Definition | Remark):
            first = next((a for a in attributes if type(a) is type(attribute)), None)
            if first is not None:
                self.diagnostics.append(RepeatedStatement(attribute.span, what, first.span))
                self.repeated.append(attribute)
                return
        attributes.append(attribute)

    def mark_damaged(self) -> None:
        """Something was lost that may have been a heading of any level: no totals hold around it."""
        for node in self.open_nodes:
            node.damaged = True

    def close(self, kept: KeptNodes | None = None) -> tuple[NodeDecl, ...]:
        """The outermost nodes; ``kept`` has those of the text before."""
        return tuple(root.close(kept) for root in self.roots)
