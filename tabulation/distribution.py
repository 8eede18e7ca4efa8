"""How points are distributed: mean, median, standard deviation, quartiles, by group (規模別)."""

from fractions import Fraction
from math import isqrt
from typing import Final

import numpy as np

from haiten.tabulation.groups import Values
from haiten.tabulation.parts import grants_of
from haiten.tabulation.population import Population
from haiten.tabulation.table import AVERAGE, BODIES, POINTS, Cell, Column, Row, Table, filled

_FINE: Final = 10**12


def distribution_table(population: Population) -> Table:
    """A row per grant (and in total) and group: size, mean, median, standard deviation, quartiles, extremes."""
    scores, program = population.scores, population.scores.program
    rows = []
    for part in grants_of(program):
        points, _ = part.points(scores)
        for depth, groups in enumerate(population.all_groups):
            for place, name in enumerate(groups.names):
                chosen = groups.labels == place
                unknown = int(population.undecided[chosen].sum())
                figures = summary(points[chosen])
                rows.append(Row((part.headings[0], name, *figures, unknown or None), strong=not depth))
    measures = [("団体数", BODIES), ("平均", AVERAGE), ("中央値", AVERAGE), ("標準偏差", AVERAGE), ("最低", POINTS)]
    measures += [("第1四分位", AVERAGE), ("第3四分位", AVERAGE), ("最高", POINTS), ("未確定", BODIES)]
    columns = (Column("交付金"), Column("区分"), *(Column(name, figure) for name, figure in measures))
    notes = (
        "標準偏差は団体数で割ったもの（母標準偏差）、四分位は間を比例で補ったもの（Excel の QUARTILE.INC と同じ）。",
    )
    title = f"{program.year} 得点の分布"
    return filled(Table("分布", title, columns, tuple(rows), 2, (*notes, *population.notes)))


def summary(points: Values) -> tuple[Cell, ...]:
    """Size, mean, median, population standard deviation, least, first and third quartile, greatest; exact."""
    size = len(points)
    if not size:
        return (0, *[None] * 7)
    ordered: list[int] = np.sort(points).tolist()
    total = sum(ordered)
    variance = Fraction(size * sum(point * point for point in ordered) - total * total, size * size)
    first, median, third = (_quantile(ordered, Fraction(quarter, 4)) for quarter in (1, 2, 3))
    return (size, Fraction(total, size), median, root(variance), ordered[0], first, third, ordered[-1])


def _quantile(ordered: list[int], share: Fraction) -> Fraction:
    """The value at a share of the way from the first to the last, neighbours joined by a line."""
    place = share * (len(ordered) - 1)
    low = place.numerator // place.denominator
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def root(value: Fraction) -> Fraction:
    """The square root, cut off at twelve decimals: it rounds to fewer decimals just as the exact root does."""
    return Fraction(isqrt(value.numerator * _FINE**2 // value.denominator), _FINE)
