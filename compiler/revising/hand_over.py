"""What a rulebook hands on to the next year: its sources become those of an older year (language.md, Sources)."""

from collections.abc import Callable
from typing import Any, Final

import attrs
from attrs import evolve

from haiten.compiler.syntax.rulebook import (
    Citation,
    Definition,
    FactDecl,
    Heading,
    NodeDecl,
    Points,
    Remark,
    Requirement,
    RulebookFile,
    Text,
    Undisclosed,
)

Citations = tuple[Citation, ...]
# All that cites, and all that holds what cites.
_CITING: Final = (NodeDecl, Heading, Text, Points, Remark, Definition, Requirement, Undisclosed, FactDecl)


def map_citations(part: Any, change: Callable[[Citations], Citations]) -> Any:
    """The same part of a rulebook with every run of citations in it changed."""
    if isinstance(part, tuple):
        return tuple(map_citations(inner, change) for inner in part)
    if not isinstance(part, _CITING):
        return part
    changes: dict[str, Any] = {}
    for attribute in attrs.fields(type(part)):
        value = getattr(part, attribute.name)
        if attribute.name == "citations":
            changes["citations"] = change(value)
        elif isinstance(value, _CITING) or (isinstance(value, tuple) and value and isinstance(value[0], _CITING)):
            changes[attribute.name] = map_citations(value, change)
    return attrs.evolve(part, **changes)


def carry_over(base: RulebookFile) -> RulebookFile:
    """A rulebook as the next year finds it: citations and sources name its year, 引継ぎ has done its work."""
    year = base.header.year

    def aged(citations: Citations) -> Citations:
        return tuple(evolve(c, year=c.year or year) if c.name is not None else c for c in citations)

    return evolve(
        base,
        sources=tuple(evolve(source, year=source.year or year) for source in base.sources),
        facts=map_citations(base.facts, aged),
        grants=tuple(_without_carry(node) for node in map_citations(base.grants, aged)),
        since=base.since or year,
    )


def _without_carry(node: NodeDecl) -> NodeDecl:
    return evolve(node, carry=None, children=tuple(_without_carry(child) for child in node.children))


def recite(part: Any, old: Citation, new: Citations) -> tuple[Any, int]:
    """A part of a rulebook with ``new`` wherever ``old`` was cited, and how often that was."""
    times = 0

    def changed(citations: Citations) -> Citations:
        nonlocal times
        if old not in citations:
            return citations
        times += 1
        return tuple(c for cited in citations for c in (new if cited == old else (cited,)))

    return map_citations(part, changed), times


def citations_in(part: Any) -> list[Citation]:
    """All citations in a part of a rulebook."""
    found: list[Citation] = []

    def note(citations: Citations) -> Citations:
        found.extend(citations)
        return citations

    map_citations(part, note)
    return found


def cited_sources(part: Any) -> set[str]:
    """The full names of all sources that a part of a rulebook cites."""
    return {c.source for c in citations_in(part) if c.source is not None}
