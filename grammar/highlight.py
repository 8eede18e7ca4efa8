"""Colours for rulebooks: words of the language as the grammar has them, texts, sources, figures.

Read by the site, by pages and by editors. Any text can be coloured, also one with mistakes.
"""

from pygments.lexer import RegexLexer, words
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Text

from haiten.grammar import reserved_words


class HaitenLexer(RegexLexer):  # type: ignore[misc] # it ships no types  # type: ignore[misc]  # Pygments ships no types
    """A lexer of Pygments."""

    name = "haiten"
    aliases = ("haiten",)
    filenames = ("*.haiten",)
    tokens = {  # noqa: RUF012 - as Pygments wants it
        "root": [
            (r"[#※].*$", Comment),
            (r"「", String, "text"),
            (r"〔[^〕]*〕", Name.Tag),
            (r"[0-9][0-9,.]*[^\s「」〔〕、（）()]*", Number),
            (
                words(
                    sorted(reserved_words(), key=len, reverse=True),
                    prefix=r"(?<![^\s(（])",
                    suffix=r"(?![^\s。、)）:])",
                ),
                Keyword,
            ),
            (r"[+\-−×÷=:]", Operator),
            (r"[^\s「〔#※]+", Text),
            (r"\s+", Text),
            (r".", Text),
        ],
        "text": [(r"「", String, "#push"), (r"」", String, "#pop"), (r"[^「」]+", String)],
    }
