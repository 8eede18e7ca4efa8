"""Seeds of random rulebooks, and random sheets for them, as the oracle and as the product read them."""

import random
from fractions import Fraction
from typing import Final

from hypothesis import strategies as st

from haiten.compiler.columns import schema_of
from haiten.compiler.program import Program
from haiten.compiler.sheets import Sheet

SEEDS: Final = st.integers(0, 2**64)  # a seed shrinks and prints better than the tree that grows from it


def sheets_for(program: Program, draw: random.Random, size: int, unknown: float) -> list[Sheet]:
    """Sheets with few different values (so many ties), unknown cells, and outcomes that are given."""
    schema = schema_of(program)
    written = [leaf.path for leaf in program.leaves if not leaf.is_shared]
    asked = [path for path in written if program.nodes[path].answered]

    def maybe(value: object) -> object:
        return None if draw.random() < unknown else value

    sheets = []
    for _ in range(size):
        numbers = {}
        for column, kind in schema.numbers.items():
            low = 1 if kind.fact and kind.fact.low == 1 else 0
            scaled = maybe(draw.randint(low, low + 5) if kind.decimals == 0 else draw.choice([0, 5, 10, 15, 20]))
            numbers[column] = None if scaled is None else Fraction(scaled, 10**kind.decimals)  # type: ignore[arg-type]
        answers = {path: maybe(draw.random() < 0.5) for path in (*asked, "過疎", "離島")}
        outcomes = {path: draw.random() < 0.5 for path in written if draw.random() < 0.1}
        sheets.append(Sheet(numbers, answers, outcomes))  # type: ignore[arg-type]
    return sheets
