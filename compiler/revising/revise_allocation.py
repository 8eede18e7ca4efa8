"""An allocation + a revision of it → the allocation of the next year (language.md, A revision of an allocation)."""

from collections.abc import Iterator
from typing import Any, assert_never

from attrs import evolve, field

from haiten.compiler import diagnostics as d
from haiten.compiler.diagnostics import Diagnostic, has_errors
from haiten.compiler.late import define, frozen
from haiten.compiler.printing.print_allocation import print_amount
from haiten.compiler.printing.print_rulebook import print_citations
from haiten.compiler.revising.amend_pots import PotChanger
from haiten.compiler.revising.clauses import (
    cited_in,
    former_names,
    renamed,
    takes_rest,
    text_of,
    value_in,
    values_of,
    with_citations,
    with_text,
    with_value,
)
from haiten.compiler.source import Span
from haiten.compiler.suggest import nearest
from haiten.compiler.syntax.allocation import AllocationFile, BasedOn, PotDecl, PotPart, Rest
from haiten.compiler.syntax.allocation_revision import (
    FRAME,
    AddClause,
    AllocationRevision,
    ChangeValue,
    ClauseAmendment,
    ClauseRef,
    DeleteClause,
    InsertClauses,
    ReciteClause,
    RenameClause,
    ReplaceClause,
    RewordClause,
    WholeClause,
    clause_key,
    clause_span,
    whole_clauses,
)
from haiten.compiler.syntax.rulebook import Citation, SourceDecl, Text
from haiten.compiler.syntax.years import western_year

_Citations = tuple[Citation, ...]
_RENAMED = ("定数", "予算", "配分")


@frozen
class RevisedAllocation:
    """What a revision makes of its base; None where some amendment does not fit."""

    file: AllocationFile | None
    diagnostics: tuple[Diagnostic, ...]
    touched: tuple[tuple[ClauseRef, Span], ...] = ()

    def with_cause(self, diagnostic: Diagnostic) -> Diagnostic:
        """A mistake of the amended whole, with the last amendment of the clause that it is in, or that it names."""
        span = diagnostic.span
        if not isinstance(span, Span) or self.file is None:
            return diagnostic
        about = {getattr(diagnostic, "name", None)}
        about |= {pot.line.name for pot in self.file.pots if span in (pot.line.span, *(p.span for p in pot.parts))}
        about |= {clause_key(clause)[1] for clause in whole_clauses(self.file) if clause_span(clause) == span}
        causes = [amendment for target, amendment in self.touched if target.name in about]
        return evolve(diagnostic, cause=causes[-1]) if causes and span.source is not causes[-1].source else diagnostic


def wrong_allocation_base(revision: AllocationRevision) -> Diagnostic | None:
    """What is wrong with a revision that amends no earlier allocation of its own scope."""
    header, line = revision.header, revision.base
    if western_year(line.year) < western_year(header.year) and line.scope == header.scope:
        return None
    return d.NotLaterAllocation(line.span, f"{header.year} {header.scope}", f"{line.year} {line.scope}")


def revise_allocation(base: AllocationFile, revision: AllocationRevision) -> RevisedAllocation:
    """Apply a revision to the allocation that it amends."""
    line = revision.base
    wanted, found = f"{line.year} {line.scope} 配分", f"{base.header.year} {base.header.scope} 配分"
    if wanted != found:
        return RevisedAllocation(None, (d.WrongBase(line.span, wanted, found, base.header.span),))
    return _Reviser(base, revision).run()


@define(eq=False)
class _Reviser:
    base: AllocationFile
    revision: AllocationRevision
    clauses: list[WholeClause] = field(factory=list)
    diagnostics: list[Diagnostic] = field(factory=list)
    has_title: bool = True
    # What an amendment took away, or failed to change: later ones about it are not told.
    gone: dict[tuple[str, str], Span] = field(factory=dict)
    doubtful: set[tuple[str, str]] = field(factory=set)

    def run(self) -> RevisedAllocation:
        base, revision = self.base, self.revision
        year = base.header.year
        sources = tuple(evolve(source, year=source.year or year) for source in base.sources)
        handed_on = whole_clauses(evolve(base, sources=sources))
        self.clauses = [with_citations(clause, self._aged) for clause in handed_on]
        self.has_title = base.title is not None
        if not revision.amendments:
            self.diagnostics.append(d.EmptyRevision(revision.base.span))
        for amendment in revision.amendments:
            self._apply(amendment)
        self._check_title()
        made = None if has_errors(self.diagnostics) else self._file()
        return RevisedAllocation(made, tuple(self.diagnostics), tuple(_touched(revision)))

    def _aged(self, citations: _Citations) -> _Citations:
        year = self.base.header.year
        return tuple(evolve(c, year=c.year or year) if c.name is not None else c for c in citations)

    def _file(self) -> AllocationFile:
        base, revision = self.base, self.revision
        header = revision.header
        kept_title = with_citations(base.title, self._aged) if self.has_title else None

        def of(word: str) -> tuple[Any, ...]:
            return tuple(clause for clause in self.clauses if clause_key(clause)[0] == word)

        based_on = revision.based_on
        if based_on is None and base.based_on is not None:
            based_on = BasedOn(header.year, header.scope, header.span)
        others = tuple(clause for clause in self.clauses if not isinstance(clause, SourceDecl))
        cited = {citation.source for citation in cited_in(others)}
        cited |= {c.source for a in revision.amendments if a.reason for c in a.reason.citations}
        # What nothing cites any more is not handed on; of the year's own it is told where it is checked.
        sources = tuple(s for s in of("出典") if s.year is None or s.full_name in cited)
        return AllocationFile(
            header=header,
            based_on=based_on,
            title=revision.title or kept_title,
            sources=sources,
            facts=of("事実"),
            classes=of("区分"),
            constants=of("定数"),
            budgets=of("予算"),
            calendar=of("時点"),
            pots=of("配分"),
            limits=of("限度"),
            rounding=next(iter(of("端数")), None),
        )

    def _check_title(self) -> None:
        title, year = self.base.title, self.base.header.year
        old = title is not None and self.has_title and year.removesuffix("度") in title.text.value
        if old and title is not None and self.revision.title is None:
            self._say(d.OldTitle(self.revision.header.span, year, title.text.span))

    def _say(self, diagnostic: Diagnostic) -> None:
        self.diagnostics.append(diagnostic)

    # Amendments

    def _apply(self, amendment: ClauseAmendment) -> None:
        before = len(self.diagnostics)
        match amendment.action:
            case AddClause(clause=clause):
                self._add(self._end_of(clause), (clause,))
            case ReplaceClause() as action:
                self._replace(action, amendment.span)
            case DeleteClause(target=target):
                self._delete(target, amendment.span)
            case InsertClauses() as action:
                self._insert(action, amendment.span)
            case RenameClause() as action:
                self._rename(action)
            case ChangeValue() as action:
                self._change(action, amendment.span)
            case RewordClause() as action:
                self._reword(action, amendment.span)
            case ReciteClause() as action:
                self._recite(action, amendment.span)
            case _:
                assert_never(amendment.action)
        if has_errors(self.diagnostics[before:]):
            self.doubtful |= _keys_of(amendment)

    def _find(self, target: ClauseRef) -> WholeClause | None:
        """The clause that is named; None, and a diagnostic, where there is none."""
        key = (target.kind, target.name)
        found = next((clause for clause in self.clauses if clause_key(clause) == key), None)
        if found is None and key not in self.doubtful:
            known = [name for kind, name in map(clause_key, self.clauses) if kind == target.kind]
            near = None if key in self.gone else nearest(target.name, known)
            suggestion = str(ClauseRef(target.kind, near, target.span)) if near is not None else None
            whole = str(ClauseRef(*key, target.span))
            self._say(d.MissingTarget(target.span, whole, self.gone.get(key), suggestion))
        if found is None:
            self.doubtful.add(key)
        return found

    def _put(self, old: WholeClause, new: WholeClause) -> None:
        self.clauses = [new if clause is old else clause for clause in self.clauses]

    def _end_of(self, clause: WholeClause) -> int:
        """Where a new clause of its kind goes: behind the others; the year's own 出典 before those of older years."""
        kind, end = clause_key(clause)[0], 0
        for at, other in enumerate(self.clauses):
            older = isinstance(other, SourceDecl) and other.year is not None
            if clause_key(other)[0] == kind and not (older and isinstance(clause, SourceDecl) and not clause.year):
                end = at + 1
        return end if end or kind == "出典" else len(self.clauses)

    def _add(self, at: int, new: tuple[WholeClause, ...]) -> None:
        for clause in new:
            key = clause_key(clause)
            other = next((other for other in self.clauses if clause_key(other) == key), None)
            if other is not None:
                what = str(ClauseRef(*key, clause_span(clause)))
                self._say(d.AlreadyThere(clause_span(clause), f"「{what}」", clause_span(other)))
                continue
            self.clauses.insert(at, clause)
            at += 1

    def _replace(self, action: ReplaceClause, span: Span) -> None:
        target, by = action.target, action.by
        if target.kind == "題名":
            expected = "題名（改正する年度の題名は「題名 「…」」とだけ書きます）"
            self._say(d.NothingFollows(span, "題名", expected))
            return
        found = self._find(target)
        if found is None:
            return
        if not by:
            self._say(d.NothingFollows(span, "次のように改める", f"代わりの「{target}」"))
            return
        if target.part is not None:
            self._put(found, self._pots(found).replace(action))
            return
        new = by[0]
        assert not isinstance(new, PotPart)
        if clause_key(new) != clause_key(found):
            kind, name = clause_key(new)
            hint = f"同じ名前で書きます。名前を変えるには、別に「{target} を {name} とする。」という改正文を書きます。"
            if kind not in _RENAMED:
                hint = "同じ名前で書きます。"
            self._say(d.OtherLabel(clause_span(new), str(target), f"{kind} {name}", clause_span(found), hint))
            return
        new = former_names(new, of=found)
        if new == found:
            self._say(d.NothingChanges(span, clause_span(found)))
        self._put(found, new)

    def _delete(self, target: ClauseRef, span: Span) -> None:
        if target.kind == "題名":
            if not self.has_title:
                self._say(d.MissingTarget(target.span, "題名"))
            self.has_title = False
            return
        found = self._find(target)
        if found is None:
            return
        if target.part is None:
            self.clauses = [clause for clause in self.clauses if clause is not found]
            self.gone[clause_key(found)] = span
            return
        self._put(found, self._pots(found).delete(target))

    def _insert(self, action: InsertClauses, span: Span) -> None:
        anchor, where, new = action.anchor, action.where, action.new
        if where == "中" and (anchor.kind != "配分" or anchor.part is not None):
            sentence = f"{anchor} の次に次のように加える。"
            self._say(d.MissingPart(span, str(anchor), "中に加える所", f"「{sentence}」と書きます。"))
            return
        found = self._find(anchor)
        if found is None:
            return
        if not new:
            what = "配分に加えるもの" if where == "中" else f"加える{anchor.part or anchor.kind}"
            self._say(d.NothingFollows(span, "次のように加える", what))
            return
        if where != "中" and anchor.part is None:
            at = next(at for at, clause in enumerate(self.clauses) if clause is found) + (where == "次")
            self._add(at, tuple(clause for clause in new if not isinstance(clause, PotPart)))
            return
        self._put(found, self._pots(found).insert(action))

    def _pots(self, clause: WholeClause) -> PotChanger:
        assert isinstance(clause, PotDecl)  # nothing else has parts
        return PotChanger(clause, self.diagnostics)

    def _rename(self, action: RenameClause) -> None:
        target, name = action.target, action.name
        found = self._find(target)
        if found is None:
            return
        if target.part == FRAME:
            self._put(found, self._pots(found).rename(action))
            return
        if target.part is not None or target.kind not in _RENAMED:
            hint = f"名前を変えられるのは、{'、'.join(_RENAMED)}と枠です。"
            self._say(d.MissingPart(target.span, str(target), "変えられる名前", hint))
            return
        taken_by = next((c for c in self.clauses if clause_key(c) == (target.kind, name)), None)
        if taken_by is not None:
            self._say(d.AlreadyThere(target.span, f"「{target.kind} {name}」", clause_span(taken_by)))
            return
        year = self.base.header.year
        self.clauses = [renamed(clause, found, name, year) for clause in self.clauses]
        self.gone[target.kind, target.name] = target.span

    def _change(self, action: ChangeValue, span: Span) -> None:
        target = action.target
        found = self._find(target)
        if found is None:
            return
        old = value_in(found, action)
        said = action.old
        if said is None:
            if old is not None:
                self._say(d.AlreadyThere(span, f"{target} の{action.word}", old.span))
                return
        elif old is None:
            words = values_of(found, target)
            hint = f"「」で引いて改められるもの: {words}" if words else f"「{target} を次のように改める。」と書きます。"
            self._say(d.MissingPart(target.span, str(target), action.word, hint, clause_span(found)))
            return
        elif old.value != said.value:
            shown = print_amount(said.value), print_amount(old.value)
            self._say(d.StalePart(said.span, str(target), action.word, *shown, old.span))
            return
        elif action.new is not None and (action.new.value, action.new.citations) == (old.value, old.citations):
            self._say(d.NothingChanges(span, old.span))
        if action.new is not None and isinstance(action.new.value, Rest) and not takes_rest(found, action):
            self._say(d.Misplaced(action.new.span, "残り", "配分の額"))
            return
        self._put(found, with_value(found, action))

    def _reword(self, action: RewordClause, span: Span) -> None:
        target = action.target
        found = self._find(target)
        if found is None:
            return
        text = text_of(found, target)
        if text is None:
            self._say(d.MissingPart(target.span, str(target), "文", "", clause_span(found)))
            return
        count = text.value.count(action.old) if action.old else 0
        if count != 1:
            stale = d.StaleText(span, str(target), action.old, text.span)
            many = d.AmbiguousText(span, str(target), action.old, count, text.span)
            self._say(many if count else stale)
            return
        new = Text(text.value.replace(action.old, action.new), action.citations, span)
        if new == text:
            self._say(d.NothingChanges(span, text.span))
        self._put(found, with_text(found, target, new))

    def _recite(self, action: ReciteClause, span: Span) -> None:
        target, old, new = action.target, action.old, action.new
        found = self._find(target) if target is not None else None
        if target is not None and found is None:
            return
        changed = 0

        def recited(citations: _Citations) -> _Citations:
            nonlocal changed
            if old not in citations:
                return citations
            changed += 1
            return tuple(c for cited in citations for c in (new if cited == old else (cited,)))

        again = [
            with_citations(clause, recited) if found is None or clause is found else clause for clause in self.clauses
        ]
        if not changed:
            year = self.base.header.year
            hint = "引用されている出典を、年度も含めて引用のとおりに書きます。"
            if old.name is not None and old.year is None:
                hint = f"前の年度の出典は年度を付けて書きます（〔{year} {old.name}〕）。"
            self._say(d.MissingPart(old.span, str(target or "全体"), f"出典{print_citations((old,))}", hint))
        elif new == (old,):
            self._say(d.NothingChanges(span))
        self.clauses = again


def _touched(revision: AllocationRevision) -> Iterator[tuple[ClauseRef, Span]]:
    """What the amendments are about, each with its amendment."""
    for amendment in revision.amendments:
        match amendment.action:
            case InsertClauses(anchor=target) | ReplaceClause(target=target) | DeleteClause(target=target):
                yield target, amendment.span
            case RenameClause(target=target, name=name):
                yield target, amendment.span
                yield evolve(target, name=name), amendment.span
            case ChangeValue(target=target) | RewordClause(target=target):
                yield target, amendment.span
            case AddClause() | ReciteClause():
                pass  # it shows itself, or decides nothing
            case _:
                assert_never(amendment.action)


def _keys_of(amendment: ClauseAmendment) -> set[tuple[str, str]]:
    """The clauses of which nothing certain is known once an amendment failed."""
    match amendment.action:
        case AddClause(clause=clause):
            return {clause_key(clause)}
        case InsertClauses(new=new):
            return {clause_key(clause) for clause in new if not isinstance(clause, PotPart)}
        case RenameClause(target=target, name=name):
            return {(target.kind, target.name), (target.kind, name)}
        case ReplaceClause(target=target) | DeleteClause(target=target):
            return {(target.kind, target.name)} if target.part is None else set()
        case ChangeValue() | RewordClause() | ReciteClause():
            return set()
        case _:
            assert_never(amendment.action)
