"""Which leaves a body reaches together with one, and what its total gains by them.

Steps are cumulative: who is within 上位1割 is within 上位3割 too, who has 5件以上 has 3件以上. A condition here implies
another only where that follows for every body like this one; what is not seen to follow is left as it is.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import assert_never

from attrs import field

from haiten.compiler.late import frozen
from haiten.compiler.program.program import Node
from haiten.compiler.program.terms import (
    AnswerTo,
    Compare,
    Condition,
    Constant,
    Every,
    Extremum,
    FactHolds,
    FactValue,
    InClass,
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
from haiten.compiler.syntax.operators import Operator
from haiten.scoring.running.ranking import Ranked, last_place
from haiten.scoring.running.scores import Scores
from haiten.tabulation.population.parts import total_grants


def is_whole(value: Value) -> bool:
    """Whether a value can only be a whole number."""
    match value:
        case Constant():
            return value.value.denominator == 1
        case FactValue(fact=fact):
            return fact.decimals == 0
        case ScoreValue() | PreviousScore() | RankValue():
            return True
        case Sum(terms):
            return all(is_whole(term) for _, term in terms)
        case Extremum(parts=parts):
            return all(map(is_whole, parts))
        case Product() | Rounded() | Statistic():
            return False
        case _:
            assert_never(value)


@frozen(eq=False)
class Ahead:
    """What one body can reach.

    Attributes:
        scores: the result that is asked about; ``body`` is the body's place among ``scores.bodies``.
    """

    scores: Scores
    body: int
    _missed: dict[str, list[str]] = field(init=False)  # all paths of the leaves that it does not surely have

    @_missed.default
    def _find_missed(self) -> dict[str, list[str]]:
        missed: dict[str, list[str]] = {}
        for leaf in self.scores.program.leaves:
            if self.scores.run.is_met(leaf.path, self.body) is not True:
                missed.setdefault(leaf.same_as, []).append(leaf.path)
        return missed

    def _condition(self, path: str) -> Condition:
        nodes = self.scores.program.nodes
        condition = nodes[nodes[path].same_as].condition
        assert condition is not None
        return condition

    def reached(self, leaf: Node) -> tuple[str, ...]:
        """The leaves that the body does not have and reaches with one, itself included.

        Shared ones (に同じ) are there under all their paths. An outcome that was given does not hold a leaf back.
        """
        known = frozenset((*self._all_of(Met(leaf.same_as)), *self._all_of(self._condition(leaf.path))))
        return tuple(
            path
            for origin, paths in self._missed.items()
            if Met(origin) in known or self._implied(known, self._condition(origin))
            for path in paths
        )

    def gain(self, won: Iterable[str]) -> int:
        """What the certain total gains if just these leaves are met as well, and nothing else changes."""
        met = frozenset(won)
        nodes = self.scores.program.nodes
        touched = set(met)
        for path in met:
            above = nodes[path].parent
            while above is not None and above not in touched:
                touched.add(above)
                above = nodes[above].parent
        grants = [grant.path for grant in total_grants(self.scores.program) if grant.path in touched]
        return sum(self._then(path, met, touched) - self._now(path) for path in grants)

    def _now(self, path: str) -> int:
        return self.scores.run.own_of(path, self.body)[0]

    def _then(self, path: str, met: frozenset[str], touched: set[str]) -> int:
        """A node's own certain points with these leaves met."""
        node = self.scores.program.nodes[path]
        points = self.scores.run.facts.points
        given = any(path in points and bool(points[path].known[self.body]) for path in (path, node.same_as))
        if path not in touched or given:
            return self._now(path)
        if node.is_leaf:
            return node.maximum if path in met else self._now(path)
        return node.joined(self._then(child, met, touched) for child in node.children)

    # Implication

    def _all_of(self, condition: Condition) -> Iterator[Condition]:
        """What holds where a condition holds, as far as it is made of that."""
        yield condition
        match condition:
            case Every(parts):
                for part in parts:
                    yield from self._all_of(part)
            case Met(path) if self._follows(path):
                yield from self._all_of(self._condition(path))
            case Within() if condition.ranking.subset is not None:
                yield from self._all_of(condition.ranking.subset)
            case AnswerTo() | FactHolds() | Met() | Compare() | Within() | InClass() | Tally() | Some() | Negation():
                pass
            case _:
                assert_never(condition)

    def _implied(self, known: frozenset[Condition], then: Condition) -> bool:
        """Whether a condition holds for the body wherever all those do that are known to."""
        if then in known:
            return True
        match then:
            case Every(parts):
                return all(self._implied(known, part) for part in parts)
            case Some(parts) if any(self._implied(known, part) for part in parts):
                return True
            case Met(path) if self._follows(path) and self._implied(known, self._condition(path)):
                return True
            case AnswerTo() | FactHolds() | Met() | Compare() | Within() | InClass() | Tally() | Some() | Negation():
                pass
            case _:
                assert_never(then)
        return any(self._implies(first, then) for first in known)

    def _implies(self, first: Condition, then: Condition) -> bool:
        """Whether one condition, which is not made of others that all hold, implies another."""
        match first:
            case Some(parts):
                return all(self._implied(frozenset(self._all_of(part)), then) for part in parts)
            case Within() if isinstance(then, Within):
                return first.ranking == then.ranking and self._is_inside(first, then)
            case Tally() if isinstance(then, Tally):
                alike = len(first.parts) == len(then.parts) and set(first.parts) == set(then.parts)
                bounds = Fraction(first.count), Fraction(then.count)
                return alike and _is_tighter(first.operator, bounds[0], then.operator, bounds[1], whole=True)
            case Negation(part) if isinstance(then, Negation) and self._implied(
                frozenset(self._all_of(then.part)), part
            ):
                return True
            case AnswerTo() | FactHolds() | Met() | Compare() | Within() | InClass() | Tally() | Every() | Negation():
                pass
            case _:
                assert_never(first)
        tight, loose = _comparison(first), _comparison(then)
        return tight is not None and loose is not None and _compares(tight, loose)

    def _follows(self, path: str) -> bool:
        """Whether a leaf's outcome is that of its condition, as none was given."""
        return not self.scores.run.given(path)[self.body]

    def _is_inside(self, first: Within, then: Within) -> bool:
        """Whether who is within the first step of a ranking is within the second too."""
        if (first.share is None) == (then.share is None):
            return first.step <= then.step if first.share is None else (first.share or 0) <= (then.share or 0)
        size = self._size(first)
        return size is not None and 0 < last_place(first, size) <= last_place(then, size)

    def _size(self, step: Within) -> int | None:
        """How many bodies are ranked where this one is, itself included; None where that is not known."""
        ranked: Ranked = self.scores.run.column(step.ranking)
        number = int(ranked.classes[self.body])
        if number < 0 or (ranked.stored is None and len(self.scores.bodies) == 1):
            return None
        return ranked.sizes[number] + (ranked.stored is None and not ranked.has_rank[self.body])


def _comparison(condition: Condition) -> tuple[Value, Operator, Value] | None:
    """What a condition compares; でない turned round."""
    match condition:
        case Compare(left, operator, right):
            return left, operator, right
        case Negation(Compare(left, operator, right)) if (opposite := operator.opposite) is not None:
            return left, opposite, right
        case AnswerTo() | FactHolds() | Met() | Within() | InClass() | Tally() | Every() | Some() | Negation():
            return None
        case _:
            assert_never(condition)


def _compares(first: tuple[Value, Operator, Value], then: tuple[Value, Operator, Value]) -> bool:
    """Whether a comparison implies another of the same value."""
    (left, operator, right), (other_left, other_operator, other_right) = first, then
    if left != other_left:
        return False
    if isinstance(right, Constant) and isinstance(other_right, Constant):
        return _is_tighter(operator, right.value, other_operator, other_right.value, whole=is_whole(left))
    return right == other_right and other_operator in operator.loosened


def _is_tighter(first: Operator, bound: Fraction, then: Operator, other: Fraction, *, whole: bool) -> bool:
    """Whether ``first bound`` implies ``then other``, of values that are whole numbers or any."""
    if first is Operator.EQUAL:
        return bool(then.holds(bound, other))
    if first.direction != then.direction:
        return False
    if whole:
        one, two = first.nearest_whole(bound), then.nearest_whole(other)
        assert one is not None
        assert two is not None
        return one >= two if first.direction > 0 else one <= two
    if bound == other:
        return then in first.loosened
    return bound > other if first.direction > 0 else bound < other
