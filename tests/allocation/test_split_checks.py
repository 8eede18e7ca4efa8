"""Money that a 内訳 puts where nobody can get it."""

import pytest

from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source


def told(*, classes: str = "「大」 10人以上 「小」 その他", split: str, more: str = "") -> list[tuple[str, str]]:
    """Codes and messages of an allocation; ``split`` is its 内訳, ``more`` the rest of its pot."""
    text = f"""言語 1
令和6年度 市町村 配分
事実 v : 人 1以上
事実 w : 人 0以上
事実 離島 : 該当
区分 規模 = v
  {classes}
予算 推進 1,000,000円
配分 基本 推進 残り
  内訳 規模 {split}
  {more or "按分 v"}
  不用額 残す
"""
    found = compile_source(Source("a.haiten", text)).diagnostics
    return [(one.code, one.message) for one in found if one.code != "H207"]


LARGE = "「大」 400,000円 「小」 残り"


@pytest.mark.parametrize(
    ("split", "more", "words"),
    [
        (LARGE, "対象 v が 10人未満\n按分 v", "「大」の400,000円は、誰にも渡りません"),
        ("「大」 残り 「小」 400,000円", "対象 v が 10人未満\n按分 v", "「大」（残り）は、誰にも渡りません"),
        (LARGE, "対象 規模 が 「小」 かつ 離島\n均等", "対象や枠の条件を満たしません"),
        (LARGE, "枠 ア v が 5人以下\n均等 該当枠数", "「大」の400,000円"),
        (LARGE, "対象 離島\n枠 ア v が 5人以下\n枠 イ v が 9人以下\n均等 該当枠数", "「大」の400,000円"),
    ],
)
def test_money_for_a_class_of_which_nobody_shares(split: str, more: str, words: str) -> None:
    """対象 and 枠 may leave out a class that the 内訳 has money for."""
    (found,) = told(split=split, more=more)
    assert found[0] == "H922"
    assert words in found[1]


@pytest.mark.parametrize(
    ("classes", "codes"),
    [
        # Where the class itself is an error, that alone is told.
        ("「小」 3人以上 「大」 10人以上 「他」 その他", ["H313"]),
        ("「小」 3人以上 「大」 10人以上 3人未満 「他」 その他", ["H314"]),
        ("「大」 0人以下 「小」 3人以上 「他」 その他", ["H315", "H922"]),
        ("「小」 3人以上 「他」 その他 「大」 10人以上", ["H305", "H922"]),
    ],
)
def test_money_for_a_class_that_nobody_is_in(classes: str, codes: list[str]) -> None:
    """Whatever the reason, an amount that reaches nobody is told once as an error."""
    assert [code for code, _ in told(classes=classes, split="「大」 400,000円 「小」 残り 「他」 1円")] == codes


@pytest.mark.parametrize(
    ("split", "more"),
    [
        (LARGE, "按分 v"),
        (LARGE, "対象 離島\n按分 v"),
        ("「大」 0円 「小」 残り", "対象 v が 10人未満\n按分 v"),
        ("按分 v", "対象 v が 10人未満\n按分 v"),
        (LARGE, "枠 ア w が 1人以上\n均等 該当枠数"),
    ],
)
def test_what_somebody_can_get_is_left_alone(split: str, more: str) -> None:
    """So is an amount of nothing, and a 内訳 by weight, which gives nothing to a class of nobody."""
    assert told(split=split, more=more) == []
