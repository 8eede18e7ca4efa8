"""Pasts that cannot be: two nodes that were one, and a 前身 or 新設 that contradicts itself (language.md, Identity)."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from haiten.compiler.diagnostics import BadOrigin, Diagnostic, TwoOfOneNode
from haiten.compiler.identity.lineage import Lineage
from haiten.compiler.identity.node_index import NodeIndex, Place
from haiten.compiler.printing.print_rulebook import print_target
from haiten.compiler.syntax.rulebook import Origin
from haiten.compiler.syntax.years import western_year


def check_pasts(index: NodeIndex, lineages: Mapping[str, Lineage], year: str) -> Iterator[Diagnostic]:
    """All of it; ``year`` is the rulebook's own."""
    for place in index.walk():
        origin = place.own_heading.origin if place.same_as == place.path or _brings_in(place) else None
        if origin is not None and (reason := _contradiction(origin, year)) is not None:
            yield BadOrigin(origin.span, place.path, reason)
    yield from _doubled(index, lineages, year)


def _doubled(index: NodeIndex, lineages: Mapping[str, Lineage], year: str) -> Iterator[Diagnostic]:
    """Nodes that stood in one place in the same year; of those below a pair that was reported, nothing more is said.

    Where two stood in one place for some years, they did so in the last of them, after which one moved.
    """
    years = {moved for lineage in lineages.values() for moved, _ in lineage.moves}
    pairs: dict[tuple[str, str], tuple[str, str]] = {}
    for moved in sorted(years, key=western_year, reverse=True):
        first: dict[str, str] = {}
        for path, lineage in lineages.items():
            if western_year(moved) < western_year(year) and (past := lineage.path_in(moved)) is not None:
                other = first.setdefault(past, path)
                if other != path:
                    pairs.setdefault((other, path), (moved, past))
    for (one, other), (moved, past) in pairs.items():
        places = index.places[one], index.places[other]
        parents = tuple(place.parent.path if place.parent else "" for place in places)
        if parents in pairs or parents[::-1] in pairs:
            continue
        # What says where it stood is what is most likely wrong.
        early, late = sorted(places, key=lambda place: (_says(place), place.own_heading.span.start))
        yield TwoOfOneNode(late.own_heading.span, late.path, early.path, moved, past, early.own_heading.span)


def _says(place: Place) -> bool:
    above: Place | None = place
    while above is not None:
        if above.own_heading.origin is not None:
            return True
        above = above.parent
    return False


def _brings_in(place: Place) -> bool:
    """Whether に同じ stands here itself, so that the heading here tells of this place."""
    return place.own_heading is not place.node.heading


def _contradiction(origin: Origin, year: str) -> str | None:
    """Why what is said of a past cannot be; None where it can."""
    now = western_year(year)
    born = western_year(origin.born) if origin.born else now
    for moved, path in origin.moves:
        if western_year(moved) >= now:
            return f"前身には、{year}より前の年度を書きます（{moved} {print_target(path)}）"
        if origin.new and western_year(moved) < born:
            birth = origin.born or year
            return f"{birth}新設なのに、それより前の{moved}の前身があります（{print_target(path)}）"
    if origin.new and born > now:
        return f"{year}の評価指標の項目が、後の{origin.born}に生まれることはありません"
    moves = sorted(origin.moves, key=lambda move: western_year(move[0]))
    for (one, path), (other, second) in pairwise(moves):
        if one == other:
            return f"{one}の前身が2つあります（{print_target(path)} と {print_target(second)}）"
    return None
