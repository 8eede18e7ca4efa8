"""全国標準偏差 on either side of a comparison, whatever is added and taken away beside it."""

import pytest

from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.rulebook import Rulebook

RULES = """言語 1
令和8年度 市町村 評価指標
出典 要綱 「要綱」
事実 値 : 件 〔要綱〕
交付金 推進 「推進」〔要綱〕 1点〔要綱〕
  目標 Ⅰ 「目標」〔要綱〕 1点
    指標群 (ⅰ) 「群」〔要綱〕 1点
      指標 1 「指標」〔要綱〕 1点 要件 {}
"""


@pytest.mark.parametrize(
    "condition",
    [
        "値 が 全国標準偏差(値) 超",
        "全国標準偏差(値) が 値 未満",
        "－1件 ＋ 1件 ＋ 全国標準偏差(値) が 値 未満",
        "全国標準偏差(値) － 値 が 0件 未満",
        "0件 が 値 － 全国標準偏差(値) 未満",
    ],
)
def test_one_comparison_is_the_same_however_it_is_written(condition: str) -> None:
    """Of −3, 1, 5 and 9 the mean is 3 and the deviation √20, which 5 and 9 pass."""
    made = Rulebook(compile_source(Source("deviation", RULES.format(condition))))
    assert made.ok, made.diagnostics
    rows = [
        {"団体コード": f"9900{number}", "年度": "令和8年度", "値": value}
        for number, value in enumerate((-3, 1, 5, 9), 1)
    ]
    assert made.score(rows).total()[0].tolist() == [0, 0, 1, 1]
