"""Facts about bodies, as columns (language.md, Fact files)."""

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from haiten.compiler.program import Fact, FactValue, PreviousScore, Program, ScoreValue, Value, values_in
from haiten.compiler.syntax import Mode
from haiten.scoring.exact import Bools, Ratios, from_integers

GIVEN: Final = "所与."
POINTS: Final = "得点."
PREVIOUS: Final = "前年度."
CARRIED: Final = ("属性.", "備考.", "根拠.")
CODE: Final = "団体コード"
NAME: Final = "団体名"
PREFECTURE: Final = "都道府県"
YEAR: Final = "年度"


@frozen
class Body:
    """A municipality or prefecture: one row of a fact file.

    Attributes:
        code: 団体コード as written, 5 or 6 digits.
        carried: cells of 属性. 備考. 根拠. columns that are not empty, by column.
        row: where it stands in its file, from 1 (the header is row 1); 0 where there is no file.
    """

    code: str
    name: str = ""
    prefecture: str = ""
    carried: dict[str, str] = field(factory=dict)
    row: int = 0


@frozen(eq=False)
class Truth:
    """A yes/no column under Kleene logic; unknown is possible and not certain."""

    certain: Bools
    possible: Bools

    @property
    def known(self) -> Bools:
        """Where it is decided."""
        return np.asarray(self.certain == self.possible)


@frozen(eq=False)
class Facts:
    """All that is known about some bodies; a column that is absent is unknown for every body.

    Attributes:
        numbers: facts and 前年度. columns, in their unit.
        answers: yes/no facts, and answers by the path of the leaf that asks.
        outcomes: outcomes that are given (所与), by the path of the leaf.
        points: points that are given, by the path of the node; only for an allocation.
    """

    bodies: tuple[Body, ...]
    numbers: dict[str, Ratios] = field(factory=dict)
    answers: dict[str, Truth] = field(factory=dict)
    outcomes: dict[str, Truth] = field(factory=dict)
    points: dict[str, Ratios] = field(factory=dict)

    def __len__(self) -> int:
        return len(self.bodies)


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
        points: columns of points that are known although their items are not, with the path of their node.
    """

    numbers: dict[str, NumberColumn]
    answers: dict[str, str]
    outcomes: dict[str, str]
    points: dict[str, str] = field(factory=dict)

    def names(self) -> Iterable[str]:
        """All names, for もしかして."""
        return (CODE, NAME, PREFECTURE, YEAR, *self.numbers, *self.answers, *self.outcomes, *self.points)


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
            _note_previous(value, numbers)
    points: dict[str, str] = {}
    for value in program.allocation.all_values if program.allocation is not None else ():
        _note_previous(value, numbers)
        if isinstance(value, ScoreValue):
            points |= {POINTS + path: path for path in value.paths if not _is_chosen(program, path)}
    return Schema(numbers, answers, outcomes, points)


def _note_previous(value: Value, numbers: dict[str, NumberColumn]) -> None:
    """Add the column that a value of the year before is read from."""
    if isinstance(value, PreviousScore):
        numbers[value.column] = NumberColumn(None, str(value.unit))
    elif isinstance(value, FactValue) and value.previous:
        numbers[value.column] = NumberColumn(value.fact)


def _is_chosen(program: Program, path: str) -> bool:
    """Whether a node stands below a choice or a cut, where its own points are not those that were counted."""
    above = program.nodes[path].parent
    while above is not None and program.nodes[above].mode is Mode.SUM:
        above = program.nodes[above].parent
    return above is not None


def numbers_from(scaled: Iterable[int | None], decimals: int) -> Ratios:
    """A column from integers of ``10**-decimals`` units; None where unknown."""
    cells = list(scaled)
    known = np.array([cell is not None for cell in cells], dtype=np.bool_)
    filled = [0 if cell is None else cell for cell in cells]
    num: NDArray[Any] = np.array(filled, dtype=np.int64)
    return from_integers(num, known, 10**decimals)


def truth_from(cells: Iterable[bool | None]) -> Truth:
    """A yes/no column; None where unknown."""
    listed = list(cells)
    certain = np.array([cell is True for cell in listed], dtype=np.bool_)
    return Truth(certain, np.array([cell is not False for cell in listed], dtype=np.bool_))


def unknown_truth(size: int) -> Truth:
    """A column of which nothing is known."""
    return Truth(np.zeros(size, dtype=np.bool_), np.ones(size, dtype=np.bool_))


def unknown_numbers(size: int) -> Ratios:
    """A column of which nothing is known."""
    return from_integers(np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.bool_))
