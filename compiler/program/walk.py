"""What conditions and values are made of, outermost first."""

from collections.abc import Iterator
from typing import assert_never

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


def conditions_in(condition: Condition) -> Iterator[Condition]:
    """A condition and all inside it, subsets of ranks included, outermost first."""
    pending = [condition]
    while pending:
        current = pending.pop()
        yield current
        match current:
            case Every(parts) | Some(parts) | Tally(parts=parts):
                pending.extend(reversed(parts))
            case Negation(part):
                pending.append(part)
            case Within(ranking=Ranking(subset=subset)) if subset is not None:
                pending.append(subset)
            case AnswerTo() | FactHolds() | Met() | Compare() | Within() | InClass():
                pass
            case _:
                assert_never(current)


def values_of(condition: Condition) -> tuple[Value, ...]:
    """The values that a condition itself compares or ranks, not those of its parts."""
    match condition:
        case Compare():
            return (condition.left, condition.right)
        case Within(ranking=ranking):
            return (ranking.value,) if ranking.by is None else (ranking.value, ranking.by.value)
        case InClass():
            return (condition.classification.value,)
        case AnswerTo() | FactHolds() | Met() | Tally() | Every() | Some() | Negation():
            return ()
        case _:
            assert_never(condition)


def parts_of(value: Value) -> tuple[Value, ...]:
    """The values that a value is made of."""
    match value:
        case Sum(terms):
            return tuple(inner for _, inner in terms)
        case Product(factors):
            return tuple(inner for _, inner in factors)
        case Extremum(parts=parts):
            return parts
        case Rounded() | Statistic():
            return (value.value,)
        case RankValue(ranking=ranking):
            return (ranking.value,)
        case Constant() | FactValue() | ScoreValue() | PreviousScore():
            return ()
        case _:
            assert_never(value)


def values_in(condition: Condition) -> Iterator[Value]:
    """Every value that a condition reads, with all inside it, outermost first."""
    for part in conditions_in(condition):
        pending = list(reversed(values_of(part)))
        while pending:
            value = pending.pop()
            yield value
            pending.extend(reversed(parts_of(value)))


def rankings_in(condition: Condition) -> Iterator[tuple[Ranking, Within | None]]:
    """Every ranking that a condition reads, with the step that it asks for; None for 順位, which asks for the place."""
    for part in conditions_in(condition):
        if isinstance(part, Within):
            yield part.ranking, part
    for value in values_in(condition):
        if isinstance(value, RankValue):
            yield value.ranking, None


def paths_in(condition: Condition) -> list[str]:
    """The nodes whose outcomes or points a condition itself reads."""
    if isinstance(condition, AnswerTo):  # as most are
        return []
    paths = [part.path for part in conditions_in(condition) if isinstance(part, Met)]
    for value in values_in(condition):
        if isinstance(value, ScoreValue):
            paths += value.paths
    return paths
