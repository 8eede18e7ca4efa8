"""Statements → a revision of an allocation: what an amendment adds finds its amendment."""

from typing import ClassVar, assert_never

from attrs import field

from haiten.compiler.changing import evolve
from haiten.compiler.late import define
from haiten.compiler.parsing.nest_allocation import OpenPot, PotNester
from haiten.compiler.parsing.nest_header import Nested
from haiten.compiler.parsing.read_allocation import Statement
from haiten.compiler.parsing.read_clause_amendments import ClauseAmendmentLine
from haiten.compiler.parsing.read_revision import AmendmentLine, ReasonLine
from haiten.compiler.parsing.read_rulebook import LanguageLine, Lost, RulebookLine, SinceLine, TitleLine
from haiten.compiler.parsing.sentences import join_clauses, left_open, likewise, same_of_nothing
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
    RewordClause,
    WholeClause,
    clause_key,
    refs_of,
)
from haiten.compiler.syntax.expressions import Name
from haiten.compiler.syntax.revision import (
    SAME,
    Action,
    Article,
    BaseLine,
    Declare,
    Declared,
    Delete,
    Insert,
    PartChange,
    Places,
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

    @property
    def takers(self) -> list[ReplaceClause | InsertClauses]:
        """Those of its actions that what stands behind it belongs to, each that replaces to one."""
        return [each for each in self.line.actions if isinstance(each, ReplaceClause | InsertClauses)]

    @property
    def _next(self) -> ReplaceClause | InsertClauses | None:
        """To which of them the next clause belongs; None where all have theirs."""
        takers = self.takers
        if takers and isinstance(takers[0], InsertClauses):
            return takers[0]
        return takers[len(self.content)] if len(self.content) < len(takers) else None

    def takes(self, kind: str) -> bool:
        """Whether a whole clause of a kind behind it is what it puts in."""
        match self._next:
            case ReplaceClause(target=ClauseRef(part=None) as target):
                return target.kind == kind
            case InsertClauses(anchor=ClauseRef(part=None) as anchor, where="次" | "前"):
                return anchor.kind == kind
            case _:  # any other: it puts in nothing
                return False

    @property
    def takes_parts(self) -> bool:
        """Whether what belongs to a pot, and stands behind it by itself, is what it puts in."""
        takers = self.takers
        match takers[0] if takers else None:
            case ReplaceClause(target=target):
                return target.part is not None
            case InsertClauses(anchor=anchor, where=where):
                return anchor.part is not None or (anchor.kind == "配分" and where == "中")
            case _:  # any other: it puts in nothing
                return False

    def close(self) -> ClauseAmendment:
        content = tuple(part.close() if isinstance(part, OpenPot) else part for part in self.content)
        takers, of = self.takers, {}
        for at, each in enumerate(takers):
            # Where ranges are among them, it is given out anew where they are applied, and what is too much told there.
            end = len(content) if at == len(takers) - 1 else at + 1
            of[id(each)] = content[at:end]
        actions = tuple(_filled(each, of.get(id(each), content)) for each in self.line.actions)
        return ClauseAmendment(actions, self.line.span, self.reason, self.line.comments)


def _filled(action: ClauseAction, content: tuple[WholeClause | PotPart, ...]) -> ClauseAction:
    """An action with what it puts in."""
    match action:
        case ReplaceClause():
            return evolve(action, by=content)
        case InsertClauses():
            return evolve(action, new=content)
        case AddClause() if content and isinstance(content[0], PotDecl):
            return AddClause(content[0])
        case _:  # any other: it puts in nothing
            return action


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
            if not isinstance(statement, AmendmentLine | ClauseAmendmentLine):
                self._end_sentence()
            self._place(statement)
        self._end_sentence()
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
                self._open(statement)
            case AmendmentLine(action=action):
                whole = _of_clauses(action)
                before = self.amendments[-1].line if self.amendments else None
                named = likewise(before, statement) if before is not None else None
                if whole is not None:
                    self._open(ClauseAmendmentLine((whole,), statement.span, statement.linked, statement.comments))
                elif named is not None:
                    self._open(named)
                else:
                    if self.amendments and self.amendments[-1].line.linked:
                        self.amendments[-1].line = evolve(self.amendments[-1].line, linked=False)
                    self._lead_astray(statement)
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
            case RulebookLine() | SinceLine() | BaseLine() | Heading() | Definition():
                self._lead_astray(statement)
            case Article() | Supplement():
                self._lead_astray(statement)
            case Requirement() | Timing() | Remark() | Undisclosed() | Carry():
                self._lead_astray(statement)
            case _:
                assert_never(statement)

    def _open(self, line: ClauseAmendmentLine) -> None:
        self.astray = False
        if self.amendments and self.amendments[-1].line.linked:
            current = self.amendments[-1]
            current.line, problem = join_clauses(current.line, line)
            self.diagnostics += [problem] if problem is not None else []
            return
        unplaced = next((ref for each in line.actions for ref in refs_of(each) if ref.kind == SAME), None)
        if unplaced is not None:
            self.diagnostics.append(same_of_nothing(unplaced.span))
        self.amendments.append(_OpenAmendment(line))

    def _end_sentence(self) -> None:
        """What stands here is no amendment: the one before, where it ends in a comma, has nothing to go on with."""
        current = self.amendments[-1] if self.amendments else None
        if current is None or not current.line.linked:
            return
        if not self.parsed.damaged:
            self.diagnostics.append(left_open(current.line))
        current.line = evolve(current.line, linked=False)

    def _lead_astray(self, statement: Statement) -> None:
        if not self.astray:
            self.misplace(statement.span, "評価指標の見出し、要件、改正文など", "評価指標の改正のファイル")
        self.astray = True

    def _place_clause(self, clause: WholeClause) -> None:
        if self.amendments and self.amendments[-1].takes(clause_key(clause)[0]):
            self.amendments[-1].content.append(clause)
        elif not isinstance(clause, PotDecl):
            # Its comments stay with it alone.
            self._open(ClauseAmendmentLine((AddClause(clause),), clause.span))

    def _place_pot(self, line: PotLine) -> None:
        pot = OpenPot(line)
        if not (self.amendments and self.amendments[-1].takes("配分")):
            self._open(ClauseAmendmentLine((AddClause(pot.close()),), line.span))
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


def _of_clauses(action: Action) -> ClauseAction | None:
    """An amendment that reads as in a rulebook, of all (全体) or of the clause before (同); None for any other."""
    match action:
        case Recite(target=None, old=old, new=new):
            return ReciteClause(None, old, new)
        case Reword(target=None, edits=edits, citations=citations, inside=inside):
            return RewordClause(None, edits, citations, inside)
        case Delete(target=target) if (same := _same(target)) is not None:
            return DeleteClause(same)
        case Replace(target=target) if (same := _same(target)) is not None:
            return ReplaceClause(same, ())
        case Insert(anchor=Name(value=name) as anchor, where=where, count=None) if name == SAME:
            return InsertClauses(ClauseRef(SAME, "", anchor.span), where, ())
        case Replace() | Delete() | Insert() | Renumber() | PartChange() | Reword() | Recite() | Declare():
            return None
        case Revalue() | Together() | Separate() | Rename():
            return None
        case _:
            assert_never(action)


def _same(target: Places | Declared) -> ClauseRef | None:
    """The clause before, where a sentence names 同; None where it names something else."""
    only = target.only if isinstance(target, Places) else None
    return ClauseRef(SAME, "", only.span) if isinstance(only, Name) and only.value == SAME else None
