"""Expressions as written: conditions and values in one family; kinds are the type checker's business.

Equality is by meaning: positions do not count.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from operator import is_
from types import EllipsisType, NoneType
from typing import Any, Final, TypeVar, assert_never, get_args

from attrs import field

from haiten.compiler.changing import evolve
from haiten.compiler.late import dense, fields_of, frozen, has_fields
from haiten.compiler.source import Span
from haiten.compiler.syntax.member_functions import MemberFunction
from haiten.compiler.syntax.operators import Operator
from haiten.compiler.syntax.roundings import RoundingWay
from haiten.compiler.syntax.years import LAST_YEAR

T = TypeVar("T")


@dense
class Name:
    """A single name: a fact, a local name or a grant."""

    value: str
    span: Span = field(eq=False, repr=False)


@dense
class PathRef:
    """Labels joined with dots: ``ア``, ``エ.①``, ``推進.Ⅰ.(ⅰ).1``."""

    labels: tuple[str, ...]
    span: Span = field(eq=False, repr=False)


Target = Name | PathRef


def as_path(target: Target) -> PathRef:
    """A target as a path, a name as one of a single label."""
    return PathRef((target.value,), target.span) if isinstance(target, Name) else target


@frozen
class Quantity:
    """A number with the unit written on it; ``unit`` is empty for a plain number.

    Attributes:
        written: number and unit without sign, as in the file, where that is not the one form of their meaning
            (1億2千万円, 97.60%); only what lays a file out anew knows it.
    """

    value: Decimal
    unit: str
    span: Span = field(eq=False, repr=False)
    written: str = field(default="", eq=False, repr=False)


@frozen
class Answer:
    """該当: this leaf's own answer in the survey."""

    span: Span = field(eq=False, repr=False)


@frozen
class Whole:
    """全体 [から … を除く]: all grants, less some nodes."""

    excluded: tuple[Target, ...]
    span: Span = field(eq=False, repr=False)


@frozen
class Score:
    """得点(…)."""

    of: Target | Whole
    span: Span = field(eq=False, repr=False)


@frozen
class Previous:
    """``前年度(…)``, ``前々年度(…)`` or ``令和5年度(…)``: what a value was in another year, which ``year`` names."""

    of: "Expression"
    span: Span = field(eq=False, repr=False)
    year: str = LAST_YEAR


@frozen
class Paid:
    """``交付額(…)``: the yen of a budget that a body gets; None for 全体, all budgets together."""

    budget: Name | None
    span: Span = field(eq=False, repr=False)


@frozen
class Arithmetic:
    """A chain of one precedence, ＋/－ or ×/÷: the first operand, then operators with theirs."""

    first: "Expression"
    rest: tuple[tuple[str, "Expression"], ...]
    span: Span = field(eq=False, repr=False)


@frozen
class Comparison:
    """``left が right 以上`` and its kin; ``operator`` is the word with its meaning.

    Attributes:
        brief: written as ``left が 前年度を上回る`` (下回る), which is ``left が 前年度(left) 超`` (未満).
    """

    left: "Expression"
    operator: Operator
    right: "Expression"
    span: Span = field(eq=False, repr=False)
    brief: bool = field(default=False, eq=False, repr=False)


@dense
class WithinTop:
    """``value が [by別] 上位 n割``; ``step`` is the number and ``unit`` one of 割 % 位; ``by`` names a 区分."""

    value: "Expression"
    step: Decimal
    unit: str
    by: str | None
    span: Span = field(eq=False, repr=False)


@frozen
class ClassIs:
    """``規模 が 「5万人以上」``: the body's class."""

    value: "Expression"
    case: str
    span: Span = field(eq=False, repr=False)


@frozen
class ByClass:
    """``value が 規模別に 「大」 95%以上 「小」 97%以上``: a body is held to the bar of its class; ``by`` names a 区分.

    Attributes:
        bars: the class (None: その他, all that have no bar of their own), the operator and what it is compared with.
    """

    value: "Expression"
    by: str
    bars: tuple[tuple[str | None, Operator, "Expression"], ...]
    span: Span = field(eq=False, repr=False)


@frozen
class Members:
    """``①～③、⑤``: paths, and ranges of two ends each; a last end that is a single label stands beside the first."""

    items: tuple[Target | tuple[Target, Target], ...]
    span: Span = field(eq=False, repr=False)


def as_range(first: Target, last: Target) -> tuple[Target, Target]:
    """A range as it is written: of its last end only the label, where both stand below the same path."""
    if isinstance(first, PathRef) and isinstance(last, PathRef) and first.labels[:-1] == last.labels[:-1]:
        return first, PathRef(last.labels[-1:], last.span)
    return first, last


@frozen
class CountAmong:
    """``①～④ のうち 2つ以上``: how many of some conditions hold."""

    members: "Expression"
    operator: Operator
    count: int
    span: Span = field(eq=False, repr=False)


@frozen
class Call:
    """``最大(…) 最小(…) 順位(…) 全国平均(…) 全国中央値(…)``."""

    function: str
    arguments: tuple["Expression", ...]
    span: Span = field(eq=False, repr=False)


@frozen
class Rounding:
    """``四捨五入(…, 小数n桁)``, ``切捨て(…)`` and ``切上げ(…)``."""

    function: RoundingWay
    value: "Expression"
    decimals: int
    span: Span = field(eq=False, repr=False)


@frozen
class OfMembers:
    """``管内平均(…) 管内割合(…) 管内件数(…) 管内最小(…)``: of the municipalities of a prefecture.

    What is inside speaks of another rulebook, so that nothing that goes through the nodes and names of its own rulebook
    looks into it: it counts by its text.

    Attributes:
        text: what is inside, as it is printed.
    """

    function: MemberFunction
    of: "Expression" = field(eq=False, repr=False)
    text: str
    span: Span = field(eq=False, repr=False)


@frozen
class PastFigure:
    """``前年度の上位3割に当たる値``, ``前年度の全国平均``: what the value that it is compared with came to last year.

    Attributes:
        figure: what of it, behind 前年度の: ``上位3割に当たる値``, ``全国平均`` or ``全国中央値``.
    """

    figure: str
    span: Span = field(eq=False, repr=False)

    @property
    def text(self) -> str:
        """As it is written; a 事実 or a local name may be called so."""
        return f"{LAST_YEAR}の{self.figure}"


@frozen
class Not:
    """``… でない``."""

    operand: "Expression"
    span: Span = field(eq=False, repr=False)


@dense
class Among:
    """``subset のうち condition``: ranks inside are taken in the subset."""

    subset: "Expression"
    condition: "Expression"
    span: Span = field(eq=False, repr=False)


@frozen
class Junction:
    """Two or more conditions joined by ``かつ`` or ``又は``."""

    connective: str
    operands: tuple["Expression", ...]
    span: Span = field(eq=False, repr=False)


Expression = (
    Name
    | PathRef
    | Members
    | Quantity
    | Answer
    | Score
    | Previous
    | Paid
    | Call
    | Rounding
    | OfMembers
    | PastFigure
    | Arithmetic
    | Comparison
    | WithinTop
    | ClassIs
    | ByClass
    | Not
    | Among
    | CountAmong
    | Junction
)


class _ComparedParts(dict[type, tuple[str, ...]]):
    def __missing__(self, kind: type) -> tuple[str, ...]:
        whole = not has_fields(kind) or kind is Span or kind.__eq__ is object.__eq__
        compared = () if whole else (a for a in fields_of(kind) if a.eq)
        made = self[kind] = tuple(a.name for a in compared if _may_have_parts(a.type))
        return made


# The fields by which parts of a tree of one kind are equal, but for those that are words and numbers alone; none for
# what is equal as a whole, or only to itself. A text and a number are equal as a whole, so is a position; a held node
# is equal only to itself.
COMPARED_PARTS: Final = _ComparedParts()
_PLAIN: Final = (str, int, Decimal, Fraction, Enum, NoneType, EllipsisType)


def _may_have_parts(declared: Any) -> bool:
    """Whether what a field is declared to be is, or holds, more than words and numbers."""
    if inner := get_args(declared):
        return any(map(_may_have_parts, inner))
    if isinstance(declared, type):
        return not issubclass(declared, _PLAIN)
    return declared is not ...  # a kind may be named before it is known


def rebuild(part: Any, change: Callable[[Any], Any | None]) -> Any:
    """A part of a tree with what ``change`` gives in the place of each part within it; where it gives None, go deeper.

    Only what counts in equality is looked at, and neither words nor numbers: no positions and no comments. What nothing
    is changed in stays the one it is.
    """
    changed = change(part)
    if changed is not None:
        return changed
    if isinstance(part, tuple):
        inner = tuple([rebuild(each, change) for each in part])
        return part if all(map(is_, inner, part)) else inner
    return rebuild_within(part, change)


def rebuild_within(part: T, change: Callable[[Any], Any | None]) -> T:
    """The same for what a part is made of, whatever is to be said of itself."""
    changes = {}
    for name in COMPARED_PARTS[type(part)]:
        before = getattr(part, name)
        if before and (after := rebuild(before, change)) is not before:
            changes[name] = after
    made: T = evolve(part, **changes) if changes else part  # type: ignore[misc]  # any attrs class
    return made


def walk_parts(part: Any) -> Iterator[Any]:
    """A part of a tree and all within it but words and numbers, outermost first, as far as they count in equality."""
    pending = [part]
    while pending:
        current = pending.pop()
        yield current
        if isinstance(current, tuple):
            pending.extend(reversed(current))
        else:
            inner = [getattr(current, name) for name in reversed(COMPARED_PARTS[type(current)])]
            pending.extend(filter(None, inner))


def names_in(part: Any) -> Iterator[tuple[str, Span]]:
    """The names of facts, local names, 区分 and grants within a part of a tree, each with its place."""
    for inner in walk_parts(part):
        if not isinstance(inner, Expression):
            continue
        match inner:
            case Name():
                yield inner.value, inner.span
            case WithinTop(by=by) | ByClass(by=by):
                if by is not None:
                    yield by, inner.span
            case PathRef() | Members() | Quantity() | Answer() | Score() | Previous() | Paid() | Call() | Rounding():
                pass
            case PastFigure():
                yield inner.text, inner.span
            case OfMembers():
                pass
            case Arithmetic() | Comparison() | ClassIs() | Not() | Among() | CountAmong() | Junction():
                pass
            case _:
                assert_never(inner)


def map_names(expression: Expression, names: Mapping[str, str]) -> Expression:
    """The same expression with facts, local names and 区分 called otherwise; nodes and budgets keep their names."""

    def renamed(part: Any) -> Any | None:
        if not isinstance(part, Expression | Whole):
            return None
        match part:
            case Name(value=name) if name in names:
                return evolve(part, value=names[name])
            case PathRef(labels=(label,)) if label in names:  # a name that reads as a label: アの2
                return Name(names[label], part.span)
            case PastFigure() if part.text in names:  # a name that reads as a figure
                return Name(names[part.text], part.span)
            case WithinTop(by=str() as by) if by in names:
                return evolve(part, value=map_names(part.value, names), by=names[by])
            case ByClass(by=by) if by in names:
                value, bars = map_names(part.value, names), []
                for case, operator, bar in part.bars:
                    bars.append((case, operator, map_names(bar, names)))
                return evolve(part, value=value, by=names[by], bars=tuple(bars))
            case Score(of=Name()) | Whole() | Paid():
                return part
            case Name() | PathRef() | Members() | Quantity() | Answer() | Score() | Previous() | Call() | Rounding():
                return None
            case Arithmetic() | Comparison() | WithinTop() | ClassIs() | ByClass() | Not() | Among() | CountAmong():
                return None
            case Junction() | OfMembers() | PastFigure():
                return None
            case _:
                assert_never(part)

    mapped: Expression = rebuild(expression, renamed)
    return mapped


def map_targets(expression: Expression, change: Callable[[Target], Target]) -> Expression:
    """The same expression with every reference to a node changed: paths, and the names of grants in 得点(…)."""

    def target_in(part: Any) -> Any | None:
        if not isinstance(part, Expression | Whole):
            return None
        match part:
            case PathRef():
                return change(part)
            case Score():
                return evolve(part, of=change(part.of)) if isinstance(part.of, Name) else None
            case Whole():
                return evolve(part, excluded=tuple(change(target) for target in part.excluded))
            case Name() | Members() | Quantity() | Answer() | Previous() | Paid() | Call() | Rounding() | Arithmetic():
                return None
            case OfMembers() | PastFigure():
                return None
            case Comparison() | WithinTop() | ClassIs() | ByClass() | Not() | Among() | CountAmong() | Junction():
                return None
            case _:
                assert_never(part)

    mapped: Expression = rebuild(expression, target_in)
    return mapped
