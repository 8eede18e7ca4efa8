"""Words within an expression: where they stand in its text, token by token, and what a text reads as."""

from typing import Any

import attrs
from lark import Token
from lark.exceptions import UnexpectedInput

from haiten.compiler.changing import evolve
from haiten.compiler.folding.fold import fold
from haiten.compiler.parsing.read_rulebook import TreeReader
from haiten.compiler.source import Source, Span
from haiten.compiler.syntax.expressions import Expression
from haiten.compiler.syntax.rulebook import Requirement
from haiten.grammar import load_parser

_BEFORE = "要件 "


def places_of(words: str, text: str) -> list[tuple[int, int]]:
    """Where words stand in the text of an expression as whole tokens; blanks and the width of signs do not count."""
    wanted = _squeezed(fold(Source("", words)).text)
    tokens = _tokens(text)
    found: list[tuple[int, int]] = []
    for number, (start, _) in enumerate(tokens):
        for _, end in tokens[number:]:
            said = _squeezed(text[start:end])
            if said == wanted and (not found or found[-1][1] <= start):
                found.append((start, end))
            if len(said) >= len(wanted):
                break
    return found


def read_condition(text: str, span: Span) -> Expression | None:
    """What a text says as a 要件, as if it stood at ``span``; None where it is none."""
    folded = fold(Source("", _BEFORE + text))
    if folded.diagnostics:
        return None
    try:
        tree = load_parser().parse(folded.text)
    except UnexpectedInput:
        return None
    reader = TreeReader(folded.source)
    read = [reader.clause(statement) for statement in tree.children if not isinstance(statement, Token)]
    if reader.diagnostics or len(read) != 1 or not isinstance(read[0], Requirement) or read[0].citations:
        return None
    placed: Expression = _at(read[0].condition, span)
    return placed


def _tokens(text: str) -> list[tuple[int, int]]:
    """Where the tokens of an expression begin and end."""
    parser = load_parser().parse_interactive(_BEFORE + text)
    bounds = [(token.start_pos or 0, token.end_pos or 0) for token in parser.iter_parse()]
    return [(start - len(_BEFORE), end - len(_BEFORE)) for start, end in bounds if start >= len(_BEFORE)]


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _at(part: Any, span: Span) -> Any:
    """A part of a tree with all of it at one place."""
    if isinstance(part, Span):
        return span
    if isinstance(part, tuple):
        return tuple(_at(each, span) for each in part)
    if not attrs.has(type(part)):
        return part
    return evolve(part, **{a.name: _at(getattr(part, a.name), span) for a in attrs.fields(type(part))})
