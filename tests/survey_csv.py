"""A survey sheet saved as CSV, a file for each sheet, as spreadsheets save what they show."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import openpyxl

from haiten.compiler.program.program import Program
from haiten.scoring.reading import survey_layout as layout

# How Excel, and others, save a text: its encoding and what parts the cells.
WAYS: Final = (("utf-8", ","), ("utf-8-sig", ","), ("cp932", ","), ("utf-16", "\t"), ("cp932", "\t"), ("utf-8", ";"))


def shown(value: object, number_format: str) -> str:
    """What a cell shows, by the few formats that a survey sheet has."""
    if value is None:
        return ""
    if isinstance(value, int | float) and number_format.startswith("#,##0"):
        return f"{value:,.{len(number_format.partition('.')[2])}f}"
    return str(value)


def saved_as_csv(book: Path, to: Path, encoding: str = "utf-8-sig", separator: str = ",") -> list[Path]:
    """Save each sheet of a workbook as Excel does: signs that the encoding does not have become question marks."""
    to.mkdir(exist_ok=True)
    made = []
    for sheet in openpyxl.load_workbook(book, data_only=True).worksheets:
        cells = [[shown(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows()]
        made.append(to / f"{book.stem}-{sheet.title}.csv")
        made[-1].write_bytes(as_text(cells, separator).encode(encoding, errors="replace"))
    return made


def as_text(cells: list[list[str]], separator: str = ",") -> str:
    """Rows as a text."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(cells)
    return text.getvalue()


def changed(files: list[Path], sheet: str, cells: Mapping[tuple[int, int], str], to: Path) -> list[Path]:
    """The same files in a folder, with other cells in one sheet, by row and place counted from 0."""
    to.mkdir(exist_ok=True)
    made = []
    for file in files:
        with file.open(encoding="utf-8-sig", newline="") as text:
            rows = list(csv.reader(text))
        if file.stem.endswith(f"-{sheet}"):
            for (row, place), cell in cells.items():
                while len(rows) <= row:
                    rows.append([""] * len(rows[0]))
                rows[row] += [""] * (place + 1 - len(rows[row]))
                rows[row][place] = cell
        made.append(to / file.name)
        made[-1].write_bytes(as_text(rows).encode("utf-8-sig"))
    return made


def wrong_sheets(files: list[Path], program: Program, to: Path) -> dict[str, tuple[list[Path], str]]:
    """Survey sheets that may not be read, by what is wrong with them; each with a word of what is said."""
    answer, remark, first = layout.ANSWER, layout.REMARK, (1, layout.MAXIMUM)
    rows = next(sheet.rows for sheet in layout.item_sheets(program) if sheet.name == "推進")
    leaf = next(row for row, item in enumerate(rows, start=1) if item.node is not None and item.node.answered)

    def one(name: str, sheet: str, cells: Mapping[tuple[int, int], str]) -> list[Path]:
        return changed(files, sheet, cells, to / name)

    return {
        "another year": (one("year", layout.ABOUT, {(2, 1): "令和7年度"}), "年度が「令和7年度」"),
        "another rulebook": (one("rules", layout.ABOUT, {(5, 1): "0" * 64}), "規則の指紋が「0000000000000000」"),
        "another scope": (one("scope", layout.ABOUT, {(3, 1): "都道府県"}), "対象が「都道府県」"),
        "sent to another body": (one("sent", layout.ABOUT, {(7, 1): "074021"}), "074021 に配った"),
        "a sheet is missing": ([file for file in files if not file.stem.endswith("-推進")], "「推進」"),
        "not said whose": ([file for file in files if not file.stem.endswith(f"-{layout.ABOUT}")], layout.ABOUT),
        "no such answer": (one("answer", "推進", {(leaf, answer): "はい"}), "「はい」"),
        "an answer with a blank": (one("blank", "推進", {(leaf, answer): "該当 "}), "この欄の答えではありません"),
        "an answer beside": (one("beside", "推進", {(1, answer): "該当"}), "記入欄でないセルに「該当」"),
        "a word behind": (one("behind", "推進", {(3, remark + 3): "メモ"}), "記入欄でないセルに「メモ」"),
        "other points": (one("points", "推進", {first: "4"}), "配点が「4」"),
        "other words": (one("words", "推進", {(1, layout.TEXT): "別の文"}), "文が変わっています"),
        "another path": (one("path", "推進", {(2, layout.PATH): "推進.Ⅸ"}), "推進.Ⅸ"),
        "another heading": (one("heading", "推進", {(0, answer): "回答"}), "見出し「答え」のところに「回答」"),
        "no such fact": (one("fact", layout.NUMBERS, {(1, layout.COLUMN): "高齢者数"}), "「高齢者数」"),
        "no result": (one("result", layout.NUMBERS, {(1, layout.NUMBER): "#REF!"}), "#REF!"),
    }
