"""What a run knows of the bodies, as Python numbers; what it does not know is reported, taken for granted or not."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from attrs import field

from haiten.compiler.diagnostics import Cell, Diagnostic, UnknownShare
from haiten.compiler.late import frozen
from haiten.compiler.program.describe import describe_condition, describe_value
from haiten.compiler.program.terms import (
    Classification,
    Condition,
    FactHolds,
    FactValue,
    PreviousScore,
    ScoreValue,
    Value,
)
from haiten.compiler.program.walk import conditions_in, parts_of, values_in
from haiten.scoring.running.ranking import UNKNOWN_CLASS
from haiten.scoring.running.scores import Scores

Fractions = tuple[Fraction, ...]


@frozen
class Assumption:
    """What was taken for granted of bodies of which something is unknown.

    Attributes:
        what: where it was read (``配分「基本」の按分``); ``value``: the value or condition.
        taken_as: what stands in its place, in Japanese.
        count: how many bodies.
    """

    what: str
    value: str
    taken_as: str
    count: int


@frozen(eq=False)
class Known:
    """Reads the columns of a run.

    Attributes:
        file: what diagnostics call the fact file.
        assume: take what is unknown as 0, 非該当 or no limit.
        told: the facts and scores that were reported to be unknown, each once.
    """

    scores: Scores
    file: str
    assume: bool
    diagnostics: list[Diagnostic] = field(factory=list)
    assumptions: list[Assumption] = field(factory=list)
    told: set[str] = field(factory=set)

    def truths(self, condition: Condition, what: str) -> tuple[bool, ...]:
        """Who surely meets a condition."""
        truth = self.scores.run.holds(condition)
        unknown = [i for i, known in enumerate(truth.known.tolist()) if not known]
        self._tell(unknown, what, describe_condition(condition), _roots_of(condition), "非該当")
        return tuple(truth.certain.tolist())

    def numbers(self, value: Value, what: str, taken_as: str, asked: Sequence[bool]) -> list[Fraction | None]:
        """A value per body; reported where it is unknown for one that is asked."""
        column = self.scores.run.column(value)
        numbers: list[Fraction | None] = [column[i] for i in range(len(asked))]
        unknown = [i for i, number in enumerate(numbers) if number is None and asked[i]]
        self._tell(unknown, what, describe_value(value), _leaves(value), taken_as)
        return numbers

    def weights(self, value: Value, what: str, asked: Sequence[bool]) -> Fractions:
        """A value per body, 0 for those that are not asked."""
        numbers = self.numbers(value, what, "0", asked)
        return tuple(n if n is not None and ask else Fraction(0) for n, ask in zip(numbers, asked, strict=True))

    def classes(self, classification: Classification, what: str, asked: Sequence[bool]) -> list[int | None]:
        """The place of each body's class in the 区分; None for one that is in none, or not asked."""
        places = self.scores.run.column(classification).tolist()
        unknown = [i for i, place in enumerate(places) if place == UNKNOWN_CLASS and asked[i]]
        roots = _leaves(classification.value)
        self._tell(unknown, what, f"区分 {classification.name}", roots, "どの階級にも入らない")
        return [place if place >= 0 and ask else None for place, ask in zip(places, asked, strict=True)]

    def _tell(
        self, bodies: list[int], what: str, value: str, roots: Iterator[Value | FactHolds], taken_as: str
    ) -> None:
        """Tell of bodies of which something is unknown, by the facts and scores at the root of it."""
        if not bodies:
            return
        if self.assume:
            self.assumptions.append(Assumption(what, value, taken_as, len(bodies)))
            return
        missing = dict.fromkeys(
            describe_condition(root) if isinstance(root, FactHolds) else describe_value(root)
            for root in roots
            if self._unknown_somewhere(root, bodies)
        )
        fresh = [root for root in missing or [value] if root not in self.told]
        self.told.update(fresh)
        if fresh:
            who = self.scores.bodies[bodies[0]]
            example = f"{who.code} {who.name}".strip()
            self.diagnostics.append(UnknownShare(Cell(self.file), what, "」「".join(fresh), len(bodies), example))

    def _unknown_somewhere(self, root: Value | FactHolds, bodies: list[int]) -> bool:
        run = self.scores.run
        known = (run.holds(root) if isinstance(root, FactHolds) else run.column(root)).known
        return any(not known[i] for i in bodies)


def _leaves(value: Value) -> Iterator[Value]:
    """The facts and scores that a value is made of."""
    if isinstance(value, FactValue | PreviousScore | ScoreValue):
        yield value
    for part in parts_of(value):
        yield from _leaves(part)


def _roots_of(condition: Condition) -> Iterator[Value | FactHolds]:
    """The facts and scores that a condition is made of."""
    yield from (part for part in conditions_in(condition) if isinstance(part, FactHolds))
    for value in values_in(condition):
        if isinstance(value, FactValue | PreviousScore | ScoreValue):
            yield value
