"""Recovery from syntax errors: what to blame, what to drop, and where to go on.

Panic mode: the parser's stack is unwound to where a statement may begin, and reading goes on at the next place that
looks like one. What the lost statement would have given to others is kept, so that one mistake is reported once.
"""

import re
from difflib import SequenceMatcher
from typing import Any, Final

from attrs import field
from lark import Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from haiten.compiler.diagnostics import (
    Diagnostic,
    Edit,
    LookAlikeLabel,
    UnexpectedSyntax,
    UnfinishedStatement,
    UnreadAmendment,
)
from haiten.compiler.folding.fold import Folded
from haiten.compiler.folding.lookalikes import label_meant
from haiten.compiler.folding.paths import BRANCHES
from haiten.compiler.late import define
from haiten.compiler.parsing import expected
from haiten.compiler.parsing.read_revision import children_of
from haiten.compiler.parsing.read_rulebook import Lost
from haiten.compiler.parsing.repair import Mender
from haiten.compiler.parsing.revision_slips import amendment_slip
from haiten.compiler.patterns import late_pattern
from haiten.compiler.source import Anchor, Source, Span
from haiten.compiler.suggest import nearest
from haiten.compiler.syntax.labels import CIRCLED_SIGN
from haiten.compiler.syntax.rulebook import Heading, Level, bare_heading
from haiten.grammar import reserved_words

_REVISION = late_pattern(r"を次の(?:ように|とおり|通り|様に)改正する")
_LOWEST = late_pattern("(?:下位|ワースト)([0-9０-９]+[割%％位])")
_NAME = r"(?:[^\W\d①-➓Ⅰ-ⅻ]|[Ⅼ-Ⅿ])(?:[^\W①-➓Ⅰ-ⅻ]|[Ⅼ-Ⅿ・])*"
# Where a statement most likely begins. The language itself gives lines no meaning; recovery may, as its readers do.
_RESTART = late_pattern(
    r"(?m:^)[ \t]*(?=(?:言語|起点|題名|出典|事実|区分|定数|交付金|別枠|目標|指標群|指標)[ \t]"
    r"|(?:予算|配分|内訳|対象|枠|按分|激変緩和|不用額|限度|端数)[ \t]|均等(?=\s)"
    r"|(?:要件|時点|留意|未公表|引継ぎ|理由|附則)[ \t]|附則$|第\S+条(?=[ \t]*(?:「|$))"
    rf"|[一-鿿]{{2}}[0-9元]+年度[ \t]|{_NAME}[ \t]*=|{_NAME}(?:\.[^ \t\n]+)*[ \t]*(?:を|の|に|中)[^ぁ-ん])"
    rf"|(?<=\s)(?=(?:[ア-ン]|{CIRCLED_SIGN}){BRANCHES}[ \t]*「|要件[ \t])"
)
_HEADS: Final = (
    (Level.GRANT, late_pattern(rf"(?:交付金|別枠)\s+({_NAME})?")),
    (Level.GOAL, late_pattern(rf"目標\s*([Ⅰ-Ⅻ]{BRANCHES})?")),
    (Level.GROUP, late_pattern(rf"指標群\s*(\([ⅰ-ⅻ]\){BRANCHES}|{_NAME})?")),
    (Level.INDICATOR, late_pattern(rf"指標\s*([0-9]{{1,4}}{BRANCHES})?")),
    (Level.ITEM, late_pattern(rf"([ア-ン]{BRANCHES})(?=[ \t]*(?:「|$))", re.MULTILINE)),
    (Level.SUBITEM, late_pattern(rf"({CIRCLED_SIGN}{BRANCHES})")),
)
_DECLARED = late_pattern(rf"(?:事実|出典|区分|定数)\s+({_NAME})|({_NAME})\s*=")
_VERB = late_pattern("[をのに]|中「")
_NAMELESS = late_pattern("事実|出典|区分|定数")
_ATTRIBUTE = late_pattern(
    "言語|起点|題名|要件|時点|留意|未公表|引継ぎ|理由|予算|配分|内訳|対象|枠|按分|均等|激変緩和|不用額|限度|端数|"
    "[一-鿿]{2}[0-9元]+年度"
)


@define(eq=False)
class Recovery:
    """What was lost of a file on the way, and how to go on.

    Attributes:
        lost_names: of the mistake at hand: names whose declaration could not be read; its word (事実, 区分, …) where
            even the name was lost.
        stand_ins: what stands in for statements that could not be read.
        cut_short: where headings begin of which only a part could be read.
    """

    folded: Folded
    lost_names: set[str] = field(factory=set)
    stand_ins: list[Heading | Lost] = field(factory=list)
    cut_short: set[int] = field(factory=set)
    mended: list[Tree[Token]] = field(factory=list)
    mender: Mender = field(init=False)
    origin: Source | Anchor = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.mender, self.origin = Mender(self.folded), self.folded.source

    def begin(self, origin: Source | Anchor) -> Source | Anchor:
        """Turn to the next mistake; the spans of what is said of it count from ``origin``."""
        self.origin, self.lost_names = origin, set()
        return origin

    # What was meant

    def mend(self, parser: Any, error: UnexpectedCharacters | UnexpectedToken, last: Token | None) -> Diagnostic | None:
        """The mistake with what was meant, where that can be reported; None where it cannot.

        Where only one thing can be meant, the parser goes on as if it had been written. Else it stands where it stood.
        """
        token = self._token(error)
        at = token.start_pos or 0
        if token.type == "$END":
            at = len(self.folded.text.rstrip())
        repair = self.mender.mend(last, at)
        if repair is None:
            return None
        span = Span(self.origin, *repair.place)
        if not repair.sure:
            self.skip(parser, min(at, span.start))
            return UnexpectedSyntax(span, _quoted(repair.found), "", "、又は ".join(repair.offers))
        self._unwind_to(parser, repair.first)
        self.mended = [m for m in self.mended if m.meta.start_pos < repair.first] + list(repair.statements)
        parser.lexer_thread.state.line_ctr.char_pos = repair.last
        meant = repair.offers[0]
        if label_meant(repair.found, frozenset({"KANA", "CIRCLED", "ROMAN"})) == meant:
            return LookAlikeLabel(span, repair.found, meant)
        place = Span(self.origin, repair.start, repair.end)
        edit = Edit(place, _as_written(self.folded.text[place.start : place.end], place.text, repair.text))
        return UnexpectedSyntax(span, _quoted(repair.found), "", meant, edit)

    def _unwind_to(self, parser: Any, first: int) -> None:
        """Unwind the parser to where a statement may begin, and take from it all that begins at a place or later."""
        state = parser.parser_state
        if "GRANT" in parser.accepts() and not _may_begin(parser):
            parser.feed_token(Token("GRANT", "", start_pos=first, end_pos=first))
            state.state_stack.pop()
            state.value_stack.pop()
        while not _may_begin(parser):
            state.state_stack.pop()
            state.value_stack.pop()
        statements = children_of(state.value_stack[-1]) if state.value_stack else []
        while statements and statements[-1].meta.start_pos >= first:
            statements.pop()

    # What to blame

    def blame(self, parser: Any, error: UnexpectedCharacters | UnexpectedToken, last: Token | None) -> Diagnostic:
        """The mistake as a reader would name it; ``last`` is the token before it."""
        place = last if last is not None else self._token(error)
        slip = amendment_slip(self.origin, self.folded.text, place.start_pos or 0)
        if slip is not None:
            return UnreadAmendment(slip.span, slip.words, slip.instead)
        accepted = frozenset(parser.accepts())
        # A word that begins no statement was taken for a name that is being defined.
        stray = last is not None and last.type == "NAME" and accepted >= {"_EQUAL", "_POINTS_OF"}
        if stray or (last is not None and last.type == "NAME" and last in reserved_words()):
            assert last is not None
            if meant := label_meant(last, frozenset({"KANA", "CIRCLED"})):
                return LookAlikeLabel(self._span(last), str(last), meant)
            definition = f"配点（4点 など）、要件、次の見出し、「{_shorten(last)} = …」の形の定義"
            if not stray and (word := self._word_of_line_before(last)) is not None:
                return UnfinishedStatement(word, _shorten(word.text), "値、名前、項目など")
            meant = nearest(last, reserved_words() - {last}) if stray and len(last) > 1 else None
            return UnexpectedSyntax(self._span(last), _quoted(last), definition if stray else "値", meant)
        token = self._token(error)
        labelled = last if last is not None and last.type in ("KANA", "CIRCLED") and token.type == "TEXT" else None
        # A label where a value was wanted: what stands before it was not finished.
        if labelled is not None and (word := self._word_of_line_before(labelled)) is not None:
            return UnfinishedStatement(word, _shorten(word.text), "値、名前、項目など")
        if last is not None and last.type == "NAME" and (lowest := _LOWEST.match(last)):
            other = f"「上位{lowest[1]}」（小さい方が良い値なら、事実か局所名に「小さいほど良い」と書きます）"
            return UnexpectedSyntax(self._span(last), _quoted(last), other)
        if last is not None and (token.type == "$END" or self._begins_anew(last, token)):
            follows = self._describe(accepted)
            if accepted >= {"_REPLACED", "_OBJECT"} and self._word_of_line_before(last) is None:
                follows = "「に同じ」"  # a path behind a heading is what it shares; one that is amended begins a line
            return UnfinishedStatement(self._span(last), _shorten(last), follows)
        if last is not None and last.type == "NAME" and last.startswith("削除"):
            return UnexpectedSyntax(self._span(last), _quoted(last), "「を削る」")
        if (
            last is not None
            and last.type in ("KANA", "CIRCLED")
            and _VERB.match(self.folded.text, token.start_pos or 0)
        ):
            return UnexpectedSyntax(self._span(last), _quoted(last), "推進.Ⅰ.(ⅰ).1.ア のような、上からの項目")
        if meant := label_meant(token, accepted):
            return LookAlikeLabel(self._span(token), str(token), meant)
        if token.type == "$END":
            end = len(self.folded.text.rstrip())
            last_sign = Span(self.origin, max(end - 1, 0), end)
            return UnexpectedSyntax(last_sign, "ファイルの終わり", self._describe(accepted))
        return UnexpectedSyntax(self._span(token), _quoted(token), self._describe(accepted))

    def _describe(self, accepted: frozenset[str]) -> str:
        return expected.describe(accepted, amends=_REVISION.search(self.folded.text) is not None)

    def _word_of_line_before(self, token: Token) -> Span | None:
        """The word that ends the line before a token; None where something stands before it on its own line."""
        at = token.start_pos or 0
        before = self.folded.text[:at].rstrip()
        if "\n" not in self.folded.text[len(before) : at]:
            return None
        return Span(self.origin, max(before.rfind(" "), before.rfind("\n")) + 1, len(before))

    def _begins_anew(self, last: Token, token: Token) -> bool:
        """Whether what does not fit begins another statement, so that the one before it is what is wrong."""
        between = self.folded.text[last.end_pos or 0 : token.start_pos or 0]
        begins = token.type in expected.STATEMENT_STARTS and token.type != "$END"
        return "\n" in between and begins

    def _token(self, error: UnexpectedCharacters | UnexpectedToken) -> Token:
        """What does not fit: a token, or a sign that begins none."""
        if isinstance(error, UnexpectedToken):
            token: Token = error.token
            return token
        at = error.pos_in_stream or 0
        return Token("", self.folded.text[at], start_pos=at, end_pos=at + 1)

    def _span(self, token: Token) -> Span:
        return Span(self.origin, token.start_pos or 0, token.end_pos or 0)

    # What to drop, and where to go on

    def skip(self, parser: Any, at: int, *, to_end: bool = False) -> None:
        """Unwind the parser to where a statement may begin, and move it to where one most likely does."""
        state = parser.parser_state
        if "GRANT" in parser.accepts() and not _may_begin(parser):
            # The statement was whole before the mistake: let it be reduced, as if another began here.
            parser.feed_token(Token("GRANT", "", start_pos=at, end_pos=at))
            state.state_stack.pop()
            state.value_stack.pop()
            statements = children_of(state.value_stack[-1])
            start = at
            if statements[-1].data in ("requirement", "definition"):
                # Half a condition may read as a whole one of another meaning; half a heading is still that heading.
                start = statements.pop().meta.start_pos
            else:
                self.cut_short.add(statements[-1].meta.start_pos)
        else:
            start = at
            while not _may_begin(parser):
                state.state_stack.pop()
                start = _start_of(state.value_stack.pop(), start)
            self._mark_if_continued(parser, start)
        found = None if to_end else _RESTART.search(self.folded.text, start + 1)
        restart = found.end() if found else len(self.folded.text)
        self._record_loss(start, restart)
        parser.lexer_thread.state.line_ctr.char_pos = restart

    def _mark_if_continued(self, parser: Any, start: int) -> None:
        """What cannot be read behind a heading, on its line, was most likely meant to be part of it."""
        values = parser.parser_state.value_stack
        statements = children_of(values[-1]) if values else []
        if statements and "\n" not in self.folded.text[statements[-1].meta.end_pos : start]:
            self.cut_short.add(statements[-1].meta.start_pos)

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
                span = Span(self.origin, start, min(start + max(len(found[0].rstrip()), 1), end))
                self._stand_in(level, found[1], span)
                return
        first = lost.split(maxsplit=1)[0]
        for level, terminal in ((Level.ITEM, "KANA"), (Level.SUBITEM, "CIRCLED")):
            if meant := label_meant(first, frozenset({terminal})):
                span = Span(self.origin, start, start + len(first))
                self._stand_in(level, meant, span)
                return
        self.stand_ins.append(Lost(Span(self.origin, start, min(start + 1, end))))

    def _stand_in(self, level: Level, label: str | None, span: Span) -> None:
        heading = bare_heading(level, label, span, damaged=True)
        self.stand_ins.append(heading)


def _may_begin(parser: Any) -> bool:
    """Whether the parser stands where a statement may begin."""
    action = parser.choices().get("GRANT")
    return action is not None and bool(action[0].name == "Shift")


def _start_of(value: object, default: int) -> int:
    if isinstance(value, Token):
        return value.start_pos if value.start_pos is not None else default
    if isinstance(value, Tree):
        return value.meta.start_pos if not value.meta.empty else default
    return default


def _as_written(folded: str, written: str, new: str) -> str:
    """The new text with the characters that the author wrote where it only moves them: they may stand in a text."""
    parts = []
    for tag, start, end, at, to in SequenceMatcher(None, folded, new, autojunk=False).get_opcodes():
        parts.append(written[start:end] if tag == "equal" else new[at:to])
    return "".join(parts)


def _quoted(token: str) -> str:
    shown = _shorten(token)
    return shown if shown.startswith("「") else f"「{shown}」"


def _shorten(text: str, limit: int = 20) -> str:
    return str(text) if len(text) <= limit else text[: limit - 1] + "…"
