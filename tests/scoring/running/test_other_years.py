"""Values of other years: what they are read from, and what they come to, worked out on paper."""

from fractions import Fraction
from typing import Final

import pytest
from three_readings import compiled, read_alike

from haiten.compiler.identity.fingerprint import fingerprint
from haiten.compiler.proofs.sheets import Sheet
from haiten.scoring.explaining.body_read import OneOf
from haiten.scoring.explaining.reasons import ReasonReader
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.scores import Scores

LEAF: Final = "推進.Ⅰ.(ⅰ).1.イ"
RULES: Final = """
事実 収納額 : 円 0以上 100以下
事実 調定額 : 円 1以上 100以下
事実 変化率 : % 小数1桁 小さいほど良い

交付金 推進 「推進」〔推定〕 3点〔推定〕
  目標 Ⅰ 「目標」〔推定〕 3点
    指標群 (ⅰ) 「群」〔推定〕 3点
      指標 1 「指標」〔推定〕 3点
        収納率 = 収納額 ÷ 調定額 × 100%
        差 = 収納率 － 前年度(収納率)
        ア 「使う」〔推定〕 1点 要件 差 が 0%以上 又は 変化率 が 0%以上
        イ 「試す」〔推定〕 1点 要件 REQUIREMENT
        ウ 「別」〔推定〕 1点
"""
USUAL: Final = {"収納額": 50, "調定額": 100, "変化率": -1}
LAST: Final = {"前年度.収納額": 40, "前年度.調定額": 100, "前年度.変化率": -2}


def made(requirement: str) -> Rulebook:
    return compiled(RULES.replace("REQUIREMENT", requirement))


def scored(requirement: str, *bodies: dict[str, int]) -> Scores:
    """The scores of some bodies, read alike by the evaluator, the oracle and DuckDB."""
    sheets = [Sheet({name: Fraction(value) for name, value in (USUAL | body).items()}) for body in bodies]
    return read_alike(made(requirement), sheets)


@pytest.mark.parametrize(
    ("requirement", "body", "met"),
    [
        ("収納率 が 前年度を上回る", LAST, True),
        ("収納率 が 前年度を下回る", LAST, False),
        ("収納率 が 前年度を上回る", LAST | {"前年度.収納額": 50}, False),
        ("収納率 が 前年度を下回る", LAST | {"前年度.収納額": 50}, False),
        ("収納率 が 前年度を上回る", {"前年度.収納額": 40}, None),
        ("収納率 が 前年度を上回る", {}, None),
        # More is more, whatever is better.
        ("変化率 が 前年度を上回る", LAST, True),
        ("変化率 が 前年度を上回る", LAST | {"前年度.変化率": 0}, False),
        ("変化率 が 前々年度を下回る", LAST | {"前々年度.変化率": 0}, True),
        ("変化率 が 令和3年度を下回る", {}, None),
        ("変化率 が 令和3年度を下回る", {"令和3年度.変化率": 0}, True),
        ("前年度(収納額 ÷ 調定額) が 0.4と等しい", LAST, True),
        ("前年度(四捨五入(収納率 ÷ 3, 小数0桁)) が 13%と等しい", LAST, True),
        ("前年度(最大(収納額, 調定額)) が 100円と等しい", LAST, True),
        # 差 is 10, and was 40 － 35 last year.
        ("四捨五入(差, 小数1桁) が 前年度を上回る", LAST | {"前々年度.収納額": 35, "前々年度.調定額": 100}, True),
        ("四捨五入(差, 小数1桁) が 前年度を上回る", LAST | {"前々年度.収納額": 30, "前々年度.調定額": 100}, False),
        ("前年度(差) が 5%と等しい", LAST | {"前々年度.収納額": 35, "前々年度.調定額": 100}, True),
        ("前々年度(差) が 0%と等しい", {"前々年度.収納額": 1, "前々年度.調定額": 2, "3年度前.収納額": 2}, None),
        ("令和5年度(前年度(変化率)) が 4%と等しい", {"令和4年度.変化率": 4}, True),
        ("前年度(得点(推進.Ⅰ) ＋ 得点(ア)) が 4点と等しい", {"前年度.得点(推進.Ⅰ)": 3}, None),
        (
            "前々年度(得点(推進.Ⅰ) ＋ 得点(ア)) が 4点と等しい",
            {"前々年度.得点(推進.Ⅰ)": 3, "前々年度.得点(推進.Ⅰ.(ⅰ).1.ア)": 1},
            True,
        ),
        (
            "前年度(順位(変化率)) － 前々年度(順位(変化率)) が 2位以上",
            {"前年度.順位(変化率)": 5, "前々年度.順位(変化率)": 3},
            True,
        ),
    ],
)
def test_a_value_of_another_year(requirement: str, body: dict[str, int], met: bool | None) -> None:
    """Read from the columns of that year; unknown where one of them is."""
    assert scored(requirement, body).run.is_met(LEAF, 0) is met


def test_a_rise_and_the_comparison_that_it_is_say_the_same() -> None:
    """They score alike and have one fingerprint; each is printed as it was written."""
    brief, full = made("収納率 が 前年度を上回る"), made("収納率 が 前年度(収納率) 超")
    prints = [fingerprint(rules.program.syntax) for rules in (brief, full)]
    assert prints[0].rules == prints[1].rules
    assert prints[0].text != prints[1].text
    assert brief.program.syntax == full.program.syntax
    assert made("収納率 が 前年度を下回る").program.syntax != full.program.syntax


def test_the_reason_shows_both_years() -> None:
    """What was read of this year and of the last, and what each came to."""
    scores = scored("収納率 が 前年度を上回る", LAST)
    condition = scores.program.nodes[LEAF].condition
    assert condition is not None
    reason = ReasonReader(OneOf(scores, 0)).reason(condition)
    assert reason.text == "収納率 が 前年度を上回る"
    assert [(reading.name, reading.shown) for reading in reason.readings] == [
        ("収納額", "50円"),
        ("調定額", "100円"),
        ("前年度(収納額)", "40円"),
        ("前年度(調定額)", "100円"),
        ("収納額 ÷ 調定額 × 100%", "50%"),
        ("前年度(収納額) ÷ 前年度(調定額) × 100%", "40%"),
    ]
