"""The syntax of a revision of an allocation (配分の改正): which clause is amended, and how.

The rules are in language.md, A revision of an allocation.
"""

from collections.abc import Sequence
from typing import Final, assert_never

from attrs import field

from haiten.compiler.changing import evolve
from haiten.compiler.folding.fold import Comment
from haiten.compiler.late import frozen
from haiten.compiler.source import Span
from haiten.compiler.syntax.allocation import (
    AllocationFile,
    AmountDecl,
    BasedOn,
    BudgetDecl,
    EventDecl,
    LimitDecl,
    PotDecl,
    PotPart,
    RoundingRule,
)
from haiten.compiler.syntax.revision import WordEdit, declaration_word, declared_name, only_deletes
from haiten.compiler.syntax.rulebook import (
    NO_COMMENTS,
    Citation,
    ClassDecl,
    Comments,
    ConstantDecl,
    FactDecl,
    Header,
    SourceDecl,
    Text,
    Title,
)
from haiten.compiler.syntax.scope import Scope

# What stands in an allocation by itself, and what may be added to it or put in the place of another.
WholeClause = (
    SourceDecl | FactDecl | ClassDecl | ConstantDecl | BudgetDecl | EventDecl | PotDecl | LimitDecl | RoundingRule
)
FRAME: Final = "枠"
METHODS: Final = ("按分", "均等", "激変緩和")


@frozen
class ClauseRef:
    """``定数 緩和率``, ``配分 強化``, ``配分 強化 の枠 ア〜ウ``: a clause, or what belongs to a pot.

    Attributes:
        kind: the word that begins the clause; 題名 and 端数 have no name.
        name: its name; that of an older year's 出典 begins with the year.
        part: the word of what belongs to the pot; None for the clause itself.
        label: of a 枠, or of the first of several.
        last: of the last 枠 of a range.
    """

    kind: str
    name: str
    span: Span = field(eq=False, repr=False)
    part: str | None = None
    label: str | None = None
    last: str | None = None

    def __str__(self) -> str:
        return " ".join(filter(None, (self.kind, self.called, self.of_pot)))

    @property
    def called(self) -> str:
        """Its name as a sentence has it."""
        return f"「{self.name}」" if self.kind == "時点" else self.name

    @property
    def of_pot(self) -> str:
        """What of a pot it is, as a sentence has it (``の枠 ア〜ウ``); empty for a clause itself."""
        if self.part is None:
            return ""
        return " ".join(filter(None, (f"の{self.part}", self.labels)))

    @property
    def labels(self) -> str:
        """The label of a 枠, or the range of labels."""
        return (self.label or "") + (f"〜{self.last}" if self.last else "")


@frozen
class QuotedValue:
    """An amount or an expression, with what it cites, as a sentence quotes it."""

    value: AmountDecl
    citations: tuple[Citation, ...]
    span: Span = field(eq=False, repr=False)


@frozen
class ReplaceClause:
    """を次のように改める."""

    target: ClauseRef
    by: tuple[WholeClause | PotPart, ...]


@frozen
class DeleteClause:
    """を削る."""

    target: ClauseRef


@frozen
class InsertClauses:
    """の次に/の前に/に次のように加える; ``where`` is 次, 前 or 中 (into a pot)."""

    anchor: ClauseRef
    where: str
    new: tuple[WholeClause | PotPart, ...]


@frozen
class RenameClause:
    """``配分 強化 を 重点 とし、…``: each stays the clause it was, all that names it follows, and all change at once.

    Attributes:
        names: what is called otherwise, and as what it is referred to from now on; ranges of 枠 in both.
    """

    names: tuple[tuple[ClauseRef, ClauseRef], ...]


@frozen
class ChangeValue:
    """``予算 推進 の額「…」を「…」に改める。``; None on one side where a 対象 is added or taken away.

    Attributes:
        word: 額 or 値 of the clause itself, 要件 of a 枠, or the word of what belongs to the pot.
    """

    target: ClauseRef
    word: str
    old: QuotedValue | None
    new: QuotedValue | None


@frozen
class RewordClause:
    """中「…」を「…」に改め、「…」を削る: changes of words, all held against the text as it stood before them.

    Attributes:
        target: None is the whole allocation (全体).
        citations: as in ``revision.Reword``.
        inside: what is reworded: 文, or a value or condition by its word (額, 要件, 対象, …).
    """

    target: ClauseRef | None
    edits: tuple[WordEdit, ...]
    citations: tuple[Citation, ...]
    inside: str = "文"

    @property
    def only_deletes(self) -> bool:
        """Whether no words come."""
        return only_deletes(self.edits)


@frozen
class ChangeText:
    """の文「…」を「…」に改める: the whole text."""

    target: ClauseRef
    old: Text
    new: Text


@frozen
class ReciteClause:
    """の出典〔…〕を〔…〕に改める, everywhere in the clause; ``target`` None is the whole allocation (全体)."""

    target: ClauseRef | None
    old: Citation
    new: tuple[Citation, ...]


@frozen
class AddClause:
    """A clause that stands in a revision by itself: it is new."""

    clause: WholeClause


ClauseAction = (
    ReplaceClause
    | DeleteClause
    | InsertClauses
    | RenameClause
    | ChangeValue
    | RewordClause
    | ChangeText
    | ReciteClause
    | AddClause
)


def renamed_ref(ref: ClauseRef, new: ClauseRef) -> ClauseRef:
    """What is referred to once it is called otherwise: by another label where it is a 枠, else by another name."""
    if ref.part is None:
        return evolve(ref, name=new.name, span=new.span)
    return evolve(ref, label=new.label, last=new.last, span=new.span)


def refs_of(action: ClauseAction) -> tuple[ClauseRef, ...]:
    """What an action names; nothing where it is about the whole, or adds a clause that shows itself."""
    match action:
        case InsertClauses(anchor=anchor):
            return (anchor,)
        case RenameClause(names=names):
            return tuple(target for target, _ in names)
        case ReplaceClause(target=target) | DeleteClause(target=target) | ChangeValue(target=target):
            return (target,)
        case ChangeText(target=target):
            return (target,)
        case RewordClause(target=reach) | ReciteClause(target=reach):
            return () if reach is None else (reach,)
        case AddClause():
            return ()
        case _:
            assert_never(action)


def with_refs(action: ClauseAction, refs: Sequence[ClauseRef]) -> ClauseAction:
    """An action about something else; ``refs`` are as many as ``refs_of`` gave."""
    match action:
        case InsertClauses():
            return evolve(action, anchor=refs[0])
        case RenameClause(names=names):
            pairs = zip(refs, (new for _, new in names), strict=True)
            return RenameClause(tuple((ref, renamed_ref(ref, new)) for ref, new in pairs))
        case ReplaceClause() | DeleteClause() | ChangeValue() | ChangeText():
            return evolve(action, target=refs[0])
        case RewordClause() | ReciteClause():
            return evolve(action, target=refs[0]) if refs else action
        case AddClause():
            return action
        case _:
            assert_never(action)


@frozen
class ClauseAmendment:
    """One statement of a revision of an allocation.

    Attributes:
        actions: in their order; all of them or none.
    """

    actions: tuple[ClauseAction, ...]
    span: Span = field(eq=False, repr=False)
    reason: Text | None = None
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)


@frozen
class AllocationBase:
    """``令和6年度 市町村 配分 を次のように改正する。``: which allocation is amended."""

    year: str
    scope: Scope
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)


@frozen
class AllocationRevision:
    """A revision of an allocation as written.

    Attributes:
        based_on: None where the line is left out: by the rulebook of its own year, if the base reads one.
        damaged, closing: as in ``revision.Revision``.
    """

    header: Header
    base: AllocationBase
    based_on: BasedOn | None
    title: Title | None
    amendments: tuple[ClauseAmendment, ...]
    closing: tuple[Comment, ...] = field(default=(), eq=False, repr=False)
    damaged: bool = field(default=False, eq=False, repr=False)


def clause_key(clause: WholeClause) -> tuple[str, str]:
    """The word and the name by which a clause is referred to."""
    match clause:
        case SourceDecl() | FactDecl() | ClassDecl():
            return declaration_word(clause), declared_name(clause)
        case ConstantDecl():
            return "定数", clause.name
        case BudgetDecl():
            return "予算", clause.name
        case EventDecl():
            return "時点", clause.text.value
        case PotDecl():
            return "配分", clause.line.name
        case LimitDecl():
            return "限度", clause.budget.value
        case RoundingRule():
            return "端数", ""
        case _:
            assert_never(clause)


def whole_clauses(file: AllocationFile) -> tuple[WholeClause, ...]:
    """All clauses of an allocation, in the order in which they are printed."""
    rounding = (file.rounding,) if file.rounding else ()
    declared: tuple[WholeClause, ...] = (*file.sources, *file.facts, *file.classes)
    return (*declared, *file.constants, *file.budgets, *file.calendar, *file.pots, *file.limits, *rounding)


def clause_span(clause: WholeClause | PotPart) -> Span:
    """Where a clause stands."""
    return clause.line.span if isinstance(clause, PotDecl) else clause.span
