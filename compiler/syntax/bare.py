"""Parts of a syntax tree without what does not count: comments, or all that explains and decides nothing."""

from functools import cache
from operator import is_
from typing import Any, Final, TypeVar, get_args

from haiten.compiler.changing import evolve
from haiten.compiler.folding.fold import Comment
from haiten.compiler.late import fields_of, has_fields
from haiten.compiler.source import Span
from haiten.compiler.syntax.expressions import Expression
from haiten.compiler.syntax.rulebook import NO_COMMENTS, Comments

T = TypeVar("T")
# Nothing is said inside an expression, and positions are no part of either.
_WHOLE: Final = (Span, *Expression.__args__)


class _Holding(dict[type, tuple[str, ...] | None]):
    """The fields of each kind of syntax in which something of some kinds may be; None for those kinds themselves."""

    def __init__(self, kinds: tuple[type, ...]) -> None:
        super().__init__()
        self.kinds = kinds

    def __missing__(self, kind: type) -> tuple[str, ...] | None:
        made: tuple[str, ...] | None = None
        if not issubclass(kind, self.kinds):
            fields = () if issubclass(kind, _WHOLE) or not has_fields(kind) else fields_of(kind)
            made = tuple(a.name for a in fields if self._may_hold(a.type))
        self[kind] = made
        return made

    def _may_hold(self, declared: Any) -> bool:
        """Whether what a field is declared to be is, or holds, something of the kinds."""
        if isinstance(declared, str):  # a kind that is named before it is known
            return True
        if not isinstance(declared, type) or get_args(declared):
            return any(map(self._may_hold, get_args(declared)))
        return self[declared] != ()


_holding: Final = cache(_Holding)


def without_comments(part: T) -> T:
    """A part of a syntax tree with no comment in it; the same one where it has none."""
    bare: T = without(part, (Comment,))
    return bare


def without(part: Any, kinds: tuple[type, ...]) -> Any:
    """A part of a syntax tree without anything of some kinds: None in its place, or nothing in a list.

    What has nothing of them in it stays the one it is.
    """
    return _without(part, _holding(kinds))


def _without(part: Any, holding: _Holding) -> Any:
    if isinstance(part, tuple):
        inner = tuple([_without(each, holding) for each in part if holding[type(each)] is not None])
        return part if len(inner) == len(part) and all(map(is_, inner, part)) else inner
    names = holding[type(part)]
    if names is None:
        return None
    changed = {}
    for name in names:
        before = getattr(part, name)
        if before and (after := _without(before, holding)) is not before:
            changed[name] = after
    if not changed:
        return part
    return NO_COMMENTS if isinstance(part, Comments) else evolve(part, **changed)
