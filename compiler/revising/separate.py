"""と別に定める: what に同じ brought in stands here itself from now on, and can be amended on its own (25.5)."""

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

from haiten.compiler import diagnostics as d
from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.identity.lineage import Lineage
from haiten.compiler.late import frozen
from haiten.compiler.revising.renumber import as_target, is_backwards, moved_paths
from haiten.compiler.revising.working_tree import Held, LiveNode, Tree
from haiten.compiler.source import Span
from haiten.compiler.syntax.expressions import Expression, Target, names_in, rebuild
from haiten.compiler.syntax.revision import Separate, Stretch
from haiten.compiler.syntax.rulebook import Definition


def way_apart(tree: Tree, held: Held) -> str | None:
    """How to amend only one of two places, where a node stands at one of them by に同じ."""
    shared = tree.shared_by(held.via) if held.via is not None else None
    if held.via is None or shared is None:
        return None
    sentence = f"「{held.via.path} を {shared.path} と別に定める。」"
    return f"「に同じ」で置かれた項目です。もとの項目を改めるか、ここだけ改めるなら、先に{sentence}とします。"


def _problem(tree: Tree, live: LiveNode, other: LiveNode, span: Span) -> Diagnostic | None:
    """Why a node is not the same as another, so that nothing can be separated; None where it is."""
    shared = tree.shared_by(live)
    if shared is None:
        hint = "「と別に定める」は、「に同じ」で置かれた項目に書きます。"
        return d.MissingPart(span, live.path, "「に同じ」", hint, live.heading.span)
    if shared is not other:
        same = live.heading.same_as
        return d.StalePart(span, live.path, "に同じ", other.path, shared.path, same.span if same else None)
    return None


@frozen
class Separator:
    """Copies what に同じ brings in.

    Attributes:
        lineages: the pasts of the nodes of the base by path, of those that に同じ brings in too.
        find: the node that an amendment is about; tells where there is none.
    """

    tree: Tree
    lineages: Mapping[str, Lineage]
    find: Callable[[Target], LiveNode | None]
    diagnostics: list[Diagnostic]

    def apply(self, action: Separate) -> list[LiveNode]:
        """Separate all that an amendment names, and give the copies back; what does not fit is told."""
        pairs: list[tuple[LiveNode, LiveNode]] = []
        for one, other in action.pairs:
            found = self._pairs(one, other)
            if found is None:
                return []
            if any(live is earlier for live, _ in found for earlier, _ in pairs):
                self.diagnostics.append(d.NamedTwice(one.span, found[0][0].path))
                return []
            pairs += found
        for live, shared in pairs:
            self.separate(live, shared)
        return [live for live, _ in pairs]

    def _pairs(self, one: Stretch, other: Stretch) -> list[tuple[LiveNode, LiveNode]] | None:
        """Each node of a stretch with the one that it is the same as; None, and a diagnostic, where one is not."""
        for stretch in (one, other):
            if is_backwards(stretch):
                self.diagnostics.append(d.EmptySpan(stretch.span, stretch.span.text))
                return None
        paths, others = moved_paths(self.tree, one, other)
        if len(paths) != len(others):
            self.diagnostics.append(d.UnequalStretches(one.span, len(paths), len(others)))
            return None
        pairs: list[tuple[LiveNode, LiveNode]] = []
        for path, beside in zip(paths, others, strict=True):
            live, shared = self.find(as_target(path, one.span)), self.find(as_target(beside, other.span))
            if live is None or shared is None:
                return None
            if (problem := _problem(self.tree, live, shared, one.span)) is not None:
                self.diagnostics.append(problem)
                return None
            pairs.append((live, shared))
        return pairs

    def separate(self, live: LiveNode, shared: LiveNode) -> None:
        """Let a node have the content of the one that it is the same as.

        What the content says of itself, the copy says of itself; what was said of this place is said of the copy.
        """
        copies = {id(shared): live}
        own = live.heading
        outer = self._outer_names(shared)
        heading = evolve(shared.heading, label=own.label, special=own.special, origin=own.origin, span=own.span)
        heading = evolve(heading, comments=own.comments, touches=own.touches)
        del self.tree.held[id(own.same_as)]
        live.node = evolve(shared.node, heading=heading, carry=None)
        live.children = [self._copied(child, live, copies, (shared, live)) for child in shared.children]
        self._read_itself(live, shared, copies)
        added = tuple(evolve(definition, value=self._copy_of(definition.value, copies)) for definition in outer)
        live.node = evolve(live.node, definitions=(*added, *live.node.definitions))
        self._redirect(live, copies)

    def _copied(
        self, node: LiveNode, parent: LiveNode, copies: dict[int, LiveNode], heads: tuple[LiveNode, LiveNode]
    ) -> LiveNode:
        made = LiveNode(evolve(node.node, carry=None), parent, base=self._past(node, *heads))
        copies[id(node)] = made
        made.children = [self._copied(child, made, copies, heads) for child in node.children]
        return made

    def _past(self, node: LiveNode, shared: LiveNode, live: LiveNode) -> Lineage | None:
        """Where a copied node stood: at the place where に同じ put it in the base; None for one that is new."""
        if node.base is None or shared.base is None or live.base is None:
            return None
        if not node.base.path.startswith(f"{shared.base.path}."):
            return None
        return self.lineages.get(live.base.path + node.base.path.removeprefix(shared.base.path))

    def _read_itself(self, made: LiveNode, node: LiveNode, copies: dict[int, LiveNode]) -> None:
        """Give the copy of a node and all below expressions of their own, which hold the copies."""
        requirement, same_as = made.node.requirement, made.heading.same_as
        made.node = evolve(
            made.node,
            definitions=tuple(evolve(x, value=self._copy_of(x.value, copies)) for x in made.node.definitions),
            requirement=requirement and evolve(requirement, condition=self._copy_of(requirement.condition, copies)),
        )
        if same_as is not None:
            made.put_heading(evolve(made.heading, same_as=self._copy_of(same_as, copies)))
        for child, below in zip(node.children, made.children, strict=True):
            self._read_itself(below, child, copies)

    def _copy_of(self, expression: Any, copies: dict[int, LiveNode]) -> Any:
        """The same expression once more, so that it holds nodes of its own."""
        made = copy(expression)
        if id(expression) in self.tree.held:
            held = self.tree.held[id(expression)][1]
            self.tree.held[id(made)] = (made, _turned(held, lambda one: _to_copy(one, copies)))
        return made

    def _redirect(self, live: LiveNode, copies: dict[int, LiveNode]) -> None:
        """What was held by way of に同じ is now held itself."""
        for key, (written, held) in list(self.tree.held.items()):
            turned = _turned(held, lambda one: _to_copy(one, copies) if one.via is live else one)
            if turned is not held:
                self.tree.held[key] = (written, turned)

    def _outer_names(self, shared: LiveNode) -> tuple[Definition, ...]:
        """Local names from above a node that its content uses, and that a place elsewhere does not know."""
        above: dict[str, Definition] = {}
        node = shared.parent
        while node is not None:
            above = {definition.name: definition for definition in node.node.definitions} | above
            node = node.parent
        pending: list[Expression] = []
        for below in shared.walk():
            pending += [definition.value for definition in below.node.definitions]
            pending += [below.node.requirement.condition] if below.node.requirement else []
        used: dict[str, Definition] = {}
        while pending:
            for name, _ in names_in(pending.pop()):
                if name in above and name not in used:
                    used[name] = above[name]
                    pending.append(above[name].value)
        return tuple(definition for name, definition in above.items() if name in used)


def _to_copy(held: Held, copies: Mapping[int, LiveNode]) -> Held:
    made = copies.get(id(held.live))
    if made is None:
        return held
    anchor = None if held.anchor is None else copies.get(id(held.anchor), held.anchor)
    return Held(made, None, anchor, held.written)


def _turned(held: Any, turn: Callable[[Held], Held]) -> Any:
    return rebuild(held, lambda part: turn(part) if isinstance(part, Held) else None)
