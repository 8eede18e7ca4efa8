"""What a ranking keeps of a run, so that one body can be placed in it later exactly as if it had been there."""

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from itertools import count
from math import nan
from typing import Any

import numpy as np
from attrs import field
from numpy.typing import NDArray

from haiten.compiler.late import dense, frozen
from haiten.compiler.program.terms import Within
from haiten.scoring.numbers.exact import FLOAT_SAFE, Keys, Ratios, column, has_quotients_for_keys, order_keys, stacked

Counts = NDArray[np.int64]


@dense
class Cutoff:
    """Where a step ends.

    Attributes:
        value: the worst value that is within; None where no body is.
        inside: how many bodies are within.
    """

    value: Fraction | None
    inside: int


@frozen
class StoredRanking:
    """What a ranking keeps of a run, so that one body can be placed in it later.

    Attributes:
        size: N, the bodies that had a rank.
        cutoffs: by the step's label (``上位7割``).
        places: distinct values from the good end, each with how many bodies are strictly better; empty where neither
            いずれか has to tell equals apart nor 順位 is asked for.
    """

    size: int
    cutoffs: dict[str, Cutoff]
    places: tuple[tuple[Fraction, int], ...] = ()

    def reached(self, values: Ratios, steps: Iterable[Within]) -> tuple[Keys, list[Any]]:
        """Keys of some values, and of the cut-offs of some steps: NaN, which no key reaches, where nobody is within."""
        mine, ends = self._marks.beside(values)
        places = self._marked
        return mine, [nan if (place := places[step.label]) is None else ends[place] for step in steps]

    def before(self, values: Ratios, lower_is_better: bool) -> Counts:
        """How many bodies are strictly better than each of some values."""
        mine, theirs = self._ladder.beside(values)
        # From the good end, the first place that is no better than the value; beyond the last, all are better.
        if lower_is_better:
            return self._before[theirs.searchsorted(mine, side="left")]
        return self._before[len(theirs) - theirs[::-1].searchsorted(mine, side="right")]

    @cached_property
    def _marks(self) -> "_Marks":
        return _Marks([cutoff.value for cutoff in self.cutoffs.values() if cutoff.value is not None])

    @cached_property
    def _marked(self) -> dict[str, int | None]:
        """Which mark is a step's cut-off."""
        marks = count()
        return {label: None if cutoff.value is None else next(marks) for label, cutoff in self.cutoffs.items()}

    @cached_property
    def _ladder(self) -> "_Marks":
        return _Marks([value for value, _ in self.places])

    @cached_property
    def _before(self) -> Counts:
        return np.array([*(before for _, before in self.places), self.size], dtype=np.int64)


@frozen(eq=False)
class _Marks:
    """Values that those of bodies are compared with again and again."""

    values: list[Fraction]
    _whole: dict[int, Keys | None] = field(factory=dict, init=False)

    def beside(self, others: Ratios) -> tuple[Keys, Keys]:
        """Keys of other values, and keys of these."""
        if others.den.shape == () and others.num.dtype != object:
            whole = self._in_parts(int(others.den))
            if whole is not None:
                return others.num, whole
        mine = self._ratios
        if has_quotients_for_keys(max(others.num_bound, mine.num_bound), max(others.den_bound, mine.den_bound)):
            return np.asarray(others.num / others.den, dtype=np.float64), self._quotients
        keys = order_keys(stacked(others, mine))
        return keys[: len(others.num)], keys[len(others.num) :]

    @cached_property
    def _quotients(self) -> Keys:
        return np.asarray(self._ratios.num / self._ratios.den, dtype=np.float64)

    def _in_parts(self, scale: int) -> Keys | None:
        """The values as numbers of 1/scale; None where one of them is no such number."""
        if scale not in self._whole:
            scaled = column([value * scale for value in self.values])
            fits = scaled.den_bound == 1 and scaled.num_bound <= FLOAT_SAFE
            self._whole[scale] = scaled.num if fits else None
        return self._whole[scale]

    @cached_property
    def _ratios(self) -> Ratios:
        return column(self.values)
