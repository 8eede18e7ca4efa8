"""A whole text that was edited → which of its nodes are which of the base's, where the author did not say.

Who inserts an item in the middle of others gives those behind it other labels, and thinks no more of it. Nodes are
therefore looked for by what they say before they are taken by their labels; what was found so is written into the text
as its author could have written it (前身, 新設), and told.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence

from attrs import evolve, field

from haiten.compiler.late import define, frozen
from haiten.compiler.revising.hand_over import carry_over
from haiten.compiler.syntax.bare import without_comments
from haiten.compiler.syntax.expressions import PathRef
from haiten.compiler.syntax.rulebook import NodeDecl, Origin, RulebookFile


@frozen
class Aligned:
    """An edited text with the past of its nodes written into it.

    Attributes:
        moved: old and new paths of the nodes that were found by what they say, outermost ones only.
        born, gone: paths of new nodes, and of nodes that are there no more; outermost ones only.
    """

    rulebook: RulebookFile
    moved: tuple[tuple[str, str], ...]
    born: tuple[str, ...]
    gone: tuple[str, ...]

    def told(self) -> list[str]:
        """What is new and what is gone, in words."""
        pairs = (("新しい項目", self.born), ("なくなった項目", self.gone))
        return [f"{words}: {'、'.join(paths)}" for words, paths in pairs if paths]


def align(base: RulebookFile, edited: RulebookFile) -> Aligned:
    """Find the nodes of a base in a whole text of a later year.

    Args:
        base: as its year left it.
        edited: the text of a later year; what it says of its nodes' past itself (前身 of the base's year, 新設) stands.
    """
    aligner = _Aligner(base.header.year)
    grants = aligner.strays(aligner.siblings("", carry_over(base).grants, "", edited.grants))
    moved = [pair for pair in aligner.moved if pair[0] != pair[1]]
    born = [path for path in aligner.born if path not in aligner.found]
    gone = [path for path in aligner.gone if path not in aligner.claimed]
    return Aligned(evolve(edited, grants=grants), tuple(moved), tuple(born), tuple(gone))


def _join(above: str, label: str | None) -> str:
    return f"{above}.{label}".removeprefix(".")


def _whole(node: NodeDecl) -> Hashable:
    """All that a node says, but its label and what the text says of its past."""
    bare = without_comments(node)
    return evolve(bare, heading=evolve(bare.heading, label=None))


def _words(node: NodeDecl) -> Hashable:
    """The words of its heading; None for one without words, which is told from no other."""
    text = node.heading.text
    return (node.heading.level, text.value) if text is not None else None


@define(eq=False)
class _Aligner:
    """One walk over both texts, from the top.

    Attributes:
        claimed: old paths that a node of the edited text is known to be.
        found: new paths of what was first taken for new.
        settled: new paths of nodes that say themselves that they are new.
    """

    year: str
    moved: list[tuple[str, str]] = field(factory=list)
    born: list[str] = field(factory=list)
    gone: list[str] = field(factory=list)
    claimed: set[str] = field(factory=set)
    found: set[str] = field(factory=set)
    settled: set[str] = field(factory=set)
    old_nodes: dict[str, NodeDecl] = field(factory=dict)

    def siblings(
        self, old_above: str, before: Sequence[NodeDecl], above: str, after: Sequence[NodeDecl]
    ) -> tuple[NodeDecl, ...]:
        """The nodes below one parent, with those of the base that they are."""
        old = {_join(old_above, node.heading.label): node for node in before}
        new = {_join(above, node.heading.label): node for node in after}
        self.old_nodes |= old
        pairs = {path: was for path, node in new.items() if (was := self._said(node)) is not None}
        fresh = {path for path, node in new.items() if _is_new(node)}
        for key in (_whole, _words):
            self._same_label(old, new, pairs, fresh, old_above, key)
            self._pair(old, new, pairs, fresh, key)
        for path, node in new.items():
            was = _join(old_above, node.heading.label)
            if path not in pairs and path not in fresh and was in old and was not in pairs.values():
                pairs[path] = was
        self.gone += [was for was in old if was not in pairs.values()]
        self.claimed |= set(pairs.values())
        return tuple(self._placed(old, path, node, pairs.get(path), old_above) for path, node in new.items())

    def _placed(self, old: dict[str, NodeDecl], path: str, node: NodeDecl, was: str | None, old_above: str) -> NodeDecl:
        if was is None:
            self.born.append(path)
            if _is_new(node):
                self.settled.add(path)
            return node
        if was not in old:  # it says itself that it came from elsewhere
            return node
        node = evolve(node, children=self.siblings(was, old[was].children, path, node.children))
        if was == _join(old_above, node.heading.label) or self._said(node) is not None:
            return node
        self.moved.append((was, path))
        return _with_origin(node, was, self.year)

    def _same_label(
        self,
        old: dict[str, NodeDecl],
        new: dict[str, NodeDecl],
        pairs: dict[str, str],
        fresh: set[str],
        old_above: str,
        key: Callable[[NodeDecl], Hashable],
    ) -> None:
        """What reads alike under its old label is what it was."""
        for path, node in new.items():
            was = _join(old_above, node.heading.label)
            if path in pairs or path in fresh or was not in old or was in pairs.values():
                continue
            if key(old[was]) is not None and key(old[was]) == key(node):
                pairs[path] = was

    def _pair(
        self,
        old: dict[str, NodeDecl],
        new: dict[str, NodeDecl],
        pairs: dict[str, str],
        fresh: set[str],
        key: Callable[[NodeDecl], Hashable],
    ) -> None:
        """What reads alike under another label, and like no third."""
        left = {was: key(node) for was, node in old.items() if was not in pairs.values()}
        open_ = {path: key(node) for path, node in new.items() if path not in pairs and path not in fresh}
        counts = Counter(left.values()), Counter(open_.values())
        by_key = {found: was for was, found in left.items() if found is not None and counts[0][found] == 1}
        for path, found in open_.items():
            if found in by_key and counts[1][found] == 1:
                pairs[path] = by_key[found]

    def strays(self, grants: tuple[NodeDecl, ...]) -> tuple[NodeDecl, ...]:
        """What is new below one parent and gone below another is one node, where it reads alike and like no third."""
        gone = {was: _words(self.old_nodes[was]) for was in self.gone if was not in self.claimed}
        counts = Counter(gone.values())
        by_words = {words: was for was, words in gone.items() if words is not None and counts[words] == 1}
        wanted = set(self.born)
        seen = Counter(_words(node) for path, node in _below("", grants) if path in wanted)

        def placed(above: str, node: NodeDecl) -> NodeDecl:
            path, words = _join(above, node.heading.label), _words(node)
            if path not in wanted:
                return evolve(node, children=tuple(placed(path, child) for child in node.children))
            if path in self.settled:
                return node
            if words not in by_words or seen[words] != 1:
                return _with_origin(node, None, self.year)
            was = by_words[words]
            self.moved.append((was, path))
            self.claimed.add(was)
            self.found.add(path)
            below = self.siblings(was, self.old_nodes[was].children, path, node.children)
            return _with_origin(evolve(node, children=below), was, self.year)

        return tuple(placed("", grant) for grant in grants)

    def _said(self, node: NodeDecl) -> str | None:
        """The path in the base's year that a node itself names."""
        origin = node.heading.origin
        return next((_path(target) for year, target in origin.moves if year == self.year), None) if origin else None


def _is_new(node: NodeDecl) -> bool:
    """Whether a node says itself that it was born in its rulebook's year."""
    origin = node.heading.origin
    return origin is not None and origin.new and origin.born is None and not origin.moves


def _path(target: object) -> str:
    return ".".join(target.labels) if isinstance(target, PathRef) else str(getattr(target, "value", ""))


def _below(above: str, nodes: Sequence[NodeDecl]) -> list[tuple[str, NodeDecl]]:
    found: list[tuple[str, NodeDecl]] = []
    for node in nodes:
        path = _join(above, node.heading.label)
        found += [(path, node), *_below(path, node.children)]
    return found


def _with_origin(node: NodeDecl, was: str | None, year: str) -> NodeDecl:
    """A node that says where it stood in a year (None: nowhere)."""
    heading, before = node.heading, node.heading.origin
    if was is None:
        origin = Origin((), new=True, born=None, span=heading.span)
    else:
        moves = before.moves if before is not None else ()
        target = PathRef(tuple(was.split(".")), heading.span)
        born = before.born if before is not None else None
        origin = Origin(((year, target), *moves), before is not None and before.new, born, heading.span)
    return evolve(node, heading=evolve(heading, origin=origin))
