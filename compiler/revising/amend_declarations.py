"""Amendments of declarations: 事実, 区分, 定数, 出典."""

from collections.abc import Callable
from typing import Any, assert_never

from attrs import field

from haiten.compiler import diagnostics as d
from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.late import define
from haiten.compiler.printing.print_rulebook import print_expression
from haiten.compiler.revising.hand_over import Recitation, map_citations
from haiten.compiler.revising.working_tree import Tree
from haiten.compiler.source import Span
from haiten.compiler.suggest import nearest
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
    Revalue,
    Revision,
    Reword,
    Separate,
    Single,
    declaration_word,
    declared_name,
)
from haiten.compiler.syntax.rulebook import ClassDecl, ConstantDecl, Declaration, RulebookFile, SourceDecl


@define(eq=False)
class Declarations:
    """The declarations of the text as amended so far, by kind; sources of older years stand behind the year's own."""

    of_kind: dict[str, list[Any]]
    diagnostics: list[Diagnostic]
    has_title: bool
    # What was deleted, by kind and name, and the amendment that did it.
    removed: list[tuple[str, str, Span]] = field(factory=list)
    # What has another name now, by kind and the name that it had, and the amendment that gave it.
    renamed: dict[tuple[str, str], tuple[str, Span]] = field(factory=dict)

    @classmethod
    def of(cls, rulebook: RulebookFile, diagnostics: list[Diagnostic]) -> "Declarations":
        """Those of a rulebook."""
        kinds: dict[str, list[Any]] = {
            "事実": list(rulebook.facts),
            "区分": list(rulebook.classes),
            "定数": list(rulebook.constants),
            "出典": list(rulebook.sources),
        }
        return cls(kinds, diagnostics, rulebook.title is not None)

    def amend(self, action: Single, amendment: Amendment, tree: Tree) -> None:
        """Apply an action of an amendment that is about declarations."""
        match action:
            case Declare(declaration=new):
                kind = declaration_word(new)
                own = [other for other in self.of_kind[kind] if not getattr(other, "year", None)]
                at = len(own) if isinstance(new, SourceDecl) and not new.year else len(self.of_kind[kind])
                self._add(kind, at, (new,), tree)
            case Delete(target=Declared(kind="題名") as target):
                if not self.has_title:
                    self.diagnostics.append(d.MissingTarget(target.span, "題名"))
                self.has_title = False
            case Replace(target=Declared(kind="題名")) | Insert(anchor=Declared(kind="題名")):
                expected = "題名（改正する年度の題名は「題名 「…」」とだけ書きます）"
                self.diagnostics.append(d.NothingFollows(amendment.span, "題名", expected))
            case Delete(target=Declared() as target):
                found = self.find(target)
                if found is not None:
                    self.of_kind[target.kind].remove(found)
                    self.removed.append((target.kind, target.name, amendment.span))
            case Replace(target=Declared() as target, by=by):
                self._replace(target, by, amendment, tree)
            case Insert(anchor=Declared() as anchor, where=where, new=new, count=count):
                found = self.find(anchor)
                if count is not None:
                    said, there = f"{count.number}{count.word}", f"{len(new)}つの{anchor.kind}"
                    self.diagnostics.append(d.CountMismatch(count.span, said, there))
                    return
                if found is None:
                    return
                if not new:
                    self.diagnostics.append(
                        d.NothingFollows(amendment.span, "次のように加える", f"加える{anchor.kind}")
                    )
                    return
                at = next(i for i, other in enumerate(self.of_kind[anchor.kind]) if other is found)
                self._add(anchor.kind, at + (where == "次"), new, tree)
            case Revalue() as action:
                self._revalue(action, amendment)
            case Replace() | Delete() | Insert() | Renumber() | Separate() | Rename() | PartChange():
                raise AssertionError(amendment)  # of nodes, which the tree holds
            case Reword() | Recite():
                raise AssertionError(amendment)  # of nodes, which the tree holds
            case _:
                assert_never(action)

    def find(self, target: Declared) -> Any | None:
        """The declaration that an amendment is about; None, and a diagnostic, where there is none."""
        known = {declared_name(other): other for other in self.of_kind[target.kind]}
        found = known.get(target.name)
        if found is None:
            what = f"{target.kind} {target.name}"
            # An older 出典 goes by its year and name.
            aged = next((name for name in known if name.endswith(f" {target.name}")), None)
            suggestion = aged or nearest(target.name, known)
            missing = d.MissingTarget(target.span, what, None, suggestion)
            if (target.kind, target.name) in self.renamed:
                now, where = self.renamed[target.kind, target.name]
                missing = evolve(missing, related=where).renamed(f"{target.kind} {now}")
            self.diagnostics.append(missing)
        return found

    def _add(self, kind: str, at: int, new: tuple[Any, ...], tree: Tree) -> None:
        for declaration in new:
            name = declared_name(declaration)
            other = next((other for other in self.of_kind[kind] if declared_name(other) == name), None)
            if other is not None:
                self.diagnostics.append(d.AlreadyThere(declaration.span, f"{kind}「{name}」", other.span))
                continue
            self._hold(declaration, tree)
            self.of_kind[kind].insert(at, declaration)
            at += 1

    def _replace(self, target: Declared, by: tuple[Any, ...], amendment: Amendment, tree: Tree) -> None:
        found = self.find(target)
        if found is None:
            return
        if not by:
            self.diagnostics.append(d.NothingFollows(amendment.span, "次のように改める", f"代わりの{target.kind}"))
            return
        new = by[0]
        if declared_name(new) != target.name:
            kind, old, name = target.kind, target.name, declared_name(new)
            hint = (
                f"同じ名前で書きます。名前を変えるには、別に「{kind} {old} を {name} とする。」という改正文を書きます。"
            )
            if kind == "出典":
                hint = "同じ名前で書きます。名前を変えるには、新しい出典を加え、引く所の出典を改めます。"
            self.diagnostics.append(d.OtherLabel(new.span, f"{kind} {old}", name, found.span, hint))
            return
        if new == found:
            self.diagnostics.append(d.NothingChanges(amendment.span, found.span))
        self._hold(new, tree)
        among = self.of_kind[target.kind]
        among[:] = [new if other is found else other for other in among]

    def _revalue(self, action: Revalue, amendment: Amendment) -> None:
        """Another value for a 定数, where its value is the one that is quoted."""
        target, old, new = action.target, action.old, action.new
        found: ConstantDecl | None = self.find(target)
        if found is None:
            return
        what = f"{target.kind} {target.name}"
        if old.value != found.value:
            said, there = print_expression(old.value), print_expression(found.value)
            self.diagnostics.append(d.StalePart(old.span, what, "値", said, there, found.span))
            return
        changed = evolve(found, value=new.value, citations=new.citations, span=new.span)
        if changed == found:
            self.diagnostics.append(d.NothingChanges(amendment.span, found.span))
        among = self.of_kind[target.kind]
        among[:] = [changed if other is found else other for other in among]

    def _hold(self, declaration: Declaration, tree: Tree) -> None:
        if isinstance(declaration, ClassDecl):
            tree.note(declaration.value, None)

    def old_title(self, base: RulebookFile, revision: Revision) -> Diagnostic | None:
        """The title of the base where it names its year and the revision gives no other."""
        title, year = base.title, base.header.year
        if revision.title is None and title and self.has_title and year.removesuffix("度") in title.text.value:
            return d.OldTitle(revision.header.span, year, title.text.span)
        return None

    def as_it_stands(self) -> Callable[[], None]:
        """What brings the declarations back to how they now stand."""
        kinds = {kind: list(among) for kind, among in self.of_kind.items()}
        removed, has_title, renamed = list(self.removed), self.has_title, dict(self.renamed)

        def back() -> None:
            self.of_kind.update((kind, list(among)) for kind, among in kinds.items())
            self.removed, self.has_title, self.renamed = list(removed), has_title, dict(renamed)

        return back

    def recite(self, recitation: Recitation) -> None:
        """Change citations in every 事実 and 定数."""
        for among in (self.of_kind["事実"], self.of_kind["定数"]):
            among[:] = [map_citations(decl, recitation.changed) for decl in among]
