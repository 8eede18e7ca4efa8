"""Pages of many figures as a browser shows them: the nation's statistics, money, and why points moved."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page
from real_commands import ROOT, haiten

R7, R8 = (ROOT / "rules" / year / "municipal.haiten" for year in ("r7", "r8"))
MONEY = ROOT / "rules" / "r6" / "allocation.haiten"
# Each page by the words of its command; what is named FACTS is written by a fixture.
PAGES: Final[dict[str, tuple[object, ...]]] = {
    "stats": ("report", "stats", R8, "FACTS/r8.csv", "--by", "規模", "--previous", R7, "FACTS/r7.csv"),
    "miyagi": ("report", "stats", R8, ROOT / "examples" / "miyagi" / "r8.csv"),
    "allocation": ("report", "allocation", MONEY, "FACTS/r6.csv", "--body", "510041"),
    "why": ("why", R7, "FACTS/r7.csv", R8, "FACTS/r8.csv", "--body", "510041"),
}
MANY: Final = 5_000_000
_FIRST_ROWS: Final = """() => {
  for (const body of document.querySelectorAll("tbody")) [...body.rows].slice(30).forEach((row) => row.remove());
}"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """All pages, each made once, of the invented nation."""
    folder = tmp_path_factory.mktemp("figures")
    for year in ("R6", "R7", "R8"):
        command = [sys.executable, ROOT / "examples" / "national" / "generate.py", "--year", year]
        subprocess.run([*command, "--to", folder / f"{year.lower()}.csv"], check=True)
    made = {}
    for name, words in PAGES.items():
        made[name] = folder / f"{name}.html"
        done = haiten(*(str(word).replace("FACTS", str(folder)) for word in words), "--to", made[name])
        assert done.returncode == 0, done.stderr
        assert made[name].stat().st_size < MANY
    return made


@pytest.fixture
def desk(browser: Browser) -> Iterator[Any]:
    from browser import opened

    with opened(browser) as made:
        yield made


def rows(page: Page, within: str) -> int:
    """How many rows of a table can be seen."""
    return page.locator(f"#{within} tr[data-item]").locator("visible=true").count()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_nothing_and_asks_for_nothing(pages: dict[str, Path], desk: Any, name: str) -> None:
    """Nor does it when all of it is opened."""
    page = desk.go(pages[name])
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.mouse.wheel(0, 100_000)
    page.wait_for_timeout(100)
    assert (desk.said, desk.asked, desk.dialogs) == ([], [], [])


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(pages: dict[str, Path], browser: Browser, name: str, scheme: str) -> None:
    """Wide by day and on a phone by night, where nothing is wider than the phone; long tables by their first rows."""
    from browser import PHONE, WIDE, opened, serious

    with opened(browser, viewport=PHONE if scheme == "dark" else WIDE, color_scheme=scheme) as made:
        page = made.go(pages[name])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.evaluate("document.querySelectorAll('details').forEach((each, place) => { each.open = place < 6; })")
        page.evaluate(_FIRST_ROWS)
        assert serious(page) == []


def test_tables_are_searched_each_for_itself(pages: dict[str, Path], desk: Any) -> None:
    """A prefecture in the heat map; a body among the ranks; the other table stays as it was."""
    page = desk.go(pages["stats"])
    assert rows(page, "heat-rows") == 47
    page.locator("form[data-of='heat-rows'] input").fill("県04")
    assert rows(page, "heat-rows") == 1
    assert rows(page, "行順位") == 1741
    page.locator("form[data-of='行順位'] input").fill("510041")
    assert rows(page, "行順位") == 1
    page = desk.go(pages["allocation"])
    page.locator("form[data-of='rows'] input").fill("団体0004")
    assert rows(page, "rows") == 1


def test_a_link_leads_to_a_body(pages: dict[str, Path], desk: Any) -> None:
    """Its row is on the screen, and no filter hides it."""
    page = desk.go(pages["allocation"], "団体510041")
    assert page.locator("[id='団体510041']").is_visible()
    assert page.evaluate("document.getElementById('団体510041').getBoundingClientRect().top < innerHeight")


def test_a_page_is_complete_without_a_script(pages: dict[str, Path], browser: Browser) -> None:
    """Charts, tables and reasons are there; nothing that needs a script is shown."""
    from browser import opened

    with opened(browser, java_script_enabled=False) as made:
        page = made.go(pages["stats"])
        assert page.locator("svg.histogram").count() == 3
        assert page.locator("form.tools").locator("visible=true").count() == 0
        page = made.go(pages["why"])
        assert page.locator("svg.steps").is_visible()


def test_what_is_printed(pages: dict[str, Path], browser: Browser, tmp_path: Path) -> None:
    """Wide and long tables stay on the screen, and the paper says so; the summary is printed."""
    from browser import opened, sides

    with opened(browser) as made:
        made.go(pages["stats"]).pdf(path=str(tmp_path / "x.pdf"), prefer_css_page_size=True)
    text = sides(tmp_path / "x.pdf")
    assert len(text) < 40
    assert "評価結果の集計" in text[0]
    assert any("広いか長い表なので印刷しない" in side for side in text)
