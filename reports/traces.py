"""What a page says of a node beside its trace: last year's points, the last amendment, others, what is lacking."""

from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Final

from haiten.comparison.history import trace_history
from haiten.compiler.compilation import Compilation
from haiten.compiler.late import frozen
from haiten.compiler.printing.print_rulebook import print_citations
from haiten.compiler.syntax.rulebook import Touch
from haiten.reports.beside import Beside
from haiten.scoring.explaining.explain import Cited, Trace
from haiten.scoring.explaining.reasons import Reason
from haiten.scoring.running.scores import PointsRange, Scores, Verdict
from haiten.tabulation.gaps.gaps import Gaps
from haiten.tabulation.population.years import place_in
from haiten.tabulation.table import TableValue

# A sign and a style for each verdict; the sign alone tells them apart.
VERDICTS: Final = {
    Verdict.AWARDED: ("○", "good"),
    Verdict.NOT_MET: ("×", "bad"),
    Verdict.UNANSWERED: ("？", "open"),
    Verdict.SUPERSEDED: ("－", "plain"),
}
TRUTHS: Final = {True: ("満たす", "good"), False: ("満たさない", "bad"), None: ("不明", "open")}
_PLACE: Final = 2  # parts of a file's name that tell it: the year's folder, and the file


@frozen
class YearBefore:
    """A node in the year before.

    Attributes:
        points: of the body; None where the body is not among those of that year.
        verdict: of a leaf.
    """

    path: str
    points: PointsRange | None
    verdict: Verdict | None


@frozen
class Amended:
    """An amendment that touched a node."""

    year: str
    what: str
    reason: str
    place: str


@frozen
class NodeAside:
    """What stands beside a trace.

    Attributes:
        last: in the year before; None where it was not there, or that year is not known.
        amended: the amendments of the last year in which there were any.
        born: the year of its birth; None where it is as old as the first rulebook known.
        rates: the share of the others that have a leaf, in their order.
        needed: what a leaf without points lacks.
        kinds: what filters ask for, of it or of anything below: ``open``, ``ranked``, ``moved``, ``estimated``,
            ``amended``; and ``lost``, of itself alone.
    """

    last: YearBefore | None
    amended: tuple[Amended, ...]
    born: str | None
    rates: tuple[TableValue, ...]
    needed: str
    kinds: tuple[str, ...]


def asides(beside: Beside, traces: Iterable[Trace], gaps: Gaps, years: tuple[Compilation, ...]) -> dict[str, NodeAside]:
    """What stands beside every node of some traces, by path.

    Args:
        beside: the body among others.
        traces: from the grants down.
        gaps: of the same body.
        years: this year's rulebook and those before, newest first.
    """
    needed = {chance.path: chance.needed for gap in gaps.gaps for chance in gap.chances}
    shared = {path: needed[gap.chances[0].path] for gap in gaps.gaps if gap.kind == "item" for path in gap.paths}
    made: dict[str, NodeAside] = {}
    for top in traces:
        for trace in walk(top):  # from below, as what holds a node is of its kinds too
            made[trace.path] = _aside(beside, trace, years, {**shared, **needed}.get(trace.path, ""), made)
    return made


def walk(trace: Trace) -> Iterator[Trace]:
    """A trace with all below it, what is below first."""
    for child in trace.children:
        yield from walk(child)
    yield trace


def _aside(
    beside: Beside, trace: Trace, years: tuple[Compilation, ...], needed: str, made: dict[str, NodeAside]
) -> NodeAside:
    population, leaf = beside.population, trace.verdict is not None
    history = trace_history(years, trace.path)
    touched = next((stage.touches for stage in history.stages if stage.touches), ()) if history else ()
    last = _last_year(beside, trace.path)
    kinds = {kind for child in trace.children for kind in made[child.path].kinds} - {"lost"}
    if leaf:
        kinds |= {"ranked"} if trace.reason is not None and _is_ranked(trace.reason) else set()
        kinds |= {"estimated"} if _is_estimated(trace.sources) or _is_estimated(trace.point_sources) else set()
        kinds |= {"open"} if trace.verdict is Verdict.UNANSWERED else set()
    kinds |= {"open"} if not trace.points.decided else set()
    kinds |= {"lost"} if trace.points.certain < trace.points.maximum else set()
    kinds |= {"amended"} if any(touch.year == population.scores.program.year for touch in touched) else set()
    if last is not None and last.points is not None and _range(last.points) != _range(trace.points):
        kinds |= {"moved"}
    return NodeAside(
        last=last,
        amended=tuple(map(_amended, touched)),
        born=history.born if history else None,
        rates=beside.of_shown(population.rates(trace.path)) if leaf else (),
        needed=needed,
        kinds=tuple(sorted(kinds)),
    )


def _range(points: PointsRange) -> tuple[int, int]:
    return points.certain, points.possible


def _last_year(beside: Beside, path: str) -> YearBefore | None:
    before = beside.before
    old = None if before is None else before.old_path.get(path)
    if before is None or old is None:
        return None
    scores: Scores = before.population.scores
    place = place_in(before, beside.population)
    if place is None:
        return YearBefore(old, None, None)
    verdict = scores.verdict(old, place) if scores.program.nodes[old].is_leaf else None
    return YearBefore(old, scores.points(old, place), verdict)


def _amended(touch: Touch) -> Amended:
    reason = f"{touch.reason.value}{print_citations(touch.reason.citations)}" if touch.reason else ""
    return Amended(touch.year, touch.what, reason, short_place(str(touch.span)))


def _is_ranked(reason: Reason) -> bool:
    return reason.placing is not None or any(map(_is_ranked, reason.parts))


def _is_estimated(cited: tuple[Cited, ...]) -> bool:
    return not cited or any("推定" in one.mark for one in cited)


def short_place(place: str) -> str:
    """A place in a file, by as much of the file's name as tells it from others."""
    return "/".join(PurePath(place).parts[-_PLACE:])
