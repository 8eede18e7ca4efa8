"""Fact files → Facts: every cell read or told about, nothing dropped in silence, all mistakes at once."""

import csv
import io
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from attrs import field, frozen

from haiten.compiler.columns import (
    CARRIED,
    CODE,
    FACT_DIGITS,
    GIVEN,
    NAME,
    PREFECTURE,
    YEAR,
    NumberColumn,
    Schema,
    schema_of,
)
from haiten.compiler.diagnostics import Cell, Diagnostic, has_errors
from haiten.compiler.fold import FOLDINGS
from haiten.compiler.paths import canonical_path
from haiten.compiler.printer import print_number
from haiten.compiler.program import Program
from haiten.compiler.suggest import nearest
from haiten.scoring import fact_errors as errors
from haiten.scoring.facts import Body, Facts, numbers_from, truth_from

T = TypeVar("T", bool, int)

_YES: Final = frozenset({"該当", "○", "〇", "◯", "1", "TRUE", "true", "True"})
_NO: Final = frozenset({"非該当", "×", "✕", "0", "FALSE", "false", "False"})
_WIDE_DIGITS: Final = str.maketrans("０１", "01")
_NUMBER: Final = re.compile(r"([－+＋]?)([0-9][0-9,]*|[0-9]*)(?:\.([0-9]+))?")
_YEAR: Final = re.compile(r"(?:([一-鿿]{2})|([RHSrhs]))?\s*([0-9]{1,4}|元)(?:年度|年)?")
_ERAS: Final = {"R": "令和", "H": "平成", "S": "昭和"}
_CODE: Final = re.compile(r"[0-9]{5,6}")


@frozen
class FactsRead:
    """Facts of a file; None where something is wrong with it, which the diagnostics tell."""

    facts: Facts | None
    diagnostics: tuple[Diagnostic, ...]


def read_facts(path: Path | str, program: Program) -> FactsRead:
    """Read a CSV file of facts for a program."""
    name = str(path)
    rows = read_table(Path(path))
    if isinstance(rows, str):
        return FactsRead(None, (errors.UnreadableTable(Cell(name), rows),))
    return read_rows(name, rows, program)


def read_rows(name: str, rows: list[list[str]], program: Program) -> FactsRead:
    """Read the cells of a table, the header first; ``name`` is what messages call it."""
    reader = _Reader(name, program, schema_of(program))
    facts = reader.read(rows)
    return FactsRead(None if has_errors(reader.diagnostics) else facts, tuple(reader.diagnostics))


def read_table(path: Path) -> list[list[str]] | str:
    """The cells of a CSV file; a sentence where it cannot be read."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return "ファイルがありません"
    except IsADirectoryError:
        return "フォルダです"
    except OSError as error:
        return error.strerror or str(error)
    if b"\0" in data:
        return "文字のファイルではありません"
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("cp932")
        except UnicodeDecodeError:
            return "UTF-8 でも CP932 でもありません"
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        reason = "引用符が閉じていません" if "unexpected end" in str(error) else str(error)
        return f"CSV として読めません（{reason}）"
    if not any(any(cell.strip() for cell in row) for row in rows):
        return "空です"
    return rows


@frozen(eq=False)
class _Reader:
    file: str
    program: Program
    schema: Schema
    diagnostics: list[Diagnostic] = field(factory=list)

    def _report(self, kind: Callable[..., Diagnostic], row: int | None, column: str | None, *values: object) -> None:
        self.diagnostics.append(kind(Cell(self.file, row, column), *values))

    def read(self, rows: list[list[str]]) -> Facts | None:
        header = [canonical_path(cell) for cell in rows[0]]
        columns = self._columns(header)
        self._check_headless(header, rows[1:])
        if CODE not in columns:
            self._report(errors.MissingCode, 1, None, f"「{CODE}」の列がありません")
            return None
        kept = [(n, row) for n, row in enumerate(rows[1:], start=2) if any(cell.strip() for cell in row)]
        for number, row in kept:
            # Excel leaves out empty cells at the end of a row; cells beyond the header belong to nothing.
            if any(cell.strip() for cell in row[len(header) :]):
                self._report(errors.RaggedRow, number, None, len(header), len(row))
        kept = [(number, row + [""] * (len(header) - len(row))) for number, row in kept]
        facts = Facts(self._bodies(kept, columns))
        self._check_years(kept, columns.get(YEAR))
        if kept and sum(isinstance(d, errors.WrongYear) for d in self.diagnostics) == len(kept):
            # It is another year's file as a whole: that its columns are unknown is the same mistake.
            self.diagnostics[:] = [d for d in self.diagnostics if not isinstance(d, errors.UnknownColumn)]
        sources: dict[tuple[str, str], tuple[str, list[bool | None]]] = {}
        for name, index in columns.items():
            cells = [(number, row[index].strip()) for number, row in kept]
            if name in self.schema.numbers:
                column = self.schema.numbers[name]
                numbers = self._column(cells, name, partial(self._number, column))
                facts.numbers[name] = numbers_from(numbers, column.decimals)
            elif name in self.schema.points:
                path = self.schema.points[name]
                facts.points[path] = numbers_from(self._column(cells, name, partial(self._points, path)), 0)
            elif name in self.schema.answers or name in self.schema.outcomes:
                kind = "answers" if name in self.schema.answers else "outcomes"
                about = getattr(self.schema, kind)[name]
                truths = self._column(cells, name, self._yes_no)
                if (kind, about) in sources:
                    truths = self._merge(name, truths, *sources[kind, about], cells)
                sources[kind, about] = (name, truths)
                getattr(facts, kind)[about] = truth_from(truths)
        return facts

    def _columns(self, header: list[str]) -> dict[str, int]:
        columns: dict[str, int] = {}
        for index, name in enumerate(header):
            if not name:
                continue
            if name in columns:
                self._report(errors.DuplicateColumn, 1, name, name, columns[name] + 1, index + 1)
                continue
            columns[name] = index
            if not self._is_known(name):
                self._report(errors.UnknownColumn, 1, name, name, nearest(name, self.schema.names()))
        return columns

    def _check_headless(self, header: list[str], rows: list[list[str]]) -> None:
        """Tell of columns that hold something under an empty heading."""
        for index, name in enumerate(header):
            if not name and any(index < len(row) and row[index].strip() for row in rows):
                self._report(errors.UnknownColumn, 1, f"（{index + 1}列目）", "")

    def _is_known(self, name: str) -> bool:
        schema = self.schema
        if name in (CODE, NAME, PREFECTURE, YEAR) or name.startswith(CARRIED[0]):
            return True
        if name.startswith(CARRIED[1:]):
            return name.partition(".")[2] in self.program.nodes
        return any(name in kind for kind in (schema.numbers, schema.answers, schema.outcomes, schema.points))

    # Rows

    def _bodies(self, kept: list[tuple[int, list[str]]], columns: dict[str, int]) -> tuple[Body, ...]:
        carried = {name: index for name, index in columns.items() if name.startswith(CARRIED)}
        lengths = {len(row[columns[CODE]].strip()) for _, row in kept}
        if {5, 6} <= lengths:
            self._report(errors.MixedCodes, None, CODE)
        first: dict[str, int] = {}
        bodies: list[Body] = []
        for number, row in kept:
            code = row[columns[CODE]].translate(FOLDINGS).strip()
            if not _CODE.fullmatch(code):
                what = f"団体コード「{code}」は5桁か6桁の数字ではありません" if code else "団体コードがありません"
                self._report(errors.MissingCode, number, CODE, what)
            elif code[:5] in first:
                self._report(errors.DuplicateBody, number, CODE, code, first[code[:5]])
            elif len(code) == 6 and code[5] != check_digit(code):
                self._report(errors.WrongCheckDigit, number, CODE, code, code[:5] + check_digit(code))
            first.setdefault(code[:5], number)
            bodies.append(
                Body(
                    code,
                    row[columns[NAME]].strip() if NAME in columns else "",
                    row[columns[PREFECTURE]].strip() if PREFECTURE in columns else "",
                    {name: row[index].strip() for name, index in carried.items() if row[index].strip()},
                    number,
                )
            )
        return tuple(bodies)

    def _check_years(self, kept: list[tuple[int, list[str]]], index: int | None) -> None:
        if index is None:
            self._report(errors.YearNotStated, None, None, self.program.year)
            return
        own = _year(self.program.year)
        era = own[0] if own else ""
        for number, row in kept:
            written = row[index].translate(FOLDINGS).strip()
            if _year(written, era) != own or own is None:
                self._report(errors.WrongYear, number, YEAR, written or "年度不明", self.program.year)

    # Cells

    def _column(self, cells: list[tuple[int, str]], name: str, read: Callable[[str, Cell], T | None]) -> list[T | None]:
        known: dict[str, T | None] = {}
        values: list[T | None] = []
        for number, cell in cells:
            if not cell:
                values.append(None)
            elif cell in known:
                values.append(known[cell])
            else:
                before = len(self.diagnostics)
                value = read(cell, Cell(self.file, number, name))
                if len(self.diagnostics) == before:
                    known[cell] = value  # a mistake is told at every cell that has it
                values.append(value)
        return values

    def _yes_no(self, cell: str, at: Cell) -> bool | None:
        plain = cell.translate(_WIDE_DIGITS)
        if plain in _YES:
            return True
        if plain not in _NO:
            self.diagnostics.append(errors.NotYesNo(at, cell))
        return False

    def _number(self, column: NumberColumn, cell: str, at: Cell) -> int | None:
        fact = column.fact
        unit = fact.decl.unit if fact else column.unit
        text = cell.translate(FOLDINGS).removesuffix(unit).strip()
        found = _NUMBER.fullmatch(text)
        if not found or not (found[2] or found[3]):
            example = f"12{'.' + '3' * column.decimals if column.decimals else ''}"
            self.diagnostics.append(errors.NotANumber(at, cell, unit, example))
            return None
        whole, decimals = found[2].replace(",", "").lstrip("0"), (found[3] or "").rstrip("0")
        if len(whole) > FACT_DIGITS:
            self.diagnostics.append(errors.NumberTooLarge(at, cell[:20] + "…", FACT_DIGITS))
            return None
        if len(decimals) > column.decimals:
            limit = f"小数{column.decimals}桁まで" if column.decimals else "整数"
            self.diagnostics.append(errors.TooManyDecimals(at, cell, limit))
            return None
        scaled = int((whole + decimals.ljust(column.decimals, "0")) or "0")
        scaled = -scaled if found[1] == "－" else scaled
        value = Fraction(scaled, 10**column.decimals)
        if fact and ((fact.low is not None and value < fact.low) or (fact.high is not None and value > fact.high)):
            self.diagnostics.append(errors.OutOfRange(at, cell, _bounds(fact.decl.low, fact.decl.high)))
        return scaled

    def _points(self, path: str, cell: str, at: Cell) -> int | None:
        """Points of a node, which has a maximum."""
        points, most = self._number(NumberColumn(None), cell, at), self.program.nodes[path].maximum
        if points is not None and not 0 <= points <= most:
            self.diagnostics.append(errors.OutOfRange(at, cell, f"0以上、{most}以下"))
        return points

    def _merge(
        self,
        name: str,
        values: list[bool | None],
        other: str,
        others: list[bool | None],
        cells: list[tuple[int, str]],
    ) -> list[bool | None]:
        """Two columns about the same leaf: 所与 wins over the leaf's own column; two paths must agree."""
        given_wins = name.startswith(GIVEN) != other.startswith(GIVEN)
        merged: list[bool | None] = []
        for (number, _), value, known in zip(cells, values, others, strict=True):
            if value is None or known is None or value == known:
                merged.append(known if value is None else value)
            elif given_wins:
                merged.append(value if name.startswith(GIVEN) else known)
            else:
                shown = {True: "該当", False: "非該当"}
                self._report(errors.ConflictingColumns, number, name, name, other, shown[value], shown[known])
                merged.append(value)
        return merged


def check_digit(code: str) -> str:
    """The sixth digit of a 全国地方公共団体コード, from its first five."""
    weighted = sum(int(digit) * weight for digit, weight in zip(code, range(6, 1, -1), strict=False))
    return str((11 - weighted % 11) % 10)


def _year(text: str, era: str = "") -> tuple[str, int] | None:
    """Era and number of a year; without an era of its own it is of ``era``. None where it is no year."""
    found = _YEAR.fullmatch(text)
    if not found:
        return None
    named = found[1] or (_ERAS[found[2].upper()] if found[2] else era)
    return named, 1 if found[3] == "元" else int(found[3])


def _bounds(low: Decimal | None, high: Decimal | None) -> str:
    parts = [
        f"{print_number(low)}以上" if low is not None else "",
        f"{print_number(high)}以下" if high is not None else "",
    ]
    return "、".join(part for part in parts if part)
