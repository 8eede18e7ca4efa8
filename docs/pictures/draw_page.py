"""The picture of a page in the READMEs: ``python docs/pictures/draw_page.py`` (what ``make test-page`` needs)."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
CODE = "014583"
# What is filled in for the picture: figures that 東川町 has not published.
FIGURES = {"給付費伸び率指数": "1.021", "ケアプラン点検割合": "8.5"}


def draw(to: Path) -> None:
    """Draw an indicator of the town's R8 survey, placed in a synthetic nation, with last year's answers."""
    rules = [ROOT / "rules" / year / "municipal.haiten" for year in ("r7", "r8")]
    facts = [ROOT / "examples" / f"higashikawa_biei_{year}.csv" for year in ("r7", "r8")]
    with tempfile.TemporaryDirectory() as folder:
        nation, cutoffs, page = (Path(folder) / name for name in ("nation.csv", "cutoffs.json", "page.html"))
        made = [ROOT / "examples" / "national" / "generate.py", "--year", "R8", "--to", nation]
        subprocess.run([sys.executable, *made], check=True)
        _haiten("score", rules[1], nation, "--save-cutoffs", cutoffs)
        last = ("--previous", rules[0], facts[0])
        _haiten("page", rules[1], facts[1], "--body", CODE, "--cutoffs", cutoffs, *last, "--to", page)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            shown = browser.new_page(viewport={"width": 1180, "height": 860}, locale="ja-JP")
            shown.goto(page.as_uri())
            for column, figure in FIGURES.items():
                shown.locator(f"[data-column='{column}']").fill(figure)
            shown.locator("[data-column='推進.Ⅱ.(ⅰ).1.ア']").get_by_label("未回答", exact=True).check()
            for told in shown.locator("select").all():
                told.evaluate("(list) => { list.value = ''; list.dispatchEvent(new Event('change')); }")
            item = shown.locator("h5", has_text="給付費の伸び率")
            item.evaluate("(heading) => heading.scrollIntoView()")
            shown.locator("h5:has-text('給付費の伸び率') ~ .row details").first.evaluate(
                "(each) => { each.open = true; }"
            )
            shown.screenshot(path=to)
            browser.close()


def _haiten(*words: object) -> None:
    subprocess.run([sys.executable, "-m", "haiten.cli", *map(str, words)], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    draw(Path(__file__).with_name("page.png"))
