"""report from the command line: what it is given, what it answers where that is not right, what it leaves behind."""

from pathlib import Path

import pytest
from real_commands import ROOT, haiten

from page_checks import wrong_with

R6, R7, R8 = (ROOT / "rules" / year / "municipal.haiten" for year in ("r6", "r7", "r8"))
V6, V7 = (ROOT / "examples" / f"kitashiobara_{year}.csv" for year in ("r6", "r7"))
TOWNS = ROOT / "examples" / "higashikawa_biei_r8.csv"
MONEY = ROOT / "rules" / "r6" / "allocation.haiten"


def test_a_page_is_written_whole(tmp_path: Path) -> None:
    """To a file by --to, and the same on standard output without it."""
    to = tmp_path / "得点.html"
    done = haiten("report", "score", R7, V7, "--to", to)
    assert (done.returncode, done.stdout) == (0, "")
    page = to.read_text(encoding="utf-8")
    assert wrong_with(page) == []
    assert haiten("report", "score", R7, V7).stdout == page


def test_both_ways_to_a_comparison_lead_to_one_page() -> None:
    """``report diff`` is ``diff --as html``."""
    assert haiten("report", "diff", R7, R8).stdout == haiten("diff", R7, R8, "--as", "html").stdout


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("score",), 2, "「FILE」を指定してください"),
        (("score", R7), 2, "「FACTS」を指定してください"),
        (("score", R7, "nowhere.csv"), 1, "nowhere.csv"),
        (("score", R7, V7, "--to", "x.pdf"), 2, "「x.pdf」の形が分かりません"),
        (("score", R7, V7, "--body", "999999"), 1, "074021"),
        (("score", R8, TOWNS), 2, "2団体あります。--body で1団体を選んでください"),
        (("score", R7, V7, "--old-cutoffs", "x.json"), 2, "--old-cutoffs は、--previous とともに使います"),
        (("score", MONEY, V6), 1, "配分のファイルです"),
        (("score", R7, V7, "--previous", R7, V7), 1, "令和7年度より前の年度を指定してください"),
        (("diff", R7), 2, "「NEW」を指定してください"),
        (("diff", R7, MONEY), 1, "配分のファイルです"),
        (("diff", R8, ROOT / "rules/r8/prefectural.haiten"), 1, "対象が違います"),
        (("pie",), 2, "「pie」というコマンドはありません"),
    ],
)
def test_what_is_not_right_is_told(arguments: tuple[object, ...], status: int, told: str, tmp_path: Path) -> None:
    """And nothing is written."""
    done = haiten("report", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (status, "")
    assert told in done.stderr
    assert not list(tmp_path.iterdir())


def test_help_names_all_pages() -> None:
    """The command alone, and with --help."""
    for words in ((), ("--help",)):
        told = haiten("report", *words).stdout
        assert "score" in told
        assert "diff" in told
