"""Which tests are slow: tests/slow.txt names them as they were measured, and this marks them.

``make slow`` measures again. A test is one function, whatever its cases: it is slow where they take long together.
"""

from collections import defaultdict
from pathlib import Path
from typing import Final

import pytest

LIST: Final = Path(__file__).parent / "slow.txt"
LIMIT: Final = 0.3  # seconds, of all cases of a test together
_HEAD: Final = f"""# Tests that take over {LIMIT} seconds, all their cases together. Written by `make slow`.
"""


def slow_tests() -> dict[str, float]:
    """The tests that are slow, and their seconds."""
    lines = [line for line in LIST.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {name: float(seconds) for name, seconds in (line.split("\t") for line in lines)}


def listed(measured: dict[str, float]) -> str:
    """The list as it is written, of all tests that were measured the slow ones."""
    lines = (f"{name}\t{seconds:.1f}\n" for name, seconds in sorted(measured.items()) if seconds > LIMIT)
    return _HEAD + "".join(lines)


def function_of(case: str) -> str:
    """The test that a case belongs to."""
    return case.partition("[")[0]


class Measure:
    """Adds up the seconds of each test, its fixtures included, and writes the list when all have run."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[function_of(report.nodeid)] += report.duration

    def pytest_sessionfinish(self) -> None:
        LIST.write_text(listed(self.seconds), encoding="utf-8")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the flag that measures."""
    parser.addoption("--write-slow", action="store_true", help="measure all tests, and write tests/slow.txt anew")


def pytest_configure(config: pytest.Config) -> None:
    """Measure where that is asked for, in the process that hears of all tests."""
    if config.getoption("write_slow") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Measure())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow ones."""
    slow = slow_tests()
    for item in items:
        if function_of(item.nodeid) in slow:
            item.add_marker(pytest.mark.slow)
