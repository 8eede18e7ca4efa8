"""Fact files, score files and last year's results → the facts that an allocation reads."""

from pathlib import Path
from typing import Final

from attrs import evolve, field, frozen

from haiten.compiler.columns import CODE, POINTS, PREVIOUS, YEAR, schema_of
from haiten.compiler.diagnostics import Cell, Diagnostic, NotScores
from haiten.compiler.paths import canonical_path
from haiten.compiler.program import PreviousScore, Program
from haiten.compiler.years import year_before
from haiten.scoring import fact_errors as errors
from haiten.scoring.facts import Facts, Truth, unknown_truth
from haiten.scoring.read_facts import FactsRead, read_rows
from haiten.scoring.run import Run
from haiten.scoring.tables import UnreadableError, rows_of

FINGERPRINT: Final = "規則の指紋"
_ALLOCATION_PRINT: Final = "配分の指紋"
_ATTRIBUTE: Final = "属性."
_POSSIBLE: Final = "可能."
# What the files of results hold besides.
_RESULTS: Final = (POINTS, _POSSIBLE, "判定.", "配分.", "交付額.", "順位.", "差.")
_RANK: Final = "順位"


@frozen(eq=False)
class Table:
    """A CSV file: its name, its columns by canonical name, its rows."""

    file: str
    header: list[str]
    rows: list[list[str]]

    def column(self, name: str) -> dict[str, str]:
        """The cells of a column that hold something, by the first five digits of the body's code."""
        if name not in self.header or CODE not in self.header:
            return {}
        at, code = self.header.index(name), self.header.index(CODE)
        pairs = ((row[code].strip()[:5], row[at].strip()) for row in self.rows if len(row) > max(at, code))
        return {body: cell for body, cell in pairs if cell}


def read_for_allocation(
    path: Path | str, program: Program, rules: str, previous: Path | str | None = None, *, assume: bool = False
) -> FactsRead:
    """Read what an allocation needs.

    Args:
        path: a fact file, or scores that ``haiten score --to`` or ``haiten allocate --to`` wrote.
        program: a program with an allocation.
        rules: the fingerprint of its rulebook, to which scores must belong.
        previous: last year's scores or allocation; its columns become 前年度. columns.
        assume: of points that were not certain in a score file, take the certain ones.
    """
    table = _read(path)
    if isinstance(table, Diagnostic):
        return FactsRead(None, (table,))
    before = _read(previous) if previous is not None else None
    if isinstance(before, Diagnostic):
        return FactsRead(None, (before,))
    preparer = _Preparer(program, assume)
    if FINGERPRINT in table.header:
        table = preparer.scores(table, rules)
    table = preparer.attributes(table)
    if before is not None:
        table = preparer.last_year(table, before)
    read = read_rows(table.file, [table.header, *table.rows], program)
    found = (*preparer.diagnostics, *read.diagnostics)
    return FactsRead(None if preparer.diagnostics else read.facts, found)


def _read(path: Path | str) -> Table | Diagnostic:
    try:
        rows = rows_of(Path(path))
    except UnreadableError as error:
        return errors.UnreadableTable(Cell(str(path)), str(error))
    return Table(str(path), [canonical_path(cell) for cell in rows[0]], rows[1:])


@frozen(eq=False)
class _Preparer:
    program: Program
    assume: bool
    diagnostics: list[Diagnostic] = field(factory=list)

    def scores(self, table: Table, rules: str) -> Table:
        """A score file as a fact file: the points that are read, without all other results."""
        prints = table.header.index(FINGERPRINT)
        for number, row in enumerate(table.rows, start=2):
            if len(row) > prints and row[prints].strip() not in ("", rules):
                reason = "別の評価指標か、別の版の規則で採点したものです"
                self.diagnostics.append(NotScores(Cell(table.file, number, FINGERPRINT), FINGERPRINT, reason))
                break
        wanted = schema_of(self.program).points
        places = {name: i for i, name in enumerate(table.header)}
        possible = {n.removeprefix(_POSSIBLE): i for n, i in places.items() if n.startswith(_POSSIBLE)}
        kept = [
            i
            for i, name in enumerate(table.header)
            if name not in (FINGERPRINT, _ALLOCATION_PRINT) and (name in wanted or not name.startswith(_RESULTS))
        ]
        rows = []
        for row in table.rows:
            cells = [*row, *[""] * (len(table.header) - len(row))]
            for name, path in wanted.items():
                if name in places and path in possible and not self.assume:
                    at = places[name]
                    # A range is no known number.
                    cells[at] = cells[at] if cells[at] == cells[possible[path]] else ""
            rows.append([cells[i] for i in kept])
        return evolve(table, header=[table.header[i] for i in kept], rows=rows)

    def attributes(self, table: Table) -> Table:
        """What the allocation reads beside points may stand as 属性. columns, which files of scores hand on."""
        allocation = self.program.allocation
        assert allocation is not None
        own = {fact.name for fact in allocation.syntax.facts}
        own |= {value.column for value in allocation.all_values if isinstance(value, PreviousScore)}
        names = [name.removeprefix(_ATTRIBUTE) for name in table.header]
        header = [
            plain if plain in own and plain not in table.header else name
            for name, plain in zip(table.header, names, strict=True)
        ]
        return evolve(table, header=header)

    def last_year(self, table: Table, before: Table) -> Table:
        """Fill the 前年度. columns that the program reads from last year's results."""
        self._check_year(before)
        if CODE not in before.header:
            self.diagnostics.append(errors.MissingCode(Cell(before.file, 1), f"「{CODE}」の列がありません"))
        if CODE not in table.header or self.diagnostics:
            return table
        code = table.header.index(CODE)
        header, rows = list(table.header), [list(row) for row in table.rows]
        for name in schema_of(self.program).numbers:
            if not name.startswith(PREVIOUS):
                continue
            cells = _column_of(before, name.removeprefix(PREVIOUS))
            if not cells:
                continue
            if name not in header:
                header.append(name)
            at = header.index(name)
            for number, row in enumerate(rows, start=2):
                row += [""] * (len(header) - len(row))
                told = cells.get(row[code].strip()[:5], "")
                if row[at].strip() and told and row[at].strip() != told:
                    where = Cell(table.file, number, name)
                    self.diagnostics.append(errors.ConflictingColumns(where, name, before.file, row[at].strip(), told))
                row[at] = row[at] if row[at].strip() else told
        return evolve(table, header=header, rows=rows)

    def _check_year(self, before: Table) -> None:
        expected = year_before(self.program.year)
        wrong = next((year for year in before.column(YEAR).values() if year != expected), None)
        if wrong is not None:
            self.diagnostics.append(errors.WrongYear(Cell(before.file, None, YEAR), wrong, expected))


def _column_of(before: Table, name: str) -> dict[str, str]:
    """What last year's file says of ``得点(全体)``, ``順位(得点(全体))``, ``交付額(推進)`` or a fact, by body."""
    if cells := before.column(name) or before.column(_ATTRIBUTE + name):
        return cells
    function, _, inside = name.partition("(")
    if not inside.endswith(")"):
        return {}
    if function != _RANK:
        return before.column(f"{function}.{inside[:-1]}")
    values = _column_of(before, inside[:-1])
    numbers = {body: int(cell) for body, cell in values.items() if cell.isdecimal()}
    ordered = sorted(numbers.values(), reverse=True)
    first = {number: place for place, number in reversed(list(enumerate(ordered, start=1)))}
    return {body: str(first[number]) for body, number in numbers.items()}


def with_unknown_as_none(run: Run) -> Facts:
    """The facts of a run with every leaf decided: what was not surely met counts as not met."""
    facts, program = run.facts, run.evaluator.program
    outcomes = dict(facts.outcomes)
    for leaf in program.leaves:
        known = run.outcome(leaf.path).known
        if not leaf.is_shared and not known.all():
            given = outcomes.get(leaf.path) or unknown_truth(len(facts))
            # What is known stays computed, so that its traces do.
            outcomes[leaf.path] = Truth(given.certain, given.possible & known)
    return evolve(facts, outcomes=outcomes)
