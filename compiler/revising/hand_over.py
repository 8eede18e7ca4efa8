"""What a rulebook hands on to the next year: its sources become those of an older year (language.md, Sources)."""

from collections.abc import Callable, Sequence
from operator import is_
from typing import Any, Final, get_args

from attrs import field

from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import Diagnostic, MissingPart
from haiten.compiler.identity.lineage import Lineage, trace_lineages
from haiten.compiler.identity.node_index import NodeIndex, index_nodes
from haiten.compiler.late import define, fields_of, frozen
from haiten.compiler.printing.print_rulebook import print_citations
from haiten.compiler.syntax.revision import Recite
from haiten.compiler.syntax.rulebook import (
    Citation,
    ConstantDecl,
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
_CITING: Final = (NodeDecl, Heading, Text, Points, Remark, Definition, Requirement, Undisclosed, FactDecl, ConstantDecl)


class _CitingParts(dict[type, tuple[str, ...]]):
    def __missing__(self, kind: type) -> tuple[str, ...]:
        fields = fields_of(kind) if issubclass(kind, _CITING) else ()
        made = self[kind] = tuple(a.name for a in fields if _may_cite(a.type))
        return made


# The fields of a kind in which citations may be, or what cites.
_CITING_PARTS: Final = _CitingParts()


def _may_cite(declared: Any) -> bool:
    """Whether what a field is declared to be is, or holds, a citation; a kind may be named before it is known."""
    kinds = (*_CITING, Citation)
    return any(declared in (kind, kind.__name__) for kind in kinds) or any(map(_may_cite, get_args(declared)))


def map_citations(part: Any, change: Callable[[Citations], Citations]) -> Any:
    """The same part of a rulebook with every run of citations in it changed; where none is, it is the one it was."""
    if isinstance(part, tuple):
        inner = tuple([map_citations(each, change) for each in part])
        return part if all(map(is_, inner, part)) else inner
    changes: dict[str, Any] = {}
    for name in _CITING_PARTS[type(part)]:
        if before := getattr(part, name):
            after = change(before) if name == "citations" else map_citations(before, change)
            if after is not before:
                changes[name] = after
    return evolve(part, **changes) if changes else part


@define(eq=False)
class Recitation:
    """Citations that others take the place of, by what one sentence after the other says.

    Attributes:
        said: the sentences in their order, wherever they say it of.
        found: which of them found what they name, by their places in ``said``.
    """

    said: Sequence[Recite]
    found: set[int] = field(factory=set)
    _instead: dict[Citation, Citations | None] = field(factory=dict)

    def changed(self, citations: Citations) -> Citations:
        """A run of citations as it reads then; itself where nothing is said of any."""
        now: list[Citation] = []
        is_same = True
        for cited in citations:
            instead = self._instead_of(cited)
            is_same = is_same and instead is None
            now += (cited,) if instead is None else instead
        return citations if is_same else tuple(now)

    def _instead_of(self, citation: Citation) -> Citations | None:
        try:
            return self._instead[citation]
        except KeyError:
            made = self._instead[citation] = self._find_instead(citation)
            return made

    def _find_instead(self, citation: Citation) -> Citations | None:
        now: Citations | None = None
        for at, recite in enumerate(self.said):
            cited = (citation,) if now is None else now
            if recite.old in cited:
                self.found.add(at)
                now = tuple(c for each in cited for c in (recite.new if each == recite.old else (each,)))
        return now


def carry_over(base: RulebookFile, recitation: Recitation | None = None) -> RulebookFile:
    """A rulebook as the next year finds it: citations and sources name its year, 引継ぎ has done its work.

    Args:
        base: the rulebook.
        recitation: what the next year says first of its citations.
    """
    year = base.header.year

    def aged(citations: Citations) -> Citations:
        if not all(c.name is None or c.year for c in citations):
            citations = tuple([c if c.name is None or c.year else evolve(c, year=year) for c in citations])
        return citations if recitation is None else recitation.changed(citations)

    return evolve(
        base,
        sources=tuple(evolve(source, year=source.year or year) for source in base.sources),
        facts=map_citations(base.facts, aged),
        constants=map_citations(base.constants, aged),
        grants=tuple(_without_carry(node) for node in map_citations(base.grants, aged)),
        since=base.since or year,
    )


def _without_carry(node: NodeDecl) -> NodeDecl:
    children = tuple(map(_without_carry, node.children))
    if node.carry is None and all(map(is_, children, node.children)):
        return node
    return evolve(node, carry=None, children=children)


@frozen(eq=False)
class Seen:
    """A base as the next year sees it.

    Attributes:
        carried: what it hands on, as ``recitation`` leaves it.
        index: its nodes, and ``lineages`` their pasts.
    """

    carried: RulebookFile
    recitation: Recitation
    index: NodeIndex
    lineages: dict[str, Lineage]


_LAST_SEEN: Final[list[tuple[RulebookFile, Seen]]] = []


def seen_from_the_next_year(base: RulebookFile, said: Sequence[Recite]) -> Seen:
    """A base as the next year sees it, which begins by saying this of all citations.

    What was seen last is kept: who edits a revision compiles it on the same base again and again.
    """
    last = next((seen for known, seen in _LAST_SEEN if known is base), None)
    if last is not None and len(said) == len(last.recitation.said) and all(map(is_, said, last.recitation.said)):
        return last
    recitation = Recitation(said)
    index = index_nodes(base) if last is None else last.index
    lineages = trace_lineages(index, base.header.year) if last is None else last.lineages
    made = Seen(carry_over(base, recitation), recitation, index, lineages)
    _LAST_SEEN[:] = [(base, made)]
    return made


def citations_in(part: Any) -> list[Citation]:
    """All citations in a part of a rulebook, in its order."""
    if isinstance(part, tuple):
        return [citation for each in part for citation in citations_in(each)]
    found: list[Citation] = []
    for name in _CITING_PARTS[type(part)]:
        if inner := getattr(part, name):
            found += inner if name == "citations" else citations_in(inner)
    return found


def cited_sources(part: Any) -> set[str]:
    """The full names of all sources that a part of a rulebook cites."""
    return {c.source for c in citations_in(part) if c.source is not None}


def not_cited(old: Citation, where: str, year: str) -> Diagnostic:
    """What to tell of a citation that nothing has; ``year`` is that of the base."""
    hint = "引用されている出典を、年度も含めて引用のとおりに書きます。"
    if old.name is not None and old.year is None:
        hint = f"前の年度の出典は年度を付けて書きます（〔{year} {old.name}〕）。"
    return MissingPart(old.span, where, f"出典{print_citations((old,))}", hint)
