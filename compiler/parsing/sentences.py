"""Amendments that end in a comma → one with what follows (…に改め、…を削る), and what 同 is the place of in them."""

from typing import Final, assert_never

from attrs import evolve

from haiten.compiler.diagnostics import Diagnostic, OpenSentence, TwoContents, UnreadAmendment
from haiten.compiler.parsing.read_revision import AmendmentLine
from haiten.compiler.source import Span
from haiten.compiler.syntax.expressions import PathRef, Target
from haiten.compiler.syntax.revision import (
    SAME,
    Action,
    Declare,
    DefinedName,
    Delete,
    Insert,
    NewName,
    PartChange,
    Places,
    Recite,
    Rename,
    Renumber,
    Replace,
    Revalue,
    Reword,
    Separate,
    Single,
    Stretch,
    Together,
    actions_of,
    beside,
    last_place,
)
from haiten.compiler.syntax.rulebook import Comments

# How what goes on ends, and how it would end where nothing follows.
_ENDINGS: Final = {
    "に改め、": "に改める。",
    "ように改め、": "ように改める。",
    "に、": "に改める。",
    "を削り、": "を削る。",
    "加え、": "加える。",
    "とし、": "とする。",
    "別に定め、": "別に定める。",
}


def join(line: AmendmentLine, behind: AmendmentLine) -> tuple[AmendmentLine, Diagnostic | None]:
    """A line that ends in a comma and the one behind it as one; and what is wrong with that."""
    span = Span(line.span.source, line.span.start, behind.span.end)
    comments = Comments(line.comments.before + behind.comments.before, line.comments.behind + behind.comments.behind)
    done, coming = actions_of(line.action), actions_of(behind.action)
    last, first = done[-1], _placed(coming[0], last_place(done[-1]))
    if isinstance(last, Renumber) and isinstance(first, Renumber):
        # What moves in one sentence moves at once.
        done, first = done[:-1], Renumber((*last.moves, *first.moves))
    elif isinstance(last, Rename) and isinstance(first, Rename):
        done, first = done[:-1], Rename((*last.names, *first.names))
    actions = (*done, first)
    problem = None
    earlier = next((each for each in done if isinstance(each, Replace | Insert)), None)
    if earlier is not None and isinstance(first, Replace | Insert):
        problem = TwoContents(behind.span, line.span)
    action: Action = Together(actions) if len(actions) > 1 else first
    return AmendmentLine(action, span, behind.linked, comments), problem


def left_open(line: AmendmentLine) -> Diagnostic:
    """That nothing follows where a line ends in a comma."""
    return OpenSentence(*_ending(line))


def one_by_one(line: AmendmentLine) -> Diagnostic:
    """That a line ends in a comma where sentences are of one amendment each."""
    span, ending, closed = _ending(line)
    return UnreadAmendment(span, ending, f"配分の改正文は1つずつ、「{closed}」で終えて分けて書きます。")


def _ending(line: AmendmentLine) -> tuple[Span, str, str]:
    """How a line ends that goes on: where, in which words, and how it would end where nothing followed."""
    ending = next((each for each in _ENDINGS if line.span.text.endswith(each)), "、")
    return Span(line.span.source, line.span.end - len(ending), line.span.end), ending, _ENDINGS.get(ending, "。")


def _placed(action: Single, before: Target | None) -> Single:
    """An action with full paths for what is written as 同 (the parent of the place before)."""
    if before is None:
        return action
    match action:
        case Replace(target=Places() as places) | Delete(target=Places() as places):
            return evolve(action, target=_full(places, before))
        case PartChange(target=places):
            return evolve(action, target=_full(places, before))
        case Reword(target=Places() as places) | Recite(target=Places() as places):
            return evolve(action, target=_full(places, before))
        case Insert(anchor=PathRef() as anchor):
            return evolve(action, anchor=_full_path(anchor, before))
        case Renumber(moves=moves):
            return Renumber(_full_moves(moves, before))
        case Separate(pairs=pairs):
            return Separate(_full_moves(pairs, before))
        case Rename(names=names):
            return Rename(tuple(_full_name(each, before) for each in names))
        case Replace() | Delete() | Insert() | Reword() | Recite() | Declare() | Revalue():
            return action
        case _:
            assert_never(action)


def _full(places: Places, before: Target) -> Places:
    """Places of which the first may be beside another; those behind it were read as beside it."""
    stretches: list[Stretch] = []
    for stretch in places.stretches:
        stretches.append(evolve(stretch, first=_full_path(stretch.first, before)))
    return evolve(places, stretches=tuple(stretches))


def _full_moves(moves: tuple[tuple[Stretch, Stretch], ...], before: Target) -> tuple[tuple[Stretch, Stretch], ...]:
    pairs = []
    for old, new in moves:
        here = evolve(old, first=_full_path(old.first, before))
        before = here.first
        pairs.append((here, evolve(new, first=_full_path(new.first, before))))
    return tuple(pairs)


def _full_name(name: NewName, before: Target) -> NewName:
    old = name.old
    return evolve(name, old=evolve(old, place=_full_path(old.place, before))) if isinstance(old, DefinedName) else name


def _full_path(target: Target, before: Target) -> Target:
    if isinstance(target, PathRef) and target.labels[0] == SAME:
        return evolve(beside(before, *target.labels[1:]), span=target.span)
    return target
