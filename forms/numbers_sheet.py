"""The sheet of numbers: each datum of a body once, with unit, range and decimals."""

from fractions import Fraction
from typing import Any, Final

from haiten.compiler.program.fact_columns import schema_of
from haiten.compiler.program.program import Program
from haiten.forms.answers import Answers, KnownCell, LastYear
from haiten.forms.entries import Entries, protect, set_up_print
from haiten.forms.looks import SMALL, Looks, height_of, number_format
from haiten.forms.model import Model
from haiten.scoring.reading import survey_layout as layout
from haiten.scoring.reading.survey_layout import NO, YES

_WIDTHS: Final = (28, 42, 8, 9, 9, 7, 14, 12, 7, 20, 18)

_WORDS: Final = {layout.NUMBER_EVIDENCE: layout.NUMBER_GROUND, layout.NUMBER_REMARK: layout.NUMBER_NOTE}


def write_numbers(
    sheet: Any, program: Program, model: Model, answers: Answers, last_year: LastYear | None, looks: Looks
) -> None:
    """Write the sheet; a row for each column of a fact file."""
    schema, entries = schema_of(program), Entries(sheet, looks)
    for place, (heading, width) in enumerate(zip(layout.NUMBER_HEADINGS, _WIDTHS, strict=True)):
        sheet.write_string(0, place, heading, looks.heading())
        sheet.set_column(place, place, width)
    sheet.set_row(0, height_of(zip(layout.NUMBER_HEADINGS, _WIDTHS, [0] * len(_WIDTHS), strict=True)))
    code = answers.body.code if answers.body is not None else ""
    for row, (column, about) in enumerate(model.numbers.items(), start=1):
        told = {place: str(answers.cell(start + column) or "") for place, start in _WORDS.items()}
        cells = {layout.COLUMN: column, layout.MEANING: about.text, layout.UNIT: about.unit, **told}
        sheet.set_row(row, height_of([(text, _WIDTHS[place], 0) for place, text in cells.items()], SMALL))
        plain = looks.plain(None, text_wrap=True)
        sheet.write_string(row, layout.COLUMN, column, looks.plain(None, text_wrap=True, bold=True))
        sheet.write_string(row, layout.MEANING, about.text, plain)
        sheet.write_string(row, layout.UNIT, about.unit, plain)
        known = answers.cell(column)
        before = last_year.number(code, column) if last_year is not None else None
        if about.is_yes_no:
            for place in (layout.LEAST, layout.MOST, layout.DECIMALS):
                sheet.write_blank(row, place, None, looks.shut())
            entries.answer(row, layout.NUMBER, known)
        else:
            number = schema.numbers[column]
            low, high = (number.fact.low, number.fact.high) if number.fact is not None else (None, None)
            for place, bound in ((layout.LEAST, low), (layout.MOST, high)):
                _write_known(sheet, row, place, bound, number.decimals, looks)
            sheet.write_number(row, layout.DECIMALS, number.decimals, plain)
            entries.number(row, layout.NUMBER, number, known)
        _write_known(sheet, row, layout.LAST, before, about.decimals, looks)
        state = model.state(column)
        sheet.write_formula(row, layout.STATE, f"={state.text}", looks.plain(None, align="center"), state.value)
        entries.text(row, layout.NUMBER_EVIDENCE, answers.cell(layout.NUMBER_GROUND + column))
        entries.text(row, layout.NUMBER_REMARK, answers.cell(layout.NUMBER_NOTE + column))
    entries.add_checks()
    sheet.freeze_panes(1, 1)
    set_up_print(sheet, f"{program.year} {program.scope} 調査票", repeat=True)
    protect(sheet)


def _write_known(sheet: Any, row: int, place: int, known: KnownCell, decimals: int, looks: Looks) -> None:
    """Write what is known already and is not to be filled in."""
    if isinstance(known, bool):
        sheet.write_string(row, place, YES if known else NO, looks.plain(None))
    elif isinstance(known, Fraction):
        sheet.write_number(row, place, float(known), looks.plain(None, num_format=number_format(decimals)))
    else:
        sheet.write_blank(row, place, None, looks.plain(None))
