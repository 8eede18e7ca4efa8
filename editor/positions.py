"""Offsets in a source ↔ positions of the protocol: lines from 0, characters in units of UTF-16."""

from lsprotocol.types import Position, Range

from haiten.compiler.source import Source, Span


def position_at(source: Source, offset: int) -> Position:
    """Where an offset lies; a character outside the basic plane counts as two."""
    line, column = source.position(offset)
    return Position(line - 1, units(source.line(line)[: column - 1]))


def range_of(span: Span) -> Range:
    """A stretch of a source."""
    return Range(position_at(span.source, span.start), position_at(span.source, span.end))


def offset_at(source: Source, position: Position) -> int:
    """The offset of a position; one beyond the end of its line is that end, one beyond the text the text's end.

    A position between the two halves of a character is before it.
    """
    if position.line >= source.lines:
        return len(source.text)
    text = source.line(position.line + 1)
    reached = column = 0
    for sign in text:
        reached += units(sign)
        if reached > position.character:
            break
        column += 1
    return source.line_start(position.line + 1) + column


def whole(source: Source) -> Range:
    """All of a text."""
    return range_of(Span(source, 0, len(source.text)))


def units(text: str) -> int:
    """How many units of UTF-16 a text has."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
