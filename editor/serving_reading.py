"""What an editor asks for to show a text: what stands at a place, where it is said, colours, outline, hints."""

from collections.abc import Iterator
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from haiten.editor import answers
from haiten.editor.desk import FileView, nodes_by_identity
from haiten.editor.hints import lenses, sums
from haiten.editor.hover import hover_text
from haiten.editor.positions import offset_at, range_of
from haiten.editor.session import Session
from haiten.editor.symbols import Kind, Occurrence


def serve_reading(server: LanguageServer, session: Session) -> None:
    """Have the server answer what an editor shows of a text."""

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        page, place = session.place(params.text_document.uri, params.position)
        text = None if place is None else hover_text(page, place.symbol, session.rates(page))
        if place is None or text is None:
            return None
        return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, text), range_of(place.span))

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def definition(params: lsp.DefinitionParams) -> list[lsp.Location]:
        page, place = session.place(params.text_document.uri, params.position)
        return [] if place is None else list(_declarations(session, page, place))

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def references(params: lsp.ReferenceParams) -> list[lsp.Location]:
        page, place = session.place(params.text_document.uri, params.position)
        if place is None:
            return []
        found = session.desk.mentions(page.path, place.symbol)
        wanted = (each for each in found if params.context.include_declaration or not each.declares)
        return [answers.location_of(each.span) for each in wanted]

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def highlight(params: lsp.DocumentHighlightParams) -> list[lsp.DocumentHighlight]:
        page, place = session.place(params.text_document.uri, params.position)
        return [answers.highlight_of(each) for each in page.places if place is not None and each.symbol == place.symbol]

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def symbols(params: lsp.DocumentSymbolParams) -> answers.WrittenAnswer | None:
        kept, page = session.showing(params.text_document.uri)
        return None if page.compilation.source is None else answers.WrittenAnswer(kept.outline(page).symbols)

    @server.feature(lsp.TEXT_DOCUMENT_FOLDING_RANGE)
    def folding(params: lsp.FoldingRangeParams) -> answers.WrittenAnswer | None:
        kept, page = session.showing(params.text_document.uri)
        return None if page.compilation.source is None else answers.WrittenAnswer(kept.outline(page).folds)

    @server.feature(lsp.TEXT_DOCUMENT_INLAY_HINT)
    def inlay(params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
        page = session.page(params.text_document.uri)
        source = page.compilation.source
        if source is None:
            return []
        first, behind = (
            offset_at(source, lsp.Position(line, 0)) for line in (params.range.start.line, params.range.end.line + 1)
        )
        return [answers.inlay_of(hint) for hint in sums(page, first, behind)]

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS)
    def lens(params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
        page = session.page(params.text_document.uri)
        return [answers.lens_of(hint) for hint in lenses(page, session.rates(page))]

    @server.feature(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, answers.LEGEND)
    def colours(params: lsp.SemanticTokensParams) -> lsp.SemanticTokens:
        kept, page = session.showing(params.text_document.uri)
        name, painted, _ = kept.tell(page)
        return answers.tokens_of(painted, name)

    @server.feature(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, answers.LEGEND)
    def other_colours(params: lsp.SemanticTokensDeltaParams) -> lsp.SemanticTokens | lsp.SemanticTokensDelta:
        kept, page = session.showing(params.text_document.uri)
        name, painted, before = kept.tell(page, params.previous_result_id)
        if before is None:
            return answers.tokens_of(painted, name)
        return answers.token_change(painted, before, name)

    @server.feature(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, answers.LEGEND)
    def colours_between(params: lsp.SemanticTokensRangeParams) -> lsp.SemanticTokens:
        kept, page = session.showing(params.text_document.uri)
        return lsp.SemanticTokens(kept.colours(page).between(params.range.start.line, params.range.end.line))


def _declarations(session: Session, page: FileView, place: Occurrence) -> Iterator[lsp.Location]:
    """Where a symbol is declared: a node where its clause now stands, or, from there, the clause that it amends."""
    symbol = place.symbol
    found = [each.span for each in session.desk.mentions(page.path, symbol) if each.declares]
    if symbol.kind is Kind.NODE:
        # A heading, of which its label is what was found.
        nodes = [nodes_by_identity(program).get(symbol.name) for program in (page.program, page.before)]
        found = list(dict.fromkeys([*found, *(node.span for node in nodes if node is not None)]))
        found = [span for span in found if not any(other is not span and _within(other, span) for other in found)]
    elsewhere = [span for span in found if (span.source, span.start) != (place.span.source, place.span.start)]
    for span in dict.fromkeys(elsewhere or found):
        yield answers.location_of(span)


def _within(inner: Any, outer: Any) -> bool:
    return bool(inner.source is outer.source and outer.start <= inner.start and inner.end <= outer.end)
