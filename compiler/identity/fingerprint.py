"""Fingerprints: what a rulebook says, and what it decides (language.md, What stays stable for tools)."""

from hashlib import sha256
from operator import is_
from typing import Any, Final

import attrs
from attrs import evolve, frozen

from haiten.compiler.folding.fold import Comment
from haiten.compiler.identity.normal_form import members_spread
from haiten.compiler.printing.print_allocation import print_allocation
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.source import Span
from haiten.compiler.syntax.allocation import AllocationFile
from haiten.compiler.syntax.expressions import Expression
from haiten.compiler.syntax.rulebook import (
    NO_COMMENTS,
    Carry,
    Citation,
    Comments,
    Origin,
    Remark,
    RulebookFile,
    SourceDecl,
    Text,
    Timing,
    Title,
    Touch,
)

# What explains a rulebook and decides nothing, by what it is and wherever it stands: a field of such a kind that comes
# to be tomorrow is left out as well.
_SAID: Final = (Carry, Citation, Origin, Remark, SourceDecl, Text, Timing, Title, Touch)
# Nothing is said inside an expression, and positions are no part of either.
_WHOLE: Final = (Span, *Expression.__args__)


@frozen
class Fingerprint:
    """Two SHA-256 in hexadecimal.

    Attributes:
        text: over the canonical text without comments.
        rules: over labels, points, conditions and facts, without texts and sources; a range counts as its members.
            Sheets and cut-offs bind to it.
    """

    text: str
    rules: str


def fingerprint(rulebook: RulebookFile) -> Fingerprint:
    """The fingerprints of a rulebook."""
    rules = members_spread(evolve(_without(rulebook, (Comment, *_SAID)), since=None))
    return Fingerprint(_hash(print_rulebook(_without(rulebook, (Comment,)))), _hash(print_rulebook(rules)))


def allocation_fingerprint(file: AllocationFile) -> str:
    """The SHA-256 of an allocation's canonical text, the values of a simulation in it."""
    return _hash(print_allocation(_without(file, (Comment,))))


def _without(part: Any, kinds: tuple[type, ...]) -> Any:
    """A part of a syntax tree without anything of some kinds: None in its place, or nothing in a list."""
    if isinstance(part, tuple):
        inner = tuple(_without(each, kinds) for each in part if not isinstance(each, kinds))
        return part if len(inner) == len(part) and all(map(is_, inner, part)) else inner
    if isinstance(part, kinds):
        return None
    if part is NO_COMMENTS:
        return part
    if isinstance(part, Comments) and Comment in kinds:
        return NO_COMMENTS
    changed = {}
    for name in _parts_of(type(part)):
        before = getattr(part, name)
        if before is not None and (after := _without(before, kinds)) is not before:
            changed[name] = after
    return evolve(part, **changed) if changed else part


_PARTS: Final[dict[type, tuple[str, ...]]] = {}


def _parts_of(kind: type) -> tuple[str, ...]:
    """The fields of a kind of syntax; none for what is whole."""
    found = _PARTS.get(kind)
    if found is None:
        whole = issubclass(kind, _WHOLE) or not attrs.has(kind)
        found = _PARTS[kind] = () if whole else tuple(attribute.name for attribute in attrs.fields(kind))
    return found


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
