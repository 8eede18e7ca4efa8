"""The amended text made fast again: syntax with plain paths, each node with the past that tells who it is."""

import re
from collections.abc import Iterator
from typing import Any, Final

from haiten.compiler import diagnostics as d
from haiten.compiler.changing import changed
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.identity.lineage import Lineage
from haiten.compiler.revising.amend_declarations import Declarations
from haiten.compiler.revising.hand_over import citations_in, cited_sources
from haiten.compiler.revising.rename import Renames
from haiten.compiler.revising.working_tree import Held, LiveNode, Tree
from haiten.compiler.source import Span
from haiten.compiler.syntax import rulebook as syntax
from haiten.compiler.syntax.expressions import PathRef, names_in, walk_parts
from haiten.compiler.syntax.revision import Revision
from haiten.compiler.syntax.rulebook import Level, Origin, Points, RulebookFile
from haiten.compiler.syntax.years import western_year

_NAMED: Final = {Level.ITEM: "(?<![ァ-ヶー]){label}(?![ァ-ヶー]|の[0-9])", Level.SUBITEM: "{label}(?!の[0-9])"}
Moved = tuple[LiveNode, str, str, Span]


def freeze(
    tree: Tree,
    declarations: Declarations,
    base: RulebookFile,
    revision: Revision,
    moved: list[Moved],
    renames: Renames,
) -> tuple[RulebookFile, list[Diagnostic]]:
    """The consolidated rulebook, and what is wrong with it because of the amendments.

    Args:
        tree: the nodes as amended.
        declarations: the declarations as amended.
        base: the base, as handed on to this year.
        revision: what was applied.
        moved: renumbered nodes with old and new path and the amendment.
        renames: what is called otherwise than in the base.
    """
    since = base.since or base.header.year
    past, year = Lineage(""), base.header.year
    grants = tuple([_freeze(root, root.label, past, tree, year, revision, renames) for root in tree.roots])
    facts = tuple(renames.with_past("事実", fact) for fact in declarations.of_kind["事実"])
    constants = tuple(renames.with_past("定数", constant) for constant in declarations.of_kind["定数"])
    cited = cited_sources((grants, facts, constants))
    # A document of an older year lives on as long as something cites it; one that only reasons cite stays behind.
    reasons = cited_sources(tuple(a.reason for a in revision.amendments if a.reason))
    sources = tuple(
        s for s in declarations.of_kind["出典"] if s.full_name in cited or not (s.year or s.full_name in reasons)
    )
    rulebook = RulebookFile(
        header=revision.header,
        title=revision.title or (base.title if declarations.has_title else None),
        sources=sources,
        facts=facts,
        classes=tuple(
            renames.with_past("区分", changed(c, value=tree.released(c.value, None)))
            for c in declarations.of_kind["区分"]
        ),
        grants=grants,
        closing=revision.closing,
        since=since,
        constants=constants,
    )
    found = [*_still_used(tree, declarations), *_names_still_used(tree, declarations, (grants, facts, constants))]
    found += [*_two_heirs(tree), *_outdated(tree, revision), *_old_labels(tree, moved)]
    return rulebook, found


def _freeze(
    live: LiveNode, path: str, above: Lineage, tree: Tree, base_year: str, revision: Revision, renames: Renames
) -> syntax.NodeDecl:
    year = revision.header.year
    lineage = _lineage(live, path, base_year, year)
    node, heading = live.node, live.heading
    requirement = node.requirement
    children = [_freeze(x, f"{path}.{x.label}", lineage, tree, base_year, revision, renames) for x in live.children]
    return changed(
        node,
        heading=changed(
            heading,
            origin=_origin(lineage, above, live, year, base_year),
            same_as=tree.released_path(heading.same_as) if heading.same_as else None,
            touches=tuple(live.touches),
        ),
        definitions=tuple(
            [renames.with_past(live, changed(x, value=tree.released(x.value, live))) for x in node.definitions]
        ),
        requirement=requirement and changed(requirement, condition=tree.released(requirement.condition, live)),
        children=tuple(children),
        # What came to stand there took the place.
        gone=tuple([gone for gone in node.gone if gone.label not in {child.label for child in live.children}]),
    )


# Identity


def _lineage(live: LiveNode, path: str, base_year: str, year: str) -> Lineage:
    """The whole past of a node that now stands at a path, up to this year."""
    if live.base is None:
        own = live.heading.origin
        born = own.born if own is not None and own.new and own.born else year
        return Lineage(path, born)
    if live.base.path == path:
        return live.base
    return Lineage(path, live.base.born, ((base_year, live.base.path), *live.base.moves))


def _origin(lineage: Lineage, above: Lineage, live: LiveNode, year: str, base_year: str) -> Origin | None:
    """What has to be written of a node's past: what does not follow from the node above."""
    if lineage.born == above.born and not lineage.moves and not above.moves:  # as most
        return None
    moved_along = tuple((moved, f"{path}.{live.label}") for moved, path in above.moves)
    inherited = Lineage(lineage.path, above.born, moved_along)
    years = {moved for moved, _ in (*lineage.moves, *inherited.moves)} | {base_year}
    if lineage.born == inherited.born and all(lineage.path_in(y) == inherited.path_in(y) for y in years):
        return None
    told = sorted({moved for moved, _ in (*lineage.moves, *inherited.moves)}, key=western_year, reverse=True)
    span = live.heading.span
    moves = [(y, path) for y in told if (path := lineage.path_in(y)) is not None]
    if not inherited.moves:
        # Where nothing is inherited, only the years in which it really moved have to be reported.
        newer = [lineage.path, *(path for _, path in moves)]
        moves = [move for move, before in zip(moves, newer, strict=False) if move[1] != before]
    born = None if lineage.born == year else lineage.born
    return Origin(
        tuple((y, PathRef(tuple(path.split(".")), span)) for y, path in moves), lineage.born is not None, born, span
    )


# What is wrong because of the amendments


def _still_used(tree: Tree, declarations: Declarations) -> Iterator[Diagnostic]:
    """References to nodes that were taken away."""
    away = [
        (key, live, gone, reference.span)
        for key, (written, held) in tree.held.items()
        for reference in (_held(held) if held is not written else ())
        for live in filter(None, (reference.live, reference.via))
        if (gone := live.gone) is not None
    ]
    if not away:
        return
    used = {id(c.value) for c in declarations.of_kind["区分"]}
    for live in tree.walk():
        used |= {id(x.value) for x in live.node.definitions} | {id(live.heading.same_as)}
        used |= {id(live.node.requirement.condition)} if live.node.requirement else set()
    told: set[int] = set()
    for key, live, gone, span in away:
        if key in used and id(live) not in told:
            told.add(id(live))
            yield d.StillUsed(gone, live.path, span)


def _names_still_used(tree: Tree, declarations: Declarations, citing: Any) -> Iterator[Diagnostic]:
    """Uses of declarations and local names that were taken away; ``citing`` are all parts of the text that cite."""
    if not declarations.removed and not any(live.lost for live in tree.walk()):
        return
    used: dict[str, Span] = {}
    told: set[tuple[Span, str]] = set()
    for live in tree.walk():
        own = [d.value for d in live.node.definitions]
        own += [live.node.requirement.condition] if live.node.requirement else []
        for name, span in (named for expression in own for named in names_in(expression)):
            used.setdefault(name, span)
            if (gone := live.lost_name(name)) is not None:
                if (gone, name) not in told:
                    yield d.StillUsed(gone, name, span)
                told.add((gone, name))
                used.pop(name)
    for decl in (*declarations.of_kind["区分"], *declarations.of_kind["定数"]):
        for name, span in names_in(decl.value):
            used.setdefault(name, span)
    cited = {c.source: c.span for c in citations_in(citing) if c.source is not None}
    # What is of another kind now is what the name then means.
    named = {x.name for kind, decls in declarations.of_kind.items() if kind != "出典" for x in decls}
    sources = {x.full_name for x in declarations.of_kind["出典"]}
    for kind, name, span in declarations.removed:
        among, known = (cited, sources) if kind == "出典" else (used, named)
        if name in among and name not in known:
            yield d.StillUsed(span, f"{kind} {name}", among[name])


def _held(part: Any) -> Iterator[Held]:
    return (inner for inner in walk_parts(part) if isinstance(inner, Held))


def _two_heirs(tree: Tree) -> Iterator[Diagnostic]:
    """Two nodes that both say to be one of the base."""
    heirs: dict[str, LiveNode] = {}
    for live in tree.walk():
        if live.base is None:
            continue
        first = heirs.setdefault(live.base.path, live)
        if first is not live:
            claims = live if live.heading.origin else first
            origin = claims.heading.origin
            span = origin.span if origin else claims.heading.span
            other = first if claims is live else live
            how = "の前身でもあります" if other.heading.origin else "として残っています"
            yield d.TwoHeirs(span, live.base.path, f"「{other.path}」{how}", other.heading.span)


def _outdated(tree: Tree, revision: Revision) -> Iterator[Diagnostic]:
    """New points that cite nothing themselves, and inherit a citation of an older year or none at all."""
    told: set[Span] = set()  # one sentence may give the same to several
    for live in tree.walk():
        undisclosed = live.node.undisclosed
        for points in (live.heading.points, undisclosed.points if undisclosed else None):
            if points is None or not _is_new_and_bare(points, revision) or points.span in told:
                continue
            above = _above(live, points)
            # Told at the outermost of several that are new.
            if any(_is_new_and_bare(other, revision) for other in above):
                continue
            inherited = next((other for other in above if other is not None and other.citations), None)
            cited = next((c for c in inherited.citations if c.year), None) if inherited else None
            if inherited is None or cited is not None:
                told.add(points.span)
            if inherited is None:
                yield d.OutdatedCitation(points.span, live.path, points.value, "に、出典がありません")
            elif cited is not None:
                problem = f"が、前の年度の出典〔{cited.source}〕を引き継ぎます"
                yield d.OutdatedCitation(points.span, live.path, points.value, problem, inherited.span)


def _is_new_and_bare(points: Points | None, revision: Revision) -> bool:
    return points is not None and not points.citations and points.span.source is revision.header.span.source


def _above(live: LiveNode, points: Points) -> list[Points | None]:
    """The points of the nodes above, nearest first."""
    above: list[Points | None] = []
    node = live.parent if points is live.heading.points else live
    while node is not None:
        above.append(node.heading.points)
        node = node.parent
    return above


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
