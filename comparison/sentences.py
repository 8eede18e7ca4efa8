"""Amendments that say the same of neighbours → one sentence with a list or a range of places, as officials write it."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from attrs import evolve

from haiten.comparison.parts import NOWHERE
from haiten.compiler.syntax.allocation_revision import (
    ChangeText,
    ChangeValue,
    ClauseAmendment,
    ClauseRef,
    DeleteClause,
    RewordClause,
    refs_of,
    with_refs,
)
from haiten.compiler.syntax.expressions import PathRef
from haiten.compiler.syntax.labels import follows
from haiten.compiler.syntax.revision import Amendment, Delete, PartChange, Places, Recite, Reword, Stretch, as_places
from haiten.compiler.syntax.rulebook import Level

_SHORTEST_RANGE: Final = 3
_Gathered = Delete | PartChange | Reword | Recite


def gather(amendments: tuple[Amendment, ...]) -> tuple[Amendment, ...]:
    """The amendments with those of one parent that say the same put together, where the first of them stood.

    Only within runs of one kind, in which none changes where another one's place is. A reason or a 引継ぎ belongs to
    one alone.
    """
    gathered: list[Amendment] = []
    for _, run in groupby(amendments, _kind):
        alike: dict[object, list[Amendment]] = {}
        for number, amendment in enumerate(run):
            alike.setdefault(_said(amendment) or number, []).append(amendment)
        gathered += [_together(each) for each in alike.values()]
    return tuple(gathered)


def _kind(amendment: Amendment) -> type:
    action = amendment.action
    return Reword if isinstance(action, PartChange) else type(action)


def _said(amendment: Amendment) -> tuple[object, ...] | None:
    """What is said of a place, and of whose children; None for what stays by itself."""
    found = _with_place(amendment)
    if found is None or amendment.reason or amendment.carry:
        return None
    action, path = found
    return type(action), evolve(action, target=_NOWHERE), path.labels[:-1]


_NOWHERE: Final = as_places(PathRef(("",), NOWHERE))


def _with_place(amendment: Amendment) -> tuple[_Gathered, PathRef] | None:
    """An action that may be about several places, with the one that it is about."""
    action = amendment.action
    if not isinstance(action, _Gathered) or not isinstance(action.target, Places):
        return None
    return (action, action.target.only) if isinstance(action.target.only, PathRef) else None


def _together(alike: list[Amendment]) -> Amendment:
    found = [each for each in map(_with_place, alike) if each is not None]
    if len(found) < 2:
        return alike[0]
    stretches: list[Stretch] = []
    for run in _runs([path for _, path in found]):
        if len(run) < _SHORTEST_RANGE:
            stretches += [Stretch(path, None, NOWHERE) for path in run]
        else:
            stretches.append(Stretch(run[0], run[-1].labels[-1], NOWHERE))
    action, _ = found[0]
    return evolve(alike[0], action=evolve(action, target=Places(tuple(stretches), NOWHERE)))


def _runs(paths: list[PathRef]) -> list[list[PathRef]]:
    """Places of one parent, of which each run has neighbours only."""
    runs: list[list[PathRef]] = []
    for path in paths:
        if runs and _follows(runs[-1][-1], path):
            runs[-1].append(path)
        else:
            runs.append([path])
    return runs


def _follows(first: PathRef, second: PathRef) -> bool:
    return follows(Level(len(first.labels) - 1), first.labels[-1], second.labels[-1])


def gather_clauses(amendments: Sequence[ClauseAmendment]) -> list[ClauseAmendment]:
    """Amendments of an allocation with neighbours of one kind that say the same put together, as ``gather`` does."""
    gathered: list[ClauseAmendment] = []
    for _, run in groupby(amendments, _kind_of_clause):
        alike: dict[object, list[ClauseAmendment]] = {}
        for number, amendment in enumerate(run):
            alike.setdefault(_said_of_clause(amendment) or number, []).append(amendment)
        for same in alike.values():
            gathered.append(evolve(same[0], actions=tuple(action for each in same for action in each.actions)))
    return gathered


def _kind_of_clause(amendment: ClauseAmendment) -> type:
    action = amendment.actions[0]
    return RewordClause if isinstance(action, ChangeValue | ChangeText) else type(action)


def _said_of_clause(amendment: ClauseAmendment) -> object:
    """What is said of a clause or a part of one, and of which kind; None for what stays by itself."""
    (action,), refs = amendment.actions, [ref for each in amendment.actions for ref in refs_of(each)]
    gathers = DeleteClause | ChangeValue | ChangeText | RewordClause
    if len(refs) != 1 or amendment.reason or not isinstance(action, gathers):
        return None
    (ref,) = refs
    of_one_pot = ref.name if ref.label else None
    bare = ClauseRef(ref.kind, "", NOWHERE, ref.part)
    return type(action), of_one_pot, with_refs(action, (bare,))
