"""The rulebook as SQL scores as the evaluator does: run on DuckDB, leaf by leaf."""

import random
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import haiten
from haiten.backends.sql import Sql, to_sql
from haiten.compiler.driver import compile_source
from haiten.compiler.printer import print_rulebook
from haiten.compiler.source import Source
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.scores import Scores
from oracle import Sheet
from sql_tables import KEY, Column, differences, plain_cell, real_sheets, table_of
from strategies import SEEDS, facts_of, grow, sheets_for

POPULATIONS = st.tuples(st.integers(0, 2**64), st.integers(1, 12), st.sampled_from([0.0, 0.1, 0.4]))


ROOT = Path(__file__).parents[2]


def made_of(seed: int) -> Rulebook:
    made = Rulebook(compile_source(Source("random", print_rulebook(grow(seed)))))
    assert made.ok
    return made


def run(sql: Sql, columns: dict[str, Column], codes: list[str]) -> list[dict[str, object]]:
    """The rows that DuckDB yields, by 団体コード. Its limit on depth is far below what it ships with."""
    assert sql.text is not None
    with duckdb.connect() as database:
        database.execute("SET max_expression_depth TO 100; SET threads TO 1")
        types = {
            name: "BOOLEAN" if c.decimals is None else f"DECIMAL({15 + c.decimals}, {c.decimals})"
            for name, c in columns.items()
        }
        defined = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
        database.execute(f'CREATE TABLE facts ("{KEY}" VARCHAR{", " * bool(defined)}{defined})')
        rows = [[code, *(plain_cell(c, i) for c in columns.values())] for i, code in enumerate(codes)]
        if rows:
            marks = ", ".join("?" * (1 + len(columns)))
            database.executemany(f"INSERT INTO facts VALUES ({marks})", rows)
        result = database.execute(f"{sql.text} ORDER BY {KEY}")
        names = [described[0] for described in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def compared(made: Rulebook, sheets: list[Sheet], draw: random.Random) -> tuple[Scores, list[str]]:
    scores = made.score(facts_of(made.program, sheets))
    columns = table_of(made.program, sheets, draw)
    sql = to_sql(made.evaluator, "duckdb", columns=[KEY, *columns])
    return scores, differences(run(sql, columns, [body.code for body in scores.bodies]), scores)


@settings(max_examples=300)
@given(SEEDS, POPULATIONS)
def test_duckdb_agrees_with_the_evaluator(seed: int, population: tuple[int, int, float]) -> None:
    """Own and counted points and the verdict of every node and body, with ties, unknowns and given outcomes."""
    made, draw = made_of(seed), random.Random(population[0])
    sheets = sheets_for(made.program, draw, *population[1:])
    if to_sql(made.evaluator, "duckdb").text is not None:
        _, found = compared(made, sheets, draw)
        assert not found, found[:5]


@pytest.mark.parametrize("year", ["r6", "r7", "r8"])
def test_the_real_rulebooks_agree_with_the_evaluator(year: str) -> None:
    """Every node of the real rulebooks, for bodies with close, equal, huge and unknown numbers."""
    made = haiten.compile(ROOT / "rules" / year / "municipal.haiten")
    for seed in range(3):
        draw = random.Random(f"{year}{seed}")
        sheets = real_sheets(made.program, draw, 60, [0.0, 0.1, 0.4][seed])
        _, found = compared(made, sheets, draw)
        assert not found, found[:5]
