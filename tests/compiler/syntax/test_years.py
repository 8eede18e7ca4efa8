"""Years by any of their names (language.md, 3): 令和元年度, 令和1年度 and 平成31年度 are one."""

import pytest

from haiten.compiler.syntax.years import canonical_column, canonical_year, year_after, year_before


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("令和元年度", "令和元年度"),
        ("令和1年度", "令和元年度"),
        ("令和01年度", "令和元年度"),
        ("平成31年度", "令和元年度"),
        ("平成36年度", "令和6年度"),
        ("平成30年度", "平成30年度"),
        ("昭和64年度", "平成元年度"),
        ("令和0年度", "令和0年度"),  # not the year before the first
        ("新元3年度", "新元3年度"),
    ],
)
def test_a_year_has_one_canonical_form(written: str, meant: str) -> None:
    """Whatever is keyed by a year is keyed by one text."""
    assert canonical_year(written) == meant
    assert canonical_column(f"{written}.参加率") == f"{meant}.参加率"


@pytest.mark.parametrize(
    "name", ["参加率", "前年度.参加率", "属性.令和1年度.参加率", "令和1年度分.参加率", "令和1年度"]
)
def test_other_columns_keep_their_names(name: str) -> None:
    """Only the year that a value is of is meant."""
    assert canonical_column(name) == name


def test_years_follow_each_other_across_eras() -> None:
    """The year before the second is 元年度, and the one before that of the older era."""
    assert year_before("令和2年度") == "令和元年度"
    assert year_before("令和元年度") == "平成30年度"
    assert year_after("平成30年度") == "令和元年度"
    assert year_before("新元3年度") == year_after("新元3年度") == ""
