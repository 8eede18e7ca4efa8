"""A survey sheet that LibreOffice saved as CSV: haiten and the page read it as the workbook."""

from pathlib import Path

import openpyxl
import pytest
from page_parts import ROOT, by_node, coded, data_of, said_by_haiten, said_by_page

import haiten
from haiten.backends.javascript.node import find_node
from haiten.scoring.reading.books.cells import cell_name
from haiten.scoring.rulebook import Rulebook
from office import to_csv, type_in
from survey_sheets import WHO, blank, cells_of, fill_in, places, random_sheet

WORDS = {"備考.推進": '一行目\n二行目 "引用", 読点', "根拠.支援": "資料 1.pdf", "属性.提出日": "2026-06-30"}


@pytest.mark.parametrize("year", ["r6", "r7", "r8"])
def test_what_libreoffice_saves_as_csv_is_what_the_workbook_says(year: str, tmp_path: Path) -> None:
    """Facts, answers, outcomes and words; line breaks within a cell, too."""
    made = haiten.compile(ROOT / "rules" / year / "municipal.haiten")
    book = tmp_path / "調査票.xlsx"
    opened = openpyxl.load_workbook(blank(made, book))
    fill_in(opened, made.program, WHO | WORDS | cells_of(random_sheet(made.program, 3), made.program))
    opened.save(book)
    same_as_the_workbook(year, made, book, to_csv(book, tmp_path / "csv"))


def test_what_is_typed_into_libreoffice(tmp_path: Path) -> None:
    """Numbers as they show, with signs for thousands and all decimals: typed in, saved, and saved again as CSV."""
    made = haiten.compile(ROOT / "rules" / "r8" / "municipal.haiten")
    source = blank(made, tmp_path / "blank.xlsx")
    where = places(made.program)
    entries = cells_of(random_sheet(made.program, 1_002), made.program)
    entries |= {"高齢者人口": 1_234_567, "給付費伸び率指数": 1.5}
    cells = [(where[c][0], cell_name(where[c][1] - 1, where[c][2] - 1), value) for c, value in entries.items()]
    cells += [("表紙", "B5", "014583"), ("表紙", "B6", "東川町")]
    book = type_in(source, tmp_path / "調査票.xlsx", cells)
    files = to_csv(book, tmp_path / "csv")
    numbers = next(file for file in files if file.stem.endswith("-数値")).read_text(encoding="utf-8")
    assert '"1,234,567"' in numbers
    assert "1.500" in numbers
    same_as_the_workbook("r8", made, book, files)
    same_as_the_workbook("r8", made, book, to_csv(book, tmp_path / "plain", shown=False))


def same_as_the_workbook(year: str, made: Rulebook, book: Path, files: list[Path]) -> None:
    """Hold both readers of CSV to what the workbook says."""
    wanted, found = (made.read_facts(each).facts for each in (book, files))
    assert wanted is not None
    assert found is not None
    said = said_by_haiten(wanted)
    assert said == said_by_haiten(found)
    assert len(said) > 10
    assert wanted.bodies[0].carried.keys() == found.bodies[0].carried.keys()
    assert find_node() is not None
    (cells,) = by_node("surveys", data=data_of(year), surveys=[coded(files[::-1])])
    assert said_by_page(year, cells) == said
