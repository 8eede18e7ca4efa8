"""The colours of a text as the protocol has them: words of the language, and what each name is.

A line is told by its letters and by the names that stand in it, and each line's numbers count from the coloured line
before it: lines above an edit and below it are what they were, and are not looked at again.
"""

import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from attrs import field

from haiten.compiler.alike import common_end, common_start
from haiten.compiler.late import define, dense, frozen
from haiten.compiler.source import Source
from haiten.editor.positions import units
from haiten.editor.symbols import Kind, Occurrence
from haiten.grammar.colours import Colour, stretches

# The names of the protocol; what a client colours is known to it under these.
KINDS: Final = (
    "comment",
    "string",
    "keyword",
    "number",
    "operator",
    "decorator",
    "variable",
    "property",
    "parameter",
    "enum",
    "namespace",
    "class",
    "modifier",
    "macro",
)
DECLARATION: Final = "declaration"
_WORDS: Final = {
    Colour.COMMENT: "comment",
    Colour.LINK: "string",
    Colour.SENTENCE: "macro",
    Colour.TEXT: "string",
    Colour.CITATION: "decorator",
    Colour.NUMBER: "number",
    Colour.LEVEL: "modifier",
    Colour.DECLARATION: "modifier",
    Colour.WORD: "keyword",
    Colour.PLACE: "class",
    Colour.OPERATOR: "operator",
}
_NAMES: Final = {
    Kind.FACT: "variable",
    Kind.LOCAL: "property",
    Kind.CONSTANT: "parameter",
    Kind.CLASS: "enum",
    Kind.SOURCE: "namespace",
    Kind.NODE: "class",
    Kind.BUDGET: "namespace",
    Kind.POT: "class",
    Kind.FRAME: "class",
}
_NUMBERS: Final = {kind: number for number, kind in enumerate(KINDS)}

_COLOURS: Final = {colour: _NUMBERS[kind] for colour, kind in _WORDS.items()}
_SYMBOLS: Final = {symbol: _NUMBERS[kind] for symbol, kind in _NAMES.items()}

# A name of a line: begin, end, the number of its kind, whether it is brought in there.
NameStretch = tuple[int, int, int, bool]
# A line that has colours, in numbers of the protocol, five for each stretch. The first says how many lines it stands
# below the coloured one before it.
PaintedLine = tuple[int, ...]


@dense(eq=False)
class Painted:
    """The colours of a text, line by line."""

    rows: tuple[PaintedLine, ...]

    def numbers(self) -> list[int]:
        """Those of the whole text."""
        return list(chain.from_iterable(self.rows))

    def between(self, first: int, last: int) -> list[int]:
        """Those of some lines, counted from 0, the last one with them."""
        found: list[int] = []
        line = before = 0
        for step, *others in self.rows:
            line += step
            if first <= line <= last:
                found += (line - before, *others)
                before = line
        return found

    def change(self, before: "Painted") -> tuple[int, int, list[int]] | None:
        """What to do to the numbers of an older text: from which one on, how many to take out, which to put in."""
        same = common_start(self.rows, before.rows)
        behind = common_end(self.rows, before.rows, min(len(self.rows), len(before.rows)) - same)
        old, new = before.rows[same : len(before.rows) - behind], self.rows[same : len(self.rows) - behind]
        if not old and not new:
            return None
        return sum(map(len, before.rows[:same])), sum(map(len, old)), list(chain.from_iterable(new))


@frozen(eq=False)
class _Version:
    """What a text was painted from, and what its lines came to.

    Attributes:
        starts: where each place begins; they move with the text.
        names: of each line; ``rows`` likewise, empty where it has no colours.
    """

    source: Source
    lines: list[str]
    places: tuple[Occurrence, ...]
    starts: list[int]
    names: list[tuple[NameStretch, ...]]
    rows: list[PaintedLine]


@define(eq=False)
class Painter:
    """Paints one text again and again while it is edited; of it it keeps the last version."""

    _last: _Version = field(factory=lambda: _Version(Source("", ""), [], (), [], [], []))

    def paint(self, source: Source, places: Iterable[Occurrence]) -> Painted:
        """The colours of a text; what is known of a name, of which all are given in order, goes before its letters."""
        old, named = self._last, tuple(places)
        lines, starts = source.text.split("\n"), [place.span.start for place in named]
        new = _Version(source, lines, named, starts, [], [])
        first, same = _unchanged(old, new)
        new.names.extend(old.names[:first])
        new.rows.extend(old.rows[:first])
        _paint_between(old, new, len(lines) - same, len(old.lines) - same)
        new.names.extend(old.names[len(old.lines) - same :])
        rows = old.rows[len(old.lines) - same :]
        # The first line with colours below says how far it is from the last one above.
        at = next((number for number, row in enumerate(rows) if row), None)
        if at is not None:
            rows[at] = (len(new.rows) + at - _coloured(new.rows), *rows[at][1:])
        new.rows.extend(rows)
        self._last = new
        return Painted(tuple(filter(None, new.rows)))


def _unchanged(old: _Version, new: _Version) -> tuple[int, int]:
    """How many lines at the head of two versions, and behind at their end, have the same letters and names."""
    head = common_start(new.lines, old.lines)
    foot = common_end(new.lines, old.lines, min(len(new.lines), len(old.lines)) - head)
    growth = len(new.source.text) - len(old.source.text)
    moved = old.starts if not growth else [start + growth for start in old.starts]
    before = min(common_start(new.places, old.places), common_start(new.starts, old.starts))
    most = min(len(new.places), len(old.places)) - before
    behind = min(common_end(new.places, old.places, most), common_end(new.starts, moved, most))
    for version in (old, new):
        others = version.starts[before : len(version.starts) - behind]
        if others:
            first, last = (version.source.position(start)[0] for start in (others[0], others[-1]))
            head, foot = min(head, first - 1), min(foot, len(version.lines) - last)
    return head, foot


def _paint_between(old: _Version, new: _Version, behind: int, behind_before: int) -> None:
    """Go on painting a version up to a line; lines with the letters and names of one that was there are known."""
    first = len(new.rows)
    start, end = (new.source.line_start(at + 1) if at < new.source.lines else sys.maxsize for at in (first, behind))
    places = new.places[bisect_left(new.starts, start) : bisect_left(new.starts, end)]
    names, last = names_of_lines(new.source, places), _coloured(new.rows)
    known = {(old.lines[at], old.names[at]): old.rows[at] for at in range(first, behind_before)}
    for number in range(first, behind):
        line, own = new.lines[number], names.get(number, ())
        row = known.get((line, own))
        row = _row(line, own, number - last) if row is None else row and (number - last, *row[1:])
        new.names.append(own)
        new.rows.append(row)
        last = number if row else last


def _coloured(rows: list[PaintedLine]) -> int:
    """The last line with colours, counted from 0; 0 where there is none."""
    return next((number for number in range(len(rows) - 1, -1, -1) if rows[number]), 0)


def names_of_lines(source: Source, places: Iterable[Occurrence]) -> dict[int, tuple[NameStretch, ...]]:
    """The names of a text by their lines, counted from 0; the places are given in their order."""
    found: dict[int, list[NameStretch]] = {}
    names: list[NameStretch] = []
    line, begin, behind = -1, 0, 0  # of the line at hand, where it begins, and where the next one does
    for place in places:
        span = place.span
        start = span.start
        if start >= behind:
            line = source.position(start)[0] - 1
            begin = source.line_start(line + 1)
            behind = source.line_start(line + 2) if line + 1 < source.lines else sys.maxsize
            names = found[line] = []
        names.append((start - begin, span.end - begin, _SYMBOLS[place.symbol.kind], place.declares))
    return {line: tuple(names) for line, names in found.items()}


def _row(line: str, names: tuple[NameStretch, ...], step: int) -> PaintedLine:
    found: list[int] = []
    before = 0
    for begin, end, kind, declares in _strokes(line, names):
        start, length = units(line[:begin]), units(line[begin:end])
        found += (0 if found else step, start - before, length, kind, int(declares))
        before = start
    return tuple(found)


def _strokes(line: str, names: tuple[NameStretch, ...]) -> Iterator[NameStretch]:
    """The stretches of a line in their order, none over another."""
    done = 0
    words = [(begin, end, _COLOURS[colour], False) for begin, end, colour in stretches(line)]
    for name in sorted(names, key=lambda name: name[0]):
        begin, end, *_ = name
        if begin < done or end > len(line):
            continue
        yield from _between(line, words, done, begin)
        yield name
        done = end
    yield from _between(line, words, done, len(line))


def _between(line: str, words: list[NameStretch], start: int, stop: int) -> Iterator[NameStretch]:
    """What there is of some stretches in a part of their line."""
    for begin, end, kind, declares in words:
        first, last = max(begin, start), min(end, stop)
        if first < last and line[first:last].strip():
            yield first, last, kind, declares
