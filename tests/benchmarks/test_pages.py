"""What was measured of pages is kept and reported as it was measured; a page that nobody can open is told of."""

import json

import pytest

from haiten.benchmarks import __main__ as bench
from haiten.benchmarks import pages
from haiten.benchmarks.pages import PagesMeasured, PageTimes, measure_pages
from haiten.benchmarks.report import _pages

MACHINE = {"date": "2026-04-01", "load": "0.1"}
MEASURED = PagesMeasured(
    MACHINE, "Chromium 1.2", 9, (PageTimes("survey of R8", 892_061, 0.25, "an answer", 119, 0.004, 0.0301),)
)


def test_times_and_sizes_are_reported() -> None:
    """As they are kept, too."""
    again = PagesMeasured.from_json(json.loads(json.dumps(MEASURED.to_json())))
    assert again == MEASURED
    lines = list(_pages(again))
    assert "Chromium 1.2 on 2026-04-01" in lines[0]
    assert lines[-1] == "| survey of R8 | 871 KiB | 250 ms | an answer (119 times) | 4.00 ms | 30.1 ms |"


def test_without_a_browser_nothing_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a whole run that is left out; where it alone is asked for, it is an error that says what to do."""
    monkeypatch.setattr(pages.shutil, "which", lambda name: None)
    assert measure_pages(lambda line: None) is None
    monkeypatch.setattr(bench, "_write", lambda results: pytest.fail("nothing may be written"))
    assert bench.bench(pages=True) == 1
    assert "make .venv/page" in capsys.readouterr().err
