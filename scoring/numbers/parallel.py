"""Work shared among the processors: NumPy lets another thread run while it computes."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

Chunk = TypeVar("Chunk")
MANY: Final = 200_000  # from so many bodies on; below, starting a thread costs more than it saves


def each(work: Callable[[Chunk], None], parts: Sequence[Chunk], bodies: int) -> None:
    """Do some work for each part; for many bodies in several threads, so that no part may need another."""
    if bodies < MANY or len(parts) < 2:
        for part in parts:
            work(part)
        return
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with ThreadPoolExecutor(processors) as pool:
        for done in pool.map(work, parts):
            assert done is None
