"""Survey sheets that came back, gathered: one fact file, and who is missing, late, or sent two.

Nothing is chosen in silence: of two versions of a body the later one counts, by the day of submission that they say,
and every difference is reported; where the days do not decide, nothing is written.
"""

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

import polars as pl
from attrs import field

from haiten.compiler.diagnostics import Cell, Diagnostic, has_errors
from haiten.compiler.files.system_errors import reason_of
from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import CARRIED, CODE, NAME, PREFECTURE, YEAR, schema_of
from haiten.compiler.program.program import Program
from haiten.compiler.revising.find_base import SHIPPED
from haiten.scoring.facts.facts import Facts, body_key
from haiten.scoring.reading import survey_layout as layout
from haiten.scoring.reading.batches import OpenTable, UnreadableError
from haiten.scoring.reading.codes import meant_codes
from haiten.scoring.reading.read_columns import texts
from haiten.scoring.reading.read_facts import body_keys, read_table, wanted_by
from haiten.scoring.reading.survey_errors import UnknownRulebook, UnsettledVersions
from haiten.scoring.reading.survey_files import find_surveys, read_files, refusal, survey_table, texts_in, workbooks_in
from haiten.scoring.reading.survey_sheets import ReturnedSurvey, is_survey, read_about
from haiten.scoring.reading.survey_texts import about_in, is_text
from haiten.scoring.reading.tables import open_table
from haiten.scoring.reading.workbooks import book_sheets
from haiten.scoring.rulebook import Rulebook, compile_rulebook
from haiten.views.files.csv_safety import safe_row


@frozen
class Return:
    """A sheet that came back.

    Attributes:
        day: when it was submitted: as its cover says, or else the day of the file; ``is_said`` tells which.
        done, wanted: answers and numbers that are there, and that are asked for.
    """

    code: str
    name: str
    file: str
    day: date | None
    is_said: bool
    done: int
    wanted: int


@frozen
class Difference:
    """What two versions of a body's sheet say otherwise, by column of a fact file."""

    column: str
    older: str
    newer: str


@frozen
class Versions:
    """Several sheets of one body, the one that counts last; none where it is not settled."""

    returns: tuple[Return, ...]
    differences: tuple[Difference, ...]
    is_settled: bool


@frozen(eq=False)
class Collected:
    """What came of a folder of survey sheets.

    Attributes:
        header, rows: the fact file.
        returns: the sheets that count, in the order of their files.
        versions: bodies of which there are several.
        missing: code and name of bodies that sent nothing; None where it is not known who should have.
        due: the last day; None where none was set.
    """

    diagnostics: tuple[Diagnostic, ...]
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    returns: tuple[Return, ...] = ()
    versions: tuple[Versions, ...] = ()
    missing: tuple[tuple[str, str], ...] | None = None
    due: date | None = None

    @property
    def late(self) -> tuple[Return, ...]:
        """Sheets of after the last day."""
        return tuple(each for each in self.returns if self.due is not None and each.day and each.day > self.due)

    @property
    def unanswered(self) -> tuple[Return, ...]:
        """Sheets that came back as they were sent."""
        return tuple(each for each in self.returns if not each.done)


def collect(folder: Path, rulebook: Rulebook | None, due: date | None, bodies: Path | None) -> Collected:
    """Gather the sheets of a folder.

    Args:
        folder: where they are.
        rulebook: that they were made of; None: one of those that came with haiten, by its fingerprint.
        due: the last day of submission.
        bodies: a table with the codes of all bodies that were asked; None: the list that was written when the sheets
            were made, where it lies in the folder.
    """
    told: list[Diagnostic] = []
    if rulebook is None and folder.is_dir():
        rulebook = _shipped(folder, told)
        if rulebook is None and has_errors(told):
            return Collected(tuple(told))
    if not folder.is_dir():
        return Collected((refusal(folder, UnreadableError(_why_no_folder(folder))),))
    if rulebook is None:
        # That there is no sheet at all is what there is to say; any rulebook will do to look.
        rulebook = compile_rulebook(next(iter(sorted(SHIPPED.rglob("municipal.haiten")))))
    return _Collector(rulebook.program, due, told).collect(folder, bodies)


def _why_no_folder(folder: Path) -> str:
    try:
        folder.stat()
    except OSError as error:
        return reason_of(error)
    return "フォルダではありません"


def _shipped(folder: Path, told: list[Diagnostic]) -> Rulebook | None:
    """The rulebook that came with haiten of which the sheets of a folder are."""
    prints: dict[str, tuple[Path, str]] = {}
    files = [*workbooks_in(folder), *texts_in(folder)]
    for file, about in zip(files, read_files(files, _about), strict=True):
        if isinstance(about, dict) and about.get(layout.RULES):
            prints.setdefault(about[layout.RULES], (file, f"{about.get(layout.YEAR)} {about.get(layout.SCOPE)}"))
    if not prints:
        return None
    if len(prints) > 1:
        what = "、".join(f"{file.name} は{year}（指紋 {rules[:16]}）" for rules, (file, year) in prints.items())
        told.append(UnknownRulebook(Cell(str(folder)), f"いくつもの評価指標の調査票があります（{what}）"))
        return None
    ((rules, (_, year)),) = prints.items()
    for candidate in sorted(SHIPPED.rglob("*.haiten")):
        found = compile_rulebook(candidate)
        if found.ok and found.program.allocation is None and found.fingerprint.rules == rules:
            return found
    what = f"{year} の調査票（指紋 {rules[:16]}）の評価指標は、haiten に付属していません"
    told.append(UnknownRulebook(Cell(str(folder)), what))
    return None


def _about(file: Path) -> dict[str, str] | None:
    if is_text(file):
        return about_in(file)
    sheets = book_sheets(file)
    return read_about(sheets) if is_survey([sheet.name for sheet in sheets]) else None


@frozen(eq=False)
class _Collector:
    program: Program
    due: date | None
    told: list[Diagnostic] = field(factory=list)

    def collect(self, folder: Path, bodies: Path | None) -> Collected:
        found = find_surveys(folder, self.program, book_sheets)
        by_body: dict[str, list[ReturnedSurvey]] = {}
        for survey in found.surveys:
            key = body_keys(pl.Series([survey.cells.get(CODE, "")], dtype=pl.String))[0]
            by_body.setdefault(key or survey.file, []).append(survey)
        versions: list[Versions] = []
        counted: list[ReturnedSurvey] = []
        for same in by_body.values():
            ordered = sorted(same, key=lambda survey: (self._day(survey)[0] or date.min, survey.file))
            if len(same) > 1 and all(survey.cells for survey in same):
                versions.append(self._versions(ordered))
            counted.append(ordered[-1])
        # Of the versions that do not count, too, every mistake is reported.
        counted_files = {survey.file for survey in counted}
        older = [m for s in found.surveys if s.file not in counted_files for m in s.mistakes]
        table = survey_table(counted, self.program, (*found.told, *older))
        read = read_table(str(folder), table, self.program)
        self.told.extend(read.diagnostics)
        expected = self._expected(folder, bodies)
        diagnostics = tuple(self.told)
        returns = tuple(self._return(survey) for survey in counted if survey.cells)
        here = set(by_body) | {body_key(body.code) for body in (read.facts.bodies if read.facts is not None else ())}
        missing = None
        if expected is not None:
            missing = tuple((code, name) for code, name in expected if body_key(code) not in here)
        if read.facts is None:
            return Collected(diagnostics, (), (), returns, tuple(versions), missing, self.due)
        header, rows = fact_table(read.facts, self.program)
        return Collected(diagnostics, header, rows, returns, tuple(versions), missing, self.due)

    def _day(self, survey: ReturnedSurvey) -> tuple[date | None, bool]:
        """When a sheet was submitted, and whether it says so itself."""
        said = survey.cells.get(layout.SUBMITTED, "")
        try:
            return date.fromisoformat(said[:10]), True
        except ValueError:
            pass
        try:
            return datetime.fromtimestamp(Path(survey.file).stat().st_mtime).date(), False
        except OSError:
            return None, False

    def _return(self, survey: ReturnedSurvey) -> Return:
        day, is_said = self._day(survey)
        numbers = layout.number_rows(self.program)
        asked = [leaf.path for leaf in self.program.leaves if leaf.answered and not leaf.is_shared]
        wanted = [*numbers, *asked]
        done = sum(bool(survey.cells.get(column)) for column in wanted)
        outcomes = sum(bool(cell) for column, cell in survey.cells.items() if column.startswith("所与."))
        code, name = survey.cells.get(CODE, ""), survey.cells.get(NAME, "")
        return Return(code, name, survey.file, day, is_said, done + outcomes, len(wanted) + outcomes)

    def _versions(self, ordered: Sequence[ReturnedSurvey]) -> Versions:
        """Sheets of one body, the oldest first: what the last two say otherwise, and whether the last counts."""
        older, newer = ordered[-2:]
        returns = tuple(map(self._return, ordered))
        columns = dict.fromkeys((*older.cells, *newer.cells))
        said = [(column, older.cells.get(column, ""), newer.cells.get(column, "")) for column in columns]
        differences = tuple(Difference(*each) for each in said if each[1] != each[2])
        days = [(each.day, each.is_said) for each in returns[-2:]]
        is_later = all(is_said for _, is_said in days) and days[0][0] != days[1][0]
        is_settled = is_later or all(each.column == layout.SUBMITTED for each in differences)
        if not is_settled:
            listed = "、".join(f"{Path(each.file).name} {_shown_day(each)}" for each in returns)
            self.told.append(UnsettledVersions(Cell(newer.file), returns[-1].code, len(returns), listed))
        return Versions(returns, differences, is_settled)

    def _expected(self, folder: Path, bodies: Path | None) -> list[tuple[str, str]] | None:
        """Code and name of all bodies that were asked; None where that is not known."""
        file = bodies if bodies is not None else folder / layout.SENT
        if bodies is None and not file.exists():
            return None
        try:
            table = open_table(file, wanted_by(self.program))
            found = list(self._codes_and_names(str(file), table))
        except UnreadableError as error:
            self.told.append(refusal(file, error))
            return None
        if CODE not in table.header:
            self.told.append(refusal(file, UnreadableError(f"「{CODE}」の列がありません")))
            return None
        return found

    def _codes_and_names(self, file: str, table: OpenTable) -> Iterator[tuple[str, str]]:
        places = {name: str(table.header.index(name)) for name in (CODE, NAME, PREFECTURE) if name in table.header}
        for batch in table.batches:  # to their end, so that no file stays open
            if CODE not in places:
                continue
            blank = pl.Series([""] * batch.frame.height, dtype=pl.String)
            codes, names, prefectures = (
                texts(batch.frame[places[name]]) if name in places else blank for name in (CODE, NAME, PREFECTURE)
            )
            rows = range(batch.start, batch.start + batch.frame.height)
            # A program may have taken the zeros before codes away.
            meant, told = meant_codes(file, codes, names, prefectures, rows, {}, self.program.scope.bodies)
            self.told.extend(told)
            yield from ((code, name) for code, name in zip(meant.to_list(), names.to_list(), strict=True) if code)


def _shown_day(each: Return) -> str:
    return f"{each.day} {'提出' if each.is_said else '更新'}" if each.day is not None else "日付不明"


# The fact file


def fact_table(facts: Facts, program: Program) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Facts as the cells of a fact file, headings apart: who, numbers, answers, outcomes, and what is carried."""
    schema = schema_of(program)
    columns: dict[str, list[str]] = {
        CODE: [body.code for body in facts.bodies],
        NAME: [body.name for body in facts.bodies],
        PREFECTURE: [body.prefecture for body in facts.bodies],
        YEAR: [program.year] * len(facts.bodies),
    }
    for name, numbers in facts.numbers.items():
        decimals = schema.numbers[name].decimals
        values = (numbers[place] for place in range(len(facts.bodies)))
        columns[name] = ["" if value is None else f"{_decimal(value * 10**decimals, decimals)}" for value in values]
    for start, truths in (("", facts.answers), ("所与.", facts.outcomes)):
        for name, truth in truths.items():
            pairs = zip(truth.certain.tolist(), truth.possible.tolist(), strict=True)
            columns[start + name] = [layout.YES if sure else "" if can else layout.NO for sure, can in pairs]
    for name in dict.fromkeys(name for body in facts.bodies for name in body.carried):
        columns[name] = [body.carried.get(name, "") for body in facts.bodies]
    kept = {name: cells for name, cells in columns.items() if not name.startswith(CARRIED) or any(cells)}
    return tuple(kept), tuple(zip(*kept.values(), strict=True))


def _decimal(scaled: object, decimals: int) -> str:
    """An integer of units as a decimal number."""
    number = int(str(scaled))
    digits = str(abs(number)).zfill(decimals + 1)
    sign = "-" if number < 0 else ""
    return sign + (f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits)


def write_facts(path: Path, found: Collected, *, safe: bool = False) -> None:
    """Write the fact file, in UTF-8 with BOM, as Excel reads it.

    Raises:
        OSError: the file cannot be written.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        for cells in (found.header, *found.rows):
            rows.writerow(safe_row(cells) if safe else cells)
