"""Forms of what the commands of ``report`` make: pages."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from haiten.commands.forms.form import PrintedForm
from haiten.commands.forms.way_out import Forms
from haiten.commands.forms.years import page_of

if TYPE_CHECKING:
    from haiten.comparison.diff import Diff
    from haiten.reports.allocation_page import DividedMoney
    from haiten.reports.stats_page import CountedNation

T = TypeVar("T")


def pages(command: str, text: Callable[[T], str]) -> Forms[T]:
    """The one form of a command that makes a page.

    Args:
        command: its name under ``report``.
        text: makes the page.
    """
    return Forms(f"report {command}", (PrintedForm("html", (".html", ".htm"), text, about="1ファイルのページ"),))


def _stats_page(made: "CountedNation") -> str:
    from haiten.reports.stats_page import stats_page

    return stats_page(made)


def _allocation_page(made: "DividedMoney") -> str:
    from haiten.reports.allocation_page import allocation_page

    return allocation_page(made)


REPORT_ALLOCATION: Final[Forms["DividedMoney"]] = pages("allocation", _allocation_page)
REPORT_STATS: Final[Forms["CountedNation"]] = pages("stats", _stats_page)
REPORT_DIFF: Final[Forms["Diff"]] = pages("diff", page_of)
