"""Lists of words that stand beside the grammar are held to it: a word added there is missed here, or the other way."""

import re
from collections.abc import Iterator

import pytest

from haiten.compiler.folding import fold
from haiten.compiler.parsing import recover
from haiten.compiler.parsing.expected import STATEMENT_STARTS, UNSAID, describe, phrase_of
from haiten.compiler.revising import find_base
from haiten.compiler.syntax.operators import Operator
from haiten.compiler.syntax.scope import BODIES
from haiten.grammar import load_parser

PATTERNS = {terminal.name: terminal.pattern.to_regexp() for terminal in load_parser().terminals}


def begins_a_statement() -> set[str]:
    """The terminals with which a statement may begin, by the parser itself."""
    return set(load_parser().parse_interactive("").accepts())


def word_of(terminal: str) -> str | None:
    """The word that a terminal is; None where it is no fixed word of kanji and kana."""
    word = (phrase_of(terminal) or "").strip("「」")
    return word if re.fullmatch(r"[一-鿿ぁ-ん]+", word) else None


WORDS = sorted({word for terminal in begins_a_statement() if (word := word_of(terminal))})


def test_the_parser_says_what_begins_a_statement() -> None:
    """What is said as 「次の見出しや宣言」 is just what the grammar lets a statement begin with."""
    assert begins_a_statement() == STATEMENT_STARTS


@pytest.mark.parametrize("word", WORDS)
def test_reading_goes_on_at_every_word_that_begins_a_statement(word: str) -> None:
    """After a mistake, the next line that begins with such a word is read again, and its loss is noted by its kind."""
    behind = "の出典〔甲〕を〔乙〕に改める。" if word == "全体" else "甲"  # which begins an amendment, and no clause
    assert recover._RESTART.match(f"{word} {behind}"), word
    heads = [pattern.match(f"{word} 甲") for _, pattern in recover._HEADS]
    kinds = (recover._ATTRIBUTE.match(word), recover._DECLARED.match(f"{word} 甲"), *heads)
    assert any(kinds) is (word != "全体")


def test_no_other_word_is_taken_for_a_beginning() -> None:
    """The lists of recovery hold words of the grammar only, all of which begin a statement."""
    listed = [re.findall(r"[一-鿿ぁ-ん]{1,}", re.sub(r"\[[^\]]*\]|[(]\?[<=!:m-]+", "|", recover._ATTRIBUTE.pattern))]
    words = {word for found in listed for word in found} - {"年度"}
    assert words
    assert words <= set(WORDS)


def quoting() -> set[str]:
    """The terminals of amendments whose 「 belongs to the verb: what follows is code and no text."""
    return {name for name, pattern in PATTERNS.items() if pattern.endswith("「")}


def written_by(pattern: str) -> Iterator[str]:
    """What a terminal of an amendment matches: each of its words, with a blank where one may stand."""
    plain = re.sub(r"\[ [^\]]*\]\*", " ", pattern)
    choice = re.search(r"\(\?:([^)]*)\)|\[([^\]]*)\]", plain)
    for word in [""] if choice is None else choice[1].split("|") if choice[1] else choice[2]:
        yield plain if choice is None else plain.replace(choice[0], word)


def test_what_amendments_quote_is_code() -> None:
    """A quoted part of a clause is folded, as code is, for each verb that quotes one; a text is not."""
    pieces = {name: list(written_by(PATTERNS[name])) for name in quoting()}
    assert len(pieces) >= 10
    for name, ways in pieces.items():
        for written in ways:
            found = fold._PIECES.search(f"推進 {written}")
            assert found is not None, name
            assert found.lastgroup == "code", name
            assert re.fullmatch(PATTERNS[name], found[0]), name
    # And no more than those: every way the list can read is some verb of the grammar.
    source = fold._PIECES.pattern
    listed = source[source.index("(?P<code>") : source.index("(?P<text>")]
    ways = [
        f"{particle}{word}「"
        for particle, words in re.findall(r"([のに])\(\?:([^)]*)\)", listed)
        for word in words.replace("[額値]", "額|値").split("|")
    ]
    ways += [f"{word}「" for word in re.findall(r"\|(に[一-鿿]+)\)", listed)]
    for way in ways:
        assert any(re.fullmatch(PATTERNS[name], way) for name in pieces), way
    for name in pieces:
        assert name == "_INTO" or any(re.fullmatch(PATTERNS[name], way) for way in ways), name
    for text in ("推進 の文「ア」", "推進 に留意「ア」"):
        piece = fold._PIECES.search(text)
        assert piece is not None
        assert piece.lastgroup == "text"


@pytest.mark.parametrize("year", ["令和6年度", "令和元年度", "平成30年度"])
def test_a_base_is_known_by_the_line_that_the_grammar_reads(year: str) -> None:
    """The search for a base knows every scope and every form of a year that a rulebook's line may have."""
    scopes = re.findall(r"[一-鿿]+", PATTERNS["SCOPE"])
    assert tuple(scopes) == BODIES
    assert re.fullmatch(PATTERNS["YEAR"], year)
    for scope in scopes:
        found = find_base._HEADERS[find_base.RULEBOOK].search(f"言語 1\n{year} {scope} 評価指標  # 注\n")
        assert found is not None
        assert found.groups() == (year, None, scope)
        found = find_base._HEADERS[find_base.RULEBOOK].search(f"{year} 国民健康保険 {scope} 評価指標")
        assert found is not None
        assert found.groups() == (year, "国民健康保険", scope)
        load_parser().parse(f"言語 1\n{year} {scope} 評価指標\n")
    assert find_base._HEADERS[find_base.RULEBOOK].search("令和6年度 区町村 評価指標") is None


def test_operators_are_the_words_of_the_grammar() -> None:
    """Each operator is a terminal of its own, and the grammar compares with no other."""
    rules = {
        tuple(symbol.name for symbol in rule.expansion)
        for rule in load_parser().rules
        if rule.origin.name == "comparison"
    }
    assert {word_of(expansion[-1]) for expansion in rules} == {operator.value for operator in Operator}


def test_what_may_follow_the_whole_rulebook_is_said() -> None:
    """What may stand after 全体 is named: the file need not end there."""
    parser = load_parser().parse_interactive("全体")
    for token in parser.lexer_thread.lex(parser.parser_state):
        parser.feed_token(token)
    follows = frozenset(parser.accepts()) - UNSAID
    assert follows
    assert describe(follows) == "「の要件中」、「の出典」、「中」"
