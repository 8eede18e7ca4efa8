"""A second reader for certificates: examples are read and scored by the oracle, maxima bounded by structure.

Nothing of what made the certificate is used: neither the regions, nor the reader of facts, nor the evaluator.
"""

import csv
import io
from fractions import Fraction
from typing import Any, Final

from attrs import frozen

from haiten.compiler.columns import schema_of
from haiten.compiler.program import Program
from haiten.compiler.ranges import structural_bound
from haiten.compiler.sheets import Sheet
from haiten.testing.oracle import Oracle

_MARKS: Final = {"○": True, "×": False, "": None}


@frozen
class Verification:
    """Whether a certificate holds: how many nodes were checked, and where it does not."""

    checked: int
    problems: tuple[str, ...]


def verify(program: Program, rules: str, certificate: dict[str, Any]) -> Verification:
    """Repeat a certificate.

    Args:
        program: the rulebook.
        rules: its fingerprint of rules.
        certificate: as written by ``haiten prove --to`` (``docs/schema/proof-1.json``).

    Raises:
        KeyError, TypeError, ValueError: it is no certificate.
    """
    if certificate["rules"] != rules:
        return Verification(0, ("証明書はこの評価指標の規則のものではありません（規則の指紋が違います）",))
    oracles = [Oracle(program, _read(program, text)) for text in certificate["witnesses"]]
    stated = {node["path"]: node for node in certificate["nodes"]}
    problems = [f"{path}: 証明書にありません" for path in program.nodes if path not in stated]
    for path, said in stated.items():
        node = program.nodes.get(path)
        if node is None or node.maximum != said["declared"]:
            problems.append(f"{path}: 評価指標と合いません")
            continue
        if said["status"] == "proven":
            if structural_bound(program, node) > node.maximum:
                problems.append(f"{path}: 配点を超えられます")
            if not _shows(oracles, said["witness"], path, node.maximum):
                problems.append(f"{path}: 例が満点になりません")
        if said["least"] is not None and not _shows(oracles, said["least_witness"], path, said["least"]):
            problems.append(f"{path}: 例が最低点になりません")
    return Verification(len(stated), tuple(problems))


def _shows(oracles: list[Oracle], number: int | None, path: str, points: int) -> bool:
    if number is None or not 0 <= number < len(oracles):
        return False
    return oracles[number].own(path, 0).certain == points


def _read(program: Program, text: str) -> list[Sheet]:
    schema, sheets = schema_of(program), []
    for row in csv.DictReader(io.StringIO(text, newline="")):
        sheet = Sheet()
        for column, cell in row.items():
            if column in schema.numbers:
                sheet.numbers[column] = Fraction(cell) if cell else None
            elif column in schema.answers:
                sheet.answers[schema.answers[column]] = _MARKS[cell]
        sheets.append(sheet)
    if not sheets:
        raise ValueError("an example without bodies")
    return sheets
