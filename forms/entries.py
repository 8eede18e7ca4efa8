"""Cells that bodies fill in, checked by the workbook; and how sheets are printed and protected."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final

from attrs import field

from haiten.compiler.late import frozen
from haiten.compiler.printing.print_rulebook import print_number
from haiten.compiler.program.fact_columns import NumberColumn
from haiten.forms.answers import KnownCell
from haiten.forms.looks import Looks, number_format
from haiten.scoring.reading.books.cells import cell_name
from haiten.scoring.reading.survey_layout import NO, YES

# What Excel takes: longer ones are left out by the library with no more than a warning.
TITLE_LENGTH: Final = 32
MESSAGE_LENGTH: Final = 255
FORMULA_LENGTH: Final = 255
_DIGITS: Final = 15
_A4: Final = 9
_CELL: Final = 32_767  # signs that a cell holds
_AREAS: Final = 1_000  # that one check may stand for


@frozen(eq=False)
class Entries:
    """Writes entries on a sheet, and gathers what is to be checked alike."""

    sheet: Any
    looks: Looks
    _answers: dict[int, list[int]] = field(factory=dict)

    def answer(self, row: int, place: int, known: KnownCell) -> None:
        """An entry of 該当 or 非該当."""
        style = self.looks.entry(align="center")
        if known is None:
            self.sheet.write_blank(row, place, None, style)
        else:
            self.sheet.write_string(row, place, YES if known else NO, style)
        self._answers.setdefault(place, []).append(row)

    def text(self, row: int, place: int, known: KnownCell) -> None:
        """An entry of words."""
        style = self.looks.words_entry()
        if known is None:
            self.sheet.write_blank(row, place, None, style)
        else:
            self.sheet.write_string(row, place, str(known), style)

    def number(self, row: int, place: int, column: NumberColumn, known: KnownCell) -> None:
        """An entry of a number within the range and decimals of a fact."""
        style = self.looks.entry(num_format=number_format(column.decimals))
        if isinstance(known, Fraction):
            self.sheet.write_number(row, place, float(known), style)
        else:
            self.sheet.write_blank(row, place, None, style)
        self.sheet.data_validation(row, place, row, place, _number_check(row, place, column))

    def date(self, row: int, place: int, known: KnownCell) -> None:
        """An entry of a day."""
        style = self.looks.entry(num_format="yyyy-mm-dd", align="left")
        day = _day(known)
        if day is not None:
            self.sheet.write_datetime(row, place, day, style)
        elif known is None:
            self.sheet.write_blank(row, place, None, style)
        else:
            self.sheet.write_string(row, place, str(known), style)
        check = {
            "validate": "date",
            "criteria": ">=",
            "value": date(2000, 1, 1),
            "error_title": "日付を入れてください",
            "error_message": "提出する日を 2026-06-30 のように入れてください。",
        }
        self.sheet.data_validation(row, place, row, place, check)

    def add_checks(self) -> None:
        """Check the answers: those of a column at once, by the runs of rows in which they stand."""
        for place, rows in self._answers.items():
            areas = _runs(rows)
            for start in range(0, len(areas), _AREAS):
                first, *others = areas[start : start + _AREAS]
                check = {
                    "validate": "list",
                    "source": [YES, NO],
                    "error_title": "一覧から選んでください",
                    "error_message": f"「{YES}」か「{NO}」を選んでください。分からないときは空欄にします。",
                    "other_cells": [[top, place, bottom, place] for top, bottom in others],
                }
                self.sheet.data_validation(first[0], place, first[1], place, check)


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs


def _day(known: KnownCell) -> date | None:
    try:
        return date.fromisoformat(str(known)) if known is not None else None
    except ValueError:
        return None


def _number_check(row: int, place: int, column: NumberColumn) -> dict[str, Any]:
    """A check of a number: that it is one, its range and decimals, and that a cell can hold it."""
    cell, fact, decimals = cell_name(row, place), column.fact, column.decimals
    parts = [f"ISNUMBER({cell})"]
    if fact is not None and fact.decl.low is not None:
        parts.append(f"{cell}>={fact.decl.low:f}")
    if fact is not None and fact.decl.high is not None:
        parts.append(f"{cell}<={fact.decl.high:f}")
    parts += [f"ABS({cell})<1E{_DIGITS - decimals}", f"ROUND({cell},{decimals})={cell}"]
    formula = f"=AND({','.join(parts)})"
    said = told_range(column)
    told = f"{'、'.join(said)}で入れてください。分からないときは空欄にします。"
    check = {
        "validate": "custom",
        "value": formula,
        "input_title": shortened(said[0], TITLE_LENGTH),
        "input_message": shortened("、".join(said[1:]), MESSAGE_LENGTH),
        "error_title": "この数は入れられません",
        "error_message": shortened(told, MESSAGE_LENGTH),
    }
    if len(formula) > FORMULA_LENGTH:  # bounds of very many digits: the reader checks them, too
        check["value"] = f"=ISNUMBER({cell})"
    return check


def told_range(column: NumberColumn) -> list[str]:
    """Unit, range and decimals of a number, in words."""
    fact = column.fact
    told = [f"単位: {fact.decl.unit if fact is not None else column.unit}"]
    if fact is not None and fact.decl.low is not None:
        told.append(f"{print_number(fact.decl.low)}以上")
    if fact is not None and fact.decl.high is not None:
        told.append(f"{print_number(fact.decl.high)}以下")
    return [*told, f"小数{column.decimals}桁まで" if column.decimals else "整数"]


def shortened(text: str, length: int) -> str:
    """A text that is no longer than a library takes."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def set_up_print(sheet: Any, about: str, *, repeat: bool) -> None:
    """A4, as wide as the page, with its headings on every page."""
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.3, right=0.3, top=0.4, bottom=0.6)
    sheet.set_footer(f"&L{about.replace('&', '&&')}&C&A&R&P / &N")
    if repeat:
        sheet.repeat_rows(0)


def protect(sheet: Any) -> None:
    """Shut all cells but the entries; rows and columns may be made wider, and there is no password."""
    sheet.protect("", {"format_rows": True, "format_columns": True})
