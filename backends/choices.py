"""いずれか in SQL: which children's points count, surely or possibly (language.md, いずれか)."""

from sqlglot import exp

from haiten.backends.dialects import both, either, joined
from haiten.backends.layers import Layers
from haiten.backends.numbers import MOST_BODIES, Number, NumberBuilder, SqlInteger, whole
from haiten.compiler.late import frozen
from haiten.compiler.syntax.operators import Operator


@frozen
class RankColumns:
    """A ranking as columns.

    Attributes:
        place: 1 + the number strictly better; NULL without a rank.
        size: N, where there is a rank.
        member: whether the body is among those ranked (a truth); None where all are.
        classes: the body's class, below 0 where none fits, NULL where it is unknown; None where all are one.
    """

    place: str
    size: str
    member: str | None
    classes: str | None

    def never(self, layers: Layers) -> list[exp.Expr]:
        """Conditions, none of them NULL, of which one holds where a body can have no rank, whatever is unknown."""
        found: list[exp.Expr] = []
        if self.member is not None:
            found.append(exp.not_(exp.func("COALESCE", layers.column(self.member), exp.true())))
        if self.classes is not None:
            known = exp.func("COALESCE", layers.column(self.classes), exp.Literal.number(0))
            found.append(exp.LT(this=known, expression=exp.Literal.number(0)))
        return found


@frozen
class Proportion:
    """A child's best rank in proportion to N, 2 where it has none so far; and whether that is certain."""

    value: Number
    known: str


@frozen
class Candidate:
    """A child of いずれか, or 未公表 points beside the children: its points, and what decides between equals."""

    certain: exp.Expr
    possible: exp.Expr
    best: Proportion | None


def best_proportion(numbers: NumberBuilder, name: str, rankings: list[RankColumns]) -> Proportion | None:
    """The best among some rankings; None without any."""
    layers, best, certain = numbers.layers, None, []
    for index, ranked in enumerate(rankings):
        place, size = layers.column(ranked.place), layers.column(ranked.size)
        here = Number(_count(place), _count(size))
        absent = exp.Is(this=place.copy(), expression=exp.null())
        if best is None:
            size_or_one = exp.case().when(absent.copy(), exp.Literal.number(1)).else_(size.copy())
            columns = exp.func("COALESCE", place.copy(), exp.Literal.number(2)), size_or_one
        else:
            better = numbers.compare(here, Operator.BELOW, best)
            columns = (
                exp.case().when(better, place.copy()).else_(best.num.expression.copy()),
                exp.case().when(better.copy(), size.copy()).else_(best.den.expression.copy()),
            )
        ranked_as, among = (
            numbers.column(f"{part}{index}.{name}", column, MOST_BODIES, False)
            for part, column in zip(("順位", "母数"), columns, strict=True)
        )
        best = Number(ranked_as, among)
        # An outcome that was given tells nothing of the place: a value may yet be filled in.
        certain.append(joined(either, [exp.not_(absent.copy()), *ranked.never(layers)]))
    return None if best is None else Proportion(best, layers.define(f"順位確定.{name}", joined(both, certain)))


def _count(column: exp.Expr) -> SqlInteger:
    return SqlInteger(column, MOST_BODIES)


def choose(numbers: NumberBuilder, rivals: list[Candidate], count: int) -> list[tuple[exp.Expr, exp.Expr]]:
    """For each of the first ``count`` rivals, whether it surely counts and whether it can; neither is ever NULL.

    Points surely count only if no other can beat them, and cannot count if one surely does; between equal points the
    better rank in proportion decides, then the order.
    """
    orders = {
        (i, j): _precedes(numbers, rivals, i, j) for i in range(len(rivals)) for j in range(len(rivals)) if i != j
    }
    chosen = []
    for i, mine in enumerate(rivals[:count]):
        wins, can_win = [], []
        for j, theirs in enumerate(rivals):
            if i != j:
                wins.append(_beaten(theirs.possible, mine.certain, orders[i, j], numbers.layers))
                can_win.append(exp.not_(_beaten(mine.possible, theirs.certain, orders[j, i], numbers.layers)))
        chosen.append((joined(both, wins) if wins else exp.true(), joined(both, can_win) if can_win else exp.true()))
    return chosen


def _beaten(loser: exp.Expr, winner: exp.Expr, first: bool | str, layers: Layers) -> exp.Expr:
    """Whether points are fewer, or equal and the others come first."""
    if isinstance(first, bool):
        return (exp.LTE if first else exp.LT)(this=loser.copy(), expression=winner.copy())
    equal = exp.EQ(this=loser.copy(), expression=winner.copy())
    fewer = exp.LT(this=loser.copy(), expression=winner.copy())
    return exp.Paren(this=either(fewer, exp.Paren(this=both(equal, layers.column(first)))))


def _precedes(numbers: NumberBuilder, rivals: list[Candidate], i: int, j: int) -> bool | str:
    """Whether one of two rivals of equal points is surely taken before the other: known, or a column."""
    mine, theirs = rivals[i].best, rivals[j].best
    if mine is None and theirs is None:
        return i < j
    unranked = Number(whole(2), whole(1))
    values = [unranked if best is None else best.value for best in (mine, theirs)]
    better = numbers.compare(values[0], Operator.AT_MOST if i < j else Operator.BELOW, values[1])
    # What is filled in can only better a standing: the other's has to be certain, this one's not.
    known: list[exp.Expr] = [] if theirs is None else [numbers.layers.column(theirs.known)]
    return numbers.layers.helper(joined(both, [*known, better]))
