"""``haiten sql`` from end to end: the real rulebook, a real village, a real database."""

from pathlib import Path

import duckdb
import pytest
from real_commands import ROOT, haiten

R6 = ROOT / "rules" / "r6" / "municipal.haiten"
VILLAGE = ROOT / "examples" / "kitashiobara_r6.csv"


def test_a_village_scores_in_the_database_what_was_published(tmp_path: Path) -> None:
    """北塩原村's sheet, loaded as a table, scores its published 295 points in DuckDB, and ``score --to`` agrees."""
    query, scores = tmp_path / "r6.sql", tmp_path / "scores.csv"
    assert haiten("sql", R6, "--dialect", "duckdb", "--facts", VILLAGE, "--to", query).returncode == 0
    assert haiten("score", R6, VILLAGE, "--to", scores).returncode == 0
    with duckdb.connect() as database:
        database.execute(
            f"CREATE TABLE facts AS SELECT 団体コード, COLUMNS('^(推進|支援)\\.') = '○' "
            f"FROM read_csv('{VILLAGE}', header = true, all_varchar = true)"
        )
        result = database.execute(query.read_text(encoding="utf-8"))
        names = [described[0] for described in result.description]
        (row,) = result.fetchall()
        found = dict(zip(names, row, strict=True))
        published = database.execute(f"FROM read_csv('{scores}', header = true, all_varchar = true)")
        columns = [described[0] for described in published.description]
        (told,) = published.fetchall()
    assert (found["得点.全体"], found["可能.全体"]) == (295, 295)
    shared = {name: cell for name, cell in zip(columns, told, strict=True) if name in found}
    assert len(shared) > 900
    assert {name: str(found[name]) for name in shared} == shared


def test_the_query_goes_to_stdout_or_to_a_file(tmp_path: Path) -> None:
    """Without ``--to`` the query is printed; with it the file holds the same, and nothing is printed."""
    printed = haiten("sql", R6, "--dialect", "spark", "--table", "調査.回答")
    written = haiten("sql", R6, "--dialect", "spark", "--table", "調査.回答", "--to", tmp_path / "r6.sql")
    assert (printed.returncode, written.returncode, written.stdout) == (0, 0, "")
    assert printed.stdout == (tmp_path / "r6.sql").read_text(encoding="utf-8")
    assert "FROM `調査`.`回答`" in printed.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["sql", R6, "--dialect", "oracle"], 2, "「oracle」は使えない値です"),
        (["sql", R6], 2, "「--dialect」を指定してください"),
        (["sql", R6, "--dialect", "duckdb", "--table", "a..b"], 2, "「a..b」は表の名ではありません"),
        (["sql", "missing.haiten", "--dialect", "duckdb"], 1, "missing.haiten"),
        (["sql", R6, "--dialect", "duckdb", "--facts", "missing.csv"], 1, "ファイルがありません"),
        (["sql", R6, "--dialect", "duckdb", "--to", "/missing/r6.sql"], 1, "/missing/r6.sql に書けません"),
    ],
)
def test_wrong_usage_and_missing_files_are_told(arguments: list[object], status: int, said: str) -> None:
    """Each slip is answered in a sentence, with the status for its kind and nothing on stdout."""
    done = haiten(*arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert said in done.stderr
