"""Files, positions and spans."""

import errno
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import ClassVar, Final

from attrs import field

from haiten.compiler.late import define, dense, frozen

MOST_BYTES: Final = 32 * 2**20


@frozen(eq=False)
class Source:
    r"""A text and where it came from.

    Attributes:
        name: what a message calls it, usually the path as the user wrote it.
        text: the whole text, line ends as ``\n``.
    """

    name: str
    text: str = field(repr=False)

    # Offsets of a span may count from here, too (``Anchor``).
    start: ClassVar[int] = 0

    @property
    def source(self) -> "Source":
        """Itself."""
        return self

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *accumulate(len(line) + 1 for line in self.text.split("\n"))][:-1]

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1; the column counts characters."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    @property
    def lines(self) -> int:
        """How many lines there are; a text that ends with a line end has an empty last one."""
        return len(self._line_starts)

    def line_start(self, number: int) -> int:
        """The offset at which a line begins, counted from 1."""
        return self._line_starts[number - 1]

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its end."""
        starts = self._line_starts
        end = starts[number] - 1 if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end]


@define(eq=False)
class Anchor:
    """Where a part of a text now stands, for what was read once and is kept while the text around it is edited.

    Only who reads a text again moves one (``parsing/reparse.py``): what was read of an older text then shows where the
    same words stand now. What is gone stays where it last was.

    Attributes:
        source: the text as it is now.
        start: the offset in it that those of the spans count from.
    """

    source: Source = field(repr=False)
    start: int


@dense(eq=False, repr=False)
class Span:
    """A stretch of a source, by offsets; ``end`` is the first character behind it.

    Two spans are equal where they are the same place of one source.

    Attributes:
        origin: the source, or what moves with a part of it; offsets are kept from where that begins.
    """

    origin: Source | Anchor
    _first: int
    _behind: int

    def __init__(self, origin: Source | Anchor, start: int, end: int) -> None:
        before, keep = origin.start, object.__setattr__
        keep(self, "origin", origin)
        keep(self, "_first", start - before)
        keep(self, "_behind", end - before)

    @property
    def source(self) -> Source:
        """The text in which it lies."""
        return self.origin.source

    @property
    def start(self) -> int:
        """The offset of its first character."""
        return self.origin.start + self._first

    @property
    def end(self) -> int:
        """The offset behind its last character."""
        return self.origin.start + self._behind

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Span):
            return NotImplemented
        return self.source is other.source and (self.start, self.end) == (other.start, other.end)

    def __hash__(self) -> int:
        return hash((id(self.source), self.start, self.end))

    def __repr__(self) -> str:
        return f"Span(start={self.start}, end={self.end})"

    @property
    def line(self) -> int:
        """The line on which it starts, from 1."""
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        """The column at which it starts, from 1, in characters."""
        return self.source.position(self.start)[1]

    @property
    def text(self) -> str:
        """What stands there."""
        return self.source.text[self.start : self.end]

    def __str__(self) -> str:
        return f"{self.source.name}:{self.line}:{self.column}"


def read_source(path: Path) -> Source:
    """Read a rule file.

    Raises:
        OSError: it cannot be opened, or is larger than any rule file.
        UnicodeDecodeError: it is not UTF-8.
    """
    with path.open("rb") as file:
        raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:  # a device that never ends is no rule file either
        raise OSError(errno.EFBIG, f"大きすぎます（{MOST_BYTES // 2**20} MB まで）", str(path))
    return Source(str(path), plain(raw))


def plain(raw: bytes) -> str:
    r"""The text of a UTF-8 file: without the byte order mark, line ends as ``\n``.

    Raises:
        UnicodeDecodeError: it is not UTF-8.
    """
    return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
