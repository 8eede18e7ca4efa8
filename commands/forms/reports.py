"""Forms of what the commands of ``report`` make: pages."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from haiten.commands.forms.form import PrintedForm
from haiten.commands.forms.way_out import Forms
from haiten.commands.forms.years import page_of

if TYPE_CHECKING:
    from haiten.comparison.diff import Diff

T = TypeVar("T")


def pages(command: str, text: Callable[[T], str]) -> Forms[T]:
    """The one form of a command that makes a page.

    Args:
        command: its name under ``report``.
        text: makes the page.
    """
    return Forms(f"report {command}", (PrintedForm("html", (".html", ".htm"), text, about="1ファイルのページ"),))


REPORT_DIFF: Final[Forms["Diff"]] = pages("diff", page_of)
