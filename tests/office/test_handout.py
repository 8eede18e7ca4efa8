"""The hand-out of a prefecture in LibreOffice: it opens, no sheet is lost, and what is printed holds all of it."""

import csv
import subprocess
from pathlib import Path

import openpyxl
import pytest
from real_commands import ROOT, haiten

from office import convert
from populations import check_digit

R8 = ROOT / "rules" / "r8" / "municipal.haiten"
MIYAGI = ROOT / "examples" / "miyagi" / "r8.csv"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("handout") / "analysis.xlsx"
    assert haiten("stats", R8, MIYAGI, "--prefecture", "宮城県", "--to", to).returncode == 0
    return to


def test_it_is_saved_again_as_it_was(book: Path, tmp_path: Path) -> None:
    """All words and numbers of all sheets come back, and as many charts."""
    (again,) = convert([book], tmp_path / "again")
    first, second = openpyxl.load_workbook(book), openpyxl.load_workbook(again)
    assert first.sheetnames == second.sheetnames
    for name in first.sheetnames:
        assert len(first[name]._charts) == len(second[name]._charts)
        for row in first[name].iter_rows():
            for cell in row:
                told = second[name][cell.coordinate].value
                same = told == pytest.approx(cell.value) if isinstance(cell.value, float) else told == cell.value
                assert same, (name, cell.coordinate)


def test_it_is_printed_whole(book: Path, tmp_path: Path) -> None:
    """On A4, every municipality with its heading."""
    (paper,) = convert([book], tmp_path / "paper", "pdf")
    told = subprocess.run(["pdfinfo", "-l", "400", paper], capture_output=True, text=True, check=True).stdout
    sizes = {
        line.partition("size:")[2].strip() for line in told.splitlines() if line.startswith("Page ") and "size:" in line
    }
    assert all("A4" in size or "841.89" in size or "842" in size for size in sizes), sizes
    text = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, text=True, check=True).stdout
    made = openpyxl.load_workbook(book)
    squeezed = "".join(text.split())
    for name in made.sheetnames[4:]:
        assert f"{name}宮城県令和8年度市町村別データ分析" in squeezed
    assert "他の団体にあって、ない項目" in squeezed


def test_a_long_summary_has_its_headings_on_every_sheet_of_paper(tmp_path: Path) -> None:
    """Of seventy municipalities, and none of them above the charts."""
    with MIYAGI.open(encoding="utf-8-sig", newline="") as file:
        headings, *rows = csv.reader(file)
    more = [[f"{code}{check_digit(str(code))}", *row[1:]] for code, row in enumerate(rows, 54700)]
    facts, to = tmp_path / "facts.csv", tmp_path / "analysis.xlsx"
    with facts.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows, *more])
    assert haiten("stats", R8, facts, "--prefecture", "宮城県", "--to", to).returncode == 0
    first = 'pdf:calc_pdf_Export:{"PageRange":{"type":"string","value":"1-3"}}'  # all take long to print
    (paper,) = convert([to], tmp_path / "paper", first)
    text = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, text=True, check=True).stdout
    sheets = text.rstrip("\f").split("\f")
    assert ["県内順位" in sheet for sheet in sheets] == [True, True, False]
    assert all(" 5470" in sheet.replace("\n", " ") for sheet in sheets[:2])
    assert "目標ごとの平均得点率" in sheets[2]
