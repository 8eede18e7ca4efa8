"""Files, positions and spans."""

import errno
from bisect import bisect_right
from functools import cached_property
from pathlib import Path
from typing import Final

from attrs import field

from haiten.compiler.late import dense, frozen

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

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(index + 1 for index, char in enumerate(self.text) if char == "\n")]

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


@dense
class Span:
    """A stretch of a source, by offsets; ``end`` is the first character behind it."""

    source: Source = field(repr=False)
    start: int
    end: int

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
