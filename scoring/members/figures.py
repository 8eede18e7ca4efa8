"""管内平均 and its kin: what the members of each prefecture come to, in exact numbers and bounds.

Every member has a least and a greatest value; where something is unanswered they differ, and so do those of the figure.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Final, assert_never

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from haiten.compiler.evaluator.emit import emit
from haiten.compiler.late import dense, frozen
from haiten.compiler.program.program import Program
from haiten.compiler.program.ranges import range_of
from haiten.compiler.program.terms import (
    Condition,
    Constant,
    Every,
    Extremum,
    Fact,
    FactValue,
    PreviousScore,
    Product,
    RankValue,
    Rounded,
    ScoreValue,
    Some,
    Statistic,
    Sum,
    Value,
    Within,
)
from haiten.compiler.program.walk import conditions_in, parts_of, values_in
from haiten.compiler.syntax.member_functions import MemberFunction
from haiten.scoring.explaining.deviations import read_bar
from haiten.scoring.facts.members import MembersTold
from haiten.scoring.numbers.deviation_bar import BarReading
from haiten.scoring.numbers.exact import Ratios
from haiten.scoring.running.machine import run
from haiten.scoring.running.run import Run
from haiten.scoring.running.scores import Scores

_PERCENT: Final = 100


@frozen
class Bounds:
    """A member's value: no less, no more; None where that is not bounded."""

    least: Fraction | None
    most: Fraction | None

    @property
    def known(self) -> bool:
        """Whether it is decided."""
        return self.least is not None and self.least == self.most


def figures_of(
    aggregates: dict[str, Fact], members: Scores, homes: NDArray[np.int64], prefectures: int
) -> dict[str, tuple[MembersTold, ...]]:
    """Every figure, for each prefecture.

    Args:
        aggregates: the figures, as the prefectural rulebook has them.
        members: the members, scored by the municipal rulebook.
        homes: the prefecture of each member, by place; -1 for those of none, who count in what is of the nation.
        prefectures: how many there are.
    """
    asked = {name: fact.members for name, fact in aggregates.items() if fact.members is not None}
    program, whole = members.program, not members.in_part
    # The same once more, with what the figures ask beside.
    result = run(emit(program, tuple(figure.of for figure in asked.values())), members.run.facts)
    told = {}

    def who(place: int) -> str:
        body = members.bodies[place]
        return f"{body.code} {body.name}".strip()

    for name, figure in asked.items():
        bounds = _bounds(result, figure.of, program, whole=whole)
        groups = [np.flatnonzero(homes == home).tolist() for home in range(prefectures)]
        bar = _bar(result, figure.of)
        told[name] = tuple(
            evolve(_figure(figure.function, {place: bounds[place] for place in group}, who), bar=bar)
            for group in groups
        )
    return told


@dense(eq=False)
class _Member:
    """One member, as what it was held against is read."""

    result: Run
    place: int

    def value(self, value: Value) -> Fraction | None:
        """What a value came to."""
        found: Fraction | None = self.result.column(value)[self.place]
        return found

    def having(self, value: Value) -> int:
        """How many members have a value."""
        return int(np.count_nonzero(self.result.column(value).known))

    def meeting(self, condition: Condition) -> int:
        """How many members surely meet a condition."""
        return int(np.count_nonzero(self.result.holds(condition).certain))


def _bar(result: Run, of: Value | Condition) -> BarReading | None:
    """What all members are held against in a comparison with 全国標準偏差; None where there is none, or one each."""
    if not isinstance(of, Every | Some) or of.bar is None or not result.size:
        return None
    if not all(_of_nation(value) for _, value in of.bar.beside):
        return None
    return read_bar(_Member(result, 0), of, of.bar)


def _of_nation(value: Value) -> bool:
    """Whether a value is the same for every body."""
    match value:
        case Constant() | Statistic():
            return True
        case Sum() | Product() | Extremum() | Rounded():
            return all(map(_of_nation, parts_of(value)))
        case FactValue() | PreviousScore() | ScoreValue() | RankValue():
            return False
        case _:
            assert_never(value)


def _bounds(result: Run, of: Value | Condition, program: Program, *, whole: bool) -> list[Bounds]:
    """What each member's value is at least and at most; a condition counts 1 where it holds."""
    size = result.size
    if isinstance(of, Condition):
        truth = result.holds(of)
        if not _rests_on_known(result, of, whole=whole):
            return [Bounds(Fraction(0), Fraction(1))] * size
        return [Bounds(Fraction(int(c)), Fraction(int(p))) for c, p in zip(truth.certain, truth.possible, strict=True)]
    if isinstance(of, ScoreValue):
        owned = [result.own(path).of(slice(None)) for path in of.paths]
        certain, possible = (
            np.sum([np.zeros(size, dtype=np.int64), *(own[end] for own in owned)], axis=0) for end in (0, 1)
        )
        return [
            Bounds(Fraction(int(c)), Fraction(int(p) + of.undisclosed)) for c, p in zip(certain, possible, strict=True)
        ]
    column: Ratios = result.column(of)
    declared = range_of(of, program)
    unknown = Bounds(declared.low, declared.high)
    values = [column[place] for place in range(size)]
    return [unknown if value is None else Bounds(value, value) for value in values]


def _rests_on_known(result: Run, condition: Condition, *, whole: bool) -> bool:
    """Whether what a condition holds its body against, if that is of the nation, is known of all of it.

    A mean or a rank among those who answered is not the nation's: it moves as others answer.
    """
    values = [part.ranking.value for part in conditions_in(condition) if isinstance(part, Within)]
    for value in values_in(condition):
        if isinstance(value, RankValue):
            values.append(value.ranking.value)
        elif isinstance(value, Statistic):
            values.append(value.value)
    return not values or (whole and all(bool(np.all(result.column(value).known)) for value in values))


def _figure(function: MemberFunction, group: dict[int, Bounds], who: Callable[[int], str]) -> MembersTold:
    """The figure over some members, by place, of whom there is at least one; ``who`` names one."""
    members = list(group.values())
    known = sum(member.known for member in members)
    least, most = (_over(function, [getattr(each, end) for each in members]) for end in ("least", "most"))
    if function is MemberFunction.LEAST:
        # One whose value is bounded bounds the least of all from above.
        highs = [member.most for member in members if member.most is not None]
        most = min(highs, default=None)
    named: list[int] = []
    if function.counts:
        named = [place for place, each in group.items() if each.least == 1]
    elif function is MemberFunction.LEAST and least == most:
        named = [place for place, each in group.items() if each.most == least]
    return MembersTold(len(members), known, least, most, tuple(map(who, named)))


def _over(function: MemberFunction, ends: list[Fraction | None]) -> Fraction | None:
    values = [end for end in ends if end is not None]
    if len(values) < len(ends):
        return None
    total = sum(values, Fraction(0))
    match function:
        case MemberFunction.MEAN:
            return total / len(values)
        case MemberFunction.SHARE:
            return total * _PERCENT / len(values)
        case MemberFunction.COUNT:
            return total
        case MemberFunction.LEAST:
            return min(values)
