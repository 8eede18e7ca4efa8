"""Which prefecture each municipality is in: by its code and by the 都道府県 that its row names."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import PREFECTURE
from haiten.scoring.facts.facts import Body
from haiten.scoring.members.member_errors import MembersElsewhere, NoMembers, TwoPrefectures

_OFFICIAL = 6  # digits of a code with its check digit
_FEW = 5


@frozen(eq=False)
class Homes:
    """The prefecture of each member, by place; -1 for one of none that is listed."""

    places: NDArray[np.int64]
    diagnostics: tuple[Diagnostic, ...]


def find_homes(prefectures: Sequence[Body], members: Sequence[Body], file: str, member_file: str) -> Homes:
    """Find the prefecture of each member.

    Args:
        prefectures: the bodies of the prefectural facts.
        members: those of the municipal facts.
        file: what messages call the first.
        member_file: what they call the second.
    """
    by_number = {number: place for place, body in enumerate(prefectures) if (number := _number(body.code))}
    by_name = {name: place for place, body in enumerate(prefectures) for name in (body.name, body.prefecture) if name}
    places = np.full(len(members), -1, dtype=np.int64)
    diagnostics: list[Diagnostic] = []
    elsewhere: list[Body] = []
    for place, member in enumerate(members):
        code, name = by_number.get(_number(member.code)), by_name.get(member.prefecture)
        named_elsewhere = name is None and bool(member.prefecture)
        if code is not None and (code != name if name is not None else named_elsewhere and _names(prefectures[code])):
            diagnostics.append(_two(member, prefectures[code], member_file))
        elif (home := code if name is None else name) is None:
            elsewhere.append(member)
        else:
            places[place] = home
    if elsewhere and not diagnostics:
        known = Counter(member.prefecture or f"{member.code[:2]}…" for member in elsewhere)
        said = "、".join(f"{name} {count:,}" for name, count in list(known.items())[:_FEW])
        said += " ほか" if len(known) > _FEW else ""
        at = Cell(member_file, elsewhere[0].row or None)
        diagnostics.append(MembersElsewhere(at, len(elsewhere), said))
    if not any(isinstance(each, TwoPrefectures) for each in diagnostics):
        for place in sorted(set(range(len(prefectures))) - set(places.tolist())):
            body = prefectures[place]
            diagnostics.append(NoMembers(Cell(file, body.row or None), f"{body.code} {body.name}".strip(), member_file))
    return Homes(places, tuple(diagnostics))


def _number(code: str) -> str:
    """The prefecture's number in an official code; empty for a local one."""
    return code[:2] if len(code) <= _OFFICIAL and code.isdecimal() else ""


def _names(body: Body) -> bool:
    return bool(body.name or body.prefecture)


def _two(member: Body, by_code: Body, file: str) -> Diagnostic:
    whose = f"{by_code.code} {by_code.name}".strip()
    who = f"{member.code} {member.name}".strip()
    return TwoPrefectures(Cell(file, member.row or None, PREFECTURE), who, member.prefecture, whose)
