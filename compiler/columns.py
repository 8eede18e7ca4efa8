"""The columns of a fact file: what they may be called, and what each means (language.md, Fact files)."""

from collections.abc import Iterable
from typing import Final

from attrs import frozen

from haiten.compiler.program import Fact, FactValue, PreviousScore, Program, values_in

GIVEN: Final = "所与."
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
    """How a column of numbers is read: the fact whose unit, decimals and range it has; None for points."""

    fact: Fact | None

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
    """

    numbers: dict[str, NumberColumn]
    answers: dict[str, str]
    outcomes: dict[str, str]

    def names(self) -> Iterable[str]:
        """All names, for もしかして."""
        return (CODE, NAME, PREFECTURE, YEAR, *self.numbers, *self.answers, *self.outcomes)


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
    for node in program.leaves:
        # Without a condition of its own a leaf is asked, and its column is the answer; else it is the outcome.
        asked = program.nodes[node.same_as].answered
        (answers if asked else outcomes)[node.path] = node.same_as
        outcomes[GIVEN + node.path] = node.same_as
        for value in values_in(node.condition) if node.condition is not None else ():
            if isinstance(value, PreviousScore):
                numbers[value.column] = NumberColumn(None)
            elif isinstance(value, FactValue) and value.previous:
                numbers[value.column] = NumberColumn(value.fact)
    return Schema(numbers, answers, outcomes)
