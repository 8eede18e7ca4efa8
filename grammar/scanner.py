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
from lark.lexer import AbstractBasicLexer, BasicLexer, ContextualLexer, TerminalDef, _create_unless

_SPECIAL: Final = frozenset(r"\[](){}.^$*+?|")
_REPEATED: Final = frozenset("?*{+")
# Signs that stand for themselves, each but one that is repeated.
_WORD: Final = re.compile(r"(?:[^\\\[\](){}.^$*+?|](?![?*{+]))+")
_QUOTED: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)

_Match = Callable[[str, int, int], str | None]  # what is found in a text at a place, before an end


class SignScanner:
    """Takes the place of ``lark.lexer.Scanner``, and gives what it gives."""

    def __init__(self, terminals: Iterable[TerminalDef]) -> None:
        self._terminals = [(t.name, t.pattern.to_regexp(), first_sign(t.pattern.to_regexp())) for t in terminals]
        self._tried: dict[str, list[tuple[str, _Match]]] = {}
        self.allowed_types = {name for name, _, _ in self._terminals}

    def match(self, text: TextSlice[str], at: int) -> tuple[str, str] | None:
        """The token at a place and its terminal."""
        sign = text.text[at]
        tried = self._tried.get(sign)
        if tried is None:
            tried = [(name, _matcher(regexp)) for name, regexp, first in self._terminals if first in (None, sign)]
            self._tried[sign] = tried
        for name, match in tried:
            if found := match(text.text, at, text.end):
                return found, name
        return None


@cache
def _matcher(regexp: str) -> _Match:
    begins = _WORD.match(regexp)
    if begins is None or not _has_no_branches(regexp[begins.end() :]):
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


def _has_no_branches(regexp: str) -> bool:
    """Whether no ``|`` stands outside of all brackets."""
    depth = 0
    for sign in _QUOTED.sub("", regexp):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            return False
    return True


@cache
def first_sign(regexp: str) -> str | None:
    """The sign that all texts which an expression matches begin with; None where that is not seen at once."""
    sign, rest = regexp[0], regexp[1:]
    if sign == "\\" and not rest[0].isalnum():
        sign, rest = rest[0], rest[1:]
    elif sign in _SPECIAL:
        return None
    if rest and rest[0] in _REPEATED:
        return None
    return sign if _has_no_branches(rest) else None


class _Expressions:
    """What lark asks of ``re``: an expression that cannot begin like the text is not compiled."""

    compile = staticmethod(re.compile)

    @staticmethod
    def match(regexp: str, text: str, _: int) -> re.Match[str] | None:
        return _compiled(regexp)(text, 0, len(text)) if first_sign(regexp) in (None, text[0]) else None


class _SignLexer(BasicLexer):
    def _build_scanner(self) -> Any:  # a Scanner, by what it can do
        # Signs such as ＋ that another terminal of their priority matches too are told from it afterwards.
        terminals, self.callback = _create_unless(  # type: ignore[no-untyped-call]  # Lark leaves it untyped
            self.terminals, self.g_regex_flags, _Expressions, self.use_bytes
        )
        return SignScanner(terminals)


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
