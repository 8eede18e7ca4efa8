"""Fingerprints: what a rulebook says, and what it decides (language.md, What stays stable for tools)."""

from hashlib import sha256
from typing import Final

from haiten.compiler.changing import evolve
from haiten.compiler.folding.fold import Comment
from haiten.compiler.identity.normal_form import members_spread
from haiten.compiler.late import frozen
from haiten.compiler.printing.print_allocation import print_allocation
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.syntax.allocation import AllocationFile
from haiten.compiler.syntax.bare import without, without_comments
from haiten.compiler.syntax.rulebook import (
    Carry,
    Citation,
    Origin,
    PastName,
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
_SAID: Final = (Carry, Citation, Origin, PastName, Remark, SourceDecl, Text, Timing, Title, Touch)


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
    rules = members_spread(evolve(without(rulebook, (Comment, *_SAID)), since=None))
    return Fingerprint(_hash(print_rulebook(without_comments(rulebook))), _hash(print_rulebook(rules)))


def allocation_fingerprint(file: AllocationFile) -> str:
    """The SHA-256 of an allocation's canonical text, the values of a simulation in it."""
    return _hash(print_allocation(without_comments(file)))


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
