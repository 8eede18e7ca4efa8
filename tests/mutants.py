"""Rulebooks with one thing wrong each, and whether a check or a case tells.

``make mutants`` tries them all; ``python tests/mutants.py cases`` writes the graded cases anew.
"""

import csv
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from attrs import frozen

from haiten.compiler.checks.reach import check_reach
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import FactValue
from haiten.compiler.program.walk import values_in
from haiten.compiler.proofs.sheets import Sheet
from haiten.compiler.source import Source
from haiten.scoring.cases import cases_beside, run_cases
from haiten.scoring.rulebook import Rulebook, compile_rulebook
from haiten.testing.oracle import Oracle

RULES = Path(__file__).parents[1] / "rules"
BODIES = 20
GRADED = "municipal.段.cases.csv"
YEARS = ("r6", "r7", "r8")


@frozen
class Mutant:
    """A change of one thing: what kind of thing, and the text with it."""

    kind: str
    text: str


def mutants_of(text: str) -> Iterator[Mutant]:
    """Every point weight, rank step, threshold, かつ/又は and いずれか of a rulebook, changed once."""
    body = text.index("\n交付金")
    changes = [
        ("配点", r"(?<=[ 」〕])(\d+)(?=点)", lambda m: str(int(m[1]) + 1)),
        ("段", r"(?<=上位)(\d)(?=割$)", lambda m: str(int(m[1]) % 9 + 1)),
        ("境の値", r"(?<=が )(\d+)(?=(?:件|人|日|%)超)", lambda m: str(int(m[1]) + 1)),
        ("又は", r" かつ ", lambda _: " 又は "),
        ("方式", r" いずれか$", lambda _: ""),
        ("部分集合", r"要件 ア のうち ", lambda _: "要件 "),
    ]
    for kind, pattern, change in changes:
        for found in re.finditer(pattern, text[body:], re.MULTILINE):
            at, end = body + found.start(), body + found.end()
            yield Mutant(kind, text[:at] + change(found) + text[end:])


def is_told(mutant: Mutant, rulebook: Path) -> bool:
    """Whether a check, or a case kept beside the rulebook, tells that something is wrong."""
    made = compile_source(Source("mutant", mutant.text))
    if made.program is None or made.diagnostics or list(check_reach(made.program)):
        return True
    runs = [run_cases(Rulebook(made), cases) for cases in cases_beside(rulebook)]
    return any(run.failures or run.scores is None for run in runs)


def consolidated(year: str) -> tuple[Path, str]:
    """The rule file of a year, and its full text."""
    file = RULES / year / "municipal.haiten"
    return file, print_rulebook(compile_rulebook(file).program.syntax)


def graded_sheets(program: Program) -> list[Sheet]:
    """Bodies that differ in every fact, from the least up, so that every step has somebody on either side."""
    read = {value.column: value.fact for value in _facts_of(program)}
    asked = [leaf.path for leaf in program.leaves if not leaf.is_shared and leaf.answered]
    draw = random.Random(1)
    orders = {column: draw.sample(range(BODIES), BODIES) for column in read if column.startswith("前年度.")}
    sheets = []
    for body in range(BODIES):
        numbers: dict[str, Fraction | None] = {}
        for column, fact in read.items():
            low = fact.low if fact.low is not None else Fraction(0)
            step = Fraction(5, 10**fact.decimals) if fact.decimals else Fraction(1)
            place = orders[column][body] * step if column in orders else Fraction(body)
            numbers[column] = Fraction(1000) if column == "高齢者人口" else low + place
        sheets.append(Sheet(numbers, {path: draw.random() < 0.5 for path in asked}))
    return sheets


def _facts_of(program: Program) -> list[FactValue]:
    conditions = [leaf.condition for leaf in program.leaves if leaf.condition is not None]
    return [value for condition in conditions for value in values_in(condition) if isinstance(value, FactValue)]


def write_graded_cases(year: str, folder: Path | None = None) -> Path:
    """Cases in which every step of a rank decides, with what the oracle, not the evaluator, says of them."""
    file, _ = consolidated(year)
    program = compile_rulebook(file).program
    sheets = graded_sheets(program)
    oracle = Oracle(program, sheets)
    wanted = [n.path for n in program.nodes.values() if not n.special]
    path = (folder or file.parent) / GRADED
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(
            ["団体コード", "団体名", "年度", *sheets[0].numbers, *sheets[0].answers, *(f"期待.{p}" for p in wanted)]
        )
        for body, sheet in enumerate(sheets):
            numbers = [f"{float(value):g}" for value in sheet.numbers.values() if value is not None]
            answers = ["○" if answer else "×" for answer in sheet.answers.values()]
            points = [oracle.counted(p, body).certain for p in wanted]
            writer.writerow([f"{10_001 + body}", f"例{body + 1}", program.year, *numbers, *answers, *points])
    return path


def main() -> None:
    """Print the kill rate of every real rulebook, and who survived."""
    if sys.argv[1:] == ["cases"]:
        for year in YEARS:
            print(write_graded_cases(year))
        return
    for year in sys.argv[1:] or YEARS:
        file, text = consolidated(year)
        made, told = Counter[str](), Counter[str]()
        for mutant in mutants_of(text):
            made[mutant.kind] += 1
            if is_told(mutant, file):
                told[mutant.kind] += 1
            else:
                lines = zip(text.split("\n"), mutant.text.split("\n"), strict=True)
                changed = next(new for old, new in lines if old != new)
                print(f"{year} survived [{mutant.kind}]: {changed.strip()}")
        rates = "、".join(f"{kind} {told[kind]}/{made[kind]}" for kind in made)
        print(f"{year}: {sum(told.values())}/{sum(made.values())}（{rates}）", flush=True)


if __name__ == "__main__":
    main()
