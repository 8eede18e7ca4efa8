"""An outline as the protocol has it, in JSON: thousands of values, which are asked for at every keystroke.

A node is written once with all below it, as long as its nodes and its letters stay; its lines count from where it
begins, so that it may move.
"""

from collections.abc import Callable, Iterable
from json.encoder import encode_basestring_ascii as quoted
from typing import Final

from lsprotocol import types as lsp

from haiten.compiler.compilation import Compilation
from haiten.compiler.late import define, frozen
from haiten.compiler.source import Source, Span
from haiten.compiler.syntax.rulebook import NodeDecl
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
class _Lines:
    """Text in which numbers of lines stand, which count from a line; each as ``%d``."""

    text: str
    numbers: tuple[int, ...]
    _last: tuple[int, str] | None = None

    def below(self, line: int) -> str:
        """The text, its lines counted from the first one of a file."""
        if self._last is None or self._last[0] != line:
            self._last = line, self.text % self.moved(line).numbers
        return self._last[1]

    def moved(self, lines: int) -> "_Lines":
        """The same, counted from a line above."""
        return _Lines(self.text, tuple([lines + number for number in self.numbers]))


@frozen(eq=False)
class _Branch:
    """A node with all below it, what its place was, and what it came to.

    Attributes:
        letters: all of it; ``column``: where on its line it begins.
        heads: of the nodes in it; ``offsets``: where they begin, counted from it.
    """

    node: NodeDecl
    letters: str
    column: int
    heads: tuple[Span, ...]
    offsets: list[int]
    symbols: _Lines
    folds: _Lines
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
            line = 0
            if isinstance(entry.part, NodeDecl):
                branch, line = next(branches), writing.count(entry.head.start)[0]
                symbol, fold = branch.symbols, branch.folds
            else:
                symbol, fold = writing.symbol(entry), writing.fold(entry)
            symbols.append(symbol.below(line))
            folds.append(fold.below(line))
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
        if known.column != self.count(start)[1] or known.offsets != [head.start - start for head in known.heads]:
            return None
        return known

    def _made(self, entry: OutlineEntry, old: Iterable[_Branch]) -> _Branch:
        start = entry.head.start
        line, column = self.count(start)
        children = entry.children
        below = self.branches(children, old)
        heads = (entry.head, *(head for each in below for head in each.heads))
        lines = [self.count(child.head.start)[0] - line for child in children]
        symbols = [each.symbols.moved(by) for by, each in zip(lines, below, strict=True)]
        folds = [each.folds.moved(by) for by, each in zip(lines, below, strict=True)]
        nested = f',"children":[{",".join(each.text for each in symbols)}]}}' if below else "}"
        symbol, fold = self.symbol(entry).moved(-line), self.fold(entry).moved(-line)
        return _Branch(
            node=entry.part,
            letters=self.source.text[start : entry.end],
            column=column,
            heads=heads,
            offsets=[head.start - start for head in heads],
            symbols=_joined([symbol, *symbols], symbol.text.removesuffix("}") + nested),
            folds=_joined([fold, *folds], ",".join(each.text for each in (fold, *folds) if each.text)),
            below=below,
        )

    def symbol(self, entry: OutlineEntry) -> _Lines:
        """An entry without what is below it."""
        (line, column), (named, behind), (last, end) = map(self.count, (entry.head.start, entry.head.end, entry.end))
        name, detail, kind = entry.words
        words = f'"name":{quoted(name or "？")},"detail":{quoted(detail)}'.replace("%", "%%")
        start = f'{{"start":{{"line":%d,"character":{column}}},"end":{{"line":%d,"character":'
        text = f'{{{words},"kind":{_SYMBOLS[kind]},"range":{start}{end}}}}},"selectionRange":{start}{behind}}}}}}}'
        return _Lines(text, (line, last, line, named))

    def fold(self, entry: OutlineEntry) -> _Lines:
        """What an entry hides where it is folded; nothing where it is one line."""
        lines = self.count(entry.head.start)[0], self.count(entry.end)[0]
        text = '{"startLine":%d,"endLine":%d,"kind":"region"}'
        return _Lines(text, lines) if lines[0] < lines[1] else _Lines("", ())


def _joined(parts: list[_Lines], text: str) -> _Lines:
    return _Lines(text, tuple(number for part in parts for number in part.numbers))
