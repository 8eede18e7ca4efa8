"""Resolved nodes of a rulebook that is edited, kept as long as all that they follow from stays.

A unit is an 指標 with all below it, or a node above that has local names: no local name is known both in a unit and
outside it. What its nodes come to follows from its own text; from what is declared; from the shape of the rulebook,
which tells what paths mean; and from what it inherits. Where all of these are the same objects, or equal, so is it.
"""

from attrs import field

from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.identity.lineage import Lineage
from haiten.compiler.identity.node_index import KnownNode, NodeIndex, Place
from haiten.compiler.late import define, dense, frozen
from haiten.compiler.program.program import Node
from haiten.compiler.resolving.used_names import UsedName
from haiten.compiler.syntax.rulebook import Citation, Declaration, Heading, Level, NodeDecl, RulebookFile


@dense(eq=False)
class Inherited:
    """What a node, or a unit, has from the nodes above it, and those below it have from it."""

    timing: str | None
    citations: tuple[Citation, ...]
    lineage: Lineage


@frozen(eq=False)
class NodeUnit:
    """What the nodes of a unit came to.

    Attributes:
        nodes: in the order of the document.
        told: what was found wrong with its nodes, and ``typed`` with what they say.
        used: the names that it refers to.
    """

    decl: NodeDecl
    heading: Heading
    inherited: Inherited
    nodes: tuple[Node, ...]
    told: tuple[Diagnostic, ...]
    typed: tuple[Diagnostic, ...]
    used: frozenset[UsedName]


@frozen(eq=False)
class _Surroundings:
    """What every unit follows from: declarations, by identity; and what is told of every node from outside."""

    declared: tuple[Declaration, ...]
    facts: object

    def is_same(self, other: "_Surroundings") -> bool:
        """Whether what follows from one follows from the other."""
        mine, theirs = self.declared, other.declared
        same = len(mine) == len(theirs) and all(a is b for a, b in zip(mine, theirs, strict=True))
        return same and self.facts == other.facts


@define(eq=False)
class KeptUnits:
    """The units of one text after the other of a rulebook; of them it keeps those of the last one.

    Attributes:
        steady: all that units follow from is as it was in the text before.
        order: the order of evaluation and the circle of the text before, as far as it holds for this one.
        nodes: what the index of the text before had for its nodes, and then that of this one; None where no other
            text follows.
    """

    nodes: KnownNode | None = field(factory=KnownNode)
    steady: bool = False
    order: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    _around: _Surroundings | None = None
    _last: dict[str, NodeUnit] = field(factory=dict)
    _now: dict[str, NodeUnit] = field(factory=dict)

    def turn(self, rulebook: RulebookFile, index: NodeIndex, replaced: frozenset[str]) -> None:
        """Go on to the next text."""
        around = _surroundings(rulebook, index, replaced)
        self.steady = self._around is not None and around.is_same(self._around)
        self._around = around
        self._last, self._now = self._now if self.steady else {}, {}
        if not self.steady:
            self.order = None

    def unit(self, place: Place, inherited: Inherited) -> NodeUnit | None:
        """The unit that stood at a place, where it is what would be made of it now."""
        known = self._last.get(place.path)
        if known is None or known.decl is not place.node or known.heading is not place.own_heading:
            return None
        was = known.inherited
        if was.citations is not inherited.citations or was.timing != inherited.timing:
            return None
        if was.lineage != inherited.lineage:
            return None
        self._now[place.path] = known
        return known

    def before(self, path: str) -> NodeUnit | None:
        """The unit that stood at a path in the text before."""
        return self._last.get(path)

    def keep(self, path: str, unit: NodeUnit) -> None:
        """Keep a unit for the next text."""
        self._now[path] = unit


def begins_unit(place: Place) -> bool:
    """Whether a node below no other unit is one with all below it."""
    return place.node.heading.level >= Level.INDICATOR or bool(place.node.definitions)


def _surroundings(rulebook: RulebookFile, index: NodeIndex, replaced: frozenset[str]) -> _Surroundings:
    declared: tuple[Declaration, ...] = (*rulebook.facts, *rulebook.classes, *rulebook.constants)
    header = rulebook.header
    told = (rulebook.lost_names, index.incomplete, index.short_of_children, [*index.gone], replaced)
    return _Surroundings(declared, (header.year, header.scope, rulebook.since, index.shape, told))
