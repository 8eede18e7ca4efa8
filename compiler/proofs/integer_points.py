"""Integers that meet linear constraints, or the proof that there are none.

The Omega test (W. Pugh, *The Omega test: a fast and practical integer programming algorithm for dependence analysis*,
1991): equations are solved one after the other, by Euclid's algorithm on their coefficients; then one unknown after
the other is eliminated from the inequalities. Where its coefficients leave no gap between the integers, what remains
has a solution if and only if the whole has one. Elsewhere the *dark shadow*, which asks for room for an integer, is
tried first; then, if the *real shadow*, which does not, has a solution, every place near a lower bound where an integer
could still be (*splinters*), or every number of an unknown that can be but few. So the answer is exact, and it is found
in finitely many steps, of which no more are taken than are allowed.
"""

from collections.abc import Iterable, Iterator
from enum import Enum
from math import gcd

from haiten.compiler.late import define, frozen

Terms = dict[int, int]  # coefficients of unknowns, none of them 0


@frozen
class Constraint:
    """``terms · unknowns + constant`` is at least 0, or 0 where ``equal``."""

    terms: Terms
    constant: int
    equal: bool = False


class Possibility(Enum):
    """What is known of whether something can be."""

    POSSIBLE = "possible"
    IMPOSSIBLE = "impossible"
    OPEN = "open"  # the steps did not suffice, or it is of a kind that is not decided


@define
class StepBudget:
    """How many steps may still be taken, and those of the whole that they are part of.

    A step is a row that is made, or whatever else is as much work: it is the same on every machine.
    """

    left: int
    whole: "StepBudget | None" = None

    @property
    def are_used_up(self) -> bool:
        """Whether there are none left."""
        return not self.left or (self.whole is not None and self.whole.are_used_up)

    def spend(self, number: int) -> None:
        """Take some, or all that are left."""
        self.left = max(0, self.left - number)
        if self.whole is not None:
            self.whole.spend(number)

    def take(self, number: int = 1) -> None:
        """Take some.

        Raises:
            StepsUsedUpError: there are not so many.
        """
        if self.left < number:
            self.left = 0
            raise StepsUsedUpError
        self.left -= number
        if self.whole is not None:
            self.whole.take(number)


class StepsUsedUpError(Exception):
    """Inside the compiler only: it is reported as open."""


def find_integers(rows: Iterable[Constraint], steps: StepBudget) -> dict[int, int] | Possibility:
    """Integers that meet all rows, by unknown (those that no row reads are left out); or IMPOSSIBLE, or OPEN."""
    listed = list(rows)
    fresh = 1 + max((unknown for row in listed for unknown in row.terms), default=0)
    try:
        found = _Search(steps, fresh).solve(listed)
    except StepsUsedUpError:
        return Possibility.OPEN
    if found is None:
        return Possibility.IMPOSSIBLE
    return {unknown: number for unknown, number in found.items() if unknown < fresh}


@define
class _Search:
    steps: StepBudget
    fresh: int  # the next unknown that nobody uses

    def solve(self, rows: list[Constraint]) -> dict[int, int] | None:
        """Integers that meet the rows; None where there are none."""
        replaced: list[tuple[int, Constraint]] = []
        tight = _tightened(rows)
        while tight is not None and (equation := _simplest_equation(tight)) is not None:
            unknown, by = self._solved_for(equation)
            replaced.append((unknown, by))
            self.steps.take(len(tight))
            tight = _tightened(_substituted(row, unknown, by) for row in tight)
        found = None if tight is None else self._eliminate(tight)
        if found is None:
            return None
        for unknown, by in reversed(replaced):
            found[unknown] = _value(by, found)
        return found

    def _solved_for(self, equation: Constraint) -> tuple[int, Constraint]:
        """An unknown, and what it is in terms of others; of a new one too, where no coefficient is 1."""
        unknown = min(equation.terms, key=lambda u: (abs(equation.terms[u]), u))
        pivot = equation.terms[unknown]
        others = {u: c for u, c in equation.terms.items() if u != unknown}
        if abs(pivot) == 1:
            return unknown, Constraint({u: -pivot * c for u, c in others.items()}, -pivot * equation.constant)
        # As in Euclid's algorithm: the new unknown takes all that the pivot divides, and remainders stay.
        quotients = {u: -(c // pivot) for u, c in others.items() if c // pivot}
        new, self.fresh = self.fresh, self.fresh + 1
        return unknown, Constraint({new: 1, **quotients}, -(equation.constant // pivot))

    def _eliminate(self, rows: list[Constraint]) -> dict[int, int] | None:
        """Integers that meet inequalities; None where there are none."""
        if not rows:
            return {}
        unknown, exact = _easiest(rows)
        lower = [row for row in rows if row.terms.get(unknown, 0) > 0]
        upper = [row for row in rows if row.terms.get(unknown, 0) < 0]
        rest = [row for row in rows if unknown not in row.terms]
        self.steps.take(len(lower) * len(upper) + 1)
        if exact:
            found = self.solve([*rest, *_shadow(lower, upper, unknown, dark=False)])
            return None if found is None else _placed(found, unknown, lower, upper)
        found = self.solve([*rest, *_shadow(lower, upper, unknown, dark=True)])
        if found is not None:
            return _placed(found, unknown, lower, upper)
        if self.solve([*rest, *_shadow(lower, upper, unknown, dark=False)]) is None:
            return None
        return self._split(rows, lower, max(-row.terms[unknown] for row in upper), unknown)

    def _split(
        self, rows: list[Constraint], lower: list[Constraint], steepest: int, unknown: int
    ) -> dict[int, int] | None:
        """By every place near a lower bound, or by every number of an unknown that can be but few."""
        gaps = []
        for row in lower:
            pivot = row.terms[unknown]
            gaps.append((row, range((steepest * pivot - steepest - pivot) // steepest + 1)))
        places = (Constraint(row.terms, row.constant - gap, equal=True) for row, near in gaps for gap in near)
        narrow = _narrowest(rows)
        if narrow is not None and narrow[2] - narrow[1] < sum(near.stop for _, near in gaps):
            places = (Constraint({narrow[0]: 1}, -number, equal=True) for number in range(narrow[1], narrow[2] + 1))
        for place in places:
            self.steps.take(len(rows))
            found = self.solve([*rows, place])
            if found is not None:
                return found
        return None


def _tightened(rows: Iterable[Constraint]) -> list[Constraint] | None:
    """Rows without common divisors, the strictest of those with the same terms; two that face each other as one.

    None where one of them, or two that face each other, cannot be met.
    """
    strictest: dict[tuple[tuple[int, int], ...], int] = {}
    equations: list[Constraint] = []
    for row in rows:
        if not row.terms:
            if row.constant < 0 or (row.equal and row.constant):
                return None
            continue
        divisor = gcd(*row.terms.values())
        if row.equal and row.constant % divisor:
            return None
        constant = row.constant // divisor  # for an inequality: down, to the next integer that can be met
        terms = {u: c // divisor for u, c in row.terms.items()} if divisor > 1 else row.terms
        if row.equal:
            equations.append(Constraint(terms, constant, equal=True))
            continue
        key = tuple(sorted(terms.items()))
        strictest[key] = min(strictest.get(key, constant), constant)
    made = []
    for key, constant in strictest.items():
        facing = strictest.get(tuple((u, -c) for u, c in key))
        if facing is not None and constant + facing <= 0:
            if constant + facing < 0:
                return None
            if key[0][1] > 0:
                equations.append(Constraint(dict(key), constant, equal=True))
            continue
        made.append(Constraint(dict(key), constant))
    return [*equations, *made]


def _simplest_equation(rows: list[Constraint]) -> Constraint | None:
    """The equation with the smallest coefficient."""
    equations = (row for row in rows if row.equal)
    return min(equations, key=lambda row: min(map(abs, row.terms.values())), default=None)


def _substituted(row: Constraint, unknown: int, by: Constraint) -> Constraint:
    factor = row.terms.get(unknown)
    if factor is None:
        return row
    terms = {u: c for u, c in row.terms.items() if u != unknown}
    for other, coefficient in by.terms.items():
        terms[other] = terms.get(other, 0) + factor * coefficient
    return Constraint({u: c for u, c in terms.items() if c}, row.constant + factor * by.constant, row.equal)


def _value(row: Constraint, found: dict[int, int]) -> int:
    """What a row comes to; an unknown that nothing has restricted is 0."""
    return row.constant + sum(coefficient * found.setdefault(u, 0) for u, coefficient in row.terms.items())


def _easiest(rows: list[Constraint]) -> tuple[int, bool]:
    """The unknown whose elimination makes the fewest rows, and whether what remains then says all."""
    lower: dict[int, list[int]] = {}
    upper: dict[int, list[int]] = {}
    for row in rows:
        for unknown, coefficient in row.terms.items():
            (lower if coefficient > 0 else upper).setdefault(unknown, []).append(abs(coefficient))

    def cost(unknown: int) -> tuple[bool, int, int, int]:
        below, above = lower.get(unknown, []), upper.get(unknown, [])
        gaps = max(below, default=1) > 1 and max(above, default=1) > 1
        made = len(below) * len(above) - len(below) - len(above)
        return gaps, made, max([*below, *above]), unknown

    best = min({*lower, *upper}, key=cost)
    return best, not cost(best)[0]


def _narrowest(rows: list[Constraint]) -> tuple[int, int, int] | None:
    """The unknown that can be the fewest numbers, and the least and greatest of them; None where none is bounded."""
    least: dict[int, int] = {}
    most: dict[int, int] = {}
    for row in rows:
        if len(row.terms) == 1:  # its coefficient is 1 or -1, as rows have no common divisor
            ((unknown, coefficient),) = row.terms.items()
            (least if coefficient > 0 else most)[unknown] = -coefficient * row.constant
    bounded = [(unknown, low, most[unknown]) for unknown, low in least.items() if unknown in most]
    return min(bounded, key=lambda bounds: (bounds[2] - bounds[1], bounds[0]), default=None)


def _shadow(lower: list[Constraint], upper: list[Constraint], unknown: int, *, dark: bool) -> Iterator[Constraint]:
    """What the bounds of an unknown ask of the others: that there is a number between, or surely an integer (dark)."""
    for low in lower:
        for high in upper:
            below, above = low.terms[unknown], -high.terms[unknown]
            terms = {u: above * c for u, c in low.terms.items() if u != unknown}
            for u, c in high.terms.items():
                if u != unknown:
                    terms[u] = terms.get(u, 0) + below * c
            room = (below - 1) * (above - 1) if dark else 0
            constant = above * low.constant + below * high.constant - room
            yield Constraint({u: c for u, c in terms.items() if c}, constant)


def _placed(found: dict[int, int], unknown: int, lower: list[Constraint], upper: list[Constraint]) -> dict[int, int]:
    """The unknown as near to 0 as its bounds allow, the others being known."""

    def rest(row: Constraint) -> int:
        return _value(Constraint({u: c for u, c in row.terms.items() if u != unknown}, row.constant), found)

    least = max((-(rest(row) // row.terms[unknown]) for row in lower), default=None)
    most = min((rest(row) // -row.terms[unknown] for row in upper), default=None)
    number = 0
    if least is not None and least > 0:
        number = least
    elif most is not None and most < 0:
        number = most
    found[unknown] = number
    return found
