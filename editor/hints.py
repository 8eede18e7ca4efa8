"""What stands beside the text: points so far beside each 指標, and above an item what became of it since last year."""

import sys
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from haiten.compiler.late import frozen
from haiten.compiler.program.program import Node, Program
from haiten.compiler.source import Source, Span
from haiten.compiler.syntax.revision import actions_of, last_place
from haiten.compiler.syntax.rulebook import Level
from haiten.editor.desk import FileView, nodes_by_identity
from haiten.editor.nation import Rates
from haiten.editor.symbols import Kind

_SUMMED: Final = (Level.GRANT, Level.GOAL, Level.GROUP, Level.INDICATOR)


@frozen
class Hint:
    """Words beside a place of the text.

    Attributes:
        at: the place; a hint stands behind it, a lens above its line.
        balanced: whether the points come to the declared maximum.
    """

    at: Span
    words: str
    balanced: bool = True


def sums(page: FileView, start: int = 0, end: int = sys.maxsize) -> Iterator[Hint]:
    """Behind each heading from 交付金 to 指標: the points of what is below beside the declared ones (``14/16点``).

    In a revision behind each sentence: those of the 指標 that it changes, as all sentences leave them. Of those that
    begin between two offsets.
    """
    program, source = page.program, page.compilation.source
    if program is None or source is None or page.readable is not page.compilation:
        return
    if page.compilation.revision is not None:
        yield from _of_sentences(page, program, start, end)
        return
    for node in program.nodes.values():
        if node.level in _SUMMED and node.children and not node.is_shared:
            span = node.span
            if start <= span.start < end and span.source is source:
                yield _sum(program, node, span)


def _sum(program: Program, node: Node, at: Span) -> Hint:
    below = node.joined(program.nodes[child].maximum for child in node.children) + node.undisclosed
    return Hint(at, f"{below:,}/{node.maximum:,}点", below == node.maximum)


def _of_sentences(page: FileView, program: Program, start: int, end: int) -> Iterator[Hint]:
    revision = page.compilation.revision
    assert revision is not None
    spoken = [place for place in page.places if place.symbol.kind is Kind.NODE]
    starts = [place.span.start for place in spoken]  # in their order
    now = nodes_by_identity(program)
    for amendment in revision.amendments:
        if not start <= amendment.span.start < end:
            continue
        places = [last_place(action) for action in actions_of(amendment.action)]
        if all(place is None for place in places):
            continue
        first_line = Span(amendment.span.source, amendment.span.start, _line_end(amendment.span))
        touched: dict[str, None] = {}
        for place in spoken[bisect_left(starts, first_line.start) : bisect_left(starts, first_line.end)]:
            if node := now.get(place.symbol.name):
                above = _indicator(program, node)
                if above is not None:
                    touched[above.path] = None
        hints = [_sum(program, program.nodes[path], first_line) for path in touched]
        if hints:
            words = "、".join(f"{path} {hint.words}" for path, hint in zip(touched, hints, strict=True))
            yield Hint(first_line, words, all(hint.balanced for hint in hints))


def _indicator(program: Program, node: Node) -> Node | None:
    """The 指標 that a node lies in; the node itself where it is above all of them and has children."""
    above: Node | None = node
    while above is not None and above.level > Level.INDICATOR:
        above = None if above.parent is None else program.nodes[above.parent]
    return above if above is not None and above.level is Level.INDICATOR and above.children else None


def lenses(page: FileView, rates: Rates) -> Iterator[Hint]:
    """Above each heading: last year's points and text where they differ, and how many of the nation have its points."""
    program, source = page.program, page.compilation.source
    if program is None or source is None or page.readable is not page.compilation:
        return
    if page.before is None and not rates.leaves:
        return  # there is nothing to tell
    then = nodes_by_identity(page.before)
    now = nodes_by_identity(program)
    told: set[tuple[int, str]] = set()
    for place in page.places:
        node = now.get(place.symbol.name) if place.symbol.kind is Kind.NODE else None
        if node is None:
            continue
        if page.before is None and not place.declares:
            continue
        if not place.declares and not _is_whole(page, source, place.span):
            continue
        words = [*_changes(page.before, program, node, then.get(node.identity)), *_rate(rates, node)]
        line = place.span.line
        if words and (line, node.path) not in told:
            told.add((line, node.path))
            yield Hint(place.span, f"{node.path}　{'　'.join(words)}")


def _is_whole(page: FileView, source: Source, span: Span) -> bool:
    """Whether a label is the last one of its path, so that the path names this node."""
    following = source.text[span.end : span.end + 1]
    return following not in (".", "．")


def _changes(before: Program | None, program: Program, now: Node, then: Node | None) -> Iterator[str]:
    if before is None:
        return
    if then is None:
        yield f"{program.year} 新設 {now.maximum}点"
        return
    if then.maximum != now.maximum:
        yield f"{before.year} {then.maximum}点 → {program.year} {now.maximum}点"
    if then.path != now.path:
        yield f"{before.year} は {then.path}"


def _rate(rates: Rates, node: Node) -> Iterator[str]:
    if (rate := rates.of(node)) is not None:
        yield rate


def _line_end(span: Span) -> int:
    end = span.source.text.find("\n", span.start)
    return len(span.source.text) if end < 0 else min(end, max(span.end, span.start + 1))
