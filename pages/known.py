"""What is known of one body, as the evaluator in JavaScript takes it."""

from fractions import Fraction

from haiten.backends.javascript.node import KnownOfBody
from haiten.scoring.facts.facts import Facts
from haiten.scoring.one.known import known_of
from haiten.scoring.one.ranges import DECIDED, UNKNOWN


def known_of_body(facts: Facts) -> KnownOfBody:
    """The facts of a body; what is unknown is left out.

    Raises:
        ValueError: they are of no body, or of more than one.
    """
    known = known_of(facts)
    answers, outcomes = (
        {name: bool(DECIDED[truth]) for name, truth in truths.items() if truth != UNKNOWN}
        for truths in (known.answers, known.outcomes)
    )
    numbers = {name: Fraction(*value) for name, value in known.numbers.items()}
    return KnownOfBody(numbers, answers, outcomes, known.points)
