"""What is known of a body before it fills in its sheet: facts of this year, and its answers of last year."""

from collections.abc import Sequence
from fractions import Fraction

from attrs import field

from haiten.comparison.match import Match
from haiten.comparison.transfer import Transfer, transfer
from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import CARRIED, CODE, GIVEN, NAME, PREFECTURE
from haiten.compiler.program.program import Program
from haiten.scoring.facts.facts import Body, Facts, Truth, body_key
from haiten.scoring.reading import survey_layout as layout
from haiten.scoring.reading.table_errors import CellWithoutValue
from haiten.scoring.running.scores import Scores

_DIGITS = 15  # as many as a cell holds
KnownCell = bool | Fraction | str | None


@frozen(eq=False)
class Answers:
    """What a fact file says of a body; nothing of a body that is not known.

    Attributes:
        body: None for a sheet that anybody may fill in.
        place: where the body stands among those of the facts.
    """

    body: Body | None = None
    facts: Facts | None = None
    place: int = 0

    def cell(self, column: str) -> KnownCell:
        """What a column says; None where it says nothing."""
        if self.body is None:
            return None
        if column in layout.IDENTITY:
            return {CODE: self.body.code, NAME: self.body.name, PREFECTURE: self.body.prefecture}[column] or None
        if column.startswith(CARRIED):
            return self.body.carried.get(column)
        if self.facts is None:
            return None
        if column in self.facts.numbers:
            return self.facts.numbers[column][self.place]
        if column.startswith(GIVEN):
            return _told(self.facts.outcomes.get(column.removeprefix(GIVEN)), self.place)
        return _told(self.facts.answers.get(column), self.place)

    def attributes(self) -> list[str]:
        """The columns of the cover beside those that every sheet has."""
        carried = self.body.carried if self.body is not None else {}
        numbers = (layout.NUMBER_GROUND, layout.NUMBER_NOTE)
        return [name for name in carried if name.startswith(layout.ATTRIBUTE) and not self._is_of_number(name, numbers)]

    def _is_of_number(self, name: str, starts: Sequence[str]) -> bool:
        return any(name.startswith(start) and name.removeprefix(start) in self.number_columns() for start in starts)

    def number_columns(self) -> list[str]:
        """The columns of numbers that are there."""
        return list(self.facts.numbers) if self.facts is not None else []


def _told(truth: Truth | None, place: int) -> bool | None:
    if truth is None or truth.certain[place] != truth.possible[place]:
        return None
    return bool(truth.certain[place])


@frozen(eq=False)
class LastYear:
    """The answers of the year before, as this year's sheet asks for them.

    Attributes:
        scores: of the year before, by its own rules.
        carried: its facts as this year's rulebook reads them.
    """

    scores: Scores
    matched: Match
    carried: Transfer = field(init=False)
    _places: dict[str, int] = field(init=False)

    @carried.default
    def _carry(self) -> Transfer:
        return transfer(self.matched, self.scores)

    @_places.default
    def _list_places(self) -> dict[str, int]:
        return {body_key(body.code): place for place, body in enumerate(self.scores.bodies)}

    def leaf(self, code: str, path: str) -> bool | None:
        """The answer to a leaf; the outcome that the ministry reported where there is none to give."""
        place = self._places.get(body_key(code))
        if place is None:
            return None
        node = self.matched.new.nodes[path]
        if node.answered:
            return _told(self.carried.facts.answers.get(path), place)
        before = self.matched.counterpart(node)
        return None if before is None else _told(self.scores.run.facts.outcomes.get(before.same_as), place)

    def number(self, code: str, column: str) -> KnownCell:
        """The number of a fact of the same name and unit, or a yes/no fact."""
        place = self._places.get(body_key(code))
        if place is None:
            return None
        facts = self.carried.facts
        if column in facts.numbers:
            return facts.numbers[column][place]
        return _told(facts.answers.get(column), place)


def too_long(facts: Facts, program: Program, file: str) -> list[Diagnostic]:
    """What to say of numbers of more digits than the cell of a workbook holds."""
    rows, told = layout.number_rows(program), list[Diagnostic]()
    for column, numbers in facts.numbers.items():
        row = rows.get(column) or layout.number_row(program, column)
        for place, body in enumerate(facts.bodies):
            value = numbers[place]
            if value is not None and abs(value) * 10**row.decimals >= 10**_DIGITS:
                what = f"{body.code} の数は{_DIGITS}桁を超え、調査票のセルに正確に入りません"
                told.append(CellWithoutValue(Cell(file, body.row or None, column), what))
    return told
