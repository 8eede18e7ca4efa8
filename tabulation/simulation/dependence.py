"""Which outcomes depend on points, and a rulebook of those items alone, to be run again where points change."""

from collections.abc import Callable, Iterable
from typing import Any, Final, cast

import attrs
from attrs import evolve

from haiten.compiler.evaluator.emit import Evaluator, emit
from haiten.compiler.late import frozen
from haiten.compiler.program import terms as p
from haiten.compiler.program.describe import describe_value
from haiten.compiler.program.program import Node, Program
from haiten.compiler.program.terms import AnswerTo, Condition, Met, PreviousScore, ScoreValue

OUTCOME: Final = "結果."
_EXPRESSIONS: Final = (
    *(p.Constant, p.FactValue, p.ScoreValue, p.PreviousScore, p.Sum, p.Product, p.Extremum, p.Rounded, p.Statistic),
    *(p.RankValue, p.Classification, p.AnswerTo, p.FactHolds, p.Met, p.Compare, p.InClass, p.Tally, p.Ranking),
    *(p.Within, p.Every, p.Some, p.Negation),
)


@frozen(eq=False)
class Stage:
    """Items whose outcomes follow from points and outcomes that earlier stages have settled.

    Attributes:
        leaves: their paths.
        evaluator: of a rulebook of these items alone, which reads points and outcomes as facts.
        scores: points that are added up, by the column of numbers that holds the sum.
        outcomes: items whose outcomes are read, by the column of answers.
    """

    leaves: tuple[str, ...]
    evaluator: Evaluator
    scores: dict[str, ScoreValue]
    outcomes: dict[str, str]


@frozen
class Dependence:
    """What changed weights reach.

    Attributes:
        touched: nodes whose points may change.
        stages: the items whose outcomes may change, in the order in which they can be settled.
    """

    touched: frozenset[str]
    stages: tuple[Stage, ...]


def find_dependence(program: Program, changed: Iterable[str], settled: Iterable[str]) -> Dependence:
    """What changed weights reach in a rulebook.

    Args:
        program: the rulebook.
        changed: paths of the items whose points, and of the nodes whose 上限, change.
        settled: items whose outcome is given for every body, so that nothing can change it.
    """
    changed, settled = frozenset(changed), frozenset(settled)
    points: dict[str, int] = {}  # by touched node: after how many stages its points are settled
    outcomes: dict[str, int] = {}  # by item whose outcome may change: the stage that settles it
    for path in program.order:
        node = program.nodes[path]
        if node.condition is not None and node.same_as not in settled:
            reads = set(_reads(node.condition))
            needs = [points[inner] + 1 for part in reads if isinstance(part, ScoreValue) for inner in part.paths
                     if inner in points]  # fmt: skip
            after = 0 if node.is_shared else 1
            needs += [outcomes[part.path] + after for part in reads if isinstance(part, Met) and part.path in outcomes]
            if needs:
                outcomes[path] = max(needs)
        below = [points[child] for child in node.children if child in points]
        below += [0] if node.same_as in changed else []
        below += [outcomes[path]] if path in outcomes else []
        if below:
            points[path] = max(below)
    count = max(outcomes.values(), default=0)
    written = [path for path in outcomes if not program.nodes[path].is_shared]
    stages = (tuple(path for path in written if outcomes[path] == number) for number in range(1, count + 1))
    return Dependence(frozenset(points), tuple(_stage(program, leaves) for leaves in stages if leaves))


def _stage(program: Program, leaves: tuple[str, ...]) -> Stage:
    scores: dict[str, ScoreValue] = {}
    outcomes: dict[str, str] = {}

    def as_facts(part: Any) -> Any:
        if isinstance(part, ScoreValue):
            column = describe_value(part)
            scores[column] = part
            return PreviousScore(column, part.unit)
        if isinstance(part, Met):
            outcomes[OUTCOME + part.path] = part.path
            return AnswerTo(OUTCOME + part.path)
        return None

    nodes: dict[str, Node] = {}
    for path in leaves:
        node = program.nodes[path]
        assert node.condition is not None
        nodes[path] = evolve(node, parent=None, condition=cast(Condition, _rewritten(node.condition, as_facts)))
    alone = evolve(program, nodes=nodes, order=leaves, classes={})
    return Stage(leaves, emit(alone), scores, outcomes)


def _reads(condition: Condition) -> list[Any]:
    """The points and outcomes that a condition reads, wherever in it."""
    found: list[Any] = []

    def note(part: Any) -> Any:
        if isinstance(part, ScoreValue | Met):
            found.append(part)

    _rewritten(condition, note)
    return found


def _rewritten(part: Any, change: Callable[[Any], Any]) -> Any:
    """An expression with some parts changed: ``change`` gives what takes the place of a part, or None."""
    if isinstance(part, tuple):
        return tuple(_rewritten(inner, change) for inner in part)
    if not isinstance(part, _EXPRESSIONS):
        return part
    new = change(part)
    if new is not None:
        return new
    fields = {field.name: getattr(part, field.name) for field in attrs.fields(type(part)) if field.init}
    return evolve(part, **{name: _rewritten(value, change) for name, value in fields.items()})
