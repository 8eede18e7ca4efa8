"""規模別に 「大」 … : each body is held to the bar of its class; read alike by evaluator, oracle and DuckDB."""

from fractions import Fraction
from typing import Final

import pytest
from three_readings import compiled, read_alike

from haiten.compiler.proofs.sheets import Sheet
from haiten.scoring.running.scores import Scores

LEAF: Final = "推進.Ⅰ.(ⅰ).1.ア"
RULES: Final = """
事実 人口 : 人 0以上
事実 率 : % 0以上 100以下

区分 規模 = 人口
  「大」 100人以上
  「中」 10人以上
  「小」 LAST

交付金 推進 「推進」〔推定〕 2点〔推定〕
  目標 Ⅰ 「目標」〔推定〕 2点
    指標群 (ⅰ) 「群」〔推定〕 2点
      指標 1 「指標」〔推定〕 2点
        ア 「試す」〔推定〕 1点 要件 REQUIREMENT
        イ 「別」〔推定〕 1点
"""
TABLE: Final = "率 が 規模別に 「大」 50%以上 「中」 60%以上 「小」 70%以上"
OTHERS: Final = "率 が 規模別に 「大」 50%以上 その他 60%以上"
TOTAL, GAP = "その他", "5人以上"  # with the latter, fewer than 5 are in no class


def scored(requirement: str, last: str, people: int | None, rate: int | None) -> Scores:
    numbers = {"人口": people, "率": rate}
    sheet = Sheet({name: None if value is None else Fraction(value) for name, value in numbers.items()})
    return read_alike(compiled(RULES.replace("REQUIREMENT", requirement).replace("LAST", last)), [sheet])


@pytest.mark.parametrize(
    ("requirement", "last", "people", "rate", "met"),
    [
        (TABLE, TOTAL, 100, 50, True),
        (TABLE, TOTAL, 99, 59, False),
        (TABLE, TOTAL, 99, 60, True),
        (TABLE, TOTAL, 9, 69, False),
        (TABLE, TOTAL, 9, 70, True),
        (TABLE, TOTAL, 9, None, None),
        # Whatever the class is.
        (TABLE, TOTAL, None, 70, True),
        (TABLE, TOTAL, None, 69, None),
        (TABLE, TOTAL, None, 50, None),
        (TABLE, TOTAL, None, 49, False),
        # Perhaps it is in no class, and then it has no bar.
        (TABLE, GAP, None, 70, None),
        (TABLE, GAP, 4, 70, False),
        (TABLE, GAP, None, 49, False),
        # その他 is for those in no class, too.
        (OTHERS, GAP, 4, 60, True),
        (OTHERS, GAP, 4, 59, False),
        (OTHERS, GAP, 7, 60, True),
        (OTHERS, GAP, 100, 59, True),
        (OTHERS, GAP, None, 60, True),
        (OTHERS, GAP, None, 55, None),
        (f"({TABLE}) でない", TOTAL, None, 49, True),
        (f"({TABLE}) でない", TOTAL, 9, 70, False),
        ("率 が 規模別に 「小」 90%以下 その他 30%と等しい", TOTAL, 9, 90, True),
        ("率 が 規模別に 「小」 90%以下 その他 30%と等しい", TOTAL, 10, 90, False),
    ],
)
def test_a_body_is_held_to_the_bar_of_its_class(
    requirement: str, last: str, people: int | None, rate: int | None, met: bool | None
) -> None:
    """Worked out on paper."""
    assert scored(requirement, last, people, rate).run.is_met(LEAF, 0) is met
