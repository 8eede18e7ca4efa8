"""The syntax of a revision of an allocation (配分の改正): which clause is amended, and how.

The rules are in language.md, A revision of an allocation.
"""

from typing import Final, assert_never

from attrs import field

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
from haiten.compiler.syntax.revision import declaration_word, declared_name
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
    """``定数 緩和率``, ``配分 強化``, ``配分 強化 の枠 ア``: a clause, or what belongs to a pot.

    Attributes:
        kind: the word that begins the clause; 題名 and 端数 have no name.
        part: the word of what belongs to the pot; None for the clause itself.
        label: of a 枠.
    """

    kind: str
    name: str
    span: Span = field(eq=False, repr=False)
    part: str | None = None
    label: str | None = None

    def __str__(self) -> str:
        name = f"「{self.name}」" if self.kind == "時点" else self.name
        part = f"の{self.part}" if self.part else ""
        return " ".join(filter(None, (self.kind, name, part, self.label)))


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
    """``配分 強化 を 重点 とする。``: the clause stays the one it was, and all that names it follows."""

    target: ClauseRef
    name: str


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
    """中「…」を「…」に改める; ``citations`` are those of the whole text from now on."""

    target: ClauseRef
    old: str
    new: str
    citations: tuple[Citation, ...]


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
    ReplaceClause | DeleteClause | InsertClauses | RenameClause | ChangeValue | RewordClause | ReciteClause | AddClause
)


@frozen
class ClauseAmendment:
    """One statement of a revision of an allocation."""

    action: ClauseAction
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
