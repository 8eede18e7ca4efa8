"""The pages of the repository lead to each other, and all of them are on the site, which is made from what is there."""

import re
from functools import cache
from pathlib import Path

import pytest
from pygments.lexers import get_lexer_by_name
from pygments.lexers.special import TextLexer
from pygments.token import Comment, Keyword, Name, Number, String, Text, Token

from lexer import HaitenLexer, JapaneseSqlLexer
from links import faults
from sources import ROOT, SITE, lay_out, package_page, packages, pages

PAGES = frozenset(pages())
MARKDOWN = sorted(path for path in PAGES if path.suffix == ".md")
_FENCE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


@cache
def links(path: Path) -> list[str]:
    """The links of a page to files and places of the repository, outside its examples."""
    found = _LINK.findall(_FENCE.sub("", path.read_text(encoding="utf-8")))
    return [link for link in found if not re.match("https?://", link)]


@cache
def places(path: Path) -> set[str]:
    """The places of a page that links may lead to: its headings, as forges and the site make names of them."""
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(text)}


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    """Every link is to a page of the site or a file that goes with it, and to a heading that this has."""
    for link in links(path):
        name, _, place = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target in PAGES, link
        assert not place or place in places(target), link


def test_every_page_is_reached() -> None:
    """From the first page of the site one comes to every page."""
    first = (SITE / "index.md").read_text(encoding="utf-8")
    lists = re.findall(r":maxdepth: 1\n(.*?)^```", first, re.MULTILINE | re.DOTALL)
    listed = re.findall(r"^(?:.* <)?([^<>\s]+)>?$", "".join(lists), re.MULTILINE)
    assert "api/index" in listed
    reached: set[Path] = set()
    ahead = [ROOT / f"{name}.md" for name in listed if name != "api/index"]
    while ahead:
        page = ahead.pop()
        assert page.exists(), page
        if page not in reached:
            reached.add(page)
            found = {
                (page.parent / link.partition("#")[0]).resolve() for link in links(page) if not link.startswith("#")
            }
            ahead += [path for path in found if path.suffix == ".md"]
    assert {str(path.relative_to(ROOT)) for path in set(MARKDOWN) - reached} == set()


def test_the_api_has_every_module() -> None:
    """Every module of the package has a place on the pages of the API, whatever folders there are."""
    found = packages()
    modules = {name for those in found.values() for name in those} | set(found)
    files = [path for room in ("compiler", "views", "testing") for path in (ROOT / room).rglob("*.py")]
    names = {".".join(("haiten", *path.relative_to(ROOT).with_suffix("").parts)) for path in files}
    assert {name.removesuffix(".__init__") for name in names if not name.endswith("__main__")} <= modules
    assert not any(name.startswith(("haiten.tests", "haiten.benchmarks", "haiten.setup")) for name in modules)
    assert ".. automodule:: haiten.grammar\n" in package_page("haiten.grammar", found["haiten.grammar"])


def test_the_sources_are_laid_out(tmp_path: Path) -> None:
    """All pages stand where they do in the repository; what is of no page any more goes."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "gone.md").write_text("# Gone\n", encoding="utf-8")
    lay_out(tmp_path)
    assert not (tmp_path / "docs" / "gone.md").exists()
    for path in PAGES:
        assert (tmp_path / path.relative_to(ROOT)).read_bytes() == path.read_bytes()
    assert "haiten.compiler.checks" in (tmp_path / "api" / "index.rst").read_text(encoding="utf-8")


def test_broken_links_of_a_site_are_told(tmp_path: Path) -> None:
    """A file or a place that is not there, and what is loaded from elsewhere; links that readers follow are free."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.css").write_text("", encoding="utf-8")
    head = '<link rel="stylesheet" href="a.css"><script src="https://example.org/x.js"></script>'
    body = '<a href="sub/b.html#%E9%A0%86">1</a><a href="sub/b.html#no">2</a><a href="c.html">3</a><a href="#me">4</a>'
    (tmp_path / "a.html").write_text(
        f'{head}<h1 id="me">{body}</h1><a href="https://example.org/">5</a>', encoding="utf-8"
    )
    (tmp_path / "sub" / "b.html").write_text('<h1 id="順"><a href="../a.html#me">back</a></h1>', encoding="utf-8")
    assert list(faults(tmp_path)) == [
        "a.html loads https://example.org/x.js from elsewhere",
        "a.html links to sub/b.html#no, a page without such a place",
        "a.html links to c.html, which is not there",
    ]


def test_examples_can_be_coloured() -> None:
    """Every example of a page is in a language that the site knows, which makes sense of each sign of it."""
    ours = {"haiten": HaitenLexer, "sql": JapaneseSqlLexer, "csv": TextLexer, "": TextLexer}
    for path in MARKDOWN:
        for language, text in re.findall(
            r"^```(\w*)[^\n]*\n(.*?)^```", path.read_text(encoding="utf-8"), re.M | re.DOTALL
        ):
            lexer = ours[language]() if language in ours else get_lexer_by_name(language)
            wrong = [value for kind, value in lexer.get_tokens(text) if kind is Token.Error]
            assert not wrong, (path, language, wrong, text)


def test_a_rulebook_is_coloured_by_the_words_of_the_grammar() -> None:
    """Keywords, texts within texts, sources, figures and comments are told apart; words within names are none."""
    tokens = list(HaitenLexer().get_tokens("# 注\n指標 1 「甲「乙」」〔要綱〕 8点 要件 指標値 が 上位5割\n"))
    kinds = {value: kind for kind, value in tokens}
    assert kinds["# 注"] is Comment
    assert kinds["指標"] is Keyword.Declaration
    assert kinds["要件"] is kinds["が"] is kinds["上位"] is Keyword
    assert "指標値" in "".join(value for kind, value in tokens if kind is Text)
    assert kinds["〔要綱〕"] is Name.Tag
    assert kinds["8点"] is Number
    assert [value for kind, value in tokens if kind is String] == ["「甲「乙」」"]
