"""One body beside others: points of a part, with the means of the nation and its prefecture, ranks, and last year's."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final, TypeVar

from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import PREFECTURE
from haiten.compiler.program.program import Node
from haiten.compiler.syntax.rulebook import Level
from haiten.scoring.facts.facts import body_key
from haiten.scoring.reading.municipalities import current
from haiten.tabulation.population.parts import NodeGroup
from haiten.tabulation.population.population import Before, Population
from haiten.tabulation.population.years import place_in
from haiten.tabulation.table import TableValue, between, change, ends, scaled

T = TypeVar("T")

# How a chart shows what a mean is of.
NATION: Final = "nation"
NEAR: Final = "near"
_DIGITS: Final = 2  # digits of a code that tell the prefecture


@frozen
class Others:
    """Bodies whose mean stands beside a body's points.

    Attributes:
        kind: ``NATION`` or ``NEAR``.
        whole: whether they are all that their name says; where not, ``name`` says that too.
    """

    kind: str
    name: str
    size: int
    whole: bool


@frozen
class PartBeside:
    """Points of a part, beside others.

    Attributes:
        own: of the body; a range where facts are unknown.
        means: of the others, in their order.
        then: of the body in the year before; None where that, or the part, is not known.
        was: the maximum then.
    """

    part: NodeGroup
    own: TableValue
    means: tuple[TableValue, ...]
    then: TableValue
    was: int | None

    @property
    def rate(self) -> TableValue:
        """得点率; None for what has no points."""
        return scaled(self.own, self.part.maximum)

    @property
    def rates(self) -> tuple[TableValue, ...]:
        """The rates of the others."""
        return tuple(scaled(mean, self.part.maximum) for mean in self.means)

    @property
    def then_rate(self) -> TableValue:
        """得点率 in the year before."""
        return None if self.was is None else scaled(self.then, self.was)

    @property
    def gained(self) -> TableValue:
        """How many points more than in the year before."""
        return change(self.own, self.then)

    @property
    def lost(self) -> TableValue:
        """満点 − 得点."""
        return change(self.part.maximum, self.own)

    @property
    def ahead(self) -> TableValue:
        """How far the rate is above that of the first of the others; None where there are none."""
        return change(self.rate, self.rates[0]) if self.means else None


@frozen(eq=False)
class Beside:
    """A body of a population, beside the others there and beside itself a year before."""

    population: Population
    before: Before | None

    @property
    def body(self) -> int:
        """The place of the body."""
        assert self.population.body is not None
        return self.population.body

    @cached_property
    def _shown(self) -> tuple[int, ...]:
        """Which of the population's names are shown: the nation, where it is known, and the last, which is nearest."""
        known, size = self.population.nation is not None, len(self.population.names)
        return tuple(sorted({*([0] if known else []), *([size - 1] if size else [])}))

    @cached_property
    def others(self) -> tuple[Others, ...]:
        """Whose means are known, the nation first."""
        population, found = self.population, []
        by = {name: groups.by for groups in population.all_groups for name in groups.names}
        for place in self._shown:
            name, size = population.names[place], population.sizes[place]
            nation = place == 0 and population.nation is not None
            whole = nation or (by[name] == PREFECTURE and self._is_whole_prefecture)
            told = name if whole or by[name] != PREFECTURE else f"{name}の{size:,}団体"
            found.append(Others(NATION if nation else NEAR, told, size, whole))
        return tuple(found)

    def of_shown(self, figures: Sequence[T]) -> tuple[T, ...]:
        """Of figures by the population's names those that are shown."""
        return tuple(figures[place] for place in self._shown)

    @property
    def _is_whole_prefecture(self) -> bool:
        """Whether all bodies of the body's prefecture are among those of the facts."""
        if self.population.is_national:
            return True
        scores = self.population.scores
        here = {body_key(body.code) for body in scores.bodies}
        mine = body_key(scores.bodies[self.body].code)[:_DIGITS]
        every = {code for code in current(scores.program.scope.bodies) if code.startswith(mine)}
        return bool(every) and every <= here

    def compared(self, part: NodeGroup) -> PartBeside:
        """A part beside others."""
        then, was = None, None
        if self.before is not None:
            place, old = place_in(self.before, self.population), self.before.part(part)
            if place is not None and old is not None:
                then, was = old.of(self.before.population.scores, place), old.maximum
        own = part.of(self.population.scores, self.body)
        return PartBeside(part, own, self.of_shown(self.population.averages(part)), then, was)

    def ranks(self, part: NodeGroup) -> tuple[TableValue, ...]:
        """The rank of a part among each of the others; a range where points are unknown."""
        population = self.population
        certain, possible = part.points(population.scores)
        kept = None if population.is_national else population.national_ranks(part)
        found = [*([] if kept is None else [kept]), *(g.places(certain, possible) for g in population.all_groups)]
        return self.of_shown([between(int(best[self.body]), int(worst[self.body])) for best, worst in found])

    def rank_then(self, part: NodeGroup) -> TableValue:
        """The rank in the nation a year before; None where that is not known."""
        if self.before is None:
            return None
        place, old = place_in(self.before, self.population), self.before.part(part)
        ranks = None if old is None else self.before.population.national_ranks(old)
        return None if place is None or ranks is None else between(int(ranks[0][place]), int(ranks[1][place]))

    def indicators(self) -> Iterator[PartBeside]:
        """Every 指標 of the total, in the order of the document; what gives points above them stands for itself."""
        for node in self.population.scores.program.nodes.values():
            if not node.special and (node.level is Level.INDICATOR or (node.level < Level.INDICATOR and node.is_leaf)):
                yield self.compared(part_of(node))

    def gone(self) -> Iterator[tuple[Node, TableValue]]:
        """The 指標 of the year before that are no more, each content once, with the body's points there."""
        if self.before is None or (place := place_in(self.before, self.population)) is None:
            return
        kept, then = set(self.before.old_path.values()), self.before.population.scores
        for node in then.program.nodes.values():
            if node.level is Level.INDICATOR and not node.special and not node.is_shared and node.path not in kept:
                yield node, part_of(node).of(then, place)


def part_of(node: Node) -> NodeGroup:
    """A node as a part."""
    return NodeGroup(node.path, (node.path,), (), node.maximum, node.text)


def surely_above(cell: TableValue) -> bool:
    """Whether a number is more than 0, whatever is unknown."""
    limits = ends(cell)
    return limits is not None and limits[0] > 0


def surely_below(cell: TableValue) -> bool:
    """Whether it is less than 0."""
    limits = ends(cell)
    return limits is not None and limits[1] < 0
