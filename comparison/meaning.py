"""What a change means: stricter, looser, both or neither, with a sheet that scores differently.

That a version never gives less (or more) than the other is proven, by trying all cells of what the conditions of both
read (``common.py``); rankings and computed values that are the same in both years are one and the same variable there,
those that differ are free of each other, so that nothing is claimed of them. That it does give less (or more) is shown
by a population, which is scored by both evaluators (``populations.py``). What is neither proven nor shown is said to
be open.
"""

import random
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from attrs import field

from haiten.comparison.affected import Affected
from haiten.comparison.changes import Change
from haiten.comparison.common import Common, CommonCells, Side, cells_of, leaves_below
from haiten.comparison.excerpt import Excerpt, FactCell, FactColumns, OwnAndCounted, columns_read, excerpt
from haiten.comparison.match import Match, other_places
from haiten.comparison.populations import Populations, Rows
from haiten.compiler.late import frozen
from haiten.compiler.program.program import Node, Program
from haiten.compiler.program.terms import Condition, ScoreValue
from haiten.compiler.program.walk import values_in
from haiten.compiler.proofs.cells import Assignment
from haiten.compiler.proofs.integer_points import StepBudget
from haiten.compiler.proofs.possible import Possible
from haiten.compiler.syntax.rulebook import Level, Mode

_TRIED: Final = 160  # populations that are scored where bodies are ranked
_EXAMPLES: Final = 40  # cells in which two versions differ, of each direction, that are made into sheets
_SHRUNK: Final = 16  # bodies of a population that is made as small as it can be
_PLAINER: Final = 60  # times that one is scored again to make it plainer
_SEED: Final = 1
_STRUCTURAL: Final = frozenset({"added", "deleted", "revealed", "concealed", "renumbered"})
_LOCAL: Final = frozenset({"reweighed", "condition", "mode", "undisclosed", "definition"})
_SIDES: Final = ("lower", "higher")


@frozen
class Witness:
    """A witness: what the sheet says, and what it scores in both years.

    Attributes:
        old_columns: column and cell of the old rulebook's sheet; ``new_columns`` those that only the new one has. None:
            not answered.
        bodies: how many bodies the population has in which it was found; ranks depend on the others.
        others: what the sheets of the other bodies say, old and new columns together.
    """

    old_columns: dict[str, FactCell | None]
    new_columns: dict[str, FactCell | None]
    old_points: int
    new_points: int
    bodies: int = 1
    others: tuple[dict[str, FactCell | None], ...] = ()


@frozen
class Meaning:
    """How the points of an item changed.

    Attributes:
        verdict: ``same``, ``stricter``, ``looser``, ``incomparable``: all of these are certain. ``loses``: some sheets
            score less, and that none scores more is not known; ``gains`` likewise. ``open``: neither proven the same
            nor found different. ``unknown``: points of it are 未公表.
        lower: a sheet that now scores less; None where none is known. ``higher`` likewise.
        also: where else the item stands by に同じ, so that it means the same there.
    """

    old_path: str
    new_path: str
    verdict: str
    lower: Witness | None = None
    higher: Witness | None = None
    also: tuple[str, ...] = ()

    @property
    def exhaustive(self) -> bool:
        """Whether the verdict leaves nothing open."""
        return self.verdict in ("same", "stricter", "looser", "incomparable")


def find_meanings(matched: Match, changes: Iterable[Change], affected: Iterable[Affected]) -> tuple[Meaning, ...]:
    """The meaning of every change of conditions and points, by item."""
    common = Common(matched)
    testers = [_Tester(common, *pair) for pair in _subjects(matched, changes, affected)]
    groups: dict[tuple[str | None, str | None], list[_Tester]] = {}
    for tester in testers:
        groups.setdefault(tester.group, []).append(tester)
    for group in groups.values():
        _search(common, [tester for tester in group if tester.wanted])
    return tuple(tester.meaning() for tester in testers)


def _subjects(matched: Match, changes: Iterable[Change], affected: Iterable[Affected]) -> Iterator[tuple[Node, Node]]:
    """The items to compare: those that changed, and those below which something came, went or moved."""
    seen: set[str] = set()
    nodes: list[Node | None] = []
    for change in changes:
        if change.kind in _LOCAL:
            nodes.append(matched.new.nodes.get(change.new_path or ""))
        elif change.kind in _STRUCTURAL:
            nodes += _above(matched, change)
    nodes += [matched.new.nodes[one.new_path] for one in affected]
    for node in nodes:
        if node is None or (node.level < Level.INDICATOR and not node.is_leaf) or node.path in seen:
            continue
        before = matched.counterpart(node)
        if before is not None:
            seen.add(node.path)
            yield before, node


def _above(matched: Match, change: Change) -> list[Node | None]:
    """The nodes, in the new rulebook, below which a node came or went; both, where it moved from one to another."""
    above = []
    if change.old_path is not None:
        parent = matched.old.nodes[change.old_path].parent or ""
        above.append(matched.new.nodes.get(matched.new_path.get(parent, "")))
    if change.new_path is not None:
        above.append(matched.new.nodes.get(matched.new.nodes[change.new_path].parent or ""))
    return above


@frozen(eq=False)
class _Bounds:
    """Whether sheets may score less or more, as far as conditions tell; with cells in which they do."""

    lower: bool
    higher: bool
    examples: tuple[Assignment, ...] = ()


@frozen(eq=False)
class _Tester:
    """One item in both years.

    Attributes:
        bounds: None where 未公表 points leave nothing to tell.
        found: a sheet by the direction in which it differs.
    """

    common: Common
    old: Node
    new: Node
    cells: CommonCells = field(init=False)
    bounds: _Bounds | None = field(init=False)
    found: dict[str, Witness] = field(factory=dict, init=False)

    @cells.default
    def _make_cells(self) -> CommonCells:
        return cells_of(self.common, self.conditions(self.old, self.new))

    @bounds.default
    def _find_bounds(self) -> _Bounds | None:
        matched = self.common.matched
        if self.common.alike(self.old, self.new):
            return _Bounds(lower=False, higher=False)
        if _undisclosed(matched.old, self.old) or _undisclosed(matched.new, self.new):
            return None
        return self._bounds(self.cells, self.old, self.new)

    @property
    def group(self) -> tuple[str | None, str | None]:
        """Items of one group are tried together: those below one node read much the same."""
        if self.old.is_leaf and self.new.is_leaf:
            return self.old.parent, self.new.parent
        return self.old.path, None

    @property
    def wanted(self) -> list[str]:
        """The directions in which it may differ, and for which no sheet is known yet."""
        if self.bounds is None:
            return []
        return [side for side in _SIDES if getattr(self.bounds, side) and side not in self.found]

    def meaning(self) -> Meaning:
        """What became known."""
        verdict = "unknown" if self.bounds is None else _verdict(self.bounds, self.found)
        also = other_places(self.common.matched.new, self.new.path)
        return Meaning(self.old.path, self.new.path, verdict, self.found.get("lower"), self.found.get("higher"), also)

    # What conditions tell

    def _bounds(self, cells: Possible, old: Node, new: Node) -> _Bounds:
        if self.common.alike(old, new):
            return _Bounds(lower=False, higher=False)
        read = {variable for condition in self.conditions(old, new) for variable in cells.variables_of(condition)}
        steps = cells.question()
        tried = cells.assignments(read, steps)
        return self._from_parts(cells, old, new) if tried is None else self._from_cells(cells, old, new, tried, steps)

    def conditions(self, old: Node, new: Node) -> list[Condition]:
        """What decides the points of two nodes, in common terms."""
        versions = ((self.common.old, old), (self.common.new, new))
        return [side.leaf(leaf.path) for side, node in versions for leaf in leaves_below(side.program, node.path)]

    def _from_cells(self, cells: Possible, old: Node, new: Node, tried: list[Assignment], steps: StepBudget) -> _Bounds:
        found: dict[str, list[Assignment]] = {side: [] for side in _SIDES}
        for at in tried:
            was, now = _points(cells, self.common.old, old, at), _points(cells, self.common.new, new, at)
            if was != now and cells.is_thinkable(at, steps):
                found["lower" if now < was else "higher"].append(at)
        # The plainest first: as few answers as possible that say yes.
        plain = [sorted(ats, key=_plainness)[:_EXAMPLES] for ats in found.values()]
        return _Bounds(bool(found["lower"]), bool(found["higher"]), tuple(at for ats in plain for at in ats))

    def _from_parts(self, cells: Possible, old: Node, new: Node) -> _Bounds:
        """From what the children may do, where there is too much to try at once."""
        if old.is_leaf or new.is_leaf:
            return _Bounds(lower=True, higher=True)
        matched = self.common.matched
        pairs = [(matched.counterpart(matched.new.nodes[path]), matched.new.nodes[path]) for path in new.children]
        both = [(before, after) for before, after in pairs if before is not None and before.parent == old.path]
        parts = [self._bounds(cells, before, after) for before, after in both]
        lower, higher = any(part.lower for part in parts), any(part.higher for part in parts)
        lower |= len(both) < len(old.children)
        higher |= len(both) < len(new.children)
        if (old.mode, old.cap) != (new.mode, new.cap):
            lower, higher = lower or not _gives_no_less(new, old), higher or not _gives_no_less(old, new)
        examples = tuple(at for part in parts for at in part.examples)
        return _Bounds(lower, higher, examples)


def _plainness(at: Assignment) -> tuple[int, tuple[bool, ...]]:
    return sum(cell is True for cell in at.values()), tuple(cell is False for cell in at.values())


def _gives_no_less(node: Node, other: Node) -> bool:
    """Whether a node surely makes as much of the same children's points as another: a sum, a cut or the greatest."""
    if node.mode is Mode.ANY_ONE or other.mode is Mode.ANY_ONE:
        return node.mode is Mode.SUM or node.mode is other.mode
    return node.cap is None or (other.cap is not None and node.cap >= other.cap)


def _undisclosed(program: Program, node: Node) -> bool:
    return bool(node.undisclosed) or any(_undisclosed(program, program.nodes[child]) for child in node.children)


def _points(cells: Possible, side: Side, node: Node, at: Assignment) -> int:
    if node.is_leaf:
        return node.maximum if cells.holds(side.leaf(node.path), at) else 0
    return node.joined(_points(cells, side, side.program.nodes[child], at) for child in node.children)


def _verdict(bounds: _Bounds, found: dict[str, Witness]) -> str:
    if len(found) == 2:
        return "incomparable"
    if "lower" in found:
        return "loses" if bounds.higher else "stricter"
    if "higher" in found:
        return "gains" if bounds.lower else "looser"
    return "open" if bounds.lower or bounds.higher else "same"


# Sheets that score differently


def _search(common: Common, testers: list[_Tester]) -> None:
    """Look for sheets in which some items, that read much the same, score differently."""
    if not testers:
        return
    apart = excerpt(common.matched, [(tester.old, tester.new) for tester in testers])
    cells = cells_of(common, [part for tester in testers for part in tester.cells.conditions])
    examples = tuple(at for tester in testers if tester.bounds is not None for at in tester.bounds.examples)
    focus = tuple(name for name in _focus(common, testers) if apart.holds(name))
    populations = Populations(apart, cells, random.Random(_SEED), examples, focus)
    for population in populations.made(_TRIED):
        if not any(tester.wanted for tester in testers):
            break
        points = scored(apart, population)
        for number, tester in enumerate(testers):
            for side in tester.wanted:
                body = _differing(population, points[number], side)
                if body is not None:
                    witness = _Witness(common, tester.old, tester.new, apart, number, side, populations.is_ranked)
                    tester.found[side] = witness.sheet(population, body)


def _focus(common: Common, testers: list[_Tester]) -> Iterator[str]:
    """The columns that nodes with other points read, of those whose points are added up."""
    matched = common.matched
    for tester in testers:
        for node in (tester.old, tester.new):
            program = matched.old if node is tester.old else matched.new
            for leaf in leaves_below(program, node.path):
                assert leaf.condition is not None
                for value in values_in(leaf.condition):
                    if isinstance(value, ScoreValue):
                        yield from _columns_that_differ(common, program, value.paths)


def _columns_that_differ(common: Common, program: Program, paths: Iterable[str]) -> Iterator[str]:
    matched = common.matched
    is_new = program is matched.new
    for path in paths:
        node = program.nodes[path]
        other = (matched.old_path if is_new else matched.new_path).get(path)
        if other is not None:
            pair = (matched.old.nodes[other], node) if is_new else (node, matched.new.nodes[other])
            if common.alike(*pair):
                continue
            if node.children:
                yield from _columns_that_differ(common, program, node.children)
                continue
        yield from columns_read(program, path)


def scored(apart: Excerpt, population: Rows) -> list[OwnAndCounted]:
    """The points of the items of an excerpt."""
    columns: FactColumns = {name: [row[name] for row in population] for name in population[0]}
    return apart.score(columns, len(population))


def _differs(points: tuple[int, int, int, int], side: str) -> bool:
    """Whether points are known in both years, and less (``lower``) or more in the new one."""
    was, was_most, now, now_most = points
    return was == was_most and now == now_most and (now < was if side == "lower" else now > was)


def _differing(population: Rows, points: OwnAndCounted, side: str) -> int | None:
    """The plainest body that differs."""
    bodies = [body for body, known in enumerate(points) if _differs(known, side)]
    return min(bodies, key=lambda body: sum(cell is True for cell in population[body].values()), default=None)


@frozen(eq=False)
class _Witness:
    """A population in which an item differs, made as plain as it can be."""

    common: Common
    old: Node
    new: Node
    apart: Excerpt
    number: int
    side: str
    ranked: bool

    def sheet(self, population: Rows, body: int) -> Witness:
        """The witness, with the body that differs first."""
        population = [population[body], *population[:body], *population[body + 1 :]]
        population = self._plainer(self._fewer(population) if self.ranked else population[:1])
        was, _, now, _ = scored(self.apart, population)[self.number][0]
        # What only the items beside it read is not reported of it.
        alone = excerpt(self.common.matched, [(self.old, self.new)])
        names = [[*reads.answers, *reads.numbers] for reads in (alone.columns, alone.free)]
        first, *others = [[{name: row[name] for name in listed} for listed in names] for row in population]
        return Witness(first[0], first[1], was, now, len(population), tuple(old | free for old, free in others))

    def _still(self, population: Rows) -> bool:
        return _differs(scored(self.apart, population)[self.number][0], self.side)

    def _fewer(self, population: Rows) -> Rows:
        """Without bodies that need not be there."""
        if len(population) > _SHRUNK:
            return population
        for other in reversed(range(1, len(population))):
            without = population[:other] + population[other + 1 :]
            population = without if self._still(without) else population
        return population

    def _plainer(self, population: Rows) -> Rows:
        """With as many answers as possible that say no, everywhere."""
        answers = [name for name, cell in population[0].items() if any(row[name] is True for row in population)]
        size, left = len(answers), _PLAINER
        while size and left:
            for start in range(0, len(answers), size):
                without: dict[str, FactCell | None] = dict.fromkeys(answers[start : start + size], False)
                changed = [row | without for row in population]
                left -= 1
                if changed != population and self._still(changed):
                    population = changed
                if not left:
                    break
            size = size // 2
        return population


def show_cell(cell: FactCell | None) -> str:
    """A cell as a fact file holds it; empty where it is not known."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "○" if cell else "×"
    return format((Decimal(cell.numerator) / Decimal(cell.denominator)).normalize(), "f")
