"""What a prefecture hands out to its municipalities: each beside the nation, the prefecture and its class, by item.

A 市町村別データ分析ツール as prefectures make it: a summary, all indicators and items of all municipalities, and of
each municipality the items that most others have and it has not.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cached_property
from typing import Final

from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import PREFECTURE
from haiten.compiler.program.program import Node
from haiten.compiler.syntax.rulebook import Level
from haiten.scoring.facts.facts import Body, body_key
from haiten.scoring.running.scores import Verdict
from haiten.tabulation.population.groups import Groups, Values
from haiten.tabulation.population.parts import NodeGroup, items_of, total_grants, total_of
from haiten.tabulation.population.population import Before, Population
from haiten.tabulation.table import TableValue, between, change

# No source says from where on others "have" an item, and few do: 〔推定〕.
MANY: Final = Fraction(1, 2)
FEW: Final = Fraction(3, 10)


@frozen(eq=False)
class Handout:
    """The municipalities of a prefecture, in the nation as far as it is known.

    Attributes:
        population: grouped by prefecture, then by what else (規模).
        before: the year before; None where none is compared.
        prefecture: its name, one of the groups.
    """

    population: Population
    before: Before | None
    prefecture: str

    @cached_property
    def bodies(self) -> tuple[int, ...]:
        """The places of its bodies, by code."""
        label = self._prefectures.names.index(self.prefecture)
        found = (place for place, group in enumerate(self._prefectures.labels.tolist()) if group == label)
        return tuple(sorted(found, key=lambda place: self.body(place).code))

    def body(self, place: int) -> Body:
        """Who stands there."""
        return self.population.scores.bodies[place]

    @property
    def _prefectures(self) -> Groups:
        return next(groups for groups in self.population.groupings if groups.by == PREFECTURE)

    @property
    def classes(self) -> tuple[Groups, ...]:
        """What bodies are grouped by beside the prefecture."""
        return tuple(groups for groups in self.population.groupings if groups.by != PREFECTURE)

    @property
    def has_nation(self) -> bool:
        """Whether anything is known of the nation."""
        return self.population.nation is not None

    @cached_property
    def goals(self) -> tuple[NodeGroup, ...]:
        """Every 目標, then the total."""
        program = self.population.scores.program
        goals = (program.nodes[path] for grant in total_grants(program) for path in grant.children)
        return (*map(as_part, goals), total_of(program))

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every 交付金, 目標, 指標群 and 指標 in the total."""
        nodes = self.population.scores.program.nodes.values()
        return tuple(node for node in nodes if node.level <= Level.INDICATOR and not node.special)

    @cached_property
    def items(self) -> tuple[Node, ...]:
        """The items, each content once."""
        return tuple(items_of(self.population.scores.program))

    def text(self, item: Node) -> str:
        """What an item asks, with what stands above it down from its 指標: 「全市町村の上位7割」 alone says nothing."""
        nodes, texts = self.population.scores.program.nodes, [item.text]
        above = item
        while above.level > Level.INDICATOR and above.parent is not None:
            above = nodes[above.parent]
            texts.append(above.text)
        return "／".join(text for text in reversed(texts) if text)

    # Figures of parts

    def nation(self, part: NodeGroup) -> TableValue:
        """The nation's mean; None where it is not known."""
        return self._averages(part)[0] if self.has_nation else None

    def mean(self, part: NodeGroup) -> TableValue:
        """The prefecture's mean."""
        return self._of(part, self._prefectures, self._prefectures.names.index(self.prefecture))

    def of_class(self, part: NodeGroup, groups: Groups, place: int) -> TableValue:
        """The mean of a body's class; None where it has none."""
        label = int(groups.labels[place])
        return self._of(part, groups, label) if label < len(groups.names) else None

    def _averages(self, part: NodeGroup) -> list[TableValue]:
        return self._kept(("nation", part.name), lambda: self.population.averages(part))

    def _of(self, part: NodeGroup, groups: Groups, label: int) -> TableValue:
        certain, possible = part.points(self.population.scores)
        return self._kept((groups.by, part.name), lambda: groups.averages(certain, possible))[label]

    @cached_property
    def _memory(self) -> dict[tuple[str, str], list[TableValue]]:
        return {}

    def _kept(self, key: tuple[str, str], make: Callable[[], list[TableValue]]) -> list[TableValue]:
        if key not in self._memory:
            self._memory[key] = make()
        return self._memory[key]

    def ranks(self, part: NodeGroup) -> tuple[dict[int, TableValue], dict[int, TableValue]]:
        """Ranks in the nation and in the prefecture, by place; ranges where points are open."""
        national = self.population.national_ranks(part)
        inside = self._prefectures.places(*part.points(self.population.scores))
        return self._at(national) if national is not None else {}, self._at(inside)

    def _at(self, ranks: tuple[Values, Values]) -> dict[int, TableValue]:
        return {place: between(int(ranks[0][place]), int(ranks[1][place])) for place in self.bodies}

    def rank_of_prefecture(self) -> tuple[int, int] | None:
        """The place of the prefecture's mean among those of all prefectures, and how many there are; None if unsure."""
        if not self.population.is_national:
            return None
        certain, possible = total_of(self.population.scores.program).points(self.population.scores)
        means = self._prefectures.averages(certain, possible)
        known = [mean for mean in means if isinstance(mean, int | Fraction)]
        mine = means[self._prefectures.names.index(self.prefecture)]
        if len(known) < len(means) or not isinstance(mine, int | Fraction):
            return None
        return 1 + sum(mean > mine for mean in known), len(known)

    # Last year

    def then(self, part: NodeGroup, place: int) -> TableValue:
        """A body's points in the year before; None where it or the part is not there."""
        if self.before is None:
            return None
        old, stood = self.before.part(part), self._stood(place)
        return None if old is None or stood is None else old.of(self.before.population.scores, stood)

    def mean_then(self, part: NodeGroup) -> TableValue:
        """The prefecture's mean in the year before."""
        old = None if self.before is None else self.before.part(part)
        groups = self._prefectures_then
        if old is None or groups is None or self.before is None:
            return None
        certain, possible = old.points(self.before.population.scores)
        return groups.averages(certain, possible)[groups.names.index(self.prefecture)]

    @property
    def _prefectures_then(self) -> Groups | None:
        groupings = () if self.before is None else self.before.population.groupings
        found = (groups for groups in groupings if groups.by == PREFECTURE and self.prefecture in groups.names)
        return next(found, None)

    @cached_property
    def _places_then(self) -> dict[str, int]:
        bodies = () if self.before is None else self.before.population.scores.bodies
        return {body_key(body.code): place for place, body in enumerate(bodies)}

    def _stood(self, place: int) -> int | None:
        return self._places_then.get(body_key(self.body(place).code))

    def item_then(self, item: Node) -> Node | None:
        """The item as it was in the year before, where it was one."""
        if self.before is None or item.path not in self.before.old_path:
            return None
        old = self.before.population.scores.program.nodes[self.before.old_path[item.path]]
        return old if old.is_leaf else None

    def verdict_then(self, item: Node, place: int) -> str | None:
        """What became of an item in the year before, 新設 where there was none; None where the body is not there."""
        if self.before is None or (stood := self._stood(place)) is None:
            return None
        old = self.item_then(item)
        return "新設" if old is None else self.before.population.scores.verdict(old.path, stood).japanese

    # Items

    @cached_property
    def _rates(self) -> dict[str, list[TableValue]]:
        return {item.path: self.population.rates(item.path) for item in self.items}

    def national_rate(self, item: Node) -> TableValue:
        """The share of the nation's bodies that have an item; None where it is not known."""
        return self.population.national_rate(item.path)

    def rate(self, item: Node) -> TableValue:
        """The share of the prefecture's bodies that have it."""
        return self._rates[item.path][_place_of(self.population, self._prefectures, self.prefecture)]

    def rate_of_class(self, item: Node, groups: Groups, place: int) -> TableValue:
        """The share of a body's class that has it."""
        name = groups.name_of(place)
        return None if name is None else self._rates[item.path][_place_of(self.population, groups, name)]

    def rate_then(self, item: Node) -> TableValue:
        """The share of the prefecture's bodies that had it in the year before."""
        old, groups = self.item_then(item), self._prefectures_then
        if old is None or self.before is None or groups is None:
            return None
        population = self.before.population
        return population.rates(old.path)[_place_of(population, groups, self.prefecture)]

    def gained(self, item: Node) -> TableValue:
        """How much the prefecture's share grew."""
        return change(self.rate(item), self.rate_then(item))

    def verdict(self, item: Node, place: int) -> Verdict:
        """What became of an item of a body."""
        return self.population.scores.verdict(item.path, place)

    def lacking(self, place: int) -> list[Node]:
        """The items that most others have and a body has not, those that the most have first."""
        open_ = (Verdict.NOT_MET, Verdict.UNANSWERED)
        found = [(self._share(item), item) for item in self.items if self.verdict(item, place) in open_]
        kept = [(share, item) for share, item in found if share >= MANY]
        return [item for _, item in sorted(kept, key=lambda each: (-each[0], -each[1].maximum))]

    def ahead(self, place: int) -> list[Node]:
        """The items that a body has and few others have, those that the fewest have first."""
        found = [(self._share(item), item) for item in self.items if self.verdict(item, place) is Verdict.AWARDED]
        return [item for share, item in sorted(found, key=lambda each: each[0]) if share <= FEW]

    def _share(self, item: Node) -> Fraction:
        """How many others have an item, at least: of the nation, or of the prefecture where it is not known."""
        told = self.national_rate(item) if self.has_nation else self.rate(item)
        if isinstance(told, int | Fraction):
            return Fraction(told)
        return Fraction(0) if told is None or isinstance(told, str) else Fraction(told.low)

    def notes(self) -> Iterator[str]:
        """What a reader must know."""
        yield from self.population.notes
        if self.before is not None:
            missing = [self.body(place) for place in self.bodies if self._stood(place) is None]
            if missing:
                names = "、".join(body.name or body.code for body in missing)
                yield f"{self.before.year}の事実にない団体（前年度の欄は空）: {names}"


def as_part(node: Node) -> NodeGroup:
    """A node as a column of points."""
    return NodeGroup(node.path, (node.path,), (), node.maximum, node.text)


def _place_of(population: Population, among: Groups, name: str) -> int:
    """The place of a group among all names of a population, of which those of two ways to group may be alike."""
    place = len(population.names) - sum(len(groups.names) for groups in population.groupings)
    for groups in population.groupings:
        if groups is among:
            return place + groups.names.index(name)
        place += len(groups.names)
    raise AssertionError(name)
