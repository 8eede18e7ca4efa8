"""Leaves at every level, with requirements of every form, on facts of which nothing is known: each command answers."""

import random
from itertools import product
from pathlib import Path
from typing import Final

import pytest
from real_commands import haiten

HEADINGS: Final = ("交付金 支援", "目標 Ⅰ", "指標群 (ⅰ)", "指標 1", "ア", "①")
RULES: Final = """言語 1
令和6年度 市町村 評価指標
事実 甲 : 数 0以上 小数1桁
事実 乙 : 人 0以上
事実 過疎 : 該当
区分 規模 = 乙
  「大」 10人以上
  「小」 その他
交付金 推進 6点
  目標 Ⅰ 6点
    指標群 (ⅰ) 6点
      指標 1 2点
      指標 2 4点 いずれか
        ア 4点 要件 甲 が 上位5割
        イ 4点 要件 過疎 のうち 乙 が 上位5割
{leaf}
別枠 使う 1点 要件 過疎 かつ 甲 が 1以上 かつ 規模 が 「大」
"""
REQUIREMENTS: Final = (
    "",
    "該当 でない",
    "過疎 でない",
    "甲 が 規模別 上位5割",
    "四捨五入(甲, 小数10桁) が 1以上",
    "切捨て(甲 ÷ 3, 小数15桁) が 1以上",
    "最大(甲, 前年度(甲)) が 全国平均(甲) 以上",
    "全国中央値(甲) － 甲 が 0以下",
    "順位(甲) が 1位以下 でない",
    "得点(全体 から 推進、支援 を除く) が 0点以上",
    "得点(全体 から 推進、支援 を除く) が 上位5割 でない",
    "得点(推進) － 前年度(得点(推進)) が 0点以上",
    "(推進.Ⅰ.(ⅰ).1 でない) のうち ((甲 が 上位5割) のうち 乙 が 上位1位)",
    "((該当 でない) のうち 1つ以上) でない",
    "甲 ÷ 乙 が 1/人以上",
)
BODIES: Final = {"nobody": "", "unknown": "10001,令和6年度,,\n10002,令和6年度,,\n", "one": "10001,令和6年度,1.5,○\n"}


def rulebook(level: int, requirement: str) -> str:
    headings = [f"{'  ' * depth}{heading} 4点" for depth, heading in enumerate(HEADINGS[: level + 1])]
    headings[-1] += f" 要件 {requirement}" if requirement else ""
    return RULES.format(leaf="\n".join(headings))


COMBINATIONS: Final = sorted(product(range(len(HEADINGS)), REQUIREMENTS))


@pytest.mark.parametrize("part", range(6))
def test_every_command_answers(part: int, tmp_path: Path) -> None:
    """No traceback: 0, or 1 where a file says why. Each part takes its share of all that was combined."""
    draw = random.Random(part)
    for name, rows in BODIES.items():
        (tmp_path / f"{name}.csv").write_text(f"団体コード,年度,甲,過疎\n{rows}", encoding="utf-8")
    for level, requirement in COMBINATIONS[part::6]:
        rules, next_year = tmp_path / "rules.haiten", tmp_path / "next.haiten"
        text = rulebook(level, requirement)
        rules.write_text(text, encoding="utf-8")
        next_year.write_text(text.replace("令和6年度", "令和7年度"), encoding="utf-8")
        facts = tmp_path / f"{draw.choice(list(BODIES))}.csv"
        body, points = ("--body", "10001"), ("--points", "推進.Ⅰ.(ⅰ).1=1..3")
        commands = [
            *(("score", rules, facts), ("stats", rules, facts), ("explain", rules, facts, *body)),
            *(("gaps", rules, facts, *body), ("whatif", rules, facts, *body, "--set", "推進.Ⅰ.(ⅰ).1=×")),
            *(("sweep", rules, facts, *points), ("sql", rules, "--dialect", "duckdb"), ("prove", rules)),
            *(("diff", rules, next_year), ("impact", rules, next_year, facts), ("consolidate", rules)),
        ]
        for command in (("check", rules), *draw.sample(commands, 4)):
            assert haiten(*command).returncode in (0, 1), (level, requirement, command)
