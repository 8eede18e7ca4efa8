"""Invented bodies: how many there are of each kind follows published figures, which is which does not."""

from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.str_]

NATION: Final = 1741
YEARS: Final = ("R6", "R7", "R8")

# 市区町村 per prefecture, in the order of the prefectural codes (総務省). Only the sizes are taken over, not the names.
PREFECTURES: Final = (
    *(179, 40, 33, 35, 25, 35, 59, 44, 25, 35, 63, 54, 62, 33, 30, 15, 19, 17, 27, 77, 42, 35, 54, 29),
    *(19, 26, 43, 41, 39, 30, 19, 19, 27, 23, 19, 24, 17, 20, 34, 60, 20, 21, 45, 18, 26, 43, 41),
)
TOKYO: Final = 12
# The last prefecture of each of the eight usual regions, counted from 0.
REGION_ENDS: Final = (0, 6, 13, 22, 29, 34, 38, 46)
WARDS, CITIES, VILLAGES = 23, 792, 183  # 特別区, 市, 村 (総務省); the rest are 町

SIZES: Final = (
    "1 3千人未満",
    "2 3千人以上1万人未満",
    "3 1万人以上5万人未満",
    "4 5万人以上10万人未満",
    "5 10万人以上",
)
SIZE_BOUNDS: Final = (100, 3_000, 10_000, 50_000, 100_000, 900_000)
# Bodies per size class. R6 and R8 were published; R7 is taken to be as R6 〔推定〕.
SIZE_COUNTS: Final = {"R6": (447, 534, 612, 84, 64), "R7": (447, 534, 612, 84, 64), "R8": (451, 535, 608, 83, 64)}
# 過疎 per size class of R8: 885 in all and 285 of class 2 were published, the others are 〔推定〕. What was published,
# 885 and 855, leave one body of R8 of which nothing is said.
DEPOPULATED: Final = (390, 285, 205, 5, 0)
TWINS: Final = 3


@frozen(eq=False)
class Bodies:
    """Arrays over the bodies of a year, in the order of their codes.

    Attributes:
        prefecture: from 0.
        kind: 特別区, 市, 町, 村.
        depopulated: 過疎地域: 該当, 非該当, or empty where it is not known.
        insured: 第1号被保険者数.
        elderly: 高齢者人口.
        twins: pairs of bodies with the same ``elderly``, for equal ratios where ties were published.
        ability: what lies behind a body's answers: mean 0, standard deviation 1, skewed to the left.
    """

    prefecture: Ints
    kind: Texts
    depopulated: Texts
    insured: Ints
    elderly: Ints
    twins: tuple[tuple[int, int], ...]
    ability: Floats

    @property
    def size(self) -> Ints:
        """Size class from 0, by ``insured``."""
        return size_class(self.insured)


def size_class(insured: Ints) -> Ints:
    """Size class from 0, by 第1号被保険者数."""
    return np.asarray(np.searchsorted(SIZE_BOUNDS[1:-1], insured, side="right"), dtype=np.int64)


def make_bodies(year: str, seed: int) -> Bodies:
    """The bodies of a year. One seed gives the same bodies every year, grown or shrunk a little."""
    rng = np.random.default_rng([seed, 0])
    prefecture = np.repeat(np.arange(len(PREFECTURES)), PREFECTURES)
    size = np.repeat(np.arange(len(SIZES)), SIZE_COUNTS["R6"])
    rng.shuffle(size)
    low, high = np.array(SIZE_BOUNDS)[size], np.array(SIZE_BOUNDS)[size + 1]
    # Small ones are the more frequent within every class, most of all in the last.
    share = rng.random(NATION) ** np.array((0.6, 1.0, 1.3, 1.3, 2.2))[size]
    insured = (low * (high / low) ** share).astype(np.int64)

    later = size.copy()
    for number, count in enumerate((0, 4, 5, 1)):  # those who fall a class by R8: the smallest of each
        members = np.flatnonzero(size == number)
        later[members[np.argsort(insured[members], kind="stable")[:count]]] -= 1
    depopulated = np.full(NATION, "非該当", dtype="<U3")
    for number, count in enumerate(DEPOPULATED):
        depopulated[rng.choice(np.flatnonzero(later == number), count, replace=False)] = "該当"
    unsaid = rng.choice(np.flatnonzero((depopulated == "非該当") & (size == 0)))
    if year == "R8":
        depopulated[unsaid] = ""
    kind = _kinds(prefecture, insured, rng)
    lasting = _skewed(rng)

    step = YEARS.index(year)
    drawn = np.random.default_rng([seed, step + 1])
    now = size if year != "R8" else later
    assert tuple(np.bincount(now)) == SIZE_COUNTS[year]
    drift = 1 + step * rng.normal(-0.004, 0.006, NATION)
    limits = np.array(SIZE_BOUNDS)
    insured = np.clip((insured * drift).astype(np.int64), limits[now], limits[now + 1] - 1)
    elderly = (insured * (1 + drawn.normal(0, 0.004, NATION))).astype(np.int64)
    middle = np.flatnonzero(now == 1)
    middle = middle[np.argsort(insured[middle], kind="stable")][-2 * TWINS :]
    twins = tuple((int(a), int(b)) for a, b in zip(middle[::2], middle[1::2], strict=True))
    for a, b in twins:
        elderly[b] = elderly[a]
    ability = 0.92 * lasting + 0.39 * np.random.default_rng([seed, step + 1]).normal(size=NATION)
    return Bodies(prefecture, kind, depopulated, insured, elderly, twins, ability)


def _skewed(rng: np.random.Generator) -> Floats:
    """Mean 0, standard deviation 1, with a long tail of low values."""
    shape = 5.0
    return np.asarray((shape - rng.gamma(shape, size=NATION)) / shape**0.5)


def _kinds(prefecture: Ints, insured: Ints, rng: np.random.Generator) -> Texts:
    """The largest bodies of one prefecture are 特別区, the larger ones elsewhere mostly 市, the smallest mostly 村."""
    order = np.argsort(-np.log(insured) + rng.normal(0, 0.5, NATION), kind="stable")
    tokyo = order[prefecture[order] == TOKYO]
    wards = tokyo[:WARDS]
    rest = order[~np.isin(order, wards)]
    kind = np.full(NATION, "町", dtype="<U3")
    kind[wards] = "特別区"
    kind[rest[:CITIES]] = "市"
    kind[rest[-VILLAGES:]] = "村"
    return kind


def region(prefecture: Ints) -> Texts:
    """地方1 to 地方8."""
    return np.char.add("地方", (np.searchsorted(REGION_ENDS, prefecture) + 1).astype(str))


def make_codes(prefecture: Ints) -> Texts:
    """団体コード with check digits, of bodies in the order of their prefectures.

    The first two digits are 50 + the prefecture's number, so that no code is a real municipality's; three digits
    count its bodies. Where a prefecture has more than 999 the codes are plain numbers of eight digits and more, which
    no official code has.
    """
    counts = np.bincount(prefecture)
    if counts.max() > 999:
        plain = np.arange(len(prefecture), dtype=np.int64)
        return np.char.zfill(plain.astype(str), max(8, len(str(int(plain.max()))) + 2))
    first = np.cumsum(counts) - counts
    return _checked((prefecture + 51) * 1000 + np.arange(len(prefecture)) - first[prefecture] + 1)


def prefectural_codes(prefecture: Ints) -> Texts:
    """団体コード of the prefectures themselves: what their municipalities' codes begin with, and no number."""
    return _checked((prefecture + 51) * 1000)


def _checked(plain: Ints) -> Texts:
    """Codes of five digits with their check digits."""
    digits = plain[:, None] // 10 ** np.arange(4, -1, -1) % 10
    check = (11 - digits @ np.arange(6, 1, -1) % 11) % 10
    return np.char.zfill((plain * 10 + check).astype(str), 6)
