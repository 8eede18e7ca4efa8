"""What is measured from file to file is the same work: the file of a population, and what others make of it."""

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from haiten.backends.sql import to_sql
from haiten.benchmarks import files
from haiten.benchmarks.file_work import duckdb_sql, polars_alone
from haiten.benchmarks.files import FilesError
from haiten.benchmarks.measure import work_of_r8
from haiten.benchmarks.population import draw, facts_of
from haiten.benchmarks.rivals import Work
from haiten.views.files.export import write_scores


@pytest.fixture(scope="module")
def work() -> Work:
    return work_of_r8()


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_is_its_population(work: Work, ending: str, tmp_path: Path) -> None:
    """Read back, the file has the facts that were drawn, to the last digit."""
    population = draw(work.program, work.rules, 300)
    read = work.rulebook.read_facts(files._write(population, tmp_path / f"facts.{ending}"))
    assert read.facts is not None
    drawn = facts_of(population)
    for name, column in drawn.numbers.items():
        assert read.facts.numbers[name].num.tolist() == column.num.tolist(), name
    for name, truth in drawn.answers.items():
        assert np.array_equal(read.facts.answers[name].certain, truth.certain), name


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_duckdb_and_the_floor_do_the_same_work(work: Work, ending: str, tmp_path: Path) -> None:
    """DuckDB comes to haiten's points from the same file, and a point that differs is told."""
    facts = files._write(draw(work.program, work.rules, 300), tmp_path / f"facts.{ending}")
    read = work.rulebook.read_facts(facts)
    assert read.facts is not None
    result, made, query = tmp_path / "scores.parquet", tmp_path / "duckdb.parquet", tmp_path / "query.sql"
    write_scores(result, work.rulebook.score_checked(read.facts))
    columns = ["団体コード", *work.rules.numbers, *work.rules.answers]
    query.write_text(str(to_sql(work.rulebook.evaluator, "duckdb", columns=columns).text), encoding="utf-8")
    duckdb_sql(facts, made, query)
    leaves = [leaf.path for leaf in work.rules.leaves]
    files._hold("DuckDB", made, result, leaves)
    polars_alone(facts, tmp_path / "floor.parquet", result)
    assert pl.read_parquet(tmp_path / "floor.parquet").equals(pl.read_parquet(result))
    frame, name = pl.read_parquet(made), f"得点.{leaves[3]}"
    cells = frame[name].to_list()
    frame.with_columns(pl.Series(name, [99, *cells[1:]])).write_parquet(made)
    with pytest.raises(FilesError, match="haiten と得点が異なります"):
        files._hold("DuckDB", made, result, leaves)


def test_a_command_is_measured_alone(tmp_path: Path) -> None:
    """Its memory is its own and not that of who measures; its failure is told, and what it lacks is named."""
    large = np.ones(2**26, dtype=np.int8)  # of who measures
    times, peak = files.run_command([sys.executable, "-I", "-S", "-c", "sum(range(10**6))"], tmp_path)
    assert times.cpu > 0
    assert 2**20 < peak < large.nbytes
    held = files.run_command([sys.executable, "-I", "-S", "-c", "x = b'1' * 2**27"], tmp_path)
    assert held[1] > 2**27
    assert files.run_command([sys.executable, "-c", "print('duckdb'); raise SystemExit(3)"], tmp_path) == "duckdb"
    with pytest.raises(FilesError, match="no such thing"):
        files.run_command([sys.executable, "-c", "raise ValueError('no such thing')"], tmp_path)
