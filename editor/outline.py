"""A file's own tree → its outline (declarations, nodes, sentences) and what can be folded."""

from collections.abc import Iterator
from typing import Any

import attrs

from haiten.compiler.compilation import Compilation
from haiten.compiler.late import frozen
from haiten.compiler.source import Source, Span
from haiten.compiler.syntax.revision import Amendment, Revision, declaration_word, declared_name
from haiten.compiler.syntax.rulebook import Declaration, NodeDecl, RulebookFile


@frozen
class OutlineEntry:
    """A part of a file that an outline names.

    Attributes:
        kind: 事実, 区分, 定数, 出典, 改正, or the Japanese name of a level.
        span: all that belongs to it, to the end of its last line; ``head`` is the line that names it.
    """

    name: str
    detail: str
    kind: str
    span: Span
    head: Span
    children: tuple["OutlineEntry", ...] = ()


def outline(compilation: Compilation) -> tuple[OutlineEntry, ...]:
    """The parts of a rulebook, an allocation or a revision, in the order of the file."""
    source = compilation.source
    tree: Any = compilation.revision or compilation.allocation or compilation.syntax
    if compilation.amended is not None:
        tree = compilation.amended[0]
    if source is None or tree is None:
        return ()
    return tuple(_close(source, list(_parts(tree, source)), len(source.text)))


@frozen
class _Open:
    """An entry whose end is where the next begins."""

    name: str
    detail: str
    kind: str
    head: Span
    children: tuple["_Open", ...] = ()


def _parts(tree: Any, source: Source) -> Iterator[_Open]:
    match tree:
        case RulebookFile():
            declared: list[Declaration] = [*tree.sources, *tree.facts, *tree.classes, *tree.constants]
            found = [_declaration(each) for each in declared if each.span.source is source]
            found += [_node(grant) for grant in tree.grants if grant.heading.span.source is source]
            yield from sorted(found, key=lambda entry: entry.head.start)
        case Revision():
            for amendment in tree.amendments:
                yield _sentence(amendment)
        case _:  # the clauses of an allocation, or of its revision
            for each in _spanned(tree):
                yield _clause(each)


def _spanned(tree: Any) -> list[Any]:
    found: list[Any] = []
    for attribute in attrs.fields(type(tree)):
        value = getattr(tree, attribute.name)
        if isinstance(value, tuple):
            found += [each for each in value if isinstance(getattr(_line_of(each), "span", None), Span)]
    return sorted(found, key=lambda each: _line_of(each).span.start)


def _line_of(part: Any) -> Any:
    return getattr(part, "line", part)


def _clause(part: Any) -> _Open:
    line = _line_of(part)
    first = line.span.text.partition("\n")[0].strip()
    return _Open(first[:60], "", "配分", line.span)


def _declaration(declaration: Declaration) -> _Open:
    text = getattr(declaration, "text", None)
    return _Open(
        declared_name(declaration),
        text.value if text is not None else "",
        declaration_word(declaration),
        declaration.span,
    )


def _node(node: NodeDecl) -> _Open:
    heading = node.heading
    points = f"{heading.points.value}点" if heading.points is not None else ""
    text = heading.text.value if heading.text is not None else ""
    return _Open(
        f"{heading.label or '？'} {text}".strip(),
        points,
        "別枠" if heading.special else heading.level.japanese,
        heading.span,
        tuple(_node(child) for child in node.children),
    )


def _sentence(amendment: Amendment) -> _Open:
    line = amendment.span.text.partition("\n")[0].strip()
    return _Open(line if len(line) <= 80 else f"{line[:79]}…", "", "改正", amendment.span)


def _close(source: Source, parts: list[_Open], end: int) -> Iterator[OutlineEntry]:
    """Entries with their ends: the next one of their level, or the end of what they lie in."""
    for part, following in zip(parts, [*parts[1:], None], strict=False):
        until = end if following is None else _line_start(source, following.head.start)
        last = len(source.text[:until].rstrip())
        span = Span(source, part.head.start, max(last, part.head.end))
        children = tuple(_close(source, list(part.children), until))
        yield OutlineEntry(part.name, part.detail, part.kind, span, part.head, children)


def _line_start(source: Source, offset: int) -> int:
    return source.text.rfind("\n", 0, offset) + 1
