"""Allocation: shares that can be negative, pots that can be empty or that nobody reaches, limits that never cut."""

from collections.abc import Iterator
from typing import assert_never

from haiten.compiler.changing import evolve
from haiten.compiler.checks.classes import check_declared, reached_classes
from haiten.compiler.checks.division import divisors_in
from haiten.compiler.checks.own_year import check_opening
from haiten.compiler.checks.ranks import idle_steps
from haiten.compiler.checks.sources import check_citations
from haiten.compiler.diagnostics import (
    Diagnostic,
    DivisionByZero,
    IdleMost,
    MayBeEmpty,
    MoneyForNobody,
    NegativeShare,
    Severity,
    Unreachable,
)
from haiten.compiler.identity.lineage import Lineage
from haiten.compiler.program.allocation import Allocation, Cushion, Equal, Pot, ProRata
from haiten.compiler.program.describe import describe_value
from haiten.compiler.program.program import Node, Program
from haiten.compiler.program.ranges import range_of
from haiten.compiler.program.terms import Condition, Every, InClass, Some, Value
from haiten.compiler.program.walk import conditions_in, values_of
from haiten.compiler.proofs.extremes import Regions
from haiten.compiler.proofs.integer_points import Possibility
from haiten.compiler.source import Span
from haiten.compiler.syntax import rulebook as syntax
from haiten.compiler.syntax.allocation import Rest
from haiten.compiler.syntax.rulebook import Citation, Level, Mode


def check_allocation(program: Program) -> Iterator[Diagnostic]:
    """All that can be reported of an allocation before any body is known; nothing for other programs."""
    allocation = program.allocation
    if allocation is None:
        return
    for what, value, span in _shares(allocation):
        low = range_of(value, program).low
        divides_by_zero = any(range_of(divisor, program).holds_zero for divisor in divisors_in(value))
        if (low is None or low < 0) and not divides_by_zero:  # which is reported as such
            yield NegativeShare(span, what, describe_value(value))
    for value, span in _values(allocation):
        for divisor in divisors_in(value):
            if range_of(divisor, program).holds_zero:
                yield DivisionByZero(span, describe_value(divisor))
    file = allocation.syntax
    of_classes = list(check_declared(program, file.classes, damaged=file.damaged))
    yield from of_classes
    refused = {diagnostic.span for diagnostic in of_classes if diagnostic.severity is Severity.ERROR}
    told = {(decl.name, case.name) for decl in file.classes for case in decl.cases if case.span in refused}
    for pot in allocation.pots.values():
        yield from _pot(pot, program)
        yield from _money_for_nobody(pot, program, told)
    yield from check_opening(file.header, file.title, file.sources)
    yield from check_citations(citations_of(allocation), file.sources, file.lost_names, damaged=file.damaged)


def _shares(allocation: Allocation) -> Iterator[tuple[str, Value, Span]]:
    """What must not be negative: weights, floors and limits, with where they stand."""
    for pot in allocation.pots.values():
        split, method = pot.split, pot.decl.method
        if split is not None and split.weight is not None and split.decl.weight is not None:
            yield f"配分「{pot.name}」の内訳", split.weight, split.decl.weight.span
        if method is None:
            continue
        match pot.method:
            case ProRata(value=value):
                yield f"配分「{pot.name}」の按分", value, method.span
            case Cushion(floor=value):
                yield f"配分「{pot.name}」の激変緩和", value, method.span
            case Equal():
                pass  # a number of heads or of 枠
            case _:
                assert_never(pot.method)
    for limit in allocation.limits.values():
        yield f"予算「{limit.budget}」の限度", limit.value, limit.decl.value.span
        if limit.weight is not None and limit.decl.weight is not None:
            yield f"予算「{limit.budget}」の再配分", limit.weight, limit.decl.weight.span


def _values(allocation: Allocation) -> Iterator[tuple[Value, Span]]:
    yield from ((value, span) for _, value, span in _shares(allocation))
    for condition, span in _conditions(allocation):
        for part in conditions_in(condition):
            yield from ((value, span) for value in values_of(part))


def _conditions(allocation: Allocation) -> Iterator[tuple[Condition, Span]]:
    for pot in allocation.pots.values():
        if pot.eligible is not None and pot.decl.eligible is not None:
            yield pot.eligible, pot.decl.eligible.span
        yield from ((frame.condition, frame.decl.span) for frame in pot.frames)


def _pot(pot: Pot, program: Program) -> Iterator[Diagnostic]:
    line, method = pot.decl.line, pot.decl.method
    if pot.decl.unspent is None and (reason := _emptiness(pot, program)) is not None:
        yield MayBeEmpty(line.span, pot.name, reason)
    if pot.amount == 0 and not _may_gain(pot, program):
        yield Unreachable(line.span, f"配分「{pot.name}」", "額が0円です")
    if isinstance(pot.method, Equal) and pot.method.most is not None and method is not None:
        if pot.method.most >= len(pot.frames):
            yield IdleMost(method.span, len(pot.frames), pot.method.most)
        if pot.method.most == 0:
            yield Unreachable(method.span, f"配分「{pot.name}」", "上限が0つです")
    if pot.eligible is not None and pot.decl.eligible is not None:
        yield from _reach(pot.eligible, pot.decl.eligible.span, f"配分「{pot.name}」の対象", program)
    for frame in pot.frames:
        yield from _reach(frame.condition, frame.decl.span, f"配分「{pot.name}」の枠 {frame.label}", program)


def _money_for_nobody(pot: Pot, program: Program, told: set[tuple[str, str]]) -> Iterator[Diagnostic]:
    """Amounts of a 内訳 for classes that nobody is in, or of which nobody shares in the pot.

    ``told`` are the classes (区分 and name) that are wrong as they are declared.
    """
    split = pot.split
    if split is None or split.weight is not None:
        return
    reached = reached_classes(program, split.classification)
    amounts = {name: amount for (name, _), amount in zip(split.classification.cases, split.amounts, strict=True)}
    for case in split.decl.cases:
        amount = amounts[case.name]
        if amount == 0 or (split.classification.name, case.name) in told:
            continue
        words = "（残り）" if amount is None else f"の{amount:,}円"
        if case.name not in reached:
            yield MoneyForNobody(case.span, pot.name, case.name, words, "この階級に入る団体はありません")
        elif not _can_share(pot, InClass(split.classification, case.name), case.span, program):
            reason = "この階級の団体は、どれも対象や枠の条件を満たしません"
            yield MoneyForNobody(case.span, pot.name, case.name, words, reason)


def _can_share(pot: Pot, member: InClass, span: Span, program: Program) -> bool:
    """Whether a body of a class can be among those who share in a pot; also where that is too much to try."""
    frames = tuple(frame.condition for frame in pot.frames)
    counted = (Some(frames),) if isinstance(pot.method, Equal) and pot.method.by_frames and frames else ()
    wanted = ((pot.eligible,) if pot.eligible is not None else ()) + counted
    return not wanted or _can_hold(Every((member, *wanted)), f"内訳 {member.case}", span, program)


def _emptiness(pot: Pot, program: Program) -> str | None:
    """How it can come about that nobody shares in a pot; None where somebody always does."""
    if isinstance(pot.method, Cushion):
        return "下限を下回る団体がない場合" if pot.amount or _receives(pot, program) else None
    if pot.eligible is not None:
        return "対象を満たす団体がない場合"
    if isinstance(pot.method, Equal):
        if pot.method.by_frames:
            return "枠に該当する団体がない場合"
        return "団体のない階級がある場合" if pot.split is not None else None
    low = range_of(pot.method.value, program).low
    if low is None or low <= 0:
        return "按分の値が全ての団体で0の場合"
    return "団体のない階級がある場合" if pot.split is not None and pot.split.weight is None else None


def _may_gain(pot: Pot, program: Program) -> bool:
    """Whether a pot can pay although it begins with nothing: others overflow into it, or bear its payments."""
    borne = isinstance(pot.method, Cushion) and pot.method.shared
    return bool(pot.amount) or borne or _receives(pot, program)


def _receives(pot: Pot, program: Program) -> bool:
    assert program.allocation is not None
    return any(other.overflow == pot.name for other in program.allocation.pots.values())


def _reach(condition: Condition, span: Span, what: str, program: Program) -> Iterator[Diagnostic]:
    """Tell of a condition that no body can meet."""
    idle = list(idle_steps(condition, span))
    yield from idle
    if idle:
        return
    if not _can_hold(condition, what, span, program):
        yield Unreachable(span, what, "条件がどんな値でも満たされません")


def _can_hold(condition: Condition, what: str, span: Span, program: Program) -> bool:
    """Whether a body can meet a condition; also where that is too much to try."""
    leaf = _as_leaf(what, condition, span)
    regions = Regions(evolve(program, nodes={**program.nodes, leaf.path: leaf}))
    steps = regions.question()
    tried = regions.assignments(set(regions.variables_of(condition)), steps)
    held = (at for at in tried or () if regions.holds(condition, at))
    return tried is None or regions.first_possible(held, steps)[0] is not Possibility.IMPOSSIBLE


def _as_leaf(path: str, condition: Condition, span: Span) -> Node:
    """A node that holds a condition, so that it is reasoned about like a 要件."""
    heading = syntax.bare_heading(Level.ITEM, path, span)
    return Node(
        path=path,
        level=Level.ITEM,
        label=path,
        parent=None,
        children=(),
        maximum=0,
        mode=Mode.SUM,
        cap=None,
        condition=condition,
        answered=False,
        same_as=path,
        timing=None,
        citations=(),
        locals=(),
        special=False,
        undisclosed=0,
        identity=path,
        lineage=Lineage(path),
        carry=None,
        damaged=False,
        decl=syntax.NodeDecl(heading),
    )


def amount_citations(allocation: Allocation) -> Iterator[tuple[Citation, ...]]:
    """What each figure and rule of an allocation cites."""
    file = allocation.syntax
    yield from (constant.citations for constant in file.constants)
    yield from (budget.citations for budget in file.budgets)
    for pot in file.pots:
        # 残り follows from the rest, unless it says what it stands on.
        if pot.line.citations or not isinstance(pot.line.amount, Rest):
            yield pot.line.citations
        if pot.split is not None:
            yield from (case.citations for case in pot.split.cases)
            if pot.split.weight is not None:
                yield pot.split.citations
        if pot.eligible is not None:
            yield pot.eligible.citations
        yield from (frame.citations for frame in pot.frames)
        if pot.method is not None:
            yield pot.method.citations
    for limit in file.limits:
        yield limit.citations
        if limit.weight is not None:
            yield limit.weight_citations
    if file.rounding is not None:
        yield file.rounding.citations


def citations_of(allocation: Allocation) -> Iterator[Citation]:
    """Every citation of an allocation file."""
    file = allocation.syntax
    for fact in file.facts:
        yield from fact.citations
    for marks in amount_citations(allocation):
        yield from marks
    for budget in file.budgets:
        yield from budget.fund_citations
    texts = [*(budget.text for budget in file.budgets), *(event.text for event in file.calendar)]
    for pot in file.pots:
        texts += [pot.line.text, *(frame.text for frame in pot.frames)]
    for text in texts:
        if text is not None:
            yield from text.citations
