"""Prefectures as bodies: they have ranks in the nation, and no prefecture around them."""

import csv
import io
from pathlib import Path

from real_commands import haiten

from haiten.scoring.reading.municipalities import current, listed
from populations import check_digit

RULES = """言語 1
令和8年度 都道府県 評価指標

出典 要綱 「令和8年度 評価指標（都道府県分）」

交付金 推進 「推進交付金」〔要綱〕 4点〔要綱〕
  目標 Ⅰ 「あるべき姿」〔要綱〕 4点
    指標群 (ⅰ) 「体制・取組指標群」〔要綱〕 4点
      指標 1 「支援」〔要綱〕 4点
        ア 「支援している」〔要綱〕 4点
"""


def test_prefectures_have_no_ranks_within_a_prefecture(tmp_path: Path) -> None:
    """Tables over prefectures rank them in the nation alone; one of them is looked at beside the nation alone."""
    rules, facts = tmp_path / "rules.haiten", tmp_path / "facts.csv"
    rules.write_text(RULES, encoding="utf-8")
    rows = ["団体コード,団体名,都道府県,年度,推進.Ⅰ.(ⅰ).1.ア"]
    rows += ["040002,宮城県,宮城県,令和8年度,○", "030007,岩手県,岩手県,令和8年度,×", "070009,福島県,福島県,令和8年度,"]
    others = [code for code in sorted(current("都道府県")) if code not in ("04000", "03000", "07000")]
    rows += [f"{code}{check_digit(code)},{listed()[code].name},,令和8年度,×" for code in others]
    facts.write_text("\n".join(rows) + "\n", encoding="utf-8")
    done = haiten("stats", rules, facts, "--table", "順位", "--as", "csv")
    assert done.returncode == 0
    told = list(csv.DictReader(io.StringIO(done.stdout)))
    places = {row["団体名"]: (row["推進 得点"], row["推進 全国順位"]) for row in told}
    assert len(places) == 47
    assert [places[name] for name in ("宮城県", "岩手県", "福島県")] == [("4", "1"), ("0", "2–3"), ("0–4", "1–2")]
    assert not any("県内" in name for name in told[0])
    facts.write_text("\n".join(rows[:4]) + "\n", encoding="utf-8")
    assert "全国の47団体のうち3団体だけ" in haiten("stats", rules, facts).stderr
    for command in ("stats", "gaps"):
        assert "県内" not in haiten(command, rules, facts, "--body", "040002").stdout
