"""The sheets of a survey sheet that were saved as texts (CSV), a file for each sheet.

Spreadsheets save only the sheet that is shown as CSV. What a file holds is told by its headings, and to which survey
sheet it belongs by its folder and name: ``調査票-推進.csv`` goes with ``調査票-数値.csv``. They are read as the sheets
of a workbook are, by the same reader (docs/sheets.md).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.late import frozen
from haiten.compiler.program.program import Program
from haiten.scoring.reading import survey_layout as layout
from haiten.scoring.reading import text_tables
from haiten.scoring.reading.batches import UnreadableError
from haiten.scoring.reading.books.cells import Marks
from haiten.scoring.reading.characters import trimmed
from haiten.scoring.reading.survey_errors import ChangedSurvey
from haiten.scoring.reading.survey_sheets import ReturnedSurvey, read_survey

ENDINGS: Final = (".csv", ".tsv", ".txt")
WHOLE: Final = (
    "調査票の全てのシートの CSV（「調査票-推進.csv」のように、名の終わりをシートの名にしたもの）を一緒に渡すか、"
    "ブックのまま渡してください。"
)
_PARTS: Final = "-_－＿ 　・."  # what may stand between the name of a workbook and that of a sheet
_MOST_BYTES: Final = 1 << 23  # no sheet of a survey sheet is as large
_COVER_ROWS: Final = 200  # attributes of a body may stand between the headings of a cover


@frozen(eq=False)
class TextSheet:
    """A sheet that was saved as a text.

    Attributes:
        name: the sheet that it is.
        file: where it was read.
        lossy: whether signs that CP932 does not have were lost when it was saved.
    """

    name: str
    file: str
    lossy: bool
    _cells: list[list[str]]
    visible: bool = True

    def marks(self) -> Marks:
        """A text has none."""
        return Marks()

    def rows(self, marks: Marks) -> Iterator[list[str]]:
        """Its cells, as they showed."""
        del marks
        yield from self._cells


def is_text(file: Path) -> bool:
    """Whether a name is that of a table in a text."""
    return file.suffix.lower() in ENDINGS


def sheet_named(rows: Sequence[Sequence[str]], program: Program) -> str | None:
    """Which sheet of a survey sheet some rows are, the first ones or all; None where they are none.

    A sheet of items of another rulebook is called by its first path.
    """
    first = [trimmed(cell) for cell in rows[0]] if rows else []
    for heading, name in ((layout.ABOUT_HEADINGS, layout.ABOUT), (layout.NUMBER_HEADINGS, layout.NUMBERS)):
        if _is_like(first, heading):
            return name
    if _is_like(first, layout.ITEM_HEADINGS):
        key = next((path for row in rows[1:] if row and (path := trimmed(row[layout.PATH]))), "")
        names = {sheet.rows[0].key: sheet.name for sheet in layout.item_sheets(program)}
        return names.get(key, key or None)
    labels = {trimmed(row[layout.LABEL]) for row in rows[:_COVER_ROWS] if row}
    return layout.COVER if {layout.WHO, layout.HOW} <= labels else None


def _is_like(cells: Sequence[str], headings: Sequence[str]) -> bool:
    """Whether most headings stand where they should; one that was changed is reported by the reader."""
    return 2 * sum(cell == heading for cell, heading in zip(cells, headings, strict=False)) > len(headings)


def read_text(file: Path, program: Program) -> TextSheet | None:
    """A sheet of a survey sheet; None where the file holds anything else.

    Raises:
        UnreadableError: it begins as one, and is damaged.
        OSError: it cannot be read.
    """
    if not file.is_file() or file.stat().st_size > _MOST_BYTES:
        return None

    def is_sheet(rows: list[list[str]]) -> bool:
        return sheet_named(rows, program) is not None

    try:
        head = text_tables.head_of(file, _COVER_ROWS, is_sheet)
    except UnreadableError:
        return None  # whoever reads it as a table says what is wrong with it
    if (name := sheet_named(head, program)) is None:
        return None
    encoding, rows = text_tables.all_of(file, is_sheet)
    return TextSheet(name, str(file), encoding == "cp932", rows)


def about_in(file: Path) -> dict[str, str] | None:
    """What a survey sheet says of itself; None where a file is not the sheet that says so.

    Raises:
        OSError: it cannot be read.
    """

    def is_about(rows: list[list[str]]) -> bool:
        return bool(rows) and _is_like([trimmed(cell) for cell in rows[0]], layout.ABOUT_HEADINGS)

    if file.stat().st_size > _MOST_BYTES:
        return None
    try:
        _, rows = text_tables.all_of(file, is_about)
    except UnreadableError:
        return None
    return {key: value for key, (_, value) in layout.about_of(rows).items()} if is_about(rows) else None


def surveys_of(sheets: Sequence[TextSheet], program: Program) -> list[ReturnedSurvey]:
    """Sheets put together by their folders and names, and read."""
    groups: dict[tuple[Path, str], list[TextSheet]] = {}
    nameless: dict[Path, list[TextSheet]] = {}
    for sheet in sheets:
        path = Path(sheet.file)
        if path.stem.endswith(sheet.name):
            groups.setdefault((path.parent, path.stem.removesuffix(sheet.name).rstrip(_PARTS)), []).append(sheet)
        else:
            nameless.setdefault(path.parent, []).append(sheet)
    told: list[ReturnedSurvey] = []
    for folder, loose in nameless.items():
        known = [key for key in groups if key[0] == folder]
        if len(known) <= 1:
            groups.setdefault(known[0] if known else (folder, ""), []).extend(loose)
        else:
            told.extend(_of_no_survey(sheet) for sheet in loose)
    return [*(_read(group, program) for group in groups.values()), *told]


def _of_no_survey(sheet: TextSheet) -> ReturnedSurvey:
    what = "どの調査票のシートか、ファイルの名から分かりません"
    return ReturnedSurvey(sheet.file, mistakes=[ChangedSurvey(Cell(sheet.file, None, None, sheet.name), what, WHOLE)])


def _read(group: Sequence[TextSheet], program: Program) -> ReturnedSurvey:
    # The cover stands for all, as it says whose they are.
    file = next((sheet.file for sheet in group if sheet.name == layout.COVER), group[0].file)
    return read_survey(file, group, program, list(_faults(group, program, file)))


def _faults(group: Sequence[TextSheet], program: Program, file: str) -> Iterator[Diagnostic]:
    """Sheets that are there twice, or not at all."""
    seen: dict[str, str] = {}
    for sheet in group:
        if sheet.name in seen:
            what = f"シート「{sheet.name}」の CSV が2つあります（もう1つは {Path(seen[sheet.name]).name}）"
            yield ChangedSurvey(Cell(sheet.file, None, None, sheet.name), what, WHOLE)
        seen.setdefault(sheet.name, sheet.file)
    # What is a sheet of another rulebook says so itself, by 調査票の情報.
    wanted = [layout.COVER, layout.NUMBERS, *(sheet.name for sheet in layout.item_sheets(program)), layout.ABOUT]
    if layout.ABOUT not in seen or set(seen) <= set(wanted):
        missing = "".join(f"「{name}」" for name in wanted if name not in seen)
        if missing:
            yield ChangedSurvey(Cell(file), f"シート{missing}の CSV がありません", WHOLE)
