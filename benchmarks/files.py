"""From file to file: whole commands, in processes of their own, from facts on the disk to scores on the disk."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any, Final

import numpy as np
import polars as pl
from attrs import asdict, frozen

from haiten.backends.sql import to_sql
from haiten.benchmarks.machine import machine_facts
from haiten.benchmarks.measure import NATION, RULEBOOK, Times, work_of_r8
from haiten.benchmarks.population import BenchPopulation, draw
from haiten.benchmarks.rivals import Work

FILE_RIVALS: Final = {
    "haiten": "haiten score",
    "polars": "Polars alone (the floor)",
    "duckdb": "DuckDB, haiten's SQL",
    "openfisca": "openfisca-core",
}
FLOOR: Final = "polars"
_LAUNCH: Final = Path(__file__).with_name("launch.py")
_RUNS: Final = 3
_LONG: Final = 30.0  # seconds of the processor; who takes longer is run once
_LIMIT: Final = 180.0  # of the same; who is expected to take longer is not run
_YEAR: Final = "令和8年度"


class FilesError(RuntimeError):
    """A command failed, or came to other points than haiten."""


@frozen
class FileJob:
    """So many bodies from one kind of file to another."""

    size: int
    source: str
    target: str

    @property
    def label(self) -> str:
        """As it is shown."""
        names = {"csv": "CSV", "parquet": "Parquet", "json": "JSON", "xlsx": "Excel"}
        return f"{self.size:,}, {names[self.source]} → {names[self.target]}"


QUICK_JOBS: Final = (
    FileJob(1, "csv", "parquet"),
    FileJob(NATION, "csv", "parquet"),
    FileJob(NATION, "csv", "json"),
    FileJob(NATION, "csv", "xlsx"),
)
JOBS: Final = (*QUICK_JOBS, FileJob(100_000, "csv", "parquet"), FileJob(1_741_000, "parquet", "parquet"))


@frozen
class FileCell:
    """What a rival took for a job.

    Attributes:
        runs: how many were measured; ``time``: their medians.
        peak: of resident memory, in bytes, of the largest process of the command; median too.
    """

    rival: str
    job: FileJob
    runs: int
    time: Times
    peak: int


@frozen
class FilesMeasured:
    """All jobs of a run.

    Attributes:
        sizes: of the fact files, in bytes, by job.
        missing: rivals that are not installed, with the name of what is missing.
    """

    machine: dict[str, str]
    cells: tuple[FileCell, ...]
    sizes: tuple[int, ...]
    jobs: tuple[FileJob, ...]
    missing: dict[str, str]

    def cell(self, rival: str, job: FileJob) -> FileCell | None:
        """A cell that was measured."""
        return next((cell for cell in self.cells if (cell.rival, cell.job) == (rival, job)), None)

    def to_json(self) -> dict[str, Any]:
        """What is kept in ``results.json``."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "FilesMeasured":
        """What ``results.json`` holds."""
        cells = [cell | {"job": FileJob(**cell["job"]), "time": Times(**cell["time"])} for cell in data["cells"]]
        jobs = tuple(FileJob(**job) for job in data["jobs"])
        made = tuple(FileCell(**cell) for cell in cells)
        return cls(data["machine"], made, tuple(data["sizes"]), jobs, data["missing"])


def measure_files(jobs: tuple[FileJob, ...], tell: Callable[[str], None]) -> FilesMeasured:
    """Measure all jobs; ``tell`` is given a line before each.

    Raises:
        FilesError: a command failed, or came to other points than haiten.
    """
    machine, work = machine_facts(), work_of_r8()
    cells: list[FileCell] = []
    missing: dict[str, str] = {}
    sizes = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for job in jobs:
            facts = _write(draw(work.program, work.rules, job.size), folder / f"facts.{job.source}")
            sizes.append(facts.stat().st_size)
            for rival in FILE_RIVALS if job.target == "parquet" else ("haiten",):
                if rival in missing or _takes_too_long(rival, job, cells):
                    continue
                tell(f"{FILE_RIVALS[rival]}、{job.label}")
                found = _measure(rival, job, facts, folder, work)
                if isinstance(found, str):
                    missing[rival] = found
                else:
                    cells.append(found)
            facts.unlink()
    return FilesMeasured(machine, tuple(cells), tuple(sizes), jobs, missing)


def _takes_too_long(rival: str, job: FileJob, cells: list[FileCell]) -> bool:
    if rival == "openfisca" and job.source != "csv":
        return True
    last = next((cell for cell in reversed(cells) if cell.rival == rival and cell.job.size > 1), None)
    return rival != "haiten" and last is not None and last.time.cpu * job.size / last.job.size > _LIMIT


def _measure(rival: str, job: FileJob, facts: Path, folder: Path, work: Work) -> FileCell | str:
    """The cell; the name of what is missing where the rival is not installed."""
    result, to = folder / f"scores.{job.target}", folder / f"{rival}.parquet"
    query = folder / "query.sql"
    if rival == "duckdb":
        columns = ["団体コード", *work.rules.numbers, *work.rules.answers]
        query.write_text(str(to_sql(work.rulebook.evaluator, "duckdb", columns=columns).text), encoding="utf-8")
    command = [sys.executable, "-m", "haiten.benchmarks.file_work", rival, str(facts), str(to)]
    more = {"polars": [str(result)], "duckdb": [str(query)], "openfisca": [str(RULEBOOK)]}
    if rival == "haiten":
        command = [sys.executable, "-m", "haiten.cli", "score", str(RULEBOOK), str(facts), "--to", str(result)]
    runs: list[tuple[Times, int]] = []
    while len(runs) < _RUNS and not (runs and runs[0][0].cpu > _LONG):
        found = run_command(command + more.get(rival, []), folder)
        if isinstance(found, str):
            return found
        runs.append(found)
    if rival not in ("haiten", FLOOR):
        _hold(FILE_RIVALS[rival], to, result, [leaf.path for leaf in work.rules.leaves])
    times = [time for time, _ in runs]
    medians = Times(median(time.wall for time in times), median(time.cpu for time in times))
    return FileCell(rival, job, len(runs), medians, int(median(peak for _, peak in runs)))


def run_command(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> tuple[Times, int] | str:
    """Times and peak of memory of a command, of all its processes; the name of what it lacks.

    Raises:
        FilesError: it failed.
    """
    out, complaints = folder / "out", folder / "complaints"
    given = os.environ if environment is None else environment
    # As from a shell: where Polars is loaded here, it has put words for its allocator in, for all that is started.
    environment = {name: value for name, value in given.items() if name != "_RJEM_MALLOC_CONF"}
    launched = [sys.executable, "-I", "-S", str(_LAUNCH), str(out), str(complaints), *command]
    status, wall, cpu, peak = subprocess.run(
        launched, capture_output=True, text=True, check=True, env=environment
    ).stdout.split()
    printed = out.read_text(encoding="utf-8")
    if status == "3":
        return printed.strip()
    if status != "0":
        raise FilesError(f"{' '.join(command)}: {complaints.read_text(encoding='utf-8').strip()}")
    apart = json.loads(printed)["apart"] if printed.startswith('{"apart"') else 0.0
    return Times(float(wall) - apart, float(cpu) - apart), int(peak)


def _hold(who: str, made: Path, result: Path, leaves: list[str]) -> None:
    """Hold the points of every leaf, and the totals, against haiten's.

    Raises:
        FilesError: they differ.
    """
    for name in ("全体", *leaves):
        if _digest(made, name) != _digest(result, name):
            raise FilesError(f"{who}: haiten と得点が異なります（{name}）")


def _digest(path: Path, name: str) -> str:
    column = f"得点.{name}"
    frame = pl.read_parquet(path, columns=["団体コード", column]).sort("団体コード")
    return hashlib.blake2b(frame[column].cast(pl.Int32).to_numpy().tobytes()).hexdigest()


def _write(population: BenchPopulation, path: Path) -> Path:
    """The population as a fact file, all of it texts, as offices have them."""
    codes = pl.Series(np.arange(1_000_000, 1_000_000 + population.size)).cast(pl.String)
    columns = [codes.alias("団体コード"), pl.Series("年度", [_YEAR]).new_from_index(0, population.size)]
    columns += [cells.alias(name) for name, cells in _figures(population)]
    for name, truths in population.answers.items():
        columns.append(pl.Series(name, np.where(truths, "○", "×"), dtype=pl.String))
    frame = pl.DataFrame(columns)
    if path.suffix == ".csv":
        frame.write_csv(path)
    else:
        frame.write_parquet(path)
    return path


def _figures(population: BenchPopulation) -> Iterator[tuple[str, pl.Series]]:
    for name, cells in population.numbers.items():
        unit, whole = population.scales[name], pl.Series(cells.astype(np.int64))
        sign = pl.select(pl.when(whole < 0).then(pl.lit("-")).otherwise(pl.lit(""))).to_series()
        texts = sign + (whole.abs() // unit).cast(pl.String)
        if unit > 1:
            texts = texts + "." + (whole.abs() % unit).cast(pl.String).str.zfill(len(str(unit)) - 1)
        yield name, texts
