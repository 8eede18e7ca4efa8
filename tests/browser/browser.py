"""A headless Chromium for tests: it opens pages, listens to what they say and ask for, and prints them."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

FLAGS: Final = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
WIDE: Final = {"width": 1280, "height": 900}
PHONE: Final = {"width": 390, "height": 844}
_AXE: Final = "axe_playwright_python"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of the system, with nothing downloaded."""
    path = shutil.which("chromium")
    assert path, "no chromium: make .venv/browser installs it"
    with sync_playwright() as made:
        browser = made.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


class Opened:
    """A page with all that it said, asked for and broke.

    Attributes:
        said: lines of the console and errors.
        asked: addresses, but that of the page.
    """

    def __init__(self, page: Page) -> None:
        self.page, self.said, self.asked, self.dialogs = page, list[str](), list[str](), list[str]()
        page.on("console", lambda line: self.said.append(line.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))

    def go(self, file: Path, anchor: str = "") -> Page:
        """Open a file, at one of its elements."""
        self.page.goto(file.as_uri() + (f"#{anchor}" if anchor else ""))
        self.asked = [url for url in self.asked if url.partition("#")[0] != file.as_uri()]
        return self.page


@contextmanager
def opened(browser: Browser, **options: Any) -> Iterator[Opened]:
    """An empty page, in a context of its own."""
    context = browser.new_context(**{"viewport": WIDE, **options})
    try:
        yield Opened(context.new_page())
    finally:
        context.close()


def axe_script() -> str:
    """axe-core, as the package that carries it has it."""
    from importlib.resources import files

    return (files(_AXE) / "axe.min.js").read_text(encoding="utf-8")


def serious(page: Page) -> list[str]:
    """What axe calls serious or critical on a page, with the first elements of each."""
    page.evaluate(axe_script())  # which the policy of a page would forbid to a script in it
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert len(found["passes"]) > 10, "axe has looked at nothing"
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: {[node['html'][:200] for node in rule['nodes'][:3]]}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
    ]


def print_page(file: Path, to: Path) -> None:
    """Print a page as PDF, on the paper that it asks for."""
    with chromium() as browser, opened(browser) as made:
        made.go(file).pdf(path=str(to), prefer_css_page_size=True)


def sides(pdf: Path) -> list[str]:
    """The text of each side of a PDF."""
    done = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True)
    return done.stdout.split("\f")[:-1]


def paper(pdf: Path) -> str:
    """The size of its sides."""
    done = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, text=True, check=True)
    return next(line.partition(":")[2].strip() for line in done.stdout.splitlines() if line.startswith("Page size"))
