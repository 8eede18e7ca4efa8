"""The benchmark of pages measures what it says: each answer once, and each body of a comparison."""

from pathlib import Path

from playwright.sync_api import Browser
from real_commands import haiten as command

from haiten.benchmarks.pages import _ANSWERS, _BODIES, _measured

ROOT = Path(__file__).parents[2]
RULES = ROOT / "rules" / "r8" / "municipal.haiten"


def test_every_answer_and_every_body_is_timed(browser: Browser, tmp_path: Path) -> None:
    """On a blank survey of R8, and on two bodies."""
    survey, compared = tmp_path / "survey.html", tmp_path / "compared.html"
    assert command("page", RULES, "--to", survey).returncode == 0
    facts = ROOT / "examples" / "higashikawa_biei_r8.csv"
    assert command("page", "compare", RULES, facts, "--to", compared).returncode == 0
    answers = _measured(browser, survey, "survey", ("an answer", _ANSWERS), 1)
    bodies = _measured(browser, compared, "comparison", ("another body", _BODIES), 1)
    assert (answers.times, bodies.times) == (119, 2)
    for found in (answers, bodies):
        assert 0 < found.median <= found.worst < 30
        assert 0 < found.opened < 30
    assert answers.size == survey.stat().st_size
