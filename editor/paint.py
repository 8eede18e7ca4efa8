"""The colours of a text as the protocol has them: words of the language, and what each name is.

A line is told by its letters and by the names that stand in it, and each line's numbers count from the coloured line
before it: a line that was painted once is not looked at again, wherever it now stands.
"""

import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from attrs import field

from haiten.compiler.late import define, dense
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
        same = _alike(self.rows, before.rows)
        most = min(len(self.rows), len(before.rows)) - same
        behind = min(_alike(reversed(self.rows), reversed(before.rows)), most)
        old, new = before.rows[same : len(before.rows) - behind], self.rows[same : len(self.rows) - behind]
        if not old and not new:
            return None
        return sum(map(len, before.rows[:same])), sum(map(len, old)), list(chain.from_iterable(new))


def _alike(one: Iterable[PaintedLine], other: Iterable[PaintedLine]) -> int:
    """How many of the first rows are the same."""
    at = 0
    for mine, its in zip(one, other, strict=False):
        if mine is not its and mine != its:
            break
        at += 1
    return at


@define(eq=False)
class Painter:
    """Paints one text again and again while it is edited."""

    # What the lines of the text painted last came to, by the line, its names, and how far it stands below the other.
    _known: dict[tuple[str, tuple[NameStretch, ...], int], PaintedLine] = field(factory=dict)

    def paint(self, source: Source, places: Iterable[Occurrence]) -> Painted:
        """The colours of a text; what is known of a name goes before what its letters say."""
        known = self._known
        used: dict[tuple[str, tuple[NameStretch, ...], int], PaintedLine] = {}
        names = names_of_lines(source, places)
        rows, step = [], 0
        for number, line in enumerate(source.text.split("\n")):
            key = line, names.get(number, ()), step
            row = known.get(key)
            if row is None:
                row = used.get(key) or _row(*key)
            used[key] = row
            if row:
                rows.append(row)
                step = 0
            step += 1
        self._known = used
        return Painted(tuple(rows))


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
