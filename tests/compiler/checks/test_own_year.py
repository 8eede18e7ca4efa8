"""Years in titles, 時点 and sources that are not the rulebook's own, in all the ways in which years are written."""

import pytest

from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source


def codes(
    title: str = "評価指標", source: str = "要綱 「要綱」", cited: str = "要綱", timing: str = "前年度の取組"
) -> list[str]:
    text = f"""言語 1
令和6年度 市町村 評価指標
題名 「{title}」
出典 {source}
交付金 推進 「推進」〔{cited}〕 4点
  目標 Ⅰ 4点
    指標群 (ⅰ) 4点
      時点 {timing}
      指標 1 4点
"""
    return [found.code for found in compile_source(Source("r6.haiten", text)).diagnostics]


OTHER = [
    *("令和7年度", "令和５年度", "令和 5 年度", "令和元年度", "令和五年度", "令和十一年度", "平成31年度"),
    *("R5", "Ｒ７", "R.5", "R5年度", "2023年度", "２０２５年度", "H30"),
]
OWN = ["令和6年度", "令和６年度", "令和六年度", "R6", "Ｒ６", "2024年度", "２０２４年度", "R6年度"]


@pytest.mark.parametrize("year", OTHER)
def test_a_title_of_another_year_is_told(year: str) -> None:
    """However the year is written."""
    assert codes(title=f"{year} 評価指標（市町村分）") == ["H705"]


@pytest.mark.parametrize("year", [*OWN, "", "令和5年度及び令和6年度", "令和5年9月", "ver.R1.2"])
def test_a_title_of_its_year_is_right(year: str) -> None:
    """So is one that names others besides, or a date."""
    assert codes(title=f"{year} 評価指標（市町村分）") == []


@pytest.mark.parametrize(
    ("source", "cited", "told"),
    [
        ("要綱 「令和5年度 評価指標」", "要綱", ["H707"]),
        ("要綱 「Ｒ５ 評価指標」", "要綱", ["H707"]),
        ("要綱 「平成30年度 評価指標」", "要綱", ["H707"]),
        ("令和5年度 要綱 「令和4年度 評価指標」", "令和5年度 要綱", ["H707"]),
        ("令和5年度 要綱 「令和5年度 評価指標」", "令和5年度 要綱", []),
        ("令和6年度 要綱 「令和6年度 評価指標」", "令和6年度 要綱", ["H220"]),
        ("令和7年度 要綱 「令和7年度 評価指標」", "令和7年度 要綱", ["H220"]),
        ("要綱 「令和6年度 評価指標」", "要綱", []),
        ("要綱 「令和5年度・令和6年度 評価指標」", "要綱", []),
        ("要綱 「令和7年度 会議資料」", "要綱", []),  # which says something of this year
        ("要綱 「評価指標（令和5年9月15日）」", "要綱", []),
    ],
)
def test_a_document_of_an_older_year_is_declared_with_it(source: str, cited: str, told: list[str]) -> None:
    """Or it is told."""
    assert codes(source=source, cited=cited) == told


@pytest.mark.parametrize(
    "timing", ["令和5年度の取組", "令和５年度", "令和6年10月1日", "2023年度の取組", "R5の取組", "令和元年度"]
)
def test_a_timing_names_no_year(timing: str) -> None:
    """It is said as seen from the year."""
    assert codes(timing=timing) == ["H706"]


@pytest.mark.parametrize("timing", ["前年度の取組", "当年度10月1日", "前々年度末", "直近3年間", "前年度9月"])
def test_a_timing_as_seen_from_the_year_is_right(timing: str) -> None:
    """These are as they should be."""
    assert codes(timing=timing) == []
