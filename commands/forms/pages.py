"""Forms of a page that computes: page."""

from typing import TYPE_CHECKING, Final

from haiten.commands.forms.form import PrintedForm
from haiten.commands.forms.way_out import Forms
from haiten.compiler.late import frozen

if TYPE_CHECKING:
    from haiten.forms.answers import Answers, LastYear
    from haiten.pages.agreement import Agreement
    from haiten.pages.compare_data import CompareDraft
    from haiten.scoring.rulebook import Rulebook
    from haiten.scoring.running.run import Stored


@frozen(eq=False)
class PageMade:
    """A rulebook with all that its page is made of."""

    rulebook: "Rulebook"
    stored: "Stored | None"
    answers: "Answers"
    last: "LastYear | None"
    agreement: "Agreement | None"


def page_text(made: PageMade) -> str:
    """The page."""
    from haiten.pages.page_data import PageDraft
    from haiten.pages.write_page import write_page

    return write_page(PageDraft(made.rulebook, made.stored, made.answers, made.last, made.agreement))


def _module(made: PageMade) -> str:
    from haiten.pages.write_page import write_module

    return write_module(made.rulebook, made.stored)


PAGE: Final[Forms[PageMade]] = Forms(
    "page",
    (
        PrintedForm("html", (".html", ".htm"), page_text, about="1ファイルのページ"),
        PrintedForm("module", (".mjs", ".js"), _module, about="採点だけの JavaScript のモジュール"),
    ),
)


def _compared(made: "CompareDraft") -> str:
    from haiten.pages.write_compare import write_compare

    return write_compare(made)


PAGE_COMPARE: Final[Forms["CompareDraft"]] = Forms(
    "page compare", (PrintedForm("html", (".html", ".htm"), _compared, about="1ファイルのページ"),)
)
