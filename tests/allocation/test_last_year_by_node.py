"""--previous is read by what a node was last year, not by the number that another one has now."""

from pathlib import Path

import pytest
from real_commands import haiten

RULES = """言語 1
{year} 市町村 評価指標
起点 令和6年度

交付金 推進 4点
  目標 Ⅰ 4点
    指標群 (ⅰ) 4点
{items}"""
OLD = "      指標 1 「甲」 2点\n      指標 2 「乙」 2点\n"
SWAPPED = "      指標 1 「乙」 2点 前身 令和6年度 推進.Ⅰ.(ⅰ).2\n      指標 2 「甲」 2点 前身 令和6年度 推進.Ⅰ.(ⅰ).1\n"
REPLACED = "      指標 1 「乙」 2点 前身 令和6年度 推進.Ⅰ.(ⅰ).2\n      指標 2 「丙」 2点 新設\n"
MONEY = """言語 1
令和7年度 市町村 配分
令和7年度 市町村 評価指標 による。

出典 要綱 「要綱」

予算 推進 「推進」〔要綱〕 1,000円〔要綱〕

配分 基本 「基本」〔要綱〕 推進 残り
  {share}
  不用額 残す
"""
BY_POINTS = "按分 前年度(得点(推進.Ⅰ.(ⅰ).2))〔要綱〕"
BY_PLACE = "対象 前年度(順位(得点(推進.Ⅰ.(ⅰ).2))) が 1位以下〔要綱〕\n  均等〔要綱〕"
FACTS = "団体コード,団体名,年度,推進.Ⅰ.(ⅰ).1,推進.Ⅰ.(ⅰ).2\n990019,A市,{year},○,×\n990027,B町,{year},×,○\n"


def allocated(folder: Path, items: str, share: str) -> tuple[int, str, str]:
    files = {
        "r6/rules.haiten": RULES.format(year="令和6年度", items=OLD),
        "r7/rules.haiten": RULES.format(year="令和7年度", items=items),
        "r7/allocation.haiten": MONEY.format(share=share),
        "r6.csv": FACTS.format(year="令和6年度"),
        "r7.csv": FACTS.format(year="令和7年度"),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    scored = haiten("score", folder / "r6" / "rules.haiten", folder / "r6.csv", "--to", folder / "scored.csv")
    assert scored.returncode == 0
    rules, base = folder / "r7" / "allocation.haiten", folder / "r7" / "rules.haiten"
    done = haiten("allocate", rules, folder / "r7.csv", "--previous", folder / "scored.csv", "--base", base)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("share", [BY_POINTS, BY_PLACE])
def test_the_points_are_those_of_the_node(tmp_path: Path, share: str) -> None:
    """甲 is 2 now and was 1: A市 had its points."""
    status, said, _ = allocated(tmp_path, SWAPPED, share)
    assert status == 0
    assert "990019 A市   1,000円" in said


@pytest.mark.parametrize("share", [BY_POINTS, BY_PLACE])
def test_a_new_node_has_no_points_of_last_year(tmp_path: Path, share: str) -> None:
    """What stood at its number was another's: who gets what is not known."""
    status, _, told = allocated(tmp_path, REPLACED, share)
    assert status == 1
    assert "H917" in told
