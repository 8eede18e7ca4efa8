"""The base of all pages: texts are harmless, the policy fits what is there, and numbers are said as they are known."""

import re
from fractions import Fraction
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment, UndefinedError

import haiten
from haiten.comparison.diff import diff
from haiten.reports.diff_page import diff_page
from haiten.reports.page import _environment, figure, render
from haiten.tabulation.table import AVERAGE_SHORT, POINTS, RATE_SHORT, Between
from page_checks import wrong_with

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "reports" / "templates"
EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>&\"'=1+1 \x1b[31m\u202egnp\u2066\r\x07"


@pytest.fixture(scope="module")
def page() -> str:
    old, new = (haiten.compile(ROOT / "rules" / year / "municipal.haiten") for year in ("r7", "r8"))
    return diff_page(diff(old, new))


def test_a_page_is_sound(page: str) -> None:
    """Elements are nested, links lead somewhere within it, headings are in order, and the policy fits."""
    assert wrong_with(page) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("<h2", '<h4 style="color:red"', "forbids"),
        ("</main>", '<a href="https://example.jp">x</a></main>', "leads to"),
        ("</main>", '<a href="#nowhere">x</a></main>', "nothing is called nowhere"),
        ("</main>", "<p></main>", "within"),
        ("</main>", "<h5>x</h5></main>", "a heading 5 below"),
        ("</main>", '<p id="main">x</p></main>', "two elements"),
        ('"use strict";', '"use strict"; alert(1);', "does not allow the script"),
        ("default-src", "img-src", "lets something in"),
    ],
)
def test_what_is_wrong_with_a_page_is_seen(page: str, old: str, new: str, told: str) -> None:
    """The checks see what they are for."""
    assert old in page
    assert any(told in wrong for wrong in wrong_with(page.replace(old, new, 1)))


def test_texts_are_shown_and_not_obeyed() -> None:
    """Markup, quotes in attributes, escape sequences, and signs that turn the direction of writing."""
    loader = DictLoader({"x.html": '<p id="{{ evil }}">{{ evil }}{{ "%s" % evil }}{{ [evil]|join("、") }}</p>'})
    text = _environment().overlay(loader=loader).get_template("x.html").render(evil=EVIL)
    assert text.count("<") == 2
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", text)
    assert "\\u202e" in text
    assert text.count('"') == 2


def test_what_is_not_given_is_no_blank() -> None:
    """A template that wants what nobody gave it fails."""
    assert isinstance(_environment(), Environment)
    with pytest.raises(UndefinedError):
        render("diff", title="x")


@pytest.mark.parametrize(
    ("cell", "style", "said"),
    [
        (None, POINTS, "不明"),
        (1234, POINTS, "1,234点"),
        (Between(3, 8), POINTS, "3–8点"),
        (Fraction(1, 3), RATE_SHORT, "33.3%"),
        (Between(Fraction(1, 3), Fraction(1, 2)), RATE_SHORT, "33.3–50.0%"),
        (Fraction(25, 2), AVERAGE_SHORT, "12.5点"),
    ],
)
def test_a_number_is_said_as_far_as_it_is_known(cell: object, style: object, said: str) -> None:
    """A range where it is open, a word where nothing is known."""
    assert figure(cell, style) == said  # type: ignore[arg-type] # cells of all kinds


def test_templates_leave_escaping_on() -> None:
    """No template takes a text for markup but the style and the script, which are ours."""
    for file in TEMPLATES.glob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape|Markup", text), file.name


def test_licences_of_the_tokens_are_told(page: str) -> None:
    """Whoever has a page, or the package, has the notice."""
    assert "@digital-go-jp/design-tokens 1.1.9" in page
    assert "MIT License" in (TEMPLATES / "design-tokens.LICENSE").read_text(encoding="utf-8")
