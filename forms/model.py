"""The formulas of a survey sheet: verdicts of leaves, points of nodes, progress; each in its cell, with its value.

Ranges are those of the evaluator for a body of which no rank is known: a ranked item counts as possible until its
outcome was reported. So they hold whatever the other bodies answer.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from attrs import field

from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import GIVEN
from haiten.compiler.program.program import Node, Program
from haiten.compiler.syntax.rulebook import Mode
from haiten.forms.answers import Answers
from haiten.forms.conditions import TruthCells, condition_pair
from haiten.forms.formulas import (
    CellFormula,
    chosen,
    differs,
    equals,
    every,
    greatest,
    integer,
    least,
    quoted,
    total,
)
from haiten.forms.fractions_of_cells import SheetCells
from haiten.scoring.reading import survey_layout as layout
from haiten.scoring.reading.books.cells import cell_name
from haiten.scoring.reading.survey_layout import NO, YES, ItemSheet, NumberRow

UNKNOWN: Final = "不明"
WRONG: Final = "誤り"


@frozen(eq=False)
class Model:
    """What stands in the computed cells of a sheet.

    Attributes:
        items: the sheets of the grants.
        numbers: the rows of the sheet of numbers, in their order.
        answers: what is filled in already.
    """

    program: Program
    items: tuple[ItemSheet, ...]
    numbers: Mapping[str, NumberRow]
    answers: Answers
    _places: dict[str, tuple[str, int]] = field(init=False)
    _last: dict[str, int] = field(init=False)
    _numbers: dict[str, int] = field(init=False)
    _verdicts: dict[str, str] = field(factory=dict, init=False)
    _points: dict[str, tuple[int, int]] = field(factory=dict, init=False)

    @_places.default
    def _find_places(self) -> dict[str, tuple[str, int]]:
        return {row.key: (s.name, n) for s in self.items for n, row in enumerate(s.rows, start=1) if row.node}

    @_last.default
    def _find_last(self) -> dict[str, int]:
        """The last row of what is below each node."""
        last: dict[str, int] = {}
        for sheet in self.items:
            for number, row in enumerate(sheet.rows, start=1):
                path: str | None = row.key or None
                while path is not None:
                    last[path], path = number, self.program.nodes[path].parent
        return last

    @_numbers.default
    def _find_numbers(self) -> dict[str, int]:
        return {column: row for row, column in enumerate(self.numbers, start=1)}

    def _cell(self, path: str, place: int, here: str) -> str:
        sheet, row = self._places[path]
        name = cell_name(row, place)
        return name if sheet == here else f"{sheet_reference(sheet)}!{name}"

    # What is filled in

    def _answer(self, column: str) -> str:
        known = self.answers.cell(column)
        return "" if known is None else YES if known else NO

    def answer(self, path: str, here: str) -> CellFormula:
        """The cell of an answer."""
        return CellFormula(self._cell(path, layout.ANSWER, here), self._answer(path))

    def _outcome(self, path: str, here: str) -> CellFormula:
        return CellFormula(self._cell(path, layout.OUTCOME, here), self._answer(GIVEN + path))

    def _number_cell(self, column: str, here: str) -> str:
        name = cell_name(self._numbers[column], layout.NUMBER)
        return name if here == layout.NUMBERS else f"{sheet_reference(layout.NUMBERS)}!{name}"

    def _number(self, column: str, here: str) -> tuple[CellFormula, int, CellFormula]:
        cell, known = self._number_cell(column, here), self.answers.cell(column)
        decimals = self.numbers[column].decimals
        value = int(known * 10**decimals) if isinstance(known, Fraction) else 0
        scaled = f"{cell}*{10**decimals}" if decimals else cell
        is_there = f"ISNUMBER({cell})"
        return (
            CellFormula(f"IF({is_there},ROUND({scaled},0),0)", value),
            decimals,
            CellFormula(is_there, known is not None),
        )

    # Verdicts

    def _truths(self, here: str) -> TruthCells:
        def yes_no(name: str) -> CellFormula:
            return CellFormula(self._number_cell(name, here), self._answer(name))

        def points(path: str) -> tuple[CellFormula, CellFormula]:
            return self.points_at(path, here)

        return TruthCells(
            lambda path: self.answer(path, here),
            lambda path: self.verdict_at(path, here),
            yes_no,
            SheetCells(lambda column: self._number(column, here), points),
        )

    def verdict_at(self, path: str, here: str) -> CellFormula:
        """The cell of a verdict."""
        if path not in self._verdicts:
            value = self.verdict(path).value
            assert isinstance(value, str)
            self._verdicts[path] = value
        return CellFormula(self._cell(path, layout.VERDICT, here), self._verdicts[path])

    def verdict(self, path: str) -> CellFormula:
        """Whether a leaf is met: 該当, 非該当, 不明, or 誤り where a cell holds neither."""
        node, here = self.program.nodes[path], self._places[path][0]
        if node.is_shared:
            return self.verdict_at(node.same_as, here)
        assert node.condition is not None
        certain, possible = condition_pair(node.condition, self._truths(here))
        yes, no, unknown = (CellFormula(quoted(text), text) for text in (YES, NO, UNKNOWN))
        computed = chosen(certain, yes, chosen(possible, unknown, no))
        wrong = CellFormula(quoted(WRONG), WRONG)
        if node.answered:
            answer = self.answer(path, here)
            is_wrong = every([differs(answer, text) for text in ("", YES, NO)])
            computed = chosen(is_wrong, wrong, computed)
        told = self._outcome(path, here)
        return chosen(equals(told, YES), yes, chosen(equals(told, NO), no, chosen(differs(told, ""), wrong, computed)))

    # Points

    def points_at(self, path: str, here: str) -> tuple[CellFormula, CellFormula]:
        """The cells of a node's own points, certain and possible."""
        if path not in self._points:
            certain, possible = self.points(path)
            self._points[path] = (certain.number, possible.number)
        one, other = self._points[path]
        cells = (self._cell(path, place, here) for place in (layout.CERTAIN, layout.POSSIBLE))
        return CellFormula(next(cells), one), CellFormula(next(cells), other)

    def points(self, path: str) -> tuple[CellFormula, CellFormula]:
        """A node's own points, certain and possible."""
        node, here = self.program.nodes[path], self._places[path][0]
        if node.is_shared:
            return self.points_at(node.same_as, here)
        if node.is_leaf:
            verdict, maximum = self.verdict_at(path, here), self._maximum(path, node, here)
            nothing = integer(0)
            return chosen(equals(verdict, YES), maximum, nothing), chosen(equals(verdict, NO), nothing, maximum)
        below = [self.points_at(child, here) for child in node.children]
        certain, possible = [one for one, _ in below], [other for _, other in below]
        hidden = [integer(node.undisclosed)] if node.undisclosed else []
        return _joined(node, certain), _joined(node, [*possible, *hidden])

    def _maximum(self, path: str, node: Node, here: str) -> CellFormula:
        return CellFormula(self._cell(path, layout.MAXIMUM, here), node.maximum)

    # Progress

    def wanted(self, path: str) -> int:
        """How many answers are asked for in a node."""
        node = self.program.nodes[path]
        if node.is_shared:
            return 0
        if node.is_leaf:
            return int(node.answered)
        return sum(self.wanted(child) for child in node.children)

    def done(self, path: str) -> CellFormula:
        """How many of them are there."""
        row = self._places[path][1]
        area = f"{cell_name(row, layout.ANSWER)}:{cell_name(self._last[path], layout.ANSWER)}"
        both = "+".join(f"COUNTIF({area},{quoted(text)})" for text in (YES, NO))
        return CellFormula(both, self._done(path))

    def _done(self, path: str) -> int:
        node = self.program.nodes[path]
        if node.is_shared:
            return 0
        if node.is_leaf:
            return int(node.answered and self._answer(path) != "")
        return sum(self._done(child) for child in node.children)

    def done_at(self, path: str, here: str) -> CellFormula:
        """The cell of a node's progress."""
        return CellFormula(self._cell(path, layout.DONE, here), self._done(path))

    # The sheet of numbers

    def state(self, column: str) -> CellFormula:
        """Whether a number is filled in."""
        cell, known = self._number_cell(column, layout.NUMBERS), self.answers.cell(column)
        is_right = f"ISNUMBER({cell})"
        if self.numbers[column].is_yes_no:
            is_right = f"OR({cell}={quoted(YES)},{cell}={quoted(NO)})"
        return CellFormula(f'IF({cell}="","",IF({is_right},"済",{quoted(WRONG)}))', "" if known is None else "済")

    def numbers_done(self) -> CellFormula:
        """How many numbers are filled in."""
        states = (cell_name(row, layout.STATE) for row in (1, max(len(self.numbers), 1)))
        area = f"{sheet_reference(layout.NUMBERS)}!{':'.join(states)}"
        value = sum(self.state(column).value != "" for column in self.numbers)
        return CellFormula(f'COUNTIF({area},"済")', value)


def sheet_reference(name: str) -> str:
    """A sheet in a formula."""
    doubled = name.replace("'", "''")
    return f"'{doubled}'"


def _joined(node: Node, points: list[CellFormula]) -> CellFormula:
    """A node's own points from those of its children, as ``Node.joined`` has them."""
    if node.mode is Mode.ANY_ONE:
        return greatest(points)
    together = total(points)
    return together if node.cap is None else least([together, integer(node.cap)])
