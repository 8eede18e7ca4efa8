"""Changes that put a mistake right: those that are surely right, and what was perhaps meant (もしかして)."""

from collections.abc import Iterator

import attrs

from haiten.compiler.compilation import Compilation
from haiten.compiler.diagnostics import Diagnostic, Edit
from haiten.compiler.driver import compile_source
from haiten.compiler.fix import keeps_meaning
from haiten.compiler.late import frozen
from haiten.compiler.source import Source, Span


@frozen
class QuickFix:
    """A change of one place.

    Attributes:
        sure: one thing alone can be meant, and a file that means something means the same with it.
    """

    title: str
    edit: Edit
    diagnostic: Diagnostic
    sure: bool


def repairs(compilation: Compilation, found: Diagnostic) -> Iterator[QuickFix]:
    """What can be done about a diagnostic within the file itself."""
    source = compilation.source
    if source is None:
        return
    fix = found.fix
    if fix is not None and fix.span.source is source:
        text = source.text[: fix.span.start] + fix.text + source.text[fix.span.end :]
        if keeps_meaning(compilation, text):
            written = fix.text.strip() or "（削る）"
            yield QuickFix(f"「{written}」に直す", fix, found, sure=True)
    suggestion = getattr(found, "suggestion", None)
    span = found.span
    if not suggestion or not isinstance(span, Span) or span.source is not source:
        return
    wrong = _wrong_word(found, span)
    if wrong is None or (fix is not None and Edit(wrong, suggestion) == fix):
        return
    text = source.text[: wrong.start] + suggestion + source.text[wrong.end :]
    if _is_gone(compilation, text, found):
        yield QuickFix(f"もしかして「{suggestion}」", Edit(wrong, suggestion), found, sure=False)


def _is_gone(compilation: Compilation, text: str, found: Diagnostic) -> bool:
    """Whether there is one mistake of its code less with another text, so that a suggestion is none for the worse."""
    assert compilation.source is not None
    after = compile_source(Source(compilation.source.name, text), compilation.base)
    return _count(after, found.code) < _count(compilation, found.code)


def _count(compilation: Compilation, code: str) -> int:
    return sum(1 + each.more for each in compilation.diagnostics if each.code == code)


def _wrong_word(found: Diagnostic, span: Span) -> Span | None:
    """Where the word stands that a suggestion is for: the whole place, or the one field of the message within it."""
    values = [getattr(found, field.name) for field in attrs.fields(type(found)) if field.name not in ("suggestion",)]
    words = [value for value in values if isinstance(value, str) and value and value in span.text]
    if span.text in words:
        return span
    # Of several words the longest: the others are part of what is said about it.
    word = max(words, key=len, default=None)
    if word is None or span.text.count(word) != 1:
        return None
    start = span.start + span.text.index(word)
    return Span(span.source, start, start + len(word))
