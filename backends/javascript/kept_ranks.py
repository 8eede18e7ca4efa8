"""By what a body is ranked: what an earlier run kept, itself alone, or nothing."""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Any

from attrs import field

from haiten.compiler.evaluator.steps import Slot
from haiten.compiler.late import frozen


class RankedBy(StrEnum):
    """By what a body is ranked.

    UNKNOWN says of no rank that it is reached or not, as a body alone tells nothing of the others.
    """

    STORED = "stored"
    ALONE = "alone"
    UNKNOWN = "unknown"


@frozen
class KeptRanking:
    """What a run kept of a ranking, or of one class of it.

    Attributes:
        size: N.
        steps: by their labels the worst value within (None: nobody is) and how many are.
        places: distinct values from the good end, each with how many bodies are strictly better.
    """

    size: int
    steps: Mapping[str, tuple[Fraction | None, int]]
    places: tuple[tuple[Fraction, int], ...]

    def to_json(self) -> dict[str, Any]:
        """As ``KeptData`` of ``program.js``."""
        return {
            "size": self.size,
            "steps": {label: [None if end is None else str(end), n] for label, (end, n) in self.steps.items()},
            "places": [[str(value), before] for value, before in self.places],
        }


@frozen
class KeptRanks:
    """What a run kept, by slot: rankings by class, means and medians."""

    by: RankedBy = RankedBy.UNKNOWN
    rankings: Mapping[Slot, tuple[KeptRanking, ...]] = field(factory=dict)
    statistics: Mapping[Slot, Fraction | None] = field(factory=dict)
