"""Text → flat list of statements, with recovery: one error per mistake, and the rest of the file is still read."""

from collections.abc import Callable, Iterator, Sequence, Set
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final

from attrs import field
from lark import Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from haiten.compiler.changing import evolve
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
from haiten.compiler.late import define, dense, frozen
from haiten.compiler.limits import MOST_DECIMALS, MOST_DIGITS, MOST_ERRORS, MOST_NESTED, MOST_POINTS
from haiten.compiler.parsing.figures import decimals_value, points_value
from haiten.compiler.parsing.read_allocation import Statement, StatementReader
from haiten.compiler.parsing.read_revision import children_of
from haiten.compiler.patterns import late_pattern
from haiten.compiler.source import Anchor, Source, Span
from haiten.compiler.syntax.rulebook import Comments, Heading
from haiten.grammar import load_parser

if TYPE_CHECKING:
    from haiten.compiler.parsing.recover import Recovery

# A trouble is none of what stands so far behind it, or before: what was meant is looked for in the lines around it.
FAR: Final = 1_000
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


@dense(eq=False)
class Piece:
    """A statement as it was read, its comments apart.

    Attributes:
        place: where it begins.
        found: what its reader found wrong in it.
    """

    statement: Statement
    place: Span
    found: tuple[Diagnostic, ...]


@dense(eq=False)
class Trouble:
    """A place at which reading stopped, and went on.

    Attributes:
        place: from the token before it to where reading went on.
        told: what is said of it: nothing where it only follows from a text on its line that was not closed.
        lost: names whose declaration was lost.
        trials: how many texts were held to the grammar to find what was meant.
        last: nothing behind it was read.
    """

    place: Span
    told: tuple[Diagnostic, ...]
    lost: frozenset[str]
    trials: int
    last: bool


@frozen
class ParserRun:
    """What was read from one place of a file to another.

    Attributes:
        stopped: where the statement begins that was not read any more; None where all was read.
    """

    pieces: tuple[Piece, ...]
    troubles: tuple[Trouble, ...]
    stopped: int | None


def parse(folded: Folded) -> Parsed:
    """Read a folded file into statements."""
    run = run_parser(folded, lambda: folded.source)
    return together(
        folded, run.pieces, run.troubles, *attach_comments([p.statement for p in run.pieces], folded.comments)
    )


def run_parser(
    folded: Folded, origin: Callable[[], Source | Anchor], start: int = 0, stops: Set[int] = frozenset()
) -> ParserRun:
    """Read a stretch of a folded file; all of it, where nothing else is said.

    Args:
        folded: the whole file.
        origin: makes what the spans of a statement, or of a trouble, count from.
        start: where a statement begins.
        stops: where reading may stop, if a statement begins there, two before it read, and nothing was lost nearby.
    """
    return _Parser(folded, origin, stops).run(start)


def together(
    folded: Folded,
    pieces: Sequence[Piece],
    troubles: Sequence[Trouble],
    statements: tuple[Statement, ...],
    closing: tuple[Comment, ...],
) -> Parsed:
    """A file of what was read of it; ``statements`` are those of the pieces with their comments."""
    told = (found for trouble in troubles for found in trouble.told)
    diagnostics = (*folded.diagnostics, *told, *(found for piece in pieces for found in piece.found))
    lost = frozenset(name for trouble in troubles for name in trouble.lost)
    return Parsed(statements, diagnostics, lost, closing, bool(troubles))


@frozen
class _Limit(Exception):  # noqa: N818
    """A token that goes beyond a limit of the language; caught within this module."""

    token: Token
    told: Callable[[Span], Diagnostic]


@define(eq=False)
class _Parser:
    folded: Folded
    origin: Callable[[], Source | Anchor]
    stops: Set[int]
    told: int = 0  # how many mistakes were told, those of the folding among them
    troubles: list[Trouble] = field(factory=list)
    calm: int = 0  # from here on nothing was lost
    stopped: int | None = None
    last: Token | None = None  # the last token that was accepted

    @cached_property
    def recovery(self) -> "Recovery":
        """What was lost, and how to go on; a file that reads needs none of it, and does not wait for it."""
        from haiten.compiler.parsing.recover import Recovery

        return Recovery(self.folded)

    def run(self, start: int) -> ParserRun:
        parser: Any = load_parser().parse_interactive(self.folded.text)  # lark leaves it untyped
        parser.lexer_thread.state.line_ctr.char_pos = start
        self.told = len(self.folded.diagnostics)
        subtrees = self._feed(parser)
        if not self.troubles:
            return ParserRun(tuple(map(self._piece, subtrees)), (), self.stopped)
        recovery = self.recovery
        pieces = [*map(self._piece, subtrees), *map(self._piece, recovery.mended)]
        pieces += [Piece(each, each.span, ()) for each in recovery.stand_ins]
        pieces.sort(key=lambda piece: piece.place.start)
        return ParserRun(tuple(pieces), tuple(self.troubles), self.stopped)

    def _piece(self, tree: Tree[Token]) -> Piece:
        origin, at = self.origin(), tree.meta.start_pos
        reader = StatementReader(origin)
        statement = reader.any_statement(tree)
        if self.troubles and at in self.recovery.cut_short and isinstance(statement, Heading):
            statement = evolve(statement, damaged=True)
        return Piece(statement, Span(origin, at, tree.meta.end_pos), tuple(reader.diagnostics))

    def _feed(self, parser: Any) -> list[Tree[Token]]:
        """Feed every token; at a mistake note it, drop the statement it is in, and go on with the next."""
        while True:
            try:
                for token in self._within_limits(parser.lexer_thread.lex(parser.parser_state)):
                    parser.feed_token(token)
                    self.last = token
                    if token.start_pos in self.stops and (read := self._read_before(parser, token)) is not None:
                        self.stopped = token.start_pos
                        return read
                tree: Tree[Token] = parser.feed_eof(parser.lexer_thread.state.last_token)
            except (UnexpectedCharacters, UnexpectedToken, _Limit) as error:
                self._recover(parser, error)
            else:
                return children_of(tree)

    def _read_before(self, parser: Any, token: Token) -> list[Tree[Token]] | None:
        """The statements before a token that begins one, where reading may stop before it."""
        state = parser.parser_state
        if len(state.state_stack) < 3 or isinstance(state.value_stack[0], Token):
            return None  # in the first statement
        begins = state.parse_conf.parse_table.states[state.state_stack[-2]].get("GRANT")
        read = children_of(state.value_stack[-2])
        if begins is None or begins[0].name != "Shift" or len(read) < 2:
            return None
        clear = not self.troubles or (token.start_pos or 0) - FAR > self.calm < read[-2].meta.start_pos
        return list(read) if clear else None

    def _recover(self, parser: Any, error: UnexpectedCharacters | UnexpectedToken | _Limit) -> None:
        recovery, last = self.recovery, self.last
        origin, trials = recovery.begin(self.origin()), recovery.mender.trials
        mended = None if isinstance(error, _Limit) else recovery.mend(parser, error, last)
        too_many = False
        if mended is not None:
            told = mended
        elif isinstance(error, _Limit):
            told = error.told(Span(origin, error.token.start_pos or 0, error.token.end_pos or 0))
        else:
            told = recovery.blame(parser, error, last)
        tellable = self._tellable(told)
        self.told += tellable
        found = [told] if tellable else []
        at = told.span.start  # type: ignore[union-attr] # these have places in a text
        if mended is None:
            too_many = self.told >= MOST_ERRORS
            if too_many:
                found.append(ReadingStopped(Span(origin, at, at), MOST_ERRORS))
            recovery.skip(parser, at, to_end=too_many)
        self.calm = parser.lexer_thread.state.line_ctr.char_pos
        before = at if last is None or last.start_pos is None else min(at, last.start_pos)
        place, lost = Span(origin, before, max(self.calm, before)), frozenset(recovery.lost_names)
        self.troubles.append(Trouble(place, tuple(found), lost, recovery.mender.trials - trials, too_many))

    def _tellable(self, found: Diagnostic) -> bool:
        """Whether a mistake is told: not where it shows only where a text on its line was closed by a guess."""
        line = found.span.line if isinstance(found.span, Span) else None
        unclosed = (each for each in self.folded.diagnostics if isinstance(each, UnclosedText))
        return not any(isinstance(each.span, Span) and each.span.line == line for each in unclosed)

    def _within_limits(self, tokens: Iterator[Token]) -> Iterator[Token]:
        depth = 0
        for token in tokens:
            if token.type == "_LPAR":
                depth += 1
                if depth > MOST_NESTED:
                    raise _Limit(token, lambda span: TooDeeplyNested(span, MOST_NESTED))
            elif token.type == "_RPAR":
                depth -= 1
            elif token.type in _NUMERIC and (digits := len(_DIGITS.findall(token))) > MOST_DIGITS:
                raise _Limit(token, partial(NumberTooLong, digits=digits, limit=MOST_DIGITS))
            elif token.type == "DECIMALS" and (decimals := decimals_value(token)) > MOST_DECIMALS:
                raise _Limit(token, partial(TooManyDecimalPlaces, decimals=decimals, limit=MOST_DECIMALS))
            elif token.type in _POINTS and (points := points_value(token)) > MOST_POINTS:
                raise _Limit(token, partial(TooManyPoints, points=points, limit=MOST_POINTS))
            yield token


def attach_comments(
    statements: Sequence[Statement],
    comments: tuple[Comment, ...],
    dressed: Callable[[Statement, Comments], Statement] = lambda statement, comments: evolve(
        statement, comments=comments
    ),
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
        dressed(statement, Comments(tuple(before.get(i, ())), tuple(behind.get(i, ()))))
        if i in before or i in behind
        else statement
        for i, statement in enumerate(statements)
    ]
    return tuple(attached), tuple(closing)
