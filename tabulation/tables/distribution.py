"""How points are distributed: mean, median, standard deviation, quartiles, by group (規模別)."""

from collections.abc import Iterator
from fractions import Fraction
from math import isqrt
from typing import Final

import numpy as np

from haiten.compiler.program.fact_columns import WHOLE
from haiten.tabulation.population.groups import Values
from haiten.tabulation.population.parts import TOTAL, NodeGroup, grants_of
from haiten.tabulation.population.population import Population
from haiten.tabulation.table import AVERAGE, BODIES, POINTS, Column, Row, Table, TableValue, between, filled

_FINE: Final = 10**12


def distribution_table(population: Population) -> Table:
    """A row per grant (and in total) and group: size, mean, median, standard deviation, quartiles, extremes."""
    program = population.scores.program
    rows = []
    for part in grants_of(program):
        for name, (certain, possible) in zip(population.names, _columns(population, part), strict=True):
            unknown = int(np.count_nonzero(certain != possible))
            figures = summary(certain, possible)
            rows.append(Row((part.headings[0], name, *figures, unknown or None), strong=name == population.names[0]))
    measures = [("団体数", BODIES), ("平均", AVERAGE), ("中央値", AVERAGE), ("標準偏差", AVERAGE), ("最低", POINTS)]
    measures += [("第1四分位", AVERAGE), ("第3四分位", AVERAGE), ("最高", POINTS), ("未確定", BODIES)]
    columns = (Column("交付金"), Column("区分"), *(Column(name, figure) for name, figure in measures))
    notes = [
        "標準偏差は団体数で割ったもの（母標準偏差）、四分位は間を比例で補ったもの（Excel の QUARTILE.INC と同じ）。"
    ]
    if population.undecided.any():
        notes.append("得点の確定しない団体があれば、標準偏差は示さない。")
    title = f"{program.year} 得点の分布"
    return filled(Table("分布", title, columns, tuple(rows), 2, (*notes, *population.notes)))


def _columns(population: Population, part: NodeGroup) -> Iterator[tuple[Values, Values]]:
    """The points of the bodies of the nation and of every group, by ``population.names``."""
    nation = population.nation
    if nation is not None and not population.is_national:
        spread = nation.spread(WHOLE if part.name == TOTAL else part.name)
        yield np.repeat(spread.certain, spread.counts), np.repeat(spread.possible, spread.counts)
    certain, possible = part.points(population.scores)
    for groups in population.all_groups:
        for place in range(len(groups.names)):
            chosen = groups.labels == place
            yield certain[chosen], possible[chosen]


def summary(certain: Values, possible: Values) -> tuple[TableValue, ...]:
    """Size, mean, median, population standard deviation, least, first and third quartile, greatest; exact.

    Where points are not decided, all but the deviation are ranges: what stands at a place grows with all points.
    """
    size = len(certain)
    if not size:
        return (0, *[None] * 7)
    least, most = _measures(certain), _measures(possible)
    mean, median, low, first, third, high = (between(*pair) for pair in zip(least, most, strict=True))
    deviation = _deviation(certain) if bool((certain == possible).all()) else None
    return (size, mean, median, deviation, low, first, third, high)


def _measures(points: Values) -> tuple[int | Fraction, ...]:
    ordered: list[int] = np.sort(points).tolist()
    first, median, third = (_quantile(ordered, Fraction(quarter, 4)) for quarter in (1, 2, 3))
    return (Fraction(sum(ordered), len(ordered)), median, ordered[0], first, third, ordered[-1])


def _deviation(points: Values) -> Fraction:
    values: list[int] = points.tolist()
    size, total = len(values), sum(values)
    return root(Fraction(size * sum(point * point for point in values) - total * total, size * size))


def _quantile(ordered: list[int], share: Fraction) -> Fraction:
    """The value at a share of the way from the first to the last, neighbours joined by a line."""
    place = share * (len(ordered) - 1)
    low = place.numerator // place.denominator
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def root(value: Fraction) -> Fraction:
    """The square root, cut off at twelve decimals: it rounds to fewer decimals just as the exact root does."""
    return Fraction(isqrt(value.numerator * _FINE**2 // value.denominator), _FINE)
