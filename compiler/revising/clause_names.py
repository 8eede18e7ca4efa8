"""Names of clauses of an allocation: とする changes them, and last year's allocation is compared under its own."""

from collections.abc import Mapping
from typing import Any, assert_never

from haiten.compiler.changing import evolve
from haiten.compiler.late import frozen
from haiten.compiler.syntax.allocation import (
    AllocationFile,
    BudgetDecl,
    LimitDecl,
    PotDecl,
    PotLine,
    SplitDecl,
    Unspent,
)
from haiten.compiler.syntax.allocation_revision import WholeClause, clause_key
from haiten.compiler.syntax.expressions import Expression, Name, Paid, map_names, rebuild
from haiten.compiler.syntax.rulebook import ClassDecl, ConstantDecl, FactDecl, PastName, PastNames
from haiten.compiler.syntax.years import western_year

_Named = FactDecl | ClassDecl | ConstantDecl | BudgetDecl | PotDecl
RENAMED = ("事実", "区分", "定数", "予算", "配分")
# Where clauses of each kind stand in an allocation, of those that have names or use them.
_PLACES = ("facts", "classes", "constants", "budgets", "pots", "limits")


def former_names(new: WholeClause, *, of: WholeClause) -> WholeClause:
    """A clause that takes the place of another, with the names that this one had."""
    if not (isinstance(new, _Named) and isinstance(of, _Named)) or former_of(new):
        return new
    return _with_former(new, former_of(of))


def former_of(clause: _Named) -> PastNames:
    """The names that a clause had in older years."""
    return clause.line.formerly if isinstance(clause, PotDecl) else clause.formerly


def _with_former(clause: _Named, former: PastNames) -> _Named:
    if isinstance(clause, PotDecl):
        return evolve(clause, line=evolve(clause.line, formerly=former))
    return evolve(clause, formerly=former)


def renamed(clause: WholeClause, whose: WholeClause, name: str, year: str) -> WholeClause:
    """A clause once another, or itself, has another name: itself with the new one, any other with what names it.

    Args:
        clause: any clause of the allocation.
        whose: the clause that gets the name.
        name: the name.
        year: up to which year it had the old one.
    """
    assert isinstance(whose, _Named)
    old = clause_key(whose)[1]
    made: Any
    match whose:
        case BudgetDecl():
            made = _with_budget(clause, old, name)
        case PotDecl():
            made = _with_overflow(clause, old, name)
        case FactDecl() | ClassDecl() | ConstantDecl():
            made = _with_figure(clause, old, name)
        case _:
            assert_never(whose)
    if clause is not whose:
        follows: WholeClause = made
        return follows
    made = evolve(made, line=evolve(made.line, name=name)) if isinstance(made, PotDecl) else evolve(made, name=name)
    under_new: WholeClause = _with_former(made, _added(former_of(whose), year, old))
    return under_new


def _added(former: PastNames, year: str, old: str) -> PastNames:
    """The former names with one more; within a year the first name is the one that the year before knew."""
    return former if former and former[0].year == year else (PastName(year, old), *former)


def name_in(former: PastNames, year: str, name: str) -> str:
    """What a clause was called in a year; its name of today where it has had no other since."""
    names = [(western_year(past.year), past.name) for past in former if western_year(past.year) >= western_year(year)]
    return min(names)[1] if names else name


@frozen
class UnderOldNames:
    """An allocation with the names that an older one of it had.

    Attributes:
        file: the allocation, of today but for the names; without 前身.
        old: the old names by kind and name of today, of what had another.
    """

    file: AllocationFile
    old: Mapping[tuple[str, str], str]

    def before(self, kind: str, name: str) -> str:
        """What is called so today was called before."""
        return self.old.get((kind, name), name)

    def today(self, kind: str, name: str) -> str:
        """What was called so before is called today."""
        return next((now for (of, now), was in self.old.items() if (of, was) == (kind, name)), name)


def under_names_of(file: AllocationFile, older: AllocationFile) -> UnderOldNames:
    """An allocation with the names that its clauses had in an older one; a name that was not there is not given."""
    year = older.header.year
    old: dict[tuple[str, str], str] = {}
    known = {clause_key(clause) for clause in named_clauses(older)}
    kept = {clause_key(clause) for clause in named_clauses(file)}
    for clause in named_clauses(file):
        (kind, name), former = clause_key(clause), former_of(clause)
        was = name_in(former, year, name)
        if was != name and (kind, was) in known:
            old[kind, name] = was
    # A name that something new took meanwhile stays with that: of two of one name none could be told.
    old = {key: was for key, was in old.items() if (key[0], was) not in kept or (key[0], was) in old}
    # By way of names that nobody can write, so that two may have changed places.
    steps = [(key, f"\0{place}", was) for place, (key, was) in enumerate(old.items())]
    for (kind, name), between, _ in steps:
        file = _with_name(file, kind, name, between)
    for (kind, _), between, was in steps:
        file = _with_name(file, kind, between, was)
    bare: dict[str, Any] = {
        part: tuple(_with_former(each, ()) if isinstance(each, _Named) else each for each in getattr(file, part))
        for part in _PLACES
    }
    return UnderOldNames(evolve(file, **bare), old)


def named_clauses(file: AllocationFile) -> list[_Named]:
    """All clauses whose names can change."""
    return [*file.facts, *file.classes, *file.constants, *file.budgets, *file.pots]


def _with_name(file: AllocationFile, kind: str, name: str, new: str) -> AllocationFile:
    whose = next(clause for clause in named_clauses(file) if clause_key(clause) == (kind, name))
    return evolve(file, **all_renamed(file, whose, new, file.header.year))


def all_renamed(file: AllocationFile, whose: WholeClause, name: str, year: str) -> dict[str, Any]:
    """The parts of an allocation once one of its clauses has another name; up to ``year`` it had the old one."""
    return {part: tuple(renamed(clause, whose, name, year) for clause in getattr(file, part)) for part in _PLACES}


def _with_figure(clause: WholeClause, old: str, new: str) -> Any:
    """A clause with a 事実, 区分 or 定数 called otherwise, which share one space of names."""

    def change(part: Any) -> Any | None:
        match part:
            # The names here are not those of figures.
            case Unspent():
                return part
            case PotLine():
                return evolve(part, amount=rebuild(part.amount, change))
            case LimitDecl():
                return evolve(part, value=rebuild(part.value, change), weight=rebuild(part.weight, change))
            case SplitDecl(classification=Name(value=by)):
                inner = {"weight": rebuild(part.weight, change), "cases": rebuild(part.cases, change)}
                named = evolve(part.classification, value=new) if by == old else part.classification
                return evolve(part, classification=named, **inner)
            case _ if isinstance(part, Expression):
                return map_names(part, {old: new})
            case _:  # any other: look within it
                return None

    return rebuild(clause, change)


def _with_budget(clause: WholeClause, old: str, new: str) -> Any:
    def named(name: Name) -> Name:
        return evolve(name, value=new) if name.value == old else name

    def change(part: Any) -> Any | None:
        match part:
            case Paid(budget=Name() as budget):
                return evolve(part, budget=named(budget))
            case PotLine():
                return evolve(part, budget=named(part.budget), amount=rebuild(part.amount, change))
            case LimitDecl():
                inner = {"value": rebuild(part.value, change), "weight": rebuild(part.weight, change)}
                return evolve(part, budget=named(part.budget), **inner)
            case _:  # any other: look within it
                return None

    return rebuild(clause, change)


def _with_overflow(clause: WholeClause, old: str, new: str) -> Any:
    def change(part: Any) -> Any | None:
        if not isinstance(part, Unspent) or part.to is None:
            return None
        return evolve(part, to=evolve(part.to, value=new)) if part.to.value == old else part

    return rebuild(clause, change)
