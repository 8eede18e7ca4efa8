"""All cells, each in a fresh process and held against haiten's points; what would take too long is estimated."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Any, Final

from attrs import asdict, evolve, frozen

from haiten.benchmarks.desk import KEYS, QUICK_KEYS, DeskMeasured, measure_desk
from haiten.benchmarks.files import FileJob, FilesMeasured, measure_files
from haiten.benchmarks.machine import libreoffice_version, machine_facts
from haiten.benchmarks.measure import NATION, Measurement, Times, work_of_r8
from haiten.benchmarks.one_body import OneBody
from haiten.benchmarks.pages import PagesMeasured, measure_pages
from haiten.benchmarks.rivals import BASE, RIVALS
from haiten.benchmarks.waits import WaitsMeasured, measure_waits

SIZES: Final = (1, NATION, 100_000, 1_741_000)
QUICK: Final = (1, NATION)
MISSING: Final = 3
# A run (or the loading before it) that is expected to take longer is not begun. haiten and the kernel always run.
_LIMIT: Final = 60.0  # seconds
_ALWAYS: Final = ("haiten-totals", "haiten", "numpy")
_GIVE_UP: Final = 180  # seconds for a cell; who takes longer is estimated by what was smaller, or not told


class BenchmarkError(RuntimeError):
    """A rival came to other points than haiten, or broke."""


@frozen
class Estimate:
    """What was not run: the times of the largest population that was, times the bodies that are more."""

    rival: str
    size: int
    time: Times
    measured_at: int


@frozen
class Measured:
    """A whole run.

    Attributes:
        missing: rivals that are not installed, with the name of what is missing.
        versions: of all that took part.
    """

    machine: dict[str, str]
    versions: dict[str, str]
    sizes: tuple[int, ...]
    cells: tuple[Measurement, ...]
    estimates: tuple[Estimate, ...]
    missing: dict[str, str]
    one_body: OneBody
    files: FilesMeasured | None = None
    waits: WaitsMeasured | None = None
    desk: DeskMeasured | None = None
    pages: PagesMeasured | None = None

    def cell(self, rival: str, size: int) -> Measurement | None:
        """A cell that was measured."""
        return next((c for c in self.cells if (c.rival, c.size) == (rival, size)), None)

    def estimate(self, rival: str, size: int) -> Estimate | None:
        """A cell that was not."""
        return next((e for e in self.estimates if (e.rival, e.size) == (rival, size)), None)

    def to_json(self) -> dict[str, Any]:
        """What is kept in ``results.json``: all but the digests, which were equal."""
        data = asdict(self)
        for cell in data["cells"]:
            del cell["digests"], cell["versions"]
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Measured":
        """What ``results.json`` holds; the cells are without digests and versions."""
        return cls(
            data["machine"],
            data["versions"],
            tuple(data["sizes"]),
            tuple(_cell(cell | {"digests": (), "versions": {}}) for cell in data["cells"]),
            tuple(Estimate(**estimate | {"time": Times(**estimate["time"])}) for estimate in data["estimates"]),
            data["missing"],
            OneBody.from_json(data["one_body"]),
            FilesMeasured.from_json(data["files"]) if data.get("files") else None,
            WaitsMeasured.from_json(data["waits"]) if data.get("waits") else None,
            DeskMeasured.from_json(data["desk"]) if data.get("desk") else None,
            PagesMeasured.from_json(data["pages"]) if data.get("pages") else None,
        )


def run_all(
    sizes: tuple[int, ...], jobs: tuple[FileJob, ...], tell: Callable[[str], None], *, quick: bool = False
) -> Iterator[Measured]:
    """Measure everything; ``tell`` is given a line before each cell.

    What is measured by then is given first without that from file to file, which takes longest, and then with it.

    Raises:
        BenchmarkError: a rival came to other points than haiten, or broke.
        FilesError: a command failed, or came to other points than haiten.
    """
    waits = measure_waits(tell, quick=quick)  # before the machine is warm, and its memory full
    desk = measure_desk(tell, QUICK_KEYS if quick else KEYS)
    cells: list[Measurement] = []
    estimates: list[Estimate] = []
    missing: dict[str, str] = {}
    machine = machine_facts()
    for size in sizes:
        # haiten with all verdicts first: the others are held against it.
        for rival in (BASE, *(name for name in RIVALS if name != BASE)):
            most = RIVALS[rival].most
            if rival in missing or (most is not None and size > most):
                continue
            last = next((c for c in reversed(cells) if c.rival == rival), None)
            known = last if last is not None and last.size > 1 and rival not in _ALWAYS else None
            if known is not None and (known.time.wall + known.load) * size / known.size > _LIMIT:
                estimates.append(_estimated(known, size))
                continue
            tell(f"{RIVALS[rival].label}、{size:,}団体")
            try:
                found = _in_process(rival, str(size))
            except subprocess.TimeoutExpired as error:
                if rival in _ALWAYS:
                    raise BenchmarkError(f"{rival} {size}: {_GIVE_UP}秒で終わりませんでした") from error
                estimates.extend([] if known is None else [_estimated(known, size)])
                continue
            if isinstance(found, str):
                missing[rival] = found
                continue
            cell = _cell(found)
            base = cell if rival == BASE else next(c for c in cells if (c.rival, c.size) == (BASE, size))
            hold(cell, base)
            cells.append(cell)
    one = run_one_body(tell)
    pages = measure_pages(tell, quick=quick)
    versions = {package: v for cell in cells for package, v in cell.versions.items()}
    if "workbook" not in missing:
        versions["LibreOffice"] = libreoffice_version().removeprefix("LibreOffice ")
    versions |= {package: version(package) for package in ("polars", "duckdb")}
    made = Measured(machine, versions, sizes, tuple(cells), tuple(estimates), missing, one, None, waits, desk, pages)
    yield made
    yield evolve(made, files=measure_files(jobs, tell))


def _estimated(last: Measurement, size: int) -> Estimate:
    more = size / last.size
    return Estimate(last.rival, size, Times(last.time.wall * more, last.time.cpu * more), last.size)


def _cell(found: dict[str, Any]) -> Measurement:
    return Measurement(**found | {"time": Times(**found["time"]), "digests": tuple(found["digests"])})


def run_one_body(tell: Callable[[str], None]) -> OneBody:
    """Measure one body; ``tell`` is given a line before.

    Raises:
        BenchmarkError: it broke.
    """
    tell("1団体と、その理由")
    try:
        found = _in_process(module="one_body")
    except subprocess.TimeoutExpired as error:
        raise BenchmarkError(f"1団体: {_GIVE_UP}秒で終わりませんでした") from error
    if isinstance(found, str):
        raise BenchmarkError(found)
    return OneBody.from_json(found)


def _in_process(*arguments: str, module: str = "measure") -> dict[str, Any] | str:
    """What a process measured; the name of what is missing where the rival is not installed.

    Raises:
        BenchmarkError: it broke.
        subprocess.TimeoutExpired: it took too long.
    """
    command = [sys.executable, "-m", f"haiten.benchmarks.{module}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_GIVE_UP)
    if done.returncode == MISSING:
        return done.stdout.strip()
    if done.returncode:
        raise BenchmarkError(f"{' '.join(arguments)}: {done.stderr.strip()}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def hold(cell: Measurement, base: Measurement) -> None:
    """Hold a rival's points against haiten's.

    Raises:
        BenchmarkError: they differ; it names the leaves.
    """
    if cell.digests == base.digests:
        return
    leaves = work_of_r8().rules.leaves
    names = [*(leaf.path for leaf in leaves), *(f"計{i}" for i in range(len(base.digests) - len(leaves)))]
    differ = [n for n, mine, theirs in zip(names, cell.digests, base.digests, strict=True) if mine != theirs]
    raise BenchmarkError(f"{cell.rival}、{cell.size:,}団体: haiten と得点が異なる項目: {'、'.join(differ)}")
