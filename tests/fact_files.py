"""A small rulebook and fact files for it, as people write them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.reading.read_facts import FactsRead
from haiten.scoring.rulebook import Rulebook

RULES: Final = """言語 1
令和6年度 市町村 評価指標
出典 要綱 「要綱」
事実 人口 : 人 1以上
事実 変化率 : % －50以上 50以下 小数2桁 小さいほど良い
事実 過疎 : 該当
交付金 推進 「推進」〔要綱〕 10点〔要綱〕
  目標 Ⅰ 「目標」〔要綱〕 10点
    指標群 (ⅰ) 「体制」〔要綱〕 10点
      指標 1 「指標」〔要綱〕 10点
        ア 「答える」〔要綱〕 4点
        イ 「比べる」〔要綱〕 3点 要件 (変化率 － 前年度(変化率)) が 0%未満 かつ 人口 が 10人以上
        ウ 「過疎で答える」〔要綱〕 3点 要件 該当 かつ 過疎
交付金 支援 「支援」〔要綱〕 10点〔要綱〕
  目標 Ⅰ 推進.Ⅰ に同じ
"""
ASKED, COMPARED, BOTH = (f"推進.Ⅰ.(ⅰ).1.{item}" for item in "アイウ")


def small_rulebook(year: str = "令和6年度", scope: str = "市町村") -> Rulebook:
    """The rulebook, of some year and scope."""
    made = Rulebook(compile_source(Source("rules", RULES.replace("令和6年度", year).replace("市町村", scope, 1))))
    assert made.ok, made.diagnostics
    return made


def read(rulebook: Rulebook, tmp_path: Path, rows: Sequence[str], encoding: str = "utf-8") -> FactsRead:
    path = tmp_path / "facts.csv"
    path.write_bytes(("\r\n".join(rows) + "\r\n").encode(encoding))
    return rulebook.read_facts(path)


def codes(found: FactsRead) -> list[str]:
    return [d.code for d in found.diagnostics]
