"""Resolved nodes of a rulebook that is edited, kept as long as all that they follow from stays.

A unit is an 指標 with all below it, or a node above that has local names: no local name is known both in a unit and
outside it. What its nodes come to follows from its own text, and what it brings in by に同じ; from what is declared by
the names that it uses; from the shape of the rulebook where it looks for paths; and from what it inherits. Where all of
these are the same objects, or equal, so is it. What is told of its mistakes may follow from all names and all paths.
"""

from operator import is_

from attrs import field

from haiten.compiler.alike import common_end, common_start
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.identity.lineage import Lineage
from haiten.compiler.identity.node_index import KnownNode, NodeIndex, Place
from haiten.compiler.late import define, dense, frozen
from haiten.compiler.program.program import Node
from haiten.compiler.resolving.used_names import LocalName, UsedName
from haiten.compiler.syntax.rulebook import (
    Citation,
    ClassDecl,
    ConstantDecl,
    FactDecl,
    Heading,
    Level,
    NodeDecl,
    RulebookFile,
)

_Declared = FactDecl | ClassDecl | ConstantDecl


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
        asked: the paths that it looked for, as ``NodeIndex`` has them.
        brought_in: what stands in it by に同じ.
    """

    decl: NodeDecl
    heading: Heading
    inherited: Inherited
    nodes: tuple[Node, ...]
    told: tuple[Diagnostic, ...]
    typed: tuple[Diagnostic, ...]
    used: frozenset[UsedName]
    asked: frozenset[str]
    brought_in: tuple[NodeDecl, ...]

    def is_clear_of(self, others: "_Others") -> bool:
        """Whether nothing of what is another than before has a say in it."""
        if not others.names and not others.paths:
            return True
        if self.told or self.typed or self.nodes[0].path.partition(".")[0] in others.grants:
            return False
        return self.used.isdisjoint(others.names) and self.asked.isdisjoint(others.paths)


@frozen(eq=False)
class _Others:
    """What is another than in the text before.

    Attributes:
        names: those by which something else is declared.
        paths: those at which another node stands or has other children; with them "", which stands for all.
        grants: those outermost ones that ask something else of all below them.
    """

    names: frozenset[UsedName] = frozenset()
    paths: frozenset[str] = frozenset()
    grants: frozenset[str] = frozenset()


@frozen(eq=False)
class _Surroundings:
    """What units follow from: declarations, by identity; the shape; and what is told of every node from outside.

    Attributes:
        asked: the paths that 定数 and 区分 looked for.
    """

    facts: tuple[FactDecl, ...]
    above: tuple[ClassDecl | ConstantDecl, ...]
    shape: list[tuple[object, ...]]
    told: object
    asked: frozenset[str]

    def others(self, before: "_Surroundings") -> _Others | None:
        """What is another than it was before; None where that may be all."""
        shapes = _other_shapes(before.shape, self.shape)
        if self.told != before.told or shapes is None:
            return None
        paths = {path.rpartition(".")[0] for path in shapes} | shapes | ({""} if shapes else set())
        names = {decl.name for decl in _not_in_both((*self.facts, *self.above), (*before.facts, *before.above))}
        for version in (self, before) if names else ():
            declared = [decl.name for decl in (*version.facts, *version.above)]
            if len(declared) != len({*declared}):
                return None  # the first of two with one name counts
        # What is declared of a fact, or of points, may be another with it.
        if names or not paths.isdisjoint(self.asked | before.asked):
            names |= {decl.name for version in (self, before) for decl in version.above}
        used: set[UsedName] = {*names, *(LocalName("", name) for name in names)}
        return _Others(frozenset(used), frozenset(paths), frozenset(path for path in shapes if "." not in path))


@define(eq=False)
class KeptUnits:
    """The units of one text after the other of a rulebook; of them it keeps those of the last one.

    Attributes:
        order: the order of evaluation and the circle of the text before, as far as it holds for this one.
        nodes: what the index of the text before had for its nodes, and then that of this one; None where no other
            text follows.
    """

    nodes: KnownNode | None = field(factory=KnownNode)
    order: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    _around: _Surroundings | None = None
    _others: _Others | None = None
    _last: dict[str, NodeUnit] = field(factory=dict)
    _now: dict[str, NodeUnit] = field(factory=dict)

    def turn(self, rulebook: RulebookFile, index: NodeIndex, replaced: frozenset[str]) -> None:
        """Go on to the next text."""
        around = _surroundings(rulebook, index, replaced)
        self._others = None if self._around is None else around.others(self._around)
        self._around = around
        self._last, self._now = {} if self._others is None else self._now, {}
        if self._others is None or self._others.paths:
            self.order = None

    def unit(self, place: Place, inherited: Inherited) -> NodeUnit | None:
        """The unit that stood at a place, where it is what would be made of it now."""
        known = self._last.get(place.path)
        if known is None or known.decl is not place.node or known.heading is not place.own_heading:
            return None
        was, points = known.inherited, place.node.heading.points
        cites = points is not None and bool(points.citations)  # so that it inherits none
        if not (cites or was.citations is inherited.citations) or was.timing != inherited.timing:
            return None
        if was.lineage != inherited.lineage or self._others is None or not known.is_clear_of(self._others):
            return None
        if known.brought_in and not _are_same(known.brought_in, brought_in(place)):
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


def brought_in(place: Place) -> tuple[NodeDecl, ...]:
    """What stands at a place, and below it, by に同じ."""
    own = (place.node,) if place.own_heading.same_as is not None else ()
    return (*own, *(node for child in place.children for node in brought_in(child)))


def _are_same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return len(one) == len(other) and all(map(is_, one, other))


def _surroundings(rulebook: RulebookFile, index: NodeIndex, replaced: frozenset[str]) -> _Surroundings:
    header = rulebook.header
    told = (header.year, header.scope, rulebook.since, rulebook.lost_names, replaced)
    incomplete = index.incomplete, index.short_of_children, [*index.gone]
    above: tuple[ClassDecl | ConstantDecl, ...] = (*rulebook.classes, *rulebook.constants)
    return _Surroundings(rulebook.facts, above, index.shape, (told, incomplete), frozenset(index.asked))


def _other_shapes(old: list[tuple[object, ...]], new: list[tuple[object, ...]]) -> set[str] | None:
    """The paths at which something else stands in one of two versions; None where they stand in another order."""
    head = common_start(old, new)
    foot = common_end(old, new, min(len(old), len(new)) - head)
    one, other = old[head : len(old) - foot], new[head : len(new) - foot]
    before, after = {str(path): None for path, *_ in one}, {str(path): None for path, *_ in other}
    if [path for path in before if path in after] != [path for path in after if path in before]:
        return None
    return {str(path) for path, *_ in {*one} ^ {*other}}


def _not_in_both(one: tuple[_Declared, ...], other: tuple[_Declared, ...]) -> list[_Declared]:
    """What is in one of two versions only."""
    mine, its = {id(each) for each in one}, {id(each) for each in other}
    return [*(each for each in one if id(each) not in its), *(each for each in other if id(each) not in mine)]
