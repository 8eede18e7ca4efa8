"""Survey sheets that came back, one or many, as one table of facts: a row for each, in the order of the files."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from attrs import evolve, field

from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.files.system_errors import reason_of
from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import CARRIED, CODE, YEAR
from haiten.compiler.program.program import Program
from haiten.scoring.facts.fact_errors import DuplicateBody, UnreadableTable
from haiten.scoring.reading import survey_layout as layout
from haiten.scoring.reading.batches import OpenTable, UnreadableError, batches_of
from haiten.scoring.reading.books.processes import ENDINGS
from haiten.scoring.reading.how import FactFiles
from haiten.scoring.reading.survey_errors import FilesLeftOut, NoSurveys, NotOnlySurveys, TwoSurveys
from haiten.scoring.reading.survey_sheets import OpenSheet, ReturnedSurvey, is_survey, read_survey
from haiten.scoring.reading.survey_texts import TextSheet, is_text, read_text, surveys_of

T = TypeVar("T")
_OPENED: Final = ("~$", ".")  # how files begin that programs keep beside one that is open
_LISTED: Final = 5
_MOST: Final = 8  # files that are read at once
# Opens the sheets of a workbook.
Opener = Callable[[Path], Sequence[OpenSheet]]


@frozen(eq=False)
class Found:
    """The survey sheets among some files.

    Attributes:
        surveys: in the order of the files.
        told: what to say of the files that are none.
    """

    surveys: tuple[ReturnedSurvey, ...]
    told: tuple[Diagnostic, ...]


@frozen(eq=False)
class Placed:
    """Where what a table says stands in the survey sheets that it was made of.

    Attributes:
        rows: the sheet of each row; the first is row 2.
    """

    rows: tuple[ReturnedSurvey, ...] = field(factory=tuple)

    def __call__(self, told: Diagnostic) -> Diagnostic:
        """The same at its place in the sheet."""
        at = told.span
        if not self.rows or not isinstance(at, Cell) or at.sheet is not None:
            return told
        if at.row is None:
            holders = [survey for survey in self.rows if at.column in survey.places]
            return evolve(told, span=holders[0].places[at.column or ""]) if holders else told
        survey = self.rows[at.row - 2]
        place = survey.places.get(at.column or CODE, Cell(survey.file))
        if isinstance(told, DuplicateBody):
            return TwoSurveys(place, told.body, self.rows[told.first - 2].file)
        return evolve(told, span=place)


def find_surveys(path: FactFiles, program: Program, opener: Opener) -> Found:
    """Read the survey sheets of a folder, or of several files, which have to be survey sheets.

    Args:
        path: a folder, or files.
        program: the rulebook that they were made of.
        opener: opens the sheets of a workbook.
    """
    told: list[Diagnostic] = []
    try:
        files = list(path) if not isinstance(path, Path) else workbooks_in(path)
    except OSError as error:
        return Found((), (UnreadableTable(Cell(str(path)), reason_of(error)),))
    if isinstance(path, Path):
        files += texts_in(path)
    outcomes = read_files(files, lambda file: _read_one(file, program, opener))
    surveys: list[ReturnedSurvey] = []
    texts: list[TextSheet] = []
    other: list[Path] = []
    for file, outcome in zip(files, outcomes, strict=True):
        if isinstance(outcome, ReturnedSurvey):
            surveys.append(outcome)
        elif isinstance(outcome, TextSheet):
            texts.append(outcome)
        elif isinstance(outcome, UnreadableError):
            told.append(refusal(file, outcome))
        elif isinstance(path, Path):
            other.append(file)
        else:
            told.append(NotOnlySurveys(Cell(str(file))))
    surveys += surveys_of(texts, program)
    if isinstance(path, Path):
        told.extend(_left_out(path, files, other))
        if not surveys and not any(not isinstance(each, FilesLeftOut) for each in told):
            told.append(NoSurveys(Cell(str(path))))
    return Found(tuple(surveys), tuple(told))


def workbooks_in(folder: Path) -> list[Path]:
    """The workbooks of a folder, by name.

    Raises:
        OSError: it cannot be listed.
    """
    return [file for file in sorted(folder.iterdir()) if _is_workbook(file)]


def texts_in(folder: Path) -> list[Path]:
    """The tables in texts of a folder, by name, which may be sheets of survey sheets.

    Raises:
        OSError: it cannot be listed.
    """
    return [file for file in _inside(folder) if is_text(file) and file.is_file()]


def _is_workbook(file: Path) -> bool:
    return file.suffix.lower() in ENDINGS and not file.name.startswith(_OPENED) and not file.is_dir()


def _inside(folder: Path) -> list[Path]:
    """What lies in a folder, but for the list of who was sent a sheet, and files of programs that have one open."""
    return [file for file in sorted(folder.iterdir()) if not file.name.startswith(_OPENED) and file.name != layout.SENT]


def _left_out(folder: Path, files: Sequence[Path], other: Sequence[Path]) -> list[Diagnostic]:
    """What to say of what else lies in a folder."""
    left = [file for file in _inside(folder) if file not in files or file in other]
    if not left:
        return []
    more = f" ほか{len(left) - _LISTED:,}件" if len(left) > _LISTED else ""
    return [FilesLeftOut(Cell(str(folder)), len(left), "、".join(file.name for file in left[:_LISTED]) + more)]


def read_files(files: Sequence[Path], read: Callable[[Path], T]) -> list[T | UnreadableError]:
    """What is read of each file; each is read by a process of its own, some at once."""
    with ThreadPoolExecutor(min(_MOST, os.cpu_count() or 1)) as pool:
        return list(pool.map(partial(_tried, read), files))


def _tried(read: Callable[[Path], T], file: Path) -> T | UnreadableError:
    try:
        return read(file)
    except UnreadableError as error:
        return error
    except OSError as error:
        return UnreadableError(reason_of(error))


def _read_one(file: Path, program: Program, opener: Opener) -> ReturnedSurvey | TextSheet | None:
    if file.suffix.lower() not in ENDINGS:
        file.open("rb").close()  # what is not there is reported as such
        return read_text(file, program) if is_text(file) else None
    sheets = opener(file)
    return read_survey(str(file), sheets, program) if is_survey([sheet.name for sheet in sheets]) else None


def refusal(file: Path, error: UnreadableError) -> Diagnostic:
    """What is reported of a file that cannot be read."""
    at = Cell(str(file))
    return error.told(at) if error.told is not None else UnreadableTable(at, str(error))


def survey_table(surveys: Sequence[ReturnedSurvey], program: Program, told: Sequence[Diagnostic] = ()) -> OpenTable:
    """Survey sheets as a table; a sheet of another rulebook has no row, and only its mistake is reported."""
    rows = tuple(survey for survey in surveys if survey.cells)
    columns = dict.fromkeys(column for survey in rows for column in survey.cells if _is_filled(column, rows))
    header = list(dict.fromkeys((*layout.IDENTITY, YEAR, *columns)))
    for survey in rows:
        survey.places[YEAR] = Cell(survey.file, None, None, layout.ABOUT)
    cells = [[program.year if name == YEAR else survey.cells.get(name, "") for name in header] for survey in rows]
    said = [mistake for survey in surveys for mistake in survey.mistakes]
    notes = tuple(partial(_as_it_is, each) for each in (*told, *said))
    return OpenTable(header, batches_of(cells, len(header)), 1, notes=notes, placed=Placed(rows))


def _is_filled(column: str, rows: Sequence[ReturnedSurvey]) -> bool:
    """Whether a column is worth keeping: what is carried only where somebody wrote something."""
    return not column.startswith(CARRIED) or any(survey.cells.get(column) for survey in rows)


def _as_it_is(told: Diagnostic, _: Cell) -> Diagnostic:
    return told
