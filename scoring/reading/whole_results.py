"""Whether a file of results still holds all bodies that it was written with.

``haiten score --to`` and ``haiten allocate --to`` write how many these are into every row (``結果の団体数``): a file
that was cut at a row would be a smaller nation otherwise.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.program.fact_columns import SIZE
from haiten.scoring.reading.result_errors import CutResults


def check_whole(file: str, sizes: pl.Series, rows: NDArray[np.int64]) -> Iterator[Diagnostic]:
    """Tell of the first row that speaks of another number of bodies than there are.

    Args:
        file: the file's name.
        sizes: the column ``結果の団体数`` as texts, a cell for each body.
        rows: the row in the file of each body.
    """
    wrong = (sizes.str.strip_suffix(".0") != str(len(sizes))).arg_true()
    if len(wrong):
        written = sizes[int(wrong[0])]
        yield CutResults(Cell(file, int(rows[wrong[0]]), SIZE), written or "空欄", len(sizes))
