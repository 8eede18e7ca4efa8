"""What a rulebook asks a population for: answers, rankings and choices, read off the compiled program."""

from fractions import Fraction

from attrs import frozen

from haiten.compiler.program.program import Node, Program
from haiten.compiler.program.terms import (
    Compare,
    Constant,
    Fact,
    FactValue,
    Met,
    Product,
    Ranking,
    ScoreValue,
    Sum,
    Value,
    Within,
)
from haiten.compiler.syntax.operators import Operator
from haiten.compiler.syntax.rulebook import Mode


class UnreadableError(ValueError):
    """The rulebook has a form of condition that is not known here."""


@frozen
class OwnScore:
    """Steps over the body's own score (今年度の評価得点).

    Attributes:
        leaves: paths of the steps, the widest first, and ``shares`` of them.
    """

    leaves: tuple[str, ...]
    shares: tuple[Fraction, ...]


@frozen
class Ladder:
    """Steps over the values of a fact.

    Attributes:
        fact: whose values are ranked.
        divisor: the fact that they are divided by; None where they are not.
        change: the change against 前年度 is ranked, and not the value.
        lower_is_better: small values come first.
        leaves: paths of the steps, the widest first, and ``shares`` of them.
        members: the leaf that only those meet who are ranked, their value being above zero; None where all are.
    """

    fact: Fact
    divisor: Fact | None
    change: bool
    lower_is_better: bool
    leaves: tuple[str, ...]
    shares: tuple[Fraction, ...]
    members: str | None


@frozen
class Choice:
    """An いずれか over ladders, and at most one answer."""

    path: str
    sides: tuple[Ladder, ...]
    asked: str | None


@frozen
class Plan:
    """All that decides the leaves of a rulebook; shared leaves (に同じ) and 別枠 have nothing of their own.

    Attributes:
        zeros: by path, the fact whose being zero a leaf asks for.
        own_score: None where no leaf ranks it.
    """

    answers: tuple[Node, ...]
    ladders: tuple[Ladder, ...]
    choices: tuple[Choice, ...]
    zeros: dict[str, Fact]
    own_score: OwnScore | None


def make_plan(program: Program) -> Plan:
    """Read a program.

    Raises:
        UnreadableError: a condition is no answer, no step of a ranking and no zero, or the own score is ranked twice.
    """
    leaves = [node for node in program.leaves if not node.is_shared and not node.special]
    choosing = [node for node in program.nodes.values() if node.mode is Mode.ANY_ONE and not node.is_shared]
    choices = []
    for node in choosing:
        inside = [leaf for leaf in leaves if leaf.path.startswith(node.path + ".")]
        asked = [leaf.path for leaf in inside if leaf.answered]
        sides, scores, zeros = _ladders(inside)
        if len(asked) > 1 or scores or zeros:
            raise UnreadableError(node.path)
        choices.append(Choice(node.path, tuple(sides), asked[0] if asked else None))
    chosen = tuple(node.path + "." for node in choosing)
    rest = [leaf for leaf in leaves if not leaf.path.startswith(chosen)]
    ladders, scores, zeros = _ladders(rest)
    if len(scores) > 1:
        raise UnreadableError("得点")
    answers = tuple(leaf for leaf in rest if leaf.answered)
    return Plan(answers, tuple(ladders), tuple(choices), zeros, scores[0] if scores else None)


def _ladders(leaves: list[Node]) -> tuple[list[Ladder], list[OwnScore], dict[str, Fact]]:
    steps: dict[Ranking, list[tuple[Fraction, str]]] = {}
    above_zero: set[str] = set()
    zeros: dict[str, Fact] = {}
    for leaf in leaves:
        match leaf.condition:
            case _ if leaf.answered:
                continue
            case Within() as step if step.share is not None and step.ranking.by is None:
                steps.setdefault(step.ranking, []).append((step.share, leaf.path))
            case Compare(left=FactValue(), operator=Operator.ABOVE):
                above_zero.add(leaf.path)
            case Compare(left=FactValue(fact, year=""), operator="と等しい", right=Constant(value=0)):
                zeros[leaf.path] = fact
            case _:
                raise UnreadableError(leaf.path)
    ladders, scores = [], []
    for ranking, taken in steps.items():
        taken.sort(reverse=True)
        paths, shares = tuple(path for _, path in taken), tuple(share for share, _ in taken)
        if isinstance(ranking.value, ScoreValue):
            scores.append(OwnScore(paths, shares))
            continue
        members = None
        if ranking.subset is not None:
            if not isinstance(ranking.subset, Met) or ranking.subset.path not in above_zero:
                raise UnreadableError(paths[0])
            members = ranking.subset.path
        fact, divisor, change = _ranked(ranking.value, paths[0])
        ladders.append(Ladder(fact, divisor, change, ranking.lower_is_better, paths, shares, members))
    return ladders, scores, zeros


def _ranked(value: Value, path: str) -> tuple[Fact, Fact | None, bool]:
    match value:
        case FactValue(fact, year=""):
            return fact, None, False
        case Product(((1, FactValue(fact)), (-1, FactValue(divisor)))):
            return fact, divisor, False
        case Sum(((1, FactValue(fact)), (-1, FactValue(before, year="前年度")))) if fact == before:
            return fact, None, True
    raise UnreadableError(path)
