"""The difference of two allocations (配分): what was written otherwise, clause by clause, and the yen it comes to.

Clauses are matched by name: a pot with another name is one removed and one added.
"""

from collections.abc import Callable, Iterator, Set
from typing import Any, Final, assert_never

from attrs import evolve, frozen

from haiten.compiler.identity.fingerprint import allocation_fingerprint
from haiten.compiler.printing.print_allocation import clause_lines, pot_lines
from haiten.compiler.printing.print_rulebook import declaration_lines
from haiten.compiler.program.allocation import Allocation, Budget, Pot
from haiten.compiler.program.program import Program
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
from haiten.compiler.syntax.expressions import rebuild
from haiten.compiler.syntax.rulebook import Citation, ClassDecl, FactDecl
from haiten.compiler.version import haiten_version

ComparedClause = FactDecl | ClassDecl | PrintedClause | PotDecl
SCHEMA: Final = "haiten/allocation-diff@1"


@frozen
class ClauseChange:
    """A clause that was added, removed or written otherwise.

    Attributes:
        kind: ``added``, ``removed`` or ``changed``.
        name: ``定数 緩和率``, ``配分 強化``, ``配分 強化 枠 ア``.
        old, new: its lines, with their sources; empty where it is not there. Those of a whole pot hold its parts.
    """

    kind: str
    name: str
    old: tuple[str, ...]
    new: tuple[str, ...]


@frozen
class AmountChange:
    """The yen of a budget, or of a pot of it; None where it is not there.

    Attributes:
        pot: None for the budget itself.
    """

    budget: str
    pot: str | None
    old: int | None
    new: int | None


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
                {"kind": change.kind, "name": change.name, "old": list(change.old), "new": list(change.new)}
                for change in self.changes
            ],
            "source_changes": self.source_changes,
            "amounts": [
                {"budget": amount.budget, "pot": amount.pot, "old": amount.old, "new": amount.new}
                for amount in self.amounts
            ],
        }


def diff_allocations(old: Program, new: Program) -> AllocationDiff:
    """Compare the allocations of two programs that have one."""
    before, after = _allocation_of(old), _allocation_of(new)
    shared = before.pots.keys() & after.pots.keys()
    was, now = dict(_clauses(before.syntax, shared)), dict(_clauses(after.syntax, shared))
    changes, sources = [], 0
    for name in dict.fromkeys((*was, *now)):
        if name not in now:
            changes.append(ClauseChange("removed", name, _lines(was[name]), ()))
        elif name not in was:
            changes.append(ClauseChange("added", name, (), _lines(now[name])))
        elif _with_citations(was[name], _none) != _with_citations(now[name], _none):
            changes.append(ClauseChange("changed", name, _lines(was[name]), _lines(now[name])))
        else:
            sources += _with_citations(was[name], _of(old.year)) != _with_citations(now[name], _of(new.year))
    return AllocationDiff(old, new, tuple(changes), sources, tuple(_amounts(before, after)))


def _allocation_of(program: Program) -> Allocation:
    assert program.allocation is not None, "the program has no allocation"
    return program.allocation


def _head(program: Program) -> dict[str, Any]:
    fingerprint = allocation_fingerprint(_allocation_of(program).syntax)
    return {"year": program.year, "scope": str(program.scope), "fingerprint": fingerprint}


def _amounts(before: Allocation, after: Allocation) -> Iterator[AmountChange]:
    def amount(found: Budget | Pot | None) -> int | None:
        return None if found is None else found.amount

    for name in dict.fromkeys((*before.budgets, *after.budgets)):
        yield AmountChange(name, None, amount(before.budgets.get(name)), amount(after.budgets.get(name)))
        was, now = ({p.name: p for p in side.pots.values() if p.budget == name} for side in (before, after))
        for pot in dict.fromkeys((*was, *now)):
            yield AmountChange(name, pot, amount(was.get(pot)), amount(now.get(pot)))


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


def _with_citations(part: Any, change: Callable[[tuple[Citation, ...]], tuple[Citation, ...]]) -> Any:
    """A part of a syntax tree with every run of citations in it changed."""

    def changed(inner: Any) -> tuple[Citation, ...] | None:
        return change(inner) if isinstance(inner, tuple) and inner and isinstance(inner[0], Citation) else None

    return rebuild(part, changed)
