"""Every command that reads facts has the same options for files as offices keep them."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from book_files import write_xlsx, xlsx_rows
from real_commands import ROOT, haiten

R6 = ROOT / "rules" / "r6" / "municipal.haiten"
R7 = ROOT / "rules" / "r7" / "municipal.haiten"
HEAD = ["団体コード", "団体名", "年度", "推進.Ⅰ.(ⅰ).1.ア"]
TOWN = ["074021", "北塩原村", "R6", "○"]
OTHERS = [["070009", "福島県", "R6", "○"], ["000000", "全国", "R6", "○"], ["041017", "仙台市青葉区", "R6", "×"]]
COMMANDS: list[tuple[str, Sequence[object]]] = [
    ("score", (R6, "FACTS")),
    ("explain", (R6, "FACTS", "推進.Ⅰ.(ⅰ).1.ア", "--body", "074021")),
    ("stats", (R6, "FACTS", "--table", "順位")),
    ("gaps", (R6, "FACTS", "--body", "074021")),
    ("whatif", (R6, "FACTS", "--body", "074021", "--set", "推進.Ⅰ.(ⅰ).1.ア=×")),
    ("sweep", (R6, "FACTS", "--points", "推進.Ⅰ.(ⅰ).1.ア=0..2")),
    ("impact", (R6, R7, "FACTS")),
]


@pytest.mark.parametrize(("command", "arguments"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_command_reads_alike(tmp_path: Path, command: str, arguments: Sequence[object]) -> None:
    """Sheets, titles and rows of others: told in the same words, and settled by the same options."""
    facts = write_xlsx(
        tmp_path / "facts.xlsx",
        {"今年": xlsx_rows([["回答一覧"], HEAD, TOWN, *OTHERS]), "昔": xlsx_rows([HEAD, TOWN])},
    )
    given = [facts if argument == "FACTS" else argument for argument in arguments]
    unclear = haiten(command, *given)
    assert (unclear.returncode, "H829" in unclear.stderr) == (1, True)
    refused = haiten(command, *given, "--sheet", "今年")
    assert refused.returncode == 1
    assert refused.stderr.count("[H838]") == 3
    done = haiten(command, *given, "--sheet", "今年", "--skip-others", "--header", "2")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("[H839]") == 3
    assert "仙台市青葉区" in done.stderr


def test_rows_of_others_are_paid_nothing(tmp_path: Path) -> None:
    """An allocation divides among bodies of its scope only, and joins last year's file by its own codes."""
    rules = tmp_path / "a.haiten"
    rules.write_text(
        "言語 1\n令和6年度 市町村 配分\n出典 要綱 「要綱」\n事実 v : 数 0以上 「v」〔要綱〕\n"
        "予算 推進 「推進」〔要綱〕 1,000,000円〔要綱〕\n配分 基本 「基本」〔要綱〕 推進 残り\n  按分 v〔要綱〕\n"
        "端数 1,000円未満 切捨て 残額 最大剰余〔推定〕\n",
        encoding="utf-8",
    )
    facts = tmp_path / "facts.csv"
    facts.write_text(
        "団体コード,団体名,年度,v\n010006,北海道,R6,300\n11002,札幌市,R6,200\n,合計,,500\n", encoding="utf-8"
    )
    refused = haiten("allocate", rules, facts)
    assert (refused.returncode, refused.stderr.count("[H838]")) == (1, 2)
    done = haiten("allocate", rules, facts, "--skip-others")
    assert done.returncode == 0
    assert "1団体" in done.stdout
    assert done.stderr.index("[H831]") < done.stderr.index("[H839]")


def test_two_years_are_joined_by_changed_codes(tmp_path: Path) -> None:
    """No body in common is told first; a map of codes joins them."""
    now, before, pairs = (tmp_path / name for name in ("now.csv", "before.csv", "pairs.csv"))
    now.write_text("団体コード,団体名,年度\n042161,富谷市,R7\n", encoding="utf-8")
    before.write_text("団体コード,団体名,年度\n990019,昔の町,R6\n", encoding="utf-8")
    pairs.write_text("990019,042161\n", encoding="utf-8")
    given = ("stats", R7, now, "--table", "順位", "--previous", R6, before)
    refused = haiten(*given)
    assert (refused.returncode, "（1団体のうち0）" in refused.stderr) == (1, True)
    done = haiten(*given, "--codes", pairs)
    assert (done.returncode, "[H845]" in done.stderr) == (0, True)


def test_no_output_onto_the_changed_codes(tmp_path: Path) -> None:
    """The file of codes is read like the facts: nothing is written onto it."""
    facts, pairs = tmp_path / "facts.csv", tmp_path / "pairs.csv"
    facts.write_text("団体コード,年度\n042161,R6\n", encoding="utf-8")
    pairs.write_text("044237,042161\n", encoding="utf-8")
    done = haiten("score", R6, facts, "--codes", pairs, "--to", pairs)
    assert done.returncode != 0
    assert pairs.read_text(encoding="utf-8") == "044237,042161\n"
