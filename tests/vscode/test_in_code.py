"""The packaged extension in VS Code itself: it starts its server, tells mistakes, and shows what stands beside a text.

``make test-editor`` runs it: Node, VS Code (code-server) and Chromium have to be there.
"""

import re
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Error, Page, expect

FIRST = "ア 「他の地域との比較により介護保険事業の特徴を把握している」〔推定〕 4点"
_PATIENCE = 20_000  # milliseconds, on a machine that does much else
DESK = "haiten: 改める文（改正では全文）と、対照表・配点の計を並べる"


def run(window: Page, command: str) -> None:
    """A command, chosen by its name as people choose it."""
    window.keyboard.press("F1")
    window.wait_for_selector(".quick-input-widget input")
    window.keyboard.type(command)
    window.locator(".quick-input-list .monaco-list-row", has_text=command).first.click()


def go(window: Page, file: Path, words: str, behind: int) -> None:
    """The cursor behind so many signs of some words of a file as it was saved."""
    lines = file.read_text(encoding="utf-8").split("\n")
    line = next(number for number, text in enumerate(lines) if words in text)
    window.locator(".editor-group-container .view-lines").first.click()
    window.keyboard.press("Control+g")
    window.wait_for_selector(".quick-input-widget input")
    window.keyboard.type(str(line + 1))
    window.keyboard.press("Enter")
    expect(window.locator(".quick-input-widget")).to_be_hidden()
    window.keyboard.press("End")
    for _ in range(len(lines[line]) - lines[line].index(words) - behind):
        window.keyboard.press("ArrowLeft")


def pane(window: Page) -> str:
    """The page beside the text, as HTML; empty while another one takes its place."""
    for frame in window.frames:
        with suppress(Error):  # it was taken away meanwhile
            if (frame.name == "active-frame" or "fake.html" in frame.url) and frame.locator("h2#totals").count():
                return frame.content()
    return ""


def shows(window: Page, words: str) -> str:
    """Wait until the page beside the text has some words; the page is another one after each pause."""
    shown = ""
    for _ in range(_PATIENCE // 100):
        shown = pane(window)
        if words in shown:
            return shown
        window.wait_for_timeout(100)
    raise AssertionError(shown[:3000])


def test_a_mistake_is_told_while_it_is_there(window: Page, folder: Path) -> None:
    """The extension has started its server; what is undone is not told any more."""
    problems = window.locator('[id="status.problems"]')
    go(window, folder / "r9.haiten", FIRST, len(FIRST) - 2)
    window.keyboard.press("Delete")
    window.keyboard.type("3")
    expect(problems).to_have_attribute("aria-label", "Errors: 1", timeout=_PATIENCE)
    window.keyboard.press("Control+z")
    window.keyboard.press("Control+z")
    expect(problems).to_have_attribute("aria-label", "No Problems", timeout=_PATIENCE)


def test_what_a_text_leads_to_stands_beside_it_live(window: Page, folder: Path) -> None:
    """Amendment, totals and 対照表 follow the keys; with a mistake the last good state stays, and it is said."""
    go(window, folder / "r9.haiten", FIRST, len(FIRST) - 2)
    run(window, DESK)
    amendment = window.locator(".editor-group-container").nth(1).locator(".view-lines")
    expect(amendment).to_contain_text("を次のように改正する。", timeout=_PATIENCE)
    shows(window, "どの見出しの計も、宣言された配点に合っています。")

    go(window, folder / "r9.haiten", FIRST, len(FIRST) - 2)
    window.keyboard.press("Delete")
    window.keyboard.type("3")
    expect(amendment).to_contain_text("の配点「4点」を「3点」に改める。", timeout=_PATIENCE)
    shown = shows(window, "15/16点（-1）")
    assert "下位の合計は15点" in shown
    assert "<u>3</u>" in shown

    window.keyboard.press("ArrowRight")
    window.keyboard.type("〔")
    shows(window, "誤りのなかった最後の文のもの")
    expect(amendment).to_contain_text("の配点「4点」を「3点」に改める。")


def test_an_amendment_has_its_whole_text_beside_it(window: Page, folder: Path) -> None:
    """From a file of the years before, opened as people open it."""
    window.keyboard.press("Control+p")
    window.wait_for_selector(".quick-input-widget input")
    window.keyboard.insert_text("rules/r8/municipal.haiten")
    window.locator(".quick-input-list .monaco-list-row", has_text="rules/r8").first.click()
    tab = window.locator(".editor-group-container .tab.active", has_text="municipal.haiten")
    expect(tab.first).to_be_visible(timeout=_PATIENCE)
    expect(window.locator(".quick-input-widget")).to_be_hidden()
    expect(window.locator('[id="status.editor.mode"]')).to_contain_text("haiten", timeout=_PATIENCE)
    run(window, DESK)
    whole = window.locator(".editor-group-container").nth(1)
    expect(whole.locator(".tab")).to_contain_text("溶け込ませた全文", timeout=_PATIENCE)
    expect(whole.locator(".view-lines")).to_contain_text("令和8年度 市町村 評価指標", timeout=_PATIENCE)
    shows(window, "改正前（令和7年度）")


def test_what_another_program_writes_is_told_at_once(window: Page, folder: Path) -> None:
    """VS Code watches the files that the server asks it to watch; nobody touches the text that builds on them."""
    window.keyboard.press("Control+p")
    window.wait_for_selector(".quick-input-widget input")
    window.keyboard.insert_text("rules/r8/municipal.haiten")
    window.locator(".quick-input-list .monaco-list-row", has_text="rules/r8").first.click()
    expect(window.locator('[id="status.editor.mode"]')).to_contain_text("haiten", timeout=_PATIENCE)
    problems = window.locator('[id="status.problems"]')
    base = folder / "rules/r6/municipal.haiten"
    text = base.read_text(encoding="utf-8")
    for _ in range(_PATIENCE // 500):  # nothing tells when it has begun to watch
        base.write_text(text.replace("事実 高齢者人口 : 人", "事実 高齢者人口 人"), encoding="utf-8")
        window.wait_for_timeout(500)
        if problems.get_attribute("aria-label") == "Errors: 1":
            break
    expect(problems).to_have_attribute("aria-label", "Errors: 1", timeout=_PATIENCE)
    base.write_text(text, encoding="utf-8")
    expect(problems).to_have_attribute("aria-label", "No Problems", timeout=_PATIENCE)


def test_a_text_that_was_never_saved_has_all_of_it(window: Page, folder: Path) -> None:
    """A mistake is told, and the next year's whole text has its amendment beside it."""
    del folder
    run(window, "File: New Untitled Text File")
    tab = window.locator(".editor-group-container .tab.active", has_text="Untitled-1")
    expect(tab.first).to_be_visible(timeout=_PATIENCE)
    expect(window.locator('[id="status.editor.mode"]')).to_contain_text("haiten", timeout=_PATIENCE)
    problems = window.locator('[id="status.problems"]')
    window.keyboard.insert_text("言語 1\n令和9年度 市町村 評価指標\n令和8年度 市町村 評価指標 を改正する。\n")
    expect(problems).to_have_attribute("aria-label", "Errors: 2", timeout=_PATIENCE)
    window.keyboard.press("ArrowUp")
    window.keyboard.press("End")
    for _ in "改正する。":
        window.keyboard.press("Backspace")
    window.keyboard.insert_text("次のように改正する。")
    expect(problems).not_to_have_attribute("aria-label", re.compile("Errors"), timeout=_PATIENCE)
    run(window, DESK)
    whole = window.locator(".editor-group-container").nth(1)
    expect(whole.locator(".tab")).to_contain_text("溶け込ませた全文", timeout=_PATIENCE)
    expect(whole.locator(".view-lines")).to_contain_text("令和9年度 市町村 評価指標", timeout=_PATIENCE)
