"""How to read a table of facts, where it does not say so itself; and what facts may be given by: files."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attrs import field

from haiten.compiler.late import frozen

if TYPE_CHECKING:
    from haiten.compiler.compilation import Compilation

# A file of facts, a folder of survey sheets, or several of them.
FactFiles = Path | Sequence[Path]


def name_of(files: FactFiles) -> str:
    """What messages call some files."""
    if isinstance(files, Path):
        return str(files)
    return str(files[0]) if len(files) == 1 else f"{files[0]} ほか{len(files) - 1:,}件"


@frozen
class HowToRead:
    """How to read a table.

    Attributes:
        sheet: the sheet of a workbook.
        header: the row of the headings, counted from 1.
        skip_others: leave out the rows that are no bodies of the rulebook's scope, and say which.
        codes: a file of codes that were changed, old and new.
        years: older years, each a rulebook and its facts, from which values of those years are read.
        noted: told of each rulebook that is compiled for those years, as it is.
        previous_cutoffs: the cut-offs of the year before, from which figures of the nation of that year are read.
        members: of facts of prefectures, the facts of their municipalities, from which figures over them (管内) follow.
    """

    sheet: str | None = None
    header: int | None = None
    skip_others: bool = False
    codes: Path | None = None
    members: Path | None = None
    previous_cutoffs: Path | None = None
    years: tuple[tuple[Path, Path], ...] = ()
    noted: "Callable[[Compilation], None] | None" = field(default=None, eq=False, repr=False)


PLAIN: Final = HowToRead()
