"""Pages as a browser shows them: quiet, alone, searched, filtered, opened by links, printed, on a phone, in the dark.

Every page of the list is tried on all of this; what only one of them has, is tried below.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page
from real_commands import ROOT, haiten

from browser import PHONE, Opened, opened, paper, serious, sides

R6, R7, R8 = (ROOT / "rules" / year / "municipal.haiten" for year in ("r6", "r7", "r8"))
EXAMPLES = ROOT / "examples"
V6, V7 = (EXAMPLES / f"kitashiobara_{year}.csv" for year in ("r6", "r7"))
T6, T7, T8 = (EXAMPLES / f"higashikawa_biei_{year}.csv" for year in ("r6", "r7", "r8"))
ITEM: Final = "推進.Ⅰ.(ⅰ).1.ア"
EVIL: Final = "</script><script>alert(1)</script><img src=http://127.0.0.1/x onerror=alert(2)>=1+1\u202e\x1b[31m名"
# Each page by the words of its command; what is named FACTS is written by a fixture.
PAGES: Final[dict[str, tuple[object, ...]]] = {
    "village": ("score", R7, V7, "--previous", R6, V6),
    "town": ("score", R8, T8, "--body", "014583", "--previous", R7, T7),
    "unknown": ("score", R6, "FACTS/blank.csv"),
    "evil": ("score", R7, "FACTS/evil.csv"),
    "prefecture": ("score", ROOT / "rules/r8/prefectural.haiten", EXAMPLES / "prefectures/r8.csv", "--body", "040002"),
    "nation": ("score", R7, "FACTS/r7.csv", "--body", "510025", "--previous", R6, "FACTS/r6.csv"),
    "rulebook": ("rulebook", R8),
    "diff": ("diff", R6, R8),
}
# What differs from another page by its facts alone.
ALIKE: Final = ("evil", "town")
SCORES: Final = [name for name, words in PAGES.items() if words[0] == "score"]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pages lie, with the facts that some of them are made from."""
    made = tmp_path_factory.mktemp("pages")
    (made / "blank.csv").write_text("団体コード,団体名\n074021,北塩原村\n", encoding="utf-8")
    head, row = V7.read_text(encoding="utf-8-sig").strip().splitlines()
    quoted = f'"{EVIL}"'
    rows = f"{head},根拠.{ITEM}\n{row.replace('北塩原村', quoted)},{quoted}\n"
    (made / "evil.csv").write_text(rows, encoding="utf-8")
    for year in ("R6", "R7"):
        command = [sys.executable, EXAMPLES / "national" / "generate.py", "--year", year]
        subprocess.run([*command, "--to", made / f"{year.lower()}.csv"], check=True)
    return made


@pytest.fixture(scope="session")
def pages(folder: Path) -> dict[str, Path]:
    """All pages, each made once."""
    made = {}
    for name, words in PAGES.items():
        made[name] = folder / f"{name}.html"
        given = [str(word).replace("FACTS", str(folder)) for word in words]
        done = haiten("report", *given, "--to", made[name])
        assert done.returncode == 0, done.stderr
    return made


@pytest.fixture
def desk(browser: Browser) -> Iterator[Opened]:
    with opened(browser) as made:
        yield made


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")


def shown(page: Page, what: str) -> int:
    """How many elements can be seen."""
    return page.locator(what).locator("visible=true").count()


def told(page: Page) -> tuple[int, int]:
    """How many there are, and how many of them are shown, as the page says."""
    every, some = re.findall(r"[\d,]+", page.locator("[data-told]").first.inner_text())
    return int(every), int(some)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_nothing_and_asks_for_nothing(pages: dict[str, Path], desk: Opened, name: str) -> None:
    """No line in the console, no error, no request but for the file itself; not when all of it is opened either."""
    page = desk.go(pages[name])
    unfold(page)
    page.mouse.wheel(0, 100_000)
    page.wait_for_timeout(100)
    assert (desk.said, desk.asked, desk.dialogs) == ([], [], [])


def test_what_a_page_says_and_asks_for_is_heard(pages: dict[str, Path], desk: Opened, folder: Path) -> None:
    """A request is forbidden by the policy, which says so, and so are handlers and other scripts."""
    bad = '<img src="http://127.0.0.1:9/x" onerror="alert(1)"><script>alert(2)</script><p style="color:red">x</p>'
    changed = folder / "changed.html"
    changed.write_text(pages["diff"].read_text(encoding="utf-8").replace("</main>", f"{bad}</main>"), encoding="utf-8")
    desk.go(changed)
    assert len([line for line in desk.said if "Content Security Policy" in line]) >= 3
    assert desk.dialogs == []
    desk.page.evaluate("console.error('heard')")
    assert desk.said[-1] == "heard"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [name for name in PAGES if name not in ALIKE])
def test_axe_finds_nothing_serious(pages: dict[str, Path], browser: Browser, name: str, scheme: str) -> None:
    """Neither wide and light nor on a phone in the dark, with some of what is folded opened."""
    size = PHONE if scheme == "dark" else {"width": 1280, "height": 900}
    with opened(browser, viewport=size, color_scheme=scheme) as made:
        page = made.go(pages[name])
        page.evaluate("[...document.querySelectorAll('details')].slice(0, 40).forEach((each) => { each.open = true; })")
        assert serious(page) == []


def test_axe_sees_what_is_wrong(pages: dict[str, Path], desk: Opened) -> None:
    """A colour that cannot be read, and a field without a name."""
    page = desk.go(pages["diff"])
    page.evaluate("document.querySelector('h1').style.color = '#eeeeee'")
    page.evaluate("document.querySelector('label input[type=search]').parentElement.replaceWith("
                  "document.querySelector('input[type=search]'))")  # fmt: skip
    assert {line.partition(" ")[0] for line in serious(page)} == {"color-contrast", "label"}


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_needs_no_sideways_scrolling(pages: dict[str, Path], browser: Browser, name: str) -> None:
    """Everything that is opened fits 390 pixels, and nothing to be met by a finger is smaller than WCAG AA asks."""
    with opened(browser, viewport=PHONE) as made:
        page = made.go(pages[name])
        unfold(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        small = page.evaluate(
            "[...document.querySelectorAll('summary, button, select, input[type=search]')]"
            ".filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 24).length"
        )
        assert small == 0


@pytest.mark.parametrize("name", PAGES)
def test_the_dark_is_dark(pages: dict[str, Path], browser: Browser, name: str) -> None:
    """The ground and the letters change places."""
    said = {}
    for scheme in ("light", "dark"):
        with opened(browser, color_scheme=scheme) as made:
            page = made.go(pages[name])
            said[scheme] = page.evaluate(
                "(({backgroundColor, color}) => [backgroundColor, color])(getComputedStyle(document.body))"
            )
    assert said == {
        "light": ["rgb(255, 255, 255)", "rgb(26, 26, 26)"],
        "dark": ["rgb(26, 26, 26)", "rgb(242, 242, 242)"],
    }


@pytest.mark.parametrize("name", PAGES)
def test_all_of_it_is_there_without_a_script(pages: dict[str, Path], browser: Browser, name: str) -> None:
    """The same words, but for the fields that only a script serves; what is folded opens by itself."""
    words = {}
    for script in (True, False):
        with opened(browser, java_script_enabled=script) as made:
            page = made.go(pages[name])
            words[script] = page.locator("main").evaluate(
                "(main) => { const all = main.cloneNode(true);"
                " all.querySelectorAll('form').forEach((each) => each.remove()); return all.textContent; }"
            )
            assert shown(page, "form.tools") == (page.locator("form.tools").count() if script else 0)
            if not script and page.locator("summary").count():
                first = page.locator("details").first
                first.locator("summary").first.click()
                assert first.evaluate("(each) => each.open && each.lastElementChild.checkVisibility()")
    assert words[True] == words[False]


def test_search_and_filters(pages: dict[str, Path], desk: Opened) -> None:
    """Indicators are found by words in whatever width, by what became of them, and all of them come back."""
    page = desk.go(pages["village"])
    every, now = told(page)
    assert every == now == shown(page, ".indicator")
    page.get_by_label("言葉や番号でさがす").fill("ＫＤＢ")
    assert 0 < told(page)[1] < every
    assert shown(page, ".indicator") == told(page)[1]
    assert all("KDB" in text for text in page.locator(".indicator:not([hidden])").all_text_contents())
    assert shown(page, ".branch > h4") < 8  # headings of what is not shown are not either
    page.get_by_role("button", name="元に戻す").click()
    assert told(page) == (every, every)
    page.get_by_label("失点あり").check()
    lost = told(page)[1]
    page.get_by_label("前年度から動いた").check()
    assert 0 < told(page)[1] < lost < every
    page.get_by_label("交付金").select_option("支援")
    found = page.locator(".indicator:not([hidden])").evaluate_all("(all) => all.map((each) => each.id)")
    assert len(found) == told(page)[1] > 0
    assert all(path.startswith("支援.") for path in found)
    page.get_by_label("言葉や番号でさがす").fill("そのような言葉はない")
    assert told(page)[1] == shown(page, ".indicator") == 0


def test_what_is_lost_first(pages: dict[str, Path], desk: Opened) -> None:
    """Sorted by losses and back: the order is right both times, and filters work on it."""
    page = desk.go(pages["village"])

    def lost() -> list[int]:
        found = page.locator(".indicator:not([hidden])")
        return [int(number) for number in found.evaluate_all("(all) => all.map((each) => each.dataset.lost)")]

    before = lost()
    page.get_by_label("並び").select_option("lost")
    assert lost() == sorted(before, reverse=True) != before
    page.get_by_label("失点あり").check()
    assert 0 not in lost()
    page.get_by_role("button", name="元に戻す").click()
    assert lost() == before
    assert shown(page, ".branch > h4") == 8


def test_a_link_opens_what_it_leads_to(pages: dict[str, Path], desk: Opened) -> None:
    """By the address of an item, by a link on the page, also where a filter hides it."""
    page = desk.go(pages["village"], ITEM)
    item = page.locator(f'[id="{ITEM}"]')
    assert item.evaluate("(each) => each.open && each.getBoundingClientRect().top < innerHeight")
    assert item.get_by_text("調査の回答").is_visible()
    page.get_by_label("言葉や番号でさがす").fill("そのような言葉はない")
    other = "支援.Ⅰ.(ⅰ).4.ウ"
    page.evaluate("(path) => { location.hash = path; }", other)
    page.wait_for_timeout(200)
    found = page.locator(f'[id="{other}"]')
    assert found.evaluate("(each) => each.open")
    assert found.get_by_text("意見を聴く相手を、外部の関係者と参加者に分ける").first.is_visible()
    page.locator("#next ~ .scroll a").first.click()
    page.wait_for_timeout(200)
    assert page.evaluate("document.getElementById(decodeURIComponent(location.hash.slice(1))).open")
    assert desk.said == []


def test_keys_alone_are_enough(pages: dict[str, Path], desk: Opened) -> None:
    """The first key leads past the head, what is reached can be seen, and a trace opens by the enter key."""
    page = desk.go(pages["village"])
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "本文へ"
    assert skip.evaluate("(each) => each.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    first = page.locator(".indicator summary").first
    first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert first.evaluate("(each) => getComputedStyle(each).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.locator(".indicator").first.evaluate("(each) => each.open")


@pytest.mark.parametrize("name", SCORES)
def test_the_front_page_has_two_sides_of_a4(pages: dict[str, Path], desk: Opened, tmp_path: Path, name: str) -> None:
    """In print: what stands on the third side is what follows it; no tool is printed."""
    pdf = tmp_path / "page.pdf"
    desk.go(pages[name]).pdf(path=str(pdf), prefer_css_page_size=True)
    found = sides(pdf)
    assert "A4" in paper(pdf)
    assert "評価結果" in found[0]
    assert "強み" in found[0]
    assert "次にすること" in found[1]
    assert "失点は全部で" in found[1]
    assert found[2].lstrip().startswith(("得点が動いた理由", "失点の大きい順"))
    assert not [side for side in found if "元に戻す" in side or "全て開く" in side]
    assert re.search(r"1 ?/ ?[0-9]", found[0])


def test_what_is_open_is_printed_open(pages: dict[str, Path], desk: Opened, tmp_path: Path) -> None:
    """A trace that the reader opened is on paper; one that is closed is a line."""
    page, closed, open_ = desk.go(pages["village"]), tmp_path / "closed.pdf", tmp_path / "open.pdf"
    page.pdf(path=str(closed), prefer_css_page_size=True)
    page.goto(f"{pages['village'].as_uri()}#{ITEM}")
    page.pdf(path=str(open_), prefer_css_page_size=True)
    assert "調査の回答" not in "".join(sides(closed))
    assert "調査の回答" in "".join(sides(open_))


def test_the_comparison_is_printed_across(pages: dict[str, Path], desk: Opened, tmp_path: Path) -> None:
    """The 新旧対照表 on A4 across, with its headings on every side of it."""
    pdf = tmp_path / "page.pdf"
    desk.go(pages["diff"]).pdf(path=str(pdf), prefer_css_page_size=True)
    found = sides(pdf)
    wide, high = (float(number) for number in re.findall(r"[\d.]+", paper(pdf))[:2])
    assert (round(wide), round(high)) == (842, 595)
    assert all("改正後（令和8年度）" in side for side in found[:2])


def test_a_clause_and_its_history(pages: dict[str, Path], desk: Opened) -> None:
    """A rulebook is searched and filtered, and a clause tells its years when asked."""
    page = desk.go(pages["rulebook"], "支援.Ⅰ.(ⅰ).4.ウ")
    clause = page.locator('[id="支援.Ⅰ.(ⅰ).4.ウ"]')
    assert clause.get_by_text("調査の回答による").is_visible()
    clause.locator(".history > summary").click()
    assert clause.get_by_text("意見を聴く相手を、外部の関係者と参加者に分ける").first.is_visible()
    every = told(page)[0]
    page.get_by_label("今年度に改正").check()
    amended = told(page)[1]
    page.get_by_label("順位で決まる").check()
    assert told(page)[1] < amended < every
    page.get_by_role("button", name="元に戻す").click()
    page.get_by_label("言葉や番号でさがす").fill("難聴")
    assert told(page)[1] == 1


def test_kinds_of_changes(pages: dict[str, Path], desk: Opened) -> None:
    """Of several kinds those rows are shown that have one of them; headings go with their rows."""
    page = desk.go(pages["diff"])
    every = told(page)[0]
    counts = {}
    for kind in ("追加", "配点"):
        page.get_by_label(re.compile(f"^{kind}（")).check()
        counts[kind] = told(page)[1]
        assert shown(page, "tr[data-item]") == counts[kind]
    assert 0 < counts["追加"] < counts["配点"] < every
    assert shown(page, "tr.section") < page.locator("tr.section").count()
    page.get_by_label("条文の言葉や番号でさがす").fill("通いの場の参加者の意見")
    assert told(page)[1] == 1


def test_texts_are_shown_and_never_run(pages: dict[str, Path], desk: Opened) -> None:
    """A name and a 根拠 that look like scripts are letters on the page."""
    page = desk.go(pages["evil"], ITEM)
    assert "<img src=http://127.0.0.1/x" in page.locator("h1").inner_text()
    assert "\\u202e" in page.locator("h1").inner_text()
    given = page.locator(f'[id="{ITEM}"]').locator("dd.given")
    assert given.inner_text().startswith("</script><script>alert(1)")
    assert (desk.said, desk.asked, desk.dialogs) == ([], [], [])
