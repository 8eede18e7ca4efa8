"""The difference of two allocations (配分): what was written otherwise, clause by clause, and the yen it comes to.

Clauses are matched by name; what a revision renamed (前身) is the one it was.
"""

from collections.abc import Callable, Iterator, Set
from typing import Any, Final, assert_never

from attrs import evolve

from haiten.compiler.identity.fingerprint import allocation_fingerprint
from haiten.compiler.late import frozen
from haiten.compiler.printing.print_allocation import clause_lines, pot_lines
from haiten.compiler.printing.print_rulebook import declaration_lines
from haiten.compiler.program.allocation import Allocation, Budget, Pot
from haiten.compiler.program.program import Program
from haiten.compiler.revising.clause_names import UnderOldNames, under_names_of
from haiten.compiler.revising.clauses import with_citations
from haiten.compiler.syntax.allocation import (
    AllocationFile,
    CushionDecl,
    Eligible,
    EqualDecl,
    FrameDecl,
    PotDecl,
    PotPart,
    PrintedClause,
    ProRataDecl,
    SplitDecl,
    Unspent,
    word_of,
)
from haiten.compiler.syntax.rulebook import Citation, ClassDecl, FactDecl
from haiten.compiler.version import haiten_version

ComparedClause = FactDecl | ClassDecl | PrintedClause | PotDecl
SCHEMA: Final = "haiten/allocation-diff@1"


@frozen
class ClauseChange:
    """A clause that was added, removed or written otherwise.

    Attributes:
        kind: ``added``, ``removed`` or ``changed``.
        name: ``定数 緩和率``, ``配分 強化``, ``配分 強化 枠 ア``; of today where it is there today.
        was: its name before, where that was another; None where it was not.
        old, new: its lines, with their sources; empty where it is not there. Those of a whole pot hold its parts.
    """

    kind: str
    name: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    was: str | None = None


@frozen
class AmountChange:
    """The yen of a budget, or of a pot of it; None where it is not there.

    Attributes:
        pot: None for the budget itself.
        was: its name before, where that was another.
    """

    budget: str
    pot: str | None
    old: int | None
    new: int | None
    was: str | None = None


@frozen(eq=False)
class AllocationDiff:
    """The difference of two allocations.

    Attributes:
        changes: of meaning or words; sources alone make none.
        source_changes: clauses that say the same, but stand on other sources.
        amounts: of all budgets and pots of either, changed or not.
    """

    old: Program
    new: Program
    changes: tuple[ClauseChange, ...]
    source_changes: int
    amounts: tuple[AmountChange, ...]

    def to_json(self) -> dict[str, Any]:
        """As JSON (``docs/schema/allocation-diff-1.json``)."""
        return {
            "schema": SCHEMA,
            "haiten": haiten_version(),
            "old": _head(self.old),
            "new": _head(self.new),
            "changes": [
                {
                    "kind": change.kind,
                    "name": change.name,
                    "was": change.was,
                    "old": list(change.old),
                    "new": list(change.new),
                }
                for change in self.changes
            ],
            "source_changes": self.source_changes,
            "amounts": [
                {
                    "budget": amount.budget,
                    "pot": amount.pot,
                    "was": amount.was,
                    "old": amount.old,
                    "new": amount.new,
                }
                for amount in self.amounts
            ],
        }


def diff_allocations(old: Program, new: Program) -> AllocationDiff:
    """Compare the allocations of two programs that have one."""
    before, after = _allocation_of(old), _allocation_of(new)
    past = under_names_of(after.syntax, before.syntax)
    shared = before.pots.keys() & {pot.line.name for pot in past.file.pots}
    was, now = dict(_clauses(before.syntax, shared)), dict(_clauses(past.file, shared))
    # The same clauses under their names of today, in the same order.
    today = dict(zip(now, _clauses(after.syntax, {past.today("配分", name) for name in shared}), strict=True))
    changes, sources = [], 0
    for name in dict.fromkeys((*was, *now)):
        if name not in now:
            changes.append(ClauseChange("removed", name, _lines(was[name]), ()))
            continue
        called, clause = today[name]
        # What belongs to a renamed pot has its own name still.
        named = name if called != name and not isinstance(clause, PotPart) else None
        if name not in was:
            changes.append(ClauseChange("added", called, (), _lines(clause)))
        elif named is not None or with_citations(was[name], _none) != with_citations(now[name], _none):
            changes.append(ClauseChange("changed", called, _lines(was[name]), _lines(clause), named))
        else:
            sources += with_citations(was[name], _of(old.year)) != with_citations(now[name], _of(new.year))
    return AllocationDiff(old, new, tuple(changes), sources, tuple(_amounts(before, after, past)))


def _allocation_of(program: Program) -> Allocation:
    assert program.allocation is not None, "the program has no allocation"
    return program.allocation


def _head(program: Program) -> dict[str, Any]:
    fingerprint = allocation_fingerprint(_allocation_of(program).syntax)
    return {"year": program.year, "scope": str(program.scope), "fingerprint": fingerprint}


def _amounts(before: Allocation, after: Allocation, past: UnderOldNames) -> Iterator[AmountChange]:
    def amount(found: Budget | Pot | None) -> int | None:
        return None if found is None else found.amount

    budgets = {past.before("予算", name): name for name in after.budgets}
    for old in dict.fromkeys((*before.budgets, *budgets)):
        name = budgets.get(old, old)
        amounts = amount(before.budgets.get(old)), amount(after.budgets.get(budgets.get(old, "")))
        yield AmountChange(name, None, *amounts, old if old != name else None)
        was = {pot.name: pot for pot in before.pots.values() if pot.budget == old}
        now = {past.before("配分", pot.name): pot for pot in after.pots.values() if pot.budget == name}
        for old_pot in dict.fromkeys((*was, *now)):
            pot = now[old_pot].name if old_pot in now else old_pot
            amounts = amount(was.get(old_pot)), amount(now.get(old_pot))
            yield AmountChange(name, pot, *amounts, old_pot if old_pot != pot else None)


def _clauses(file: AllocationFile, shared: Set[str]) -> Iterator[tuple[str, ComparedClause]]:
    """The clauses of a file by name; a pot that the other file has too is reported part by part, another as a whole."""
    yield from ((f"事実 {fact.name}", fact) for fact in file.facts)
    yield from ((f"区分 {classes.name}", classes) for classes in file.classes)
    yield from ((f"定数 {constant.name}", constant) for constant in file.constants)
    yield from ((f"予算 {budget.name}", budget) for budget in file.budgets)
    yield from ((f"時点 「{event.text.value}」", event) for event in file.calendar)
    for pot in file.pots:
        head = f"配分 {pot.line.name}"
        if pot.line.name not in shared:
            yield head, pot
            continue
        yield head, pot.line
        yield from ((f"{head} {_part_name(part)}", part) for part in pot.parts)
    yield from ((f"限度 {limit.budget.value}", limit) for limit in file.limits)
    if file.rounding is not None:
        yield "端数", file.rounding


def _part_name(part: PotPart) -> str:
    match part:
        case FrameDecl(label=label):
            return f"枠 {label}"
        case ProRataDecl() | EqualDecl() | CushionDecl():
            return "分け方"  # one of a pot, whichever it is
        case SplitDecl() | Eligible() | Unspent():
            return word_of(part)
        case _:
            assert_never(part)


def _lines(clause: ComparedClause) -> tuple[str, ...]:
    if isinstance(clause, PotDecl):
        return tuple(pot_lines(clause))
    if isinstance(clause, FactDecl | ClassDecl):
        return tuple(declaration_lines(clause))
    return tuple(clause_lines(clause))


# Sources


def _none(_: tuple[Citation, ...]) -> tuple[Citation, ...]:
    return ()


def _of(year: str) -> Callable[[tuple[Citation, ...]], tuple[Citation, ...]]:
    """Citations that say of which year their source is; without a year it is that of the file."""

    def dated(citations: tuple[Citation, ...]) -> tuple[Citation, ...]:
        return tuple(evolve(c, year=c.year or year) if c.name is not None else c for c in citations)

    return dated
