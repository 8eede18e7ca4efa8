"""The places of a rulebook that is edited: a statement that was not touched is not searched again.

A statement that is kept is the same object, and its spans move with the text (``compiler/source.py``). What it speaks
of depends on what is known by its words, which may change elsewhere: so it is noted what was looked up.
"""

from collections.abc import Mapping
from itertools import chain
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
    Remark,
    Requirement,
    SourceDecl,
    Timing,
    Undisclosed,
)
from haiten.editor.occurrences import Look, PlaceFinder, in_order, occurrences
from haiten.editor.symbols import Occurrence

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
    """A statement, the node at which it stands, what was looked up for it, and its places."""

    statement: Any
    path: str
    looks: Mapping[Look, object]
    places: tuple[Occurrence, ...]


@define(eq=False)
class _KeepingFinder(PlaceFinder):
    """A walk that passes by what it knows.

    Attributes:
        calm: whether all that can be looked up is what it was.
    """

    known: dict[int, _Searched] = field(factory=dict)
    used: dict[int, _Searched] = field(factory=dict)
    calm: bool = False

    def visit(self, part: Any, path: str) -> None:
        """A part of the tree, as ``PlaceFinder`` visits it; of a statement only as far as it is not known."""
        if type(part) not in _STATEMENTS:
            super().visit(part, path)
            return
        key = id(part)
        known = self.known.get(key)
        self.used[key] = known if known is not None and self._stands(known, part, path) else self._search(part, path)

    def _stands(self, known: _Searched, part: Any, path: str) -> bool:
        if known.statement is not part or known.path != path:
            return False
        if known.places and known.places[0].span.source is not self.source:
            return False
        return self.calm or all(self.look(what) == found for what, found in known.looks.items())

    def _search(self, part: Any, path: str) -> _Searched:
        outside, self.found, self.looks = self.found, [], {}
        super().visit(part, path)
        searched = _Searched(part, path, self.looks, in_order(self.source, self.found))
        self.found, self.looks = outside, None
        return searched


@define(eq=False)
class KeptPlaces:
    """The places of one file, found again and again while it is edited."""

    _known: dict[int, _Searched] = field(factory=dict)
    _world: tuple[object, ...] = ()

    def find(self, compilation: Compilation) -> tuple[Occurrence, ...]:
        """What ``occurrences`` finds."""
        program, source, tree = compilation.program, compilation.source, compilation.syntax
        special = compilation.revision or compilation.allocation or compilation.amended
        if special is not None or program is None or source is None or tree is None:
            return occurrences(compilation)
        finder = _KeepingFinder(source, program, None, known=self._known)
        world = finder.names, finder.paths, finder.locals, program.year
        finder.calm = world == self._world
        finder.visit(tree, "")
        self._known, self._world = finder.used, world
        return _together(source, finder)


def _together(source: Source, finder: _KeepingFinder) -> tuple[Occurrence, ...]:
    """The places of all statements, which lie one behind the other, and those outside of them."""
    groups = [each.places for each in finder.used.values() if each.places]
    groups += [(each,) for each in in_order(source, finder.found)]
    groups.sort(key=lambda places: places[0].span.start)
    return tuple(chain.from_iterable(groups))
