"""SurveyDraft sheets for tests: filled in as people fill them in, and read back beside haiten's own reader."""

import random
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
from attrs import evolve
from python_calamine import CalamineWorkbook

from haiten.compiler.evaluator.emit import emit
from haiten.compiler.program.fact_columns import CODE, GIVEN, NAME, schema_of
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import (
    Condition,
    Every,
    Fact,
    FactHolds,
    Negation,
    Ranking,
    Some,
    Tally,
    Within,
)
from haiten.compiler.proofs.sheets import Sheet
from haiten.forms.answers import Answers
from haiten.forms.write_sheet import SurveyDraft, write_survey
from haiten.scoring.facts.facts import Facts
from haiten.scoring.reading import survey_layout as layout
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.machine import run
from haiten.scoring.running.run import Run

Place = tuple[str, int, int]  # sheet, row and column, counted from 1 as openpyxl does
Cells = Mapping[str, object]


def blank(rulebook: Rulebook, path: Path) -> Path:
    """A sheet that nobody has filled in."""
    write_survey(path, SurveyDraft(rulebook.program, rulebook.fingerprint))
    return path


def filled(rulebook: Rulebook, facts: Facts, place: int, path: Path) -> Path:
    """A sheet that haiten has filled in."""
    answers = Answers(facts.bodies[place], facts, place)
    write_survey(path, SurveyDraft(rulebook.program, rulebook.fingerprint, answers))
    return path


def places(program: Program) -> dict[str, Place]:
    """Where each column of a fact file is filled in, the cover apart."""
    found: dict[str, Place] = {}
    for row, column in enumerate(layout.number_rows(program), start=2):
        found[column] = (layout.NUMBERS, row, layout.NUMBER + 1)
        found[layout.NUMBER_GROUND + column] = (layout.NUMBERS, row, layout.NUMBER_EVIDENCE + 1)
        found[layout.NUMBER_NOTE + column] = (layout.NUMBERS, row, layout.NUMBER_REMARK + 1)
    for sheet in layout.item_sheets(program):
        for row, item in enumerate(sheet.rows, start=2):
            for place in (layout.ANSWER, layout.OUTCOME, layout.EVIDENCE, layout.REMARK):
                if item.node is not None and layout.is_input(item.node, place):
                    found[layout.column_of(item.node, place)] = (sheet.name, row, place + 1)
    return found


def fill_in(book: Any, program: Program, cells: Cells) -> None:
    """Fill in a workbook of openpyxl, by column of a fact file; the cover by its labels. Other entries become empty."""
    where = places(program)
    cover = book[layout.COVER]
    labels = {str(cover.cell(row, 1).value): row for row in range(1, 40)}
    for column, (sheet, row, place) in where.items():
        book[sheet].cell(row, place).value = cells.get(column)
    for column in set(cells) - set(where):
        cover.cell(labels[layout.label_of(column)], 2).value = cells[column]


def fill_in_file(source: Path, to: Path, program: Program, cells: Cells) -> Path:
    """The same for a file."""
    book = openpyxl.load_workbook(source)
    fill_in(book, program, cells)
    book.save(to)
    return to


def cells_of(sheet: Sheet, program: Program) -> dict[str, object]:
    """What a person types in for a sheet of facts."""
    schema = schema_of(program)
    cells: dict[str, object] = {}
    for column, number in sheet.numbers.items():
        if number is not None:
            decimals = schema.numbers[column].decimals
            cells[column] = float(number) if decimals else int(number)
    for start, truths in (("", sheet.answers), (GIVEN, sheet.outcomes)):
        cells |= {start + c: layout.YES if t else layout.NO for c, t in truths.items() if t is not None}
    return cells


def random_sheet(program: Program, seed: int) -> Sheet:
    """A sheet of which little, much or all is unknown."""
    chance = random.Random(seed)
    unknown, outcome = chance.choice([0, 0.1, 0.5, 0.9]), chance.choice([0, 0.3, 1])
    yes = chance.choice([0.2, 0.5, 0.9])

    def truth(share: float) -> bool | None:
        return None if chance.random() < share else chance.random() < yes

    numbers = {
        column: None if chance.random() < unknown else _number(program, column, chance)
        for column, row in layout.number_rows(program).items()
        if not row.is_yes_no
    }
    answers = {name: truth(unknown) for name, fact in program.facts.items() if fact.is_yes_no}
    leaves = [leaf for leaf in program.leaves if not leaf.is_shared]
    answers |= {leaf.path: truth(unknown) for leaf in leaves if leaf.answered}
    outcomes = {leaf.path: truth(1 - outcome) for leaf in leaves if not leaf.answered}
    return Sheet(numbers, answers, {path: told for path, told in outcomes.items() if told is not None})


def _number(program: Program, column: str, chance: random.Random) -> Fraction:
    known = schema_of(program).numbers[column]
    low, high = (known.fact.low, known.fact.high) if known.fact is not None else (None, None)
    low = Fraction(0) if low is None and chance.random() < 0.5 else low
    least, unit = (-1_000 if low is None else low), 10**known.decimals
    most = high if high is not None else least + chance.choice([3, 2_000, 10**8])
    return Fraction(chance.randint(int(least * unit), int(most * unit)), unit)


# What a sheet comes to


def blind(program: Program) -> Program:
    """The same rulebook where no rank is known: what is ranked stays possible for who may be ranked at all."""
    never = FactHolds(Fact("順位は不明", None, 0, None, None, lower_is_better=False, decl=None))  # type: ignore[arg-type]  # no declaration has it

    def hidden(condition: Condition) -> Condition:
        match condition:
            case Within(ranking=Ranking(subset=subset)):
                return never if subset is None else Every((hidden(subset), never))
            case Every(parts=parts) | Some(parts=parts) | Tally(parts=parts):
                return evolve(condition, parts=tuple(map(hidden, parts)))
            case Negation(part=part):
                return Negation(hidden(part))
        return condition

    nodes = {
        path: evolve(node, condition=hidden(node.condition) if node.condition is not None else None)
        for path, node in program.nodes.items()
    }
    return evolve(program, nodes=nodes)


def blind_run(program: Program, facts: Facts) -> Run:
    """How bodies score where no rank is known."""
    return run(emit(blind(program)), facts)


def points_of(run: Run, program: Program, place: int) -> dict[str, tuple[int, int]]:
    """Own points of every node, certain and possible."""
    found = {}
    for path in program.nodes:
        certain, possible = run.own(path).of(slice(place, place + 1))
        found[path] = (int(certain[0]), int(possible[0]))
    return found


def points_in(path: Path, program: Program) -> dict[str, tuple[int, int]]:
    """The same, as the cells of a workbook show them."""
    book, found = CalamineWorkbook.from_path(path), {}
    for sheet in layout.item_sheets(program):
        rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        for row in rows[1:]:
            if row[layout.PATH]:
                found[str(row[layout.PATH])] = (_whole(row[layout.CERTAIN]), _whole(row[layout.POSSIBLE]))
    return found


def _whole(cell: object) -> int:
    assert isinstance(cell, int | float), cell
    assert cell == int(cell)
    return int(cell)


def totals_in(path: Path) -> dict[str, tuple[object, ...]]:
    """The lines of the cover's table, by their first cell."""
    rows: Iterable[list[Any]] = CalamineWorkbook.from_path(path).get_sheet_by_name(layout.COVER).to_python()
    return {str(row[0]): tuple(row[2:]) for row in rows if len(row) > 6 and row[0] and row[6] != ""}


WHO: dict[str, object] = {CODE: "990019", NAME: "試験町"}
