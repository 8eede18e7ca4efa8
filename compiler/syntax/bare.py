"""Parts of a syntax tree without what does not count: comments, or all that explains and decides nothing."""

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


def without_comments(part: T) -> T:
    """A part of a syntax tree with no comment in it; the same one where it has none."""
    bare: T = without(part, (Comment,))
    return bare


def without(part: Any, kinds: tuple[type, ...]) -> Any:
    """A part of a syntax tree without anything of some kinds: None in its place, or nothing in a list."""
    if isinstance(part, tuple):
        return tuple(without(inner, kinds) for inner in part if not isinstance(inner, kinds))
    if isinstance(part, kinds):
        return None
    if isinstance(part, Comments) and Comment in kinds:
        return NO_COMMENTS
    if isinstance(part, _WHOLE) or not attrs.has(type(part)):
        return part
    before = {attribute.name: getattr(part, attribute.name) for attribute in attrs.fields(type(part))}
    after = {name: without(value, kinds) for name, value in before.items()}
    changed = {name: value for name, value in after.items() if value is not before[name]}
    return evolve(part, **changed) if changed else part
