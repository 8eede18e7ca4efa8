"""The one place that makes pages: texts are escaped and made harmless, and the page can do no more than it has to.

A page is one file. Its policy (Content-Security-Policy) lets nothing in from anywhere: of styles and scripts it allows
the two that are in the page, by their hashes, and so no attribute ``style`` and no handler either.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from haiten.compiler.version import haiten_version
from haiten.tabulation.table import RANGE, FigureStyle, TableValue, ends
from haiten.views.console.printable import printable

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES: Final = Path(__file__).with_name("templates")
_BASE: Final = "base"
UNKNOWN: Final = "不明"


def render(name: str, /, script: str | None = None, styles_of: tuple[str, ...] = (), **values: Any) -> str:
    """A page of a template that extends ``base.html``.

    Args:
        name: of the template; what lies beside it under the same name (.css, .js) goes into the page, behind that of
            the base.
        script: the script of the page, in the place of those that lie beside templates.
        styles_of: other pages of which it shows a section, whose styles it needs.
        values: what the template shows. ``base.html`` wants ``title`` (of the window).
    """
    from markupsafe import Markup

    style = _together((_BASE, *styles_of, name), ".css")
    script = _together((_BASE, name), ".js") if script is None else script
    return (
        _environment()
        .get_template(f"{name}.html")
        .render(
            policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)};"
            " base-uri 'none'; form-action 'none'",
            style=Markup(style),
            script=Markup(script),
            haiten=haiten_version(),
            **values,
        )
    )


@cache
def _together(names: tuple[str, ...], ending: str) -> str:
    """The style or the script of the base and of a page, to the letter as it stands in the page."""
    files = (_TEMPLATES / f"{name}{ending}" for name in names)
    return "\n" + "\n".join(file.read_text(encoding="utf-8") for file in files if file.exists())


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["figure"] = figure
    return made


def _harmless(value: Any) -> Any:
    """What an expression in a template came to, without signs that turn the direction of writing or are no text."""
    from markupsafe import Markup

    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def figure(cell: TableValue, style: FigureStyle, unknown: str = UNKNOWN) -> str:
    """A number as people read it, with its unit: a range where it is open, and a word where it is not known.

    A share is given as a number of which 1 is 100%.
    """
    limits = ends(cell)
    if limits is None:
        return str(cell) if cell else unknown
    low, high = (style.digits(end) for end in limits)
    return f"{low}{style.unit}" if low == high else f"{low}{RANGE}{high}{style.unit}"
