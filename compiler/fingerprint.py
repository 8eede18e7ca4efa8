"""Fingerprints: what a rulebook says, and what it decides (language.md, What stays stable for tools)."""

from hashlib import sha256
from typing import Any

import attrs
from attrs import evolve, frozen

from haiten.compiler import syntax
from haiten.compiler.allocation_syntax import AllocationFile
from haiten.compiler.print_allocation import print_allocation
from haiten.compiler.printer import print_rulebook
from haiten.compiler.syntax import NO_COMMENTS, Comments, Rulebook


@frozen
class Fingerprint:
    """Two SHA-256 in hexadecimal.

    Attributes:
        text: over the canonical text without comments.
        rules: over labels, points, conditions and facts, without texts and sources; sheets and cut-offs bind to it.
    """

    text: str
    rules: str


def fingerprint(rulebook: Rulebook) -> Fingerprint:
    """The fingerprints of a rulebook."""
    plain = evolve(
        rulebook,
        header=evolve(rulebook.header, comments=NO_COMMENTS),
        title=rulebook.title and evolve(rulebook.title, comments=NO_COMMENTS),
        sources=tuple(evolve(source, comments=NO_COMMENTS) for source in rulebook.sources),
        facts=tuple(evolve(fact, comments=NO_COMMENTS) for fact in rulebook.facts),
        classes=tuple(evolve(classes, comments=NO_COMMENTS) for classes in rulebook.classes),
        grants=tuple(_without_comments(grant) for grant in rulebook.grants),
        closing=(),
    )
    rules = evolve(
        plain,
        title=None,
        since=None,
        sources=(),
        facts=tuple(evolve(fact, text=None, citations=()) for fact in plain.facts),
        grants=tuple(_without_texts(grant) for grant in plain.grants),
    )
    return Fingerprint(_hash(print_rulebook(plain)), _hash(print_rulebook(rules)))


def allocation_fingerprint(file: AllocationFile) -> str:
    """The SHA-256 of an allocation's canonical text, the values of a simulation in it."""
    return _hash(print_allocation(_plain(file)))


def _plain(part: Any) -> Any:
    """A part of a syntax tree, and all within it, without comments."""
    if isinstance(part, tuple):
        return tuple(_plain(inner) for inner in part)
    if not attrs.has(type(part)):
        return part
    if isinstance(part, Comments):
        return NO_COMMENTS
    kept = {a.name: _plain(getattr(part, a.name)) for a in attrs.fields(type(part)) if a.eq or a.name == "comments"}
    return evolve(part, closing=(), **kept) if isinstance(part, AllocationFile) else evolve(part, **kept)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _without_comments(node: syntax.Node) -> syntax.Node:
    return evolve(
        node,
        heading=evolve(node.heading, comments=NO_COMMENTS),
        timing=node.timing and evolve(node.timing, comments=NO_COMMENTS),
        remarks=tuple(evolve(remark, comments=NO_COMMENTS) for remark in node.remarks),
        definitions=tuple(evolve(definition, comments=NO_COMMENTS) for definition in node.definitions),
        requirement=node.requirement and evolve(node.requirement, comments=NO_COMMENTS),
        undisclosed=node.undisclosed and evolve(node.undisclosed, comments=NO_COMMENTS),
        children=tuple(_without_comments(child) for child in node.children),
        carry=node.carry and evolve(node.carry, comments=NO_COMMENTS),
    )


def _without_texts(node: syntax.Node) -> syntax.Node:
    heading = node.heading
    return evolve(
        node,
        heading=evolve(heading, text=None, origin=None, points=heading.points and evolve(heading.points, citations=())),
        timing=None,
        carry=None,
        remarks=(),
        definitions=tuple(evolve(definition, citations=()) for definition in node.definitions),
        requirement=node.requirement and evolve(node.requirement, citations=()),
        children=tuple(_without_texts(child) for child in node.children),
    )
