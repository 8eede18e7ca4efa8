"""The amended text made fast again: syntax with plain paths, each node with the past that tells who it is."""

import re
from collections.abc import Iterator
from typing import Any, Final

import attrs
from attrs import evolve

from haiten.compiler import diagnostics as d
from haiten.compiler import syntax
from haiten.compiler.amend_declarations import Declarations
from haiten.compiler.amendments import Revision
from haiten.compiler.carry_over import cited_sources
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.expressions import PathRef
from haiten.compiler.lineage import Lineage
from haiten.compiler.live import Held, Live, Tree
from haiten.compiler.source import Span
from haiten.compiler.syntax import Level, Origin, Points, Rulebook
from haiten.compiler.years import western_year

_NAMED: Final = {Level.ITEM: "(?<![ァ-ヶー]){label}(?![ァ-ヶー])", Level.SUBITEM: "{label}"}
Moved = tuple[Live, str, str, Span]


def freeze(
    tree: Tree, declarations: Declarations, base: Rulebook, revision: Revision, moved: list[Moved]
) -> tuple[Rulebook, list[Diagnostic]]:
    """The consolidated rulebook, and what is wrong with it because of the amendments.

    Args:
        tree: the nodes as amended.
        declarations: the declarations as amended.
        base: the base, as handed on to this year.
        revision: what was applied.
        moved: renumbered nodes with old and new path and the amendment.
    """
    since = base.since or base.header.year
    grants = tuple(_freeze(root, Lineage(""), tree, base.header.year, revision) for root in tree.roots)
    facts = tuple(declarations.of_kind["事実"])
    cited = cited_sources(grants) | cited_sources(facts)
    # A document of an older year lives on as long as something cites it; one that only reasons cite stays behind.
    reasons = cited_sources(tuple(a.reason for a in revision.amendments if a.reason))
    sources = tuple(
        s for s in declarations.of_kind["出典"] if s.full_name in cited or not (s.year or s.full_name in reasons)
    )
    rulebook = Rulebook(
        header=revision.header,
        title=revision.title or (base.title if declarations.has_title else None),
        sources=sources,
        facts=facts,
        classes=tuple(evolve(c, value=tree.released(c.value, None)) for c in declarations.of_kind["区分"]),
        grants=grants,
        closing=revision.closing,
        since=since,
    )
    found = [*_still_used(tree, declarations), *_two_heirs(tree), *_outdated(tree, revision), *_old_labels(tree, moved)]
    return rulebook, found


def _freeze(live: Live, above: Lineage, tree: Tree, base_year: str, revision: Revision) -> syntax.Node:
    year = revision.header.year
    lineage = _lineage(live, base_year, year)
    node, heading = live.node, live.heading
    requirement = node.requirement
    return syntax.Node(
        heading=evolve(
            heading,
            origin=_origin(lineage, above, live, year, base_year),
            same_as=tree.released(heading.same_as, None) if heading.same_as else None,
            touches=tuple(live.touches),
        ),
        timing=node.timing,
        remarks=node.remarks,
        definitions=tuple(evolve(x, value=tree.released(x.value, live)) for x in node.definitions),
        requirement=requirement and evolve(requirement, condition=tree.released(requirement.condition, live)),
        undisclosed=node.undisclosed,
        children=tuple(_freeze(child, lineage, tree, base_year, revision) for child in live.children),
        carry=node.carry,
    )


# Identity


def _lineage(live: Live, base_year: str, year: str) -> Lineage:
    """The whole past of a node, up to this year."""
    if live.base is None:
        own = live.heading.origin
        born = own.born if own is not None and own.new and own.born else year
        return Lineage(live.path, born)
    moves = live.base.moves
    if live.base.path != live.path:
        moves = ((base_year, live.base.path), *moves)
    return Lineage(live.path, live.base.born, moves)


def _origin(lineage: Lineage, above: Lineage, live: Live, year: str, base_year: str) -> Origin | None:
    """What has to be written of a node's past: what does not follow from the node above."""
    inherited = Lineage(live.path, above.born, tuple((moved, f"{path}.{live.label}") for moved, path in above.moves))
    years = {moved for moved, _ in (*lineage.moves, *inherited.moves)} | {base_year}
    if lineage.born == inherited.born and all(lineage.path_in(y) == inherited.path_in(y) for y in years):
        return None
    told = sorted({moved for moved, _ in (*lineage.moves, *inherited.moves)}, key=western_year, reverse=True)
    span = live.heading.span
    moves = [(y, path) for y in told if (path := lineage.path_in(y)) is not None]
    if not inherited.moves:
        # Where nothing is inherited, only the years in which it really moved have to be told.
        newer = [live.path, *(path for _, path in moves)]
        moves = [move for move, before in zip(moves, newer, strict=False) if move[1] != before]
    born = None if lineage.born == year else lineage.born
    return Origin(
        tuple((y, PathRef(tuple(path.split(".")), span)) for y, path in moves), lineage.born is not None, born, span
    )


# What is wrong because of the amendments


def _still_used(tree: Tree, declarations: Declarations) -> Iterator[Diagnostic]:
    """References to nodes that were taken away."""
    used = {id(c.value) for c in declarations.of_kind["区分"]}
    for live in tree.walk():
        used |= {id(x.value) for x in live.node.definitions} | {id(live.heading.same_as)}
        used |= {id(live.node.requirement.condition)} if live.node.requirement else set()
    told: set[int] = set()
    for key, (_, held) in tree.held.items():
        for reference in _held_in(held) if key in used else ():
            for live in filter(None, (reference.live, reference.via)):
                if (gone := live.gone) is not None and id(live) not in told:
                    told.add(id(live))
                    yield d.StillUsed(gone, live.path, reference.span)


def _held_in(part: Any) -> Iterator[Held]:
    if isinstance(part, Held):
        yield part
    elif isinstance(part, tuple):
        for inner in part:
            yield from _held_in(inner)
    elif attrs.has(type(part)) and not isinstance(part, Span):
        for attribute in attrs.fields(type(part)):
            if attribute.eq:
                yield from _held_in(getattr(part, attribute.name))


def _two_heirs(tree: Tree) -> Iterator[Diagnostic]:
    """Two nodes that both say to be one of the base."""
    heirs: dict[str, Live] = {}
    for live in tree.walk():
        if live.base is None:
            continue
        first = heirs.setdefault(live.base.path, live)
        if first is not live:
            claims = live if live.heading.origin else first
            origin = claims.heading.origin
            span = origin.span if origin else claims.heading.span
            other = first if claims is live else live
            yield d.TwoHeirs(span, live.base.path, f"「{other.path}」として残っています", other.heading.span)


def _outdated(tree: Tree, revision: Revision) -> Iterator[Diagnostic]:
    """New points that inherit a citation of an older year."""
    for live in tree.walk():
        points = live.heading.points
        if points is None or points.citations or points.span.source is not revision.header.span.source:
            continue
        inherited = _inherited_points(live)
        cited = next((c for c in inherited.citations if c.year), None) if inherited else None
        if inherited is not None and cited is not None and cited.source:
            yield d.OutdatedCitation(points.span, live.path, points.value, cited.source, inherited.span)


def _inherited_points(live: Live) -> Points | None:
    above = live.parent
    while above is not None:
        points = above.heading.points
        if points is not None and points.citations:
            return points
        above = above.parent
    return None


def _old_labels(tree: Tree, moved: list[Moved]) -> Iterator[Diagnostic]:
    """Texts beside a renumbered node that still name its old label."""
    for live, old, new, span in moved:
        level, label = live.heading.level, old.rpartition(".")[2]
        if level not in _NAMED or live.parent is None:
            continue
        named = re.compile(_NAMED[level].format(label=label))
        for other in live.parent.walk():
            text = other.heading.text
            if text and text.span.source is not span.source and named.search(text.value):
                yield d.OldLabelInText(span, other.path, label, f"{old} → {new}", text.span)
