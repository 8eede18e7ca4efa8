"""Cells of .ods, from content.xml (OpenDocument 1.3 part 3): it holds beside each value the text that shows."""

from typing import Final
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from haiten.scoring.reading.books.cells import CellMark, Marks
from haiten.scoring.reading.books.limits import ALIKE_ROWS, CELLS
from haiten.scoring.reading.books.number_formats import Shown
from haiten.scoring.reading.books.refusals import FAR, RefusedError
from haiten.scoring.reading.books.xml_parts import PlainBuilder, build

_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC: Final = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_SHEET: Final = f"{_TABLE}table"
_CELLS: Final = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
# No sheet has more.
_MOST: Final = 1 << 20


def ods_marks(book: ZipFile) -> dict[str, Marks]:
    """What is special about the cells of each sheet, by its name.

    Raises:
        KeyError, ParseError, ValueError: the document is not as it should be.
    """
    found = _Sheets()
    with book.open("content.xml") as content:
        build(content, found)
    return found.sheets


class _Sheets(PlainBuilder):
    """Goes through a document once, and keeps of each row what is special."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: dict[str, Marks] = {}
        self.open: list[Marks] = []
        self.row = 0

    def start(self, tag: str, attributes: dict[str, str], /) -> Element:
        """An element begins."""
        if tag == _SHEET:
            self.open.append(Marks())
            self.sheets.setdefault(attributes.get(f"{_TABLE}name", ""), self.open[-1])
            self.row = 0
        return super().start(tag, attributes)

    def end(self, tag: str, /) -> Element:
        """An element ends."""
        element = super().end(tag)
        if tag == f"{_TABLE}table-row":
            if self.open:
                self.row = _read_row(element, self.row, self.open[-1])
            element.clear()
        elif tag == _SHEET:
            self.open.pop()
            element.clear()
        return element


def _read_row(element: Element, row: int, marks: Marks) -> int:
    """Mark the cells of a row; the number of the next one.

    Raises:
        ValueError: it is repeated less than once, or reaches where no sheet does.
        RefusedError: a row with values is repeated more often than bodies can be alike.
    """
    column, repeated = 0, _count(element, f"{_TABLE}number-rows-repeated")
    for cell in element:
        if cell.tag not in _CELLS:
            continue
        times = _count(cell, f"{_TABLE}number-columns-repeated")
        if f"{_OFFICE}value-type" in cell.attrib or cell.find(f"{_TEXT}p") is not None:
            if repeated > ALIKE_ROWS:
                raise RefusedError(FAR, f"{row + 1}行目の値が{repeated:,}行にくり返されています")
            marks.extent.reach(row + repeated - 1, column + times - 1, repeated * times)
            if marks.extent.rows * marks.extent.columns > CELLS:  # reported when all is read; nothing more is kept
                marks.cells.clear()
        mark = _mark(cell) if marks.extent.rows * marks.extent.columns <= CELLS else None
        if mark is not None:
            for at in range(row, row + repeated):
                for place in range(column, column + times):
                    marks.add(at, place, mark)
        down, right = (_count(cell, f"{_TABLE}number-{each}-spanned") for each in ("rows", "columns"))
        if down > 1 or right > 1:
            marks.merged.append((row, column, row + down - 1, column + right - 1))
        column += times
    return row + repeated


def _count(element: Element, name: str) -> int:
    count = int(element.get(name, 1))
    if not 0 < count <= _MOST:
        raise ValueError(count)
    return count


def _mark(cell: Element) -> CellMark | None:
    kind, formula = cell.get(f"{_OFFICE}value-type"), cell.get(f"{_TABLE}formula")
    text = "".join("".join(part.itertext()) for part in cell.iterfind(f"{_TEXT}p")).strip()
    if cell.get(f"{_CALC}value-type") == "error" or (formula and text.startswith(("#", "Err:"))):
        return CellMark(error=text or "エラー")
    if formula and kind is None:
        return CellMark(is_open=True)
    if kind == "percentage":
        return CellMark(Shown(hundredfold=1, percent=True))
    if kind == "float" and text.endswith(("%", "％")):
        return CellMark(Shown(percent=True))
    if kind == "float" and text.isdecimal() and text.startswith("0") and len(text) > 1:
        return CellMark(Shown(zeros=len(text)))
    return None
