"""What a value has to be, said as linear constraints on the facts that it is made of.

Sums, differences, multiples and quotients are linear as long as facts are not multiplied with each other: ``a ÷ b が c
以上`` is ``a − c·b ≥ 0`` where b is positive, and the other way where it is negative, so that the two are told apart.
最大 and 最小 are as many alternatives as they have parts; 四捨五入 and its kin turn bounds into bounds
on what they round.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import product
from typing import Final, assert_never

from haiten.compiler.changing import evolve
from haiten.compiler.late import frozen
from haiten.compiler.program.ranges import ends_of
from haiten.compiler.program.terms import (
    Constant,
    Extremum,
    FactValue,
    PreviousScore,
    Product,
    RankValue,
    Rounded,
    ScoreValue,
    Statistic,
    Sum,
    Value,
)
from haiten.compiler.syntax.roundings import RoundingWay

MOST_ALTERNATIVES: Final = 256  # of one value; what has more is left open

Unknown = str | Rounded  # a column; what a rounding comes to, in units of its decimals


@frozen
class Affine:
    """A sum of multiples of unknowns and a constant; no coefficient is 0."""

    terms: dict[Unknown, Fraction]
    constant: Fraction

    def plus(self, other: "Affine", factor: Fraction = Fraction(1)) -> "Affine":
        """The sum with a multiple of another."""
        terms = dict(self.terms)
        for unknown, coefficient in other.terms.items():
            terms[unknown] = terms.get(unknown, Fraction(0)) + factor * coefficient
        return Affine({u: c for u, c in terms.items() if c}, self.constant + factor * other.constant)

    def times(self, factor: Fraction) -> "Affine":
        """A multiple."""
        return NOTHING.plus(self, factor)

    def over(self, other: "Affine") -> Fraction | None:
        """The number that this is a multiple of the other by; None where it is none."""
        if self.terms.keys() != other.terms.keys():
            return None
        pairs = [(c, other.terms[u]) for u, c in self.terms.items()] + [(self.constant, other.constant)]
        ratio = next((a / b for a, b in pairs if b), None)
        return ratio if ratio and all(a == ratio * b for a, b in pairs) else None


NOTHING: Final = Affine({}, Fraction(0))
ONE: Final = Affine({}, Fraction(1))


@frozen
class Need:
    """An affine form is at least 0; more than 0 where ``strict``, and 0 where ``equal``."""

    form: Affine
    strict: bool = False
    equal: bool = False


Needs = tuple[Need, ...]  # all of them together
Alternatives = list[Needs]  # one of them


@frozen
class Interval:
    """Between which ends a value has to be; None is no end, and an end itself may be left out (``open``)."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False

    def shifted(self, by: Fraction) -> "Interval":
        """For a value that is greater by so much."""
        low, high = (None if end is None else end + by for end in (self.low, self.high))
        return evolve(self, low=low, high=high)

    def scaled(self, by: Fraction) -> "Interval":
        """For a value that is so many times as great."""
        low, high = (None if end is None else end * by for end in (self.low, self.high))
        return Interval(low, high, self.low_open, self.high_open) if by > 0 else _turned(low, high, self)

    def excludes(self, number: Fraction) -> bool:
        """Whether a number lies outside."""
        below = self.low is not None and (number < self.low or (self.low_open and number == self.low))
        return below or (self.high is not None and (number > self.high or (self.high_open and number == self.high)))


def _turned(low: Fraction | None, high: Fraction | None, of: Interval) -> Interval:
    return Interval(high, low, of.high_open, of.low_open)


@frozen
class QuotientForm:
    """A value as a quotient: what has to hold so that it is this one, numerator and denominator, which is positive."""

    needs: Needs
    above: Affine
    below: Affine = ONE


class NotLinearError(Exception):
    """Inside this package only: a value is no quotient of affine forms, or one of too many."""


def needs_within(value: Value, interval: Interval) -> Alternatives | None:
    """What brings a value into an interval; None where that is not linear."""
    try:
        return _within(value, interval)
    except NotLinearError:
        return None


def _within(value: Value, interval: Interval) -> Alternatives:
    match value:
        case Sum(terms=terms):
            known = [(sign, _number(term), term) for sign, term in terms]
            unknown = [(sign, term) for sign, number, term in known if number is None]
            if len(unknown) == 1:
                ((sign, term),) = unknown
                shift = sum((sign * number for sign, number, _ in known if number is not None), Fraction(0))
                return _within(term, interval.shifted(-shift).scaled(Fraction(sign)))
        case Product(factors=factors):
            numbers = [(exponent, _number(factor), factor) for exponent, factor in factors]
            unknown = [(exponent, factor) for exponent, number, factor in numbers if number is None]
            scale = _product((exponent, number) for exponent, number, _ in numbers if number is not None)
            if len(unknown) == 1 and unknown[0][0] > 0 and scale:
                return _within(unknown[0][1], interval.scaled(1 / scale))
        case Extremum(parts=parts, greatest=greatest):
            # All stay on one side, and one of them reaches the other.
            low, high = (evolve(interval, high=None), evolve(interval, low=None))
            for_all, for_one = (high, low) if greatest else (low, high)
            every = _together([_within(part, for_all) for part in parts])
            return [(*needs, *more) for part in parts for more in _within(part, for_one) for needs in every]
        case Rounded(value=inner, decimals=decimals, way=way):
            return _within(
                inner,
                _before_rounding(interval.scaled(Fraction(10**decimals)), way).scaled(Fraction(1, 10**decimals)),
            )
        case Constant() | FactValue() | ScoreValue() | PreviousScore() | Sum() | Product() | Statistic() | RankValue():
            pass
        case _:
            assert_never(value)
    return [needs for form in _forms(value) for needs in _between(form, interval)]


def _between(form: QuotientForm, interval: Interval) -> Iterator[Needs]:
    needs = list(form.needs)
    if interval.low is not None and interval.low == interval.high and not (interval.low_open or interval.high_open):
        needs.append(Need(form.above.plus(form.below, -interval.low), equal=True))
    else:
        if interval.low is not None:
            needs.append(Need(form.above.plus(form.below, -interval.low), strict=interval.low_open))
        if interval.high is not None:
            needs.append(
                Need(form.below.times(interval.high).plus(form.above, Fraction(-1)), strict=interval.high_open)
            )
    yield tuple(needs)


def _before_rounding(interval: Interval, way: RoundingWay) -> Interval:
    """Where a number has to be so that its rounding to an integer is in an interval."""
    low = high = None
    low_open = high_open = False
    if interval.low is not None:
        least = -(-interval.low // 1)
        least += interval.low_open and least == interval.low
        low, low_open = way.first_reaching(least)
    if interval.high is not None:
        most = interval.high // 1
        most -= interval.high_open and most == interval.high
        # What comes to more begins where the next integer does.
        high, taken = way.first_reaching(int(most) + 1)
        high_open = not taken
    return Interval(low, high, low_open, high_open)


def _together(alternatives: Iterable[Alternatives]) -> Alternatives:
    """All of some, each with every alternative of the others.

    Raises:
        NotLinearError: there are too many.
    """
    whole: Alternatives = [()]
    for more in alternatives:
        whole = [(*needs, *others) for needs in whole for others in more]
        if len(whole) > MOST_ALTERNATIVES:
            raise NotLinearError
    return whole


# Quotients of affine forms


def _number(value: Value) -> Fraction | None:
    """The number that a value always is: a constant, or a fact whose range leaves one; None for all others."""
    match value:
        case Constant(value=number):
            return number
        case FactValue(fact=fact):
            ends = ends_of(fact)
            return ends.low if ends.low is not None and ends.low == ends.high else None
        case (
            FactValue()
            | ScoreValue()
            | PreviousScore()
            | Sum()
            | Product()
            | Extremum()
            | Rounded()
            | Statistic()
            | RankValue()
        ):
            return None
        case _:
            assert_never(value)


def _forms(value: Value) -> list[QuotientForm]:
    number = _number(value)
    if number is not None:
        return [QuotientForm((), Affine({}, number))]
    match value:
        case FactValue(fact=fact, column=column):
            return [QuotientForm((), Affine({column: Fraction(1, 10**fact.decimals)}, Fraction(0)))]
        case PreviousScore(column=column):
            return [QuotientForm((), Affine({column: Fraction(1)}, Fraction(0)))]
        case Sum(terms=terms):
            signs = [sign for sign, _ in terms]
            return [_sum(signs, forms) for forms in _every(_forms(term) for _, term in terms)]
        case Product(factors=factors):
            divided = [_forms(f) if e > 0 else list(_inverses(_forms(f))) for e, f in factors]
            return [_product_of(forms) for forms in _every(divided)]
        case Extremum(parts=parts, greatest=greatest):
            return [
                _best(forms, number, greatest=greatest)
                for forms in _every(_forms(part) for part in parts)
                for number in range(len(forms))
            ]
        case Rounded():
            return [rounded for form in _forms(value.value) for rounded in _rounded(value, form)]
        case Constant() | ScoreValue() | Statistic() | RankValue():
            raise NotLinearError
        case _:
            assert_never(value)


def _every(alternatives: Iterable[list[QuotientForm]]) -> list[tuple[QuotientForm, ...]]:
    listed = list(alternatives)
    size = 1
    for forms in listed:
        size *= len(forms)
    if size > MOST_ALTERNATIVES:
        raise NotLinearError
    return list(product(*listed))


def _needs_of(forms: Iterable[QuotientForm]) -> Needs:
    return tuple(need for form in forms for need in form.needs)


def _sum(signs: list[int], forms: tuple[QuotientForm, ...]) -> QuotientForm:
    """Over the one denominator that is no constant, if there is any."""
    common = next((form.below for form in forms if form.below.terms), ONE)
    total = NOTHING
    for sign, form in zip(signs, forms, strict=True):
        part, share = form.above, form.below.over(common)
        if share is None:
            # A number, or its multiples, beside a quotient.
            if form.below.terms or form.above.terms:
                raise NotLinearError
            part, share = common.times(form.above.constant), form.below.constant
        total = total.plus(part, sign / share)
    return QuotientForm(_needs_of(forms), total, common)


def _inverses(forms: list[QuotientForm]) -> Iterator[QuotientForm]:
    """1 by a value, which is not 0: positive or negative."""
    for form in forms:
        if form.above.terms or form.above.constant > 0:
            yield QuotientForm((*form.needs, Need(form.above, strict=True)), form.below, form.above)
        if form.above.terms or form.above.constant < 0:
            turned = form.above.times(Fraction(-1))
            yield QuotientForm((*form.needs, Need(turned, strict=True)), form.below.times(Fraction(-1)), turned)


def _product_of(forms: tuple[QuotientForm, ...]) -> QuotientForm:
    above: list[Affine] = []
    below: list[Affine] = []
    factor = Fraction(1)
    for form in forms:
        for affine, kept in ((form.above, above), (form.below, below)):
            if affine.terms:
                kept.append(affine)
            else:
                factor = factor * affine.constant if kept is above else factor / affine.constant
    for divisor in list(below):
        alike = ((number, ratio) for number, affine in enumerate(above) if (ratio := affine.over(divisor)))
        number, ratio = next(alike, (None, Fraction(1)))
        if number is not None:
            del above[number]
            below.remove(divisor)
            factor *= ratio
    if not factor:
        return QuotientForm(_needs_of(forms), NOTHING)
    if len(above) > 1 or len(below) > 1:
        raise NotLinearError
    return QuotientForm(_needs_of(forms), (above[0] if above else ONE).times(factor), below[0] if below else ONE)


def _best(forms: tuple[QuotientForm, ...], number: int, *, greatest: bool) -> QuotientForm:
    """One of some values, which is the greatest or least of them."""
    chosen = forms[number]
    needs = [_at_least(chosen, other) if greatest else _at_least(other, chosen) for other in forms if other != chosen]
    return evolve(chosen, needs=(*_needs_of(forms), *needs))


def _at_least(one: QuotientForm, other: QuotientForm) -> Need:
    """That one quotient is no less than another."""
    ratio = one.below.over(other.below)
    if ratio is not None:
        return Need(one.above.plus(other.above, -ratio))
    if not other.above.terms and not other.below.terms:
        return Need(one.above.plus(one.below, -other.above.constant / other.below.constant))
    if not one.above.terms and not one.below.terms:
        return Need(other.below.times(one.above.constant / one.below.constant).plus(other.above, Fraction(-1)))
    raise NotLinearError


def _rounded(value: Rounded, form: QuotientForm) -> Iterator[QuotientForm]:
    """A rounding as an unknown of its own, beside which what it rounds stands."""
    if form.below.terms:
        raise NotLinearError
    unit = Fraction(1, 10**value.decimals)
    scaled = form.above.times(1 / (form.below.constant * unit))
    rounded = Affine({value: Fraction(1)}, Fraction(0))
    half = Affine({}, Fraction(1, 2) if value.way is RoundingWay.HALF else Fraction(0))
    for sign in (Fraction(1), Fraction(-1)):
        size, integer = scaled.times(sign), rounded.times(sign)
        beyond = size.plus(half).plus(integer, Fraction(-1))  # from 0 to below 1
        if value.way is RoundingWay.UP:
            beyond = beyond.times(Fraction(-1))
        needs = (Need(size, strict=sign < 0), Need(beyond), Need(ONE.plus(beyond, Fraction(-1)), strict=True))
        yield QuotientForm((*form.needs, *needs), rounded.times(unit))


def _product(numbers: Iterable[tuple[int, Fraction]]) -> Fraction | None:
    """None where it divides by zero."""
    result = Fraction(1)
    for exponent, number in numbers:
        if exponent < 0 and not number:
            return None
        result = result * number if exponent > 0 else result / number
    return result
