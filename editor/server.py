"""The language server: what an editor asks, answered off the desk; diagnostics a moment after the last keystroke."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any, Final

from attrs import field
from lsprotocol import types as lsp
from pygls import uris
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from haiten.compiler.compilation import Compilation
from haiten.compiler.diagnostics.masses import gathered
from haiten.compiler.driver import read
from haiten.compiler.fix import safe_edits
from haiten.compiler.late import define
from haiten.compiler.pausing import spare_what_is_there
from haiten.compiler.printing.print_revision import print_file
from haiten.compiler.source import Source
from haiten.compiler.version import haiten_version
from haiten.editor import answers
from haiten.editor.actions import repairs
from haiten.editor.completion import suggestions
from haiten.editor.desk import Desk, FileView, nodes_by_identity
from haiten.editor.editor_watch import EditorWatch
from haiten.editor.hints import lenses, sums
from haiten.editor.hover import hover_text
from haiten.editor.nation import NationFile, Rates
from haiten.editor.positions import offset_at, range_of
from haiten.editor.protocol import DeskProtocol, keep_text
from haiten.editor.renaming import may_rename, rename
from haiten.editor.serving_beside import BesideServer, serve_beside
from haiten.editor.shown import ShownText
from haiten.editor.symbols import Kind, Occurrence

PAUSE: Final = 0.12  # seconds without a keystroke before a text is checked
REST: Final = 5.0  # seconds without a keystroke before the collector of cycles looks at all that is there
MOMENT: Final = 0.5  # seconds for which nobody looks whether files on the disk have changed


@define(eq=False)
class Session:
    """One editor's work.

    Attributes:
        versions: of the open texts, as the editor counts them; what is said of an older one is dropped.
        waiting: the check that will follow when nothing more is typed.
        warned: why the cut-off file tells nothing, as far as that was said.
        shown: what is shown of the open texts.
        begun: texts that were opened and not checked yet.
        told: by text, the compilation of which all that is wrong was said last; none while a check will follow.
        seen: files as they stood at an instant, for the moment in which an editor asks for many things.
        beside: what stands beside the texts.
        resting: what will be done when nothing is typed for a while.
    """

    server: LanguageServer
    desk: Desk
    nation: NationFile | None = None
    versions: dict[Path, int | None] = field(factory=dict)
    waiting: dict[Path, "asyncio.Task[None]"] = field(factory=dict)
    warned: set[str] = field(factory=set)
    shown: dict[Path, ShownText] = field(factory=dict)
    begun: set[Path] = field(factory=set)
    told: dict[Path, Compilation] = field(factory=dict)
    seen: dict[Path, tuple[FileView, float]] = field(factory=dict)
    beside: BesideServer = field(init=False)
    resting: "asyncio.Task[None] | None" = None

    def __attrs_post_init__(self) -> None:
        self.beside = BesideServer(self.server, self.desk, self.versions)

    def page(self, uri: str) -> FileView:
        """The file of an address, as it stands in the editor."""
        path, now = path_of(uri), monotonic()
        page, then = self.seen.get(path, (None, 0.0))
        if page is None or now - then > MOMENT:
            page = self.desk.page(path)
            self.seen[path] = page, monotonic()
        return page

    def place(self, uri: str, position: lsp.Position) -> tuple[FileView, Occurrence | None]:
        """What stands at a position."""
        page = self.page(uri)
        source = page.compilation.source
        return page, None if source is None else page.at(offset_at(source, position))

    def rates(self, page: FileView) -> Rates:
        """How the nation does beside a file."""
        if self.nation is None or page.readable is None:
            return Rates()
        rates = self.nation.rates(page.readable)
        if rates.reason is not None and rates.reason not in self.warned:
            self.warned.add(rates.reason)
            self.server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, rates.reason))
        return rates

    def showing(self, uri: str) -> tuple[ShownText, FileView]:
        """What is shown of a text."""
        page = self.page(uri)
        return self.shown.setdefault(page.path, ShownText()), page

    # Diagnostics

    def changed(self, uri: str, version: int | None) -> None:
        """Take over a text, and check it when nothing more is typed."""
        path = path_of(uri)
        self.seen.clear()
        self.desk.open(path, plain_text(self.server.workspace.get_text_document(uri).source))
        self.versions[path] = version
        self.told.pop(path, None)
        for task in (self.waiting.pop(path, None), self.resting):
            if task is not None:
                task.cancel()
        self.waiting[path] = asyncio.get_running_loop().create_task(self._check(path, version))

    async def _check(self, path: Path, version: int | None) -> None:
        await asyncio.sleep(PAUSE)
        self.publish(path, version)
        await self._check_others(path)
        self.resting = asyncio.get_running_loop().create_task(self._rest())

    async def _rest(self) -> None:
        """Look for cycles when nothing is typed anywhere."""
        await asyncio.sleep(REST)
        spare_what_is_there()

    async def written(self, files: set[str]) -> None:
        """Say anew what is wrong with the texts that files on the disk have made others."""
        self.seen.clear()
        await self._check_others()
        for uri in files:
            self.beside.renewed(path_of(uri))

    async def _check_others(self, path: Path | None = None) -> None:
        """Say anew what is wrong with the texts that a change of a file has made others."""
        for other in [each for each in self.versions if each != path]:
            await asyncio.sleep(0)  # a keystroke that came meanwhile goes first
            told = self.told.get(other)
            if told is not None and self.desk.page(other).compilation is not told:
                self.publish(other, self.versions.get(other))

    def publish(self, path: Path, version: int | None) -> None:
        """Say all that is wrong with a text, unless it is not that any more."""
        compilation = self.desk.page(path).compilation
        found = gathered(list(self.desk.examine(path).diagnostics))
        if path not in self.versions or self.versions[path] != version:
            return
        source = compilation.source or Source(str(path), "")
        told = [answers.diagnostic_of(each, source) for each in found]
        self.server.text_document_publish_diagnostics(
            lsp.PublishDiagnosticsParams(uri=path.as_uri(), diagnostics=told, version=version)
        )
        self.told[path] = compilation
        self.beside.renewed(path)
        if path in self.begun:
            self.begun.remove(path)
            # What the first mistake needs, which is not waited for when it is made.
            import haiten.scoring.proving.replay  # noqa: F401

            spare_what_is_there()

    def closed(self, uri: str) -> None:
        """Forget a text; the file counts again as it is on the disk."""
        path = path_of(uri)
        self.versions.pop(path, None)
        self.begun.discard(path)
        self.shown.pop(path, None)
        self.told.pop(path, None)
        self.seen.clear()
        if (task := self.waiting.pop(path, None)) is not None:
            task.cancel()
        self.desk.close(path)
        self.beside.closed(path)
        self.server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri=uri, diagnostics=[]))
        self.waiting[path] = asyncio.get_running_loop().create_task(self._check_others(path))


def path_of(uri: str) -> Path:
    """The file of an address.

    Raises:
        JsonRpcInvalidParams: it is none of a file.
    """
    found = uris.to_fs_path(uri)
    if not found:
        raise JsonRpcInvalidParams(f"{uri}: ファイルではありません")
    return Path(found).absolute()


def plain_text(text: str) -> str:
    r"""A text as the compiler has it: without the byte order mark, line ends as ``\n``."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def make_server(cutoffs: Path | None = None) -> LanguageServer:
    """A server that waits for an editor.

    Args:
        cutoffs: a cut-off file of the nation; the editor's settings may name another.
    """
    server = LanguageServer("haiten", haiten_version(), protocol_cls=DeskProtocol, converter_factory=default_converter)
    session = Session(server, Desk(), None if cutoffs is None else NationFile(cutoffs))
    _documents(server, session)
    EditorWatch(server, lambda: None if session.nation is None else session.nation.path, session.written).serve(PAUSE)
    _reading(server, session)
    serve_beside(server, session.beside, path_of)
    _writing(server, session)
    return server


def _documents(server: LanguageServer, session: Session) -> None:
    """Opening, typing, closing; and what the editor says of itself."""

    @server.feature(lsp.INITIALIZE)
    def begin(params: lsp.InitializeParams) -> None:
        folders = [folder.uri for folder in params.workspace_folders or ()]
        if not folders and params.root_uri is not None:
            folders = [params.root_uri]
        session.desk.roots = tuple(path_of(uri) for uri in folders)
        options: Any = params.initialization_options
        named = options.get("cutoffs") if isinstance(options, dict) else None
        if isinstance(named, str) and named:
            session.nation = NationFile(_below(session.desk.roots, Path(named)))
        base = options.get("base") if isinstance(options, dict) else None
        if isinstance(base, str) and base:
            session.beside.named_base = _below(session.desk.roots, Path(base)).absolute()

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        keep_text(server, params.text_document)
        session.begun.add(path_of(params.text_document.uri))
        session.changed(params.text_document.uri, params.text_document.version)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    async def typed(params: lsp.DidChangeTextDocumentParams) -> None:
        session.changed(params.text_document.uri, params.text_document.version)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        path = path_of(params.text_document.uri)
        if path in session.versions:
            session.changed(params.text_document.uri, session.versions[path])

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        session.closed(params.text_document.uri)


def _below(roots: tuple[Path, ...], path: Path) -> Path:
    """A path of the settings, which counts from the first folder."""
    return path if path.is_absolute() or not roots else roots[0] / path


def _reading(server: LanguageServer, session: Session) -> None:
    """What an editor shows of a text."""

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


def _writing(server: LanguageServer, session: Session) -> None:
    """What an editor changes in a text."""

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
        diagnostics = session.desk.examine(page.path).diagnostics
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
