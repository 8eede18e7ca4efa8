"""Cells of .ods, from content.xml (OpenDocument 1.3 part 3): it holds beside each value the text that shows."""

from typing import Final
from xml.etree import ElementTree
from zipfile import ZipFile

from haiten.scoring.reading.cells import Mark, Marks
from haiten.scoring.reading.number_formats import Shown

_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC: Final = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS: Final = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
# No sheet has more; what is repeated beyond is empty.
_MOST: Final = 1 << 20


def ods_marks(book: ZipFile, sheet: str) -> Marks:
    """What is special about the cells of a sheet.

    Raises:
        KeyError, ParseError: the document is not as it should be.
    """
    marks = Marks()
    row, inside = 0, False
    with book.open("content.xml") as content:
        for event, element in ElementTree.iterparse(content, events=("start", "end")):
            if element.tag == f"{_TABLE}table":
                if event == "end" and inside:
                    break
                inside = event == "start" and element.get(f"{_TABLE}name") == sheet
            elif event == "end" and element.tag == f"{_TABLE}table-row":
                if inside:
                    row = _read_row(element, row, marks)
                element.clear()
    return marks


def _read_row(element: ElementTree.Element, row: int, marks: Marks) -> int:
    """Mark the cells of a row; the number of the next one."""
    column, repeated = 0, int(element.get(f"{_TABLE}number-rows-repeated", 1))
    for cell in element:
        if cell.tag not in _CELLS:
            continue
        times = int(cell.get(f"{_TABLE}number-columns-repeated", 1))
        mark = _mark(cell)
        if mark is not None:
            for at in range(row, min(row + repeated, row + _MOST)):
                for place in range(column, min(column + times, column + _MOST)):
                    marks.add(at, place, mark)
        down, right = (int(cell.get(f"{_TABLE}number-{each}-spanned", 1)) for each in ("rows", "columns"))
        if down > 1 or right > 1:
            marks.merged.append((row, column, row + down - 1, column + right - 1))
        column += times
    return row + repeated


def _mark(cell: ElementTree.Element) -> Mark | None:
    kind, formula = cell.get(f"{_OFFICE}value-type"), cell.get(f"{_TABLE}formula")
    text = "".join("".join(part.itertext()) for part in cell.iterfind(f"{_TEXT}p")).strip()
    if cell.get(f"{_CALC}value-type") == "error" or (formula and text.startswith(("#", "Err:"))):
        return Mark(error=text or "エラー")
    if formula and kind is None:
        return Mark(is_open=True)
    if kind == "percentage":
        return Mark(Shown(hundredfold=1, percent=True))
    if kind == "float" and text.endswith(("%", "％")):
        return Mark(Shown(percent=True))
    if kind == "float" and text.isdecimal() and text.startswith("0") and len(text) > 1:
        return Mark(Shown(zeros=len(text)))
    return None
