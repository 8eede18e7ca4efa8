"""Pages in a real browser: opened without a network, and looked at for what keeps people from using them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

_AXE = Path(__file__).parents[1] / "build" / "node" / "node_modules" / "axe-core" / "axe.min.js"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium as the system has it."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    assert found is not None
    with sync_playwright() as playwright:
        # It runs as root in continuous integration, where it has no sandbox.
        made = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield made
        made.close()


def opened(context: BrowserContext, path: Path) -> Page:
    """A page that is ready, and has complained of nothing and asked for nothing."""
    page = context.new_page()
    told = watched(page, path)
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]")
    assert not told
    return page


def watched(page: Page, path: Path) -> list[str]:
    """What a page complains of from now on, and what it asks for beside itself."""
    told: list[str] = []
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("console", lambda message: told.append(message.text))
    page.on("request", lambda request: None if request.url == path.as_uri() else told.append(request.url))
    return told


def violations(page: Page) -> list[Any]:
    """What axe finds wrong with a page, each with the first element that shows it.

    The page's own policy lets no script of others in, so that its context has to go by without it (``bypass_csp``).
    """
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then((result) => result.violations)")
    return [(each["id"], each["nodes"][0]["html"][:200]) for each in found]
