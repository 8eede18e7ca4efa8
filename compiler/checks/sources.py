"""Sources: what is cited is declared, what is declared is cited; and how much of a rulebook stands on what."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from itertools import chain
from typing import Final

from haiten.compiler.checks.kept_parts import KeptParts
from haiten.compiler.diagnostics import Diagnostic, UncitedText, UnknownSource, UnusedName
from haiten.compiler.late import frozen
from haiten.compiler.program.allocation import Allocation
from haiten.compiler.program.program import Node, Program
from haiten.compiler.source import Span
from haiten.compiler.suggest import nearest
from haiten.compiler.syntax.rulebook import RESERVED_SOURCES, Citation, ConstantDecl, SourceDecl, Text

_SHOWN: Final = 10


@frozen
class Sourcing:
    """How many values stand on a source, are derived from published figures, are estimated, or on nothing."""

    sourced: int = 0
    derived: int = 0
    estimated: int = 0
    uncited: int = 0


def standing_of(citations: Iterable[Citation]) -> str:
    """What a value stands on: its strongest citation, one of the names of ``Sourcing``."""
    kinds = {citation.kind for citation in citations}
    if "source" in kinds:
        return "sourced"
    return "derived" if "derived" in kinds else "estimated" if "estimated" in kinds else "uncited"


def count_standing(citations: Iterable[tuple[Citation, ...]]) -> Sourcing:
    """Count many values by what they stand on."""
    counts = dict.fromkeys(("sourced", "derived", "estimated", "uncited"), 0)
    for marks in citations:
        counts[standing_of(marks)] += 1
    return Sourcing(**counts)


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
    """Every text of the file that should cite a source, with where it stands."""
    if program.allocation is not None:
        yield from _allocation_texts(program.allocation)
        return
    for fact in program.facts.values():
        if fact.decl.text:
            yield f"事実「{fact.name}」", Text(fact.decl.text.value, fact.decl.citations, fact.decl.text.span)
    yield from _constant_texts(program.syntax.constants)
    for node in written_nodes(program):
        if node.decl.heading.text:
            yield f"「{node.path}」", node.decl.heading.text
        for remark in node.decl.remarks:
            yield f"「{node.path}」の留意", remark.text


def _constant_texts(constants: Iterable[ConstantDecl]) -> Iterator[tuple[str, Text]]:
    for constant in constants:
        if constant.text:
            yield f"定数「{constant.name}」", Text(constant.text.value, constant.citations, constant.text.span)


def _allocation_texts(allocation: Allocation) -> Iterator[tuple[str, Text]]:
    file = allocation.syntax
    for fact in file.facts:
        if fact.text:
            yield f"事実「{fact.name}」", Text(fact.text.value, fact.citations, fact.text.span)
    yield from _constant_texts(file.constants)
    lines = [("予算", budget.name, budget.text) for budget in file.budgets]
    for pot in file.pots:
        lines.append(("配分", pot.line.name, pot.line.text))
        lines += [("枠", f"{pot.line.name}.{frame.label}", frame.text) for frame in pot.frames]
    lines += [("時点", event.time, event.text) for event in file.calendar]
    yield from ((f"{what}「{name}」", text) for what, name, text in lines if text is not None)


def check_sources(program: Program, kept: KeptParts) -> Iterator[Diagnostic]:
    """Citations of unknown sources, and sources that nothing cites."""
    written = program.syntax
    above, names = [*_cited_above(program)], kept.of(program, _names_cited)
    cited = {c.source for c in above if c.source is not None}.union(*names.values())
    if cited <= {source.full_name for source in written.sources}:
        yield from () if written.damaged else _uncited(written.sources, cited)
        return
    below = (citation for node in written_nodes(program) for citation in _cited_at(node))
    yield from check_citations(chain(above, below), written.sources, written.lost_names, damaged=written.damaged)


def _names_cited(_: Program, node: Node) -> frozenset[str] | None:
    """The sources that a node cites where it is written."""
    return None if node.is_shared else frozenset(c.source for c in _cited_at(node) if c.source is not None)


def check_citations(
    citations: Iterable[Citation], sources: Iterable[SourceDecl], lost_names: frozenset[str], *, damaged: bool
) -> Iterator[Diagnostic]:
    """The same for the citations and sources of any kind of file."""
    declared = {source.full_name: source for source in sources}
    cited: set[str] = set()
    unknown: dict[str, list[Span]] = {}
    for citation in citations:
        if citation.source is None:
            continue
        cited.add(citation.source)
        if citation.source not in declared and not {citation.name, "出典"} & lost_names:
            unknown.setdefault(citation.source, []).append(citation.span)
    # A source that is not declared is one mistake, however often it is cited.
    for name, spans in unknown.items():
        yield UnknownSource(spans[0], name, _source_meant(name, declared), _uses(spans))
    if not damaged:
        yield from _uncited(sources, cited)


def _uncited(sources: Iterable[SourceDecl], cited: Set[str]) -> Iterator[Diagnostic]:
    for source in {source.full_name: source for source in sources}.values():
        if source.full_name not in cited and source.name not in RESERVED_SOURCES:
            yield UnusedName(source.span, "出典", source.full_name)


def _source_meant(name: str, declared: Iterable[str]) -> str | None:
    """The source that a name most likely is: one with its place run on to it, or the nearest."""
    for known in declared:
        if name.startswith(known) and re.match(r"[ .]?(?:p|P|頁|[0-9]|第|表|別)", name[len(known) :]):
            return f"{known} {name[len(known) :].lstrip(' .')}"
    return nearest(name, [*declared, "推定"])


def _uses(spans: list[Span]) -> str:
    """How often and where; empty for one use."""
    spans = list({(span.source.name, span.start): span for span in spans}.values())  # one 改め文 cites in many places
    if len(spans) == 1:
        return ""
    lines = dict.fromkeys(span.line for span in spans)
    shown = "、".join(f"{line}行" for line in list(lines)[:_SHOWN])
    return f"{len(spans)}か所で使われています（{shown}{'…' if len(lines) > _SHOWN else ''}）。"


def uncited_texts(program: Program) -> Iterator[Diagnostic]:
    """Texts without a source: what ``--strict`` refuses."""
    return (UncitedText(text.span, where) for where, text in texts_of(program) if not text.citations)


def _cited_above(program: Program) -> Iterator[Citation]:
    """What is cited outside all nodes."""
    for fact in program.facts.values():
        yield from fact.decl.citations
    for constant in program.syntax.constants:
        yield from constant.citations


def _cited_at(node: Node) -> Iterator[Citation]:
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
