"""Workbooks as files: .xlsx, .ods and .xlsb written by hand, so that a test says what stands in them."""

# ruff: noqa: E501 - XML is easier to check in one line

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape
from zipfile import ZipFile

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_ODS: Final = "urn:oasis:names:tc:opendocument:xmlns"


def _root(target: str) -> str:
    """The relation that leads to the workbook."""
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument"'
        f' Target="{target}"/></Relationships>'
    )


def write_xlsx(
    path: Path, sheets: dict[str, str], *, formats: Sequence[str] = (), more: str = "", state: str = ""
) -> Path:
    """A workbook of sheets whose rows are given in XML; style n+1 has the n-th format.

    Args:
        path: where to write it.
        sheets: what stands in sheetData, by name; what follows ``|`` comes behind it.
        formats: codes of number formats.
        more: what stands in the workbook behind its sheets.
        state: the state of the first sheet.
    """
    numbered = list(enumerate(sheets.items(), start=1))
    with ZipFile(path, "w") as book:
        types = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            for n, _ in numbered
        )
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        )
        book.writestr("_rels/.rels", _root("xl/workbook.xml"))
        listed = "".join(
            f'<sheet name="{name}" sheetId="{n}" {f"state={state!r}" if state and n == 1 else ""} r:id="rId{n}"/>'
            for n, (name, _) in numbered
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets>{more}</workbook>',
        )
        related = "".join(
            f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n, _ in numbered
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>'
        )
        made = "".join(
            f'<numFmt numFmtId="{164 + n}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
            for n, code in enumerate(formats)
        )
        used = "".join(f'<xf numFmtId="{n}"/>' for n in (0, *range(164, 164 + len(formats))))
        book.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{_MAIN}"><numFmts>{made}</numFmts><cellXfs>{used}</cellXfs></styleSheet>',
        )
        for n, (_, content) in numbered:
            rows, _, behind = content.partition("|")
            book.writestr(
                f"xl/worksheets/sheet{n}.xml",
                f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{behind}</worksheet>',
            )
    return path


def xlsx_rows(rows: Sequence[Sequence[Any]]) -> str:
    """Rows in XML: texts, numbers, and cells that are given as XML (``<c …``), to which their place is added."""
    made = ""
    for number, row in enumerate(rows, start=1):
        cells = ""
        for place, cell in enumerate(row):
            where = f"{chr(65 + place)}{number}"
            if isinstance(cell, str) and cell.startswith("<c"):
                cells += cell.replace("<c", f'<c r="{where}"', 1)
            elif isinstance(cell, str):
                cells += f'<c r="{where}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>' if cell else ""
            else:
                cells += f'<c r="{where}"><v>{cell}</v></c>'
        made += f'<row r="{number}">{cells}</row>'
    return made


def write_ods(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    """A document with one sheet: texts, numbers, and cells that are given as XML (``<table:table-cell …``)."""

    def cell(value: Any) -> str:
        if isinstance(value, str) and value.startswith("<table:"):
            return value
        if isinstance(value, str):
            return (
                f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
                if value
                else "<table:table-cell/>"
            )
        return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'

    made = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    names = f'xmlns:office="{_ODS}:office:1.0" xmlns:table="{_ODS}:table:1.0" xmlns:text="{_ODS}:text:1.0"'
    names += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    with ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{_ODS}:manifest:1.0"/>')
        book.writestr(
            "content.xml",
            f'<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="事実">{made}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def write_xlsb(
    path: Path, rows: Sequence[Sequence[Any]], formats: Sequence[str] = (), merged: Sequence[tuple[int, ...]] = ()
) -> Path:
    """A binary workbook with one sheet: texts, numbers, ``(number, style)``, booleans, and errors as bytes."""

    def record(kind: int, data: bytes = b"") -> bytes:
        def number(value: int) -> bytes:
            found = b""
            while value > 0x7F:
                found, value = found + bytes([value & 0x7F | 0x80]), value >> 7
            return found + bytes([value])

        return number(kind) + number(len(data)) + data

    def wide(text: str) -> bytes:
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    def cell(place: int, value: Any) -> bytes:
        number, style = value if isinstance(value, tuple) else (value, 0)
        head = struct.pack("<II", place, style)
        match number:
            case bytes():
                return record(3, head + number)
            case bool():
                return record(4, head + bytes([number]))
            case str():
                return record(6, head + wide(number)) if number else b""
            case _:
                return record(5, head + struct.pack("<d", number))

    body = record(129) + record(148, struct.pack("<4I", 0, len(rows) - 1, 0, 25)) + record(145)
    for number, row in enumerate(rows):
        body += record(0, struct.pack("<I", number) + bytes(13))
        body += b"".join(cell(place, value) for place, value in enumerate(row))
    body += record(146)
    for top, left, bottom, right in merged:
        body += record(176, struct.pack("<4I", top, bottom, left, right))
    styles = record(278) + record(615, struct.pack("<I", len(formats)))
    styles += b"".join(record(44, struct.pack("<H", 164 + n) + wide(code)) for n, code in enumerate(formats))
    styles += record(616) + record(617, struct.pack("<I", 1 + len(formats)))
    styles += b"".join(record(47, struct.pack("<HH", 0, n) + bytes(12)) for n in (0, *range(164, 164 + len(formats))))
    with ZipFile(path, "w") as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("_rels/.rels", _root("xl/workbook.bin"))
        sheet = record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("事実"))
        book.writestr("xl/workbook.bin", record(131) + record(143) + sheet + record(144) + record(132))
        book.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/worksheet"'
            ' Target="worksheets/sheet1.bin"/></Relationships>',
        )
        book.writestr("xl/styles.bin", styles + record(618) + record(279))
        book.writestr("xl/worksheets/sheet1.bin", body + record(130))
    return path
