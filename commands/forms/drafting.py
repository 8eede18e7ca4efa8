"""Forms of what an author begins with and ends with: draft, amend, new. All of them are texts of rules."""

from typing import Final

from haiten.commands.forms.form import PrintedForm
from haiten.commands.forms.way_out import Forms


def _as_it_is(text: str) -> str:
    return text


DRAFT: Final[Forms[str]] = Forms(
    "draft", (PrintedForm("haiten", (".haiten",), _as_it_is, about="来年度の全文", for_people=True),), any_name="haiten"
)
AMEND: Final[Forms[str]] = Forms(
    "amend", (PrintedForm("haiten", (".haiten",), _as_it_is, about="改める文"),), any_name="haiten"
)
NEW: Final[Forms[str]] = Forms(
    "new", (PrintedForm("haiten", (".haiten",), _as_it_is, about="改正の書き始め", for_people=True),), any_name="haiten"
)
