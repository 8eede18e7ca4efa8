"""Two rulebooks in common terms: the conditions of both years over the same answers and facts.

What a condition refers to is written out (``Met`` becomes the condition of that leaf, 得点 what its nodes come to),
paths are those of the old year, answers that follow by 引継ぎ are what they follow from, facts are the same fact in
both years. So two conditions are equal where they mean the same, however their years are numbered; and where two
differ, they can be tried against each other in the same cells (``compiler/proofs/cells.py``).
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any, Final, assert_never

from attrs import evolve, field

from haiten.comparison.isolate import isolated, ranked
from haiten.comparison.match import Match
from haiten.compiler.late import frozen
from haiten.compiler.program.describe import name_of_figure
from haiten.compiler.program.program import Node, Program
from haiten.compiler.program.terms import (
    AnswerTo,
    Classification,
    Compare,
    Condition,
    Constant,
    Every,
    Extremum,
    Fact,
    FactHolds,
    FactValue,
    FigureThen,
    InClass,
    MembersFigure,
    Met,
    Negation,
    PreviousScore,
    Product,
    RankValue,
    Rounded,
    ScoreValue,
    Some,
    Statistic,
    Sum,
    Tally,
    Value,
    Within,
)
from haiten.compiler.proofs.cells import noted_in
from haiten.compiler.proofs.possible import Possible
from haiten.compiler.syntax.expressions import rebuild

# Before a path or name of the new year that stands for nothing of the old one.
NEW: Final = "＋"


@frozen(eq=False)
class Common:
    """The terms of two rulebooks. Ask ``old`` and ``new`` for what leaves and nodes mean."""

    matched: Match
    _numbers: dict[Any, int] = field(factory=dict)
    old: "Side" = field(init=False)
    new: "Side" = field(init=False)

    @old.default
    def _make_old(self) -> "Side":
        return Side(self, self.matched.old, is_new=False)

    @new.default
    def _make_new(self) -> "Side":
        return Side(self, self.matched.new, is_new=True)

    def number(self, structure: Any) -> int:
        """A number for what a node means; the same for the same."""
        return self._numbers.setdefault(structure, len(self._numbers))

    def fact(self, name: str, *, is_new: bool) -> Fact:
        """A fact as both years know it, as wide and as fine as either; two where only the name is the same."""
        same, known = self.matched.facts, self.matched.old.facts
        before = known.get(same.before.get(name, "") if is_new else name)
        after = self.matched.new.facts.get(name if is_new else same.after.get(name, ""))
        if before is None and after is None:  # a figure over members, which is what is written
            before, after = self.matched.old.aggregates.get(name), self.matched.new.aggregates.get(name)
        if before is None or after is None:
            only = after if before is None else before
            assert only is not None
            # One that is new may have the name of an old one that is another.
            return evolve(only, name=NEW + name if is_new and name in known else name, lower_is_better=False)
        if (before.unit, before.is_yes_no) != (after.unit, after.is_yes_no):
            mine = after if is_new else before
            return evolve(mine, name=NEW + name if is_new else name, lower_is_better=False)
        low = None if before.low is None or after.low is None else min(before.low, after.low)
        high = None if before.high is None or after.high is None else max(before.high, after.high)
        decimals = max(before.decimals, after.decimals)
        return evolve(before, low=low, high=high, decimals=decimals, lower_is_better=False)

    def alike(self, old: Node, new: Node) -> bool:
        """Whether two nodes surely give the same points, whatever a sheet says."""
        return self.old.meaning(old.path) == self.new.meaning(new.path)


@frozen(eq=False)
class Side:
    """One of the two rulebooks, in common terms."""

    common: Common
    program: Program
    is_new: bool
    _leaves: dict[str, Condition] = field(factory=dict)
    _meanings: dict[str, int] = field(factory=dict)

    def leaf(self, path: str) -> Condition:
        """When the points of a leaf are given."""
        path = self.program.nodes[path].same_as
        if path not in self._leaves:
            condition = self.program.nodes[path].condition
            assert condition is not None
            self._leaves[path] = self.condition(condition)
        return self._leaves[path]

    def condition(self, condition: Condition) -> Condition:
        """A condition of this rulebook in common terms."""
        told: Condition = rebuild(condition, self._told)
        return told

    def meaning(self, path: str) -> int:
        """A number that two nodes share where their own points are the same by what their rulebooks say."""
        node = self.program.nodes[self.program.nodes[path].same_as]
        if node.path not in self._meanings:
            if node.is_leaf:
                structure: Any = (node.maximum, self.leaf(node.path))
            else:
                below = tuple(sorted(self.meaning(child) for child in node.children))
                structure = (node.mode, node.cap, node.undisclosed, below)
            self._meanings[node.path] = self.common.number(structure)
        return self._meanings[node.path]

    def _told(self, part: Any) -> Any | None:
        if not isinstance(part, Condition | Value | Fact | Classification):
            return None
        match part:
            case AnswerTo(path=path):
                return self._answer(path)
            case Met(path=path):
                return self.leaf(path)
            case ScoreValue(paths=paths, unit=unit):
                # Read like any number that a sheet could hold; equal where the same points are added up.
                number = self.common.number(tuple(sorted(map(self.meaning, paths))))
                return PreviousScore(f"得点#{number}", unit)
            case PreviousScore(column=column) if self.is_new:
                return evolve(part, column=self.common.matched.column_before(column))
            case Fact(then=FigureThen(of=of) as then):
                named = name_of_figure(evolve(then, of=rebuild(of, self._told)))
                return evolve(part, name=named, low=None, high=None, decimals=0, lower_is_better=False)
            case Fact(members=MembersFigure()):
                return evolve(part, lower_is_better=False)  # its name is what is written
            case Fact(name=name):
                return self.common.fact(name, is_new=self.is_new)
            case InClass(classification=classification, case=case):
                names = [name for name, _ in classification.cases]
                return InClass(self._classes(classification), str(names.index(case)))
            case Classification():
                return self._classes(part)
            case Compare():
                sides = (rebuild(side, self._told) for side in (part.left, part.right))
                return isolated(Compare(next(sides), part.operator, next(sides), ""))
            case Within(ranking=ranking):
                among = None if ranking.subset is None else self.condition(ranking.subset)
                by = None if ranking.by is None else self._classes(ranking.by)
                order = evolve(ranking, value=rebuild(ranking.value, self._told), subset=among, by=by)
                share = part.share
                return Within(ranked(order), *((part.step, part.unit) if share is None else (share * 100, "%")))
            case FactHolds() | Tally() | Every() | Some() | Negation():
                return None
            case Constant():
                return evolve(part, name="")
            case FactValue() | PreviousScore() | Sum() | Product() | Extremum() | Rounded():
                return None
            case Statistic() | RankValue():
                return None
            case _:
                assert_never(part)

    def _classes(self, classification: Classification) -> Classification:
        """A 区分 without its names, which decide nothing."""
        cases = tuple((str(number), bounds) for number, (_, bounds) in enumerate(classification.cases))
        value = rebuild(classification.value, self._told)
        return Classification("", value, tuple((name, rebuild(bounds, self._told)) for name, bounds in cases))

    def _answer(self, path: str) -> Condition:
        node = self.program.nodes.get(path)
        if not self.is_new or node is None:
            return AnswerTo(node.same_as if node else path)
        node = self.program.nodes[node.same_as]
        carry = self.common.matched.followed.get(node.path)
        if carry is not None:
            return _followed(self.common.old, carry)
        before = self.common.matched.counterpart(node)
        if before is None or not before.is_leaf or not before.answered:
            return AnswerTo(NEW + node.path)
        return AnswerTo(before.same_as)


def _followed(old: Side, carry: Condition) -> Condition:
    """A 引継ぎ: outcomes of the year before, by their paths of then."""

    def told(part: Any) -> Any | None:
        if not isinstance(part, Met):
            return None
        known = part.path in old.program.nodes and old.program.nodes[part.path].is_leaf
        return old.leaf(part.path) if known else AnswerTo(NEW + part.path)

    followed: Condition = rebuild(carry, told)
    return followed


@frozen(eq=False)
class CommonCells(Possible):
    """The cells of some conditions in common terms, of both years together."""

    conditions: tuple[Condition, ...] = ()

    @property
    def bounds(self) -> dict[Value, frozenset[Fraction]]:
        """The numbers that each value is compared with, or classified by."""
        return self._bounds

    def __attrs_post_init__(self) -> None:
        self.note(noted_in(self.conditions))


def cells_of(common: Common, conditions: Iterable[Condition]) -> CommonCells:
    """The cells of conditions in common terms."""
    return CommonCells(common.matched.new, conditions=tuple(conditions))


def leaves_below(program: Program, path: str) -> Iterator[Node]:
    """The leaves of a node, or the leaf that it is."""
    node = program.nodes[path]
    if node.is_leaf:
        yield node
    for child in node.children:
        yield from leaves_below(program, child)
