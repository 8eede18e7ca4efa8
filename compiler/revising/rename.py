"""とする of names: a 事実, 区分, 定数 or local name is renamed, and what uses it follows (language.md, 25.10)."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

from attrs import field

from haiten.compiler import diagnostics as d
from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.identity.node_index import NodeIndex
from haiten.compiler.late import define
from haiten.compiler.revising.amend_declarations import Declarations
from haiten.compiler.revising.working_tree import LiveNode, Tree
from haiten.compiler.source import Span
from haiten.compiler.suggest import nearest
from haiten.compiler.syntax.expressions import Target
from haiten.compiler.syntax.revision import Declared, NewName, Rename
from haiten.compiler.syntax.rulebook import (
    ClassDecl,
    ConstantDecl,
    Definition,
    FactDecl,
    PastName,
    PastNames,
    RulebookFile,
)

# Whose name it is: 事実, 区分 or 定数 of the rulebook, or the local names of a node.
Owner = LiveNode | str
_KINDS: Final = ("事実", "区分", "定数")
_Declared = FactDecl | ClassDecl | ConstantDecl


D = TypeVar("D", FactDecl, ClassDecl, ConstantDecl, Definition)


@define(eq=False)
class Renames:
    """What the revision calls otherwise than its base.

    ``was`` has the name in the base of what is called otherwise now.
    """

    base: RulebookFile
    index: NodeIndex
    was: dict[tuple[Owner, str], str] = field(factory=dict)
    _of_kinds: dict[str, dict[str, PastNames]] = field(factory=dict)

    def moved(self, changes: list[tuple[Owner, str, str]]) -> None:
        """Note changes that happen all at once: whose, from which name, to which."""
        before = {(owner, new): self.was.pop((owner, old), old) for owner, old, new in changes}
        self.was |= {key: was for key, was in before.items() if key[1] != was}

    def with_past(self, owner: Owner, declared: D) -> D:
        """A declaration of the amended text with the names that it had in older years."""
        past = self._past(owner, declared.name, declared.formerly)
        return declared if past == declared.formerly else evolve(declared, formerly=past)

    def _past(self, owner: Owner, name: str, told: PastNames) -> PastNames:
        year = self.base.header.year
        before = self._before(owner)
        was = self.was.get((owner, name))
        if was is not None:  # what was added in this year had no name before
            return (PastName(year, was), *before[was]) if was in before else ()
        if told and told[0].year == year:  # the revision says so itself
            return (told[0], *(told[1:] or before.get(told[0].name, ())))
        taken = any(other == name for (whose, _), other in self.was.items() if whose is owner or whose == owner)
        return () if taken else before.get(name, ())

    def _before(self, owner: Owner) -> dict[str, PastNames]:
        """The names in the base with those in older years; of each kind looked up once, as there may be thousands."""
        if not isinstance(owner, str):
            own = self.index.places[owner.base.path].node.definitions if owner.base is not None else ()
            return {decl.name: decl.formerly for decl in own}
        if not self._of_kinds:
            kinds: tuple[Sequence[_Declared], ...] = (self.base.facts, self.base.classes, self.base.constants)
            for kind, decls in zip(_KINDS, kinds, strict=True):
                self._of_kinds[kind] = {decl.name: decl.formerly for decl in decls}
        return self._of_kinds[owner]


@define(eq=False)
class Renamer:
    """Applies one amendment of names; what does not fit is told, and then nothing is changed."""

    tree: Tree
    declarations: Declarations
    renames: Renames
    find: Callable[[Target], LiveNode | None]
    diagnostics: list[Diagnostic]

    def rename(self, action: Rename, span: Span) -> list[LiveNode]:
        """Rename, and give back the nodes in which something reads differently now."""
        changes = [self._change(each) for each in action.names]
        found = [change for change in changes if change is not None]
        if len(found) < len(changes) or not self._are_free(action, found):
            return []
        if all(old == new for _, old, new in found):
            self.diagnostics.append(d.NothingChanges(span))
            return []
        for kind in _KINDS:
            names = {old: new for owner, old, new in found if owner == kind}
            among = self.declarations.of_kind[kind]
            among[:] = [evolve(decl, name=names.get(decl.name, decl.name)) for decl in among]
            self.declarations.renamed |= {(kind, old): (new, span) for old, new in names.items()}
            for new in names.values():
                self.declarations.renamed.pop((kind, new), None)
        everywhere = {old: new for owner, old, new in found if isinstance(owner, str)}
        for kind in ("区分", "定数"):
            valued = self.declarations.of_kind[kind]
            valued[:] = [evolve(decl, value=self.tree.rename(decl.value, everywhere)) for decl in valued]
        touched = [live for root in self.tree.roots for live in self._below(root, everywhere, found)]
        self.renames.moved(found)
        return touched

    def _below(
        self, live: LiveNode, names: dict[str, str], changes: list[tuple[Owner, str, str]]
    ) -> Iterator[LiveNode]:
        """Rename in a node and all below; names of a node above are known there, too."""
        own = {old: new for owner, old, new in changes if owner is live}
        names = names | own
        node, requirement = live.node, live.node.requirement
        definitions = tuple(
            evolve(each, name=own.get(each.name, each.name), value=self.tree.rename(each.value, names))
            for each in node.definitions
        )
        if requirement is not None:
            requirement = evolve(requirement, condition=self.tree.rename(requirement.condition, names))
        if (definitions, requirement) != (node.definitions, node.requirement):
            live.node = evolve(node, definitions=definitions, requirement=requirement)
            yield live
        for child in live.children:
            yield from self._below(child, names, changes)

    def _change(self, each: NewName) -> tuple[Owner, str, str] | None:
        old = each.old
        if isinstance(old, Declared):
            return None if self.declarations.find(old) is None else (old.kind, old.name, each.name)
        live = self.find(old.place)
        if live is None:
            return None
        known = [definition.name for definition in live.node.definitions]
        if old.name in known:
            return live, old.name, each.name
        meant = nearest(old.name, known)
        hint = f"もしかして: {meant}" if meant else "局所名は、その定義が書かれた項目のパスで指します。"
        what = f"局所名「{old.name}」"
        self.diagnostics.append(d.MissingPart(old.span, live.path, what, hint, live.heading.span))
        return None

    def _are_free(self, action: Rename, changes: list[tuple[Owner, str, str]]) -> bool:
        """Whether the new names mean nothing else where they will be known."""
        before = len(self.diagnostics)
        given: dict[str, Span] = {}
        for each, (owner, _, new) in zip(action.names, changes, strict=True):
            other = given.get(new) or next(self._others(owner, new, changes), None)
            if other is not None:
                self.diagnostics.append(d.AlreadyThere(each.span, f"名前「{new}」", other))
            given[new] = each.span
        return len(self.diagnostics) == before

    def _others(self, owner: Owner, name: str, changes: list[tuple[Owner, str, str]]) -> Iterator[Span]:
        """Where a name is declared that its owner's would collide with, and that does not itself change."""
        leaving = {(id(whose) if isinstance(whose, LiveNode) else whose, old) for whose, old, _ in changes}
        for kind in _KINDS:
            decls: list[_Declared] = self.declarations.of_kind[kind]
            yield from (decl.span for decl in decls if decl.name == name and (kind, name) not in leaving)
        for live in self.tree.walk():
            if isinstance(owner, str) or _is_within(live, owner) or _is_within(owner, live):
                for definition in live.node.definitions:
                    if definition.name == name and (id(live), name) not in leaving:
                        yield definition.span


def _is_within(live: LiveNode, above: LiveNode) -> bool:
    node: Any = live
    while node is not None and node is not above:
        node = node.parent
    return node is above
