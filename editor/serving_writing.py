"""What an editor asks for to change a text: completion, repairs, formatting, renaming."""

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

from haiten.compiler.driver import read
from haiten.compiler.fix import safe_edits
from haiten.compiler.pausing import set_aside
from haiten.compiler.printing.print_revision import print_file
from haiten.editor import answers
from haiten.editor.actions import repairs
from haiten.editor.completion import suggestions
from haiten.editor.positions import offset_at, range_of
from haiten.editor.renaming import may_rename, rename
from haiten.editor.session import Session
from haiten.editor.symbols import Kind


def serve_writing(server: LanguageServer, session: Session) -> None:
    """Have the server answer what an editor changes in a text."""

    @server.feature(
        lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=[".", "．", "〔", "「", " ", "　"])
    )
    def completion(params: lsp.CompletionParams) -> lsp.CompletionList:
        page = session.page(params.text_document.uri)
        source = page.compilation.source
        found = () if source is None else suggestions(page, source, offset_at(source, params.position))
        return lsp.CompletionList(is_incomplete=False, items=answers.completions_of(found))

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix, lsp.CodeActionKind.SourceFixAll]),
    )
    def actions(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        page = session.page(params.text_document.uri)
        source, version = page.compilation.source, session.versions.get(page.path)
        if source is None:
            return []
        diagnostics = session.desk.examine(page.path)
        made: list[lsp.CodeAction] = []
        for found in diagnostics:
            shown = answers.diagnostic_of(found, source)
            if _overlap(shown.range, params.range):
                made += [answers.action_of(repair, version, shown) for repair in repairs(page.compilation, found)]
        if edits := safe_edits(source, diagnostics):
            edit = answers.edit_of(source, edits, version)
            made.append(lsp.CodeAction("確実に直せる所をすべて直す", lsp.CodeActionKind.SourceFixAll, edit=edit))
        return made

    @server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
    def formatting(params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit] | None:
        page = session.page(params.text_document.uri)
        source = page.compilation.source
        if source is None:
            return None
        reading = read(source)
        if reading.tree is None or reading.tree.damaged or reading.unreadable:
            return None  # what could not be read would be lost
        text = print_file(reading.tree)
        return [] if text == source.text else [answers.whole_text(source, text)]

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepare(params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder:
        _, place = session.place(params.text_document.uri, params.position)
        if (refusal := may_rename(place)) is not None:
            raise JsonRpcInvalidParams(refusal)
        assert place is not None
        return lsp.PrepareRenamePlaceholder(range_of(place.span), place.span.text)

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    def renaming(params: lsp.RenameParams) -> lsp.WorkspaceEdit:
        page, place = session.place(params.text_document.uri, params.position)
        if place is None:
            raise JsonRpcInvalidParams(may_rename(place) or "")
        made = rename(session.desk, page.path, place, params.new_name)
        set_aside()
        if made.refusal is not None:
            raise JsonRpcInvalidParams(made.refusal)
        if place.symbol.kind is Kind.FACT:
            server.window_show_message(
                lsp.ShowMessageParams(
                    lsp.MessageType.Info, "事実ファイルと調査票の列の名は変わりません。合わせて直してください"
                )
            )
        changes = []
        for file, edits in made.edits.items():
            source = session.desk.page(file).compilation.source
            assert source is not None
            changes.append(answers.file_edit(source, edits, session.versions.get(file)))
        return lsp.WorkspaceEdit(document_changes=list(changes))


def _overlap(one: lsp.Range, other: lsp.Range) -> bool:
    def at(position: lsp.Position) -> tuple[int, int]:
        return position.line, position.character

    return at(one.start) <= at(other.end) and at(other.start) <= at(one.end)
