"""Figures over the members of prefectures (管内), counted a second time: by an oracle of the members, over fractions.

Written from the words of the description (22.2): each member has a least and a greatest value, and so has the figure.
"""

from collections.abc import Iterator
from fractions import Fraction

from haiten.compiler.program import terms as p
from haiten.compiler.program.ranges import range_of
from haiten.compiler.program.walk import conditions_in, parts_of
from haiten.compiler.resolving.label_names import declared_names, names_as_declared
from haiten.compiler.syntax import expressions as ex
from haiten.compiler.syntax.member_functions import MemberFunction
from haiten.testing.oracle import Oracle
from haiten.testing.reading import FromDeviation, RestOfWhole

Ends = tuple[Fraction | None, Fraction | None]


def figure_of(figure: ex.OfMembers, fact: p.Fact, members: Oracle, homes: list[int], home: int) -> Ends:
    """The least and the greatest that a figure of one prefecture can be; None where that has no end.

    Args:
        figure: as it is written.
        fact: what the prefectural rulebook takes it for, of which the declared range of a member's value is read.
        members: those of all prefectures, who are the nation.
        homes: the prefecture of each.
        home: the prefecture.
    """
    assert fact.members is not None
    ends = [_ends(figure, fact.members.of, members, i) for i, where in enumerate(homes) if where == home]
    least, most = ([end[side] for end in ends] for side in (0, 1))
    if figure.function is MemberFunction.LEAST:
        bounded = [end for end in most if end is not None]
        return None if None in least else min(_known(least)), min(bounded) if bounded else None
    return _made(figure.function, least), _made(figure.function, most)


def _known(ends: list[Fraction | None]) -> list[Fraction]:
    return [end for end in ends if end is not None]


def _made(function: MemberFunction, ends: list[Fraction | None]) -> Fraction | None:
    if None in ends:
        return None
    total = sum(_known(ends), Fraction(0))
    if function is MemberFunction.COUNT:
        return total
    return total / len(ends) * (100 if function is MemberFunction.SHARE else 1)


def _ends(figure: ex.OfMembers, typed: p.Value | p.Condition, members: Oracle, i: int) -> Ends:
    reading = members.reading
    # A branch (アの2) and a name read alike where the municipal rulebook is not known, as it was not for the parser.
    of = names_as_declared(figure.of, declared_names(members.program.syntax))
    if figure.function.counts:
        condition = reading.condition(of, "", ())
        truth = members.truth(condition, i) if _nation_known(condition, members) else None
        return Fraction(truth is True), Fraction(truth is not False)
    value = reading.value(of, "")
    if isinstance(value, p.ScoreValue):
        own = [members.own(path, i) for path in value.paths]
        return Fraction(sum(o.certain for o in own)), Fraction(sum(o.possible for o in own))
    if isinstance(value, RestOfWhole):
        grants = [grant.path for grant in members.program.grants if not grant.special]
        rest = [members.without(path, value.excluded, i) for path in grants]
        return Fraction(sum(o.certain for o in rest)), Fraction(sum(o.possible for o in rest))
    found = members.value(value, i)
    if found is not None:
        return found, found
    assert not isinstance(typed, p.Condition)
    declared = range_of(typed, members.program)
    return declared.low, declared.high


def _nation_known(condition: p.Condition, members: Oracle) -> bool:
    """Whether all that is of the nation in a condition rests on values that are known of every member."""
    size = range(len(members.sheets))
    return all(members.value(value, j) is not None for value in _of_nation(condition) for j in size)


def _of_nation(condition: p.Condition) -> Iterator[p.Value]:
    """What is averaged or ranked in a condition, wherever it stands."""
    for part in conditions_in(condition):
        match part:
            case p.Compare(left=FromDeviation() as distance):
                yield distance.of
                pending = [value for _, value in distance.terms]
            case p.Compare():
                pending = [part.left, part.right]
            case p.Within(ranking=ranking):
                yield ranking.value
                pending = [ranking.value, *([ranking.by.value] if ranking.by else [])]
            case p.InClass(classification=classification):
                pending = [classification.value]
            case _:  # any other: what is in it comes by itself
                pending = []
        while pending:
            value = pending.pop()
            if isinstance(value, RestOfWhole):
                continue
            if isinstance(value, p.RankValue):
                yield value.ranking.value
            elif isinstance(value, p.Statistic):
                yield value.value
            pending += parts_of(value)
