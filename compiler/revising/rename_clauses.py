"""とする in an allocation: names of clauses and labels of 枠, all at once, so that two may change places."""

from haiten.compiler import diagnostics as d
from haiten.compiler.revising.clause_names import RENAMED, renamed
from haiten.compiler.revising.standing_clauses import StandingClauses
from haiten.compiler.source import Span
from haiten.compiler.syntax.allocation_revision import FRAME, ClauseRef, RenameClause, clause_key, clause_span


def rename_clauses(standing: StandingClauses, action: RenameClause, year: str, span: Span) -> None:
    """Change names of clauses and labels of 枠.

    Args:
        standing: the clauses, which are changed.
        action: what gets which name.
        year: up to which year it had the old one.
        span: of the amendment.
    """
    names: list[tuple[ClauseRef, ClauseRef]] = []
    for old, new in action.names:
        sources, there = standing.spread(old), standing.spread(new) if new.last else [new]
        if sources is None or there is None:
            return
        if len(sources) != len(there):
            standing.say(d.UnequalStretches(old.span, len(sources), len(there)))
            return
        names += zip(sources, there, strict=True)
    found = [(standing.find(old), old, new) for old, new in names]
    if any(clause is None for clause, _, _ in found):
        return
    for old, _ in names:
        if old.part not in (None, FRAME) or old.kind not in RENAMED:
            hint = f"名前を変えられるのは、{'、'.join(RENAMED)}と枠です。"
            if old.kind == "出典":
                hint = "名前を変えるには、新しい出典を加え、引く所の出典を改めます。"
            standing.say(d.MissingPart(old.span, str(old), "変えられる名前", hint))
            return
    pots = dict.fromkeys(old.name for old, _ in names if old.part)
    for pot in pots:
        clause = next(clause for clause, old, _ in found if old.part and old.name == pot and clause is not None)
        labels = [(old, new.label or "") for old, new in names if old.part and old.name == pot]
        standing.put(clause, standing.pot(clause).rename(labels))
    whole = [(old, new.name) for old, new in names if not old.part]
    if whole and _are_free(standing, whole):
        _rename_whole(standing, whole, year, span)
    if all(str(old) == str(new) for old, new in names):
        standing.say(d.NothingChanges(span))


def _are_free(standing: StandingClauses, names: list[tuple[ClauseRef, str]]) -> bool:
    """Whether no other clause has one of the new names, or gets it too."""
    leaving = {(old.kind, old.name) for old, _ in names}
    given: dict[tuple[str, str], Span] = {}
    for old, name in names:
        key = (old.kind, name)
        there = next((c for c in standing.clauses if clause_key(c) == key and key not in leaving), None)
        other = given.get(key) or (clause_span(there) if there is not None else None)
        if other is not None:
            standing.say(d.AlreadyThere(old.span, f"「{old.kind} {name}」", other))
            return False
        given[key] = old.span
    return True


def _rename_whole(standing: StandingClauses, names: list[tuple[ClauseRef, str]], year: str, span: Span) -> None:
    # By way of names that nobody can write, so that two may change places.
    steps = [(old.kind, old.name, f"\0{at}") for at, (old, _) in enumerate(names)]
    steps += [(old.kind, f"\0{at}", name) for at, (old, name) in enumerate(names)]
    for kind, old_name, name in steps:
        whose = next(clause for clause in standing.clauses if clause_key(clause) == (kind, old_name))
        standing.clauses = [renamed(clause, whose, name, year) for clause in standing.clauses]
    for old, name in names:
        standing.gone[old.kind, old.name], standing.called[old.kind, old.name] = span, name
    for old, name in names:
        standing.gone.pop((old.kind, name), None)
        standing.called.pop((old.kind, name), None)
