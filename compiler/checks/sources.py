"""Sources: what is cited is declared, what is declared is cited; and how much of a rulebook stands on what."""

from collections import Counter
from collections.abc import Iterable, Iterator

from attrs import frozen

from haiten.compiler.diagnostics import Diagnostic, UncitedText, UnknownSource, UnusedName
from haiten.compiler.program import Node, Program
from haiten.compiler.suggest import nearest
from haiten.compiler.syntax import RESERVED_SOURCES, Citation, Text


@frozen
class Standing:
    """How many values stand on a source, are derived from published figures, are estimated, or on nothing."""

    sourced: int = 0
    derived: int = 0
    estimated: int = 0
    uncited: int = 0


def standing_of(citations: Iterable[Citation]) -> str:
    """What a value stands on: its strongest citation, one of the names of ``Standing``."""
    kinds = {citation.kind for citation in citations}
    if "source" in kinds:
        return "sourced"
    return "derived" if "derived" in kinds else "estimated" if "estimated" in kinds else "uncited"


def count_standing(citations: Iterable[tuple[Citation, ...]]) -> Standing:
    """Count many values by what they stand on."""
    counts = dict.fromkeys(("sourced", "derived", "estimated", "uncited"), 0)
    for marks in citations:
        counts[standing_of(marks)] += 1
    return Standing(**counts)


def count_sources(citations: Iterable[tuple[Citation, ...]]) -> dict[str, int]:
    """How many values stand on each document, by its name."""
    named = (
        next(c.source for c in marks if c.kind == "source") for marks in citations if standing_of(marks) == "sourced"
    )
    return dict(Counter(name for name in named if name is not None))


def written_nodes(program: Program) -> Iterator[Node]:
    """The nodes that the file itself writes, once each."""
    return (node for node in program.nodes.values() if not node.is_shared)


def texts_of(program: Program) -> Iterator[tuple[str, Text]]:
    """Every text that should cite a source, with where it stands."""
    for fact in program.facts.values():
        if fact.decl.text:
            yield f"事実「{fact.name}」", Text(fact.decl.text.value, fact.decl.citations, fact.decl.text.span)
    for node in written_nodes(program):
        if node.decl.heading.text:
            yield f"「{node.path}」", node.decl.heading.text
        for remark in node.decl.remarks:
            yield f"「{node.path}」の留意", remark.text


def check_sources(program: Program) -> Iterator[Diagnostic]:
    """Citations of unknown sources, and sources that nothing cites."""
    declared = {source.full_name: source for source in program.syntax.sources}
    cited: set[str] = set()
    for citation in _citations(program):
        if citation.source is None:
            continue
        cited.add(citation.source)
        if citation.source not in declared and not {citation.name, "出典"} & program.syntax.lost_names:
            yield UnknownSource(citation.span, citation.source, nearest(citation.source, declared))
    if program.syntax.damaged:
        return
    for source in declared.values():
        if source.full_name not in cited and source.name not in RESERVED_SOURCES:
            yield UnusedName(source.span, "出典", source.full_name)


def uncited_texts(program: Program) -> Iterator[Diagnostic]:
    """Texts without a source: what ``--strict`` refuses."""
    return (UncitedText(text.span, where) for where, text in texts_of(program) if not text.citations)


def _citations(program: Program) -> Iterator[Citation]:
    for fact in program.facts.values():
        yield from fact.decl.citations
    for node in written_nodes(program):
        decl = node.decl
        yield from node.text_citations
        if decl.heading.points:
            yield from decl.heading.points.citations
        for remark in decl.remarks:
            yield from remark.text.citations
        for definition in decl.definitions:
            yield from definition.citations
        if decl.requirement:
            yield from decl.requirement.citations
        if decl.undisclosed:
            yield from decl.undisclosed.points.citations
