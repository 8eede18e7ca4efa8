"""Amendments that end in a comma → one with what follows (…に改め、…を削る), and what 同 is the place of in them."""

from typing import Final, TypeVar, assert_never

from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import Diagnostic, OpenSentence, TwoContents, UnlikeEndings, UnreadAmendment
from haiten.compiler.parsing.read_clause_amendments import ClauseAmendmentLine
from haiten.compiler.parsing.read_revision import AmendmentLine, in_full
from haiten.compiler.source import Span
from haiten.compiler.syntax.allocation_revision import (
    ChangeValue,
    ClauseAction,
    ClauseRef,
    InsertClauses,
    RenameClause,
    ReplaceClause,
    RewordClause,
    refs_of,
    with_refs,
)
from haiten.compiler.syntax.expressions import Name, PathRef, Target
from haiten.compiler.syntax.revision import (
    SAME,
    Action,
    Declare,
    Declared,
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
    WordVerb,
    actions_of,
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
    "を、": "を加える。",
    "と、": "とする。",
}


AnyLine = TypeVar("AnyLine", AmendmentLine, ClauseAmendmentLine)


def join(line: AmendmentLine, behind: AmendmentLine) -> tuple[AmendmentLine, Diagnostic | None]:
    """A line that ends in a comma and the one behind it as one; and what is wrong with that."""
    done, coming = actions_of(line.action), actions_of(behind.action)
    last = done[-1]
    first, *further = (_placed(each, last_place(last)) for each in coming)
    if isinstance(last, Rename) and line.likewise and (names := bare_names(behind)) is not None:
        first = Rename(tuple(NewName(_like(last.names[-1].old, old), new, old.span) for old, new in names))
    problem = _unlike(line, behind, _adds(first), _names(first))
    if isinstance(last, Renumber) and isinstance(first, Renumber):
        # What moves in one sentence moves at once.
        done, first = done[:-1], Renumber((*last.moves, *first.moves))
    elif isinstance(last, Rename) and isinstance(first, Rename):
        done, first = done[:-1], Rename((*last.names, *first.names))
    actions = (*done, first, *further)
    if any(isinstance(each, Replace | Insert) for each in done) and isinstance(first, Replace | Insert):
        problem = TwoContents(behind.span, line.span)
    action: Action = Together(actions) if len(actions) > 1 else first
    return evolve(_spanning(line, behind), action=action), problem


def join_clauses(
    line: ClauseAmendmentLine, behind: ClauseAmendmentLine
) -> tuple[ClauseAmendmentLine, Diagnostic | None]:
    """``join`` of lines about what has a name; 同 is the clause that was named last."""
    done, last = line.actions, line.actions[-1]
    named = refs_of(last)
    coming = tuple(_of_same(each, named[-1]) if named else each for each in behind.actions)
    first = coming[0]
    problem = _unlike(line, behind, _adds(first), _names(first))
    takes = ReplaceClause | InsertClauses
    if any(isinstance(each, takes) for each in done) and isinstance(first, takes):
        problem = TwoContents(behind.span, line.span)
    if isinstance(last, RenameClause) and isinstance(first, RenameClause):
        done, coming = done[:-1], (RenameClause((*last.names, *first.names)), *coming[1:])
    return evolve(_spanning(line, behind), actions=(*done, *coming)), problem


def _spanning(line: AnyLine, behind: AnyLine) -> AnyLine:
    """The line behind another one, from where this begins and with the comments of both."""
    span = Span(line.span.origin, line.span.start, behind.span.end)
    comments = Comments(line.comments.before + behind.comments.before, line.comments.behind + behind.comments.behind)
    return evolve(behind, span=span, comments=comments)


def _unlike(line: AnyLine, behind: AnyLine, adds: bool, names: bool) -> Diagnostic | None:
    """What is wrong where what goes on with を、 or と、 does not end as that promises."""
    span, ending, closed = _ending(line)
    if (ending, adds) == ("を、", False) or (ending, names) == ("と、", False):
        return UnlikeEndings(behind.span, ending, closed, "を加え" if ending == "を、" else "とし", span)
    return None


def _adds(action: Single | ClauseAction) -> bool:
    """Whether a sentence that begins with an action may go on from を、 to を加える."""
    match action:
        case Reword(edits=edits) | RewordClause(edits=edits):
            return edits[0].verb in (WordVerb.ADD_BELOW, WordVerb.ADD_AHEAD)
        case PartChange(old=None) | ChangeValue(old=None):
            return True
        case _:  # any other: it ends in another verb
            return False


def _names(action: Single | ClauseAction) -> bool:
    """Whether an action ends in とする."""
    return isinstance(action, Rename | Renumber | RenameClause) or (
        isinstance(action, PartChange) and action.by is not None
    )


def bare_names(line: AmendmentLine) -> list[tuple[Name, str]] | None:
    """The names that a line changes without saying of what (丙 を 丁 とする); None where it is another one."""
    action = actions_of(line.action)[0]
    if not isinstance(action, Renumber):
        return None
    pairs = [(old.first, new.first) for old, new in action.moves if old.last is None and new.last is None]
    names = [(old, new.value) for old, new in pairs if isinstance(old, Name) and isinstance(new, Name)]
    return names if len(names) == len(action.moves) else None


def _like(before: Declared | DefinedName, name: Name) -> Declared | DefinedName:
    """Another name of the same kind, or of the same place."""
    return evolve(before, name=name.value, span=name.span)


def likewise(before: ClauseAmendmentLine, line: AmendmentLine) -> ClauseAmendmentLine | None:
    """A line of bare names behind と、 as one of clauses of the kind before; None where it is another one."""
    last, names = before.actions[-1], bare_names(line)
    if not (before.likewise and isinstance(last, RenameClause) and names is not None):
        return None
    kind = last.names[-1][0]
    pairs = ((evolve(kind, name=old.value, span=old.span), new) for old, new in names)
    renamed = tuple((old, evolve(old, name=new)) for old, new in pairs)
    return ClauseAmendmentLine((RenameClause(renamed),), line.span, line.linked, line.comments, line.likewise)


def _of_same(action: ClauseAction, before: ClauseRef) -> ClauseAction:
    """An action with the clause that was named before in the place of 同."""
    refs = refs_of(action)
    if not any(ref.kind == SAME for ref in refs):
        return action
    return with_refs(
        action, [evolve(ref, kind=before.kind, name=before.name) if ref.kind == SAME else ref for ref in refs]
    )


def same_of_nothing(span: Span) -> Diagnostic:
    """That 同 stands where nothing was named before."""
    here = (
        "「同」は、同じ改正文の中で「同 の枠 ウ」のように書いて、前の配分を指します。"
        "ここでは「配分 強化 の枠 ウ」のように書きます。"
    )
    return UnreadAmendment(span, span.text, here)


def left_open(line: AnyLine) -> Diagnostic:
    """That nothing follows where a line ends in a comma."""
    return OpenSentence(*_ending(line))


def _ending(line: AnyLine) -> tuple[Span, str, str]:
    """How a line ends that goes on: where, in which words, and how it would end where nothing followed."""
    ending = next((each for each in _ENDINGS if line.span.text.endswith(each)), "、")
    return Span(line.span.origin, line.span.end - len(ending), line.span.end), ending, _ENDINGS.get(ending, "。")


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
            return evolve(action, anchor=in_full(anchor, before))
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
        stretches.append(evolve(stretch, first=in_full(stretch.first, before)))
    return evolve(places, stretches=tuple(stretches))


def _full_moves(moves: tuple[tuple[Stretch, Stretch], ...], before: Target) -> tuple[tuple[Stretch, Stretch], ...]:
    pairs = []
    for old, new in moves:
        here = evolve(old, first=in_full(old.first, before))
        before = here.first
        pairs.append((here, evolve(new, first=in_full(new.first, before))))
    return tuple(pairs)


def _full_name(name: NewName, before: Target) -> NewName:
    old = name.old
    return evolve(name, old=evolve(old, place=in_full(old.place, before))) if isinstance(old, DefinedName) else name
