"""Text → flat list of statements, with recovery: one error per mistake, and the rest of the file is still read."""

import re
from collections.abc import Iterator
from typing import Any, Final

from attrs import evolve, field, frozen
from lark import Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from haiten.compiler import expected
from haiten.compiler.diagnostics import (
    Diagnostic,
    LookAlikeLabel,
    NumberTooLong,
    ReadingStopped,
    TooDeeplyNested,
    UnexpectedSyntax,
)
from haiten.compiler.fold import Comment, Folded
from haiten.compiler.lookalikes import label_meant
from haiten.compiler.read_tree import Lost, Statement, TreeReader
from haiten.compiler.source import Source, Span
from haiten.compiler.syntax import Comments, Heading, Level, Mode
from haiten.grammar import load_parser, reserved_words

MAX_DIGITS: Final = 30
MAX_NESTING: Final = 50
MAX_ERRORS: Final = 50

_DIGITS = re.compile("[0-9]")
_NUMERIC = frozenset({"QUANTITY", "INTEGER", "POINTS", "STEP", "DECIMALS", "YEAR"})
_NAME = r"[^\W\d①-⑳Ⅰ-Ⅻⅰ-ⅻ](?:[^\W①-⑳Ⅰ-Ⅻⅰ-ⅻ]|・)*"
# Where a statement most likely begins. The language itself gives lines no meaning; recovery may, as its readers do.
_RESTART = re.compile(
    r"(?m:^)[ \t]*(?=(?:言語|題名|出典|事実|区分|交付金|別枠|目標|指標群|指標|要件|時点|留意|未公表)[ \t]"
    rf"|[一-鿿]{{2}}[0-9元]+年度[ \t]|{_NAME}[ \t]*=)"
    r"|(?<=\s)(?=[ア-ン①-⑳][ \t]*「|要件[ \t])"
)
_HEADS: Final = (
    (Level.GRANT, re.compile(rf"(?:交付金|別枠)\s+({_NAME})?")),
    (Level.GOAL, re.compile(r"目標\s*([Ⅰ-Ⅻ])?")),
    (Level.GROUP, re.compile(rf"指標群\s*(\([ⅰ-ⅻ]\)|{_NAME})?")),
    (Level.INDICATOR, re.compile(r"指標\s*([0-9]{1,4})?")),
    (Level.ITEM, re.compile(r"([ア-ン])(?=[ \t]*(?:「|$))", re.MULTILINE)),
    (Level.SUBITEM, re.compile(r"([①-⑳])")),
)
_DECLARED = re.compile(rf"(?:事実|出典|区分)\s+({_NAME})|({_NAME})\s*=")
_NAMELESS = re.compile("事実|出典|区分")
_ATTRIBUTE = re.compile("言語|題名|要件|時点|留意|未公表|[一-鿿]{2}[0-9元]+年度")


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


@frozen(eq=False)
class _Parser:
    folded: Folded
    diagnostics: list[Diagnostic] = field(factory=list)
    lost_names: set[str] = field(factory=set)
    # What stands in for statements that could not be read.
    stand_ins: list[Heading | Lost] = field(factory=list)
    cut_short: set[int] = field(factory=set)
    # The last token that was accepted.
    before: list[Token | None] = field(factory=lambda: [None])

    @property
    def source(self) -> Source:
        return self.folded.source

    def run(self) -> Parsed:
        parser: Any = load_parser().parse_interactive(self.folded.text)  # lark leaves it untyped
        self.diagnostics.extend(self.folded.diagnostics)
        tree = self._feed(parser)
        damaged = len(self.diagnostics) > len(self.folded.diagnostics)
        reader = TreeReader(self.source)
        read = [(subtree.meta.start_pos, reader.statement(subtree)) for subtree in _children(tree)]
        read = [(at, _mark_damaged(statement) if at in self.cut_short else statement) for at, statement in read]
        read += [(stand_in.span.start, stand_in) for stand_in in self.stand_ins]
        read.sort(key=lambda pair: pair[0])
        statements, closing = _attach_comments([statement for _, statement in read], self.folded.comments)
        self.diagnostics.extend(reader.diagnostics)
        return Parsed(statements, tuple(self.diagnostics), frozenset(self.lost_names), closing, damaged)

    def _feed(self, parser: Any) -> Tree[Token]:
        """Feed every token; at a mistake note it, drop the statement it is in, and go on with the next."""
        while True:
            try:
                for token in self._within_limits(parser.lexer_thread.lex(parser.parser_state)):
                    parser.feed_token(token)
                    self.before[0] = token
                last = parser.lexer_thread.state.last_token
                tree: Tree[Token] = parser.feed_eof(last)
            except (UnexpectedCharacters, UnexpectedToken, _Limit) as error:
                at = self._note(parser, error)
                if len(self.diagnostics) >= MAX_ERRORS:
                    self.diagnostics.append(ReadingStopped(Span(self.source, at, at), MAX_ERRORS))
                    self._skip(parser, at, len(self.folded.text))
                else:
                    self._skip(parser, at)
            else:
                return tree

    def _within_limits(self, tokens: Iterator[Token]) -> Iterator[Token]:
        depth = 0
        for token in tokens:
            if token.type == "_LPAR":
                depth += 1
                if depth > MAX_NESTING:
                    raise _Limit(token, TooDeeplyNested(self._span(token), MAX_NESTING))
            elif token.type == "_RPAR":
                depth -= 1
            elif token.type in _NUMERIC and (digits := len(_DIGITS.findall(token))) > MAX_DIGITS:
                raise _Limit(token, NumberTooLong(self._span(token), digits, MAX_DIGITS))
            yield token

    def _span(self, token: Token) -> Span:
        return Span(self.source, token.start_pos or 0, token.end_pos or 0)

    def _note(self, parser: Any, error: UnexpectedCharacters | UnexpectedToken | _Limit) -> int:
        """Note the mistake; where it is."""
        if isinstance(error, _Limit):
            self.diagnostics.append(error.diagnostic)
            return error.token.start_pos or 0
        accepted = frozenset(parser.accepts())
        if (look_alike := self._look_alike(error, accepted)) is not None:
            self.diagnostics.append(look_alike)
            return int(look_alike.span.start)
        hint = expected.describe(accepted)
        culprit = self.before[0]
        if culprit is not None and culprit.type == "NAME":
            if accepted == {"_EQUAL"}:
                # A word that begins no statement was taken for a name that is being defined.
                hint = f"配点（4点 など）、要件、次の見出し、「{_shorten(culprit)} = …」の形の定義"
                self.diagnostics.append(UnexpectedSyntax(self._span(culprit), _quoted(culprit), hint))
                return culprit.start_pos or 0
            if culprit in reserved_words():
                self.diagnostics.append(UnexpectedSyntax(self._span(culprit), f"「{culprit}」", "値"))
                return culprit.start_pos or 0
        if isinstance(error, UnexpectedCharacters):
            at = error.pos_in_stream or 0
            found = f"「{self.folded.text[at]}」"
            span = Span(self.source, at, at + 1)
        elif error.token.type == "$END":
            at = len(self.folded.text)
            shown = len(self.folded.text.rstrip())
            found, span = "ファイルの終わり", Span(self.source, max(shown - 1, 0), shown)
        else:
            at = error.token.start_pos or 0
            found, span = _quoted(error.token), self._span(error.token)
        self.diagnostics.append(UnexpectedSyntax(span, found, hint))
        return at

    def _look_alike(self, error: UnexpectedCharacters | UnexpectedToken, accepted: frozenset[str]) -> Any:
        """The mistake as a label in other characters, if that is what it looks like."""
        culprit = self.before[0]
        if culprit is not None and culprit.type == "NAME" and accepted == {"_EQUAL"}:
            token, accepted = culprit, frozenset({"KANA", "CIRCLED"})
        elif isinstance(error, UnexpectedToken):
            token = error.token
        else:
            at = error.pos_in_stream or 0
            token = Token("", self.folded.text[at], start_pos=at, end_pos=at + 1)
        meant = label_meant(str(token), accepted)
        return LookAlikeLabel(self._span(token), str(token), meant) if meant else None

    def _skip(self, parser: Any, at: int, to: int | None = None) -> None:
        """Panic-mode recovery: unwind to where a statement may begin, and move on to where one most likely does."""
        state = parser.parser_state
        if "GRANT" in parser.accepts() and not self._may_begin(parser):
            # The statement was whole before the mistake: let it be reduced, as if another began here.
            parser.feed_token(Token("GRANT", "", start_pos=at, end_pos=at))
            state.state_stack.pop()
            state.value_stack.pop()
            statements = _children(state.value_stack[-1])
            start = at
            if statements[-1].data in ("requirement", "definition"):
                # Half a condition may read as a whole one of another meaning; half a heading is still that heading.
                start = statements.pop().meta.start_pos
            else:
                self.cut_short.add(statements[-1].meta.start_pos)
        else:
            start = at
            while not self._may_begin(parser):
                state.state_stack.pop()
                start = _start_of(state.value_stack.pop(), start)
            self._mark_if_continued(parser, start)
        restart = to if to is not None else self._restart(start)
        self._record_loss(start, restart)
        parser.lexer_thread.state.line_ctr.char_pos = restart

    def _mark_if_continued(self, parser: Any, start: int) -> None:
        """What cannot be read behind a heading, on its line, was most likely meant to be part of it."""
        statements = _children(parser.parser_state.value_stack[-1]) if parser.parser_state.value_stack else []
        if statements and "\n" not in self.folded.text[statements[-1].meta.end_pos : start]:
            self.cut_short.add(statements[-1].meta.start_pos)

    @staticmethod
    def _may_begin(parser: Any) -> bool:
        action = parser.choices().get("GRANT")
        return action is not None and bool(action[0].name == "Shift")

    def _restart(self, start: int) -> int:
        found = _RESTART.search(self.folded.text, start + 1)
        return found.end() if found else len(self.folded.text)

    def _record_loss(self, start: int, end: int) -> None:
        """Keep of a lost statement what others rely on: the heading's level and label, the name it declares."""
        lost = self.folded.text[start:end]
        if declared := _DECLARED.match(lost):
            self.lost_names.add(declared[1] or declared[2])
            return
        if nameless := _NAMELESS.match(lost):
            self.lost_names.add(nameless[0])
            return
        if not lost.strip() or _ATTRIBUTE.match(lost):
            return
        for level, head in _HEADS:
            if found := head.match(lost):
                span = Span(self.source, start, min(start + max(len(found[0].rstrip()), 1), end))
                self._stand_in(level, found[1], span)
                return
        first = lost.split(maxsplit=1)[0]
        for level, terminal in ((Level.ITEM, "KANA"), (Level.SUBITEM, "CIRCLED")):
            if meant := label_meant(first, frozenset({terminal})):
                span = Span(self.source, start, start + len(first))
                self.stand_ins.append(
                    Heading(level, meant, False, None, None, Mode.SUM, None, None, span, damaged=True)
                )
                return
        self.stand_ins.append(Lost(Span(self.source, start, min(start + 1, end))))

    def _stand_in(self, level: Level, label: str | None, span: Span) -> None:
        heading = Heading(level, label, False, None, None, Mode.SUM, None, None, span, damaged=True)
        self.stand_ins.append(heading)


def _children(value: object) -> list[Tree[Token]]:
    """The statements read so far, in whichever shape lark keeps a repetition."""
    return value.children if isinstance(value, Tree) else value  # type: ignore[return-value]


def _start_of(value: object, default: int) -> int:
    if isinstance(value, Token):
        return value.start_pos if value.start_pos is not None else default
    if isinstance(value, Tree):
        return value.meta.start_pos if not value.meta.empty else default
    return default


def _quoted(token: str) -> str:
    shown = _shorten(token)
    return shown if shown.startswith("「") else f"「{shown}」"


def _shorten(text: str, limit: int = 20) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


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
