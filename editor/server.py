"""The language server: what an editor opens, types and closes; what it asks is answered off the desk."""

from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from haiten.compiler.version import haiten_version
from haiten.editor.addresses import is_saved, path_of
from haiten.editor.desk import Desk
from haiten.editor.editor_watch import EditorWatch
from haiten.editor.nation import NationFile
from haiten.editor.protocol import DeskProtocol, keep_text
from haiten.editor.serving_beside import serve_beside
from haiten.editor.serving_reading import serve_reading
from haiten.editor.serving_writing import serve_writing
from haiten.editor.session import PAUSE, Session


def make_server(cutoffs: Path | None = None) -> LanguageServer:
    """A server that waits for an editor.

    Args:
        cutoffs: a cut-off file of the nation; the editor's settings may name another.
    """
    server = LanguageServer("haiten", haiten_version(), protocol_cls=DeskProtocol, converter_factory=default_converter)
    session = Session(server, Desk(), None if cutoffs is None else NationFile(cutoffs))
    _documents(server, session)
    EditorWatch(server, lambda: None if session.nation is None else session.nation.path, session.written).serve(PAUSE)
    serve_reading(server, session)
    serve_beside(server, session.beside)
    serve_writing(server, session)
    return server


def _documents(server: LanguageServer, session: Session) -> None:
    """Opening, typing, closing; and what the editor says of itself."""

    @server.feature(lsp.INITIALIZE)
    def begin(params: lsp.InitializeParams) -> None:
        folders = [folder.uri for folder in params.workspace_folders or ()]
        if not folders and params.root_uri is not None:
            folders = [params.root_uri]
        session.desk.roots = tuple(root for uri in folders if is_saved(root := path_of(uri)))
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
