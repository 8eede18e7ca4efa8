"""The resolved, typed rulebook: what every consumer reads, and none parses text instead.

A node is named by its canonical path (``推進.Ⅰ.(ⅰ).1.エ.①``).
"""

from collections.abc import Iterable
from functools import cached_property

from attrs import field

from haiten.compiler.identity.lineage import Lineage
from haiten.compiler.late import dense, frozen
from haiten.compiler.program.allocation import Allocation
from haiten.compiler.program.describe import describe_value
from haiten.compiler.program.parameters import Parameter
from haiten.compiler.program.terms import Classification, Condition, Fact, Value
from haiten.compiler.source import Span
from haiten.compiler.syntax import rulebook as syntax
from haiten.compiler.syntax.rulebook import Citation, Level, Mode
from haiten.compiler.syntax.scope import Scope


@frozen(eq=False)
class Local:
    """A local name of the rulebook with its meaning."""

    name: str
    value: Value
    lower_is_better: bool
    decl: syntax.Definition


@dense(eq=False)
class Node:
    """A node of the rulebook.

    Attributes:
        parent: path of the node above; None for a grant.
        children: paths, in the order of the file.
        maximum: declared points.
        condition: when a leaf's points are given; None for every other node.
        answered: a leaf that the survey asks (its column is the answer, not the outcome).
        same_as: the path whose content this node shares by に同じ, or its own where it shares none.
        timing: 時点, inherited; None where none is stated.
        citations: what its points cite, inherited where the heading itself cites nothing.
        special: it is, or lies in, a 別枠 outside the total.
        undisclosed: points (未公表) that count in the maximum and are unknown in every score.
        identity: year, scope and path at birth; it survives renumbering (language.md, Identity).
        lineage: where it stood in older years.
        carry: 引継ぎ: a condition over leaves of the year before (``Met`` by their paths of then); None where the
            answer to the same leaf carries over.
    """

    path: str
    level: Level
    label: str
    parent: str | None
    children: tuple[str, ...]
    maximum: int
    mode: Mode
    cap: int | None
    condition: Condition | None
    answered: bool
    same_as: str
    timing: str | None
    citations: tuple[Citation, ...]
    locals: tuple[Local, ...]
    special: bool
    undisclosed: int
    identity: str
    lineage: Lineage
    carry: Condition | None
    damaged: bool
    decl: syntax.NodeDecl

    @property
    def is_leaf(self) -> bool:
        """Whether points are given here by a condition."""
        return not self.children and not self.undisclosed

    def joined(self, points: Iterable[int]) -> int:
        """The own points that the children's own points come to."""
        if self.mode is Mode.ANY_ONE:
            return max(points, default=0)
        total = sum(points)
        return total if self.cap is None else min(total, self.cap)

    @property
    def kind(self) -> str:
        """What the official documents call a node of its level; 別枠 for one outside the total."""
        return "別枠" if self.special and self.level is Level.GRANT else self.level.japanese

    @property
    def is_shared(self) -> bool:
        """Whether it stands here by に同じ."""
        return self.same_as != self.path

    @property
    def text(self) -> str:
        """The heading's text; empty where there is none."""
        return self.decl.heading.text.value if self.decl.heading.text else ""

    @property
    def text_citations(self) -> tuple[Citation, ...]:
        """What the heading's text cites."""
        return self.decl.heading.text.citations if self.decl.heading.text else ()

    @property
    def span(self) -> Span:
        """Where its heading stands."""
        return self.decl.heading.span


@frozen(eq=False)
class Program:
    """A rulebook, resolved and typed.

    Attributes:
        year: ``令和6年度``; ``scope``: for whom it is.
        facts: by name, in the order of declaration; ``classes`` (区分) likewise.
        nodes: by path, in the order of the document, shared ones under both paths.
        order: all paths so that each comes after what it depends on; empty where that is impossible.
        syntax: the tree it was made from.
        constants: 定数, by name, in the order of declaration; those of an allocation are its own.
        aggregates: figures over the members of a prefecture (管内), by what is written, each as a fact.
        figures: figures of the nation in the year before (前年度の上位3割に当たる値), by column, each as a fact.
        allocation: how money follows from the points, where the file is a 配分; its facts and classes are among those
            above.
    """

    year: str
    scope: Scope
    facts: dict[str, Fact]
    classes: dict[str, Classification]
    nodes: dict[str, Node]
    order: tuple[str, ...]
    syntax: syntax.RulebookFile
    allocation: Allocation | None = None
    constants: dict[str, Parameter] = field(factory=dict)
    aggregates: dict[str, Fact] = field(factory=dict)
    figures: dict[str, Fact] = field(factory=dict)

    @cached_property
    def grants(self) -> tuple[Node, ...]:
        """交付金 and 別枠."""
        return tuple(node for node in self.nodes.values() if node.parent is None)

    @cached_property
    def leaves(self) -> tuple[Node, ...]:
        """All leaves, shared ones under both paths."""
        return tuple(node for node in self.nodes.values() if node.is_leaf)

    @cached_property
    def trial(self) -> dict[str, str]:
        """The 定数 that a simulation (``--set``) changed, with their values as people read them."""
        return {name: describe_value(c.bare) for name, c in self.constants.items() if c.replaced}

    @property
    def trial_text(self) -> str:
        """``目標値 = 65%``; empty where nothing was changed."""
        return "、".join(f"{name} = {value}" for name, value in self.trial.items())

    @property
    def maximum(self) -> int:
        """全体の満点, 別枠 left out."""
        return sum(node.maximum for node in self.grants if not node.special)
