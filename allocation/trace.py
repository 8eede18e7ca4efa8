"""Why a body gets its yen: which pot, which share, numerator and denominator, rounding. Nothing is computed twice."""

from collections.abc import Iterable
from fractions import Fraction

from haiten.allocation.allocate import Allocated, CushionDetail, PotResult
from haiten.allocation.apportion import Shares
from haiten.compiler.late import frozen
from haiten.compiler.printing.print_allocation import print_amount
from haiten.compiler.printing.print_rulebook import print_expression
from haiten.compiler.program.allocation import Cushion, Equal, ProRata
from haiten.compiler.syntax.allocation import Rest
from haiten.compiler.syntax.expressions import Name, walk_parts
from haiten.compiler.syntax.rulebook import Citation
from haiten.scoring.explaining.body_read import OneOf
from haiten.scoring.explaining.explain import Cited, cite, titles_of
from haiten.scoring.explaining.reasons import ReadValue, Reason, ReasonReader


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
class Division:
    """A share as it came about: ``amount`` × ``weight`` ÷ ``total``, rounded.

    Attributes:
        sharers: who have a weight.
        exact: yen before rounding; ``extra``: one unit came by largest remainder.
    """

    amount: int
    weight: Fraction
    total: Fraction
    sharers: int
    exact: Fraction
    extra: bool
    paid: int


@frozen
class Bearing:
    """What a 激変緩和 came to for a body.

    Attributes:
        before: yen of the budget's other pots.
        short: what was missing to the floor, in whole units.
        own: what the pot itself gave; ``moved`` what others bore for it; ``borne`` what it bore for others. None each
            where it had no part in it.
    """

    before: int
    floor: Fraction
    short: int
    own: Division | None
    moved: Division | None
    borne: Division | None

    @property
    def yen_borne(self) -> int:
        """Yen that the body bore for others."""
        return self.borne.paid if self.borne is not None else 0


@frozen
class Refill:
    """What 再配分 gave a body: ``share`` of the last round, or None where it was filled up to its limit before that.

    Attributes:
        value: what it divides by, in the words of the language.
    """

    value: ReadValue
    readings: tuple[ReadValue, ...]
    share: Division | None


@frozen
class PotTrace:
    """What a body gets of a pot, and why.

    Attributes:
        formula: the pot's amount as written; ``parameters`` the 定数 in it and in the rule.
        others: where the formula is 残り, the other pots of the budget with their amounts.
        whole: the pot's own amount; ``received`` what flowed in from other pots; ``amount`` both together.
        case: the class of the 内訳 in which the body shares, with ``case_amount`` of the pot; None without 内訳.
        split: how the class came to its amount, ``split_value`` being what it is divided by; None where it is given.
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
    others: tuple[tuple[str, int], ...]
    parameters: tuple[ParameterReading, ...]
    whole: int
    received: tuple[tuple[str, int], ...]
    amount: int
    case: str | None
    case_amount: int
    split: Division | None
    split_value: str
    split_sources: tuple[Cited, ...]
    eligible: Reason | None
    is_eligible: bool
    frames: tuple[FrameTrace, ...]
    most: int | None
    rule: str
    rule_sources: tuple[Cited, ...]
    value: ReadValue | None
    readings: tuple[ReadValue, ...]
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
        formula: the budget's amount as written; ``parameters`` the 定数 in it.
        shared: from the pots; ``limit`` the most it can get (None: none is known), ``cut`` what that took off,
            ``added`` what 再配分 gave.
        limit_value: what the limit is, in the words of the language; None where there is none.
        refill: how ``added`` came about; None where nothing was added.
    """

    name: str
    text: str
    fund: str | None
    fund_sources: tuple[Cited, ...]
    amount: int
    formula: str
    parameters: tuple[ParameterReading, ...]
    sources: tuple[Cited, ...]
    pots: tuple[PotTrace, ...]
    shared: int
    limit: int | None
    limit_value: ReadValue | None
    limit_sources: tuple[Cited, ...]
    unit: int
    cut: int
    added: int
    refill: Refill | None
    refill_sources: tuple[Cited, ...]
    paid: int


def trace_money(allocated: Allocated, body: int, pot: str | None = None) -> tuple[BudgetTrace, ...]:
    """The traces of one body, budget by budget.

    Args:
        allocated: the result that is asked about.
        body: place of the body among ``allocated.bodies``.
        pot: of this pot alone; None: of all.
    """
    return tuple(
        _budget(allocated, name, body, pot)
        for name in allocated.budgets
        if pot is None or allocated.pots[pot].pot.budget == name
    )


def _budget(allocated: Allocated, name: str, body: int, pot: str | None) -> BudgetTrace:
    result, limit = allocated.budgets[name], allocated.allocation.limits.get(name)
    reader = ReasonReader(OneOf(allocated.scores, body))
    decl = result.budget.decl
    refill = None
    if limit is not None and limit.weight is not None and result.refill is not None and result.added[body]:
        share = _division(result.refill, body)
        refill = Refill(reader.value(limit.weight), reader.parts(limit.weight), share)
    return BudgetTrace(
        name=name,
        text=result.budget.text,
        fund=result.budget.fund,
        fund_sources=_cited(allocated, decl.fund_citations),
        amount=result.budget.amount,
        formula=print_amount(decl.amount),
        parameters=_parameters(allocated, decl.amount),
        sources=_cited(allocated, decl.citations),
        pots=tuple(
            _pot(allocated, found, body)
            for found in allocated.pots.values()
            if found.pot.budget == name and pot in (None, found.pot.name)
        ),
        shared=result.shared[body],
        limit=result.limit[body],
        limit_value=None if limit is None else reader.value(limit.value),
        limit_sources=() if limit is None else _cited(allocated, limit.decl.citations),
        unit=allocated.allocation.unit,
        cut=result.cut[body],
        added=result.added[body],
        refill=refill,
        refill_sources=() if limit is None else _cited(allocated, limit.decl.weight_citations),
        paid=result.paid[body],
    )


def _division(shares: Shares, place: int) -> Division | None:
    """The share of one of those among whom an amount was divided; None for one that had none."""
    if not shares.weights[place]:
        return None
    return Division(
        shares.amount,
        shares.weights[place],
        sum(shares.weights, Fraction(0)),
        sum(map(bool, shares.weights)),
        shares.exact[place],
        shares.extra[place],
        shares.paid[place],
    )


def _bearing(detail: CushionDetail, body: int) -> Bearing:
    return Bearing(
        detail.before[body],
        detail.floor[body],
        int(detail.own.weights[body]),
        *(_division(shares, body) if shares.amount else None for shares in (detail.own, detail.moved, detail.borne)),
    )


def _cited(allocated: Allocated, citations: Iterable[Citation]) -> tuple[Cited, ...]:
    titles = titles_of(allocated.allocation.syntax.sources)
    return tuple(dict.fromkeys(cite(citation, titles) for citation in citations))


def _pot(allocated: Allocated, result: PotResult, body: int) -> PotTrace:
    pot, reader = result.pot, ReasonReader(OneOf(allocated.scores, body))
    decl, method = pot.decl, pot.method
    member = result.member[body]
    group = result.groups[member] if member is not None else None
    value = method.value if isinstance(method, ProRata) else method.floor if isinstance(method, Cushion) else None
    bearing = None if result.cushion is None else _bearing(result.cushion, body)
    split = pot.split.decl if pot.split is not None else None
    others = tuple(
        (other.pot.name, other.pot.amount)
        for other in allocated.pots.values()
        if other.pot.budget == pot.budget and other is not result
    )
    frames = tuple(
        FrameTrace(
            frame.label,
            frame.text,
            result.met[body][at],
            reader.reason(frame.condition),
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
        others=others if isinstance(decl.line.amount, Rest) else (),
        parameters=_parameters(
            allocated, decl.method, decl.split, None if isinstance(decl.line.amount, Rest) else decl.line.amount
        ),
        whole=pot.amount,
        received=result.received,
        amount=result.amount,
        case=group.case if group else None,
        case_amount=group.amount if group else 0,
        split=_division(result.split, member) if result.split is not None and member is not None else None,
        split_value=print_expression(split.weight) if split is not None and split.weight is not None else "",
        split_sources=_cited(allocated, split.citations if split is not None else ()),
        eligible=reader.reason(pot.eligible) if pot.eligible is not None else None,
        is_eligible=result.eligible[body],
        frames=frames,
        most=method.most if isinstance(method, Equal) else None,
        rule={ProRata: "按分", Equal: "均等", Cushion: "激変緩和"}[type(method)],
        rule_sources=_cited(allocated, decl.method.citations if decl.method else ()),
        value=None if value is None else reader.value(value),
        readings=() if value is None else reader.parts(value),
        weight=result.weights[body],
        total=group.total if group else Fraction(0),
        sharers=group.size if group else 0,
        exact=result.exact[body],
        unit=allocated.allocation.unit,
        extra=result.extra[body],
        bearing=bearing,
        paid=result.paid[body],
    )


def _parameters(allocated: Allocated, *written: object) -> tuple[ParameterReading, ...]:
    """The 定数 that clauses name, in the order of the file."""
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
