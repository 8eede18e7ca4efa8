"""Facts of prefectures with the figures over their members."""

from fractions import Fraction

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from haiten.compiler.diagnostics import Cell, Diagnostic, has_errors
from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import WHOLE
from haiten.compiler.program.program import Program
from haiten.compiler.syntax.rulebook import Level
from haiten.scoring.facts.facts import Facts
from haiten.scoring.facts.members import MembersScored, MembersTold, PartOfMembers
from haiten.scoring.members.figures import figures_of
from haiten.scoring.members.homes import find_homes
from haiten.scoring.members.member_errors import FigureGivenTwice, FiguresUnknown
from haiten.scoring.numbers import exact
from haiten.scoring.numbers.exact import Ratios
from haiten.scoring.running.scores import Scores


@frozen
class WithMembers:
    """Facts of prefectures; None where something is wrong, which the diagnostics tell."""

    facts: Facts | None
    diagnostics: tuple[Diagnostic, ...]


def with_members(program: Program, facts: Facts, file: str, members: Scores, member_file: str) -> WithMembers:
    """Compute the figures of a prefectural rulebook and put them beside the facts.

    Args:
        program: the prefectural rulebook.
        facts: of the prefectures.
        file: what messages call them.
        members: their members, scored by the municipal rulebook.
        member_file: what messages call the facts of these.
    """
    wrong: list[Diagnostic] = [
        FigureGivenTwice(Cell(file, None, name), name)
        for name in program.aggregates
        if name in facts.numbers and bool(facts.numbers[name].known.any())
    ]
    homes = find_homes(facts.bodies, members.bodies, file, member_file)
    told = (*members.notes(member_file), *wrong, *homes.diagnostics)
    if has_errors(told):
        return WithMembers(None, told)
    figures = figures_of(program.aggregates, members, homes.places, len(facts))
    numbers = facts.numbers | {name: _column(each) for name, each in figures.items()}
    scored = _scored(members, homes.places, len(facts))
    return WithMembers(evolve(facts, numbers=numbers, members=figures, scored=scored), told)


def _scored(members: Scores, homes: NDArray[np.int64], prefectures: int) -> MembersScored:
    """What the members of each prefecture have, of all and of each grant, goal and group."""
    here = homes >= 0

    def sums(points: NDArray[np.int32]) -> tuple[int, ...]:
        # Sums of points are far below 2**53, so that floats hold them exactly.
        counted = np.bincount(homes[here], weights=points[here], minlength=prefectures)
        return tuple(int(total) for total in counted.tolist())

    program = members.program
    parts = {WHOLE: PartOfMembers("", program.maximum, *map(sums, members.total()))}
    for path, node in program.nodes.items():
        if node.level <= Level.GROUP and not node.special:
            parts[path] = PartOfMembers(node.text, node.maximum, *map(sums, members.counted(path)))
    sizes = np.bincount(homes[here], minlength=prefectures)
    return MembersScored(tuple(sizes.tolist()), members.in_part, parts)


def _column(told: tuple[MembersTold, ...]) -> Ratios:
    """What is decided of a figure, as a column."""
    made = exact.column([each.value or Fraction(0) for each in told])
    known = [each.value is not None for each in told]
    return made if all(known) else evolve(made, known=np.array(known, dtype=np.bool_))


def unknown_figures(program: Program, facts: Facts, file: str) -> tuple[Diagnostic, ...]:
    """What to say of figures that are not known of every prefecture: once, by name."""
    size = len(facts)
    lacking = {
        name: size - int(facts.numbers[name].known.sum()) if name in facts.numbers else size
        for name in program.aggregates
    }
    names = [f"{name}（{count:,}団体）" for name, count in lacking.items() if count]
    if not names:
        return ()
    way_out = (
        "市町村の答えに不明があるためです。分かる範囲で決まる項目だけを採点しました。"
        if facts.members
        else "「--members 市町村の事実ファイル」を渡すと計算します。"
    )
    return (FiguresUnknown(Cell(file), "、".join(names), way_out),)
