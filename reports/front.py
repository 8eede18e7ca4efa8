"""The front page of a body's scores: where it stands, what is strong and weak, what moved, what to do next."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from haiten.compiler.late import frozen
from haiten.compiler.program.program import Program
from haiten.compiler.syntax.rulebook import Level
from haiten.reports.beside import Beside, PartBeside, part_of, surely_above, surely_below
from haiten.scoring.running.scores import Verdict
from haiten.tabulation.gaps.gaps import Chance, Gap, Gaps
from haiten.tabulation.population.parts import grants_of, total_grants
from haiten.tabulation.table import TableValue, change, ends

_FEW: Final = 5
_STEPS: Final = 7
_NAMED: Final = 3
_MANY_HAVE: Final = Fraction(1, 2)


@frozen
class MovedIndicator:
    """An indicator whose points are not those of the year before.

    Attributes:
        state: that it is new, or gone; else that its maximum changed.
    """

    path: str
    text: str
    then: TableValue
    now: TableValue
    gained: TableValue
    state: str = ""


@frozen
class NextStep:
    """What an indicator offers.

    Attributes:
        lost: points that are lost in the items named.
        items: of them the first, each with its labels, its text, what it lacks where that is more than to do it, and
            the share of the nation's bodies that have it; ``more`` counts the others.
    """

    path: str
    text: str
    lost: int
    items: tuple[tuple[str, str, str, TableValue], ...]
    more: int


@frozen(eq=False)
class FrontPage:
    """What the front page says.

    Attributes:
        parts: the grants, and the total last, each with its ranks.
        goals: the goals of all grants.
        strong, weak: 指標 that stand out against the nation, or by their rate where that is not known.
        up, down: what moved, the greatest first; ``unclear`` counts what may have gone up or down.
        steps: what to do next; ``easy`` whether they are those that half of the nation has.
        also: where else an indicator stands by に同じ, by the path of the one that is listed for all of them.
        unanswered: how many items are unanswered; ``open`` how many points that leaves open.
    """

    parts: tuple[tuple[PartBeside, tuple[TableValue, ...], TableValue], ...]
    goals: tuple[tuple[str, PartBeside], ...]
    strong: tuple[PartBeside, ...]
    weak: tuple[PartBeside, ...]
    up: tuple[MovedIndicator, ...]
    down: tuple[MovedIndicator, ...]
    unclear: int
    more_up: int
    more_down: int
    steps: tuple[NextStep, ...]
    easy: bool
    also: Mapping[str, tuple[str, ...]]
    unanswered: int
    open: int

    @property
    def total(self) -> tuple[PartBeside, tuple[TableValue, ...], TableValue]:
        """The whole, its ranks, and its rank a year before."""
        return self.parts[-1]


def front_page(beside: Beside, gaps: Gaps) -> FrontPage:
    """What the front page says of a body."""
    program = beside.population.scores.program
    every = list(beside.indicators())
    indicators = [one for one in every if not program.nodes[one.part.name].is_shared]
    ups, downs, unclear = _moved(beside, indicators)
    known = beside.population.nation is not None
    total = gaps.total
    return FrontPage(
        parts=tuple((beside.compared(part), beside.ranks(part), beside.rank_then(part)) for part in grants_of(program)),
        goals=tuple(_goals(beside, program)),
        strong=tuple(_strong(indicators, known)),
        weak=tuple(_weak(indicators, known)),
        up=tuple(ups[:_FEW]),
        down=tuple(downs[:_FEW]),
        unclear=unclear,
        more_up=max(0, len(ups) - _FEW),
        more_down=max(0, len(downs) - _FEW),
        steps=tuple(_steps(program, gaps, known=known)),
        easy=known,
        also=_also(program, every),
        unanswered=_unanswered(beside),
        open=total.possible - total.certain,
    )


def _also(program: Program, indicators: list[PartBeside]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for one in indicators:
        node = program.nodes[one.part.name]
        if node.is_shared:
            found[node.same_as] = (*found.get(node.same_as, ()), node.path)
    return found


def _goals(beside: Beside, program: Program) -> list[tuple[str, PartBeside]]:
    return [
        (grant.label, beside.compared(part_of(program.nodes[path])))
        for grant in total_grants(program)
        for path in grant.children
    ]


def _strong(indicators: list[PartBeside], known: bool) -> list[PartBeside]:
    """The best first: by how far the rate is surely above the nation's, else by the rate and the points."""
    if known:
        found = [one for one in indicators if surely_above(one.ahead)]
        return sorted(found, key=lambda one: -_least(one.ahead))[:_FEW]
    found = [one for one in indicators if _least(one.rate) >= _MANY_HAVE]
    return sorted(found, key=lambda one: (-_least(one.rate), -_least(one.own)))[:_FEW]


def _weak(indicators: list[PartBeside], known: bool) -> list[PartBeside]:
    """The worst first: by how far the rate is surely below the nation's, else by the points that are surely lost."""
    if known:
        found = [one for one in indicators if surely_below(one.ahead)]
        return sorted(found, key=lambda one: _most(one.ahead))[:_FEW]
    found = [one for one in indicators if surely_above(one.lost)]
    return sorted(found, key=lambda one: -_least(one.lost))[:_FEW]


def _least(cell: TableValue) -> Fraction:
    limits = ends(cell)
    return Fraction(0 if limits is None else limits[0])


def _most(cell: TableValue) -> Fraction:
    limits = ends(cell)
    return Fraction(0 if limits is None else limits[1])


def _moved(beside: Beside, indicators: list[PartBeside]) -> tuple[list[MovedIndicator], list[MovedIndicator], int]:
    """What surely went up and down since the year before, the greatest first, and how many may have done either."""
    before = beside.before
    if before is None or before.population.scores.index(_code(beside)) is None:
        return [], [], 0
    found = []
    for one in indicators:
        if one.was is None:
            found.append(MovedIndicator(one.part.name, one.part.text, None, one.own, one.own, "新設"))
        else:
            state = "" if one.was == one.part.maximum else f"配点 {one.was}→{one.part.maximum}点"
            found.append(MovedIndicator(one.part.name, one.part.text, one.then, one.own, one.gained, state))
    for node, points in beside.gone():
        found.append(MovedIndicator(node.path, node.text, points, None, change(0, points), "廃止"))
    up = sorted((one for one in found if surely_above(one.gained)), key=lambda one: -_least(one.gained))
    down = sorted((one for one in found if surely_below(one.gained)), key=lambda one: _most(one.gained))
    unmoved = sum(ends(one.gained) == (0, 0) for one in found)
    return up, down, len(found) - len(up) - len(down) - unmoved


def _code(beside: Beside) -> str:
    return beside.population.scores.bodies[beside.body].code


def _steps(program: Program, gaps: Gaps, *, known: bool) -> list[NextStep]:
    """Indicators by what is lost in items that half of the nation has; in all items, where that is not known."""
    by_indicator: dict[str, list[Gap]] = {}
    for gap in gaps.gaps:
        if gap.open < gap.lost and gap.chances and (not known or _is_easy(gap)):
            by_indicator.setdefault(_indicator(program, gap.paths[0]), []).append(gap)
    made = []
    for path, below in by_indicator.items():
        node = program.nodes[path]
        items = [(_under(gap.paths[0], path), gap.text, _lacking(_easiest(gap)), _easiest(gap).rate) for gap in below]
        lost = sum(gap.lost for gap in below)
        made.append(NextStep(path, node.text, lost, tuple(items[:_NAMED]), len(items[_NAMED:])))
    return sorted(made, key=lambda step: -step.lost)[:_STEPS]


def _lacking(chance: Chance) -> str:
    """What is needed; empty where that is to do what the text says."""
    asked = chance.verdict is Verdict.NOT_MET and [lack.kind for lack in chance.lacking] == ["answer"]
    return "" if asked else chance.needed


def _is_easy(gap: Gap) -> bool:
    rate = ends(_easiest(gap).rate)
    return rate is not None and rate[0] >= _MANY_HAVE


def _easiest(gap: Gap) -> Chance:
    return next((chance for chance in gap.chances if chance.gain), gap.chances[0])


def _indicator(program: Program, path: str) -> str:
    node = program.nodes[path]
    while node.level > Level.INDICATOR and node.parent is not None:
        node = program.nodes[node.parent]
    return node.path


def _under(path: str, above: str) -> str:
    """The labels of a node below another."""
    return path.removeprefix(above).lstrip(".").replace(".", " ")


def _unanswered(beside: Beside) -> int:
    scores = beside.population.scores
    leaves = (leaf for leaf in scores.program.leaves if not leaf.special and not leaf.is_shared)
    return sum(scores.verdict(leaf.path, beside.body) is Verdict.UNANSWERED for leaf in leaves)
