"""Why points moved, as a page: its steps lead from one year to the other, and its tables are the command's."""

import re
from pathlib import Path

import pytest
from real_commands import ROOT, haiten

from page_checks import wrong_with

R6, R7 = (ROOT / "rules" / year / "municipal.haiten" for year in ("r6", "r7"))
V6, V7 = (ROOT / "examples" / f"kitashiobara_{year}.csv" for year in ("r6", "r7"))


def made(to: Path, *words: object) -> str:
    done = haiten("why", *words, "--to", to)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    page = to.read_text(encoding="utf-8")
    assert wrong_with(page) == []
    return page


def test_the_steps_lead_from_one_year_to_the_other(tmp_path: Path) -> None:
    """295 points, −20 by the rules, +33 by outcomes, +31 by answers, 339: bars begin where the one before ended."""
    page = made(tmp_path / "x.html", R6, V6, R7, V7)
    words = re.search(r'class="steps"[^>]*aria-label="([^"]*)"', page)
    assert words is not None
    assert "令和6年度 295点、規則 -20点、示された判定 +33点、値 0点、回答 +31点、令和7年度 339点" in words[1]
    found = re.findall(r'<rect class="(year|up|down|none)" x="\d+" y="(\d+)" width="\d+" height="(\d+)"', page)
    assert [kind for kind, _, _ in found] == ["year", "down", "up", "none", "up", "year"]
    tops = [(int(y), int(y) + int(height)) for _, y, height in found]
    assert tops[1][0] == tops[0][0], "the rules take from what was"
    assert tops[2][1] == tops[1][1], "outcomes add to what the rules left"
    assert tops[4][0] == tops[5][0], "the last step ends where the new year stands"
    assert "支援.Ⅱ.(ⅰ).1（廃止）" in page


def test_what_is_unknown_is_a_range_on_the_page(tmp_path: Path) -> None:
    """A body that answered nothing in the new year: its step has a range, and the page says that ends do not add up."""
    blank = tmp_path / "blank.csv"
    blank.write_text("団体コード,団体名\n074021,</script><b>村\n", encoding="utf-8")
    page = made(tmp_path / "x.html", R6, V6, R7, blank)
    assert "幅の両端は足し合わせられない" in page
    assert re.search(r"回答 -\d+–\+?\d+点", page)
    assert "</script><b>村" not in page


@pytest.mark.parametrize("to", ["x.htm", "x.html"])
def test_endings(tmp_path: Path, to: str) -> None:
    """Both names of pages."""
    assert made(tmp_path / to, R6, V6, R7, V7).startswith("<!DOCTYPE html>")
