"""Damaged and hostile files: each is read, or refused by a diagnostic that names it, within limits; nothing falls over."""

# ruff: noqa: E501 - XML is easier to check in one line

import gc
import os
import struct
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as clock
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import polars as pl
import pytest
from book_files import write_ods, write_xlsx, xlsx_rows
from damaged_files import KINDS, mutant, sound
from real_commands import process

from fact_files import ASKED, codes, small_rulebook
from haiten.scoring.reading.batches import UnreadableError
from haiten.scoring.reading.books import limits, processes
from haiten.scoring.reading.books.processes import PARQUET, WORKBOOK, make_ready
from haiten.scoring.reading.reader import FileReader
from haiten.scoring.rulebook import Rulebook

MUTANTS = 8
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
ROWS: list[list[Any]] = [
    ["団体コード", "団体名", "年度", "人口", "変化率", "過疎"],
    ["011002", "札幌市", "R6", 1000, -0.5, "○"],
    ["012025", "函館市", "R6", 2000, 0.25, "×"],
]
OLD = bytes.fromhex("D0CF11E0A1B11AE1")


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return small_rulebook()


def packed(path: Path, parts: dict[str, bytes]) -> Path:
    """A workbook again, with some parts in place of its own, all packed."""
    with ZipFile(path) as old:
        kept = {name: old.read(name) for name in old.namelist()}
    with ZipFile(path, "w", ZIP_DEFLATED) as new:
        for name, part in {**kept, **parts}.items():
            new.writestr(name, part)
    return path


def xlsx(folder: Path, more: str = "", **parts: bytes) -> Path:
    path = write_xlsx(folder / "facts.xlsx", {"事実": xlsx_rows(ROWS) + more})
    return packed(path, {f"xl/{name}.xml": part for name, part in parts.items()})


def ods(folder: Path, row: str) -> Path:
    path = write_ods(folder / "facts.ods", ROWS)
    with ZipFile(path) as book:
        content = book.read("content.xml")
    return packed(path, {"content.xml": content.replace(b"</table:table>", row.encode() + b"</table:table>")})


def blank_at(cell: str) -> str:
    row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'<row r="{row}"><c r="{cell}" t="inlineStr"><is><t xml:space="preserve"> </t></is></c></row>'


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_files(rulebook: Rulebook, tmp_path: Path, kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Whatever byte changes, the file is read or refused by diagnostics of H8 that name it, and nothing else is said."""
    whole = sound(kind, tmp_path)
    assert codes(rulebook.read_facts(whole)) == []
    data, path = whole.read_bytes(), tmp_path / f"facts.{kind}"
    refused = 0
    for seed in range(MUTANTS):
        path.write_bytes(mutant(data, kind, seed))
        begun = time.monotonic()
        found = rulebook.read_facts(path)
        assert time.monotonic() - begun < 20, seed
        for told in found.diagnostics:
            assert told.code.startswith("H8"), seed
            assert str(told.span).startswith(str(path)), seed
        refused += found.facts is None
    assert refused
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("kind", KINDS)
def test_cut_files(rulebook: Rulebook, tmp_path: Path, kind: str) -> None:
    """A file that was cut anywhere is refused as a whole: no facts are made of its beginning."""
    data, path = sound(kind, tmp_path).read_bytes(), tmp_path / f"facts.{kind}"
    # The last byte of an old book fills up a sector.
    for size in (1, 100, len(data) // 2, len(data) * 9 // 10, len(data) - (100 if kind == "xls" else 1)):
        path.write_bytes(data[:size])
        assert codes(rulebook.read_facts(path)) == ["H880"], size


def test_far_cells(rulebook: Rulebook, tmp_path: Path) -> None:
    """A blank in the last cell is told with its place; one in the last row or column alone is read over."""
    found = rulebook.read_facts(xlsx(tmp_path, blank_at("XFD1048576")))
    assert codes(found) == ["H882"]
    assert "シート「事実」は XFD1048576 まで使われていて" in found.diagnostics[0].message
    begun = time.monotonic()
    whole = rulebook.read_facts(xlsx(tmp_path, blank_at("F1048576")))
    assert whole.facts is not None
    assert len(whole.facts.bodies) == 2
    assert time.monotonic() - begun < 20
    assert codes(rulebook.read_facts(xlsx(tmp_path, blank_at("XFD4")))) == []
    # No sheet has more columns; a number that was damaged may say so.
    assert codes(rulebook.read_facts(xlsx(tmp_path, blank_at("XFE4")))) == ["H882"]


def test_formatted_cells_are_not_far(rulebook: Rulebook, tmp_path: Path) -> None:
    """Cells that only have a format count for nothing."""
    assert codes(rulebook.read_facts(xlsx(tmp_path, '<row r="1048576"><c r="XFD1048576" s="0"/></row>'))) == []
    empty = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    assert codes(rulebook.read_facts(ods(tmp_path, empty))) == []


def value(times: int) -> str:
    return f'<table:table-cell table:number-columns-repeated="{times}" office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell>'


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (f'<table:table-row table:number-rows-repeated="1048570">{value(1)}</table:table-row>', "H882"),
        (f"<table:table-row>{value(1_000_000_000)}</table:table-row>", "H880"),
        (f"<table:table-row>{value(16_384) * 500}</table:table-row>", "H882"),
        (f"<table:table-row>{value(0)}</table:table-row>", "H880"),
        (f'<table:table-row table:number-rows-repeated="-5">{value(1)}</table:table-row>', "H880"),
    ],
)
def test_repeated_cells_of_ods(rulebook: Rulebook, tmp_path: Path, row: str, code: str) -> None:
    """A number in a document does not make a million rows."""
    assert codes(rulebook.read_facts(ods(tmp_path, row))) == [code]


def test_packed_files_that_grow(rulebook: Rulebook, tmp_path: Path) -> None:
    """Parts that unpack to far more than the file are refused before anything reads them."""
    path = xlsx(tmp_path, styles=b"<styleSheet>" + b" " * (100 << 20) + b"</styleSheet>")
    assert path.stat().st_size < 200_000
    found = rulebook.read_facts(path)
    assert codes(found) == ["H881"]
    assert "xl/styles.xml" in found.diagnostics[0].message


def test_packed_files_that_lie(rulebook: Rulebook, tmp_path: Path) -> None:
    """A part that says it is small, and is not, is damaged."""
    path = xlsx(tmp_path, styles=b"<styleSheet>" + b" " * 5000 + b"</styleSheet>")
    size = struct.pack("<I", 5025)
    data = path.read_bytes()
    assert data.count(size) == 2  # in front of the part and in the list of parts
    path.write_bytes(data.replace(size, struct.pack("<I", 10)))
    assert codes(rulebook.read_facts(path)) == ["H880"]


ENTITIES = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("part", ["styles", "workbook", "worksheets/sheet1", "_rels/workbook.xml.rels"])
def test_document_types_are_refused(rulebook: Rulebook, tmp_path: Path, part: str) -> None:
    """No part of a workbook has entities, so none can grow by them."""
    path, name = xlsx(tmp_path), f"xl/{part}" if part.endswith("rels") else f"xl/{part}.xml"
    with ZipFile(path) as book:
        content = book.read(name)
    assert codes(rulebook.read_facts(packed(path, {name: ENTITIES + content}))) == ["H880"]


def test_document_types_of_ods(rulebook: Rulebook, tmp_path: Path) -> None:
    """Nor has a document."""
    path = write_ods(tmp_path / "facts.ods", ROWS)
    with ZipFile(path) as book:
        content = book.read("content.xml")
    assert codes(rulebook.read_facts(packed(path, {"content.xml": ENTITIES + content}))) == ["H880"]


def test_merged_cells_that_cover_each_other(rulebook: Rulebook, tmp_path: Path) -> None:
    """Thousands of merged cells over all rows are no work for a million labels each."""
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(4, 3000))
    merged = "<mergeCells>" + '<mergeCell ref="C2:C1048576"/>' * 5000 + "</mergeCells>"
    assert codes(rulebook.read_facts(xlsx(tmp_path, f"{rows}|{merged}"))) == ["H880"]


def test_memory_has_a_limit(rulebook: Rulebook, tmp_path: Path) -> None:
    """Two thousand cells that share a text of a million letters would be 2 GB: told, and not had."""
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(4, 2004))
    relations = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    strings = f"<sst {MAIN}><si><t>{'x' * 1_000_000}</t></si></sst>"
    path = packed(
        xlsx(tmp_path, cells, sharedStrings=strings.encode()), {"xl/_rels/workbook.xml.rels": relations.encode()}
    )
    found = rulebook.read_facts(path)
    assert codes(found) == ["H881"]
    assert "768MBのメモリでは足りません" in found.diagnostics[0].message


@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
def test_time_has_a_limit(rulebook: Rulebook, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that takes too long is ended."""
    path = sound(kind, tmp_path)
    monkeypatch.setattr(limits, "SECONDS", 0)
    found = rulebook.read_facts(path)
    assert codes(found) == ["H881"]
    assert "0秒で読み終わりません" in found.diagnostics[0].message


def locked_zip(folder: Path) -> Path:
    path = xlsx(folder)
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(data)
    return path


def locked_ods(folder: Path) -> Path:
    return packed(write_ods(folder / "facts.ods", ROWS), {"META-INF/manifest.xml": b"<manifest:encryption-data/>"})


def locked_office(folder: Path) -> Path:
    path = folder / "facts.xlsx"
    path.write_bytes(OLD + bytes(3000) + "EncryptedPackage".encode("utf-16-le") + bytes(3000))
    return path


@pytest.mark.parametrize("make", [locked_zip, locked_ods, locked_office])
def test_passwords_are_told(rulebook: Rulebook, tmp_path: Path, make: Callable[[Path], Path]) -> None:
    """A workbook with a password is not called damaged."""
    assert codes(rulebook.read_facts(make(tmp_path))) == ["H883"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "HTML です"),
        ("a.xlsx", b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "XML です"),
        ("a.xls", b"PK\x03\x04", "新しい形式のブック"),
        ("a.xlsx", OLD + bytes(1000), "古い形式のブック"),
        ("a.ods", b"code,name\n", "ブックとして読めません"),
        ("a.xlsb", b"\0" * 100, "ブックとして読めません"),
        ("a.parquet", b"code,name\n", "Parquet として読めません"),
    ],
)
def test_other_kinds_under_a_false_name(
    rulebook: Rulebook, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    """What a file is instead is said where it can be seen."""
    path = tmp_path / name
    path.write_bytes(content)
    (found,) = rulebook.read_facts(path).diagnostics
    assert (found.code, words in found.message) == ("H880", True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files here")
@pytest.mark.parametrize("ending", ["xlsx", "parquet"])
def test_what_is_no_regular_file(rulebook: Rulebook, tmp_path: Path, ending: str) -> None:
    """Pipes and devices under the name of a workbook are told, and not waited for."""
    os.mkfifo(tmp_path / f"pipe.{ending}")
    (tmp_path / f"zero.{ending}").symlink_to("/dev/zero")
    (tmp_path / f"folder.{ending}").mkdir()
    for name, code in (("pipe", "H801"), ("zero", "H801"), ("folder", "H889")):  # a folder is one of survey sheets
        assert codes(rulebook.read_facts(tmp_path / f"{name}.{ending}")) == [code]


def test_the_process_ends(tmp_path: Path) -> None:
    """It ends with whoever asked, read to the end or not; where it cannot begin, that is told."""
    reader = FileReader(sound("xlsx", tmp_path), WORKBOOK)
    child = reader.process
    assert child.poll() is None
    del reader
    gc.collect()
    assert child.returncode is not None


def test_a_process_in_readiness(rulebook: Rulebook, tmp_path: Path) -> None:
    """One is started for each kind of file that a command names, and the first reader of that kind has it."""
    book, table = (str(sound(kind, tmp_path)) for kind in ("xlsx", "parquet"))
    make_ready(["score", "rules.haiten", book, "--to", table, str(tmp_path / "none.ods")])
    assert list(processes._READY) == [WORKBOOK]
    make_ready(["diff", "a.haiten", book, table])
    ready = processes._READY[PARQUET]
    for path in (book, table):
        assert codes(rulebook.read_facts(path)) == []
    assert not processes._READY
    assert ready.poll() is not None


def test_a_process_that_cannot_begin(rulebook: Rulebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not the file's fault, and is not said to be."""
    path = sound("xlsx", tmp_path)
    for executable in (str(tmp_path / "none"), "/bin/true"):
        monkeypatch.setattr("sys.executable", executable)
        (found,) = rulebook.read_facts(path).diagnostics
        assert (found.code, "プロセスを始められません" in found.message) == ("H801", True)
        with pytest.raises(UnreadableError):
            FileReader(path, WORKBOOK)


COLUMNS: list[pl.Series] = [
    pl.Series([timedelta(hours=26), None]),
    pl.Series([timedelta(days=-1), None], dtype=pl.Duration("ns")),
    pl.Series([date(2024, 4, 1), None]),
    pl.Series([datetime(2024, 4, 1, 9), None], dtype=pl.Datetime("ms", "Asia/Tokyo")),
    pl.Series([clock(9, 30), None]),
    pl.Series([Decimal("1.5"), None]),
    pl.Series(["1", None], dtype=pl.Categorical),
    pl.Series(["1", None], dtype=pl.Enum(["1"])),
    pl.Series([None, None], dtype=pl.Null),
    pl.Series([2**63, None], dtype=pl.UInt64),
    pl.Series([2**100, None], dtype=pl.Int128),
    pl.Series([1, None], dtype=pl.Int8),
    pl.Series([1.5, float("nan")], dtype=pl.Float32),
    pl.Series([float("inf"), None]),
    pl.Series([True, None]),
]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: str(column.dtype))
def test_every_type_of_parquet(rulebook: Rulebook, tmp_path: Path, column: pl.Series) -> None:
    """Each is a text, a number or an answer in every kind of column, or told with its row."""
    path = tmp_path / "facts.parquet"
    others = ("人口", "変化率", "過疎", ASKED, "年度", "団体名", "属性.何")
    for names in (others, ("団体コード",)):
        frame = pl.DataFrame({"団体コード": ["011002", "012025"], "年度": ["R6", "R6"]})
        frame.with_columns(column.alias(name) for name in names).write_parquet(path)
        for told in rulebook.read_facts(path).diagnostics:
            assert told.code.startswith("H8"), names


def test_nothing_is_written_from_below(tmp_path: Path) -> None:
    """The command says one error, and no library a word beside it."""
    path = tmp_path / "cut.parquet"
    path.write_bytes(sound("parquet", tmp_path).read_bytes()[:-9])
    done = process("score", "rules/r6/municipal.haiten", path)
    assert done.returncode == 1
    assert done.stderr.startswith("エラー[H880] ファイルが壊れています")
    assert done.stderr.count("エラー") == 1
    assert "panicked" not in done.stderr + done.stdout
