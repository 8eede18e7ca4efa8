"""Survey sheets in LibreOffice: filled in, calculated and saved there, they score as the evaluator says."""

from pathlib import Path

import openpyxl
import pytest

import haiten
from haiten.scoring.facts.facts import facts_from
from haiten.scoring.rulebook import Rulebook
from office import convert
from survey_sheets import (
    WHO,
    blank,
    blind_run,
    cells_of,
    fill_in,
    filled,
    points_in,
    points_of,
    random_sheet,
    totals_in,
)

ROOT = Path(__file__).parents[2]
YEARS = ("r6", "r7", "r8")
PUBLISHED = sorted((ROOT / "examples").glob("*_r[678].csv"))
RANDOM = 200


def rules(year: str) -> Rulebook:
    return haiten.compile(ROOT / "rules" / year / "municipal.haiten")


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_published_results_come_out_of_the_workbook(path: Path, tmp_path: Path) -> None:
    """北塩原村, 東川町 and 美瑛町: the sums that LibreOffice calculates are those of the evaluator."""
    rulebook = rules(path.stem[-2:])
    facts = rulebook.read_facts(path).facts
    assert facts is not None
    scores = rulebook.score(path)
    files = []
    for place, body in enumerate(facts.bodies):
        made = filled(rulebook, facts, place, tmp_path / f"{body.code}.xlsx")
        again = tmp_path / f"again_{body.code}.xlsx"
        openpyxl.load_workbook(made).save(again)  # without any result, so that all is calculated anew
        files.append(again)
    for place, file in enumerate(convert(files, tmp_path / "out")):
        expected = points_of(scores.run, rulebook.program, place)
        assert points_in(file, rulebook.program) == expected
        certain, possible = (int(column[place]) for column in scores.total())
        assert totals_in(file)["計"][:3] == (rulebook.program.maximum, certain, possible)
        read = rulebook.score(file)
        assert [list(column) for column in read.total()] == [[certain], [possible]]


def test_random_sheets_come_out_of_the_workbook(tmp_path: Path) -> None:
    """200 sheets, filled in by openpyxl and calculated by LibreOffice: points and ranges of every node, and facts."""
    made: list[tuple[Rulebook, Path, int]] = []
    for number, year in enumerate(YEARS):
        rulebook = rules(year)
        source = blank(rulebook, tmp_path / f"{year}.xlsx")
        book = openpyxl.load_workbook(source)
        for seed in range(number, RANDOM, len(YEARS)):
            fill_in(book, rulebook.program, WHO | cells_of(random_sheet(rulebook.program, seed), rulebook.program))
            book.save(tmp_path / f"{seed}.xlsx")
            made.append((rulebook, tmp_path / f"{seed}.xlsx", seed))
    assert len(made) == RANDOM
    ranges = 0
    for (rulebook, _, seed), file in zip(made, convert([file for _, file, _ in made], tmp_path / "out"), strict=True):
        program = rulebook.program
        facts = facts_from(program, [random_sheet(program, seed)])
        expected = points_of(blind_run(program, facts), program, 0)
        assert points_in(file, program) == expected, seed
        ranges += any(certain < possible for certain, possible in expected.values())
        read = rulebook.read_facts(file)
        assert read.facts is not None, read.diagnostics
        again, plain = rulebook.score_checked(read.facts), rulebook.score_checked(facts)
        assert points_of(again.run, program, 0) == points_of(plain.run, program, 0), seed
    assert ranges > 50
