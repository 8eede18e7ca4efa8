"""Tables that are texts: parted by commas, tabs or semicolons, in UTF-8, CP932 or UTF-16."""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, Final, TextIO

import polars as pl

from haiten.compiler.late import frozen
from haiten.scoring.reading.batches import Batch, OpenTable, UnreadableError, batches_of, check_width
from haiten.scoring.reading.characters import is_blank
from haiten.scoring.reading.headings import HEAD_ROWS, Headings, Wanted, find_heading, has_codes

# A Ctrl-Z, or a BOM with nothing behind it, and line ends, by how the text begins.
_ENDS: Final = {
    codecs.BOM_UTF16_LE: re.compile(rb"(?:\x1a\0|\xff\xfe)(?:[\r\n]\0)*\Z"),
    codecs.BOM_UTF16_BE: re.compile(rb"(?:\0\x1a|\xfe\xff)(?:\0[\r\n])*\Z"),
}
_END: Final = re.compile(rb"(?:\x1a|\xef\xbb\xbf)[\r\n]*\Z")
_TAIL: Final = 16
_BATCH_BYTES: Final = 1 << 21
_BLOCK: Final = 1 << 20
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF8: Final = "utf-8-sig"
# Excel's "Unicode テキスト" has tabs; semicolons stand where commas are decimal points.
_SEPARATORS: Final = ("\t", ";")
# Enough for the headings of any table: R8's are some 6,000 characters.
_HEAD: Final = 1 << 18
# Whether the first rows of a text are what somebody looks for, as they are by one separator and not by others.
Suits = Callable[[list[list[str]]], bool]


@frozen(eq=False)
class _Text:
    """A text that can be opened again and again; a pipe, which cannot, is kept in memory."""

    path: Path
    kept: bytes | None
    encoding: str

    def open(self) -> TextIO:
        return io.TextIOWrapper(_bytes(self.path, self.kept), encoding=self.encoding, newline="")

    def open_at(self, place: int) -> BinaryIO:
        """Its bytes from one of them on."""
        file = _bytes(self.path, self.kept)
        file.seek(place)
        return file

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.kept is None else len(self.kept)


def open_text(path: Path, wanted: Wanted, row: int | None) -> OpenTable:
    """Open a table that is a text.

    Args:
        path: a file or a pipe.
        wanted: which headings there may be.
        row: the row of the headings, where it is given.

    Raises:
        UnreadableError: it is no table. Running through the batches may raise it too.
    """
    text = _text(path)
    with text.open() as stream:
        beginning = stream.read(_HEAD) + stream.readline()
    separator, rows = _parted(beginning, (row or 0) + HEAD_ROWS)
    check_width(max(map(len, rows), default=0))
    if all(is_blank(cells) for cells in rows):
        with text.open() as stream:
            if all(is_blank(record) for record in _records(stream, separator)):
                raise UnreadableError("空です")
    found = find_heading(rows, wanted, row)
    return OpenTable(
        found.names,
        _behind(text, found, separator),
        total=1 + text.size // _BATCH_BYTES,
        row=found.row,
        notes=found.notes,
        seems=found.seems,
    )


def rows_of(path: Path) -> list[list[str]]:
    """All rows of a table that is a text, the header first; for small files.

    Raises:
        UnreadableError: as ``open_text``.
    """
    return all_of(path, _are_of_bodies)[1]


def all_of(path: Path, suits: Suits) -> tuple[str, list[list[str]]]:
    """The encoding of a text, and all its rows; for small files.

    Raises:
        UnreadableError: as ``open_text``.
    """
    text = _text(path)
    with text.open() as stream:
        separator, _ = _parted(stream.read(_HEAD) + stream.readline(), HEAD_ROWS, suits)
    with text.open() as stream:
        rows = list(_records(stream, separator))
    if all(is_blank(row) for row in rows):
        raise UnreadableError("空です")
    return text.encoding, rows


def head_of(path: Path, count: int, suits: Suits) -> list[list[str]]:
    """The first rows of a text.

    Raises:
        UnreadableError: it is none.
    """
    with _text(path).open() as stream:
        return _parted(stream.read(_HEAD) + stream.readline(), count, suits)[1]


def _are_of_bodies(rows: list[list[str]]) -> bool:
    return any(has_codes(row) for row in rows)


def _text(path: Path) -> _Text:
    kept = None if path.is_file() else _whole(path)
    encoding, end = _encoding(path, kept)
    if end is not None:
        kept = (_whole(path) if kept is None else kept)[:end]
    return _Text(path, kept, encoding)


def _whole(path: Path) -> bytes:
    """All of a pipe, which gives its bytes once."""
    blocks = []
    with path.open("rb") as pipe:
        while block := pipe.read(_BLOCK):
            blocks.append(block)
            if b"\0" in block and not blocks[0].startswith(_UTF16):
                raise UnreadableError("文字のファイルではありません")
    return b"".join(blocks)


def _bytes(path: Path, kept: bytes | None) -> BinaryIO:
    return path.open("rb") if kept is None else io.BytesIO(kept)


def _encoding(path: Path, kept: bytes | None) -> tuple[str, int | None]:
    """The encoding of a text, and where it ends, if something stands behind its end: a Ctrl-Z, as DOS wrote it."""
    size, tail = 0, b""
    with _bytes(path, kept) as file:
        block = file.read(_BLOCK)
        begins = block[:2]
        if block.startswith(_UTF16):
            names: tuple[str, ...] = ("utf-16",)
        else:
            names = (_UTF8, "cp932")
        decoders = {name: codecs.getincrementaldecoder(name)() for name in names}
        while block:
            if b"\0" in block and names != ("utf-16",):
                raise UnreadableError("文字のファイルではありません")
            _try(decoders, block)
            size, tail = size + len(block), (tail + block)[-_TAIL:]
            block = file.read(_BLOCK)
    _try(decoders, b"", final=True)
    if not decoders:
        raise UnreadableError("UTF-8 でも CP932 でもありません" if len(names) > 1 else "UTF-16 として読めません")
    behind = _ENDS.get(begins, _END).search(tail)
    return next(iter(decoders)), None if behind is None else size - len(tail) + behind.start()


def _try(decoders: dict[str, codecs.IncrementalDecoder], block: bytes, *, final: bool = False) -> None:
    """Drop the decoders that cannot read a block."""
    for name, decoder in list(decoders.items()):
        try:
            decoder.decode(block, final)
        except UnicodeDecodeError:
            del decoders[name]


def _records(lines: Iterable[str], separator: str = ",") -> Iterator[list[str]]:
    try:
        yield from csv.reader(lines, strict=True, delimiter=separator)
    except csv.Error as error:
        reason = "引用符が閉じていません" if "unexpected end" in str(error) else "引用符か改行の使い方が崩れています"
        if "field limit" in str(error):
            reason = f"{csv.field_size_limit():,}字を超えるセルがあります"
        raise UnreadableError(f"CSV として読めません（{reason}）") from None


def _parted(beginning: str, count: int, suits: Suits = _are_of_bodies) -> tuple[str, list[list[str]]]:
    """The sign that parts a table, which is that by which its first rows suit, as with the heading of the codes."""
    for separator in (",", *_SEPARATORS):
        if separator in beginning:
            with suppress(UnreadableError):
                rows = _first_rows(beginning, separator, count)
                if suits(rows):
                    return separator, rows
    return ",", _first_rows(beginning, ",", count)


def _first_rows(beginning: str, separator: str, count: int) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        rows.extend(islice(_records(io.StringIO(beginning, newline=""), separator), count))
    except UnreadableError:
        # What is wrong with a later row is reported when the rows are run through.
        if not rows and len(beginning) < _HEAD:
            raise
    return rows


def _behind(text: _Text, found: Headings, separator: str) -> Iterator[Batch]:
    """Batches of the rows behind the headings.

    Raises:
        UnreadableError: the headings cannot be read again from the beginning.
    """
    stream = text.open()
    before = 0

    def counted() -> Iterator[str]:
        nonlocal before
        for line in stream:
            before += len(line.encode())
            yield line

    try:
        # Read again from the beginning, so that the rest goes on where the headings end.
        consumed = sum(1 for _ in islice(_records(counted(), separator), found.start - 1))
        assert consumed <= found.start
    except UnreadableError:
        stream.close()
        raise
    width = len(found.names)
    if text.encoding != _UTF8:
        return _text_batches(io.BufferedReader(_Recoded(stream)), width, separator, found.start)
    stream.close()
    with text.open_at(0) as file:
        mark = len(codecs.BOM_UTF8) if file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8 else 0
    return _text_batches(text.open_at(mark + before), width, separator, found.start)


class _Recoded(io.RawIOBase):
    """The bytes that a text has in UTF-8."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._left = stream, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left:
            self._left = self._stream.read(_BLOCK).encode()
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size

    def close(self) -> None:
        self._stream.close()
        super().close()


def _text_batches(file: BinaryIO, width: int, separator: str, start: int) -> Iterator[Batch]:
    """Batches of a text in UTF-8: by Polars as long as no cell is quoted, from there on by the csv module.

    Without quotes a record is a line, and there is nothing on which the two could differ.
    """
    with file:
        while block := file.read(_BATCH_BYTES):
            block += file.readline()
            if b'"' in block:
                rest = io.TextIOWrapper(file, encoding="utf-8", newline="")
                yield from batches_of(_records(chain(_lines(block), rest), separator), width, start)
                return
            frame = _even(block, width, separator)
            if frame is None:
                for batch in batches_of(_records(_lines(block), separator), width, start):
                    yield batch
                    start = batch.start + batch.frame.height
            else:
                batch = Batch(frame, start, {})
                start += frame.height
                del frame, block  # of which there is one at a time
                yield batch
                del batch


def _lines(block: bytes) -> TextIO:
    return io.StringIO(block.decode(), newline="")


def _even(block: bytes, width: int, separator: str) -> pl.DataFrame | None:
    """The cells of lines without quotes; None where a line is longer than the header, or otherwise odd."""
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n")
    if b"\r" in block or width < 2:
        return None
    try:
        frame = pl.read_csv(
            block,
            has_header=False,
            schema={str(place): pl.String for place in range(width)},
            quote_char=None,
            separator=separator,
        )
    except pl.exceptions.PolarsError:
        return None
    # The rows are numbered by the lines, so that each must have become one.
    return frame if frame.height == block.count(b"\n") + (not block.endswith(b"\n")) else None
