"""Scores and ranks of all bodies under all scenarios, as files: Parquet, CSV, Excel."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from haiten.compiler.program.fact_columns import TRIAL
from haiten.tabulation.simulation.scenarios import AS_IS
from haiten.tabulation.simulation.sweep_tables import SweepReport
from haiten.views.files.frames import write_frame
from haiten.views.files.sheets import write_workbook

if TYPE_CHECKING:
    from polars import DataFrame

_SHEET: Final = "得点"
_SHEET_COLUMNS: Final = 200  # scenarios beside each other: more than people compare, and soon written still


def write_sweep(path: Path, report: SweepReport, about: str, *, safe: bool = False) -> str | None:
    """Write all bodies × all scenarios.

    Parquet and CSV have a row per scenario and body; the rulebook's own weights are scenario 現行, number 0. A workbook
    has a sheet of scenarios and one each of scores and ranks, with a column per scenario.

    Args:
        path: .parquet, .csv or .xlsx.
        report: a finished sweep.
        about: what all of it is about, for the foot of the sheets.
        safe: whether texts in CSV are kept from being formulas in spreadsheets.

    Returns:
        What stands against it; None where it was written.

    Raises:
        OSError: the file cannot be written.
    """
    if path.suffix.lower() == ".xlsx":
        if len(report.sweep.scenarios) > _SHEET_COLUMNS:
            return f"Excel に並べられるのは{_SHEET_COLUMNS:,}のシナリオまでです。.parquet か .csv に書いてください"
        write_workbook(path, [report.scenarios_table(), *report.wide_tables()], about)
        return None
    rules = report.sweep.base.fingerprint.rules
    write_frame(path, long_frame(report), _SHEET, metadata={"haiten": about, "rules": rules}, safe=safe)
    return None


def long_frame(report: SweepReport) -> "DataFrame":
    """A row per scenario and body, the rulebook's own weights first."""
    import polars as pl

    sweep = report.sweep
    scenarios, bodies, program = sweep.scenarios, sweep.base.bodies, sweep.base.program
    certain, possible = sweep.base.total()
    count, size = len(scenarios) + 1, len(bodies)
    number = pl.Series(np.repeat(np.arange(count, dtype=np.int32), size))
    body = pl.Series(np.tile(np.arange(size, dtype=np.int32), count))
    names = pl.Series([AS_IS, *scenarios.names])
    trial = {TRIAL: pl.Series([program.trial_text]).new_from_index(0, count * size)} if program.trial else {}
    columns = {
        "年度": pl.Series([program.year]).new_from_index(0, count * size),
        "シナリオ番号": number,
        "シナリオ": names.gather(number),
    }
    for place, weight in enumerate(scenarios.weights):
        values = np.concatenate([[np.int32(weight.now)], scenarios.values[:, place]])
        columns[weight.name] = pl.Series(np.repeat(values, size))
    columns |= {
        "団体コード": pl.Series([who.code for who in bodies]).gather(body),
        "団体名": pl.Series([who.name for who in bodies]).gather(body),
        "都道府県": pl.Series([who.prefecture for who in bodies]).gather(body),
        "得点": pl.Series(np.concatenate([certain, sweep.certain.ravel()]).astype(np.int32)),
        "可能": pl.Series(np.concatenate([possible, sweep.possible.ravel()]).astype(np.int32)),
        "満点": pl.Series(np.repeat(np.concatenate([[program.maximum], sweep.maxima]), size).astype(np.int32)),
        "順位": pl.Series(np.concatenate([sweep.base_ranks, sweep.ranks.ravel()]).astype(np.int32)),
        "順位の変化": pl.Series(np.concatenate([np.zeros(size, np.int64), sweep.climbs.ravel()]).astype(np.int32)),
        **trial,
    }
    return pl.DataFrame(columns)
