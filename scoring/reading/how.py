"""How to read a table of facts, where it does not say so itself."""

from pathlib import Path
from typing import Final

from attrs import frozen


@frozen
class HowToRead:
    """How to read a table.

    Attributes:
        sheet: the sheet of a workbook.
        header: the row of the headings, counted from 1.
        skip_others: leave out the rows that are no bodies of the rulebook's scope, and say which.
        codes: a file of codes that were changed, old and new.
    """

    sheet: str | None = None
    header: int | None = None
    skip_others: bool = False
    codes: Path | None = None


PLAIN: Final = HowToRead()
