"""The colours of a text: words of the language, and what each name is."""

from collections.abc import Iterator
from typing import Final

from pygments.token import Comment, Keyword, Name, Number, Operator, String

from haiten.compiler.late import frozen
from haiten.compiler.source import Source, Span
from haiten.editor.occurrences import Kind, Occurrence
from haiten.grammar.highlight import HaitenLexer

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
)
DECLARATION: Final = "declaration"
_WORDS: Final = (
    (Comment, "comment"),
    (String, "string"),
    (Keyword, "keyword"),
    (Number, "number"),
    (Operator, "operator"),
    (Name.Tag, "decorator"),
)
_NAMES: Final = {
    Kind.FACT: "variable",
    Kind.LOCAL: "property",
    Kind.CONSTANT: "parameter",
    Kind.CLASS: "enum",
    Kind.SOURCE: "namespace",
    Kind.NODE: "class",
}


@frozen
class Stroke:
    """A stretch within a line in one colour."""

    span: Span
    kind: str
    declares: bool = False


def strokes(source: Source, places: tuple[Occurrence, ...]) -> Iterator[Stroke]:
    """A text's colours in its order, none over another; what is known of a name goes before what its letters say."""
    named = [Stroke(place.span, _NAMES[place.symbol.kind], place.declares) for place in places]
    named = [stroke for stroke in named if "\n" not in stroke.span.text]
    done, following = 0, iter(sorted(named, key=lambda stroke: stroke.span.start))
    name = next(following, None)
    for start, token, text in HaitenLexer().get_tokens_unprocessed(source.text):
        kind = next((kind for known, kind in _WORDS if token is known or token.parent is known), None)
        at, end = max(start, done), start + len(text)
        while name is not None and name.span.start < end:
            if name.span.start >= max(at, done):
                yield from _pieces(source, kind, at, name.span.start)
                yield name
                at = done = name.span.end
            name = next(following, None)
        yield from _pieces(source, kind, at, end)
        done = max(done, end)


def _pieces(source: Source, kind: str | None, start: int, end: int) -> Iterator[Stroke]:
    """A stretch line by line, as the protocol has no colours over line ends."""
    while kind is not None and start < end:
        line_end = source.text.find("\n", start, end)
        stop = end if line_end < 0 else line_end
        if source.text[start:stop].strip():
            yield Stroke(Span(source, start, stop), kind)
        start = stop + 1
