"""The nearest known name, for もしかして."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like ``name``; None where none is alike enough.

    Of two characters one is enough, as names of two kanji are common.
    """
    return next(iter(get_close_matches(name, list(known), n=1, cutoff=0.5 if len(name) == 2 else 0.6)), None)
