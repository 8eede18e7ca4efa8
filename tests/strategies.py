"""Seeds of random rulebooks, and random sheets for them, as the oracle and as the product read them."""

import random
from fractions import Fraction
from typing import Final

from hypothesis import strategies as st

from haiten.compiler.program.fact_columns import FACT_DIGITS, NumberColumn, schema_of
from haiten.compiler.program.program import Program
from haiten.compiler.proofs.sheets import Sheet

SEEDS: Final = st.integers(0, 2**64)  # a seed shrinks and prints better than the tree that grows from it


def _largest(column: NumberColumn) -> int:
    """The greatest whole number that a column takes."""
    high = None if column.fact is None else column.fact.high
    return 10**FACT_DIGITS - 1 if high is None else int(high)


def sheets_for(program: Program, draw: random.Random, size: int, unknown: float) -> list[Sheet]:
    """Sheets with few different values (so many ties), unknown cells, and outcomes that are given.

    Now and then a column is absent, or unknown for everybody; numbers are small, or as large as a fact file takes.
    """
    schema = schema_of(program)
    written = [leaf.path for leaf in program.leaves if not leaf.is_shared]
    asked = [path for path in written if program.nodes[path].answered]

    def maybe(value: object) -> object:
        return None if draw.random() < unknown else value

    yes_no = [*asked, *(fact.name for fact in program.facts.values() if fact.is_yes_no)]
    absent = {column for column in (*schema.numbers, *yes_no) if draw.random() < unknown / 4}
    empty = {column for column in (*schema.numbers, *yes_no) if draw.random() < unknown / 4}
    largest = {name: _largest(kind) for name, kind in schema.numbers.items()}
    top = {name: draw.random() < 0.05 for name in schema.numbers}
    sheets = []
    for _ in range(size):
        numbers = {}
        for column, kind in schema.numbers.items():
            low = 1 if kind.fact and kind.fact.low == 1 else 0
            drawn = draw.randint(0, 5) if kind.decimals == 0 else draw.choice([0, 5, 10, 15, 20])
            drawn += low * 10**kind.decimals
            scaled = maybe(largest[column] * 10**kind.decimals - drawn if top[column] else drawn)
            if column not in absent:
                number = None if scaled is None or column in empty else Fraction(scaled, 10**kind.decimals)
                numbers[column] = number
        answers = {column: maybe(draw.random() < 0.5) for column in yes_no}
        kept = {column: None if column in empty else cell for column, cell in answers.items() if column not in absent}
        outcomes = {path: draw.random() < 0.5 for path in written if draw.random() < 0.1}
        sheets.append(Sheet(numbers, kept, outcomes))
    return sheets
