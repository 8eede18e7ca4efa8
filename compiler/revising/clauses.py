"""Clauses of an allocation taken apart and put together again: what a revision changes in them."""

from collections.abc import Callable, Iterator
from typing import Any, assert_never

from haiten.compiler.changing import evolve
from haiten.compiler.revising.hand_over import Citations
from haiten.compiler.syntax.allocation import (
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
)
from haiten.compiler.syntax.expressions import rebuild, walk_parts
from haiten.compiler.syntax.rulebook import (
    Citation,
    ClassDecl,
    ConstantDecl,
    FactDecl,
    SourceDecl,
    Text,
)

# Citations


def with_citations(part: Any, change: Callable[[Citations], Citations]) -> Any:
    """A part of an allocation with every run of citations in it changed."""

    def changed(inner: Any) -> Citations | None:
        return change(inner) if isinstance(inner, tuple) and inner and isinstance(inner[0], Citation) else None

    return rebuild(part, changed)


def cited_in(part: Any) -> Iterator[Citation]:
    """All citations in a part of an allocation."""
    return (inner for inner in walk_parts(part) if isinstance(inner, Citation))


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
