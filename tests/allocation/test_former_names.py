"""--previous is read by the name that a fact had last year, or has now; never by another fact's (language.md, 12)."""

from pathlib import Path

import pytest
from real_commands import haiten

RULES = """言語 1
令和7年度 市町村 評価指標

出典 要綱 「要綱」

事実 専門職 : 人 0以上 前身 令和6年度 三職種

交付金 推進 「推進交付金」〔要綱〕 2点〔要綱〕

  目標 Ⅰ 「目標」〔要綱〕 2点

    指標群 (ⅰ) 「活動」〔要綱〕 2点
      指標 1 「配置」〔要綱〕 2点 要件 専門職 が 1人以上
"""
MONEY = """言語 1
令和7年度 市町村 配分
令和7年度 市町村 評価指標 による。

出典 要綱 「要綱」
{more}
予算 推進 「推進」〔要綱〕 1,000円〔要綱〕

配分 基本 「基本」〔要綱〕 推進 残り
  按分 前年度({fact})〔要綱〕
  不用額 残す
"""
FACTS = "団体コード,団体名,年度,専門職\n990019,A市,令和7年度,5\n990027,B町,令和7年度,5\n"


def allocated(folder: Path, last_year: str, fact: str = "専門職", more: str = "") -> tuple[int, str, str]:
    files = {
        "rules.haiten": RULES,
        "money.haiten": MONEY.format(fact=fact, more=more),
        "now.csv": FACTS,
        "before.csv": last_year,
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    rules, base = folder / "money.haiten", folder / "rules.haiten"
    done = haiten("allocate", rules, folder / "now.csv", "--previous", folder / "before.csv", "--base", base)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("name", ["三職種", "専門職", "属性.三職種"])
def test_the_value_is_found_under_either_name(tmp_path: Path, name: str) -> None:
    """A市 had all of it last year, whatever it was called."""
    last = f"団体コード,団体名,年度,{name}\n990019,A市,令和6年度,4\n990027,B町,令和6年度,0\n"
    status, said, told = allocated(tmp_path, last)
    assert status == 0, told
    assert "990019 A市   1,000円" in said


def test_both_names_in_one_file_are_refused(tmp_path: Path) -> None:
    """Which of the two is meant, nobody can tell."""
    last = "団体コード,団体名,年度,三職種,専門職\n990019,A市,令和6年度,4,5\n990027,B町,令和6年度,0,1\n"
    status, _, told = allocated(tmp_path, last)
    assert status == 1
    assert "H895" in told


def test_the_older_name_is_not_that_of_the_fact_that_has_it_now(tmp_path: Path) -> None:
    """A new 三職種 has no value of last year: the column was another fact's."""
    last = "団体コード,団体名,年度,三職種\n990019,A市,令和6年度,4\n990027,B町,令和6年度,0\n"
    status, _, told = allocated(tmp_path, last, "三職種", "事実 三職種 : 人 0以上\n")
    assert status == 1
    assert "「前年度(三職種)」が分からない団体がある" in told
