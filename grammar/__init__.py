"""The grammar of the language and its ready-made parse tables.

``haiten.lark`` is the one place that knows the surface syntax. ``haiten.tables`` holds what lark computes from it, so
that a command does not pay for that at every start; ``python -m haiten.grammar`` writes it anew.
"""

import re
from functools import cache
from pathlib import Path
from typing import Final

from lark import Lark

GRAMMAR_PATH: Final = Path(__file__).with_name("haiten.lark")
TABLES_PATH: Final = Path(__file__).with_name("haiten.tables")


def build_parser(*, strict: bool = False) -> Lark:
    """Compute a parser from the grammar.

    Args:
        strict: turn collisions of terminals and LALR conflicts into errors (needs ``interegular`` and time).

    Raises:
        lark.exceptions.LarkError: the grammar itself is wrong.
    """
    return Lark(
        GRAMMAR_PATH.read_text(encoding="utf-8"),
        parser="lalr",
        lexer="contextual",
        propagate_positions=True,
        maybe_placeholders=False,
        strict=strict,
    )


@cache
def load_parser() -> Lark:
    """The parser from the ready-made tables."""
    with TABLES_PATH.open("rb") as tables:
        return Lark.load(tables)


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
