"""Diagnostics → the changes that surely put mistakes right.

A change is made only where one thing alone can be meant: what can be read in two ways is left to its author, with both
readings. A file that means something decides the same with it (language.md, Exit status).
"""

from collections.abc import Iterable

from haiten.compiler.compilation import Compilation
from haiten.compiler.diagnostics import Diagnostic, Edit
from haiten.compiler.driver import compile_source
from haiten.compiler.identity.fingerprint import fingerprint
from haiten.compiler.source import Source


def safe_edits(source: Source, diagnostics: Iterable[Diagnostic]) -> tuple[Edit, ...]:
    """The changes to a source, by place; where two want different things of one stretch, neither is made.

    A change of another source (the base of a revision) is left to that one.
    """
    fixes = (diagnostic.fix for diagnostic in diagnostics)
    edits = dict.fromkeys(fix for fix in fixes if fix is not None and fix.span.source is source)
    ordered = sorted(edits, key=lambda edit: (edit.span.start, edit.span.end))
    return tuple(edit for edit in ordered if not any(other is not edit and _overlap(edit, other) for other in ordered))


def keeps_meaning(before: Compilation, text: str) -> bool:
    """Whether a file with another text decides what it decided, where it decided anything."""
    if not before.ok or before.allocation is not None or before.source is None:
        return True
    after = compile_source(Source(before.source.name, text), before.base)
    assert before.syntax is not None
    return after.ok and after.syntax is not None and fingerprint(after.syntax).rules == fingerprint(before.syntax).rules


def _overlap(one: Edit, other: Edit) -> bool:
    return one.span.start < max(other.span.end, other.span.start + 1) and other.span.start < max(
        one.span.end, one.span.start + 1
    )
