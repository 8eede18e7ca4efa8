"""Sheets: what is said about some bodies, for examples and tests; written as the fact file that says the same."""

import io
from collections.abc import Mapping, Sequence
from decimal import Context, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Final

from attrs import field

from haiten.compiler.files.replacing import replacing
from haiten.compiler.late import dense
from haiten.compiler.program.fact_columns import CODE, GIVEN, NAME, YEAR, schema_of
from haiten.compiler.program.program import Program

KnownTruth = bool | None
_EXACT: Final = Context(prec=100)  # a fact has at most 15 digits on either side of the point


@dense
class Sheet:
    """What is known about a body, by column; what is absent or None is unknown.

    Attributes:
        numbers: facts and 前年度. columns, in their unit.
        answers: yes/no facts, and answers by the path of the leaf that asks.
        outcomes: outcomes that are given (所与), by the path of the leaf.
    """

    numbers: dict[str, Fraction | None] = field(factory=dict)
    answers: dict[str, KnownTruth] = field(factory=dict)
    outcomes: dict[str, KnownTruth] = field(factory=dict)

    def copy(self) -> "Sheet":
        """A body that says the same."""
        return Sheet(dict(self.numbers), dict(self.answers), dict(self.outcomes))


def example_codes(size: int) -> list[str]:
    """Codes for so many bodies that are nobody's: of no prefecture, and without a check digit to be wrong."""
    first = 99_001 if size < 1_000 else 9_900_001
    return [f"{first + number}" for number in range(size)]


def columns_of(sheets: Sequence[Sheet], kind: str) -> list[str]:
    """The columns of a kind (``numbers``, ``answers``, ``outcomes``) that any sheet has."""
    return list(dict.fromkeys(column for sheet in sheets for column in getattr(sheet, kind)))


def write_fact_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write fact files, by name, into a folder, which is made if need be, but none above it; Excel reads them.

    Raises:
        OSError: a file cannot be written.
    """
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        with replacing(folder / name) as path:
            path.write_text(text, encoding="utf-8-sig")


def write_sheets(program: Program, sheets: Sequence[Sheet]) -> str:
    """The sheets as a fact file (CSV)."""
    asked = schema_of(program).answers
    numbers, answers, outcomes = (columns_of(sheets, kind) for kind in ("numbers", "answers", "outcomes"))
    output = io.StringIO()
    import csv

    writer = csv.writer(output)
    # The outcome of a leaf that asks nothing is written under its own name; beside an answer it is 所与.
    given = [GIVEN + path if path in asked else path for path in outcomes]
    writer.writerow([CODE, NAME, YEAR, *numbers, *answers, *given])
    for number, (code, sheet) in enumerate(zip(example_codes(len(sheets)), sheets, strict=True), start=1):
        cells = [
            *(_decimal(sheet.numbers.get(column)) for column in numbers),
            *(_mark(sheet.answers.get(column)) for column in answers),
            *(_mark(sheet.outcomes.get(path)) for path in outcomes),
        ]
        writer.writerow([code, f"例{number}", program.year, *cells])
    return output.getvalue()


def _decimal(value: Fraction | None) -> str:
    if value is None:
        return ""
    return f"{_EXACT.divide(Decimal(value.numerator), Decimal(value.denominator)):f}"


def _mark(answer: KnownTruth) -> str:
    return "" if answer is None else "○" if answer else "×"
