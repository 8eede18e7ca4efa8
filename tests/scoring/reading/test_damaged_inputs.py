"""What is no fact file, no rule file and no expectation is told, whatever its size or kind."""

from datetime import time, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from real_commands import haiten as command

ROOT = Path(__file__).parents[3]
R6 = ROOT / "rules" / "r6" / "municipal.haiten"


@pytest.mark.parametrize("cell", [timedelta(days=1), time(12), b"1", [1], {"a": 1}], ids=str)
def test_columns_of_parquet_that_are_no_facts_are_told(cell: Any, tmp_path: Path) -> None:
    """Durations, times, bytes, lists and structs: each is told with its column."""
    file = tmp_path / "facts.parquet"
    pl.DataFrame({"団体コード": ["074021"], "高齢者人口": [cell]}).write_parquet(file)
    done = command("score", R6, file)
    assert done.returncode == 1
    assert "エラー[H8" in done.stderr
    assert "高齢者人口" in done.stderr


def test_an_expectation_of_thousands_of_digits_is_not_met(tmp_path: Path) -> None:
    """More digits than Python reads at once are no points that a sheet can have."""
    file = tmp_path / "r6.cases.csv"
    file.write_text(f"団体コード,年度,期待.全体\n074021,令和6年度,{'9' * 5_000}\n", encoding="utf-8")
    done = command("test", R6, "--examples", "0", "--cases", file)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr


def test_a_rule_file_that_never_ends_is_told() -> None:
    """A device gives no more than is read of it."""
    done = command("check", "/dev/zero")
    assert done.returncode == 1
    assert "大きすぎます（32 MB まで）" in done.stdout + done.stderr
