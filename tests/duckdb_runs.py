"""Queries run on DuckDB, beside what the evaluator says."""

import random

import duckdb

from haiten.backends.sql import Sql, to_sql
from haiten.compiler.proofs.sheets import Sheet
from haiten.scoring.facts.facts import facts_from
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Scores
from sql_tables import KEY, Column, differences, plain_cell, table_of


def fill(database: duckdb.DuckDBPyConnection, table: str, columns: dict[str, Column], codes: list[str]) -> None:
    """Make a table of bodies."""
    types = {
        name: "BOOLEAN" if c.decimals is None else f"DECIMAL({15 + c.decimals}, {c.decimals})"
        for name, c in columns.items()
    }
    defined = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
    database.execute(f'CREATE TABLE {table} ("{KEY}" VARCHAR{", " * bool(defined)}{defined})')
    rows = [[code, *(plain_cell(c, i) for c in columns.values())] for i, code in enumerate(codes)]
    if rows:
        marks = ", ".join("?" * (1 + len(columns)))
        database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def asked(database: duckdb.DuckDBPyConnection, sql: Sql) -> list[dict[str, object]]:
    """The rows of a query, by 団体コード."""
    assert sql.text is not None, sql.diagnostics
    result = database.execute(f"{sql.text} ORDER BY {KEY}")
    names = [described[0] for described in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def run(sql: Sql, columns: dict[str, Column], codes: list[str]) -> list[dict[str, object]]:
    """The rows that DuckDB yields, by 団体コード. Its limit on depth is far below what it ships with."""
    with duckdb.connect() as database:
        database.execute("SET max_expression_depth TO 100; SET threads TO 1")
        fill(database, "facts", columns, codes)
        return asked(database, sql)


def compared(made: Rulebook, sheets: list[Sheet], draw: random.Random) -> tuple[Scores, list[str]]:
    """The scores of some sheets, and where DuckDB's differ."""
    scores = made.score(facts_from(made.program, sheets))
    columns = table_of(made.program, sheets, draw)
    sql = to_sql(made.evaluator, "duckdb", columns=[KEY, *columns])
    return scores, differences(run(sql, columns, [body.code for body in scores.bodies]), scores)
