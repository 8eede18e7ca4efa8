"""Two allocations → the amendments (改め文) that make one of the other."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

from attrs import evolve, field

from haiten.comparison.parts import NOWHERE, word_edit
from haiten.comparison.sentences import gather_clauses
from haiten.compiler.folding.fold import Comment
from haiten.compiler.late import define
from haiten.compiler.printing.print_allocation import print_allocation
from haiten.compiler.revising.clause_names import under_names_of
from haiten.compiler.revising.clauses import cited_in, part_of, text_of, value_in, with_part, with_value
from haiten.compiler.revising.revise_allocation import revise_allocation
from haiten.compiler.revising.reword_clauses import VALUE_WORDS, with_words
from haiten.compiler.syntax.allocation import AllocationFile, FrameDecl, PotDecl, PotPart, word_of
from haiten.compiler.syntax.allocation_revision import (
    FRAME,
    AddClause,
    AllocationBase,
    AllocationRevision,
    ChangeText,
    ChangeValue,
    ClauseAction,
    ClauseAmendment,
    ClauseRef,
    DeleteClause,
    InsertClauses,
    QuotedValue,
    ReciteClause,
    RenameClause,
    ReplaceClause,
    RewordClause,
    WholeClause,
    clause_key,
    whole_clauses,
)
from haiten.compiler.syntax.bare import without
from haiten.compiler.syntax.rulebook import ConstantDecl, FactDecl, SourceDecl, Text

# Sources before what cites them, and what names others behind these.
_KINDS = ("出典", "事実", "区分", "定数", "予算", "時点", "配分", "限度", "端数")


def derive_allocation(base: AllocationFile, new: AllocationFile) -> AllocationRevision:
    """The revision that makes ``new`` of ``base``; comments of both are left out."""
    return _Deriver(base=without(base, (Comment,)), new=without(new, (Comment,))).run()


@define(eq=False)
class _Deriver:
    base: AllocationFile
    new: AllocationFile
    amendments: list[ClauseAmendment] = field(factory=list)

    def run(self) -> AllocationRevision:
        past = under_names_of(self.new, self.base)
        # The year's own sources come first: what is said behind them cites them.
        self._add_sources()
        if past.old:
            before = [(ClauseRef(kind, was, NOWHERE), name) for (kind, name), was in past.old.items()]
            self._say(RenameClause(tuple((ref, evolve(ref, name=name)) for ref, name in before)))
        self._recite()
        for kind in _KINDS:
            self._settle(kind, _of_kind(self._stage(), kind), _of_kind(self.new, kind))
        apart = self.amendments
        for self.amendments in (gather_clauses(apart), apart):
            revision = self._revision()
            made = revise_allocation(self.base, revision).file
            if made is not None and print_allocation(made) == print_allocation(self.new):
                return revision
        return self._bluntly()

    def _revision(self) -> AllocationRevision:
        new, base = self.new, self.base
        title = new.title if new.title != base.title else None
        no_title = ClauseAmendment((DeleteClause(ClauseRef("題名", "", NOWHERE)),), NOWHERE)
        dropped = (no_title,) if new.title is None and base.title is not None else ()
        line = AllocationBase(base.header.year, base.header.scope, NOWHERE)
        return AllocationRevision(new.header, line, new.based_on, title, (*self.amendments, *dropped))

    def _stage(self) -> AllocationFile:
        """The base as amended so far; the base itself where that cannot be."""
        return revise_allocation(self.base, self._revision()).file or self.base

    def _bluntly(self) -> AllocationRevision:
        """All of the base goes, and all of the new one comes: where nothing finer says the same."""
        self.amendments = []
        for kind in _KINDS:
            for clause in _of_kind(self.base, kind):
                self._say(DeleteClause(_ref(_aged(clause, self.base.header.year))))
        for kind in _KINDS:
            for clause in _of_kind(self.new, kind):
                self._say(AddClause(clause))
        return self._revision()

    def _say(self, action: ClauseAction) -> None:
        self.amendments.append(ClauseAmendment((action,), NOWHERE))

    def _add_sources(self) -> None:
        for source in self.new.sources:
            if source.year is None:
                self._say(AddClause(source))

    def _recite(self) -> None:
        """A document that is the year's own again: wherever the old one was cited, the new one is."""
        year, own = self.base.header.year, {source.name for source in self.new.sources if source.year is None}
        kept = set(cited_in(self.new))
        for citation in dict.fromkeys(cited_in(self._stage())):
            again = evolve(citation, year=None)
            if citation.year == year and citation.name in own and citation not in kept and again in kept:
                self._say(ReciteClause(None, citation, (again,)))

    def _settle(self, kind: str, before: Sequence[WholeClause], after: Sequence[WholeClause]) -> None:
        old = {clause_key(clause): clause for clause in before}
        new = {clause_key(clause): clause for clause in after}
        order = [key for key in new if key in old]
        stay = set(_common_order([key for key in old if key in new], order))
        for key, clause in old.items():
            if key not in stay:
                # A source that nothing cites goes by itself.
                if not isinstance(clause, SourceDecl) or clause.year is None:
                    self._say(DeleteClause(_ref(clause)))
            else:
                for action in _changes(clause, new[key]):
                    self._say(action)
        above: WholeClause | None = None
        begun = len(self.amendments)
        for stays, together in groupby(new.items(), lambda item: item[0] in stay):
            clauses = tuple(clause for _, clause in together)
            last = clauses[-1] is list(new.values())[-1]
            if stays:
                above = clauses[-1]
            elif last:
                # Before the others, which would take what stands behind them for theirs.
                self.amendments[begun:begun] = [ClauseAmendment((AddClause(clause),), NOWHERE) for clause in clauses]
            elif above is not None:
                self._say(InsertClauses(_ref(above), "次", clauses))
            else:
                first = next(clause for key, clause in new.items() if key in stay)
                self._say(InsertClauses(_ref(first), "前", clauses))


def _of_kind(file: AllocationFile, kind: str) -> tuple[WholeClause, ...]:
    return tuple(clause for clause in whole_clauses(file) if clause_key(clause)[0] == kind)


def _aged(clause: WholeClause, year: str) -> WholeClause:
    return evolve(clause, year=clause.year or year) if isinstance(clause, SourceDecl) else clause


def _ref(clause: WholeClause) -> ClauseRef:
    return ClauseRef(*clause_key(clause), NOWHERE)


def _common_order(one: list[Any], two: list[Any]) -> Iterator[Any]:
    """What stands in the same order in both: the rest moves."""
    for block in SequenceMatcher(None, one, two, autojunk=False).get_matching_blocks():
        yield from one[block.a : block.a + block.size]


def _changes(old: WholeClause, new: WholeClause) -> Iterator[ClauseAction]:
    """What makes one clause of the other, in as few words as say it."""
    if old == new:
        return
    target = _ref(old)
    small = _small_changes(target, old, new)
    if small is not None:
        yield from small
        return
    if (
        isinstance(old, PotDecl)
        and isinstance(new, PotDecl)
        and (actions := _pot_changes(target, old, new)) is not None
    ):
        yield from actions
        return
    yield ReplaceClause(target, (new,))


def _value_change(target: ClauseRef, old: WholeClause, new: WholeClause) -> ChangeValue | None:
    """The one value in which two clauses differ; None where they differ in more, or in something else."""
    for word in VALUE_WORDS:
        probe = ChangeValue(target, word, None, None)
        before, after = value_in(old, probe), value_in(new, probe)
        if before is None or after is None or (before.value, before.citations) == (after.value, after.citations):
            continue
        change = ChangeValue(target, word, _without_place(before), _without_place(after))
        if with_value(old, change) == new:
            return change
    return None


def _without_place(value: QuotedValue) -> QuotedValue:
    return evolve(value, span=NOWHERE)


def _small_changes(target: ClauseRef, old: WholeClause, new: WholeClause) -> list[ClauseAction] | None:
    """The changes of a text and of a value that are all that differs; None where more does, or something else."""
    actions: list[ClauseAction] = []
    text = _text_change(target, old, new)
    if text is not None:
        actions.append(text)
        after = text_of(new, target)
        assert after is not None
        old = with_words(old, target, _cited_by(new, after))
    if old != new:
        value = _value_change(target, old, new)
        if value is None:
            return None
        actions.append(value)
    return actions


def _cited_by(clause: WholeClause, text: Text) -> Text:
    """A text with all that stands behind it: of a 事実 or 定数, what the declaration cites."""
    return evolve(text, citations=clause.citations) if isinstance(clause, FactDecl | ConstantDecl) else text


def _text_change(target: ClauseRef, old: WholeClause, new: WholeClause) -> RewordClause | ChangeText | None:
    """How a text is changed into another one, by its words where they are few; None where it is not."""
    before, after = text_of(old, target), text_of(new, target)
    if before is None or after is None or target.kind == "時点" or before == after:
        return None
    cited = _cited_by(new, after)
    small = word_edit(_cited_by(old, before), cited)
    if small is not None:
        edit, citations = small
        return RewordClause(target, (edit,), citations)
    return ChangeText(target, evolve(before, citations=(), span=NOWHERE), evolve(cited, span=NOWHERE))


def _pot_changes(target: ClauseRef, old: PotDecl, new: PotDecl) -> list[ClauseAction] | None:
    """The changes of a pot's parts; None where all of it is best said anew."""
    actions: list[ClauseAction] = []
    if old.line != new.line:
        changes = _small_changes(target, old, evolve(old, line=new.line))
        if changes is None:
            return None
        actions += changes
    for part in old.parts:
        word, label = (FRAME, part.label) if isinstance(part, FrameDecl) else (word_of(part), None)
        there = part_of(new, word, label)
        of_part = evolve(target, part=word, label=label)
        if there is None and not isinstance(part, FrameDecl) and part is old.method and new.method is not None:
            actions.append(ReplaceClause(of_part, (new.method,)))
        elif there is None:
            actions.append(DeleteClause(of_part))
        elif there != part:
            alone = evolve(old, split=None, eligible=None, frames=(), method=None, unspent=None)
            one, two = with_part(alone, None, part), with_part(alone, None, there)
            small = _small_changes(of_part if label else target, one, two)
            actions += small if small is not None else [ReplaceClause(of_part, (there,))]
    added: list[PotPart] = []
    for part in new.parts:
        word, label = (FRAME, part.label) if isinstance(part, FrameDecl) else (word_of(part), None)
        if part_of(old, word, label) is None and not (part is new.method and old.method is not None):
            added.append(part)
    if added:
        actions.append(InsertClauses(target, "中", tuple(added)))
    labels = [frame.label for frame in old.frames if part_of(new, FRAME, frame.label)]
    labels += [part.label for part in added if isinstance(part, FrameDecl)]
    if labels != [frame.label for frame in new.frames]:
        return None  # 枠 in another order
    return actions
