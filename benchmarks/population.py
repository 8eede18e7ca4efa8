"""Made-up populations of any size: seeded, with ties, without unknowns. They are like no real municipality."""

from collections.abc import Sequence
from typing import Any, Final, overload

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from haiten.benchmarks.rules import Rules
from haiten.compiler.program.fact_columns import schema_of
from haiten.compiler.program.program import Program
from haiten.scoring.facts.facts import Body, Facts, Truth
from haiten.scoring.numbers.exact import everywhere, from_integers

NumberArray = NDArray[np.int32]
AnswerArray = NDArray[np.bool_]
SEED: Final = 20260401


@frozen(eq=False)
class BenchPopulation:
    """Facts about some bodies, the same for haiten and for every rival.

    Attributes:
        numbers: by column, integers of 10**-decimals units, each below 2**26 in size.
        scales: 10**decimals of each column.
        answers: by column.
    """

    size: int
    numbers: dict[str, NumberArray]
    scales: dict[str, int]
    answers: dict[str, AnswerArray]


def draw(program: Program, rules: Rules, size: int, seed: int = SEED) -> BenchPopulation:
    """A population: percentages, changes of either sign, counts that are zero for a fifth of the bodies."""
    random = np.random.default_rng(seed)
    facts = schema_of(program).numbers
    numbers, scales = {}, {}
    for column in rules.numbers:
        fact = facts[column].fact
        assert fact is not None
        scales[column] = 10**fact.decimals
        if fact.low is None:
            cells = random.normal(0, 8, size) * scales[column]
        elif fact.high is not None:
            # A bulk at the top and at zero, as where most municipalities do all or nothing.
            cells = np.clip(random.normal(0.6, 0.5, size), 0, 1) * float(fact.high) * scales[column]
        elif fact.low >= 1:
            cells = random.lognormal(9, 1.3, size).clip(200, 2_000_000) * scales[column]
        else:
            cells = (random.gamma(2, 12, size) * scales[column]) * (random.random(size) > 1 / 5)
        numbers[column] = np.floor(cells).astype(np.int32)
    answers = {column: random.random(size) < share for column, share in zip(rules.answers, _shares(rules), strict=True)}
    return BenchPopulation(size, numbers, scales, answers)


def _shares(rules: Rules) -> Any:
    return np.random.default_rng(SEED).uniform(0.1, 0.9, len(rules.answers))


@frozen(eq=False)
class _Numbered(Sequence[Body]):
    """Bodies with consecutive codes: at the largest size they are longer than real ones, which scoring does not mind.

    As those of a fact file, they are made when they are asked for.
    """

    size: int

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, place: int) -> Body: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Body, ...]: ...
    def __getitem__(self, place: int | slice) -> Body | tuple[Body, ...]:
        if isinstance(place, slice):
            return tuple(self[each] for each in range(*place.indices(self.size)))
        if not 0 <= place < self.size:
            raise IndexError(place)
        return Body(f"{10_000 + place}")


def facts_of(population: BenchPopulation) -> Facts:
    """The population as haiten's facts; nothing is unknown, so what is certain is what is possible."""
    facts = Facts(_Numbered(population.size))
    for column, cells in population.numbers.items():
        facts.numbers[column] = from_integers(cells, everywhere(population.size), population.scales[column])
    for column, truth in population.answers.items():
        facts.answers[column] = Truth(truth, truth)
    return facts
