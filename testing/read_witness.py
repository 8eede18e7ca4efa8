"""Examples of a certificate, read a second time: as strictly as fact files, with another reader."""

import csv
import io
import re
from fractions import Fraction
from typing import Final

from haiten.compiler.program.fact_columns import CODE, FACT_DIGITS, NAME, YEAR, NumberColumn, schema_of
from haiten.compiler.program.program import Program
from haiten.compiler.proofs.sheets import Sheet, example_codes
from haiten.testing.certificate_forms import MOST_BODIES

_MARKS: Final = {"○": True, "×": False, "": None}
_CODE: Final = re.compile(r"[0-9]{5,15}")
_NUMBER: Final = re.compile(r"-?([0-9]+)(?:\.([0-9]+))?")


class WitnessError(ValueError):
    """An example that is no fact file of the rulebook; its words say why, in Japanese."""


def read_witness(program: Program, text: str) -> list[Sheet]:
    """Its bodies. What haiten would not take for a fact of this rulebook is no example of anything.

    Raises:
        WitnessError: it is no fact file of this rulebook.
    """
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise WitnessError("CSV として読めません") from error
    head, bodies = rows[0] if rows else [], rows[1:]
    if head[:3] != [CODE, NAME, YEAR]:
        raise WitnessError(f"見出しが {CODE}、{NAME}、{YEAR} で始まっていません")
    if not 1 <= len(bodies) <= MOST_BODIES:
        raise WitnessError(f"団体の数が {len(bodies):,} です（1から {MOST_BODIES:,} まで）")
    columns = head[3:]
    _check_columns(program, columns)
    sheets: list[Sheet] = []
    codes: set[str] = set()
    for number, (code, row) in enumerate(zip(example_codes(len(bodies)), bodies, strict=True), start=1):
        if len(row) != len(head):
            raise WitnessError(f"{number}団体目の列の数が見出しと違います")
        # Which codes the bodies have is no claim: other versions gave others.
        if not _CODE.fullmatch(row[0]) or row[0] in codes or row[1:3] != [f"例{number}", program.year]:
            raise WitnessError(
                f"{number}団体目は {code}（別の団体コードでもよい）、例{number}、{program.year} であるはずです"
            )
        codes.add(row[0])
        sheets.append(_sheet(program, columns, row[3:], number))
    return sheets


def _check_columns(program: Program, columns: list[str]) -> None:
    schema = schema_of(program)
    meant: set[str] = set()
    for column in columns:
        meaning = column if column in schema.numbers else schema.answers.get(column)
        if meaning is None:
            raise WitnessError(f"見出し「{column[:60]}」は、事実でも答えでもありません")
        if meaning in meant:
            raise WitnessError(f"見出し「{column}」が2度あります")
        meant.add(meaning)


def _sheet(program: Program, columns: list[str], cells: list[str], number: int) -> Sheet:
    schema, sheet = schema_of(program), Sheet()
    for column, cell in zip(columns, cells, strict=True):
        if column in schema.numbers:
            sheet.numbers[column] = _number(schema.numbers[column], cell, f"{number}団体目の「{column}」")
        elif cell in _MARKS:
            sheet.answers[schema.answers[column]] = _MARKS[cell]
        else:
            raise WitnessError(f"{number}団体目の「{column}」が ○、×、空欄のどれでもありません")
    return sheet


def _number(column: NumberColumn, cell: str, where: str) -> Fraction | None:
    if not cell:
        return None
    found = _NUMBER.fullmatch(cell)
    if found is None:
        raise WitnessError(f"{where}が数ではありません")
    whole, decimals = found[1].lstrip("0"), (found[2] or "").rstrip("0")
    if len(whole) > FACT_DIGITS or len(decimals) > column.decimals:
        raise WitnessError(f"{where}の桁が多すぎます")
    value, fact = Fraction(cell), column.fact
    if fact is not None and not ((fact.low is None or fact.low <= value) and (fact.high is None or value <= fact.high)):
        raise WitnessError(f"{where}が範囲の外です")
    return value
