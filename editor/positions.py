"""Offsets in a source ↔ positions of the protocol: lines from 0, characters in units of UTF-16."""

import re
from bisect import bisect_right
from collections.abc import Callable
from itertools import islice
from typing import Final

from lsprotocol.types import Position, Range, TextDocumentContentChangePartial, TextDocumentContentChangeWholeDocument

from haiten.compiler.source import Source, Span

# What ends a line in the protocol, and nothing else: what Python splits lines at beside these stays within its line.
_LINE_END: Final = re.compile(r"\r\n|\n|\r")


def position_at(source: Source, offset: int) -> Position:
    """Where an offset lies; a character outside the basic plane counts as two."""
    line, column = source.position(offset)
    return Position(line - 1, units(source.line(line)[: column - 1]))


def counter(source: Source) -> Callable[[int], tuple[int, int]]:
    """What counts lines and characters of many offsets of one source."""
    text = source.text
    if 2 * len(text) == len(text.encode("utf-16-le", "surrogatepass")):  # no sign has two units
        starts = [source.line_start(number) for number in range(1, source.lines + 1)]

        def count(offset: int) -> tuple[int, int]:
            line = bisect_right(starts, offset) - 1
            return line, offset - starts[line]
    else:

        def count(offset: int) -> tuple[int, int]:
            place = position_at(source, offset)
            return place.line, place.character

    return count


def range_of(span: Span) -> Range:
    """A stretch of a source."""
    return Range(position_at(span.source, span.start), position_at(span.source, span.end))


def offset_at(source: Source, position: Position) -> int:
    """The offset of a position; one beyond the end of its line is that end, one beyond the text the text's end.

    A position between the two halves of a character is before it.
    """
    if position.line >= source.lines:
        return len(source.text)
    line = source.line(position.line + 1)
    return source.line_start(position.line + 1) + _column(line, position.character)


def _column(line: str, character: int) -> int:
    reached = column = 0
    for sign in line:
        reached += units(sign)
        if reached > character:
            break
        column += 1
    return column


def changed(text: str, change: TextDocumentContentChangePartial | TextDocumentContentChangeWholeDocument) -> str:
    """A text as an editor has it, whatever its line ends, after one change."""
    if isinstance(change, TextDocumentContentChangeWholeDocument):
        return change.text
    start, end = (_offset(text, position) for position in (change.range.start, change.range.end))
    return text[:start] + change.text + text[max(start, end) :]


def _offset(text: str, position: Position) -> int:
    """The offset of a position in a text with any line ends."""
    start = 0
    if position.line:
        ended = next(islice(_LINE_END.finditer(text), position.line - 1, None), None)
        if ended is None:
            return len(text)
        start = ended.end()
    end = _LINE_END.search(text, start)
    return start + _column(text[start : len(text) if end is None else end.start()], position.character)


def whole(source: Source) -> Range:
    """All of a text."""
    return range_of(Span(source, 0, len(source.text)))


def units(text: str) -> int:
    """How many units of UTF-16 a text has."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
