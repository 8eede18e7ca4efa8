"""What stands beside a text that is written: whether its points come to what it declares, and the 新旧対照表."""

from collections.abc import Sequence

from haiten.comparison.diff import Diff
from haiten.comparison.table import side_by_side
from haiten.comparison.totals import TotalRow
from haiten.compiler.program.program import Program
from haiten.reports.page import render
from haiten.views.files.comparison import notes_under


def desk_page(
    title: str,
    notes: Sequence[str],
    program: Program,
    before: Program | None,
    rows: Sequence[TotalRow],
    found: Diff | None,
    no_table: str | None,
) -> str:
    """The page, which runs no script.

    What the changes mean is not looked for, which would take seconds; the page says where it is.

    Args:
        title: of the pane.
        notes: what has to be said first.
        program: what is written.
        before: what it amends; None where it amends nothing.
        rows: totals; empty where they are not wanted.
        found: what changed; None where no table is wanted, or there is none.
        no_table: why there is none; None where there is, or where it is not wanted.
    """
    return render(
        "desk",
        script="",
        styles_of=("diff",),
        title=title,
        notes=notes,
        old=before,
        new=program,
        rows=rows,
        tops=[row for row in rows if row.level == 1],
        off=[row for row in rows if not row.balanced],
        found=found,
        sections=() if found is None else side_by_side(found),
        no_table=no_table,
        signed=lambda number: f"{number:+,}" if number else "±0",
        notes_under=notes_under,
    )
