"""Base + 改正 → the consolidated rulebook (溶け込み), as syntax (language.md, A revision).

Amendments apply in their order. One that does not fit the text as it then stands is an H6 diagnostic and changes
nothing; what later amendments say of the same places is then not held against them.
"""

from collections.abc import Callable
from copy import copy
from typing import assert_never

from attrs import field

from haiten.compiler import diagnostics as d
from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import Diagnostic, has_errors
from haiten.compiler.late import define, frozen
from haiten.compiler.revising.amend_declarations import Declarations
from haiten.compiler.revising.amend_nodes import NodeAmender
from haiten.compiler.revising.amend_parts import PartChanger
from haiten.compiler.revising.causes import CauseFinder, Causes
from haiten.compiler.revising.freeze import freeze
from haiten.compiler.revising.hand_over import (
    Recitation,
    map_citations,
    not_cited,
    seen_from_the_next_year,
)
from haiten.compiler.revising.places import Finder
from haiten.compiler.revising.rename import Renamer, Renames
from haiten.compiler.revising.renumber import as_target, stretch_paths
from haiten.compiler.revising.reword import Rewriter
from haiten.compiler.revising.separate import Separator
from haiten.compiler.revising.working_tree import LiveNode, Tree
from haiten.compiler.source import Span
from haiten.compiler.syntax.expressions import PathRef
from haiten.compiler.syntax.revision import (
    Amendment,
    Declare,
    Declared,
    Delete,
    Insert,
    Part,
    PartChange,
    Places,
    Recite,
    Rename,
    Renumber,
    Replace,
    Revalue,
    Revision,
    Reword,
    Separate,
    Single,
    actions_of,
    part_word,
)
from haiten.compiler.syntax.rulebook import Definition, Level, Requirement, RulebookFile, SourceDecl
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
    declarations: Declarations = field(init=False)
    doubtful_parts: set[tuple[int, str]] = field(factory=set)
    causes: CauseFinder = field(init=False)
    finder: Finder = field(init=False)
    nodes: NodeAmender = field(init=False)
    renames: Renames = field(init=False)

    def run(self) -> Revised:
        first = _recited_first(self.revision)
        seen = seen_from_the_next_year(self.base, [recite for recite, _ in first if recite.new != (recite.old,)])
        carried, index, lineages = seen.carried, seen.index, seen.lineages
        self.declarations = Declarations.of(carried, self.diagnostics)
        self.renames = Renames(self.base, index)
        self.causes = CauseFinder(self.tree)
        self.finder = Finder(self.tree, self.causes, self.diagnostics)
        years = (self.revision.header.year, self.base.header.year)
        self.nodes = NodeAmender(*years, self.tree, self.finder, self.causes, self.diagnostics, index, lineages)
        self.tree.roots = [self.nodes.grow_again(grant) for grant in carried.grants]
        for live in self.tree.walk():
            self.nodes.note_references(live)
        for decl in carried.classes:
            self.tree.note(decl.value, None)
        self.causes.begin()
        if not self.revision.amendments:
            self.diagnostics.append(d.EmptyRevision(self.revision.base.span))
        self._tell_uncited(first, seen.recitation)
        done = {id(recite) for recite, _ in first}
        for amendment in self.revision.amendments:
            if id(amendment.action) not in done:
                self._apply(amendment)
                self.causes.applied(amendment.span)
        moved = self.nodes.moved
        rulebook, found = freeze(self.tree, self.declarations, carried, self.revision, moved, self.renames)
        self.diagnostics += [*filter(None, [self.declarations.old_title(self.base, self.revision)]), *found]
        made = None if has_errors(self.diagnostics) else rulebook
        return Revised(made, tuple(self.diagnostics), self.causes.found(self.revision))

    # Amendments

    def _apply(self, amendment: Amendment) -> None:
        actions = actions_of(amendment.action)
        before = len(self.diagnostics)
        one = len(actions) == 1 and _at_one_place(actions[0])
        back = None if one and not _may_reach_below(actions[0]) else self._as_it_stands()
        if not one and amendment.carry is not None:
            reason = "この改正文は2つ以上の所を改めるので、どれに引き継ぐのか決まりません"
            self._say(d.BadCarry(amendment.carry.span, reason))
            amendment = evolve(amendment, carry=None)
        for action in actions:
            self._act(action, amendment)
            if has_errors(self.diagnostics[before:]):
                # All of a sentence or nothing.
                if back is not None:
                    back()
                    self._doubt_parts(actions)
                for doubted in actions:
                    self.finder.doubt(doubted)
                return

    def _as_it_stands(self) -> Callable[[], None]:
        """What undoes all that is done from now on."""
        undo = [part.as_it_stands() for part in (self.tree, self.declarations, self.causes)]
        heirs, moved, names = set(self.nodes.heirs), len(self.nodes.moved), dict(self.renames.was)

        def back() -> None:
            for each in undo:
                each()
            self.nodes.heirs = heirs
            del self.nodes.moved[moved:]
            self.renames.was = names

        return back

    def _doubt_parts(self, actions: tuple[Single, ...]) -> None:
        for action in actions:
            if not isinstance(action, PartChange | Reword) or not isinstance(action.target, Places):
                continue
            word = part_word(action.part) if isinstance(action, PartChange) else action.inside
            paths = [path for stretch in action.target.stretches for path in stretch_paths(self.tree, stretch)]
            found = filter(None, (self.tree.find(as_target(path, action.target.span)) for path in paths))
            self.doubtful_parts.update((id(live), word) for live in found)

    def _act(self, action: Single, amendment: Amendment) -> None:
        match action:
            case (
                Declare()
                | Revalue()
                | Replace(target=Declared())
                | Delete(target=Declared())
                | Insert(anchor=Declared())
            ):
                before_it = tuple(self.declarations.of_kind["区分"])
                self.declarations.amend(action, amendment, self.tree)
                self.causes.unuse(before_it, tuple(self.declarations.of_kind["区分"]), amendment.span)
            case Replace(target=Places() as places, by=by):
                self.nodes.replace(places, by, amendment)
            case Delete(target=Places() as places):
                self.nodes.delete(places, amendment)
            case Insert() as action:
                self.nodes.insert(action, amendment)
            case Renumber() as action:
                self.nodes.renumber(action, amendment)
            case Separate() as action:
                separator = Separator(self.tree, self.nodes.lineages, self.finder.one, self.diagnostics)
                for copied in separator.apply(action):
                    self.nodes.touch(copied, "に同じの終わり", amendment)
            case Rename() as action:
                renamer = Renamer(self.tree, self.declarations, self.renames, self.finder.one, self.diagnostics)
                for touched in renamer.rename(action, amendment.span):
                    self.nodes.touch(touched, "名前の変更", amendment)
            case Recite() as action:
                self._recite(action, amendment)
            case PartChange() as action:
                self._change(action, amendment)
            case Reword() as action:
                self._reword(action, amendment)
            case Replace() | Delete():
                raise AssertionError(action)  # of one of the two above
            case _:
                assert_never(action)

    def _change(self, action: PartChange, amendment: Amendment) -> None:
        for live in self.finder.all(action.target) or ():
            action = evolve(action, new=_own(action.new))
            before = len(self.diagnostics)
            changer = PartChanger(self.tree, live, self.diagnostics, amendment.span, self.doubtful_parts)
            stood = (live.node.requirement, live.node.definitions)
            what = changer.change(action)
            self.causes.unuse(stood, (live.node.requirement, live.node.definitions), amendment.span)
            if what:
                self.nodes.touch(live, what, amendment)
                self.nodes.carry(live, amendment)
            elif has_errors(self.diagnostics[before:]):
                return

    def _reword(self, action: Reword, amendment: Amendment) -> None:
        places = self.finder.all(action.target) if isinstance(action.target, Places) else None
        if isinstance(action.target, Places) and places is None:
            return
        stood = {id(live): live.node.requirement for live in self.tree.walk()}
        rewriter = Rewriter(self.tree, self.declarations, self.diagnostics, self.doubtful_parts, amendment.span, action)
        for live, what in rewriter.run(places):
            self.causes.unuse(stood[id(live)], live.node.requirement, amendment.span)
            self.nodes.touch(live, what, amendment)
            self.nodes.carry(live, amendment)

    # Citations, 引継ぎ, title

    def _tell_uncited(self, first: list[tuple[Recite, Span]], recitation: Recitation) -> None:
        """Tell which of the sentences at the beginning changed nothing."""
        for recite, span in first:
            if recite.new == (recite.old,):
                self._say(d.NothingChanges(span))
        for at, recite in enumerate(recitation.said):
            if at not in recitation.found:
                self._say(not_cited(recite.old, "全体", self.base.header.year))

    def _recite(self, action: Recite, amendment: Amendment) -> None:
        lives = self.finder.all(action.target) if action.target is not None else None
        if action.target is not None and lives is None:
            return
        if action.new == (action.old,):
            self._say(d.NothingChanges(amendment.span))
            return
        for live in lives or (None,):
            if not self._recited(live, action):
                self._say(not_cited(action.old, live.path if live else "全体", self.base.header.year))
                return

    def _recited(self, live: LiveNode | None, action: Recite) -> bool:
        """Change a citation at a node and below, or everywhere; whether it was cited."""
        recitation = Recitation([action])
        for node in (live or self.tree).walk():
            node.node = map_citations(node.node, recitation.changed)
        if live is None:
            self.declarations.recite(recitation)
        return bool(recitation.found)

    def _say(self, diagnostic: Diagnostic) -> None:
        self.diagnostics.append(diagnostic)


def _recited_first(revision: Revision) -> list[tuple[Recite, Span]]:
    """The sentences that each change a citation everywhere before anything but 出典 is amended, as most begin."""
    found = []
    for amendment in revision.amendments:
        match amendment:
            case Amendment(action=Recite(target=None) as action, carry=None):
                found.append((action, amendment.span))
            case Amendment(action=Declare(declaration=SourceDecl())):
                pass  # has no part in it
            case _:  # any other: may add what cites
                break
    return found


def _at_one_place(action: Single) -> bool:
    match action:
        case PartChange(target=places):
            return places.only is not None
        case Recite(target=places) | Reword(target=places):
            return isinstance(places, Declared) or (places is not None and places.only is not None)
        case Replace(target=target) | Delete(target=target):
            return isinstance(target, Declared) or target.only is not None
        case Insert() | Renumber() | Separate() | Rename() | Declare() | Revalue():
            return True
        case _:
            assert_never(action)


def _may_reach_below(action: Single) -> bool:
    """Whether a change at one place may be one of many: of a group, words are changed wherever they stand below."""
    if not isinstance(action, Reword) or isinstance(action.target, Declared):
        return False
    place = action.target.only if action.target is not None else None
    return not (isinstance(place, PathRef) and len(place.labels) > Level.INDICATOR)


def _own(part: Part | None) -> Part | None:
    """A part for one more place: what its expression refers to is held for each by itself."""
    match part:
        case Requirement(condition=condition):
            return evolve(part, condition=copy(condition))
        case Definition(value=value):
            return evolve(part, value=copy(value))
        case _:  # any other: refers to nothing
            return part
