"""A rulebook while it is being amended: nodes that keep their identity, and references that hold nodes, not labels.

The tree is mutable on purpose, and lives only inside the pass that revises: statements apply in order, and "a path
means the text as the statements before left it" (language.md, A revision).
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, cast

from attrs import field

from haiten.compiler.changing import evolve
from haiten.compiler.identity.lineage import Lineage
from haiten.compiler.late import define, fields_of, frozen, has_fields
from haiten.compiler.source import Span
from haiten.compiler.syntax import expressions as ex
from haiten.compiler.syntax import rulebook as syntax
from haiten.compiler.syntax.expressions import (
    Expression,
    Name,
    PathRef,
    Target,
    as_path,
    as_range,
    map_names,
    map_targets,
    rebuild,
    walk_parts,
)
from haiten.compiler.syntax.labels import follows, in_label_order
from haiten.compiler.syntax.rulebook import Heading, Touch


@define(eq=False)
class LiveNode:
    """A node of the text as amended so far.

    Attributes:
        base: its past where it stood in the base (or is the heir of a node that did); None for a new node.
        own: what its heading says of older years beyond the base.
        removed: the amendment that took it away; None while it stands.
    """

    node: syntax.NodeDecl  # without children
    parent: "LiveNode | None" = None
    children: list["LiveNode"] = field(factory=list)
    base: Lineage | None = None
    touches: list[Touch] = field(factory=list)
    removed: Span | None = None
    lost: dict[str, Span] = field(factory=dict)  # local names taken away, and by which amendment

    def lost_name(self, name: str) -> Span | None:
        """The amendment that took a local name away which would be known here; None where it is still known."""
        if any(definition.name == name for definition in self.node.definitions):
            return None
        return self.lost.get(name) or (self.parent.lost_name(name) if self.parent else None)

    @property
    def heading(self) -> Heading:
        """Its heading as it now reads."""
        return self.node.heading

    @property
    def label(self) -> str:
        """Its label now."""
        return self.heading.label or ""

    @property
    def path(self) -> str:
        """Where it stands now."""
        return f"{self.parent.path}.{self.label}" if self.parent else self.label

    @property
    def gone(self) -> Span | None:
        """The amendment that took it, or a node above it, away."""
        return self.removed or (self.parent.gone if self.parent else None)

    def walk(self) -> Iterator["LiveNode"]:
        """It and all below it, in document order."""
        pending = [self]
        while pending:
            live = pending.pop()
            yield live
            pending.extend(reversed(live.children))

    def put_heading(self, heading: Heading) -> None:
        """Let it have another heading."""
        self.node = evolve(self.node, heading=heading)


@frozen(eq=False)
class Held:
    """A reference that holds a node; ``via`` is the に同じ node through which it was reached.

    ``anchor`` is the node below which the path was written; None for a path from the top.
    """

    live: LiveNode
    via: LiveNode | None
    anchor: LiveNode | None
    written: Target

    @property
    def span(self) -> Span:
        """Where it is written."""
        return self.written.span


def standing_in(held: Held) -> Target:
    """A held node where a target may stand, in expressions that only this pass sees."""
    return cast(Target, held)


def held_in(target: object) -> Held | None:
    """The held node that stands in for a target; None where a target stands itself."""
    return target if isinstance(target, Held) else None


# What refers to nodes, or holds what does.
_REFERRING: Final = (PathRef, ex.Members, ex.Score, ex.Whole)
_Hold = Callable[[Target, LiveNode | None], Target]
_Member = Target | tuple[Target, Target]  # of what is counted; a held node stands in for a target


@define(eq=False)
class Tree:
    """All nodes of the text as amended so far.

    ``held`` keeps for each expression and each に同じ, by its identity, what it was written as and what it holds.
    """

    roots: list[LiveNode] = field(factory=list)
    held: dict[int, tuple[Expression, Expression]] = field(factory=dict)
    # By the path at which they stood: what a later amendment quotes may still name them.
    removed: dict[str, LiveNode] = field(factory=dict)

    def walk(self) -> Iterator[LiveNode]:
        """All nodes in document order."""
        for root in self.roots:
            yield from root.walk()

    def as_it_stands(self) -> Callable[[], None]:
        """What brings the tree back to how it now stands."""
        # As a dictionary each: there are many, and hardly ever does anybody go back.
        nodes = [
            (live, {**vars(live), "children": [*live.children], "touches": [*live.touches], "lost": {**live.lost}})
            for live in self.walk()
        ]
        roots, removed, held = list(self.roots), dict(self.removed), dict(self.held)

        def back() -> None:
            self.roots, self.removed, self.held = list(roots), dict(removed), dict(held)
            for live, was in nodes:
                vars(live).update(was)

        return back

    def siblings(self, live: LiveNode) -> list[LiveNode]:
        """The list that a node stands in."""
        return live.parent.children if live.parent else self.roots

    # Finding

    def find(self, target: Target) -> LiveNode | None:
        """The node that a path from the top names, written there itself (not by に同じ)."""
        found = self._reach(None, _labels(target))
        return found[0] if found and found[1] is None else None

    def hold(self, target: Target, place: LiveNode | None) -> Target:
        """The target as a reference that holds its node; unchanged where there is no such node (yet)."""
        labels = _labels(target)
        anchors: list[LiveNode | None] = [None]
        while place is not None:
            anchors.append(place)
            place = place.parent
        for anchor in anchors:
            if found := self._reach(anchor, labels):
                return standing_in(Held(found[0], found[1], anchor, target))
        return target

    def _hold_removed(self, target: Target, place: LiveNode | None) -> Target:
        """The target as in ``hold``; where nothing stands there now, what stood there before it was removed."""
        found = self.hold(target, place)
        anchors: list[LiveNode | None] = [None]
        while place is not None:
            anchors.append(place)
            place = place.parent
        for anchor in anchors if not isinstance(found, Held) else ():
            path = ".".join((*((anchor.path,) if anchor else ()), *_labels(target)))
            if path in self.removed:
                return standing_in(Held(self.removed[path], None, anchor, target))
        return found

    def _reach(self, anchor: LiveNode | None, labels: tuple[str, ...]) -> tuple[LiveNode, LiveNode | None] | None:
        current, via = anchor, None
        for label in labels:
            if current is not None and (shared := self.shared_by(current)) is not None:
                via, current = current, shared
            among = self.roots if current is None else current.children
            current = next((child for child in among if child.label == label), None)
            if current is None:
                return None
        return None if current is None else (current, via)

    def shared_by(self, live: LiveNode) -> LiveNode | None:
        """The node whose content a に同じ node brings in."""
        _, held = self.held.get(id(live.heading.same_as), (None, None))
        return held.live if isinstance(held, Held) else None

    # Expressions

    def note(self, expression: Expression, place: LiveNode | None) -> None:
        """From now on hold the nodes that an expression refers to."""
        self.held[id(expression)] = (expression, self.hold_all(expression, place))

    def rename(self, expression: Expression, names: Mapping[str, str]) -> Expression:
        """The expression with names called otherwise, held as before; itself where it has none of them."""
        renamed = map_names(expression, names)
        if renamed is not expression and id(expression) in self.held:
            self.held[id(renamed)] = (renamed, map_names(self.held[id(expression)][1], names))
        return renamed

    def released(self, expression: Expression, place: LiveNode | None) -> Expression:
        """The expression as it reads where its nodes stand now; as it was written where that still says the same."""
        if id(expression) not in self.held:
            return expression
        written, held = self.held[id(expression)]
        now = self.hold_all(written, place)
        if now is held or meaning(now) == meaning(held):
            return written
        return release(held, place, self)

    def released_path(self, reference: PathRef) -> PathRef:
        """The path of a に同じ as it reads now."""
        return as_path(cast(Target, self.released(reference, None)))

    def says(self, quoted: Expression, expression: Expression, place: LiveNode | None) -> bool:
        """Whether what an amendment quotes says the same as an expression at ``place``.

        A label that nobody has any more names the node that was taken away from it.
        """
        _, held = self.held[id(expression)]
        whole = map_targets(self._spread(quoted, place, self._hold_removed), lambda t: self._hold_removed(t, place))
        return meaning(held) in (meaning(self.hold_all(quoted, place)), meaning(whole))

    def hold_all(self, expression: Expression, place: LiveNode | None) -> Expression:
        """The expression with references that hold their nodes; ranges of labels become their members."""
        if not any(isinstance(part, _REFERRING) for part in walk_parts(expression)):  # as most
            return expression
        return map_targets(self._spread(expression, place, self.hold), lambda target: self.hold(target, place))

    def _spread(self, expression: Expression, place: LiveNode | None, hold: _Hold) -> Expression:
        def spread(part: Any) -> Any | None:
            if isinstance(part, ex.Members):
                items = [self._members(item, place, hold) for item in part.items]
                return evolve(part, items=tuple(member for item in items for member in item))
            return None

        spread_out: Expression = rebuild(expression, spread)
        return spread_out

    def _members(self, item: _Member, place: LiveNode | None, hold: _Hold) -> list[_Member]:
        """The members of a range; what is none, or none that can be followed, as it is."""
        if not isinstance(item, tuple):
            return [item]
        first = hold(item[0], place)
        if not isinstance(first, Held):
            return [item]
        siblings = self.siblings(first.live)
        if hold == self._hold_removed:
            gone = [live for live in self.removed.values() if live.parent is first.live.parent]
            siblings = in_label_order(first.live.heading.level, [*siblings, *gone], lambda live: live.label)
        # The label behind ～ is one beside the first.
        labels = _labels(item[1])
        last = next((live for live in siblings if live.label == labels[-1]), None) if len(labels) == 1 else None
        if last is None and isinstance(other := hold(item[1], place), Held):
            last = other.live
        if first.live not in siblings or last not in siblings:
            return [item]
        between = siblings[siblings.index(first.live) : siblings.index(last) + 1]
        members = [standing_in(Held(live, first.via, first.anchor, item[0])) for live in between]
        return [*members] or [item]


def meaning(part: Any) -> Any:
    """A value that is equal for expressions of one meaning.

    Positions, how a path is written, and the order of what かつ, 又は and 、 join do not count.
    """
    match part:
        case Held():
            return ("node", id(part.live), id(part.via) if part.via else 0)
        case ex.Junction(connective=connective, operands=operands):
            return (connective, *sorted((meaning(operand) for operand in operands), key=repr))
        case ex.Members(items=items):
            return ("members", *sorted((meaning(item) for item in items), key=repr))
        case Decimal():
            return part.normalize()
        case tuple():
            return tuple(meaning(inner) for inner in part)
        case _ if has_fields(type(part)):
            fields = (a.name for a in fields_of(type(part)) if a.eq)
            return (type(part).__name__, *(meaning(getattr(part, name)) for name in fields))
        case _:  # any other: a word, a number, a flag
            return part


def release(expression: Expression, place: LiveNode | None, tree: Tree) -> Expression:
    """The expression with paths again, as they read where the nodes stand now."""

    def path(target: Target | Held) -> Target:
        return written_path(target, place, tree) if isinstance(target, Held) else target

    def back(part: Any) -> Any | None:
        if isinstance(part, Held):
            return path(part)
        return evolve(part, items=_ranges(part.items, path, tree)) if isinstance(part, ex.Members) else None

    released: Expression = rebuild(expression, back)
    return released


def _ranges(items: tuple[_Member, ...], path: Callable[[Target], Target], tree: Tree) -> tuple[_Member, ...]:
    """Members as written, in the order of the document: runs of neighbours as ranges, the rest one by one."""
    runs: list[list[_Member]] = []
    for item in _in_document_order(items, tree):
        last = runs[-1][-1] if runs else None
        together = (
            isinstance(item, Held)
            and isinstance(last, Held)
            and item.live.parent is last.live.parent
            and item.via is last.via
            and _follows(last.live, item.live, tree)
        )
        if together:
            runs[-1].append(item)
        else:
            runs.append([item])
    spread: list[_Member] = []
    for run in runs:
        if len(run) < 3:
            # A tuple is a range that cannot be followed: its ends are reported where it is read.
            spread += [as_range(*map(path, item)) if isinstance(item, tuple) else path(item) for item in run]
        else:
            first, *_, last = (item for item in run if not isinstance(item, tuple))  # neighbours are held nodes
            spread.append(as_range(path(first), path(last)))
    return tuple(spread)


def _in_document_order(items: tuple[_Member, ...], tree: Tree) -> list[_Member]:
    """The held nodes among the items in the order of the document; what is no node keeps its place."""
    held = [found for item in items if (found := held_in(item)) is not None]
    if len(held) < 2:
        return list(items)
    standing = {id(live): at for at, live in enumerate(tree.walk())}
    held.sort(key=lambda item: (item.via is not None, standing.get(id(item.live), len(standing))))
    ordered = iter(held)
    return [standing_in(next(ordered)) if isinstance(item, Held) else item for item in items]


def _follows(first: LiveNode, second: LiveNode, tree: Tree) -> bool:
    """Whether a node stands right behind another, by its label as by its place."""
    siblings = tree.siblings(first)
    if not follows(first.heading.level, first.label, second.label) or first not in siblings:
        return False
    at = siblings.index(first) + 1
    return at < len(siblings) and siblings[at] is second


def written_path(held: Held, place: LiveNode | None, tree: Tree) -> Target:
    """How a held node is named from a place: below the node it was named below before, or from the top."""
    absolute = _path_of(held, tree)
    labels = tuple(absolute.split("."))
    span = held.span
    if held.anchor is not None and held.anchor.gone is None and absolute.startswith(held.anchor.path + "."):
        short = labels[len(held.anchor.path.split(".")) :]
        again = tree.hold(PathRef(short, span), place)
        if isinstance(again, Held) and again.live is held.live and again.via is held.via:
            return PathRef(short, span)
    if len(labels) == 1:
        return Name(labels[0], span) if isinstance(held.written, Name) else PathRef(labels, span)
    return PathRef(labels, span)


def _path_of(held: Held, tree: Tree) -> str:
    shared = tree.shared_by(held.via) if held.via else None
    if held.via is None or shared is None:
        return held.live.path
    return held.via.path + held.live.path.removeprefix(shared.path)


def _labels(target: Target) -> tuple[str, ...]:
    return (target.value,) if isinstance(target, Name) else target.labels
