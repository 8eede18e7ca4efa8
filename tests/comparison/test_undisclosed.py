"""Items that one rulebook has and the other may hide among its undisclosed points are not said to be new or gone."""

from pathlib import Path

import pytest
from real_commands import haiten, validated

HEAD = """言語 1
令和{year}年度 都道府県 評価指標
{since}
出典 要綱 「評価指標」
出典 令和7年度 要綱 「評価指標」

交付金 推進 「推進交付金」〔{source}〕 10点〔{source}〕
  目標 Ⅰ 「目標」〔{source}〕 10点
"""
OLDER = """    未公表 6点
    指標群 (ⅰ) 「群」〔要綱〕 4点
      指標 1 「支援」〔要綱〕 4点
"""
NEWER = """    指標群 (ⅰ) 「群」〔要綱〕 7点
      指標 1 「支援」〔要綱〕 4点
      指標 2 「加わったもの」〔要綱〕 3点{born}
    指標群 (ⅱ) 「活動」〔要綱〕 3点
      指標 1 「割合」〔要綱〕 3点
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A rulebook of R7 that hides six points, and one of R8 that has ten points of items."""
    old, new = tmp_path / "r7.haiten", tmp_path / "r8.haiten"
    text = HEAD.format(year=7, since="", source="要綱").replace("出典 令和7年度 要綱 「評価指標」\n", "") + OLDER
    old.write_text(text, encoding="utf-8")
    text = HEAD.format(year=8, since="起点 令和7年度\n", source="令和7年度 要綱") + NEWER.format(born="")
    new.write_text(text, encoding="utf-8")
    return old, new


def kinds(old: Path, new: Path) -> dict[str, str]:
    done = haiten("diff", old, new, "--as", "json")
    assert done.returncode == 0, done.stderr
    data = validated(done.stdout, "diff-1.json")
    return {c["new_path"] or c["old_path"]: c["kind"] for c in data["changes"] if c["kind"] not in ("reweighed",)}


def test_what_may_have_been_undisclosed_is_not_new(files: tuple[Path, Path]) -> None:
    """Whatever depth it stands at, forth and back, in the tree, the table and the weights."""
    old, new = files
    found = {"推進.Ⅰ": "undisclosed", "推進.Ⅰ.(ⅰ).2": "revealed", "推進.Ⅰ.(ⅱ)": "revealed"}
    assert kinds(old, new) == found
    assert kinds(new, old) == {path: kind.replace("revealed", "concealed") for path, kind in found.items()}
    tree = haiten("diff", old, new).stdout
    assert "追加か判明 2" in tree
    assert "＋追加か判明 2 加わったもの 3点" in tree
    assert "（新設か、前は未公表）" in tree
    assert "（新設）" not in tree + haiten("diff", old, new, "--as", "comparison").stdout
    back = haiten("diff", new, old).stdout
    assert "－削除か未公表 2 加わったもの 3点" in back
    assert "（廃止）" not in back


def test_what_is_said_to_be_new_is(files: tuple[Path, Path]) -> None:
    """新設 is a claim of the rulebook; and without undisclosed points above, what is not there was not there."""
    old, new = files
    new.write_text(new.read_text(encoding="utf-8").replace("3点\n    指標群 (ⅱ)", "3点 新設\n    指標群 (ⅱ)"), "utf-8")
    assert kinds(old, new) == {"推進.Ⅰ": "undisclosed", "推進.Ⅰ.(ⅰ).2": "added", "推進.Ⅰ.(ⅱ)": "revealed"}
    known = OLDER.replace("    未公表 6点\n", "").replace("4点", "10点")
    old.write_text(old.read_text(encoding="utf-8").replace(OLDER, known), encoding="utf-8")
    assert set(kinds(old, new).values()) == {"added"}


def test_impact_says_the_same(files: tuple[Path, Path], tmp_path: Path) -> None:
    """Of a body's points in both years, those of items that may have been there are not called new."""
    facts = tmp_path / "facts.csv"
    facts.write_text("団体コード,団体名,年度,推進.Ⅰ.(ⅰ).1\n040002,宮城県,令和7年度,○\n", encoding="utf-8")
    said = haiten("impact", *files, facts, "--body", "04").stdout
    assert "推進.Ⅰ.(ⅰ).2（新設か、前は未公表）" in said
    assert "（新設）" not in said
