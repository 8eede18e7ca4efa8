"""An outline as the protocol has it, in JSON: thousands of values, which are asked for at every keystroke.

A node is written once with all below it, as long as its nodes and its letters stay; its lines count from where it
begins, so that it may move.
"""

from collections.abc import Callable, Iterable
from json.encoder import encode_basestring_ascii as quoted
from typing import Final

from attrs import field
from lsprotocol import types as lsp

from haiten.compiler.compilation import Compilation
from haiten.compiler.late import define, frozen
from haiten.compiler.source import Source, Span
from haiten.compiler.syntax.rulebook import Level, NodeDecl
from haiten.editor.outline import OutlineEntry, outline
from haiten.editor.positions import counter

_SYMBOLS: Final[dict[str, int]] = {
    "事実": lsp.SymbolKind.Variable.value,
    "区分": lsp.SymbolKind.Enum.value,
    "定数": lsp.SymbolKind.Constant.value,
    "出典": lsp.SymbolKind.Namespace.value,
    "改正": lsp.SymbolKind.Event.value,
    "配分": lsp.SymbolKind.Struct.value,
    "交付金": lsp.SymbolKind.Package.value,
    "別枠": lsp.SymbolKind.Package.value,
    "目標": lsp.SymbolKind.Module.value,
    "指標群": lsp.SymbolKind.Module.value,
    "指標": lsp.SymbolKind.Class.value,
    "項目": lsp.SymbolKind.Field.value,
    "細項目": lsp.SymbolKind.Field.value,
}


@frozen
class WrittenOutline:
    """DocumentSymbols, and as FoldingRanges what of them is longer than a line."""

    symbols: str = "[]"
    folds: str = "[]"


@define(eq=False)
class _Written:
    """What some entries are written as, in pieces in which numbers of lines stand as ``%d``, and what they hide folded.

    Attributes:
        lines: the numbers in ``symbols``; ``hidden``: those in ``folds``. They count from a line.
        heads: the headings of the nodes among them.
    """

    symbols: list[str] = field(factory=list)
    lines: list[int] = field(factory=list)
    folds: list[str] = field(factory=list)
    hidden: list[int] = field(factory=list)
    heads: list[Span] = field(factory=list)
    _last: tuple[int, str, str] | None = None

    def add(self, other: "_Written", by: int) -> None:
        """Go on with others, whose lines are moved by some."""
        self.symbols += other.symbols
        self.lines += [line + by for line in other.lines]
        self.folds += other.folds
        self.hidden += [line + by for line in other.hidden]
        self.heads += other.heads

    def below(self, line: int) -> tuple[str, str]:
        """Symbols and folds, their lines counted from the first one of a file."""
        if self._last is None or self._last[0] != line:
            symbols = "".join(self.symbols) % tuple([line + number for number in self.lines])
            folds = ",".join(self.folds) % tuple([line + number for number in self.hidden])
            self._last = line, symbols, folds
        return self._last[1:]


@frozen(eq=False)
class _Branch:
    """A node from 指標 upwards, what its place was, and what it came to.

    Attributes:
        letters: all of it; ``column``: where on its line it begins.
        offsets: where the headings in it begin, counted from it.
        below: those below it.
    """

    node: NodeDecl
    letters: str
    column: int
    offsets: list[int]
    written: _Written
    below: tuple["_Branch", ...]


@define(eq=False)
class OutlineWriter:
    """Writes the outline of one text again and again while it is edited; it keeps that of the last version."""

    _known: tuple[_Branch, ...] = ()

    def write(self, compilation: Compilation) -> WrittenOutline:
        """The outline of a compilation's own file."""
        source = compilation.source
        if source is None:
            return WrittenOutline()
        writing, entries = _Writing(source, counter(source)), outline(compilation)
        self._known = writing.branches([entry for entry in entries if isinstance(entry.part, NodeDecl)], self._known)
        branches = iter(self._known)
        symbols, folds = [], []
        for entry in entries:
            if isinstance(entry.part, NodeDecl):
                symbol, fold = next(branches).written.below(writing.line(entry))
            else:
                written = _Written()
                writing.write(entry, (), written)
                symbol, fold = written.below(0)
            symbols.append(symbol)
            folds.append(fold)
        return WrittenOutline(f"[{','.join(symbols)}]", f"[{','.join(filter(None, folds))}]")


@frozen(eq=False)
class _Writing:
    """What writes the entries of a text; ``count`` gives the line and the character of an offset."""

    source: Source
    count: Callable[[int], tuple[int, int]]

    def branches(self, entries: Iterable[OutlineEntry], old: Iterable[_Branch]) -> tuple[_Branch, ...]:
        """Nodes that stand side by side, as they were where nothing of them is another; ``old``: those of before."""
        known = {id(each.node): each for each in old}
        held = [(entry, self._still(known.get(id(entry.part)), entry)) for entry in entries]
        for _, branch in held:
            if branch is not None:
                known.pop(id(branch.node), None)
        below = [child for each in known.values() for child in each.below]
        return tuple(branch or self._made(entry, below) for entry, branch in held)

    def _still(self, known: _Branch | None, entry: OutlineEntry) -> _Branch | None:
        """What is known of a node, where it is what would be made of it now."""
        start = entry.head.start
        if known is None or known.node is not entry.part or known.letters != self.source.text[start : entry.end]:
            return None
        if known.column != self.count(start)[1] or known.offsets != [
            head.start - start for head in known.written.heads
        ]:
            return None
        return known

    def _made(self, entry: OutlineEntry, old: Iterable[_Branch]) -> _Branch:
        start = entry.head.start
        # What is below an 指標 is written again with it.
        below = self.branches(entry.children, old) if entry.part.heading.level < Level.INDICATOR else ()
        absolute, written = _Written(), _Written()
        self.write(entry, below, absolute)
        written.add(absolute, -self.line(entry))
        offsets = [head.start - start for head in written.heads]
        letters, column = self.source.text[start : entry.end], self.count(start)[1]
        return _Branch(entry.part, letters, column, offsets, written, below)

    def line(self, entry: OutlineEntry) -> int:
        """The line on which an entry begins."""
        return self.count(entry.head.start)[0]

    def write(self, entry: OutlineEntry, below: tuple[_Branch, ...], into: _Written) -> None:
        """Write an entry with all below it; of that, ``below`` has what is written already."""
        (line, column), (named, behind), (last, end) = map(self.count, (entry.head.start, entry.head.end, entry.end))
        name, detail, kind = entry.words
        words = f'"name":{quoted(name or "？")},"detail":{quoted(detail)}'.replace("%", "%%")
        start = f'{{"start":{{"line":%d,"character":{column}}},"end":{{"line":%d,"character":'
        text = f'{{{words},"kind":{_SYMBOLS[kind]},"range":{start}{end}}}}},"selectionRange":{start}{behind}}}}}'
        into.symbols.append(text)
        into.lines += (line, last, line, named)
        into.heads.append(entry.head)
        if line < last:
            into.folds.append('{"startLine":%d,"endLine":%d,"kind":"region"}')
            into.hidden += (line, last)
        between = ',"children":['
        for number, child in enumerate(entry.children):
            into.symbols.append(between)
            if below:
                into.add(below[number].written, self.line(child))
            else:
                self.write(child, (), into)
            between = ","
        into.symbols.append("}" if between != "," else "]}")
