"""Scored bodies, the nation they belong to, how they are grouped, and the years before."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property

import numpy as np

from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import WHOLE
from haiten.scoring.running.nation import Nation
from haiten.scoring.running.scores import Scores
from haiten.tabulation.population.groups import NATION, Groups, Values, everyone
from haiten.tabulation.population.parts import TOTAL, NodeGroup, parts_of
from haiten.tabulation.table import TableValue, between


@frozen(eq=False)
class Population:
    """Scored bodies and how they are grouped.

    Attributes:
        groupings: each a way to group the bodies; none where only the nation is asked about.
        body: one body that is looked at, by its place.
        left_out: how many bodies fit no group that is shown, by what they are grouped by.
    """

    scores: Scores
    groupings: tuple[Groups, ...] = ()
    body: int | None = None
    left_out: tuple[tuple[str, int], ...] = ()

    @property
    def is_national(self) -> bool:
        """Whether the bodies are the nation."""
        return self.nation is not None and not self.scores.run.is_placed

    @cached_property
    def nation(self) -> Nation | None:
        """All bodies of the scope; None where the facts are of a part of it and no cut-off file tells of the rest."""
        return self.scores.nation

    @cached_property
    def all_groups(self) -> tuple[Groups, ...]:
        """All bodies together, where there are several, then the groups."""
        size = len(self.scores.bodies)
        if self.is_national:
            return (everyone(self.scores), *self.groupings)
        if size == 1 or any(groups.sizes == [size] for groups in self.groupings):
            return self.groupings  # one of them is all bodies
        return (everyone(self.scores, f"事実ファイルの{size:,}団体"), *self.groupings)

    @property
    def _kept(self) -> Nation | None:
        """The nation, where its bodies are not those of the run."""
        return None if self.is_national else self.nation

    @property
    def names(self) -> list[str]:
        """The nation, where it is known, then every group."""
        return [*([NATION] if self._kept is not None else []), *(n for groups in self.all_groups for n in groups.names)]

    @property
    def body_name(self) -> str:
        """What the body that is looked at is called."""
        assert self.body is not None
        who = self.scores.bodies[self.body]
        return who.name or who.code

    @property
    def sizes(self) -> list[int]:
        """How many bodies the nation and each group have, by ``names``."""
        kept = self._kept
        return [*([kept.size] if kept is not None else []), *(n for groups in self.all_groups for n in groups.sizes)]

    def averages(self, part: NodeGroup) -> list[TableValue]:
        """The mean points of a part, by ``names``; a range where facts are unknown."""
        kept = self._kept
        certain, possible = part.points(self.scores)
        means = [mean for groups in self.all_groups for mean in groups.averages(certain, possible)]
        if kept is None:
            return means
        low, high = kept.sums(_kept_paths(part))
        return [between(Fraction(low, kept.size), Fraction(high, kept.size)), *means]

    def undecided_in(self, part: NodeGroup) -> list[int]:
        """How many bodies have points of a part that unknown facts can still change, by ``names``."""
        certain, possible = part.points(self.scores)
        counts = [count for groups in self.all_groups for count in groups.sums(certain != possible)]
        kept = self._kept
        if kept is None:
            return counts
        # Of several nodes together it is only known that each of them is open for so many.
        return [max(kept.spread(path).undecided for path in _kept_paths(part)), *counts]

    def awards(self, path: str) -> list[tuple[int, int, int]]:
        """How many bodies have a leaf, for how many that is open, and how many bodies there are, by ``names``."""
        kept = self._kept
        have, open_ = self.scores.awarded_in(path)
        counts = [
            told
            for groups in self.all_groups
            for told in zip(groups.sums(have), groups.sums(open_), groups.sizes, strict=True)
        ]
        return [*([(*kept.leaf(path), kept.size)] if kept is not None else []), *counts]

    def rates(self, path: str) -> list[TableValue]:
        """The share of bodies that have a leaf, by ``names``; a range where that is open for some."""
        return [_share(*told) for told in self.awards(path)]

    def national_rate(self, path: str) -> TableValue:
        """The share of the nation's bodies that have a leaf; None where the nation is not known."""
        return None if self.nation is None else _share(*self.nation.leaf(path), self.nation.size)

    def achieved(self, paths: Sequence[str]) -> list[TableValue]:
        """How many of some leaves bodies have on average, by ``names``."""
        told = [self.awards(path) for path in paths]
        means: list[TableValue] = []
        for place, size in enumerate(self.sizes):
            have, open_ = (sum(leaf[place][which] for leaf in told) for which in (0, 1))
            means.append(between(Fraction(have, size), Fraction(have + open_, size)) if size else None)
        return means

    def national_ranks(self, part: NodeGroup) -> tuple[Values, Values] | None:
        """The best and worst rank of every body in the nation; None where that is not known."""
        certain, possible = part.points(self.scores)
        kept = self._kept
        if kept is not None:
            (path,) = _kept_paths(part)
            return kept.spread(path).ranks(certain, possible)
        return everyone(self.scores).places(certain, possible) if self.is_national else None

    @cached_property
    def undecided(self) -> Values:
        """Which bodies have a total that unknown facts can still change."""
        certain, possible = self.scores.total()
        return np.asarray(certain != possible)

    @property
    def notes(self) -> list[str]:
        """What a reader must know: what is unknown, and of whom figures are."""
        notes = []
        if count := int(self.undecided.sum()):
            notes.append(
                f"未回答などで得点が確定しない団体が{count:,}ある（未確定）。決まらない数は「低い–高い」の幅で示す。"
            )
        if self._kept is not None:
            notes.append(f"全国は、段の境の値のファイルにある{self._kept.size:,}団体。")
            if open_ := self._kept.spread(WHOLE).undecided:
                notes.append(f"そのうち{open_:,}団体の得点は確定していない。")
        elif self.nation is None:
            notes.append(self.unknown_nation)
        notes += [
            f"{by}のどれにも入らない団体が{count:,}ある（--rest で示す）。" for by, count in self.left_out if count
        ]
        return notes

    @property
    def unknown_nation(self) -> str:
        """Why no figure of the nation is reported."""
        if self.scores.run.is_placed:
            return (
                "全国の平均・順位・該当率は出していない: 段の境の値のファイルに全国の得点がない"
                "（全国の採点から --save-cutoffs で保存し直すと入る）。"
            )
        bodies, missing = len(self.scores.bodies), self.scores.missing
        few = "1団体だけ" if bodies == 1 else f"1つの都道府県の{bodies:,}団体だけ"
        if missing and bodies > 1:
            few = f"全国の{bodies + missing:,}団体のうち{bodies:,}団体だけ"
        return (
            f"全国の平均・順位・該当率は出していない: 事実ファイルは{few}（--cutoffs に全国の段の境の値を渡すと出る）。"
        )


def _share(have: int, open_: int, size: int) -> TableValue:
    return between(Fraction(have, size), Fraction(have + open_, size)) if size else None


def _kept_paths(part: NodeGroup) -> Iterable[str]:
    return (WHOLE,) if part.name == TOTAL else part.paths


@frozen(eq=False)
class Before:
    """A year before.

    Attributes:
        old_path: where each node of this year stood then; nodes that are new are missing.
    """

    population: Population
    old_path: dict[str, str]

    @property
    def year(self) -> str:
        """Its 年度."""
        return self.population.scores.program.year

    def part(self, part: NodeGroup) -> NodeGroup | None:
        """The same part then: by its node, or for a kind and the total by its name."""
        program = self.population.scores.program
        if part.name in self.old_path:
            node = program.nodes[self.old_path[part.name]]
            return NodeGroup(node.path, (node.path,), (), node.maximum, node.text)
        return next((old for old in parts_of(program) if old.name == part.name and part.is_named), None)
