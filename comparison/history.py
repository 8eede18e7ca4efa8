"""An item through the years: where it stood, what it said and gave, and why it changed."""

from pathlib import Path

from haiten.compiler.compilation import Compilation
from haiten.compiler.driver import compile_file
from haiten.compiler.late import frozen
from haiten.compiler.printing.print_rulebook import print_expression
from haiten.compiler.program.program import Node, Program
from haiten.compiler.revising.find_base import find_base
from haiten.compiler.revising.renumber import is_named
from haiten.compiler.syntax.revision import BaseLine, Delete, Places, actions_of
from haiten.compiler.syntax.rulebook import Text, Touch
from haiten.compiler.syntax.years import western_year, year_before


@frozen(eq=False)
class ItemInYear:
    """An item in one year.

    Attributes:
        node: None where the year's rulebook is not at hand; its path alone is then known.
        touches: the amendments of that year that touched it, in their order.
        leaves: how many items give points there.
        same_as: the node that stands there by に同じ; None for one that is written there.
    """

    year: str
    path: str
    node: Node | None
    touches: tuple[Touch, ...] = ()
    leaves: int = 0
    same_as: str | None = None

    @property
    def requirement(self) -> str:
        """Its 要件 as written; empty where it has none."""
        decl = self.node.decl.requirement if self.node else None
        return print_expression(decl.condition) if decl else ""

    @property
    def text(self) -> Text | None:
        """Its text with what it cites."""
        return self.node.decl.heading.text if self.node else None


@frozen(eq=False)
class History:
    """An item through the years, newest first.

    Attributes:
        born: the year of its birth; None where it is as old as the first rulebook known.
        ended: the year in which it was there no more; None where it stands in the newest.
        ending: the reason of the amendment that ended it, where it gives one.
    """

    identity: str
    stages: tuple[ItemInYear, ...]
    born: str | None
    ended: str | None = None
    ending: Text | None = None


def years_of(compilation: Compilation, path: Path) -> tuple[Compilation, ...]:
    """A rulebook and those it came from, newest first: by its revisions, or, for a full text, what lies beside it."""
    years = [step for step in compilation.chain if step.program is not None]
    while years:
        oldest = years[-1].syntax
        if oldest is None or oldest.since is None or western_year(oldest.since) >= western_year(oldest.header.year):
            break
        line = BaseLine(year_before(oldest.header.year), oldest.header.scope, oldest.header.span)
        # The shipped rulebook of that year need not be the one that this text came from.
        found = find_base(path, line, shipped=False).path
        before = compile_file(found) if found is not None else None
        if before is None or not before.ok:
            break
        years += [step for step in before.chain if step.program is not None]
    return tuple(years)


def trace_history(years: tuple[Compilation, ...], path: str) -> History | None:
    """The history of the node that stands at a path in the newest rulebook, or last stood there in an older one.

    Args:
        years: rulebooks of one scope, newest first.
        path: canonical path.
    """
    programs = [year.program for year in years if year.program is not None]
    start = next((number for number, program in enumerate(programs) if path in program.nodes), None)
    if start is None:
        return None
    newest = programs[start]
    node = newest.nodes[path]
    stages = []
    for program in programs[start:]:
        at = node.lineage.path_in(program.year) if program is not newest else path
        if at is None or at not in program.nodes:
            break
        stages.append(_stage(program, at))
    known = {stage.year for stage in stages}
    stages += [ItemInYear(year, old, None) for year, old in node.lineage.moves if year not in known]
    ended = programs[start - 1].year if start else None
    # What stands elsewhere by に同じ ends with what it is the same as.
    ending = (_ending(years[start - 1], path) or _ending(years[start - 1], node.same_as)) if start else None
    return History(node.identity, tuple(stages), node.lineage.born, ended, ending)


def _ending(year: Compilation, path: str) -> Text | None:
    """Why a node was deleted, where the revision says so."""
    for amendment in year.revision.amendments if year.revision else ():
        for action in actions_of(amendment.action):
            places = action.target if isinstance(action, Delete) else None
            if isinstance(places, Places) and any(is_named(path, stretch) for stretch in places.stretches):
                return amendment.reason
    return None


def _stage(program: Program, path: str) -> ItemInYear:
    node = program.nodes[path]
    source = program.nodes[node.same_as]
    # A node that stands here by に同じ is touched where it is written, and its own heading where it has one.
    own = [node.decl] if source.decl is node.decl else [node.decl, source.decl]
    touches = tuple(touch for decl in own for touch in decl.heading.touches if touch.year == program.year)
    leaves = sum(leaf.path == path or leaf.path.startswith(path + ".") for leaf in program.leaves)
    return ItemInYear(program.year, path, node, touches, leaves, node.same_as if node.is_shared else None)
