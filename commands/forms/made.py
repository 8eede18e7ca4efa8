"""What commands make, before it has a form."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.late import frozen

if TYPE_CHECKING:
    from haiten.allocation.allocate import Allocated
    from haiten.allocation.trace import BudgetTrace
    from haiten.comparison.impact import Impact
    from haiten.compiler.compilation import Compilation
    from haiten.scoring.cases import CasesRun, Coverage
    from haiten.scoring.explaining.explain import Trace
    from haiten.scoring.rulebook import Rulebook
    from haiten.scoring.running.scores import Scores
    from haiten.tabulation.gaps.gaps import Gaps
    from haiten.tabulation.simulation.sweep_tables import SweepReport
    from haiten.tabulation.simulation.whatif import WhatIf
    from haiten.tabulation.tables.handout import Handout
    from haiten.tabulation.tables.report import Report
    from haiten.testing.properties import PropertyOutcome

T = TypeVar("T")


class Replayed(Generic[T]):
    """Items that come one by one, and may be gone through again once they have come."""

    def __init__(self, items: Iterable[T]) -> None:
        self._coming, self._come = iter(items), list[T]()

    def __iter__(self) -> Iterator[T]:
        place = 0
        while True:
            if place == len(self._come):
                try:
                    self._come.append(next(self._coming))
                except StopIteration:
                    return
            yield self._come[place]
            place += 1


@frozen
class CheckedFile:
    """A rule file with all that is wrong with it."""

    file: Path
    compilation: "Compilation"
    diagnostics: tuple[Diagnostic, ...]


@frozen
class Checked:
    """Rule files, each reported as soon as it is checked."""

    files: Replayed[CheckedFile]
    strict: bool

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """What is wrong with any of them."""
        return [found for each in self.files for found in each.diagnostics]


@frozen
class ShownRules:
    """A rulebook, or one node of it, or an allocation."""

    rulebook: "Rulebook"
    path: str | None


@frozen
class Scored:
    """Scores, and the places of the bodies that are shown."""

    scores: "Scores"
    chosen: Sequence[int]


@frozen
class Explained:
    """Why a body has its points."""

    scores: "Scores"
    body: int
    traces: "tuple[Trace, ...]"


@frozen
class ExplainedMoney:
    """Why a body gets its yen."""

    allocated: "Allocated"
    body: int
    traces: "tuple[BudgetTrace, ...]"


@frozen
class Divided:
    """Money, and the place of the one body that is shown, if one is."""

    allocated: "Allocated"
    body: int | None


@frozen
class MovedPoints:
    """What new rules change, and the place of the one body that is shown, if one is.

    Attributes:
        points: whether the points of all bodies are shown, where money is, too.
    """

    impact: "Impact"
    body: int | None
    points: bool


@frozen
class CountedBodies:
    """Tables about a population.

    Attributes:
        about: what all of them are about.
        limit: how many rows of each are printed; None for all, of a single table.
    """

    report: "Report"
    about: str
    limit: int | None


@frozen
class HandedOut:
    """What a prefecture hands out, and what it is about."""

    handout: "Handout"
    about: str


@frozen
class Lacking:
    """The gaps of a body, and what they are about."""

    gaps: "Gaps"
    about: str


@frozen
class Altered:
    """A body with other facts, and what that is about."""

    whatif: "WhatIf"
    about: str


@frozen
class Swept:
    """Scores under other weights.

    Attributes:
        about: what all of it is about.
        table: the one table that is printed; None for all.
        limit: how many rows of each are printed.
    """

    report: "SweepReport"
    about: str
    table: str | None
    limit: int | None


@frozen
class Tried:
    """A rulebook, tried by cases and by what should hold of every rulebook.

    Attributes:
        cases: by their files.
        coverage: what the cases show; None where there are none.
        properties: each with the file that what breaks it was saved in, reported as soon as it is tried.
    """

    cases: "tuple[tuple[Path, CasesRun], ...]"
    coverage: "Coverage | None"
    properties: "Replayed[tuple[PropertyOutcome, Path | None]]"
