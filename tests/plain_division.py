"""Money divided a second time, written from the words of docs/language.md 34, with plain lists and fractions.

Nothing of the product is used: pots, bodies and budgets are what the tests draw, and the text of the file is written of
the same.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction

from attrs import field, frozen

Weights = Sequence[Fraction | int]


@frozen
class Body:
    """What an office knows of a body; ``before`` and ``limit`` are yen."""

    persons: int
    points: int
    island: bool
    before: int
    limit: int


Weigh = Callable[[Body], Fraction | int]
Asked = Callable[[list[Body], Body], bool]


@frozen
class Pot:
    """A 配分 with the words that stand for each of its parts.

    Attributes:
        amount: yen; None is 残り.
        by_weight: 内訳 in proportion to a value; ``by_amounts``: yen per class, None is 残り.
        weight: 按分; ``frames``: 均等 by 枠, at most ``most`` (None: no limit); ``floor``: 激変緩和.
        bears: 負担 他団体.
        overflow: the pot that gets what nobody got; None: it stays.
    """

    name: str
    amount: int | None
    by_weight: tuple[str, Weigh] | None = None
    by_amounts: tuple[int | None, ...] | None = None
    asked: tuple[str, Asked] | None = None
    weight: tuple[str, Weigh] | None = None
    frames: tuple[tuple[str, Asked], ...] | None = None
    most: int | None = None
    floor: Fraction | None = None
    bears: bool = False
    overflow: str | None = None


@frozen
class Plan:
    """A budget with its pots, classes (name, words, who fits), limit and rounding."""

    budget: int
    pots: tuple[Pot, ...]
    classes: tuple[tuple[str, str, Callable[[Body], bool]], ...]
    unit: int
    largest: bool
    limited: bool
    again: tuple[str, Weigh] | None


def in_proportion(amount: int, weights: Weights, unit: int, largest: bool = True) -> list[int]:
    """Multiples of the unit; what cutting leaves goes out, a unit each, to the largest parts cut off."""
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    exact = [Fraction(amount) * weight / total for weight in weights]
    paid = [int(share // unit) * unit for share in exact]
    if largest:
        # One unit after another, each to whoever is most short of the exact share.
        while amount - sum(paid) >= unit:
            short = [share - yen if yen <= share else Fraction(-1) for share, yen in zip(exact, paid, strict=True)]
            paid[short.index(max(short))] += unit
    return paid


@frozen
class Division:
    """Divides a plan among bodies, which stand in the order of their codes."""

    plan: Plan
    bodies: list[Body]
    paid: dict[str, list[int]] = field(factory=dict)
    unspent: dict[str, int] = field(factory=dict)

    def all_pots(self) -> None:
        """Each pot after those that give to it; 激変緩和 after all others."""
        waiting = list(self.plan.pots)
        while waiting:
            pot = next(
                p
                for p in waiting
                if not any(o.overflow == p.name for o in waiting)
                and (p.floor is None or all(o.floor is not None for o in waiting))
            )
            waiting.remove(pot)
            self.pot(pot)

    def begins_with(self, pot: Pot) -> int:
        """A pot's own amount: as written, or what the others leave of the budget."""
        if pot.amount is not None:
            return pot.amount
        return self.plan.budget - sum(other.amount for other in self.plan.pots if other.amount is not None)

    def asked(self, pot: Pot) -> list[bool]:
        """Who may share in a pot (対象)."""
        return [pot.asked is None or pot.asked[1](self.bodies, body) for body in self.bodies]

    def class_of(self, body: Body) -> int | None:
        """The first class that fits."""
        return next((n for n, (_, _, fits) in enumerate(self.plan.classes) if fits(body)), None)

    def pot(self, pot: Pot) -> None:
        """Divide a pot and what flows into it."""
        amount = self.begins_with(pot)
        amount += sum(self.unspent[other.name] for other in self.plan.pots if other.overflow == pot.name)
        if pot.floor is not None:
            self.paid[pot.name] = self.cushion(pot, pot.floor, amount)
        else:
            self.paid[pot.name] = self.shares(pot, amount)
        self.unspent[pot.name] = amount - sum(self.paid[pot.name])

    def shares(self, pot: Pot, amount: int) -> list[int]:
        """按分 or 均等, of the whole or of each class."""
        asked, unit = self.asked(pot), self.plan.unit
        weights: list[Fraction | int] = [
            self.weight(pot, body) if ask else 0 for body, ask in zip(self.bodies, asked, strict=True)
        ]
        if pot.by_weight is None and pot.by_amounts is None:
            return self.within(pot, amount, weights)
        members = [self.class_of(body) if ask else None for body, ask in zip(self.bodies, asked, strict=True)]
        inside = [[i for i, m in enumerate(members) if m == n] for n in range(len(self.plan.classes))]
        if pot.by_weight is not None:
            sums = [sum(Fraction(pot.by_weight[1](self.bodies[i])) for i in some) for some in inside]
            amounts = in_proportion(amount, sums, unit)
        else:
            assert pot.by_amounts is not None
            given = sum(yen for yen in pot.by_amounts if yen is not None)
            amounts = [amount - given if yen is None else yen for yen in pot.by_amounts]
        paid = [0] * len(self.bodies)
        for yen, some in zip(amounts, inside, strict=True):
            for i, share in zip(some, self.within(pot, yen, [weights[i] for i in some]), strict=True):
                paid[i] = share
        return paid

    def weight(self, pot: Pot, body: Body) -> Fraction | int:
        """What a body counts in its pot."""
        if pot.weight is not None:
            return pot.weight[1](body)
        if pot.frames is None:
            return 1
        met = sum(asks(self.bodies, body) for _, asks in pot.frames)
        return met if pot.most is None else min(met, pot.most)

    def within(self, pot: Pot, amount: int, weights: list[Fraction | int]) -> list[int]:
        """An amount among those of one class."""
        if pot.weight is not None:
            return in_proportion(amount, weights, self.plan.unit, self.plan.largest)
        heads = int(sum(weights))
        price = amount // heads // self.plan.unit * self.plan.unit if heads else 0
        return [price * int(count) for count in weights]

    def cushion(self, pot: Pot, factor: Fraction, amount: int) -> list[int]:
        """Up to the floor from the pot's amount, then from those above their own floors; in whole units."""
        unit, size = self.plan.unit, len(self.bodies)
        before = [sum(self.paid[other.name][i] for other in self.plan.pots if other.floor is None) for i in range(size)]
        gaps = [body.before * factor - yen for body, yen in zip(self.bodies, before, strict=True)]
        short = [
            int(gap // unit) * unit if gap > 0 and ask else 0 for gap, ask in zip(gaps, self.asked(pot), strict=True)
        ]
        own = in_proportion(min(amount, sum(short)), short, unit)
        still = [s - p for s, p in zip(short, own, strict=True)]
        above = [int(-gap // unit) * unit if gap < 0 and pot.bears else 0 for gap in gaps]
        moved_yen = min(sum(still), sum(above)) // unit * unit
        moved, borne = in_proportion(moved_yen, still, unit), in_proportion(moved_yen, above, unit)
        return [p + m - b for p, m, b in zip(own, moved, borne, strict=True)]

    def result(self) -> tuple[list[int], int]:
        """Yen of the budget per body after its limit and 再配分, and what stays."""
        self.all_pots()
        plan, unit = self.plan, self.plan.unit
        shared = [sum(column) for column in zip(*self.paid.values(), strict=True)] or [0] * len(self.bodies)
        stays = sum(self.unspent[pot.name] for pot in plan.pots if pot.overflow is None)
        if not plan.limited:
            return shared, stays
        most = [body.limit // unit * unit for body in self.bodies]
        kept = [min(yen, end) for yen, end in zip(shared, most, strict=True)]
        cut = sum(shared) - sum(kept)
        added = [0] * len(self.bodies)
        if plan.again is not None:
            weights = [plan.again[1](body) for body in self.bodies]
            added = self.refill(cut, weights, [end - yen for end, yen in zip(most, kept, strict=True)])
        return [k + a for k, a in zip(kept, added, strict=True)], stays + cut - sum(added)

    def refill(self, amount: int, weights: Weights, room: list[int]) -> list[int]:
        """再配分: the level to which all are filled that have room, found by going through the ends in turn."""
        sharing = [i for i, weight in enumerate(weights) if weight and room[i]]
        sharing.sort(key=lambda i: Fraction(room[i]) / weights[i])
        added, left = [0] * len(room), amount
        for n, i in enumerate(sharing):
            level = Fraction(left) / sum(weights[j] for j in sharing[n:])
            if level * weights[i] < room[i]:
                rest = sorted(sharing[n:])
                parts = in_proportion(left, [weights[j] for j in rest], self.plan.unit)
                for j, yen in zip(rest, parts, strict=True):
                    added[j] = yen
                return added
            added[i], left = room[i], left - room[i]
        return added
