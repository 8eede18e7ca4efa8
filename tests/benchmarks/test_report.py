"""The page of figures says what was measured."""

import json
from pathlib import Path

import pytest
from attrs import evolve

from haiten.benchmarks.files import FileCell, FileJob, FilesMeasured
from haiten.benchmarks.measure import Measurement, Times
from haiten.benchmarks.one_body import OneBody, OneBodyTimes
from haiten.benchmarks.report import BEGIN, END, figures, show_time, write_figures
from haiten.benchmarks.run import Estimate, Measured

ROOT = Path(__file__).parents[2]
MACHINE = {
    "cpu": "CPU",
    "cores": "2",
    "memory": "8 GiB",
    "system": "Linux",
    "python": "3.11",
    "load": "0.1",
    "date": "2026-04-01",
}


def cell(rival: str, size: int, seconds: float) -> Measurement:
    return Measurement(rival, size, 0.0, 0.0, 3, Times(2 * seconds, seconds), 2**20, 3 * 2**20, (), {})


@pytest.fixture
def results() -> Measured:
    cells = (
        cell("haiten", 1_000, 0.2),
        cell("haiten", 10_000, 3.0),
        cell("numpy", 1_000, 0.05),
        cell("numpy", 10_000, 6.0),
        cell("zen", 1_000, 40.0),
    )
    ways = {
        "score": OneBodyTimes(Times(0.008, 0.004), Times(0.01, 0.005), Times(0.02, 0.01)),
        "row": OneBodyTimes(Times(0.002, 0.001), Times(0.008, 0.003), Times(0.02, 0.008)),
        "zen": OneBodyTimes(Times(0.004, 0.002)),
    }
    one = OneBody(MACHINE, ways, Times(0.02, 0.015), Times(0.25, 0.25))
    estimates = (Estimate("zen", 10_000, Times(500.0, 400.0), 1_000),)
    return Measured(MACHINE, {"numpy": "2"}, (1_000, 10_000), cells, estimates, {"workbook": "soffice"}, one)


def test_what_was_measured_of_one_body_without_the_rival(results: Measured) -> None:
    """Where zen-engine is not installed there is nothing to compare with, and no ratio."""
    ways = {name: way for name, way in results.one_body.ways.items() if name != "zen"}
    text = figures(evolve(results, one_body=evolve(results.one_body, ways=ways)))
    assert "| `Rulebook.score`, Facts | 4.00 ms | 5.00 ms | 10.0 ms |" in text
    assert "zen-engine, `evaluate`" not in text


def test_tables_hold_times_ratios_and_estimates(results: Measured) -> None:
    """A cell shows the time and its ratio to haiten's in the same column; what was not run is marked."""
    text = figures(results)
    assert "| haiten, totals and all verdicts | 200 ms | 3.00 s |" in text
    assert "| bare NumPy kernel | 50.0 ms (0.25 ×) | 6.00 s (2.00 ×) |" in text
    assert "| zen-engine, batch | 40.0 s (200 ×) | ≈ 400 s (133 ×) |" in text
    assert "| zen-engine, batch | 80.0 s (200 ×) | ≈ 500 s (83.3 ×) |" in text
    assert "| `Rulebook.score`, Facts | 4.00 ms (2.00 ×) | 5.00 ms (2.50 ×) | 10.0 ms (5.00 ×) |" in text
    assert "| `Rulebook.one`, cells by heading | 1.00 ms (0.50 ×) | 3.00 ms (1.50 ×) | 8.00 ms (4.00 ×) |" in text
    assert "| zen-engine, `evaluate` | 2.00 ms | – | – |" in text
    assert "Making `Rulebook.one` ready takes 15.0 ms" in text
    assert "| bare NumPy kernel | 3 MiB (1 MiB) | 3 MiB (1 MiB) |" in text
    assert "10,000 bodies are 10.0 times as many as 1,000" in text
    assert "15.0 times the processor time (1.50 times per body)" in text
    assert "Not installed, and so not measured: LibreOffice workbook (soffice)." in text
    assert "| LibreOffice workbook" not in text


SMALL, LARGE, JSON = FileJob(1, "csv", "parquet"), FileJob(2_000, "csv", "parquet"), FileJob(2_000, "csv", "json")


@pytest.fixture
def files() -> FilesMeasured:
    def cell(rival: str, job: FileJob, seconds: float, runs: int = 3) -> FileCell:
        return FileCell(rival, job, runs, Times(2 * seconds, seconds), 64 * 2**20)

    cells = (
        cell("haiten", SMALL, 0.9),
        cell("polars", SMALL, 0.3),
        cell("haiten", LARGE, 4.0),
        cell("polars", LARGE, 2.0),
        cell("duckdb", LARGE, 8.0, runs=1),
        cell("haiten", JSON, 3.0),
    )
    return FilesMeasured(MACHINE, cells, (4_096, 2**25, 2**25), (SMALL, LARGE, JSON), {"openfisca": "openfisca_core"})


def test_whole_commands_have_ratios_to_the_floor(results: Measured, files: FilesMeasured) -> None:
    """Each job is a row; what is not installed has no column, and what was not run no figure."""
    text = figures(evolve(results, files=files))
    assert "| bodies | file | haiten score | Polars alone (the floor) | DuckDB, haiten's SQL |\n" in text
    assert "| 1, CSV → Parquet | 4 KiB | 900 ms (3.00 ×) | 300 ms | – |" in text
    assert "| 2,000, CSV → Parquet | 32 MiB | 4.00 s (2.00 ×) | 2.00 s | 8.00 s (4.00 ×) |" in text
    assert "| 2,000, CSV → JSON | 32 MiB | 3.00 s | – | – |" in text
    assert "| 2,000, CSV → Parquet | 32 MiB | 64 MiB (2.00 ×) | 64 MiB (2.00 ×) | 64 MiB (2.00 ×) |" in text
    assert "Run once, since a run is long: DuckDB, haiten's SQL (2,000, CSV → Parquet)." in text
    assert "| 1, CSV → Parquet" not in figures(results)


def test_files_are_kept_whole(results: Measured, files: FilesMeasured) -> None:
    """What is kept as JSON gives the same tables of files."""
    whole = evolve(results, files=files)
    assert Measured.from_json(json.loads(json.dumps(whole.to_json()))) == whole


def test_only_what_is_between_the_markers_changes(results: Measured, tmp_path: Path) -> None:
    """Writing figures leaves the words of the page, and writing them again changes nothing."""
    page = tmp_path / "page.md"
    page.write_text(f"before\n\n{BEGIN}\nold\n{END}\n\nafter\n", encoding="utf-8")
    write_figures(page, results)
    once = page.read_text(encoding="utf-8")
    assert once == f"before\n\n{BEGIN}\n{figures(results)}\n{END}\n\nafter\n"
    write_figures(page, results)
    assert page.read_text(encoding="utf-8") == once


def test_results_are_kept_whole(results: Measured) -> None:
    """What is kept as JSON gives the same tables."""
    kept = json.loads(json.dumps(results.to_json()))
    assert Measured.from_json(kept) == results


def test_the_page_shows_the_results_that_are_kept() -> None:
    """No figure of docs/performance.md was written by hand: all follow from benchmarks/results.json."""
    kept = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    assert page.partition(BEGIN)[2].partition(END)[0].strip() == figures(Measured.from_json(kept)).strip()


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (4.2e-6, "4.20 µs"),
        (0.0009994, "999 µs"),
        (0.9996, "1.00 s"),
        (0.04567, "45.7 ms"),
        (12.34, "12.3 s"),
        (3600, "60 min"),
    ],
)
def test_times_are_shown_in_three_digits(seconds: float, shown: str) -> None:
    """A time has the unit that suits it."""
    assert show_time(seconds) == shown
