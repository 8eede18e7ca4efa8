"""The yes/no columns of a run, as rows of one table."""

import numpy as np
from attrs import field, frozen

from haiten.scoring.exact import Bools
from haiten.scoring.facts import Truth


@frozen(eq=False)
class Truths:
    """Truths by row.

    Attributes:
        certain: rows × bodies.
        possible: the rows of which not all is decided; for any other it is ``certain``.
    """

    certain: Bools
    possible: dict[int, Bools] = field(factory=dict)

    def __getitem__(self, row: int) -> Truth:
        certain = self.certain[row]
        return Truth(certain, self.possible.get(row, certain))

    def __setitem__(self, row: int, truth: Truth) -> None:
        self.certain[row] = truth.certain
        if truth.is_decided:
            self.possible.pop(row, None)
        else:
            self.possible[row] = truth.possible


def empty_truths(rows: int, bodies: int) -> Truths:
    """A table whose rows are yet to be filled."""
    return Truths(np.empty((rows, bodies), dtype=np.bool_))
