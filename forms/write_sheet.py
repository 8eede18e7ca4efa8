"""A survey sheet as a workbook: cover, numbers, a sheet for each grant, and what it is of (docs/sheets.md)."""

from pathlib import Path
from typing import Any, Final

from attrs import field

from haiten.compiler.identity.fingerprint import Fingerprint
from haiten.compiler.late import frozen
from haiten.compiler.program.program import Program
from haiten.compiler.version import haiten_version
from haiten.forms.answers import Answers, LastYear
from haiten.forms.cover import write_cover
from haiten.forms.entries import Entries, protect, set_up_print
from haiten.forms.looks import SMALL, Looks, height_of
from haiten.forms.model import Model
from haiten.forms.numbers_sheet import write_numbers
from haiten.scoring.reading import survey_layout as layout
from haiten.scoring.reading.survey_layout import NO, YES, ItemRow, ItemSheet
from haiten.views.files.workbooks import workbook

# Widths of the columns of a sheet of items, in digits.
WIDTHS: Final = (21, 8, 50, 6, 8, 8, 8, 8, 6, 7, 7, 7, 20, 18)
_INDENT: Final = 5
_ABOUT_WIDTHS: Final = (26, 90)
_NO_ANSWERS: Final = Answers()


@frozen(eq=False)
class SurveyDraft:
    """What a sheet is made of.

    Attributes:
        answers: what is filled in already.
        last_year: None where last year's answers are not shown.
    """

    program: Program
    fingerprint: Fingerprint
    answers: Answers = _NO_ANSWERS
    last_year: LastYear | None = None
    items: tuple[ItemSheet, ...] = field(init=False)

    @items.default
    def _lay_out(self) -> tuple[ItemSheet, ...]:
        return layout.item_sheets(self.program)

    @property
    def code(self) -> str:
        """The code of the body; empty where it is not known."""
        return self.answers.body.code if self.answers.body is not None else ""


def write_survey(path: Path, survey: SurveyDraft) -> None:
    """Write a survey sheet.

    Raises:
        OSError: the file cannot be written.
    """
    numbers = layout.number_rows(survey.program)
    for column in survey.answers.number_columns():
        if column not in numbers:
            numbers[column] = layout.number_row(survey.program, column)
    model = Model(survey.program, survey.items, numbers, survey.answers)
    program = survey.program
    about = f"{program.year} {program.scope} 調査票"
    with workbook(path) as book:
        looks = Looks(book)
        book.set_properties({"title": about, "comments": f"haiten {haiten_version()}"})
        book.set_calc_mode("auto")
        write_cover(book.add_worksheet(layout.COVER), program, model, survey.answers, looks)
        write_numbers(book.add_worksheet(layout.NUMBERS), program, model, survey.answers, survey.last_year, looks)
        for sheet in survey.items:
            _Items(book.add_worksheet(sheet.name), sheet, survey, model, looks).write(about)
        _write_about(book.add_worksheet(layout.ABOUT), survey, looks)


def _write_about(sheet: Any, survey: SurveyDraft, looks: Looks) -> None:
    program = survey.program
    title = program.syntax.title.text.value if program.syntax.title else ""
    told = {
        layout.FORM: layout.FORMAT,
        layout.YEAR: program.year,
        layout.SCOPE: str(program.scope),
        layout.TITLE: title,
        layout.RULES: survey.fingerprint.rules,
        layout.WORDS: survey.fingerprint.text,
        layout.BODY: survey.code,
        layout.MADE_BY: f"haiten {haiten_version()}",
    }
    rows = [layout.ABOUT_HEADINGS, *((key, told[key]) for key in layout.ABOUT_KEYS)]
    for row, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            style = looks.heading() if not row else looks.plain(None, text_wrap=True)
            sheet.write_string(row, place, cell, style)
        sheet.set_row(row, height_of([(cells[1], _ABOUT_WIDTHS[1], 0)]))
    for place, width in enumerate(_ABOUT_WIDTHS):
        sheet.set_column(place, place, width)
    set_up_print(sheet, f"{program.year} {program.scope} 調査票", repeat=True)
    protect(sheet)


@frozen(eq=False)
class _Items:
    """Writes the sheet of a grant."""

    sheet: Any
    items: ItemSheet
    survey: SurveyDraft
    model: Model
    looks: Looks

    def write(self, about: str) -> None:
        entries = Entries(self.sheet, self.looks)
        for place, (heading, width) in enumerate(zip(layout.ITEM_HEADINGS, WIDTHS, strict=True)):
            self.sheet.write_string(0, place, heading, self.looks.heading())
            self.sheet.set_column(place, place, width)
        self.sheet.set_row(0, height_of(zip(layout.ITEM_HEADINGS, WIDTHS, [0] * len(WIDTHS), strict=True)))
        for row, item in enumerate(self.items.rows, start=1):
            if item.node is None:
                self._words(row, item)
            else:
                self._node(row, item, entries)
        entries.add_checks()
        last = len(self.items.rows)
        self.sheet.conditional_format(
            1,
            layout.VERDICT,
            max(last, 1),
            layout.VERDICT,
            {"type": "cell", "criteria": "==", "value": '"誤り"', "format": self.looks.wrong()},
        )
        self.sheet.freeze_panes(1, layout.TEXT + 1)
        set_up_print(self.sheet, about, repeat=True)
        protect(self.sheet)

    def _words(self, row: int, item: ItemRow) -> None:
        for place in range(len(layout.ITEM_HEADINGS)):
            self.sheet.write_blank(row, place, None, self.looks.plain(None))
        self.sheet.write_string(row, layout.KIND, item.kind, self.looks.plain(None))
        indent = min(item.depth + 1, _INDENT)
        self.sheet.set_row(row, height_of([(item.text, WIDTHS[layout.TEXT], indent)], SMALL))
        style = self.looks.plain(None, text_wrap=True, align="left", indent=indent)
        self.sheet.write_string(row, layout.TEXT, item.text, style)

    def _node(self, row: int, item: ItemRow, entries: Entries) -> None:
        node, sheet = item.node, self.sheet
        assert node is not None
        level, is_own_leaf = node.level, node.is_leaf and not node.is_shared
        sheet.write_string(row, layout.PATH, node.path, self.looks.plain(level, text_wrap=True))
        sheet.write_string(row, layout.KIND, item.kind, self.looks.plain(level))
        indent = min(item.depth, _INDENT)
        self._set_height(row, item, indent)
        style = self.looks.plain(level, text_wrap=True, align="left", indent=indent)
        sheet.write_string(row, layout.TEXT, item.text, style)
        sheet.write_number(row, layout.MAXIMUM, node.maximum, self.looks.plain(level, num_format="#,##0"))
        for place in (layout.ANSWER, layout.OUTCOME):
            known = self.survey.answers.cell(layout.column_of(node, place)) if is_own_leaf else None
            # An outcome that was reported of an item that is asked stays there, to be seen and to be taken back.
            if layout.is_input(node, place) or (place == layout.OUTCOME and known is not None):
                entries.answer(row, place, known)
            else:
                sheet.write_blank(row, place, None, self.looks.shut())
        self._last_year(row, item)
        words = self.looks.plain(level, align="center")
        figures = self.looks.plain(level, num_format="#,##0")
        if node.is_leaf:
            self._formula(row, layout.VERDICT, self.model.verdict(node.path), words)
        else:
            sheet.write_blank(row, layout.VERDICT, None, words)
        certain, possible = self.model.points(node.path)
        self._formula(row, layout.CERTAIN, certain, figures)
        self._formula(row, layout.POSSIBLE, possible, figures)
        wanted = self.model.wanted(node.path)
        if wanted and not node.is_leaf:
            self._formula(row, layout.DONE, self.model.done(node.path), figures)
            sheet.write_number(row, layout.WANTED, wanted, figures)
        else:
            sheet.write_blank(row, layout.DONE, None, figures)
            sheet.write_blank(row, layout.WANTED, None, figures)
        for place in (layout.EVIDENCE, layout.REMARK):
            entries.text(row, place, self.survey.answers.cell(layout.column_of(node, place)))

    def _set_height(self, row: int, item: ItemRow, indent: int) -> None:
        """Make a row high enough for its words and for those that are filled in already."""
        assert item.node is not None
        told = [(item.text, WIDTHS[layout.TEXT], indent), (item.key, WIDTHS[layout.PATH], 0)]
        for place in (layout.EVIDENCE, layout.REMARK):
            known = self.survey.answers.cell(layout.column_of(item.node, place))
            told.append((str(known or ""), WIDTHS[place], 0))
        self.sheet.set_row(row, height_of(told))

    def _formula(self, row: int, place: int, formula: Any, style: Any) -> None:
        self.sheet.write_formula(row, place, f"={formula.text}", style, formula.value)

    def _last_year(self, row: int, item: ItemRow) -> None:
        node, last = item.node, self.survey.last_year
        assert node is not None
        style = self.looks.plain(node.level, align="center")
        is_own_leaf = node.is_leaf and not node.is_shared
        known = last.leaf(self.survey.code, node.path) if last is not None and is_own_leaf else None
        if known is None:
            self.sheet.write_blank(row, layout.BEFORE, None, style)
        else:
            self.sheet.write_string(row, layout.BEFORE, YES if known else NO, style)
