"""Colours for the site: rulebooks, as the package colours them, and SQL whose columns have Japanese names."""

from pygments.lexer import inherit
from pygments.lexers.sql import SqlLexer
from pygments.token import Name

from haiten.grammar.highlight import HaitenLexer

__all__ = ["HaitenLexer", "JapaneseSqlLexer"]


class JapaneseSqlLexer(SqlLexer):
    """SQL whose columns have Japanese names."""

    name = "SQL with Japanese names"
    aliases = ("sql",)
    tokens = {"root": [(r"[^\x00-\x7f][\w$]*", Name), inherit]}  # noqa: RUF012 - as Pygments wants it
