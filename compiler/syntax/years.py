"""Years as rulebooks write them: 令和6年度."""

from functools import cache
from typing import Final

from haiten.compiler.patterns import late_pattern

LAST_YEAR: Final = "前年度"  # relative to the year of the rulebook
RELATIVE_YEARS: Final = {LAST_YEAR: 1, "前々年度": 2}
_NAMED_YEAR: Final = r"[一-鿿]{2}(?:[0-9]+|元)年度"
_YEAR_OF_COLUMN: Final = late_pattern(r"(?:前年度|前々年度|[0-9]+年度前|" + _NAMED_YEAR + r")\.")
_COLUMN_OF_YEAR: Final = late_pattern(_NAMED_YEAR + r"(?=\.)")
_YEAR: Final = late_pattern(r"(..)([0-9]+|元)年度")
_BEFORE: Final = {"令和": (2018, "r"), "平成": (1988, "h"), "昭和": (1925, "s")}  # the latest era first


@cache
def western_year(year: str) -> int:
    """The year in which the fiscal year begins, so that years compare; 0 for no year (令和0年度) or an unknown era."""
    found = _YEAR.fullmatch(year)
    number = 0 if found is None else 1 if found[2] == "元" else int(found[2])
    return _BEFORE[found[1]][0] + number if found is not None and number and found[1] in _BEFORE else 0


def canonical_year(year: str) -> str:
    """A year in its one canonical form, 令和元年度 for 令和1年度 and 平成31年度; what is not known stays as it is."""
    return _named(western_year(year)) or year


def is_year_zero(year: str) -> bool:
    """Whether it is a year that there never was: 令和0年度."""
    found = _YEAR.fullmatch(year)
    return found is not None and found[2].isdecimal() and not int(found[2])


def canonical_column(name: str) -> str:
    """A heading with the year that it begins with in canonical form: 令和元年度.参加率 for 令和1年度.参加率."""
    found = _COLUMN_OF_YEAR.match(name) if "年度." in name else None
    return canonical_year(found[0]) + name[found.end() :] if found else name


def year_before(year: str) -> str:
    """The year before one: 令和6年度 before 令和7年度; empty for an era that is not known."""
    return _named(western_year(year) - 1)


def year_after(year: str) -> str:
    """The year after one: 令和7年度 after 令和6年度; empty for an era that is not known."""
    return _named(western_year(year) + 1)


def _named(western: int) -> str:
    """The year in which a fiscal year begins as rulebooks write it; empty before the first era that is known."""
    era = next((era for era, (start, _) in _BEFORE.items() if western > start), None)
    if era is None:
        return ""
    number = western - _BEFORE[era][0]
    return f"{era}{'元' if number == 1 else number}年度"


def counted_from(year: str, then: str) -> str:
    """The year that 前年度 or 前々年度 is as seen from another (3年度前, 令和4年度), or from now ("")."""
    apart = RELATIVE_YEARS[year]
    if western_year(then):
        for _ in range(apart):
            then = year_before(then)
        return then
    back = apart + (RELATIVE_YEARS.get(then) or int(then.removesuffix("年度前")) if then else 0)
    return next((word for word, known in RELATIVE_YEARS.items() if known == back), f"{back}年度前")


def year_of_column(column: str, year: str) -> str:
    """The year that a column such as 前々年度.参加率 is of, by its name, as seen from a year; empty for one of none."""
    found = _YEAR_OF_COLUMN.match(column)
    if found is None:
        return ""
    said = found[0].removesuffix(".")
    apart = RELATIVE_YEARS.get(said) or (int(said.removesuffix("年度前")) if said.endswith("年度前") else 0)
    return _named(western_year(year) - apart) if apart else said


def without_year(column: str) -> str:
    """What a column such as 前年度.参加率 is of."""
    return _YEAR_OF_COLUMN.sub("", column, count=1) if _YEAR_OF_COLUMN.match(column) else column


def folder_of(year: str) -> str:
    """The folder that holds the rulebooks of a year: ``r6`` for 令和6年度."""
    found = _YEAR.fullmatch(year)
    if found is None or found[1] not in _BEFORE:
        return year
    return f"{_BEFORE[found[1]][1]}{1 if found[2] == '元' else int(found[2])}"
