"""Parts of a syntax tree without what does not count: comments, or all that explains and decides nothing."""

from operator import is_
from typing import Any, Final, TypeVar

import attrs
from attrs import evolve

from haiten.compiler.folding.fold import Comment
from haiten.compiler.source import Span
from haiten.compiler.syntax.expressions import Expression
from haiten.compiler.syntax.rulebook import NO_COMMENTS, Comments

T = TypeVar("T")
# Nothing is said inside an expression, and positions are no part of either.
_WHOLE: Final = (Span, *Expression.__args__)


class _Parts(dict[type, tuple[str, ...]]):
    def __missing__(self, kind: type) -> tuple[str, ...]:
        whole = issubclass(kind, _WHOLE) or not attrs.has(kind)
        made = self[kind] = () if whole else tuple(attribute.name for attribute in attrs.fields(kind))
        return made


# The fields of a kind of syntax; none for what is whole.
_PARTS: Final = _Parts()


def without_comments(part: T) -> T:
    """A part of a syntax tree with no comment in it; the same one where it has none."""
    bare: T = without(part, (Comment,))
    return bare


def without(part: Any, kinds: tuple[type, ...]) -> Any:
    """A part of a syntax tree without anything of some kinds: None in its place, or nothing in a list.

    What has nothing of them in it stays the one it is.
    """
    if isinstance(part, tuple):
        inner = tuple(without(each, kinds) for each in part if not isinstance(each, kinds))
        return part if len(inner) == len(part) and all(map(is_, inner, part)) else inner
    if isinstance(part, kinds):
        return None
    if part is NO_COMMENTS:
        return part
    if isinstance(part, Comments) and Comment in kinds:
        return NO_COMMENTS
    changed = {}
    for name in _PARTS[type(part)]:
        before = getattr(part, name)
        if before is not None and (after := without(before, kinds)) is not before:
            changed[name] = after
    return evolve(part, **changed) if changed else part
