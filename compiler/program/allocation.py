"""The resolved allocation (配分) of a program: budgets and pots with their amounts, and how each pot is divided.

Amounts are integer yen. What depends on bodies (weights, conditions) are values and conditions of the program, which
its evaluator computes with the scores.
"""

from collections.abc import Iterator
from typing import assert_never

from attrs import field

from haiten.compiler.late import frozen
from haiten.compiler.program.parameters import Parameter
from haiten.compiler.program.terms import Classification, Condition, Value
from haiten.compiler.program.walk import parts_of, values_in
from haiten.compiler.syntax.allocation import AllocationFile, BudgetDecl, EventDecl, PotDecl
from haiten.compiler.syntax.allocation import FrameDecl as FrameDecl
from haiten.compiler.syntax.allocation import LimitDecl as LimitDecl
from haiten.compiler.syntax.allocation import SplitDecl as SplitDecl


@frozen(eq=False)
class Budget:
    """A 予算: yen to be divided, and 財源 (None where it is not said)."""

    name: str
    text: str
    amount: int
    fund: str | None
    replaced: bool
    decl: BudgetDecl


@frozen(eq=False)
class Frame:
    """A 枠: a requirement that gives a share."""

    label: str
    text: str
    condition: Condition
    decl: FrameDecl


@frozen(eq=False)
class Split:
    """A 内訳: how a pot is divided among classes first.

    Attributes:
        weight: in proportion to this value's sum; None where ``amounts`` are given.
        amounts: yen per class in the order of the 区分; None is 残り.
    """

    classification: Classification
    weight: Value | None
    amounts: tuple[int | None, ...]
    decl: SplitDecl


@frozen(eq=False)
class ProRata:
    """按分: in proportion to a value."""

    value: Value


@frozen(eq=False)
class Equal:
    """均等: the same to all, or per 枠 met; ``most`` 枠 at most (None: no limit)."""

    by_frames: bool
    most: int | None


@frozen(eq=False)
class Cushion:
    """激変緩和: up to a floor in yen; ``shared`` lets bodies above their floor bear what the pot does not hold."""

    floor: Value
    shared: bool


Method = ProRata | Equal | Cushion


@frozen(eq=False)
class Pot:
    """A 配分.

    Attributes:
        amount: yen of the budget that it begins with; what flows in from other pots is not in it.
        eligible: who shares in it; None: all.
        overflow: the pot that gets what nobody gets here (不用額); None where it stays.
    """

    name: str
    text: str
    budget: str
    amount: int
    split: Split | None
    eligible: Condition | None
    frames: tuple[Frame, ...]
    method: Method
    overflow: str | None
    decl: PotDecl


@frozen(eq=False)
class Limit:
    """A 限度: the most that a body gets of a budget.

    Attributes:
        weight: what is cut off is given to bodies below their limit in proportion to it (再配分); None: it stays.
    """

    budget: str
    value: Value
    weight: Value | None
    decl: LimitDecl


@frozen(eq=False)
class Allocation:
    """How money follows from points.

    Attributes:
        parameters, budgets, pots: in the order of the file.
        order: the pots' names so that each comes after those it depends on.
        limits: by budget.
        unit: payments are multiples of so many yen.
        largest: what rounding leaves of a 按分 goes out by largest remainders; else it stays.
        syntax: the file.
    """

    parameters: tuple[Parameter, ...]
    budgets: dict[str, Budget]
    pots: dict[str, Pot]
    order: tuple[str, ...]
    limits: dict[str, Limit]
    unit: int
    largest: bool
    calendar: tuple[EventDecl, ...]
    syntax: AllocationFile = field(repr=False)

    @property
    def values(self) -> Iterator[Value]:
        """The values of bodies that it reads, outermost ones."""
        for pot in self.pots.values():
            if pot.split is not None and pot.split.weight is not None:
                yield pot.split.weight
            match pot.method:
                case ProRata(value=value) | Cushion(floor=value):
                    yield value
                case Equal():
                    pass
                case _:
                    assert_never(pot.method)
        for limit in self.limits.values():
            yield limit.value
            if limit.weight is not None:
                yield limit.weight

    @property
    def conditions(self) -> Iterator[Condition]:
        """The conditions about bodies that it reads."""
        for pot in self.pots.values():
            if pot.eligible is not None:
                yield pot.eligible
            yield from (frame.condition for frame in pot.frames)

    @property
    def classifications(self) -> Iterator[Classification]:
        """The 区分 by which it splits pots."""
        return (pot.split.classification for pot in self.pots.values() if pot.split is not None)

    @property
    def all_values(self) -> Iterator[Value]:
        """Every value that it reads, with all inside it."""
        for condition in self.conditions:
            yield from values_in(condition)
        pending = [*self.values, *(classes.value for classes in self.classifications)]
        while pending:
            value = pending.pop()
            yield value
            pending.extend(parts_of(value))
