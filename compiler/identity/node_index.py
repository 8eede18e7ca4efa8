"""The tree of nodes by canonical path, with に同じ written out; and how a path is found from a place."""

from collections.abc import Iterator

from attrs import field

from haiten.compiler.diagnostics import BadAlias, Diagnostic, DuplicateLabel, UnknownPath
from haiten.compiler.late import dense, frozen
from haiten.compiler.source import Source, Span
from haiten.compiler.suggest import nearest
from haiten.compiler.syntax import rulebook as syntax
from haiten.compiler.syntax.expressions import PathRef, Target, as_path
from haiten.compiler.syntax.rulebook import Level


@dense(eq=False)
class Place:
    """A node at its place in the rulebook.

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

    ``short_of_children``: parents of which a doubled child was left out.
    ``incomplete``: some heading could not be read, so that a path which is not found may well exist.
    """

    places: dict[str, Place] = field(factory=dict)
    grants: list[Place] = field(factory=list)
    incomplete: bool = False
    short_of_children: set[str] = field(factory=set)
    diagnostics: list[Diagnostic] = field(factory=list)
    # The place of each path in the document.
    order: dict[str, int] = field(factory=dict)
    # Paths at which nothing stands any more (削除).
    gone: dict[str, syntax.Heading] = field(factory=dict)

    def find(self, reference: PathRef, place: Place | None) -> Place | None:
        """The place that a path names: from the top, or from ``place`` outwards."""
        written = ".".join(reference.labels)
        if found := self.places.get(written):
            return found
        while place is not None:
            if found := self.places.get(f"{place.path}.{written}"):
                return found
            place = place.parent
        return None

    def gone_at(self, reference: PathRef, place: Place | None) -> Diagnostic | None:
        """What to say of a reference that would name what is gone (削除); None of any other."""
        written = path = ".".join(reference.labels)
        while path not in self.gone and place is not None:
            path, place = f"{place.path}.{written}", place.parent
        hint = f"「{path}」は削除された項目です。"
        return UnknownPath(reference.span, written, None, hint) if path in self.gone else None

    def range_end(self, first: Place, last: PathRef, place: Place | None) -> Place | None:
        """The place that the last end of a range names: a single label stands beside the first."""
        if len(last.labels) == 1 and (beside := self.places.get(beside_path(first.path, last.labels[0]))):
            return beside
        return self.find(last, place)

    def spread(self, item: tuple[Target, Target], place: Place | None) -> SpreadRange:
        """A range of labels (ア～ウ) as it is written at a place, with the places that it stands for."""
        first = self.find(as_path(item[0]), place)
        last = None if first is None else self.range_end(first, as_path(item[1]), place)
        return SpreadRange(first, last, () if first is None or last is None else self.between(first, last))

    def between(self, first: Place, last: Place) -> tuple[Place, ...]:
        """The places from one to a later one below the same parent, in the order of the document; else none."""
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


def index_nodes(rulebook: syntax.RulebookFile) -> NodeIndex:
    """Name every node of a rulebook by its path."""
    index = NodeIndex(incomplete=rulebook.damaged)
    written: dict[str, syntax.NodeDecl] = {}
    for grant in rulebook.grants:
        _index_written(grant, "", written, index)
    for grant in rulebook.grants:
        if place := _place(index, written, grant, None, None, ()):
            index.grants.append(place)
    return index


def _label(node: syntax.NodeDecl) -> str:
    return node.heading.label or f"？{node.heading.span.line}"


def _index_written(node: syntax.NodeDecl, prefix: str, written: dict[str, syntax.NodeDecl], index: NodeIndex) -> None:
    path = prefix + _label(node)
    if first := written.get(path):
        parent = prefix.rstrip(".") or "全体"
        index.short_of_children.add(prefix.rstrip("."))
        index.diagnostics.append(DuplicateLabel(node.heading.span, _label(node), parent, first.heading.span))
        return
    written[path] = node
    for heading in node.gone:
        index.gone[f"{path}.{heading.label}"] = heading
    for child in node.children:
        _index_written(child, path + ".", written, index)
    labels = {_label(child): child.heading for child in node.children}
    for heading in node.gone:
        if (other := labels.get(heading.label or "")) is not None:
            index.diagnostics.append(DuplicateLabel(heading.span, heading.label or "", path, other.span))
        labels[heading.label or ""] = heading


def _place(
    index: NodeIndex,
    written: dict[str, syntax.NodeDecl],
    node: syntax.NodeDecl,
    parent: Place | None,
    same_as: str | None,
    aliases: tuple[str, ...],
) -> Place | None:
    """Enter a node and all below it; ``aliases`` are the に同じ being written out."""
    label = _label(node)
    path = label if parent is None else f"{parent.path}.{label}"
    if path in index.places:
        return None  # doubled, and reported
    origin = path if same_as is None else same_as
    if reference := node.heading.same_as:
        target = ".".join(reference.labels)
        shared = written.get(target)
        problem = _alias_problem(written, node, reference, path, aliases)
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
    index.order[path] = len(index.places)
    index.places[path] = place
    shared_below = place.same_as != path
    for child in children:
        below = f"{origin}.{_label(child)}" if shared_below else None
        if (entered := _place(index, written, child, place, below, aliases)) is not None:
            place.children.append(entered)
    return place


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
