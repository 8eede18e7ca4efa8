"""Terminals told by their first sign: what lark's scanners find, without a regular expression for each parser state.

lark joins all terminals that a state allows into one expression, and compiles it when the state is first met; these
take longer to compile than a rulebook takes to read. Here each terminal is compiled once, when a text first has the
sign that it begins with, and a state keeps in which order its terminals are tried. The first that matches is the token,
as in an alternation. Of a word only what has to follow it is an expression, which is one for most words.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from copy import copy
from functools import cache
from typing import Any, Final

from lark import TextSlice
from lark.common import LexerConf
from lark.lexer import AbstractBasicLexer, BasicLexer, ContextualLexer, LexerState, TerminalDef, Token, _create_unless

from haiten.grammar.beginnings import is_one, may_begin

# Signs that stand for themselves, each but one that is repeated.
_WORD: Final = re.compile(r"(?:[^\\\[\](){}.^$*+?|](?![?*{+]))+")

_Match = Callable[[str, int, int], str | None]  # what is found in a text at a place, before an end


class SignScanner:
    """Takes the place of ``lark.lexer.Scanner``, and gives what it gives."""

    def __init__(self, terminals: Iterable[TerminalDef]) -> None:
        self._terminals = [(t.name, t.pattern.to_regexp()) for t in terminals]
        self._tried: dict[str, list[tuple[str, _Match]]] = {}
        self.allowed_types = {name for name, _ in self._terminals}

    def match(self, text: TextSlice[str], at: int) -> tuple[str, str] | None:
        """The token at a place and its terminal."""
        sign = text.text[at]
        tried = self._tried.get(sign)
        if tried is None:
            tried = [(name, _matcher(regexp)) for name, regexp in self._terminals if may_begin(regexp)(sign)]
            self._tried[sign] = tried
        for name, match in tried:
            if found := match(text.text, at, text.end):
                return found, name
        return None


@cache
def _matcher(regexp: str) -> _Match:
    begins = _WORD.match(regexp)
    if begins is None or not is_one(regexp[begins.end() :]):
        whole = _compiled(regexp)
        return lambda text, at, end: found[0] if (found := whole(text, at, end)) else None
    word, length = begins[0], begins.end()
    behind = _compiled(regexp[length:])

    def match(text: str, at: int, end: int) -> str | None:
        if text.startswith(word, at, end) and (found := behind(text, at + length, end)):
            return text[at : found.end()]
        return None

    return match


@cache
def _compiled(regexp: str) -> Callable[[str, int, int], re.Match[str] | None]:
    return re.compile(regexp).match


class _Expressions:
    """What lark asks of ``re``: an expression that cannot begin like the text is not compiled."""

    compile = staticmethod(re.compile)

    @staticmethod
    def match(regexp: str, text: str, _: int) -> re.Match[str] | None:
        return _compiled(regexp)(text, 0, len(text)) if may_begin(regexp)(text[0]) else None


class _SignLexer(BasicLexer):
    def _build_scanner(self) -> Any:  # a Scanner, by what it can do
        # Signs such as ＋ that another terminal of their priority matches too are told from it afterwards.
        terminals, self.callback = _create_unless(  # type: ignore[no-untyped-call]  # Lark leaves it untyped
            self.terminals, self.g_regex_flags, _Expressions, self.use_bytes
        )
        return SignScanner(terminals)

    def next_token(self, lex_state: LexerState, parser_state: Any = None) -> Token:
        """The next token, without its line and column: places are offsets here.

        Raises:
            EOFError: there is none.
            lark.exceptions.UnexpectedCharacters: nothing that is allowed here.
        """
        counter, text, match, last = lex_state.line_ctr, lex_state.text, self.scanner.match, lex_state.text.end
        at = counter.char_pos
        while at < last and (found := match(text, at)) is not None:
            (value, kind), start = found, at
            at += len(value)
            if kind not in self.ignore_types:
                token = Token(kind, value, start, end_pos=at)
                if kind in self.callback:
                    token = self.callback[kind](token)
                counter.char_pos, lex_state.last_token = at, token
                return token
        counter.char_pos = at
        return super().next_token(lex_state, parser_state)


class _Lexers(dict[int, AbstractBasicLexer]):
    """The lexers of the parser's states, each made when the parser is first in it; one for all that allow the same."""

    def __init__(self, allowed: Callable[[int], frozenset[str]], make: Callable[[frozenset[str]], BasicLexer]) -> None:
        self._allowed = allowed
        self._make = cache(make)

    def __missing__(self, state: int) -> AbstractBasicLexer:
        made = self[state] = self._make(self._allowed(state))
        return made


class SignLexer(ContextualLexer):
    """lark's contextual lexer over such scanners."""

    BasicLexer = _SignLexer

    def __init__(
        self, conf: LexerConf, states: Mapping[int, Collection[str]], always_accept: Collection[str] = ()
    ) -> None:
        if not conf.skip_validation:  # a grammar that is being built: all its states are looked at
            super().__init__(conf, dict(states), always_accept)
            return

        always, terminals = {*conf.ignore, *always_accept}, conf.terminals_by_name

        def allowed(state: int) -> frozenset[str]:
            return frozenset(name for name in (*always, *states[state]) if name in terminals)

        def lexer_of(names: frozenset[str]) -> BasicLexer:
            own = copy(conf)
            own.terminals = [terminals[name] for name in names]
            return _SignLexer(own)

        self.lexers = _Lexers(allowed, lexer_of)
        self.root_lexer = _SignLexer(copy(conf))
