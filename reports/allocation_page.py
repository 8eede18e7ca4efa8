"""How a budget comes down to each body as a page: budgets, pots, what flows between them, yen of every body, why."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from rich.text import Text
from rich.tree import Tree

from haiten.allocation.allocate import Allocated, BudgetResult, PotResult
from haiten.allocation.trace import trace_money
from haiten.compiler.identity.fingerprint import allocation_fingerprint
from haiten.compiler.late import frozen
from haiten.compiler.printing.print_rulebook import print_citations
from haiten.reports.page import render
from haiten.views.allocation import parameter_text, signed, yen
from haiten.views.money_trace import money_trees

_WIDTH: Final = 720  # of the bar of a budget
_ROOM: Final = 28  # that the number of a part needs in it


@frozen
class DividedMoney:
    """What the page is made of.

    Attributes:
        body: the place of the one body that is looked at, if one is.
        files: the names of the fact files.
    """

    allocated: Allocated
    body: int | None
    files: tuple[str, ...]


@frozen
class PotRow:
    """A pot, as a row and as a part of its budget's bar.

    Attributes:
        number: in the budget, from 1.
        own: the amount that the budget gives it; ``received`` from other pots.
        overflow: where what nobody got went; empty where it stays or there is none.
        x, width: of the part of the bar; 0 wide where it has no amount of its own.
    """

    number: int
    name: str
    text: str
    own: int
    received: tuple[tuple[str, int], ...]
    paid: int
    gaining: int
    mean: int | None
    unspent: int
    overflow: str
    x: int
    width: int

    @property
    def is_wide(self) -> bool:
        """Whether its number fits into the bar."""
        return self.width >= _ROOM


@frozen
class BudgetSection:
    """A budget with its pots.

    Attributes:
        limited: what the limit took off, and from how many; ``added`` what was given again, and to how many.
        alternative: the bar in words.
    """

    name: str
    text: str
    fund: str
    amount: int
    paid: int
    gaining: int
    remainder: int
    pots: tuple[PotRow, ...]
    limited: tuple[int, int] | None
    added: tuple[int, int]
    alternative: str
    width: int = _WIDTH


@frozen
class Branch:
    """A line of a reason, with what is below it."""

    text: str
    below: "tuple[Branch, ...]"


def allocation_page(made: DividedMoney) -> str:
    """The page."""
    allocated, body = made.allocated, made.body
    scores, program, allocation = allocated.scores, allocated.scores.program, allocated.allocation
    titles: dict[str, str] = {}
    reasons = () if body is None else tuple(map(_branch, money_trees(trace_money(allocated, body), titles)))
    who = None if body is None else allocated.bodies[body]
    return render(
        "allocation",
        title=f"{who.name or who.code} {program.year} 交付額" if who else f"{program.year} {program.scope} 配分",
        program=program,
        who=who,
        size=len(allocated.bodies),
        amount=sum(result.budget.amount for result in allocated.budgets.values()),
        paid=sum(allocated.paid),
        remainder=allocated.remainder,
        sections=[_section(allocated, name, result) for name, result in allocated.budgets.items()],
        own=None if body is None else allocated.paid[body],
        shares=[] if body is None else list(_shares(allocated, body)),
        reasons=reasons,
        titles=titles,
        budgets=list(allocated.budgets),
        pots=list(allocated.pots),
        rows=list(_rows(allocated)),
        parameters=[
            (
                parameter_text(each),
                each.decl.text.value if each.decl.text else "",
                "（試算の値）" if each.replaced else print_citations(each.decl.citations),
            )
            for each in allocation.parameters
        ],
        replaced=[budget.name for budget in allocation.budgets.values() if budget.replaced],
        assumptions=allocated.assumptions,
        yen=yen,
        signed=signed,
        prints=allocation_fingerprint(allocation.syntax),
        rules=scores.fingerprint.rules,
        files=made.files,
        place=body,
    )


def _section(allocated: Allocated, name: str, result: BudgetResult) -> BudgetSection:
    pots = [pot for pot in allocated.pots.values() if pot.pot.budget == name]
    rows = tuple(_pots(pots, result.budget.amount))
    shares = "、".join(f"{row.name} {yen(row.own)}" for row in rows if row.own)
    limited = (sum(result.cut), sum(map(bool, result.cut))) if name in allocated.allocation.limits else None
    return BudgetSection(
        name,
        result.budget.text,
        result.budget.fund or "",
        result.budget.amount,
        sum(result.paid),
        sum(map(bool, result.paid)),
        result.remainder,
        rows,
        limited,
        (sum(result.added), sum(map(bool, result.added))),
        f"予算 {name} {yen(result.budget.amount)}の内訳: {shares}。数字は下の表にある。",
    )


def _pots(pots: list[PotResult], amount: int) -> Iterator[PotRow]:
    start = 0
    for number, pot in enumerate(pots, start=1):
        gaining = [paid for paid in pot.paid if paid > 0]
        end = start + pot.pot.amount
        left, right = (round(Fraction(at * _WIDTH, amount)) if amount else 0 for at in (start, end))
        yield PotRow(
            number,
            pot.pot.name,
            pot.pot.text,
            pot.pot.amount,
            pot.received,
            sum(pot.paid),
            len(gaining),
            round(Fraction(sum(gaining), len(gaining))) if gaining else None,
            pot.unspent,
            pot.pot.overflow or "" if pot.unspent else "",
            left,
            max(right - left, 0),
        )
        start = end


def _shares(allocated: Allocated, body: int) -> Iterator[tuple[str, str, int, str]]:
    """What one body gets: budget or pot, what it is called, yen, and of what kind the row is."""
    for name, result in allocated.budgets.items():
        yield name, result.budget.text, result.paid[body], "budget"
        for pot in allocated.pots.values():
            if pot.pot.budget == name:
                yield pot.pot.name, pot.pot.text, pot.paid[body], "pot"
        if result.cut[body]:
            yield "限度で減らした額", "", -result.cut[body], "limit"
        if result.added[body]:
            yield "再配分で加えた額", "", result.added[body], "limit"


def _rows(allocated: Allocated) -> Iterator[tuple[str, str, str, list[int], list[int], int]]:
    """Every body: code, name, prefecture, yen by budget and by pot, and in all."""
    for place, body in enumerate(allocated.bodies):
        budgets = [result.paid[place] for result in allocated.budgets.values()]
        pots = [pot.paid[place] for pot in allocated.pots.values()]
        yield body.code, body.name, body.prefecture, budgets, pots, allocated.paid[place]


def _branch(tree: Tree) -> Branch:
    label = tree.label
    return Branch(label.plain if isinstance(label, Text) else str(label), tuple(map(_branch, tree.children)))
