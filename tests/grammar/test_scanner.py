"""Telling terminals by their first sign finds what lark's own scanners find."""

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Lark
from lark.exceptions import UnexpectedInput
from lark.lexer import ContextualLexer
from lark.parse_tree_builder import PropagatePositions

from haiten.compiler.folding.fold import fold
from haiten.compiler.source import Source
from haiten.grammar import TABLES_PATH, load_parser
from haiten.grammar.beginnings import may_begin
from haiten.grammar.scanner import SignLexer
from haiten.grammar.tables import TreePlaces, from_text

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
            found.append((token.type, str(token), token.start_pos, token.end_pos))
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
    ("regexp", "signs"),
    [
        ("要件(?!x|y)", "要"),
        (r"\(x", "("),
        (r"\.x", "."),
        ("a?b", "ab"),
        ("a{0,2}b", "ab"),
        ("a{2}b", "a"),
        ("(?:a|b)*?c", "abc"),
        ("a|b", "ab"),
        ("a(?:b|c)", "a"),
        ("a[|]b", "a"),
        (r"a\|b", "a"),
        ("(a)b", "a"),
        (r"\wb", "abcx要1_"),
        ("[ab]+", "ab"),
        ("[a-c]", "abc"),
        (r"[^\Wa-c]", "x要1_"),
        (r"[^\W\d]", "abcx要_"),
        (r"[\s]", None),
        ("(?=a)b", None),
        (".", None),
        ("a*", None),
        ("「[^」]*」|『", "「『"),
        (r"[ \t]", " "),
    ],
)
def test_how_a_match_may_begin(regexp: str, signs: str | None) -> None:
    """A sign is ruled out only where no text that begins with it matches; None: none is."""
    among = "abcx要1_(.|「『 "
    assert "".join(filter(may_begin(regexp), among)) == "".join(
        sign for sign in among if signs is None or sign in signs
    )


def test_no_terminal_is_ruled_out_that_matches() -> None:
    """Held to the expressions themselves, each text of the rulebooks by its first sign."""
    texts = {word[at:] for word in WORDS for at in range(min(len(word), 8))}
    for terminal in load_parser().terminals:
        regexp = terminal.pattern.to_regexp()
        matches, may = re.compile(regexp).match, may_begin(regexp)
        assert [text for text in texts if matches(text) and not may(text[0])] == []


@pytest.mark.parametrize("file", FILES[:4], ids=lambda file: file.name)
def test_trees_have_the_places_that_lark_gives_them(file: Path) -> None:
    """Each begins and ends where lark says, what was made of one child too."""
    text = fold(Source("x", file.read_text(encoding="utf-8"))).text
    ours, theirs = load_parser().parse(text), placed_by_lark().parse(text)
    for one, other in zip(ours.iter_subtrees(), theirs.iter_subtrees(), strict=True):
        assert (one.data, one.meta.empty) == (other.data, other.meta.empty)
        assert one.meta.empty or (one.meta.start_pos, one.meta.end_pos) == (other.meta.start_pos, other.meta.end_pos)


@cache
def placed_by_lark() -> Lark:
    """The same parser, in which lark says where trees are."""
    parser = from_text(TABLES_PATH.read_text(encoding="utf-8"))
    calls = parser.parser.parser.parser.callbacks
    for of, call in list(calls.items()):
        if isinstance(call, TreePlaces):
            calls[of] = PropagatePositions(call.make)
    return parser
