"""Facts for which several computed values come to lie where they should, all at once; or the proof that there are none.

Values that share no fact are looked at apart. What is linear (``linear_forms.py``) is decided exactly, in
integers of the facts' decimals, within their declared ranges; of facts that are multiplied with each other only some
are tried (``trial_facts.py``), so that they are found or left open.
"""

from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction
from itertools import product
from math import ceil, floor, lcm
from typing import Final

from attrs import field

from haiten.compiler.late import frozen
from haiten.compiler.program.evaluate import Datum, data_in, fact_of
from haiten.compiler.program.ranges import ends_of
from haiten.compiler.program.terms import Value
from haiten.compiler.proofs.cells import in_fixed_order
from haiten.compiler.proofs.integer_points import Constraint, Possibility, StepBudget, StepsUsedUpError, find_integers
from haiten.compiler.proofs.linear_forms import Alternatives, Interval, Need, Unknown, needs_within
from haiten.compiler.proofs.trial_facts import search

SOLVED_AT_ONCE: Final = 20_000  # steps for one system of facts; beyond them it is left open


@frozen(cache_hash=True)
class Wish:
    """A value that should lie in an interval."""

    value: Value
    interval: Interval

    def is_met(self, number: Fraction) -> bool:
        """Whether it does."""
        return not self.interval.excludes(number)


Wishes = frozenset[Wish]
FoundFacts = dict[str, Fraction] | Possibility


@frozen(eq=False)
class JointFacts:
    """Finds facts; what was found out once is kept."""

    _data: dict[Value, dict[str, Datum]] = field(factory=dict)
    _needs: dict[Wish, Alternatives | None] = field(factory=dict)
    _found: dict[Wishes, FoundFacts] = field(factory=dict)

    def find(self, wishes: Iterable[Wish], steps: StepBudget) -> FoundFacts:
        """Facts, by column, that meet all wishes; or that there are none, or that this was not decided."""
        found: dict[str, Fraction] = {}
        verdict = None
        for part in self.apart(wishes):
            one = self._find(part, steps)
            if isinstance(one, dict):
                found |= one
            elif one is Possibility.IMPOSSIBLE:
                return one
            else:
                verdict = one
        return verdict or found

    def find_near(self, wishes: Iterable[Wish], usual: Mapping[str, Fraction | None], steps: StepBudget) -> FoundFacts:
        """The same, and as many columns as usual as can be."""
        found: dict[str, Fraction] = {}
        for part in self.apart(wishes):
            one, asked = self._find(part, steps), part
            if not isinstance(one, dict):
                return one
            for column in sorted(one):
                datum, wanted = self._columns(part)[column], usual.get(column)
                more = asked | {Wish(datum, Interval(wanted, wanted))}
                if wanted not in (None, one[column]) and isinstance(better := self._find(more, steps), dict):
                    one, asked = better, more
            found |= one
        return found

    def apart(self, wishes: Iterable[Wish]) -> list[Wishes]:
        """Wishes in groups that share no fact."""
        group_of: dict[str, int] = {}
        groups: dict[int, set[Wish]] = {}
        for number, wish in enumerate(wishes):
            joined = {wish}
            for other in {group_of[column] for column in self._columns([wish]) if column in group_of}:
                joined |= groups.pop(other)
            groups[number] = joined
            group_of.update(dict.fromkeys(self._columns(joined), number))
        return [frozenset(group) for group in groups.values()]

    def _columns(self, wishes: Iterable[Wish]) -> dict[str, Datum]:
        columns: dict[str, Datum] = {}
        for wish in wishes:
            if wish.value not in self._data:
                self._data[wish.value] = {datum.column: datum for datum in data_in(wish.value)}
            columns |= self._data[wish.value]
        return columns

    def _find(self, wishes: Wishes, steps: StepBudget) -> FoundFacts:
        if wishes not in self._found:
            try:
                self._found[wishes] = self._solve(in_fixed_order(wishes), steps)
            except StepsUsedUpError:
                return Possibility.OPEN  # another question may have more steps left
        return self._found[wishes]

    def _solve(self, wishes: list[Wish], steps: StepBudget) -> FoundFacts:
        """Facts for wishes that hang together.

        Raises:
            StepsUsedUpError: there are no more steps.
        """
        data = self._columns(wishes)
        linear: list[Alternatives] = []
        others: list[Wish] = []
        for wish in wishes:
            if wish not in self._needs:
                self._needs[wish] = needs_within(wish.value, wish.interval)
            needs = self._needs[wish]
            if needs is None:
                others.append(wish)
            else:
                linear.append(needs)
        found = _solve_linear(linear, data, steps)
        if not others or not isinstance(found, dict):
            return found
        goals = [(wish.value, wish.is_met) for wish in wishes]
        for fixed in (frozenset(found), frozenset[str]()):
            tried = search(goals, found, fixed, steps)
            if tried is not None:
                return tried
        return Possibility.OPEN


def _solve_linear(linear: list[Alternatives], data: dict[str, Datum], steps: StepBudget) -> FoundFacts:
    """Facts that meet one alternative of each.

    Raises:
        StepsUsedUpError: whoever asks has no more steps.
    """
    left = StepBudget(SOLVED_AT_ONCE, steps)
    for chosen in product(*linear):
        if left.are_used_up:
            return Possibility.OPEN
        left.take()
        rows = _Rows(data)
        for needs in chosen:
            rows.add(needs)
        found = rows.solve(left)
        if isinstance(found, dict):
            return found
        if found is Possibility.OPEN:
            if steps.are_used_up:
                raise StepsUsedUpError
            return found
    return Possibility.IMPOSSIBLE


@frozen(eq=False)
class _Rows:
    """Needs as rows over numbered integer unknowns."""

    data: dict[str, Datum]
    numbers: dict[Hashable, int] = field(factory=dict)
    rows: list[Constraint] = field(factory=list)

    def add(self, needs: Iterable[Need]) -> None:
        for need in needs:
            self.rows.append(self._row(need))

    def _row(self, need: Need) -> Constraint:
        form = need.form
        scale = lcm(form.constant.denominator, *(c.denominator for c in form.terms.values()))
        terms = {self._number(unknown): int(c * scale) for unknown, c in form.terms.items()}
        return Constraint(terms, int(form.constant * scale) - need.strict, need.equal)

    def _number(self, unknown: Unknown) -> int:
        if unknown not in self.numbers:
            self.numbers[unknown] = number = len(self.numbers)
            if isinstance(unknown, str):
                self.rows.extend(_range_of(self.data[unknown], number))
        return self.numbers[unknown]

    def solve(self, steps: StepBudget) -> FoundFacts:
        found = find_integers(self.rows, steps)
        if isinstance(found, Possibility):
            return found
        values: dict[str, Fraction] = {}
        for column, datum in self.data.items():
            number = found.get(self.numbers[column], 0) if column in self.numbers else None
            if number is None:
                fact = fact_of(datum)
                ends = ends_of(fact) if fact else None
                low, high = (ends.low, ends.high) if ends else (Fraction(0), None)
                values[column] = low if low is not None else high if high is not None else Fraction(0)
            else:
                values[column] = Fraction(number, _units(datum))
        return values


def _units(datum: Datum) -> int:
    """How many units of its decimals make 1."""
    fact = fact_of(datum)
    return 10**fact.decimals if fact else 1


def _range_of(datum: Datum, number: int) -> list[Constraint]:
    fact = fact_of(datum)
    low, high = (fact.low, fact.high) if fact else (Fraction(0), None)
    rows = [] if low is None else [Constraint({number: 1}, -ceil(low * _units(datum)))]
    return rows if high is None else [*rows, Constraint({number: -1}, floor(high * _units(datum)))]
