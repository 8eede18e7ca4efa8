"""Colours for rulebooks where Pygments is asked: by the site and by pages."""

from collections.abc import Iterator
from typing import Any, Final

from pygments.lexer import Lexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Text

from haiten.grammar.colours import Colour, stretches

TOKENS: Final[dict[Colour, Any]] = {
    Colour.COMMENT: Comment,
    Colour.LINK: String.Other,
    Colour.SENTENCE: Keyword.Pseudo,
    Colour.TEXT: String,
    Colour.CITATION: Name.Tag,
    Colour.NUMBER: Number,
    Colour.LEVEL: Keyword.Declaration,
    Colour.DECLARATION: Keyword.Declaration,
    Colour.WORD: Keyword,
    Colour.PLACE: Name.Class,
    Colour.OPERATOR: Operator,
}


class HaitenLexer(Lexer):  # type: ignore[misc]  # Pygments ships no types
    """A lexer of Pygments."""

    name = "haiten"
    aliases = ("haiten",)
    filenames = ("*.haiten",)

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, Any, str]]:
        """The tokens of a text, line by line."""
        start = 0
        for line in text.split("\n"):
            done = 0
            for begin, end, colour in stretches(line):
                if done < begin:
                    yield start + done, Text, line[done:begin]
                yield start + begin, TOKENS[colour], line[begin:end]
                done = end
            if done < len(line):
                yield start + done, Text, line[done:]
            start += len(line) + 1
            if start <= len(text):
                yield start - 1, Text.Whitespace, "\n"
