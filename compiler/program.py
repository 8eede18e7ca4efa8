"""The resolved, typed rulebook: what every consumer reads, and none parses text instead.

A node is named by its canonical path (``推進.Ⅰ.(ⅰ).1.エ.①``). Expressions are structurally equal where they mean the
same, whatever their layout, so that a value that several steps rank is computed once.
"""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import field, frozen

from haiten.compiler import syntax
from haiten.compiler.lineage import Lineage
from haiten.compiler.source import Span
from haiten.compiler.syntax import Citation, Level, Mode
from haiten.compiler.types import Unit

if TYPE_CHECKING:
    from haiten.compiler.allocation import Allocation


@frozen(cache_hash=True)
class Fact:
    """A 事実: a datum about a body.

    Attributes:
        unit: None for a yes/no fact (該当).
        decimals: digits behind the point; a value is an integer of 10**-decimals units.
        low: least value allowed, in units; None where unbounded. ``high`` likewise.
    """

    name: str
    unit: Unit | None
    decimals: int
    low: Fraction | None
    high: Fraction | None
    lower_is_better: bool
    decl: syntax.FactDecl = field(eq=False, repr=False)

    @property
    def is_yes_no(self) -> bool:
        """Whether it is 該当/非該当 and no number."""
        return self.unit is None


# Values: exact numbers


@frozen(cache_hash=True)
class Constant:
    """A number written in the rulebook."""

    value: Fraction
    unit: Unit


@frozen(cache_hash=True)
class FactValue:
    """The value of a fact; ``previous`` takes it from the year before."""

    fact: Fact
    previous: bool = False

    @property
    def unit(self) -> Unit:
        """The fact's unit."""
        assert self.fact.unit is not None
        return self.fact.unit

    @property
    def column(self) -> str:
        """The column of a fact file that holds it."""
        return f"前年度.{self.fact.name}" if self.previous else self.fact.name


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
    """前年度(得点(…)), read from a column of that name."""

    column: str
    unit: Unit


@frozen(cache_hash=True)
class Sum:
    """Terms with their signs (+1 or -1)."""

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
    """四捨五入 (half away from zero) or 切捨て (towards zero) to some decimals."""

    value: "Value"
    decimals: int
    half_up: bool
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
    cases: tuple[tuple[str, tuple[tuple[str, Constant], ...]], ...]


# Conditions: true, false or unknown (Kleene)


@frozen(cache_hash=True)
class AnswerTo:
    """The yes/no answer that the survey holds for a leaf."""

    path: str


@frozen(cache_hash=True)
class FactHolds:
    """A yes/no fact."""

    fact: Fact


@frozen(cache_hash=True)
class Met:
    """Another leaf's outcome."""

    path: str


@frozen(cache_hash=True)
class Compare:
    """``left operator right``; the operator is one of ``以上 以下 超 未満 と等しい``."""

    left: Value
    operator: str
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
    operator: str
    count: int
    text: str = field(eq=False)


@frozen(cache_hash=True)
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


@frozen(cache_hash=True)
class Within:
    """``上位``: 1 + the number of bodies strictly better is at most ``step`` (割, %: of N; 位: bodies).

    Attributes:
        label: the step as written: ``上位7割``.
    """

    ranking: Ranking
    step: Fraction
    unit: str
    label: str = field(init=False, eq=False)

    @property
    def share(self) -> Fraction | None:
        """The step as a share of N; None where it counts bodies (位)."""
        return {"割": self.step / 10, "%": self.step / 100}.get(self.unit)

    @label.default
    def _label(self) -> str:
        return f"上位{_digits(self.step)}{self.unit}"


def _digits(step: Fraction) -> str:
    """A decimal number with all its digits: steps are told apart, and stored, by their labels."""
    most = step.denominator.bit_length()
    decimals = next(places for places in range(most + 1) if 10**places % step.denominator == 0)
    digits = str(int(step * 10**decimals)).zfill(decimals + 1)
    return digits if not decimals else f"{digits[:-decimals]}.{digits[-decimals:]}"


@frozen(cache_hash=True)
class Every:
    """かつ."""

    parts: tuple["Condition", ...]


@frozen(cache_hash=True)
class Some:
    """又は."""

    parts: tuple["Condition", ...]


@frozen(cache_hash=True)
class Negation:
    """でない."""

    part: "Condition"


Condition = AnswerTo | FactHolds | Met | Compare | Within | InClass | Tally | Every | Some | Negation


@frozen(eq=False)
class Local:
    """A local name of the rulebook with its meaning."""

    name: str
    value: Value
    lower_is_better: bool
    decl: syntax.Definition


@frozen(eq=False)
class Node:
    """A node of the rulebook.

    Attributes:
        parent: path of the node above; None for a grant.
        children: paths, in the order of the file.
        maximum: declared points.
        condition: when a leaf's points are given; None for every other node.
        answered: a leaf that the survey asks (its column is the answer, not the outcome).
        same_as: the path whose content this node shares by に同じ, or its own where it shares none.
        timing: 時点, inherited; None where none is stated.
        citations: what its points cite, inherited where the heading itself cites nothing.
        special: it is, or lies in, a 別枠 outside the total.
        undisclosed: points (未公表) that count in the maximum and are unknown in every score.
        identity: year, scope and path at birth; it survives renumbering (language.md, Identity).
        lineage: where it stood in older years.
        carry: 引継ぎ: a condition over leaves of the year before (``Met`` by their paths of then); None where the
            answer to the same leaf carries over.
    """

    path: str
    level: Level
    label: str
    parent: str | None
    children: tuple[str, ...]
    maximum: int
    mode: Mode
    cap: int | None
    condition: Condition | None
    answered: bool
    same_as: str
    timing: str | None
    citations: tuple[Citation, ...]
    locals: tuple[Local, ...]
    special: bool
    undisclosed: int
    identity: str
    lineage: Lineage
    carry: Condition | None
    damaged: bool
    decl: syntax.Node

    @property
    def is_leaf(self) -> bool:
        """Whether points are given here by a condition."""
        return not self.children and not self.undisclosed

    def joined(self, points: Iterable[int]) -> int:
        """The own points that the children's own points come to."""
        if self.mode is Mode.ANY_ONE:
            return max(points, default=0)
        total = sum(points)
        return total if self.cap is None else min(total, self.cap)

    @property
    def kind(self) -> str:
        """What the official documents call a node of its level; 別枠 for one outside the total."""
        return "別枠" if self.special and self.level is Level.GRANT else self.level.japanese

    @property
    def is_shared(self) -> bool:
        """Whether it stands here by に同じ."""
        return self.same_as != self.path

    @property
    def text(self) -> str:
        """The heading's text; empty where there is none."""
        return self.decl.heading.text.value if self.decl.heading.text else ""

    @property
    def text_citations(self) -> tuple[Citation, ...]:
        """What the heading's text cites."""
        return self.decl.heading.text.citations if self.decl.heading.text else ()

    @property
    def span(self) -> Span:
        """Where its heading stands."""
        return self.decl.heading.span


@frozen(eq=False, slots=False)
class Program:
    """A rulebook, resolved and typed.

    Attributes:
        year: ``令和6年度``; ``scope``: ``市町村`` or ``都道府県``.
        facts: by name, in the order of declaration; ``classes`` (区分) likewise.
        nodes: by path, in the order of the document, shared ones under both paths.
        order: all paths so that each comes after what it depends on; empty where that is impossible.
        syntax: the tree it was made from.
        allocation: how money follows from the points, where the file is a 配分; its facts and classes are among those
            above.
    """

    year: str
    scope: str
    facts: dict[str, Fact]
    classes: dict[str, Classification]
    nodes: dict[str, Node]
    order: tuple[str, ...]
    syntax: syntax.Rulebook
    allocation: "Allocation | None" = None

    @cached_property
    def grants(self) -> tuple[Node, ...]:
        """交付金 and 別枠."""
        return tuple(node for node in self.nodes.values() if node.parent is None)

    @cached_property
    def leaves(self) -> tuple[Node, ...]:
        """All leaves, shared ones under both paths."""
        return tuple(node for node in self.nodes.values() if node.is_leaf)

    @property
    def maximum(self) -> int:
        """全体の満点, 別枠 left out."""
        return sum(node.maximum for node in self.grants if not node.special)
