"""Fact files → Facts: every cell read or reported, nothing dropped in silence, all mistakes at once.

A file is read a batch of rows at a time, and of a batch only the values are kept.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from attrs import evolve, field
from numpy.typing import NDArray

from haiten.compiler.diagnostics import Cell, Diagnostic, has_errors
from haiten.compiler.diagnostics.masses import Gathered, gathered, told_at
from haiten.compiler.folding.foldings import FOLDINGS
from haiten.compiler.identity.fingerprint import fingerprint
from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import (
    CARRIED,
    CODE,
    FINGERPRINT,
    GIVEN,
    NAME,
    POSSIBLE,
    PREFECTURE,
    PREVIOUS,
    SIZE,
    TRIAL,
    WHOLE,
    YEAR,
    Schema,
    schema_of,
)
from haiten.compiler.program.program import Program
from haiten.compiler.suggest import nearest
from haiten.compiler.syntax.years import year_before
from haiten.scoring.facts import fact_errors as errors
from haiten.scoring.facts.bodies import BodyColumns
from haiten.scoring.facts.facts import Facts, Truth, body_key, numbers_of, truth_of
from haiten.scoring.numbers.exact import Bools, is_everywhere
from haiten.scoring.reading import result_errors
from haiten.scoring.reading.batches import Batch, OpenTable, UnreadableError
from haiten.scoring.reading.changed_codes import read_changed_codes
from haiten.scoring.reading.characters import visible, without_variants
from haiten.scoring.reading.codes import Settled, check_digit, plain_codes, settle
from haiten.scoring.reading.headings import Wanted
from haiten.scoring.reading.how import PLAIN, FactFiles, HowToRead, name_of
from haiten.scoring.reading.kept import KeptMistakes
from haiten.scoring.reading.read_columns import Read, texts
from haiten.scoring.reading.results import Results, is_result, plain_headings, result_columns
from haiten.scoring.reading.table_errors import OtherRows, RowsLeftOut
from haiten.scoring.reading.tables import open_table, table_of
from haiten.scoring.reading.whole_results import check_whole
from haiten.scoring.reading.years import is_of_year

# Hands batches on while it shows how far it is; the words and the number of batches are given.
Watched = Callable[[Iterator[Batch], str, int], Iterable[Batch]]

# What is reported of rows that are no bodies.
TOLD: Final = (OtherRows, RowsLeftOut)
_SUGGESTED: Final = 50  # unknown headings for which a known one is looked for
_CODE: Final = r"^[0-9]{5,}$"


@frozen
class FactsRead:
    """Facts of a file; None where something is wrong with it, which the diagnostics tell.

    Attributes:
        columns: the headings of the file, in their canonical form.
    """

    facts: Facts | None
    diagnostics: tuple[Diagnostic, ...]
    columns: tuple[str, ...] = ()


def read_facts(
    path: FactFiles | str, program: Program, watch: Watched | None = None, how: HowToRead = PLAIN
) -> FactsRead:
    """Read facts for a program: a file (CSV, Parquet, Excel), or survey sheets: one, several, or a folder of them."""
    path = Path(path) if isinstance(path, str) else path
    name = name_of(path)
    try:
        changed = read_changed_codes(how.codes)  # before a file stands open
        table = open_table(path, wanted_by(program), how)
        return _read(name, table, program, watch, changed, skip_others=how.skip_others)
    except UnreadableError as error:
        return FactsRead(None, (unreadable(name, error),))


def unreadable(file: str, error: UnreadableError) -> Diagnostic:
    """What is reported of a table that cannot be read."""
    at = Cell(file)
    return error.told(at) if error.told is not None else errors.UnreadableTable(at, str(error))


def wanted_by(program: Program, more: tuple[str, ...] = ()) -> Wanted:
    """The headings that a program's fact files may have, and those that begin with one of ``more``."""
    schema = _schema(program)
    units = {name: str(column.fact.decl.unit) for name, column in schema.numbers.items() if column.fact is not None}
    return Wanted(lambda name: is_known(name, schema, program) or name.startswith(more), units, program)


def _schema(program: Program) -> Schema:
    return evolve(schema_of(program), points=result_columns(program))


def is_known(name: str, schema: Schema, program: Program) -> bool:
    """Whether a column of a fact file may have a name."""
    if name in (CODE, NAME, PREFECTURE, YEAR) or name.startswith(CARRIED[0]):
        return True
    if name.startswith(CARRIED[1:]):
        return name.partition(".")[2] in program.nodes
    if is_result(name):
        return name in (FINGERPRINT, SIZE, TRIAL) or name.partition(".")[2] in {WHOLE, *program.nodes}
    return any(name in kind for kind in (schema.numbers, schema.answers, schema.outcomes, schema.points, schema.former))


def read_table(name: str, table: OpenTable, program: Program, *, skip_others: bool = False) -> FactsRead:
    """Read a table that is open; ``name`` is what messages call it."""
    return _read(name, table, program, None, {}, skip_others=skip_others)


def read_rows(name: str, rows: list[list[str]], program: Program) -> FactsRead:
    """Read the cells of a table, the header first; ``name`` is what messages call it."""
    return read_table(name, table_of(rows, wanted_by(program)), program)


def _read(
    name: str,
    table: OpenTable,
    program: Program,
    watch: Watched | None,
    changed: Mapping[str, str],
    *,
    skip_others: bool,
) -> FactsRead:
    batches = table.batches if watch is None else watch(table.batches, "事実の読み込み", table.total)
    reader = _Reader(name, program, _schema(program), table, changed, skip_others)
    facts = reader.read(table.header, batches)
    wrong = has_errors(reader.diagnostics)
    told = reader.diagnostics if table.placed is None else [table.placed(each) for each in reader.diagnostics]
    return FactsRead(None if wrong else facts, gathered(told), tuple(table.header))


@frozen(eq=False)
class _Reader:
    file: str
    program: Program
    schema: Schema
    table: OpenTable
    changed: Mapping[str, str]
    skip_others: bool
    diagnostics: list[Diagnostic] = field(factory=list)

    def _report(self, kind: Callable[..., Diagnostic], row: int | None, column: str | None, *values: object) -> None:
        self.diagnostics.append(kind(Cell(self.file, row, column), *values))

    def read(self, header: list[str], batches: Iterable[Batch]) -> Facts | None:
        self.diagnostics.extend(note(Cell(self.file)) for note in self.table.notes)
        header, doubtful = plain_headings(header, self.program)
        for name, path in doubtful.items():
            self._report(result_errors.FactOrPoints, self.table.row, name, name, path)
        header = self._called_now(header)
        columns = self._columns(header)
        maxima = {leaf.path: leaf.maximum for leaf in self.program.leaves}
        kept = KeptMistakes(self.file, self.schema, columns, maxima, self.table.total)
        headless: set[int] = set()
        unnamed = [index for index, name in enumerate(header) if not name]
        for batch in batches:
            headless |= {index for index in unnamed if (texts(batch.frame[str(index)]) != "").any()}
            if CODE in columns:
                kept.add(batch)
            del batch  # it is let go before the next one is read
        for index in sorted(headless):
            # What stands under an empty heading belongs to nothing.
            self._report(errors.UnknownColumn, self.table.row, f"（{index + 1}列目）", "")
        if CODE not in columns:
            self._report(errors.MissingCode, self.table.row, None, f"「{CODE}」の列がありません{self._where()}")
            return None
        bodies, settled = self._settle(kept)
        out = set(kept.rows[sorted(settled.refused)].tolist())
        self._tell_ragged(kept, out, len(header))
        for (row, place), fault in self.table.faults.items():
            if is_known(header[place], self.schema, self.program):
                self.diagnostics.append(fault(Cell(self.file, row, header[place])))
        self._check_codes(bodies)
        foreign = self._check_years(bodies.rows, kept.series(YEAR).filter(settled.kept) if YEAR in columns else None)
        if len(bodies) and foreign == len(bodies):
            # It is another year's file as a whole: that its columns are unknown is the same mistake.
            self.diagnostics[:] = [d for d in self.diagnostics if not isinstance(d, errors.UnknownColumn)]
        facts = self._facts(bodies, kept, settled.kept)
        # What is wrong with the cells of a row that is no body is not worth a word.
        self.diagnostics[:] = [
            d for d in self.diagnostics if not (isinstance(d.span, Cell) and d.span.row in out) or isinstance(d, TOLD)
        ]
        if self.table.placed is not None:  # a row of the table is no row of any file
            return evolve(facts, bodies=evolve(bodies, rows=np.zeros_like(bodies.rows)))
        return facts

    def _called_now(self, header: list[str]) -> list[str]:
        """The headings, those of the year before under the names that facts have now."""
        former, meant = self.schema.former, header.copy()
        for index, name in enumerate(header):
            now = former.get(name)
            if now is None:
                continue
            year, fact = year_before(self.program.year), name.removeprefix(PREVIOUS)
            if name in self.schema.numbers:
                # Another fact has the name by now.
                self._report(errors.UnclearFormerName, self.table.row, name, name, year, fact, now)
            elif now in header:
                self._report(errors.BothNames, self.table.row, name, name, now, year, fact)
            else:
                meant[index] = now
        return meant

    def _settle(self, kept: KeptMistakes) -> tuple[BodyColumns, Settled]:
        """The bodies under the codes that are meant, without the rows that are none."""
        every = kept.bodies()
        settled = settle(
            self.file,
            self.program.scope.bodies,
            every.codes,
            every.names,
            every.prefectures,
            every.rows,
            kept.alone,
            changed=self.changed,
            skip=self.skip_others,
        )
        # How the codes are written comes before all else.
        self.diagnostics[:0] = settled.diagnostics
        return every.with_codes(settled.codes, settled.kept), settled

    def _where(self) -> str:
        """What was read in vain, and what looks more like it."""
        table = self.table
        read = [f"読んだのはシート「{table.sheet}」です"] if table.sheet is not None else []
        if table.seems is not None and table.seems != table.row:
            read.append(f"見出しらしいのは{table.seems}行目です")
        return f"（{'。'.join(read)}）" if read else ""

    def _columns(self, header: list[str]) -> dict[str, int]:
        columns: dict[str, int] = {}
        told, unknown = Gathered(), 0
        for index, name in enumerate(header):
            if not name:
                continue
            if name in columns:
                at = Cell(self.file, self.table.row, name)
                told.append(errors.DuplicateColumn(at, name, columns[name] + 1, index + 1))
                continue
            columns[name] = index
            if not is_known(name, self.schema, self.program):
                shown, unknown = visible(name), unknown + 1
                # Names that are like one take time to be found.
                near = nearest(without_variants(name), self.schema.names()) if unknown <= _SUGGESTED else None
                near = self.schema.former.get(PREVIOUS + name, "").removeprefix(PREVIOUS) or near
                told.append(errors.UnknownColumn(Cell(self.file, self.table.row, shown), shown, near))
        self.diagnostics.extend(told)
        return columns

    def _facts(self, bodies: BodyColumns, kept: KeptMistakes, rows: Bools) -> Facts:
        facts = Facts(bodies)
        points: dict[str, Read] = {}
        possible: dict[str, Read] = {}
        sources: dict[tuple[str, str], tuple[str, Read]] = {}
        for name in kept.columns:
            if name in self.schema.numbers:
                read = self._column(kept, name, rows)
                facts.numbers[name] = numbers_of(read.values, read.known, self.schema.numbers[name].decimals)
            elif name in self.schema.points:
                points[name] = _wide(self._column(kept, name, rows))
            elif name.startswith(POSSIBLE):
                possible[name] = _wide(kept.values(name, rows)[0])
            elif name in self.schema.answers or name in self.schema.outcomes:
                kind = "answers" if name in self.schema.answers else "outcomes"
                about = getattr(self.schema, kind)[name]
                read = self._column(kept, name, rows)
                if (kind, about) in sources:
                    read = self._merge(name, read, *sources[kind, about], bodies.rows)
                sources[kind, about] = (name, read)
                yes = read.values.astype(np.int8, copy=False).view(np.bool_)  # 1 and 0
                decided = is_everywhere(read.known)
                certain = yes if decided else read.known & yes
                getattr(facts, kind)[about] = Truth(yes, yes) if decided else truth_of(certain, certain | ~read.known)
        if FINGERPRINT in kept.columns:
            self._check_rules(kept.series(FINGERPRINT), bodies.rows)
        if SIZE in kept.columns:
            self.diagnostics.extend(check_whole(self.file, kept.series(SIZE), bodies.rows))
        if points and not has_errors(self.diagnostics):
            results = Results(self.program, self.file, bodies.rows, points, possible, self.schema.points)
            results.put(facts)
            self.diagnostics.extend(results.diagnostics)
        return facts

    def _column(self, kept: KeptMistakes, name: str, rows: Bools) -> Read:
        read, told = kept.values(name, rows)
        self.diagnostics.extend(told)
        return read

    def _check_rules(self, prints: pl.Series, rows: NDArray[np.int64]) -> None:
        """Results are those of this rulebook."""
        foreign = (~prints.is_in(["", fingerprint(self.program.syntax).rules])).arg_true()
        if len(foreign):
            self._report(result_errors.ForeignResults, int(rows[foreign[0]]), FINGERPRINT)

    # Rows

    def _tell_ragged(self, kept: KeptMistakes, out: set[int], width: int) -> None:
        rows = np.array([row for row, _ in kept.ragged], dtype=np.int64)
        found = np.flatnonzero(~np.isin(rows, list(out))).tolist() if len(rows) else []
        where = (kept.ragged[place] for place in found)
        told = told_at(found, lambda _: errors.RaggedRow(Cell(self.file, (at := next(where))[0]), width, at[1]))
        self.diagnostics.extend(told)

    def _check_codes(self, bodies: BodyColumns) -> None:
        codes = bodies.codes
        if {5, 6} <= set(codes.str.len_chars().unique().to_list()):
            self._report(errors.MixedCodes, None, CODE)
        right = codes.str.contains(_CODE)
        short = codes.str.len_chars() <= 6
        keys = pl.select(pl.when(right & ~short).then(codes).otherwise(codes.str.slice(0, 5))).to_series()
        six = (right & (codes.str.len_chars() == 6)).arg_true()
        digits = codes.gather(six).cast(pl.Int64).to_numpy()[:, None] // 10 ** np.arange(5, -1, -1) % 10
        wrong = np.zeros(len(codes), dtype=np.bool_)
        wrong[six.to_numpy()] = digits[:, 5] != (11 - digits[:, :5] @ np.arange(6, 1, -1) % 11) % 10
        odd = np.flatnonzero((~right | keys.is_duplicated()).to_numpy() | wrong)
        first: dict[str, int] = {}
        told = Gathered()
        is_code = re.compile(_CODE).fullmatch
        for code, row in zip(codes.gather(odd).to_list(), bodies.rows[odd].tolist(), strict=True):
            key, at = body_key(code), Cell(self.file, row, CODE)
            if not is_code(code):
                what = f"団体コード「{code}」は5桁か6桁の数字ではありません" if code else "団体コードがありません"
                told.append(errors.MissingCode(at, what))
            elif key in first:
                told.append(errors.DuplicateBody(at, code, first[key]))
            elif len(code) == 6 and code[5] != check_digit(code):
                told.append(errors.WrongCheckDigit(at, code, code[:5] + check_digit(code)))
            first.setdefault(key, row)
        self.diagnostics.extend(told)

    def _check_years(self, rows: NDArray[np.int64], written: pl.Series | None) -> int:
        """Tell of years that are not the rulebook's, each once; how many rows have them."""
        if written is None:
            self._report(errors.YearNotStated, None, None, self.program.year)
            return 0
        of_year = {cell: is_of_year(cell, self.program.year) for cell in written.unique().to_list()}
        found = pl.DataFrame({"cell": written, "row": rows}).group_by("cell", maintain_order=True)
        wrong = [
            (cell, row, count)
            for cell, row, count in found.agg(pl.col("row").first(), count=pl.len()).iter_rows()
            if not of_year[cell]
        ]

        def tell(place: int) -> Diagnostic:
            cell, row, count = wrong[place]
            shown = visible(cell.translate(FOLDINGS).strip()) or "年度不明"
            return errors.WrongYear(Cell(self.file, row, YEAR), shown, count, self.program.year)

        self.diagnostics.extend(told_at(range(len(wrong)), tell))
        return sum(count for *_, count in wrong)

    def _merge(self, name: str, read: Read, other: str, known: Read, rows: NDArray[np.int64]) -> Read:
        """Two columns about the same leaf: 所与 wins over the leaf's own column; two paths must agree."""
        given_wins = name.startswith(GIVEN) != other.startswith(GIVEN)
        differs = read.known & known.known & (read.values != known.values)
        # Where they differ this column counts, unless the other is the given one.
        own = read.known if not given_wins or name.startswith(GIVEN) else read.known & ~known.known
        if not given_wins:
            shown = {1: "該当", 0: "非該当"}

            def tell(place: int) -> Diagnostic:
                one, another = (shown[int(column.values[place])] for column in (read, known))
                return errors.ConflictingColumns(Cell(self.file, int(rows[place]), name), name, other, one, another)

            self.diagnostics.extend(told_at(np.flatnonzero(differs).tolist(), tell))
        return Read(np.where(own, read.values, known.values), read.known | known.known)


def _wide(read: Read) -> Read:
    """The same for whoever adds them up."""
    return evolve(read, values=read.values.astype(np.int64, copy=False))


def body_keys(cells: pl.Series) -> list[str]:
    """What tells the bodies of a column of codes apart."""
    return [body_key(code) for code in plain_codes(texts(cells)).to_list()]
