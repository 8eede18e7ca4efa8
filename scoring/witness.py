"""Examples made real: a population whose first body is in the wanted cells, scored before it is shown.

Others are copies of the first body, so that it ties with them and is first in every ranking; where it has to stand
lower, as many of them as needed are a little better.
"""

import csv
import io
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from typing import Any, Final

from attrs import define, frozen

from haiten.compiler.program import (
    Constant,
    Extremum,
    FactValue,
    Product,
    Program,
    Ranking,
    Rounded,
    ScoreValue,
    Sum,
    Value,
    Within,
    parts_of,
)
from haiten.compiler.regions import Amount, Assignment, Contrast, Regions, Standing, YesNo
from haiten.scoring.facts import CODE, GIVEN, NAME, YEAR, Body, Facts, numbers_from, schema_of, truth_from

_MOST_BODIES: Final = 200
_STEPS: Final = (1, 2, 5, 10, 50, 100, 1_000, 10_000)
_ROOM: Final = 5  # units from the bound, so that others can be better and worse
_MOST_SOLVED: Final = 20_000


@define(eq=False)
class Sheet:
    """One body of a witness: every column that the rulebook reads, none unknown."""

    numbers: dict[str, Fraction]
    answers: dict[str, bool]

    def copy(self) -> "Sheet":
        """A body that says the same."""
        return Sheet(dict(self.numbers), dict(self.answers))


@frozen(eq=False)
class Witness:
    """A population; its first body is the example."""

    sheets: tuple[Sheet, ...]

    def facts(self, program: Program) -> Facts:
        """The population as facts."""
        schema = schema_of(program)
        facts = Facts(tuple(Body(code, f"例{number}") for number, code in enumerate(_codes(len(self.sheets)), start=1)))
        for column in self.sheets[0].numbers:
            decimals = schema.numbers[column].decimals
            cells = [int(sheet.numbers[column] * 10**decimals) for sheet in self.sheets]
            facts.numbers[column] = numbers_from(cells, decimals)
        for column in self.sheets[0].answers:
            facts.answers[column] = truth_from([sheet.answers[column] for sheet in self.sheets])
        return facts

    def to_csv(self, program: Program) -> str:
        """The population as a fact file."""
        output = io.StringIO()
        writer = csv.writer(output)
        first = self.sheets[0]
        writer.writerow([CODE, NAME, YEAR, *first.numbers, *first.answers])
        for number, (code, sheet) in enumerate(zip(_codes(len(self.sheets)), self.sheets, strict=True), start=1):
            numbers = [_decimal(value) for value in sheet.numbers.values()]
            answers = ["○" if answer else "×" for answer in sheet.answers.values()]
            writer.writerow([code, f"例{number}", program.year, *numbers, *answers])
        return output.getvalue()


def _codes(size: int) -> list[str]:
    """Codes of five digits, which have no check digit to be wrong."""
    return [f"{10_001 + number}" for number in range(size)]


def _decimal(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.12g}"


def build_witness(program: Program, regions: Regions, at: Assignment) -> Witness | None:
    """A population whose first body is in these cells; None where none was found."""
    subject = _Maker(program, regions, at).subject()
    return None if subject is None else _population(program, regions, at, subject)


@frozen(eq=False)
class _Maker:
    program: Program
    regions: Regions
    at: Assignment

    def subject(self) -> Sheet | None:
        schema = schema_of(self.program)
        numbers = {column: _room(kind.fact) for column, kind in schema.numbers.items()}
        columns = [column for column in schema.answers if not column.startswith(GIVEN)]
        written = [c for c in columns if c not in self.program.nodes or not self.program.nodes[c].is_shared]
        sheet = Sheet(numbers, dict.fromkeys(written, False))
        open_ended = []
        for variable, cell in self.at.items():
            match variable:
                case YesNo(column=column):
                    sheet.answers[column] = bool(cell)
                case Amount(value=FactValue() as value):
                    sheet.numbers[value.column] = Fraction(cell)
                case Amount(value=value):
                    open_ended.append((value, self._same_cell(value, Fraction(cell))))
                case Contrast(left=left, right=right):
                    difference = Sum(((1, left), (-1, right)), left.unit)
                    open_ended.append((difference, _of_sign(int(cell))))
        for value, wanted in open_ended:
            if not self._solve(sheet, value, wanted):
                return None
        return sheet

    def _same_cell(self, value: Value, example: Fraction) -> Callable[[Fraction], bool]:
        """Whether a number reads like the example in all comparisons of the value."""
        bounds = [Fraction(cell) for cell in self.regions.cells(Amount(value))]
        bounds = [bound for bound in bounds if bound != example]

        def wanted(number: Fraction) -> bool:
            return number == example or not any(min(number, example) <= b <= max(number, example) for b in bounds)

        return wanted

    def _solve(self, sheet: Sheet, value: Value, wanted: Callable[[Fraction], bool]) -> bool:
        """Choose the facts that a computed value is made of so that it is as wanted."""
        columns = sorted({part.column: part for part in _facts_in(value)}.items())
        fixed = {v.value.column for v in self.at if isinstance(v, Amount) and isinstance(v.value, FactValue)}
        pools = [[sheet.numbers[c]] if c in fixed else list(_pool(part)) for c, part in columns]
        for number, cells in enumerate(product(*pools)):
            if number > _MOST_SOLVED:
                return False
            tried = {**sheet.numbers, **dict(zip((column for column, _ in columns), cells, strict=True))}
            result = value_of(value, tried)
            if result is not None and wanted(result):
                sheet.numbers.update(tried)
                return True
        return False


def _of_sign(sign: int) -> Callable[[Fraction], bool]:
    return lambda number: (number > 0) - (number < 0) == sign


def _room(fact: Any) -> Fraction:
    """A number of a fact that leaves room for better and for worse."""
    if fact is None:
        return Fraction(_ROOM)
    unit = Fraction(1, 10**fact.decimals)
    number = (fact.low if fact.low is not None else Fraction(0)) + _ROOM * unit
    return number if fact.high is None or number <= fact.high else Fraction(fact.high)


def _pool(value: FactValue) -> Iterator[Fraction]:
    fact = value.fact
    unit = Fraction(1, 10**fact.decimals)
    start = fact.low if fact.low is not None else Fraction(0)
    found = {start, *(start + unit * step for step in _STEPS), *(Fraction(step) for step in _STEPS)}
    found |= {-number for number in found} if fact.low is None else set()
    allowed = (n for n in found if (fact.low is None or n >= fact.low) and (fact.high is None or n <= fact.high))
    return iter(sorted(allowed))


def _facts_in(value: Value) -> Iterator[FactValue]:
    if isinstance(value, FactValue):
        yield value
    for part in parts_of(value):
        yield from _facts_in(part)


def value_of(value: Value, numbers: dict[str, Fraction]) -> Fraction | None:
    """A value that is computed from facts alone; None for any other, and where it divides by zero."""
    match value:
        case Constant(value=number):
            return number
        case FactValue():
            return numbers.get(value.column)
        case Sum(terms=terms):
            parts = [(sign, value_of(part, numbers)) for sign, part in terms]
            return (
                None
                if any(p is None for _, p in parts)
                else sum((s * p for s, p in parts if p is not None), Fraction(0))
            )
        case Product(factors=factors):
            result = Fraction(1)
            for exponent, factor in factors:
                part = value_of(factor, numbers)
                if part is None or (exponent < 0 and not part):
                    return None
                result = result * part if exponent > 0 else result / part
            return result
        case Extremum(parts=parts_in, greatest=greatest):
            inner = [value_of(part, numbers) for part in parts_in]
            known = [part for part in inner if part is not None]
            return None if len(known) < len(inner) else (max if greatest else min)(known)
        case Rounded(value=of, decimals=decimals, half_up=half_up):
            part = value_of(of, numbers)
            if part is None:
                return None
            scaled = abs(part) * 10**decimals + (Fraction(1, 2) if half_up else 0)
            return Fraction(int(scaled) * (1 if part >= 0 else -1), 10**decimals)
    return None


# Populations


def _population(program: Program, regions: Regions, at: Assignment, subject: Sheet) -> Witness | None:
    standings = {v.ranking: regions.standing(v.ranking, cell) for v, cell in at.items() if isinstance(v, Standing)}
    for size in range(1, _MOST_BODIES + 1):
        places = {ranking: _place(size, *steps) for ranking, steps in standings.items()}
        if None not in places.values():
            break
    else:
        return None
    sheets = [subject, *(subject.copy() for _ in range(size - 1))]
    for ranking, place in places.items():
        for sheet in sheets[1:place]:
            if not _improve(program, sheet, ranking):
                return None
    return Witness(tuple(sheets))


def _place(size: int, reached: Within | None, missed: Within | None) -> int | None:
    """The best place among so many bodies that reaches one step and misses another; None where there is none."""

    def within(step: Within, place: int) -> bool:
        return place <= (step.step if step.share is None else step.share * size)

    fitting = (
        place
        for place in range(1, size + 1)
        if (reached is None or within(reached, place)) and (missed is None or not within(missed, place))
    )
    return next(fitting, None)


def _improve(program: Program, sheet: Sheet, ranking: Ranking) -> bool:
    """Make a body strictly better in a ranking; whether that could be done."""
    if isinstance(ranking.value, ScoreValue):
        for column in sheet.answers:
            sheet.answers[column] = True
        return True
    before = value_of(ranking.value, sheet.numbers)
    for value in _facts_in(ranking.value):
        unit = Fraction(1, 10**value.fact.decimals)
        for step, sign in product(_STEPS, (1, -1)):
            changed = sheet.numbers[value.column] + sign * step * unit
            low, high = value.fact.low, value.fact.high
            if (low is not None and changed < low) or (high is not None and changed > high):
                continue
            after = value_of(ranking.value, {**sheet.numbers, value.column: changed})
            if before is None or after is None or after == before:
                continue
            if (after < before) == ranking.lower_is_better:
                sheet.numbers[value.column] = changed
                return True
    return False
