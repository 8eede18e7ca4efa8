"""Frozen objects with other parts: where nothing is another, the object stays the one that it is."""

from collections.abc import Callable, Mapping
from operator import attrgetter, is_
from typing import Any, Final, TypeVar

import attrs

T = TypeVar("T")


class _Parts(dict[type, tuple[dict[str, int], Callable[[Any], tuple[Any, ...]]]]):
    def __missing__(self, kind: type) -> tuple[dict[str, int], Callable[[Any], tuple[Any, ...]]]:
        names = [a.name for a in attrs.fields(kind)]
        # With the class, as of one name alone no tuple would come.
        made = self[kind] = {name: at for at, name in enumerate(names)}, attrgetter(*names, "__class__")
        return made


# Where each part of a kind stands among the arguments by which it is made, and what gives all that an object has.
_PARTS: Final = _Parts()


def remade(whole: T, parts: Mapping[str, Any]) -> T:
    """An object with other parts, as ``attrs.evolve`` makes it, for kinds that are made of all their fields."""
    places, of = _PARTS[type(whole)]
    *arguments, kind = of(whole)
    for name, part in parts.items():
        arguments[places[name]] = part
    made: T = kind(*arguments)
    return made


def changed(whole: T, **parts: Any) -> T:
    """An object with other parts; itself where they are the parts that it has, or tuples of the same."""
    news = {}
    for name, part in parts.items():
        before = getattr(whole, name)
        if part is not before and not _are_same(part, before):
            news[name] = part
    return remade(whole, news) if news else whole


def _are_same(one: object, other: object) -> bool:
    return isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other) and all(map(is_, one, other))
