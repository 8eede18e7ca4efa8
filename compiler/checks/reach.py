"""What can and cannot be reached: conditions that never or always hold, maxima out of reach, items without effect.

All verdicts are sound: where it is open whether cells can be had (``proofs/possible.py``), more is thought possible
than is, and nothing is reported that rests on it, except that it was not decided.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Final, assert_never

from haiten.compiler.changing import evolve
from haiten.compiler.checks.choices import check_choice
from haiten.compiler.checks.findings import Example, Finding
from haiten.compiler.checks.kept_reach import KeptReach
from haiten.compiler.diagnostics import (
    AlwaysHolds,
    Diagnostic,
    IdlePart,
    LessForMore,
    NeverHolds,
    NotDecided,
    TotalMismatch,
    UnreachableMaximum,
)
from haiten.compiler.program.describe import describe_condition
from haiten.compiler.program.program import Node, Program
from haiten.compiler.program.terms import (
    AnswerTo,
    ClassTable,
    Compare,
    Condition,
    Every,
    FactHolds,
    FactValue,
    InClass,
    Met,
    Negation,
    ScoreValue,
    Some,
    Tally,
    Within,
)
from haiten.compiler.program.walk import conditions_in, values_in
from haiten.compiler.proofs.cell_search import Seeker
from haiten.compiler.proofs.cells import Assignment, Variable, YesNo, in_fixed_order, sides
from haiten.compiler.proofs.examples import has_example
from haiten.compiler.proofs.extremes import Regions
from haiten.compiler.proofs.integer_points import Possibility, StepBudget
from haiten.compiler.syntax.rulebook import Level

_TOO_MUCH: Final = "条件の組み合わせが多すぎます。項目を分けてください。"
_NO_EXAMPLE: Final = "計算した値や全国の値がそこまで動くかどうか、例が見つかりません。"
_TRIED_FOR_EXAMPLE: Final = 24  # cells of computed values that are tried before a requirement is left open


def check_reach(program: Program, kept: KeptReach | None = None) -> tuple[Finding, ...]:
    """All of it, for a program without circles; parts that could not be read are left alone.

    Args:
        program: of a rulebook.
        kept: has what was found in the text that the rulebook was before, and then in this one.
    """
    if not program.order or program.syntax.damaged:
        return ()
    own = KeptReach() if kept is None else kept
    found = tuple(_check(program, own))
    if own.reused and not own.is_roomy:
        own.forget()
        found = tuple(_check(program, own))
    return found


def _check(program: Program, kept: KeptReach) -> Iterator[Finding]:
    regions = Regions(program)
    kept.turn(regions)
    never: set[str] = set()
    for leaf in program.leaves:
        if not leaf.is_shared and not leaf.damaged and leaf.decl.requirement is not None:
            for finding in kept.part("leaf", leaf.path, partial(_leaf, regions, leaf)):
                never |= {leaf.path} if isinstance(finding.diagnostic, NeverHolds) else set()
                yield finding
    for node in program.nodes.values():
        if node.is_leaf or node.is_shared or node.damaged:
            continue
        yield from kept.part("maximum", node.path, partial(_maximum, regions, node))
        yield from kept.part("choice", node.path, partial(check_choice, regions, node, never))
    yield from _less_for_more(regions)


def exceeding(program: Program, diagnostics: Iterable[Diagnostic]) -> Iterator[Finding]:
    """The maxima among ``diagnostics`` (H401) that can be exceeded, with a sheet that does it."""
    mismatches = [diagnostic for diagnostic in diagnostics if isinstance(diagnostic, TotalMismatch)]
    if mismatches and program.order:
        regions = Regions(program)
        for diagnostic in mismatches:
            reach = regions.reach(diagnostic.path)
            if reach.most > diagnostic.declared and reach.at_most is not None:
                example = Example(reach.at_most, (diagnostic.path,), reach.most, f"（配点 {diagnostic.declared}点）")
                yield Finding(diagnostic, (example,))


# Requirements


def _leaf(regions: Regions, leaf: Node) -> Iterator[Finding]:
    assert leaf.decl.requirement is not None
    assert leaf.condition is not None
    if any(regions.is_idle(part) for part in conditions_in(leaf.condition)):
        return  # a step that everybody or nobody reaches was reported as such
    span, read, steps = leaf.decl.requirement.span, regions.variables_at(leaf.path), regions.question()
    tried = regions.tried(read, steps)
    seeker = None if tried is not None else regions.seeker(read, steps)
    held: dict[bool, list[Assignment]] = {True: [], False: []}
    found: dict[bool, Possibility] = {}
    for at in tried or ():
        held[regions.holds(leaf.condition, at)].append(at)
    for outcome in held:
        if seeker is not None:
            found[outcome], held[outcome] = seeker.holding(leaf.condition, outcome=outcome)
        else:
            found[outcome] = regions.first_possible(held[outcome], steps)[0]
    if found[True] is Possibility.IMPOSSIBLE:
        yield Finding(NeverHolds(span, leaf.path, leaf.maximum), _nearly(regions, leaf, held[False], steps))
    elif found[False] is Possibility.IMPOSSIBLE:
        _, example = regions.first_possible(held[True], steps)
        examples = () if example is None else (Example(example, (leaf.path,), leaf.maximum),)
        yield Finding(AlwaysHolds(span, leaf.path, leaf.maximum), examples)
    else:
        # Whatever an example gives, 未公表 points are not in it.
        hidden = any(isinstance(v, ScoreValue) and regions.hides(v) for v in values_in(leaf.condition))
        for outcome, verdict in found.items():
            if verdict is Possibility.OPEN and (hidden or not _has_example(regions, held[outcome], steps)):
                what = "成り立つことがある" if outcome else "成り立たないことがある"
                reason = _TOO_MUCH if steps.are_used_up else _NO_EXAMPLE
                if hidden:
                    reason = "未公表の点を含む得点は、条文が公表されるまで分かりません。"
                yield Finding(NotDecided(span, leaf.path, what, reason))
                return
        yield from _idle_parts(regions, leaf, held, seeker, steps)


def _has_example(regions: Regions, ats: list[Assignment], steps: StepBudget) -> bool:
    thinkable = (at for at in ats if regions.settle(at, steps) is not Possibility.IMPOSSIBLE)
    return any(has_example(regions, at) for at in islice(thinkable, _TRIED_FOR_EXAMPLE))


def _nearly(regions: Regions, leaf: Node, tried: list[Assignment], steps: StepBudget) -> tuple[Example, ...]:
    """A sheet that comes closest to a requirement that never holds: all but few parts hold, or the value is extreme."""
    ats = [at for at in tried if regions.settle(at, steps) is Possibility.POSSIBLE]
    match leaf.condition:
        case Every(parts=parts) if ats:
            at = max(ats, key=lambda at: sum(regions.holds(part, at) for part in parts))
            missing = "、".join(f"「{describe_condition(part)}」" for part in parts if not regions.holds(part, at))
            return (Example(at, (leaf.path,), 0, f"（{missing}が成り立たない）"),)
        case Tally(parts=parts) as tally if ats:
            pick = min if tally.operator.direction < 0 else max
            at = pick(ats, key=lambda at: sum(regions.holds(part, at) for part in parts))
            return (Example(at, (leaf.path,), 0, f"（{'最大' if pick is max else '最小'}でも）"),)
        case Compare(operator=operator) as part if ats and (sided := sides(part))[1] is not None:
            if not isinstance(sided[0], FactValue | ScoreValue):
                return ()  # the cells of what is computed do not tell how far it goes
            upwards = (operator.direction >= 0) is (sided[0] is part.left)
            at = (max if upwards else min)(ats, key=lambda at: regions.amount(sided[0], at))
            return (Example(at, (leaf.path,), 0, f"（{'最大' if upwards else '最小'}でも）"),)
        case None | AnswerTo() | FactHolds() | Met() | Compare() | Within() | InClass() | Tally():
            return ()
        case Every() | Some() | Negation():
            return ()
        case _:
            assert_never(leaf.condition)


def _idle_parts(
    regions: Regions, leaf: Node, held: dict[bool, list[Assignment]], seeker: Seeker | None, steps: StepBudget
) -> Iterator[Finding]:
    """Parts of かつ and 又は without which the requirement would say the same."""
    condition = leaf.condition
    assert condition is not None
    assert leaf.decl.requirement is not None
    if seeker is not None and _tables_in(condition):
        return  # which parts tell the cases of a table apart takes all that can be
    if not (without := [*_without_one(condition)]):  # as most
        return
    guards = _guards(regions, condition, [at for ats in held.values() for at in ats], steps)
    for part, rest in without:
        if part in guards or steps.are_used_up or part in _ranked_among(rest):
            continue
        if seeker is not None:
            differ = seeker.differing(condition, rest)
        else:
            steps.spend(sum(map(len, held.values())) // 4)
            ats = (at for holds, ats in held.items() for at in ats if regions.holds(rest, at) is not holds)
            differ = regions.first_possible(ats, steps)[0]
        if differ is Possibility.IMPOSSIBLE:
            at = regions.first_possible(held[True], steps)[1] or held[True][0]
            diagnostic = IdlePart(leaf.decl.requirement.span, leaf.path, describe_condition(part))
            yield Finding(diagnostic, (Example(at, (leaf.path,), leaf.maximum),))
            return  # with it gone, another one may no longer be idle


def _ranked_among(condition: Condition) -> frozenset[Condition]:
    """What the left of a のうち says, with all its parts: taken away there, the ranks on its right would be others."""
    rankings = [part.ranking for part in conditions_in(condition) if isinstance(part, Within)]
    return frozenset(
        part for ranking in rankings if ranking.subset is not None for part in conditions_in(ranking.subset)
    )


def _tables_in(condition: Condition) -> list[tuple[Some, list[Every]]]:
    """Cases that are written out one beside the other: (… かつ …) 又は (… かつ …)."""
    some = [part for part in conditions_in(condition) if isinstance(part, Some) and part.table is None]
    tables = [(table, [case for case in table.parts if isinstance(case, Every)]) for table in some]
    return [(table, cases) for table, cases in tables if cases]


def _guards(regions: Regions, condition: Condition, tried: list[Assignment], steps: StepBudget) -> set[Condition]:
    """The parts that tell the cases of a table apart: 規模 が 「大」 かつ … 又は 規模 が 「小」 かつ ….

    With a looser case beside it, the part that names a stricter one changes nothing; but without it nobody would see
    which case is whose. A case that cannot come about is no case, and cases that all ask for the same are no table.
    """
    tables = _tables_in(condition)
    found: set[Condition] = set()
    if not tables:
        return found
    ats = [at for at in tried if regions.settle(at, steps) is not Possibility.IMPOSSIBLE]
    for table, cases in tables:
        met = {case: [at for at in ats if regions.holds(case, at)] for case in cases}
        guards = {part for case in cases for part in _telling_apart(regions, case, met, ats)}
        loose = {case: [part for part in case.parts if part not in guards] for case in cases}
        if any(
            all(regions.holds(part, at) for part in rest) > regions.holds(table, at)
            for rest in loose.values()
            for at in ats
        ):
            found |= guards
    return found


def _telling_apart(
    regions: Regions, case: Every, met: dict[Every, list[Assignment]], ats: list[Assignment]
) -> Iterator[Condition]:
    """The parts of a case without which another one could hold at the same time, which it now cannot."""
    others = [other for other, theirs in met.items() if other != case and theirs]
    if not met[case] or any(regions.holds(other, at) for other in others for at in met[case]):
        return
    for number, part in enumerate(case.parts):
        rest = case.parts[:number] + case.parts[number + 1 :]
        loose = [at for at in ats if all(regions.holds(inner, at) for inner in rest)]
        if any(regions.holds(other, at) for other in others for at in loose):
            yield part


def _without_one(condition: Condition) -> Iterator[tuple[Condition, Condition]]:
    """Each part that かつ and 又は join, last first, with the condition as it would be without it."""
    match condition:
        case Some(table=ClassTable()):
            pass  # each class has its own bar, whether it is another or not
        case Every(parts=parts) | Some(parts=parts):
            for number in reversed(range(len(parts))):
                others = parts[:number] + parts[number + 1 :]
                yield parts[number], others[0] if len(others) == 1 else evolve(condition, parts=others)
                for part, rest in _without_one(parts[number]):
                    yield part, evolve(condition, parts=(*parts[:number], rest, *parts[number + 1 :]))
        case Negation(part=inner):
            for part, rest in _without_one(inner):
                yield part, Negation(rest)
        case AnswerTo() | FactHolds() | Met() | Compare() | Within() | InClass() | Tally():
            pass
        case _:
            assert_never(condition)


# Maxima


def _maximum(regions: Regions, node: Node) -> Iterator[Finding]:
    """A maximum that no sheet reaches although those of all children can be reached, each for itself."""
    program = regions.program
    children = [program.nodes[child] for child in node.children]
    if any(child.damaged or regions.most_with_undisclosed(child) < child.maximum for child in children):
        return  # reported below, or because of a requirement that never holds
    most = regions.most_with_undisclosed(node)
    declared = [child.maximum for child in children] + [node.undisclosed] * bool(node.undisclosed)
    # Where the totals do not balance, that was reported.
    if most < node.maximum == node.joined(declared):
        points = node.decl.heading.points
        rivals = [child for child in children if child.decl.requirement] or children
        labels = "、".join(child.label for child in rivals)
        reason = f"{labels} の点は、それぞれには取れても、同時には取れません。"
        other = rivals[0].decl.requirement
        span = points.span if points else node.span
        reach = regions.reach(node.path)
        example = Example(reach.at_most, (node.path,), reach.most) if reach.at_most is not None else None
        diagnostic = UnreachableMaximum(span, node.path, node.maximum, most, reason, other.span if other else None)
        yield Finding(diagnostic, (example,) if example else ())


# Doing more


def _less_for_more(regions: Regions) -> Iterator[Finding]:
    """An answer that costs points where it turns from no to yes."""
    program = regions.program
    told: set[str] = set()
    for leaf in program.leaves:
        if leaf.is_shared or leaf.condition is None or leaf.decl.requirement is None:
            continue
        if not any(isinstance(part, Negation | Tally) for part in conditions_in(leaf.condition)):
            continue
        for variable in in_fixed_order(regions.variables_of(leaf.condition)):
            if isinstance(variable, YesNo) and variable.column not in told and _is_work(program, variable):
                found = _cost(regions, variable)
                if found is not None:
                    told.add(variable.column)
                    before, after = found
                    span = leaf.decl.requirement.span
                    yield Finding(LessForMore(span, variable.column, before.points, after.points), found)


def _is_work(program: Program, variable: YesNo) -> bool:
    """Whether it is an answer about what a body does; a yes/no fact (過疎) is none."""
    return variable.column in program.nodes


def _is_counted_whole(node: Node) -> bool:
    """Whether points that an answer may cost are counted at a node: an 指標, or what ends above that level."""
    return node.level is Level.INDICATOR or (node.is_leaf and node.level < Level.INDICATOR)


def _cost(regions: Regions, variable: YesNo) -> tuple[Example, Example] | None:
    """A sheet on which an answer costs points, without and with it; None where none was found."""
    paths = tuple(
        node.path
        for node in regions.program.nodes.values()
        if _is_counted_whole(node) and not node.is_shared and variable in regions.variables_at(node.path)
    )
    variables = frozenset[Variable]().union(*(regions.variables_at(path) for path in paths))
    steps = regions.question()
    for at in regions.assignments(variables, steps) or ():
        if at[variable]:
            continue
        more = {**at, variable: True}
        before, after = (sum(regions.points(path, sheet) for path in paths) for sheet in (at, more))
        if after < before and all(regions.settle(sheet, steps) is Possibility.POSSIBLE for sheet in (at, more)):
            return Example(at, paths, before), Example(more, paths, after)
    return None
