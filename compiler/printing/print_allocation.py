"""Allocations → canonical text: one form for every meaning, and no comment lost."""

from collections.abc import Iterator
from typing import assert_never

from haiten.compiler.printing.print_rulebook import (
    declaration_lines,
    past_text,
    print_citations,
    print_expression,
    print_text,
    quote,
    with_comments,
)
from haiten.compiler.syntax.allocation import (
    AllocationFile,
    AmountDecl,
    BudgetDecl,
    CushionDecl,
    Eligible,
    EqualDecl,
    EventDecl,
    FrameDecl,
    LimitDecl,
    PotDecl,
    PotLine,
    PrintedClause,
    ProRataDecl,
    Rest,
    RoundingRule,
    SplitDecl,
    Unspent,
)
from haiten.compiler.syntax.rulebook import (
    LANGUAGE_VERSION,
    Citation,
    ConstantDecl,
    Text,
)

_INDENT = "  "


def print_allocation(file: AllocationFile) -> str:
    """The canonical text of an allocation, ending in a line end."""
    return "\n".join(_lines(file)) + "\n"


def _lines(file: AllocationFile) -> Iterator[str]:
    header, based_on = file.header, file.based_on
    first = [f"言語 {LANGUAGE_VERSION}", f"{header.year} {header.scope} 配分"]
    yield from with_comments("", header.comments, first)
    if based_on:
        yield from with_comments("", based_on.comments, [f"{based_on.year} {based_on.scope} 評価指標 による。"])
    if file.title:
        yield from with_comments("", file.title.comments, [f"題名 {print_text(file.title.text)}"])
    for declarations in (file.sources, file.facts, file.classes, file.constants):
        if declarations:
            yield ""
        for declaration in declarations:
            yield from with_comments("", declaration.comments, declaration_lines(declaration))
    for clauses in (file.budgets, file.calendar):
        if clauses:
            yield ""
        for clause in clauses:
            yield from with_comments("", clause.comments, clause_lines(clause))
    for pot in file.pots:
        yield ""
        yield from pot_lines_with_comments(pot)
    if file.limits or file.rounding:
        yield ""
    for rule in (*file.limits, *((file.rounding,) if file.rounding else ())):
        yield from with_comments("", rule.comments, clause_lines(rule))
    if file.closing:
        yield ""
        yield from (comment.text for comment in file.closing)


def pot_lines_with_comments(pot: PotDecl) -> Iterator[str]:
    """The lines of a pot and its parts, with their comments."""
    yield from with_comments("", pot.line.comments, clause_lines(pot.line))
    for part in pot.parts:
        yield from with_comments(_INDENT, part.comments, clause_lines(part))


def pot_lines(pot: PotDecl) -> list[str]:
    """The lines of a pot and its parts, without comments."""
    return [*clause_lines(pot.line), *(f"{_INDENT}{line}" for part in pot.parts for line in clause_lines(part))]


def clause_lines(clause: PrintedClause) -> list[str]:
    """The lines of a clause, without its comments and not indented."""
    match clause:
        case ConstantDecl():
            return declaration_lines(clause)
        case BudgetDecl():
            fund = f"財源 {clause.fund}{print_citations(clause.fund_citations)}" if clause.fund else None
            amount, former = cited_text(clause.amount, clause.citations), past_text(clause.formerly)
            return [_join(f"予算 {clause.name}", _caption(clause.text), amount, fund, former)]
        case EventDecl():
            return [f"時点 {clause.time} {print_text(clause.text)}"]
        case PotLine():
            amount = cited_text(clause.amount, clause.citations)
            head = f"配分 {clause.name}"
            return [_join(head, _caption(clause.text), clause.budget.value, amount, past_text(clause.formerly))]
        case SplitDecl(weight=None):
            cases = (f"{_INDENT}{quote(c.name)} {cited_text(c.amount, c.citations)}" for c in clause.cases)
            return [f"内訳 {clause.classification.value}", *cases]
        case SplitDecl(weight=weight):
            assert weight is not None
            return [f"内訳 {clause.classification.value} 按分 {cited_text(weight, clause.citations)}"]
        case Eligible():
            return [f"対象 {cited_text(clause.condition, clause.citations)}"]
        case FrameDecl():
            return [_join(f"枠 {clause.label}", _caption(clause.text), cited_text(clause.condition, clause.citations))]
        case ProRataDecl():
            return [f"按分 {cited_text(clause.value, clause.citations)}"]
        case EqualDecl():
            most = f"上限 {clause.most}つ" if clause.most is not None else None
            return [_join("均等", "該当枠数" if clause.by_frames else None, most) + print_citations(clause.citations)]
        case CushionDecl():
            shared = "負担 他団体" if clause.shared else None
            return [_join(f"激変緩和 {cited_text(clause.floor, clause.citations)}", shared)]
        case Unspent():
            return [f"不用額 {clause.to.value if clause.to else '残す'}"]
        case LimitDecl():
            weight_text = f"再配分 {cited_text(clause.weight, clause.weight_citations)}" if clause.weight else None
            return [_join(f"限度 {clause.budget.value} = {cited_text(clause.value, clause.citations)}", weight_text)]
        case RoundingRule():
            rest = "最大剰余" if clause.largest else "不用額"
            unit = print_expression(clause.unit)
            return [f"端数 {unit}未満 切捨て 残額 {rest}{print_citations(clause.citations)}"]
        case _:
            assert_never(clause)


def _caption(text: Text | None) -> str | None:
    return print_text(text) if text else None


def cited_text(amount: AmountDecl, citations: tuple[Citation, ...]) -> str:
    """An amount or an expression, with what it cites."""
    return print_amount(amount) + print_citations(citations)


def _join(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


def print_amount(amount: AmountDecl) -> str:
    """An amount as written: ``成果枠額 × 2``, ``残り``."""
    return "残り" if isinstance(amount, Rest) else print_expression(amount)
