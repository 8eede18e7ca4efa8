"""One cell of the table: one rival, one population, in this process alone; ``run.py`` starts a fresh one for each.

The first run warms up and gives the result that is compared; the peak of memory is read right after it. Where that run
is long it is the measurement, since a repetition would tell nothing new.
"""

import gc
import hashlib
import json
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, Final

from attrs import asdict, frozen

from haiten.benchmarks.population import draw
from haiten.benchmarks.rivals import RIVALS, AgreedPoints, Work
from haiten.benchmarks.rules import rules_of
from haiten.scoring.rulebook import compile_rulebook

ROOT: Final = Path(__file__).parents[1]
RULEBOOK: Final = ROOT / "rules" / "r8" / "municipal.haiten"
NATION: Final = 1_741
TRACED: Final = "推進.Ⅳ.成果.1"
_MOST_REPEATS: Final = 25
_LEAST_REPEATS: Final = 3
_LONG: Final = 10.0  # seconds; who takes longer is run once
_ENOUGH: Final = 2.0  # seconds of repetitions
_TURN: Final = 0.02  # seconds; what is shorter is timed many at once


@frozen
class Times:
    """Medians of some runs, in seconds.

    Attributes:
        wall: by the clock on the wall; ``cpu``: processor time, user and system, of all threads and children.
    """

    wall: float
    cpu: float


@frozen
class Measurement:
    """What was measured; times in seconds, memory in bytes.

    Attributes:
        ready: making the rival from the compiled rulebook; ``load``: the population in the rival's form.
        runs: how many were timed; ``time``: their medians.
        loaded: resident memory's peak when the population was loaded; ``peak`` after the first run.
        digests: of each leaf's points, and of the totals, in the order of the rules.
    """

    rival: str
    size: int
    ready: float
    load: float
    runs: int
    time: Times
    loaded: int
    peak: int
    digests: tuple[str, ...]
    versions: dict[str, str]


def measure(rival: str, size: int) -> Measurement:
    """Measure one rival on one population.

    Raises:
        ImportError: a package or program of the rival is missing.
    """
    entry, work = RIVALS[rival], work_of_r8()
    population = draw(work.program, work.rules, size)
    start = perf_counter()
    worker = entry.load()(work)
    ready, start = perf_counter() - start, perf_counter()
    inputs = worker.load(population)
    load, loaded = perf_counter() - start, _peak(entry.children)
    first, result = _timed(lambda: worker.run(inputs))
    peak = _peak(entry.children)
    digests = digests_of(worker.points(result))
    del result
    runs = [first] if first.wall > _LONG else _repeat(lambda: worker.run(inputs))
    versions = {package: version(package) for package in entry.packages}
    return Measurement(rival, size, ready, load, len(runs), _medians(runs), loaded, peak, digests, versions)


def work_of_r8() -> Work:
    """The R8 rulebook for municipalities, compiled."""
    rulebook = compile_rulebook(RULEBOOK)
    rulebook.evaluator  # noqa: B018 - made on first use, and not part of scoring
    return Work(rulebook, rulebook.program, rules_of(rulebook.program))


def _repeat(run: Callable[[], Any]) -> list[Times]:
    """Times of a run, each the mean of as many in a row as it takes for the clock to tell something."""
    count = max(1, int(_TURN / _timed(run)[0].wall))
    runs: list[Times] = []
    while len(runs) < _LEAST_REPEATS or (
        len(runs) < _MOST_REPEATS and sum(time.wall for time in runs) * count < _ENOUGH
    ):
        gc.collect()
        time, _ = _timed(lambda: _in_a_row(run, count))
        runs.append(Times(time.wall / count, time.cpu / count))
    return runs


def _in_a_row(run: Callable[[], Any], count: int) -> None:
    for _ in range(count):
        run()  # whose result goes before the next run, not while it holds its own


def _timed(run: Callable[[], Any]) -> tuple[Times, Any]:
    wall, cpu = perf_counter(), _processor()
    result = run()
    return Times(perf_counter() - wall, _processor() - cpu), result


def _processor() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime


def _medians(runs: list[Times]) -> Times:
    return Times(median(time.wall for time in runs), median(time.cpu for time in runs))


def _peak(children: bool) -> int:
    """Peak resident memory so far, of this process or of the largest of its children."""
    if not children:
        # The system counts the process from which this one was started, too, where it is asked by getrusage.
        with suppress(OSError), open("/proc/self/status", encoding="ascii", errors="replace") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) * 1024
    return resource.getrusage(resource.RUSAGE_CHILDREN if children else resource.RUSAGE_SELF).ru_maxrss * 1024


def digests_of(points: AgreedPoints) -> tuple[str, ...]:
    """A digest per leaf, then one of each row of totals: equal digests are equal points of every body."""
    return tuple(
        hashlib.blake2b(row.tobytes(), digest_size=12).hexdigest()
        for part in (points.leaves, points.totals)
        for row in part
    )


def time_of(run: Callable[[], Any]) -> Times:
    """The median of many runs, after one to warm up."""
    run()
    return _medians(_repeat(run))


def main(arguments: list[str]) -> int:
    """``measure.py RIVAL SIZE``: what was measured, as JSON; 3 where a rival is missing."""
    try:
        found = measure(arguments[0], int(arguments[1]))
    except ImportError as missing:
        print(missing.name or missing)
        return 3
    print(json.dumps(asdict(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
