"""What a process does that goes from a file to a file: ``python -m haiten.benchmarks.file_work RIVAL FACTS TO MORE``.

haiten is not here: its own command is what is measured. Each of the others is given what it cannot make itself.
"""

import csv
import json
import sys
from pathlib import Path
from time import process_time
from typing import Any


def polars_alone(facts: Path, to: Path, result: Path) -> float:
    """The floor: read the facts as they are, and write the very table that haiten wrote.

    Returns:
        The processor time of loading that table, in seconds, which is no part of the work.
    """
    import polars as pl

    frame = pl.read_csv(facts, infer_schema=False) if facts.suffix == ".csv" else pl.read_parquet(facts)
    before = process_time()
    table = pl.read_parquet(result)
    loading = process_time() - before
    assert table.height == frame.height
    table.write_parquet(to)
    return loading


def duckdb_sql(facts: Path, to: Path, query: Path) -> float:
    """``haiten sql`` on DuckDB, which reads the file and writes the result by itself."""
    import duckdb

    reader = f"read_csv('{facts}', header = true, all_varchar = true)" if facts.suffix == ".csv" else f"'{facts}'"
    with duckdb.connect() as database:
        names = [name for name, *_ in database.execute(f"DESCRIBE SELECT * FROM {reader}").fetchall()]
        columns = ", ".join(f'"{n}" = \'○\' AS "{n}"' if n.startswith(("推進.", "支援.")) else f'"{n}"' for n in names)
        database.execute(f"CREATE VIEW facts AS SELECT {columns} FROM {reader}")
        database.execute(f"COPY ({query.read_text(encoding='utf-8')}) TO '{to}' (FORMAT parquet)")
    return 0.0


def openfisca(facts: Path, to: Path, rulebook: Path) -> float:
    """openfisca-core and the reader that it has, which takes a situation; the result is written by Polars.

    Returns:
        The processor time of compiling the rulebook and making the system from it, in seconds.
    """
    import numpy as np
    import polars as pl
    from openfisca_core.simulations import SimulationBuilder

    before = process_time()
    from haiten.benchmarks.rivals.openfisca_rules import PERIOD, system_of
    from haiten.benchmarks.rules import rules_of
    from haiten.scoring.rulebook import compile_rulebook

    rules = rules_of(compile_rulebook(rulebook).program)
    system = system_of(rules)
    making = process_time() - before
    numbers = {column: f"number_{place}" for place, column in enumerate(rules.numbers)}
    answers = {column: f"answer_{place}" for place, column in enumerate(rules.answers)}

    def situation(row: dict[str, str]) -> dict[str, Any]:
        told: dict[str, Any] = {name: {PERIOD: row[column] == "○"} for column, name in answers.items()}
        # Its numbers are whole: what has decimals is given in its smallest unit, of which all cells have the digits.
        return told | {name: {PERIOD: int(row[column].replace(".", ""))} for column, name in numbers.items()}

    with facts.open(encoding="utf-8", newline="") as file:
        bodies = {row["団体コード"]: situation(row) for row in csv.DictReader(file)}
    simulation = SimulationBuilder().build_from_entities(system, {"municipalities": bodies})
    points = {f"得点.{leaf.path}": simulation.calculate(f"leaf_{i}", PERIOD) for i, leaf in enumerate(rules.leaves)}
    total = simulation.calculate("total", PERIOD)
    columns = {"団体コード": list(bodies), "得点.全体": total, **points}
    pl.DataFrame({n: c.astype(np.int32) if isinstance(c, np.ndarray) else c for n, c in columns.items()}).write_parquet(
        to
    )
    return making


WORK = {"polars": polars_alone, "duckdb": duckdb_sql, "openfisca": openfisca}


def main(arguments: list[str]) -> int:
    """Do the work of a rival; what is printed is no part of it. 3 where a package is missing."""
    rival, *paths = arguments
    try:
        apart = WORK[rival](*map(Path, paths))
    except ImportError as missing:
        print(missing.name or missing)
        return 3
    print(json.dumps({"apart": apart}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
