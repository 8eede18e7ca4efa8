"""The grammar of the language and its ready-made parse tables.

``haiten.lark`` is the one place that knows the surface syntax. ``haiten.tables`` holds what lark computes from it, so
that a command does not pay for that at every start; ``python -m haiten.grammar`` writes it anew.
"""

import re
from functools import cache
from pathlib import Path
from typing import Final

from lark import Lark

from haiten.grammar.scanner import SignLexer
from haiten.grammar.tables import from_text

GRAMMAR_PATH: Final = Path(__file__).with_name("haiten.lark")
TABLES_PATH: Final = Path(__file__).with_name("haiten.tables")


def build_parser() -> Lark:
    """Compute a parser from the grammar.

    Raises:
        lark.exceptions.LarkError: the grammar itself is wrong.
    """
    return _build(GRAMMAR_PATH.read_text(encoding="utf-8"))


def check_grammar(grammar: str) -> None:
    """Hold a grammar to lark's strict mode (needs ``interegular``): no collisions of terminals, no LALR conflicts.

    For 漢字 (一-鿿) stand those that the grammar names elsewhere, and one for all others, which no terminal tells
    apart: comparing terminals takes as long as their alphabets are large.

    Raises:
        lark.exceptions.LarkError: there are some.
    """
    named = set(re.findall(r"[一-鿿]", re.sub(r"//.*|一-鿿", "", grammar)))
    other = next(sign for sign in map(chr, range(0x4E00, 0xA000)) if sign not in named)
    _build(grammar.replace("一-鿿", "".join(sorted(named)) + other), strict=True)


def _build(grammar: str, *, strict: bool = False) -> Lark:
    return Lark(
        grammar,
        parser="lalr",
        lexer="contextual",
        propagate_positions=True,
        maybe_placeholders=False,
        strict=strict,
        _plugins={"ContextualLexer": SignLexer},
    )


@cache
def load_parser() -> Lark:
    """The parser from the ready-made tables."""
    return from_text(TABLES_PATH.read_text(encoding="utf-8"))


@cache
def reserved_words() -> frozenset[str]:
    """The words of the language, which cannot be names, read off the grammar itself."""
    keyword = re.compile(r"(\w+)\(\?!\[\^")
    # Words that are written with something before or behind them.
    words = (keyword.match(terminal.pattern.to_regexp().removeprefix("(?:")) for terminal in load_parser().terminals)
    return frozenset(word[1] for word in words if word) | {
        "が",
        "のうち",
        "新設",
        "上位",
        "割",
        "位",
        "市町村",
        "都道府県",
    }
