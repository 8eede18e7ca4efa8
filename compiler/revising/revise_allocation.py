"""An allocation + a revision of it → the allocation of the next year (language.md, A revision of an allocation)."""

from collections.abc import Iterator
from typing import Any, assert_never

from attrs import field

from haiten.compiler import diagnostics as d
from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import Diagnostic, has_errors
from haiten.compiler.late import define, frozen
from haiten.compiler.printing.print_allocation import print_amount
from haiten.compiler.printing.print_rulebook import print_citations
from haiten.compiler.revising.amend_pots import part_name
from haiten.compiler.revising.clause_names import RENAMED, former_names
from haiten.compiler.revising.clauses import (
    cited_in,
    takes_rest,
    value_in,
    values_of,
    with_citations,
    with_value,
)
from haiten.compiler.revising.rename_clauses import rename_clauses
from haiten.compiler.revising.reword_clauses import ClauseRewriter, change_text
from haiten.compiler.revising.standing_clauses import StandingClauses
from haiten.compiler.source import Span
from haiten.compiler.syntax.allocation import AllocationFile, BasedOn, PotPart, Rest
from haiten.compiler.syntax.allocation_revision import (
    AddClause,
    AllocationRevision,
    ChangeText,
    ChangeValue,
    ClauseAction,
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
    refs_of,
    whole_clauses,
    with_refs,
)
from haiten.compiler.syntax.rulebook import Citation, SourceDecl
from haiten.compiler.syntax.years import western_year

_Citations = tuple[Citation, ...]


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
    standing: StandingClauses = field(init=False)
    doubtful_pots: set[str] = field(factory=set)  # of which something that belongs to them could not be amended

    def run(self) -> RevisedAllocation:
        base, revision = self.base, self.revision
        year = base.header.year
        sources = tuple(evolve(source, year=source.year or year) for source in base.sources)
        handed_on = whole_clauses(evolve(base, sources=sources))
        clauses = [with_citations(clause, self._aged) for clause in handed_on]
        self.standing = StandingClauses(clauses, base.title is not None)
        if not revision.amendments:
            self.standing.diagnostics.append(d.EmptyRevision(revision.base.span))
        for amendment in revision.amendments:
            self._apply(amendment)
        self._check_title()
        made = None if has_errors(self.standing.diagnostics) else self._file()
        return RevisedAllocation(made, tuple(self.standing.diagnostics), tuple(_touched(revision)))

    def _aged(self, citations: _Citations) -> _Citations:
        year = self.base.header.year
        return tuple(evolve(c, year=c.year or year) if c.name is not None else c for c in citations)

    def _file(self) -> AllocationFile:
        base, revision = self.base, self.revision
        header = revision.header
        kept_title = with_citations(base.title, self._aged) if self.standing.has_title else None

        def of(word: str) -> tuple[Any, ...]:
            return tuple(clause for clause in self.standing.clauses if clause_key(clause)[0] == word)

        based_on = revision.based_on
        if based_on is None and base.based_on is not None:
            based_on = BasedOn(header.year, header.scope, header.span)
        others = tuple(clause for clause in self.standing.clauses if not isinstance(clause, SourceDecl))
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
        old = title is not None and self.standing.has_title and year.removesuffix("度") in title.text.value
        if old and title is not None and self.revision.title is None:
            self.standing.say(d.OldTitle(self.revision.header.span, year, title.text.span))

    # Amendments

    def _apply(self, amendment: ClauseAmendment) -> None:
        before, back = len(self.standing.diagnostics), self.standing.as_it_stands()
        replacing = [each for each in amendment.actions if isinstance(each, ReplaceClause)]
        # One part for each 枠 of a range, in their order.
        ranged = any(each.target.last for each in replacing)
        parts = [part for each in replacing for part in each.by] if ranged else None
        for single in self._singles(amendment.actions, parts):
            self._act(single, amendment.span)
            if has_errors(self.standing.diagnostics[before:]):
                break
        if parts and not has_errors(self.standing.diagnostics[before:]):
            extra, pot = parts[0], evolve(replacing[-1].target, part=None, label=None, last=None)
            what = part_name(extra) if isinstance(extra, PotPart) else " ".join(clause_key(extra))
            self.standing.say(d.Misplaced(clause_span(extra), what, f"「{pot} に次のように加える。」の後"))
        if has_errors(self.standing.diagnostics[before:]):
            # All of a sentence or nothing.
            back()
            self.standing.doubtful |= {key for each in amendment.actions for key in _keys_of(each)}
            pots = {ref.name for each in amendment.actions for ref in refs_of(each) if ref.part is not None}
            if pots & self.doubtful_pots:
                del self.standing.diagnostics[before:]
            self.doubtful_pots |= pots

    def _singles(
        self, actions: tuple[ClauseAction, ...], parts: list[WholeClause | PotPart] | None
    ) -> Iterator[ClauseAction]:
        """The actions, one for each 枠 of a range, as it stands by then; each that replaces takes one of ``parts``."""
        for action in actions:
            target = next(iter(refs_of(action)), None)
            refs = [target] if target is not None and not isinstance(action, RenameClause) else []
            if target is not None and target.last is not None and refs:
                refs = self.standing.spread(target) or []
                if not refs:
                    return
            for single in [with_refs(action, (ref,)) for ref in refs] or [action]:
                if parts is not None and isinstance(single, ReplaceClause):
                    single, parts[:] = evolve(single, by=tuple(parts[:1])), parts[1:]
                yield single

    def _act(self, action: ClauseAction, span: Span) -> None:
        match action:
            case AddClause(clause=clause):
                self.standing.add(self.standing.end_of(clause), (clause,))
            case ReplaceClause() as action:
                self._replace(action, span)
            case DeleteClause(target=target):
                self._delete(target, span)
            case InsertClauses() as action:
                self._insert(action, span)
            case RenameClause() as action:
                rename_clauses(self.standing, action, self.base.header.year, span)
            case ChangeValue() as action:
                self._change(action, span)
            case RewordClause() as action:
                self._reword(action, span)
            case ChangeText(target=target) as action:
                found = self.standing.find(target)
                if found is not None:
                    self.standing.put(found, change_text(found, action, self.standing.diagnostics, span))
            case ReciteClause() as action:
                self._recite(action, span)
            case _:
                assert_never(action)

    def _replace(self, action: ReplaceClause, span: Span) -> None:
        target, by = action.target, action.by
        if target.kind == "題名":
            expected = "題名（改正する年度の題名は「題名 「…」」とだけ書きます）"
            self.standing.say(d.NothingFollows(span, "題名", expected))
            return
        found = self.standing.find(target)
        if found is None:
            return
        if not by:
            self.standing.say(d.NothingFollows(span, "次のように改める", f"代わりの「{target}」"))
            return
        if target.part is not None:
            self.standing.put(found, self.standing.pot(found).replace(action))
            return
        new = by[0]
        assert not isinstance(new, PotPart)
        if clause_key(new) != clause_key(found):
            kind, name = clause_key(new)
            hint = f"同じ名前で書きます。名前を変えるには、別に「{target} を {name} とする。」という改正文を書きます。"
            if kind not in RENAMED:
                hint = "同じ名前で書きます。"
            self.standing.say(d.OtherLabel(clause_span(new), str(target), f"{kind} {name}", clause_span(found), hint))
            return
        new = former_names(new, of=found)
        if new == found:
            self.standing.say(d.NothingChanges(span, clause_span(found)))
        self.standing.put(found, new)

    def _delete(self, target: ClauseRef, span: Span) -> None:
        if target.kind == "題名":
            if not self.standing.has_title:
                self.standing.say(d.MissingTarget(target.span, "題名"))
            self.standing.has_title = False
            return
        found = self.standing.find(target)
        if found is None:
            return
        if target.part is None:
            self.standing.clauses = [clause for clause in self.standing.clauses if clause is not found]
            self.standing.gone[clause_key(found)] = span
            return
        self.standing.put(found, self.standing.pot(found).delete(target))

    def _insert(self, action: InsertClauses, span: Span) -> None:
        anchor, where, new = action.anchor, action.where, action.new
        if where == "中" and (anchor.kind != "配分" or anchor.part is not None):
            sentence = f"{anchor} の次に次のように加える。"
            self.standing.say(d.MissingPart(span, str(anchor), "中に加える所", f"「{sentence}」と書きます。"))
            return
        found = self.standing.find(anchor)
        if found is None:
            return
        if not new:
            what = "配分に加えるもの" if where == "中" else f"加える{anchor.part or anchor.kind}"
            self.standing.say(d.NothingFollows(span, "次のように加える", what))
            return
        if where != "中" and anchor.part is None:
            at = next(at for at, clause in enumerate(self.standing.clauses) if clause is found) + (where == "次")
            self.standing.add(at, tuple(clause for clause in new if not isinstance(clause, PotPart)))
            return
        self.standing.put(found, self.standing.pot(found).insert(action))

    def _change(self, action: ChangeValue, span: Span) -> None:
        target = action.target
        found = self.standing.find(target)
        if found is None:
            return
        old = value_in(found, action)
        said = action.old
        if said is None:
            if old is not None:
                self.standing.say(d.AlreadyThere(span, f"{target} の{action.word}", old.span))
                return
        elif old is None:
            words = values_of(found, target)
            hint = f"「」で引いて改められるもの: {words}" if words else f"「{target} を次のように改める。」と書きます。"
            self.standing.say(d.MissingPart(target.span, str(target), action.word, hint, clause_span(found)))
            return
        elif old.value != said.value:
            shown = print_amount(said.value), print_amount(old.value)
            self.standing.say(d.StalePart(said.span, str(target), action.word, *shown, old.span))
            return
        elif action.new is not None and (action.new.value, action.new.citations) == (old.value, old.citations):
            self.standing.say(d.NothingChanges(span, old.span))
        if action.new is not None and isinstance(action.new.value, Rest) and not takes_rest(found, action):
            self.standing.say(d.Misplaced(action.new.span, "残り", "配分の額"))
            return
        self.standing.put(found, with_value(found, action))

    def _reword(self, action: RewordClause, span: Span) -> None:
        rewriter = ClauseRewriter(action, span, self.standing.diagnostics)
        if action.target is None:
            self.standing.clauses = rewriter.everywhere(self.standing.clauses)
            return
        found = self.standing.find(action.target)
        if found is not None and self.standing.has_part(found, action.target):
            self.standing.put(found, rewriter.one(found, action.target))

    def _recite(self, action: ReciteClause, span: Span) -> None:
        target, old, new = action.target, action.old, action.new
        found = self.standing.find(target) if target is not None else None
        if target is not None and found is None:
            return
        changed = 0

        def recited(citations: _Citations) -> _Citations:
            nonlocal changed
            if old not in citations:
                return citations
            changed += 1
            return tuple(c for cited in citations for c in (new if cited == old else (cited,)))

        def again_in(clause: WholeClause) -> WholeClause:
            if target is None or target.part is None:
                return with_citations(clause, recited) if found is None or clause is found else clause
            return self.standing.pot(clause).recited(target, recited) if clause is found else clause

        if found is not None and target is not None and not self.standing.has_part(found, target):
            return
        again = [again_in(clause) for clause in self.standing.clauses]
        if not changed:
            year = self.base.header.year
            hint = "引用されている出典を、年度も含めて引用のとおりに書きます。"
            if old.name is not None and old.year is None:
                hint = f"前の年度の出典は年度を付けて書きます（〔{year} {old.name}〕）。"
            self.standing.say(d.MissingPart(old.span, str(target or "全体"), f"出典{print_citations((old,))}", hint))
        elif new == (old,):
            self.standing.say(d.NothingChanges(span))
        self.standing.clauses = again


def _touched(revision: AllocationRevision) -> Iterator[tuple[ClauseRef, Span]]:
    """What the amendments are about, each with its amendment; a clause that is added shows itself."""
    for amendment in revision.amendments:
        for action in amendment.actions:
            yield from ((target, amendment.span) for target in refs_of(action) if not isinstance(action, ReciteClause))
            if isinstance(action, RenameClause):
                yield from ((new, amendment.span) for _, new in action.names)


def _keys_of(action: ClauseAction) -> set[tuple[str, str]]:
    """The clauses of which nothing certain is known once an action failed."""
    match action:
        case AddClause(clause=clause):
            return {clause_key(clause)}
        case InsertClauses(new=new):
            return {clause_key(clause) for clause in new if not isinstance(clause, PotPart)}
        case RenameClause(names=names):
            return {(ref.kind, ref.name) for pair in names for ref in pair if ref.part is None}
        case ReplaceClause(target=target) | DeleteClause(target=target):
            return {(target.kind, target.name)} if target.part is None else set()
        case ChangeValue() | RewordClause() | ChangeText() | ReciteClause():
            return set()
        case _:
            assert_never(action)
