"""Integer shares of integer amounts: nothing is lost, nothing depends on the order of the bodies.

Ties are settled by the bodies' codes, the smaller first: whoever divides the same money among the same bodies gets the
same result.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from haiten.compiler.late import frozen


@frozen(eq=False)
class Shares:
    """An amount divided.

    Attributes:
        amount: yen that there were to divide.
        weights: what they were divided by, at least 0 each.
        paid: yen per body, multiples of the unit.
        exact: the share before rounding, in yen.
        extra: who got one unit more than the share cut to units.
    """

    amount: int
    weights: tuple[Fraction, ...]
    paid: tuple[int, ...]
    exact: tuple[Fraction, ...]
    extra: tuple[bool, ...]

    @property
    def left(self) -> int:
        """Yen that were not paid out."""
        return self.amount - sum(self.paid)


def in_proportion(
    amount: int, weights: Sequence[Fraction], codes: Sequence[str], unit: int = 1, *, largest: bool = True
) -> Shares:
    """Divide an amount in proportion to weights (按分).

    Each share is cut to whole units. What that leaves goes out, one unit each, to the largest cut-off parts (最大剰余
    法); between equal ones the smaller code comes first. More weight never means less money, all else equal.

    Args:
        amount: yen, at least 0.
        weights: at least 0 each; where all are 0 nothing is paid.
        codes: what settles ties, different for every body.
        unit: payments are multiples of so many yen.
        largest: whether the units that cutting leaves are paid out at all.
    """
    total = sum(weights, Fraction(0))
    if not total:
        nobody = len(weights)
        return Shares(amount, tuple(weights), (0,) * nobody, (Fraction(0),) * nobody, (False,) * nobody)
    scale = lcm(*(weight.denominator for weight in weights))
    whole = [weight.numerator * (scale // weight.denominator) for weight in weights]
    divisor = sum(whole) * unit
    parts = [divmod(amount * weight, divisor) for weight in whole]
    units = [quotient for quotient, _ in parts]
    spare = amount // unit - sum(units) if largest else 0
    # Nobody without a part cut off is among the first so many: fewer than the bodies with one are served.
    first = sorted(range(len(parts)), key=lambda i: (-parts[i][1], codes[i]))[:spare]
    extra = [False] * len(parts)
    for i in first:
        extra[i] = True
    paid = tuple((quotient + more) * unit for quotient, more in zip(units, extra, strict=True))
    exact = tuple(amount * weight / total for weight in weights)
    return Shares(amount, tuple(weights), paid, exact, tuple(extra))


def per_head(amount: int, counts: Sequence[int], unit: int = 1) -> Shares:
    """Divide an amount into equal shares (均等), of which each body has a number.

    All shares are the same, cut to whole units; what that leaves is not paid out, as it cannot be equal.
    """
    heads = sum(counts)
    price = amount // heads // unit * unit if heads else 0
    paid = tuple(price * count for count in counts)
    exact = tuple(Fraction(amount * count, heads) if heads else Fraction(0) for count in counts)
    return Shares(amount, tuple(map(Fraction, counts)), paid, exact, (False,) * len(counts))


def within_room(
    amount: int, weights: Sequence[Fraction], room: Sequence[int | None], codes: Sequence[str], unit: int = 1
) -> tuple[tuple[int, ...], Shares]:
    """Divide an amount in proportion to weights, nobody getting more than there is room for.

    Bodies whose share exceeds their room get what fills it; the others share the rest, and so on until it fits. Who is
    filled does not depend on the order of the bodies: in each round all those whose room is too small are.

    Args:
        amount: yen.
        weights: at least 0 each.
        room: the most that each body can get, in yen; None where there is no limit.
        codes: what settles ties.
        unit: payments are multiples of so many yen; room is cut to it.

    Returns:
        Yen per body, together less than ``amount`` only if there is no room for more; and the last round, in which
        those who were filled before have no weight.
    """
    rooms = [None if space is None else space // unit * unit for space in room]
    open_ = [weight if space != 0 else Fraction(0) for weight, space in zip(weights, rooms, strict=True)]
    filled = [0] * len(weights)
    left = amount
    while True:
        total = sum(open_, Fraction(0))
        full = [
            i
            for i, (weight, space) in enumerate(zip(open_, rooms, strict=True))
            if weight and space is not None and left * weight >= space * total
        ]
        if not full:
            last = in_proportion(left, open_, codes, unit)
            return tuple(before + more for before, more in zip(filled, last.paid, strict=True)), last
        for i in full:
            filled[i] = rooms[i] or 0
            left -= filled[i]
            open_[i] = Fraction(0)
