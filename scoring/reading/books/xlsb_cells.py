"""Cells of .xlsb, from its binary records (MS-XLSB)."""

import struct
from collections.abc import Iterator
from typing import Final
from zipfile import ZipFile

from haiten.scoring.reading.books.cells import ERRORS, CellMark, Marks
from haiten.scoring.reading.books.number_formats import BUILT_IN, Shown, shown_by
from haiten.scoring.reading.books.xml_parts import element_of

_ROW, _ERROR, _FORMULA_ERROR, _MERGED, _SHEET = 0, 3, 11, 176, 156
_VALUES: Final = range(2, 12)  # BrtCellRk to BrtFmlaError; BrtCellBlank is 1
_NUMBERS: Final = (2, 5, 9)  # BrtCellRk, BrtCellReal, BrtFmlaNum
_FORMAT, _STYLE, _STYLES_BEGIN, _STYLES_END = 44, 47, 617, 618


def xlsb_marks(book: ZipFile, sheet: str) -> Marks:
    """What is special about the cells of a sheet.

    Raises:
        KeyError, StopIteration, IndexError, struct.error: the workbook is not as it should be.
    """
    marks, styles, row = Marks(), _styles(book), 0
    for kind, data in _records(book.read(_part(book, sheet))):
        if kind in _VALUES:
            marks.extent.reach(row, struct.unpack_from("<I", data)[0])
        if kind == _ROW:
            (row,) = struct.unpack_from("<I", data)
        elif kind == _MERGED:
            top, bottom, left, right = struct.unpack_from("<4I", data)
            marks.merged.append((top, left, bottom, right))
        elif kind in (_ERROR, _FORMULA_ERROR):
            (column,) = struct.unpack_from("<I", data)
            marks.add(row, column, CellMark(error=ERRORS.get(data[8], "エラー")))
        elif kind in _NUMBERS:
            column, style = struct.unpack_from("<II", data)
            if (style & 0xFFFFFF) in styles:
                marks.add(row, column, CellMark(styles[style & 0xFFFFFF]))
    return marks


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        kind, at = _number(data, at, 2)
        size, at = _number(data, at, 4)
        yield kind, data[at : at + size]
        at += size


def _number(data: bytes, at: int, most: int) -> tuple[int, int]:
    """A number in groups of seven bits, and where it ends."""
    value = 0
    for place in range(most):
        byte = data[at + place]
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value, at + place + 1
    return value, at + most


def _text(data: bytes, at: int) -> tuple[str, int]:
    (size,) = struct.unpack_from("<I", data, at)
    end = at + 4 + 2 * size
    return data[at + 4 : end].decode("utf-16-le"), end


def _part(book: ZipFile, sheet: str) -> str:
    for kind, data in _records(book.read("xl/workbook.bin")):
        if kind == _SHEET:
            relation, at = _text(data, 8)
            if _text(data, at)[0] == sheet:
                relations = element_of(book.read("xl/_rels/workbook.bin.rels"))
                target = next(each.get("Target", "") for each in relations if each.get("Id") == relation)
                return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    raise KeyError(sheet)


def _styles(book: ZipFile) -> dict[int, Shown]:
    """Formats that show something beside the number, by the style of the cell."""
    if "xl/styles.bin" not in book.namelist():
        return {}
    codes, formats, inside = dict(BUILT_IN), list[int](), False
    for kind, data in _records(book.read("xl/styles.bin")):
        if kind == _FORMAT:
            codes[struct.unpack_from("<H", data)[0]] = _text(data, 2)[0]
        elif kind in (_STYLES_BEGIN, _STYLES_END):
            inside = kind == _STYLES_BEGIN
        elif kind == _STYLE and inside:
            formats.append(struct.unpack_from("<HH", data)[1])
    shown = {number: found for number, code in codes.items() if (found := shown_by(code)) is not None}
    return {place: shown[number] for place, number in enumerate(formats) if number in shown}
