"""Facts of two years put together: a body's own of one beside the others' of the other, as either year reads them.

What only one of the two years asks for has no other value: it is taken to be the same in both, so that it moves with
the rules that ask for it and with nothing else.
"""

from math import lcm
from typing import Final

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from haiten.comparison.match import match
from haiten.comparison.transfer import same_fact, transfer
from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import schema_of
from haiten.scoring.facts.facts import Facts, Truth, body_key, truth_of, unknown_numbers, unknown_truth
from haiten.scoring.numbers.exact import Ratios
from haiten.scoring.running.scores import Scores

_INT64: Final = 2**63
BodyPlaces = NDArray[np.intp]


@frozen(eq=False)
class BothYears:
    """The facts of both years, as the rulebook of one of them reads them.

    Attributes:
        years: of the old and of the new year.
        flags: the yes/no facts, which stand among the answers.
        only: the columns that the rulebook of the other year does not ask for; both years have them from this one.
        carried: the leaves whose answer goes over as it is, from the other year's to this one's.
    """

    years: tuple[Facts, Facts]
    flags: frozenset[str]
    only: frozenset[str]
    carried: frozenset[str]


def in_terms_of(rules: Scores, other: Scores, *, newer: bool) -> BothYears:
    """The facts of two years under the rules of the first.

    Args:
        rules: a year that was scored; the facts are put in the terms of its rulebook.
        other: the other year.
        newer: whether ``rules`` is the new year.
    """
    matched = match(other.program, rules.program)
    moved = transfer(matched, other)
    mine, theirs = schema_of(rules.program), schema_of(other.program)
    numbers = {
        name
        for name in mine.numbers
        if not same_fact(matched, name) or matched.column_before(name) not in theirs.numbers
    }
    flags = {name for name, fact in rules.program.facts.items() if fact.is_yes_no}
    new_flags = {name for name in flags if not same_fact(matched, name)}
    asked, given, carried = set[str](), set[str](), set[str]()
    for leaf in (leaf for leaf in rules.program.leaves if not leaf.is_shared):
        before = matched.counterpart(leaf)
        if leaf.path in moved.derived:
            continue
        if before is None or not before.is_leaf:
            given.add(leaf.path)
        if leaf.answered and (before is None or not before.is_leaf or not before.answered):
            asked.add(leaf.path)
        elif leaf.answered:
            carried.add(leaf.path)
    here, facts = rules.run.facts, moved.facts
    places = _places_of(facts, here)
    filled = evolve(
        facts,
        numbers=facts.numbers | {c: _numbers_at(here.numbers[c], places) for c in numbers if c in here.numbers},
        answers=facts.answers | {c: _truth_at(here.answers[c], places) for c in new_flags | asked if c in here.answers},
        outcomes=facts.outcomes | {c: _truth_at(here.outcomes[c], places) for c in given if c in here.outcomes},
    )
    years = (filled, here) if newer else (here, filled)
    return BothYears(years, frozenset(flags), frozenset(numbers | new_flags | asked | given), frozenset(carried))


def _places_of(facts: Facts, among: Facts) -> BodyPlaces:
    """Where each body of some facts stands among others; -1 where it does not."""
    index = {body_key(body.code): place for place, body in enumerate(among.bodies)}
    return np.array([index.get(body_key(body.code), -1) for body in facts.bodies], dtype=np.intp)


def _numbers_at(numbers: Ratios, places: BodyPlaces) -> Ratios:
    if not len(numbers.num):
        return unknown_numbers(len(places))
    den = numbers.den if numbers.den.shape == () else numbers.den[places]
    return Ratios(numbers.num[places], den, numbers.known[places] & (places >= 0), numbers.num_bound, numbers.den_bound)


def _truth_at(truth: Truth, places: BodyPlaces) -> Truth:
    if not len(truth.certain):
        return unknown_truth(len(places))
    here = places >= 0
    return truth_of(truth.certain[places] & here, truth.possible[places] | ~here)


@frozen
class Whose:
    """From which year the facts of a mixture are; false for the old, true for the new.

    Attributes:
        others: of all other bodies.
        given: the outcomes that the ministry gave of the body; ``figures`` its numbers and yes/no facts, ``answers``
            what it answered.
    """

    others: bool
    given: bool
    figures: bool
    answers: bool


def mixed(terms: BothYears, places: tuple[int, int], whose: Whose, *, alone: bool) -> tuple[Facts, int]:
    """Facts of one body from either year among the others of one year, and where it stands.

    Args:
        terms: the facts of both years.
        places: of the body, in either year.
        whose: from which year what is.
        alone: whether the others are left out, as cut-offs stand for them.
    """
    others, at = terms.years[whose.others], places[whose.others]
    if alone:
        others, at = only(others, at), 0

    def own(new: bool) -> Facts:
        return only(terms.years[new], places[new])

    figures, answers, given = own(whose.figures), own(whose.answers), own(whose.given)
    told = {name: truth for name, truth in answers.answers.items() if name not in terms.flags}
    told |= {name: truth for name, truth in figures.answers.items() if name in terms.flags}
    size = len(others)
    return (
        Facts(
            others.bodies,
            {
                name: _with_number(others.numbers.get(name) or unknown_numbers(size), at, figures.numbers.get(name))
                for name in dict.fromkeys((*others.numbers, *figures.numbers))
            },
            _with_truths(others.answers, told, size, at),
            _with_truths(others.outcomes, given.outcomes, size, at),
            members={
                name: (*told_of[:at], *figures.members[name], *told_of[at + 1 :])
                for name, told_of in others.members.items()
                if name in figures.members
            },
        ),
        at,
    )


def only(facts: Facts, place: int) -> Facts:
    """One of the bodies."""
    places = np.array([place], dtype=np.intp)
    return Facts(
        (facts.bodies[place],),
        {name: _numbers_at(numbers, places) for name, numbers in facts.numbers.items()},
        {name: _truth_at(truth, places) for name, truth in facts.answers.items()},
        {name: _truth_at(truth, places) for name, truth in facts.outcomes.items()},
        members={name: (told[place],) for name, told in facts.members.items()},
    )


def _with_truths(others: dict[str, Truth], own: dict[str, Truth], size: int, at: int) -> dict[str, Truth]:
    made = {}
    for name in dict.fromkeys((*others, *own)):
        truth, mine = others.get(name) or unknown_truth(size), own.get(name) or unknown_truth(1)
        certain, possible = np.array(truth.certain), np.array(truth.possible)
        certain[at], possible[at] = mine.certain[0], mine.possible[0]
        made[name] = truth_of(certain, possible)
    return made


def _with_number(others: Ratios, at: int, own: Ratios | None) -> Ratios:
    """The numbers of some bodies, of which one has another one; None where it is unknown."""
    value = None if own is None else own[0]
    known = np.array(others.known)
    known[at] = value is not None
    if value is None:
        return evolve(others, known=known)
    dens = [int(den) for den in others.den.reshape(-1)]
    scale = lcm(value.denominator, *dens)
    wanted = int(value * scale)
    bound = max(others.num_bound * scale, abs(wanted), scale)
    kind = np.int64 if bound < _INT64 else object
    factors = np.array([scale // den for den in dens], dtype=kind)
    num = others.num.astype(kind) * (factors[0] if others.den.shape == () else factors)
    num[at] = wanted
    return Ratios(num, np.array(scale, dtype=kind), known, bound, scale)
