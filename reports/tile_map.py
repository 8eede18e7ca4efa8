"""The 47 prefectures as tiles that stand about where they lie, all of one size: a figure for each, in five shades."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from haiten.compiler.late import frozen
from haiten.tabulation.table import FigureStyle, TableValue, ends

SHADES: Final = 5
_SIZE: Final = 46  # of a tile, with the gap to the next
# Rows from the north, each with its first column; a blank is sea.
_ROWS: Final = (
    (13, "北海道"),
    (13, "青森"),
    (12, "秋田 岩手"),
    (12, "山形 宮城"),
    (9, "石川 富山 新潟 福島"),
    (8, "福井 岐阜 長野 群馬 栃木 茨城"),
    (4, "島根 鳥取 兵庫 京都 滋賀 愛知 山梨 埼玉 東京 千葉"),
    (0, "長崎 佐賀 福岡 山口 広島 岡山 大阪 奈良 三重 静岡 神奈川"),
    (1, "熊本 大分 ・ 愛媛 香川 ・ 和歌山"),
    (1, "鹿児島 宮崎 ・ 高知 徳島"),
    (0, "沖縄"),
)
_PLACES: Final = {
    name: (start + step, row)
    for row, (start, names) in enumerate(_ROWS)
    for step, name in enumerate(names.split(" "))
    if name != "・"
}


@frozen
class Tile:
    """A prefecture.

    Attributes:
        x, y: the upper left corner.
        shade: from 0, the least, to 4; None where the figure is not known.
        name: in full; ``short`` as the tile has it.
    """

    x: int
    y: int
    name: str
    short: str
    shown: str
    shade: int | None


@frozen
class TileMap:
    """The map.

    Attributes:
        alternative: what it shows, in words.
        legend: for each shade from where to where it goes, as people read it.
    """

    alternative: str
    width: int
    height: int
    tiles: tuple[Tile, ...]
    legend: tuple[str, ...]


def tile_map(figures: Mapping[str, TableValue], style: FigureStyle, what: str) -> TileMap | None:
    """A map of the figures of prefectures by name; None where most of the names are not of the 47.

    A figure that is open has the shade of its least value and is told as a range.

    Args:
        figures: by the prefecture's name, with or without 都, 府 or 県.
        style: how they are told.
        what: what they are, for the text alternative.
    """
    known = {_short(name): (name, figure) for name, figure in figures.items() if _short(name) in _PLACES}
    if 2 * len(known) < len(figures) or not known:
        return None
    least = {short: limits[0] for short, (_, figure) in known.items() if (limits := ends(figure)) is not None}
    bounds = _bounds(list(least.values()))
    tiles = tuple(
        _tile(short, column, row, known.get(short), style, bounds) for short, (column, row) in _PLACES.items()
    )
    columns = max(column for column, _ in _PLACES.values()) + 1
    return TileMap(
        _alternative(what, known, least, style),
        columns * _SIZE,
        len(_ROWS) * _SIZE,
        tiles,
        tuple(_range(low, high, style) for low, high in bounds),
    )


def _tile(
    short: str,
    column: int,
    row: int,
    found: tuple[str, TableValue] | None,
    style: FigureStyle,
    bounds: list[tuple[Fraction, Fraction]],
) -> Tile:
    name, figure = found if found is not None else (short, None)
    limits = ends(figure)
    shade = None
    if limits is not None:
        shade = sum(limits[0] > high for _, high in bounds[:-1])
    low, high = (style.digits(end) for end in limits) if limits is not None else ("", "")
    shown = "" if limits is None else low if low == high else f"{low}–"
    return Tile(column * _SIZE, row * _SIZE, name, short, shown, shade)


def _short(name: str) -> str:
    return name if name == "北海道" else name.removesuffix("都").removesuffix("府").removesuffix("県")


def _bounds(figures: list[int | Fraction]) -> list[tuple[Fraction, Fraction]]:
    """Five parts of equal width from the least to the greatest."""
    if not figures:
        return []
    low, high = Fraction(min(figures)), Fraction(max(figures))
    width = (high - low) / SHADES
    return [(low + width * step, low + width * (step + 1)) for step in range(SHADES)]


def _range(low: Fraction, high: Fraction, style: FigureStyle) -> str:
    return f"{style.digits(low)}–{style.digits(high)}"


def _alternative(
    what: str,
    known: Mapping[str, tuple[str, TableValue]],
    least: Mapping[str, int | Fraction],
    style: FigureStyle,
) -> str:
    words = f"{what}の地図。{len(known)}都道府県。"
    if least:
        best, worst = max(least, key=lambda name: least[name]), min(least, key=lambda name: least[name])
        words += f"最も高いのは{known[best][0]}の{style.digits(least[best])}{style.unit}、"
        words += f"最も低いのは{known[worst][0]}の{style.digits(least[worst])}{style.unit}。"
    return words + "数字は下の表にある。"
