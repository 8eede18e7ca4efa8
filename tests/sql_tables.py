"""Tables of facts for databases, and what a query over them has to yield."""

import random
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from attrs import frozen

from haiten.compiler.program.fact_columns import schema_of
from haiten.compiler.program.program import Program
from haiten.compiler.proofs.sheets import Sheet
from haiten.scoring.running.scores import Scores

KEY = "団体コード"
Cell = Fraction | bool | None


@frozen
class Column:
    """A column of a table: digits behind the point, None for yes/no; and a cell per body."""

    decimals: int | None
    cells: list[Cell]


def plain_cell(column: Column, body: int) -> bool | Decimal | None:
    """A cell as databases take it."""
    cell = column.cells[body]
    if cell is None or isinstance(cell, bool) or column.decimals is None:
        return None if cell is None else bool(cell)
    scaled = cell * 10**column.decimals
    assert scaled.denominator == 1
    return Decimal(scaled.numerator).scaleb(-column.decimals)


def real_sheets(program: Program, draw: random.Random, size: int, unknown: float) -> list[Sheet]:
    """Sheets for a real rulebook: numbers small and large, many of them equal or close; some outcomes given."""
    schema = schema_of(program)
    written = [leaf.path for leaf in program.leaves if not leaf.is_shared]
    asked = [path for path in written if program.nodes[path].answered]
    told = set(draw.sample(written, len(written) // 10))
    sheets = []
    for _ in range(size):
        numbers: dict[str, Fraction | None] = {}
        for name, kind in schema.numbers.items():
            low, high = (kind.fact.low, kind.fact.high) if kind.fact else (None, None)
            scale = 10**kind.decimals
            least = int((low if low is not None else Fraction(-20)) * scale)
            spread = draw.choice([3, 40, 10**14]) if high is None else draw.choice([3, int(high * scale) - least])
            value = None if draw.random() < unknown else Fraction(least + draw.randint(0, spread), scale)
            numbers[name] = value
        answers = {path: None if draw.random() < unknown else draw.random() < 0.6 for path in asked}
        outcomes = {path: draw.random() < 0.5 for path in written if path in told and draw.random() < 0.7}
        sheets.append(Sheet(numbers, answers, outcomes))
    return sheets


def table_of(program: Program, sheets: list[Sheet], draw: random.Random) -> dict[str, Column]:
    """The sheets as a table, its columns named as a fact file may name them: aliases (に同じ) and 所与 included."""
    schema = schema_of(program)
    columns = {
        name: Column(kind.decimals, [sheet.numbers.get(name) for sheet in sheets])
        for name, kind in schema.numbers.items()
        if any(sheet.numbers.get(name) is not None for sheet in sheets)
    }
    for names, kept in ((schema.answers, "answers"), (schema.outcomes, "outcomes")):
        for about in dict.fromkeys(names.values()):
            cells: list[Cell] = [getattr(sheet, kept).get(about) for sheet in sheets]
            if any(cell is not None for cell in cells):
                called = draw.choice([name for name, path in names.items() if path == about])
                columns[called] = Column(None, cells)
    return columns


def expected(scores: Scores) -> Iterator[tuple[str, list[object]]]:
    """Every column that the query should yield, with its cells in the order of the bodies."""
    certain, possible = scores.total()
    yield "得点.全体", certain.tolist()
    yield "可能.全体", possible.tolist()
    for path, node in scores.program.nodes.items():
        for prefix, (low, high) in (("", scores.counted(path)), ("自身の", scores.own(path))):
            yield f"{prefix}得点.{path}", low.tolist()
            yield f"{prefix}可能.{path}", high.tolist()
        if node.is_leaf:
            yield f"判定.{path}", [scores.verdict(path, i).japanese for i in range(len(scores.bodies))]


def differences(rows: list[dict[str, object]], scores: Scores) -> list[str]:
    """Where the rows of a query, in the order of the bodies, differ from the scores.

    Own points are left out of the query where they are what is counted.
    """
    found = [] if len(rows) == len(scores.bodies) else [f"{len(rows)} rows"]
    seen = {KEY}
    for name, cells in expected(scores):
        shown = name if not rows or name in rows[0] else name.removeprefix("自身の")
        seen.add(shown)
        for row, body, cell in zip(rows, scores.bodies, cells, strict=False):
            if row[KEY] != body.code or row[shown] != cell:
                found.append(f"{body.code} {name}: {row[shown]} instead of {cell}")
    extra = set(rows[0]) - seen if rows else set()
    return found + [f"unknown column {name}" for name in sorted(extra)]
