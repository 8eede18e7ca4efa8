"""Text → flat list of statements, with recovery: one error per mistake, and the rest of the file is still read."""

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import evolve, field
from lark import Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from haiten.compiler.diagnostics import (
    Diagnostic,
    NumberTooLong,
    ReadingStopped,
    TooDeeplyNested,
    TooManyDecimalPlaces,
    TooManyPoints,
    UnclosedText,
)
from haiten.compiler.folding.fold import Comment, Folded
from haiten.compiler.late import define, frozen
from haiten.compiler.limits import MOST_DECIMALS, MOST_DIGITS, MOST_ERRORS, MOST_NESTED, MOST_POINTS
from haiten.compiler.parsing.figures import decimals_value, points_value
from haiten.compiler.parsing.read_allocation import Statement, StatementReader
from haiten.compiler.parsing.read_revision import children_of
from haiten.compiler.patterns import late_pattern
from haiten.compiler.source import Span
from haiten.compiler.syntax.rulebook import Comments, Heading
from haiten.grammar import load_parser

if TYPE_CHECKING:
    from haiten.compiler.parsing.recover import Recovery

_DIGITS = late_pattern("[0-9]")
_POINTS = frozenset({"POINTS", "BECOMING", "FEWER", "MORE"})
_NUMERIC = frozenset({"QUANTITY", "INTEGER", "NUMBERED", "STEP", "DECIMALS", "YEAR"}) | _POINTS


@frozen
class Parsed:
    """A file read as far as it could be.

    Attributes:
        statements: in the order of the file; a heading that could only be recognised stands in, marked damaged.
        lost_names: names whose declaration could not be read; using them is no further mistake. Where even the name
            was lost, the word 事実 or 出典 stands for it.
        closing: comments behind the last statement.
        damaged: something could not be read.
    """

    statements: tuple[Statement, ...]
    diagnostics: tuple[Diagnostic, ...]
    lost_names: frozenset[str] = frozenset()
    closing: tuple[Comment, ...] = ()
    damaged: bool = False


def parse(folded: Folded) -> Parsed:
    """Read a folded file into statements."""
    return _Parser(folded).run()


@frozen
class _Limit(Exception):  # noqa: N818
    """A token that goes beyond a limit of the language; caught within this module."""

    token: Token
    diagnostic: Diagnostic


@define(eq=False)
class _Parser:
    folded: Folded
    diagnostics: list[Diagnostic] = field(factory=list)
    last: Token | None = None  # the last token that was accepted
    consequences: int = 0  # mistakes that are not told, since a text on their line was not closed

    @cached_property
    def recovery(self) -> "Recovery":
        """What was lost, and how to go on; a file that reads needs none of it, and does not wait for it."""
        from haiten.compiler.parsing.recover import Recovery

        return Recovery(self.folded)

    def run(self) -> Parsed:
        parser: Any = load_parser().parse_interactive(self.folded.text)  # lark leaves it untyped
        self.diagnostics.extend(self.folded.diagnostics)
        tree = self._feed(parser)
        damaged = len(self.diagnostics) + self.consequences > len(self.folded.diagnostics)
        reader = StatementReader(self.folded.source)
        if not damaged:
            read = [reader.any_statement(subtree) for subtree in children_of(tree)]
            return self._parsed(read, reader, frozenset(), damaged=False)
        recovery = self.recovery
        subtrees = [*children_of(tree), *recovery.mended]
        placed = [(subtree.meta.start_pos, reader.any_statement(subtree)) for subtree in subtrees]
        placed = [(at, _mark_damaged(statement) if at in recovery.cut_short else statement) for at, statement in placed]
        placed += [(stand_in.span.start, stand_in) for stand_in in recovery.stand_ins]
        placed.sort(key=lambda pair: pair[0])
        return self._parsed([each for _, each in placed], reader, frozenset(recovery.lost_names), damaged=True)

    def _parsed(
        self, read: list[Statement], reader: StatementReader, lost_names: frozenset[str], *, damaged: bool
    ) -> Parsed:
        statements, closing = _attach_comments(read, self.folded.comments)
        self.diagnostics.extend(reader.diagnostics)
        return Parsed(statements, tuple(self.diagnostics), lost_names, closing, damaged)

    def _feed(self, parser: Any) -> Tree[Token]:
        """Feed every token; at a mistake note it, drop the statement it is in, and go on with the next."""
        while True:
            try:
                for token in self._within_limits(parser.lexer_thread.lex(parser.parser_state)):
                    parser.feed_token(token)
                    self.last = token
                tree: Tree[Token] = parser.feed_eof(parser.lexer_thread.state.last_token)
            except (UnexpectedCharacters, UnexpectedToken, _Limit) as error:
                if isinstance(error, _Limit):
                    told = error.diagnostic
                elif mended := self.recovery.mend(parser, error, self.last):
                    self._tell(mended)
                    continue
                else:
                    told = self.recovery.blame(parser, error, self.last)
                self._tell(told)
                at = told.span.start  # type: ignore[union-attr] # these have places in a text
                too_many = len(self.diagnostics) >= MOST_ERRORS
                if too_many:
                    self.diagnostics.append(ReadingStopped(Span(self.folded.source, at, at), MOST_ERRORS))
                self.recovery.skip(parser, at, to_end=too_many)
            else:
                return tree

    def _tell(self, found: Diagnostic) -> None:
        """Note a mistake, unless it shows only where a text on its line was closed by a guess."""
        line = found.span.line if isinstance(found.span, Span) else None
        unclosed = (each for each in self.folded.diagnostics if isinstance(each, UnclosedText))
        if any(isinstance(each.span, Span) and each.span.line == line for each in unclosed):
            self.consequences += 1
        else:
            self.diagnostics.append(found)

    def _within_limits(self, tokens: Iterator[Token]) -> Iterator[Token]:
        depth = 0
        for token in tokens:
            if token.type == "_LPAR":
                depth += 1
                if depth > MOST_NESTED:
                    raise _Limit(token, TooDeeplyNested(self._span(token), MOST_NESTED))
            elif token.type == "_RPAR":
                depth -= 1
            elif token.type in _NUMERIC and (digits := len(_DIGITS.findall(token))) > MOST_DIGITS:
                raise _Limit(token, NumberTooLong(self._span(token), digits, MOST_DIGITS))
            elif token.type == "DECIMALS" and (decimals := decimals_value(token)) > MOST_DECIMALS:
                raise _Limit(token, TooManyDecimalPlaces(self._span(token), decimals, MOST_DECIMALS))
            elif token.type in _POINTS and (points := points_value(token)) > MOST_POINTS:
                raise _Limit(token, TooManyPoints(self._span(token), points, MOST_POINTS))
            yield token

    def _span(self, token: Token) -> Span:
        return Span(self.folded.source, token.start_pos or 0, token.end_pos or 0)


def _mark_damaged(statement: Statement) -> Statement:
    return evolve(statement, damaged=True) if isinstance(statement, Heading) else statement


def _attach_comments(
    statements: list[Statement], comments: tuple[Comment, ...]
) -> tuple[tuple[Statement, ...], tuple[Comment, ...]]:
    """Give every comment to the statement it is about; those behind the last one are the file's closing."""
    before: dict[int, list[Comment]] = {}
    behind: dict[int, list[Comment]] = {}
    closing: list[Comment] = []
    index = 0
    for comment in comments:
        while index < len(statements) and statements[index].span.end <= comment.span.start:
            index += 1
        inside = index < len(statements) and statements[index].span.start < comment.span.start
        if comment.own_line:
            before.setdefault(index, []).append(comment) if index < len(statements) else closing.append(comment)
        else:
            behind.setdefault(index if inside or index == 0 else index - 1, []).append(comment)
    attached = [
        evolve(statement, comments=Comments(tuple(before.get(i, ())), tuple(behind.get(i, ()))))
        if i in before or i in behind
        else statement
        for i, statement in enumerate(statements)
    ]
    return tuple(attached), tuple(closing)
