"""A browser for the tests of pages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from page_browser import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    with chromium() as made:
        yield made


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A window of somebody who was never here, without a network."""
    made = browser.new_context(locale="ja-JP", viewport={"width": 1280, "height": 900}, offline=True)
    yield made
    made.close()
