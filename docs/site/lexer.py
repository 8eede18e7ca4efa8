"""Colours for rulebooks on the site: words of the language as its grammar has them, texts, sources, figures."""

from pygments.lexer import RegexLexer, inherit, words
from pygments.lexers.sql import SqlLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Text

from haiten.grammar import reserved_words


class HaitenLexer(RegexLexer):
    """Reads any text, also one with mistakes, as most examples of diagnostics are."""

    name = "haiten"
    aliases = ("haiten",)
    filenames = ("*.haiten",)
    tokens = {  # noqa: RUF012 - as Pygments wants it
        "root": [
            (r"^\s*[#※].*$", Comment),
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
            (r"[^\s「〔]+", Text),
            (r"\s+", Text),
            (r".", Text),
        ],
        "text": [(r"「", String, "#push"), (r"」", String, "#pop"), (r"[^「」]+", String)],
    }


class JapaneseSqlLexer(SqlLexer):
    """SQL whose columns have Japanese names."""

    name = "SQL with Japanese names"
    aliases = ("sql",)
    tokens = {"root": [(r"[^\x00-\x7f][\w$]*", Name), inherit]}  # noqa: RUF012 - as Pygments wants it
