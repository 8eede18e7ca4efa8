"""A clause of an allocation, or a sentence that amends one → which clauses it names, and where."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from attrs import evolve

from haiten.compiler.folding.foldings import FOLDINGS
from haiten.compiler.late import frozen
from haiten.compiler.program.program import Program
from haiten.compiler.source import Span
from haiten.compiler.syntax.allocation import BudgetDecl, LimitDecl, PotLine, Unspent
from haiten.compiler.syntax.allocation_revision import ClauseRef, RenameClause
from haiten.compiler.syntax.expressions import Name, Paid
from haiten.compiler.syntax.revision import SAME

BUDGET: Final = "予算"
POT: Final = "配分"
# By the word of a clause that has no name of its own, the kind of what is named there.
_NAMED_AFTER: Final = {"限度": BUDGET}
# The parts of these clauses that are names of clauses, and not of facts.
NAMES: Final = ("budget", "to")


@frozen
class NamedClause:
    """A name in a clause.

    Attributes:
        kind: the word of the clause that it names (予算, 配分, 定数, …).
        within: a stretch in which the name stands.
        formerly: the name that it had up to this sentence, by which its clause is known; else as ``name``.
    """

    kind: str
    name: str
    within: Span
    declares: bool = False
    formerly: str = ""

    @property
    def year(self) -> str:
        """The year that stands before the name of an older year's 出典; else empty."""
        return self.name.rpartition(" ")[0]

    @property
    def word(self) -> str:
        """The name without such a year."""
        return self.name.rpartition(" ")[2]


@lru_cache(maxsize=4)
def clause_names(program: Program) -> dict[tuple[str, str], str]:
    """What the clauses of an allocation were called at first, by their words and the names that they have there."""
    if program.allocation is None:
        return {}
    tree = program.allocation.syntax
    facts = (("事実", name, fact.decl.formerly) for name, fact in program.facts.items() if fact.members is None)
    classes = (("区分", each.name, each.formerly) for each in tree.classes)
    constants = (("定数", each.name, each.formerly) for each in tree.constants)
    budgets = ((BUDGET, each.name, each.formerly) for each in tree.budgets)
    pots = ((POT, each.line.name, each.line.formerly) for each in tree.pots)
    every = (*facts, *classes, *constants, *budgets, *pots)
    return {(kind, name): formerly[-1].name if formerly else name for kind, name, formerly in every}


def named_clauses(part: Any) -> Iterator[NamedClause]:
    """What a clause names beside what its expressions do."""
    match part:
        case BudgetDecl(name=name, span=span):
            yield NamedClause(BUDGET, name, span, declares=True)
        case PotLine(name=name, span=span, budget=budget):
            yield NamedClause(POT, name, span, declares=True)
            yield _spoken(BUDGET, budget)
        case Unspent(to=Name() as to):
            yield _spoken(POT, to)
        case LimitDecl(budget=budget) | Paid(budget=Name() as budget):
            yield _spoken(BUDGET, budget)
        case ClauseRef():
            if not _says_labels_only(part):
                yield _referred(part)
        case RenameClause(names=names):
            for old, new in names:
                if not _says_labels_only(old):
                    yield evolve(_referred(old), formerly=old.name)
                if old.part is None:  # labels of 枠: ``frame_places``
                    yield NamedClause(old.kind, new.name, new.span, formerly=old.name)
        case _:
            pass


def _spoken(kind: str, name: Name) -> NamedClause:
    return NamedClause(kind, name.value, name.span)


def _referred(ref: ClauseRef) -> NamedClause:
    return NamedClause(_NAMED_AFTER.get(ref.kind, ref.kind), ref.name, ref.span)


def _says_labels_only(ref: ClauseRef) -> bool:
    """Whether it is one of several 枠 that are listed, before which the pot was named."""
    return ref.label is not None and not ref.span.text.translate(FOLDINGS).startswith((ref.kind, SAME, ref.name))
