"""Values and conditions, resolved and typed: what the requirements of a rulebook are made of.

They are structurally equal where they mean the same, whatever their layout, so that a value that several steps rank is
computed once.
"""

from collections import Counter
from fractions import Fraction
from functools import cache

from attrs import field

from haiten.compiler.late import dense, frozen
from haiten.compiler.syntax import rulebook as syntax
from haiten.compiler.syntax.member_functions import MemberFunction
from haiten.compiler.syntax.operators import Operator
from haiten.compiler.syntax.roundings import RoundingWay
from haiten.compiler.syntax.units import Unit


@dense(cache_hash=True)
class Fact:
    """A 事実: a datum about a body.

    Attributes:
        unit: None for a yes/no fact (該当).
        decimals: digits behind the point; a value is an integer of 10**-decimals units.
        low: least value allowed, in units; None where unbounded. ``high`` likewise.
        members: what it is made of, where it is a figure over the members of a prefecture (管内) and not declared; its
            name is then what is written.
        then: what it is of, where it is a figure of the nation in the year before (前年度の上位3割に当たる値).
    """

    name: str
    unit: Unit | None
    decimals: int
    low: Fraction | None
    high: Fraction | None
    lower_is_better: bool
    decl: syntax.FactDecl = field(eq=False, repr=False)
    members: "MembersFigure | None" = field(default=None, eq=False, repr=False)
    then: "FigureThen | None" = field(default=None, eq=False, repr=False)

    @property
    def is_yes_no(self) -> bool:
        """Whether it is 該当/非該当 and no number."""
        return self.unit is None


@frozen(cache_hash=True)
class MembersFigure:
    """What a figure over the municipalities of a prefecture is made of: a value or condition of their own rulebook."""

    function: MemberFunction
    of: "Value | Condition"


@frozen(cache_hash=True)
class FigureThen:
    """What a value came to among all bodies of the year before.

    Attributes:
        figure: ``上位3割に当たる値``, ``全国平均`` or ``全国中央値``.
        of: the value, as it is made of this year's facts and points.
        texts: how the rulebook of that year may have written it, names as they were then.
        owner: the node whose local names it is made of (its path now); "" where it is made of none.
        lower_is_better: from which end ranks by it count.
    """

    figure: str
    of: "Value"
    texts: tuple[str, ...]
    owner: str
    lower_is_better: bool

    @property
    def is_turned(self) -> bool:
        """Whether the good end, from which 上位 counts, is the small one."""
        return self.lower_is_better and self.figure.startswith("上位")


# Values: exact numbers


@frozen(cache_hash=True)
class Constant:
    """A number written in the rulebook; ``name`` is that of the 定数 which it is, if any."""

    value: Fraction
    unit: Unit
    name: str = ""


@dense(cache_hash=True)
class FactValue:
    """The value of a fact; ``year`` takes it from another (前年度, 3年度前, 令和3年度), where it is not empty."""

    fact: Fact
    year: str = ""

    @property
    def unit(self) -> Unit:
        """The fact's unit."""
        assert self.fact.unit is not None
        return self.fact.unit

    @property
    def column(self) -> str:
        """The column of a fact file that holds it."""
        return f"{self.year}.{self.fact.name}" if self.year else self.fact.name


@frozen(cache_hash=True)
class ScoreValue:
    """得点: the own points of some nodes together; known only where they are certain.

    Attributes:
        paths: the nodes; none where nothing was left over.
        undisclosed: 未公表 points beside them, which 全体 から … を除く leaves in: those of the nodes above what was
            left out.
    """

    paths: tuple[str, ...]
    unit: Unit
    undisclosed: int = 0


@frozen(cache_hash=True)
class PreviousScore:
    """前年度(得点(…)), of that year or another, read from a column of that name."""

    column: str
    unit: Unit


@frozen(cache_hash=True)
class Sum:
    """Terms with their signs (+1 or -1), of which the first is added."""

    terms: tuple[tuple[int, "Value"], ...]
    unit: Unit


@frozen(cache_hash=True)
class Product:
    """Factors with their exponents (+1 or -1); dividing by zero gives an unknown value."""

    factors: tuple[tuple[int, "Value"], ...]
    unit: Unit


@frozen(cache_hash=True)
class Extremum:
    """最大 or 最小 of some values."""

    parts: tuple["Value", ...]
    greatest: bool
    unit: Unit


@frozen(cache_hash=True)
class Rounded:
    """四捨五入, 切捨て or 切上げ to some decimals."""

    value: "Value"
    decimals: int
    way: RoundingWay
    unit: Unit


@frozen(cache_hash=True)
class Statistic:
    """全国平均 or 全国中央値 of a value over the bodies of the run for which it is known."""

    value: "Value"
    median: bool
    unit: Unit
    text: str = field(eq=False)


@frozen(cache_hash=True)
class RankValue:
    """順位: 1 + the number of bodies strictly better."""

    ranking: "Ranking"
    unit: Unit


Value = Constant | FactValue | ScoreValue | PreviousScore | Sum | Product | Extremum | Rounded | Statistic | RankValue


@frozen(cache_hash=True)
class Classification:
    """A 区分: classes by a value; a body is in the first that fits, in none that is known if the value is not.

    Attributes:
        cases: name and bounds (operator, constant) of each class; その他 has no bounds.
    """

    name: str
    value: Value
    cases: tuple[tuple[str, tuple[tuple[Operator, Constant], ...]], ...]


# Conditions: true, false or unknown (Kleene)


@dense(cache_hash=True)
class AnswerTo:
    """The yes/no answer that the survey holds for a leaf."""

    path: str


@frozen(cache_hash=True)
class FactHolds:
    """A yes/no fact."""

    fact: Fact


@dense(cache_hash=True)
class Met:
    """Another leaf's outcome."""

    path: str


@frozen(cache_hash=True)
class Compare:
    """``left operator right``."""

    left: Value
    operator: Operator
    right: Value
    text: str = field(eq=False)


@frozen(cache_hash=True)
class InClass:
    """``規模 が 「5万人以上」``."""

    classification: Classification
    case: str


def _as_counted(parts: tuple["Condition", ...]) -> frozenset[tuple["Condition", int]]:
    return frozenset(Counter(parts).items())


@frozen(cache_hash=True)
class Tally:
    """``… のうち n つ 以上``: how many of some conditions hold."""

    # Which of them is counted first does not count.
    parts: tuple["Condition", ...] = field(eq=_as_counted)
    operator: Operator
    count: int
    text: str = field(eq=False)


@dense(cache_hash=True)
class Ranking:
    """The order of the bodies by a value, in the population or the bodies that meet ``subset``.

    Attributes:
        by: each class of this 区分 is ranked for itself; None: all together.
        text: the value as the rulebook writes it.
    """

    value: Value
    subset: "Condition | None"
    lower_is_better: bool
    text: str = field(eq=False)
    by: Classification | None = None


@dense(cache_hash=True)
class Within:
    """``上位``: 1 + the number of bodies strictly better is at most ``step`` (割, %: of N; 位: bodies).

    Attributes:
        label: the step as written: ``上位7割``.
        share: the step as a share of N; None where it counts bodies (位).
    """

    ranking: Ranking
    step: Fraction
    unit: str
    label: str = field(init=False, eq=False)
    share: Fraction | None = field(init=False, eq=False, repr=False)

    @label.default
    def _label(self) -> str:
        return f"上位{_digits(self.step)}{self.unit}"

    @share.default
    def _share(self) -> Fraction | None:
        return _share_of(self.step, self.unit)


@cache
def _share_of(step: Fraction, unit: str) -> Fraction | None:
    parts = {"割": 10, "%": 100}.get(unit)
    return None if parts is None else step / parts


@cache
def _digits(step: Fraction) -> str:
    """A decimal number with all its digits: steps are told apart, and stored, by their labels."""
    most = step.denominator.bit_length()
    decimals = next(places for places in range(most + 1) if 10**places % step.denominator == 0)
    digits = str(int(step * 10**decimals)).zfill(decimals + 1)
    return digits if not decimals else f"{digits[:-decimals]}.{digits[-decimals:]}"


@frozen(cache_hash=True)
class DeviationBar:
    """What a comparison with 全国標準偏差 holds something against: ``beside ＋ times × 全国標準偏差(of)``.

    Attributes:
        mean: that of ``of``; ``variance``: the square of its standard deviation.
        beside: terms with their signs.
        deviation: the standard deviation as it would be written; ``written`` the whole.
    """

    of: Value
    mean: Value
    variance: Value
    beside: tuple[tuple[int, Value], ...]
    times: Fraction
    deviation: str
    written: str


@frozen(cache_hash=True)
class Every:
    """かつ.

    Attributes:
        written: how the rulebook says it, where that is in other words.
        bar: what it is held against, where it is a comparison with 全国標準偏差.
    """

    parts: tuple["Condition", ...]
    written: str = field(default="", eq=False, kw_only=True)
    bar: DeviationBar | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen(cache_hash=True)
class ClassTable:
    """What a 又は is that was written as a table by classes (``規模別に 「大」 95%以上 …``).

    Attributes:
        cases: for each class, that the body is in it, and what is asked of it there; all are parts of the 又は.
    """

    classification: Classification
    cases: tuple[tuple["Condition", "Condition"], ...]
    text: str = field(eq=False)


@frozen(cache_hash=True)
class Some:
    """又は; ``table`` where it is a table by classes, ``written`` and ``bar`` as of ``Every``."""

    parts: tuple["Condition", ...]
    table: ClassTable | None = None
    written: str = field(default="", eq=False, kw_only=True)
    bar: DeviationBar | None = field(default=None, eq=False, repr=False, kw_only=True)


@frozen(cache_hash=True)
class Negation:
    """でない."""

    part: "Condition"


Condition = AnswerTo | FactHolds | Met | Compare | Within | InClass | Tally | Every | Some | Negation
