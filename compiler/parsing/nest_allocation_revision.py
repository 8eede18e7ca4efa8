"""Statements → a revision of an allocation: what an amendment adds finds its amendment."""

from typing import ClassVar, assert_never

from attrs import evolve, field

from haiten.compiler.late import define
from haiten.compiler.parsing.nest_allocation import OpenPot, PotNester
from haiten.compiler.parsing.nest_header import Nested
from haiten.compiler.parsing.read_allocation import ClauseAmendmentLine, Statement
from haiten.compiler.parsing.read_revision import AmendmentLine, ReasonLine
from haiten.compiler.parsing.read_rulebook import LanguageLine, Lost, RulebookLine, SinceLine, TitleLine
from haiten.compiler.parsing.sentences import one_by_one
from haiten.compiler.syntax.allocation import (
    AllocationLine,
    BasedOn,
    BudgetDecl,
    EventDecl,
    LimitDecl,
    PotDecl,
    PotLine,
    PotPart,
    RoundingRule,
    word_of,
)
from haiten.compiler.syntax.allocation_revision import (
    AddClause,
    AllocationBase,
    AllocationRevision,
    ClauseAction,
    ClauseAmendment,
    ClauseRef,
    DeleteClause,
    InsertClauses,
    ReciteClause,
    ReplaceClause,
    WholeClause,
    clause_key,
)
from haiten.compiler.syntax.revision import (
    Action,
    Article,
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
    Revalue,
    Reword,
    Separate,
    Supplement,
    Together,
)
from haiten.compiler.syntax.rulebook import (
    Carry,
    ClassDecl,
    ConstantDecl,
    Definition,
    FactDecl,
    Heading,
    Remark,
    Requirement,
    SourceDecl,
    Text,
    Timing,
    Undisclosed,
)


@define(eq=False)
class _OpenAmendment:
    """An amendment whose clauses are still being read."""

    line: ClauseAmendmentLine
    content: list[WholeClause | OpenPot | PotPart] = field(factory=list)
    reason: Text | None = None

    def takes(self, kind: str) -> bool:
        """Whether a whole clause of a kind behind it is what it puts in."""
        match self.line.action:
            case ReplaceClause(target=ClauseRef(part=None) as target):
                return target.kind == kind and not self.content
            case InsertClauses(anchor=ClauseRef(part=None) as anchor, where="次" | "前"):
                return anchor.kind == kind
            case _:  # any other: it puts in nothing
                return False

    @property
    def takes_parts(self) -> bool:
        """Whether what belongs to a pot, and stands behind it by itself, is what it puts in."""
        match self.line.action:
            case ReplaceClause(target=target):
                return target.part is not None
            case InsertClauses(anchor=anchor, where=where):
                return anchor.part is not None or (anchor.kind == "配分" and where == "中")
            case _:  # any other: it puts in nothing
                return False

    def close(self) -> ClauseAmendment:
        action = self.line.action
        content = tuple(part.close() if isinstance(part, OpenPot) else part for part in self.content)
        match action:
            case ReplaceClause():
                action = evolve(action, by=content)
            case InsertClauses():
                action = evolve(action, new=content)
            case AddClause() if content and isinstance(content[0], PotDecl):
                action = AddClause(content[0])
            case _:  # any other: it puts in nothing
                pass
        return ClauseAmendment(action, self.line.span, self.reason, self.line.comments)


@define(eq=False)
class AllocationRevisionNester(PotNester):
    """Nests the statements of a revision of an allocation."""

    own_line: ClassVar[type[AllocationLine]] = AllocationLine
    example: ClassVar[str] = "令和7年度 市町村 配分"
    amendments: list[_OpenAmendment] = field(factory=list)
    astray: bool = False  # something of a rulebook stands here, and that was reported

    def run(self) -> Nested:
        """The tree of the file."""
        for statement in self.parsed.statements:
            self._place(statement)
        header, base, based_on = self.header(), self.header_lines[AllocationBase], self.header_lines.get(BasedOn)
        if header is None:
            return Nested(None, tuple(self.diagnostics))
        assert isinstance(base, AllocationBase)
        revision = AllocationRevision(
            header,
            base,
            based_on if isinstance(based_on, BasedOn) else None,
            self.title(),
            tuple(amendment.close() for amendment in self.amendments),
            self.parsed.closing,
            self.parsed.damaged,
        )
        return Nested(revision, tuple(self.diagnostics))

    def _place(self, statement: Statement) -> None:
        if isinstance(statement, PotPart):
            self._place_part(statement)
            return
        match statement:
            case LanguageLine() | AllocationLine() | AllocationBase() | BasedOn() | TitleLine():
                self.place_header_line(statement)
            case ClauseAmendmentLine():
                self.amendments.append(_OpenAmendment(statement))
            case AmendmentLine(linked=True):
                self.diagnostics.append(one_by_one(statement))
            case AmendmentLine(action=action) if (of_clause := _of_declaration(action)) is not None:
                line = ClauseAmendmentLine(of_clause, statement.span, statement.comments)
                self.amendments.append(_OpenAmendment(line))
            case ReasonLine():
                self.place_reason(statement, self.amendments[-1] if self.amendments else None)
            case SourceDecl() | FactDecl() | ClassDecl():
                self._place_clause(statement)
            case ConstantDecl() | BudgetDecl() | EventDecl() | LimitDecl() | RoundingRule():
                self._place_clause(statement)
            case PotLine():
                self._place_pot(statement)
            case Lost():
                pass  # the revision is marked damaged as a whole
            case RulebookLine() | SinceLine() | BaseLine() | AmendmentLine() | Heading() | Definition():
                self._lead_astray(statement)
            case Article() | Supplement():
                self._lead_astray(statement)
            case Requirement() | Timing() | Remark() | Undisclosed() | Carry():
                self._lead_astray(statement)
            case _:
                assert_never(statement)

    def _lead_astray(self, statement: Statement) -> None:
        if not self.astray:
            self.misplace(statement.span, "評価指標の見出し、要件、改正文など", "評価指標の改正のファイル")
        self.astray = True

    def _place_clause(self, clause: WholeClause) -> None:
        if self.amendments and self.amendments[-1].takes(clause_key(clause)[0]):
            self.amendments[-1].content.append(clause)
        elif not isinstance(clause, PotDecl):
            # Its comments stay with it alone.
            self.amendments.append(_OpenAmendment(ClauseAmendmentLine(AddClause(clause), clause.span)))

    def _place_pot(self, line: PotLine) -> None:
        pot = OpenPot(line)
        if not (self.amendments and self.amendments[-1].takes("配分")):
            self.amendments.append(_OpenAmendment(ClauseAmendmentLine(AddClause(pot.close()), line.span)))
        self.amendments[-1].content.append(pot)

    def _place_part(self, part: PotPart) -> None:
        current = self.amendments[-1] if self.amendments else None
        last = current.content[-1] if current is not None and current.content else None
        if isinstance(last, OpenPot):
            self.place_in(last, part)
        elif current is not None and current.takes_parts:
            current.content.append(part)
        else:
            self.misplace(part.span, word_of(part), "「配分」か、配分の部分を改める改正文の後")


def _of_declaration(action: Action) -> ClauseAction | None:
    """An amendment of a 事実, 区分, 出典 or 題名, or of all citations: rulebooks have the same; None for any other."""
    match action:
        case Replace(target=Declared() as target):
            return ReplaceClause(_ref(target), ())
        case Delete(target=Declared() as target):
            return DeleteClause(_ref(target))
        case Insert(anchor=Declared() as anchor, where=where, count=None):
            return InsertClauses(_ref(anchor), where, ())
        case Recite(target=None, old=old, new=new):
            return ReciteClause(None, old, new)
        case Replace() | Delete() | Insert() | Renumber() | PartChange() | Reword() | Recite() | Declare():
            return None
        case Revalue() | Together():
            return None
        case Separate() | Rename():
            return None
        case _:
            assert_never(action)


def _ref(declared: Declared) -> ClauseRef:
    return ClauseRef(declared.kind, declared.name, declared.span)
