"""What is kept of a small rulebook under edits is what it comes to anew, whatever a node may follow from."""

from functools import cache
from pathlib import Path
from typing import Final

import pytest

from haiten.compiler.compilation import Compilation
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.driver import compile_reading, compile_source, on_disk
from haiten.compiler.rereader import Rereader
from haiten.compiler.source import Source
from haiten.scoring.proving.examine import examine
from haiten.scoring.proving.reexamine import Reexaminer
from haiten.testing.keystrokes import plain

NAME: Final = "rules.haiten"
TEXT: Final = """言語 1
令和6年度 市町村 評価指標
出典 要綱 「要綱」
事実 人口 : 人 1以上
事実 件数 : 件 0以上
事実 率 : % 0以上 100以下 小数1桁
事実 過疎 : 該当
区分 規模 = 人口
  「大」 100人以上
  「小」 100人未満
定数 目標値 = 50%
交付金 推進 「推進」〔要綱〕 11点〔要綱〕
  時点 前年度の取組
  目標 Ⅰ 「目標」〔要綱〕 11点
    指標群 (ⅰ) 「体制」〔要綱〕 5点
      比 = 件数 ÷ 人口
      指標 1 「計画」〔要綱〕 3点
        ア 「定めている」〔要綱〕 1点
        イ 「多い」〔要綱〕 1点 要件 比 が 規模別 上位5割
        ウ 「どちらか」〔要綱〕 1点 要件 ア〜イ のうち 1つ以上
      指標 2 「達成」〔要綱〕 2点 要件 率 が 目標値 以上
    指標群 (ⅱ) 「取組」〔要綱〕 6点
      指標 1 「割合」〔要綱〕 2点〔要綱〕 いずれか
        ア 「高い」〔要綱〕 2点 要件 率 が 90%以上
        イ 「過疎である」〔要綱〕 1点 要件 過疎
        ウ 「答える」〔要綱〕 1点
      指標 2 「点」〔要綱〕 4点 要件 得点(推進.Ⅰ.(ⅰ).1) が 2点以上
交付金 支援 「支援」〔要綱〕 11点〔要綱〕
  目標 Ⅰ 推進.Ⅰ に同じ
別枠 成果 「成果」〔要綱〕 5点〔要綱〕
  目標 Ⅰ 「目標」〔要綱〕 5点
    未公表 2点〔要綱〕
    指標群 (ⅰ) 「成果」〔要綱〕 3点
      指標 1 「割合」〔要綱〕 2点 要件 推進.Ⅰ.(ⅱ).1.ア〜ウ のうち 2つ以上
      指標 2 「過疎」〔要綱〕 1点 要件 推進.Ⅰ.(ⅱ).1.ウ でない
"""
TWO: Final = "".join(TEXT.splitlines(keepends=True)[-2:])
EDITS: Final = (
    # Words
    ("「定めている」", "「策定している」"),
    ("    指標群 (ⅱ)", "    # 注\n    指標群 (ⅱ)"),
    ("「高い」〔要綱〕 2点 要件 率", "「高い」〔要綱〕\n          2点 要件   率"),
    # What is inherited
    ("「推進」〔要綱〕 11点〔要綱〕", "「推進」〔要綱〕 11点〔要綱 p.2〕"),
    ("「体制」〔要綱〕 5点", "「体制」〔要綱〕 5点〔要綱 p.3〕"),
    ("時点 前年度の取組", "時点 当年度の取組"),
    ("    指標群 (ⅱ) 「取組」〔要綱〕 6点\n", "    指標群 (ⅱ) 「取組」〔要綱〕 6点\n      時点 当年度の取組\n"),
    ("「目標」〔要綱〕 11点", "「目標」〔要綱〕 11点 新設"),
    ("「取組」〔要綱〕 6点", "「取組」〔要綱〕 6点 前身 令和5年度 推進.Ⅱ.(ⅰ)"),
    # What is declared
    ("0以上 100以下", "0以上 80以下"),
    ("事実 件数 : 件 0以上", "事実 件数 : 件 0以上 小さいほど良い"),
    ("事実 件数 : 件", "事実 件数 : 人"),
    ("事実 件数 : 件 0以上\n", ""),
    ("事実 過疎 : 該当\n", "事実 過疎 : 該当\n事実 過疎 : 人\n"),
    ("事実 過疎 : 該当\n", "事実 離島 : 該当\n"),
    ("100人以上\n  「小」 100人未満", "200人以上\n  「小」 200人未満"),
    ("区分 規模 = 人口", "区分 規模 = 件数"),
    ("区分 規模 = 人口", "区分 規模 = 得点(推進)"),
    ("目標値 = 50%", "目標値 = 60%"),
    ("目標値 = 50%", "目標値 = 率"),
    ("目標値 = 50%", "目標点 = 得点(推進.Ⅰ.(ⅰ).1)"),
    ("比 = 件数 ÷ 人口", "比 = 人口 ÷ 件数"),
    ("比 = 件数 ÷ 人口", "比 = 件数 ÷ 人口 小さいほど良い"),
    ("      比 = 件数 ÷ 人口\n", ""),
    ("      比 = 件数 ÷ 人口\n", "      過疎 = 件数 ÷ 人口\n"),
    # The shape
    ("        ア 「定めている」〔要綱〕 1点\n", ""),
    ("        ア 「定めている」〔要綱〕 1点\n", "        ア 「定めている」〔要綱〕 1点\n" * 2),
    (
        "「どちらか」〔要綱〕 1点 要件 ア〜イ のうち 1つ以上\n",
        "「どちらか」〔要綱〕 1点\n",
    ),
    ("ア〜イ のうち", "推進.Ⅰ.(ⅱ).1.ア〜イ のうち"),
    ("        ア 「高い」〔要綱〕 2点 要件 率 が 90%以上\n", ""),
    ("        イ 「過疎である」〔要綱〕 1点 要件 過疎\n", ""),
    ("        ウ 「答える」〔要綱〕 1点\n", "        エ 「答える」〔要綱〕 1点\n"),
    ("        ウ 「答える」〔要綱〕 1点\n", ""),
    ("        ウ 「答える」〔要綱〕 1点\n", "        ウ 削除\n"),
    ("        ウ 「答える」〔要綱〕 1点\n", "        何も言わない\n"),
    ("        ウ 「答える」〔要綱〕 1点\n", "        ア 「答える」〔要綱〕 1点\n"),
    ("いずれか\n", "\n"),
    ("いずれか\n", "上限 2点\n"),
    ("「割合」〔要綱〕 2点〔要綱〕 いずれか", "「割合」〔要綱〕 3点〔要綱〕"),
    ("指標 2 「点」〔要綱〕 4点", "指標 3 「点」〔要綱〕 4点"),
    ("指標 2 「点」〔要綱〕 4点", "指標 2 「点」〔要綱〕 5点"),
    ("指標 2 「点」〔要綱〕 4点 要件 得点(推進.Ⅰ.(ⅰ).1) が 2点以上", "指標 2 推進.Ⅰ.(ⅰ).2 に同じ"),
    ("得点(推進.Ⅰ.(ⅰ).1) が 2点以上", "得点(全体 から 推進.Ⅰ.(ⅱ).2 を除く) が 2点以上"),
    ("得点(推進.Ⅰ.(ⅰ).1) が 2点以上", "得点(推進) が 2点以上"),
    ("得点(推進.Ⅰ.(ⅰ).1) が 2点以上", "得点(推進.Ⅰ.(ⅰ).1) が 規模別に 「大」 2点以上 その他 1点以上"),
    ("推進.Ⅰ に同じ", "「目標」〔要綱〕 11点"),
    ("交付金 支援", "別枠 支援"),
    ("別枠 成果", "交付金 成果"),
    ("    未公表 2点〔要綱〕\n", "    未公表 3点〔要綱〕\n"),
    ("    未公表 2点〔要綱〕\n", ""),
    ("要件 推進.Ⅰ.(ⅱ).1.ア〜ウ のうち 2つ以上", "要件 推進.Ⅰ.(ⅱ).1.ウ"),
    ("要件 推進.Ⅰ.(ⅱ).1.ア〜ウ のうち 2つ以上", "要件 推進〜支援 のうち 1つ以上"),
    (
        "指標 2 「過疎」〔要綱〕 1点 要件 推進.Ⅰ.(ⅱ).1.ウ でない",
        "指標 2 「過疎」〔要綱〕 1点 要件 過疎 かつ 過疎 でない",
    ),
    ("指標 2 「過疎」", "指標 2 過疎」"),
    (TWO, "".join(reversed(TWO.splitlines(keepends=True)))),
    # What is told of all
    ("令和6年度 市町村", "令和7年度 市町村"),
    ("言語 1\n令和6年度 市町村 評価指標\n", "言語 1\n令和6年度 市町村 評価指標\n起点 令和5年度\n"),
    ("交付金 支援 「支援」〔要綱〕 11点〔要綱〕", "交付金 支援 「支援」〔要綱"),
)


@cache
def anew(text: str) -> tuple[Compilation, tuple[Diagnostic, ...]]:
    """What a text comes to by itself."""
    compilation = compile_source(Source(NAME, text))
    return compilation, examine(compilation).diagnostics


def hold(*texts: str) -> None:
    """Hold what is said of each version of a file that is edited to what is said of it anew."""
    reader, examiner = Rereader(), Reexaminer()
    for text in texts:
        reading = reader.read(Source(NAME, text))
        kept = compile_reading(reading, Path(NAME), None, (), on_disk(), kept=reader.kept)
        made, told = anew(text)
        assert plain(kept.diagnostics) == plain(made.diagnostics)
        assert repr(kept.program) == repr(made.program)
        if kept.program is not None and made.program is not None:
            assert plain([*kept.program.nodes.values()]) == plain([*made.program.nodes.values()])
            assert kept.program.order == made.program.order
        assert plain(examiner.examine(kept)) == plain(told)


@pytest.mark.parametrize("start", range(6))
def test_one_edit_after_the_other(start: int) -> None:
    """What follows from an edit is made again: where it is made, where another takes its place, where it is undone."""
    texts = [TEXT.replace(old, new) for old, new in EDITS]
    assert TEXT not in texts
    places = range(start, len(EDITS), 6)
    hold(*(text for place in places for text in (TEXT, texts[place], texts[place - 1])), TEXT)
