"""The page of an allocation: every yen of the command, the way of one body's, and what was assumed."""

import json
from pathlib import Path

import pytest
from real_commands import ROOT, haiten

from page_checks import wrong_with

RULES = ROOT / "examples" / "r2" / "allocation.haiten"
BODIES = ROOT / "examples" / "r2" / "bodies.csv"


def made(to: Path, *words: object) -> str:
    done = haiten("report", "allocation", RULES, BODIES, *words, "--to", to)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    page = to.read_text(encoding="utf-8")
    assert wrong_with(page) == []
    return page


def test_the_page_has_the_yen_of_the_command(tmp_path: Path) -> None:
    """Every budget, pot and body; who is looked at comes first, with the reasons that explain tells."""
    page = made(tmp_path / "x.html", "--body", "99001")
    data = json.loads(haiten("allocate", RULES, BODIES, "--json").stdout)
    for budget in data["budgets"]:
        assert f"{budget['amount']:,}円" in page
    for pot in data["pots"]:
        assert f"{pot['name']}" in page
        assert f"{pot['paid']:,}円" in page
    for body in data["bodies"]:
        assert f'id="団体{body["code"]}"' in page
        assert f"<strong>{body['paid']:,}</strong>" in page
    told = haiten("explain", RULES, BODIES, "--body", "99001").stdout
    for words in ("約7,655,871,930.13円", "最大剰余により ＋1,000円 → 7,655,872,000円"):
        assert words in told
        assert words in page
    assert page.index('id="why"') < page.index('id="bodies"')


def test_of_all_bodies_there_are_no_reasons(tmp_path: Path) -> None:
    """Other figures that are tried are marked."""
    page = made(tmp_path / "x.html")
    assert 'id="why"' not in page
    assert "試算" not in page
    name = next(line.split()[1] for line in RULES.read_text(encoding="utf-8").splitlines() if line.startswith("予算"))
    tried = made(tmp_path / "y.html", "--set", f"{name}=20000000000")
    assert "試算" in tried
    assert "20,000,000,000円" in tried


@pytest.mark.parametrize("words", [("--body", "12345"), ("--set", "無い=1")])
def test_what_is_wrong_is_told(tmp_path: Path, words: tuple[str, ...]) -> None:
    """No page is written."""
    done = haiten("report", "allocation", RULES, BODIES, *words, "--to", tmp_path / "x.html")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr
    assert not (tmp_path / "x.html").exists()
    other = haiten("report", "allocation", ROOT / "rules" / "r6" / "municipal.haiten", BODIES)
    assert other.returncode == 1
    assert "評価指標のファイルです" in other.stderr
