"""Survey sheets in LibreOffice: filled in, calculated and saved there, they score as the evaluator says."""

import subprocess
from pathlib import Path

import openpyxl
import pytest

import haiten
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.source import Source
from haiten.forms.write_sheet import WIDTHS
from haiten.scoring.facts.facts import facts_from
from haiten.scoring.reading import survey_layout as layout
from haiten.scoring.reading.books.cells import cell_name
from haiten.scoring.rulebook import Rulebook
from haiten.testing.grow import grow
from office import convert, type_in
from survey_sheets import (
    WHO,
    blank,
    blind_run,
    cells_of,
    fill_in,
    filled,
    places,
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


@pytest.mark.parametrize("year", YEARS)
def test_what_is_typed_into_libreoffice_comes_back(year: str, tmp_path: Path) -> None:
    """Filled in, calculated and saved by LibreOffice alone: the same facts, sums and texts."""
    rulebook = rules(year)
    program, seed = rulebook.program, 1_000 + YEARS.index(year)
    source = blank(rulebook, tmp_path / "blank.xlsx")
    entries = cells_of(random_sheet(program, seed), program) | {"備考.推進": "=1+1", "根拠.支援": "資料 1.pdf"}
    where = places(program)
    cells = [(where[c][0], cell_name(where[c][1] - 1, where[c][2] - 1), value) for c, value in entries.items()]
    cells += [("表紙", "B5", "014583"), ("表紙", "B6", "東川町")]
    file = type_in(source, tmp_path / "typed.xlsx", cells)
    facts = facts_from(program, [random_sheet(program, seed)])
    assert points_in(file, program) == points_of(blind_run(program, facts), program, 0)
    read = rulebook.read_facts(file)
    assert read.facts is not None, read.diagnostics
    (body,) = read.facts.bodies
    assert (body.code, body.carried) == ("014583", {"備考.推進": "=1+1", "根拠.支援": "資料 1.pdf"})
    again, plain = rulebook.score_checked(read.facts), rulebook.score_checked(facts)
    assert points_of(again.run, program, 0) == points_of(plain.run, program, 0)


def test_random_rulebooks_calculate_as_they_were_written(tmp_path: Path) -> None:
    """Formulas of all conditions and values: LibreOffice comes to the results that were stored with them."""
    made: list[tuple[Rulebook, Path]] = []
    for seed in range(30):
        rulebook = Rulebook(compile_source(Source("random", print_rulebook(grow(seed)))))
        facts = facts_from(rulebook.program, [random_sheet(rulebook.program, seed)])
        path = filled(rulebook, facts, 0, tmp_path / f"{seed}.xlsx")
        openpyxl.load_workbook(path).save(tmp_path / f"again_{seed}.xlsx")
        made.append((rulebook, path))
    again = [tmp_path / f"again_{seed}.xlsx" for seed in range(30)]
    for (rulebook, path), file in zip(made, convert(again, tmp_path / "out"), strict=True):
        assert points_in(file, rulebook.program) == points_in(path, rulebook.program), path.stem


def printed_words(file: Path) -> list[str]:
    """What stands in the column of words of each page, without blanks: lines that are cut off are not there."""
    pixels = [width * 7 + 5 for width in WIDTHS]
    margin, page = 0.3 * 72, 842
    scale = (page - 2 * margin) / sum(pixels)
    left = round(margin + sum(pixels[: layout.TEXT]) * scale)
    area = ("-x", left, "-y", 0, "-W", round(pixels[layout.TEXT] * scale), "-H", 560)
    done = subprocess.run(["pdftotext", *map(str, area), str(file), "-"], capture_output=True, text=True, check=True)
    return ["".join(page.split()) for page in done.stdout.split("\f")[:-1]]


def test_no_row_is_cut_off_in_print(tmp_path: Path) -> None:
    """All words of a sheet are on its pages, which are A4, and each has the headings."""
    rulebook = rules("r8")
    (file,) = convert([blank(rulebook, tmp_path / "x.xlsx")], tmp_path / "out", "pdf")
    pages = printed_words(file)
    items = [page for page in pages if page.startswith("項目")]
    assert len(items) > 8
    printed = "".join(page.removeprefix("項目") for page in items)
    missing = [n.path for n in rulebook.program.nodes.values() if "".join(n.text.split()) not in printed]
    assert not missing
    remarks = [r.text.value for n in rulebook.program.nodes.values() for r in n.decl.remarks]
    assert remarks
    assert all("".join(remark.split()) in printed for remark in remarks)
    sizes = subprocess.run(["pdfinfo", str(file)], capture_output=True, text=True, check=True).stdout
    assert "A4" in sizes
