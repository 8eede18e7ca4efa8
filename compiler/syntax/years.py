"""Years as rulebooks write them: 令和6年度."""

from functools import cache
from typing import Final

from haiten.compiler.patterns import late_pattern

LAST_YEAR: Final = "前年度"  # relative to the year of the rulebook
RELATIVE_YEARS: Final = {LAST_YEAR: 1, "前々年度": 2}
_YEAR_OF_COLUMN: Final = late_pattern(r"(?:前年度|前々年度|[0-9]+年度前|[一-鿿]{2}(?:[0-9]+|元)年度)\.")
_YEAR: Final = late_pattern(r"(..)([0-9]+|元)年度")
_BEFORE: Final = {"令和": (2018, "r"), "平成": (1988, "h"), "昭和": (1925, "s")}


@cache
def western_year(year: str) -> int:
    """The year in which the fiscal year begins, so that years compare; 0 for no year (令和0年度) or an unknown era."""
    found = _YEAR.fullmatch(year)
    number = 0 if found is None else 1 if found[2] == "元" else int(found[2])
    return _BEFORE[found[1]][0] + number if found is not None and number and found[1] in _BEFORE else 0


def year_before(year: str) -> str:
    """The year before one: 令和6年度 before 令和7年度; empty for an era that is not known."""
    western = western_year(year) - 1
    era = next((era for era, (start, _) in _BEFORE.items() if western > start), None)
    return f"{era}{western - _BEFORE[era][0]}年度" if era else ""


def year_after(year: str) -> str:
    """The year after one: 令和7年度 after 令和6年度; empty for an era that is not known."""
    found = _YEAR.fullmatch(year)
    return f"{found[1]}{1 + (1 if found[2] == '元' else int(found[2]))}年度" if found and found[1] in _BEFORE else ""


def counted_from(year: str, then: str) -> str:
    """The year that 前年度 or 前々年度 is as seen from another (3年度前, 令和4年度), or from now ("")."""
    apart = RELATIVE_YEARS[year]
    if western_year(then):
        for _ in range(apart):
            then = year_before(then)
        return then
    back = apart + (RELATIVE_YEARS.get(then) or int(then.removesuffix("年度前")) if then else 0)
    return next((word for word, known in RELATIVE_YEARS.items() if known == back), f"{back}年度前")


def without_year(column: str) -> str:
    """What a column such as 前年度.参加率 is of."""
    return _YEAR_OF_COLUMN.sub("", column, count=1) if _YEAR_OF_COLUMN.match(column) else column


def folder_of(year: str) -> str:
    """The folder that holds the rulebooks of a year: ``r6`` for 令和6年度."""
    found = _YEAR.fullmatch(year)
    if found is None or found[1] not in _BEFORE:
        return year
    return f"{_BEFORE[found[1]][1]}{1 if found[2] == '元' else int(found[2])}"
