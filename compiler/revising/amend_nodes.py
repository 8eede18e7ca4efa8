"""Amendments of nodes with all below them: they are replaced, deleted, added, renumbered."""

from attrs import field

from haiten.compiler import diagnostics as d
from haiten.compiler.changing import changed, evolve
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.identity.lineage import Lineage
from haiten.compiler.identity.node_index import NodeIndex
from haiten.compiler.late import define
from haiten.compiler.printing.print_rulebook import print_target
from haiten.compiler.resolving.carried_answers import Carrier
from haiten.compiler.revising.causes import CauseFinder
from haiten.compiler.revising.places import Finder
from haiten.compiler.revising.renumber import as_target, bare_label, is_backwards, move_problem, moved_paths
from haiten.compiler.revising.working_tree import LiveNode, Tree
from haiten.compiler.source import Span
from haiten.compiler.syntax import rulebook as syntax
from haiten.compiler.syntax.expressions import Target
from haiten.compiler.syntax.labels import in_label_order
from haiten.compiler.syntax.revision import Amendment, Announced, Declared, Insert, Places, Renumber
from haiten.compiler.syntax.rulebook import Carry, Level, Touch


@define(eq=False)
class NodeAmender:
    """Changes which nodes there are, and where; what does not fit is reported and changes nothing.

    Attributes:
        year: of the revision.
        base_year: of what it amends.
        index: the nodes of the base.
        lineages: their pasts, by path.
        heirs: new clauses that say by 前身 what they were.
        moved: renumbered nodes, with old and new path and the amendment.
    """

    year: str
    base_year: str
    tree: Tree
    finder: Finder
    causes: CauseFinder
    diagnostics: list[Diagnostic]
    index: NodeIndex
    lineages: dict[str, Lineage]
    heirs: set[int] = field(factory=set)
    moved: list[tuple[LiveNode, str, str, Span]] = field(factory=list)

    # The tree

    def grow(self, node: syntax.NodeDecl, parent: LiveNode | None) -> LiveNode:
        """A live tree of a new node."""
        live = LiveNode(changed(node, children=()), parent)
        live.children = [self.grow(child, live) for child in node.children]
        return live

    def grow_again(self, node: syntax.NodeDecl, parent: LiveNode | None = None, above: str = "") -> LiveNode:
        """A live tree of a node of the base, which stood below the path ``above``, with a dot at its end."""
        heading = node.heading
        path = f"{above}{heading.label or ''}"
        bare = changed(node, children=(), heading=changed(heading, origin=None))
        live = LiveNode(bare, parent, base=self.lineages.get(path), touches=[*heading.touches])
        live.children = [self.grow_again(child, live, f"{path}.") for child in node.children]
        return live

    def note_references(self, live: LiveNode) -> None:
        """From now on hold what a node refers to."""
        for definition in live.node.definitions:
            self.tree.note(definition.value, live)
        if live.node.requirement:
            self.tree.note(live.node.requirement.condition, live)
        if live.heading.same_as:
            self.tree.note(live.heading.same_as, None)

    def touch(self, live: LiveNode, what: str, amendment: Amendment) -> None:
        """An amendment changed a node; ``what`` says of which kind the change is."""
        article = f"{amendment.article.name}　" if amendment.article else ""
        live.touches.append(Touch(self.year, article + what, amendment.reason, amendment.span))
        self.causes.blame(live, amendment.span)

    def replace(self, places: Places, by: tuple[object, ...], amendment: Amendment) -> None:
        """を次のように改める: a clause for each place, in their order."""
        lives = self.finder.all(places)
        if lives is None:
            return
        nodes = [node for node in by if isinstance(node, syntax.NodeDecl)]
        for live, new in zip(lives, nodes, strict=False):
            if not self._fits(new, live.heading.level, f"「{live.path}」の代わり", live):
                return
        if len(nodes) < len(lives):
            instead = f"「{lives[len(nodes)].label}」に代わる項目"
            self._say(d.NothingFollows(amendment.span, "次のように改める", instead))
            return
        if len(nodes) > len(lives):
            extra = nodes[len(lives)].heading
            where = f"「{lives[-1].path} の次に次のように加える。」の後"
            what = f"{len(lives) + 1}つ目の{extra.level.japanese}"
            self._say(d.Misplaced(extra.span, what, where))
            return
        for live, new in zip(lives, nodes, strict=True):
            if new.heading.label != live.label:
                label = new.heading.label or ""
                self._say(d.OtherLabel(new.heading.span, live.path, label, live.heading.span))
                return
        for live, new in zip(lives, nodes, strict=True):
            if new.heading.gone:
                self._remove(live, amendment.span)
                self.tree.siblings(live).remove(live)
                self._keep_label(live.parent, new.heading)
                continue
            self._put_in_place(live, new, amendment.span)
            self._settle(live, "全部の改正", amendment)

    def _keep_label(self, parent: LiveNode | None, heading: syntax.Heading) -> None:
        """From now on nothing stands at a label, and those behind it keep theirs."""
        assert parent is not None  # grants cannot be 削除
        others = tuple(other for other in parent.node.gone if other.label != heading.label)
        parent.node = evolve(parent.node, gone=(*others, heading))

    def _put_in_place(self, live: LiveNode, new: syntax.NodeDecl, span: Span) -> None:
        """Give a node new content; nodes below keep their identity by their labels."""
        self.causes.unuse(live.node, new, span)
        live.node = evolve(new, children=())
        old = {child.label: child for child in live.children}
        children = []
        for node in new.children:
            kept = old.pop(node.heading.label or "", None) if node.heading.origin is None else None
            if kept is None:
                kept = self.grow(node, live)
            else:
                self._put_in_place(kept, node, span)
            children.append(kept)
        for child in old.values():
            self._remove(child, span)
        live.children = children

    def _settle(self, live: LiveNode, what: str, amendment: Amendment) -> None:
        """Hold what new content refers to, and find whose heirs its nodes are."""
        for node in live.walk():
            self.note_references(node)
            self._inherit(node)
            self.touch(node, what, amendment)
        self.carry(live, amendment)

    def _inherit(self, live: LiveNode) -> None:
        """前身 of a new node: it is the heir of a node of the base, which must be gone by the end."""
        origin, parent = live.heading.origin, live.parent
        year = self.base_year
        if origin is not None and origin.new:
            live.base = None
        if origin is not None and origin.moves:
            self.heirs.add(id(live))
        elif origin is None and parent is not None and id(parent) in self.heirs and parent.base is not None:
            # What is said of a node holds for those below it (language.md, Identity).
            live.base = self.lineages.get(f"{parent.base.path}.{live.label}")
            self.heirs.add(id(live))
        for moved, path in origin.moves if origin else ():
            if moved != year:
                continue
            ancestor = self.index.places.get(print_target(path))
            if ancestor is None:
                reason = f"{year}にありません"
                self._say(d.TwoHeirs(path.span, print_target(path), reason))
            else:
                live.base = self.lineages[ancestor.path]

    def delete(self, places: Places, amendment: Amendment) -> None:
        """を削る."""
        for live in self.finder.all(places) or ():
            self._remove(live, amendment.span)
            self.tree.siblings(live).remove(live)

    def _remove(self, live: LiveNode, span: Span) -> None:
        for node in live.walk():
            self.causes.vacated[node.path] = span
            self.tree.removed[node.path] = node
            self.causes.unuse(node.node, (), span)
        live.removed = span
        self.causes.blame(live.parent, span)

    def insert(self, action: Insert, amendment: Amendment) -> None:
        """の次に、の前に、に次のように加える."""
        assert not isinstance(action.anchor, Declared)
        anchor = self.finder.one(action.anchor)
        if anchor is None:
            return
        inside = action.where == "中"
        parent = anchor if inside else anchor.parent
        level = Level(anchor.heading.level + 1) if inside and anchor.heading.level < Level.SUBITEM else None
        level = anchor.heading.level if not inside else level
        nodes = [node for node in action.new if isinstance(node, syntax.NodeDecl)]
        if not nodes:
            self._say(d.NothingFollows(amendment.span, "次のように加える", "加える項目"))
            return
        if level is None:
            self._say(d.Misplaced(nodes[0].heading.span, nodes[0].heading.level.japanese, "細項目より上の階層"))
            return
        if action.count is not None and (wrong := _miscounted(action.count, nodes)) is not None:
            self._say(wrong)
            return
        among = parent.children if parent else self.tree.roots
        where = f"「{anchor.path}」の{action.where}"
        taken = {child.label: child for child in among}
        for node in nodes:
            if not self._fits(node, level, where, anchor):
                return
            if clash := taken.get(node.heading.label or ""):
                if self.finder.is_doubtful(clash.path):
                    return
                self._say(d.LabelTaken(node.heading.span, clash.path, clash.heading.span))
                return
        at = len(among) if inside else among.index(anchor) + (action.where == "次")
        for node in nodes:
            if node.heading.gone:
                self._keep_label(parent, node.heading)
        grown = [self.grow(node, parent) for node in nodes if not node.heading.gone]
        among[at:at] = grown
        for live in grown:
            self._settle(live, "追加", evolve(amendment, carry=None))
        if amendment.carry is not None:
            leaf = grown[0] if len(grown) == 1 else None
            if leaf is None:
                self._say(
                    d.BadCarry(amendment.carry.span, "加える項目が2つ以上あるので、どれに引き継ぐのか決まりません")
                )
            else:
                self.carry(leaf, amendment)

    def _fits(self, node: syntax.NodeDecl, level: Level, where: str, other: LiveNode) -> bool:
        found = node.heading.level
        if found is not level:
            span = node.heading.span
            self._say(d.WrongLevel(span, where, level.japanese, found.japanese, other.heading.span))
        return found is level

    # Renumbering

    def renumber(self, action: Renumber, amendment: Amendment) -> None:
        """とする: all moves at once."""
        moves: list[tuple[LiveNode, Target]] = []
        for old, new in action.moves:
            if (problem := bare_label(old, new)) is not None:
                self._say(problem)
                return
            for stretch in (old, new):
                if is_backwards(stretch):
                    self._say(d.EmptySpan(stretch.span, stretch.span.text))
                    return
            sources, targets = moved_paths(self.tree, old, new)
            if len(sources) != len(targets):
                self._say(d.UnequalStretches(old.span, len(sources), len(targets)))
                return
            for source, target in zip(sources, targets, strict=True):
                live = self.finder.one(as_target(source, old.span))
                if live is None:
                    return
                if any(live is other for other, _ in moves):
                    self._say(d.NamedTwice(old.span, live.path))
                    return
                moves.append((live, as_target(target, new.span)))
        parents: list[LiveNode | None] = []
        moving = {id(live) for live, _ in moves}
        destinations: dict[str, LiveNode] = {}
        for live, destination in moves:
            problem, parent = move_problem(self.tree, live, destination, moving, destinations)
            if problem is not None:
                self._say(problem)
                return
            parents.append(parent)
            destinations[print_target(destination)] = live
        before = [(node, node.path) for live, _ in moves for node in live.walk()]
        for (live, destination), parent in zip(moves, parents, strict=True):
            if live.parent is not parent:
                self.causes.blame(live.parent, amendment.span)
                self.tree.siblings(live).remove(live)
                live.parent = parent
                self.tree.siblings(live).append(live)
            live.put_heading(evolve(live.heading, label=print_target(destination).rpartition(".")[2]))
        for live, _ in moves:
            siblings = self.tree.siblings(live)
            siblings[:] = in_label_order(live.heading.level, siblings, lambda sibling: sibling.label)
        heads = {id(live) for live, _ in moves}
        for node, path in before:
            self.causes.vacated[path] = amendment.span
            if id(node) in heads and path != node.path:
                self.moved.append((node, path, node.path, amendment.span))
                self.touch(node, f"{path} から", amendment)
        if all(path == node.path for node, path in before):
            self._say(d.NothingChanges(amendment.span))

    def carry(self, live: LiveNode, amendment: Amendment) -> None:
        """Give a leaf the 引継ぎ of its amendment, and hold all 引継ぎ there and below against the base."""
        if amendment.carry is not None:
            live.node = evolve(live.node, carry=amendment.carry)
        for node in live.walk():
            carry = node.node.carry
            if carry is not None:
                node.node = evolve(node.node, carry=self._checked_carry(node, carry))

    def _checked_carry(self, live: LiveNode, carry: Carry) -> Carry | None:
        if live.children:
            self._say(d.BadCarry(carry.span, f"「{live.path}」は、点の付く最も小さな項目ではありません"))
            return None
        # A new node is read from where the node above stood.
        known: LiveNode | None = live
        while known is not None and known.base is None:
            known = known.parent
        place = self.index.places.get(known.base.path) if known is not None and known.base else None
        carrier = Carrier(self.index, self.base_year, self.diagnostics)
        condition = carrier.from_the_top(carry.condition, place)
        return None if condition is None else evolve(carry, condition=condition)

    def _say(self, diagnostic: Diagnostic) -> None:
        self.diagnostics.append(diagnostic)


def _miscounted(count: Announced, nodes: list[syntax.NodeDecl]) -> Diagnostic | None:
    """What is wrong with a count of what is added."""
    words = ["別枠" if node.heading.special else node.heading.level.japanese for node in nodes]
    said = "別枠" if count.word == "別枠" else count.level.japanese
    if len(nodes) == count.number and set(words) == {said}:
        return None
    found = "と".join(f"{words.count(word)}つの{word}" for word in dict.fromkeys(words))
    return d.CountMismatch(count.span, f"{count.number}つの{said}", found, nodes[-1].heading.span)
