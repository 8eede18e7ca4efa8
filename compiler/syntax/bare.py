"""Parts of a syntax tree without what does not count: comments, or all that explains and decides nothing."""

from functools import cache
from operator import is_
from typing import Any, Final, TypeVar, get_args

import attrs

from haiten.compiler.changing import remade
from haiten.compiler.folding.fold import Comment
from haiten.compiler.source import Span
from haiten.compiler.syntax.expressions import Expression
from haiten.compiler.syntax.rulebook import NO_COMMENTS, Comments

T = TypeVar("T")
# Nothing is said inside an expression, and positions are no part of either.
_WHOLE: Final = (Span, *Expression.__args__)


@cache
def _holding(kind: type, kinds: tuple[type, ...]) -> tuple[str, ...]:
    """The fields of a kind of syntax in which something of some kinds may be; none for what is whole."""
    if issubclass(kind, _WHOLE) or not attrs.has(kind):
        return ()
    return tuple(a.name for a in attrs.fields(kind) if _may_hold(a.type, kinds))


def _may_hold(declared: Any, kinds: tuple[type, ...]) -> bool:
    """Whether what a field is declared to be is, or holds, something of some kinds."""
    if isinstance(declared, str):  # a kind that is named before it is known
        return True
    if not isinstance(declared, type) or get_args(declared):
        return any(_may_hold(inner, kinds) for inner in get_args(declared))
    return issubclass(declared, kinds) or bool(_holding(declared, kinds))  # type: ignore[arg-type]  # hashable


def without_comments(part: T) -> T:
    """A part of a syntax tree with no comment in it; the same one where it has none."""
    bare: T = without(part, (Comment,))
    return bare


def without(part: Any, kinds: tuple[type, ...]) -> Any:
    """A part of a syntax tree without anything of some kinds: None in its place, or nothing in a list.

    What has nothing of them in it stays the one it is.
    """
    if isinstance(part, tuple):
        inner = tuple([without(each, kinds) for each in part if not isinstance(each, kinds)])
        return part if len(inner) == len(part) and all(map(is_, inner, part)) else inner
    if isinstance(part, kinds):
        return None
    if part is NO_COMMENTS:
        return part
    if isinstance(part, Comments) and Comment in kinds:
        return NO_COMMENTS
    changed = {}
    for name in _holding(type(part), kinds):  # type: ignore[arg-type]  # classes are hashable
        before = getattr(part, name)
        if before and (after := without(before, kinds)) is not before:
            changed[name] = after
    return remade(part, changed) if changed else part
