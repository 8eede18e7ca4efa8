"""The steps that compute values and compare them, for one body: exact ratios as pairs of integers."""

from fractions import Fraction

from haiten.compiler.evaluator import steps as s
from haiten.compiler.syntax.operators import Operator
from haiten.compiler.syntax.roundings import RoundingWay
from haiten.scoring.one.ranges import NO, UNKNOWN, YES, OneTruth, certain, possible
from haiten.scoring.one.workings import Exact, OneStep, Workings
from haiten.scoring.running.ranking import NO_CLASS, UNKNOWN_CLASS


def exact(value: Fraction | None) -> Exact | None:
    """A fraction as numerator and denominator, None for unknown."""
    return None if value is None else (value.numerator, value.denominator)


def constant(out: s.Slot, value: Exact | None) -> OneStep:
    """The same value for every body."""

    def run(work: Workings) -> None:
        work.values[out] = value

    return run


def load(step: s.LoadNumber) -> OneStep:
    """A number that is known of the body, or is not."""
    out, column = step.out, step.column

    def run(work: Workings) -> None:
        work.values[out] = work.facts.numbers.get(column)

    return run


def add(step: s.Add) -> OneStep:
    """Terms with their signs; the first has a plus."""
    out, first, rest = step.out, step.terms[0][1], step.terms[1:]

    def run(work: Workings) -> None:
        total = work.values[first]
        for sign, slot in rest:
            term = work.values[slot]
            if total is None or term is None:
                total = None
                break
            total = (total[0] * term[1] + sign * term[0] * total[1], total[1] * term[1])
        work.values[out] = total

    return run


def multiply(step: s.Multiply) -> OneStep:
    """Factors and divisors; the first is a factor. Dividing by zero gives an unknown."""
    out, first, rest = step.out, step.factors[0][1], step.factors[1:]

    def run(work: Workings) -> None:
        product = work.values[first]
        for exponent, slot in rest:
            factor = work.values[slot]
            if product is None or factor is None:
                product = None
                break
            num, den = factor
            if exponent < 0:
                if num == 0:
                    product = None
                    break
                num, den = (den, num) if num > 0 else (-den, -num)
            product = (product[0] * num, product[1] * den)
        work.values[out] = product

    return run


def extreme(step: s.Extreme) -> OneStep:
    """The greatest or least value; unknown where any is."""
    out, parts = step.out, step.parts
    beats = (Operator.ABOVE if step.greatest else Operator.BELOW).holds

    def run(work: Workings) -> None:
        best = work.values[parts[0]]
        for slot in parts[1:]:
            value = work.values[slot]
            if best is None or value is None:
                best = None
                break
            if beats(value[0] * best[1], best[0] * value[1]):
                best = value
        work.values[out] = best

    return run


def rounded(step: s.Round) -> OneStep:
    """To some decimals."""
    out, slot, scale = step.out, step.value, 10**step.decimals
    # Of which multiple of the divisor, once so many divisors less one or none are added, the whole part is taken.
    times, half, up = {RoundingWay.HALF: (2, 1, 0), RoundingWay.DOWN: (1, 0, 0), RoundingWay.UP: (1, 1, 1)}[step.way]

    def run(work: Workings) -> None:
        value = work.values[slot]
        if value is not None:
            num, den = value
            whole = (times * abs(num) * scale + half * den - up) // (times * den)
            value = (whole if num >= 0 else -whole, scale)
        work.values[out] = value

    return run


def same(out: s.Slot, slot: s.Slot) -> OneStep:
    """A mean or median over the body alone."""

    def run(work: Workings) -> None:
        work.values[out] = work.values[slot]

    return run


def compare(step: s.ComparisonStep) -> OneStep:
    """``left operator right``."""
    out, left, right, holds = step.out, step.left, step.right, step.operator.holds

    def run(work: Workings) -> None:
        one, other = work.values[left], work.values[right]
        if one is None or other is None:
            work.truths[out] = UNKNOWN
        else:
            work.truths[out] = YES if holds(one[0] * other[1], other[0] * one[1]) else NO

    return run


def count(step: s.Count) -> OneStep:
    """How many of some truths hold."""
    out, parts, operator, number = step.out, step.parts, step.operator, step.count

    def run(work: Workings) -> None:
        together = sum([work.truths[part] for part in parts])
        work.truths[out] = _compared(certain(together), possible(together), operator, number)

    return run


def _compared(least: int, most: int, operator: Operator, number: int) -> OneTruth:
    if operator is Operator.EQUAL:
        return YES if least == most == number else UNKNOWN if least <= number <= most else NO
    surely, perhaps = (least, most) if operator.direction > 0 else (most, least)
    return YES if operator.holds(surely, number) else UNKNOWN if operator.holds(perhaps, number) else NO


def classify(step: s.Classify) -> OneStep:
    """The first class that fits."""
    out, slot = step.out, step.value
    cases = tuple(tuple((operator.holds, bound) for operator, bound in bounds) for bounds in step.cases)

    def run(work: Workings) -> None:
        value = work.values[slot]
        if value is None:
            work.classes[out] = UNKNOWN_CLASS
            return
        for index, bounds in enumerate(cases):
            for holds, bound in bounds:
                limit = work.values[bound]
                if limit is None or not holds(value[0] * limit[1], limit[0] * value[1]):
                    break
            else:
                work.classes[out] = index
                return
        work.classes[out] = NO_CLASS

    return run


def is_class(step: s.IsClass) -> OneStep:
    """Whether the body is in a class."""
    out, classes, index = step.out, step.classes, step.index

    def run(work: Workings) -> None:
        number = work.classes[classes]
        work.truths[out] = YES if number == index else UNKNOWN if number == UNKNOWN_CLASS else NO

    return run
