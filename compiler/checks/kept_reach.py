"""What reasoning about all sheets found in a rulebook that is edited, as far as the edit cannot reach it.

What is found at a node follows from what its points rest on (``Regions.grounds``): columns and rankings, through paths,
sums of points and rankings' values. Bounds and steps of a value stand in conditions that rest on its columns. So a node
whose grounds have nothing in common with those of any node that is another one, before or after, is what it was.

Steps of work count as if all had been looked at. A rulebook that takes half of those that it has, or more, is looked
at as a whole, as what is decided then depends on the order.
"""

from collections.abc import Callable, Iterable, Iterator

from attrs import field

from haiten.compiler.changing import evolve
from haiten.compiler.checks.findings import Finding
from haiten.compiler.checks.words import changed_nodes, diagnostic_moved
from haiten.compiler.late import define, frozen
from haiten.compiler.program.program import Program
from haiten.compiler.program.walk import paths_in
from haiten.compiler.proofs.extremes import Regions
from haiten.compiler.proofs.possible import Basis
from haiten.compiler.source import Span


@frozen(eq=False)
class _Part:
    """What was found in one look at a node, and the steps that it took."""

    found: tuple[Finding, ...]
    steps: int


@define(eq=False)
class KeptReach:
    """The findings of one version after the other of a rulebook; it keeps those of the last one."""

    reused: bool = False
    _regions: Regions | None = None
    _parts: dict[tuple[str, str], _Part] = field(factory=dict)
    _before: dict[tuple[str, str], _Part] = field(factory=dict)
    _holding: frozenset[str] = frozenset()
    _moved: dict[int, Span] = field(factory=dict)

    @property
    def is_roomy(self) -> bool:
        """Whether the steps that were taken are few, so that none was missed anywhere."""
        return self._regions is not None and self._regions.work.left * 2 > self._regions.work_at_first

    def forget(self) -> None:
        """Reason about the next version as a whole."""
        self._regions = None

    def turn(self, regions: Regions) -> None:
        """Go on to the next version."""
        self._holding, self._moved, self._before, self._parts = frozenset(), {}, self._parts, {}
        old = self._regions
        if old is not None and self.is_roomy and (compared := changed_nodes(old.program, regions.program)) is not None:
            self._moved, changed = compared
            regions.take_over_grounds(old, _untouched(regions.program, changed))
            self._holding = _holding(old, regions, changed)
            regions.take_over(old, self._holding)
        self._regions, self.reused = regions, bool(self._holding)

    def part(self, kind: str, path: str, make: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
        """What is found in one look at a node, made or as it was."""
        assert self._regions is not None
        work, key = self._regions.work, (kind, path)
        known = self._before.get(key) if path in self._holding else None
        if known is None:
            left = work.left
            found = tuple(make())
            known = _Part(found, left - work.left)
        else:
            work.spend(known.steps)
            if self._moved and known.found:
                moved = (evolve(f, diagnostic=diagnostic_moved(f.diagnostic, self._moved)) for f in known.found)
                known = _Part(tuple(moved), known.steps)
        self._parts[key] = known
        yield from known.found


def _untouched(program: Program, changed: frozenset[str]) -> frozenset[str]:
    """The nodes that read no other ones than they did, themselves and in all that they name."""
    touched = set(changed)
    for path in program.order:
        node = program.nodes[path]
        read = () if node.condition is None else paths_in(node.condition)
        if not (touched.isdisjoint(node.children) and touched.isdisjoint(read)):
            touched.add(path)
    return frozenset(path for path in program.order if path not in touched)


def _holding(old: Regions, new: Regions, changed: frozenset[str]) -> frozenset[str]:
    """The nodes about which all is as it was."""
    reached: set[Basis] = set(changed)
    above: set[str] = set(changed)
    for regions in (old, new):
        nodes = regions.program.nodes
        for path in changed & nodes.keys():
            reached |= regions.grounds(path)
            parent = nodes[path].parent
            while parent is not None and parent not in above:
                above.add(parent)
                parent = nodes[parent].parent
    return frozenset(
        path
        for path in new.program.nodes
        if path not in above and reached.isdisjoint(new.grounds(path)) and reached.isdisjoint(old.grounds(path))
    )
