"""Columns of older years from their rulebooks and facts (language.md 12.2).

A value of an older year is what that year's rulebook makes of that year's facts: a fact by the name that it had then,
points of a node by the path that it had then, ranks among the bodies of then.
"""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np
from attrs import evolve

from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.evaluator.emit import emit
from haiten.compiler.identity.past_names import name_in
from haiten.compiler.late import frozen
from haiten.compiler.program.fact_columns import WHOLE
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import FactValue, Ranking, RankValue, ScoreValue, Value
from haiten.compiler.syntax.units import POINT, Unit
from haiten.compiler.syntax.years import western_year, without_year, year_before, year_of_column
from haiten.scoring.cutoffs.cutoffs import cutoffs_json
from haiten.scoring.cutoffs.last_figures import figures_in, with_figures
from haiten.scoring.facts.fact_errors import ConflictingColumns
from haiten.scoring.facts.facts import Facts, body_key
from haiten.scoring.numbers import exact
from haiten.scoring.numbers.exact import Ratios
from haiten.scoring.past.past_errors import PastYearUnusable
from haiten.scoring.reading.codes import none_of_last_year
from haiten.scoring.reading.survey_layout import read_columns
from haiten.scoring.running.machine import run
from haiten.scoring.running.scores import Scores

_CALL: Final = re.compile(r"(得点|順位)\((.*)\)")
_POINTS: Final = Unit(((POINT, 1),))
_PLACES: Final = Unit((("位", 1),))


@frozen(eq=False)
class PastYear:
    """An older year: its bodies, scored by its own rulebook, and the file that their facts are from."""

    scores: Scores
    file: Path

    @property
    def year(self) -> str:
        """Which year it is."""
        return self.scores.program.year


@frozen(eq=False)
class WithYears:
    """Facts with the columns of older years; None where something is wrong, which the diagnostics tell."""

    facts: Facts | None
    diagnostics: tuple[Diagnostic, ...] = ()


def with_years(program: Program, facts: Facts, file: str, years: Sequence[PastYear]) -> WithYears:
    """Put what a rulebook reads of older years beside its facts.

    Args:
        program: the rulebook.
        facts: of its own year.
        file: what messages call them.
        years: older years, in any order.
    """
    asked: dict[str, list[str]] = {}
    for column in (*read_columns(program), *program.figures):
        if year := year_of_column(column, program.year):
            asked.setdefault(year, []).append(column)
    if wrong := list(_unusable(program, asked, years)):
        return WithYears(None, tuple(wrong))
    told: list[Diagnostic] = []
    for past in years:
        here = [body_key(body.code) for body in facts.bodies]
        there = [body_key(body.code) for body in past.scores.bodies]
        if (none := none_of_last_year(str(past.file), here, there)) is not None:
            return WithYears(None, (none,))
        places = {key: place for place, key in enumerate(there)}
        stands = [places.get(key) for key in here]
        values = dict(_values(program, past, asked[past.year]))
        result = run(emit(past.scores.program, tuple(values.values())), past.scores.run.facts)
        numbers = dict(facts.numbers)
        for column, value in values.items():
            found = _at(result.column(value), stands)
            told += _conflicts(facts, file, column, found, str(past.file))
            numbers[column] = _filled(numbers.get(column), found)
        facts = evolve(facts, numbers=numbers)
        figures = [column for column in program.figures if column not in facts.numbers]
        if past.year == year_before(program.year) and figures:
            read = figures_in(cutoffs_json(past.scores), past.file, program)
            told += read.diagnostics
            made = None if read.figures is None else with_figures(facts, file, read.figures, past.file)
            if isinstance(made, Facts):
                facts = made
            elif made is not None:
                told.append(made)
    return WithYears(None if told else facts, tuple(told))


def _unusable(program: Program, asked: dict[str, list[str]], years: Sequence[PastYear]) -> Iterator[Diagnostic]:
    seen: set[str] = set()
    for past in years:
        at, then = Cell(str(past.file)), past.scores.program
        if then.scope != program.scope:
            yield PastYearUnusable(at, f"{then.scope}のものです（{program.scope}のものが要ります）")
        elif western_year(then.year) >= western_year(program.year):
            yield PastYearUnusable(at, f"{then.year}は、{program.year}より前の年度ではありません")
        elif then.year in seen:
            yield PastYearUnusable(at, f"{then.year}が2つあります")
        elif then.year not in asked:
            known = "、".join(sorted(asked, key=western_year, reverse=True)) or "なし"
            yield PastYearUnusable(at, f"{then.year}の値を読む項目がありません（読む年度: {known}）")
        elif then.trial:
            yield PastYearUnusable(at, f"試算（定数 {then.trial_text}）の値です")
        seen.add(then.year)


def _values(program: Program, past: PastYear, columns: Sequence[str]) -> Iterator[tuple[str, Value]]:
    """What each column is in the rulebook of then; nothing for one that it does not have."""
    for column in columns:
        if column not in program.figures and (value := _value(program, past, without_year(column))) is not None:
            yield column, value


def _value(program: Program, past: PastYear, name: str) -> Value | None:
    then, fact = past.scores.program, program.facts.get(name)
    if fact is not None:
        was = then.facts.get(name_in(fact.decl, past.year))
        return FactValue(was) if was is not None and was.unit is not None and was.unit == fact.unit else None
    called = _CALL.fullmatch(name)
    if called is None:
        return None
    function, inside = called.groups()
    if function == "順位":
        of = _value(program, past, inside)
        lower = isinstance(of, FactValue) and of.fact.lower_is_better
        return None if of is None else RankValue(Ranking(of, None, lower, inside), _PLACES)
    if inside == WHOLE:
        return ScoreValue(tuple(grant.path for grant in then.grants if not grant.special), _POINTS)
    node = program.nodes.get(inside)
    stood = None if node is None else node.lineage.path_in(past.year)
    return ScoreValue((stood,), _POINTS) if stood in then.nodes and stood is not None else None


def _at(column: Ratios, stands: Sequence[int | None]) -> list[Fraction | None]:
    return [None if place is None else column[place] for place in stands]


def _filled(own: Ratios | None, found: Sequence[Fraction | None]) -> Ratios:
    """A column with what it lacks taken from an older year."""
    cells = [given if own is None or own[place] is None else own[place] for place, given in enumerate(found)]
    made = exact.column([cell or Fraction(0) for cell in cells])
    known = [cell is not None for cell in cells]
    return made if all(known) else evolve(made, known=np.array(known, dtype=np.bool_))


def _conflicts(
    facts: Facts, file: str, column: str, found: Sequence[Fraction | None], other: str
) -> Iterator[Diagnostic]:
    """Where the facts say something else of a year than the facts of that year."""
    own = facts.numbers.get(column)
    for place, given in enumerate(found) if own is not None else ():
        mine = own[place] if own is not None else None
        if mine is not None and given is not None and mine != given:
            row = facts.bodies[place].row or None
            yield ConflictingColumns(Cell(file, row, column), column, other, str(mine), str(given))
