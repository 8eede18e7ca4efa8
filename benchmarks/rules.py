"""Program → flat rules, from which the rivals are generated: no rival has a rule of its own.

They hold what the real municipal rulebooks use: answers, facts above zero, steps of ranks (of a fact, a quotient, a
difference or the body's own score; among all bodies or those above zero), いずれか, に同じ. Anything else is refused,
so that no rival can leave out a rule unseen.
"""

from typing import assert_never

from attrs import frozen

from haiten.compiler.program.program import Node, Program
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
    Ranking,
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
from haiten.compiler.syntax.rulebook import Mode


class NotInRulesError(ValueError):
    """The rulebook uses a form that the rivals know nothing of."""


@frozen
class ComparedColumns:
    """A number column, alone or with a second one: ``left``, ``left - right`` or ``left / right``."""

    left: str
    operator: str = ""
    right: str = ""


@frozen
class BodyOrder:
    """The order of the bodies by a value.

    Attributes:
        value: None for the body's own score, the sum of ``Rules.scored``.
        among: only bodies whose column is above zero are ranked; None: all.
    """

    value: ComparedColumns | None
    among: str | None
    lower_is_better: bool


@frozen
class Asked:
    """A yes/no answer."""

    column: str


@frozen
class Positive:
    """A number above zero."""

    column: str


@frozen
class ShareStep:
    """Within a share of an order: ``(1 + better) × den ≤ num × N``."""

    order: int
    num: int
    den: int


LeafTest = Asked | Positive | ShareStep


@frozen
class Leaf:
    """A leaf; ``same_as`` is the leaf whose points it repeats by に同じ."""

    path: str
    points: int
    test: LeafTest
    same_as: int | None


@frozen
class Choice:
    """いずれか: the leaves below each child, and the order that tells it from others of equal points."""

    children: tuple[tuple[int, ...], ...]
    orders: tuple[int | None, ...]


@frozen
class Rules:
    """A rulebook made flat; all numbers refer to ``leaves`` and ``orders`` by their places.

    Attributes:
        numbers: columns of scaled integers; ``answers``: columns of yes/no.
        scored: the leaves that make the body's own score.
        grants: the leaves of each grant in the total.
    """

    numbers: tuple[str, ...]
    answers: tuple[str, ...]
    orders: tuple[BodyOrder, ...]
    leaves: tuple[Leaf, ...]
    choices: tuple[Choice, ...]
    scored: tuple[int, ...]
    grants: tuple[tuple[int, ...], ...]

    @property
    def late(self) -> frozenset[int]:
        """Leaves that wait for the bodies' scores."""
        return frozenset(
            i
            for i, leaf in enumerate(self.leaves)
            if isinstance(leaf.test, ShareStep) and self.orders[leaf.test.order].value is None
        )

    def steps(self, order: int) -> list[tuple[int, Leaf, ShareStep]]:
        """The leaves that read an order, those by に同じ left out."""
        return [
            (i, leaf, leaf.test)
            for i, leaf in enumerate(self.leaves)
            if leaf.same_as is None and isinstance(leaf.test, ShareStep) and leaf.test.order == order
        ]


def rules_of(program: Program) -> Rules:
    """The flat rules of a program.

    Raises:
        NotInRulesError: it uses a form that rivals know nothing of.
    """
    return _Flattener(program).rules()


def _refuse(what: object) -> NotInRulesError:
    return NotInRulesError(f"the rivals are not told of {what}")


class _Flattener:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.places = {leaf.path: i for i, leaf in enumerate(program.leaves)}
        self.rankings: dict[Ranking, int] = {}
        self.orders: list[BodyOrder] = []
        self.numbers: dict[str, None] = {}
        self.answers: dict[str, None] = {}
        self.scored: tuple[int, ...] = ()

    def rules(self) -> Rules:
        program = self.program
        leaves = tuple(self._leaf(node) for node in program.leaves)
        choices = tuple(
            self._choice(node, leaves)
            for node in program.nodes.values()
            if node.mode is Mode.ANY_ONE and not node.is_shared
        )
        for node in program.nodes.values():
            if node.cap is not None or (node.undisclosed and not node.special):
                raise _refuse(f"上限 or 未公表 at {node.path}")
        grants = tuple(self._below(grant.path) for grant in program.grants if not grant.special)
        return Rules(tuple(self.numbers), tuple(self.answers), tuple(self.orders), leaves, choices, self.scored, grants)

    def _below(self, path: str) -> tuple[int, ...]:
        return tuple(i for leaf, i in self.places.items() if leaf == path or leaf.startswith(path + "."))

    def _leaf(self, node: Node) -> Leaf:
        same_as = self.places[node.same_as] if node.is_shared else None
        chooser, chosen_above = self._chooser(node), self._chooser(self.program.nodes[node.same_as])
        if chooser is not None and chosen_above is not None and chooser.same_as != chosen_above.path:
            raise _refuse(f"に同じ inside いずれか at {node.path}")
        if (chooser is None) != (chosen_above is None):
            raise _refuse(f"に同じ across いずれか at {node.path}")
        assert node.condition is not None
        return Leaf(node.path, node.maximum, self._test(node.condition), same_as)

    def _chooser(self, node: Node) -> Node | None:
        while node.parent is not None:
            node = self.program.nodes[node.parent]
            if node.mode is Mode.ANY_ONE:
                return node
        return None

    def _choice(self, node: Node, leaves: tuple[Leaf, ...]) -> Choice:
        children = tuple(self._below(child) for child in node.children)
        if self._chooser(node) is not None:
            raise _refuse(f"いずれか inside いずれか at {node.path}")
        deciding: list[int | None] = []
        for child in children:
            tests = [leaves[i].test for i in child]
            orders = {test.order for test in tests if isinstance(test, ShareStep)}
            if len(orders) > 1 or any(self.orders[o].among or self.orders[o].value is None for o in orders):
                raise _refuse(f"several orders, subsets or scores in いずれか at {node.path}")
            deciding.append(next(iter(orders), None))
        return Choice(children, tuple(deciding))

    def _test(self, condition: Condition) -> LeafTest:
        match condition:
            case Met(path):
                inner = self.program.nodes[path].condition
                assert inner is not None
                return self._test(inner)
            case AnswerTo(path):
                self.answers[path] = None
                return Asked(path)
            case Compare(FactValue() as fact, operator, Constant(value=number)) if (
                operator is Operator.ABOVE and not number
            ):
                return Positive(self._number(fact))
            case Within(ranking=ranking, share=share) if share is not None:
                return ShareStep(self._order(ranking), share.numerator, share.denominator)
            case FactHolds() | Compare() | Within() | InClass() | Tally() | Every() | Some() | Negation():
                raise _refuse(condition)
            case _:
                assert_never(condition)

    def _number(self, fact: FactValue) -> str:
        self.numbers[fact.column] = None
        return fact.column

    def _order(self, ranking: Ranking) -> int:
        if ranking not in self.rankings:
            among = None
            if ranking.subset is not None:
                test = self._test(ranking.subset)
                if not isinstance(test, Positive):
                    raise _refuse(ranking.subset)
                among = test.column
            if ranking.by is not None:
                raise _refuse(ranking.by)
            order = BodyOrder(self._quantity(ranking.value), among, ranking.lower_is_better)
            self.rankings[ranking] = len(self.orders)
            self.orders.append(order)
        return self.rankings[ranking]

    def _quantity(self, value: Value) -> ComparedColumns | None:
        match value:
            case FactValue():
                return ComparedColumns(self._number(value))
            case Sum(((1, FactValue() as left), (-1, FactValue() as right))) if left.fact == right.fact:
                return ComparedColumns(self._number(left), "-", self._number(right))
            case Product(((1, FactValue() as left), (-1, FactValue() as right))):
                return ComparedColumns(self._number(left), "/", self._number(right))
            case ScoreValue(paths):
                self.scored = tuple(i for path in paths for i in self._below(path))
                return None
            case Constant() | PreviousScore() | Sum() | Product() | Extremum() | Rounded() | Statistic() | RankValue():
                raise _refuse(value)
            case _:
                assert_never(value)
