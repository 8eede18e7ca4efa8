"""Pages in a browser are tried where there is one to drive: ``make test-browser`` installs what that takes."""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest

collect_ignore_glob = [] if find_spec("playwright") else ["test_*.py"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The one browser of a run, as there can be no second in a process."""
    from browser import chromium

    with chromium() as made:
        yield made
