"""The syntax of an allocation (配分): budgets, pots, and the rules by which pots are divided.

Equality is by meaning, as in ``syntax.py``: positions and comments do not count.
"""

from typing import assert_never

from attrs import field

from haiten.compiler.folding.fold import Comment
from haiten.compiler.late import frozen
from haiten.compiler.source import Span
from haiten.compiler.syntax.expressions import Expression, Name, Quantity
from haiten.compiler.syntax.rulebook import (
    NO_COMMENTS,
    Citation,
    ClassDecl,
    Comments,
    ConstantDecl,
    FactDecl,
    Header,
    PastNames,
    SourceDecl,
    Text,
    Title,
)
from haiten.compiler.syntax.scope import Scope


@frozen
class AllocationLine:
    """``令和6年度 市町村 配分``."""

    year: str
    scope: Scope
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)


@frozen
class BasedOn:
    """``令和6年度 市町村 評価指標 による。``: the rulebook whose points and facts the allocation reads."""

    year: str
    scope: Scope
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)


@frozen
class Rest:
    """残り: what the others leave of a budget, or of a pot."""

    span: Span = field(eq=False, repr=False)


AmountDecl = Expression | Rest


@frozen
class BudgetDecl:
    """予算: money to be divided.

    Attributes:
        fund: 財源, where the money comes from; None where that is not said.
        formerly: as in ``PotLine``.
    """

    name: str
    text: Text | None
    amount: Expression
    citations: tuple[Citation, ...]
    fund: str | None
    fund_citations: tuple[Citation, ...]
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)
    formerly: PastNames = ()


@frozen
class EventDecl:
    """時点 with a text: a date of the yearly cycle, relative to the year of the file."""

    time: str
    text: Text
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)


@frozen
class PotLine:
    """配分: the line that begins a pot.

    Attributes:
        formerly: 前身, the names that it had: a year and the name it had up to that year, newest first.
    """

    name: str
    text: Text | None
    budget: Name
    amount: AmountDecl
    citations: tuple[Citation, ...]
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)
    formerly: PastNames = ()


@frozen
class SplitCase:
    """The amount of one class in a 内訳."""

    name: str
    amount: AmountDecl
    citations: tuple[Citation, ...]
    span: Span = field(eq=False, repr=False)


@frozen
class SplitDecl:
    """内訳: the pot is divided among the classes of a 区分 first.

    Attributes:
        weight: in proportion to this value's sum over each class; None where ``cases`` give the amounts.
    """

    classification: Name
    weight: Expression | None
    citations: tuple[Citation, ...]
    cases: tuple[SplitCase, ...]
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)


@frozen
class Eligible:
    """対象: who shares in a pot."""

    condition: Expression
    citations: tuple[Citation, ...]
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)


@frozen
class FrameDecl:
    """枠: a requirement that gives a share of a pot."""

    label: str
    text: Text | None
    condition: Expression
    citations: tuple[Citation, ...]
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)


@frozen
class ProRataDecl:
    """按分: in proportion to a value."""

    value: Expression
    citations: tuple[Citation, ...]
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)


@frozen
class EqualDecl:
    """均等: the same to everybody, or for each 枠 that is met (該当枠数).

    Attributes:
        most: how many 枠 count at most; None without 上限.
    """

    by_frames: bool
    most: int | None
    citations: tuple[Citation, ...]
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)


@frozen
class CushionDecl:
    """激変緩和: lifts those up who would get less than a floor.

    Attributes:
        shared: what the pot itself does not hold is borne by those above their floor (負担 他団体).
    """

    floor: Expression
    citations: tuple[Citation, ...]
    shared: bool
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)


MethodDecl = ProRataDecl | EqualDecl | CushionDecl


@frozen
class Unspent:
    """不用額: where what nobody gets goes; ``to`` is None where it stays (残す)."""

    to: Name | None
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)


@frozen
class LimitDecl:
    """限度: nobody gets more of a budget than this; ``weight`` (再配分) gives the rest to the others."""

    budget: Name
    value: Expression
    citations: tuple[Citation, ...]
    weight: Expression | None
    weight_citations: tuple[Citation, ...]
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)


@frozen
class RoundingRule:
    """端数: payments are whole multiples of ``unit``; the rest goes by 最大剰余 or stays as 不用額."""

    unit: Quantity
    largest: bool
    citations: tuple[Citation, ...]
    span: Span = field(eq=False, repr=False)
    comments: Comments = field(default=NO_COMMENTS, eq=False, repr=False)


PotPart = SplitDecl | Eligible | FrameDecl | MethodDecl | Unspent
# All but the lines that say which year and which rulebook a file is of.
PrintedClause = ConstantDecl | BudgetDecl | EventDecl | PotLine | PotPart | LimitDecl | RoundingRule
AllocationClause = AllocationLine | BasedOn | PrintedClause


@frozen
class PotDecl:
    """A pot with all that belongs to it."""

    line: PotLine
    split: SplitDecl | None
    eligible: Eligible | None
    frames: tuple[FrameDecl, ...]
    method: MethodDecl | None
    unspent: Unspent | None

    @property
    def parts(self) -> tuple[PotPart, ...]:
        """What belongs to it, in the order in which it is printed."""
        found = (self.split, self.eligible, *self.frames, self.method, self.unspent)
        return tuple(part for part in found if part is not None)


@frozen
class AllocationFile:
    """An allocation file.

    Attributes:
        based_on: None where no points are read.
        damaged, lost_names, closing: as in ``syntax.Rulebook``.
    """

    header: Header
    based_on: BasedOn | None
    title: Title | None
    sources: tuple[SourceDecl, ...]
    facts: tuple[FactDecl, ...]
    classes: tuple[ClassDecl, ...]
    constants: tuple[ConstantDecl, ...]
    budgets: tuple[BudgetDecl, ...]
    calendar: tuple[EventDecl, ...]
    pots: tuple[PotDecl, ...]
    limits: tuple[LimitDecl, ...]
    rounding: RoundingRule | None
    closing: tuple[Comment, ...] = field(default=(), eq=False, repr=False)
    damaged: bool = field(default=False, eq=False, repr=False)
    lost_names: frozenset[str] = field(default=frozenset(), eq=False, repr=False)


def word_of(clause: AllocationClause) -> str:
    """What the language calls a clause: 按分, 予算."""
    match clause:
        case AllocationLine():
            return "配分の年度の行"
        case BasedOn():
            return "「による。」の行"
        case ConstantDecl():
            return "定数"
        case BudgetDecl():
            return "予算"
        case EventDecl():
            return "日程の時点"
        case PotLine():
            return "配分"
        case SplitDecl():
            return "内訳"
        case Eligible():
            return "対象"
        case FrameDecl():
            return "枠"
        case ProRataDecl():
            return "按分"
        case EqualDecl():
            return "均等"
        case CushionDecl():
            return "激変緩和"
        case Unspent():
            return "不用額"
        case LimitDecl():
            return "限度"
        case RoundingRule():
            return "端数"
        case _:
            assert_never(clause)
