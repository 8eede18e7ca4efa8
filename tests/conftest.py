"""What all tests share: the flag that rewrites golden files, and the real R6 rulebook."""

import gc
import os
import signal
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

# What is compiled once in a run is not compiled again, as it is for users; nothing of an earlier run is found.
# The tests of the store have folders of their own. Workers are processes of the one that made the folder.
if os.environ.get("HYPOTHESIS_PROFILE") == "mutants":
    os.environ["HAITEN_CACHE"] = "off"  # what one mutant kept, another would read
elif "PYTEST_XDIST_WORKER" not in os.environ:
    kept = tempfile.TemporaryDirectory(prefix="haiten-tests-")
    os.environ["HAITEN_CACHE"] = kept.name

# A job in the background is started with interrupts ignored; what the tests start and interrupt would ignore them, too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

import haiten

ROOT = Path(__file__).parents[1]
R6 = ROOT / "rules" / "r6" / "municipal.haiten"

# The same examples at every run, so that a red test is about the change at hand; the long profile looks for more.
settings.register_profile(
    "test", deadline=None, suppress_health_check=list(HealthCheck), print_blob=True, derandomize=True, database=None
)
settings.register_profile("long", parent=settings.get_profile("test"), max_examples=10_000, derandomize=False)
# A mutant has to be told, not explained: no shrinking.
QUICK = (Phase.explicit, Phase.generate)
settings.register_profile("mutants", parent=settings.get_profile("test"), max_examples=10, phases=QUICK)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "test"))


pytest_plugins = ["slow"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew from what is now said")


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Have the collector look for cycles seldom, as commands do, and never in what all tests need to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_unconfigure() -> None:
    """Leave nothing frozen: libraries look at the end for what nobody gave back."""
    gc.unfreeze()


@pytest.fixture(scope="session")
def r6() -> haiten.Rulebook:
    return haiten.compile(R6)
