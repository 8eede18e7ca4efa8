"""What a change means: stricter, looser, both or neither, with a sheet that scores differently.

Sheets are made for all that the two versions of an item read, scored by both evaluators, and compared. Where the sheets
are all there can be (answers, and facts compared with numbers), the verdict is certain; where ranks or computed values
are read, it holds for the sheets that were tried, and says so.
"""

import random
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import islice, product
from typing import Any, Final

import numpy as np
from attrs import field, frozen

from haiten.comparison.changes import Change
from haiten.comparison.match import Match
from haiten.comparison.transfer import transfer
from haiten.compiler.columns import schema_of
from haiten.compiler.program import (
    AnswerTo,
    Compare,
    Condition,
    Constant,
    FactHolds,
    FactValue,
    Met,
    Node,
    PreviousScore,
    Program,
    RankValue,
    ScoreValue,
    Statistic,
    Value,
    Within,
)
from haiten.compiler.syntax import Level
from haiten.compiler.walk import conditions_in, values_in, values_of
from haiten.scoring.facts import Body, Facts, numbers_from, truth_from
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.scores import Scores

MOST_SHEETS: Final = 4096
_TRIED: Final = 400  # sheets that are tried where not all can be
_SEED: Final = 1
_STRUCTURAL: Final = frozenset({"added", "deleted", "renumbered"})
_LOCAL: Final = frozenset({"reweighed", "condition", "mode", "undisclosed", "definition"})
Cell = bool | Fraction


@frozen
class Sheet:
    """A witness: what the sheet says, and what it scores in both years.

    Attributes:
        old_columns: column and cell of the old rulebook's sheet; ``new_columns`` those that only the new one has.
        bodies: how many bodies the population has in which it was found; ranks depend on the others.
    """

    old_columns: dict[str, Cell]
    new_columns: dict[str, Cell]
    old_points: int
    new_points: int
    bodies: int = 1


@frozen
class Meaning:
    """How the points of an item changed.

    Attributes:
        verdict: ``same``, ``stricter``, ``looser``, ``incomparable`` or ``unknown`` (no sheet gives points in both).
        exhaustive: every sheet there can be was tried.
        lower: a sheet that now scores less; None where there is none. ``higher`` likewise.
    """

    old_path: str
    new_path: str
    verdict: str
    exhaustive: bool
    lower: Sheet | None = None
    higher: Sheet | None = None


def find_meanings(old: Rulebook, new: Rulebook, matched: Match, changes: Iterable[Change]) -> tuple[Meaning, ...]:
    """The meaning of every change of conditions and points, by item."""
    return tuple(_Tester(old, new, matched, *pair).run() for pair in _subjects(matched, changes))


def _subjects(matched: Match, changes: Iterable[Change]) -> Iterator[tuple[Node, Node]]:
    """The items to compare: those that changed, and those below which something came, went or moved."""
    seen: set[str] = set()
    for change in changes:
        node: Node | None = None
        if change.kind in _LOCAL:
            node = matched.new.nodes.get(change.new_path or "")
        elif change.kind in _STRUCTURAL:
            node = _above(matched, change)
        if node is None or node.level < Level.INDICATOR or node.path in seen:
            continue
        before = matched.counterpart(node)
        if before is not None:
            seen.add(node.path)
            yield before, node


def _above(matched: Match, change: Change) -> Node | None:
    """The node, in the new rulebook, below which a node came, went or moved."""
    if change.new_path is not None:
        return matched.new.nodes.get(matched.new.nodes[change.new_path].parent or "")
    above = matched.old.nodes[change.old_path or ""].parent or ""
    return matched.new.nodes.get(matched.new_path.get(above, ""))


@frozen(eq=False)
class _Reads:
    """What some nodes read: answers by path, yes/no facts, and numbers with the values worth trying."""

    program: Program
    answers: dict[str, None] = field(factory=dict)
    numbers: dict[str, set[Fraction]] = field(factory=dict)
    ranked: list[Condition | Value] = field(factory=list)
    seen: set[str] = field(factory=set)

    def node(self, path: str) -> None:
        node = self.program.nodes[path]
        if path in self.seen:
            return
        self.seen.add(path)
        for child in node.children:
            self.node(child)
        if node.is_leaf and node.condition is not None:
            self.condition(node.condition)

    def condition(self, condition: Condition) -> None:
        for part in conditions_in(condition):
            match part:
                case AnswerTo(path=path):
                    self.answers[path] = None
                case FactHolds(fact=fact):
                    self.answers[fact.name] = None
                case Met(path=path):
                    self.node(path)
                case Within():
                    self.ranked.append(part)
            self._thresholds(part)
        for value in values_in(condition):
            match value:
                case FactValue():
                    self.numbers.setdefault(value.column, set())
                case PreviousScore():
                    self.numbers.setdefault(value.column, set())
                case ScoreValue(paths=paths):
                    self.ranked.append(value)
                    for path in paths:
                        self.node(path)
                case RankValue() | Statistic():
                    self.ranked.append(value)

    def _thresholds(self, part: Condition) -> None:
        """The values around a number that a fact is compared with; any other comparison is only tried."""
        if isinstance(part, Within):
            return
        values = values_of(part)
        if isinstance(part, Compare) and isinstance(part.left, FactValue) and isinstance(part.right, Constant):
            unit = Fraction(1, 10**part.left.fact.decimals)
            centre = part.right.value
            around = self.numbers.setdefault(part.left.column, set())
            around |= {value for value in (centre - unit, centre, centre + unit) if _allowed(part.left, value)}
        elif values:
            self.ranked.append(part)


def _allowed(fact: FactValue, value: Fraction) -> bool:
    low, high = fact.fact.low, fact.fact.high
    whole = (value * 10**fact.fact.decimals).denominator == 1
    return whole and (low is None or value >= low) and (high is None or value <= high)


@frozen(eq=False)
class _Tester:
    old_rules: Rulebook
    new_rules: Rulebook
    matched: Match
    old: Node
    new: Node

    def run(self) -> Meaning:
        before, after = _Reads(self.matched.old), _Reads(self.matched.new)
        before.node(self.old.path)
        after.node(self.new.path)
        self._add_carried(before, after)
        columns, free = self._variables(before, after)
        exhaustive, rows = _sheets([*columns.values(), *free.values()], complete=not (before.ranked or after.ranked))
        old, new = self._score(columns, free, rows)
        return self._judge(columns, free, rows, old, new, exhaustive=exhaustive)

    def _add_carried(self, before: _Reads, after: _Reads) -> None:
        """What the new leaves' answers follow from is read of the old rulebook too."""
        for path in after.seen:
            node = self.matched.new.nodes[path]
            counterpart = self.matched.counterpart(node)
            if node.carry is not None:
                before.condition(node.carry)
            elif node.is_leaf and counterpart is not None and counterpart.is_leaf:
                before.node(counterpart.path)

    def _variables(self, before: _Reads, after: _Reads) -> tuple[dict[str, list[Cell]], dict[str, list[Cell]]]:
        """The cells worth trying, by column of the old sheet and by column that only the new sheet has."""
        old_schema, new_schema = schema_of(self.matched.old), schema_of(self.matched.new)
        columns: dict[str, list[Cell]] = {name: [True, False] for name in before.answers}
        free: dict[str, list[Cell]] = {}
        for name in after.answers:
            node = self.matched.new.nodes.get(name)
            if node is None:
                target = columns if name in self.matched.old.facts else free
                target.setdefault(name, [True, False])
            elif node.carry is None and (name not in self.matched.old_path or not self._answered(name)):
                free[name] = [True, False]
        for name in [*before.numbers, *after.numbers]:
            values = before.numbers.get(name, set()) | after.numbers.get(name, set())
            schema = old_schema if name in old_schema.numbers else new_schema
            cells = sorted(values) or _some_values(schema.numbers[name].fact)
            (columns if name in old_schema.numbers else free)[name] = list(cells)
        return columns, free

    def _answered(self, path: str) -> bool:
        """Whether the answer to a leaf is in the old sheet."""
        before = self.matched.old.nodes[self.matched.old_path[path]]
        return before.is_leaf and before.answered

    def _score(
        self, columns: dict[str, list[Cell]], free: dict[str, list[Cell]], rows: list[tuple[Cell, ...]]
    ) -> tuple[Scores, Scores]:
        names = [*columns, *free]
        cells = dict(zip(names, zip(*rows, strict=True), strict=True)) if names else {}
        bodies = tuple(Body(f"{number:05d}") for number in range(len(rows)))
        old = self.old_rules.score(_facts(self.matched.old, bodies, {name: cells[name] for name in columns}))
        facts = transfer(self.matched, old).facts
        own = _facts(self.matched.new, bodies, {name: cells[name] for name in free})
        joined = Facts(bodies, {**facts.numbers, **own.numbers}, {**facts.answers, **own.answers}, facts.outcomes)
        return old, self.new_rules.score(joined)

    def _judge(
        self,
        columns: dict[str, list[Cell]],
        free: dict[str, list[Cell]],
        rows: list[tuple[Cell, ...]],
        old: Scores,
        new: Scores,
        *,
        exhaustive: bool,
    ) -> Meaning:
        was, was_most = old.own(self.old.path)
        now, now_most = new.own(self.new.path)
        known = (was == was_most) & (now == now_most)
        ranked = len(rows) if not exhaustive else 1

        def witness(differs: Any) -> Sheet | None:
            found = np.flatnonzero(known & differs)
            if not len(found):
                return None
            # The plainest sheet: as few answers as possible that say yes.
            row = min(found, key=lambda i: sum(cell is True for cell in rows[i]))
            cells = dict(zip([*columns, *free], rows[row], strict=True))
            return Sheet(
                {name: cells[name] for name in columns},
                {name: cells[name] for name in free},
                int(was[row]),
                int(now[row]),
                ranked,
            )

        lower, higher = witness(now < was), witness(now > was)
        if not known.any():
            verdict = "unknown"
        elif lower and higher:
            verdict = "incomparable"
        else:
            verdict = "stricter" if lower else "looser" if higher else "same"
        return Meaning(self.old.path, self.new.path, verdict, exhaustive and bool(known.all()), lower, higher)


def _sheets(choices: list[list[Cell]], *, complete: bool) -> tuple[bool, list[tuple[Cell, ...]]]:
    """All sheets where that is possible, else some by chance; and whether they are all."""
    size = 1
    for cells in choices:
        size *= len(cells)
    if complete and size <= MOST_SHEETS:
        return True, list(islice(product(*choices), MOST_SHEETS))
    draw = random.Random(_SEED)
    return False, [tuple(draw.choice(cells) for cells in choices) for _ in range(_TRIED)]


def _some_values(fact: Any) -> list[Fraction]:
    """Values of a fact that no number of the rulebook singles out."""
    unit = Fraction(1, 10 ** (fact.decimals if fact else 0))
    low = fact.low if fact and fact.low is not None else Fraction(0)
    values = [low + unit * step for step in range(20)]
    return [value for value in values if not fact or fact.high is None or value <= fact.high]


def _facts(program: Program, bodies: tuple[Body, ...], cells: dict[str, tuple[Cell, ...]]) -> Facts:
    schema = schema_of(program)
    facts = Facts(bodies)
    for name, column in cells.items():
        if name in schema.numbers:
            decimals = schema.numbers[name].decimals
            facts.numbers[name] = numbers_from([int(Fraction(cell) * 10**decimals) for cell in column], decimals)
        else:
            facts.answers[name] = truth_from([bool(cell) for cell in column])
    return facts


def show_cell(cell: Cell) -> str:
    """A cell as a fact file holds it."""
    if isinstance(cell, bool):
        return "○" if cell else "×"
    return format((Decimal(cell.numerator) / Decimal(cell.denominator)).normalize(), "f")
