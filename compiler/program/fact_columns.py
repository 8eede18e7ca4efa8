"""The columns of a fact file: what they may be called, and what each means (language.md, Fact files)."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from attrs import field

from haiten.compiler.identity.past_names import name_in
from haiten.compiler.late import frozen
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import Fact, FactValue, PreviousScore, ScoreValue, Value
from haiten.compiler.program.walk import values_in
from haiten.compiler.syntax.rulebook import Mode
from haiten.compiler.syntax.years import year_before

GIVEN: Final = "所与."
POINTS: Final = "得点."
POSSIBLE: Final = "可能."
VERDICT: Final = "判定."
# In files of results: by which rules they were scored.
FINGERPRINT: Final = "規則の指紋"
SIZE: Final = "結果の団体数"
TRIAL: Final = "試算"  # which 定数 were changed, in files of results of a simulation
WHOLE: Final = "全体"
PREVIOUS: Final = "前年度."
CARRIED: Final = ("属性.", "備考.", "根拠.")
CODE: Final = "団体コード"
NAME: Final = "団体名"
PREFECTURE: Final = "都道府県"
YEAR: Final = "年度"
# Digits before the point: more than any budget in yen, and far from what int64 holds once scaled.
FACT_DIGITS: Final = 15


@frozen
class NumberColumn:
    """How a column of numbers is read: the fact whose unit, decimals and range it has; None for points, ranks and yen.

    Attributes:
        unit: what may be written behind a number that is no fact's.
    """

    fact: Fact | None
    unit: str = "点"

    @property
    def decimals(self) -> int:
        """Digits behind the point."""
        return self.fact.decimals if self.fact else 0


@frozen
class Schema:
    """What the columns of a fact file may be called, and what each means.

    Attributes:
        numbers, answers, outcomes: by column name; for the latter two the path (or yes/no fact) that it is about.
            A leaf brought in by に同じ has its own column names, with the path it shares.
        points: columns of points that are known, as in results, with the path of their node, or 全体.
        former: columns of the year before under the name that a fact had then, with the column that they are now.
    """

    numbers: dict[str, NumberColumn]
    answers: dict[str, str]
    outcomes: dict[str, str]
    points: dict[str, str] = field(factory=dict)
    former: dict[str, str] = field(factory=dict)

    def names(self) -> Iterable[str]:
        """All names, for もしかして."""
        return (CODE, NAME, PREFECTURE, YEAR, *self.numbers, *self.answers, *self.outcomes, *self.points)


@lru_cache(maxsize=16)  # asked for by every score of one body; programs never change
def schema_of(program: Program) -> Schema:
    """The columns that a program's fact files may have."""
    numbers: dict[str, NumberColumn] = {}
    answers: dict[str, str] = {}
    outcomes: dict[str, str] = {}
    for fact in program.facts.values():
        if fact.is_yes_no:
            answers[fact.name] = fact.name
        else:
            numbers[fact.name] = NumberColumn(fact)
            numbers[PREVIOUS + fact.name] = NumberColumn(fact)
    numbers |= {name: NumberColumn(fact) for name, fact in program.aggregates.items()}
    for node in program.leaves:
        # Without a condition of its own a leaf is asked, and its column is the answer; else it is the outcome.
        asked = program.nodes[node.same_as].answered
        (answers if asked else outcomes)[node.path] = node.same_as
        outcomes[GIVEN + node.path] = node.same_as
        for value in values_in(node.condition) if node.condition is not None else ():
            _note_previous(value, numbers)
    for value in program.allocation.all_values if program.allocation is not None else ():
        _note_previous(value, numbers)
    points = {POINTS + path: path for path in (*program.nodes, WHOLE)}
    former = {
        PREVIOUS + was: PREVIOUS + fact.name
        for fact in program.facts.values()
        if (was := last_name(fact, program)) is not None and not fact.is_yes_no
    }
    return Schema(numbers, answers, outcomes, points, former)


def last_name(fact: Fact, program: Program) -> str | None:
    """What a fact was called in the year before the rulebook's; None where it was called as now."""
    was = name_in(fact.decl, year_before(program.year))
    return None if was == fact.name else was


def points_of_allocation(program: Program) -> tuple[str, ...]:
    """The columns of points that an allocation reads."""
    allocation = program.allocation
    scores = () if allocation is None else (v for v in allocation.all_values if isinstance(v, ScoreValue))
    return tuple(POINTS + path for value in scores for path in value.paths if not is_chosen(program, path))


def _note_previous(value: Value, numbers: dict[str, NumberColumn]) -> None:
    """Add the column that a value of the year before is read from."""
    if isinstance(value, PreviousScore):
        numbers[value.column] = NumberColumn(None, str(value.unit))
    elif isinstance(value, FactValue) and value.year:
        numbers[value.column] = NumberColumn(value.fact)


def is_chosen(program: Program, path: str) -> bool:
    """Whether a node stands below a choice or a cut, where its own points are not those that were counted."""
    above = program.nodes[path].parent
    while above is not None and program.nodes[above].mode is Mode.SUM:
        above = program.nodes[above].parent
    return above is not None
