"""Three readings of one rulebook: the evaluator, the oracle, and SQL on DuckDB; and bodies one by one with cut-offs."""

import random

import duckdb
from oracle_agreement import hold_one_to_run, hold_to_oracle

from haiten.backends.sql import to_sql
from haiten.compiler.driver import compile_source
from haiten.compiler.proofs.sheets import Sheet
from haiten.compiler.source import Source
from haiten.scoring.cutoffs.cutoffs import stored_of
from haiten.scoring.facts.facts import Facts, Truth, facts_from
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Scores
from haiten.testing.oracle import Oracle
from sql_tables import KEY, Column, differences, plain_cell, table_of

OPENING = "言語 1\n令和6年度 市町村 評価指標\n"


def compiled(text: str) -> Rulebook:
    """A rulebook without errors; its opening may be left out."""
    made = Rulebook(compile_source(Source("rules.haiten", text if text.startswith("言語") else OPENING + text)))
    assert made.ok, [(d.code, d.message) for d in made.diagnostics]
    return made


def read_alike(made: Rulebook, sheets: list[Sheet]) -> Scores:
    """The scores of some bodies; the oracle, DuckDB and each body alone (with cut-offs, by its plan) score the same."""
    scores = made.score(facts_from(made.program, sheets))
    hold_to_oracle(scores, Oracle(made.program, sheets), range(len(sheets)))
    columns = table_of(made.program, sheets, random.Random(0))
    found = differences(_by_duckdb(made, columns, [body.code for body in scores.bodies]), scores)
    assert not found, found[:5]
    stored = stored_of(scores)
    planned, planned_alone = made.one(stored), made.one()
    for number, sheet in enumerate(sheets):
        facts = facts_from(made.program, [sheet])
        alone = made.score(facts, stored)
        hold_one_to_run(planned.score(facts), alone)
        hold_one_to_run(planned_alone.score(facts), made.score(facts))
        for path, node in made.program.nodes.items():
            assert alone.ranges(path, 0) == scores.ranges(path, number), (path, number)
            if node.is_leaf:
                assert alone.verdict(path, 0) == scores.verdict(path, number), (path, number)
    return scores


def sheets_of(facts: Facts) -> list[Sheet]:
    """Facts that were read, body by body."""

    def told(truths: dict[str, Truth], body: int) -> dict[str, bool | None]:
        return {name: bool(truth.certain[body]) if truth.known[body] else None for name, truth in truths.items()}

    return [
        Sheet(
            {name: column[i] for name, column in facts.numbers.items()}, told(facts.answers, i), told(facts.outcomes, i)
        )
        for i in range(len(facts))
    ]


def _by_duckdb(made: Rulebook, columns: dict[str, Column], codes: list[str]) -> list[dict[str, object]]:
    sql = to_sql(made.evaluator, "duckdb", columns=[KEY, *columns])
    assert sql.text is not None, sql.diagnostics
    with duckdb.connect() as database:
        database.execute("SET threads TO 1")
        kinds = ((n, "BOOLEAN" if c.decimals is None else f"DECIMAL(38, {c.decimals})") for n, c in columns.items())
        defined = "".join(f', "{name}" {kind}' for name, kind in kinds)
        database.execute(f'CREATE TABLE facts ("{KEY}" VARCHAR{defined})')
        rows = [[code, *(plain_cell(column, i) for column in columns.values())] for i, code in enumerate(codes)]
        database.executemany(f"INSERT INTO facts VALUES ({', '.join('?' * (1 + len(columns)))})", rows)
        result = database.execute(f"{sql.text} ORDER BY {KEY}")
        names = [described[0] for described in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
