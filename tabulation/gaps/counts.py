"""How many of one fact it takes to move a quotient: ``三職種数 68人 → 69人以上``."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from haiten.compiler.late import frozen
from haiten.compiler.program.describe import show_number
from haiten.compiler.program.terms import (
    Compare,
    Constant,
    Fact,
    FactValue,
    Met,
    Negation,
    PreviousScore,
    Product,
    Ranking,
    RankValue,
    Tally,
    Value,
)
from haiten.compiler.program.walk import conditions_in, parts_of, values_of
from haiten.compiler.syntax.operators import Operator
from haiten.scoring.explaining.reasons import ReasonReader
from haiten.scoring.running.scores import Scores


@frozen
class CountNeeded:
    """What one fact must come to, all others unchanged.

    Attributes:
        value: what it is; ``goal`` is the whole number next to it that is enough, ``unit`` the unit of both.
        at_least: whether more is enough too; False where less is.
    """

    name: str
    value: Fraction
    goal: int
    unit: str
    at_least: bool

    @property
    def text(self) -> str:
        """In Japanese."""
        now, then = show_number(self.value), show_number(Fraction(self.goal))
        return f"{self.name} {now}{self.unit} → {then}{self.unit}{'以上' if self.at_least else '以下'}"


def count_needed(reader: ReasonReader, value: Value, operator: Operator | None, goal: Fraction) -> CountNeeded | None:
    """How many are needed of the one fact above the line of a quotient, a whole number; None where there is no such.

    Args:
        reader: of the body.
        value: the quotient.
        operator: how it shall stand to the goal; None: apart from it, of which there is no count.
        goal: the threshold.
    """
    counted, times = counted_in(value), Fraction(1)
    if counted is None:
        return None
    assert isinstance(value, Product)
    for exponent, part in value.factors:
        if part is counted:
            continue
        other = reader.value(part).value
        if not other or not _is_apart(part, counted):
            return None
        times *= other**exponent
    now = reader.value(counted)
    if now.value is None or times <= 0:
        return None
    needed = operator.nearest_whole(goal / times) if operator is not None else None
    if operator is None or needed is None or not _allows(counted.fact, needed):
        return None
    return CountNeeded(now.name, now.value, needed, now.unit, operator.direction > 0)


def counted_in(value: Value) -> FactValue | None:
    """The one fact above the line of a quotient, if it is a whole number of this year."""
    if not isinstance(value, Product) or all(exponent > 0 for exponent, _ in value.factors):
        return None
    above = [part for exponent, part in value.factors if exponent > 0 and not isinstance(part, Constant)]
    if len(above) != 1 or not isinstance(above[0], FactValue):
        return None
    return None if above[0].year or above[0].fact.decimals else above[0]


def may_count(scores: Scores, ranking: Ranking) -> bool:
    """Whether a body stays among those that it is ranked with while the counted fact moves to the good end."""
    counted = counted_in(ranking.value)
    if counted is None or (ranking.by is not None and counted in _read(ranking.by.value)):
        return False
    pending = [] if ranking.subset is None else [ranking.subset]
    while pending:
        for part in conditions_in(pending.pop()):
            if isinstance(part, Met):
                nodes = scores.program.nodes
                condition = nodes[nodes[part.path].same_as].condition
                pending += [] if condition is None else [condition]
            elif any(counted in _read(value) for value in values_of(part)):
                upwards = isinstance(part, Compare) and part.left == counted and part.operator.direction > 0
                if not upwards or ranking.lower_is_better:
                    return False
            elif isinstance(part, Negation | Tally):  # what is inside may turn round
                return False
    return True


def _is_apart(value: Value, changed: FactValue) -> bool:
    """Whether a value stays as it is when a fact of the body changes."""
    return all(isinstance(part, Constant | PreviousScore | FactValue) and part != changed for part in _read(value))


def _read(value: Value) -> Iterator[Value]:
    """What a value is read from."""
    parts = () if isinstance(value, RankValue) else parts_of(value)
    if not parts:
        yield value
    for part in parts:
        yield from _read(part)


def _allows(fact: Fact, value: int) -> bool:
    return (fact.low is None or value >= fact.low) and (fact.high is None or value <= fact.high)


def count_json(count: CountNeeded) -> dict[str, Any]:
    """A count as JSON."""
    return {
        "name": count.name,
        "unit": count.unit,
        "value": str(count.value),
        "goal": str(count.goal),
        "at_least": count.at_least,
    }
