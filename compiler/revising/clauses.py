"""Clauses of an allocation taken apart and put together again: what a revision changes in them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, assert_never

from attrs import evolve

from haiten.compiler.late import frozen
from haiten.compiler.revising.hand_over import Citations
from haiten.compiler.syntax.allocation import (
    AllocationFile,
    BudgetDecl,
    CushionDecl,
    Eligible,
    EventDecl,
    FrameDecl,
    LimitDecl,
    PotDecl,
    PotLine,
    PotPart,
    ProRataDecl,
    Rest,
    RoundingRule,
    SplitDecl,
    Unspent,
    word_of,
)
from haiten.compiler.syntax.allocation_revision import (
    FRAME,
    ChangeValue,
    ClauseRef,
    QuotedValue,
    WholeClause,
    clause_key,
)
from haiten.compiler.syntax.expressions import Name, Paid, Score, rebuild, walk_parts
from haiten.compiler.syntax.rulebook import (
    Citation,
    ClassDecl,
    ConstantDecl,
    FactDecl,
    PastName,
    PastNames,
    SourceDecl,
    Text,
)
from haiten.compiler.syntax.years import western_year

# Citations


def with_citations(part: Any, change: Callable[[Citations], Citations]) -> Any:
    """A part of an allocation with every run of citations in it changed."""

    def changed(inner: Any) -> Citations | None:
        return change(inner) if isinstance(inner, tuple) and inner and isinstance(inner[0], Citation) else None

    return rebuild(part, changed)


def cited_in(part: Any) -> Iterator[Citation]:
    """All citations in a part of an allocation."""
    return (inner for inner in walk_parts(part) if isinstance(inner, Citation))


# Names


def former_names(new: WholeClause, *, of: WholeClause) -> WholeClause:
    """A clause that takes the place of another, with the names that this one had."""
    match new, of:
        case ConstantDecl(), ConstantDecl():
            return new if new.formerly else evolve(new, formerly=of.formerly)
        case BudgetDecl(), BudgetDecl():
            return new if new.formerly else evolve(new, formerly=of.formerly)
        case PotDecl(), PotDecl():
            return new if new.line.formerly else evolve(new, line=evolve(new.line, formerly=of.line.formerly))
        case _:  # any other: it has no former name
            return new


def renamed(clause: WholeClause, whose: WholeClause, name: str, year: str) -> WholeClause:
    """A clause once a 定数, 予算 or 配分 has another name: itself with the new one, any other with what names it.

    Args:
        clause: any clause of the allocation.
        whose: the clause that gets the name.
        name: the name.
        year: up to which year it had the old one.
    """
    made: WholeClause
    match whose:
        case ConstantDecl(name=old) | BudgetDecl(name=old):
            made = (_with_constant if isinstance(whose, ConstantDecl) else _with_budget)(clause, old, name)
            if clause is whose and isinstance(made, ConstantDecl | BudgetDecl):
                made = evolve(made, name=name, formerly=_added(whose.formerly, year, old))
        case PotDecl(line=line):
            made = _with_overflow(clause, line.name, name)
            if clause is whose and isinstance(made, PotDecl):
                own = evolve(line, name=name, formerly=_added(line.formerly, year, line.name))
                made = evolve(made, line=own)
        case _:  # any other: none has a name that can change
            raise AssertionError(whose)
    return made


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
    known = {clause_key(clause) for clause in _named(older)}
    kept = {clause_key(clause) for clause in _named(file)}
    for clause in _named(file):
        (kind, name), former = clause_key(clause), _former_of(clause)
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
    bare = evolve(
        file,
        constants=tuple(evolve(clause, formerly=()) for clause in file.constants),
        budgets=tuple(evolve(clause, formerly=()) for clause in file.budgets),
        pots=tuple(evolve(pot, line=evolve(pot.line, formerly=())) for pot in file.pots),
    )
    return UnderOldNames(bare, old)


def _named(file: AllocationFile) -> list[ConstantDecl | BudgetDecl | PotDecl]:
    """All clauses whose names can change."""
    return [*file.constants, *file.budgets, *file.pots]


def _former_of(clause: ConstantDecl | BudgetDecl | PotDecl) -> PastNames:
    return clause.line.formerly if isinstance(clause, PotDecl) else clause.formerly


def _with_name(file: AllocationFile, kind: str, name: str, new: str) -> AllocationFile:
    whose = next(clause for clause in _named(file) if clause_key(clause) == (kind, name))
    parts: dict[str, Any] = {
        part: tuple(renamed(clause, whose, new, file.header.year) for clause in getattr(file, part))
        for part in ("classes", "constants", "budgets", "pots", "limits")
    }
    return evolve(file, **parts)


def _with_constant(clause: WholeClause, old: str, new: str) -> Any:
    def change(part: Any) -> Any | None:
        match part:
            case Name(value=value):
                return evolve(part, value=new) if value == old else part
            # The names here are not those of figures.
            case Score() | Paid() | Unspent():
                return part
            case PotLine():
                return evolve(part, amount=rebuild(part.amount, change))
            case LimitDecl():
                return evolve(part, value=rebuild(part.value, change), weight=rebuild(part.weight, change))
            case SplitDecl():
                return evolve(part, weight=rebuild(part.weight, change), cases=rebuild(part.cases, change))
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


# What belongs to a pot


def part_of(pot: PotDecl, word: str, label: str | None) -> PotPart | None:
    """What of a pot is called by a word, a 枠 by its label too."""
    for part in pot.parts:
        if isinstance(part, FrameDecl):
            if word == FRAME and part.label == label:
                return part
        elif word_of(part) == word:
            return part
    return None


def with_part(pot: PotDecl, old: PotPart | None, new: PotPart | None, *, where: str = "") -> PotDecl:
    """A pot with a part in the place of another (``where`` empty), beside it (次, 前), or added (``old`` None).

    Args:
        pot: the pot.
        old: the part that goes, or beside which the new one is put.
        new: None where nothing comes in its place.
        where: 次 or 前 of ``old``, which then stays.
    """
    part = new if new is not None else old
    if isinstance(part, FrameDecl):
        frames = list(pot.frames)
        at = next((at for at, frame in enumerate(frames) if frame is old), len(frames))
        gone = 1 if old is not None and not where else 0
        at += where == "次"
        frames[at : at + gone] = [new] if isinstance(new, FrameDecl) else []
        return evolve(pot, frames=tuple(frames))
    # Of any other a pot has one at most.
    places = {SplitDecl: "split", Eligible: "eligible", Unspent: "unspent"}
    changes: dict[str, Any] = {places.get(type(part), "method"): new}
    return evolve(pot, **changes)


# Texts and values


def text_of(clause: WholeClause, target: ClauseRef) -> Text | None:
    """The text of what is named; None where it has none."""
    if target.part is not None:
        part = part_of(clause, target.part, target.label) if isinstance(clause, PotDecl) else None
        return part.text if isinstance(part, FrameDecl) else None
    match clause:
        case PotDecl(line=line):
            return line.text
        case ConstantDecl() | BudgetDecl() | EventDecl() | SourceDecl() | FactDecl():
            return clause.text
        case ClassDecl() | LimitDecl() | RoundingRule():
            return None
        case _:
            assert_never(clause)


def with_text(clause: WholeClause, target: ClauseRef, text: Text) -> WholeClause:
    """The clause with another text where ``text_of`` found one."""
    if isinstance(clause, PotDecl):
        if target.part is None:
            return evolve(clause, line=evolve(clause.line, text=text))
        frame = part_of(clause, target.part, target.label)
        assert isinstance(frame, FrameDecl)
        return with_part(clause, frame, evolve(frame, text=text))
    changes: dict[str, Any] = {"text": text}
    return evolve(clause, **changes)


def value_in(clause: WholeClause, action: ChangeValue) -> QuotedValue | None:
    """What an amendment quotes: the amount of a clause, or a condition or value of what belongs to a pot."""
    holder = _holder(clause, action)
    match holder:
        case ConstantDecl(value=value) | LimitDecl(value=value) | ProRataDecl(value=value):
            return QuotedValue(value, holder.citations, holder.span)
        case BudgetDecl(amount=amount) | PotLine(amount=amount):
            return QuotedValue(amount, holder.citations, holder.span)
        case Eligible(condition=condition) | FrameDecl(condition=condition):
            return QuotedValue(condition, holder.citations, holder.span)
        case CushionDecl(floor=floor):
            return QuotedValue(floor, holder.citations, holder.span)
        case _:  # any other: it has no value that a sentence quotes
            return None


def with_value(clause: WholeClause, action: ChangeValue) -> WholeClause:
    """The clause with the new value in the place of the one that ``value_in`` found, or without it."""
    holder, new = _holder(clause, action), action.new
    if holder is None:
        assert isinstance(clause, PotDecl)
        assert new is not None
        assert not isinstance(new.value, Rest)
        return with_part(clause, None, Eligible(new.value, new.citations, new.span))
    if new is None:
        assert isinstance(clause, PotDecl)
        assert isinstance(holder, PotPart)
        return with_part(clause, holder, None)
    made = evolve(holder, **{_field_of(holder): new.value}, citations=new.citations)
    if isinstance(clause, PotDecl):
        return evolve(clause, line=made) if isinstance(made, PotLine) else with_part(clause, holder, made)
    whole: WholeClause = made
    return whole


def _field_of(holder: Any) -> str:
    names = {BudgetDecl: "amount", PotLine: "amount", Eligible: "condition", FrameDecl: "condition"}
    return {**names, CushionDecl: "floor"}.get(type(holder), "value")


def _holder(clause: WholeClause, action: ChangeValue) -> Any | None:
    """What has the value that an amendment is about; None where nothing has."""
    word, target = action.word, action.target
    if isinstance(clause, PotDecl):
        if target.part is not None:
            part = part_of(clause, target.part, target.label)
            return part if word == "要件" and isinstance(part, FrameDecl) else None
        return clause.line if word == "額" else part_of(clause, word, None)
    if isinstance(clause, ConstantDecl):
        return clause if word in ("額", "値") else None
    return clause if word == "額" and isinstance(clause, BudgetDecl | LimitDecl) else None


def values_of(clause: WholeClause, target: ClauseRef) -> str:
    """What of a clause can be quoted and changed, in words; empty where nothing can."""
    if target.part is not None:
        return "要件" if target.part == FRAME else ""
    match clause:
        case PotDecl():
            quoted = (part for part in clause.parts if isinstance(part, Eligible | ProRataDecl | CushionDecl))
            return "、".join(("額", *map(word_of, quoted)))
        case ConstantDecl():
            return "値"
        case BudgetDecl() | LimitDecl():
            return "額"
        case SourceDecl() | FactDecl() | ClassDecl() | EventDecl() | RoundingRule():
            return ""
        case _:
            assert_never(clause)


def takes_rest(clause: WholeClause, action: ChangeValue) -> bool:
    """Whether 残り may stand where an amendment puts a value: as the amount of a pot only."""
    return isinstance(clause, PotDecl) and action.word == "額"
