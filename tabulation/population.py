"""Scored bodies, how they are grouped, and the year before."""

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property

import numpy as np
from attrs import frozen

from haiten.scoring.scores import Scores
from haiten.tabulation.groups import Groups, Values, nation
from haiten.tabulation.parts import Part, parts_of


@frozen(slots=False, eq=False)
class Population:
    """Scored bodies and how they are grouped.

    Attributes:
        groups: None where only the nation is asked about.
        body: one body that is looked at, by its place.
    """

    scores: Scores
    groups: Groups | None = None
    body: int | None = None

    @cached_property
    def all_groups(self) -> tuple[Groups, ...]:
        """The nation, then the groups."""
        return (nation(self.scores), *([self.groups] if self.groups is not None else []))

    @property
    def names(self) -> list[str]:
        """The nation, then every group."""
        return [name for groups in self.all_groups for name in groups.names]

    @property
    def body_name(self) -> str:
        """What the body that is looked at is called."""
        assert self.body is not None
        who = self.scores.bodies[self.body]
        return who.name or who.code

    def averages(self, column: Values) -> Iterator[tuple[str, Fraction | None]]:
        """The mean of a column in the nation and in every group, with its name."""
        for groups in self.all_groups:
            yield from zip(groups.names, groups.averages(column), strict=True)

    @cached_property
    def undecided(self) -> Values:
        """Which bodies have a total that unknown facts can still change."""
        certain, possible = self.scores.total()
        return np.asarray(certain != possible)

    @property
    def notes(self) -> list[str]:
        """What a reader must know where facts are unknown."""
        count = int(self.undecided.sum())
        told = f"未回答などで得点が確定しない団体が{count:,}ある（未確定）。得点・平均・順位は確実な得点による。"
        return [told] if count else []


@frozen(eq=False)
class Before:
    """The year before.

    Attributes:
        old_path: where each node of this year stood then; nodes that are new are missing.
    """

    population: Population
    old_path: dict[str, str]

    def part(self, part: Part) -> Part | None:
        """The same part a year ago: by its node, or for a kind and the total by its name."""
        parts = {old.name: old for old in parts_of(self.population.scores.program)}
        return parts.get(self.old_path.get(part.name, part.name))
