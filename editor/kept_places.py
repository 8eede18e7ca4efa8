"""The places of a rulebook that is edited: a statement that was not touched is not searched again.

A statement that is kept is the same object, and its spans move with the text (``compiler/source.py``). What it speaks
of depends on what is known by its words, which may change elsewhere: so it is noted what was looked up.
"""

from collections.abc import Mapping
from itertools import chain, pairwise
from typing import Any, Final

from attrs import field

from haiten.compiler.compilation import Compilation
from haiten.compiler.late import define, dense
from haiten.compiler.source import Source
from haiten.compiler.syntax.rulebook import (
    ClassDecl,
    ConstantDecl,
    Definition,
    FactDecl,
    Heading,
    NodeDecl,
    Remark,
    Requirement,
    SourceDecl,
    Timing,
    Undisclosed,
)
from haiten.editor.occurrences import PlaceFinder, in_order, occurrences
from haiten.editor.symbols import Occurrence, Symbol
from haiten.editor.words_known import Look

_STATEMENTS: Final = frozenset(
    {
        ClassDecl,
        ConstantDecl,
        Definition,
        FactDecl,
        Heading,
        Remark,
        Requirement,
        SourceDecl,
        Timing,
        Undisclosed,
    }
)


@dense(eq=False)
class _Searched:
    """A statement, the node at which it stands, what was looked up for it, by which words, and its places."""

    statement: Any
    path: str
    looks: Mapping[Look, object]
    words: frozenset[str]
    places: tuple[Occurrence, ...]


@define(eq=False)
class _World:
    """All that can be looked up."""

    year: str
    names: dict[str, Symbol]
    paths: dict[str, str]
    locals: list[dict[str, dict[str, Symbol]]]

    def others(self, before: "_World | None") -> frozenset[str] | None:
        """The words by which something else may be found than before; None where these are all."""
        if before is None or self.year != before.year or len(self.locals) != len(before.locals):
            return None
        found = {name for name, _ in self.names.items() ^ before.names.items()}
        for path in {path for path, _ in self.paths.items() ^ before.paths.items()}:
            labels = path.split(".")
            found.update(".".join(labels[first:]) for first in range(len(labels)))
        for mine, its in zip(self.locals, before.locals, strict=True):
            for path in mine.keys() | its.keys():
                one, other = mine.get(path, {}), its.get(path, {})
                found.update(name for name, _ in one.items() ^ other.items())
        return frozenset(found)


@define(eq=False)
class _SearchedNode:
    """A node, or what is outside all nodes, and all places in it.

    Attributes:
        own: its statements by identity, but for those of the nodes below it.
        below: the nodes below it; ``labels``: the same by their labels.
        words: all by which something was looked up in it.
        places: of all of it, in their order.
    """

    node: NodeDecl | None = None
    own: dict[int, _Searched] = field(factory=dict)
    below: list["_SearchedNode"] = field(factory=list)
    labels: dict[str | None, "_SearchedNode"] = field(factory=dict)
    words: frozenset[str] = frozenset()
    places: tuple[Occurrence, ...] = ()

    def close(self, source: Source, found: list[Occurrence]) -> None:
        """Put the places together: of statements, of nodes, and outside of them."""
        words = [each.words for each in self.own.values()] + [each.words for each in self.below]
        self.words = frozenset[str]().union(*words)
        groups = [each.places for each in self.own.values()] + [each.places for each in self.below]
        groups = [*filter(None, groups), *((each,) for each in in_order(source, found))]
        groups.sort(key=lambda places: places[0].span.start)
        self.places = tuple(chain.from_iterable(groups))
        if any(one[-1].span.start > other[0].span.start for one, other in pairwise(groups)):
            self.places = in_order(source, self.places)  # a declaration stands in the middle of a node


@define(eq=False)
class _KeepingFinder(PlaceFinder):
    """A walk that passes by what it knows.

    Attributes:
        was: what was at the node at hand; ``now``: what is.
        others: the words by which something else may be found than before; None where these are all.
    """

    was: _SearchedNode = field(factory=_SearchedNode)
    now: _SearchedNode = field(factory=_SearchedNode)
    others: frozenset[str] | None = None

    def visit(self, part: Any, path: str) -> None:
        """A part of the tree, as ``PlaceFinder`` visits it; of a statement only as far as it is not known."""
        if type(part) not in _STATEMENTS:
            super().visit(part, path)
            return
        known = self.was.own.get(id(part))
        stands = known is not None and self._stands(known, part, path)
        self.now.own[id(part)] = known if known is not None and stands else self._search(part, path)

    def visit_node(self, node: NodeDecl, above: str) -> None:
        """A node, as far as it is not known: where it stood, and all that it looks up is what it was, it is."""
        label = node.heading.label
        known = self.was.labels.get(label)
        if known is None or known.node is not node or not self._holds(known):
            outside = self.was, self.now, self.found
            self.was, self.now, self.found = known or _SearchedNode(), _SearchedNode(node), []
            super().visit_node(node, above)
            self.now.close(self.source, self.found)
            known = self.now
            self.was, self.now, self.found = outside
        self.now.below.append(known)
        self.now.labels[label] = known

    def _holds(self, known: _Searched | _SearchedNode) -> bool:
        """Whether what is known lies in this text, and what was looked up for it is what it was."""
        here = not known.places or known.places[0].span.source is self.source
        return here and self.others is not None and known.words.isdisjoint(self.others)

    def _stands(self, known: _Searched, part: Any, path: str) -> bool:
        if known.statement is not part or known.path != path:
            return False
        if known.places and known.places[0].span.source is not self.source:
            return False
        return self._holds(known) or all(self.known.look(what) == found for what, found in known.looks.items())

    def _search(self, part: Any, path: str) -> _Searched:
        outside, self.found = self.found, []
        looks: dict[Look, object] = {}
        self.known.looks = looks
        super().visit(part, path)
        words = frozenset(what[1] for what in looks)
        searched = _Searched(part, path, looks, words, in_order(self.source, self.found))
        self.found, self.known.looks = outside, None
        return searched


@define(eq=False)
class KeptPlaces:
    """The places of one file, found again and again while it is edited."""

    _known: _SearchedNode = field(factory=_SearchedNode)
    _world: _World | None = None

    def find(self, compilation: Compilation) -> tuple[Occurrence, ...]:
        """What ``occurrences`` finds."""
        program, source, tree = compilation.program, compilation.source, compilation.syntax
        special = compilation.revision or compilation.allocation or compilation.amended
        if special is not None or program is None or source is None or tree is None:
            return occurrences(compilation)
        finder = _KeepingFinder(source, program, None, was=self._known)
        known = finder.known
        world = _World(program.year, known.names, known.paths, known.locals)
        finder.others = world.others(self._world)
        finder.visit(tree, "")
        finder.now.close(source, finder.found)
        self._known, self._world = finder.now, world
        return self._known.places
