"""How many bodies have each item of R8: an estimate, of which only the average of the nation is published.

R8's counts are not published. What is: the nation's average (455.126 points), 北海道's average of every 指標群 in R7
and R8, how many of 宮城県's 35 municipalities have each item, and eight counts. From R7's counts, by the identity of
the items:

- Items of a rank are what the rule makes them, so they stay as in R7, where R8's are not published.
- Items that are answered (体制・取組指標群) move as much as 北海道's average of their group did, times one factor for
  all groups, which is the one that makes the nation's average the published one. Within a group all move alike in
  log-odds, so that frequent items stay frequent and no count leaves the nation.
- Items that are new in R8 begin with 宮城県's rate, moved in log-odds as all the nation's answers of R7 stand to
  宮城県's of R8, and then move as the others of their group do.

``python examples/national/estimate.py`` writes the rows of R8 in ``counts.csv`` anew.
"""

import csv
from collections.abc import Callable, Mapping
from math import exp, log
from pathlib import Path
from typing import Final

import haiten
from bodies import NATION
from nation import COUNTS, RULES

YEAR: Final = "令和8年度"
# 厚生労働省の公表した全国平均（令和8年度、市町村分）, in thousandths of a point.
AVERAGE: Final = 455_126
# 北海道's 179 municipalities: the average of each 体制・取組指標群 in R7 and R8.
HOKKAIDO: Final = {
    "推進.Ⅰ.(ⅰ)": (47.4, 48.9),
    "推進.Ⅱ.(ⅰ)": (44.1, 45.5),
    "推進.Ⅲ.(ⅰ)": (38.2, 40.1),
    "支援.Ⅰ.(ⅰ)": (32.2, 33.8),
    "支援.Ⅱ.(ⅰ)": (29.6, 32.8),
    "支援.Ⅲ.(ⅰ)": (47.9, 50.1),
}
PUBLISHED: Final = "公表"
AS_BEFORE: Final = "令和7年度の値〔推定〕"
MOVED: Final = "令和7年度の値を、北海道の群平均の動きに合わせて動かした〔推定〕"
FROM_MIYAGI: Final = "宮城県の該当率から〔推定〕"
# How many of 宮城県's 35 municipalities have each item of R8.
MIYAGI: Final = Path(__file__).parents[1] / "miyagi" / "counts.csv"
MIYAGI_BODIES: Final = 35


def logit(share: float) -> float:
    """Log-odds of a share, of which none and all are half a body away."""
    least = 0.5 / NATION
    share = min(max(share, least), 1 - least)
    return log(share / (1 - share))


def moved(counts: Mapping[str, int], delta: float) -> dict[str, int]:
    """Counts of the nation, their log-odds moved by ``delta``."""
    return {
        path: round(NATION / (1 + exp(-logit(count / NATION) - delta))) if 0 < count < NATION else count
        for path, count in counts.items()
    }


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a growing function comes to 0."""
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return (low + high) / 2


def miyagi() -> dict[str, int]:
    """How many of 宮城県's municipalities have each item in R8."""
    with MIYAGI.open(encoding="utf-8", newline="") as file:
        return {row["path"]: int(row["municipalities"]) for row in csv.DictReader(file)}


def estimate() -> dict[str, tuple[int, str]]:
    """Counts of R8 and what each stands on, by path in the order of the rulebook."""
    old, new = (haiten.compile(RULES[year]).program for year in ("R7", "R8"))
    by_identity = {node.identity: node.path for node in old.leaves}
    with COUNTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    before = {row["path"]: int(row["municipalities"]) for row in rows if row["year"] == "令和7年度"}
    known = {r["path"]: int(r["municipalities"]) for r in rows if (r["year"], r["basis"]) == (YEAR, PUBLISHED)}
    leaves = [leaf for leaf in new.leaves if not leaf.path.startswith("成果指向")]
    kept = {leaf.path: before[by_identity[leaf.identity]] for leaf in leaves if leaf.identity in by_identity} | known
    added = [leaf.path for leaf in leaves if leaf.path not in kept]
    kept |= {path: _from_miyagi(path, kept) for path in added}
    points = {leaf.path: leaf.maximum for leaf in leaves}

    def total(counts: Mapping[str, int]) -> int:
        return sum(points[path] * count for path, count in counts.items())

    def moved_by(factor: float) -> dict[str, int]:
        found = dict(kept)
        for group, (r7, r8) in HOKKAIDO.items():
            answered = {path: count for path, count in kept.items() if path.startswith(group + ".")}
            goal = total(answered) + factor * (r8 - r7) * NATION
            delta = root(lambda by, those=answered, wanted=goal: total(moved(those, by)) - wanted, -3.0, 3.0)
            found |= moved(answered, delta)
        return found

    wanted = AVERAGE * NATION // 1000
    counts = moved_by(root(lambda factor: total(moved_by(factor)) - wanted, 0.0, 3.0))
    # What rounding leaves: bodies of an item of one point, which is answered and far from none and all.
    spare = next(path for path in reversed(counts) if ".(ⅰ)." in path and points[path] == 1)
    counts[spare] += wanted - total(counts)
    return {path: (counts[path], _basis(path, known, added)) for path in points}


def _basis(path: str, known: Mapping[str, int], added: list[str]) -> str:
    if path in known:
        return PUBLISHED
    if path in added:
        return FROM_MIYAGI
    return MOVED if ".(ⅰ)." in path else AS_BEFORE


def _from_miyagi(path: str, kept: Mapping[str, int]) -> int:
    """The nation's count of a new item, before it moves with its group."""
    rates = miyagi()
    answered = [other for other in kept if ".(ⅰ)." in other]
    apart = sum(logit(kept[o] / NATION) - logit(rates[o] / MIYAGI_BODIES) for o in answered) / len(answered)
    return round(NATION / (1 + exp(-logit(rates[path] / MIYAGI_BODIES) - apart)))


def main() -> None:
    """Write the rows of R8 anew; those of the other years stay."""
    with COUNTS.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    rows = [row for row in rows if row[0] != YEAR]
    rows += [[YEAR, path, str(count), basis] for path, (count, basis) in estimate().items()]
    with COUNTS.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


if __name__ == "__main__":
    main()
