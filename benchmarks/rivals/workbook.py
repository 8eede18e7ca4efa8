"""A workbook as offices keep it (RANK, COUNT, SUM, IF), written with XlsxWriter and recalculated by LibreOffice.

LibreOffice is a program of its own: the time holds its start, reading, recalculation and writing of the points as CSV.
"""

import csv
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, assert_never

import numpy as np
import xlsxwriter
from attrs import field, frozen
from xlsxwriter.utility import xl_col_to_name

from haiten.benchmarks.population import BenchPopulation
from haiten.benchmarks.rivals import AgreedPoints, Work
from haiten.benchmarks.rules import Asked, BodyOrder, Choice, Positive, Rules, ShareStep

# LibreOffice trusts the stored results of a workbook unless told otherwise; here there are none.
_ALWAYS_RECALCULATE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


class SofficeMissingError(ImportError):
    """LibreOffice is not installed."""


@frozen(eq=False)
class Workbook:
    """Workbooks in a folder of their own, with a fresh profile of LibreOffice."""

    work: Work
    folder: TemporaryDirectory[str] = field(factory=TemporaryDirectory)

    def __attrs_post_init__(self) -> None:
        if shutil.which("soffice") is None:
            raise SofficeMissingError("soffice")
        profile = Path(self.folder.name) / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE, encoding="utf-8")

    def load(self, population: BenchPopulation) -> Path:
        """The workbook, as a file."""
        path = Path(self.folder.name) / "points.xlsx"
        _Sheets(self.work.rules, population).write(path)
        return path

    def run(self, inputs: Path) -> Path:
        """Recalculate, and write the sheet of points as CSV."""
        profile = (inputs.parent / "profile").as_uri()
        command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "csv", "--outdir"]
        subprocess.run([*command, str(inputs.parent), str(inputs)], check=True, capture_output=True)
        return inputs.with_suffix(".csv")

    def points(self, result: Path) -> AgreedPoints:
        """What LibreOffice wrote."""
        with result.open(encoding="utf-8", newline="") as file:
            rows = np.array([[int(cell) for cell in row] for row in csv.reader(file)], dtype=np.int32).T
        leaves = len(self.work.rules.leaves)
        return AgreedPoints(rows[:leaves].astype(np.int8), rows[leaves:])


@frozen(eq=False)
class _Sheets:
    """A row per body in each sheet: 採点 (points), 事実 (facts), 値 (what is ranked), 順位 (ranks), 択一 (いずれか)."""

    rules: Rules
    population: BenchPopulation

    def write(self, path: Path) -> None:
        rules, size = self.rules, self.population.size
        with xlsxwriter.Workbook(path) as book:
            points, facts, values, ranks, choices = (
                book.add_worksheet(n) for n in ("採点", "事実", "値", "順位", "択一")
            )
            for at, column in enumerate(rules.numbers):
                facts.write_column(0, at, self.population.numbers[column].tolist())
            for at, column in enumerate(rules.answers, start=len(rules.numbers)):
                facts.write_column(0, at, self.population.answers[column].astype(int).tolist())
            winners = {
                i: f"択一!{xl_col_to_name(k)}{{row}}={c}"
                for k, choice in enumerate(rules.choices)
                for c, child in enumerate(choice.children)
                for i in child
            }
            formulas = [
                *((values, at, self._value(order)) for at, order in enumerate(rules.orders)),
                *((ranks, at, self._rank(at, order)) for at, order in enumerate(rules.orders)),
                *((choices, at, self._choice(choice)) for at, choice in enumerate(rules.choices)),
                *((points, at, self._leaf(at, winners.get(at))) for at in range(len(rules.leaves))),
            ]
            first = len(rules.leaves)
            formulas += [(points, first + g, f"=SUM({_cells(grant)})") for g, grant in enumerate(rules.grants)]
            grants = tuple(range(first, first + len(rules.grants)))
            formulas.append((points, first + len(grants), f"=SUM({_cells(grants)})"))
            for sheet, at, formula in formulas:
                for row in range(1, size + 1):
                    sheet.write_formula(row - 1, at, formula.replace("{row}", str(row)))

    def _number(self, column: str) -> str:
        return f"事実!{xl_col_to_name(self.rules.numbers.index(column))}{{row}}"

    def _value(self, order: BodyOrder) -> str:
        if order.value is None:
            return f"=SUM({_cells(self.rules.scored, '採点!')})"
        value = self._number(order.value.left)
        if order.value.operator:
            value += order.value.operator + self._number(order.value.right)
        return f"={value}" if order.among is None else f'=IF({self._number(order.among)}>0,{value},"")'

    def _rank(self, at: int, order: BodyOrder) -> str:
        name = xl_col_to_name(at)
        rank = f"RANK(値!{name}{{row}},値!${name}$1:${name}${self.population.size},{int(order.lower_is_better)})"
        return f"={rank}" if order.among is None else f'=IF(値!{name}{{row}}="","",{rank})'

    def _counted(self, order: int) -> str:
        name = xl_col_to_name(order)
        return f"COUNT(順位!${name}$1:${name}${self.population.size})"

    def _test(self, at: int) -> str:
        test = self.rules.leaves[at].test
        match test:
            case Asked(column):
                return f"事実!{xl_col_to_name(len(self.rules.numbers) + self.rules.answers.index(column))}{{row}}=1"
            case Positive(column):
                return f"{self._number(column)}>0"
            case ShareStep(order, num, den):
                rank = f"順位!{xl_col_to_name(order)}{{row}}"
                within = f"{rank}*{den}<={num}*{self._counted(order)}"
                return within if self.rules.orders[order].among is None else f'IF({rank}="",FALSE,{within})'
            case _:
                assert_never(test)

    def _leaf(self, at: int, winner: str | None) -> str:
        leaf = self.rules.leaves[at]
        if leaf.same_as is not None:
            return f"={xl_col_to_name(leaf.same_as)}{{row}}"
        test = self._test(at)
        return f"=IF({test},{leaf.points},0)" if winner is None else f"=IF(AND({winner},{test}),{leaf.points},0)"

    def _choice(self, choice: Choice) -> str:
        """The number of the child that counts: more points, else the better rank in proportion, else the first."""
        sums = [
            "+".join(f"IF({self._test(i)},{self.rules.leaves[i].points},0)" for i in child) for child in choice.children
        ]
        # A rank in proportion is in (0, 1] and tells equal points apart only; 2 stands for a child without one.
        keys = [
            f"({points})-{'2' if order is None else self._proportion(order)}/4"
            for points, order in zip(sums, choice.orders, strict=True)
        ]
        best = f"MAX({','.join(keys)})"
        found = str(len(keys) - 1)
        for number, key in reversed(list(enumerate(keys[:-1]))):
            found = f"IF({key}={best},{number},{found})"
        return f"={found}"

    def _proportion(self, order: int) -> str:
        return f"順位!{xl_col_to_name(order)}{{row}}/{self._counted(order)}"


def _cells(leaves: tuple[int, ...], sheet: str = "") -> str:
    """Cells of a row, neighbours as ranges."""
    ranges: list[list[int]] = []
    for i in leaves:
        if ranges and ranges[-1][1] == i - 1:
            ranges[-1][1] = i
        else:
            ranges.append([i, i])
    names = ((xl_col_to_name(a), xl_col_to_name(b)) for a, b in ranges)
    return ",".join(f"{sheet}{a}{{row}}:{b}{{row}}" for a, b in names)
