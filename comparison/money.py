"""What a change of rules, or of an allocation's figures, does to the money of a population."""

from functools import cached_property
from typing import Any

from haiten.allocation.allocate import Allocated
from haiten.allocation.known import Assumption
from haiten.compiler.late import frozen


@frozen(eq=False)
class MoneyImpact:
    """The yen of the same bodies under two allocations.

    What is unknown counts as 0 or 非該当 under both, so that the money can be divided at all; ``assumptions`` tells.
    """

    old: Allocated
    new: Allocated

    @cached_property
    def delta(self) -> tuple[int, ...]:
        """The change of each body's yen."""
        return tuple(after - before for before, after in zip(self.old.paid, self.new.paid, strict=True))

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What was taken for granted under either."""
        return tuple(dict.fromkeys((*self.old.assumptions, *self.new.assumptions)))

    @property
    def pots(self) -> tuple[tuple[str, tuple[int, ...], tuple[int, ...]], ...]:
        """Every pot of either allocation by name, with the yen of each body; zeros where it is not there."""
        nothing = (0,) * len(self.delta)
        names = dict.fromkeys((*self.old.pots, *self.new.pots))

        def paid(side: Allocated, name: str) -> tuple[int, ...]:
            return side.pots[name].paid if name in side.pots else nothing

        return tuple((name, paid(self.old, name), paid(self.new, name)) for name in names)

    def to_json(self) -> dict[str, Any]:
        """As JSON, the ``money`` of ``docs/schema/impact-1.json``."""
        return {
            "budget": [sum(r.budget.amount for r in side.budgets.values()) for side in (self.old, self.new)],
            "gain": sum(change > 0 for change in self.delta),
            "lose": sum(change < 0 for change in self.delta),
            "pots": [{"name": name, "old": sum(before), "new": sum(after)} for name, before, after in self.pots],
            "bodies": [
                {"code": body.code, "old": self.old.paid[i], "new": self.new.paid[i], "delta": self.delta[i]}
                for i, body in enumerate(self.old.bodies)
            ],
        }
