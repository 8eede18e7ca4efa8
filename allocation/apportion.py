"""Integer shares of integer amounts: nothing is lost, nothing depends on the order of the bodies.

Ties are settled by the bodies' codes, the smaller first: whoever divides the same money among the same bodies gets the
same result.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from attrs import frozen


@frozen(eq=False)
class Shares:
    """An amount divided.

    Attributes:
        paid: yen per body, multiples of the unit.
        exact: the share before rounding, in yen.
        extra: who got one unit more than the share cut to units.
        left: what was not paid out.
    """

    paid: tuple[int, ...]
    exact: tuple[Fraction, ...]
    extra: tuple[bool, ...]
    left: int


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
    nobody = (0,) * len(weights)
    if not total:
        return Shares(nobody, (Fraction(0),) * len(weights), (False,) * len(weights), amount)
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
    return Shares(paid, exact, tuple(extra), amount - sum(paid))


def per_head(amount: int, counts: Sequence[int], unit: int = 1) -> Shares:
    """Divide an amount into equal shares (均等), of which each body has a number.

    All shares are the same, cut to whole units; what that leaves is not paid out, as it cannot be equal.
    """
    heads = sum(counts)
    price = amount // heads // unit * unit if heads else 0
    paid = tuple(price * count for count in counts)
    exact = tuple(Fraction(amount * count, heads) if heads else Fraction(0) for count in counts)
    return Shares(paid, exact, (False,) * len(counts), amount - sum(paid))


def within_room(
    amount: int, weights: Sequence[Fraction], room: Sequence[int | None], codes: Sequence[str], unit: int = 1
) -> tuple[int, ...]:
    """Divide an amount in proportion to weights, nobody getting more than there is room for.

    Bodies whose share exceeds their room get what fills it; the others share the rest, and so on until it fits.

    Args:
        amount: yen.
        weights: at least 0 each.
        room: the most that each body can get, in yen; None where there is no limit.
        codes: what settles ties.
        unit: payments are multiples of so many yen; room is cut to it.

    Returns:
        Yen per body; together less than ``amount`` only if there is no room for more.
    """
    rooms = [None if space is None else space // unit * unit for space in room]
    paid = [0] * len(weights)
    taking = {i for i, weight in enumerate(weights) if weight and rooms[i] != 0}
    left = amount
    while taking:
        total = sum((weights[i] for i in taking), Fraction(0))
        full = {i for i in taking if (space := rooms[i]) is not None and left * weights[i] >= space * total}
        if not full:
            ordered = sorted(taking)
            shares = in_proportion(left, [weights[i] for i in ordered], [codes[i] for i in ordered], unit)
            for i, yen in zip(ordered, shares.paid, strict=True):
                paid[i] = yen
            break
        for i in full:
            paid[i] = rooms[i] or 0
            left -= paid[i]
        taking -= full
    return tuple(paid)
