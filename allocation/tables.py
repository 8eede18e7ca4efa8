"""Fact files, score files and last year's results → the facts that an allocation reads."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from attrs import evolve, field
from numpy.typing import NDArray

from haiten.compiler.diagnostics import Cell, Diagnostic, NotLastYear, NotScores, has_errors
from haiten.compiler.diagnostics.masses import Gathered, gathered
from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import (
    CODE,
    FINGERPRINT,
    NAME,
    POINTS,
    POSSIBLE,
    PREFECTURE,
    PREVIOUS,
    SIZE,
    TRIAL,
    VERDICT,
    YEAR,
    last_name,
    points_of_allocation,
    schema_of,
)
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import PreviousScore
from haiten.compiler.syntax.years import year_before
from haiten.scoring.facts import fact_errors as errors
from haiten.scoring.facts.facts import Facts, Truth, unknown_truth
from haiten.scoring.reading.batches import Batch, UnreadableError
from haiten.scoring.reading.batches import OpenTable as OpenTable
from haiten.scoring.reading.changed_codes import read_changed_codes
from haiten.scoring.reading.characters import parts_of_number
from haiten.scoring.reading.codes import meant_codes, none_of_last_year, plain_codes, settle
from haiten.scoring.reading.how import PLAIN, FactFiles, HowToRead, name_of
from haiten.scoring.reading.read_columns import texts
from haiten.scoring.reading.read_facts import FactsRead, body_keys, read_table, unreadable, wanted_by
from haiten.scoring.reading.tables import open_table
from haiten.scoring.reading.whole_results import check_whole
from haiten.scoring.reading.years import is_of_year
from haiten.scoring.running.run import Run

_ALLOCATION_PRINT: Final = "配分の指紋"
_ATTRIBUTE: Final = "属性."
# What the files of results hold besides.
_RESULTS: Final = (POINTS, POSSIBLE, VERDICT, "配分.", "交付額.", "順位.", "差.")
_RANK: Final = "順位"


@frozen(eq=False)
class WholeTable:
    """A whole table: its file, its columns by canonical name, its rows.

    Attributes:
        frame: a column for each heading, named by its place (``0``, ``1``, …).
        ragged: rows that hold something beyond the last heading, by place, with their lengths.
        rows: where the places stand in the file.
    """

    file: str
    header: list[str]
    frame: pl.DataFrame
    ragged: dict[int, int]
    opened: OpenTable
    rows: NDArray[np.int64]

    def cells(self, name: str) -> pl.Series | None:
        """The cells of a column as texts; None where there is no such column."""
        return texts(self.frame[str(self.header.index(name))]) if name in self.header else None

    def keys(self) -> list[str]:
        """What tells the body of each row."""
        return body_keys(self.frame[str(self.header.index(CODE))])

    def column(self, name: str) -> dict[str, str]:
        """The cells of a column that hold something, by body."""
        cells = self.cells(name)
        if cells is None or CODE not in self.header:
            return {}
        return {body: cell for body, cell in zip(self.keys(), cells.to_list(), strict=True) if cell}

    def replaced(self, name: str, cells: pl.Series) -> "WholeTable":
        """The table with other cells in a column, which is added where there is none."""
        header = self.header if name in self.header else [*self.header, name]
        return evolve(self, header=header, frame=self.frame.with_columns(cells.alias(str(header.index(name)))))


def read_for_allocation(
    path: FactFiles | str,
    program: Program,
    rules: str,
    previous: Path | str | None = None,
    *,
    assume: bool = False,
    how: HowToRead = PLAIN,
) -> FactsRead:
    """Read what an allocation needs: CSV, Parquet or Excel.

    Args:
        path: a fact file, survey sheets, or scores that ``haiten score --to`` or ``haiten allocate --to`` wrote.
        program: a program with an allocation.
        rules: the fingerprint of its rulebook, to which scores must belong.
        previous: last year's scores or allocation; its columns become 前年度. columns.
        assume: of points that were not certain in a score file, take the certain ones.
        how: how to read the facts, where they do not say so themselves.
    """
    try:
        table = _read(path, program, how)
        before = _read(previous, program, evolve(how, sheet=None, header=None)) if previous is not None else None
        changed = read_changed_codes(how.codes)
    except UnreadableError as error:
        return FactsRead(None, (unreadable(error.file, error),))
    preparer = _Preparer(program, assume)
    table = preparer.coded(table, changed)
    if FINGERPRINT in table.header:
        table = preparer.scores(table, rules)
    table = preparer.attributes(table)
    if before is not None:
        table = preparer.last_year(table, preparer.bodies_of(before, changed, skip=how.skip_others))
    batch = Batch(table.frame, int(table.rows[0]) if len(table.rows) else 2, table.ragged)
    faults = {
        (row, table.header.index(name)): fault
        for (row, place), fault in table.opened.faults.items()
        if (name := table.opened.header[place]) in table.header
    }
    opened = evolve(table.opened, header=table.header, batches=iter([batch]), faults=faults)
    read = read_table(table.file, opened, program, skip_others=how.skip_others)
    wrong = has_errors(preparer.diagnostics)
    return FactsRead(
        None if wrong else read.facts, gathered((*preparer.first, *preparer.diagnostics, *read.diagnostics))
    )


def _read(path: FactFiles | str, program: Program, how: HowToRead) -> WholeTable:
    """Read a whole table.

    Raises:
        UnreadableError: it is none; the file is named.
    """
    path = Path(path) if isinstance(path, str) else path
    name = name_of(path)
    try:
        opened = open_table(path, wanted_by(program, (FINGERPRINT, SIZE, *_RESULTS)), how)
        batches = list(opened.batches)
    except UnreadableError as error:
        raise error.of(name) from None
    header = opened.header
    empty = pl.DataFrame(schema={str(place): pl.String for place in range(len(header))})
    frame = pl.concat([batch.frame for batch in batches]) if batches else empty
    start = batches[0].start if batches else opened.row + 1
    ragged = {batch.start - start + place: length for batch in batches for place, length in batch.ragged.items()}
    return WholeTable(name, header, frame, ragged, opened, np.arange(start, start + frame.height))


@frozen(eq=False)
class _Preparer:
    program: Program
    assume: bool
    first: list[Diagnostic] = field(factory=list)  # what comes before all else
    diagnostics: Gathered = field(factory=Gathered)

    def coded(self, table: WholeTable, changed: Mapping[str, str]) -> WholeTable:
        """The table with its codes as they are meant."""
        if CODE not in table.header:
            return table
        codes, told = meant_codes(table.file, *_who(table), table.rows, changed, self.program.scope.bodies)
        self.diagnostics.extend(told)
        return table.replaced(CODE, codes)

    def bodies_of(self, table: WholeTable, changed: Mapping[str, str], *, skip: bool) -> WholeTable:
        """The table with the rows that are bodies of the scope, which alone take ranks."""
        if CODE not in table.header:
            return table
        codes, names, prefectures = _who(table)
        settled = settle(
            table.file,
            self.program.scope.bodies,
            codes,
            names,
            prefectures,
            table.rows,
            {},
            changed=changed,
            skip=skip,
        )
        self.diagnostics.extend(settled.diagnostics)
        out = {int(table.rows[place]) for place in settled.refused}
        self.diagnostics.extend(note(Cell(table.file)) for note in table.opened.notes)
        for (row, place), fault in table.opened.faults.items():
            if row not in out:
                self.diagnostics.append(fault(Cell(table.file, row, table.opened.header[place])))
        table = table.replaced(CODE, settled.codes)
        return evolve(table, frame=table.frame.filter(settled.kept), rows=table.rows[settled.kept])

    def scores(self, table: WholeTable, rules: str) -> WholeTable:
        """A score file as a fact file: the points that are read, without all other results."""
        prints = table.cells(FINGERPRINT)
        assert prints is not None
        foreign = (~prints.is_in(["", rules])).arg_true()
        if len(foreign):
            reason = "別の評価指標か、別の版の規則で採点したものです"
            self.diagnostics.append(
                NotScores(Cell(table.file, int(table.rows[foreign[0]]), FINGERPRINT), FINGERPRINT, reason)
            )
        self._check_whole(table)
        wanted = points_of_allocation(self.program)
        for name in wanted:
            if name in table.header:
                table = table.replaced(name, self._points(table, name))
        kept = [
            i
            for i, name in enumerate(table.header)
            if name not in (FINGERPRINT, SIZE, TRIAL, _ALLOCATION_PRINT)
            and (name in wanted or not name.startswith(_RESULTS))
        ]
        frame = table.frame.select(pl.col(str(i)).alias(str(place)) for place, i in enumerate(kept))
        return evolve(table, header=[table.header[i] for i in kept], frame=frame)

    def _check_whole(self, table: WholeTable) -> None:
        """Results of all bodies that they were written with."""
        sizes = table.cells(SIZE)
        if sizes is not None and CODE in table.header:
            bodies = pl.Series(table.keys()) != ""
            rows = table.rows[bodies.to_numpy()]
            self.diagnostics.extend(check_whole(table.file, sizes.filter(bodies), rows))

    def _points(self, table: WholeTable, name: str) -> pl.Series:
        """A column of points; blank where they are a range, which is no known number."""
        certain, possible = table.cells(name), table.cells(POSSIBLE + name.removeprefix(POINTS))
        assert certain is not None
        if possible is None or self.assume:
            return certain
        return pl.select(pl.when(certain == possible).then(certain).otherwise(pl.lit(""))).to_series()

    def attributes(self, table: WholeTable) -> WholeTable:
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

    def last_year(self, table: WholeTable, before: WholeTable) -> WholeTable:
        """Fill the 前年度. columns that the program reads from last year's results."""
        self._check_whole(before)
        self._check_last_year(before)
        if CODE not in table.header or has_errors(self.diagnostics):
            return table
        bodies = table.keys()
        if (none := none_of_last_year(before.file, [body for body in bodies if body], before.keys())) is not None:
            self.first.append(none)
            return table
        for name in schema_of(self.program).numbers:
            found = self._column_of(before, name.removeprefix(PREVIOUS)) if name.startswith(PREVIOUS) else {}
            if not found:
                continue
            own = table.cells(name)
            cells = own.to_list() if own is not None else [""] * len(bodies)
            for place, body in enumerate(bodies):
                told = found.get(body, "")
                if cells[place] and told and not _same(cells[place], told):
                    where = Cell(table.file, int(table.rows[place]), name)
                    self.diagnostics.append(errors.ConflictingColumns(where, name, before.file, cells[place], told))
                cells[place] = cells[place] or told
            table = table.replaced(name, pl.Series(cells, dtype=pl.String))
        return table

    def _check_last_year(self, before: WholeTable) -> None:
        """Last year's file has a row for each body, and is of the year before."""
        if CODE not in before.header:
            self.diagnostics.append(errors.MissingCode(Cell(before.file, 1), f"「{CODE}」の列がありません"))
            return
        first: dict[str, int] = {}
        for row, body in zip(before.rows.tolist(), before.keys(), strict=True):
            if body in first:
                self.diagnostics.append(errors.DuplicateBody(Cell(before.file, row, CODE), body, first[body]))
            elif body:
                first[body] = row
        expected, years = year_before(self.program.year), before.cells(YEAR)
        if years is None:
            self.diagnostics.append(errors.YearNotStated(Cell(before.file), expected))
            return
        wrong = next(
            (year for year in years.unique(maintain_order=True) if year and not is_of_year(year, expected)), None
        )
        if wrong is not None:
            self.diagnostics.append(NotLastYear(Cell(before.file, None, YEAR), wrong, expected))

    def _fact_of(self, before: WholeTable, name: str) -> dict[str, str]:
        """A column of last year's file; that of a fact by the name that it had then, or by the one that it has now."""
        former = {fact.name: was for fact in self.program.facts.values() if (was := last_name(fact, self.program))}
        if name in former.values() and name not in former:
            return {}  # the name was another fact's
        was = former.get(name, name)
        found = [called for called in dict.fromkeys((name, was)) if before.column(called)]
        if len(found) > 1:
            at, year = Cell(before.file, None, was), year_before(self.program.year)
            self.diagnostics.append(errors.BothNames(at, was, name, year, was))
        columns = (prefix + called for prefix in ("", _ATTRIBUTE) for called in (was, name))
        return next(filter(None, map(before.column, columns)), {})

    def _column_of(self, before: WholeTable, name: str) -> dict[str, str]:
        """What last year's file says of ``得点(全体)``, ``順位(得点(全体))``, ``交付額(推進)`` or a fact, by body."""
        function, _, inside = name.partition("(")
        if f"{function}." == POINTS and (node := self.program.nodes.get(inside[:-1])) is not None:
            stood = node.lineage.path_in(year_before(self.program.year))
            if stood is None:
                return {}  # it is new: the number was another node's
            name, inside = f"{function}({stood})", f"{stood})"
        if cells := self._fact_of(before, name):
            return cells
        if not inside.endswith(")"):
            return {}
        inside = inside[:-1]
        if function != _RANK:
            column = f"{function}.{inside}"
            if column.startswith(POINTS) and column in before.header:
                before = before.replaced(column, self._points(before, column))
            return before.column(column)
        fact = self.program.facts.get(inside)
        numbers = dict(_numbers(self._column_of(before, inside)))
        sign = 1 if fact is not None and fact.lower_is_better else -1
        ordered = sorted(sign * number for number in numbers.values())
        # 1 + the number of those strictly better.
        return {body: str(1 + bisect_left(ordered, sign * number)) for body, number in numbers.items()}


def _who(table: WholeTable) -> tuple[pl.Series, pl.Series, pl.Series]:
    """The codes, names and prefectures of a table; empty where it has no such column."""
    blank = pl.Series([""], dtype=pl.String).new_from_index(0, table.frame.height)
    codes, names, prefectures = (
        blank if (cells := table.cells(column)) is None else cells for column in (CODE, NAME, PREFECTURE)
    )
    return plain_codes(codes), names, prefectures


def _number(cell: str) -> Decimal | None:
    parts = parts_of_number(cell)
    if parts is None:
        return None
    below_zero, whole, decimals = parts
    number = Decimal(f"{whole or '0'}.{decimals or '0'}")
    return -number if below_zero else number


def _numbers(cells: dict[str, str]) -> Iterator[tuple[str, Decimal]]:
    for body, cell in cells.items():
        if (number := _number(cell)) is not None:
            yield body, number


def _same(one: str, other: str) -> bool:
    """Whether two cells say the same: ``51.5`` and ``51.50`` do."""
    return one == other or (_number(one) is not None and _number(one) == _number(other))


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
