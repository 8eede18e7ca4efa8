"""Writes r8.csv: 35 invented bodies that have each item of R8 as often as 宮城県's 35 municipalities do.

Who has what is drawn; how many have each item is published (``counts.csv``), so that every average and rate of the
prefecture comes out. Ranks are of the nation, so the items of a rank stand as outcomes (所与), not as values.
"""

import csv
import random
from pathlib import Path
from typing import Final

import haiten

HERE: Final = Path(__file__).parent
RULES: Final = HERE.parents[1] / "rules" / "r8" / "municipal.haiten"
BODIES: Final = 35
# Of these only one side counts, so that who has one has none of the others.
ANY_ONE: Final = ("推進.Ⅳ.成果.1", "推進.Ⅳ.成果.3", "推進.Ⅳ.成果.5", "支援.Ⅰ.(ⅱ).9")
# How much a body's place among all shows in its answers; chosen so that the best come near the published 597.
PULL: Final = 0.4
# 今年度の評価得点 ranks what all other items come to.
OWN_SCORE: Final = "推進.Ⅰ.(ⅱ).1"


def check_digit(code: str) -> str:
    """The sixth digit of a 団体コード."""
    return str((11 - sum(int(d) * w for d, w in zip(code, (6, 5, 4, 3, 2), strict=True)) % 11) % 10)


def answers(counts: dict[str, int], seed: int = 1) -> dict[str, list[bool]]:
    """Who has each item, by path: as many bodies as ``counts`` says; who has a step has those below it."""
    draw = random.Random(seed)
    ability = [draw.gauss(0, 1) for _ in range(BODIES)]
    likely: dict[str, list[float]] = {}
    found: dict[str, list[bool]] = {}
    for path, count in counts.items():
        if path.startswith(OWN_SCORE + "."):
            continue
        indicator = ".".join(path.split(".")[:4])
        side = ".".join(path.split(".")[:5])
        steps = ".(ⅱ)." in path or ".成果." in path
        # The steps of one rank are one order of the bodies; other items have orders of their own.
        order = side if indicator in ANY_ONE or path != side else indicator
        if not steps or order not in likely:
            likely[order] = [PULL * able + draw.gauss(0, 1) for able in ability]
        others = {
            body
            for other, having in found.items()
            if indicator in ANY_ONE and other.startswith(indicator + ".") and not other.startswith(side)
            for body in range(BODIES)
            if having[body]
        }
        among = sorted(set(range(BODIES)) - others, key=lambda body: -likely[order][body])
        chosen = set(among[:count])
        assert len(chosen) == count, path
        found[path] = [body in chosen for body in range(BODIES)]
    points = {leaf.path: leaf.maximum for leaf in haiten.compile(RULES).program.leaves}
    worth = {path: points[path] * (2 if path.startswith("推進.Ⅳ.") else 1) for path in found}
    scores = [sum(worth[path] for path in found if found[path][body]) for body in range(BODIES)]
    best = sorted(range(BODIES), key=lambda body: -scores[body])
    for path, count in counts.items():
        if path.startswith(OWN_SCORE + "."):
            found[path] = [body in best[:count] for body in range(BODIES)]
    return {path: found[path] for path in counts}


def main() -> None:
    """Write the file."""
    with (HERE / "counts.csv").open(encoding="utf-8", newline="") as file:
        counts = {row["path"]: int(row["municipalities"]) for row in csv.DictReader(file)}
    having = answers(counts)
    with (HERE / "r8.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["団体コード", "団体名", "都道府県", "年度", "属性.データ", *having])
        for body in range(BODIES):
            plain = f"{54_001 + body}"
            marks = ["○" if column[body] else "×" for column in having.values()]
            writer.writerow([plain + check_digit(plain), f"団体{body + 1:02d}", "宮城県", "令和8年度", "合成", *marks])


if __name__ == "__main__":
    main()
