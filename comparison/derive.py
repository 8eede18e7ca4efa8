"""Two rulebooks → the revision (改め文) that leads from one to the other: apply(base, derive(base, new)) == new.

What can be said of single parts is said so; where it cannot (another order, a 交付金 that becomes a 別枠), the clause
is replaced as a whole, or deleted and added with its 前身.
"""

from typing import Any

from attrs import evolve, field

from haiten.comparison.moves import in_order, in_ranges, number_of, stretch_of, target_of
from haiten.comparison.names import node_at, renamed, written_nodes
from haiten.comparison.parts import (
    NOWHERE,
    can_be_told,
    cited_pairs,
    declaration_change,
    declared_pairs,
    part_changes,
    word_edit,
)
from haiten.comparison.sentences import gather
from haiten.compiler.identity.lineage import trace_lineages
from haiten.compiler.identity.node_index import Place, index_nodes
from haiten.compiler.identity.normal_form import Normalizer, normal_form, spelled_like
from haiten.compiler.late import define
from haiten.compiler.revising.hand_over import Citations, Recitation, carry_over, map_citations
from haiten.compiler.revising.revise import revise
from haiten.compiler.syntax.bare import without_comments
from haiten.compiler.syntax.expressions import Expression, PathRef
from haiten.compiler.syntax.labels import in_label_order
from haiten.compiler.syntax.revision import (
    Action,
    Amendment,
    BaseLine,
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
from haiten.compiler.syntax.rulebook import (
    Citation,
    Declaration,
    Heading,
    NodeDecl,
    Origin,
    RulebookFile,
    SourceDecl,
    Text,
)

_Nodes = tuple[NodeDecl, ...]


def derive(base: RulebookFile, new: RulebookFile) -> Revision:
    """The revision that makes ``new`` of ``base``, a rulebook of an earlier year."""
    return _Deriver(carry_over(base), new, base).run()


Pair = tuple[Citations, Citations]


@define(eq=False)
class _Deriver:
    """Says first what moves, then what reads differently where it now stands.

    Keeps the base as handed on (and recited so far), and the old path of every node that is in both.
    """

    carried: RulebookFile
    new: RulebookFile
    base: RulebookFile
    amendments: list[Amendment] = field(factory=list)
    matched: dict[str, str] = field(factory=dict)
    # The base with what stood by に同じ written out where that ends.
    started: RulebookFile = field(init=False)
    old_nodes: dict[str, NodeDecl] = field(init=False)
    # Old paths of nodes that stay, whatever their label.
    staying: set[str] = field(factory=set)

    def __attrs_post_init__(self) -> None:
        self.started, self.old_nodes = self.base, written_nodes(self.base)

    def run(self) -> Revision:
        self._separate()
        self._match()
        self._settle_who_stays("", self.carried.grants, "", self.new.grants)
        self._rename()
        self._recite()
        self._declared("出典", self.carried.sources, self.new.sources)
        # What is the same as a node that goes cannot stay either.
        self.staying -= {
            path
            for path, node in self.old_nodes.items()
            if node.heading.same_as and ".".join(node.heading.same_as.labels) not in self.staying
        }
        self._cut_ties()
        self._move("", "", self.carried.grants, self.new.grants)
        self._add_new("", self.new.grants)
        stage = revise(self.base, self._revision()).rulebook
        if stage is not None:
            # How an expression is spelled needs no amendment.
            stage = spelled_like(stage, self.new)
            for before, after in zip(stage.grants, self.new.grants, strict=False):
                self._reword(after.heading.label or "", before, after)
            # Only now does nothing use any more what is taken away.
            self._declared("区分", stage.classes, self.new.classes)
            self._declared("定数", stage.constants, self.new.constants)
            self._declared("事実", stage.facts, self.new.facts)
            revision = self._revision()
            for said in (evolve(revision, amendments=gather(revision.amendments)), revision):
                made = revise(self.base, said).rulebook
                if made is not None and normal_form(made) == normal_form(self.new):
                    return said
        return self._bluntly()

    def _revision(self) -> Revision:
        header, old = without_comments(self.new.header), self.base.header
        line = BaseLine(old.year, old.scope, NOWHERE)
        same = self.new.title == self.base.title
        title = (self.new.title and not same and without_comments(self.new.title)) or None
        no_title = Amendment(Delete(Declared("題名", "", NOWHERE)), NOWHERE)
        dropped = (no_title,) if self.new.title is None and self.base.title is not None else ()
        return Revision(header, line, title, (*self.amendments, *dropped))

    def _say(self, action: Action) -> None:
        self.amendments.append(Amendment(action, NOWHERE))

    # What stood by に同じ and stands itself now

    def _separate(self) -> None:
        """What is no longer the same as another node is first copied from it; then what differs is said."""
        lineages = trace_lineages(index_nodes(self.new), self.new.header.year)
        pairs: list[tuple[str, PathRef]] = []
        for path, node in written_nodes(self.new).items():
            was = lineages[path].path_in(self.base.header.year)
            before = self.old_nodes.get(was or "")
            if was and before is not None and before.heading.same_as and not node.heading.same_as:
                pairs.append((was, before.heading.same_as))
        actions = [Separate(((stretch_of(was), stretch_of(".".join(same.labels))),)) for was, same in pairs]
        made = revise(self.base, evolve(self._revision(), amendments=tuple(Amendment(a, NOWHERE) for a in actions)))
        if actions and made.rulebook is not None:
            for action in actions:
                self._say(action)
            self.started = made.rulebook
            self.old_nodes = written_nodes(made.rulebook)
            self.carried = evolve(self.carried, grants=made.rulebook.grants)

    # Who is who

    def _match(self) -> None:
        year = self.base.header.year
        old, lineages = self.old_nodes, trace_lineages(index_nodes(self.new), self.new.header.year)
        taken: set[str] = set()
        for path, node in written_nodes(self.new).items():
            was = lineages[path].path_in(year)
            if was in old and was not in taken and old[was].heading.level is node.heading.level:
                assert was is not None
                self.matched[path] = was
                taken.add(was)

    def _settle_who_stays(
        self, old_above: str, before: tuple[NodeDecl, ...], above: str, after: tuple[NodeDecl, ...]
    ) -> None:
        old = {_join(old_above, node.heading.label): node for node in before}
        new = {_join(above, node.heading.label): node for node in after}
        kept = {path: self.matched[path] for path in new if self.matched.get(path) in old}
        kept = {path: was for path, was in kept.items() if self._same_as_before(old[was], new[path])}
        for path in self._in_new_order(kept, list(old), new):
            self.staying.add(kept[path])
            self._settle_who_stays(kept[path], old[kept[path]].children, path, new[path].children)

    def _same_as_before(self, old: NodeDecl, new: NodeDecl) -> bool:
        """Whether two nodes bring in the same node by に同じ, or neither does."""
        before, after = old.heading.same_as, new.heading.same_as
        if before is None or after is None:
            return before is after
        return self.matched.get(".".join(after.labels)) == ".".join(before.labels)

    def _in_new_order(self, kept: dict[str, str], old: list[str], new: dict[str, NodeDecl]) -> list[str]:
        """Those that can stay: after renumbering they stand by their labels, names as they stood."""
        paths = [path for path in new if path in kept]
        standing = sorted(paths, key=lambda path: old.index(kept[path]))
        if any(_label(path) != _label(kept[path]) for path in paths):
            standing = in_label_order(new[paths[0]].heading.level, standing, _label)
        return in_order(standing, paths)

    # Declarations

    def _rename(self) -> None:
        """Names that change, all at once and before all else: what uses them then reads alike in both."""
        names = renamed(
            self.started,
            self.base.header.year,
            self.new,
            {was: path for path, was in self.matched.items() if was in self.staying},
        )
        # The name of a 定数 changes in a sentence of its own.
        alone = [(name,) for name in names if isinstance(name.old, Declared) and name.old.kind == "定数"]
        together = tuple(name for name in names if (name,) not in alone)
        renames = tuple(Amendment(Rename(each), NOWHERE) for each in (together, *alone) if each)
        made = revise(self.base, evolve(self._revision(), amendments=(*self.amendments, *renames))).rulebook
        if renames and made is not None:
            self.amendments += renames
            self.carried = evolve(self.carried, facts=made.facts, classes=made.classes, grants=made.grants)

    def _declared(self, kind: str, before: tuple[Any, ...], after: tuple[Any, ...]) -> None:
        was, now = ({_name(decl): decl for decl in decls} for decls in (before, after))
        # What is out of order is taken out and put in again where it belongs.
        ordered = in_order([name for name in was if name in now], list(now))
        for name in was:
            if name not in ordered and not (kind == "出典" and was[name].year):
                self._say(Delete(Declared(kind, name, NOWHERE)))
        for name in ordered:
            if was[name] != now[name]:
                self._say(declaration_change(was[name], now[name]))
        previous: str | None = None
        standing = list(ordered)
        for name in now:
            if name not in ordered:
                self._add(kind, now[name], previous, standing)
            previous = name

    def _add(self, kind: str, decl: Any, previous: str | None, standing: list[str]) -> None:
        at = standing.index(previous) + 1 if previous is not None else 0
        # A 出典 of the year stands before those of older years by itself.
        own = standing if kind != "出典" or decl.year else [other for other in standing if " " not in other]
        last = self.amendments[-1].action if self.amendments else None
        # Behind an addition of its kind a declaration would be read as part of it.
        open_ended = isinstance(last, Insert) and isinstance(last.anchor, Declared) and last.anchor.kind == kind
        if at == len(own) and not open_ended:
            self._say(Declare(without_comments(decl)))
        elif previous is None:
            self._say(Insert(Declared(kind, standing[0], NOWHERE), "前", (without_comments(decl),)))
        else:
            self._say(Insert(Declared(kind, previous, NOWHERE), "次", (without_comments(decl),)))
        standing.insert(at, _name(decl))

    # Citations

    def _recite(self) -> None:
        """Citations that change alike wherever they stand are changed by one amendment each, as far up as can be."""
        heirs = {was: path for path, was in self.matched.items()}
        new = written_nodes(self.new)
        old = written_nodes(self.carried)
        turns = {path: list(cited_pairs(node, new.get(heirs.get(path, "")))) for path, node in old.items()}
        turns[""] = declared_pairs(self.carried.facts, self.new.facts)
        turns[""] += declared_pairs(self.carried.constants, self.new.constants)
        self._recite_below("", self.carried.grants, turns, frozenset())

    def _recite_below(
        self, path: str, children: tuple[NodeDecl, ...], turns: dict[str, list[Pair]], done: frozenset[Citation]
    ) -> None:
        below = [
            pair
            for other, pairs in turns.items()
            if not path or other == path or other.startswith(path + ".")
            for pair in pairs
        ]
        results: dict[Citation, list[Citations]] = {}
        for mine, theirs in below:
            for cited in mine:
                results.setdefault(cited, []).append(theirs if len(mine) == 1 else (cited,))
        for cited, found in results.items():
            alike = len(set(found)) == 1 and found[0] != (cited,) and found[0]
            if cited not in done and alike and (len(found) > 1 or not path):
                done |= {cited}
                self._say(Recite(target_of(path) if path else None, cited, found[0]))
                self.carried = _recited(self.carried, path, cited, found[0])
        if set(results) - done:
            for child in children:
                self._recite_below(_join(path, child.heading.label), child.children, turns, done)

    # What moves

    def _cut_ties(self) -> None:
        """What refers to a node that goes is taken away first; what takes its place comes when all stand."""
        index = index_nodes(self.started)
        references = Normalizer(index)

        def loses_a_node(expression: Expression, place: Place | None) -> bool:
            return any(found.same_as not in self.staying for found in references.referred(expression, place))

        for path in self.old_nodes:
            if path not in self.staying:
                continue
            node = node_at(self.carried, path)
            for definition in node.definitions:
                if loses_a_node(definition.value, index.places[path]):
                    self._say(PartChange(target_of(path), without_comments(definition), None))
            if node.requirement and loses_a_node(node.requirement.condition, index.places[path]):
                self._say(PartChange(target_of(path), without_comments(node.requirement), None))
        for decl in self.carried.classes:
            if loses_a_node(decl.value, None):
                self._say(Delete(Declared("区分", decl.name, NOWHERE)))

    def _move(self, old_above: str, above: str, before: _Nodes, after: _Nodes, gone: tuple[Heading, ...] = ()) -> None:
        """Delete and renumber the children of what now stands at ``above``; of the ``gone`` (削除) the label stays."""
        left = {_join(old_above, heading.label): NodeDecl(without_comments(heading)) for heading in gone}
        old = {_join(old_above, node.heading.label): node for node in before}
        kept = {_join(above, node.heading.label): node for node in after}
        kept = {path: node for path, node in kept.items() if self._stays(path) and self.matched[path] in old}
        staying = {self.matched[path] for path in kept}
        for was in old:
            if was not in staying:
                target = target_of(_join(above, _label(was)))
                self._say(Replace(target, (left[was],)) if was in left else Delete(target))
        moves = [(stretch_of(_join(above, _label(self.matched[path]))), stretch_of(path)) for path in kept]
        moves.sort(key=lambda move: number_of(move[0]))
        if renumbered := in_ranges(moves):
            self._say(Renumber(renumbered))
        for path, node in kept.items():
            was = self.matched[path]
            self._move(was, path, old[was].children, node.children, node.gone)

    def _stays(self, path: str) -> bool:
        return self.matched.get(path) in self.staying

    def _add_new(self, above: str, after: tuple[NodeDecl, ...]) -> None:
        """Add the new children of a node, and of all below."""
        paths = [_join(above, node.heading.label) for node in after]
        for number, (path, node) in enumerate(zip(paths, after, strict=True)):
            if self._stays(path):
                self._add_new(path, node.children)
                continue
            clause = self._clause(path, node)
            following = next((other for other in paths if self._stays(other)), None)
            if number:
                self._say(Insert(target_of(paths[number - 1]), "次", (clause,)))
            elif following is not None:
                self._say(Insert(target_of(following), "前", (clause,)))
            else:
                self._say(Insert(target_of(above), "中", (clause,)))

    def _clause(self, path: str, node: NodeDecl, *, below_heir: bool = False) -> NodeDecl:
        """A clause to add: without comments, with 前身 and 新設 where they do not go without saying."""
        was = self.matched.get(path)
        origin = None
        if was is not None:
            origin = Origin(((self.base.header.year, target_of(was)),), False, None, NOWHERE)
        elif below_heir:
            origin = Origin((), True, None, NOWHERE)
        children = tuple(
            self._clause(_join(path, child.heading.label), child, below_heir=was is not None) for child in node.children
        )
        bare = without_comments(evolve(node, children=()))
        return evolve(bare, heading=evolve(bare.heading, origin=origin, touches=()), children=children)

    # What reads differently

    def _reword(self, path: str, old: NodeDecl, new: NodeDecl) -> None:
        """Say what differs between a clause as the moves left it and as it should be, and in all below."""
        parts = list(part_changes(old, new))
        if not can_be_told(old, new) or (new.carry is not None and old.carry is None and not parts):
            self._say(Replace(target_of(path), (_bare_clause(new),)))
            return
        for before, after in parts:
            small = word_edit(before, after) if isinstance(before, Text) and isinstance(after, Text) else None
            if small is not None:
                edit, cited = small
                self._say(Reword(target_of(path), (edit,), cited))
            else:
                self._say(PartChange(target_of(path), without_comments(before), without_comments(after)))
        if new.carry is not None and old.carry is None:
            self.amendments[-1] = evolve(self.amendments[-1], carry=without_comments(new.carry))
        for before_child, after_child in zip(old.children, new.children, strict=False):
            self._reword(_join(path, after_child.heading.label), before_child, after_child)

    def _bluntly(self) -> Revision:
        """Everything anew: right whatever the two rulebooks are like."""
        self.amendments.clear()
        self.staying.clear()
        self.carried = carry_over(self.base)
        for kind, before, after in (
            ("区分", self.carried.classes, self.new.classes),
            ("定数", self.carried.constants, self.new.constants),
            ("事実", self.carried.facts, self.new.facts),
            ("出典", self.carried.sources, self.new.sources),
        ):
            for decl in before:
                self._say(Delete(Declared(kind, _name(decl), NOWHERE)))
            for decl in after:
                self._say(Declare(without_comments(decl)))
        first = self.carried.grants[0].heading.label or ""
        for node in self.carried.grants[1:]:
            self._say(Delete(target_of(node.heading.label or "")))
        self._say(Renumber(((stretch_of(first), stretch_of("改正前")),)))
        at = "改正前"
        for node in self.new.grants:
            self._say(Insert(target_of(at), "次", (self._clause(node.heading.label or "", node),)))
            at = node.heading.label or ""
        self._say(Delete(target_of("改正前")))
        return self._revision()


def _bare_clause(node: NodeDecl) -> NodeDecl:
    """A clause that takes the place of one whose nodes are all there: who is who goes without saying."""
    bare = without_comments(evolve(node, children=()))
    heading = evolve(bare.heading, origin=None, touches=())
    return evolve(bare, heading=heading, children=tuple(_bare_clause(child) for child in node.children))


def _recited(rulebook: RulebookFile, path: str, old: Citation, new: Citations) -> RulebookFile:
    """The rulebook with a citation changed at a path and below; everywhere where the path is empty."""
    recited = Recitation([Recite(None, old, new)]).changed

    def below(node: NodeDecl, above: str) -> NodeDecl:
        here = _join(above, node.heading.label)
        if here == path:
            changed: NodeDecl = map_citations(node, recited)
            return changed
        return evolve(node, children=tuple(below(child, here) for child in node.children))

    if path:
        return evolve(rulebook, grants=tuple(below(grant, "") for grant in rulebook.grants))
    facts, grants = (map_citations(part, recited) for part in (rulebook.facts, rulebook.grants))
    return evolve(rulebook, facts=facts, grants=grants)


def _join(above: str | None, label: str | None) -> str:
    return f"{above}.{label}" if above else label or ""


def _label(path: str) -> str:
    return path.rpartition(".")[2]


def _name(decl: Declaration) -> str:
    return decl.full_name if isinstance(decl, SourceDecl) else decl.name
