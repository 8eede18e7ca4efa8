"""What the editor's parts say, in the terms of the protocol."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from lsprotocol import types as lsp

from haiten.compiler.diagnostics import Diagnostic, Edit, Severity
from haiten.compiler.late import frozen
from haiten.compiler.source import Source, Span
from haiten.editor.actions import QuickFix
from haiten.editor.addresses import uri_of
from haiten.editor.completion import Sort, Suggestion
from haiten.editor.hints import Hint
from haiten.editor.paint import DECLARATION, KINDS, Painted
from haiten.editor.positions import position_at, range_of, whole
from haiten.editor.symbols import Occurrence

SOURCE: Final = "haiten"
_SEVERITIES: Final = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.NOTE: lsp.DiagnosticSeverity.Information,
}
_UNUSED: Final = "H207"
_SORTS: Final = {
    Sort.WORD: lsp.CompletionItemKind.Keyword,
    Sort.PATH: lsp.CompletionItemKind.Class,
    Sort.SOURCE: lsp.CompletionItemKind.Reference,
    Sort.FACT: lsp.CompletionItemKind.Variable,
    Sort.CLASS: lsp.CompletionItemKind.Enum,
    Sort.CONSTANT: lsp.CompletionItemKind.Constant,
    Sort.LOCAL: lsp.CompletionItemKind.Property,
    Sort.BUDGET: lsp.CompletionItemKind.Module,
    Sort.POT: lsp.CompletionItemKind.Struct,
    Sort.FRAME: lsp.CompletionItemKind.Class,
    Sort.UNIT: lsp.CompletionItemKind.Unit,
    Sort.VALUE: lsp.CompletionItemKind.Value,
}


def location_of(span: Span) -> lsp.Location:
    """A stretch of any file."""
    return lsp.Location(uri_of(Path(span.source.name)), range_of(span))


def diagnostic_of(found: Diagnostic, source: Source) -> lsp.Diagnostic:
    """A diagnostic at its place in a file.

    What shows in another file (the text that an amendment made wrong) stands at the amendment that caused it, or else
    at the head of the file, and names the other place.
    """
    related = []
    span = found.span if isinstance(found.span, Span) else None
    if span is None or span.source is not source:
        if span is not None:
            related.append(_related(span, found.pointer or "ここで分かります"))
        cause = found.cause
        span = cause if cause is not None and cause.source is source else Span(source, 0, source.text.find("\n") + 1)
    elif (other := found.other_place) is not None:
        related.append(_related(*other))
    return lsp.Diagnostic(
        range=range_of(span),
        message="\n".join([found.message, *found.advice]),
        severity=_SEVERITIES[found.severity],
        code=found.code,
        source=SOURCE,
        tags=[lsp.DiagnosticTag.Unnecessary] if found.code == _UNUSED else None,
        related_information=related or None,
    )


def _related(span: Span, label: str) -> lsp.DiagnosticRelatedInformation:
    return lsp.DiagnosticRelatedInformation(location_of(span), label or "関わる所")


@frozen
class WrittenAnswer:
    """An answer that is JSON already: there are thousands of values in it, which are written with every keystroke."""

    text: str


def completions_of(found: Iterable[Suggestion]) -> list[lsp.CompletionItem]:
    """Suggestions: what goes on with a statement before what begins another."""
    items = {}
    for number, each in enumerate(found):
        items[each.text, each.sort] = lsp.CompletionItem(
            label=each.label,
            kind=_SORTS[each.sort],
            detail=each.detail or each.sort.value,
            sort_text=f"{int(each.begins)}{number:05}",
            filter_text=each.text,
            text_edit=lsp.TextEdit(range_of(each.span), each.text),
        )
    return list(items.values())


def inlay_of(hint: Hint) -> lsp.InlayHint:
    """Points behind a heading or a sentence."""
    end = position_at(hint.at.source, _end_of_line(hint.at))
    tooltip = "下位の配点の計／宣言された配点" + ("" if hint.balanced else "（合いません）")
    words = hint.words if hint.balanced else f"{hint.words} ≠"
    return lsp.InlayHint(end, words, padding_left=True, tooltip=tooltip)


def lens_of(hint: Hint) -> lsp.CodeLens:
    """Words above a heading or a sentence; there is nothing to click."""
    return lsp.CodeLens(range_of(hint.at), lsp.Command(hint.words, ""))


def tokens_of(painted: Painted, name: str | None = None) -> lsp.SemanticTokens:
    """Colours, each relative to the one before it; ``name`` is what they will be called when they change."""
    return lsp.SemanticTokens(painted.numbers(), name)


def token_change(painted: Painted, before: Painted, name: str) -> lsp.SemanticTokensDelta:
    """What became of colours that the editor has."""
    change = painted.change(before)
    return lsp.SemanticTokensDelta([] if change is None else [lsp.SemanticTokensEdit(*change)], name)


LEGEND: Final = lsp.SemanticTokensLegend(list(KINDS), [DECLARATION])


def action_of(repair: QuickFix, version: int | None, shown: lsp.Diagnostic) -> lsp.CodeAction:
    """A change of a place, offered for a diagnostic."""
    return lsp.CodeAction(
        repair.title,
        lsp.CodeActionKind.QuickFix,
        diagnostics=[shown],
        is_preferred=repair.sure,
        edit=edit_of(repair.edit.span.source, (repair.edit,), version),
    )


def edit_of(source: Source, edits: Iterable[Edit], version: int | None) -> lsp.WorkspaceEdit:
    """Changes of one file."""
    return lsp.WorkspaceEdit(document_changes=[file_edit(source, edits, version)])


def file_edit(source: Source, edits: Iterable[Edit], version: int | None) -> lsp.TextDocumentEdit:
    """Changes of one file, among those of others."""
    return lsp.TextDocumentEdit(
        lsp.OptionalVersionedTextDocumentIdentifier(uri=uri_of(Path(source.name)), version=version),
        [lsp.TextEdit(range_of(edit.span), edit.text) for edit in edits],
    )


def whole_text(source: Source, text: str) -> lsp.TextEdit:
    """Another text in the place of all."""
    return lsp.TextEdit(whole(source), text)


def highlight_of(place: Occurrence) -> lsp.DocumentHighlight:
    """A place in its own file."""
    kind = lsp.DocumentHighlightKind.Write if place.declares else lsp.DocumentHighlightKind.Read
    return lsp.DocumentHighlight(range_of(place.span), kind)


def _end_of_line(span: Span) -> int:
    text = span.source.text
    end = text.find("\n", max(span.end - 1, span.start))
    return len(text) if end < 0 else end
