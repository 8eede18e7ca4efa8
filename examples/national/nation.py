"""A nation of invented bodies with the published leaf counts: who answers what, and which values lie behind."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from attrs import field, frozen
from money import drawn_ranks, money_columns, places

import haiten
from bodies import NATION, YEARS, Bodies, Bools, Floats, Ints, make_bodies
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import Fact
from plan import Choice, Ladder, Plan, make_plan
from ranks import Cut, contest, cuts_of, ladder, parting, settle, size_for
from spreads import SPREADS, Spread
from totals import balance

ROOT: Final = Path(__file__).parents[2]
RULES: Final = {year: ROOT / "rules" / year.lower() / "municipal.haiten" for year in YEARS}
ALLOCATIONS: Final = {year: path.with_name("allocation.haiten") for year, path in RULES.items()}
COUNTS: Final = Path(__file__).with_name("counts.csv")


@frozen(eq=False)
class Numbers:
    """A column of numbers.

    Attributes:
        values: integers of the last decimal of ``fact``.
        known: None where all are.
    """

    fact: Fact
    values: Ints
    known: Bools | None = None


@frozen(eq=False)
class Population:
    """The nation in a year.

    Attributes:
        ranks_before: every body's rank by last year's points, from 1.
        numbers: facts and 前年度. columns, by name.
        answers: by path.
        refused: who surely does not meet a step because the value is not known, by path.
        points: every body's points, all indicators together.
        money: what an allocation asks beside points, by column, in yen.
    """

    program: Program
    bodies: Bodies
    ranks_before: Ints
    numbers: dict[str, Numbers]
    answers: dict[str, Bools]
    refused: dict[str, Bools]
    points: Ints
    money: dict[str, Ints]


def published_counts(year: str) -> dict[str, int]:
    """How many bodies have each leaf of a rulebook (``令和6年度``), by path."""
    with COUNTS.open(encoding="utf-8", newline="") as rows:
        return {row["path"]: int(row["municipalities"]) for row in csv.DictReader(rows) if row["year"] == year}


@cache
def make_population(year: str, seed: int) -> Population:
    """The nation of a year (``R6``), always the same for the same seed."""
    bodies = make_bodies(year, seed)
    program = haiten.compile(RULES[year]).program
    rng = np.random.default_rng([seed, 10 + YEARS.index(year)])
    draft = Draft(program, make_plan(program), bodies, published_counts(program.year), SPREADS, rng)
    points = draft.finish(year)
    before = None if year == YEARS[0] else make_population(YEARS[YEARS.index(year) - 1], seed)
    ranks = drawn_ranks(points, seed) if before is None else places(before.points)
    allocation = haiten.compile(ALLOCATIONS[year]).program.allocation
    assert allocation is not None
    money = money_columns(year, allocation, bodies, points, seed)
    return Population(program, bodies, ranks, draft.numbers, draft.answers, draft.refused, points, money)


@frozen(eq=False)
class Draft:
    """Columns of bodies in the making: values behind the counts of every step.

    Attributes:
        counts: by path of a leaf, how many bodies score by it.
        spreads: how values spread, by fact; a change under ``前年度.`` and its fact.
        met: who scores by each leaf that is settled, by path.
    """

    program: Program
    plan: Plan
    bodies: Bodies
    counts: dict[str, int]
    spreads: Mapping[str, Spread]
    rng: np.random.Generator
    numbers: dict[str, Numbers] = field(factory=dict)
    answers: dict[str, Bools] = field(factory=dict)
    refused: dict[str, Bools] = field(factory=dict)
    met: dict[str, Bools] = field(factory=dict)

    def finish(self, year: str) -> Ints:
        """Fill the columns; the points that they come to, by body."""
        self.fill_ranks()
        own = self.plan.own_score
        assert own is not None
        balanced = balance(
            year=year,
            leaves=[leaf.path for leaf in self.plan.answers],
            counts=[self.counts[leaf.path] for leaf in self.plan.answers],
            points=[self.worth(leaf.path) for leaf in self.plan.answers],
            elsewhere=self.earned(),
            own_cuts=cuts_of(own.shares, [self.counts[leaf] for leaf in own.leaves], NATION),
            own_points=[self.worth(leaf) for leaf in own.leaves],
            ability=self.bodies.ability,
            size=self.bodies.size,
            rng=self.rng,
        )
        for leaf, met in zip(self.plan.answers, balanced.answers, strict=True):
            self.answers[leaf.path] = met
        return balanced.points

    def fill_ranks(self) -> None:
        """The columns behind all ranks but that of the own score, and what they earn."""
        people = self.program.facts["高齢者人口"]
        self.numbers[people.name] = Numbers(people, self.bodies.elderly)
        for asked in self.plan.ladders:
            self._climb(asked)
        for choice in self.plan.choices:
            self._choose(choice)

    @property
    def size(self) -> int:
        """How many bodies there are."""
        return len(self.bodies.ability)

    def worth(self, leaf: str) -> int:
        """Points of a leaf in all the places where it counts (に同じ)."""
        return sum(node.maximum for node in self.program.leaves if node.same_as == leaf)

    def likely(self, pull: float) -> Floats:
        """How soon each body comes, the greatest first: its ability, as far as that pulls, and chance."""
        return np.asarray(pull * self.bodies.ability + (1 - pull**2) ** 0.5 * self.rng.normal(size=self.size))

    def earn(self, leaves: tuple[str, ...], met: list[Bools]) -> None:
        """Settle who scores by leaves."""
        self.met.update(zip(leaves, met, strict=True))

    def earned(self, grant: str = "") -> Ints:
        """Points of the leaves that are settled, by body: of all grants, or of one."""
        points = np.zeros(self.size, dtype=np.int64)
        for node in self.program.leaves:
            if node.same_as in self.met and f"{node.path}.".startswith(grant):
                points += node.maximum * self.met[node.same_as]
        return points

    # Rankings

    def _climb(self, asked: Ladder) -> None:
        """Values of a ranking whose every step is published."""
        counts = [self.counts[leaf] for leaf in asked.leaves]
        order = np.argsort(-self.likely(self.spreads[asked.fact.name].pull), kind="stable")
        known = None
        if asked.members is not None:
            ranked = order[: self.counts[asked.members]]
            member = np.isin(np.arange(self.size), ranked)
            self.earn((asked.members,), [member])
        else:
            size = size_for(asked.shares, counts, self.size)
            unknown = np.argsort(self.bodies.insured, kind="stable")[: self.size - size]
            ranked = order[~np.isin(order, unknown)]
            if len(unknown):
                known = ~np.isin(np.arange(self.size), unknown)
                self.refused.update(dict.fromkeys(asked.leaves, ~known))
        cuts = cuts_of(asked.shares, counts, len(ranked))
        values = np.zeros(self.size, dtype=np.int64)
        if asked.divisor is None:
            values[ranked] = self._values(asked, cuts, len(ranked))
        else:
            values[ranked] = self._numerators(asked, cuts, ranked)
            ratio = values[ranked] / self.bodies.elderly[ranked]
            ranked = ranked[np.argsort(-ratio, kind="stable")]
        self.numbers[asked.fact.name] = Numbers(asked.fact, values, known)
        self.earn(asked.leaves, [np.isin(np.arange(self.size), ranked[:count]) for count in counts])

    def _values(self, asked: Ladder, cuts: tuple[Cut, ...], size: int) -> Ints:
        """Values from the best down, as the steps want them."""
        fact = asked.fact
        spread = self.spreads[f"前年度.{fact.name}" if asked.change else fact.name]
        sign = -1 if asked.lower_is_better else 1
        drawn = sign * np.rint(spread.draw(size, fact.decimals, self.rng)).astype(np.int64)
        scale = 10**fact.decimals
        bounds = [None if bound is None or asked.change else int(bound * scale) for bound in (fact.low, fact.high)]
        low, high = bounds[::sign]
        least = 1 if asked.members is not None else -(10**9) if low is None else sign * low
        return sign * ladder(drawn, cuts, least, 10**9 if high is None else sign * high)

    def _numerators(self, asked: Ladder, cuts: tuple[Cut, ...], ranked: Ints) -> Ints:
        fact = asked.fact
        spread = self.spreads[fact.name]
        people = self.bodies.elderly[ranked]
        drawn = np.rint(spread.draw(len(ranked), fact.decimals, self.rng) * people).astype(np.int64)
        place = {int(body): index for index, body in enumerate(ranked)}
        twins = [(place[a], place[b]) for a, b in self.bodies.twins if a in place and b in place]
        return settle(drawn, people, cuts, twins, spread.least)

    # いずれか

    def _choose(self, choice: Choice) -> None:
        """Values of rankings of which only the better one counts; what is published is how often each one did."""
        won, held, cuts = [], [], []
        for side in choice.sides:
            wins = [self.counts[leaf] for leaf in side.leaves]
            # Nobody published how many reached a step without its counting: as many as the rule has room for.
            reached = [max(int(self.size * s), w) for s, w in zip(side.shares, wins, strict=True)]
            cuts.append(cuts_of(side.shares, reached, self.size))
            won.append([wins[-1], *(a - b for a, b in zip(wins[-2::-1], wins[:0:-1], strict=True))])
            held.append([reached[-1], *(a - b for a, b in zip(reached[-2::-1], reached[:0:-1], strict=True))])
        alone = self.counts[choice.asked] if choice.asked is not None else 0
        pull = max(self.spreads[side.fact.name].pull for side in choice.sides)
        result = contest(won, held, alone, self.likely(pull), self.rng)
        for index, side in enumerate(choice.sides):
            fact = side.fact
            apart = (*cuts[index], *parting(won[index], held[index]))
            values = self._values(side, apart, self.size)[result.positions[index]]
            if side.change:
                values = self.numbers[fact.name].values - values
            self.numbers[f"前年度.{fact.name}" if side.change else fact.name] = Numbers(fact, values)
            steps = range(1, len(side.leaves) + 1)
            self.earn(side.leaves, [(result.winner == index) & (result.level >= step) for step in steps])
        if choice.asked is not None:
            # Most who score by a ranking do it as well, without its counting.
            also = (result.winner >= 0) & (self.rng.random(self.size) < 0.9)
            self.answers[choice.asked] = result.alone | also
            self.earn((choice.asked,), [result.alone])
