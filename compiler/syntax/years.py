"""Years as rulebooks write them: 令和6年度."""

import re
from functools import cache
from typing import Final

_YEAR: Final = re.compile(r"(..)([0-9]+|元)年度")
_BEFORE: Final = {"令和": (2018, "r"), "平成": (1988, "h"), "昭和": (1925, "s")}


@cache
def western_year(year: str) -> int:
    """The year in which the fiscal year begins, so that years compare; 0 for an era that is not known."""
    found = _YEAR.fullmatch(year)
    if found is None or found[1] not in _BEFORE:
        return 0
    return _BEFORE[found[1]][0] + (1 if found[2] == "元" else int(found[2]))


def year_before(year: str) -> str:
    """The year before one: 令和6年度 before 令和7年度; empty for an era that is not known."""
    western = western_year(year) - 1
    era = next((era for era, (start, _) in _BEFORE.items() if western > start), None)
    return f"{era}{western - _BEFORE[era][0]}年度" if era else ""


def year_after(year: str) -> str:
    """The year after one: 令和7年度 after 令和6年度; empty for an era that is not known."""
    found = _YEAR.fullmatch(year)
    return f"{found[1]}{1 + (1 if found[2] == '元' else int(found[2]))}年度" if found and found[1] in _BEFORE else ""


def folder_of(year: str) -> str:
    """The folder that holds the rulebooks of a year: ``r6`` for 令和6年度."""
    found = _YEAR.fullmatch(year)
    if found is None or found[1] not in _BEFORE:
        return year
    return f"{_BEFORE[found[1]][1]}{1 if found[2] == '元' else int(found[2])}"
