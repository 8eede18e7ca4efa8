"""What a workbook is packed in, looked at before its parts are read: kind, password, and what it unpacks to."""

import zlib
from pathlib import Path
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from haiten.scoring.reading.books import limits
from haiten.scoring.reading.books.refusals import DAMAGED, LARGE, LOCKED, RefusedError

_OLD: Final = bytes.fromhex("D0CF11E0A1B11AE1")
_BLOCK: Final = 1 << 16
_ENCRYPTED: Final = 0x1
_LOCAL_HEADER: Final = 30
# Pictures and the like, which nobody here opens.
_UNREAD: Final = (".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".bmp", ".tif", ".tiff", ".svg")


def check_container(path: Path) -> None:
    """Look at a workbook before it is opened.

    Raises:
        RefusedError: it is of another kind than its name says, has a password, or unpacks to too much.
        BadZipFile, ValueError, zlib.error, OSError: it is damaged.
    """
    with path.open("rb") as stream:
        first = stream.read(512)
        if path.suffix.lower() == ".xls":
            _check_old(first)
            return
        if first.startswith(_OLD):
            if "EncryptedPackage".encode("utf-16-le") in first + stream.read():
                raise RefusedError(LOCKED)
            raise RefusedError(DAMAGED, f"中身は {path.suffix} ではなく、古い形式のブック（.xls）です")
        if not first.startswith(b"PK"):
            raise RefusedError(DAMAGED, _looks_like(first))
        _check_zip(stream, path)


def _check_old(first: bytes) -> None:
    if first.startswith(b"PK"):
        raise RefusedError(DAMAGED, "中身は .xls ではなく、新しい形式のブック（.xlsx など）です")
    if first.lstrip()[:1] == b"<":
        raise RefusedError(DAMAGED, _looks_like(first))


def _looks_like(first: bytes) -> str:
    start = first.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head")):
        return "中身はブックではなく、HTML です"
    return "中身はブックではなく、XML です" if start.startswith(b"<?xml") else ""


def _check_zip(stream: IO[bytes], path: Path) -> None:
    size = path.stat().st_size
    most = min(limits.UNPACKED, max(limits.RATIO_FROM, limits.RATIO * size))
    with ZipFile(path) as book:
        parts = book.infolist()
        if any(part.flag_bits & _ENCRYPTED for part in parts):
            raise RefusedError(LOCKED)
        if "META-INF/manifest.xml" in book.namelist():
            _measured(stream, book.getinfo("META-INF/manifest.xml"), most)
            if b"encryption-data" in book.read("META-INF/manifest.xml"):
                raise RefusedError(LOCKED)
    left = most
    for part in parts:
        if not part.filename.lower().endswith(_UNREAD):
            left -= _measured(stream, part, left)


def _measured(stream: IO[bytes], part: ZipInfo, most: int) -> int:
    """How many bytes a part unpacks to, whatever it says of itself.

    Raises:
        RefusedError: they are more than are allowed.
        ValueError, zlib.error: they are not those that were packed.
    """
    if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise ValueError(part.compress_type)
    stream.seek(part.header_offset)
    header = stream.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or header[:4] != b"PK\x03\x04":
        raise ValueError(part.filename)
    stream.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    unpack = zlib.decompressobj(-zlib.MAX_WBITS) if part.compress_type == ZIP_DEFLATED else None
    count, crc, left = 0, 0, part.compress_size
    while left > 0 and (packed := stream.read(min(_BLOCK, left))):
        left -= len(packed)
        while packed:
            data = unpack.decompress(packed, 16 * _BLOCK) if unpack is not None else packed
            packed = unpack.unconsumed_tail if unpack is not None else b""
            count, crc = count + len(data), zlib.crc32(data, crc)
            if count > most:
                raise RefusedError(LARGE, f"開くと{most >> 20:,}MBを超えます（ファイルの中の「{part.filename}」まで）")
    if count != part.file_size or crc != part.CRC:
        raise ValueError(part.filename)
    return count
