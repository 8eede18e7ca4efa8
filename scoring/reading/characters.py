"""Characters of cells: what does not show, what is written half as wide, and the signs of numbers.

A table comes from many programs. What changes no meaning is taken off or read as what it stands for; what might change
one is shown by its name in the message about its cell.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from haiten.compiler.folding.foldings import FOLDINGS
from haiten.compiler.folding.paths import canonical_path
from haiten.compiler.syntax.years import canonical_column, without_year

_UNSEEN: Final = {
    "\x1a": "Ctrl-Z",
    "\u00a0": "ノーブレークスペース",
    "\u00ad": "ソフトハイフン",
    "\u200b": "ゼロ幅スペース",
    "\u200c": "ゼロ幅非接合子",
    "\u200d": "ゼロ幅接合子",
    "\u200e": "左横書き記号",
    "\u200f": "右横書き記号",
    "\u202a": "左横書き埋め込み",
    "\u202b": "右横書き埋め込み",
    "\u202c": "書字方向の終わり",
    "\u202d": "左横書き上書き",
    "\u202e": "右横書き上書き",
    "\u2060": "単語結合子",
    "\ufeff": "BOM",
}
# What stands around a cell and is no part of it: what str.strip() takes off (Rust would leave the control characters),
# and what nobody sees.
BLANKS: Final = "".join([chr(code) for code in range(0x3001) if chr(code).isspace()]) + "".join(_UNSEEN)
# Radicals that PDF files give instead of the characters they look like, and that NFKC does not know.
_RADICALS: Final = str.maketrans("⺟⺠⻁⻄⻅⻉⻋⻑⻘⻝⻤⻨⻩⻫⻭⻯⻲", "母民虎西見貝車長青食鬼麦黄斉歯竜亀")
_HALF_WIDTH: Final = re.compile("[\uff61-\uff9f]+")
_COMPATIBLE: Final = re.compile("[\u2f00-\u2fdf\uf900-\ufaff]")
MINUS: Final = "－‒―ーｰ─▲△"
_NUMBER: Final = re.compile(rf"([{MINUS}＋]?)[ 　]*([1-9][0-9]{{0,2}}(?:,[0-9]{{3}})+|[0-9]*)(?:\.([0-9]+))?", re.ASCII)


def trimmed(cell: str) -> str:
    """A cell without what stands around it unseen."""
    return cell.strip(BLANKS)


def is_blank(row: Iterable[str]) -> bool:
    """Whether nothing can be seen in any cell."""
    return not any(trimmed(cell) for cell in row)


def visible(cell: str) -> str:
    """A cell in which every character can be seen: what would not show stands by its name."""
    if cell.isprintable() and not set(cell) & set(_UNSEEN):
        return cell
    return "".join(_shown(each) for each in cell)


def _shown(character: str) -> str:
    if character in _UNSEEN:
        return f"〔U+{ord(character):04X} {_UNSEEN[character]}〕"
    if character.isprintable() or character == "　":
        return character
    name = {"\n": "改行", "\r": "改行", "\t": "タブ"}.get(character)
    return f"〔{name}〕" if name else f"〔U+{ord(character):04X}〕"


def without_variants(text: str) -> str:
    """A text with half-width kana, radicals and compatibility ideographs as the characters that they stand for."""
    text = _HALF_WIDTH.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return _COMPATIBLE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text).translate(_RADICALS)


def spellings(heading: str) -> Iterable[str]:
    """The names that a heading may mean, as written first: then without line breaks, half-width kana and radicals."""
    whole = trimmed(heading)
    yield canonical_heading(whole)
    joined = "".join(part.strip(BLANKS) for part in re.split(r"[\r\n]+", whole))
    plain = without_variants(joined)
    yield canonical_heading(joined)
    yield canonical_heading(plain)
    yield canonical_heading(re.sub(f"[{re.escape(BLANKS)}]+", "", plain))
    if without_year(whole) != whole:
        yield canonical_column(whole)  # 前年度.順位(参加率 × 0.05): a number is no label


def canonical_heading(heading: str) -> str:
    """A path or a dotted column name with its labels and its year as rulebooks write them."""
    return canonical_column(canonical_path(heading))


def parts_of_number(cell: str) -> tuple[bool, str, str] | None:
    """A number as people write one: whether it is below zero, the digits before the point, and those behind it.

    ``▲0.5``, ``△0.5`` and all kinds of dashes are below zero; commas are taken out where they part thousands, and
    nowhere else, so that ``0,52`` is no number. None where it is none.
    """
    found = _NUMBER.fullmatch(trimmed(cell.translate(FOLDINGS)))
    if not found or not (found[2] or found[3]):
        return None
    return found[1] in MINUS and found[1] != "", found[2].replace(",", ""), found[3] or ""
