"""The nearest known name, for もしかして."""

from collections.abc import Iterable
from itertools import takewhile

from haiten.compiler.folding.lookalikes import path_meant


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like ``name``; None where none is alike enough.

    One that differs only in how its labels are written is more like it than any other. Of two characters one is enough,
    as names of two kanji are common.
    """
    from difflib import SequenceMatcher, get_close_matches  # which take time to load

    known, meant = list(known), path_meant(name)
    same = [other for other in known if path_meant(other) == meant]
    if len(same) == 1:
        return same[0]
    close = get_close_matches(name, known, n=5, cutoff=0.5 if len(name) == 2 else 0.6)
    # Of equally near ones, the one that begins alike: a slip is more often at the end of a word.
    ratio = {other: SequenceMatcher(None, other, name).ratio() for other in close}
    return max(close, key=lambda other: (ratio[other], _alike_at_first(other, name)), default=None)


def _alike_at_first(one: str, other: str) -> int:
    """How many characters two names begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
