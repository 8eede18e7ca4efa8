"""Survey sheets that came back, right and wrong, for the pages of docs/: ``python examples/survey/generate.py``.

They are made by haiten and filled in by openpyxl, as a person would with a spreadsheet.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl

HERE = Path(__file__).parent
ITEMS, NUMBERS, COVER = "推進", "数値", "表紙"


def haiten(*arguments: object) -> None:
    """Run a command that is right."""
    command = [sys.executable, "-m", "haiten.cli", *(str(argument) for argument in arguments)]
    subprocess.run(command, check=True)


def cell_of(sheet: Any, key: str, heading: str) -> Any:
    """The cell of a row, by its first cell, under a heading."""
    row = next(cells[0].row for cells in sheet.iter_rows() if cells[0].value == key)
    column = next((cell.column for cell in sheet[1] if cell.value == heading), 2)
    return sheet.cell(row, column)


def save(source: Path, name: str, entries: dict[tuple[str, str, str], object]) -> None:
    """A sheet with some entries, by sheet, row and heading."""
    book = openpyxl.load_workbook(source)
    for (sheet, key, heading), value in entries.items():
        cell_of(book[sheet], key, heading).value = value
    to = HERE / name
    to.parent.mkdir(exist_ok=True)
    book.save(to)


def generate() -> None:
    """Write all of them."""
    sent = HERE / "sent"
    haiten("sheet", HERE / "rules.haiten", HERE / "facts.csv", "--each-body", sent)
    first, second = sent / "990019_いろは町.xlsx", sent / "990027_にほへ村.xlsx"
    answers: dict[tuple[str, str, str], object] = {
        (ITEMS, "推進.Ⅰ.(ⅰ).1.イ", "答え"): "該当",
        (ITEMS, "推進.Ⅰ.(ⅰ).1.ウ", "答え"): "非該当",
        (ITEMS, "推進.Ⅰ.(ⅰ).2.イ", "答え"): "該当",
        (ITEMS, "推進.Ⅰ.(ⅰ).2.イ", "根拠資料"): "広報6月号.pdf",
        (COVER, "提出日", ""): "2026-06-20",
        (COVER, "担当課", ""): "高齢福祉課",
    }
    save(first, "returned/990019_いろは町.xlsx", answers)
    other: dict[tuple[str, str, str], object] = {
        (NUMBERS, "参加率", "値"): 4.8,
        (ITEMS, "推進.Ⅰ.(ⅰ).1.ア", "答え"): "非該当",
        (COVER, "提出日", ""): "2026-07-03",
    }
    save(second, "returned/990027_にほへ村.xlsx", other)
    shutil.copy(sent / "配布一覧.csv", HERE / "returned")
    changed = {key: value for key, value in other.items() if key[1] != "提出日"}
    save(second, "twice/first.xlsx", changed)
    save(second, "twice/second.xlsx", changed | {(NUMBERS, "参加率", "値"): 5.2})
    save(first, "wrong_answer.xlsx", {(ITEMS, "推進.Ⅰ.(ⅰ).1.イ", "答え"): "概ね該当"})
    save(first, "stray.xlsx", {(ITEMS, "推進.Ⅰ.(ⅰ).1", "答え"): "該当"})
    save(first, "moved.xlsx", {(ITEMS, "番号", "根拠資料"): "証拠書類"})
    shutil.rmtree(sent)


if __name__ == "__main__":
    generate()
