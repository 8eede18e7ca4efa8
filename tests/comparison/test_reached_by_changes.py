"""What a change elsewhere reaches: requirements that read the same, and outcomes that were given for them."""

import numpy as np
import pytest

from haiten.comparison.diff import diff
from haiten.comparison.impact import impact
from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import Body, Facts, numbers_from, truth_from
from haiten.scoring.rulebook import Rulebook

RULES = """言語 1
{year} 市町村 評価指標
起点 令和6年度

事実 人口 : 人 1以上
事実 変化率 : % 小数1桁{order}
事実 三職種 : 人 0以上

区分 規模 = 人口
  「大」 {bound}人以上
  「小」 その他

交付金 推進 8点
  目標 Ⅰ 8点
    指標群 (ⅰ) 8点
      指標 1 4点
        ア 2点
        イ 2点 要件 三職種 が {least}人超
      指標 2 4点
        差 = 変化率 － 前年度(変化率){other}
        ア 2点 要件 {condition}
        イ 2点 要件 三職種 が 規模別 上位5割
"""
LEAF = "推進.Ⅰ.(ⅰ).2.ア"
PLAIN = {"order": "", "other": "", "bound": "100", "least": "0"}
ASKED = "推進.Ⅰ.(ⅰ).1.ア"
COUNTED = "推進.Ⅰ.(ⅰ).1.イ"
# What changes, which requirement it reaches, and by what it is told to be caused.
REACHED = [
    ("order", " 小さいほど良い", "変化率 が 上位5割", "事実 変化率"),
    ("order", " 小さいほど良い", "該当 のうち 変化率 が 上位5割", "事実 変化率"),
    ("order", " 小さいほど良い", "該当 かつ 変化率 が 上位5割", "事実 変化率"),
    ("order", " 小さいほど良い", "該当 かつ 順位(変化率) が 2位以下", "事実 変化率"),
    ("other", " 小さいほど良い", "該当 のうち 差 が 上位5割", f"局所名 差（{LEAF[:-2]}）"),
    ("bound", "200", "該当 のうち 変化率 が 規模別 上位5割", "区分 規模"),
    ("bound", "200", "該当 又は 規模 が 「大」", "区分 規模"),
    ("least", "1", f"該当 かつ {COUNTED}", f"項目 {COUNTED}"),
    ("least", "1", f"{COUNTED} のうち 変化率 が 上位5割", f"項目 {COUNTED}"),
    ("least", "1", f"該当 かつ 得点({COUNTED}) が 2点と等しい", f"得点に数える {COUNTED}"),
]


def rulebook(year: str, **parts: str) -> Rulebook:
    return Rulebook(compile_source(Source("x", RULES.format(year=year, **parts))))


@pytest.mark.parametrize(("part", "now", "condition", "cause"), REACHED)
def test_a_requirement_that_is_also_asked_for_is_reached(part: str, now: str, condition: str, cause: str) -> None:
    """It reads the same and means something else, whether or not it holds an answer as well."""
    old = rulebook("令和6年度", condition=condition, **PLAIN)
    new = rulebook("令和7年度", condition=condition, **{**PLAIN, part: now})
    found = diff(old, new)
    assert [one.causes for one in found.affected if one.new_path == LEAF] == [(cause,)]
    assert LEAF in {meaning.new_path for meaning in found.meanings}


@pytest.mark.parametrize(("part", "now", "condition", "cause"), REACHED)
def test_what_a_change_does_not_touch_is_not_reached(part: str, now: str, condition: str, cause: str) -> None:
    """An answer is only an answer: nothing is told of a requirement that means the same."""
    kept = f"該当 かつ {ASKED} かつ 三職種 が 1人以上"
    found = diff(
        rulebook("令和6年度", condition=kept, **PLAIN), rulebook("令和7年度", condition=kept, **{**PLAIN, part: now})
    )
    assert LEAF not in {one.new_path for one in found.affected}


@pytest.mark.parametrize(("part", "now", "condition", "cause"), REACHED[:-1])
def test_a_given_outcome_is_not_carried_to_another_meaning(part: str, now: str, condition: str, cause: str) -> None:
    """An outcome that was told for last year's rule says nothing of a rule that rests on something else now."""
    old = rulebook("令和6年度", condition=condition, **PLAIN)
    facts = Facts(
        (Body("99001"), Body("99002")),
        numbers={name: numbers_from([None, None], 0) for name in ("人口", "三職種")},
        outcomes={LEAF: truth_from([True, False])},
    )
    same = impact(old, rulebook("令和7年度", condition=condition, **PLAIN), facts)
    changed = impact(old, rulebook("令和7年度", condition=condition, **{**PLAIN, part: now}), facts)
    assert np.array_equal(np.array(same.new.own(LEAF)), [[2, 0], [2, 0]])
    assert LEAF in {one.path for one in changed.transfer.unknown}
    assert np.array_equal(np.array(changed.new.own(LEAF)), [[0, 0], [2, 2]])
