"""The clauses of an allocation as amended so far: which one a sentence names, and where a new one goes."""

from collections.abc import Callable

from attrs import field

from haiten.compiler import diagnostics as d
from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.late import define
from haiten.compiler.revising.amend_pots import PotChanger, frames_of
from haiten.compiler.source import Span
from haiten.compiler.suggest import nearest
from haiten.compiler.syntax.allocation import PotDecl
from haiten.compiler.syntax.allocation_revision import ClauseRef, WholeClause, clause_key, clause_span
from haiten.compiler.syntax.rulebook import SourceDecl


@define(eq=False)
class StandingClauses:
    """The clauses, and what became of others.

    Attributes:
        gone: what an amendment took away, or gave another name, and that amendment.
        called: what was renamed, by what it was called.
        doubtful: what an amendment failed to change: later ones about it are not told.
    """

    clauses: list[WholeClause]
    has_title: bool
    diagnostics: list[Diagnostic] = field(factory=list)
    gone: dict[tuple[str, str], Span] = field(factory=dict)
    called: dict[tuple[str, str], str] = field(factory=dict)
    doubtful: set[tuple[str, str]] = field(factory=set)

    def say(self, diagnostic: Diagnostic) -> None:
        """Tell something."""
        self.diagnostics.append(diagnostic)

    def as_it_stands(self) -> Callable[[], None]:
        """What undoes all that is done from now on."""
        clauses, has_title, gone, called = list(self.clauses), self.has_title, dict(self.gone), dict(self.called)

        def back() -> None:
            self.clauses, self.has_title, self.gone, self.called = clauses, has_title, gone, called

        return back

    def find(self, target: ClauseRef) -> WholeClause | None:
        """The clause that is named; None, and a diagnostic, where there is none."""
        key = (target.kind, target.name)
        found = next((clause for clause in self.clauses if clause_key(clause) == key), None)
        if found is None and key not in self.doubtful:
            known = [name for kind, name in map(clause_key, self.clauses) if kind == target.kind]
            near = None if key in self.gone else nearest(target.name, known)
            suggestion = str(ClauseRef(target.kind, near, target.span)) if near is not None else None
            missing = d.MissingTarget(target.span, str(ClauseRef(*key, target.span)), self.gone.get(key), suggestion)
            now = self.called.get(key)
            self.say(missing if now is None else missing.renamed(f"{target.kind} {now}"))
        if found is None:
            self.doubtful.add(key)
        return found

    def put(self, old: WholeClause, new: WholeClause) -> None:
        """Put a clause in the place of another."""
        self.clauses = [new if clause is old else clause for clause in self.clauses]

    def end_of(self, clause: WholeClause) -> int:
        """Where a new clause of its kind goes: behind the others; the year's own 出典 before those of older years."""
        kind, end = clause_key(clause)[0], 0
        for at, other in enumerate(self.clauses):
            older = isinstance(other, SourceDecl) and other.year is not None
            if clause_key(other)[0] == kind and not (older and isinstance(clause, SourceDecl) and not clause.year):
                end = at + 1
        return end if end or kind == "出典" else len(self.clauses)

    def add(self, at: int, new: tuple[WholeClause, ...]) -> None:
        """Put new clauses at a place; of one that is there already it is told."""
        for clause in new:
            key = clause_key(clause)
            other = next((other for other in self.clauses if clause_key(other) == key), None)
            if other is not None:
                what = str(ClauseRef(*key, clause_span(clause)))
                self.say(d.AlreadyThere(clause_span(clause), f"「{what}」", clause_span(other)))
                continue
            self.clauses.insert(at, clause)
            at += 1

    def spread(self, target: ClauseRef) -> list[ClauseRef] | None:
        """Each 枠 of a range; None, and a diagnostic, where the pot is not there or the range runs backwards."""
        if target.last is None:
            return [target]
        found = self.find(target)
        if found is None:
            return None
        assert isinstance(found, PotDecl)
        refs = frames_of(found, target)
        if not refs:
            self.say(d.EmptySpan(target.span, target.labels))
        return refs or None

    def pot(self, clause: WholeClause) -> PotChanger:
        """What changes a pot."""
        assert isinstance(clause, PotDecl)  # nothing else has parts
        return PotChanger(clause, self.diagnostics)

    def has_part(self, clause: WholeClause, target: ClauseRef) -> bool:
        """Whether a pot has what is named of it; a diagnostic where not."""
        return target.part is None or self.pot(clause).has(target)
