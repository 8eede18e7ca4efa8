"""Pages that compute, in a browser: how large they are, how long they take to open, and how long an answer takes.

The survey of R8 blank and for a body with the cut-offs and the distribution of a nation, and the comparison of a
nation's bodies. They are measured where Playwright and Chromium are there (``make .venv/page``).
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

from attrs import asdict, frozen

from haiten.benchmarks.machine import machine_facts
from haiten.benchmarks.measure import NATION, work_of_r8
from haiten.benchmarks.population import draw, facts_of
from haiten.forms.answers import Answers
from haiten.pages.compare_data import CompareDraft
from haiten.pages.page_data import PageDraft
from haiten.pages.write_compare import write_compare
from haiten.pages.write_page import write_page
from haiten.scoring.cutoffs.cutoffs import stored_of

_OPENINGS: Final = 9
_QUICK_OPENINGS: Final = 3
# Each answer is turned over once: the next box of its field is chosen, as a click chooses it, and the page is laid out.
_ANSWERS: Final = """() => [...document.querySelectorAll("fieldset[data-column]")].map((field) => {
  const boxes = [...field.querySelectorAll("input")];
  const next = boxes[(boxes.findIndex((box) => box.checked) + 1) % boxes.length];
  const begun = performance.now();
  next.click();
  document.body.getBoundingClientRect();
  return performance.now() - begun;
})"""
_BODIES: Final = """() => {
  const chosen = document.querySelector("#body");
  return [...chosen.options].slice(0, 100).map((option) => {
    const begun = performance.now();
    chosen.value = option.value;
    chosen.dispatchEvent(new Event("change", { bubbles: true }));
    document.body.getBoundingClientRect();
    return performance.now() - begun;
  });
}"""


@frozen
class PageTimes:
    """One page; times in seconds, by the clock.

    Attributes:
        size: of its file, in bytes.
        opened: from the address to a page that is ready, the median.
        what: what is done in it again and again, ``times`` how often; how long that takes by the median and at worst.
    """

    label: str
    size: int
    opened: float
    what: str
    times: int
    median: float
    worst: float


@frozen
class PagesMeasured:
    """All pages; ``browser`` names the browser that they were measured in, ``openings`` how often each was opened."""

    machine: dict[str, str]
    browser: str
    openings: int
    pages: tuple[PageTimes, ...]

    def to_json(self) -> dict[str, Any]:
        """What is kept in ``results.json``."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "PagesMeasured":
        """What ``results.json`` holds."""
        return cls(
            data["machine"], data["browser"], data["openings"], tuple(PageTimes(**page) for page in data["pages"])
        )


def measure_pages(tell: Callable[[str], None], *, quick: bool = False) -> PagesMeasured | None:
    """Open each page some times and use it; None where there is no browser to do it in."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        driver: Any = import_module("playwright.sync_api")
    except ImportError:
        return None
    if browser is None:
        return None
    machine, openings = machine_facts(), _QUICK_OPENINGS if quick else _OPENINGS
    with tempfile.TemporaryDirectory() as folder, driver.sync_playwright() as playwright:
        # As root, which continuous integration runs as, it has no sandbox.
        made = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        found = []
        for label, text, what, script in _pages():
            tell(label)
            file = Path(folder) / "page.html"
            file.write_text(text, encoding="utf-8")
            found.append(_measured(made, file, label, (what, script), openings))
        version = f"Chromium {made.version}"
        made.close()
    return PagesMeasured(machine, version, openings, tuple(found))


def _pages() -> Iterator[tuple[str, str, str, str]]:
    """Label and text of each page; what is done in it, and the script that does it and tells how long it took."""
    work = work_of_r8()
    scores = work.rulebook.score(facts_of(draw(work.program, work.rules, NATION)))
    facts, stored = scores.run.facts, stored_of(scores)
    known = Answers(facts.bodies[0], facts, 0)
    yield "survey of R8, blank", write_page(PageDraft(work.rulebook)), "an answer", _ANSWERS
    filled = write_page(PageDraft(work.rulebook, stored, known))
    yield f"survey of R8, a body placed among {NATION:,}", filled, "an answer", _ANSWERS
    compared = write_compare(CompareDraft(scores, "", ""))
    yield f"comparison of {NATION:,} bodies by R8", compared, "another body", _BODIES


def _measured(browser: Any, file: Path, label: str, use: tuple[str, str], openings: int) -> PageTimes:
    opened: list[float] = []
    used: list[float] = []
    what, script = use
    for number in range(openings):
        context = browser.new_context(offline=True)
        page = context.new_page()
        begun = perf_counter()
        page.goto(file.as_uri())
        page.wait_for_selector("html[data-ready]")
        opened.append(perf_counter() - begun)
        if number == 0:
            used = [each / 1000 for each in page.evaluate(script)]
        context.close()
    return PageTimes(label, file.stat().st_size, median(opened), what, len(used), median(used), max(used))
