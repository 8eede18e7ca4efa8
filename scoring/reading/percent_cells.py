"""Cells of a workbook that are shown in per cent: what they hold is a hundredth of what their author sees.

python-calamine reads values and no formats, so that 12.3 % comes out of it as 0.123, like any other 0.123.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree
from zipfile import ZipFile

_BUILT_IN: Final = {"9", "10"}  # 0% and 0.00% (ECMA-376 part 1, 18.8.30)
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ODS_TYPE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type"


def percent_cell(path: Path) -> str | None:
    """The first such cell of the first sheet, as ``C5`` where that is known; None where there is none.

    Only .xlsx, .xlsm and .ods say in XML how a cell is shown; of other workbooks nothing is known.

    Raises:
        BadZipFile, KeyError, ParseError: the workbook is not as its ending says.
    """
    match path.suffix.lower():
        case ".xlsx" | ".xlsm":
            with ZipFile(path) as book:
                return next(_of_excel(book), None)
        case ".ods":
            with ZipFile(path) as book:
                return next(_of_ods(book), None)
        case _:
            return None


def _of_excel(book: ZipFile) -> Iterator[str]:
    styles = _percent_styles(book)
    if not styles:
        return
    with book.open(_first_sheet(book)) as sheet:
        for _, element in ElementTree.iterparse(sheet):
            if not element.tag.endswith("}row"):
                continue
            for cell in element.iterfind("{*}c"):
                is_number = cell.get("t", "n") == "n" and cell.find("{*}v") is not None
                if is_number and cell.get("s") in styles:
                    yield cell.get("r", "?")
            element.clear()


def _percent_styles(book: ZipFile) -> set[str]:
    if "xl/styles.xml" not in book.namelist():
        return set()
    root = ElementTree.fromstring(book.read("xl/styles.xml"))
    own = {
        made.get("numFmtId", "") for made in root.iterfind("{*}numFmts/{*}numFmt") if "%" in made.get("formatCode", "")
    }
    formats = [style.get("numFmtId") for style in root.iterfind("{*}cellXfs/{*}xf")]
    return {str(place) for place, number in enumerate(formats) if number in own | _BUILT_IN}


def _first_sheet(book: ZipFile) -> str:
    sheets = ElementTree.fromstring(book.read("xl/workbook.xml")).iterfind("{*}sheets/{*}sheet")
    about = next(sheets).get(_RELATION)
    relations = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    target = next(each.get("Target", "") for each in relations if each.get("Id") == about)
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _of_ods(book: ZipFile) -> Iterator[str]:
    with book.open("content.xml") as content:
        for _, element in ElementTree.iterparse(content):
            if element.tag.endswith("}table"):
                return
            if element.get(_ODS_TYPE) == "percentage":
                text = "".join(element.itertext())
                yield f"「{text}」"
