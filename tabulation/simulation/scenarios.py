"""Scenarios: other points for some items, other 上限 for some nodes."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import product
from math import prod
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.diagnostics.masses import Gathered
from haiten.compiler.folding.foldings import FOLDINGS
from haiten.compiler.folding.paths import canonical_path
from haiten.compiler.late import frozen
from haiten.compiler.program.program import Program
from haiten.compiler.suggest import nearest
from haiten.scoring.facts import fact_errors as errors
from haiten.scoring.reading.batches import UnreadableError
from haiten.scoring.reading.tables import rows_of

CAP: Final = ".上限"
NAME: Final = "シナリオ"
AS_IS: Final = "現行"  # what tables call the rulebook as it is
POINT_DIGITS: Final = 5  # so that sums of all items fit the int32 of points columns
MOST: Final = 100_000  # scenarios

_FORM: Final = "「パス=配点」か「パス=最小..最大」と書きます（例: 推進.Ⅰ.(ⅰ).1.ア=0..8）。"
_RANGE: Final = re.compile(r"([0-9]+)(?:\.\.([0-9]+)(?::([0-9]+))?)?")
_INTEGER: Final = re.compile(r"[0-9]+")


@frozen
class VariedPoints:
    """What a scenario changes: the points of an item, or the 上限 of a node.

    Attributes:
        path: where it is written; what stands elsewhere by に同じ follows.
        now: what the rulebook says.
    """

    path: str
    is_cap: bool
    now: int

    @property
    def name(self) -> str:
        """As a scenario file heads its column."""
        return self.path + CAP if self.is_cap else self.path


@frozen(eq=False)
class Scenarios:
    """Scenarios, a row each.

    Attributes:
        values: points, scenarios × weights.
    """

    weights: tuple[VariedPoints, ...]
    names: tuple[str, ...]
    values: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def places(self) -> dict[tuple[str, bool], int]:
        """The column of each weight, by its path and whether it is a 上限."""
        return {(weight.path, weight.is_cap): column for column, weight in enumerate(self.weights)}


@frozen
class ScenariosRead:
    """Scenarios; None where something is wrong with them, which the diagnostics tell."""

    scenarios: Scenarios | None
    diagnostics: tuple[Diagnostic, ...] = ()


def weights_of(program: Program) -> dict[str, VariedPoints]:
    """All that a scenario may change, by name: what is written, not what stands by に同じ."""
    written = [node for node in program.nodes.values() if not node.is_shared]
    weights = [VariedPoints(node.path, False, node.maximum) for node in written if node.is_leaf]
    weights += [VariedPoints(node.path, True, node.cap) for node in written if node.cap is not None]
    return {weight.name: weight for weight in weights}


def parse_ranges(written: Sequence[str], program: Program, option: str = "--points") -> ScenariosRead:
    """The product of ranges ``PATH=a..b``, ``PATH=a..b:step`` or ``PATH=a``; the last one changes fastest.

    Args:
        written: the ranges.
        program: the rulebook.
        option: what messages call them.
    """
    weights: list[VariedPoints] = []
    numbers: dict[VariedPoints, int] = {}
    choices: list[range] = []
    diagnostics = Gathered()
    for number, text in enumerate(written, start=1):
        left, equals, right = text.replace("＝", "=").partition("=")
        name = canonical_path(left)
        cell = Cell(option, None, left.strip())
        weight = _weight(program, name, cell, diagnostics)
        if not right.strip():
            missing = "配点" if equals else "「=」と配点"
            diagnostics.append(errors.EmptySetting(cell, text, missing, _FORM))
            continue
        found = _RANGE.fullmatch(right.translate(FOLDINGS).strip().removesuffix("点").rstrip())
        if not found:
            diagnostics.append(errors.NotPoints(cell, right.strip(), "0..8、0..8:2 や 5"))
            continue
        low, high, step = (int(part[:20]) if part else None for part in found.groups())
        assert low is not None
        high = low if high is None else high
        if max(low, high) >= 10**POINT_DIGITS:
            diagnostics.append(errors.NumberTooLarge(cell, right.strip()[:20], POINT_DIGITS))
        elif high < low or step == 0:
            diagnostics.append(errors.NotPoints(cell, right.strip(), "0..8（小さい方から）、0..8:2（刻みは1以上）"))
        elif weight is not None:
            if weight in numbers:
                diagnostics.append(errors.SetTwice(cell, name, numbers[weight], number, option))
            numbers[weight] = number
            weights.append(weight)
            choices.append(range(low, high + 1, step or 1))
    if diagnostics:
        return ScenariosRead(None, tuple(diagnostics))
    count = prod(len(choice) for choice in choices)
    if count > MOST:
        return ScenariosRead(None, (errors.TooManyScenarios(Cell(option), count, MOST),))
    values = np.array(list(product(*choices)), dtype=np.int32).reshape(count, len(weights))
    return ScenariosRead(Scenarios(tuple(weights), tuple(str(n) for n in range(1, count + 1)), values))


def read_scenarios(path: Path, program: Program) -> ScenariosRead:
    """Read a CSV file of scenarios: a row each, a column per weight; an empty cell leaves what the rulebook says.

    A column シナリオ names them; else they are numbered.
    """
    file = str(path)
    try:
        rows = rows_of(path)
    except UnreadableError as error:
        return ScenariosRead(None, (errors.UnreadableScenarios(Cell(file), str(error)),))
    header = [canonical_path(cell) for cell in rows[0]]
    kept = [(number, row) for number, row in enumerate(rows[1:], start=2) if any(cell.strip() for cell in row)]
    diagnostics = Gathered()
    columns: dict[int, VariedPoints] = {}
    for index, name in enumerate(header):
        cell = Cell(file, 1, name or f"（{index + 1}列目）")
        if name in header[:index] and name:
            diagnostics.append(errors.DuplicateColumn(cell, name, header.index(name) + 1, index + 1))
        elif name not in (NAME, "") or any(row[index : index + 1] not in ([], [""]) for _, row in kept if not name):
            weight = _weight(program, name, cell, diagnostics)
            columns |= {} if weight is None else {index: weight}
    if len(kept) > MOST:
        diagnostics.append(errors.TooManyScenarios(Cell(file), len(kept), MOST))
        return ScenariosRead(None, tuple(diagnostics))
    values = np.empty((len(kept), len(columns)), dtype=np.int32)
    for place, (number, row) in enumerate(kept):
        if any(cell.strip() for cell in row[len(header) :]):
            diagnostics.append(errors.RaggedRow(Cell(file, number), len(header), len(row)))
        for column, (index, weight) in enumerate(columns.items()):
            text = row[index].strip() if index < len(row) else ""
            points = _points(text, Cell(file, number, weight.name), diagnostics) if text else weight.now
            values[place, column] = points
    if not kept:
        diagnostics.append(errors.UnreadableScenarios(Cell(file), "シナリオの行がありません"))
    named = header.index(NAME) if NAME in header else None
    names = [(row[named].strip() if named is not None and named < len(row) else "") for _, row in kept]
    told = tuple(name or str(number) for number, name in enumerate(names, start=1))
    diagnostics.extend(_unusable_names(file, {number: name for (number, _), name in zip(kept, told, strict=True)}))
    if diagnostics:
        return ScenariosRead(None, tuple(diagnostics))
    return ScenariosRead(Scenarios(tuple(columns.values()), told, values))


def _unusable_names(file: str, names: dict[int, str]) -> Iterator[Diagnostic]:
    """Names, by row, that would not tell their scenario from another, or from the rulebook as it is."""
    first: dict[str, int] = {}
    for number, name in names.items():
        cell = Cell(file, number, NAME)
        if name == AS_IS:
            yield errors.UnusableName(cell, name, "評価指標のままの配点の名です")
        elif name in first:
            yield errors.UnusableName(cell, name, f"{first[name]}行目のシナリオと同じです")
        first.setdefault(name, number)


def _points(text: str, cell: Cell, diagnostics: Gathered) -> int:
    plain = text.translate(FOLDINGS).removesuffix("点").strip()
    if not _INTEGER.fullmatch(plain):
        diagnostics.append(errors.NotPoints(cell, text, "5"))
        return 0
    digits = plain.lstrip("0")
    if len(digits) > POINT_DIGITS:
        diagnostics.append(errors.NumberTooLarge(cell, digits[:20], POINT_DIGITS))
        return 0
    return int(digits or "0")


def _weight(program: Program, name: str, cell: Cell, diagnostics: Gathered) -> VariedPoints | None:
    known = weights_of(program)
    if name in known:
        return known[name]
    path, cap = name.removesuffix(CAP), name.endswith(CAP)
    node = program.nodes.get(path)
    if node is not None and node.is_shared:
        reason, suggestion = f"{node.same_as} に同じ", known.get(node.same_as + (CAP if cap else ""))
        diagnostics.append(errors.NoWeight(cell, name, reason, suggestion.name if suggestion else node.same_as))
    elif node is not None:
        reason = "上限がない" if cap else "点は下位の項目から決まる"
        below = (n for n in known if n == path + CAP or n.startswith(path + "."))
        diagnostics.append(errors.NoWeight(cell, name, reason, next(below, None)))
    else:
        diagnostics.append(errors.NoWeight(cell, name, "その項目がない", nearest(name, known)))
    return None
