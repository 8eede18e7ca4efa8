"""Populations for tests: published figures turned into fact files."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

DATA = Path(__file__).parent / "data"
NATION = 1741
# 登米市 資料2, column of the national average. Its 46.4 for 推進.Ⅰ.(ⅰ) is adjusted (「小数点以下調整あり」), so that
# the two groups of the goal add up to its 56.2: the tabulation itself gives 46.345, 9.827 and 56.172.
AVERAGES = {
    "推進.Ⅰ.(ⅰ)": 46.3,
    "推進.Ⅰ.(ⅱ)": 9.8,
    "推進.Ⅱ.(ⅰ)": 42.4,
    "推進.Ⅱ.(ⅱ)": 17.5,
    "推進.Ⅲ.(ⅰ)": 33.8,
    "推進.Ⅲ.(ⅱ)": 7.2,
    "推進.Ⅳ.成果": 48.6,
    "支援.Ⅰ.(ⅰ)": 31.4,
    "支援.Ⅰ.(ⅱ)": 20.1,
    "支援.Ⅱ.(ⅰ)": 42.4,
    "支援.Ⅱ.(ⅱ)": 12.1,
    "支援.Ⅲ.(ⅰ)": 49.3,
    "支援.Ⅲ.(ⅱ)": 12.8,
    "支援.Ⅳ.成果": 48.6,
}
# 東京都 令和8年1月 and 上尾市 (national row): two documents, which differ by rounding in two places.
R7_AVERAGES = {
    "推進.Ⅰ.(ⅰ)": (49.45,),
    "推進.Ⅰ.(ⅱ)": (9.95, 9.96),
    "推進.Ⅱ.(ⅰ)": (47.34,),
    "推進.Ⅱ.(ⅱ)": (18.07,),
    "推進.Ⅲ.(ⅰ)": (38.86,),
    "推進.Ⅲ.(ⅱ)": (7.74,),
    "推進.Ⅳ.成果": (47.84,),
    "支援.Ⅰ.(ⅰ)": (35.12,),
    "支援.Ⅰ.(ⅱ)": (20.16,),
    "支援.Ⅱ.(ⅰ)": (33.34,),
    "支援.Ⅱ.(ⅱ)": (13.16,),
    "支援.Ⅲ.(ⅰ)": (53.30,),
    "支援.Ⅲ.(ⅱ)": (12.81, 12.82),
    "支援.Ⅳ.成果": (47.84,),
}


def published(file: str, year: str, column: str) -> dict[str, int]:
    """A column of a table of published figures, by path."""
    with (DATA / file).open(encoding="utf-8", newline="") as rows:
        return {row["path"]: int(row[column]) for row in csv.DictReader(rows) if row["year"] == year}


def check_digit(code: str) -> str:
    """Independent of the product: 11 minus the weighted sum modulo 11, its last digit."""
    total = sum(int(d) * w for d, w in zip(code, (6, 5, 4, 3, 2), strict=True))
    return str((11 - total % 11) % 10)


def codes(size: int) -> list[str]:
    """Distinct body codes with right check digits."""
    plain = [f"{50_000 + number:05d}" for number in range(size)]
    return [code + check_digit(code) for code in plain]


def write_facts(path: Path, columns: dict[str, Iterable[object]], size: int, year: str = "令和6年度") -> Path:
    """A fact file of so many bodies."""
    lists = {name: ["" if cell is None else str(cell) for cell in cells] for name, cells in columns.items()}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["団体コード", "団体名", "年度", *lists])
        for i, code in enumerate(codes(size)):
            writer.writerow([code, f"団体{i + 1:04d}", year, *(cells[i] for cells in lists.values())])
    return path


ANY_ONE = {"推進.Ⅳ.成果.1", "推進.Ⅳ.成果.3", "推進.Ⅳ.成果.5", "支援.Ⅰ.(ⅱ).9"}


def nation(path: Path, year: str, groups: dict[str, list[str]] | None = None) -> Path:
    """A fact file of the nation: exactly as many bodies have each leaf as was published for a year.

    Args:
        path: the file.
        year: of the published counts.
        groups: more columns, such as ``GROUPS``.
    """
    counts = published("national_counts.csv", year, "municipalities")
    written = {leaf: count for leaf, count in counts.items() if not leaf.startswith("支援.Ⅳ.")}
    return write_facts(path, {**(groups or {}), **sheet_from_counts(written, ANY_ONE)}, NATION, year)


# The published numbers of municipalities by insured persons (R8). Here the largest are made to score most, and the
# other columns are made up, so that groups differ.
SIZES = {"5 10万人以上": 64, "4 5万–10万人": 83, "3 1万–5万人": 608, "2 3千–1万人": 535, "1 3千人未満": 451}
GROUPS = {
    "都道府県": [("甲県", "乙県", "丙県")[body % 3] for body in range(NATION)],
    "属性.規模": [name for name, count in SIZES.items() for _ in range(count)],
    "属性.地域": [("区部", "市部", "町村部")[min(body // 300, 2)] for body in range(NATION)],
}


def requirements_met(population: Any) -> NDArray[np.bool_]:
    """Who meets ア, イ, ウ of 保険者機能強化推進枠 (登米市 資料2): by requirement, body of a synthetic nation."""
    points, last, depopulated = population.points, population.ranks_before, population.bodies.depopulated == "該当"
    place = 1 + (points > points[:, None]).sum(axis=1)
    place_of_depopulated = 1 + (points[depopulated] > points[:, None]).sum(axis=1)
    return np.array(
        [
            (place <= NATION / 10) & (last <= NATION / 10),
            depopulated & (place_of_depopulated <= depopulated.sum() * 3 / 10),
            2 * place <= last,
        ]
    )


def village_in_nation(path: Path, year: str, village: Path) -> Path:
    """A fact file of the nation with one real body more."""
    nation(path, year, GROUPS)
    with village.open(encoding="utf-8-sig", newline="") as file:
        (body,) = csv.DictReader(file)
    with path.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow([body.get(name, "") for name in header])
    return path


def sheet_from_counts(counts: dict[str, int], any_one: set[str]) -> dict[str, list[str]]:
    """Answers and outcomes of the nation, so that exactly ``counts[path]`` bodies have each leaf.

    Args:
        counts: bodies per leaf.
        any_one: indicators of which one child counts; their children get bodies of their own.
    """
    columns: dict[str, list[str]] = {}
    taken: dict[str, int] = {}
    for path, count in counts.items():
        parts = path.split(".")
        indicator, child = ".".join(parts[:4]), ".".join(parts[:5])
        start = 0
        if indicator in any_one:
            if child not in taken:
                before = [c for c in taken if c.startswith(indicator + ".")]
                taken[child] = sum(counts.get(c, 0) or counts.get(c + ".①", 0) for c in before)
            start = taken[child]
        assert start + count <= NATION, path
        columns[path] = ["○" if start <= body < start + count else "×" for body in range(NATION)]
    return columns
