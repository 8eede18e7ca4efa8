"""Frozen objects with other parts: where nothing is another, the object stays the one that it is."""

from operator import is_
from typing import Any, TypeVar

from attrs import evolve

T = TypeVar("T")


def changed(whole: T, **parts: Any) -> T:
    """An object with other parts; itself where they are the parts that it has, or tuples of the same."""
    news = {name: part for name, part in parts.items() if not _is_same(part, getattr(whole, name))}
    made: T = evolve(whole, **news) if news else whole  # type: ignore[misc]  # any attrs class
    return made


def _is_same(one: object, other: object) -> bool:
    if one is other:
        return True
    return isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other) and all(map(is_, one, other))
