"""Where a node stood in older years, and when it was born (language.md, Identity)."""

from haiten.compiler.identity.node_index import NodeIndex, Place
from haiten.compiler.late import dense
from haiten.compiler.printing.print_rulebook import print_target
from haiten.compiler.syntax.years import western_year


@dense
class Lineage:
    """The past of a node.

    Attributes:
        path: where it stands now.
        born: the year of its birth; None where it is as old as the first rulebook known.
        moves: year and path, newest first; from that year back it stood there.
    """

    path: str
    born: str | None = None
    moves: tuple[tuple[str, str], ...] = ()

    def path_in(self, year: str) -> str | None:
        """Where it stood in a year; None before its birth."""
        asked = western_year(year)
        if self.born is not None and asked < western_year(self.born):
            return None
        if not self.moves:
            return self.path
        return next((path for moved, path in reversed(self.moves) if western_year(moved) >= asked), self.path)


def trace_lineages(index: NodeIndex, year: str) -> dict[str, Lineage]:
    """The lineage of every node by its path; ``year`` is the rulebook's own."""
    lineages: dict[str, Lineage] = {}
    for place in index.walk():
        above = lineages[place.parent.path] if place.parent else Lineage("")
        lineages[place.path] = lineage_of(place, above, year)
    return lineages


def lineage_of(place: Place, above: Lineage, year: str) -> Lineage:
    """The lineage of a node; ``above`` is that of the node above it."""
    # What に同じ brings in has a past of its own, which the node that brings it in tells.
    brought_in = place.same_as != place.path and place.own_heading is place.node.heading
    origin = None if brought_in else place.own_heading.origin
    inherited = [(moved, f"{path}.{place.label}") for moved, path in above.moves]
    if origin is None:
        return Lineage(place.path, above.born, tuple(inherited))
    own = [(moved, print_target(path)) for moved, path in origin.moves]
    latest = max((western_year(moved) for moved, _ in own), default=0)
    moves = [*own, *((moved, path) for moved, path in inherited if western_year(moved) > latest)]
    born = (origin.born or year) if origin.new else None
    if born is not None:
        moves = [(moved, path) for moved, path in moves if western_year(moved) >= western_year(born)]
    moves.sort(key=lambda move: western_year(move[0]), reverse=True)
    return Lineage(place.path, born, tuple(moves))


def identity_of(lineage: Lineage, scope: str, since: str) -> str:
    """``令和6年度:市町村:<path at birth>``; ``since`` is the first year of the chain of rulebooks."""
    if not lineage.moves:
        return f"{lineage.born or since}:{scope}:{lineage.path}"
    oldest = min([since, *(moved for moved, _ in lineage.moves)], key=western_year)
    born = lineage.born or oldest
    return f"{born}:{scope}:{lineage.path_in(born)}"
