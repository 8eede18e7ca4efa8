"""Diagnostics → the text with their safe changes made."""

from collections.abc import Iterable

from haiten.compiler.diagnostics import Diagnostic
from haiten.compiler.source import Source


def apply_fixes(source: Source, diagnostics: Iterable[Diagnostic]) -> str:
    """The text of a source with every change made that surely puts a mistake right; of two that overlap, the first.

    A change of another source (the base of a revision) is left to that one.
    """
    fixes = (d.fix for d in diagnostics if d.fix and d.fix.span.source is source)
    edits = sorted(fixes, key=lambda edit: (edit.span.start, edit.span.end))
    parts: list[str] = []
    done = 0
    for edit in edits:
        if edit.span.start >= done:
            parts += [source.text[done : edit.span.start], edit.text]
            done = edit.span.end
    return "".join([*parts, source.text[done:]])
