"""Statements → an allocation: what belongs to a pot finds its pot."""

from typing import ClassVar, assert_never

from attrs import field

from haiten.compiler.diagnostics import DuplicateLabel, NoPots, RepeatedStatement
from haiten.compiler.late import define
from haiten.compiler.parsing.nest_header import Nested, Nester
from haiten.compiler.parsing.read_allocation import Statement
from haiten.compiler.parsing.read_clause_amendments import ClauseAmendmentLine
from haiten.compiler.parsing.read_revision import AmendmentLine, ReasonLine
from haiten.compiler.parsing.read_rulebook import LanguageLine, Lost, RulebookLine, SinceLine, TitleLine
from haiten.compiler.syntax.allocation import (
    AllocationClause,
    AllocationFile,
    AllocationLine,
    BasedOn,
    BudgetDecl,
    CushionDecl,
    Eligible,
    EqualDecl,
    EventDecl,
    FrameDecl,
    LimitDecl,
    PotDecl,
    PotLine,
    PotPart,
    ProRataDecl,
    RoundingRule,
    SplitDecl,
    Unspent,
    word_of,
)
from haiten.compiler.syntax.allocation_revision import AllocationBase
from haiten.compiler.syntax.revision import Article, BaseLine, Supplement
from haiten.compiler.syntax.rulebook import (
    Carry,
    ClassDecl,
    ConstantDecl,
    Declaration,
    Definition,
    FactDecl,
    Heading,
    Remark,
    Requirement,
    SourceDecl,
    Timing,
    Undisclosed,
)


@define(eq=False)
class OpenPot:
    """A pot whose parts are still being read."""

    line: PotLine
    split: SplitDecl | None = None
    eligible: Eligible | None = None
    frames: list[FrameDecl] = field(factory=list)
    method: ProRataDecl | EqualDecl | CushionDecl | None = None
    unspent: Unspent | None = None

    def close(self) -> PotDecl:
        """The pot with what was read."""
        return PotDecl(self.line, self.split, self.eligible, tuple(self.frames), self.method, self.unspent)


@define(eq=False)
class PotNester(Nester):
    """Nests what belongs to pots."""

    def place_in(self, pot: OpenPot, part: PotPart) -> None:
        """Put a part into its pot, once."""
        match part:
            case FrameDecl():
                first = next((frame for frame in pot.frames if frame.label == part.label), None)
                if first is not None and not self.parsed.damaged:
                    where = f"配分「{pot.line.name}」"
                    self.diagnostics.append(DuplicateLabel(part.span, part.label, where, first.span))
                    return
                pot.frames.append(part)
            case SplitDecl():
                self._once(pot.split, part)
                pot.split = pot.split or part
            case Eligible():
                self._once(pot.eligible, part)
                pot.eligible = pot.eligible or part
            case Unspent():
                self._once(pot.unspent, part)
                pot.unspent = pot.unspent or part
            case ProRataDecl() | EqualDecl() | CushionDecl():
                self._once(pot.method, part)
                pot.method = pot.method or part
            case _:
                assert_never(part)

    def _once(self, first: PotPart | None, part: PotPart) -> None:
        if first is not None:
            self.repeated(part, first)

    def repeated(self, second: AllocationClause, first: AllocationClause) -> None:
        """Tell that a clause stands a second time."""
        if self.parsed.damaged:
            return  # the pot that it belongs to may be what was lost
        what = word_of(second) if type(second) is type(first) else "分け方（按分・均等・激変緩和）"
        self.diagnostics.append(RepeatedStatement(second.span, what, first.span))


@define(eq=False)
class AllocationNester(PotNester):
    """Nests the statements of an allocation file."""

    own_line: ClassVar[type[AllocationLine]] = AllocationLine
    example: ClassVar[str] = "令和6年度 市町村 配分"
    clauses: list[AllocationClause] = field(factory=list)
    declarations: list[Declaration] = field(factory=list)
    pots: list[OpenPot] = field(factory=list)
    rounding: RoundingRule | None = None

    def run(self) -> Nested:
        """The tree of the file."""
        astray = False
        for statement in self.parsed.statements:
            astray = self._place(statement, astray) or astray
        header = self.header()
        if header is None:
            return Nested(None, tuple(self.diagnostics))
        if not self.pots and not self.parsed.damaged and not astray:
            self.diagnostics.append(NoPots(header.span))
        based_on = self.header_lines.get(BasedOn)
        tree = AllocationFile(
            header=header,
            based_on=based_on if isinstance(based_on, BasedOn) else None,
            title=self.title(),
            sources=tuple(d for d in self.declarations if isinstance(d, SourceDecl)),
            facts=tuple(d for d in self.declarations if isinstance(d, FactDecl)),
            classes=tuple(d for d in self.declarations if isinstance(d, ClassDecl)),
            constants=tuple(c for c in self.clauses if isinstance(c, ConstantDecl)),
            budgets=tuple(c for c in self.clauses if isinstance(c, BudgetDecl)),
            calendar=tuple(c for c in self.clauses if isinstance(c, EventDecl)),
            pots=tuple(pot.close() for pot in self.pots),
            limits=tuple(c for c in self.clauses if isinstance(c, LimitDecl)),
            rounding=self.rounding,
            closing=self.parsed.closing,
            damaged=self.parsed.damaged,
            lost_names=self.parsed.lost_names,
        )
        return Nested(tree, tuple(self.diagnostics))

    def _place(self, statement: Statement, astray: bool) -> bool:
        """Put a statement where it belongs; whether it belongs to a rulebook instead (which is reported once)."""
        if isinstance(statement, PotPart):
            self._place_part(statement)
            return False
        match statement:
            case LanguageLine() | AllocationLine() | BasedOn() | TitleLine():
                self.place_header_line(statement)
            case SourceDecl() | FactDecl() | ClassDecl():
                self.declarations.append(statement)
            case PotLine():
                self.pots.append(OpenPot(statement))
            case RoundingRule():
                if self.rounding is not None:
                    self.repeated(statement, self.rounding)
                self.rounding = self.rounding or statement
            case ConstantDecl() | BudgetDecl() | EventDecl() | LimitDecl():
                self.clauses.append(statement)
            case Lost():
                pass  # the file is marked damaged as a whole
            case (
                RulebookLine()
                | SinceLine()
                | BaseLine()
                | AllocationBase()
                | AmendmentLine()
                | ClauseAmendmentLine()
                | ReasonLine()
                | Article()
                | Supplement()
                | Heading()
                | Definition()
                | Requirement()
                | Timing()
                | Remark()
                | Undisclosed()
                | Carry()
            ):
                if not astray:
                    self.misplace(statement.span, "評価指標の見出しや要件など", "評価指標のファイル")
                return True
            case _:
                assert_never(statement)
        return False

    def _place_part(self, part: PotPart) -> None:
        if self.pots:
            self.place_in(self.pots[-1], part)
        else:
            self.misplace(part.span, word_of(part), "「配分」の後")
