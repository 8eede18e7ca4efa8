"""What the fingerprint ``rules`` rests on: every part of a rulebook changed, one at a time."""

from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from typing import Any, Final

import attrs
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from haiten.compiler.driver import compile_source
from haiten.compiler.folding.fold import Comment
from haiten.compiler.identity.fingerprint import fingerprint
from haiten.compiler.source import Source, Span
from haiten.compiler.syntax import rulebook as s
from haiten.testing.grow import grow

# Whose every field explains and decides nothing; all others decide.
SAYS: Final = (
    s.Carry, s.Citation, s.Comments, s.Origin, s.Remark, s.SourceDecl, s.Text, s.Timing, s.Title, s.Touch, Comment
)  # fmt: skip
RICH: Final = """# はじめ
言語 1
令和8年度 市町村 評価指標
起点 令和6年度
題名 「題」  # 題の注
出典 要綱 「要綱」 https://example.com/a
出典 令和6年度 集計 「集計」
事実 甲 : 人 1以上 99以下 小数1桁 小さいほど良い 「甲の説」〔要綱 p.1〕
事実 離島 : 該当 〔要綱〕
区分 規模 = 甲
  「大」 10人以上 「中」 5人以上 10人未満 「小」 その他
交付金 推進 「推進の文」〔要綱〕 8点〔令和6年度 集計 表1〕
  目標 Ⅰ 「目標の文」〔推定〕 8点〔導出 要綱〕
    時点 前年度の取組
    留意 「留意の文」〔要綱 p.2〕
    指標群 (ⅰ) 「群の文」〔要綱〕 8点 前身 令和7年度 推進.Ⅰ.(ⅱ)
      指標 1 「指標の文」〔要綱〕 6点〔要綱〕 上限 6点
        率 = 甲 ÷ 最大(甲, 2人) 小さいほど良い 〔要綱〕
        ア 「アの文」〔要綱〕 4点 要件 率 が 0.5以上 かつ 離島 でない 〔要綱 p.9〕  # アの注
        イ 「イの文」〔要綱〕 4点 新設
          引継ぎ 推進.Ⅰ.(ⅱ).1.ア
          要件 該当 かつ 甲 が 規模別 上位5割
      指標 2 「未公表の指標」〔要綱〕 2点
        未公表 2点〔令和6年度 集計〕
"""


def rich() -> s.RulebookFile:
    made = compile_source(Source("rich", RICH)).syntax
    assert made is not None
    return made


def changes(part: Any, said: bool = False) -> Iterator[tuple[str, bool, Any]]:
    """The part with one thing in it changed, for everything in it: what was changed, and whether it is only said."""
    if isinstance(part, tuple):
        for at, inner in enumerate(part):
            for where, only_said, changed in changes(inner, said):
                yield where, only_said, (*part[:at], changed, *part[at + 1 :])
        return
    said = said or isinstance(part, SAYS)
    for attribute in attrs.fields(type(part)) if attrs.has(type(part)) and not isinstance(part, Span) else ():
        value = getattr(part, attribute.name)
        where = f"{type(part).__name__}.{attribute.name}"
        of_history = where in ("RulebookFile.since", "Heading.damaged", "RulebookFile.damaged", "Comparison.brief")
        if (other := another(part, attribute.name, value)) is not None:
            yield where, said or of_history, evolve(part, **{attribute.name.lstrip("_"): other})
        elif not isinstance(value, Span | str | bool | int | Decimal):
            for below, only_said, changed in changes(value, said):
                yield below, only_said, evolve(part, **{attribute.name: changed})


def another(part: Any, name: str, value: Any) -> Any | None:
    """Something else that a field can be; None for what is changed in its parts, or cannot be anything else."""
    match value:
        case bool() if name == "special" and part.level is not s.Level.GRANT:
            return None  # 別枠 is a kind of 交付金
        case bool():
            return not value
        case Enum() | None:
            return None
        case int() | Decimal():
            return value + 1
        case str() if name in ("operator", "connective", "function", "scope", "kind"):
            return None  # words of the language: the text of other rulebooks shows them
        case str():
            return f"{value}x"
    return None


BOOK: Final = rich()
CHANGES: Final = list(changes(BOOK))


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_rules_are_what_decides(number: int) -> None:
    """A citation, text, 留意, 時点, comment or 前身 changes nothing; a point, condition, fact, class or label does."""
    where, said, changed = CHANGES[number]
    same = fingerprint(changed).rules == fingerprint(BOOK).rules
    assert same is said, where


def test_everything_is_tried() -> None:
    """The rulebook above holds every kind of clause that a rulebook can, so that none is left out of the trial."""
    fields = {where for where, _, _ in CHANGES}
    assert fields >= {
        *("Citation.name", "Citation.place", "Citation.year", "Text.value", "Timing.value", "Comment.text"),
        *("SourceDecl.name", "SourceDecl.url", "SourceDecl.year", "Origin.new", "RulebookFile.since"),
        *("Points.value", "Quantity.value", "Quantity.unit", "FactDecl.decimals", "FactDecl.low", "ClassCase.name"),
        *("ClassDecl.name", "Definition.name", "Definition.lower_is_better", "Heading.label", "Heading.special"),
    }
    assert {where for where, said, _ in CHANGES if said} & {where for where, said, _ in CHANGES if not said} <= {
        *("Name.value", "Quantity.value", "Quantity.unit")
    }


@given(st.integers(0, 2**32), st.data())
def test_rules_are_what_decides_in_any_rulebook(seed: int, data: st.DataObject) -> None:
    """The same for random rulebooks."""
    book = grow(seed)
    where, said, changed = data.draw(st.sampled_from(list(changes(book))))
    if where not in ("Within.step", "Rounding.decimals"):  # which may print alike
        assert (fingerprint(changed).rules == fingerprint(book).rules) is said, where
