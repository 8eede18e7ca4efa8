"""Folding of a text that is edited: only the lines around an edit are folded again."""

from typing import Final

from haiten.compiler.alike import common_end, common_start
from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import UnclosedText
from haiten.compiler.folding.fold import MOST_LINES, Folded, fold, fold_lines
from haiten.compiler.folding.stray import has_conflicts, has_stray
from haiten.compiler.late import frozen
from haiten.compiler.source import Source, Span

_CODE: Final = "「を"  # what a quoted part of a clause may go on with on another line


@frozen
class TextChange:
    """What differs between two texts: before ``start`` they are the same, and from ``end`` and ``new_end`` on.

    Attributes:
        start: in both texts.
        end: in the old one.
        new_end: in the new one.
    """

    start: int
    end: int
    new_end: int

    @property
    def growth(self) -> int:
        """By how much what stands behind it has moved."""
        return self.new_end - self.end


def difference(old: Folded, new: Folded) -> TextChange:
    """What differs between two texts, as they are or as they are folded."""
    if old.source.text == new.source.text and old.text == new.text:
        return TextChange(len(new.text), len(new.text), len(new.text))
    start = min(common_start(old.source.text, new.source.text), common_start(old.text, new.text))
    shorter = min(len(old.text), len(new.text)) - start
    same = min(common_end(old.source.text, new.source.text, shorter), common_end(old.text, new.text, shorter))
    return TextChange(start, len(old.text) - same, len(new.text) - same)


def refold(known: Folded, source: Source) -> Folded:
    """What ``fold`` gives for a text, where another one was folded before.

    No part of a text that folding tells apart goes over the end of a line, but for texts that are not closed, merge
    marks, and the quoted parts of clauses. Where there are merge marks, or what nobody meant to write, all is folded.
    """
    old, new = known.source.text, source.text
    if has_conflicts(new) or not all(isinstance(each, UnclosedText) for each in known.diagnostics):
        return fold(source)
    start = common_start(old, new)
    same = common_end(old, new, min(len(old), len(new)) - start)
    open_texts = [each.span for each in known.diagnostics if isinstance(each.span, Span)]
    first, behind = _line_before(old, start), _line_behind(old, len(old) - same)
    # An open text goes on to where one of the next lines closes it.
    while near := [each.start for each in open_texts if each.start < first and _may_reach(old, each, first, start)]:
        first = _line_before(old, min(near))
    growth = len(new) - len(old)
    if has_stray(new[first : behind + growth]) or has_stray(old):
        return fold(source)
    text, comments, told = fold_lines(new, source, first, behind + growth, stray=False)
    if len(text) != behind + growth - first or any(each.start < behind < each.end for each in open_texts):
        return fold(source)

    def moved(span: Span) -> Span:
        by = growth if span.start >= behind else 0
        return Span(source, span.start + by, span.end + by)

    remarks = [(each, each.span) for each in known.comments]
    faults = [(each, each.span) for each in known.diagnostics if isinstance(each.span, Span)]
    return Folded(
        source,
        known.text[:first] + text + known.text[behind:],
        (
            *(each.at(moved(span)) for each, span in remarks if span.end <= first),
            *comments,
            *(each.at(moved(span)) for each, span in remarks if span.start >= behind),
        ),
        (
            *(evolve(each, span=moved(span)) for each, span in faults if span.end <= first),
            *told,
            *(evolve(each, span=moved(span)) for each, span in faults if span.start >= behind),
        ),
    )


def _may_reach(text: str, opened: Span, line: int, place: int) -> bool:
    """Whether an open text goes over the beginning of a line, or may be closed by another sign at a place."""
    return opened.end > line or text.count("\n", opened.start, place) <= MOST_LINES


def _line_before(text: str, at: int) -> int:
    """The beginning of a line, one or more above a place, that nothing goes over into."""
    start = text.rfind("\n", 0, at) + 1
    while start > 0:
        start = text.rfind("\n", 0, start - 1) + 1
        if start and _stands_alone(text, start):
            break
    return start


def _line_behind(text: str, at: int) -> int:
    """The beginning of a line below a place that nothing goes over into; the end of the text where there is none."""
    while (end := text.find("\n", at)) >= 0:
        at = end + 1
        if _stands_alone(text, at):
            return at
    return len(text)


def _stands_alone(text: str, start: int) -> bool:
    end = text.find("\n", start)
    line = text[start : end if end >= 0 else len(text)].strip()
    return line != "" and line[0] not in _CODE
