"""Base + 改正 → the consolidated rulebook (溶け込み), as syntax (language.md, A revision).

Amendments apply in their order. One that does not fit the text as it then stands is an H6 diagnostic and changes
nothing; what later amendments say of the same places is then not held against them.
"""

from typing import assert_never

from attrs import define, evolve, field, frozen

from haiten.compiler import diagnostics as d
from haiten.compiler.diagnostics import Diagnostic, has_errors
from haiten.compiler.identity.lineage import Lineage
from haiten.compiler.identity.node_index import NodeIndex
from haiten.compiler.printing.print_rulebook import print_target
from haiten.compiler.resolving.carried_answers import Carrier
from haiten.compiler.revising.amend_declarations import Declarations
from haiten.compiler.revising.amend_parts import PartChanger
from haiten.compiler.revising.causes import CauseFinder, Causes
from haiten.compiler.revising.freeze import freeze
from haiten.compiler.revising.hand_over import KnownCitations, not_cited, recite, seen_from_the_next_year
from haiten.compiler.revising.rename import Renamer, Renames
from haiten.compiler.revising.renumber import as_target, is_backwards, move_problem, moved_paths, stretch_paths
from haiten.compiler.revising.separate import Separator, way_apart
from haiten.compiler.revising.working_tree import Held, LiveNode, Tree
from haiten.compiler.source import Span
from haiten.compiler.suggest import nearest
from haiten.compiler.syntax import rulebook as syntax
from haiten.compiler.syntax.expressions import PathRef, Target
from haiten.compiler.syntax.labels import in_label_order
from haiten.compiler.syntax.revision import (
    Amendment,
    Declare,
    Declared,
    Delete,
    Insert,
    PartChange,
    Recite,
    Rename,
    Renumber,
    Replace,
    Revision,
    Reword,
    Separate,
)
from haiten.compiler.syntax.rulebook import Carry, Level, RulebookFile, Touch
from haiten.compiler.syntax.years import western_year


@frozen
class Revised:
    """What a revision makes of its base; ``rulebook`` is None where an amendment does not fit.

    ``causes`` tells which amendment to name for a mistake of the amended whole.
    """

    rulebook: RulebookFile | None
    diagnostics: tuple[Diagnostic, ...]
    causes: Causes | None = None


def revise(base: RulebookFile, revision: Revision) -> Revised:
    """Apply a revision to its base."""
    line = revision.base
    wanted, found = f"{line.year} {line.scope}", f"{base.header.year} {base.header.scope}"
    if wanted != found:
        return Revised(None, (d.WrongBase(line.span, wanted, found, base.header.span),))
    if (wrong := wrong_line(revision)) is not None:
        return Revised(None, (wrong,))
    return _Reviser(base, revision).run()


def wrong_line(revision: Revision) -> Diagnostic | None:
    """What is wrong with a revision that amends no earlier rulebook of its own scope."""
    header, line = revision.header, revision.base
    if western_year(line.year) < western_year(header.year) and line.scope == header.scope:
        return None
    return d.NotLater(line.span, f"{header.year} {header.scope}", f"{line.year} {line.scope}")


@define(eq=False)
class _Reviser:
    base: RulebookFile
    revision: Revision
    tree: Tree = field(factory=Tree)
    diagnostics: list[Diagnostic] = field(factory=list)
    index: NodeIndex = field(init=False)
    lineages: dict[str, Lineage] = field(init=False)
    heirs: set[int] = field(factory=set)  # new clauses that say by 前身 what they were
    declarations: Declarations = field(init=False)
    # Paths of which an amendment failed: whatever is said of them later may be right.
    doubtful: set[str] = field(factory=set)
    doubtful_parts: set[tuple[int, str]] = field(factory=set)
    causes: CauseFinder = field(init=False)
    cited: KnownCitations = field(factory=KnownCitations)
    moved: list[tuple[LiveNode, str, str, Span]] = field(factory=list)  # node, old and new path
    renames: Renames = field(init=False)

    def run(self) -> Revised:
        carried, self.index, self.lineages = seen_from_the_next_year(self.base)
        self.declarations = Declarations.of(carried, self.diagnostics)
        self.renames = Renames(self.base, self.index)
        self.tree.roots = [self._grow(grant, None, self.lineages) for grant in carried.grants]
        for live in self.tree.walk():
            self._note_references(live)
        for decl in carried.classes:
            self.tree.note(decl.value, None)
        self.causes = CauseFinder(self.tree)
        self.causes.begin()
        if not self.revision.amendments:
            self.diagnostics.append(d.EmptyRevision(self.revision.base.span))
        for amendment in self.revision.amendments:
            self._apply(amendment)
            self.causes.applied(amendment.span)
        rulebook, found = freeze(self.tree, self.declarations, carried, self.revision, self.moved, self.renames)
        self.diagnostics += [*filter(None, [self.declarations.old_title(self.base, self.revision)]), *found]
        made = None if has_errors(self.diagnostics) else rulebook
        return Revised(made, tuple(self.diagnostics), self.causes.found(self.revision))

    # The tree

    def _grow(self, node: syntax.NodeDecl, parent: LiveNode | None, lineages: dict[str, Lineage] | None) -> LiveNode:
        """A live tree of a node of the base, or of a new one where ``lineages`` is None."""
        origin = node.heading.origin if lineages is None else None
        plain = evolve(node, children=(), heading=evolve(node.heading, origin=origin))
        live = LiveNode(plain, parent)
        if lineages is not None:
            live.base = lineages.get(live.path)
            live.touches = list(node.heading.touches)
        live.children = [self._grow(child, live, lineages) for child in node.children]
        return live

    def _note_references(self, live: LiveNode) -> None:
        for definition in live.node.definitions:
            self.tree.note(definition.value, live)
        if live.node.requirement:
            self.tree.note(live.node.requirement.condition, live)
        if live.heading.same_as:
            self.tree.note(live.heading.same_as, None)

    # Amendments

    def _apply(self, amendment: Amendment) -> None:
        before = len(self.diagnostics)
        match amendment.action:
            case Declare() | Replace(target=Declared()) | Delete(target=Declared()) | Insert(anchor=Declared()):
                before_it = tuple(self.declarations.of_kind["区分"])
                self.declarations.amend(amendment, self.tree)
                self.causes.unuse(before_it, tuple(self.declarations.of_kind["区分"]), amendment.span)
            case Replace() as action:
                self._replace(action, amendment)
            case Delete() as action:
                self._delete(action, amendment)
            case Insert() as action:
                self._insert(action, amendment)
            case Renumber() as action:
                self._renumber(action, amendment)
            case Separate() as action:
                for copied in Separator(self.tree, self.lineages, self._target, self.diagnostics).apply(action):
                    self._touch(copied, "に同じの終わり", amendment)
            case Rename() as action:
                renamer = Renamer(self.tree, self.declarations, self.renames, self._target, self.diagnostics)
                for touched in renamer.rename(action, amendment.span):
                    self._touch(touched, "名前の変更", amendment)
            case Recite() as action:
                self._recite(action, amendment)
            case PartChange() | Reword() as action:
                live = self._target(action.target)
                if live is not None:
                    changer = PartChanger(self.tree, live, self.diagnostics, amendment.span, self.doubtful_parts)
                    stood = (live.node.requirement, live.node.definitions)
                    what = changer.change(action)
                    self.causes.unuse(stood, (live.node.requirement, live.node.definitions), amendment.span)
                    if what:
                        self._touch(live, what, amendment)
                        self._carry(live, amendment)
            case _:
                assert_never(amendment.action)
        if has_errors(self.diagnostics[before:]):
            self._doubt(amendment)

    def _target(self, target: Target) -> LiveNode | None:
        """The node that an amendment is about; None, and a diagnostic, where there is none."""
        live = self.tree.find(target)
        path = print_target(target)
        if live is None and not self._is_doubtful(path):
            known = [node.path for node in self.tree.walk()]
            left = next((span for old, span in reversed(self.causes.vacated.items()) if _within(path, old)), None)
            # What に同じ brings in is amended where it is written.
            elsewhere = self.tree.hold(target, None)
            written = elsewhere.live.path if isinstance(elsewhere, Held) else None
            suggestion = None if left else written or nearest(path, known)
            missing = d.MissingTarget(target.span, path, left, suggestion)
            hint = way_apart(self.tree, elsewhere) if isinstance(elsewhere, Held) and not left else None
            self.diagnostics.append(evolve(missing, hint=hint) if hint else missing)
        if live is None:
            self.doubtful.add(path)
        return live

    def _is_doubtful(self, path: str) -> bool:
        return any(_within(path, doubtful) for doubtful in self.doubtful)

    def _doubt(self, amendment: Amendment) -> None:
        match amendment.action:
            case Renumber(moves=moves):
                stretches = (stretch for pair in moves for stretch in pair)
                self.doubtful.update(path for stretch in stretches for path in stretch_paths(self.tree, stretch))
            case Insert(anchor=(PathRef()) as anchor, new=new):
                parent = print_target(anchor).rpartition(".")[0]
                labels = [node.heading.label for node in new if isinstance(node, syntax.NodeDecl)]
                self.doubtful |= {f"{parent}.{label}" for label in labels}
            case Replace(target=target) | Delete(target=target) if not isinstance(target, Declared):
                self.doubtful.add(print_target(target))
            case Separate(target=stretch):
                self.doubtful.update(stretch_paths(self.tree, stretch))
            case Replace() | Delete() | Insert() | Rename() | PartChange() | Reword() | Recite() | Declare():
                pass  # parts are doubted one by one, declarations by their names
            case _:
                assert_never(amendment.action)

    def _touch(self, live: LiveNode, what: str, amendment: Amendment) -> None:
        article = f"{amendment.article.name}　" if amendment.article else ""
        live.touches.append(Touch(self.revision.header.year, article + what, amendment.reason, amendment.span))
        self.causes.blame(live, amendment.span)

    def _replace(self, action: Replace, amendment: Amendment) -> None:
        live = self._target(action.target)  # type: ignore[arg-type] # declarations went elsewhere
        if live is None:
            return
        nodes = [node for node in action.by if isinstance(node, syntax.NodeDecl)]
        if not nodes:
            self._say(d.NothingFollows(amendment.span, "次のように改める", f"「{live.label}」に代わる項目"))
            return
        new, *rest = nodes
        if not self._fits(new, live.heading.level, f"「{live.path}」の代わり", live):
            return
        if rest:
            where = f"「{live.path} の次に次のように加える。」の後"
            self._say(d.Misplaced(rest[0].heading.span, f"2つ目の{rest[0].heading.level.japanese}", where))
            return
        if new.heading.label != live.label:
            label = new.heading.label or ""
            self._say(d.OtherLabel(new.heading.span, live.path, label, live.heading.span))
            return
        self._put_in_place(live, new, amendment.span)
        self._settle(live, "全部の改正", amendment)

    def _put_in_place(self, live: LiveNode, new: syntax.NodeDecl, span: Span) -> None:
        """Give a node new content; nodes below keep their identity by their labels."""
        self.causes.unuse(live.node, new, span)
        live.node = evolve(new, children=())
        old = {child.label: child for child in live.children}
        children = []
        for node in new.children:
            kept = old.pop(node.heading.label or "", None) if node.heading.origin is None else None
            if kept is None:
                kept = self._grow(node, live, None)
            else:
                self._put_in_place(kept, node, span)
            children.append(kept)
        for child in old.values():
            self._remove(child, span)
        live.children = children

    def _settle(self, live: LiveNode, what: str, amendment: Amendment) -> None:
        """Hold what new content refers to, and find whose heirs its nodes are."""
        for node in live.walk():
            self._note_references(node)
            self._inherit(node)
            self._touch(node, what, amendment)
        self._carry(live, amendment)

    def _inherit(self, live: LiveNode) -> None:
        """前身 of a new node: it is the heir of a node of the base, which must be gone by the end."""
        origin, parent = live.heading.origin, live.parent
        year = self.base.header.year
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

    def _delete(self, action: Delete, amendment: Amendment) -> None:
        live = self._target(action.target)  # type: ignore[arg-type] # declarations went elsewhere
        if live is not None:
            self._remove(live, amendment.span)
            self.tree.siblings(live).remove(live)

    def _remove(self, live: LiveNode, span: Span) -> None:
        for node in live.walk():
            self.causes.vacated[node.path] = span
            self.tree.removed[node.path] = node
            self.causes.unuse(node.node, (), span)
        live.removed = span
        self.causes.blame(live.parent, span)

    def _insert(self, action: Insert, amendment: Amendment) -> None:
        anchor = self._target(action.anchor)  # type: ignore[arg-type] # declarations went elsewhere
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
        among = parent.children if parent else self.tree.roots
        where = f"「{anchor.path}」の{action.where}"
        taken = {child.label: child for child in among}
        for node in nodes:
            if not self._fits(node, level, where, anchor):
                return
            if clash := taken.get(node.heading.label or ""):
                if self._is_doubtful(clash.path):
                    return
                self._say(d.LabelTaken(node.heading.span, clash.path, clash.heading.span))
                return
        at = len(among) if inside else among.index(anchor) + (action.where == "次")
        grown = [self._grow(node, parent, None) for node in nodes]
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
                self._carry(leaf, amendment)

    def _fits(self, node: syntax.NodeDecl, level: Level, where: str, other: LiveNode) -> bool:
        found = node.heading.level
        if found is not level:
            span = node.heading.span
            self._say(d.WrongLevel(span, where, level.japanese, found.japanese, other.heading.span))
        return found is level

    # Renumbering

    def _renumber(self, action: Renumber, amendment: Amendment) -> None:
        moves: list[tuple[LiveNode, Target]] = []
        for old, new in action.moves:
            for stretch in (old, new):
                if is_backwards(stretch):
                    self._say(d.EmptySpan(stretch.span, stretch.span.text))
                    return
            sources, targets = moved_paths(self.tree, old, new)
            if len(sources) != len(targets):
                self._say(d.UnequalStretches(old.span, len(sources), len(targets)))
                return
            for source, target in zip(sources, targets, strict=True):
                live = self._target(as_target(source, old.span))
                if live is None:
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
                self._touch(node, f"{path} から", amendment)
        if all(path == node.path for node, path in before):
            self._say(d.NothingChanges(amendment.span))

    # Citations, 引継ぎ, title

    def _recite(self, action: Recite, amendment: Amendment) -> None:
        live = self._target(action.target) if action.target is not None else None
        if action.target is not None and live is None:
            return
        if action.new == (action.old,):
            self._say(d.NothingChanges(amendment.span))
            return
        changed = 0
        for node in (live or self.tree).walk():
            if action.old in self.cited.of(node.node):
                node.node, times = recite(node.node, action.old, action.new)
                changed += times
        if live is None:
            changed += self.declarations.recite(action.old, action.new)
        if not changed:
            self._say(not_cited(action.old, live.path if live else "全体", self.base.header.year))

    def _carry(self, live: LiveNode, amendment: Amendment) -> None:
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
        carrier = Carrier(self.index, self.base.header.year, self.diagnostics)
        condition = carrier.from_the_top(carry.condition, place)
        return None if condition is None else evolve(carry, condition=condition)

    def _say(self, diagnostic: Diagnostic) -> None:
        self.diagnostics.append(diagnostic)


def _within(path: str, above: str) -> bool:
    return path == above or path.startswith(above + ".")
