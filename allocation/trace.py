"""Why a body gets its yen: which pot, which share, numerator and denominator, rounding. Nothing is computed twice."""

from collections.abc import Iterable
from fractions import Fraction

from attrs import frozen

from haiten.allocation.allocate import Allocated, PotResult
from haiten.compiler.allocation import Cushion, Equal, ProRata
from haiten.compiler.allocation_syntax import Rest
from haiten.compiler.expressions import Name, walk_parts
from haiten.compiler.print_allocation import print_amount
from haiten.compiler.syntax import Citation
from haiten.scoring.explain import Cited, Reading, Reason, cite, read_value, readings_of, reason_for


@frozen
class FrameTrace:
    """A 枠 as a body met it or not."""

    label: str
    text: str
    met: bool
    reason: Reason
    sources: tuple[Cited, ...]


@frozen
class ParameterReading:
    """A 定数 that a figure was made of."""

    name: str
    value: Fraction
    unit: str
    replaced: bool
    sources: tuple[Cited, ...]


@frozen
class Bearing:
    """What a 激変緩和 came to for a body: yen before it, its floor, and what it bore for others."""

    before: int
    floor: Fraction
    borne: int


@frozen
class PotTrace:
    """What a body gets of a pot, and why.

    Attributes:
        formula: the pot's amount as written; ``parameters`` the 定数 in it and in the rule.
        whole: the pot's own amount; ``received`` what flowed in from other pots; ``amount`` both together.
        case: the class of the 内訳 in which the body shares, with ``case_amount`` of the pot; None without 内訳.
        eligible: why it shares in the pot or not; None where all do.
        rule: 按分, 均等 or 激変緩和; ``value`` what it divides by, in the words of the language.
        weight: the body's share is ``weight`` ÷ ``total``, ``sharers`` bodies having one.
        readings: what the weight is made of.
        exact: the share before rounding; ``extra``: one unit came by largest remainder.
    """

    name: str
    text: str
    place: str
    sources: tuple[Cited, ...]
    formula: str
    amount_sources: tuple[Cited, ...]
    parameters: tuple[ParameterReading, ...]
    whole: int
    received: tuple[tuple[str, int], ...]
    amount: int
    case: str | None
    case_amount: int
    eligible: Reason | None
    is_eligible: bool
    frames: tuple[FrameTrace, ...]
    most: int | None
    rule: str
    rule_sources: tuple[Cited, ...]
    value: Reading | None
    readings: tuple[Reading, ...]
    weight: Fraction
    total: Fraction
    sharers: int
    exact: Fraction
    unit: int
    extra: bool
    bearing: Bearing | None
    paid: int


@frozen
class BudgetTrace:
    """What a body gets of a budget.

    Attributes:
        shared: from the pots; ``limit`` the most it can get (None: none is known), ``cut`` what that took off,
            ``added`` what 再配分 gave.
    """

    name: str
    text: str
    fund: str | None
    amount: int
    sources: tuple[Cited, ...]
    pots: tuple[PotTrace, ...]
    shared: int
    limit: int | None
    has_limit: bool
    cut: int
    added: int
    paid: int


def trace_money(allocated: Allocated, body: int, pot: str | None = None) -> tuple[BudgetTrace, ...]:
    """The traces of one body, budget by budget.

    Args:
        allocated: the result that is asked about.
        body: place of the body among ``allocated.bodies``.
        pot: of this pot alone; None: of all.
    """
    return tuple(
        BudgetTrace(
            name=name,
            text=result.budget.text,
            fund=result.budget.fund,
            amount=result.budget.amount,
            sources=_cited(allocated, result.budget.decl.citations),
            pots=tuple(
                _pot(allocated, found, body)
                for found in allocated.pots.values()
                if found.pot.budget == name and pot in (None, found.pot.name)
            ),
            shared=result.shared[body],
            limit=result.limit[body],
            has_limit=name in allocated.allocation.limits,
            cut=result.cut[body],
            added=result.added[body],
            paid=result.paid[body],
        )
        for name, result in allocated.budgets.items()
        if pot is None or allocated.pots[pot].pot.budget == name
    )


def _cited(allocated: Allocated, citations: Iterable[Citation]) -> tuple[Cited, ...]:
    return tuple(dict.fromkeys(cite(citation, allocated.allocation.syntax.sources) for citation in citations))


def _pot(allocated: Allocated, result: PotResult, body: int) -> PotTrace:
    pot, scores = result.pot, allocated.scores
    decl, method = pot.decl, pot.method
    member = result.member[body]
    group = result.groups[member] if member is not None else None
    value = method.value if isinstance(method, ProRata) else method.floor if isinstance(method, Cushion) else None
    bearing = None
    if result.cushion is not None:
        detail = result.cushion
        bearing = Bearing(detail.before[body], detail.floor[body], detail.borne[body])
    frames = tuple(
        FrameTrace(
            frame.label,
            frame.text,
            result.met[body][at],
            reason_for(scores, body, frame.condition),
            _cited(allocated, (*(frame.decl.text.citations if frame.decl.text else ()), *frame.decl.citations)),
        )
        for at, frame in enumerate(pot.frames)
    )
    return PotTrace(
        name=pot.name,
        text=pot.text,
        place=f"{decl.line.span.source.name}:{decl.line.span.line}",
        sources=_cited(allocated, decl.line.text.citations if decl.line.text else ()),
        formula=print_amount(decl.line.amount),
        amount_sources=_cited(allocated, decl.line.citations),
        parameters=_parameters(allocated, result),
        whole=pot.amount,
        received=result.received,
        amount=result.amount,
        case=group.case if group else None,
        case_amount=group.amount if group else 0,
        eligible=reason_for(scores, body, pot.eligible) if pot.eligible is not None else None,
        is_eligible=result.eligible[body],
        frames=frames,
        most=method.most if isinstance(method, Equal) else None,
        rule={ProRata: "按分", Equal: "均等", Cushion: "激変緩和"}[type(method)],
        rule_sources=_cited(allocated, decl.method.citations if decl.method else ()),
        value=None if value is None else read_value(scores, body, value),
        readings=() if value is None else readings_of(scores, body, value),
        weight=result.weights[body],
        total=group.total if group else Fraction(0),
        sharers=group.size if group else 0,
        exact=result.exact[body],
        unit=allocated.allocation.unit,
        extra=result.extra[body],
        bearing=bearing,
        paid=result.paid[body],
    )


def _parameters(allocated: Allocated, result: PotResult) -> tuple[ParameterReading, ...]:
    """The 定数 that the pot's amount and rule name, in the order of the file."""
    decl = result.pot.decl
    written = [decl.method, decl.split, *([] if isinstance(decl.line.amount, Rest) else [decl.line.amount])]
    names = {part.value for clause in written for part in walk_parts(clause) if isinstance(part, Name)}
    return tuple(
        ParameterReading(
            parameter.name,
            parameter.value,
            str(parameter.unit) if parameter.unit.powers else "",
            parameter.replaced,
            _cited(allocated, parameter.decl.citations),
        )
        for parameter in allocated.allocation.parameters
        if parameter.name in names
    )
