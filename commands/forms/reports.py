"""Forms of what the commands of ``report`` make: pages."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from haiten.commands.forms.form import PrintedForm
from haiten.commands.forms.way_out import Forms
from haiten.commands.forms.years import page_of

if TYPE_CHECKING:
    from haiten.comparison.diff import Diff
    from haiten.compiler.compilation import Compilation
    from haiten.reports.allocation_page import DividedMoney
    from haiten.reports.score_page import ScoredBody
    from haiten.reports.stats_page import CountedNation

T = TypeVar("T")


def pages(command: str, text: Callable[[T], str]) -> Forms[T]:
    """The one form of a command that makes a page.

    Args:
        command: its name under ``report``.
        text: makes the page.
    """
    return Forms(f"report {command}", (PrintedForm("html", (".html", ".htm"), text, about="1ファイルのページ"),))


def _score_page(made: "ScoredBody") -> str:
    from haiten.reports.score_page import score_page

    return score_page(made)


REPORT_SCORE: Final[Forms["ScoredBody"]] = pages("score", _score_page)


def _rulebook_page(made: "tuple[Compilation, ...]") -> str:
    from haiten.reports.rulebook_page import rulebook_page

    return rulebook_page(made)


REPORT_RULEBOOK: Final[Forms["tuple[Compilation, ...]"]] = pages("rulebook", _rulebook_page)


def _stats_page(made: "CountedNation") -> str:
    from haiten.reports.stats_page import stats_page

    return stats_page(made)


def _allocation_page(made: "DividedMoney") -> str:
    from haiten.reports.allocation_page import allocation_page

    return allocation_page(made)


REPORT_ALLOCATION: Final[Forms["DividedMoney"]] = pages("allocation", _allocation_page)
REPORT_STATS: Final[Forms["CountedNation"]] = pages("stats", _stats_page)
REPORT_DIFF: Final[Forms["Diff"]] = pages("diff", page_of)
