"""Fingerprints: what a rulebook says, and what it decides (language.md, What stays stable for tools)."""

from hashlib import sha256
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
        return tuple(_without(inner, kinds) for inner in part if not isinstance(inner, kinds))
    if isinstance(part, kinds):
        return None
    if isinstance(part, Comments) and Comment in kinds:
        return NO_COMMENTS
    if isinstance(part, _WHOLE) or not attrs.has(type(part)):
        return part
    before = {attribute.name: getattr(part, attribute.name) for attribute in attrs.fields(type(part))}
    after = {name: _without(value, kinds) for name, value in before.items()}
    changed = {name: value for name, value in after.items() if value is not before[name]}
    return evolve(part, **changed) if changed else part


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
