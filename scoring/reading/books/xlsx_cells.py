"""Cells of .xlsx and .xlsm, from the XML of the sheet (ECMA-376 part 1, 18.3)."""

from typing import Final
from xml.etree.ElementTree import Element
from xml.parsers import expat
from zipfile import ZipFile

from haiten.scoring.reading.books.cells import CellMark, Marks, place_of
from haiten.scoring.reading.books.number_formats import BUILT_IN, Shown, shown_by
from haiten.scoring.reading.books.xml_parts import element_of, run

_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION: Final = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def xlsx_marks(book: ZipFile, sheet: str) -> Marks:
    """What is special about the cells of a sheet.

    Raises:
        KeyError, ParseError, expat.ExpatError, ValueError: the workbook is not as it should be.
    """
    root = element_of(book.read("xl/workbook.xml"))
    calculation = root.find("{*}calcPr")
    # Whoever sets this has not calculated: results that are 0 stand for those that were not stored.
    unsure = calculation is not None and calculation.get("fullCalcOnLoad", "0") in ("1", "true")
    reader = _Reader(_styles(book), unsure)
    with book.open(_part(book, root, sheet)) as stream:
        run(stream, reader.parser)
    return reader.marks


def _part(book: ZipFile, root: Element, sheet: str) -> str:
    about = next(found for found in root.iterfind("{*}sheets/{*}sheet") if found.get("name") == sheet)
    relation = about.get(_RELATION) or about.get(_STRICT_RELATION)
    relations = element_of(book.read("xl/_rels/workbook.xml.rels"))
    target = next(each.get("Target", "") for each in relations if each.get("Id") == relation)
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _styles(book: ZipFile) -> dict[str, Shown]:
    """Formats that show something beside the number, by the style of the cell."""
    if "xl/styles.xml" not in book.namelist():
        return {}
    root = element_of(book.read("xl/styles.xml"))
    codes = {str(number): code for number, code in BUILT_IN.items()}
    codes |= {made.get("numFmtId", ""): made.get("formatCode", "") for made in root.iterfind("{*}numFmts/{*}numFmt")}
    shown = {number: found for number, code in codes.items() if (found := shown_by(code)) is not None}
    formats = [style.get("numFmtId", "") for style in root.iterfind("{*}cellXfs/{*}xf")]
    return {str(place): shown[number] for place, number in enumerate(formats) if number in shown}


class _Reader:
    """Goes through the XML of a sheet once."""

    def __init__(self, styles: dict[str, Shown], unsure: bool) -> None:
        self.marks, self.styles, self.unsure = Marks(), styles, unsure
        self.row = self.column = -1
        self.kind, self.style = "n", ""
        self.has_formula = self.has_value = self.in_value = False
        self.value: list[str] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        match tag.rpartition(" ")[2]:
            case "row":
                self.row, self.column = int(attributes.get("r", self.row + 2)) - 1, -1
            case "c":
                self.column = place_of(attributes["r"])[1] if "r" in attributes else self.column + 1
                self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
                self.has_formula = self.has_value = False
                self.value = []
            case "f":
                self.has_formula = True
            case "v":
                self.has_value = self.in_value = True
            case "is":
                self.has_value = True
            case "mergeCell":
                first, _, last = attributes.get("ref", "").partition(":")
                if last:
                    (top, left), (bottom, right) = place_of(first), place_of(last)
                    self.marks.merged.append((top, left, bottom, right))
            case _:
                pass  # says nothing of errors, formulas, formats or merged cells

    def text(self, data: str) -> None:
        if self.in_value:
            self.value.append(data)

    def end(self, tag: str) -> None:
        match tag.rpartition(" ")[2]:
            case "v":
                self.in_value = False
            case "c":
                if self.has_value:
                    self.marks.extent.reach(self.row, self.column)
                mark = self._mark("".join(self.value))
                if mark is not None:
                    self.marks.add(self.row, self.column, mark)
            case _:
                pass  # what it held was read where it stood

    def _mark(self, value: str) -> CellMark | None:
        if self.kind == "e":
            return CellMark(error=value or "エラー")
        if self.has_formula and not value and not (self.kind == "str" and self.has_value):
            return CellMark(is_open=True)
        if self.has_formula and self.unsure and self.kind == "n" and value == "0":
            return CellMark(is_open=True)
        if value and self.kind == "n" and self.style in self.styles:
            return CellMark(self.styles[self.style])
        return None
