"""The year that a cell names: 令和6年度, R6, 2024年度."""

import re
import unicodedata
from typing import Final

from haiten.compiler.syntax.years import western_year
from haiten.scoring.reading.characters import trimmed

_YEAR: Final = re.compile(r"(?:(西暦|FY|[一-鿿]{1,2}|[A-Za-z])[.．]?)?\s*([0-9]{1,4}|元)\s*(?:年度|年)?")
_ERAS: Final = {"R": "令和", "H": "平成", "S": "昭和", "令": "令和", "平": "平成", "昭": "昭和"}
_WESTERN: Final = ("西暦", "FY")


def is_of_year(written: str, year: str) -> bool:
    """Whether a cell means a year: ``R6``, ``Ｒ６``, ``6``, ``令和6年度`` and ``2024年度`` are all 令和6年度."""
    found = _YEAR.fullmatch(unicodedata.normalize("NFKC", trimmed(written)))
    own = _YEAR.fullmatch(year)
    if found is None or own is None:
        return False
    era, number = found[1], 1 if found[2] == "元" else int(found[2])
    if era in _WESTERN or (era is None and number > 999):
        return number == western_year(year)
    named = own[1] if era is None else _ERAS.get(era.upper(), era)
    # 平成36年度 is 令和6年度; of an era that is not known, only the same one is.
    found_year = western_year(f"{named}{number}年度")
    return found_year == western_year(year) if found_year else (named, number) == (own[1], int(own[2]))
