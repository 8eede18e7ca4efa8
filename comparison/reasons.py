"""What an author gave an amendment beside what it changes (理由, 引継ぎ, notes, its article), for one derived anew."""

from collections.abc import Hashable, Iterator
from typing import assert_never

from attrs import evolve

from haiten.compiler.late import frozen
from haiten.compiler.syntax.expressions import as_path
from haiten.compiler.syntax.revision import (
    Amendment,
    Declare,
    Declared,
    Delete,
    Insert,
    PartChange,
    Places,
    Recite,
    Rename,
    Renumber,
    Replace,
    Revalue,
    Revision,
    Reword,
    Separate,
    Single,
    actions_of,
    declared_name,
)
from haiten.compiler.syntax.rulebook import NO_COMMENTS


@frozen
class KeptReasons:
    """A derived revision with what an earlier one said beside its sentences.

    Attributes:
        homeless: amendments of the earlier one whose 理由 or notes found no sentence that changes the same.
    """

    revision: Revision
    homeless: tuple[Amendment, ...]


def keep_reasons(derived: Revision, earlier: Revision) -> KeptReasons:
    """Give the sentences of a derived revision what those of an earlier one had.

    A sentence takes it from the one that says the same, or else from the first that is about the same place in the same
    way. Nothing is given to a sentence about anything else.
    """
    taken: set[int] = set()
    made: list[Amendment] = []
    for amendment in derived.amendments:
        found = _nearest(amendment, earlier.amendments)
        if found is None:
            made.append(amendment)
            continue
        taken.add(id(found))
        carry = amendment.carry or (found.carry if found.action == amendment.action else None)
        said = evolve(amendment, reason=found.reason, comments=found.comments, article=found.article, carry=carry)
        made.append(said)
    said_more = (each for each in earlier.amendments if each.reason is not None or each.comments != NO_COMMENTS)
    homeless = tuple(each for each in said_more if id(each) not in taken)
    header = evolve(derived.header, comments=earlier.header.comments)
    base = evolve(derived.base, comments=earlier.base.comments)
    supplement = derived.supplement or earlier.supplement
    revision = evolve(
        derived, header=header, base=base, amendments=tuple(made), closing=earlier.closing, supplement=supplement
    )
    return KeptReasons(revision, homeless)


def _nearest(amendment: Amendment, earlier: tuple[Amendment, ...]) -> Amendment | None:
    same = (each for each in earlier if each.action == amendment.action)
    if (found := next(same, None)) is not None:
        return found
    about = set(_about(amendment))
    return next((each for each in earlier if about & set(_about(each))), None)


def _about(amendment: Amendment) -> Iterator[Hashable]:
    """What each action of a sentence is about: its kind, and the places or names that it goes to."""
    for action in actions_of(amendment.action):
        yield from _objects(action)


def _objects(action: Single) -> Iterator[Hashable]:
    kind = type(action).__name__
    match action:
        case Replace(target=target) | Delete(target=target) | PartChange(target=target):
            yield from ((kind, name) for name in _names(target))
        case Reword(target=target) | Recite(target=target):
            yield from ((kind, name) for name in (_names(target) if target is not None else ("全体",)))
        case Insert(anchor=anchor, where=where):
            name = anchor.name if isinstance(anchor, Declared) else ".".join(as_path(anchor).labels)
            yield kind, where, name
        case Renumber(moves=moves) | Separate(pairs=moves):
            yield from ((kind, ".".join(as_path(old.first).labels)) for old, _ in moves)
        case Rename(names=names):
            yield from ((kind, each.name) for each in names)
        case Declare(declaration=declaration):
            yield kind, declared_name(declaration)
        case Revalue(target=target):
            yield kind, target.name
        case _:
            assert_never(action)


def _names(target: Places | Declared) -> Iterator[str]:
    if isinstance(target, Declared):
        yield target.name
        return
    for stretch in target.stretches:
        yield ".".join(as_path(stretch.first).labels)
