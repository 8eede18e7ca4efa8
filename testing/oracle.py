"""An independent reading of the language: a plain recursive interpreter over fractions.

It shares with the product what the program says of its nodes and facts, and the syntax tree; what the requirements mean
is worked out a second time (``haiten.testing.reading``). Written from the words of the description, body by body,
without columns. Truths are True, False and None (unknown).
"""

from collections.abc import Callable
from fractions import Fraction
from math import isqrt
from typing import Any, TypeVar, assert_never

from attrs import field

from haiten.compiler.late import frozen
from haiten.compiler.program import terms as p
from haiten.compiler.program.program import Node, Program
from haiten.compiler.program.walk import conditions_in, parts_of
from haiten.compiler.proofs.sheets import KnownTruth, Sheet
from haiten.compiler.syntax.operators import Operator
from haiten.compiler.syntax.rulebook import Mode
from haiten.testing.reading import FromDeviation, RestOfWhole, SecondReading


@frozen
class CertainAndPossible:
    """What is certain, and what is possible at most."""

    certain: int
    possible: int


def k_and(parts: list[KnownTruth]) -> KnownTruth:
    """Kleene and."""
    return False if False in parts else None if None in parts else True


def k_or(parts: list[KnownTruth]) -> KnownTruth:
    """Kleene or."""
    return True if True in parts else None if None in parts else False


def k_not(part: KnownTruth) -> KnownTruth:
    """Kleene not."""
    return None if part is None else not part


T = TypeVar("T")
COMPARE: dict[Operator, Callable[[Fraction, Fraction], bool]] = {
    Operator.AT_LEAST: lambda a, b: a >= b,
    Operator.AT_MOST: lambda a, b: a <= b,
    Operator.ABOVE: lambda a, b: a > b,
    Operator.BELOW: lambda a, b: a < b,
    Operator.EQUAL: lambda a, b: a == b,
}


@frozen(eq=False)
class Oracle:
    """Reads a program for some bodies.

    Attributes:
        spans: of each body the least and the greatest that figures over its members (管内) can be, by column.
    """

    program: Program
    sheets: list[Sheet]
    spans: list[dict[str, tuple[Fraction | None, Fraction | None]]] = field(factory=list, kw_only=True)
    known: dict[object, Any] = field(factory=dict)
    reading: SecondReading = field(init=False)

    @reading.default
    def _reading(self) -> SecondReading:
        return SecondReading(self.program)

    def _once(self, key: object, make: Callable[[], T]) -> T:
        if key not in self.known:
            self.known[key] = make()
        found: T = self.known[key]
        return found

    # Values

    def value(self, value: p.Value | RestOfWhole, i: int) -> Fraction | None:
        """A value of a body; None where it is unknown."""
        return self._once(("value", value, i), lambda: self._value(value, i))

    def _value(self, value: p.Value | RestOfWhole, i: int) -> Fraction | None:
        match value:
            case p.Constant():
                return value.value
            case p.FactValue() | p.PreviousScore():
                return self.sheets[i].numbers.get(value.column)
            case p.ScoreValue(paths=paths):
                own = [self.own(path, i) for path in paths]
                if value.undisclosed or any(o.certain != o.possible for o in own):
                    return None
                return Fraction(sum(o.certain for o in own))
            case RestOfWhole(excluded=excluded):
                rest = [self.without(grant.path, excluded, i) for grant in self.program.grants if not grant.special]
                certain, possible = sum(o.certain for o in rest), sum(o.possible for o in rest)
                return Fraction(certain) if certain == possible else None
            case p.RankValue(ranking=ranking):
                rank = self.rank(ranking, i)
                return None if rank is None else Fraction(rank[0])
            case p.Statistic(value=inner):
                values = sorted(v for j in range(len(self.sheets)) if (v := self.value(inner, j)) is not None)
                if not values:
                    return None
                if not value.median:
                    return sum(values, Fraction(0)) / len(values)
                return (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2
            case p.Sum() | p.Product() | p.Extremum() | p.Rounded():
                pass
            case _:
                assert_never(value)
        inner_values = [self.value(part, i) for part in parts_of(value)]
        if None in inner_values:
            return None
        numbers = [v for v in inner_values if v is not None]
        match value:
            case p.Sum(terms):
                return sum((sign * v for (sign, _), v in zip(terms, numbers, strict=True)), Fraction(0))
            case p.Product(factors):
                product = Fraction(1)
                for (exponent, _), v in zip(factors, numbers, strict=True):
                    if exponent < 0 and v == 0:
                        return None
                    product = product * v if exponent > 0 else product / v
                return product
            case p.Extremum():
                return max(numbers) if value.greatest else min(numbers)
            case p.Rounded():
                scale = 10**value.decimals
                size = abs(numbers[0]) * scale
                whole = int(size + Fraction(1, 2)) if value.way == "四捨五入" else int(size)
                whole += value.way == "切上げ" and whole < size
                return Fraction(whole if numbers[0] >= 0 else -whole, scale)
            case _:
                assert_never(value)

    def _sides(self, distance: FromDeviation, i: int) -> set[int]:
        """The signs that a distance from some standard deviations may have: below (-1), at it (0), above (1)."""
        values = [(sign, self.value(value, i)) for sign, value in distance.terms]
        rest = sum((sign * value for sign, value in values if value is not None), Fraction(0))
        if any(value is None for _, value in values):
            return {-1, 0, 1}
        known = [v for j in range(len(self.sheets)) if (v := self.value(distance.of, j)) is not None]
        away = (distance.factor > 0) - (distance.factor < 0)
        at_rest = (rest > 0) - (rest < 0)
        if not known:  # the deviation is anything from 0 on
            return {at_rest, away} | ({0} if at_rest * away < 0 else set())
        mean = sum(known, Fraction(0)) / len(known)
        variance = sum(((value - mean) ** 2 for value in known), Fraction(0)) / len(known)
        # The root of p/q is that of pq, over q: either a whole number, or between two of them at every scale.
        product, digits = variance.numerator * variance.denominator, 1
        while True:
            floor = isqrt(product * digits * digits)
            exact = floor * floor == product * digits * digits
            ends = (floor, floor if exact else floor + 1)
            signs = set()
            for end in ends:
                found = rest + distance.factor * Fraction(end, digits * variance.denominator)
                signs.add((found > 0) - (found < 0))
            if exact or not away or (len(signs) == 1 and 0 not in signs):
                return signs if exact else signs - {0} or {0}
            digits *= 1000

    # Ranks

    def class_of(self, classification: p.Classification, i: int) -> str | None:
        """The name of a body's class, ``""`` where none fits, None where the value is unknown."""
        value = self.value(classification.value, i)
        if value is None:
            return None
        for name, bounds in classification.cases:
            if all(COMPARE[operator](value, bound.value) for operator, bound in bounds):
                return name
        return ""

    def _ranked(self, ranking: p.Ranking, i: int) -> bool:
        """Whether a body has a rank: its value, membership and class are known."""
        if self.value(ranking.value, i) is None:
            return False
        if ranking.subset is not None and self.truth(ranking.subset, i) is not True:
            return False
        return ranking.by is None or self.class_of(ranking.by, i) not in (None, "")

    def _may_rank(self, ranking: p.Ranking, i: int) -> bool:
        """Whether a body without a rank may have one once more is known."""
        if ranking.subset is not None and self.truth(ranking.subset, i) is False:
            return False
        return ranking.by is None or self.class_of(ranking.by, i) != ""

    def rank(self, ranking: p.Ranking, i: int) -> tuple[int, int] | None:
        """1 + the number strictly better, and N; None without a rank."""
        return self._once(("rank", ranking, i), lambda: self._rank(ranking, i))

    def _rank(self, ranking: p.Ranking, i: int) -> tuple[int, int] | None:
        if not self._ranked(ranking, i):
            return None
        rivals = [j for j in range(len(self.sheets)) if self._ranked(ranking, j)]
        if ranking.by is not None:
            rivals = [j for j in rivals if self.class_of(ranking.by, j) == self.class_of(ranking.by, i)]
        own = self.value(ranking.value, i)
        values = [self.value(ranking.value, j) for j in rivals]
        assert own is not None
        better = sum(v is not None and (v < own if ranking.lower_is_better else v > own) for v in values)
        return 1 + better, len(rivals)

    # Conditions

    def truth(self, condition: p.Condition, i: int) -> KnownTruth:
        """Whether a condition holds for a body."""
        return self._once(("truth", condition, i), lambda: self._truth(condition, i))

    def _truth(self, condition: p.Condition, i: int) -> KnownTruth:
        match condition:
            case p.AnswerTo(path):
                return self.sheets[i].answers.get(path)
            case p.FactHolds(fact):
                return self.sheets[i].answers.get(fact.name)
            case p.Met(path):
                return self.outcome(path, i)
            case p.Compare(left=FromDeviation() as distance):
                outcomes = {
                    COMPARE[condition.operator](Fraction(side), Fraction(0)) for side in self._sides(distance, i)
                }
                return outcomes.pop() if len(outcomes) == 1 else None
            case p.Compare() if self._spanned(condition.left, i) or self._spanned(condition.right, i):
                return self._between(condition, i)
            case p.Compare():
                left, right = self.value(condition.left, i), self.value(condition.right, i)
                return None if left is None or right is None else COMPARE[condition.operator](left, right)
            case p.InClass():
                found = self.class_of(condition.classification, i)
                return None if found is None else found == condition.case
            case p.Within(ranking=ranking):
                if ranking.subset is not None and self.truth(ranking.subset, i) is False:
                    return False
                if ranking.by is not None and self.class_of(ranking.by, i) == "":
                    return False
                rank = self.rank(ranking, i)
                if rank is None:
                    return None
                limit = condition.step if condition.share is None else condition.share * rank[1]
                return rank[0] <= limit
            case p.Tally():
                parts = [self.truth(part, i) for part in condition.parts]
                # Every way in which the unknown ones may turn out.
                least, unknown = parts.count(True), parts.count(None)
                outcomes = {
                    COMPARE[condition.operator](Fraction(n), Fraction(condition.count))
                    for n in range(least, least + unknown + 1)
                }
                return outcomes.pop() if len(outcomes) == 1 else None
            case p.Every(parts):
                return k_and([self.truth(part, i) for part in parts])
            case p.Some(parts):
                return k_or([self.truth(part, i) for part in parts])
            case p.Negation(part):
                return k_not(self.truth(part, i))
            case _:
                assert_never(condition)

    def _spanned(self, value: p.Value | RestOfWhole, i: int) -> bool:
        return isinstance(value, p.FactValue) and not value.year and bool(self.spans) and value.column in self.spans[i]

    def _span(self, value: p.Value, i: int) -> tuple[Fraction | None, Fraction | None]:
        """Between what a value lies, ends included; None where it has no end."""
        known = self.value(value, i)
        if known is not None or not self._spanned(value, i):
            return known, known
        assert isinstance(value, p.FactValue)
        return self.spans[i][value.column]

    def _between(self, condition: p.Compare, i: int) -> KnownTruth:
        """What is so wherever both values lie."""
        (low, high), (least, most) = self._span(condition.left, i), self._span(condition.right, i)
        # The distance of the two lies between these, and each end of it can be had.
        near = None if low is None or most is None else low - most
        far = None if high is None or least is None else high - least
        operator = condition.operator
        signs = {1, 0, -1}
        if near is not None:
            signs = {sign for sign in signs if sign > 0 or (sign == 0 and near <= 0) or (sign < 0 and near < 0)}
        if far is not None:
            signs = {sign for sign in signs if sign < 0 or (sign == 0 and far >= 0) or (sign > 0 and far > 0)}
        outcomes = {COMPARE[operator](Fraction(sign), Fraction(0)) for sign in signs}
        return outcomes.pop() if len(outcomes) == 1 else None

    def given(self, path: str, i: int) -> KnownTruth:
        """The outcome that was given for a leaf, or for the one whose place it takes by に同じ."""
        return self.sheets[i].outcomes.get(self.program.nodes[path].same_as)

    def outcome(self, path: str, i: int) -> KnownTruth:
        """Whether a leaf is met: as given, else by its condition."""
        given = self.given(path, i)
        if given is not None:
            return given
        return self.truth(self.reading.condition_of(path), i)

    # Points

    def own(self, path: str, i: int) -> CertainAndPossible:
        """Own points of a node, before any choice above it."""
        return self._once(("own", path, i), lambda: self._own(path, i)[0])

    def _own(self, path: str, i: int) -> tuple[CertainAndPossible, int]:
        node = self.program.nodes[path]
        if node.is_leaf:
            outcome = self.outcome(path, i)
            return CertainAndPossible(node.maximum * (outcome is True), node.maximum * (outcome is not False)), 0
        parts = [self.own(child, i) for child in node.children]
        if node.undisclosed:
            parts.append(CertainAndPossible(0, node.undisclosed))
        if node.mode is Mode.ANY_ONE:
            return CertainAndPossible(max(o.certain for o in parts), max(o.possible for o in parts)), 0
        certain, possible = sum(o.certain for o in parts), sum(o.possible for o in parts)
        if node.cap is None:
            return CertainAndPossible(certain, possible), 0
        return CertainAndPossible(min(certain, node.cap), min(possible, node.cap)), max(certain - node.cap, 0)

    def without(self, path: str, excluded: tuple[str, ...], i: int) -> CertainAndPossible:
        """Own points of a node that some nodes are left out of; all above those add up (11)."""
        if path in excluded:
            return CertainAndPossible(0, 0)
        if not any(other.startswith(f"{path}.") for other in excluded):
            return self.own(path, i)
        node = self.program.nodes[path]
        parts = [self.without(child, excluded, i) for child in node.children]
        return CertainAndPossible(sum(o.certain for o in parts), sum(o.possible for o in parts) + node.undisclosed)

    def leaves(self, path: str) -> list[Node]:
        """The leaves below a node, as they were first written."""
        node = self.program.nodes[self.program.nodes[path].same_as]
        return [leaf for child in node.children for leaf in self.leaves(child)] if node.children else [node]

    def deciding(self, path: str, i: int) -> tuple[Fraction, bool]:
        """A child's best rank in proportion (2 without one), and whether nothing filled in can better it."""
        best, certain = Fraction(2), True
        for leaf in self.leaves(path):
            for part in conditions_in(self.reading.condition_of(leaf.path)):
                if not isinstance(part, p.Within):
                    continue
                rank = self.rank(part.ranking, i)
                if rank is not None:
                    best = min(best, Fraction(*rank))
                elif self._may_rank(part.ranking, i):
                    certain = False
        return best, certain

    def counts(self, path: str, i: int) -> tuple[bool, bool]:
        """Whether a node's points surely reach the total, and whether they can."""
        node = self.program.nodes[path]
        if node.parent is None:
            return True, True
        sure, can = self.counts(node.parent, i)
        parent = self.program.nodes[node.parent]
        if parent.mode is not Mode.ANY_ONE:
            return sure, can
        own = self.own(path, i)
        rivals = [(self.own(c, i), *self.deciding(c, i), c) for c in parent.children if c != path]
        if parent.undisclosed:
            rivals.append((CertainAndPossible(0, parent.undisclosed), Fraction(2), True, ""))
        mine, mine_known = self.deciding(path, i)
        for theirs, rank, known, name in rivals:
            first = not name or parent.children.index(path) < parent.children.index(name)
            i_win = known and (mine < rank or (mine == rank and first))
            they_win = mine_known and (rank < mine or (mine == rank and not first))
            if not (theirs.possible < own.certain or (theirs.possible == own.certain and i_win)):
                sure = False
            if theirs.certain > own.possible or (theirs.certain == own.possible and they_win):
                can = False
        return sure, can

    def counted(self, path: str, i: int) -> CertainAndPossible:
        """Points of a node that reach the total."""
        sure, can = self.counts(path, i)
        own = self.own(path, i)
        return CertainAndPossible(own.certain * sure, own.possible * can)

    def cut(self, path: str, i: int) -> int:
        """What 上限 took off a node, where it counts."""
        return self._own(path, i)[1] * self.counts(path, i)[0]

    def verdict(self, path: str, i: int) -> str:
        """What became of a leaf."""
        outcome, (sure, can) = self.outcome(path, i), self.counts(path, i)
        if outcome is False:
            return "not_met"
        if outcome is True and not can:
            return "superseded"
        return "awarded" if outcome is True and sure else "unanswered"
