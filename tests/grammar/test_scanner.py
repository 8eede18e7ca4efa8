"""Telling terminals by their first sign finds what lark's own scanners find."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Lark
from lark.exceptions import UnexpectedInput
from lark.lexer import ContextualLexer

from haiten.compiler.folding.fold import fold
from haiten.compiler.source import Source
from haiten.grammar import TABLES_PATH, load_parser
from haiten.grammar.scanner import SignLexer, first_sign
from haiten.grammar.tables import from_text

ROOT = Path(__file__).parents[2]
FILES = [*sorted(ROOT.glob("rules/*/*.haiten")), *sorted(ROOT.glob("tests/diagnostics/bad/*.haiten"))]
WORDS = sorted({word for file in FILES[:8] for word in file.read_text(encoding="utf-8").split()})


@cache
def plain_parser() -> Lark:
    """The same parser with lark's lexer."""
    parser = from_text(TABLES_PATH.read_text(encoding="utf-8"))
    assert isinstance(parser.parser.lexer, SignLexer)
    table = parser.parser.parser._parse_table
    states = {state: list(actions) for state, actions in table.states.all_made().items()}
    parser.parser.lexer = ContextualLexer(parser.lexer_conf, states)
    return parser


def read(parser: Lark, text: str) -> list[tuple[object, ...]]:
    """All tokens with their places, and how it ended."""
    interactive = parser.parse_interactive(text)
    found: list[tuple[object, ...]] = []
    try:
        for token in interactive.lexer_thread.lex(interactive.parser_state):
            interactive.feed_token(token)
            found.append((token.type, str(token), token.start_pos, token.end_pos, token.line, token.column))
    except UnexpectedInput as error:
        allowed = getattr(error, "allowed", None) or getattr(error, "expected", None)
        found.append((type(error).__name__, error.pos_in_stream, frozenset(allowed or ())))
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_rule_files_are_read_alike(file: Path) -> None:
    """The real rulebooks, and those with a mistake."""
    text = fold(Source("x", file.read_text(encoding="utf-8", errors="replace"))).text
    assert read(load_parser(), text) == read(plain_parser(), text)


SIGNS = "点以上要件＋－×÷：「」〔〕.,()Ⅰⅱアイエオ①1２3年度元のをに中 \n推進上位割つ"


@given(st.lists(st.sampled_from(WORDS) | st.text(SIGNS, max_size=6)))
def test_any_text_is_read_alike(words: list[str]) -> None:
    """Words of rule files in any order, and signs that begin or end terminals."""
    text = " ".join(words)
    assert read(load_parser(), text) == read(plain_parser(), text)


@pytest.mark.parametrize(
    ("regexp", "sign"),
    [
        ("要件(?!x|y)", "要"),
        (r"\(x", "("),
        ("a?b", None),
        ("a|b", None),
        ("a(?:b|c)", "a"),
        ("a[|]b", "a"),
        (r"a\|b", "a"),
        ("(?:a)b", None),
        (r"\wb", None),
        ("[ab]", None),
        ("a", "a"),
        ("「[^」]*」|『", None),
    ],
)
def test_first_sign(regexp: str, sign: str | None) -> None:
    """A sign is told only where no text without it matches."""
    assert first_sign(regexp) == sign
