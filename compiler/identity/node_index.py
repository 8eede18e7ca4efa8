"""The tree of nodes by canonical path, with に同じ written out; and how a path is found from a place."""

from collections.abc import Iterator
from functools import cached_property

from attrs import field

from haiten.compiler.diagnostics import BadAlias, Diagnostic, DuplicateLabel, UnknownPath
from haiten.compiler.late import define, frozen
from haiten.compiler.source import Source, Span
from haiten.compiler.suggest import nearest
from haiten.compiler.syntax import rulebook as syntax
from haiten.compiler.syntax.expressions import PathRef, Target, as_path
from haiten.compiler.syntax.rulebook import Level


@define(eq=False)
class Place:
    """A node at its place in the rulebook; one that is kept gets another parent, where that is another.

    Attributes:
        path: canonical path.
        node: what the author wrote; for a node brought in by に同じ, what stands at the other place.
        same_as: the path at which it was written.
        own_heading: the heading that stands here itself (に同じ brings in another's content).
    """

    path: str
    label: str
    node: syntax.NodeDecl
    parent: "Place | None" = field(repr=False)
    same_as: str
    own_heading: syntax.Heading = field(repr=False)
    children: list["Place"] = field(factory=list, repr=False)

    @property
    def special(self) -> bool:
        """Whether it lies in a 別枠."""
        outermost = self
        while outermost.parent is not None:
            outermost = outermost.parent
        return outermost.node.heading.special


@frozen(eq=False)
class SpreadRange:
    """What a range of labels stands for.

    Attributes:
        first, last: its ends; None for one that is not found. Where the first is not, the last is not looked for.
        between: all from the one to the other; none where they do not stand in this order below one parent.
    """

    first: Place | None
    last: Place | None
    between: tuple[Place, ...]


@frozen(eq=False)
class NodeIndex:
    """All places of a rulebook by path, in the order of the document.

    Attributes:
        short_of_children: parents of which a doubled child was left out.
        incomplete: some heading could not be read, so that a path which is not found may well exist.
        gone: paths at which nothing stands any more (削除).
        naming: those where names are brought in: groups of their own name, and local names.
        moved: those of which it is said where they stood before.
        labels: those that an item has somewhere.
        shape: what nodes ask of others, of each.
        asked: the paths that were looked for, and those of which the children were; "" where all of them were.
    """

    places: dict[str, Place] = field(factory=dict)
    grants: list[Place] = field(factory=list)
    incomplete: bool = False
    short_of_children: set[str] = field(factory=set)
    diagnostics: list[Diagnostic] = field(factory=list)
    gone: dict[str, syntax.Heading] = field(factory=dict)
    naming: list[Place] = field(factory=list)
    moved: list[Place] = field(factory=list)
    labels: set[str] = field(factory=set)
    shape: list[tuple[object, ...]] = field(factory=list)
    asked: set[str] = field(factory=set)

    @cached_property
    def order(self) -> dict[str, int]:
        """The place of each path in the document, when all are there."""
        return {path: number for number, path in enumerate(self.places)}

    def enter(self, place: Place) -> None:
        """Enter a place behind the others."""
        heading, hidden = place.node.heading, place.node.undisclosed
        self.places[place.path] = place
        points = 0 if hidden is None else hidden.points.value
        self.shape.append((place.path, place.same_as, heading.level, heading.mode, heading.special, points))
        if heading.level >= Level.ITEM:
            self.labels.add(place.label)
        if place.same_as == place.path and (place.node.definitions or heading.level in (Level.GRANT, Level.GROUP)):
            self.naming.append(place)
        if place.own_heading.origin is not None:
            self.moved.append(place)

    def enter_all(self, other: "NodeIndex") -> None:
        """Enter all of another index behind the others."""
        self.places.update(other.places)
        self.shape.extend(other.shape)
        self.labels.update(other.labels)
        self.naming.extend(other.naming)
        self.moved.extend(other.moved)

    def find(self, reference: PathRef, place: Place | None) -> Place | None:
        """The place that a path names: from the top, or from ``place`` outwards."""
        path = written = ".".join(reference.labels)
        self.asked.add(path)
        while (found := self.places.get(path)) is None and place is not None:
            path, place = f"{place.path}.{written}", place.parent
            self.asked.add(path)
        return found

    def gone_at(self, reference: PathRef, place: Place | None) -> Diagnostic | None:
        """What to say of a reference that would name what is gone (削除); None of any other."""
        written = path = ".".join(reference.labels)
        while path not in self.gone and place is not None:
            path, place = f"{place.path}.{written}", place.parent
        hint = f"「{path}」は削除された項目です。"
        return UnknownPath(reference.span, written, None, hint) if path in self.gone else None

    def range_end(self, first: Place, last: PathRef, place: Place | None) -> Place | None:
        """The place that the last end of a range names: a single label stands beside the first."""
        if len(last.labels) == 1:
            path = beside_path(first.path, last.labels[0])
            self.asked.add(path)
            if (beside := self.places.get(path)) is not None:
                return beside
        return self.find(last, place)

    def spread(self, item: tuple[Target, Target], place: Place | None) -> SpreadRange:
        """A range of labels (ア～ウ) as it is written at a place, with the places that it stands for."""
        first = self.find(as_path(item[0]), place)
        last = None if first is None else self.range_end(first, as_path(item[1]), place)
        return SpreadRange(first, last, () if first is None or last is None else self.between(first, last))

    def between(self, first: Place, last: Place) -> tuple[Place, ...]:
        """The places from one to a later one below the same parent, in the order of the document; else none."""
        self.asked.add(first.parent.path if first.parent else "")
        siblings = first.parent.children if first.parent else []
        if first not in siblings or last not in siblings:
            return ()
        found = siblings[siblings.index(first) : siblings.index(last) + 1]
        return tuple(found) if len(found) > 1 else ()

    def outside(self) -> Place:
        """A place outside every node, for what the file declares above them."""
        span = Span(Source("", ""), 0, 0)
        heading = syntax.bare_heading(Level.GRANT, "", span)
        return Place("", "", syntax.NodeDecl(heading), None, "", heading)

    def walk(self) -> Iterator[Place]:
        """All places in document order."""
        yield from self.places.values()


def beside_path(path: str, label: str) -> str:
    """The path of a sibling by its label."""
    return f"{path.rpartition('.')[0]}.{label}".removeprefix(".")


@define(eq=False)
class KnownNode:
    """What the index of a rulebook that is edited had for a node, and for those below it, by their labels.

    Attributes:
        index: of it and all below it, where these follow from the node and its path alone: without に同じ, 削除, and
            labels that are doubled or could not be read.
    """

    node: syntax.NodeDecl | None = None
    index: NodeIndex | None = None
    below: dict[str, "KnownNode"] = field(factory=dict)

    def now(self, label: str, node: syntax.NodeDecl) -> "KnownNode | None":
        """What is known of a node below, where it is what it was and follows from itself."""
        known = self.below.get(label)
        return known if known is not None and known.node is node and known.index is not None else None


def index_nodes(rulebook: syntax.RulebookFile, kept: KnownNode | None = None) -> NodeIndex:
    """Name every node of a rulebook by its path.

    Args:
        rulebook: what is written.
        kept: has what was known of the text that it was before, and then what is known of this one. Places that are
            kept become those of this index.
    """
    index = NodeIndex(incomplete=rulebook.damaged)
    indexer = _Indexer(index)
    for grant in rulebook.grants:
        indexer.note(grant, "", kept)
    now = None if kept is None else KnownNode()
    for grant in rulebook.grants:
        if place := indexer.place(grant, None, None, (), kept, now):
            index.grants.append(place)
    if kept is not None and now is not None:
        kept.below = now.below
    return index


def _label(node: syntax.NodeDecl) -> str:
    return node.heading.label or f"？{node.heading.span.line}"


@frozen(eq=False)
class _Indexer:
    """Fills an index; ``written`` has the nodes as they are written, by their paths."""

    index: NodeIndex
    written: dict[str, syntax.NodeDecl] = field(factory=dict)

    def note(self, node: syntax.NodeDecl, prefix: str, above: KnownNode | None) -> None:
        """Note a node as it is written, with all below it; ``above`` has what is known of those beside it."""
        index, label = self.index, _label(node)
        path = prefix + label
        if first := self.written.get(path):
            parent = prefix.rstrip(".") or "全体"
            index.short_of_children.add(prefix.rstrip("."))
            index.diagnostics.append(DuplicateLabel(node.heading.span, label, parent, first.heading.span))
            return
        known = None if above is None else above.now(label, node)
        if known is not None and known.index is not None:
            self.written.update((path, place.node) for path, place in known.index.places.items())
            return
        self.written[path] = node
        for heading in node.gone:
            index.gone[f"{path}.{heading.label}"] = heading
        was = None if above is None else above.below.get(label)
        for child in node.children:
            self.note(child, path + ".", was)
        labels = {_label(child): child.heading for child in node.children}
        for heading in node.gone:
            if (other := labels.get(heading.label or "")) is not None:
                index.diagnostics.append(DuplicateLabel(heading.span, heading.label or "", path, other.span))
            labels[heading.label or ""] = heading

    def place(
        self,
        node: syntax.NodeDecl,
        parent: Place | None,
        same_as: str | None,
        aliases: tuple[str, ...],
        above: KnownNode | None,
        now: KnownNode | None,
    ) -> Place | None:
        """Enter a node and all below it.

        Args:
            node: what stands there.
            parent: the place above; None for a grant.
            same_as: the path at which it was written, where that is another.
            aliases: the に同じ being written out.
            above: has what is known of the nodes beside it; None where nothing is.
            now: gets what is known of them from here on; None where nobody keeps it.
        """
        index, label = self.index, _label(node)
        path = label if parent is None else f"{parent.path}.{label}"
        if path in index.places:
            return None  # doubled, and reported
        known = None if above is None or same_as is not None else above.now(label, node)
        if known is not None and known.index is not None and now is not None:
            now.below[label] = known
            index.enter_all(known.index)
            kept = known.index.places[path]
            kept.parent = parent
            return kept
        origin = path if same_as is None else same_as
        if reference := node.heading.same_as:
            target = ".".join(reference.labels)
            shared = self.written.get(target)
            problem = _alias_problem(self.written, node, reference, path, aliases)
            if shared is not None and problem is None:
                place = Place(path, label, shared, parent, target, node.heading)
                children, aliases, origin = shared.children, (*aliases, target), target
            else:
                # An unknown path may be a heading that could not be read, which was reported.
                if problem and not (index.incomplete and isinstance(problem, UnknownPath)):
                    index.diagnostics.append(problem)
                place, children = Place(path, label, node, parent, origin, node.heading), ()
        else:
            place, children = Place(path, label, node, parent, origin, node.heading), node.children
        index.enter(place)
        was = None if above is None else above.below.get(label)
        known = None if now is None else KnownNode(node)
        for child in children:
            below = f"{origin}.{_label(child)}" if place.same_as != path else None
            if (entered := self.place(child, place, below, aliases, was, known)) is not None:
                place.children.append(entered)
        if known is not None and now is not None and place.same_as == path:
            known.index = _own_index(place, known)
            now.below[label] = known
        return place


def _own_index(place: Place, known: KnownNode) -> NodeIndex | None:
    """The index of a node and all below it; None where these do not follow from it alone."""
    heading, node = place.own_heading, place.node
    if heading.same_as or heading.label is None or node.gone or len(place.children) != len(node.children):
        return None
    own = NodeIndex()
    own.enter(place)
    for child in place.children:
        below = known.below.get(child.label)  # there is none of what に同じ brings in
        if below is None or below.index is None:
            return None
        own.enter_all(below.index)
    return own


def _alias_problem(
    written: dict[str, syntax.NodeDecl],
    node: syntax.NodeDecl,
    reference: PathRef,
    path: str,
    aliases: tuple[str, ...],
) -> Diagnostic | None:
    target = ".".join(reference.labels)
    other = written.get(target)
    if other is None:
        return UnknownPath(reference.span, target, nearest(target, written))
    if node.children or node.requirement or node.definitions or node.timing or node.remarks or node.undisclosed:
        return BadAlias(reference.span, target, "「に同じ」の下には、項目も要件・時点・留意なども置けません")
    if other.heading.level != node.heading.level:
        reason = f"{other.heading.level.japanese}と{node.heading.level.japanese}では階層が違います"
        return BadAlias(reference.span, target, reason)
    if target in aliases or path == target or path.startswith(target + "."):
        return BadAlias(reference.span, target, "自分自身に戻ってしまいます")
    if other.heading.same_as:
        return BadAlias(reference.span, target, "その先も「に同じ」です。元の項目を指してください")
    return None
