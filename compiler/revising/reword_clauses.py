"""Changes of words in an allocation: in texts, and in amounts, values and conditions (の額中, の要件中, …)."""

from collections.abc import Callable, Iterator
from typing import Final

from haiten.compiler import diagnostics as d
from haiten.compiler.changing import evolve
from haiten.compiler.diagnostics import Diagnostic, has_errors
from haiten.compiler.late import define
from haiten.compiler.parsing.expression_words import places_of, read_condition
from haiten.compiler.printing.print_allocation import print_amount
from haiten.compiler.revising.clauses import text_of, value_in, values_of, with_text, with_value
from haiten.compiler.revising.word_edits import Overlap, WordFinder, edited, occurrences
from haiten.compiler.source import Span
from haiten.compiler.syntax.allocation import FrameDecl, PotDecl
from haiten.compiler.syntax.allocation_revision import (
    FRAME,
    ChangeText,
    ChangeValue,
    ClauseRef,
    QuotedValue,
    RewordClause,
    WholeClause,
    clause_key,
    clause_span,
)
from haiten.compiler.syntax.rulebook import Citation, ConstantDecl, FactDecl, Text

# What can be quoted and changed of a clause, and of what belongs to a pot.
VALUE_WORDS: Final = ("値", "額", "要件", "対象", "按分", "激変緩和")
_TEXT: Final = "文"


@define(eq=False)
class ClauseRewriter:
    """Applies one action that changes words; each clause is given back as amended, or as it was, with a diagnostic."""

    action: RewordClause
    span: Span  # of the amendment
    diagnostics: list[Diagnostic]

    def everywhere(self, clauses: list[WholeClause]) -> list[WholeClause]:
        """All clauses with the words changed wherever they stand (全体); each of them has to stand somewhere."""
        return self._wherever("全体", clauses, _places_of)

    def one(self, clause: WholeClause, target: ClauseRef) -> WholeClause:
        """The clause, or what belongs to a pot, with words changed that stand in it once."""
        inside = self.action.inside
        if inside == "要件" and isinstance(clause, PotDecl) and target.part is None:
            frames = [(evolve(target, part=FRAME, label=frame.label), inside) for frame in clause.frames]
            return self._wherever(str(target), [clause], lambda _: iter(frames))[0]
        said = self._said(clause, target, inside)
        if said is None:
            self._say(self._missing(clause, target))
            return clause
        words, find, related = said
        for edit in self.action.edits:
            count, at = len(find(edit.old, words)), edit.at or self.span
            if count != 1 and inside == _TEXT:
                self._say(
                    d.AmbiguousText(at, str(target), edit.old, count, related)
                    if count
                    else d.StaleText(at, str(target), edit.old, related, _elsewhere(clause, target, edit.old))
                )
                return clause
            if count != 1:
                counted = f"{count}回出てきます" if count else "ありません"
                self._say(d.StaleRequirement(at, str(target), edit.old, counted, words, "", related, part=inside))
                return clause
        before = len(self.diagnostics)
        new = self._changed(clause, target, inside)
        if new == clause and len(self.diagnostics) == before:
            self._say(d.NothingChanges(self.span, related))
        return new

    def _wherever(
        self,
        where: str,
        clauses: list[WholeClause],
        places: Callable[[WholeClause], Iterator[tuple[ClauseRef, str]]],
    ) -> list[WholeClause]:
        missing, made, before = list(self.action.edits), [], len(self.diagnostics)
        for clause in clauses:
            for target, word in places(clause):
                if (word == _TEXT) != (self.action.inside == _TEXT) or self.action.inside not in (word, _TEXT):
                    continue
                said = self._said(clause, target, word)
                found = [edit for edit in self.action.edits if said is not None and said[1](edit.old, said[0])]
                missing = [edit for edit in missing if edit not in found]
                if found:
                    part = evolve(self, action=evolve(self.action, edits=tuple(found)))
                    clause = part._changed(clause, target, word)
                if has_errors(self.diagnostics[before:]):
                    return clauses
            made.append(clause)
        if missing:
            at = missing[0].at or self.span
            self._say(d.WordsNowhere(at, where, self.action.inside, missing[0].old))
            return clauses
        if made == clauses:
            self._say(d.NothingChanges(self.span))
        return made

    def _said(self, clause: WholeClause, target: ClauseRef, word: str) -> tuple[str, WordFinder, Span] | None:
        """What a text or a value says, how words are found in it, and where it stands; None where there is none."""
        if word == _TEXT:
            text = text_of(clause, target)
            return None if text is None else (text.value, occurrences, text.span)
        value = value_in(clause, ChangeValue(target, word, None, None))
        return None if value is None else (print_amount(value.value), places_of, value.span)

    def _changed(self, clause: WholeClause, target: ClauseRef, word: str) -> WholeClause:
        """The clause with all words of the action changed at one place, where they stand."""
        said = self._said(clause, target, word)
        assert said is not None
        words, find, related = said
        made = edited(words, self.action.edits, find, "" if word == _TEXT else " ")
        if isinstance(made, Overlap):
            at, first, second = made.second.at or self.span, made.first.old, made.second.old
            self._say(d.OverlappingWords(at, str(target), word, first, second, related))
            return clause
        new = (
            self._with_text(clause, target, made, related)
            if word == _TEXT
            else self._with_value(clause, target, word, made, related)
        )
        return clause if new is None else new

    def _with_text(self, clause: WholeClause, target: ClauseRef, words: str, related: Span) -> WholeClause | None:
        if not words.strip():
            self._say(d.EmptyText(self.span, str(target), related))
            return None
        old = text_of(clause, target)
        assert old is not None
        return with_words(clause, target, Text(words, self._citations(old.citations), self.span))

    def _with_value(
        self, clause: WholeClause, target: ClauseRef, word: str, words: str, related: Span
    ) -> WholeClause | None:
        probe = ChangeValue(target, word, None, None)
        old, new = value_in(clause, probe), read_condition(words, self.span)
        assert old is not None
        if new is None:
            self._say(d.NotAnExpression(self.span, str(target), words, related, part=word))
            return None
        value = QuotedValue(new, self.action.citations or old.citations, self.span)
        return with_value(clause, evolve(probe, new=value))

    def _citations(self, old: tuple[Citation, ...]) -> tuple[Citation, ...]:
        return old if self.action.only_deletes and not self.action.citations else self.action.citations

    def _missing(self, clause: WholeClause, target: ClauseRef) -> Diagnostic:
        quoted = values_of(clause, target)
        hint = f"「」で引いて改められるもの: {quoted}" if quoted else f"「{target} を次のように改める。」と書きます。"
        return d.MissingPart(self.span, str(target), self.action.inside, hint, clause_span(clause))

    def _say(self, diagnostic: Diagnostic) -> None:
        self.diagnostics.append(diagnostic)


def change_text(clause: WholeClause, action: ChangeText, diagnostics: list[Diagnostic], span: Span) -> WholeClause:
    """の文「…」を「…」に改める: the clause with another text, where its text is the one that is quoted."""
    target, text = action.target, text_of(clause, action.target)
    if text is None:
        hint = f"文のないものは「{target} を次のように改める。」で書き直します。"
        diagnostics.append(d.MissingPart(target.span, str(target), "文", hint, clause_span(clause)))
    elif text.value != action.old.value:
        diagnostics.append(d.StaleText(action.old.span, str(target), action.old.value, text.span))
    elif not action.new.value.strip():
        diagnostics.append(d.EmptyText(action.new.span, str(target), text.span))
    else:
        new = with_words(clause, target, action.new)
        if new == clause:
            diagnostics.append(d.NothingChanges(span, text.span))
        return new
    return clause


def with_words(clause: WholeClause, target: ClauseRef, text: Text) -> WholeClause:
    """The clause with another text; what a 事実 or 定数 cites is of all of it, and stays where nothing is cited."""
    if not isinstance(clause, FactDecl | ConstantDecl):
        return with_text(clause, target, text)
    return evolve(clause, text=evolve(text, citations=()), citations=text.citations or clause.citations)


def _places_of(clause: WholeClause) -> Iterator[tuple[ClauseRef, str]]:
    """Where words may stand in a clause: what has them, and of which part they are. 出典 name documents."""
    target = ClauseRef(*clause_key(clause), clause_span(clause))
    if target.kind == "出典":
        return
    refs = [target]
    if isinstance(clause, PotDecl):
        refs += [evolve(target, part=FRAME, label=part.label) for part in clause.parts if isinstance(part, FrameDecl)]
    for ref in refs:
        if text_of(clause, ref) is not None:
            yield ref, _TEXT
        for word in VALUE_WORDS:
            if value_in(clause, ChangeValue(ref, word, None, None)) is not None:
                yield ref, word


def _elsewhere(clause: WholeClause, target: ClauseRef, words: str) -> str:
    """Where else in a clause words stand, said in a sentence; empty where nowhere."""
    refs = [ref for ref, word in _places_of(clause) if word == _TEXT and ref != target]
    at = [str(ref) for ref in refs if (text := text_of(clause, ref)) is not None and words in text.value]
    return f"「{words}」は {'、'.join(at)} にあります。" if at else ""
