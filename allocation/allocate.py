"""Scores → yen: the pots of an allocation in their order, then limits; every intermediate figure is kept.

All figures are Python integers and fractions. What is paid out plus what is stated to remain is the budget, always.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cached_property
from typing import assert_never

from attrs import field

from haiten.allocation.apportion import Shares, in_proportion, per_head, within_room
from haiten.allocation.known import Assumption, Fractions, Known
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.late import frozen
from haiten.compiler.program.allocation import Allocation, Budget, Cushion, Equal, Limit, Pot, ProRata
from haiten.scoring.facts.facts import Body, body_key
from haiten.scoring.running.scores import Scores

Yen = tuple[int, ...]


@frozen(eq=False)
class Group:
    """Those who share a part of a pot: a class of its 内訳, or all.

    Attributes:
        case: the class; None without 内訳.
        size: bodies with a share; ``total``: their weights together.
    """

    case: str | None
    amount: int
    size: int
    total: Fraction


@frozen(eq=False)
class CushionDetail:
    """The figures of a 激変緩和, per body.

    Attributes:
        before: yen of the other pots of the budget; ``floor``: what they are lifted to.
        own: the pot's amount, by what is missing to the floor.
        moved: what others bear, by what is still missing; ``borne``: the same, by what they have above their floors.
    """

    before: Yen
    floor: Fractions
    own: Shares
    moved: Shares
    borne: Shares


@frozen(eq=False)
class PotResult:
    """A pot divided.

    Attributes:
        received: what flowed in, by pot.
        amount: all that there was to divide.
        groups: by class where there is a 内訳; ``member``: each body's, None for one that is in none.
        split: the pot divided among the classes; None where it is not divided by a value.
        eligible: who meets 対象.
        met: which 枠 each body meets, in their order.
        weights: of each body; 0 where it has no share.
        shares: before and after rounding. A body that bears others' 激変緩和 has a negative payment.
        unspent: what nobody got; it went to ``pot.overflow`` or stays.
    """

    pot: Pot
    received: tuple[tuple[str, int], ...]
    amount: int
    groups: tuple[Group, ...]
    member: tuple[int | None, ...]
    eligible: tuple[bool, ...]
    met: tuple[tuple[bool, ...], ...]
    weights: Fractions
    paid: Yen
    exact: Fractions
    extra: tuple[bool, ...]
    unspent: int
    split: Shares | None = None
    cushion: CushionDetail | None = None


@frozen(eq=False)
class BudgetResult:
    """A budget paid out.

    Attributes:
        shared: yen per body from the pots; ``limit``: the most it can get (None: no limit is known).
        cut: what the limit took off; ``added``: what 再配分 gave.
        refill: the last round of 再配分, after all who reached their limit; None where nothing is given again.
        paid: what a body gets in the end.
        remainder: what stays unspent: ``sum(paid) + remainder`` is the budget.
    """

    budget: Budget
    shared: Yen
    limit: tuple[int | None, ...]
    cut: Yen
    added: Yen
    refill: Shares | None
    paid: Yen
    remainder: int


@frozen(eq=False)
class Allocated:
    """Money per body, pot and budget.

    Attributes:
        scores: the run whose points and conditions were read.
        pots, budgets: in the order of the file.
        assumptions: what was taken for granted; empty where everything was known.
    """

    scores: Scores
    allocation: Allocation
    pots: dict[str, PotResult]
    budgets: dict[str, BudgetResult]
    assumptions: tuple[Assumption, ...]

    @property
    def bodies(self) -> Sequence[Body]:
        """The bodies, in the order of the fact file."""
        return self.scores.bodies

    @cached_property
    def paid(self) -> Yen:
        """Yen per body, all budgets together."""
        columns = [result.paid for result in self.budgets.values()]
        return tuple(sum(cells) for cells in zip(*columns, strict=True))

    @property
    def remainder(self) -> int:
        """Yen that stay unspent, all budgets together."""
        return sum(result.remainder for result in self.budgets.values())


@frozen(eq=False)
class AllocationOutcome:
    """An allocation of some bodies; None where something unknown stands in its way, which the diagnostics tell."""

    allocated: Allocated | None
    diagnostics: tuple[Diagnostic, ...]


def allocate(scores: Scores, *, file: str = "", assume: bool = False) -> AllocationOutcome:
    """Divide the budgets of a program's allocation among the scored bodies.

    Args:
        scores: a run of a program that has an allocation.
        file: what diagnostics call the fact file.
        assume: take what is unknown as 0, 非該当 or no limit, and tell for how many bodies.
    """
    return _Allocator(Known(scores, file, assume)).run()


@frozen(eq=False)
class _Allocator:
    known: Known
    done: dict[str, PotResult] = field(factory=dict)

    @property
    def allocation(self) -> Allocation:
        allocation = self.known.scores.program.allocation
        assert allocation is not None, "the program has no allocation"
        return allocation

    @cached_property
    def codes(self) -> list[str]:
        return [body_key(body.code) for body in self.known.scores.bodies]

    def run(self) -> AllocationOutcome:
        allocation = self.allocation
        for name in allocation.order:
            self.done[name] = self._pot(allocation.pots[name])
        budgets = {name: self._budget(budget) for name, budget in allocation.budgets.items()}
        if self.known.diagnostics:
            return AllocationOutcome(None, tuple(self.known.diagnostics))
        pots = {name: self.done[name] for name in allocation.pots}
        assumed = tuple(dict.fromkeys(self.known.assumptions))
        return AllocationOutcome(Allocated(self.known.scores, allocation, pots, budgets, assumed), ())

    # Pots

    def _pot(self, pot: Pot) -> PotResult:
        received = tuple(
            (r.pot.name, r.unspent) for r in self.done.values() if r.pot.overflow == pot.name and r.unspent
        )
        amount = pot.amount + sum(yen for _, yen in received)
        size = len(self.codes)
        eligible = (True,) * size
        if pot.eligible is not None:
            eligible = self.known.truths(pot.eligible, f"配分「{pot.name}」の対象")
        columns = [self.known.truths(f.condition, f"配分「{pot.name}」の枠 {f.label}") for f in pot.frames]
        met = tuple(zip(*columns, strict=True)) if columns else ((),) * size
        if isinstance(pot.method, Cushion):
            return self._cushion(pot, pot.method, received, amount, eligible)
        weights, share = self._method(pot, eligible, met)
        groups, member, split = self._groups(pot, amount, eligible, weights)
        paid, exact, extra = [0] * size, [Fraction(0)] * size, [False] * size
        left = amount - sum(group.amount for group in groups)
        for number, group in enumerate(groups):
            inside = [i for i in range(size) if member[i] == number]
            shares = share(group.amount, [weights[i] for i in inside], [self.codes[i] for i in inside])
            left += shares.left
            for at, i in enumerate(inside):
                paid[i], exact[i], extra[i] = shares.paid[at], shares.exact[at], shares.extra[at]
        columns_of = (weights, tuple(paid), tuple(exact), tuple(extra))
        return PotResult(pot, received, amount, groups, member, eligible, met, *columns_of, left, split)

    def _method(
        self, pot: Pot, eligible: tuple[bool, ...], met: tuple[tuple[bool, ...], ...]
    ) -> tuple[Fractions, Callable[[int, list[Fraction], list[str]], Shares]]:
        """The weight of each body, and how an amount is divided by them."""
        unit, largest = self.allocation.unit, self.allocation.largest
        match pot.method:
            case ProRata(value=value):
                weights = self.known.weights(value, f"配分「{pot.name}」の按分", eligible)
                return weights, lambda yen, parts, codes: in_proportion(yen, parts, codes, unit, largest=largest)
            case Equal(by_frames=by_frames, most=most):
                counts: list[int] = [sum(frames) if by_frames else 1 for frames in met]
                if most is not None:
                    counts = [min(count, most) for count in counts]
                weights = tuple(Fraction(n if ask else 0) for n, ask in zip(counts, eligible, strict=True))
                return weights, lambda yen, parts, _: per_head(yen, [int(part) for part in parts], unit)
            case Cushion():
                raise AssertionError(pot.method)  # which is divided by its floors
            case _:
                assert_never(pot.method)

    def _groups(
        self, pot: Pot, amount: int, eligible: tuple[bool, ...], weights: Fractions
    ) -> tuple[tuple[Group, ...], tuple[int | None, ...], Shares | None]:
        """The classes among which a pot is split, with their amounts, each body's class, and the split by a value."""
        if pot.split is None:
            total = sum(weights, Fraction(0))
            group = Group(None, amount, sum(map(bool, weights)), total)
            return (group,), tuple(0 if ask else None for ask in eligible), None
        what = f"配分「{pot.name}」の内訳"
        member = tuple(self.known.classes(pot.split.classification, what, eligible))
        cases = [case for case, _ in pot.split.classification.cases]
        inside = [[i for i, n in enumerate(member) if n == number] for number in range(len(cases))]
        split: Shares | None = None
        if pot.split.weight is None:
            given = sum(yen for yen in pot.split.amounts if yen is not None)
            amounts = tuple(amount - given if yen is None else yen for yen in pot.split.amounts)
        else:
            parts = self.known.weights(pot.split.weight, what, eligible)
            totals = [sum((parts[i] for i in bodies), Fraction(0)) for bodies in inside]
            # Ties between classes are settled by their order in the 区分.
            split = in_proportion(amount, totals, [f"{n:05d}" for n in range(len(cases))], self.allocation.unit)
            amounts = split.paid
        groups = tuple(
            Group(
                case,
                amounts[n],
                sum(bool(weights[i]) for i in inside[n]),
                sum((weights[i] for i in inside[n]), Fraction(0)),
            )
            for n, case in enumerate(cases)
        )
        return groups, member, split

    def _cushion(
        self, pot: Pot, cushion: Cushion, received: tuple[tuple[str, int], ...], amount: int, eligible: tuple[bool, ...]
    ) -> PotResult:
        """Lift bodies to their floor, as far as the pot and those above their floor can pay for it."""
        unit, size, codes = self.allocation.unit, len(self.codes), self.codes
        others = [r for r in self.done.values() if r.pot.budget == pot.budget and r.cushion is None]
        before = [sum(r.paid[i] for r in others) for i in range(size)]
        floor = self.known.weights(cushion.floor, f"配分「{pot.name}」の激変緩和", [True] * size)
        short = [max((floor[i] - before[i]) // unit * unit, 0) if eligible[i] else 0 for i in range(size)]
        # What a body can bear without falling below its own floor, in whole units.
        above = [max((before[i] - floor[i]) // unit * unit, 0) if cushion.shared else 0 for i in range(size)]
        own = in_proportion(min(amount, sum(short)), list(map(Fraction, short)), codes, unit)
        open_ = [Fraction(s - p) for s, p in zip(short, own.paid, strict=True)]
        yen = int(min(sum(open_), sum(above))) // unit * unit
        moved = in_proportion(yen, open_, codes, unit)
        borne = in_proportion(yen, list(map(Fraction, above)), codes, unit)
        paid = tuple(p + m - b for p, m, b in zip(own.paid, moved.paid, borne.paid, strict=True))
        group = Group(None, amount, sum(map(bool, short)), Fraction(sum(short)))
        member = tuple(0 if ask else None for ask in eligible)
        detail = CushionDetail(tuple(before), floor, own, moved, borne)
        columns_of = (own.weights, paid, own.exact, own.extra)
        left = amount - sum(paid)
        return PotResult(
            pot, received, amount, (group,), member, eligible, ((),) * size, *columns_of, left, cushion=detail
        )

    # Budgets

    def _budget(self, budget: Budget) -> BudgetResult:
        size, unit = len(self.codes), self.allocation.unit
        results = [r for r in self.done.values() if r.pot.budget == budget.name]
        shared = [sum(r.paid[i] for r in results) for i in range(size)]
        limit = self.allocation.limits.get(budget.name)
        most: list[int | None] = [None] * size
        if limit is not None:
            most = self._limits(limit, f"予算「{budget.name}」の限度")
        kept = [s if m is None else min(s, m // unit * unit) for s, m in zip(shared, most, strict=True)]
        cut = [s - k for s, k in zip(shared, kept, strict=True)]
        added: Yen = (0,) * size
        refill: Shares | None = None
        if limit is not None and limit.weight is not None and any(cut):
            # Whoever was cut is at the limit already, and has no room.
            room = [None if m is None else m // unit * unit - k for m, k in zip(most, kept, strict=True)]
            asked = [space != 0 for space in room]
            weights = self.known.weights(limit.weight, f"予算「{budget.name}」の再配分", asked)
            added, refill = within_room(sum(cut), weights, room, self.codes, unit)
        paid = tuple(k + a for k, a in zip(kept, added, strict=True))
        stays = sum(r.unspent for r in results if r.pot.overflow is None)
        remainder = stays + sum(cut) - sum(added)
        assert self.known.diagnostics or sum(paid) + remainder == budget.amount, "money was made or lost"
        return BudgetResult(budget, tuple(shared), tuple(most), tuple(cut), added, refill, paid, remainder)

    def _limits(self, limit: Limit, what: str) -> list[int | None]:
        numbers = self.known.numbers(limit.value, what, "限度なし", [True] * len(self.codes))
        return [None if number is None else int(number) for number in numbers]
