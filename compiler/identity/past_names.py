"""What declarations and local names were called in older years, and which of one year is which of another.

A name goes on until it is changed; 前身 says what came before (language.md, Identity).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from haiten.compiler.diagnostics import BadOrigin, Diagnostic, TwoOfOneName
from haiten.compiler.late import frozen
from haiten.compiler.source import Span
from haiten.compiler.syntax.rulebook import PastName, PastNames
from haiten.compiler.syntax.years import western_year


class Named(Protocol):
    """A 事実, a 区分, a 定数 or a local name."""

    @property
    def name(self) -> str:
        """Its name now."""

    @property
    def formerly(self) -> PastNames:
        """Its older names."""

    @property
    def span(self) -> Span:
        """Where it stands."""


@frozen
class SameNames:
    """Which name of one year is which of another.

    Attributes:
        before: old name by new name, of all that there is in both years; ``after`` the other way round.
    """

    before: dict[str, str]
    after: dict[str, str]


def name_in(declared: Named, year: str) -> str:
    """What something was called in a year."""
    name = declared.name
    for past in declared.formerly:
        if western_year(past.year) < western_year(year):
            break
        name = past.name
    return name


def same_names(old: Sequence[Named], new: Sequence[Named], old_year: str, new_year: str) -> SameNames:
    """Match the names of two years: by what the newer ones were called, then as they are."""
    forward = western_year(old_year) <= western_year(new_year)
    older, newer, year = (old, new, old_year) if forward else (new, old, new_year)
    known, pairs = {decl.name for decl in older}, dict[str, str]()
    # Who says what it was comes first: another may have the name by now.
    for decl in sorted(newer, key=lambda decl: not decl.formerly):
        was = name_in(decl, year)
        if was in known and was not in pairs.values():
            pairs[decl.name] = was
    back = {was: name for name, was in pairs.items()}
    return SameNames(pairs, back) if forward else SameNames(back, pairs)


def check_past_names(declared: Iterable[Named], year: str) -> Iterator[Diagnostic]:
    """Pasts that cannot be: years that are none of before, and two of one name; ``year`` is the rulebook's own."""
    first: dict[PastName, Named] = {}
    for decl in declared:
        last = western_year(year)
        for past in decl.formerly:
            if western_year(past.year) >= last:
                reason = f"前身は、{year}より前の年度を、新しい年度から順に書きます（{past.year} {past.name}）"
                yield BadOrigin(decl.span, decl.name, reason)
                break
            last = western_year(past.year)
            other = first.setdefault(past, decl)
            if other is not decl:
                yield TwoOfOneName(decl.span, decl.name, other.name, past.year, past.name, other.span)
                break
