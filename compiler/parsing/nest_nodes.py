"""Headings → nodes: each finds its parent, and what belongs to it."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from operator import is_
from typing import TypeVar

from attrs import field

from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import Diagnostic, Misplaced, RepeatedStatement
from haiten.compiler.late import define, dense
from haiten.compiler.parsing.parse import Parsed
from haiten.compiler.parsing.read_allocation import Statement
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
    """A node whose children are still being read.

    Attributes:
        first: the place of its heading among the statements; ``behind``: of the first one that is not its own.
        known: what the text before had for all of its statements; None where they are others.
    """

    heading: Heading
    first: int = 0
    known: "KeptNode | None" = None
    behind: int | None = None
    attributes: list[Attribute] = field(factory=list)
    children: list["OpenNode"] = field(factory=list)
    damaged: bool = False

    def close(self, kept: "KeptNodes | None") -> NodeDecl:
        """The node; that of the text before, where it is the same in all its parts."""
        if self.known is not None:
            return self.known.node
        children = tuple(child.close(kept) for child in self.children if not child.heading.gone)
        gone = tuple(child.heading for child in self.children if child.heading.gone)
        if kept is None:
            return self._made(children, gone)
        parts = (*self.attributes, *children, *gone)
        return kept.keep(self, parts, lambda: self._made(children, gone))

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


@dense(eq=False)
class KeptNode:
    """What became of a heading.

    Attributes:
        parts: what belongs to it, and the nodes below it.
        statements: all of them, the heading's own first; none where something was amiss among them, or did not belong.
        below: those of all nodes in it, by the identity of their headings.
    """

    heading: Heading
    parts: tuple[object, ...]
    damaged: bool
    node: NodeDecl
    statements: tuple[Statement, ...]
    below: dict[int, "KeptNode"]

    def is_of(self, read: OpenNode, parts: tuple[object, ...]) -> bool:
        """Whether it came of the same heading and parts."""
        same = self.heading is read.heading and self.damaged is read.damaged and len(self.parts) == len(parts)
        return same and all(map(is_, self.parts, parts))


@define(eq=False)
class KeptNodes:
    """The nodes of one text after the other of a file that is edited; of them it keeps those of the last one.

    Attributes:
        statements: of the text at hand; ``amiss``: the places of those with which something is wrong, or that are of no
            node, in their order.
    """

    statements: tuple[Statement, ...] = ()
    amiss: Sequence[int] = ()
    _last: dict[int, KeptNode] = field(factory=dict)
    _now: dict[int, KeptNode] = field(factory=dict)

    def turn(self, statements: tuple[Statement, ...], amiss: Sequence[int]) -> None:
        """Go on to the next text, of which ``amiss`` will tell."""
        self._last, self._now = self._now, {}
        self.statements, self.amiss = statements, amiss

    def whole(self, heading: Heading, first: int) -> KeptNode | None:
        """What the text before had for a heading and all below it, where these are its statements and end as it did."""
        known = self._last.get(id(heading))
        if known is None or known.heading is not heading or not known.statements:
            return None
        behind = first + len(known.statements)
        if behind < len(self.statements):
            following = self.statements[behind]
            if not isinstance(following, Heading) or following.level > heading.level:
                return None
        if behind > len(self.statements) or not all(map(is_, known.statements, self.statements[first:behind])):
            return None
        self._now[id(heading)] = known
        self._now.update(known.below)
        return known

    def keep(self, read: OpenNode, parts: tuple[object, ...], make: Callable[[], NodeDecl]) -> NodeDecl:
        """Keep a node for the next text: that of the text before, where all its parts are the same, or a new one."""
        known = self._last.get(id(read.heading))
        node = known.node if known is not None and known.is_of(read, parts) else make()
        behind = len(self.statements) if read.behind is None else read.behind
        is_whole = bisect_left(self.amiss, read.first) == bisect_left(self.amiss, behind)
        statements = self.statements[read.first : behind] if is_whole else ()
        below: dict[int, KeptNode] = {}
        for key in (id(child.heading) for child in read.children if not child.heading.gone):
            below |= {key: self._now[key], **self._now[key].below}
        self._now[id(read.heading)] = KeptNode(read.heading, parts, read.damaged, node, statements, below)
        return node


@define(eq=False)
class Forest:
    """Nodes side by side, and what is open in them.

    ``root`` is the level of the outermost ones; None while the first heading has yet to set it. ``amiss`` has the
    places of statements that were not where they should be, as far as somebody says where they are.
    """

    parsed: Parsed
    diagnostics: list[Diagnostic]
    root: Level | None
    roots: list[OpenNode] = field(factory=list)
    open_nodes: list[OpenNode] = field(factory=list)
    # Left out; what they use is nevertheless used.
    repeated: list[object] = field(factory=list)
    amiss: list[int] = field(factory=list)

    def takes(self, heading: Heading) -> bool:
        """Whether there is a node below which a heading stands, or it is an outermost one."""
        return heading.level is self.root or (
            bool(self.open_nodes) and self.open_nodes[0].heading.level < heading.level
        )

    def place_heading(self, heading: Heading, at: int = 0, known: KeptNode | None = None) -> None:
        """Open a node below the one that it belongs to.

        Args:
            heading: with which it begins.
            at: the place of the heading among the statements of the file.
            known: all of the node as it was in the text before, where it is.
        """
        self.root = heading.level if self.root is None else self.root
        while self.open_nodes and self.open_nodes[-1].heading.level >= heading.level:
            self.open_nodes.pop().behind = at
        node = OpenNode(heading, at, known)
        if heading.level is self.root:
            self.roots.append(node)
        else:
            parent = self.open_nodes[-1] if self.open_nodes else None
            if parent is None or parent.heading.level != heading.level - 1:
                self.amiss.append(at)
            if (parent is None or parent.heading.level != heading.level - 1) and not self.parsed.damaged:
                above = Level(heading.level - 1).japanese if heading.level else ""
                where = (
                    f"{above}の下" if heading.level > self.root else f"改正文の外（加えているのは{self.root.japanese}）"
                )
                self.diagnostics.append(Misplaced(heading.span, heading.level.japanese, where))
            if parent is None:
                return
            if parent.heading.gone:
                self.amiss.append(at)
            if parent.heading.gone and not self.parsed.damaged:
                self.diagnostics.append(Misplaced(heading.span, "項目", "「削除」でない項目の下"))
            parent.children.append(node)
        self.open_nodes.append(node)

    def place_attribute(self, attribute: Attribute, at: int = 0) -> None:
        """Give what belongs to a heading to the one before it; ``at`` is its place among the statements of the file."""
        what = name_of(attribute)
        if not self.open_nodes:
            if not self.parsed.damaged:
                self.diagnostics.append(Misplaced(attribute.span, what, "見出しの後"))
            return
        attributes = self.open_nodes[-1].attributes
        if self.open_nodes[-1].heading.gone:
            self.amiss.append(at)
            self.diagnostics.append(Misplaced(attribute.span, what, "「削除」でない項目の下"))
            return
        if not isinstance(attribute, Definition | Remark):
            first = next((a for a in attributes if type(a) is type(attribute)), None)
            if first is not None:
                self.diagnostics.append(RepeatedStatement(attribute.span, what, first.span))
                self.repeated.append(attribute)
                self.amiss.append(at)
                return
        attributes.append(attribute)

    def mark_damaged(self) -> None:
        """Something was lost that may have been a heading of any level: no totals hold around it."""
        for node in self.open_nodes:
            node.damaged = True

    def close(self, kept: KeptNodes | None = None) -> tuple[NodeDecl, ...]:
        """The outermost nodes; ``kept`` has those of the text before."""
        return tuple(root.close(kept) for root in self.roots)
