"""Syntax without what does not count: nothing of it is left, and all else stays."""

from pathlib import Path
from typing import Any

import attrs
import pytest

from haiten.compiler.driver import compile_file
from haiten.compiler.folding.fold import Comment
from haiten.compiler.identity.fingerprint import _SAID
from haiten.compiler.source import Source, Span
from haiten.compiler.syntax.bare import without
from haiten.compiler.syntax.rulebook import NO_COMMENTS, Comments

ROOT = Path(__file__).parents[2]
FILES = [*sorted(ROOT.glob("rules/*/*.haiten")), *sorted(ROOT.glob("examples/*/*.haiten"))]


def parts_in(part: Any) -> list[Any]:
    """A part and all within it, by all fields that there are."""
    found, pending = [], [part]
    while pending:
        found.append(current := pending.pop())
        if isinstance(current, tuple | frozenset):
            pending.extend(current)
        elif attrs.has(type(current)) and not isinstance(current, Source):
            pending.extend(getattr(current, a.name) for a in attrs.fields(type(current)))
    return found


def plainly(part: Any, kinds: tuple[type, ...]) -> Any:
    """The same without any thought of where such things may be."""
    if isinstance(part, tuple):
        return tuple(plainly(each, kinds) for each in part if not isinstance(each, kinds))
    if isinstance(part, kinds):
        return None
    if isinstance(part, Comments) and Comment in kinds:
        return NO_COMMENTS
    if not attrs.has(type(part)) or isinstance(part, Source | Span):
        return part
    return attrs.evolve(part, **{a.alias: plainly(getattr(part, a.name), kinds) for a in attrs.fields(type(part))})


def shown(part: Any) -> list[Any]:
    """All that a tree is made of, in its order, places and comments too."""
    return [type(each) if attrs.has(type(each)) else each for each in parts_in(part)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: "-".join(file.parts[-2:]))
@pytest.mark.parametrize("kinds", [(Comment,), (Comment, *_SAID)], ids=["comments", "all that explains"])
def test_nothing_of_it_is_left(file: Path, kinds: tuple[type, ...]) -> None:
    """Wherever in a tree it may stand; what is left is what was there."""
    found = compile_file(file)
    for tree in (found.syntax, found.revision, found.allocation):
        if tree is not None:
            bare = without(tree, kinds)
            assert not [part for part in parts_in(bare) if isinstance(part, kinds)]
            assert shown(bare) == shown(plainly(tree, kinds))
