"""A compilation → which names and nodes its own file speaks of, and where.

A symbol is the same through the years: a node by its identity, a name by its oldest one (前身), a 出典 by the year that
declared it.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, assert_never

from attrs import field

from haiten.compiler.compilation import Compilation
from haiten.compiler.folding.foldings import FOLDINGS
from haiten.compiler.late import define
from haiten.compiler.program.program import Program
from haiten.compiler.source import Source, Span
from haiten.compiler.syntax import revision as amending
from haiten.compiler.syntax.allocation import BudgetDecl, LimitDecl, PotLine, Unspent
from haiten.compiler.syntax.allocation_revision import ClauseRef, RenameClause
from haiten.compiler.syntax.expressions import (
    COMPARED_PARTS,
    ByClass,
    Members,
    Name,
    OfMembers,
    Paid,
    PathRef,
    Score,
    Target,
    Whole,
    WithinTop,
    as_path,
)
from haiten.compiler.syntax.revision import SAME
from haiten.compiler.syntax.rulebook import (
    Citation,
    ClassDecl,
    ConstantDecl,
    Definition,
    FactDecl,
    Heading,
    NodeDecl,
    SourceDecl,
)
from haiten.editor.frame_places import frame_places
from haiten.editor.money_places import NAMES, NamedClause, clause_names, named_clauses
from haiten.editor.symbols import Kind, Occurrence, Symbol
from haiten.editor.words_known import WordsKnown

_DOT: Final = re.compile(r"\.")
_KINDS: Final = {kind.value: kind for kind in (Kind.FACT, Kind.CLASS, Kind.CONSTANT)}


def occurrences(compilation: Compilation) -> tuple[Occurrence, ...]:
    """All places of the compilation's own file, by place; none where it could not be made sense of."""
    program, source = compilation.program, compilation.source
    tree: Any = compilation.revision or compilation.allocation or compilation.syntax
    if program is None or source is None or tree is None:
        return ()
    base = compilation.base.program if compilation.base is not None and compilation.revision is not None else None
    if compilation.amended is not None:
        tree, base = compilation.amended[0], compilation.amended[1].program
    finder = PlaceFinder(source, program, base)
    finder.visit(tree, "")
    return in_order(source, (*finder.found, *frame_places(compilation)[0]))


def in_order(source: Source, found: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
    """The places of a source, each once, in its order."""
    # A part of a tree that came from elsewhere (の内容を写した項目) has its place there.
    own = (each for each in found if each.span.source is source and each.span.end > each.span.start)
    return tuple(sorted(dict.fromkeys(own), key=lambda each: (each.span.start, each.span.end)))


@define(eq=False)
class PlaceFinder:
    """One walk over a tree, in the order of its text; ``known``: what its words lead to there."""

    source: Source
    program: Program
    base: Program | None
    found: list[Occurrence] = field(factory=list)
    known: WordsKnown = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.known = WordsKnown(self.program, self.base)

    # Trees

    def visit(self, part: Any, path: str) -> None:
        """A part of the tree; ``path`` is the node at which it stands, empty outside all nodes."""
        match part:
            case tuple():
                for each in part:
                    self.visit(each, path)
            case NodeDecl():
                self.visit_node(part, path)
            case Heading():
                if part.label is not None and (node := self.known.heading_at(path)) is not None:
                    self._found(node, self._word(part.span, part.label), declares=True)
                self.visit((part.text, part.points, part.cap), path)
                if part.same_as is not None:
                    self._target(part.same_as, path)
            case Citation():
                self._citation(part)
            case FactDecl() | ClassDecl() | ConstantDecl():
                self._declared(part.span, part.name, self.known.named(part.name))
                self._inside(part, path)
            case SourceDecl():
                self._declared(part.span, part.name, Symbol(Kind.SOURCE, part.name, part.year or self.program.year))
            case Definition():
                self._declared(part.span, part.name, self.known.local(part.name, path))
                self._inside(part, path)
            case Name():
                self._name(part, path)
            case PathRef() | Members() | Score() | Whole():
                self._targets(part, path)
            case WithinTop(by=by) | ByClass(by=by):
                if by is not None:
                    self._found(self.known.named(by), self._word(part.span, by))
                self._inside(part, path)
            case OfMembers():
                pass  # it speaks of another rulebook
            case amending.Revision():
                for amendment in part.amendments:
                    self.visit(amendment.reason, "")
                    for action in amending.actions_of(amendment.action):
                        self._action(action)
            case BudgetDecl() | PotLine() | Unspent() | LimitDecl() | Paid() | ClauseRef() | RenameClause():
                self._clause(part, path)
            case _:
                self._inside(part, path)

    def _clause(self, part: Any, path: str) -> None:
        """A clause of an allocation: what it names, and what else stands in it."""
        for named in named_clauses(part):
            span = self._word(named.within, named.word)
            self._found(self._of_clause(named), span, declares=named.declares)
        if not isinstance(part, ClauseRef | RenameClause):
            for name in COMPARED_PARTS[type(part)]:
                if name not in NAMES:
                    self.visit(getattr(part, name), path)

    def _of_clause(self, named: NamedClause) -> Symbol | None:
        if named.kind == Kind.SOURCE:
            return Symbol(Kind.SOURCE, named.word, named.year or self.program.year)
        # What is given another name is known by the one it had: another may have that one by now.
        programs = (self.base, self.program) if named.formerly else (self.program, self.base)
        key = named.kind, named.formerly or named.name
        found = (clause_names(program).get(key) for program in programs if program is not None)
        return next((Symbol(Kind(key[0]), name) for name in found if name is not None), None)

    def _inside(self, part: Any, path: str) -> None:
        for name in COMPARED_PARTS[type(part)]:
            self.visit(getattr(part, name), path)

    def visit_node(self, node: NodeDecl, above: str) -> None:
        """A node; ``above`` is the path of the one above it."""
        label = node.heading.label
        path = f"{above}.{label}".removeprefix(".")
        if label is not None:
            self.known.enter(path)
        self.visit(node.heading, path)
        for part in (*node.remarks, *node.definitions, node.requirement, node.undisclosed):
            if part is not None:
                self.visit(part, path)
        for child in node.children:
            self.visit_node(child, path)

    # Names and paths

    def _name(self, name: Name, path: str) -> None:
        self._found(self.known.meant(name.value, path), name.span)
        self._found(self.known.node_at(name.value), name.span)

    def _targets(self, part: PathRef | Members | Score | Whole, path: str) -> None:
        match part:
            case PathRef():
                self._target(part, path)
            case Score(of=Whole() as whole):
                self._targets(whole, path)
            case Score(of=target):
                self._target(target, path)  # type: ignore[arg-type] # the case above took the other
            case Whole(excluded=excluded):
                for target in excluded:
                    self._target(target, path)
            case Members(items=items):
                for item in items:
                    first, last = item if isinstance(item, tuple) else (item, None)
                    at = self._target(first, path)
                    if last is not None:
                        labels = as_path(last).labels
                        beside = at.rpartition(".")[0] if at is not None and len(labels) == 1 else ""
                        self._target(last, beside or path)

    def _target(self, target: Target, path: str) -> str | None:
        """A path as it is written at a node; each of its labels speaks of the node that it leads to."""
        labels = as_path(target).labels
        if isinstance(target, Name) and (named := self.known.meant(target.value, path)):
            self._found(named, target.span)
            return None
        whole = self.known.leads_to(".".join(labels), path)
        if whole is None:
            return None
        parts = whole.split(".")
        # 同.④ leaves labels out: those that are written are the last ones.
        written = len(_DOT.split(target.span.text.translate(FOLDINGS).removeprefix(f"{SAME}.")))
        at = target.span.start
        for number in range(len(parts) - min(written, len(labels)), len(parts)):
            span = self._word(Span(target.span.origin, at, target.span.end), parts[number])
            at = span.end
            self._found(self.known.node_at(".".join(parts[: number + 1])), span)
        return whole

    def _citation(self, citation: Citation) -> None:
        if citation.name is None or citation.span.source is not self.source:
            return
        home = citation.year or self.program.year
        span = self._word(citation.span, citation.name)
        self._found(Symbol(Kind.SOURCE, citation.name, home), span)

    # Amendments

    def _action(self, action: amending.Single) -> None:
        match action:
            case amending.Renumber(moves=moves):
                self._pairs(moves, moved=True)
            case amending.Separate(pairs=pairs):
                self._pairs(pairs, moved=False)
            case amending.Insert(anchor=anchor, where=where, new=new):
                at = self._object(anchor)
                self.visit(new, at if where == "中" else at.rpartition(".")[0])
            case amending.Replace(target=target, by=by):
                self.visit(by, self._object(target).rpartition(".")[0])
            case amending.Delete(target=target):
                self._object(target)
            case amending.PartChange(target=places, old=old, new=new):
                at = self._places(places)
                for part in (old, new):
                    if part is not None:
                        self.visit(part, at)
            case amending.Reword(target=reach, citations=cited):
                if reach is not None:
                    self._object(reach)
                self.visit(cited, "")
            case amending.Recite(target=places, old=old, new=new):
                if places is not None:
                    self._places(places)
                self.visit((old, *new), "")
            case amending.Rename(names=names):
                for each in names:
                    self._renamed(each)
            case amending.Declare(declaration=declaration):
                self.visit(declaration, "")
            case amending.Revalue(target=target, old=old, new=new):
                self._object(target)
                self.visit((old, new), "")
            case _:
                assert_never(action)

    def _object(self, what: Any) -> str:
        if isinstance(what, amending.Places):
            return self._places(what)
        if isinstance(what, amending.Declared):
            self._declaration(what)
            return ""
        return self._target(what, "") or ".".join(as_path(what).labels)

    def _declaration(self, declared: amending.Declared) -> None:
        span = self._word(declared.span, declared.name.rpartition(" ")[2])
        if declared.kind in _KINDS:
            self._found(self.known.named(declared.name), span)
        elif declared.kind == Kind.SOURCE:
            year, _, name = declared.name.rpartition(" ")
            self._found(Symbol(Kind.SOURCE, name, year or self.program.year), span)

    def _places(self, places: amending.Places) -> str:
        """The first of some places; all are noted."""
        first = ""
        for stretch in places.stretches:
            at = self._target(stretch.first, "") or ".".join(as_path(stretch.first).labels)
            first = first or at
            if stretch.last is not None:
                self._target(PathRef((*at.split(".")[:-1], stretch.last), _behind(stretch)), "")
        return first

    def _pairs(self, pairs: Sequence[tuple[amending.Stretch, amending.Stretch]], *, moved: bool) -> None:
        for old, new in pairs:
            self._places(amending.Places((old,), old.span))
            if not moved:
                self._places(amending.Places((new,), new.span))
        if moved:
            self.known.renumber(pairs)
            for _, new in pairs:
                self._places(amending.Places((new,), new.span))

    def _renamed(self, names: amending.NewName) -> None:
        symbol: Symbol | None
        if isinstance(names.old, amending.Declared):
            self._declaration(names.old)
            symbol = self.known.named(names.old.name)
        else:
            at = self._target(names.old.place, "") or ""
            symbol = self.known.local(names.old.name, at)
            self._found(symbol, self._word(names.old.span, names.old.name, last=True))
        self._found(symbol, self._word(names.span, names.name, last=True))

    # What is noted

    def _declared(self, span: Span, name: str, symbol: Symbol | None) -> None:
        self._found(symbol, self._word(span, name), declares=True)

    def _found(self, symbol: Symbol | None, span: Span, *, declares: bool = False) -> None:
        if symbol is not None:
            self.found.append(Occurrence(symbol, span, declares))

    def _word(self, span: Span, word: str, *, last: bool = False) -> Span:
        """Where a word stands in a stretch; the whole stretch where it is written in another way."""
        text = span.text.translate(FOLDINGS)
        at = text.rfind(word) if last else text.find(word)
        return span if at < 0 else Span(span.origin, span.start + at, span.start + at + len(word))


def _behind(stretch: amending.Stretch) -> Span:
    return Span(stretch.span.origin, stretch.first.span.end, stretch.span.end)
