"""A file's own tree → its outline (declarations, nodes, sentences) and what can be folded."""

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from haiten.compiler.compilation import Compilation
from haiten.compiler.late import dense
from haiten.compiler.source import Source, Span
from haiten.compiler.syntax.revision import Amendment, Revision, declaration_word, declared_name
from haiten.compiler.syntax.rulebook import (
    ClassDecl,
    ConstantDecl,
    Declaration,
    FactDecl,
    NodeDecl,
    RulebookFile,
    SourceDecl,
)


@dense(eq=False)
class OutlineEntry:
    """A part of a file that an outline names.

    Attributes:
        part: a declaration, a node, an amendment or a clause of an allocation.
        head: the stretch that names it.
        end: the end of all that belongs to it, as an offset.
    """

    part: Any
    head: Span
    end: int

    @property
    def words(self) -> tuple[str, str, str]:
        """Its name, its detail, and what it is: 事実, 区分, 定数, 出典, 改正, or the Japanese name of a level."""
        match self.part:
            case NodeDecl(heading=heading):
                points = f"{heading.points.value}点" if heading.points is not None else ""
                text = heading.text.value if heading.text is not None else ""
                kind = "別枠" if heading.special else heading.level.japanese
                return f"{heading.label or '？'} {text}".strip(), points, kind
            case SourceDecl() | FactDecl() | ClassDecl() | ConstantDecl():
                return _declaration(self.part)
            case Amendment():
                line = self.head.text.partition("\n")[0].strip()
                return line if len(line) <= 80 else f"{line[:79]}…", "", "改正"
            case _:
                return self.head.text.partition("\n")[0].strip()[:60], "", "配分"

    @property
    def children(self) -> tuple["OutlineEntry", ...]:
        """What is below a node."""
        if not isinstance(self.part, NodeDecl) or not self.part.children:
            return ()
        heads = [child.heading.span for child in self.part.children]
        return _entries(self.head.source.text, self.part.children, heads, self.end)


def outline(compilation: Compilation) -> tuple[OutlineEntry, ...]:
    """The parts of a rulebook, an allocation or a revision, in the order of the file."""
    source = compilation.source
    tree: Any = compilation.revision or compilation.allocation or compilation.syntax
    if compilation.amended is not None:
        tree = compilation.amended[0]
    if source is None or tree is None:
        return ()
    found = sorted(_parts(tree, source), key=lambda part: part[1].start)
    parts, heads = [part for part, _ in found], [head for _, head in found]
    return _entries(source.text, parts, heads, len(source.text.rstrip()))


def _entries(text: str, parts: Sequence[Any], heads: Sequence[Span], last: int) -> tuple[OutlineEntry, ...]:
    """Entries that follow each other up to an offset."""
    ends = map(max, _ends(text, [head.start for head in heads], last), (head.end for head in heads))
    return tuple(map(OutlineEntry, parts, heads, ends))


def _ends(text: str, starts: Sequence[int], last: int) -> Iterator[int]:
    """Where parts end that follow each other: before the line of the next one, or where what they lie in ends."""
    for following in starts[1:]:
        end = text.rfind("\n", 0, following) + 1
        while end and text[end - 1].isspace():
            end -= 1
        yield end
    yield last


def _parts(tree: Any, source: Source) -> Iterator[tuple[Any, Span]]:
    """The parts of a tree that lie in its file, each with the stretch that names it."""
    match tree:
        case RulebookFile():
            parts: list[Any] = [*tree.sources, *tree.facts, *tree.classes, *tree.constants]
            found = [(each, each.span) for each in parts] + [(grant, grant.heading.span) for grant in tree.grants]
            yield from ((part, span) for part, span in found if span.source is source)
        case Revision():
            yield from ((amendment, amendment.span) for amendment in tree.amendments)
        case _:  # the clauses of an allocation, or of its revision
            yield from ((each, _line_of(each).span) for each in _spanned(tree))


def _spanned(tree: Any) -> list[Any]:
    found: list[Any] = []
    for attribute in attrs.fields(type(tree)):
        value = getattr(tree, attribute.name)
        if isinstance(value, tuple):
            found += [each for each in value if isinstance(getattr(_line_of(each), "span", None), Span)]
    return sorted(found, key=lambda each: _line_of(each).span.start)


def _line_of(part: Any) -> Any:
    return getattr(part, "line", part)


def _declaration(declaration: Declaration) -> tuple[str, str, str]:
    text = getattr(declaration, "text", None)
    return declared_name(declaration), text.value if text is not None else "", declaration_word(declaration)
