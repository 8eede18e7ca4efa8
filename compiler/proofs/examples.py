"""Cells made real: sheets of a population whose first body is in the wanted cells.

Others are copies of the first body, so that it ties with them and is first in every ranking; where it has to stand
lower, as many of them as needed are a little better.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import cached_property
from math import floor
from typing import Final, assert_never

from haiten.compiler.late import frozen
from haiten.compiler.program.describe import show_number
from haiten.compiler.program.evaluate import data_in, value_of
from haiten.compiler.program.terms import FactValue, PreviousScore, Ranking, RankValue, ScoreValue, Within
from haiten.compiler.proofs.cells import Assignment, ComparedValue, Contrast, Standing, Variable, YesNo
from haiten.compiler.proofs.extremes import Regions
from haiten.compiler.proofs.integer_points import Possibility
from haiten.compiler.proofs.partial_truths import VariableCell
from haiten.compiler.proofs.possible import is_national_variable
from haiten.compiler.proofs.sheets import Sheet
from haiten.compiler.proofs.trial_facts import nudges

_MOST_BODIES: Final = 2_000
_MOST_NAMED: Final = 8  # answers in the words of an example

Sheets = tuple[Sheet, ...]
_Steps = tuple[Within | None, Within | None]  # the strictest that is reached, the loosest that is missed


def build_example(regions: Regions, at: Assignment) -> Sheets | None:
    """A population whose first body is in these cells, no column unknown; None where none was found."""
    concrete = regions.concrete(at)
    return None if concrete is None else _Builder(regions, concrete).run()


def has_example(regions: Regions, at: Assignment) -> bool:
    """Whether such a population was found; the same cells are asked about for every step of a ranking."""
    cells = frozenset(at.items())
    if cells not in regions.shown and build_example(regions, at) is not None:
        regions.shown.add(cells)
    return cells in regions.shown


@frozen(eq=False)
class _Builder:
    regions: Regions
    at: Assignment

    def run(self) -> Sheets | None:
        subject = self._subject()
        size = self._size()
        if subject is None or size is None:
            return None
        national = [(v, c) for v, c in self.at.items() if is_national_variable(v)]
        size = max(size, 2) if national else size
        sheets = [subject, *(subject.copy() for _ in range(size - 1))]
        for ranking, place in self.places(size):
            assert place is not None
            for sheet in sheets[1:place]:
                if not self._improve(sheet, ranking):
                    return None
        return tuple(sheets) if all(self._shift(sheets, v, cell) for v, cell in national) else None

    def _subject(self) -> Sheet | None:
        sheet = Sheet()
        sheet.numbers.update(self.regions.usual_numbers)
        sheet.answers.update(dict.fromkeys(self.regions.written_answers, False))
        for variable, cell in self.at.items():
            match variable:
                case YesNo(column=column):
                    sheet.answers[column] = bool(cell)
                case ComparedValue(value=FactValue() | PreviousScore() as datum):
                    sheet.numbers[datum.column] = Fraction(cell)  # as good as any, but for what is computed from it
                case ComparedValue() | Contrast() | Standing():
                    pass  # computed below, or seen to by what the points rest on, and by the other bodies
                case _:
                    assert_never(variable)
        found = self.regions.joint.find_near(self.regions.wishes(self.at), sheet.numbers, self.regions.question())
        if isinstance(found, Possibility):
            return None
        sheet.numbers.update(found)
        return sheet

    # The other bodies

    def _size(self) -> int | None:
        """The fewest bodies among which there is a place in every ranking that reaches and misses what it should."""
        sizes = range(1, _MOST_BODIES + 1)
        return next((n for n in sizes if all(place is not None for _, place in self.places(n))), None)

    def places(self, size: int) -> Iterator[tuple[Ranking, int | None]]:
        """The best place of the first body in every ranking that matters; None where there is none."""
        places, steps = self._wanted
        for ranking, cell in places:
            yield ranking, int(cell) if cell <= size else None
        for ranking, wanted in steps.items():
            yield ranking, _best_place(size, wanted)

    @cached_property
    def _wanted(self) -> tuple[list[tuple[Ranking, VariableCell]], dict[Ranking, list[_Steps]]]:
        """The place to be had in some rankings; in others the steps to reach and to miss."""
        places: list[tuple[Ranking, VariableCell]] = []
        steps: dict[Ranking, list[_Steps]] = {}
        for variable, cell in self.at.items():
            match variable:
                case Standing(ranking=ranking):
                    steps.setdefault(ranking, []).append(self.regions.standing(variable, cell))
                case ComparedValue(value=RankValue(ranking=ranking)):
                    places.append((ranking, cell))
                case YesNo() | ComparedValue() | Contrast():
                    pass
                case _:
                    assert_never(variable)
        return places, steps

    def _shift(self, sheets: list[Sheet], variable: Variable, cell: VariableCell) -> bool:
        """Change the others so that a mean or median comes to stand where it should; whether that could be done."""
        assert isinstance(variable, ComparedValue | Contrast)
        value, wanted = self.regions.goal(variable, cell)
        for datum in data_in(value):
            now = sheets[0].numbers[datum.column]
            for changed in (now, *nudges(datum, now)) if now is not None else ():
                for sheet in sheets[1:]:
                    sheet.numbers[datum.column] = changed
                result = value_of(value, sheets[0].numbers, [sheet.numbers for sheet in sheets])
                if result is not None and wanted(result):
                    return True
        return False

    def _improve(self, sheet: Sheet, ranking: Ranking) -> bool:
        """Make a body strictly better in a ranking; whether that could be done."""
        value = ranking.value
        if isinstance(value, ScoreValue):
            for column in sheet.answers:
                sheet.answers[column] = True
            return True
        before = value_of(value, sheet.numbers)
        for datum in data_in(value):
            now = sheet.numbers[datum.column]
            for changed in nudges(datum, now) if now is not None else ():
                after = value_of(value, {**sheet.numbers, datum.column: changed})
                if before is None or after is None or after == before:
                    continue
                if (after < before) == ranking.lower_is_better:
                    sheet.numbers[datum.column] = changed
                    return True
        return False


def _best_place(size: int, wanted: Iterable[_Steps]) -> int | None:
    """The best place among so many bodies that reaches and misses these steps; None where there is none."""
    best, worst = 1, size
    for reached, missed in wanted:
        best = max(best, _last_place(missed, size) + 1) if missed is not None else best
        worst = min(worst, _last_place(reached, size)) if reached is not None else worst
    return best if best <= worst else None


def _last_place(step: Within, size: int) -> int:
    """The last place among so many bodies that reaches a step."""
    return floor(step.step if step.share is None else step.share * size)


def describe_example(regions: Regions, at: Assignment, population: Sheets) -> str:
    """What the first body says in the columns that matter, and where it stands, for people."""
    concrete, subject = regions.concrete(at) or at, population[0]
    columns = {rest for v in concrete for rest in regions.rests_on(v) if isinstance(rest, str)}
    words = []
    for column in (c for c in subject.numbers if c in columns):
        number, kind = subject.numbers[column], regions.schema.numbers[column]
        unit = kind.fact.decl.unit if kind.fact else "点"
        words.append(f"{column} {show_number(number or Fraction(0))}{'' if unit == '数' else unit}")
    answers = [column for column in subject.answers if column in columns]
    yes = [column for column in answers if subject.answers[column]]
    words += [f"{column} ○" for column in yes[:_MOST_NAMED]]
    if len(yes) > _MOST_NAMED:
        words.append(f"ほか{len(yes) - _MOST_NAMED}項目 ○")
    if len(yes) < len(answers):
        words.append("ほかは×" if yes else "、".join(f"{column} ×" for column in answers[:_MOST_NAMED]))
    size = len(population)
    places = _Builder(regions, concrete).places(size)
    words += [f"{ranking.text} が{size}団体中{place}位" for ranking, place in places]
    return "、".join(words) or "どの答えでも"
