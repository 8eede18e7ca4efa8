"""What if a body were in another class: it is held to another bar, and both are told."""

import pytest
from three_readings import compiled

from haiten.scoring.rulebook import Rulebook
from haiten.tabulation.simulation.whatif import altered, compare, read_settings

RULES = """
事実 人口 : 人 0以上
事実 率 : % 0以上 100以下

区分 規模 = 人口
  「大」 100人以上
  「小」 その他

交付金 推進 「推進」〔推定〕 2点〔推定〕
  目標 Ⅰ 「目標」〔推定〕 2点
    指標群 (ⅰ) 「群」〔推定〕 2点
      指標 1 「指標」〔推定〕 2点 要件 率 が 規模別に 「大」 50%以上 「小」 70%以上
"""
LEAF = "推進.Ⅰ.(ⅰ).1"


def told(made: Rulebook, people: int | None, *settings: str) -> tuple[str, ...]:
    facts = [{"団体コード": "99001", "年度": "令和6年度", "人口": people, "率": 60}]
    before = made.score(facts)
    given = read_settings(settings, made.program, "99001").facts
    assert given is not None
    found = compare(before, made.score(altered(before.run.facts, 0, given)), 0, given)
    return next(delta.reasons for delta in found.deltas if delta.node.path == LEAF)


@pytest.mark.parametrize(
    ("people", "setting", "reasons"),
    [
        (
            100,
            "人口=99",
            (
                "人口: 100人 → 99人",
                "規模 が 「大」、率 が 50%以上: 満たす → 規模 が 「小」、率 が 70%以上: 満たさない",
            ),
        ),
        (
            None,
            "人口=100",
            ("人口: 不明 → 100人", "階級が不明: 不明 → 規模 が 「大」、率 が 50%以上: 満たす"),
        ),
        (
            99,
            "人口=不明",
            ("人口: 99人 → 不明", "規模 が 「小」、率 が 70%以上: 満たさない → 階級が不明: 不明"),
        ),
        (99, "率=70", ("率: 60% → 70%", "率 が 70%以上: 満たさない → 満たす")),
    ],
)
def test_another_class_is_another_bar(people: int | None, setting: str, reasons: tuple[str, ...]) -> None:
    """The value that moved the body, and the bars before and after."""
    said = told(compiled(RULES), people, setting)
    assert set(reasons) <= set(said), said
