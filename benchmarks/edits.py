"""What an editor waits for: ``python -m haiten.benchmarks.edits`` prints the times of R8 after a change of one line."""

import json
import re
import sys
from collections.abc import Iterator
from statistics import median
from time import perf_counter, process_time
from typing import Final

from attrs import asdict

from haiten.benchmarks.measure import RULEBOOK, Times
from haiten.compiler.diagnostics import has_errors
from haiten.compiler.source import Source, read_source
from haiten.scoring.proving.workspace import Workspace

_EDITS: Final = 21
_TEXT: Final = re.compile("「[^「」]+」〔")


def edits(source: Source) -> Iterator[Source]:
    """The file with another word in one of its texts, each time in another line."""
    places = [found.start() + 1 for found in _TEXT.finditer(source.text)]
    for number in range(_EDITS):
        at = places[number * len(places) // _EDITS]
        yield Source(source.name, f"{source.text[:at]}新しい{source.text[at:]}")


def measure_edits() -> tuple[Times, Times]:
    """Compiling again, and with it all that is wrong, after a change: medians."""
    source, space = read_source(RULEBOOK), Workspace()
    space.examine(RULEBOOK)
    compiled: list[Times] = []
    examined: list[Times] = []
    for edited in edits(source):
        space.open(edited)
        wall, cpu = perf_counter(), process_time()
        found = space.compile(RULEBOOK)
        compiled.append(Times(perf_counter() - wall, process_time() - cpu))
        space.examine(RULEBOOK)
        examined.append(Times(perf_counter() - wall, process_time() - cpu))
        assert found.source is edited
        assert not has_errors(found.diagnostics)
    return _median(compiled), _median(examined)


def _median(times: list[Times]) -> Times:
    return Times(median(time.wall for time in times), median(time.cpu for time in times))


if __name__ == "__main__":
    json.dump([asdict(times) for times in measure_edits()], sys.stdout)
