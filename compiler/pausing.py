"""The cyclic garbage collector, out of the way of passes that build large trees without cycles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the collector: walking the trees again and again more than doubles the time of a 200,000-line file."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def collect_at_rest() -> None:
    """From now on look for cycles in what is old when asked (``spare_what_is_there``), in what is young less often.

    Who types would wait for it, and a look at all that came about takes as long as all else for a large file.
    """
    gc.set_threshold(10_000, 10, 1_000_000)


def set_aside() -> None:
    """Look at what is there only when asked (``spare_what_is_there``): what came about just now, in a go, is kept.

    It was made while the collector was paused, so that it would walk through all of it soon, in the way of who types.
    """
    gc.freeze()


def spare_what_is_there() -> None:
    """Look for cycles once, and never again in what is left: for who has just read what stays for long.

    Who types then does not wait until a large file has been walked. What was spared before is looked through, too, so
    that cycles that came about since are found the next time.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
