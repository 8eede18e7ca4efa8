"""Figures over members (管内) in two years: what is written is the figure, whatever becomes of prefectural items."""

from haiten.comparison.diff import diff
from haiten.comparison.impact import impact
from haiten.comparison.match import match
from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source
from haiten.scoring.rulebook import Rulebook

MUNICIPAL = """言語 1
令和{year}年度 市町村 評価指標
起点 令和8年度
出典 要綱 「要綱」
交付金 推進 「推進」〔要綱〕 3点〔要綱〕
  目標 Ⅰ 「姿」〔要綱〕 3点
    指標群 (ⅰ) 「体制」〔要綱〕 3点
      指標 1 「指標」〔要綱〕 3点
        ア 「ア」〔要綱〕 1点
        イ 「イ」〔要綱〕 2点
"""
PREFECTURAL = """言語 1
令和{year}年度 都道府県 評価指標
起点 令和8年度
出典 要綱 「要綱」
交付金 推進 「推進」〔要綱〕 {most}点〔要綱〕
  目標 Ⅰ 「姿」〔要綱〕 {most}点
    指標群 (ⅰ) 「体制」〔要綱〕 {most}点
      指標 1 「指標」〔要綱〕 {most}点
{items}"""
FIGURE = "管内割合(推進.Ⅰ.(ⅰ).1.ア)"
OLD = f"""        ア 「支援」〔要綱〕 1点
        イ 「割合」〔要綱〕 1点 要件 {FIGURE} が 50%超
"""
NEW = f"""        ア 「新しい支援」〔要綱〕 1点 新設
        イ 「支援」〔要綱〕 1点 前身 令和8年度 推進.Ⅰ.(ⅰ).1.ア
        ウ 「割合」〔要綱〕 2点 前身 令和8年度 推進.Ⅰ.(ⅰ).1.イ 要件 {FIGURE} が 50%以上
"""
ITEM = "推進.Ⅰ.(ⅰ).1"


def made(year: int, items: str, most: int) -> Rulebook:
    towns = compile_source(Source("municipal.haiten", MUNICIPAL.format(year=year)))
    text = PREFECTURAL.format(year=year, items=items, most=most)
    book = Rulebook(compile_source(Source("prefectural.haiten", text), towns))
    assert book.ok, book.diagnostics
    return book


def test_a_path_of_municipalities_is_none_of_prefectures() -> None:
    """ア of the prefectures became イ; the share is still that of ア of the municipalities, and is carried."""
    old, new = made(8, OLD, 2), made(9, NEW, 4)
    matched = match(old.program, new.program)
    assert matched.column_before(FIGURE) == FIGURE
    rows = [{"団体コード": code, f"{ITEM}.ア": True} for code in ("51000", "52000")]
    members = [
        {"団体コード": code, f"{ITEM}.ア": met} for code, met in (("51001", True), ("51002", False), ("52001", None))
    ]
    before = old.score(rows, members=members)
    found = impact(old, new, before.run.facts)
    assert [found.new.points(f"{ITEM}.ウ", place).certain for place in range(2)] == [2, 0]
    assert [found.new.points(f"{ITEM}.ウ", place).possible for place in range(2)] == [2, 2]
    assert [found.new.points(f"{ITEM}.イ", place).certain for place in range(2)] == [1, 1]


def test_the_difference_is_told() -> None:
    """Other bars of one figure, and what that means, with an example."""
    found = diff(made(8, OLD, 2), made(9, NEW, 4))
    (changed,) = [meaning for meaning in found.meanings if meaning.new_path == f"{ITEM}.ウ"]
    assert changed.verdict == "looser"
