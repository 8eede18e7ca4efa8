"""The yes/no columns of a run, as rows of one table."""

import numpy as np
from attrs import field

from haiten.compiler.late import dense
from haiten.scoring.facts.facts import Truth
from haiten.scoring.numbers.exact import Bools


@dense(eq=False)
class Truths:
    """Truths by row, each put down once.

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
        if truth.possible is not truth.certain:
            self.possible[row] = truth.possible

    def decided(self, row: int, body: int) -> bool | None:
        """The truth of one body; None where it is unknown."""
        if self.certain[row, body]:
            return True
        possible = self.possible.get(row)
        return None if possible is not None and possible[body] else False


def empty_truths(rows: int, bodies: int) -> Truths:
    """A table whose rows are yet to be filled."""
    return Truths(np.empty((rows, bodies), dtype=np.bool_))
