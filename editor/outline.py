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
    """A part of a file that an outline names, by offsets.

    Attributes:
        kind: 事実, 区分, 定数, 出典, 改正, or the Japanese name of a level.
        start: where it begins, and with it the stretch that names it, which ends at ``named``.
        end: the end of all that belongs to it.
    """

    name: str
    detail: str
    kind: str
    start: int
    named: int
    end: int
    children: tuple["OutlineEntry", ...] = ()


def outline(compilation: Compilation) -> tuple[OutlineEntry, ...]:
    """The parts of a rulebook, an allocation or a revision, in the order of the file."""
    source = compilation.source
    tree: Any = compilation.revision or compilation.allocation or compilation.syntax
    if compilation.amended is not None:
        tree = compilation.amended[0]
    if source is None or tree is None:
        return ()
    found = sorted(_parts(tree, source), key=lambda part: part[1].start)
    ends = _ends(source.text, [head.start for _, head in found], len(source.text.rstrip()))
    return tuple(_entry(part, head, end) for (part, head), end in zip(found, ends, strict=True))


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


def _entry(part: Any, head: Span, end: int) -> OutlineEntry:
    match part:
        case NodeDecl():
            return _node(part, head.start, end)
        case SourceDecl() | FactDecl() | ClassDecl() | ConstantDecl():
            name, detail, kind = _declaration(part)
        case Amendment():
            line = head.text.partition("\n")[0].strip()
            name, detail, kind = line if len(line) <= 80 else f"{line[:79]}…", "", "改正"
        case _:
            name, detail, kind = head.text.partition("\n")[0].strip()[:60], "", "配分"
    start, named = head.start, head.end
    return OutlineEntry(name, detail, kind, start, named, max(end, named))


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


def _node(node: NodeDecl, start: int, end: int) -> OutlineEntry:
    heading, children = node.heading, node.children
    span = heading.span
    named = span.end
    below: tuple[OutlineEntry, ...] = ()
    if children:
        starts = [child.heading.span.start for child in children]
        below = tuple(map(_node, children, starts, _ends(span.source.text, starts, end)))
    points = f"{heading.points.value}点" if heading.points is not None else ""
    text = heading.text.value if heading.text is not None else ""
    kind = "別枠" if heading.special else heading.level.japanese
    return OutlineEntry(f"{heading.label or '？'} {text}".strip(), points, kind, start, named, max(end, named), below)
