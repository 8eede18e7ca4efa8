"""One population under two years' rules: who gains, who loses, and by which item."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from haiten.allocation.run import allocate_facts
from haiten.comparison.match import Match, match
from haiten.comparison.money import MoneyImpact
from haiten.comparison.transfer import Transfer, transfer
from haiten.compiler.late import frozen
from haiten.compiler.program.program import Node, Program
from haiten.compiler.version import haiten_version
from haiten.scoring.reading.given_facts import facts_given
from haiten.scoring.reading.read_facts import FactsRead
from haiten.scoring.rulebook import Rulebook, UnusableError, as_rulebook, check_same_kind
from haiten.scoring.running.scores import Scores

if TYPE_CHECKING:
    from haiten.scoring.rulebook import FactsGiven

SCHEMA: Final = "haiten/impact@1"
IntArray = NDArray[Any]


@frozen(eq=False)
class Item:
    """An item in both years, or in one.

    Attributes:
        old_path: None for a new item; ``new_path`` None for one that is gone.
        state: what to say of one that is new or gone; empty where it is in both.
        old: certain points per body that reached the total; zeros for a new item. ``old_possible``: those that can.
        certain, possible: the same under the new rules.
    """

    old_path: str | None
    new_path: str | None
    text: str
    state: str
    old: IntArray
    old_possible: IntArray
    certain: IntArray
    possible: IntArray

    @property
    def moved(self) -> IntArray:
        """For each body whether its points are others now, or known to another degree."""
        return np.asarray((self.certain != self.old) | (self.possible != self.old_possible))

    @property
    def path(self) -> str:
        """Where it stands, or stood."""
        return self.new_path or self.old_path or ""

    @property
    def delta(self) -> IntArray:
        """The change of the certain points."""
        return np.asarray(self.certain - self.old)


@frozen(eq=False)
class Impact:
    """Both runs, and what became of the difference; ``money`` where both are allocations."""

    matched: Match
    old: Scores
    new: Scores
    transfer: Transfer
    money: MoneyImpact | None = None

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every leaf of either year, and every 上限 that took points off: together they add up to the total.

        Where a leaf was made of several before, or several of one, they are one item.
        """
        pairs = list(self._pairs())
        items = [self._item(old, new) for old, new in pairs]
        inside_old = [old.path for old, new in pairs if old is not None and not old.is_leaf]
        inside_new = [new.path for old, new in pairs if new is not None and not new.is_leaf]
        return (*items, *self._cuts(inside_old, inside_new))

    def _pairs(self) -> Iterator[tuple[Node | None, Node | None]]:
        """Old and new node of every item; the new ones in their order, then what is gone."""
        told: set[str] = set()
        for node in self.matched.new.nodes.values():
            before = self.matched.counterpart(node)
            if node.special or (node.parent and self._is_leaf_of_either(self.matched.new.nodes[node.parent])):
                continue
            if node.is_leaf or (before is not None and before.is_leaf):
                told.add(before.path if before is not None else "")
                yield before, node
        for leaf in self.matched.old.leaves:
            above = leaf.path.split(".")
            if not leaf.special and not any(".".join(above[:depth]) in told for depth in range(1, len(above) + 1)):
                yield leaf, None

    def _is_leaf_of_either(self, node: Node) -> bool:
        before = self.matched.counterpart(node)
        if before is not None and before.is_leaf:
            return True
        return node.parent is not None and self._is_leaf_of_either(self.matched.new.nodes[node.parent])

    def _item(self, old: Node | None, new: Node | None) -> Item:
        zero = np.zeros(len(self.old.bodies), dtype=np.int64)
        either = new or old
        assert either is not None
        was = self.old.counted(old.path) if old is not None else (zero, zero)
        now = self.new.counted(new.path) if new is not None else (zero, zero)
        paths = (old.path if old else None, new.path if new else None)
        return Item(*paths, either.text, self.matched.state(*paths), *was, *now)

    def _cuts(self, inside_old: list[str], inside_new: list[str]) -> Iterator[Item]:
        """What 上限 took off, as items of their own; not inside items that are counted as a whole."""
        zero = np.zeros(len(self.old.bodies), dtype=np.int64)
        old = {n.path: -self.old.cut(n.path) for n in _capped(self.matched.old, inside_old)}
        new = {n.path: -self.new.cut(n.path) for n in _capped(self.matched.new, inside_new)}
        for path, now in new.items():
            before = self.matched.old_path.get(path)
            was = old.pop(before, zero) if before is not None else zero
            if was.any() or now.any():
                yield Item(before, path, f"{path} の上限", self.matched.state(before, path), was, was, now, now)
        for path, was in old.items():
            if was.any():
                yield Item(path, None, f"{path} の上限", self.matched.state(path, None), was, was, zero, zero)

    @cached_property
    def totals(self) -> tuple[IntArray, IntArray, IntArray, IntArray]:
        """Certain and possible points of 全体: old, old, new, new."""
        old, new = self.old.total(), self.new.total()
        return old[0], old[1], new[0], new[1]

    @property
    def trial(self) -> dict[str, str]:
        """The 定数 and 予算 of the new rules that a simulation (``--set``) changed, as people read them."""
        allocation = self.new.program.allocation
        budgets = () if allocation is None else allocation.budgets.values()
        return self.new.program.trial | {b.name: f"{b.amount:,}円" for b in budgets if b.replaced}

    @property
    def trial_text(self) -> str:
        """``目標値 = 65%``; empty where nothing was changed."""
        return "、".join(f"{name} = {value}" for name, value in self.trial.items())

    def ranks(self, *, new: bool) -> IntArray:
        """The rank of every body by its certain points: 1 + the number of bodies with more."""
        points = self.totals[2 if new else 0]
        order = np.sort(points)[::-1]
        return np.asarray(np.searchsorted(-order, -points, side="left") + 1)

    def to_json(self) -> dict[str, Any]:
        """As JSON (``docs/schema/impact-1.json``); points are certain ones unless they say otherwise."""
        old, _, new, possible = self.totals
        ranks = self.ranks(new=False), self.ranks(new=True)
        return {
            "schema": SCHEMA,
            "haiten": haiten_version(),
            "old": _head(self.old),
            "new": _head(self.new) | ({"set": self.trial} if self.trial else {}),
            "unknown": [{"path": u.path, "reason": u.reason} for u in self.transfer.unknown],
            "dropped": [{"path": u.path, "reason": u.reason} for u in self.transfer.dropped],
            "derived": list(self.transfer.derived),
            "assumed": list(self.transfer.assumed),
            **({} if self.money is None else {"money": self.money.to_json()}),
            "items": [
                {
                    "old_path": item.old_path,
                    "new_path": item.new_path,
                    "old_average": _mean(item.old),
                    "old_average_possible": _mean(item.old_possible),
                    "new_average": _mean(item.certain),
                    "new_average_possible": _mean(item.possible),
                    "gain": int((item.delta > 0).sum()),
                    "lose": int((item.delta < 0).sum()),
                }
                for item in self.items
            ],
            "bodies": [
                {
                    "code": body.code,
                    "name": body.name,
                    "old": int(old[i]),
                    "new": int(new[i]),
                    "new_possible": int(possible[i]),
                    "delta": int(new[i] - old[i]),
                    "old_rank": int(ranks[0][i]),
                    "new_rank": int(ranks[1][i]),
                }
                for i, body in enumerate(self.old.bodies)
            ],
        }


def _capped(program: Program, inside: list[str]) -> list[Node]:
    capped = (node for node in program.nodes.values() if node.cap is not None and not node.special)
    return [n for n in capped if not any(n.path == path or n.path.startswith(path + ".") for path in inside)]


def _head(scores: Scores) -> dict[str, Any]:
    return {"year": scores.program.year, "scope": str(scores.program.scope), "rules": scores.fingerprint.rules}


def _mean(column: IntArray) -> float | None:
    return round(float(column.mean()), 4) if len(column) else None


def impact(old: Rulebook, new: Rulebook, facts: "FactsGiven", cutoffs: Path | None = None) -> Impact:
    """Score a population under both rulebooks.

    Args:
        old: a rulebook, or an allocation.
        new: another of the same kind.
        facts: those of the old one, in any form that ``Rulebook.score`` takes.
        cutoffs: the cut-offs of the year before the new one, where it alone asks for figures of that year.

    Raises:
        UnusableError: a rulebook, the facts or the cut-offs have errors.
        TypeError: an argument is nothing of that kind.
        ValueError: one is an allocation, and the other is none.
    """
    check_same_kind(as_rulebook(old, "old"), as_rulebook(new, "new"))
    read = facts_given(facts, old.program)
    if read.facts is None:
        raise UnusableError(read.diagnostics)
    facts = read.facts
    matched = match(old.program, new.program)
    before = old.score_checked(facts)
    carried = transfer(matched, before)
    if cutoffs is not None:
        given = new.add_figures(FactsRead(carried.facts, ()), "渡された事実", cutoffs)
        if given.facts is None:
            raise UnusableError(given.diagnostics)
        carried = evolve(carried, facts=given.facts)
    money = None
    if old.program.allocation is not None and new.program.allocation is not None:
        divided = [allocate_facts(rules, given, assume=True) for rules, given in ((old, facts), (new, carried.facts))]
        assert all(outcome.allocated is not None for outcome in divided), "what is unknown was assumed"
        money = MoneyImpact(*(outcome.allocated for outcome in divided if outcome.allocated is not None))
    return Impact(matched, before, new.score_checked(carried.facts), carried, money)
