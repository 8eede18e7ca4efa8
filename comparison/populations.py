"""Populations in which two versions of items may score differently, the likeliest first.

Numbers are drawn around all that conditions of either year compare or classify by, facts are found for computed values
on either side of each number, bodies tie or stand in a ladder, classes and the members of a のうち are mixed, and
sizes are those at which one step of a rank takes in a place that the other does not.
"""

import random
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain, pairwise
from math import ceil, floor
from typing import Final, TypeVar

from attrs import field

from haiten.comparison.common import NEW, CommonCells
from haiten.comparison.excerpt import Excerpt, FactCell
from haiten.compiler.late import frozen
from haiten.compiler.program.evaluate import Datum, data_in, fact_of, is_national, value_of
from haiten.compiler.program.terms import Compare, Condition, FactValue, PreviousScore, Sum, Value, Within
from haiten.compiler.program.walk import conditions_in, values_of
from haiten.compiler.proofs.cells import Assignment, ComparedValue, YesNo, sides
from haiten.compiler.syntax.years import without_year

_SIZES: Final = (1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 20)
_MOST_BODIES: Final = 2_000
_MOST_SIZES: Final = 8
_STEPS: Final = (1, 2, 3, 5, 10, 20, 50, 100, 1_000, 10_000)
_BEYOND: Final = 10**7  # units to where a range has no end
_SHARES: Final = (1.0, 0.8, 0.5, 0.2)  # of answers that say yes
_AT_ONCE: Final = 400  # bodies that are tried at once, where they do not touch each other
T = TypeVar("T")
FactRow = dict[str, FactCell | None]  # a body: a cell by column; None where it is not known
Rows = list[FactRow]


@frozen
class Grid:
    """The numbers that a column may hold in both years; ``closed``: they have a greatest one."""

    low: Fraction
    high: Fraction
    unit: Fraction
    closed: bool
    start: Fraction  # where counting begins: the least number, or zero where there is none

    def fits(self, number: Fraction) -> bool:
        """Whether the column may hold a number."""
        return self.low <= number <= self.high and (number / self.unit).denominator == 1


@frozen(eq=False)
class Populations:
    """Makes populations for the two versions of some items.

    Attributes:
        excerpt: the items in both years.
        cells: what its conditions read, in common terms.
        draw: the source of chance.
        examples: cells in which the two versions read differently, as far as conditions tell.
        focus: columns that nodes with other points read, where points are ranked or compared.
        pools: numbers worth trying, by column.
        templates: rows that are worth trying, as far as they are known.
    """

    excerpt: Excerpt
    cells: CommonCells
    draw: random.Random
    examples: tuple[Assignment, ...] = ()
    focus: tuple[str, ...] = ()
    grids: dict[str, Grid] = field(init=False)
    pools: dict[str, list[Fraction]] = field(init=False)
    templates: tuple[FactRow, ...] = field(init=False)

    @grids.default
    def _grids(self) -> dict[str, Grid]:
        columns, free = self.excerpt.columns.numbers, self.excerpt.free.numbers
        shared = {name: self._shared_grid(name, datum) for name, datum in columns.items()}
        return shared | {name: _grid(datum) for name, datum in free.items()}

    def _shared_grid(self, name: str, datum: Datum) -> Grid:
        """What a column of the old sheet may hold in both years; in the old one, where that is nothing."""
        fact = fact_of(datum)
        if fact is None or fact.members is not None or fact.then is not None:
            return _grid(datum)  # points, or what no rulebook declares
        matched, old = self.excerpt.matched, without_year(name)
        # A figure over members is called by what is written, in both years.
        after = old if old in matched.old.aggregates else matched.facts.after.get(old, "")
        known = [(program.facts | program.aggregates, at) for program, at in ((matched.old, old), (matched.new, after))]
        facts = [of[called] for of, called in known if called in of]
        grids = [_grid(FactValue(one)) for one in facts if one.unit == fact.unit]
        unit = max(grid.unit for grid in grids)
        low, high = max(grid.low for grid in grids), min(grid.high for grid in grids)
        if low > high:
            return _grid(datum)
        return Grid(low, high, unit, any(grid.closed for grid in grids), max(grid.start for grid in grids))

    @pools.default
    def _pools(self) -> dict[str, list[Fraction]]:
        bounds: dict[str, set[Fraction]] = {name: set() for name in self.grids}
        for value, found in self.cells.bounds.items():
            if isinstance(value, FactValue | PreviousScore):
                bounds.setdefault(value.column.removeprefix(NEW), set()).update(found)
        return {name: _usual_numbers(grid, bounds[name]) for name, grid in self.grids.items()}

    @templates.default
    def _templates(self) -> tuple[FactRow, ...]:
        differences = [(value, bound) for value, bounds in self.cells.bounds.items() for bound in sorted(bounds)]
        for part in self._parts():
            if isinstance(part, Compare) and sides(part)[1] is None:
                differences.append((Sum(((1, part.left), (-1, part.right)), part.left.unit), Fraction(0)))
        computed = (pair for pair in differences if not isinstance(pair[0], FactValue | PreviousScore))
        around = chain.from_iterable(self._around(value, bound) for value, bound in computed)
        return (*map(self._row_in, self.examples), *around)

    def _parts(self) -> Iterator[Condition]:
        return chain.from_iterable(map(conditions_in, self.cells.conditions))

    @property
    def is_ranked(self) -> bool:
        """Whether the points of a body depend on the other bodies."""
        return any(isinstance(p, Within) or any(map(is_national, values_of(p))) for p in self._parts())

    def _around(self, value: Value, bound: Fraction) -> Iterator[FactRow]:
        """Facts that differ by one unit of one of them, between which a computed value passes a number."""
        columns = [datum.column for datum in data_in(value) if datum.column in self.grids]
        for column in dict.fromkeys(columns):
            grid = self.grids[column]
            for _ in range(4):
                row: dict[str, Fraction | None] = {name: self.draw.choice(self.pools[name]) for name in columns}

                def side(place: int, row: dict[str, Fraction | None] = row) -> int | None:
                    number = value_of(value, {**row, column: place * grid.unit})  # noqa: B023 - used in this round
                    return None if number is None else (number > bound) - (number < bound)

                low, high = int(grid.low / grid.unit), int(grid.high / grid.unit)
                first, last = side(low), side(high)
                if first is None or last is None or first == last:
                    continue
                while high - low > 1:
                    middle = (low + high) // 2
                    low, high = (middle, high) if side(middle) == first else (low, middle)
                for place in (low, high):
                    yield {**row, column: place * grid.unit}

    def _row_in(self, at: Assignment) -> FactRow:
        """What some cells say of the columns, as far as they are answers, facts or computed from facts."""
        row: FactRow = {v.column.removeprefix(NEW): bool(cell) for v, cell in at.items() if isinstance(v, YesNo)}
        plain = {v.value: Fraction(cell) for v, cell in at.items() if isinstance(v, ComparedValue)}
        usual = {datum.column: cell for datum, cell in plain.items() if isinstance(datum, FactValue | PreviousScore)}
        start = {column: pool[0] for column, pool in self.pools.items()}
        found = self.cells.joint.find_near(self.cells.wishes(at), {**start, **usual}, self.cells.question())
        for name, number in found.items() if isinstance(found, dict) else ():
            column = name.removeprefix(NEW)
            if self._may_hold(column, number):
                row[column] = number
        return row

    def _may_hold(self, column: str, number: Fraction | None) -> bool:
        return column in self.grids and number is not None and self.grids[column].fits(number)

    # Populations

    def made(self, most: int) -> Iterator[Rows]:
        """So many populations, the likeliest first; of bodies that do not touch each other a few large ones."""
        if not self.is_ranked:
            yield [self._filled(row) for row in (*self.templates, {})]
            yield from ([self._row(self.draw.choice(_SHARES)) for _ in range(_AT_ONCE)] for _ in range(4))
            return
        ladders = [(size, column) for size in self._critical_sizes() for column in self._ranked_columns()]
        yield from (self._ladder(size, column) for size, column in ladders)
        yield from (self._mixed(_SIZES[number % len(_SIZES)]) for number in range(most - len(ladders)))

    def _answers(self) -> list[str]:
        return [*self.excerpt.columns.answers, *self.excerpt.free.answers]

    def _filled(self, row: FactRow) -> FactRow:
        plain: FactRow = dict.fromkeys(self._answers(), False)
        plain |= {name: pool[0] for name, pool in self.pools.items()}
        return plain | {name: cell for name, cell in row.items() if name in plain}

    def _row(self, share: float) -> FactRow:
        row: FactRow = {name: self.draw.random() < share for name in self._answers()}
        row |= {name: self.draw.choice(pool) for name, pool in self.pools.items()}
        if self.templates and self.draw.random() < 0.5:
            row |= {name: cell for name, cell in self.draw.choice(self.templates).items() if name in row}
        return row

    def _ladder(self, size: int, column: str) -> Rows:
        """All alike and in all subsets, but each a step above the next in one number."""
        base = self._row(1.0) | dict.fromkeys(self._answers(), True)
        return [base | {column: number} for number in self._rungs(column, size)]

    def _rungs(self, column: str, size: int) -> list[Fraction]:
        grid = self.grids[column]
        widest = (grid.high - grid.low) / grid.unit // max(1, size)
        step = self.draw.choice([step for step in _STEPS if step <= widest] or [1]) * grid.unit
        start = self.draw.choice([grid.start, min(self.draw.choice(self.pools[column]), grid.high - step * size)])
        return [min(grid.high, max(grid.low, start) + step * number) for number in range(size)]

    def _mixed(self, size: int) -> Rows:
        """Each number and the answers in a way of their own: a few values with ties, a ladder, or the same for all."""
        draw = self.draw
        share = draw.choice(_SHARES)
        rows = [self._row(share) for _ in range(size)]
        if self.focus and draw.random() < 0.8:
            return self._focused(rows[0], size)
        if draw.random() < 0.4:
            base = rows[0]  # alike but for a few answers
            rows = [base | {name: draw.random() < 0.5 for name in self._some(self._answers(), 3)} for _ in rows]
        for name, pool in self.pools.items():
            manner = draw.random()
            if manner < 0.45:
                few = self._few(name) if draw.random() < 0.5 else self._some(pool, 4)
                cells = [draw.choice(few) for _ in rows]
            elif manner < 0.65:
                cells = self._rungs(name, size)
                draw.shuffle(cells)
            elif manner < 0.8:
                cells = [draw.choice(pool)] * size
            else:
                continue
            rows = [row | {name: cell} for row, cell in zip(rows, cells, strict=True)]
        if self.pools and draw.random() < 0.4:
            rows = self._sorted(rows)
        for template in self._some(self.templates, draw.randrange(3)):
            rows[draw.randrange(size)] |= {name: cell for name, cell in template.items() if name in rows[0]}
        if draw.random() < 0.1:
            rows = [row | dict.fromkeys(name for name in row if draw.random() < 0.1) for row in rows]
        return rows

    def _sorted(self, rows: Rows) -> Rows:
        """With some columns that rise or fall together: members of a のうち or a class may be the worst of all."""
        draw, key = self.draw, self.draw.choice(list(self.pools))
        rows = sorted(rows, key=lambda row: row[key])  # type: ignore[arg-type, return-value] # one kind
        for name in (name for name in rows[0] if name != key and draw.random() < 0.6):
            cells = sorted((row[name] for row in rows), reverse=draw.random() < 0.5)  # type: ignore[type-var] # of one kind
            rows = [row | {name: cell} for row, cell in zip(rows, cells, strict=True)]
        return rows

    def _few(self, column: str) -> list[Fraction]:
        """Numbers close together, and one far away: a mean is not a median."""
        grid, centre = self.grids[column], self.draw.choice(self.pools[column])
        close = [n for n in (centre, centre + grid.unit, centre - grid.unit) if grid.fits(n)]
        return [*close, *close, self.draw.choice([grid.low, grid.high])]

    def _focused(self, base: FactRow, size: int) -> Rows:
        """Alike but for what gives other points now, and a few answers that may outweigh it."""
        draw, few = self.draw, self._some(self._answers(), 3)
        base = base | dict.fromkeys(few, False)
        pools = {name: self._some(self.pools[name], 4) for name in self.focus if name in self.pools}
        rows = []
        for _ in range(size):
            row = dict(base)
            for name in self.focus:
                row[name] = draw.choice(pools[name]) if name in pools else draw.random() < 0.5
            rows.append(row | {name: draw.random() < 0.5 for name in few})
        return rows

    def _some(self, items: Iterable[T], most: int) -> list[T]:
        listed = list(items)
        return self.draw.sample(listed, min(len(listed), most))

    # Ranks

    def _steps(self) -> list[Within]:
        return list(dict.fromkeys(part for part in self._parts() if isinstance(part, Within)))

    def _ranked_columns(self) -> list[str]:
        values = dict.fromkeys(step.ranking.value for step in self._steps())
        columns = dict.fromkeys(datum.column.removeprefix(NEW) for value in values for datum in data_in(value))
        return [column for column in columns if column in self.grids]

    def _critical_sizes(self) -> list[int]:
        """The fewest bodies of which one step takes in a place more than another, and of which it takes in one."""
        steps = sorted({(step.share, step.step) for step in self._steps()}, key=lambda pair: (pair[0] or 0, pair[1]))
        found: list[int] = []
        for one, other in pairwise(steps):
            apart = (n for n in range(1, _MOST_BODIES) if _places(*one, n) != _places(*other, n))
            found += [size for size in (next(apart, None),) if size is not None]
        found += [ceil(1 / share) for share, _ in steps if share]
        found += [int(step) + 1 for share, step in steps if share is None]
        return sorted({min(size, _MOST_BODIES) for size in found})[:_MOST_SIZES]


def _places(share: Fraction | None, step: Fraction, size: int) -> int:
    """How many places of so many a step takes in."""
    return min(size, floor(step if share is None else share * size))


def _grid(datum: Datum) -> Grid:
    fact = fact_of(datum)
    unit = Fraction(1, 10**fact.decimals) if fact else Fraction(1)
    low, high = (fact.low, fact.high) if fact else (Fraction(0), None)
    start = low if low is not None else min(Fraction(0), high if high is not None else Fraction(0))
    low = start - _BEYOND * unit if low is None else ceil(low / unit) * unit
    end = start + _BEYOND * unit if high is None else floor(high / unit) * unit
    return Grid(low, end, unit, high is not None, ceil(start / unit) * unit)


def _usual_numbers(grid: Grid, bounds: Iterable[Fraction]) -> list[Fraction]:
    """Numbers worth trying: beside all that it is compared with, at the ends of its range, small and round ones."""
    around = {number + step * grid.unit for number in bounds for step in (-1, 0, 1)}
    around |= {grid.start + grid.unit * step for step in (0, *_STEPS)} | {Fraction(step) for step in _STEPS}
    around |= {grid.high, grid.high - grid.unit} if grid.closed else set()
    return sorted(number for number in around if grid.fits(number))
