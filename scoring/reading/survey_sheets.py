"""A survey sheet that came back → the cells of a fact file, each with its place; all that is wrong with it at once.

Entries in cells that nobody was asked to fill in are reported, and sheets of another year or another shape: nothing
that a body has written is lost in silence.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final, Protocol

from attrs import field

from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.identity.fingerprint import fingerprint
from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import CODE, schema_of
from haiten.compiler.program.program import Program
from haiten.scoring.facts.facts import body_key
from haiten.scoring.reading import survey_layout as layout
from haiten.scoring.reading.books.cells import Marks, cell_name
from haiten.scoring.reading.characters import trimmed, visible
from haiten.scoring.reading.survey_errors import ChangedSurvey, NoSuchAnswer, OtherSurvey, StrayEntry
from haiten.scoring.reading.table_errors import CellWithoutValue

# What programs change in spaces and line ends; and signs that nobody sees, which a sheet shows by such escapes.
_UNSEEN: Final = re.compile(
    r"\s|[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}"
)
# In CP932, of signs that look alike only one is there; what is not there at all becomes a question mark.
_LIKE: Final = str.maketrans("〜−—‖", "～－―∥")
_SHORT: Final = 40
_DIGITS: Final = 15  # as many as a cell holds


class OpenSheet(Protocol):
    """A sheet of a workbook, as ``workbooks`` reads it."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def visible(self) -> bool:
        """Whether it is shown."""

    @property
    def file(self) -> str:
        """Where it was read."""

    @property
    def lossy(self) -> bool:
        """Whether signs were lost when it was saved."""

    def marks(self) -> Marks:
        """What is special about its cells."""

    def rows(self, marks: Marks) -> Iterator[list[str]]:
        """Its cells as they show."""


@frozen(eq=False)
class ReturnedSurvey:
    """A survey sheet that was read.

    Attributes:
        cells: what was filled in, by column of a fact file; code and name are there, empty where they were left so.
        places: where each stands.
        about: what the sheet says of itself.
        mistakes: what is wrong with it.
    """

    file: str
    cells: dict[str, str] = field(factory=dict)
    places: dict[str, Cell] = field(factory=dict)
    about: dict[str, str] = field(factory=dict)
    mistakes: list[Diagnostic] = field(factory=list)


def is_survey(names: Sequence[str]) -> bool:
    """Whether a workbook with sheets of these names is a survey sheet, if not a whole one."""
    return layout.ABOUT in names or {layout.COVER, layout.NUMBERS} <= set(names)


def read_about(sheets: Sequence[OpenSheet]) -> dict[str, str]:
    """What a survey sheet says of itself; nothing where it does not."""
    sheet = next((sheet for sheet in sheets if sheet.name == layout.ABOUT), None)
    if sheet is None:
        return {}
    return {key: value for key, (_, value) in layout.about_of(list(sheet.rows(sheet.marks()))).items()}


def read_survey(
    file: str, sheets: Sequence[OpenSheet], program: Program, told: Sequence[Diagnostic] = ()
) -> ReturnedSurvey:
    """Read a survey sheet by the rulebook that it was made of.

    Args:
        file: what messages call it.
        sheets: its sheets, each of which may be a file of its own.
        program: the rulebook.
        told: what is wrong with these files. Where something is, nothing else is said, and nothing is read.

    Raises:
        UnreadableError: a sheet of it is damaged.
    """
    by_name = {sheet.name: sheet for sheet in sheets}
    reader = _Reader(ReturnedSurvey(file), program, {sheet.name: sheet.file for sheet in sheets})
    reader.survey.mistakes.extend(told)
    if not told and reader.is_of_rulebook(by_name.get(layout.ABOUT)):
        reader.read(sheets, by_name)
    return reader.survey


def says_of_rulebook(program: Program, rules: str) -> dict[str, tuple[str, str]]:
    """What a survey sheet of a rulebook says of itself, with what to do where one says otherwise.

    Args:
        program: the rulebook.
        rules: its fingerprint.
    """
    return {
        layout.FORM: (layout.FORMAT, "この haiten が読める形の調査票を、作り直して渡してください。"),
        layout.YEAR: (program.year, "同じ年度の評価指標で読んでください。"),
        layout.SCOPE: (str(program.scope), "同じ対象の評価指標で読んでください。"),
        layout.RULES: (rules, "作ったときの評価指標で読むか、今の評価指標で作り直してください。"),
    }


@frozen(eq=False)
class _Page:
    """A sheet with its cells."""

    name: str
    rows: list[list[str]]
    marks: Marks
    lossy: bool

    def cell(self, row: int, place: int) -> str:
        cells = self.rows[row] if row < len(self.rows) else []
        return cells[place] if place < len(cells) else ""


@frozen(eq=False)
class _Reader:
    survey: ReturnedSurvey
    program: Program
    files: Mapping[str, str]

    def _at(self, sheet: str, row: int | None = None, place: int = 0) -> Cell:
        file = self.files.get(sheet, self.survey.file)
        if row is None:
            return Cell(file, None, None, sheet)
        return Cell(file, row + 1, cell_name(row, place).rstrip("0123456789"), sheet)

    def _tell(self, mistake: Diagnostic) -> None:
        self.survey.mistakes.append(mistake)

    # Of which rulebook it is

    def is_of_rulebook(self, sheet: OpenSheet | None) -> bool:
        """Whether it is a sheet of this rulebook; where not, that is reported and nothing else about it."""
        if sheet is None:
            self._tell(ChangedSurvey(self._at(layout.ABOUT), f"シート「{layout.ABOUT}」がありません"))
            return False
        page = self._page(sheet)
        about = layout.about_of(page.rows)
        self.survey.about.update({key: value for key, (_, value) in about.items()})
        wanted = says_of_rulebook(self.program, fingerprint(self.program.syntax).rules)
        for key, (value, remedy) in wanted.items():
            row, found = about.get(key, (0, ""))
            if found != value:
                shown = [f"{text[:16] or 'なし'}" for text in (found, value)]
                what = f"{key}が「{visible(shown[0])}」です（評価指標では「{shown[1]}」）"
                self._tell(OtherSurvey(self._at(layout.ABOUT, row, 1), what, remedy))
                return False
        return True

    # The sheets

    def read(self, sheets: Sequence[OpenSheet], by_name: Mapping[str, OpenSheet]) -> None:
        """Read all sheets; what is wrong with each."""
        items = layout.item_sheets(self.program)
        names = [layout.COVER, layout.NUMBERS, *(sheet.name for sheet in items), layout.ABOUT]
        for name in names:
            if name not in by_name:
                self._tell(ChangedSurvey(self._at(name), f"シート「{name}」がありません"))
        for sheet in sheets:
            if sheet.name not in names:
                page = self._page(sheet)
                if any(trimmed(cell) for row in page.rows for cell in row):
                    what = f"調査票にないシート「{sheet.name}」があります"
                    self._tell(ChangedSurvey(self._at(sheet.name), what))
            elif not sheet.visible:
                self._tell(ChangedSurvey(self._at(sheet.name), f"シート「{sheet.name}」が隠れています"))
        if layout.COVER in by_name:
            self._read_cover(self._page(by_name[layout.COVER]))
        if layout.NUMBERS in by_name:
            self._read_numbers(self._page(by_name[layout.NUMBERS]))
        for grant in items:
            if grant.name in by_name:
                self._read_items(self._page(by_name[grant.name]), grant)

    def _page(self, sheet: OpenSheet) -> _Page:
        marks = sheet.marks()
        rows = list(sheet.rows(marks))
        for top, left, _, _ in marks.merged:
            self._tell(ChangedSurvey(self._at(sheet.name, top, left), "セルが結合されています"))
        return _Page(sheet.name, rows, marks, sheet.lossy)

    def _take(self, page: _Page, row: int, place: int, column: str) -> str:
        """Keep what is filled in in a cell."""
        mark = page.marks.cells.get(row, {}).get(place)
        cell, at = trimmed(page.cell(row, place)), self._at(page.name, row, place)
        if mark is not None and mark.error is not None:
            self._tell(CellWithoutValue(at, f"記入欄が {mark.error} です"))
        elif mark is not None and mark.is_open:
            self._tell(CellWithoutValue(at, "記入欄の数式の結果が、ファイルに保存されていません"))
        elif mark is not None and mark.shown is not None and mark.shown.scaled:
            self._tell(CellWithoutValue(at, "持っている数と見えている数が違います（千や百万を単位とする書式）"))
        else:
            self.survey.cells[column], self.survey.places[column] = cell, at
            return cell
        return ""

    def _take_answer(self, page: _Page, row: int, place: int, column: str) -> None:
        cell = self._take(page, row, place, column)
        # Not even a blank is left to be read otherwise than the formulas of the sheet read it.
        if page.cell(row, place) not in ("", layout.YES, layout.NO) and column in self.survey.cells:
            self._tell(NoSuchAnswer(self.survey.places.pop(column), visible(page.cell(row, place))[:_SHORT]))
            del self.survey.cells[column]
        elif not cell:
            self.survey.cells.pop(column, None)

    def _stray(self, page: _Page, row: int, places: Sequence[int]) -> None:
        for place in places:
            if trimmed(page.cell(row, place)):
                shown = visible(page.cell(row, place))
                self._tell(StrayEntry(self._at(page.name, row, place), shown[:_SHORT]))

    def _has_headings(self, page: _Page, headings: Sequence[str]) -> bool:
        for place, heading in enumerate(headings):
            found = trimmed(page.cell(0, place))
            if found != heading:
                what = f"見出し「{heading}」のところに「{visible(found)[:_SHORT]}」とあります"
                self._tell(ChangedSurvey(self._at(page.name, 0, place), what))
                return False
        return True

    # The cover

    def _read_cover(self, page: _Page) -> None:
        labels = {trimmed(page.cell(row, layout.LABEL)): row for row in reversed(range(len(page.rows)))}
        if layout.WHO not in labels or layout.HOW not in labels or labels[layout.WHO] > labels[layout.HOW]:
            what = f"「{layout.WHO}」か「{layout.HOW}」の見出しがありません"
            self._tell(ChangedSurvey(self._at(page.name), what))
            return
        for row in range(labels[layout.WHO] + 1, labels[layout.HOW]):
            label, width = trimmed(page.cell(row, layout.LABEL)), len(page.rows[row])
            stray = [place for place in range(width) if place > layout.ENTRY or (place == layout.ENTRY and not label)]
            self._stray(page, row, stray)
            if not label:
                continue
            column = layout.column_of_label(label)
            if column in self.survey.cells:
                self._tell(ChangedSurvey(self._at(page.name, row), f"「{label}」が2つあります"))
            else:
                self._take(page, row, layout.ENTRY, column)
        for label in layout.IDENTITY:
            if label not in self.survey.cells and label not in labels:
                self._tell(ChangedSurvey(self._at(page.name), f"「{label}」の欄がありません"))
        sent = self.survey.about.get(layout.BODY, "")
        code = self.survey.cells.get(CODE, "")
        if sent and body_key(code.zfill(len(sent))) != body_key(sent):
            what = f"団体コードは「{visible(code) or 'なし'}」ですが、{sent} に配った調査票です"
            self._tell(OtherSurvey(self.survey.places[CODE], what, "その団体に配った調査票に書き直してください。"))

    # Numbers

    def _read_numbers(self, page: _Page) -> None:
        if not self._has_headings(page, layout.NUMBER_HEADINGS):
            return
        needed = set(layout.read_columns(self.program, money=False))
        known, found = layout.number_rows(self.program), dict[str, int]()
        schema = schema_of(self.program)
        for row in range(1, len(page.rows)):
            column = trimmed(page.cell(row, layout.COLUMN))
            width = len(page.rows[row])
            self._stray(page, row, range(len(layout.NUMBER_HEADINGS), width))
            if not column:
                self._stray(page, row, range(1, min(width, len(layout.NUMBER_HEADINGS))))
                continue
            if column in found:
                self._tell(ChangedSurvey(self._at(page.name, row), f"「{visible(column)}」の行が2つあります"))
                continue
            found[column] = row
            if column not in known and column not in schema.numbers:
                what = f"「{visible(column)[:_SHORT]}」という事実は、評価指標にありません"
                self._tell(ChangedSurvey(self._at(page.name, row), what))
                continue
            if column in known and known[column].is_yes_no:
                self._take_answer(page, row, layout.NUMBER, column)
            elif cell := self._take(page, row, layout.NUMBER, column):
                self._check_length(page, row, column, cell)
            self._take(page, row, layout.NUMBER_EVIDENCE, layout.NUMBER_GROUND + column)
            self._take(page, row, layout.NUMBER_REMARK, layout.NUMBER_NOTE + column)
        for column in known:
            if column in needed and column not in found:
                self._tell(ChangedSurvey(self._at(page.name), f"「{column}」の行がありません"))

    def _check_length(self, page: _Page, row: int, column: str, cell: str) -> None:
        """A number of more digits than a cell holds was rounded when it was typed in."""
        decimals = schema_of(self.program).numbers[column].decimals
        try:
            long = abs(Fraction(cell.replace(",", ""))) >= 10 ** (_DIGITS - decimals)
        except (ValueError, ZeroDivisionError):
            return  # it is no plain number, which is reported when it is read
        if long:
            del self.survey.cells[column]
            what = f"数が{_DIGITS}桁を超え、セルに正確に入りません"
            self._tell(CellWithoutValue(self.survey.places.pop(column), what))

    # Items

    def _read_items(self, page: _Page, sheet: layout.ItemSheet) -> None:
        if not self._has_headings(page, layout.ITEM_HEADINGS):
            return
        wanted = [row for row in sheet.rows if row.node is not None]
        found = [(row, key) for row in range(1, len(page.rows)) if (key := trimmed(page.cell(row, layout.PATH)))]
        if not self._has_rows(page, [row.key for row in wanted], found):
            return
        same_words = self.survey.about.get(layout.WORDS) == fingerprint(self.program.syntax).text
        rows = {key: row for row, key in found}
        for item in wanted:
            row, node = rows[item.key], item.node
            assert node is not None
            if same_words and not _is_same(page.cell(row, layout.TEXT), item.text, lossy=page.lossy):
                what = f"{item.key} の項目の文が変わっています"
                self._tell(ChangedSurvey(self._at(page.name, row, layout.TEXT), what))
            points = page.cell(row, layout.MAXIMUM).replace(",", "")
            if points != str(node.maximum):
                what = f"{item.key} の配点が「{visible(points)[:_SHORT]}」に変わっています（{node.maximum}点）"
                self._tell(ChangedSurvey(self._at(page.name, row, layout.MAXIMUM), what))
            for place in (layout.ANSWER, layout.OUTCOME):
                if layout.is_input(node, place) or (place == layout.OUTCOME and node.is_leaf and not node.is_shared):
                    self._take_answer(page, row, place, layout.column_of(node, place))
                else:
                    self._stray(page, row, [place])
            for place in (layout.EVIDENCE, layout.REMARK):
                self._take(page, row, place, layout.column_of(node, place))
        keyed = {row for row, _ in found}
        for row in range(1, len(page.rows)):
            width = len(page.rows[row])
            self._stray(page, row, range(len(layout.ITEM_HEADINGS), width))
            if row not in keyed:
                self._stray(page, row, range(layout.MAXIMUM, min(width, len(layout.ITEM_HEADINGS))))

    def _has_rows(self, page: _Page, wanted: Sequence[str], found: Sequence[tuple[int, str]]) -> bool:
        """Whether the rows of a sheet are those of its grant, in their order."""
        keys = [key for _, key in found]
        if keys == list(wanted):
            return True
        seen: set[str] = set()
        known, told = set(wanted), 0
        for row, key in found:
            if key not in known or key in seen:
                why = "が2つあります" if key in seen else "は、評価指標にありません"
                self._tell(ChangedSurvey(self._at(page.name, row), f"「{visible(key)[:_SHORT]}」の行{why}"))
                told += 1
            seen.add(key)
        for key in wanted:
            if key not in seen:
                self._tell(ChangedSurvey(self._at(page.name), f"「{key}」の行がありません"))
                told += 1
        if not told:
            row, key = next(each for each, right in zip(found, wanted, strict=True) if each[1] != right)
            what = f"行の順が変わっています（「{key}」から）"
            self._tell(ChangedSurvey(self._at(page.name, row), what))
        return False


def _is_same(found: str, wanted: str, *, lossy: bool) -> bool:
    """Whether a text is the one that was written, but for what programs change in it and what nobody sees."""
    found, wanted = _UNSEEN.sub("", found), _UNSEEN.sub("", wanted)
    if found == wanted or not lossy:
        return found == wanted
    pairs = zip(found.translate(_LIKE), wanted.translate(_LIKE), strict=False)
    return len(found) == len(wanted) and all(one in (other, "?") for one, other in pairs)
