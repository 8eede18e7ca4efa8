"""Where the nation in a cut-off file contradicts itself or the rulebook: counts that do not add up."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from haiten.compiler.files.json_forms import FormFault
from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import WHOLE, is_chosen
from haiten.compiler.program.program import Node, Program
from haiten.compiler.syntax.rulebook import Mode
from haiten.scoring.cutoffs.cutoff_forms import MOST_BODIES
from haiten.scoring.running.nation import nodes_by_prefecture, nodes_kept


@frozen
class _Sums:
    """Between which bounds the certain and the possible points of all bodies lie, added up."""

    certain: tuple[int, int]
    possible: tuple[int, int]


def nation_faults(nation: dict[str, Any], program: Program) -> Iterator[FormFault]:
    """What is wrong with a nation that has its form."""
    size = nation["bodies"]
    if not 0 < size <= MOST_BODIES:
        yield FormFault("nation.bodies", f"団体の数は 1 から {MOST_BODIES:,} までです")
        return
    kept, leaves = nodes_kept(program), [leaf.path for leaf in program.leaves]
    alone = [
        *_names("nation.points", nation["points"], kept),
        *_names("nation.leaves", nation["leaves"], leaves),
        # In an allocation, points may be given at any node.
        *(() if program.allocation else _given_faults(nation.get("given"), program)),
        *(
            fault
            for path, told in nation["points"].items()
            for fault in _spread_faults(f"nation.points.{path}", path, told, size, program)
        ),
        *(
            FormFault(f"nation.leaves.{path}", f"{size:,}団体より多くなります")
            for path, (have, undecided) in nation["leaves"].items()
            if have + undecided > size
        ),
    ]
    yield from alone
    if alone:
        return
    yield from _prefecture_faults(nation, program)
    if program.allocation is None:
        yield from _Tree(nation, program).faults()


def _prefecture_faults(nation: dict[str, Any], program: Program) -> Iterator[FormFault]:
    """What is wrong with the points by prefecture: their bodies are some of the nation's, each in one of them."""
    prefectures, paths = nation.get("prefectures", {}), nodes_by_prefecture(program)
    for name, points in prefectures.items():
        where = f"nation.prefectures.{name}"
        wrong = list(_names(where, points, paths))
        size = 0 if wrong else sum(count for _, _, count in points[WHOLE])
        for path in () if wrong else paths:
            wrong += _spread_faults(f"{where}.{path}", path, points[path], size, program)
        if not wrong and not size:
            wrong.append(FormFault(where, "団体がありません"))
        yield from wrong
        if wrong:
            return
    for path in paths:
        left = Counter({(certain, possible): count for certain, possible, count in nation["points"][path]})
        for points in prefectures.values():
            left.subtract({(certain, possible): count for certain, possible, count in points[path]})
        if any(count < 0 for count in left.values()):
            yield FormFault("nation.prefectures", f"{path} の得点ごとの団体が、全国より多くなります")


def _names(where: str, told: dict[str, Any], wanted: list[str]) -> Iterator[FormFault]:
    for path in wanted:
        if path not in told:
            yield FormFault(where, f"{path} がありません")
    for path in told.keys() - set(wanted):
        yield FormFault(where, f"「{path[:60]}」は、ここに要る項目ではありません")


def _given_faults(given: list[str] | None, program: Program) -> Iterator[FormFault]:
    """Points are given once each, of nodes whose counted points are their own and that are no items."""
    for path in given or ():
        node = program.nodes.get(path)
        if node is None or node.is_leaf or node.is_shared or is_chosen(program, path):
            yield FormFault("nation.given", f"「{path[:60]}」の得点は、与えられません")
    if given is not None and given != sorted(set(given)):
        yield FormFault("nation.given", "順に並んでいないか、重なっています")


def _spread_faults(where: str, path: str, triples: list[Any], size: int, program: Program) -> Iterator[FormFault]:
    node = program.nodes.get(path)
    if node is None and path != WHOLE:
        return  # told by its name
    maximum = program.maximum if node is None else node.maximum
    if any(before[:2] >= after[:2] for before, after in pairwise(triples)):
        yield FormFault(where, "点の順に並んでいません")
    elif any(certain > possible or possible > maximum or not count for certain, possible, count in triples):
        yield FormFault(where, f"確実な点 ≦ 可能な点 ≦ {maximum}点、団体の数 1以上 であるはずです")
    elif sum(count for _, _, count in triples) != size:
        yield FormFault(where, f"団体の数を足しても {size:,} になりません")


@frozen(eq=False)
class _Tree:
    nation: dict[str, Any]
    program: Program

    def faults(self) -> Iterator[FormFault]:
        program = self.program
        total = [self._told(grant.path) for grant in program.grants if not grant.special]
        given = frozenset(self.nation.get("given", ()))
        yield from self._compared(WHOLE, _added(total))
        for path, node in program.nodes.items():
            if path not in self.nation["points"]:
                continue
            if node.children:
                below = self._from_below(node)
                loose = node.same_as in given or self._has_given_below(node, given)
                yield from self._compared(path, _anywhere(below) if loose else below)
            elif node.is_leaf and node.maximum:
                yield from self._leaf_faults(path, node.maximum)

    def _has_given_below(self, node: Node, given: frozenset[str]) -> bool:
        """Whether points were given of what is below a 指標, of which the file tells the leaves alone."""
        children = [self.program.nodes[child] for child in node.children if child not in self.nation["points"]]
        return any(
            path == child.same_as or path.startswith(f"{child.same_as}.") for child in children for path in given
        )

    def _compared(self, path: str, bounds: _Sums) -> Iterator[FormFault]:
        told = self._told(path)
        for words, (sum_told, _), (low, high) in (
            ("確実な点", told.certain, bounds.certain),
            ("可能な点", told.possible, bounds.possible),
        ):
            if not low <= sum_told <= high:
                fits = f"{low:,}" if low == high else f"{low:,} から {high:,} まで"
                yield FormFault(
                    f"nation.points.{path}",
                    f"{words}の合計は、下位の合計から {fits}のはずですが、{sum_told:,} になります",
                )

    def _leaf_faults(self, path: str, maximum: int) -> Iterator[FormFault]:
        have = sum(count for certain, _, count in self.nation["points"][path] if certain)
        undecided = sum(count for certain, possible, count in self.nation["points"][path] if certain != possible)
        have_told, undecided_told = self.nation["leaves"][path]
        # Where a choice was lost, an open outcome is still reported as undecided, and can give nothing.
        fits = undecided <= undecided_told if self._is_chosen(path) else undecided == undecided_told
        partial = any(points not in (0, maximum) for pair in self.nation["points"][path] for points in pair[:2])
        if partial or have != have_told or not fits:
            yield FormFault(f"nation.leaves.{path}", "nation.points の点と食い違います")

    def _told(self, path: str) -> _Sums:
        triples = self.nation["points"][path]
        certain = sum(certain * count for certain, _, count in triples)
        possible = sum(possible * count for _, possible, count in triples)
        return _Sums((certain, certain), (possible, possible))

    def _sums(self, node: Node) -> _Sums:
        if node.path in self.nation["points"]:
            return self._told(node.path)
        if node.is_leaf:
            have, undecided = self.nation["leaves"][node.path]
            certain, possible = have * node.maximum, (have + undecided) * node.maximum
            return _Sums((certain, certain), (certain if self._is_chosen(node.path) else possible, possible))
        return self._from_below(node)

    def _is_chosen(self, path: str) -> bool:
        """Whether a choice stands above a node."""
        above = self.program.nodes[path].parent
        while above is not None and self.program.nodes[above].mode is not Mode.ANY_ONE:
            above = self.program.nodes[above].parent
        return above is not None

    def _from_below(self, node: Node) -> _Sums:
        """What the counted points of the children leave open of a node's own."""
        size = self.nation["bodies"]
        children = [self._sums(self.program.nodes[child]) for child in node.children]
        added, most = _added(children), size * node.maximum
        hidden = size * node.undisclosed
        if node.mode is Mode.ANY_ONE:
            # Of the children at most one surely counts; while it is open which, none does, and the node's points do.
            possible = max((child.possible[0] for child in children), default=0)
            return _Sums((added.certain[0], most), (possible, added.possible[1] + hidden))
        if node.cap is not None:
            return _Sums((0, added.certain[1]), (0, added.possible[1] + hidden))
        return _Sums(added.certain, (added.possible[0], added.possible[1] + hidden))


def _anywhere(below: _Sums) -> _Sums:
    """Where points that were given may lie: between what is certain of the parts and what is possible of them."""
    bounds = (below.certain[0], below.possible[1])
    return _Sums(bounds, bounds)


def _added(parts: list[_Sums]) -> _Sums:
    return _Sums(
        (sum(part.certain[0] for part in parts), sum(part.certain[1] for part in parts)),
        (sum(part.possible[0] for part in parts), sum(part.possible[1] for part in parts)),
    )
