"""Statements of a text that is edited: what an edit does not touch is not read a second time.

The parser is deterministic. Where it stands before a statement, what it makes of the rest depends on that rest alone:
so it starts anew two statements and some lines before the edit, and stops as soon as it stands before a statement that
was there, behind the edit. No text is cut and read by itself. A place that could not be read (a trouble) depends on its
surroundings: on the lines near it, and on the headings above it, from which Mender tells which label is due. It is read
again with any edit that near. Where more than that may be another, the whole is read.

What is kept stays the same object; its spans count from an ``Anchor``, which is moved.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import takewhile

from attrs import field

from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import UnclosedText
from haiten.compiler.folding.fold import Comment, Folded
from haiten.compiler.folding.refold import TextChange, difference
from haiten.compiler.late import define, frozen
from haiten.compiler.limits import MOST_ERRORS
from haiten.compiler.parsing.parse import (
    FAR,
    Parsed,
    ParserRun,
    Piece,
    Trouble,
    attach_comments,
    run_parser,
    together,
)
from haiten.compiler.parsing.read_allocation import Statement
from haiten.compiler.source import Anchor, Source, Span
from haiten.compiler.syntax.rulebook import Comments

_LOOKED_AT = 64  # signs behind a token that a terminal may look at; blanks and a name apart


@frozen(eq=False)
class _Version:
    """What became of a text.

    Attributes:
        starts: where each piece begins, to look places up.
        comments: those of the text; what did not change is the same object.
        dressed: statements with their comments, by the identity of those without.
    """

    folded: Folded
    pieces: list[Piece]
    troubles: list[Trouble]
    starts: list[int]
    comments: tuple[Comment, ...] = ()
    dressed: dict[int, Statement] = field(factory=dict)


@define(eq=False)
class Reparser:
    """Reads one text after the other of the same file; of them it keeps what the last one came to."""

    _last: _Version | None = None

    def parse(self, folded: Folded) -> Parsed:
        """What ``parse`` gives for the text, its spans counted from stretches that move with later texts."""
        known = self._last
        read = None if known is None else _again(known, folded)
        if read is None:
            run = run_parser(folded, lambda: Anchor(folded.source, 0))
            read = _Version(folded, [*run.pieces], [*run.troubles], [each.place.start for each in run.pieces])
        comments = _comments(known, folded)
        dressed: dict[int, Statement] = {}

        def dress(statement: Statement, own: Comments) -> Statement:
            found = None if known is None else known.dressed.get(id(statement))
            if found is None or not _are_same(found.comments, own):
                found = evolve(statement, comments=own)
            dressed[id(statement)] = found
            return found

        attached, closing = attach_comments([piece.statement for piece in read.pieces], comments, dress)
        self._last = evolve(read, comments=comments, dressed=dressed)
        return together(folded, read.pieces, read.troubles, attached, closing)


def _are_same(one: Comments, other: Comments) -> bool:
    ours, theirs = (*one.before, None, *one.behind), (*other.before, None, *other.behind)
    return len(ours) == len(theirs) and all(a is b for a, b in zip(ours, theirs, strict=True))


def _again(known: _Version, folded: Folded) -> _Version | None:
    """A text after an edit of a known one; None where it has to be read as a whole."""
    change = difference(known.folded, folded)
    first, begin = _beginning(known, change)
    stops = _stops(known, change)
    run = run_parser(folded, lambda: Anchor(folded.source, 0), begin, stops.keys())
    behind = len(known.pieces) if run.stopped is None else stops[run.stopped]
    end = len(known.folded.text) if run.stopped is None else known.starts[behind]
    before = [each for each in known.troubles if each.place.start < begin]
    after = [each for each in known.troubles if each.place.start >= end]
    if not _holds_elsewhere(known.folded, folded, change, [*before, *after], run):
        return None
    read = run.pieces
    if not run.troubles and len(before) + len(after) == len(known.troubles):
        above, below = _read_alike(known.pieces[first:behind], read, change)
        read = read[above : len(read) - below]
        first, behind = first + above, behind - below
    kept = known.pieces[:first], known.pieces[behind:]
    _move((*(each.place for each in kept[0]), *(each.place for each in before)), folded.source, 0)
    _move((*(each.place for each in kept[1]), *(each.place for each in after)), folded.source, change.growth)
    pieces = [*kept[0], *read, *kept[1]]
    starts = [*known.starts[:first], *(each.place.start for each in read)]
    growth = change.growth
    starts += [start + growth for start in known.starts[behind:]]
    return _Version(folded, pieces, [*before, *run.troubles, *after], starts)


def _read_alike(old: Sequence[Piece], new: Sequence[Piece], change: TextChange) -> tuple[int, int]:
    """How many statements above an edit, and below it, came to what they were, though they were read again.

    Their letters are the same, so that all of what is in them stands where it stood in them.
    """
    most = min(len(old), len(new))
    alike = (_is_alike(one, other, 0) for one, other in zip(old, new, strict=False))
    above = min(_how_many(alike), sum(each.place.end <= change.start for each in old))
    alike = (_is_alike(one, other, change.growth) for one, other in zip(reversed(old), reversed(new), strict=False))
    below = min(_how_many(alike), sum(each.place.start >= change.end for each in old), most - above)
    return above, below


def _how_many(alike: Iterable[bool]) -> int:
    return sum(1 for _ in takewhile(bool, alike))


def _is_alike(one: Piece, other: Piece, growth: int) -> bool:
    start, end = one.place.start + growth, one.place.end + growth
    same = (start, end) == (other.place.start, other.place.end) and not one.found and not other.found
    return same and one.statement == other.statement


def _move(places: Iterable[Span], source: Source, growth: int) -> None:
    for origin in {id(place.origin): place.origin for place in places}.values():
        assert isinstance(origin, Anchor), "what is kept counts from a stretch"
        origin.source = source
        origin.start += growth


def _beginning(known: _Version, change: TextChange) -> tuple[int, int]:
    """The piece at which reading begins, and its offset: two and more before the edit and all trouble near it."""
    at, first = change.start, len(known.pieces)
    text, starts = known.folded.text, known.starts
    troubles = [each.place for each in known.troubles]
    while True:
        first = min(first, bisect_right(starts, at - FAR) - 3)
        while first > 0 and len(text[starts[first] : at].replace(" ", "").replace("\n", "")) < 2 * _LOOKED_AT:
            first -= 1
        if first <= 0:
            return 0, 0
        near = [place.start for place in troubles if place.start < at and place.end + FAR >= starts[first]]
        if not near:
            return first, starts[first]
        at = min(near)


def _stops(known: _Version, change: TextChange) -> dict[int, int]:
    """Where statements begin behind the edit at which reading may stop: the offset in the new text → the piece."""
    from haiten.compiler.parsing.repair import FARTHEST

    troubles = [each.place for each in known.troubles if each.place.end >= change.start]
    after = change.end + _LOOKED_AT
    for place in troubles:
        if place.start - FARTHEST - FAR < change.end:
            after = max(after, place.end + FAR)
    starts = known.starts
    found: Sequence[int] = range(bisect_left(starts, after), len(starts))
    for place in troubles:
        low, high = place.start - FAR, place.end + FAR
        found = [number for number in found if not low <= starts[number] <= high]
    growth = change.growth
    return {starts[number] + growth: number for number in found}


def _holds_elsewhere(old: Folded, new: Folded, change: TextChange, kept: Sequence[Trouble], run: ParserRun) -> bool:
    """Whether what was told of trouble elsewhere in the file is what it would be told now."""
    from haiten.compiler.parsing.repair import MOST_TRIALS, kind_of_file

    troubles = [*kept, *run.troubles]
    if not troubles:
        return True
    if any(each.last for each in troubles):
        return False
    # On the line of a text that is not closed, nothing else is told.
    open_before = {at + change.growth * (at >= change.end) for at in _unclosed(old, change.start, change.end)}
    if kept and open_before != _unclosed(new, change.start, change.new_end):
        return False
    told = len(new.diagnostics) + sum(len(each.told) for each in troubles)
    trials = sum(each.trials for each in troubles)
    return told < MOST_ERRORS and trials < MOST_TRIALS and kind_of_file(old.text) == kind_of_file(new.text)


def _unclosed(folded: Folded, start: int, end: int) -> set[int]:
    """Where texts are not closed, but for a stretch."""
    spans = (each.span for each in folded.diagnostics if isinstance(each, UnclosedText))
    return {span.start for span in spans if isinstance(span, Span) and not start <= span.start < end}


def _comments(known: _Version | None, folded: Folded) -> tuple[Comment, ...]:
    """The comments of a text, those of the text before that are the same at the same or a moved place as they were."""
    old = {} if known is None else {(each.span.start, each.text, each.own_line): each for each in known.comments}
    change = None if known is None else difference(known.folded, folded)
    found = []
    for comment in folded.comments:
        start, end = comment.span.start, comment.span.end
        was = None
        if change is not None:
            was = old.get((start, comment.text, comment.own_line)) if end < change.start else None
            if start >= change.new_end:
                was = old.get((start - change.growth, comment.text, comment.own_line))
        if was is not None and was.span.end - was.span.start == end - start:
            found.append(was)
        else:
            found.append(evolve(comment, span=Span(Anchor(folded.source, 0), start, end)))
    if change is not None:
        for comment, was in zip(folded.comments, found, strict=True):
            origin = was.span.origin
            assert isinstance(origin, Anchor)
            origin.source = folded.source
            origin.start += comment.span.start - was.span.start
    return tuple(found)
